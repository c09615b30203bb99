"""Earned schedule of each project that has a baseline: its own, or the plan of an earlier model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.conversions import works
from pmosim.model.calendars import Clock
from pmosim.model.project import Portfolio, Project
from pmosim.model.tasks import FINISH, Baseline, Task, TaskKind
from pmosim.results.earned import AS_PLANNED, AT_PACE, COST, WORK, EarnedSchedule, Finish, at_completion, earned_time

OWN = "the tasks' own baseline"

Baselines = Mapping[str, Baseline]


@dataclass(frozen=True, slots=True)
class _Item:
    """A task with its baseline."""

    task: Task
    clock: Clock
    start: datetime
    finish: datetime
    weight: float


def earned_schedules(portfolio: Portfolio, baselines: Baselines | None = None, source: str = OWN) -> tuple[EarnedSchedule, ...]:
    """For each project that has begun and has baseline dates, in the order of the projects.

    baselines : by qualified id of the task, instead of the tasks' own
    """
    return tuple(_earned(portfolio, baselines, source))


def baselines_of(portfolio: Portfolio) -> dict[str, Baseline]:
    """The planned dates of a model as a baseline for later ones: by working time, without costs."""
    from pmosim.model.schedule import schedule

    dates = schedule(portfolio)
    return {id: Baseline(dates[id].start, dates[id].finish) for id, task in portfolio.tasks.items() if task.kind is TaskKind.TASK}


def _earned(portfolio: Portfolio, baselines: Baselines | None, source: str) -> Iterator[EarnedSchedule]:
    own = {f"{project.id}.{task.id}": task.baseline for project in portfolio.projects for task in project.tasks if task.baseline}
    known = own if baselines is None else baselines
    dates = [moment for one in known.values() for moment in (one.start, one.finish) if moment]
    if not dates:
        return
    clocks = _Clocks(portfolio, min(min(dates).date(), portfolio.epoch) - timedelta(days=7))
    for project in portfolio.projects:
        items, others, by = _items(project, known, clocks)
        if items:
            found = _of(portfolio, project, items, clocks.of(project.calendar))
            if found is not None:
                yield _record(portfolio, project, found, source, by, len(items), others)


class _Clocks:
    """One clock for each calendar."""

    def __init__(self, portfolio: Portfolio, epoch: date) -> None:
        self._portfolio, self._epoch = portfolio, epoch
        self._known: dict[str, Clock] = {}

    def of(self, calendar: str) -> Clock:
        return self._known.setdefault(calendar, Clock(self._portfolio.calendar_of[calendar], self._epoch))


def _items(project: Project, known: Baselines, clocks: _Clocks) -> tuple[list[_Item], int, str]:
    """Tasks that have baseline dates, how many have none, and what they weigh: baseline costs where there are any, else working time."""
    found, others = [], 0
    for task in project.tasks:
        if task.kind is not TaskKind.TASK:
            continue
        base = known.get(f"{project.id}.{task.id}")
        if base is None or base.start is None or base.finish is None:
            others += 1
            continue
        clock = clocks.of(task.calendar)
        work = clock.work_at(base.finish) - clock.work_at(base.start)
        found.append((task, clock, base.start, base.finish, base.cost or 0.0, float(max(work, 0))))
    by = COST if any(cost > 0 for *_, cost, _ in found) else WORK
    items = [_Item(task, clock, start, end, cost if by == COST else work) for task, clock, start, end, cost, work in found]
    return (items if sum(item.weight for item in items) > 0 else []), others, by


@dataclass(frozen=True, slots=True)
class _Found:
    clock: Clock
    status: datetime
    start: datetime
    finish: datetime
    planned_value: float
    earned_value: float
    planned_duration: float
    actual_time: float
    earned_schedule: float


def _of(portfolio: Portfolio, project: Project, items: list[_Item], clock: Clock) -> _Found | None:
    """None before the baseline's start."""
    day = clock.calendar.minutes_per_day
    start, finish = min(item.start for item in items), max(item.finish for item in items)
    begin = clock.work_at(start)
    duration = (clock.work_at(finish) - begin) / day
    status = _as_of(portfolio, project, items)
    actual = (clock.work_at(status) - begin) / day
    if actual <= 0 or duration <= 0:
        return None
    ends = np.append(np.arange(np.ceil(duration - 1e-9)), duration)
    instants = np.array([clock.finish(begin + round(end * day)) if end else clock.instant(start) for end in ends], dtype=np.int64)
    planned = planned_values(items, np.append(instants, clock.instant(status)))
    earned = sum(item.weight * progress_of(item.task, item.clock, portfolio.status_of(project.id)) for item in items)
    earned /= sum(item.weight for item in items)
    reached = earned_time(planned[:-1].tolist(), earned, ends.tolist())
    return _Found(clock, status, start, finish, float(planned[-1]), float(earned), duration, actual, reached)


def _as_of(portfolio: Portfolio, project: Project, items: list[_Item]) -> datetime:
    """The status date; of a finished project the date on which it was finished, for its time runs no further."""
    status = portfolio.status_of(project.id)
    ends = [item.task.progress.actual_finish for item in items if item.task.progress and item.task.progress.actual_finish]
    return min(status, max(ends)) if len(ends) == len(items) else status


def planned_values(items: list[_Item], instants: NDArray[np.int64]) -> NDArray[np.float64]:
    """PV at moments [wall minutes since the clocks' epoch], as a share: each task evenly over the working time of its baseline."""
    worked = {id(item.clock): works(item.clock, instants) for item in items}
    total = np.zeros(len(instants))
    for item in items:
        begin, end = item.clock.work_at(item.start), item.clock.work_at(item.finish)
        done = worked[id(item.clock)]
        total += item.weight * (np.clip((done - begin) / (end - begin), 0.0, 1.0) if end > begin else done >= end)
    return total / sum(item.weight for item in items)


def progress_of(task: Task, clock: Clock, status: datetime) -> float:
    """Share of a task that is done: of its working time, what has been worked of that and what is planned to be left."""
    if task.progress is None:
        return 0.0
    if task.progress.actual_finish is not None:
        return 1.0
    worked = max(clock.work_at(status) - clock.work_at(task.progress.actual_start), 0)
    left = task.planned or 0.0
    return worked / (worked + left) if worked + left > 0 else 0.0


def _record(portfolio: Portfolio, project: Project, found: _Found, source: str, by: str, tasks: int, others: int) -> EarnedSchedule:
    performance = found.earned_schedule / found.actual_time
    label = portfolio.name if len(portfolio.projects) == 1 and not project.name else project.label
    return EarnedSchedule(
        id=f"{project.id}.{FINISH}",
        label=label,
        source=source,
        by=by,
        status=found.status,
        start=found.start,
        finish=found.finish,
        tasks=tasks,
        others=others,
        planned_value=found.planned_value,
        earned_value=found.earned_value,
        planned_duration=found.planned_duration,
        actual_time=found.actual_time,
        earned_schedule=found.earned_schedule,
        performance=performance,
        finishes=tuple(_finish(found, name, factor) for name, factor in ((AS_PLANNED, 1.0), (AT_PACE, performance)) if factor > 0),
    )


def _finish(found: _Found, name: str, factor: float) -> Finish:
    days = at_completion(found.planned_duration, found.actual_time, found.earned_schedule, factor)
    begin = found.clock.work_at(found.start)
    return Finish(name, factor, days, found.clock.finish_moment(begin + round(days * found.clock.calendar.minutes_per_day)))
