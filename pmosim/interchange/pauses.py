"""The interruptions of split tasks: MS Project stores the stretches in which a task is worked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from pmosim.model.calendars import Calendar
from pmosim.model.tasks import Pause

Stretch = tuple[datetime, datetime]


def pauses_of(stretches: Sequence[Stretch], calendar: Calendar, since: datetime | None, remaining: int) -> tuple[Pause, ...]:
    """The gaps in the ``remaining`` work [minutes of ``calendar``] of a task whose stretches of work are given, in order.

    Of a task in progress, what lies before ``since``, at which its work goes on, is past.
    """
    ahead = [(max(begin, since or begin), end) for begin, end in stretches if since is None or end > since]
    if len(ahead) < 2:
        return ()
    clock = calendar.clock(ahead[0][0].date() - timedelta(days=7))
    worked, pauses = 0, []
    for (begin, end), (again, _) in pairwise(ahead):
        worked += clock.work_at(end) - clock.work_at(begin)
        idle = clock.work_at(again) - clock.work_at(end)
        if idle > 0 and 0 < worked < remaining:
            pauses.append(Pause(worked, idle))
    return tuple(pauses)
