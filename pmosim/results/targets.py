"""When a target finishes, and what a project costs: percentiles, probabilities, contingency, the whole curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import mean, percentile_ranks, scaled, share, shares, standard_deviation
from pmosim.results.estimates import percentile as ordered_percentile
from pmosim.results.records import Contingency, CostForecast, Curve, DateEstimate, Estimate, Sensitivity, TargetForecast

LEVELS = (1, 5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 99)
DAY = 24 * 60
COST_BINS = 60


@dataclass(frozen=True)
class Finishes:
    """One target's finishes, iteration by iteration."""

    instants: NDArray[np.int64]  # wall minutes since the epoch
    work: NDArray[np.int64]  # working minutes of the project's calendar since the epoch, in the same order
    epoch: date
    minutes_per_day: int
    moment_of_work: Callable[[int], datetime]  # working minutes to the moment by which they are worked
    planned_instant: int
    planned_work: int

    def moment(self, instant: int) -> datetime:
        return datetime.combine(self.epoch, time()) + timedelta(minutes=int(instant))

    def instant(self, moment: datetime) -> int:
        delta = moment - datetime.combine(self.epoch, time())
        return delta.days * DAY + delta.seconds // 60

    @property
    def days(self) -> NDArray[np.float64]:
        """Finishes in working days since the epoch."""
        return self.work / self.minutes_per_day


@dataclass(frozen=True)
class Promise:
    """What was promised of a target, if anything was."""

    finish: datetime | None = None
    budget: float | None = None


def forecast_target(
    id: str,
    label: str,
    kind: str,
    finishes: Finishes,
    promise: Promise,
    confidence: float,
    cost: CostForecast | None,
    sensitivities: tuple[Sensitivity, ...],
    rank_iterations: int,
) -> TargetForecast:
    order = np.argsort(finishes.instants, kind="stable")
    instants, work = finishes.instants[order], np.sort(finishes.work)
    n = len(instants)
    average = mean(finishes.work, confidence)
    return TargetForecast(
        id=id,
        label=label,
        kind=kind,
        planned=finishes.moment(finishes.planned_instant),
        plan_probability=probability(instants, finishes.planned_instant, confidence),
        mean=DateEstimate(*(finishes.moment_of_work(round(part)) for part in (average.value, average.low, average.high))),
        sd=scaled(standard_deviation(finishes.work, confidence), 1 / finishes.minutes_per_day),
        percentiles={level: _date(finishes, instants, percentile_ranks(n, level, confidence)) for level in LEVELS},
        contingency={level: _contingency(finishes, instants, work, percentile_ranks(n, level, confidence)) for level in LEVELS},
        curve=day_curve(finishes, instants, confidence),
        earliest=finishes.moment(instants[0]),
        latest=finishes.moment(instants[-1]),
        target=promise.finish,
        probability=probability(instants, finishes.instant(promise.finish), confidence) if promise.finish else None,
        cost=cost,
        sensitivities=sensitivities,
        rank_iterations=rank_iterations,
    )


def probability(ordered: NDArray, limit: float, confidence: float) -> Estimate:
    """Share of iterations no later (or dearer) than the limit; ``ordered`` is in rising order."""
    return share(int(np.searchsorted(ordered, limit, side="right")), len(ordered), confidence)


def _date(finishes: Finishes, instants: NDArray[np.int64], places: tuple[int, int, int]) -> DateEstimate:
    return DateEstimate(*(finishes.moment(instants[place]) for place in places))


def _contingency(finishes: Finishes, instants: NDArray, work: NDArray, places: tuple[int, int, int]) -> Contingency:
    working = Estimate(*(float(work[place] - finishes.planned_work) / finishes.minutes_per_day for place in places))
    calendar = Estimate(*(float(instants[place] - finishes.planned_instant) / DAY for place in places))
    return Contingency(working, calendar)


def day_curve(finishes: Finishes, instants: NDArray[np.int64], confidence: float) -> Curve:
    """Iterations by calendar day of their finish. A finish at midnight belongs to the day that it ends."""
    days, counts = np.unique((instants - 1) // DAY, return_counts=True)
    total, low, high = shares(np.cumsum(counts), len(instants), confidence)
    at = tuple(finishes.epoch + timedelta(days=int(day)) for day in days)
    return Curve(at, tuple(counts.tolist()), tuple(total.tolist()), tuple(low.tolist()), tuple(high.tolist()))


def forecast_cost(cents: NDArray[np.int64], planned: float, budget: float | None, confidence: float) -> CostForecast:
    """cents : int64[iterations], hundredths of the currency."""
    money = np.sort(cents) / 100
    levels = {level: ordered_percentile(money, level, confidence) for level in LEVELS}
    return CostForecast(
        planned=planned,
        mean=mean(money, confidence),
        sd=standard_deviation(money, confidence),
        percentiles=levels,
        contingency={level: scaled(value, 1.0, -planned) for level, value in levels.items()},
        plan_probability=probability(money, planned, confidence),
        curve=cost_curve(money, confidence),
        budget=budget,
        budget_probability=None if budget is None else probability(money, budget, confidence),
    )


def cost_curve(money: NDArray[np.float64], confidence: float) -> Curve:
    """Iterations by equal bins of cost; one bin where the cost is certain."""
    if money[0] == money[-1]:
        edges, counts = np.array([money[-1]]), np.array([len(money)])
    else:
        counts, edges = np.histogram(money, bins=COST_BINS)
        edges = edges[1:]
    total, low, high = shares(np.cumsum(counts), len(money), confidence)
    return Curve(tuple(edges.tolist()), tuple(counts.tolist()), tuple(total.tolist()), tuple(low.tolist()), tuple(high.tolist()))


def joint_probability(met: list[NDArray[np.bool_]], confidence: float) -> Estimate | None:
    """That every promise is kept in the same iteration; None for fewer than two promises."""
    if len(met) < 2:
        return None
    return share(int(np.logical_and.reduce(met).sum()), len(met[0]), confidence)
