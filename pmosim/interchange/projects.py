"""What a file says of a project as a whole: its name, dates, calendar, and the options by which its tool schedules it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pmosim.interchange.calendars import HORIZON_YEARS, Calendars
from pmosim.interchange.fields import moment
from pmosim.interchange.ids import clean
from pmosim.interchange.notices import Notices
from pmosim.model.project import Project, Target
from pmosim.model.tasks import FINISH, Logic, Rules, Task

LOGIC = {"PROGRESS_OVERRIDE": Logic.OVERRIDE, "ACTUAL_DATES": Logic.ACTUAL_DATES}


def name_of(source: Any, path: Path) -> str:
    """Primavera's project id; MS Project has none, so the file's name."""
    properties = source.getProjectProperties()
    return str(properties.getProjectID() or "") or clean(path.name.split(".")[0], "project")


def calendars_over(sources: list[Any], idle: frozenset[int]) -> Calendars:
    """Calendars over the horizon of the schedule: from the month before its first date to `HORIZON_YEARS` after its last."""
    begins, ends = [], []
    for source in sources:
        properties = source.getProjectProperties()
        begins += [properties.getStartDate(), properties.getPlannedStart(), properties.getStatusDate(), source.getEarliestStartDate()]
        ends += [properties.getFinishDate(), source.getLatestFinishDate()]
    known = [one for one in map(moment, begins + ends) if one] or [_today()]
    first, last = min(known).date() - timedelta(days=31), max(known).date()
    return Calendars(first, last.replace(year=min(last.year + HORIZON_YEARS, 9000), month=12, day=31), idle)


def _today() -> datetime:
    return datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)


def status_date_of(sources: list[Any], tasks: list[list[Task]], notices: Notices) -> datetime:
    """The latest data date of the projects in the file; without any, the last actual date, or the start."""
    properties = [source.getProjectProperties() for source in sources]
    stated = {date for one in properties if (date := moment(one.getStatusDate()))}
    if stated:
        if len(stated) > 1:
            notices.add("status-dates", f"{max(stated):%d %b %Y %H:%M}")
        return max(stated)
    progress = [task.progress for own in tasks for task in own if task.progress]
    known = [date for one in progress for date in (one.actual_start, one.actual_finish) if date]
    known += [date for one in properties if (date := moment(one.getStartDate() or one.getPlannedStart()))]
    chosen = max(known) if known else _today()
    notices.add("no-status-date", f"{chosen:%d %b %Y %H:%M} (" + ("the last of its actual dates)" if progress else "its start)"))
    return chosen


def project_of(source: Any, id: str, tasks: list[Task], calendars: Calendars, status_date: datetime, path: Path) -> Project:
    properties = source.getProjectProperties()
    default = properties.getDefaultCalendar()
    planned = moment(properties.getPlannedStart() or properties.getStartDate())
    data_date = moment(properties.getStatusDate()) or status_date
    left_behind = str(properties.getFileApplication()) != "Primavera" and any(_is_left_behind(task, data_date) for task in tasks)
    return Project(
        id=id,
        tasks=tuple(tasks),
        name=str(properties.getProjectTitle() or properties.getName() or "") or id,
        calendar=calendars.of(default).id if default is not None else "standard",
        start=planned or data_date,
        source=path.name,
        status_date=data_date if data_date != status_date else None,
        rules=replace(rules_of(properties), moves_to_status=not left_behind),
    )


def _is_left_behind(task: Task, status_date: datetime) -> bool:
    """Whether it is unfinished, and the file has it before the status date: MS Project moves such work only when it is told to."""
    if task.is_finished or task.stored is None:
        return False
    known = (task.progress.resumes, task.stored.early_finish) if task.progress else (task.stored.early_start,)
    return any(date is not None and date < status_date for date in known)


def rules_of(properties: Any) -> Rules:
    """The scheduling options of the file."""
    if str(properties.getFileApplication()) != "Primavera":
        logic = Logic.RETAINED if properties.getSplitInProgressTasks() else Logic.OVERRIDE
        return Rules(
            logic,
            no_later_holds=bool(properties.getHonorConstraints()),
            through_finished=False,
            milestones_open_the_day=True,
        )
    return Rules(
        LOGIC.get(str(properties.getSchedulingProgressedActivities()), Logic.RETAINED),
        no_later_holds=False,
        start_lag_from_actual=not properties.getComputeStartToStartLagFromEarlyStart(),
        open_ends_have_float=not properties.getMakeOpenEndedActivitiesCritical(),
        must_finish=moment(properties.getMustFinishBy()),
        leads_reach_the_morning=True,
        joint_float=not properties.getCalculateFloatBasedOnFinishDateOfEachProject(),
    )


def targets_of(source: Any, due: Mapping[str, datetime], id: str, status_date: datetime, notices: Notices) -> Iterator[Target]:
    """Dates that the file asks for. Those that are past already promise nothing."""
    properties = source.getProjectProperties()
    asked = {f"{id}.{task}": Target(f"{id}.{task}", date) for task, date in due.items()}
    if is_backwards(properties) and (finish := moment(properties.getFinishDate())):
        asked[FINISH] = Target(f"{id}.{FINISH}", finish, label="the finish from which the file is scheduled")
    if must := moment(properties.getMustFinishBy()):
        notices.add("must-finish", f"{must:%d %b %Y %H:%M}")
        asked[FINISH] = Target(f"{id}.{FINISH}", must, label="must finish by")
    kept = [target for target in asked.values() if target.finish and target.finish >= status_date]
    notices.add("past-target", n=len(asked) - len(kept))
    yield from kept


def is_backwards(properties: Any) -> bool:
    """Whether the tool schedules the project from its finish."""
    return str(properties.getScheduleFrom()) in ("1", "FINISH")


def note_options(source: Any, notices: Notices) -> None:
    """What of a project's options and of its assignments is done in another way here."""
    properties = source.getProjectProperties()
    if is_backwards(properties):
        notices.add("backwards", f"{moment(properties.getFinishDate()):%d %b %Y %H:%M}" if properties.getFinishDate() else "its finish")
    notices.add("unreadable-part", n=len(source.getIgnoredErrors()))
    assignments = source.getResourceAssignments()
    if any("DELAY" in str(one.name()) for one in assignments.getPopulatedFields()):
        delays = [one.getDelay() for one in assignments]
        notices.add("assignment-delay", n=sum(delay is not None and delay.getDuration() > 0 for delay in delays))


def note_dates(project: Project, status_date: datetime, notices: Notices) -> None:
    """Whether the status date and the project's own dates fit together."""
    own = project.status_date or status_date
    if project.start and own < project.start:
        notices.add("status-before-start", f"{own:%d %b %Y %H:%M}")
    unfinished = [task for task in project.tasks if not task.is_finished and not task.kind.spans]
    progress = [task.progress for task in project.tasks if task.progress]
    notices.add("future-actuals", n=sum(max(one.actual_start, one.actual_finish or own) > own for one in progress))
    stored = [task.stored for task in unfinished if task.stored]
    early = [date for one in stored for date in (one.early_start, one.early_finish) if date]
    if unfinished and not early:
        notices.add("never-scheduled")
    elif unfinished and max(early) < own:
        notices.add("status-after-all", f"{own:%d %b %Y %H:%M}")
    else:
        notices.add("left-behind", f"{own:%d %b %Y %H:%M}", sum(_is_left_behind(task, own) for task in unfinished))
