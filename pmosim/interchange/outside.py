"""Links from tasks of other files, of which only the dates are known: what waits for them waits for a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from pmosim.interchange.links import Waits
from pmosim.model.calendars import Calendar
from pmosim.model.tasks import Constraint, ConstraintKind, LagCalendar, LinkKind, Task


def held_by_dates(project: str, tasks: Sequence[Task], waits: Iterable[Waits], calendars: Mapping[str, Calendar]) -> tuple[Task, ...]:
    """The tasks of a project, those that wait for other files with a start- or finish-no-earlier-than each.

    What a summary task waits for, all tasks below it wait for.
    """
    held: dict[str, tuple[Constraint, ...]] = {}
    by_id = {task.id: task for task in tasks}
    for wait in waits:
        own, _, id = wait.successor.partition(".")
        if own == project:
            for leaf in _worked(by_id, id):
                held[leaf] = (*held.get(leaf, ()), _constraint(wait, calendars[by_id[leaf].calendar]))
    return tuple(replace(task, constraints=(*task.constraints, *held[task.id])) if task.id in held else task for task in tasks)


def _worked(by_id: Mapping[str, Task], id: str) -> list[str]:
    """The task itself, or the tasks below a summary task. Finished ones wait for nothing."""
    family, found = {id}, []
    for task in by_id.values():  # summary tasks stand before what is below them
        if task.id in family or task.parent in family:
            family.add(task.id)
            if not task.kind.spans and not task.is_finished:
                found.append(task.id)
    return found


def _constraint(wait: Waits, calendar: Calendar) -> Constraint:
    kind = ConstraintKind.FINISH_NO_EARLIER if wait.kind in (LinkKind.FF, LinkKind.SF) else ConstraintKind.START_NO_EARLIER
    if not wait.lag.minutes:  # a percentage is of a duration that is not known
        return Constraint(kind, wait.since)
    if wait.lag.calendar is LagCalendar.ELAPSED:
        return Constraint(kind, wait.since + timedelta(minutes=wait.lag.minutes))
    clock = calendar.clock((wait.since - timedelta(days=30) + timedelta(minutes=min(0.0, 10 * wait.lag.minutes))).date())
    due = clock.work_at(wait.since) + round(wait.lag.minutes)
    return Constraint(kind, clock.finish_moment(due) if kind is ConstraintKind.FINISH_NO_EARLIER else clock.start_moment(due))
