"""Portfolios on the way from one to another: some classes of change made, and of a further one some items."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from pmosim.model import days
from pmosim.model.branches import Branch
from pmosim.model.calendars import ALWAYS, STANDARD
from pmosim.model.changes import (
    OF_PORTFOLIOS,
    OF_PROJECTS,
    ORDER,
    WORK,
    Change,
    class_of_work,
    comes_with_tasks,
    new_links,
    of_task,
)
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Hit, Risk
from pmosim.model.tasks import Link, Task

Part = TypeVar("Part")
Item = tuple[Change, str]
"""One item of a class of change: the id of a task, project, risk, branch or calendar, or "a -> b" for the links from a to b."""


@dataclass(frozen=True, slots=True)
class Made:
    """What has been changed: these classes as a whole, and of others these items."""

    classes: frozenset[Change]
    items: frozenset[Item] = frozenset()

    def __contains__(self, change: Change) -> bool:
        return change in self.classes

    def has(self, change: Change, id: str) -> bool:
        return change in self.classes or (change, id) in self.items

    def touches(self, change: Change) -> bool:
        return change in self.classes or any(one == change for one, _ in self.items)


def up_to(change: Change) -> frozenset[Change]:
    """All classes before this one in their order."""
    return frozenset(ORDER[: ORDER.index(change)])


def watching(portfolio: Portfolio, nodes: Iterable[str]) -> Portfolio:
    """The portfolio with bare targets in place of its own."""
    return replace(portfolio, targets=tuple(Target(node) for node in nodes), together=())


def combined(before: Portfolio, after: Portfolio, made: Made, nodes: Iterable[str] = ()) -> Portfolio:
    """``before`` with the changes ``made``; its classes are the first ones of their order.

    Raises InvalidModel where the parts do not fit together.
    """
    projects = tuple(_projects(before, after, made))
    ids = {f"{project.id}.{task.id}" for project in projects for task in project.tasks}
    values: dict[str, Any] = {
        part.name: getattr(after if OF_PORTFOLIOS.get(part.name, Change.OTHER) in made else before, part.name) for part in fields(Portfolio)
    }
    values |= {
        "projects": projects,
        **{name: tuple(_of_either(before, after, name, made)) for name in SHARED},
        "links": _links(before, after, ids, made),
        "targets": tuple(Target(node) for node in nodes),
        "together": (),
    }
    values["weather"] = _merged(before.weather, after.weather, Change.CALENDARS, made, lambda one: one.id)
    branches = _merged(before.branches, after.branches, Change.BRANCHES, made, lambda one: one.id)
    values["branches"] = tuple(_branches(branches, ids))
    ends = {*ids, *(f"{project.id}.finish" for project in projects), "finish"}
    new_risks = _risks_by_the_day(before, after) if made.touches(Change.RISKS) and Change.CALENDARS not in made else after.risks
    risks = _merged(before.risks, new_risks, Change.RISKS, made, lambda one: one.id)
    values["risks"] = tuple(_risks(risks, ends, {project.id for project in projects}))
    correlations = _merged(before.correlations, after.correlations, Change.CORRELATION, made, named)
    values["correlations"] = _correlations(correlations, ids | {risk.id for risk in values["risks"]})
    return Portfolio(**values)


def named(correlation: Any) -> str:
    """By which a correlation is known: its members."""
    return ", ".join(map(str, correlation.items))


def _merged(old: Iterable[Part], new: Iterable[Part], change: Change, made: Made, id_of: Callable[[Part], str]) -> tuple[Part, ...]:
    """The new parts of what is made, the old ones of the rest."""
    if change in made:
        return tuple(new)
    if not made.touches(change):
        return tuple(old)
    sides = [{id_of(part): part for part in parts} for parts in (old, new)]
    chosen = (sides[made.has(change, id)].get(id) for id in _in_order(*sides))
    return tuple(part for part in chosen if part is not None)


Key = TypeVar("Key", bound=Hashable)


def _in_order(first: Iterable[Key], second: Iterable[Key]) -> list[Key]:
    return [*dict.fromkeys([*first, *second])]


# ---- projects and tasks ----


def _projects(before: Portfolio, after: Portfolio, made: Made) -> Iterator[Project]:
    first, second = (after, before) if Change.SCOPE in made else (before, after)
    for id in _in_order(first.project, second.project):
        old, new = before.project.get(id), after.project.get(id)
        if old is not None and new is not None:
            yield _project(before, after, old, new, made)
        elif (one := _there(old, new, made.has(Change.SCOPE, id))) is not None:
            yield one


def _there(old: Part | None, new: Part | None, is_made: bool) -> Part | None:
    """What only one side has: the new one once it is made, the old one until then."""
    return new if is_made else old


def _project(before: Portfolio, after: Portfolio, old: Project, new: Project, made: Made) -> Project:
    values = {
        part.name: getattr(new if made.has(OF_PROJECTS.get(part.name, Change.OTHER), old.id) else old, part.name)
        for part in fields(Project)
    }
    sides = [{task.id: task for task in one.tasks} for one in (old, new)]
    first, second = reversed(sides) if Change.SCOPE in made else sides
    tasks = []
    for own in _in_order(first, second):
        id, was, becomes = f"{old.id}.{own}", sides[0].get(own), sides[1].get(own)
        if was is not None and becomes is not None:
            tasks.append(_task(before, after, id, was, becomes, made))
        elif (one := _there(was, becomes, made.has(Change.SCOPE, id))) is not None:
            tasks.append(one)
    values["tasks"] = tuple(tasks)
    return Project(**values)


def _task(before: Portfolio, after: Portfolio, id: str, old: Task, new: Task, made: Made) -> Task:
    looked_at: dict[str, Any] = {}
    if (Change.PROGRESS, id) in made.items:  # this task alone: the others are where they were on the status date before
        looked_at = {"status_date": after.status_of_task(id)}
    if old == new:
        return replace(new, **looked_at) if looked_at else new
    work = class_of_work(before, after, id)
    values = {
        part.name: getattr(new if made.has(work if part.name in WORK else of_task(part.name), id) else old, part.name)
        for part in fields(Task)
    }
    factor = days.ratio(before, after, id)
    if factor != 1 and made.has(work, id) and Change.CALENDARS not in made:
        by_the_day = days.work_in(new, factor)
        shown = old if days.same_work(old, by_the_day) else by_the_day
        values |= {name: getattr(shown, name) for name in WORK}
    if Change.CALENDARS in made and not made.has(Change.COSTS, id):
        values["cost"] = days.cost_in(old.cost, factor)
    return Task(**values | looked_at)


# ---- calendars and links ----


SHARED = ("calendars", "resources", "currencies", "indices")
"""Parts of a portfolio that its tasks name."""


def _of_either(before: Portfolio, after: Portfolio, name: str, made: Made) -> Iterator[Any]:
    """Calendars, say, of one side, and what only the other side knows: tasks that are added may keep time on them."""
    change = OF_PORTFOLIOS[name]
    sides = [{one.id: one for one in getattr(portfolio, name)} for portfolio in (before, after)]
    first, second = reversed(sides) if change in made else sides
    for id in _in_order(first, second):
        old, new = sides[0].get(id), sides[1].get(id)
        one = (new if made.has(change, id) else old) or old or new
        if one not in (STANDARD, ALWAYS):
            yield one


def _links(before: Portfolio, after: Portfolio, ids: set[str], made: Made) -> tuple[Link, ...]:
    """The new links; or the old ones between tasks that there are, with those that come with new tasks or close the gap of one
    that is gone. Until calendars are changed, lags are as many days as they will be."""

    def by_the_day(link: Link) -> Link:
        return link if Change.CALENDARS in made else days.lag_in(link, days.lag_ratio(before, after, link))

    if Change.LOGIC in made:
        return tuple(map(by_the_day, after.links))
    pairs = {id for change, id in made.items if change is Change.LOGIC}
    there = [link for link in before.links if link.predecessor in ids and link.successor in ids and ends_of(link) not in pairs]
    changed = [by_the_day(link) for link in after.links if ends_of(link) in pairs] if pairs else []
    if before.tasks.keys() == ids:
        return (*there, *changed)
    come = [link for link in new_links(before, after) if comes_with_tasks(before, after, link) and ends_of(link) not in pairs]
    gone = before.tasks.keys() - ids
    come = [link for link in come if gone or not {link.predecessor, link.successor} <= before.tasks.keys()]  # gaps to be closed
    return (*there, *changed, *(by_the_day(link) for link in come if link.predecessor in ids and link.successor in ids))


def ends_of(link: Link) -> str:
    """By which the links between two tasks are known."""
    return f"{link.predecessor} -> {link.successor}"


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
