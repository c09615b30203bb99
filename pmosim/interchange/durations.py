"""Durations of other tools in whole minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pmosim.model.calendars import DAY

ELAPSED_MINUTES = {"m": 1, "h": 60, "d": DAY, "w": 7 * DAY, "mo": 30 * DAY, "y": 365 * DAY}


@dataclass(frozen=True, slots=True)
class Span:
    """``minutes`` of working time, or of the wall clock where ``elapsed``; a ``share`` of something else where it is a percentage."""

    minutes: int
    elapsed: bool = False
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Units:
    """How many working minutes a day, a week, a month and a year of the file mean."""

    day: int = 480
    week: int = 2400
    month: int = 9600
    year: int = 124_800

    @classmethod
    def of(cls, properties: Any) -> Units:
        """``properties``: an MPXJ ProjectProperties."""
        usual = cls()
        return cls(
            int(properties.getMinutesPerDay() or 0) or usual.day,
            int(properties.getMinutesPerWeek() or 0) or usual.week,
            int(properties.getMinutesPerMonth() or 0) or usual.month,
            int(properties.getMinutesPerYear() or 0) or usual.year,
        )

    def work(self, duration: Any) -> float:
        """An MPXJ Duration of work in minutes, not rounded; none is 0."""
        if duration is None:
            return 0.0
        work = {"m": 1, "h": 60, "d": self.day, "w": self.week, "mo": self.month, "y": self.year}
        return float(duration.getDuration()) * work[str(duration.getUnits()).removeprefix("e")]

    def span(self, duration: Any) -> Span | None:
        """An MPXJ Duration; None stays None."""
        if duration is None:
            return None
        amount, unit = float(duration.getDuration()), str(duration.getUnits())
        elapsed = unit.startswith("e")
        unit = unit.removeprefix("e")
        if unit == "%":
            return Span(0, elapsed, amount / 100)
        work = {"m": 1, "h": 60, "d": self.day, "w": self.week, "mo": self.month, "y": self.year}
        return Span(round(amount * (ELAPSED_MINUTES if elapsed else work)[unit]), elapsed)

    def text(self, duration: Any) -> str:
        """An MPXJ Duration as a scenario writes it, in hours or minutes, which mean the same on every calendar; nothing for none at all."""
        span = self.span(duration)
        if span is None or (not span.minutes and not span.share):
            return ""
        if span.share:
            return f"{100 * span.share:g}%"
        unit = "e" if span.elapsed else ""
        return f"{span.minutes}{unit}m" if span.minutes % 60 else f"{span.minutes // 60}{unit}h"
