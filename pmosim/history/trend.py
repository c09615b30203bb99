"""How forecasts have moved: from the figures in a ledger, or from forecasts that were kept as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from pmosim.errors import UnreadableFile, did_you_mean
from pmosim.history import entries
from pmosim.history.ledger import Ledger
from pmosim.results.ledger import FINISH, Actual, Figure
from pmosim.results.records import DateEstimate, Estimate, Forecast
from pmosim.results.stored import apart
from pmosim.results.trend import LEVELS, CostPoint, Line, Move, Point, Trend

BAND = (*(f"P{level}" for level in LEVELS), "planned", "target", "probability")
BAND_ALONE = tuple(name for name in BAND if name != "planned")
WHOLE = ("portfolio", "project")
CONFIDENCE = 0.95
DAY = 86_400.0
GREEN_FROM, AMBER_FROM = 0.80, 0.50


@dataclass(frozen=True)
class Wishes:
    """What is to be looked at. Without a project, of all projects the finishes over time, and of their milestones the last forecasts."""

    project: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    green_from: float = GREEN_FROM
    amber_from: float = AMBER_FROM


def trend_of_ledger(ledger: Ledger, wishes: Wishes | None = None) -> Trend:
    """Raises UnreadableFile where there is no such project or target."""
    wishes = wishes or Wishes()
    names = ledger.projects()
    if not names:
        raise UnreadableFile(f"the ledger '{ledger.name}' has no runs\n  fix: add some with 'pmosim run --ledger' or 'pmosim forecast'")
    if wishes.project is not None and wishes.project not in names:
        fix = did_you_mean(wishes.project, names, f"name one of {', '.join(names[:5])}")
        raise UnreadableFile(f"the ledger '{ledger.name}' has no runs of '{wishes.project}'\n  fix: {fix}")
    project = wishes.project or (names[0] if len(names) == 1 else None)
    asked: dict[str, Any] = {"names": BAND, "since": wishes.since, "until": wishes.until}
    if wishes.target is not None:
        told = [figure for id in _ids(wishes.target) for figure in ledger.figures(project, id, **asked)]
    elif project is not None:
        told = ledger.figures(project, None, **asked)
    else:
        told = ledger.figures(None, None, quantity=FINISH, kinds=WHOLE, **(asked | {"names": BAND_ALONE}))
    if not told:
        raise UnreadableFile(_nothing(ledger, project, wishes))
    runs = ledger.runs(project, wishes.since if project else max(figure.status_date for figure in told), wishes.until)
    lines = _lines(told, ledger.actuals(project), {run.id: run.currency for run in runs})
    if wishes.target is not None or project is not None:
        table = tuple(line for line in lines if not line.is_gone)
    else:
        recent = ledger.figures(None, None, quantity=FINISH, names=BAND_ALONE, since=_two_back(lines), until=wishes.until)
        table = tuple(_short(line) for line in _lines(recent, ledger.actuals(), {}) if not line.is_gone)
    confidence = {run.confidence for run in runs}
    return _trend(project or "All projects", ledger.name, lines, table, wishes, min(confidence, default=CONFIDENCE), _notes(runs))


def trend_of_forecasts(forecasts: Sequence[Forecast], wishes: Wishes | None = None, source: str = "") -> Trend:
    """The same of forecasts that lie in files. Of several on one status date the last one counts.

    Raises UnreadableFile where there is nothing to be told.
    """
    wishes = wishes or Wishes()
    told = [figure for run, made in enumerate(forecasts, 1) for figure in _figures(run, made)]
    told = [
        one
        for one in told
        if (wishes.project in (None, one.project))
        and (wishes.target is None or one.target in _ids(wishes.target))
        and (wishes.since is None or one.status_date >= wishes.since)
        and (wishes.until is None or one.status_date <= wishes.until)
    ]
    if not told:
        raise UnreadableFile("none of these forecasts has such a project and target\n  fix: leave --project and --target away to see all")
    last = {(one.project, one.status_date): one.run for one in told}  # of two on one day the later one
    kept = [one for one in told if last[one.project, one.status_date] == one.run]
    kept.sort(key=lambda one: (one.status_date, one.run))
    lines = _lines(kept, (), {run: made.currency for run, made in enumerate(forecasts, 1)})
    projects = list(dict.fromkeys(line.project for line in lines))
    table = tuple(line for line in lines if not line.is_gone)
    shown = lines if len(projects) == 1 or wishes.target else tuple(line for line in lines if line.kind in WHOLE)
    name = projects[0] if len(projects) == 1 else "All projects"
    seen = sorted({made.provenance.seed for made in forecasts})
    notes = (
        (f"The forecasts were made with different seeds ({', '.join(map(str, seen[:5]))}): moves hold more noise.",)
        if len(seen) > 1
        else ()
    )
    return _trend(name, source, shown, table, wishes, min(made.provenance.confidence for made in forecasts), notes)


def _trend(
    name: str, source: str, lines: tuple[Line, ...], table: tuple[Line, ...], wishes: Wishes, confidence: float, notes: tuple[str, ...]
) -> Trend:
    return Trend(name, source, confidence, lines, table, wishes.green_from, wishes.amber_from, notes)


def _notes(runs: Iterable[Any]) -> tuple[str, ...]:
    seeds = {(run.project, run.seed) for run in runs}
    projects = {project for project, _ in seeds}
    if len(seeds) > len(projects):
        return ("Some forecasts of a project were made with different seeds: their moves hold more noise than need be.",)
    return ()


def _ids(target: str) -> tuple[str, ...]:
    """A project may be named without ``.finish``."""
    return (target, f"{target}.finish")


def _nothing(ledger: Ledger, project: str | None, wishes: Wishes) -> str:
    if wishes.target is None:
        return f"the ledger '{ledger.name}' has no runs of these status dates\n  fix: see 'pmosim ledger list'"
    known = sorted({figure.target for figure in ledger.figures(project, None, names=["P80"], quantity=FINISH)})
    fix = did_you_mean(wishes.target, known, f"name one of {', '.join(known[:5])}")
    return f"no run in the ledger '{ledger.name}' has a target '{wishes.target}'\n  fix: {fix}"


def _two_back(lines: Sequence[Line]) -> datetime:
    """The earliest of the last status dates but one of all projects: what is older has no part in the table."""
    dates: dict[str, list[datetime]] = {}
    for line in lines:
        dates.setdefault(line.project, []).extend(point.status_date for point in line.points)
    ordered = [sorted(set(some))[-2:] for some in dates.values()]
    return min(some[0] for some in ordered)


def _short(line: Line) -> Line:
    return replace(line, points=line.points[-2:], costs=())


# ---- figures to lines ----


def _lines(figures: Iterable[Figure], actuals: Iterable[Actual], currencies: Mapping[int, str]) -> tuple[Line, ...]:
    """In the order of projects, then portfolio, projects and milestones, each kind as first met."""
    by_target: dict[tuple[str, str], list[Figure]] = {}
    last_of: dict[str, int] = {}
    for figure in figures:
        by_target.setdefault((figure.project, figure.target), []).append(figure)
        last_of[figure.project] = figure.run
    known = {(one.project, one.node, one.kind): one.value for one in actuals}
    lines = []
    for (project, id), own in by_target.items():
        points, costs = _points(own)
        if not points:
            continue
        latest = own[-1]
        actual, paid = known.get((project, id, "finish")), known.get((project, id, "cost"))
        lines.append(
            Line(
                project,
                id,
                latest.label,
                latest.kind,
                points,
                costs,
                currencies.get(latest.run, ""),
                actual if isinstance(actual, datetime) else None,
                float(paid) if isinstance(paid, int | float) else None,
                None if actual is not None else move_of(points),
                latest.run != last_of[project],
            )
        )
    order = ("portfolio", "project", "milestone")
    return tuple(sorted(lines, key=lambda line: (line.project, order.index(line.kind))))


def _points(figures: Sequence[Figure]) -> tuple[tuple[Point, ...], tuple[CostPoint, ...]]:
    """Figures of one target, in the order of status dates."""
    points, costs = [], []
    for (run, status), own in groupby(figures, key=lambda one: (one.run, one.status_date)):
        finish: dict[str, Figure] = {}
        cost: dict[str, Figure] = {}
        for one in own:
            (finish if one.quantity == FINISH else cost)[one.name] = one
        band = {level: finish[f"P{level}"] for level in LEVELS if f"P{level}" in finish}
        if len(band) == len(LEVELS):
            dates = {level: DateEstimate(one.value, one.low, one.high) for level, one in band.items()}  # type: ignore[arg-type]
            points.append(Point(run, status, dates, _value(finish, "planned"), _value(finish, "target"), _share(finish)))
        spread = {level: cost[f"P{level}"] for level in LEVELS if f"P{level}" in cost}
        if len(spread) == len(LEVELS):
            amounts = {level: Estimate(one.value, one.low, one.high) for level, one in spread.items()}  # type: ignore[arg-type]
            costs.append(CostPoint(run, status, amounts, _value(cost, "planned"), _value(cost, "target"), _share(cost)))
    return tuple(points), tuple(costs)


def _value(figures: Mapping[str, Figure], name: str) -> Any:
    return figures[name].value if name in figures else None


def _share(figures: Mapping[str, Figure]) -> Estimate | None:
    one = figures.get("probability")
    return None if one is None else Estimate(one.value, one.low, one.high)  # type: ignore[arg-type]


def move_of(points: Sequence[Point]) -> Move | None:
    """What has moved since the status date before the last one."""
    if len(points) < 2:
        return None
    old, new = points[-2:]
    began = old.finish[80].value
    days = apart(*(_in_days(point.finish[80], began) for point in (old, new)))
    same = old.probability and new.probability and old.target == new.target  # else the two are of different promises
    chance = apart(old.probability, new.probability) if same else None  # type: ignore[arg-type]
    return Move(old.status_date, days, chance)


def _in_days(moment: DateEstimate, began: datetime) -> Estimate:
    return Estimate(*((part - began) / timedelta(seconds=DAY) for part in (moment.value, moment.low, moment.high)))


def _figures(run: int, made: Forecast) -> Iterable[Figure]:
    """As a ledger would tell them."""
    targets = {one.id: one for one in made.targets}
    status = entries.plain_moment(made.provenance.status_date)
    for row in entries.figure_rows(made):
        one = targets[row["target"]]
        kind = "date" if row["date"] is not None else "number"
        values = (row[kind], row[f"{kind}_low"], row[f"{kind}_high"])
        yield Figure(run, made.name, status, one.id, one.label, one.kind, row["quantity"], row["name"], *values)


__all__ = ["Wishes", "move_of", "trend_of_forecasts", "trend_of_ledger"]
