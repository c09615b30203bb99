"""From one portfolio to another in steps: one class of change after the other, in an order that is always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from pmosim.errors import InvalidModel
from pmosim.model import days
from pmosim.model.branches import Branch
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar
from pmosim.model.fingerprint import fingerprint
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Hit, Risk
from pmosim.model.tasks import Link, Task


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
    "constraints": Change.CONSTRAINTS,
    "cost": Change.COSTS,
    "assignments": Change.COSTS,
    "spent": Change.COSTS,
    "planned_cost": Change.COSTS,
    "kind": Change.SCOPE,
    "parent": Change.SCOPE,
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


@dataclass(frozen=True, slots=True)
class Stage:
    """The portfolio once these classes of change have been made, all those before them too."""

    changes: tuple[Change, ...]  # several where one alone makes no valid portfolio
    portfolio: Portfolio


def stages(before: Portfolio, after: Portfolio) -> Iterator[Stage]:
    """From ``before`` (not among them) to ``after``, the last one; classes in which nothing changes are left out.

    Targets are reduced to those that both portfolios have, without their promises, which move no date. The last stage is
    ``after`` but for them.
    """
    from pmosim.model.differences import differences

    nodes = tuple(target.node for target in before.targets if target.node in {other.node for other in after.targets})
    differ = {difference.change for difference in differences(before, after)}
    last, held = fingerprint(watching(before, nodes)), tuple[Change, ...]()
    end = fingerprint(watching(after, nodes))
    for place, change in enumerate(ORDER):
        if change is Change.TARGETS or change not in differ:
            continue
        held = (*held, change)
        try:
            made = combined(before, after, frozenset(ORDER[: place + 1]), nodes)
        except InvalidModel:
            continue  # such as a link to a task that comes with the next class
        print_of_made = fingerprint(made)
        if print_of_made != last:
            yield Stage(held, made)
        last, held = print_of_made, ()
    if last != end:
        yield Stage(held or (Change.OTHER,), watching(after, nodes))


def watching(portfolio: Portfolio, nodes: Iterable[str]) -> Portfolio:
    """The portfolio with bare targets in place of its own."""
    return replace(portfolio, targets=tuple(Target(node) for node in nodes), together=())


def combined(before: Portfolio, after: Portfolio, made: frozenset[Change], nodes: Iterable[str] = ()) -> Portfolio:
    """``before`` with the classes of change ``made``, which are the first ones of their order.

    Raises InvalidModel where the parts do not fit together.
    """
    projects = tuple(_project(before, after, project, made) for project in (after if Change.SCOPE in made else before).projects)
    ids = {f"{project.id}.{task.id}" for project in projects for task in project.tasks}
    values: dict[str, Any] = {
        part.name: getattr(after if OF_PORTFOLIOS.get(part.name, Change.OTHER) in made else before, part.name) for part in fields(Portfolio)
    }
    values |= {
        "projects": projects,
        "calendars": _calendars(before, after, made),
        "links": _links(before, after, ids, made),
        **{name: _of_either(before, after, name, made) for name in ("resources", "currencies", "indices")},
        "targets": tuple(Target(node) for node in nodes),
        "together": (),
    }
    values["branches"] = tuple(_branches(values["branches"], ids))
    ends = {*ids, *(f"{project.id}.finish" for project in projects), "finish"}
    if Change.RISKS in made and Change.CALENDARS not in made:
        values["risks"] = _risks_by_the_day(before, after)
    values["risks"] = tuple(_risks(values["risks"], ends, {project.id for project in projects}))
    if "correlations" in values:
        values["correlations"] = _correlations(values["correlations"], ids | {risk.id for risk in values["risks"]})
    return Portfolio(**values)


def _project(before: Portfolio, after: Portfolio, project: Project, made: frozenset[Change]) -> Project:
    old, new = before.project.get(project.id), after.project.get(project.id)
    if old is None or new is None:
        return project
    values = {part.name: getattr(new if OF_PROJECTS.get(part.name, Change.OTHER) in made else old, part.name) for part in fields(Project)}
    values["tasks"] = tuple(_task(before, after, f"{project.id}.{task.id}", task, made) for task in project.tasks)
    return Project(**values)


def _task(before: Portfolio, after: Portfolio, id: str, task: Task, made: frozenset[Change]) -> Task:
    old, new = before.tasks.get(id), after.tasks.get(id)
    if old is None or new is None or old == new:
        return task
    work = class_of_work(old, new)
    values = {
        part.name: getattr(new if (work if part.name in WORK else of_task(part.name)) in made else old, part.name) for part in fields(Task)
    }
    factor = days.ratio(before, after, id)
    if factor != 1 and work in made and Change.CALENDARS not in made:
        by_the_day = days.work_in(new, factor)
        shown = old if days.same_work(old, by_the_day) else by_the_day
        values |= {name: getattr(shown, name) for name in WORK}
    if Change.CALENDARS in made and Change.COSTS not in made:
        values["cost"] = days.cost_in(old.cost, factor)
    return Task(**values)


def of_task(name: str) -> Change:
    return OF_TASKS.get(name, Change.OTHER)


def class_of_work(old: Task, new: Task) -> Change:
    """Why a duration differs: it is another kind of task, work has been done, or somebody thinks otherwise."""
    if old.kind != new.kind:
        return Change.SCOPE
    return Change.PROGRESS if old.progress != new.progress else Change.ESTIMATES


def _calendars(before: Portfolio, after: Portfolio, made: frozenset[Change]) -> tuple[Calendar, ...]:
    """Those of one side, and what only the other side knows: added tasks keep time on theirs."""
    first, second = (after, before) if Change.CALENDARS in made else (before, after)
    known = {calendar.id for calendar in first.calendars}
    return tuple(one for one in (*first.calendars, *(c for c in second.calendars if c.id not in known)) if one not in (STANDARD, ALWAYS))


def _of_either(before: Portfolio, after: Portfolio, name: str, made: frozenset[Change]) -> tuple[Any, ...]:
    """Resources, say, of one side, and what only the other side knows: tasks that are added may use it."""
    first, second = (getattr(one, name) for one in ((after, before) if OF_PORTFOLIOS[name] in made else (before, after)))
    known = {one.id for one in first}
    return (*first, *(one for one in second if one.id not in known))


def _links(before: Portfolio, after: Portfolio, ids: set[str], made: frozenset[Change]) -> tuple[Link, ...]:
    """The new links; or the old ones between tasks that there are, with those that come with new tasks or close the gap of one
    that is gone. Until calendars are changed, lags are as many days as they will be."""

    def by_the_day(link: Link) -> Link:
        return link if Change.CALENDARS in made else days.lag_in(link, days.lag_ratio(before, after, link))

    if Change.LOGIC in made:
        return tuple(map(by_the_day, after.links))
    kept = [link for link in before.links if link.predecessor in ids and link.successor in ids]
    if before.tasks.keys() == ids:
        return tuple(kept)
    return (*kept, *(by_the_day(link) for link in new_links(before, after) if comes_with_tasks(before, after, link)))


def _risks_by_the_day(before: Portfolio, after: Portfolio) -> tuple[Risk, ...]:
    """The new risks, adding as many days on the old calendars as they will on the new ones."""

    def hits_in(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        return tuple(days.hit_in(hit, days.ratio(before, after, hit.target)) for hit in hits)

    made = []
    for risk in after.risks:
        more: dict[str, Any] = {}
        if risk.mitigation is not None and risk.mitigation.hits is not None:
            more["mitigation"] = replace(risk.mitigation, hits=hits_in(risk.mitigation.hits))
        hits = hits_in(risk.hits)
        made.append(replace(risk, hits=hits, **more) if hits != risk.hits or more else risk)
    return tuple(made)


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


def _risks(risks: Iterable[Risk], ends: set[str], projects: set[str]) -> Iterator[Risk]:
    """Risks without the hits on tasks that are not there; those that are left with nothing are left out."""
    for risk in risks:
        hits = _hits(risk.hits, ends)
        if risk.hits and not hits and risk.cost is None:
            continue
        more: dict[str, Any] = {}
        if risk.mitigation is not None and risk.mitigation.hits is not None:
            more["mitigation"] = replace(risk.mitigation, hits=_hits(risk.mitigation.hits, ends))
        if risk.project not in projects:
            more["project"] = None
        yield replace(risk, hits=hits, **more) if more or hits != risk.hits else risk


def _branches(branches: Iterable[Branch], ids: set[str]) -> Iterator[Branch]:
    """Branches of the tasks that there are; without the task that decides, or any task at all, there is nothing to choose."""
    for branch in branches:
        ways = tuple(replace(way, tasks=tuple(id for id in way.tasks if id in ids)) for way in branch.ways)
        if any(way.tasks for way in ways) and (branch.decision is None or branch.decision.task in ids):
            yield replace(branch, ways=ways) if ways != branch.ways else branch


def _hits(hits: Iterable[Hit], ends: set[str]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if hit.target in ends)


def _correlations(correlations: Iterable[Any], known: set[str]) -> tuple[Any, ...]:
    cut = (replace(one, items=tuple(item for item in one.items if item.id in known)) for one in correlations)
    return tuple(one for one in cut if len(one.items) > 1)
