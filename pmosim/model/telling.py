"""What has been changed, in words that can stand after "from": the late start of a task, a new risk, a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from pmosim.model.changes import Change
from pmosim.model.differences import ADDED, REMOVED, Difference
from pmosim.model.project import Portfolio
from pmosim.model.stages import ItemOfChange
from pmosim.model.tasks import Task

Planned = Callable[[str], tuple[datetime, datetime]]
"""Start and finish of a task by the plan before."""

OF_CHANGED = {
    Change.LOGIC: "the link",
    Change.ESTIMATES: "the estimate of",
    Change.RISKS: "risk",
    Change.BRANCHES: "branch",
    Change.CORRELATION: "correlation",
    Change.CALENDARS: "the calendar of",
    Change.CONSTRAINTS: "the constraint of",
    Change.COSTS: "the cost of",
}


def label_of(before: Portfolio, after: Portfolio, item: ItemOfChange) -> str:
    """The name of what has been changed."""
    names = before.names | after.names
    if item.id in names:
        return names[item.id]
    if item.id:
        return next((one.label for one in item.differences if one.label), item.id)
    if item.change is Change.PROGRESS:
        return "time has passed"
    labels = list(dict.fromkeys(one.label or one.what for one in item.differences))
    return labels[0] if len(labels) == 1 else f"{len(labels)} others" if labels else str(item.change)


def cause_of(before: Portfolio, after: Portfolio, item: ItemOfChange, planned: Planned) -> str:
    """Such as ``the late start of Permit``."""
    label = label_of(before, after, item)
    if not item.id:
        return "the time that has passed" if item.change is Change.PROGRESS else label
    match item.change:
        case Change.PROGRESS:
            return _of_progress(before.tasks[item.id], after.tasks[item.id], label, planned(item.id))
        case Change.SCOPE:
            return f"{_new_or_gone(item.differences, 'the change of')} {label}".strip()
        case Change.CALENDARS if item.id in after.calendar_of:
            return f"calendar {label}"
        case Change.CALENDARS if any(item.id == one.id for one in (*before.weather, *after.weather)):
            return f"{_new_or_gone(item.differences, '')} weather {label}".strip()
        case Change.RISKS:
            return f"{_new_or_gone(item.differences, '')} risk {label}".strip()
        case change:
            return f"{OF_CHANGED.get(change, '')} {label}".strip()


def _new_or_gone(differences: Sequence[Difference], else_: str) -> str:
    actions = {one.action for one in differences if not one.what.startswith("hits")}
    return "the new" if actions == {ADDED} else "the removed" if actions == {REMOVED} else else_


def _of_progress(old: Task, new: Task, label: str, planned: tuple[datetime, datetime]) -> str:
    if new.progress is None:
        return f"{label} being called not begun again" if old.progress else f"{label} not having begun"
    if new.progress == old.progress and not new.is_finished:
        return f"no progress on {label}" if new.duration == old.duration else f"the progress of {label}"
    actual = new.progress.actual_finish or new.progress.actual_start
    what, due = ("finish", planned[1]) if new.is_finished else ("start", planned[0])
    if old.progress is not None and not new.is_finished:
        return f"the progress of {label}"
    days = (actual.replace(tzinfo=None).date() - due.date()).days
    return f"the {'late ' if days > 0 else 'early ' if days < 0 else ''}{what} of {label}"


def told(before: Portfolio, after: Portfolio, item: ItemOfChange, planned: Planned) -> tuple[str, ...]:
    """What differs, a line each."""
    if item.change is Change.PROGRESS and item.id:
        return (*_dates(after.tasks[item.id], planned(item.id), item), *map(_line, _of_work(after.tasks[item.id], item)))
    return tuple(map(_line, item.differences))


def _of_work(task: Task, item: ItemOfChange) -> list[Difference]:
    """What is left of the work; of a finished task there is nothing to be said but its dates."""
    names = {"duration": "left", "planned": "planned to be left"} if task.progress else {}
    told = [one for one in item.differences if one.what != "progress" and not task.is_finished]
    return [replace(one, what=names.get(one.what, one.what)) for one in told]


def _dates(task: Task, planned: tuple[datetime, datetime], item: ItemOfChange) -> list[str]:
    progress = task.progress
    if progress is None:
        return ["not begun"]
    if progress.actual_finish:
        return [f"finished {_day(progress.actual_finish)}, planned {_day(planned[1])}"]
    if any(one.what == "progress" for one in item.differences):
        return [f"began {_day(progress.actual_start)}, planned {_day(planned[0])}"]
    return [] if item.differences else ["as much is left as before"]


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


def _line(one: Difference) -> str:
    if one.before and one.after:
        return f"{one.what}: {one.before} -> {one.after}"
    return " ".join(filter(None, [one.action, one.what + ":" * bool(one.after or one.before), one.after or one.before]))


__all__ = ["cause_of", "label_of", "told"]
