"""MPXJ's own schedulers as referees: what they make of a file, task by task."""

from dataclasses import dataclass
from datetime import datetime

from pmosim.interchange import files
from pmosim.interchange.fields import moment
from pmosim.interchange.java import java_class
from pmosim.interchange.schedules import _read_with_mpxj


@dataclass(frozen=True)
class Verdict:
    """Of one task. Of one in progress the starts are those of its remaining work."""

    early: tuple[datetime | None, datetime | None]
    late: tuple[datetime | None, datetime | None]


def verdicts(path):
    """What MPXJ's scheduler for the tool that wrote the file makes of it: id of the project -> id in the tool -> Verdict.

    The id is Primavera's activity id, or MS Project's unique id. The name of a project of MS Project is "".
    """
    return {
        str(source.getProjectProperties().getProjectID() or ""): _verdicts(source) for source in _read_with_mpxj(path, files.examine(path))
    }


def _verdicts(source):
    properties = source.getProjectProperties()
    primavera = str(properties.getFileApplication()) == "Primavera"
    _fill_in_zeros(source)
    scheduler = java_class(f"org.mpxj.cpm.{'PrimaveraScheduler' if primavera else 'MicrosoftScheduler'}")()
    scheduler.schedule(source, properties.getPlannedStart() or properties.getStartDate())
    worked = [task for task in source.getTasks() if not task.getSummary()]
    return {
        str(task.getActivityID() if primavera else task.getUniqueID()): Verdict(
            (moment(task.getEarlyStart()), moment(task.getEarlyFinish())), (moment(task.getLateStart()), moment(task.getLateFinish()))
        )
        for task in worked
    }


def _fill_in_zeros(source):
    """Files leave out durations of zero, and work; the scheduler wants them."""
    none = java_class("org.mpxj.Duration").getInstance(0, java_class("org.mpxj.TimeUnit").HOURS)
    for task in source.getTasks():
        finished = task.getActualFinish() is not None
        parts = [one for one in (task.getActualDuration(), task.getRemainingDuration()) if one is not None]
        whole = task.getDuration() or (sum_of(parts) if parts else none)
        task.setDuration(whole)
        task.setActualDuration(task.getActualDuration() or (whole if finished else none))
        task.setRemainingDuration(task.getRemainingDuration() or (none if finished else whole))
    for assignment in source.getResourceAssignments():
        work = assignment.getWork() or none
        assignment.setWork(work)
        finished = assignment.getTask() is not None and assignment.getTask().getActualFinish() is not None
        assignment.setActualWork(assignment.getActualWork() or (work if finished else none))
        assignment.setRemainingWork(assignment.getRemainingWork() or (none if finished else work))


def sum_of(durations):
    """Of MPXJ Durations in one unit."""
    return java_class("org.mpxj.Duration").getInstance(sum(one.getDuration() for one in durations), durations[0].getUnits())
