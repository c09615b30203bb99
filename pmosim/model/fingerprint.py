"""The fingerprint of a portfolio: two portfolios with the same one give the same numbers for the same seed.

It covers what makes the numbers: ids (draws belong to ids), laws, calendars in use, links, risks, targets, progress,
dates, and what money depends on. It leaves out what only describes: names, descriptions, owners, categories,
programmes, types and teams of projects, codes, WBS and resources, the file that a project came from, the dates that its
planner's tool had stored, and baselines. The order in which projects, tasks, links, calendars, risks and targets were given does
not matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from pmosim.model.branches import Branch
from pmosim.model.calendars import Calendar
from pmosim.model.correlation import Correlation
from pmosim.model.laws import Law
from pmosim.model.money import Index, ProjectCost, Resource, Spread
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Hit, Mitigation, Risk, Status
from pmosim.model.tasks import Cost, Link, Progress, Rules, Task
from pmosim.model.weather import Edge, Weather

FORM = "pmosim portfolio, form 2"
"""First line of the canonical text. To be raised when the text changes its form, so that no old fingerprint seems a new one."""


Part = tuple[Any, ...]


def fingerprint(portfolio: Portfolio) -> str:
    """SHA-256 of the canonical text, 64 hexadecimal digits; the same in every run, on every machine and Python version."""
    return sha256(canonical_text(portfolio).encode("ascii")).hexdigest()


def canonical_text(portfolio: Portfolio) -> str:
    """One JSON list a line for each part of the portfolio, the lines sorted. Plain ASCII; two of them can be compared by eye."""
    return "\n".join([FORM, *sorted(map(_json, _parts(portfolio)))])


_json = json.JSONEncoder(separators=(",", ":")).encode


def _parts(portfolio: Portfolio) -> Iterator[Part]:
    yield "portfolio", _moment(portfolio.status_date), portfolio.currency, portfolio.constraints, portfolio.repair_correlations
    for id in {project.calendar for project in portfolio.projects} | {task.calendar for task in portfolio.tasks.values()}:
        yield _calendar(portfolio.calendar_of[id])
    yield from map(_project, portfolio.projects)
    yield from (_task(id, task) for id, task in portfolio.tasks.items())
    yield from map(_link, portfolio.links)
    yield from map(_risk, portfolio.risks)
    yield from map(_target, portfolio.targets)
    yield from (_correlation(one) for one in portfolio.correlations)
    yield from map(_branch, portfolio.branches)
    yield from map(_resource, portfolio.resources)
    yield from (("currency", one.id, _law(one.rate)) for one in portfolio.currencies)
    yield from map(_index, portfolio.indices)
    yield from (("together", one.name, sorted(one.nodes)) for one in portfolio.together)
    yield from map(_weather, portfolio.weather)


def _project(project: Project) -> Part:
    rules = [_moment(value) if isinstance(value, datetime) else value for value in (getattr(project.rules, name) for name in _names(Rules))]
    usual = ("project", project.id, project.calendar, _moment(project.start), _moment(project.status_date), rules)
    costs = sorted(map(_project_cost, project.costs), key=_json) or None
    return *usual, *_unusual(costs=costs, index=project.index)


def _calendar(calendar: Calendar) -> Part:
    exceptions = sorted((day.isoformat(), shifts) for day, shifts in calendar.exceptions.items())
    units = (calendar.minutes_per_day, calendar.minutes_per_week, calendar.minutes_per_month)
    return "calendar", calendar.id, calendar.week, exceptions, units


def _task(id: str, task: Task) -> Part:
    constraints = sorted((c.kind, _moment(c.date) or "") for c in task.constraints)
    cost = task.cost and _cost(task.cost)
    progress = task.progress and [_moment(getattr(task.progress, name)) for name in _names(Progress)]
    pauses = [(pause.after, pause.minutes) for pause in task.pauses]
    work = (_law(task.duration), _number(task.planned), pauses)
    usual = ("task", id, task.kind, task.calendar, task.parent, work, progress, constraints, cost)
    uses = sorted((use.resource, _number(use.units)) for use in task.assignments) or None
    return *usual, *_unusual(
        uses=uses, spent=_number(task.spent), planned_cost=_number(task.planned_cost), status_date=_moment(task.status_date),
        weather=None if task.weather else False, splits=None if task.splits else False,
    )  # fmt: skip


def _link(link: Link) -> Part:
    lag = link.lag
    return "link", link.successor, link.predecessor, link.kind, _number(lag.minutes), lag.calendar, _number(lag.share), _law(lag.law)


def _risk(risk: Risk) -> Part:
    hits = _hits(risk.hits)
    after = risk.mitigation and _mitigation(risk.mitigation)
    usual = ("risk", risk.id, _number(risk.probability), hits, _law(risk.cost), risk.project, risk.independent, after)
    window = risk.window and [*map(_moment, risk.window)]
    return *usual, *_unusual(
        group=risk.group,
        window=window,
        status=None if risk.status is Status.OPEN else risk.status,
        arises_from=risk.arises_from,
        drawn_as=risk.drawn_as,
        currency=risk.currency or None,
    )


def _mitigation(mitigation: Mitigation) -> Part:
    hits = None if mitigation.hits is None else _hits(mitigation.hits)
    return _number(mitigation.probability), _number(mitigation.cost), *_unusual(hits=hits, cost_impact=_law(mitigation.cost_impact))


def _hits(hits: tuple[Hit, ...]) -> list[Part]:
    # sorted as text: laws of different kinds cannot be compared with one another
    return sorted(((hit.target, hit.impact.kind, _law(hit.impact.law)) for hit in hits), key=_json)


def _unusual(**values: Any) -> list[Part]:
    """Parts by name, without those that are not given: a portfolio without them keeps the fingerprint that it had before there were any."""
    return [(name, value) for name, value in values.items() if value is not None]


def _target(target: Target) -> Part:
    return "target", target.node, _moment(target.finish), _number(target.budget)


def _correlation(one: Correlation) -> Part:
    return "correlation", one.name, sorted((item.id, item.quantity) for item in one.items), _number(one.rho)


def _branch(branch: Branch) -> Part:
    ways = [(sorted(way.tasks), way.probability) for way in branch.ways]  # in their order: that is how they are drawn
    one = branch.decision
    decision = one and (one.task, [*map(_moment, one.finishes)], one.durations, *([one.costs] if one.costs else []))
    return "branch", branch.id, ways, decision


def _cost(cost: Cost) -> Part:
    return _law(cost.fixed), _law(cost.rate), *_unusual(currency=cost.currency or None, spread=_spread(cost.spread), index=cost.index)


def _resource(one: Resource) -> Part:
    return "resource", one.id, _law(one.rate), _law(one.per_use), one.currency, one.index


def _index(one: Index) -> Part:
    return "index", one.id, one.base.isoformat(), _law(one.rate), [(year, _number(value)) for year, value in one.table]


def _project_cost(one: ProjectCost) -> Part:
    when = (one.begins, one.ends, one.spread, _moment(one.date))
    return one.id, _law(one.amount), _number(one.per), when, one.currency, one.index, _number(one.spent)


def _spread(spread: Spread) -> Spread | None:
    return None if spread is Spread.EVEN else spread


def _weather(weather: Weather) -> Part:
    chain, series = weather.bad_days, weather.series
    windows = sorted([one.id, _edge(one.begins), _edge(one.ends), one.is_open, one.yearly] for one in weather.windows)
    return (
        "weather",
        weather.id,
        sorted(weather.calendars),
        [*map(_law, weather.lost_days)],
        chain and [[*map(_number, chain.shares)], _number(chain.persistence)],
        series and [series.first_year, [[*map(_number, year)] for year in series.years]],
        windows,
        weather.standby,
    )


def _edge(edge: Edge) -> Part:
    return edge.first.isoformat(), _law(edge.days)


def _law(law: Law | None) -> Part | None:
    if law is None:
        return None
    values = [getattr(law, name) for name in _names(type(law))]
    return type(law).__name__.lower(), *map(_value, values)


def _value(value: Any) -> Any:
    if isinstance(value, Law):  # a law made from another
        return _law(value)
    return [*map(_number, value)] if isinstance(value, tuple) else _number(value)


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind))


def _number(value: float | None) -> float | None:
    """1 and 1.0, 0.0 and -0.0 are one and the same; JSON writes a float with the fewest digits that give it back exactly."""
    return None if value is None else value + 0.0


def _moment(moment: datetime | None) -> str | None:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes") if moment else None
