"""What holds a task in time besides its links: constraints, and planned interruptions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmosim.model.tasks import ELAPSED, Constraint, ConstraintKind, Pause
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import Amount, Kind, Word, read_amount

CONSTRAINTS = {
    "not_before": ConstraintKind.START_NO_EARLIER,
    "start_no_earlier": ConstraintKind.START_NO_EARLIER,
    "start_no_later": ConstraintKind.START_NO_LATER,
    "finish_no_earlier": ConstraintKind.FINISH_NO_EARLIER,
    "finish_no_later": ConstraintKind.FINISH_NO_LATER,
    "must_start": ConstraintKind.MUST_START,
    "must_finish": ConstraintKind.MUST_FINISH,
    "expected_finish": ConstraintKind.EXPECTED_FINISH,
}
"""Keys that take a date, with the constraint that each of them is."""

HOLDING = (*CONSTRAINTS, "as_late_as_possible", "pauses")
"""Keys that say something about a task of its own, not about one that spans others."""

_PAUSE = re.compile(r"\s*(?P<length>\S.*?)\s+after\s+(?P<work>\S.*?)\s*\Z")


def constraints_of(entry: language.Task, origin: Origin, context: Context) -> Iterator[Constraint]:
    """A date without a time is the beginning of its day for a start, and the end of its day for a finish."""
    for key, kind in CONSTRAINTS.items():
        date = context.moment(getattr(entry, key), origin / key, end_of_day="finish" in key)
        if date is not None:
            yield Constraint(kind, date)
    if entry.as_late_as_possible:
        yield Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE)


def pauses_of(entry: language.Task, origin: Origin, calendar: str, context: Context) -> tuple[Pause, ...]:
    """In their order. What is not understood is reported."""
    pauses = []
    for place, text in enumerate(entry.pauses or ()):
        for piece in re.finditer(r"[^,;]+", text):
            try:
                pauses.append(_pause(piece.group(), calendar, context))
            except Misread as error:
                context.findings.misread(origin / "pauses" / place, error.moved(piece.start()))
    return tuple(sorted(pauses, key=lambda pause: pause.after))


def _pause(text: str, calendar: str, context: Context) -> Pause:
    match = _PAUSE.match(text)
    if not match:
        lead = len(text) - len(text.lstrip())
        raise Misread("not-a-pause", f"'{text.strip()}' is no interruption", "write how long, and after how much work: 3d after 10d", lead)
    length, work = (_minutes(match, part, calendar, context) for part in ("length", "work"))
    if length == 0:
        raise Misread("not-a-pause", "an interruption of no time is none", "remove it, or write how long it lasts", match.start("length"))
    return Pause(after=work, minutes=length)


def _minutes(match: re.Match[str], part: str, calendar: str, context: Context) -> int:
    amount = _amount(match, part)
    if amount.is_relative or amount.is_negative or (amount.is_elapsed and calendar != ELAPSED):
        what = f"'{amount.text}' is no length of working time, in which this task is measured"
        raise Misread("not-a-pause", what, "write for example 3d after 10d", amount.offset)
    return round(context.units(calendar).minutes(amount))


def _amount(match: re.Match[str], part: str) -> Amount:
    return read_amount(Word(re.sub(r"\s+", "", match[part]), match.start(part)), Kind.DURATION)
