"""On which days the work of one iteration stood still, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Run
from pmosim.engine.skies import in_iteration
from pmosim.model.schedule import Dates

MOST_SHOWN = 6


def days_lost(compiled: Compiled, run: Run, iteration: int, dates: Mapping[str, Dates]) -> dict[str, tuple[date, ...]]:
    """The working days that each task lost between its start and its finish; ``iteration`` counts from 0."""
    lost, found = in_iteration(compiled, run, iteration), {}
    for id, node in compiled.plan.nodes.items():
        if not node.stops or id not in dates or node.calendar not in lost:
            continue
        first, last = dates[id].start.date(), dates[id].finish.date()
        calendar = compiled.portfolio.calendar_of[node.calendar]
        span = (first + timedelta(days=k) for k in range((last - first).days + 1))
        days = tuple(day for day in span if day in lost[node.calendar] and calendar.shifts_on(day))
        if days:
            found[id] = days
    return found


def stood_still(compiled: Compiled, lost: Mapping[str, tuple[date, ...]]) -> Iterator[str]:
    """A line for each task that lost days."""
    for id, days in lost.items():
        shown = ", ".join(f"{day.day} {day:%b}" for day in days[:MOST_SHOWN])
        more = f" and {len(days) - MOST_SHOWN} more" if len(days) > MOST_SHOWN else ""
        yield f"{compiled.portfolio.names[id]} stood still on {len(days)} working {'day' if len(days) == 1 else 'days'}: {shown}{more}."
