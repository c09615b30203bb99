"""How a target's positions read as instants, dates and working time of its project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.conversions import works
from pmosim.engine.readings import instants
from pmosim.model.calendars import Clock
from pmosim.model.project import PORTFOLIO_FINISH
from pmosim.model.tasks import ELAPSED, TaskKind

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
    """``clock`` counts the node's positions, ``project`` the working time in which differences are told."""

    epoch: date
    clock: Clock
    project: Clock
    begin: int  # the project's start, in its working minutes
    earliest: int  # wall minute before which nothing finishes
    at_start: bool = False  # a start milestone happens in the morning

    @property
    def minutes_per_day(self) -> int:
        return self.project.calendar.minutes_per_day

    def instants(self, positions: NDArray) -> Ints:
        return np.maximum(instants(self.clock, positions, at_start=self.at_start), self.earliest)

    def work(self, positions: NDArray) -> Ints:
        """Working minutes of the project's calendar since the epoch."""
        if self.clock.calendar.id == self.project.calendar.id:
            return np.asarray(positions, dtype=np.int64)
        return works(self.project, self.instants(positions))

    def moment_of_work(self, work: float) -> datetime:
        return self.project.moment(max(self.project.finish(round(work)), self.earliest))

    def moment_of_days(self, days: float) -> datetime:
        return self.moment_of_work(days * self.minutes_per_day)

    def dates(self, positions: NDArray) -> NDArray[np.datetime64]:
        return np.datetime64(self.epoch, "m") + self.instants(positions).astype("timedelta64[m]")


def scales_of(compiled: Compiled) -> dict[str, Scale]:
    """The scale of each target; the portfolio's own is that of its projects, where they agree."""
    return {id: scale_of(compiled, id) for id in compiled.target_ids}


def scale_of(compiled: Compiled, id: str) -> Scale:
    """Of a target, or any other task."""
    portfolio, plan = compiled.portfolio, compiled.plan
    calendars = {project.calendar for project in portfolio.projects}
    shared = portfolio.projects[0].calendar if portfolio.projects else ELAPSED
    project = portfolio.project.get(id.partition(".")[0])
    if id == PORTFOLIO_FINISH:
        starts, calendar = (
            [p.start or portfolio.status_date for p in portfolio.projects],
            calendars.copy().pop() if len(calendars) == 1 else shared,
        )
    else:
        starts, calendar = [(project.start if project else None) or portfolio.status_date], project.calendar if project else shared
    clock, task = plan.clocks[calendar], portfolio.tasks.get(id)
    begin = max(min(starts), portfolio.status_date) if not (task and task.progress) else min(starts)
    return Scale(
        plan.epoch,
        plan.clocks[plan.nodes[id].calendar],
        clock,
        clock.work_at(min(starts)),
        clock.instant(begin),
        task is not None and task.kind is TaskKind.START_MILESTONE,
    )
