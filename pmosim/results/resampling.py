"""Paired intervals of percentiles and of their differences, by resampling iterations (Efron & Tibshirani, An Introduction to
the Bootstrap, 1993, chapter 13: percentile intervals).

Every sample of one simulation, with whatever was taken out, is resampled with the same counts: what the samples share
cancels from their differences, as it does from the differences themselves. Nothing is assumed about the law.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import half_width
from pmosim.results.records import Estimate

Floats = NDArray[np.float64]

TIMES = 400
"""Resamples. The ends of a 95 % interval are the 10th from either side."""

MOST = 20_000
"""Iterations resampled; with more, the spread is measured on the first ones and scaled by the root of the number."""

WINDOW = 7.0
"""Standard errors on either side within which a resampled percentile is looked for: missed once in 10**11."""


def place_of(n: int, level: int) -> int:
    """Place in rising order, from 0, of a percentile: the order statistic ceil(n level/100)."""
    return min(max(ceil(round(n * level / 100, 9)), 1), n) - 1


class Resamples:
    """How often each iteration stands in each resample; the same seed and n give the same ones."""

    def __init__(self, n: int, seed: int, times: int = TIMES) -> None:
        self.n, self.some, self.times = n, min(n, MOST), times
        luck = np.random.Generator(np.random.Philox(seed))
        counts = np.empty((self.some, times), np.float32)
        for k in range(times):
            counts[:, k] = np.bincount(luck.integers(0, self.some, self.some), minlength=self.some)
        self.counts = counts
        self._near: dict[tuple[str, int], tuple[NDArray[np.bool_], NDArray[np.float32]]] = {}

    def of_percentiles(self, values: NDArray[np.int64], levels: tuple[int, ...], family: str = "") -> Floats:
        """Each percentile in each resample; returns float64[levels, times], as deviations from the percentile.

        values : int64[n]; ``family`` names samples that are much alike, which are then resampled the quicker
        """
        some, shrink = values[: self.some], sqrt(self.some / self.n)
        order = np.argsort(some, kind="stable")
        found = [self._one(some, order, level, family) * shrink for level in levels]
        return np.stack(found) if found else np.empty((0, self.times))

    def _one(self, values: NDArray[np.int64], order: NDArray[np.int64], level: int, family: str) -> Floats:
        m, place = len(values), place_of(len(values), level)
        half = ceil(WINDOW * sqrt(m * level * (100 - level)) / 100) + 2
        first, last = max(0, place - half), min(m, place + half + 1)
        below = np.zeros(m, np.bool_)
        below[order[:first]] = True
        reached = self._count(below, (family, level)) + np.cumsum(self.counts[order[first:last]], axis=0)
        found = np.minimum((reached < place + 1).sum(axis=0), last - first - 1) + first
        return (values[order[found]] - values[order[place]]).astype(np.float64)

    def _count(self, chosen: NDArray[np.bool_], key: tuple[str, int]) -> NDArray[np.float32]:
        """How many of the chosen iterations stand in each resample: whole numbers below 2**24, so exact whatever the order."""
        near = self._near.get(key)
        if near is not None:
            more, fewer = np.nonzero(chosen & ~near[0])[0], np.nonzero(near[0] & ~chosen)[0]
            if len(more) + len(fewer) < len(chosen) / 4:
                return near[1] + self.counts[more].sum(axis=0) - self.counts[fewer].sum(axis=0)
        counted = chosen.astype(np.float32) @ self.counts
        self._near[key] = chosen, counted
        return counted

    def of_mean(self, values: NDArray) -> Floats:
        """Deviations of the mean in each resample; values : [n], of which those that are 0 cost nothing; returns float64[times]."""
        some = values[: self.some].astype(np.float64)
        where = np.nonzero(some)[0]
        sums = some[where].astype(np.float32) @ self.counts[where]
        return (sums.astype(np.float64) / self.some - some.mean()) * sqrt(self.some / self.n)


@lru_cache(maxsize=1)
def shared_resamples(n: int, seed: int) -> Resamples:
    """The last ones are kept: making them takes as long as many a simulation, and one forecast asks for them several times."""
    return Resamples(n, seed)


def interval(value: float, deviations: Floats, confidence: float) -> Estimate:
    """A figure with the interval of its resampled deviations; deviations : float64[times]."""
    tail = (1 - confidence) / 2
    ordered = np.sort(deviations)
    cut = min(round(tail * len(ordered)), (len(ordered) - 1) // 2)
    low, high = float(ordered[cut]), float(ordered[-1 - cut])
    return Estimate(value, value + min(low, 0.0), value + max(high, 0.0))


def rank_ranges(values: Floats, deviations: Floats, confidence: float) -> list[tuple[int, int]]:
    """Best and worst rank of each figure that paired differences leave possible, 1 for the largest.

    values : float64[k]; deviations : float64[k, times], of the same resamples. One figure stands certainly above another where
    their difference is more standard errors from zero than ``confidence`` asks for.
    """
    off = deviations - deviations.mean(axis=1, keepdims=True)
    shared = off @ off.T / off.shape[1]
    spread = np.diagonal(shared)
    error = np.sqrt(np.maximum(spread[:, None] + spread[None, :] - 2 * shared, 0.0))
    above = values[:, None] - values[None, :] > np.maximum(half_width(confidence) * error, 1e-9)
    return [(1 + int(above[:, k].sum()), len(values) - int(above[k].sum())) for k in range(len(values))]
