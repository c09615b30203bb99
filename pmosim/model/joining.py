"""Several portfolios as one: what they share by id is one thing in all of them, such as a risk that hits tasks of each.

Parts of the same id (calendars apart) must say the same wherever they stand; of risks, what they hit is put together. Calendars that
differ keep apart under names of their own. Nothing else is changed, so every item keeps its draws, unless a project must be renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pmosim.errors import InvalidModel, Problem
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar
from pmosim.model.project import PORTFOLIO_FINISH, Portfolio, Project, Target
from pmosim.model.risks import Risk
from pmosim.model.tasks import FINISH

DESCRIBING = {"name", "label", "description", "source", "cause", "effect", "response", "proximity", "owner", "category", "wbs"}
"""Fields that hold people's words, in which nothing is renamed."""

MERGED = ("resources", "currencies", "indices", "weather", "correlations", "branches", "together")
"""Fields of a portfolio whose parts are known by an id or a name; those that a version of the model has."""


def joined(name: str, parts: Mapping[str, Portfolio], *, renaming: Collection[str] = ()) -> Portfolio:
    """One portfolio of all, ``parts`` by the names that their projects get where two have the same id, or one of ``renaming``.

    Targets of a whole part of several projects are not those of the whole, and are left out. Raises InvalidModel for what differs
    between the parts and cannot.
    """
    problems: list[Problem] = []
    taken = _clashes(parts) | {*renaming}
    renamed = [with_projects_renamed(part, _new_ids(name, part, taken)) for name, part in parts.items()]
    made = _with_own_calendars(dict(zip(parts, renamed, strict=True)))
    first = made[0]
    for field in ("currency", "constraints", "repair_correlations"):
        if len({str(getattr(part, field)) for part in made if field != "currency" or part.currency}) > 1:
            said = ", ".join(f"{name}: {getattr(part, field) or 'none'}" for name, part in zip(parts, made, strict=True))
            problems.append(
                Problem("cannot-join", (field,), f"'{field}' differs from file to file ({said})", "say the same in all of them")
            )
    merged: dict[str, Any] = {
        field: _merged(field, (getattr(part, field) for part in made), problems) for field in MERGED if field in _names(Portfolio)
    }
    risks = _merged("risks", (part.risks for part in made), problems, _with_hits_of)
    if problems:
        raise InvalidModel(problems)
    status = max(part.status_date for part in made)
    return replace(
        first,
        name=name,
        description="",
        status_date=status,
        projects=tuple(_dated(project, part, status) for part in made for project in part.projects),
        calendars=tuple({c.id: c for part in made for c in part.calendars if c not in (STANDARD, ALWAYS)}.values()),
        links=tuple(link for part in made for link in part.links),
        risks=risks,
        targets=tuple(target for part in made for target in _targets(part)),
        currency=next((part.currency for part in made if part.currency), ""),
        **merged,
    )


def with_projects_renamed(portfolio: Portfolio, new: Mapping[str, str]) -> Portfolio:
    """The same portfolio with other ids of projects; every reference follows. Draws belong to ids, and are then others."""
    if not new:
        return portfolio
    old = [*portfolio.tasks, *(f"{project.id}.{FINISH}" for project in portfolio.projects)]
    words = {id: f"{new[project]}.{rest}" for id in old for project, _, rest in [id.partition(".")] if project in new}
    return _renamed(portfolio, words, new)


def _renamed(value: Any, words: Mapping[str, str], projects: Mapping[str, str]) -> Any:
    """Strings that are qualified ids, wherever they stand, and ids of projects where fields say that they are such."""
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, tuple):
        return tuple(_renamed(one, words, projects) for one in value)
    if isinstance(value, Calendar) or not is_dataclass(value):
        return value
    changed = {}
    for part in fields(value):
        if not part.init or part.name in DESCRIBING:
            continue
        inner = getattr(value, part.name)
        is_project = part.name == "project" or (part.name == "id" and isinstance(value, Project))
        other = projects.get(inner, inner) if is_project and isinstance(inner, str) else _renamed(inner, words, projects)
        if other is not inner and other != inner:
            changed[part.name] = other
    return replace(value, **changed) if changed else value  # type: ignore[type-var]


def _clashes(parts: Mapping[str, Portfolio]) -> set[str]:
    ids = [project.id for part in parts.values() for project in part.projects]
    return {id for id in ids if ids.count(id) > 1}


def _new_ids(name: str, part: Portfolio, taken: Collection[str]) -> dict[str, str]:
    plain = name.replace(".", "-")
    whole = len(part.projects) == 1
    return {project.id: plain if whole else f"{plain}_{project.id}" for project in part.projects if project.id in taken}


def _with_own_calendars(parts: Mapping[str, Portfolio]) -> list[Portfolio]:
    """Each part with calendars of the same id as another's, but other working times, under its own name."""
    known: dict[str, Calendar] = {}
    made = []
    for name, part in parts.items():
        new = {c.id: f"{name}:{c.id}" for c in part.calendars if known.get(c.id, c) != c}
        known |= {c.id: c for c in part.calendars if c.id not in new}
        made.append(_with_calendars(part, new) if new else part)
    return made


def _with_calendars(part: Portfolio, new: Mapping[str, str]) -> Portfolio:
    calendars = tuple(replace(c, id=new.get(c.id, c.id)) for c in part.calendars)
    projects = tuple(
        replace(
            project,
            calendar=new.get(project.calendar, project.calendar),
            tasks=tuple(replace(task, calendar=new[task.calendar]) if task.calendar in new else task for task in project.tasks),
        )
        for project in part.projects
    )
    more: dict[str, Any] = {}
    if "weather" in _names(Portfolio):
        ruled = (replace(one, calendars=tuple(new.get(id, id) for id in one.calendars)) for one in getattr(part, "weather", ()))
        more["weather"] = tuple(ruled)
    return replace(part, calendars=calendars, projects=projects, **more)


def _merged(
    field: str, several: Iterable[tuple[Any, ...]], problems: list[Problem], put: Callable[[Any, Any], Any] | None = None
) -> tuple[Any, ...]:
    """Every part once. Those of one id must be equal, or be such that ``put`` can put them together."""
    found: dict[Any, Any] = {}
    for number, some in enumerate(several):
        for one in some:
            id = getattr(one, "id", "") or getattr(one, "name", "") or f"{number}.{len(found)}"
            both = one if id not in found or found[id] == one else put(found[id], one) if put else None
            if both is None:
                what = f"'{id}' among the {field} is one thing in one file and another in another"
                problems.append(Problem("cannot-join", (field, str(id)), what, "say the same in both files, or give them ids of their own"))
                continue
            found[id] = both
    return tuple(found.values())


def _with_hits_of(one: Risk, other: Risk) -> Risk | None:
    """A risk that hits what both hit; None where they are two risks of one id."""
    hits = (*one.hits, *(hit for hit in other.hits if hit not in one.hits))
    both = [replace(risk, hits=hits, mitigation=None, status=one.status) for risk in (one, other)]
    if both[0] != both[1] or {one.status, other.status} - {one.status, type(one.status).EXPIRED} or _response(one) != _response(other):
        return None
    status = other.status if one.status is type(one.status).EXPIRED else one.status
    return replace(one, hits=hits, status=status, mitigation=_mitigation(one, other))


def _response(risk: Risk) -> Any:
    return risk.mitigation and replace(risk.mitigation, hits=None)


def _mitigation(one: Risk, other: Risk) -> Any:
    if one.mitigation is None or other.mitigation is None or (one.mitigation.hits is None and other.mitigation.hits is None):
        return one.mitigation
    own = [risk.mitigation.hits if risk.mitigation and risk.mitigation.hits is not None else risk.hits for risk in (one, other)]
    return replace(one.mitigation, hits=(*own[0], *(hit for hit in own[1] if hit not in own[0])))


def _dated(project: Project, part: Portfolio, status: Any) -> Project:
    own = project.status_date or part.status_date
    start = project.start or part.status_date
    return replace(project, status_date=own if own != status else None, start=start)


def _targets(part: Portfolio) -> Iterable[Target]:
    return (target for target in part.targets if target.node != PORTFOLIO_FINISH)


def _names(kind: type) -> set[str]:
    return {part.name for part in fields(kind)}
