"""Intervals from replicates: for Latin hypercube draws, whose errors the usual formulas overstate.

The iterations fall into replicates of equal size, each a Latin hypercube of its own and independent of the others. The error of a
figure over all is the spread of the figure over the replicates, divided by the root of their number (Student's t).
M. Stein, Technometrics 29 (1987); A. B. Owen, Journal of the Royal Statistical Society B 54 (1992).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cache
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmosim.results.records import Contingency, CostForecast, Curve, DateEstimate, Estimate, TargetForecast
from pmosim.results.targets import DAY, Finishes


@cache
def student_half_width(confidence: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))


def half_widths(figures: NDArray, confidence: float) -> NDArray[np.float64]:
    """Half widths of the intervals of figures over all iterations; figures : float64[replicates, ...], one row for each replicate."""
    count = len(figures)
    return student_half_width(confidence, count - 1) * np.std(figures, axis=0, ddof=1) / sqrt(count)


def place_of(n: int, percent: float) -> int:
    return min(max(ceil(round(n * percent / 100, 9)), 1), n) - 1


def with_replicates(one: TargetForecast, finishes: Finishes, count: int, confidence: float) -> TargetForecast:
    """The forecast of a target with intervals from ``count`` replicates."""
    work, instants = (np.sort(rows.reshape(count, -1), axis=1) for rows in (finishes.work, finishes.instants))
    levels = {level: half_widths(work[:, place_of(work.shape[1], level)], confidence).item() for level in one.percentiles}
    mean = half_widths(work.mean(axis=1), confidence).item()
    whole = np.sort(finishes.work)
    values = {level: int(whole[place_of(len(whole), level)]) for level in one.percentiles}
    ends = [finishes.instant(_end_of(day)) for day in one.curve.at]
    return replace(
        one,
        mean=_date(finishes, one.mean.value, float(np.mean(finishes.work)), mean),
        sd=_around(one.sd.value, half_widths(work.std(axis=1), confidence).item() / finishes.minutes_per_day, lowest=0.0),
        percentiles={level: _date(finishes, one.percentiles[level].value, values[level], levels[level]) for level in one.percentiles},
        contingency={level: _gap(gap, finishes, values[level], levels[level]) for level, gap in one.contingency.items()},
        plan_probability=_share(one.plan_probability, instants, finishes.planned_instant, confidence),
        probability=_share(one.probability, instants, finishes.instant(one.target), confidence) if one.probability and one.target else None,
        curve=_curve(one.curve, instants, np.array(ends), confidence),
        cost=one.cost,
    )


def cost_with_replicates(one: CostForecast, cents: NDArray[np.int64], count: int, confidence: float) -> CostForecast:
    """The forecast of a cost with intervals from replicates; cents : int64[iterations]."""
    money = np.sort(cents.reshape(count, -1), axis=1) / 100
    levels = {level: half_widths(money[:, place_of(money.shape[1], level)], confidence).item() for level in one.percentiles}
    within = None if one.budget is None else _share(one.budget_probability, money, one.budget, confidence)
    return replace(
        one,
        mean=_around(one.mean.value, half_widths(money.mean(axis=1), confidence).item()),
        sd=_around(one.sd.value, half_widths(money.std(axis=1), confidence).item(), lowest=0.0),
        percentiles={level: _around(value.value, levels[level]) for level, value in one.percentiles.items()},
        contingency={level: _around(value.value, levels[level]) for level, value in one.contingency.items()},
        plan_probability=_share(one.plan_probability, money, one.planned, confidence),
        curve=_curve(one.curve, money, np.array(one.curve.at, dtype=float), confidence),
        budget_probability=within,
    )


def _end_of(day: Any) -> datetime:
    return datetime.combine(day, time()) + timedelta(days=1)


def _around(value: float, half: float, lowest: float = -np.inf, highest: float = np.inf) -> Estimate:
    return Estimate(value, min(max(value - half, lowest), value), max(min(value + half, highest), value))


def _date(finishes: Finishes, value: datetime, work: float, half: float) -> DateEstimate:
    low, high = finishes.moment_of_work(round(work - half)), finishes.moment_of_work(round(work + half))
    return DateEstimate(value, min(low, value), max(high, value))


def _gap(gap: Contingency, finishes: Finishes, work: int, half: float) -> Contingency:
    working = _around(gap.working_days.value, half / finishes.minutes_per_day)
    ends = [finishes.instant(finishes.moment_of_work(round(work + side * half))) - finishes.planned_instant for side in (-1, 1)]
    value = gap.calendar_days.value
    return Contingency(working, Estimate(value, min(ends[0] / DAY, value), max(ends[1] / DAY, value)))


FEW = 5
"""Iterations of each replicate, on average, below which replicates say nothing of a share: if none has any, they all agree on 0."""


def _is_rare(share: NDArray, rows: NDArray) -> NDArray[np.bool_]:
    return np.minimum(share, 1 - share) * rows.shape[1] < FEW


def _share(one: Estimate | None, rows: NDArray, limit: float, confidence: float) -> Estimate:
    assert one is not None
    if _is_rare(np.array(one.value), rows):
        return one  # the plain interval, which is no narrower
    return _around(one.value, half_widths((rows <= limit).mean(axis=1), confidence).item(), 0.0, 1.0)


def _curve(curve: Curve, rows: NDArray, ends: NDArray, confidence: float) -> Curve:
    shares = np.array([np.searchsorted(row, ends, side="right") for row in rows]) / rows.shape[1]
    half, share = half_widths(shares, confidence), np.array(curve.share)
    rare, plain_low, plain_high = _is_rare(share, rows), np.array(curve.low), np.array(curve.high)
    low = np.where(rare, plain_low, np.minimum(np.maximum(share - half, 0.0), share))
    high = np.where(rare, plain_high, np.maximum(np.minimum(share + half, 1.0), share))
    return replace(curve, low=tuple(low.tolist()), high=tuple(high.tolist()))
