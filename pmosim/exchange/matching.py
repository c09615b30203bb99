"""Which task of a forecast is which activity of the planner's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pmosim.errors import PmosimError, did_you_mean
from pmosim.interchange.schedules import Schedule
from pmosim.model.project import Project
from pmosim.model.tasks import Task, TaskKind
from pmosim.results.records import Forecast, TaskForecast


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of the file with its forecast."""

    project: Project
    task: Task
    forecast: TaskForecast

    @property
    def code(self) -> str:
        """The activity id as it stands in the file."""
        return self.task.codes.get("Activity ID", self.task.id)


@dataclass(frozen=True, slots=True)
class Matched:
    activities: tuple[Activity, ...]
    without_forecast: tuple[str, ...] = ()  # unfinished activities of the file
    unknown: tuple[str, ...] = ()  # tasks of the forecast that the file does not have, of the projects that it has


def match(forecast: Forecast, schedule: Schedule, named: str | None = None) -> Matched:
    """The activities that both have. Finished ones are left out: their dates are known.

    A project of the file is that of the same id, or else the one that has most of its tasks; ``named`` is the forecast's
    id of the first project in the file, where that is not clear.

    Raises PmosimError where no task is in both, and where two projects of the forecast fit equally well.
    """
    of_project: dict[str, dict[str, TaskForecast]] = {}
    for one in forecast.tasks:
        of_project.setdefault(one.project, {})[one.id.removeprefix(f"{one.project}.")] = one
    if named is not None and named not in of_project:
        fix = did_you_mean(named, of_project, f"name one of {', '.join(of_project)}")
        raise PmosimError(f"the forecast has no project '{named}'\n  fix: {fix}")
    activities: list[Activity] = []
    missing: list[str] = []
    unknown: list[str] = []
    first: str | None = None
    for place, project in enumerate(schedule.projects):
        own = named if place == 0 and named is not None else _project_for(project, of_project, schedule, first)
        first = own if place == 0 else first
        known = of_project.get(own, {}) if own else {}
        activities += [Activity(project, task, known[task.id]) for task in project.tasks if task.id in known and not task.is_finished]
        missing += [task.id for task in project.tasks if task.id not in known and _is_open(task)]
        unknown += [id for id in known if id not in {task.id for task in project.tasks}]
    if all(one.task.kind is TaskKind.SUMMARY for one in activities):
        fix = "name the file that the forecast was made from, or the forecast of this file"
        raise PmosimError(f"'{schedule.path.name}' and the forecast have no unfinished activity in common\n  fix: {fix}")
    return Matched(tuple(activities), tuple(missing), tuple(unknown))


def _is_open(task: Task) -> bool:
    return task.kind is not TaskKind.SUMMARY and not task.is_finished


def _project_for(
    project: Project, of_project: Mapping[str, Mapping[str, TaskForecast]], schedule: Schedule, first: str | None
) -> str | None:
    """``first`` is what the forecast calls the first project of the file; others are called after it, or as in the file."""
    ids = {task.id for task in project.tasks if task.kind is not TaskKind.SUMMARY}
    for called in (f"{first}_{project.id}", project.id):
        if ids & of_project.get(called, {}).keys():
            return called
    shared = {id: len(ids & tasks.keys()) for id, tasks in of_project.items()}
    most = max(shared.values(), default=0)
    best = [id for id, count in shared.items() if count == most and count]
    if len(best) > 1:
        what = f"project '{project.id}' of '{schedule.path.name}' may be {_or(best)} of the forecast: each has {most} of its tasks"
        raise PmosimError(f"{what}\n  fix: say which with --project")
    return best[0] if best else None


def _or(names: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)
