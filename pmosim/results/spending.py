"""Percentiles of money by month.

Intervals are those of order statistics of independent iterations; with Latin hypercubes they are wider than need be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.results.cashflow import CashFlow, Series, Spent
from pmosim.results.estimates import half_width, percentile_ranks

LEVELS = (10, 50, 80, 90)


def cash_flow(id: str, months: Sequence[date], cents: NDArray[np.int64], planned: Sequence[float], confidence: float) -> CashFlow:
    """cents : int64[months, iterations], hundredths of the currency; planned : by the end of each month [currency]"""
    cumulative = np.cumsum(cents, axis=0)
    return CashFlow(id, tuple(months), spent(cents, confidence), spent(cumulative, confidence), tuple(planned), cents.shape[1])


def spent(cents: NDArray[np.int64], confidence: float) -> Spent:
    n = cents.shape[1]
    ranks = {level: percentile_ranks(n, level, confidence) for level in LEVELS}
    places = sorted({place for own in ranks.values() for place in own})
    ordered = np.partition(cents, places, axis=1)
    mean, half = cents.mean(axis=1), half_width(confidence) * cents.std(axis=1) / sqrt(n)
    return Spent(
        _series(mean, mean - half, mean + half),
        {level: _series(*(ordered[:, place] for place in own)) for level, own in ranks.items()},
    )


def _series(value: NDArray, low: NDArray, high: NDArray) -> Series:
    return Series(*(tuple(np.round(part / 100, 2).tolist()) for part in (value, low, high)))
