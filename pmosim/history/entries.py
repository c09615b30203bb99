"""What a ledger writes down of one forecast and its model: rows of figures, curves and actuals."""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from itertools import accumulate
from typing import Any

from pmosim.model.project import PORTFOLIO_FINISH, Portfolio, Project
from pmosim.model.tasks import FINISH as PROJECT_FINISH
from pmosim.results.ledger import COST, CURVE_LEVELS, FINISH, LEVELS
from pmosim.results.records import CostForecast, Curve, DateEstimate, Estimate, Forecast, TargetForecast

Row = dict[str, Any]


def packed(text: str) -> bytes:
    return zlib.compress(text.encode(), 6)


def unpacked(data: bytes) -> str:
    return zlib.decompress(data).decode()


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def plain_moment(moment: datetime) -> datetime:
    """Without a zone: moments of the model have none, and databases mind."""
    return moment.replace(tzinfo=None)


def figure_rows(made: Forecast) -> Iterator[Row]:
    """Every figure that trends need, target by target; of several targets together, the probability stands with the first."""
    if made.joint_probability is not None:
        yield _row(made.targets[0].id, FINISH, "joint-probability", made.joint_probability)
    for one in made.targets:
        yield from (_row(one.id, FINISH, name, value) for name, value in _finish_figures(one) if value is not None)
        if one.cost is not None:
            yield from (_row(one.id, COST, name, value) for name, value in _cost_figures(one.cost) if value is not None)


def _finish_figures(one: TargetForecast) -> Iterator[tuple[str, DateEstimate | Estimate | datetime | None]]:
    yield from ((f"P{level}", one.percentiles.get(level)) for level in LEVELS)
    yield from (("mean", one.mean), ("planned", one.planned), ("target", one.target))
    yield from (("probability", one.probability), ("plan-probability", one.plan_probability))


def _cost_figures(cost: CostForecast) -> Iterator[tuple[str, Estimate | float | None]]:
    yield from ((f"P{level}", cost.percentiles.get(level)) for level in LEVELS)
    yield from (("mean", cost.mean), ("planned", cost.planned), ("target", cost.budget))
    yield from (("probability", cost.budget_probability), ("plan-probability", cost.plan_probability))


def _row(target: str, quantity: str, name: str, value: DateEstimate | Estimate | datetime | float) -> Row:
    parts = (value.value, value.low, value.high) if isinstance(value, DateEstimate | Estimate) else (value,) * 3
    is_moment = isinstance(parts[0], datetime)
    moments = map(plain_moment, parts) if is_moment else (None,) * 3  # type: ignore[arg-type]
    numbers = (None,) * 3 if is_moment else map(float, parts)  # type: ignore[arg-type]
    columns = ("date", "date_low", "date_high", "number", "number_low", "number_high")
    row = dict(zip(columns, (*moments, *numbers), strict=True))
    return {"target": target, "quantity": quantity, "name": name} | row


def target_rows(made: Forecast) -> list[Row]:
    return [{"target": one.id, "label": one.label, "kind": one.kind, "place": place} for place, one in enumerate(made.targets)]


def curve_rows(made: Forecast) -> Iterator[Row]:
    """The percentiles 0 to 100 of every finish and every cost."""
    for one in made.targets:
        yield {"target": one.id, "quantity": FINISH, "points": packed(json.dumps([day.isoformat() for day in days(one.curve)]))}
        if one.cost is not None:
            yield {"target": one.id, "quantity": COST, "points": packed(json.dumps(amounts(one.cost)))}


def days(curve: Curve) -> list[date]:
    """Percentiles 0 to 100 of a finish: the days of the order statistics ceil(n x/100), the first and the last one included."""
    cumulative = list(accumulate(curve.count))
    n = cumulative[-1]
    return [curve.at[bisect_left(cumulative, max(1, -(-n * level // 100)))] for level in CURVE_LEVELS]  # type: ignore[misc]


def amounts(cost: CostForecast) -> list[float]:
    """Percentiles 0 to 100 of a cost: as the forecast tells them; between those, costs lie evenly in each bin of the curve."""
    at: list[float] = list(cost.curve.at)  # type: ignore[arg-type]
    edges = [at[0] - (at[-1] - at[0]) / max(1, len(at) - 1), *at]
    cumulative = list(accumulate(cost.curve.count, initial=0))
    found = []
    for level in CURVE_LEVELS:
        rank = cumulative[-1] * level / 100
        place = min(bisect_left(cumulative, rank, lo=1), len(at))
        inside = (rank - cumulative[place - 1]) / max(1, cost.curve.count[place - 1])
        amount = edges[place - 1] + inside * (edges[place] - edges[place - 1])
        least = max((told.value for known, told in cost.percentiles.items() if known <= level), default=amount)
        most = min((told.value for known, told in cost.percentiles.items() if known >= level), default=amount)
        found.append(max(least, min(amount, most)))
    return found


def points_of(data: bytes, quantity: str) -> tuple[date, ...] | tuple[float, ...]:
    values = json.loads(unpacked(data))
    return tuple(map(date.fromisoformat, values)) if quantity == FINISH else tuple(values)


def actual_rows(portfolio: Portfolio) -> Iterator[Row]:
    """What has happened: starts, finishes and costs of tasks, of projects with all their tasks finished, and of the portfolio likewise."""
    ended: dict[str, tuple[datetime, float | None]] = {}
    for project in portfolio.projects:
        working = [task for task in project.tasks if not task.kind.spans]
        for task in working:
            if task.progress is not None:
                node = f"{project.id}.{task.id}"
                yield _actual(node, "start", task.progress.actual_start)
                if task.progress.actual_finish is not None:
                    yield from _ended(node, task.progress.actual_finish, task.spent)
        finishes = [task.progress.actual_finish for task in working if task.progress and task.progress.actual_finish]
        if finishes and len(finishes) == len(working):
            ended[project.id] = max(finishes), _spent(project)
    for id, (finish, spent) in ended.items():
        yield from _ended(f"{id}.{PROJECT_FINISH}", finish, spent)
    if len(ended) == len(portfolio.projects) > 1:
        costs = [spent for _, spent in ended.values() if spent is not None]
        total = sum(costs) if len(costs) == len(ended) else None
        yield from _ended(PORTFOLIO_FINISH, max(finish for finish, _ in ended.values()), total)


def _ended(node: str, finish: datetime, spent: float | None) -> Iterator[Row]:
    yield _actual(node, "finish", finish)
    if spent is not None:
        yield _actual(node, "cost", spent)


def _actual(node: str, kind: str, value: datetime | float) -> Row:
    if isinstance(value, datetime):
        return {"node": node, "kind": kind, "date": plain_moment(value), "number": None}
    return {"node": node, "kind": kind, "date": None, "number": float(value)}


def _spent(project: Project) -> float | None:
    """What a finished project has cost; None where that is not said of everything in it that costs something."""
    paid = [task.spent for task in project.tasks if task.spent is not None or task.cost is not None or task.assignments]
    known = [amount for amount in paid if amount is not None]
    return sum(known) + sum(cost.spent for cost in project.costs) if known and len(known) == len(paid) else None
