"""Calendars of other tools as our own: inheritance resolved, every exception a date.

Primavera and MS Project derive calendars from one another, repeat exceptions ("every first Friday until 2049"), and
let other weeks hold for a time. A `Calendar` has one week and a table of dates; so all that differs from the week is
written out date by date, over a horizon that the schedule states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from pmosim.interchange.ids import Ids
from pmosim.interchange.java import java_class
from pmosim.model.calendars import ALWAYS, DAY, STANDARD, WEEK, Calendar, Shift
from pmosim.model.tasks import ELAPSED

HORIZON_YEARS = 15
"""Exceptions are written out until so many years after the schedule's own finish; later ones are dropped."""


@dataclass(slots=True)
class Calendars:
    """Converts each calendar once, when a task first needs it."""

    first: date  # exceptions before it cannot matter
    last: date
    idle: frozenset[int] = frozenset()  # unique ids of calendars of which the file gives no working time in the week
    ids: Ids = field(default_factory=lambda: Ids(reserved=("standard", ELAPSED)))
    without_work: dict[int, str] = field(default_factory=dict)  # names, by MPXJ's unique id
    _dropped: dict[int, int] = field(default_factory=dict)  # exceptions of each that reach beyond the horizon
    _done: dict[int, Calendar] = field(default_factory=dict)
    _shared: dict[tuple[int, int], Calendar | None] = field(default_factory=dict)

    def of(self, source: Any) -> Calendar:
        """``source``: an MPXJ ProjectCalendar."""
        key = int(source.getUniqueID())
        if key not in self._done:
            self._done[key] = self._convert(source)
        return self._done[key]

    @property
    def dropped(self) -> int:
        """How many exceptions reach beyond the horizon."""
        return sum(self._dropped.values())

    def both(self, one: Any, other: Any) -> Calendar | None:
        """Working time that two calendars share; None if they share none in a week."""
        key = (int(one.getUniqueID()), int(other.getUniqueID()))
        if key not in self._shared:
            first, second = self._convert(one, Ids()), self._convert(other, Ids())
            self._shared[key] = shared = common_time(first, second, f"{first.name} and {second.name}")
            if shared is not None:
                self._shared[key] = replace(shared, id=self.ids.id_of(shared.name, "calendar"))
        return self._shared[key]

    def named(self, id: str) -> Calendar:
        """One of those that tasks keep, or a built-in one."""
        return next(calendar for calendar in (*self.used, ALWAYS, STANDARD) if calendar.id == id)

    @property
    def used(self) -> tuple[Calendar, ...]:
        return (*self._done.values(), *(calendar for calendar in self._shared.values() if calendar))

    def _convert(self, source: Any, ids: Ids | None = None) -> Calendar:
        week = week_of(source)
        name = str(source.getName() or "")
        if not any(week) or int(source.getUniqueID()) in self.idle:  # no task could ever finish on it
            self.without_work[int(source.getUniqueID())] = name
            week = tuple(((0, DAY),) for _ in range(7))
        return Calendar(
            id=(self.ids if ids is None else ids).id_of(name, "calendar"),
            name=name,
            week=week,
            exceptions={day: shifts for day, shifts in self._exceptions(source) if shifts != week[day.weekday()]},
            **units_of(source),
        )

    def _exceptions(self, source: Any) -> Iterator[tuple[date, tuple[Shift, ...]]]:
        for day in sorted(self._dates(source)):
            yield day, shifts_of(source.getHours(java_class("java.time.LocalDate").of(day.year, day.month, day.day)))

    def _dates(self, source: Any) -> set[date]:
        """Every date within the horizon on which the calendar, or one that it derives from, has other hours than its week."""
        dates: set[date] = set()
        dropped, key = 0, int(source.getUniqueID())
        while source is not None:
            for exception in source.getExpandedCalendarExceptionsWithWorkWeeks():
                begin, end = as_date(exception.getFromDate()), as_date(exception.getToDate())
                dropped += end > self.last
                begin, end = max(begin, self.first), min(end, self.last)
                dates.update(begin + timedelta(days=n) for n in range((end - begin).days + 1))
            source = source.getParent()
        self._dropped[key] = dropped
        return dates


def common_time(one: Calendar, other: Calendar, name: str) -> Calendar | None:
    """The time in which both calendars work, with the first one's hours per day; None if their weeks share none.

    A night shift is cut at midnight: what is shared is looked for day by day.
    """
    some_monday = date(1, 1, 8)
    days = [some_monday + timedelta(days=n) for n in range(7)]
    plain = [Calendar(calendar.id, calendar.week) for calendar in (one, other)]
    week = tuple(_overlaps(_pieces_on(plain[0], day), _pieces_on(plain[1], day)) for day in days)
    if not any(week):
        return None
    changed = {day + timedelta(days=n) for calendar in (one, other) for day in calendar.exceptions for n in (0, 1)}
    exceptions = {day: _overlaps(_pieces_on(one, day), _pieces_on(other, day)) for day in sorted(changed)}
    own = {day: shifts for day, shifts in exceptions.items() if shifts != week[day.weekday()]}
    return replace(one, id=name, name=name, week=week, exceptions=own)


def _pieces_on(calendar: Calendar, day: date) -> list[Shift]:
    """The shifts that fall on a day, that of the night before among them, cut at its midnights."""
    spilt = [(0, end - DAY) for _, end in calendar.shifts_on(day - timedelta(days=1)) if end > DAY]
    return sorted([*spilt, *((begin, min(end, DAY)) for begin, end in calendar.shifts_on(day))])


def _overlaps(some: list[Shift], others: list[Shift]) -> tuple[Shift, ...]:
    found = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return _joined(sorted((begin, end) for begin, end in found if begin < end))


def as_date(value: Any) -> date:
    """A java.time.LocalDate; years beyond 9999 (used for "for ever") as the last that Python knows."""
    return date.fromisoformat(text) if len(text := str(value)) == 10 else date.max


def week_of(source: Any) -> tuple[tuple[Shift, ...], ...]:
    """The seven days' shifts, Monday first, inherited ones included."""
    return tuple(shifts_of(source.getHours(day)) for day in java_class("java.time.DayOfWeek").values())


def shifts_of(hours: Any) -> tuple[Shift, ...]:
    """MPXJ's ranges in minutes after midnight. An end at or before the begin lies on the next day: midnight, or a night shift."""
    if hours is None:
        return ()
    shifts = []
    for span in hours:
        begin, end = _minute(span.getStart()), _minute(span.getEnd())
        shifts.append((begin, end if end > begin else end + DAY))
    return _joined(sorted(shifts))


def _joined(shifts: list[Shift]) -> tuple[Shift, ...]:
    """Shifts that touch or overlap as one."""
    joined: list[Shift] = []
    for begin, end in shifts:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def _minute(time: Any) -> int:
    return int(time.toSecondOfDay()) // 60


def units_of(source: Any) -> dict[str, int]:
    """Hours per day, week and month, where the file gives possible ones."""
    day = int(source.getMinutesPerDay() or 0)
    week = int(source.getMinutesPerWeek() or 0)
    month = int(source.getMinutesPerMonth() or 0)
    day = day if 0 < day <= DAY else 480
    week = week if 0 < week <= WEEK else min(WEEK, 5 * day)
    return {"minutes_per_day": day, "minutes_per_week": week, "minutes_per_month": month if month > 0 else 4 * week}
