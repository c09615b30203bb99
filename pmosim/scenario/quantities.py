"""Amounts as people write them: ``5d``, ``2h30m``, ``3ed``, ``80%``, ``20k EUR``, ``1200 EUR/d``; and dates.

Each reader takes a text and gives a value, or raises `Misread` with the character at which the text goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from pmosim.errors import did_you_mean
from pmosim.model.calendars import DAY, WEEK, Calendar
from pmosim.scenario.places import Misread

MONTH = 30 * DAY

_WORKING = {
    "m": "minute minutes min mins",
    "h": "hour hours hr hrs",
    "d": "day days",
    "w": "week weeks wk wks",
    "mo": "month months mon mth",
}
_ELAPSED = {
    "em": "emin emins",
    "eh": "ehr ehrs ehour ehours",
    "ed": "eday edays",
    "ew": "ewk ewks eweek eweeks",
    "emo": "emon emonth emonths",
}
UNITS = {name: unit for unit, names in (_WORKING | _ELAPSED).items() for name in (unit, *names.split())}
"""Every way to write a unit of time -> m, h, d, w, mo and the elapsed em, eh, ed, ew, emo."""

ELAPSED_MINUTES = {"em": 1, "eh": 60, "ed": DAY, "ew": WEEK, "emo": MONTH}
UNITS_IN_WORDS = "use m, h, d, w or mo of working time, or eh, ed, ew, emo of elapsed time"

_SUFFIX = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "bn": 1e9, "B": 1e9}
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
NUMBER = re.compile(_NUMBER)
_PART = re.compile(rf"({_NUMBER})([^\d.,+\-/%]*)")
_MONEY = re.compile(rf"(?P<sign>[€$£]?)(?P<number>{_NUMBER})(?P<rest>.*)\Z")
_CURRENCY = re.compile(r"(?P<code>[A-Z]{3}|[€$£])?(?:/(?P<per>\w+))?\Z")
_WORD = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s,;()={}]+|[,;()={}]")


class Kind(StrEnum):
    """What an amount measures."""

    DURATION = "duration"
    FACTOR = "factor"
    MONEY = "amount of money"


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    offset: int

    @property
    def end(self) -> int:
        return self.offset + len(self.text)

    @property
    def is_number(self) -> bool:
        return NUMBER.match(self.text) is not None or self.text[:1] in _SIGNS


def words(text: str) -> Iterator[Word]:
    return (Word(match.group(), match.start()) for match in _WORD.finditer(text))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with a unit: of time, ``%``, or none. ``2h30m`` has two parts."""

    parts: tuple[tuple[float, str], ...]
    text: str
    offset: int = 0

    @property
    def number(self) -> float:
        return self.parts[0][0]

    @property
    def unit(self) -> str | None:
        """The one unit, or None where there are several."""
        return self.parts[0][1] if len(self.parts) == 1 else None

    @property
    def is_relative(self) -> bool:
        return self.unit == "%"

    @property
    def is_elapsed(self) -> bool:
        return self.parts[0][1] in ELAPSED_MINUTES

    @property
    def is_negative(self) -> bool:
        return any(number < 0 for number, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Units:
    """How many working minutes a day, a week and a month have on some calendar."""

    day: int
    week: int
    month: int

    @classmethod
    def of(cls, calendar: Calendar) -> Units:
        return cls(calendar.minutes_per_day, calendar.minutes_per_week, calendar.minutes_per_month)

    def minutes(self, amount: Amount) -> float:
        return sum(number * self.unit(unit) for number, unit in amount.parts)

    def unit(self, unit: str) -> float:
        working = {"m": 1, "h": 60, "d": self.day, "w": self.week, "mo": self.month}
        return working[unit] if unit in working else ELAPSED_MINUTES[unit]


def read_amount(word: Word, kind: Kind) -> Amount:
    """A duration with its unit, a percentage, or (for a factor or money) a bare number."""
    if word.text.endswith("%") and NUMBER.fullmatch(word.text[:-1]):
        return Amount(((_finite(word.text[:-1], word), "%"),), word.text, word.offset)
    if kind is Kind.DURATION:
        return _duration(word)
    if kind is Kind.FACTOR:
        if not NUMBER.fullmatch(word.text):
            raise Misread(
                "not-a-number", f"'{word.text}' is not a factor", "write a number or a percentage, such as 1.2 or 120%", word.offset
            )
        return Amount(((_finite(word.text, word), ""),), word.text, word.offset)
    return money(word)[0]


def _finite(digits: str, word: Word) -> float:
    number = float(digits)
    if abs(number) > 1e15:
        raise Misread("number-too-large", f"'{word.text}' is too large", "write a smaller number", word.offset)
    return number


def _duration(word: Word) -> Amount:
    text, at = word.text, 0
    parts: list[tuple[float, str]] = []
    while at < len(text):
        match = _PART.match(text, at)
        if not match or (parts and match.group(1)[0] in "+-"):
            raise _not_a_duration(word, at)
        number, unit = match.groups()
        if not unit:
            raise _without_unit(word, match)
        if unit == "M":
            what = f"the unit of '{text}' could be months or minutes"
            raise Misread("unknown-unit", what, f"write {number}mo or {number}min", word.offset + match.start(2))
        if unit.lower() not in UNITS:
            remedy = did_you_mean(unit.lower(), UNITS, UNITS_IN_WORDS) if len(unit) > 2 else UNITS_IN_WORDS
            raise Misread("unknown-unit", f"'{unit}' is not a unit of time", remedy, word.offset + match.start(2))
        parts.append((_finite(number, word), UNITS[unit.lower()]))
        at = match.end()
    if not parts:
        raise _not_a_duration(word, 0)
    return Amount(tuple(parts), text, word.offset)


def _without_unit(word: Word, match: re.Match[str]) -> Misread:
    rest = word.text[match.end(1) :]
    if re.match(r",\d", rest):
        return Misread("decimal-comma", f"'{word.text}' has a decimal comma", f"write {word.text.replace(',', '.')}", word.offset)
    if rest:
        return _not_a_duration(word, match.end(1))
    return Misread("missing-unit", f"'{word.text}' has no unit", f"write for example {word.text}d; {UNITS_IN_WORDS}", word.offset)


def _not_a_duration(word: Word, at: int) -> Misread:
    return Misread(
        "not-a-duration", f"'{word.text}' is not a duration", "write a number and a unit, such as 5d, 3w, 12h or 2ed", word.offset + at
    )


def money(word: Word) -> tuple[Amount, str, str]:
    """A number with k or M, and the currency and time unit that may hang on it: ``20k``, ``€20k``, ``1200EUR/d``."""
    match = _MONEY.match(word.text)
    rest = re.match(r"(?:(?=[A-Z]{3}\b)()|(bn|[kKMmB]?)(?![a-z]))(.*)\Z", match["rest"]) if match else None
    if not match or not rest:
        raise Misread(
            "not-money", f"'{word.text}' is not an amount of money", "write for example 20000 EUR, 20k EUR or 1.5M EUR", word.offset
        )
    suffix, rest_text = rest[2] or "", rest[3]
    if re.match(r"[,' ]\d", rest_text):
        fix = f"write {re.sub(r'[^0-9.]', '', word.text)} or use k and M; the decimal sign is a point"
        raise Misread("thousands-separator", f"'{word.text}' has a separator in the number", fix, word.offset)
    currency, per = unit_of_money(Word(rest_text, word.end - len(rest_text)))
    currency = _SIGNS.get(match["sign"], "") or currency
    return Amount(((_finite(match["number"], word) * _SUFFIX[suffix], ""),), word.text, word.offset), currency, per


def unit_of_money(word: Word) -> tuple[str, str]:
    """Currency code and unit of time of ``EUR``, ``€``, ``EUR/d``, ``/h``; each may be empty."""
    match = _CURRENCY.match(word.text)
    if not match:
        what = f"'{word.text}' is not a currency"
        raise Misread("unknown-currency", what, "write its three capital letters, such as EUR, or for a rate EUR/d", word.offset)
    per = match["per"] or ""
    if per and per.lower() not in _WORKING_NAMES:
        raise Misread(
            "unknown-unit",
            f"'{per}' is not a unit of working time",
            "write for example EUR/h, EUR/d or EUR/w",
            word.offset + match.start("per"),
        )
    code = match["code"] or ""
    return _SIGNS.get(code, code), UNITS[per.lower()] if per else ""


_WORKING_NAMES = {name for unit, names in _WORKING.items() for name in (unit, *names.split())}


def read_probability(text: str) -> float:
    """``30%`` or ``0.3`` -> 0.3."""
    word = text.strip()
    match = re.fullmatch(rf"({_NUMBER})\s*(%?)", word)
    if not match:
        raise Misread("not-a-probability", f"'{text}' is not a probability", "write for example 30% or 0.3")
    value = float(match[1]) / 100 if match[2] else float(match[1])
    if not 0 <= value <= 1:
        hint = f"write {word}%" if not match[2] and 1 < value <= 100 else "write a share between 0% and 100%"
        raise Misread("probability-out-of-range", f"the probability {word} lies outside 0 to 1", hint)
    return value


def read_precision(text: str) -> float:
    """``0.5d`` -> 0.5 working days, whatever the calendar."""
    match = re.fullmatch(rf"({_NUMBER})\s*d(?:ays?)?", text.strip())
    if not match or float(match[1]) <= 0:
        raise Misread("not-a-precision", f"'{text}' is no width in working days", "write for example 0.5d")
    return float(match[1])


_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\Z")


def read_moment(text: str, *, end_of_day: bool = False) -> datetime:
    """``2027-09-30`` or ``2027-09-30 17:00``; a date alone is its first minute, or its last with ``end_of_day``."""
    match = _DATE.match(text.strip())
    if not match:
        raise Misread("not-a-date", f"'{text}' is not a date", "write the year first: 2027-09-30, or 2027-09-30 17:00")
    year, month, day, hour, minute = (int(part) if part else None for part in match.groups()[:5])
    try:
        that = date(year, month, day)  # type: ignore[arg-type]
        if hour is None:
            return datetime.combine(that, time(23, 59) if end_of_day else time())
        return datetime.combine(that, time(hour, minute or 0))
    except ValueError:
        raise Misread("not-a-date", f"there is no such date as '{text}'", "correct the month, the day or the time") from None


def read_date(text: str) -> date:
    if ":" in text:
        raise Misread("not-a-date", f"'{text}' has a time, but a whole day is meant", "write the date alone: 2027-09-30")
    return read_moment(text).date()
