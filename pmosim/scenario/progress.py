"""How far a task in progress is: the share that is done, and the working time that has elapsed."""

from __future__ import annotations

from datetime import datetime, timedelta

from pmosim.model.calendars import Calendar
from pmosim.model.tasks import Progress
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import read_probability

UNDONE = ("0", "0%", "0.0", "0.0%")
"""Ways to write that nothing is done, which a task may say that has not started."""


def read_percent(text: str | None, origin: Origin, context: Context) -> float | None:
    """``40%`` or ``0.4`` -> 0.4; None where nothing is said, and where what is said is reported."""
    if text is None:
        return None
    try:
        return read_probability(text)
    except Misread as error:
        plain = error.code == "not-a-probability"
        what = f"'{text}' is no percentage" if plain else f"{text.strip()} of a task cannot be done"
        fix = "write for example 40%" if plain else error.fix
        context.findings.add(origin.at(error.offset), "not-a-percentage", what, fix)
        return None


def elapsed_of(progress: Progress, status_date: datetime, calendar: Calendar) -> float:
    """Working minutes on ``calendar`` from the actual start to the status date."""
    begin = min(progress.actual_start, status_date)
    clock = calendar.clock((begin - timedelta(days=2)).date())
    return float(clock.work_at(status_date) - clock.work_at(begin))
