"""Working time: which minutes of which day are worked, and how instants and working minutes map to one another.

An instant inside pmosim is a count of wall minutes from a midnight, the *epoch*; a position in working time is a
count of working minutes since the same epoch. A finish at the end of a working day and the start of the next are
the same working minute but two instants: `Clock.finish` gives that day's evening, `Clock.start` the next morning.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import gcd
from types import MappingProxyType

from pmosim.errors import InvalidModel, Problem
from pmosim.model.tasks import ELAPSED

DAY = 24 * 60
WEEK = 7 * DAY
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Shift = tuple[int, int]
"""Begin and end in minutes after midnight; the end may lie on the next day (up to 48 h) for a night shift."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A weekly pattern of shifts, Monday first, with dates on which other shifts hold (none: closed)."""

    id: str
    week: tuple[tuple[Shift, ...], ...]
    exceptions: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)
    minutes_per_day: int = 480  # what people mean by "1d" on this calendar
    minutes_per_week: int = 2400
    minutes_per_month: int = 9600
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "exceptions", MappingProxyType(dict(sorted(self.exceptions.items()))))
        problems = [*self._problems()]
        if problems:
            raise InvalidModel(problems)

    def __reduce__(self):  # a MappingProxyType cannot be pickled or deep-copied
        return (
            Calendar,
            (self.id, self.week, dict(self.exceptions), self.minutes_per_day, self.minutes_per_week, self.minutes_per_month, self.name),
        )

    def _problems(self) -> Iterator[Problem]:
        if len(self.week) != 7:
            yield Problem("calendar-week", (), f"calendar '{self.id}' has {len(self.week)} week days", "give seven, Monday first")
            return
        dated = [(f"{day:%d %b %Y}", shifts) for day, shifts in self.exceptions.items()]
        for where, shifts in [*zip(WEEKDAYS, self.week, strict=True), *dated]:
            if any(not 0 <= begin < end <= 2 * DAY or begin >= DAY for begin, end in shifts):
                yield Problem(
                    "calendar-shift",
                    (),
                    f"calendar '{self.id}' has a shift on {where} that ends before it begins",
                    "write begin and end as 08:00-17:00",
                )
            elif any(a[1] > b[0] for a, b in pairwise(shifts)):
                yield Problem(
                    "calendar-shift",
                    (),
                    f"calendar '{self.id}' has shifts on {where} that overlap or are out of order",
                    "order the shifts and part them",
                )
        if not any(self.week):
            yield Problem(
                "calendar-without-work", (), f"calendar '{self.id}' has no working time in its week", "give at least one day a shift"
            )
        if not (0 < self.minutes_per_day <= DAY and 0 < self.minutes_per_week <= WEEK and self.minutes_per_month > 0):
            yield Problem(
                "calendar-units",
                (),
                f"calendar '{self.id}' has an impossible length of day, week or month",
                "give hours per day between 0 and 24",
            )

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        return self.exceptions.get(day, self.week[day.weekday()])

    @property
    def last_exception(self) -> date | None:
        """From the day after it, the calendar repeats week by week for ever."""
        return max(self.exceptions, default=None)

    @property
    def grain(self) -> int:
        """The greatest number of minutes of which every shift's begin and end is a multiple: on full hours, 60."""
        shifts = [shift for day in (*self.week, *self.exceptions.values()) for shift in day]
        return gcd(DAY, *(minute for shift in shifts for minute in shift))

    @property
    def minutes_in_week(self) -> int:
        """Working minutes of a week without exceptions; what a night shift shares with the next morning's counts once."""
        clock = Clock(Calendar(self.id, self.week), date(2024, 1, 1))  # any Monday
        return clock.work(2 * WEEK) - clock.work(WEEK)

    def clock(self, epoch: date) -> Clock:
        return Clock(self, epoch)


def weekly(id: str, days: str, shifts: tuple[Shift, ...], **more) -> Calendar:
    """A calendar that works the same shifts on each day marked ``1`` in ``days`` ("1111100" is Monday to Friday)."""
    hours = sum(end - begin for begin, end in shifts)
    units = {"minutes_per_day": hours, "minutes_per_week": hours * days.count("1"), "minutes_per_month": hours * days.count("1") * 4}
    return Calendar(id, tuple(shifts if mark == "1" else () for mark in days), **(units | more))


STANDARD = weekly("standard", "1111100", ((8 * 60, 12 * 60), (13 * 60, 17 * 60)))
"""Monday to Friday, 08:00-12:00 and 13:00-17:00: the calendar of whoever names none."""

ALWAYS = weekly(ELAPSED, "1111111", ((0, DAY),), minutes_per_month=30 * DAY)
"""Every minute works; elapsed durations and 24 h lags run on it."""


class Clock:
    """A calendar's working time from an epoch on. Known as far as anyone has asked, and extended when they ask further."""

    def __init__(self, calendar: Calendar, epoch: date) -> None:
        self.calendar = calendar
        self.epoch = epoch
        self._day = 0  # days since the epoch that are already laid out
        self._spill: list[Shift] = []  # the part of night shifts that falls on the next day
        self._begins: list[int] = []  # wall minute at which each working interval begins
        self._ends: list[int] = []
        self._before: list[int] = []  # working minutes before each interval
        self._total = 0
        eve = self.calendar.shifts_on(epoch - timedelta(days=1))
        self._spill = [(0, end - DAY) for _, end in eve if end > DAY]

    def _lay_out_week(self) -> None:
        for _ in range(7):
            today = self.calendar.shifts_on(self.epoch + timedelta(days=self._day))
            pieces = sorted([*self._spill, *((begin, min(end, DAY)) for begin, end in today)])
            self._spill = [(0, end - DAY) for _, end in today if end > DAY]
            for piece in pieces:
                begin, end = (minute + self._day * DAY for minute in piece)
                if self._ends and begin < self._ends[-1]:  # last night's shift runs into this morning's
                    begin = self._ends[-1]
                    if begin >= end:
                        continue
                self._begins.append(begin)
                self._ends.append(end)
                self._before.append(self._total)
                self._total += end - begin
            self._day += 1

    def intervals(self, days: int) -> tuple[list[int], list[int], list[int]]:
        """Begin and end of each working interval in the first ``days`` days [wall minutes], and the working minutes before it."""
        while self._day < days:
            self._lay_out_week()
        count = bisect_left(self._begins, days * DAY)
        return self._begins[:count], self._ends[:count], self._before[:count]

    def work(self, instant: int) -> int:
        """Working minutes between the epoch and ``instant`` [wall minutes since the epoch, >= 0]."""
        if instant < 0:
            raise ValueError(f"instant {instant} lies before the epoch {self.epoch}")
        while self._day * DAY < instant:
            self._lay_out_week()
        k = bisect_right(self._begins, instant) - 1
        return self._before[k] + min(instant, self._ends[k]) - self._begins[k] if k >= 0 else 0

    def start(self, work: int) -> int:
        """The instant at which working minute ``work`` begins: the next morning, at the end of a working day."""
        while self._total <= work:
            self._lay_out_week()
        k = bisect_right(self._before, work) - 1
        return self._begins[k] + work - self._before[k]

    def finish(self, work: int) -> int:
        """The first instant by which ``work`` minutes have been worked: that evening, at the end of a working day."""
        if work <= 0:
            return 0
        while self._total < work:
            self._lay_out_week()
        k = bisect_left(self._before, work) - 1
        return self._begins[k] + work - self._before[k]

    def instant(self, moment: datetime) -> int:
        return minutes_since(self.epoch, moment)

    def moment(self, instant: int) -> datetime:
        return moment_at(self.epoch, instant)

    def work_at(self, moment: datetime) -> int:
        return self.work(self.instant(moment))

    def start_moment(self, work: int) -> datetime:
        return self.moment(self.start(work))

    def finish_moment(self, work: int) -> datetime:
        return self.moment(self.finish(work))


def minutes_since(epoch: date, moment: datetime) -> int:
    """Whole wall minutes from the epoch's midnight; seconds are dropped."""
    delta = moment.replace(tzinfo=None) - datetime.combine(epoch, time())
    return delta.days * DAY + delta.seconds // 60


def moment_at(epoch: date, instant: int) -> datetime:
    return datetime.combine(epoch, time()) + timedelta(minutes=int(instant))
