"""The language's calendars into the model's: weeks of shifts, public holidays, closed and worked days, and inheritance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from pmosim.errors import InvalidModel, did_you_mean
from pmosim.model.calendars import ALWAYS, DAY, STANDARD, Calendar, Shift
from pmosim.model.holidays import public_holidays
from pmosim.scenario import language
from pmosim.scenario.places import Findings, Misread, Origin
from pmosim.scenario.quantities import read_date

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOLIDAY_YEARS = 15
"""Years of public holidays that are entered where a calendar states none, from the year before the status date."""

LONGEST_RANGE = 3 * 366
"""Days that one closed range may have."""

_SHIFT = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d{2}))?\Z")


@dataclass(slots=True)
class _Draft:
    """A calendar in the making: its week and exceptions before they are checked as a whole."""

    week: list[tuple[Shift, ...]]
    exceptions: dict[date, tuple[Shift, ...]] = field(default_factory=dict)
    holidays: dict[date, tuple[Shift, ...]] = field(default_factory=dict)
    units: tuple[int, int, int] | None = None

    @property
    def usual(self) -> tuple[Shift, ...]:
        """Shifts of the first working day of the week."""
        return next((shifts for shifts in self.week if shifts), ())


class CalendarReader:
    """Builds every calendar of a scenario once, those that others are like before them."""

    def __init__(self, entries: Mapping[str, language.Calendar | None], origin: Origin, findings: Findings, first_year: int) -> None:
        self.entries, self.origin, self.findings, self.first_year = entries, origin, findings, first_year
        self.made: dict[str, Calendar] = {}
        self.notes: list[str] = []
        self._drafts: dict[str, _Draft] = {calendar.id: _draft_of(calendar) for calendar in (STANDARD, ALWAYS)}
        self._open: list[str] = []

    def read(self) -> dict[str, Calendar]:
        for id in self.entries:
            self._draft(id)
        return self.made

    def _draft(self, id: str) -> _Draft:
        if id in self.made or (id in self._drafts and id not in self.entries):
            return self._drafts[id]
        entry, here = self.entries[id] or language.Calendar(), self.origin / id
        self._open.append(id)
        draft = self._base(id, entry, here)
        self._week(draft, entry, here / "week")
        self._holidays(id, draft, entry, here)
        self._closed(draft, entry, here / "closed")
        self._worked(draft, entry, here / "worked")
        self._open.pop()
        self._drafts[id] = draft
        self._finish(id, draft, entry, here)
        return draft

    def _base(self, id: str, entry: language.Calendar, here: Origin) -> _Draft:
        like = entry.like
        if like is None:
            return _copy(self._drafts["standard"]) if entry.week is None else _Draft([()] * 7)
        if like in self._open:
            chain = " -> ".join([*self._open[self._open.index(like) :], like])
            self.findings.add(
                here / "like", "calendar-loop", f"these calendars are like one another: {chain}", "give one of them a week of its own"
            )
        elif like in self.entries or like in self._drafts:
            return _copy(self._draft(like) if like in self.entries else self._drafts[like])
        else:
            fix = did_you_mean(like, [other for other in (*self.entries, *self._drafts) if other != id], f"add calendar '{like}'")
            self.findings.add(here / "like", "unknown-calendar", f"calendar '{id}' is like '{like}', but there is no such calendar", fix)
        return _copy(self._drafts["standard"])

    def _week(self, draft: _Draft, entry: language.Calendar, here: Origin) -> None:
        seen: dict[int, str] = {}
        for days, texts in (entry.week or {}).items():
            try:
                numbers = read_days(days)
            except Misread as error:
                self.findings.add((here / days), error.code, error.what, error.fix, key=True)
                continue
            shifts = self._shifts(texts or [], here / days)
            for number in numbers:
                if number in seen:
                    what = f"'{days}' and '{seen[number]}' both contain {_LONG[number].capitalize()}"
                    self.findings.add(here / days, "day-twice", what, "give each day once", key=True)
                seen[number] = days
                draft.week[number] = shifts

    def _shifts(self, texts: list[str], here: Origin) -> tuple[Shift, ...]:
        shifts = []
        for place, text in enumerate(texts):
            try:
                shifts += read_shifts(text)
            except Misread as error:
                self.findings.misread(here / place, error)
        return tuple(shifts)

    def _holidays(self, id: str, draft: _Draft, entry: language.Calendar, here: Origin) -> None:
        if entry.holidays is None:
            if entry.years is not None:
                self.findings.add(
                    here / "years",
                    "years-without-holidays",
                    "'years' is for public holidays, of which there are none",
                    "add holidays: DE-BE",
                )
            return
        try:
            first, last = read_years(entry.years) if entry.years else (self.first_year, self.first_year + HOLIDAY_YEARS - 1)
        except Misread as error:
            self.findings.misread(here / "years", error)
            return
        codes = []
        for place, code in enumerate(entry.holidays):
            try:
                draft.exceptions |= dict.fromkeys(closed_by_law(code.strip(), first, last), ())
                codes.append(code.strip())
            except Misread as error:
                self.findings.misread(here / "holidays" / place, error)
        if codes and entry.years is None:
            self.notes.append(f"calendar '{id}': the public holidays of {', '.join(codes)} are entered for {first} to {last}")

    def _closed(self, draft: _Draft, entry: language.Calendar, here: Origin) -> None:
        for place, text in enumerate(entry.closed or []):
            try:
                draft.exceptions |= dict.fromkeys(read_days_off(text), ())
            except Misread as error:
                self.findings.misread(here / place, error)

    def _worked(self, draft: _Draft, entry: language.Calendar, here: Origin) -> None:
        for place, (text, shifts) in enumerate((entry.worked or {}).items()):
            where = here / text if self._has_key(here / text) else here / place
            try:
                for day in read_days_off(text):
                    draft.exceptions[day] = self._shifts(shifts, where) or draft.usual
            except Misread as error:
                self.findings.misread(where, error)

    @staticmethod
    def _has_key(origin: Origin) -> bool:
        return origin.path in getattr(origin.source, "keys", {})

    def _finish(self, id: str, draft: _Draft, entry: language.Calendar, here: Origin) -> None:
        worked = [sum(end - begin for begin, end in shifts) for shifts in draft.week]
        day, week, month = draft.units or (max(worked), sum(worked), 4 * sum(worked))
        if entry.week is not None:
            day, week, month = max(worked), sum(worked), 4 * sum(worked)
        if entry.hours_per_day is not None:
            days = sum(1 for minutes in worked if minutes)
            day = round(60 * entry.hours_per_day)
            week, month = day * days, 4 * day * days
        if entry.days_per_week is not None:
            week = round(day * entry.days_per_week)
            month = 4 * week
        if entry.days_per_month is not None:
            month = round(day * entry.days_per_month)
        draft.units = (day, week, month)
        try:
            self.made[id] = Calendar(id, tuple(draft.week), draft.exceptions, day, week, month, entry.name or "")
        except InvalidModel as error:
            if any(draft.week) or not any(place for place, _ in self.findings.located):
                first = [problem for problem in error.problems if any(draft.week) or problem.code == "calendar-without-work"]
                self.findings.invalid(here / "week" if entry.week else here, InvalidModel(first))
            self.made[id] = Calendar(id, STANDARD.week)


def _draft_of(calendar: Calendar) -> _Draft:
    units = (calendar.minutes_per_day, calendar.minutes_per_week, calendar.minutes_per_month)
    return _Draft(list(calendar.week), dict(calendar.exceptions), units=units)


def _copy(draft: _Draft) -> _Draft:
    return _Draft(list(draft.week), dict(draft.exceptions), units=draft.units)


def read_days(text: str) -> list[int]:
    """``mon-fri``, ``sat``, ``mon, wed`` -> days of the week, Monday 0; a range may run over the week's end."""
    numbers: list[int] = []
    for part in re.finditer(r"[^,\s][^,]*", text):
        ends = [_day(name.strip(), text) for name in re.split(r"-|–|\bto\b", part.group())]
        if len(ends) > 2:
            raise Misread("unknown-day", f"'{text}' is no day or range of days", "write mon-fri, sat or sun")
        first, last = ends[0], ends[-1]
        numbers += range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
    return numbers


def _day(name: str, text: str) -> int:
    for names in (DAYS, _LONG):
        if name.lower() in names:
            return names.index(name.lower())
    raise Misread(
        "unknown-day",
        f"'{name}' is not a day of the week",
        did_you_mean(name.lower(), (*DAYS, *_LONG), "write mon, tue, wed, thu, fri, sat or sun"),
    )


def read_shifts(text: str) -> list[Shift]:
    """``08:00-12:00`` or several, parted by commas; ``24h`` is the whole day, ``closed`` none. A shift may end after midnight."""
    if text.strip().lower() in ("closed", "off", "none"):
        return []
    if text.strip().lower() == "24h":
        return [(0, DAY)]
    shifts = []
    for part in re.finditer(r"[^,\s][^,]*", text):
        match = _SHIFT.match(part.group().strip())
        if not match:
            raise Misread(
                "not-a-shift", f"'{part.group().strip()}' is not a time from and to", "write for example 08:00-12:00", part.start()
            )
        begin, end = int(match[1]) * 60 + int(match[2] or 0), int(match[3]) * 60 + int(match[4] or 0)
        if begin >= DAY or end > DAY or int(match[2] or 0) > 59 or int(match[4] or 0) > 59 or begin == end:
            raise Misread(
                "not-a-shift", f"'{part.group().strip()}' has an impossible time", "write times between 00:00 and 24:00", part.start()
            )
        shifts.append((begin, end if end > begin else end + DAY))
    return shifts


def read_years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{4})(?:\s*(?:-|–|\.\.|to)\s*(\d{4}))?\s*", text)
    if not match:
        raise Misread("not-years", f"'{text}' is not a range of years", "write for example 2026-2035")
    first, last = int(match[1]), int(match[2] or match[1])
    if not (1950 <= first <= last <= 2100):
        raise Misread("not-years", f"'{text}' runs backwards or lies outside 1950 to 2100", "write for example 2026-2035")
    return first, last


def read_days_off(text: str) -> Iterator[date]:
    """``2026-12-24``, or ``2026-12-24..2027-01-01`` with both ends."""
    first_text, dots, last_text = text.partition("..")
    first = read_date(first_text)
    try:
        last = read_date(last_text) if dots else first
    except Misread as error:
        raise error.moved(len(first_text) + 2) from None
    if last < first:
        raise Misread(
            "dates-out-of-order", f"the range '{text}' ends before it begins", "write the earlier date first", len(first_text) + 2
        )
    if (last - first).days > LONGEST_RANGE:
        raise Misread(
            "range-too-long",
            f"the range '{text}' has {(last - first).days:,} days",
            "correct the years, or change the week",
            len(first_text) + 2,
        )
    return (first + timedelta(days=k) for k in range((last - first).days + 1))


def closed_by_law(code: str, first: int, last: int) -> tuple[date, ...]:
    """Public holidays of a country or region by ISO 3166 code, such as DE or DE-BE."""
    try:
        return public_holidays(code, first, last)
    except InvalidModel as error:
        (problem,) = error.problems
        offset = code.find("-") + 1 if problem.code == "unknown-region" else 0
        raise Misread(problem.code, problem.what, problem.fix, offset) from None
