"""How far a task in progress is: the share that is done, and the working time that has elapsed."""

from __future__ import annotations

from datetime import datetime, timedelta

from pmosim.model.calendars import Calendar
from pmosim.model.tasks import Baseline, Progress
from pmosim.scenario import language
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


def baseline_of(entry: language.Task, origin: Origin, context: Context) -> Baseline | None:
    """What was once agreed for the task, where something is written of it."""
    start = context.moment(entry.baseline_start, origin / "baseline_start")
    finish = context.moment(entry.baseline_finish, origin / "baseline_finish", end_of_day=True)
    if start and finish and finish < start:
        what = f"the baseline finishes on {finish:%d %b %Y}, before it starts on {start:%d %b %Y}"
        context.findings.add(origin / "baseline_finish", "dates-out-of-order", what, "correct one of the dates")
    cost = context.certain_money(entry.baseline_cost, origin / "baseline_cost")
    return Baseline(start, finish, cost) if start or finish or cost is not None else None


def elapsed_of(progress: Progress, status_date: datetime, calendar: Calendar) -> float:
    """Working minutes on ``calendar`` from the actual start to the status date."""
    begin = min(progress.actual_start, status_date)
    clock = calendar.clock((begin - timedelta(days=2)).date())
    return float(clock.work_at(status_date) - clock.work_at(begin))
