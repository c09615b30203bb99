"""What a source of uncertainty has to do with a target: tornado, crucialities, indices, ranks.

Schedule sensitivity index: PMI, PMBOK Guide, 2000, sd(D) x criticality / sd(S). Cruciality and significance index:
T. M. Williams, "Criticality in stochastic networks", J. Opl Res. Soc. 43 (1992); compared by Vanhoucke,
Measuring Time, 2010, chapter 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, floor, sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.results import estimates, influence
from pmosim.results.estimates import half_width, percentile_ranks
from pmosim.results.records import Cruciality, Estimate, Sensitivity, Tornado

RANK_ITERATIONS = 2000
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
    target = Target(days, float(days.mean()), estimates.percentile(np.sort(days), 80, confidence), date_of)
    found = [_one(source, target, tau, confidence) for source in sources]
    measured = [entry for entry in found if entry is not None]
    measured.sort(key=lambda entry: (-abs(entry[1]), entry[0].source))
    return tuple(_ranked(measured[:keep], confidence))


@dataclass(frozen=True)
class Target:
    """What the sources are measured against. [working days since the epoch]"""

    days: Floats
    mean: float
    p80: Estimate
    date_of: Callable[[float], datetime]


def _one(source: Source, target: Target, tau: Tau, confidence: float) -> tuple[Sensitivity, float, float] | None:
    groups = deciles(source.values)
    if not all(group.members.any() for group in groups):
        return None
    tornado, swing, error = _tornado(target, groups, confidence)
    return (
        Sensitivity(
            source.id,
            source.kind,
            source.label,
            source.criticality,
            index(source, target.days, confidence),
            cruciality(source.values, target.days, tau, confidence),
            tornado,
        ),
        swing,
        error,
    )


@dataclass(frozen=True)
class Group:
    """The iterations in which a source is at one of its ends, and those about its bound, where that is a percentile."""

    members: NDArray[np.bool_]
    edge: NDArray[np.bool_] | None = None


def deciles(values: NDArray) -> tuple[Group, Group]:
    """Iterations in the lowest and in the highest decile of a source; equal values stay together.

    A risk of less than 10 % has its occurrences as its highest decile; nothing is split at random.
    """
    p9, low, p11, p89, high, p91 = np.percentile(values, [9, 10, 11, 89, 90, 91], method="inverted_cdf")
    if low == high:
        at = values < low if (values < low).any() else values <= high
        return Group(at), Group(~at)
    return (
        Group(values <= low, (values >= p9) & (values <= p11) if p9 < p11 else None),
        Group(values >= high, (values >= p89) & (values <= p91) if p89 < p91 else None),
    )


def _tornado(target: Target, groups: tuple[Group, Group], confidence: float) -> tuple[Tornado, float, float]:
    sides, errors, tails, means = [], [], [], []
    for group in groups:
        mean = float(target.days[group.members].mean())
        error, error_of_shift = influence.group_mean_error(target.days, group.members, group.edge)
        sides.append(estimates.around(mean - target.mean, error_of_shift, confidence))
        tails.append(_p80_of_group(target, group, confidence))
        errors.append(error)
        means.append(mean)
    tornado = Tornado(sides[0], sides[1], tails[0], tails[1], target.date_of(means[0]), target.date_of(means[1]))
    return tornado, means[1] - means[0], sqrt(errors[0] ** 2 + errors[1] ** 2)


def _p80_of_group(target: Target, group: Group, confidence: float) -> Estimate:
    """P80 within the group less the P80 of all; the two errors are taken as independent, which errs on the safe side."""
    ordered, n = np.sort(target.days[group.members]), len(target.days)
    place = percentile_ranks(len(ordered), 80, confidence)[0]
    found = float(ordered[place])
    share = len(ordered) / n
    half = half_width(confidence) * influence.group_percentile_spread(target.days, found, 0.8, share, group.edge) * sqrt(n)
    low, high = ordered[max(floor(place - half), 0)], ordered[min(ceil(place + half), len(ordered) - 1)]
    below, above = found - float(low), float(high) - found
    value = found - target.p80.value
    return Estimate(
        value,
        value - sqrt(below**2 + (target.p80.high - target.p80.value) ** 2),
        value + sqrt(above**2 + (target.p80.value - target.p80.low) ** 2),
    )


def cruciality(values: NDArray, days: Floats, tau: Tau, confidence: float) -> Cruciality:
    some = min(len(days), RANK_ITERATIONS)
    pearson = _pearson(np.asarray(values, dtype=np.float64), days)
    linear = estimates.correlation(pearson, influence.pearson_error(values, days), confidence)
    x, y = mid_ranks(values[:some]), mid_ranks(days[:some])
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return Cruciality(linear)
    return Cruciality(
        linear,
        estimates.correlation(_pearson(x, y), influence.spearman_error(x, y), confidence),
        estimates.correlation(tau(x, y), influence.kendall_error(x, y), confidence),
    )


def mid_ranks(values: NDArray) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]


def _pearson(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    size = sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size > 0 else 0.0


def index(source: Source, days: Floats, confidence: float) -> Estimate | None:
    """Schedule sensitivity index. The errors of the criticality and of the spreads are added up, for they go together."""
    spread = float(days.std())
    if source.sd is None or source.criticality is None or spread == 0:
        return None
    ratio, share = source.sd / spread, source.criticality
    value = ratio * share.value
    half = half_width(confidence) * influence.spreads_ratio_error(source.values, days) * value
    return Estimate(value, max(ratio * share.low - half, 0.0), ratio * share.high + half)


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
