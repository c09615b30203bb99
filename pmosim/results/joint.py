"""Finish and cost together: the joint confidence level of a date and a cost, and all pairs of equal level.

The joint confidence level is the share of iterations that are finished by a date *and* cost no more than a sum (NASA Cost
Estimating Handbook, version 4.0, 2015, appendix J). The interval of a share is that of the date and the cost as they
stand; that a P80 would fall a little elsewhere in another run is told by its own interval.
"""

from __future__ import annotations

from datetime import datetime
from math import ceil

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import share
from pmosim.results.records import Estimate, JointForecast, JointFrontier, JointPoint
from pmosim.results.replicates import half_widths, place_of
from pmosim.results.targets import Finishes, Promise

POINT_LEVELS = (50, 70, 80)
FRONTIER_LEVELS = (50, 70, 80)
FRONTIER_POINTS = 40
SCATTERED = 1_000
"""Iterations handed over for a scatter: the first ones, which are the same however many follow."""

Ints = NDArray[np.int64]


def joint_forecast(id: str, finishes: Finishes, cents: Ints, promise: Promise, replicates: int, confidence: float) -> JointForecast | None:
    """Finish and cost of one target; None where either is certain, for then the other says it all.

    cents : int64[iterations], hundredths of the currency; replicates : of a Latin hypercube, 0 for random draws
    """
    instants = finishes.instants
    if instants.min() == instants.max() or cents.min() == cents.max():
        return None
    points = []
    if promise.finish is not None and promise.budget is not None:
        limit = finishes.instant(promise.finish)
        points.append(
            _point(None, promise.finish, promise.budget, instants <= limit, cents / 100 <= promise.budget, replicates, confidence)
        )
    dates, costs = np.sort(instants), np.sort(cents)
    for level in POINT_LEVELS:
        place = place_of(len(dates), level)
        date, cost = dates[place], costs[place]
        points.append(_point(level, finishes.moment(date), cost / 100, instants <= date, cents <= cost, replicates, confidence))
    return JointForecast(
        id=id,
        points=tuple(points),
        frontiers=tuple(_frontier(level, finishes, cents) for level in FRONTIER_LEVELS),
        finish=tuple(finishes.moment(instant) for instant in instants[:SCATTERED]),
        cost=tuple((cents[:SCATTERED] / 100).tolist()),
    )


def _point(
    level: int | None,
    finish: datetime,
    cost: float,
    in_time: NDArray[np.bool_],
    in_budget: NDArray[np.bool_],
    replicates: int,
    confidence: float,
) -> JointPoint:
    quadrants = (in_time & in_budget, in_time & ~in_budget, ~in_time & in_budget, ~(in_time | in_budget))
    both, finish_only, cost_only, neither, on_time, on_budget = (
        _share(held, replicates, confidence) for held in (*quadrants, in_time, in_budget)
    )
    counts = tuple(int(held.sum()) for held in quadrants)
    return JointPoint(level, finish, float(cost), counts, both, finish_only, cost_only, neither, on_time, on_budget)


def _share(held: NDArray[np.bool_], replicates: int, confidence: float) -> Estimate:
    count, n = int(held.sum()), len(held)
    if not replicates:
        return share(count, n, confidence)
    half, value = half_widths(held.reshape(replicates, -1).mean(axis=1), confidence).item(), count / n
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0))


def _frontier(level: int, finishes: Finishes, cents: Ints) -> JointFrontier:
    instants, costs = frontier(finishes.instants, cents, level)
    return JointFrontier(level, tuple(finishes.moment(instant) for instant in instants), tuple((costs / 100).tolist()))


def frontier(dates: Ints, costs: Ints, level: int, points: int = FRONTIER_POINTS) -> tuple[Ints, Ints]:
    """Dates that occurred, rising, and for each the least cost with which both hold in ``level`` % of iterations.

    The first date is the earliest that can have such a cost at all, the last cost the least that can have such a date: beyond
    the ends the frontier goes on straight up and straight to the right. Between them dates stand so that the shares of date
    and cost change at like rates where the two are independent.
    """
    n, wanted = len(dates), ceil(round(len(dates) * level / 100, 9))
    order = np.argsort(costs, kind="stable")
    rising, by_cost, cheapest_first = np.sort(dates), dates[order], costs[order]
    least = wanted / n
    places = np.ceil(n * least ** np.linspace(1, 0, points) - 1e-9).astype(np.int64) - 1
    found: list[tuple[int, int]] = []
    for date in np.unique(rising[np.maximum(places, wanted - 1)]):
        cost = int(cheapest_first[np.flatnonzero(by_cost <= date)[wanted - 1]])
        if not found or cost < found[-1][1]:  # a later date with the same cost says no more
            found.append((int(date), cost))
    ends = np.array(found, dtype=np.int64)
    return ends[:, 0], ends[:, 1]
