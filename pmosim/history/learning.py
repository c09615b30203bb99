"""What finished tasks of a portfolio took, over what was estimated before they began."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pmosim.model.calendars import Clock
from pmosim.model.project import Portfolio, Project
from pmosim.model.tasks import Task, TaskKind
from pmosim.results.reference import Finished

Classes = tuple[tuple[str, str], ...]

SHORTEST = 0.25
"""Working days, below which an estimate is too coarse for a ratio."""


def finished_tasks(now: Portfolio, earlier: Portfolio | None = None, *, run: str = "") -> Iterator[Finished]:
    """Tasks that are finished in ``now``, with what was estimated at first.

    The first estimate is that of the ``earlier`` model, where the task had not begun there; else the working time between
    its baseline dates, where it has them; else the planned duration that it still carries.
    """
    clocks: dict[str, Clock] = {}
    for project in now.projects:
        for task in project.tasks:
            if task.kind is not TaskKind.TASK or task.progress is None or task.progress.actual_finish is None:
                continue
            clock = clocks.setdefault(task.calendar, Clock(now.calendar_of[task.calendar], now.epoch - timedelta(days=366)))
            estimated = first_estimate(f"{project.id}.{task.id}", task, earlier, clock)
            taken = clock.work_at(task.progress.actual_finish) - clock.work_at(task.progress.actual_start)
            day = clock.calendar.minutes_per_day
            if estimated >= SHORTEST * day and taken > 0:
                name = f"{run}/{project.id}" if run and len(now.projects) > 1 else run or project.id
                yield Finished(f"{project.id}.{task.id}", name, estimated / day, taken / day, classes_of(task, project))


def remaining_tasks(now: Portfolio) -> Iterator[Classes]:
    """The classes of each task with a duration that is still to begin."""
    for project in now.projects:
        yield from (classes_of(task, project) for task in project.tasks if task.kind is TaskKind.TASK and task.progress is None)


def first_estimate(id: str, task: Task, earlier: Portfolio | None, clock: Clock) -> float:
    """[working minutes]; 0 where none is known."""
    before = earlier.tasks.get(id) if earlier is not None else None
    if before is not None and before.progress is None:
        return before.planned or 0.0
    baseline = getattr(task, "baseline", None)
    if baseline is not None and baseline.start and baseline.finish:
        return float(max(clock.work_at(baseline.finish) - clock.work_at(baseline.start), 0))
    return task.planned or 0.0


def classes_of(task: Task, project: Project) -> Classes:
    """What a task is: its WBS by the first level, its resources, its codes, its project's type."""
    found = [("wbs", task.wbs.split(".")[0])] if task.wbs else []
    found += [("resource", name) for name in task.resources]
    found += [(f"code {name}", value) for name, value in task.codes.items()]
    found += [("type", project.type)] if project.type else []
    return tuple(found)
