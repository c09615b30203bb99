"""A forecast of a date, and what became of it: the raw material of calibration.

Dates are read as days: a milestone keeps its P80 if it comes in on the day of the P80, whatever the hour. Positions are in
calendar days since midnight of the status date, so that day k lasts from k to k + 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WORKING, CALENDAR = "working days", "calendar days"

RUN_ITS_COURSE = 0.99
"""A forecast whose P99 has passed is judged as a whole, whether the milestone has come in by then or not."""

LEADS = ((30, "up to 1 month"), (91, "1 to 3 months"), (183, "3 to 6 months"), (365, "6 to 12 months"))
LONGEST_LEAD = "over 12 months"


@dataclass(frozen=True, eq=False)
class Outcome:
    """One forecast of one milestone or finish.

    ``share`` is the distribution function at the knots ``days`` and, the same knots on the project's calendar, ``left``: time
    left at the status date in ``unit``. It is linear between knots.
    """

    id: str
    label: str
    project: str
    made: datetime  # status date
    share: tuple[float, ...]  # rising, from 0 or more to 1
    days: tuple[float, ...]
    left: tuple[float, ...]
    planned: float  # as planned then [days]
    day: int | None  # on which it came in; None: still open
    taken: tuple[float, float] | None  # time left from the status date to the begin and the end of that day
    until: int  # first day that is not yet known
    left_until: float  # the same in ``unit``
    unit: str = CALENDAR
    classes: dict[str, str] = field(default_factory=dict)  # such as type and team

    @property
    def key(self) -> tuple[str, str]:
        return self.project, self.id

    @cached_property
    def knots(self) -> tuple[Floats, Floats]:
        """``days`` and ``share`` as arrays."""
        return np.array(self.days, dtype=np.float64), np.array(self.share, dtype=np.float64)

    def reached(self, position: float) -> float:
        """Probability of being finished by a position [days]."""
        return float(np.interp(position, *self.knots, left=0.0))

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """First day after that of each percentile 0 to 100."""
        return np.ceil(np.round(quantiles(self.days, self.share, np.arange(101) / 100), 9)).astype(np.int64)

    def by_the_end_of(self, level: float) -> int:
        """First day after that on which the forecast's percentile lies; ``level`` in whole hundredths, 0 to 1."""
        return int(self.ends[round(100 * level)])

    @cached_property
    def median_left(self) -> float:
        return float(quantiles(self.left, self.share, [0.5])[0])

    @cached_property
    def steps(self) -> tuple[Floats, Floats]:
        """The forecast by whole days: each day on which it may come in, and how likely."""
        days = np.arange(floor(self.days[0] + 1e-9), ceil(self.days[-1] - 1e-9))
        return days.astype(np.float64), np.diff(np.interp(days + 1, *self.knots, left=0.0), prepend=0.0)

    @property
    def lead(self) -> str:
        """How far ahead, by the forecast's own median: by what was known then, for a class by the actual date would be biased."""
        return next((name for most, name in LEADS if self.ends[50] <= most), LONGEST_LEAD)

    def is_settled(self, level: float) -> bool:
        """Whether it is known if the quantile held: by its date, not by the actual one, so that early ones do not count double."""
        return self.by_the_end_of(level) <= self.until

    def held(self, level: float) -> bool:
        return self.day is not None and self.day < self.by_the_end_of(level)


def quantiles(at: tuple[float, ...], share: tuple[float, ...], levels) -> Floats:
    """Inverse of the distribution function with these knots; float64[levels]."""
    x, p = np.asarray(at, dtype=np.float64), np.asarray(share, dtype=np.float64)
    wanted = np.asarray(levels, dtype=np.float64)
    place = np.clip(np.searchsorted(p, wanted - 1e-12, side="left"), 0, len(p) - 1)
    before = np.maximum(place - 1, 0)
    rise = p[place] - p[before]
    inside = np.where(rise > 0, (wanted - p[before]) / np.where(rise > 0, rise, 1.0), 1.0)
    return x[before] + np.clip(inside, 0.0, 1.0) * (x[place] - x[before])


def first_of_each(outcomes: list[Outcome]) -> list[Outcome]:
    """The first forecast of each milestone: later ones know most of what it knew, and would count the same luck again."""
    chosen: dict[tuple[str, str], Outcome] = {}
    for one in sorted(outcomes, key=lambda one: one.made):
        chosen.setdefault(one.key, one)
    return list(chosen.values())


def first_at_each_lead(outcomes: list[Outcome]) -> dict[str, list[Outcome]]:
    """The first forecast of each milestone in each class of lead time, the shortest class first."""
    chosen: dict[tuple[str, str, str], Outcome] = {}
    for one in sorted(outcomes, key=lambda one: one.made):
        chosen.setdefault((*one.key, one.lead), one)
    names = [*(name for _, name in LEADS), LONGEST_LEAD]
    return {name: mine for name in names if (mine := [one for one in chosen.values() if one.lead == name])}
