"""Shares and means of outcomes that come in clusters: milestones of one project share its luck, and count for less than as many projects.

Shares: Clopper-Pearson with the effective number of Korn & Graubard (Survey Methodology 24 (1998), 193-201), which is the
plain interval where every cluster has one member. Means: the cluster-robust variance with Student's t for the clusters' number.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pmosim.results.estimates import percentile_ranks
from pmosim.results.records import Estimate

Floats = NDArray[np.float64]


def student(confidence: float, freedom: int) -> float:
    """Two-sided quantile of Student's law."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2)) if freedom >= 1 else inf


def places_of(clusters: Sequence[str]) -> NDArray[np.int64]:
    return np.unique(np.asarray(clusters), return_inverse=True)[1]


def effective(hits: ArrayLike, clusters: Sequence[str], confidence: float) -> float:
    """How many independent outcomes these are worth; at most as many as they are."""
    hit = np.asarray(hits, dtype=np.float64)
    n, place = len(hit), places_of(clusters)
    count = int(place.max()) + 1 if n else 0
    if count == n:
        return float(n)
    if count < 2:
        return float(min(n, 1))
    share = hit.mean()
    sums = np.bincount(place, hit - share)
    variance = count / (count - 1) * float(sums @ sums) / n**2
    if variance <= 0:  # all alike: no more is known than that the clusters agree
        return float(count)
    worth = share * (1 - share) / variance * (student(confidence, n - 1) / student(confidence, count - 1)) ** 2
    return float(min(max(worth, 1.0), n))


def clustered_share(hits: ArrayLike, clusters: Sequence[str], confidence: float) -> tuple[Estimate, float]:
    """Share with its interval, and the effective number behind it."""
    from scipy.special import betaincinv

    hit = np.asarray(hits, dtype=np.float64)
    if not len(hit):
        return Estimate(0.0, 0.0, 1.0), 0.0
    worth, share, tail = effective(hit, clusters, confidence), float(hit.mean()), (1 - confidence) / 2
    k = worth * share
    low = float(betaincinv(k, worth - k + 1, tail)) if k > 0 else 0.0
    high = float(betaincinv(k + 1, worth - k, 1 - tail)) if k < worth else 1.0
    return Estimate(share, min(low, share), max(high, share)), worth


def clustered_mean(values: ArrayLike, clusters: Sequence[str], confidence: float) -> Estimate:
    """Infinitely wide where there is one cluster only: it does not tell what another would say."""
    value = np.asarray(values, dtype=np.float64)
    place = places_of(clusters)
    count, average = int(place.max()) + 1, float(value.mean())
    if count < 2:
        return Estimate(average, -inf, inf)
    sums = np.bincount(place, value - average)
    half = student(confidence, count - 1) * sqrt(count / (count - 1) * float(sums @ sums)) / len(value)
    return Estimate(average, average - half, average + half)


def enough_for_a_median(values: ArrayLike, clusters: Sequence[str], confidence: float) -> bool:
    """Whether order statistics of so many independent values can hold their median at all: below 6 they cannot at 95 %."""
    value = np.asarray(values, dtype=np.float64)
    return len(value) > 0 and 2 * 0.5 ** int(effective(value <= np.median(value), clusters, confidence)) <= 1 - confidence


def clustered_median(values: ArrayLike, clusters: Sequence[str], confidence: float) -> Estimate:
    """Median, with order statistics for as many values as they are worth (Woodruff, JASA 47 (1952): the interval of the share below)."""
    value = np.asarray(values, dtype=np.float64)
    ordered = np.sort(value)
    n, middle = len(ordered), float(np.median(ordered))
    worth = max(1, int(effective(value <= middle, clusters, confidence)))
    _, low, high = percentile_ranks(worth, 50.0, confidence)
    first, last = int(low / worth * n), min(n - 1, int(np.ceil((high + 1) / worth * n)) - 1)
    return Estimate(middle, min(float(ordered[first]), middle), max(float(ordered[last]), middle))
