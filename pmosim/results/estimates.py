"""Figures from iterations, each with the interval that simulation error leaves round it.

Intervals hold for independent iterations. Percentiles: order statistics by the binomial law (Conover, Practical
Nonparametric Statistics, 3rd ed., 1999, section 3.2). Shares: Clopper & Pearson, Biometrika 26 (1934). Means and
standard deviations: the normal limit. What is no plain mean: the spread of its influence function (`influence`).
"""

from __future__ import annotations

from functools import cache
from math import ceil, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pmosim.results.records import Estimate

Floats = NDArray[np.float64]


def normal_quantile(p: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(p))


@cache
def half_width(confidence: float) -> float:
    """Standard errors on either side of a figure."""
    return normal_quantile((1 + confidence) / 2)


def percentile_ranks(n: int, percent: float, confidence: float) -> tuple[int, int, int]:
    """Places in rising order, from 0, of the percentile ceil(n percent/100) and of the ends of its interval."""
    p, tail = percent / 100, (1 - confidence) / 2
    place = min(max(ceil(round(n * p, 9)), 1), n) - 1
    low = binomial_quantile(tail, n, p) - 1
    high = binomial_quantile(1 - tail, n, p)
    return place, min(max(low, 0), place), max(min(high, n - 1), place)


@cache
def binomial_quantile(q: float, n: int, p: float) -> int:
    """The least k with P(X <= k) >= q. As scipy.stats.binom.ppf, without the second that importing scipy.stats takes."""
    from scipy.special import bdtr, bdtrik

    k = ceil(float(bdtrik(q, n, p)))
    return k - 1 if k > 0 and bdtr(k - 1, n, p) >= q else k


def shares(counts: ArrayLike, n: int, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Shares counts / n and their exact binomial intervals, for many counts at once."""
    from scipy.special import betaincinv

    k, tail = np.asarray(counts, dtype=np.float64), (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(k <= 0, 0.0, betaincinv(np.maximum(k, 1), n - k + 1, tail))
        high = np.where(k >= n, 1.0, betaincinv(k + 1, np.maximum(n - k, 1), 1 - tail))
    return k / n, low, high


def share(count: int, n: int, confidence: float) -> Estimate:
    return Estimate(*(float(part) for part in shares(count, n, confidence)))


def mean(values: NDArray, confidence: float) -> Estimate:
    return mean_from_moments(float(np.mean(values)), float(np.std(values)), len(values), confidence)


def mean_from_moments(average: float, sd: float, n: int, confidence: float) -> Estimate:
    error = half_width(confidence) * sd / sqrt(n)
    return Estimate(average, average - error, average + error)


def standard_deviation(values: NDArray, confidence: float) -> Estimate:
    """Of the sample; its error from the fourth central moment (Kendall & Stuart, vol. 1, section 10.9)."""
    off = np.asarray(values, dtype=np.float64) - np.mean(values)
    variance = float(np.mean(off**2))
    if variance == 0:
        return Estimate(0.0, 0.0, 0.0)
    error = sqrt(max(float(np.mean(off**4)) - variance**2, 0.0) / len(off)) / (2 * sqrt(variance))
    return around(sqrt(variance), error, confidence, lowest=0.0)


def around(value: float, error: float, confidence: float, lowest: float = -np.inf, highest: float = np.inf) -> Estimate:
    """A figure with its standard error, the interval kept within what is possible."""
    half = half_width(confidence) * error
    return Estimate(value, min(max(value - half, lowest), value), max(min(value + half, highest), value))


def percentile(ordered: NDArray, percent: float, confidence: float) -> Estimate:
    """Order statistic of values in rising order."""
    place, low, high = percentile_ranks(len(ordered), percent, confidence)
    return Estimate(float(ordered[place]), float(ordered[low]), float(ordered[high]))


def scaled(estimate: Estimate, factor: float, offset: float = 0.0) -> Estimate:
    """factor x estimate + offset; factor > 0."""
    return Estimate(factor * estimate.value + offset, factor * estimate.low + offset, factor * estimate.high + offset)


def correlation(value: float, error: float, confidence: float) -> Estimate:
    """|r| with the interval that its standard error leaves, taken symmetric in Fisher's z so that it stays within 0..1."""
    size = min(abs(value), 1.0)
    if not isfinite(error):
        return Estimate(size, 0.0, 1.0)
    if 1 - size < 1e-12:
        return Estimate(1.0, 1.0, 1.0)
    if error == 0:
        return Estimate(size, size, size)
    half = half_width(confidence) * error / (1 - size**2)
    low, high = np.tanh(np.arctanh(size) - half), np.tanh(np.arctanh(size) + half)
    return Estimate(size, min(max(float(low), 0.0), size), max(float(high), size))
