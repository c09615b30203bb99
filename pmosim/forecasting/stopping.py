"""How many iterations are enough: until the interval of a percentile is narrow, in working days, for every target.

The width of that interval is what a reader sees and acts on. A mean that has settled says nothing of it (percentiles settle
later), and a percentile in a gap of the distribution never settles: there the rule ends at its most iterations, and says why.
Iteration k is the same however many there are, so that under random draws a longer run goes on from a shorter one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import REPLICATES, Run, simulate_finishes
from pmosim.forecasting.scales import Scale
from pmosim.results.estimates import percentile_ranks
from pmosim.results.records import Stopping
from pmosim.results.replicates import half_widths, place_of

FIRST = 1000
"""Iterations to begin with: enough for a first idea of the width."""

SPARE = 1.15
"""More iterations than the width asks for, for the next width is not known for certain."""

LEAST_GROWTH, MOST_GROWTH = 1.5, 10.0
"""From one run to the next: few runs, and none that a first chance result makes far too long."""


@dataclass(frozen=True, slots=True)
class Precision:
    """What is asked for: an interval of the percentile no wider than ``days``, for every target."""

    days: float  # [working days of the target's project]
    level: int = 80
    most: int = 1_000_000  # iterations, whatever the width

    def __post_init__(self) -> None:
        if not self.days > 0:
            raise ValueError(f"a precision is more than 0 days, not {self.days}")
        if not 1 <= self.level <= 99:
            raise ValueError(f"the level of a percentile lies between 1 and 99, not {self.level}")
        if self.most < FIRST:
            raise ValueError(f"the most iterations are {FIRST:,} at least, not {self.most:,}")


@dataclass(frozen=True, slots=True)
class _Spread:
    """Of one target's percentile."""

    width: float  # of its interval [working days]
    gap: float  # between two neighbouring finishes in the interval, at most [working days]


def enough_iterations(compiled: Compiled, scales: dict[str, Scale], run: Run, wish: Precision, confidence: float) -> Stopping:
    """Iterate until every target's interval is narrow; ``run`` says all but how many.

    The intervals are those that the forecast prints: of order statistics for random draws, of replicates for Latin hypercubes.
    """
    latin, n = run.strata > 0, _even(FIRST, wish.most)
    while True:
        some = replace(run, iterations=n, strata=n // REPLICATES if latin else 0)
        finishes = simulate_finishes(compiled, some).finishes
        spreads = [_spread(row, scales[id], some, wish, confidence) for row, id in zip(finishes, compiled.target_ids, strict=True)]
        widest = max(range(len(spreads)), key=lambda place: spreads[place].width)
        one = spreads[widest]
        reached = one.width <= wish.days
        if reached or n >= _even(wish.most, wish.most):
            return Stopping(wish.days, wish.level, wish.most, n, reached, compiled.target_ids[widest], one.width, one.gap)
        growth = SPARE * (one.width / wish.days) ** 2
        n = _even(ceil(n * min(max(growth, LEAST_GROWTH), MOST_GROWTH)), wish.most)


def _even(n: int, most: int) -> int:
    """A multiple of the replicates, rounded up to two or three digits, and no more than ``most``."""
    step = max(10 ** (len(str(n)) - 2), REPLICATES)
    return min(-(-n // step) * step, most // REPLICATES * REPLICATES)


def _spread(positions: np.ndarray, scale: Scale, run: Run, wish: Precision, confidence: float) -> _Spread:
    _, low, high = percentile_ranks(len(positions), wish.level, confidence)
    ordered = np.partition(positions, (low, high))
    near = scale.work(np.sort(ordered[low : high + 1])) / scale.minutes_per_day
    gap = float(np.diff(near).max(initial=0.0))
    if not run.strata:
        return _Spread(float(near[-1] - near[0]), gap)
    place = place_of(run.strata, wish.level)
    rows = np.partition(positions.reshape(run.replicates, -1), place, axis=1)[:, place]
    return _Spread(2 * half_widths(scale.work(rows), confidence).item() / scale.minutes_per_day, gap)
