"""Dates along an axis: positions, bins that begin on real boundaries, and ticks that fit.

A position is a number of days since 1970-01-01. A day's finishes are complete at its end, so "by 30 Sep" lies at the
beginning of 1 October.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from pmosim.output.words import MONTHS

EPOCH = date(1970, 1, 1).toordinal()


def position(moment: datetime | date) -> float:
    """Days since 1970-01-01, with the time of day as a fraction."""
    days = float(moment.toordinal() - EPOCH)
    return days + (moment.hour * 60 + moment.minute) / 1440 if isinstance(moment, datetime) else days


def day_end(moment: datetime | date) -> float:
    """The end of the moment's day; midnight itself ends the day before it."""
    day = float(moment.toordinal() - EPOCH)
    return day if isinstance(moment, datetime) and moment.time() == time(0) else day + 1


def date_at(place: float) -> date:
    return date.fromordinal(int(place // 1) + EPOCH)


@dataclass(frozen=True, slots=True)
class Unit:
    """A period of the calendar: ``step`` days, weeks, months or years."""

    name: str  # "day", "week", "month", "year"
    step: int = 1

    @property
    def days(self) -> float:
        return self.step * {"day": 1.0, "week": 7.0, "month": 30.4, "year": 365.2}[self.name]

    def begin(self, day: date) -> date:
        """The first day of the period that ``day`` lies in."""
        if self.name == "day":
            return day - timedelta(days=(day.toordinal() - EPOCH) % self.step)
        if self.name == "week":
            monday = day - timedelta(days=day.weekday())
            return monday - timedelta(weeks=((monday.toordinal() - EPOCH + 3) // 7) % self.step)
        if self.name == "month":
            months = day.year * 12 + day.month - 1
            return _month(months - months % self.step)
        return date(max(1, day.year - day.year % self.step), 1, 1)

    def next(self, begin: date) -> date:
        if self.name in ("day", "week"):
            return begin + timedelta(days=int(self.days))
        months = begin.year * 12 + begin.month - 1 + self.step * (1 if self.name == "month" else 12)
        return _month(months)

    def boundaries(self, low: float, high: float) -> list[date]:
        """From the boundary at or before ``low`` to the one at or after ``high``."""
        edges = [self.begin(date_at(low))]
        while position(edges[-1]) < high or len(edges) < 2:
            edges.append(self.next(edges[-1]))
        return edges

    def __str__(self) -> str:
        return self.name if self.step == 1 else "quarter" if (self.name, self.step) == ("month", 3) else f"{self.step} {self.name}s"


def _month(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


BINS = (Unit("day"), Unit("week"), Unit("month"), Unit("month", 3), Unit("year"))
MOST_BINS = (30, 40, 60, 60)  # of each of the first four; beyond it the next one serves
TICKS = (
    *(Unit("day", step) for step in (1, 2)),
    *(Unit("week", step) for step in (1, 2)),
    *(Unit("month", step) for step in (1, 2, 3, 6)),
    *(Unit("year", step) for step in (1, 2, 5, 10, 20, 50, 100)),
)


def bin_unit(low: float, high: float, finer: float = 1.0) -> Unit:
    """Days, weeks, months, quarters or years, so that the bars are neither too few nor too many; ``finer``: so many times more."""
    for unit, most in zip(BINS, MOST_BINS, strict=False):
        if (high - low) / unit.days <= most * finer:
            return unit
    return BINS[-1]


def binned(days: Iterable[date], counts: Iterable[int], edges: list[date]) -> list[int]:
    """Daily counts summed over the periods between ``edges``; days outside are left out."""
    sums = [0] * (len(edges) - 1)
    for day, count in zip(days, counts, strict=True):
        place = bisect_right(edges, day) - 1
        if 0 <= place < len(sums):
            sums[place] += count
    return sums


def ticks(low: float, high: float, width: float) -> tuple[list[float], list[str]]:
    """Positions and labels for an axis ``width`` points long: months, with the year beneath the first and each January."""
    unit = next((u for u in TICKS if u.days * width / max(high - low, 1e-9) >= _room(u)), TICKS[-1])
    days = [day for day in unit.boundaries(low, high) if low <= position(day) <= high]
    if len(days) < 2:  # an axis so short that it holds one boundary only
        days = sorted({date_at(low + 0.999), *days})
    labels = [_label(unit, day, before) for before, day in _with_previous(days)]
    return [position(day) for day in days], labels


def _room(unit: Unit) -> float:
    """Points that a label needs, with a gap to the next."""
    return {"day": 54.0, "week": 54.0, "month": 42.0, "year": 46.0}[unit.name]


def _with_previous(days: list[date]) -> Iterator[tuple[date | None, date]]:
    yield from [(None, day) for day in days[:1]]
    yield from pairwise(days)


def _label(unit: Unit, day: date, before: date | None) -> str:
    if unit.name == "year":
        return str(day.year)
    text = MONTHS[day.month - 1] if unit.name == "month" else f"{day.day} {MONTHS[day.month - 1]}"
    return text if before is not None and before.year == day.year else f"{text}\n{day.year}"
