"""Earned schedule: how far a project has come, told in time, and when it would finish at the pace so far.

W. Lipke, Schedule is Different, The Measurable News, Summer 2003; M. Vanhoucke, Measuring Time, Springer 2009, chapter 2. It knows
nothing of the network, of risks or of what is to come: an independent line beside the simulation, not part of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

COST, WORK = "cost", "working time"
AS_PLANNED, AT_PACE = "PF = 1", "PF = SPI(t)"


@dataclass(frozen=True, slots=True)
class Finish:
    """Estimate at completion: EAC(t) = AT + (PD - ES) / PF."""

    factor: str  # AS_PLANNED or AT_PACE
    performance: float  # PF
    days: float  # working days from the baseline's start
    date: datetime


@dataclass(frozen=True, slots=True)
class EarnedSchedule:
    """One project against its baseline. Durations in working days of the project's calendar, from the baseline's start."""

    id: str  # of the project's finish
    label: str
    source: str  # of the baseline, in words
    by: str  # COST or WORK: what tasks weigh
    status: datetime  # or when the project was finished
    start: datetime  # of the baseline
    finish: datetime
    tasks: int  # with a baseline
    others: int  # tasks with a duration and without a baseline: they count for nothing
    planned_value: float  # share of all planned by the status date
    earned_value: float  # share that is done
    planned_duration: float  # PD
    actual_time: float  # AT
    earned_schedule: float  # ES: the time by which so much was planned to be done
    performance: float  # SPI(t) = ES / AT
    finishes: tuple[Finish, ...] = ()  # at the pace so far only where anything has been earned

    @property
    def variance(self) -> float:
        """SV(t) = ES - AT: behind where negative."""
        return self.earned_schedule - self.actual_time


def earned_time(planned: Sequence[float], earned: float, at: Sequence[float] | None = None) -> float:
    """ES = N + (EV - PV_N) / (PV_N+1 - PV_N), N being the last period with PV_N <= EV.

    planned : PV by the end of periods 0, 1, ..., rising from 0 to all there is to earn
    at : where the ends of the periods lie, if not at 0, 1, ...
    """
    ends = range(len(planned)) if at is None else at
    if earned >= planned[-1]:
        return float(ends[bisect_left(planned, planned[-1])])
    period = bisect_right(planned, earned) - 1
    if period < 0:
        return float(ends[0])
    inside = (earned - planned[period]) / (planned[period + 1] - planned[period])
    return float(ends[period] + inside * (ends[period + 1] - ends[period]))


def at_completion(planned_duration: float, actual_time: float, earned_schedule: float, factor: float) -> float:
    """EAC(t) = AT + (PD - ES) / PF."""
    return actual_time + (planned_duration - earned_schedule) / factor
