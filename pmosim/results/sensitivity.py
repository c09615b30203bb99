"""What a source of uncertainty has to do with a target: tornado, crucialities, indices, ranks.

Schedule sensitivity index: PMI, PMBOK Guide, 2000, sd(D) x criticality / sd(S). Cruciality and significance index:
T. M. Williams, "Criticality in stochastic networks", J. Opl Res. Soc. 43 (1992); compared by Vanhoucke,
Measuring Time, 2010, chapter 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.results import estimates
from pmosim.results.estimates import half_width, percentile_ranks
from pmosim.results.records import Cruciality, Estimate, Sensitivity, Tornado

RANK_ITERATIONS = 4000
"""Spearman's and Kendall's coefficients are taken over so many iterations; their intervals say what that costs."""

Floats = NDArray[np.float64]
Tau = Callable[[NDArray, NDArray], float]


@dataclass(frozen=True)
class Source:
    """One source of uncertainty and its size in every iteration."""

    id: str
    kind: str  # "task" or "risk"
    label: str
    values: NDArray  # [iterations], any unit: only order and correlation count
    criticality: Estimate | None
    sd: float | None = None  # of a task's duration, for the index


def sensitivities(
    sources: list[Source], days: Floats, date_of: Callable[[float], datetime], tau: Tau, confidence: float, keep: int
) -> tuple[Sensitivity, ...]:
    """The sources with the widest tornado, ranked; days : float64[iterations], the target in working days.

    ``date_of`` takes working days since the epoch to a date; ``tau`` gives Kendall's coefficient of two samples.
    """
    found = [_one(source, days, date_of, tau, confidence) for source in sources]
    measured = [entry for entry in found if entry is not None]
    measured.sort(key=lambda entry: (-abs(entry[1]), entry[0].source))
    return tuple(_ranked(measured[:keep], confidence))


def _one(
    source: Source, days: Floats, date_of: Callable[[float], datetime], tau: Tau, confidence: float
) -> tuple[Sensitivity, float, float] | None:
    low, high = deciles(source.values)
    if not low.any() or not high.any():
        return None
    tornado, swing, error = _tornado(days, low, high, date_of, confidence)
    return (
        Sensitivity(
            source.id,
            source.kind,
            source.label,
            source.criticality,
            index(source.sd, source.criticality, days, confidence),
            cruciality(source.values, days, tau, confidence),
            tornado,
        ),
        swing,
        error,
    )


def deciles(values: NDArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Iterations in the lowest and in the highest decile of a source; equal values stay together.

    A risk of less than 10 % has its occurrences as its highest decile; nothing is split at random.
    """
    low, high = np.percentile(values, [10, 90], method="inverted_cdf")
    if low == high:
        return (values < low, values >= low) if (values < low).any() else (values <= high, values > high)
    return values <= low, values >= high


def _tornado(days: Floats, low: NDArray, high: NDArray, date_of: Callable, confidence: float) -> tuple[Tornado, float, float]:
    centre, p80 = float(days.mean()), np.sort(days)[percentile_ranks(len(days), 80, confidence)[0]]
    sides, errors, tails, means = [], [], [], []
    for group in (low, high):
        inside = days[group]
        mean, error = float(inside.mean()), float(inside.std()) / sqrt(len(inside))
        sides.append(estimates.around(mean - centre, error, confidence))
        tails.append(estimates.scaled(estimates.percentile(np.sort(inside), 80, confidence), 1.0, -float(p80)))
        errors.append(error)
        means.append(mean)
    tornado = Tornado(sides[0], sides[1], tails[0], tails[1], date_of(means[0]), date_of(means[1]))
    return tornado, means[1] - means[0], sqrt(errors[0] ** 2 + errors[1] ** 2)


def cruciality(values: NDArray, days: Floats, tau: Tau, confidence: float) -> Cruciality:
    n, some = len(days), min(len(days), RANK_ITERATIONS)
    pearson = estimates.pearson(_pearson(np.asarray(values, dtype=np.float64), days), n, confidence)
    x, y = values[:some], days[:some]
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return Cruciality(pearson)
    rho = _pearson(mid_ranks(x), mid_ranks(y))
    return Cruciality(pearson, estimates.spearman(rho, some, confidence), estimates.kendall(tau(x, y), some, confidence))


def mid_ranks(values: NDArray) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]


def _pearson(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    size = sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size > 0 else 0.0


def index(sd: float | None, criticality: Estimate | None, days: Floats, confidence: float) -> Estimate | None:
    """Schedule sensitivity index. Its error is that of the criticality, with that of two normal standard deviations."""
    spread = float(days.std())
    if sd is None or criticality is None or spread == 0:
        return None
    ratio, n = sd / spread, len(days)
    half = (criticality.high - criticality.low) / 2 * ratio
    relative = half_width(confidence) * ratio * criticality.value / sqrt(n)  # sqrt(2) / sqrt(2 n)
    width = sqrt(half**2 + relative**2)
    value = ratio * criticality.value
    return Estimate(value, max(value - width, 0.0), value + width)


def _ranked(measured: list[tuple[Sensitivity, float, float]], confidence: float) -> list[Sensitivity]:
    """Ranks, and whether each one's swing differs from the next one's by more than simulation error explains."""
    z = half_width(confidence)
    ranked = []
    for place, (entry, swing, error) in enumerate(measured):
        tied = False
        if place + 1 < len(measured):
            _, next_swing, next_error = measured[place + 1]
            tied = abs(swing) - abs(next_swing) < z * sqrt(error**2 + next_error**2)
        ranked.append(replace(entry, rank=place + 1, tied_with_next=tied))
    return ranked
