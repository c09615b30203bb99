"""The generated network as real schedules are: several calendars with exceptions, a fifth of the work begun or done."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from pmosim.model.calendars import STANDARD, Calendar, weekly
from pmosim.model.project import Portfolio
from pmosim.model.tasks import Progress

CALENDARS = (
    weekly("site", "1111110", ((7 * 60, 18 * 60),)),
    weekly("nights", "1111100", ((22 * 60, 30 * 60),)),
    Calendar("holidays", STANDARD.week, {date(2026, 12, 24) + timedelta(days=7 * week): () for week in range(130)}),
)


def progressed(portfolio: Portfolio, elsewhere: float, seed: int = 3) -> Portfolio:
    """The share ``elsewhere`` of the tasks on any of four calendars by chance; of the first fifth, most is done and the rest begun."""
    luck = random.Random(seed)
    (project,) = portfolio.projects
    names = [STANDARD.id, *(calendar.id for calendar in CALENDARS)]
    tasks = [replace(task, calendar=luck.choice(names) if luck.random() < elsewhere else STANDARD.id) for task in project.tasks]
    begun = len(tasks) // 5
    started = portfolio.status_date - timedelta(days=30)
    for number in range(begun):
        finished = started + timedelta(days=10) if number < 0.7 * begun else None
        tasks[number] = replace(tasks[number], progress=Progress(started, finished))
    return replace(portfolio, calendars=CALENDARS, projects=(replace(project, tasks=tuple(tasks)),))
