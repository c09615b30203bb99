"""Classes of change from one portfolio to another, in an order that is always the same, and which change belongs to which."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from pmosim.model.project import Portfolio
from pmosim.model.tasks import Link


class Change(StrEnum):
    """Classes of change, in the order in which they are made."""

    PROGRESS = "progress"
    SCOPE = "tasks"
    LOGIC = "links"
    ESTIMATES = "estimates"
    RISKS = "risks"
    BRANCHES = "branches"
    CORRELATION = "correlations"
    CALENDARS = "calendars"
    CONSTRAINTS = "constraints"
    COSTS = "costs"
    OTHER = "other"
    TARGETS = "targets"


ORDER = tuple(Change)

OF_TASKS = {
    "progress": Change.PROGRESS,
    "duration": Change.ESTIMATES,
    "planned": Change.ESTIMATES,
    "pauses": Change.ESTIMATES,
    "calendar": Change.CALENDARS,
    "weather": Change.CALENDARS,
    "splits": Change.CALENDARS,
    "constraints": Change.CONSTRAINTS,
    "cost": Change.COSTS,
    "assignments": Change.COSTS,
    "spent": Change.PROGRESS,  # by the status date
    "planned_cost": Change.COSTS,
    "kind": Change.SCOPE,
    "parent": Change.SCOPE,
    "status_date": Change.PROGRESS,
}
WORK = ("duration", "planned", "pauses")
OF_PROJECTS = {
    "status_date": Change.PROGRESS,
    "rules": Change.LOGIC,
    "calendar": Change.CALENDARS,
    "start": Change.CONSTRAINTS,
    "tasks": Change.SCOPE,
    "costs": Change.COSTS,
    "index": Change.COSTS,
}
OF_PORTFOLIOS = {
    "status_date": Change.PROGRESS,
    "projects": Change.SCOPE,
    "links": Change.LOGIC,
    "risks": Change.RISKS,
    "branches": Change.BRANCHES,
    "correlations": Change.CORRELATION,
    "calendars": Change.CALENDARS,
    "weather": Change.CALENDARS,
    "constraints": Change.CONSTRAINTS,
    "currency": Change.COSTS,
    "resources": Change.COSTS,
    "currencies": Change.COSTS,
    "indices": Change.COSTS,
    "targets": Change.TARGETS,
}
DESCRIBES = frozenset(
    {
        "name",
        "description",
        "source",
        "wbs",
        "codes",
        "resources",
        "stored",
        "baseline",
        "id",
        "programme",
        "type",
        "team",
        "together",
    }
)
"""Fields that decide no date and no cost."""


def of_task(name: str) -> Change:
    return OF_TASKS.get(name, Change.OTHER)


def class_of_work(before: Portfolio, after: Portfolio, id: str) -> Change:
    """Why the duration of a task differs: it is another kind of task, work has been done, or somebody thinks otherwise.

    What is left of work in progress is another when it is looked at on another day.
    """
    old, new = before.tasks[id], after.tasks[id]
    if old.kind != new.kind:
        return Change.SCOPE
    if old.progress != new.progress:
        return Change.PROGRESS
    worked_on = new.progress is not None and not new.is_finished
    return Change.PROGRESS if worked_on and before.status_of_task(id) != after.status_of_task(id) else Change.ESTIMATES


def new_links(before: Portfolio, after: Portfolio) -> list[Link]:
    """Those between two tasks that were not linked so before, whatever the lag."""
    had = Counter((link.predecessor, link.successor, link.kind) for link in before.links)
    found = []
    for link in after.links:
        key = (link.predecessor, link.successor, link.kind)
        had[key] -= 1
        if had[key] < 0:
            found.append(link)
    return found


def comes_with_tasks(before: Portfolio, after: Portfolio, link: Link) -> bool:
    """Whether a new link leads to or from a new task, or along the way of tasks that are gone."""
    if link.predecessor not in before.tasks or link.successor not in before.tasks:
        return True
    return link.successor in _beyond(before, after, link.predecessor)


def _beyond(before: Portfolio, after: Portfolio, id: str) -> set[str]:
    """Tasks that waited for ``id`` through tasks that are gone alone."""
    out: dict[str, list[str]] = {}
    for link in before.links:
        out.setdefault(link.predecessor, []).append(link.successor)
    reached, ahead, seen = set(), [one for one in out.get(id, []) if one not in after.tasks], set()
    while ahead:
        gone = ahead.pop()
        if gone in seen:
            continue
        seen.add(gone)
        for one in out.get(gone, []):
            if one in after.tasks:
                reached.add(one)
            else:
                ahead.append(one)
    return reached
