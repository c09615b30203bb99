"""Values as the scenario language writes them. The same value is always the same text, so that `git diff` shows changes alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from pmosim.model.calendars import DAY, Calendar, Shift
from pmosim.model.tasks import ELAPSED

_PLAIN = re.compile(r"[A-Za-z_][\w .()/-]*(?<![ ])\Z", re.ASCII)
_WORDS = {"true", "false", "null"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def scalar(text: str) -> str:
    """A text as a YAML value or key: bare where nothing in it has a meaning of its own."""
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"


def moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M}"


def duration(minutes: float, calendar: Calendar) -> str:
    """Whole days of the calendar where it is that; else hours and minutes. On the clock that never rests, elapsed time."""
    elapsed = "e" if calendar.id == ELAPSED else ""
    size = DAY if elapsed else calendar.minutes_per_day
    sign, rest = ("-" if minutes < 0 else ""), abs(minutes)
    if rest and rest % size == 0:
        return f"{sign}{rest / size:.0f}{elapsed}d"
    if rest != int(rest):
        return f"{sign}{rest!r}{elapsed}m"
    hours, left = divmod(int(rest), 60)
    parts = [f"{hours}{elapsed}h"] if hours or not left else []
    parts += [f"{left}{elapsed}m"] if left else []
    return sign + "".join(parts)


def number(value: float) -> str:
    return f"{value:.12g}"


def ranges(days: Iterable[date]) -> list[str]:
    """Days that follow one another as ``2026-12-24..2026-12-25``, within a calendar month, so that lists grow at their ends alone."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == timedelta(days=1) and day.month == runs[-1][-1].month:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [f"{run[0]}" if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs]


def calendar_lines(calendar: Calendar) -> list[str]:
    """The entry of a calendar under ``calendars``, without its id."""
    lines = [f"name: {scalar(calendar.name)}"] if calendar.name else []
    lines += ["week:", *(f"  {days}: {shifts_text(shifts)}" for days, shifts in _week(calendar.week))]
    closed = [day for day, shifts in calendar.exceptions.items() if not shifts]
    worked = {day: shifts for day, shifts in calendar.exceptions.items() if shifts}
    lines += ["closed:", *(f"  - {text}" for text in ranges(closed))] if closed else []
    lines += ["worked:", *(f"  {day}: {shifts_text(shifts)}" for day, shifts in worked.items())] if worked else []
    lines.append(f"hours_per_day: {number(calendar.minutes_per_day / 60)}")
    lines.append(f"days_per_week: {number(calendar.minutes_per_week / calendar.minutes_per_day)}")
    return [*lines, f"days_per_month: {number(calendar.minutes_per_month / calendar.minutes_per_day)}"]


def _week(week: tuple[tuple[Shift, ...], ...]) -> list[tuple[str, tuple[Shift, ...]]]:
    """Neighbouring days of the same shifts together; days without work are left out."""
    runs: list[tuple[int, int, tuple[Shift, ...]]] = []
    for day, shifts in enumerate(week):
        if runs and runs[-1][2] == shifts and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day, shifts)
        else:
            runs.append((day, day, shifts))
    return [(_DAYS[a] if a == b else f"{_DAYS[a]}-{_DAYS[b]}", shifts) for a, b, shifts in runs if shifts]


def shifts_text(shifts: tuple[Shift, ...]) -> str:
    return "[" + ", ".join(text for shift in shifts for text in _shift(shift)) + "]"


def _shift(shift: Shift) -> list[str]:
    begin, end = shift
    if end - begin == DAY and begin == 0:
        return ["24h"]
    if end - begin == DAY:  # as one, its end would be its begin
        middle = (begin + DAY) // 2
        return [*_shift((begin, middle)), *_shift((middle, end))]
    return [f"{_clock(begin)}-{'24:00' if end == DAY else _clock(end)}"]


def _clock(minute: int) -> str:
    return f"{time(minute % DAY // 60, minute % 60):%H:%M}"
