"""The generated network under weather: every task on the one calendar that it rules, so that all of them look for lost days."""

from __future__ import annotations

from dataclasses import replace

from pmosim.model.laws import Pert
from pmosim.model.project import Portfolio
from pmosim.model.weather import Chain, Weather

SHARES = (0.45, 0.4, 0.35, 0.3, 0.2, 0.15, 0.1, 0.15, 0.2, 0.3, 0.4, 0.45)


def exposed(portfolio: Portfolio) -> dict[str, Portfolio]:
    """The portfolio under bad days with persistence, and under a number of lost days in each month."""
    calendars = tuple(sorted({task.calendar for task in portfolio.tasks.values()}))
    return {
        "bad days": replace(portfolio, weather=(Weather("swell", calendars, bad_days=Chain(SHARES, 0.6)),)),
        "lost days": replace(portfolio, weather=(Weather("rain", calendars, lost_days=(Pert(1, 4, 9),) * 12),)),
    }
