"""Money by month: what is spent in each, and what has been spent by its end, with percentiles over iterations.

A percentile of a month is that month's own: months do not add up to a percentile of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Series:
    """A figure for each month, and the interval round it. [currency]"""

    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """Of each month: the mean, and percentiles."""

    mean: Series
    percentiles: dict[int, Series]


@dataclass(frozen=True, slots=True)
class CashFlow:
    """What a target's projects spend by calendar month."""

    id: str  # of the target
    months: tuple[date, ...]  # their first days, one after the other
    monthly: Spent
    cumulative: Spent  # by the end of each month
    planned: tuple[float, ...]  # by the end of each month, with everything as planned and no risk occurring
    iterations: int  # the first ones of the forecast: all of them, where there is room for that
