"""The record of `pmosim calibrate`: how past forecasts compare with what really happened. It survives JSON and back.

Intervals are of the outcomes, not of simulation: so few milestones have come in, and others might have come in otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from pmosim.results.correction import Correction, Spread
from pmosim.results.martingale import Drift
from pmosim.results.records import Estimate
from pmosim.results.reference import ReferenceClass
from pmosim.results.serial import Stored

FORMAT = 1
"""Version of the record; a reader refuses a later one."""

TYPE, TEAM, LEAD, PROJECT = "type", "team", "lead", "project"

FEWEST = 10
"""Outcomes, below which nothing is said about them but their number."""

TOO_FEW, HOLDS, TOO_EARLY, TOO_LATE = "too few", "holds", "too early", "too late"


@dataclass(frozen=True, slots=True)
class HitRate:
    """How often milestones came in by the day of one P-value."""

    level: int
    expected: float  # what the forecasts themselves said of that day: the level, and somewhat more where a day holds much
    hits: int
    outcomes: int  # for which it is known
    share: Estimate
    worth: float  # independent outcomes that these are worth

    @property
    def verdict(self) -> str:
        """TOO_EARLY where fewer came in by that day than were promised, surely; that few outcomes do not contradict it proves nothing."""
        if self.outcomes < FEWEST:
            return TOO_FEW
        if self.share.high < self.expected:
            return TOO_EARLY
        if self.share.low > self.expected:
            return TOO_LATE
        return HOLDS if self.worth >= FEWEST else TOO_FEW


@dataclass(frozen=True, slots=True)
class Histogram:
    """Probability integral transform: each outcome's place in its forecast, 0 to 1, in equal bins."""

    counts: tuple[float, ...]
    low: int  # all bins of an honest forecaster lie between these together, at the record's confidence
    high: int


@dataclass(frozen=True, slots=True)
class Bias:
    """Actual against the P50, from the status date on: positive days and ratios above 1 are late."""

    outcomes: int
    still_open: int  # of these: late by at least what is counted
    median: Estimate  # [unit]
    mean: Estimate | None  # None where some are still open
    ratio: Estimate  # median of the time taken over the P50's


@dataclass(frozen=True, slots=True)
class Scores:
    """Mean losses [calendar days]; smaller is better."""

    forecast: Estimate  # continuous ranked probability score
    plan: Estimate  # the same of the plan, taken as a forecast without spread: how far it was off
    pinball: dict[int, float]  # by P-value


@dataclass(frozen=True, slots=True)
class ClassScore:
    """All of one class: a type of project, a team, a lead time."""

    by: str  # TYPE, TEAM, LEAD, PROJECT
    name: str
    milestones: int
    projects: int
    p50: HitRate
    p80: HitRate
    bias: Bias | None
    scores: Scores | None


@dataclass(frozen=True, slots=True)
class Period:
    """Forecasts made in one quarter."""

    begin: date
    outcomes: int
    scores: Scores


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast with its outcome."""

    id: str
    label: str
    project: str
    made: datetime
    lead: str
    type: str
    team: str
    planned: date
    percentiles: dict[int, date]
    actual: date | None  # None: still open
    low: float  # its place in the forecast: the probability before and by the end of its day
    high: float
    error: float | None  # [unit], None while its forecast has not run its course
    ratio: float | None
    score: float | None  # [calendar days]


@dataclass(frozen=True, slots=True)
class Calibration(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "calibration"

    source: str  # the ledger, or the files
    confidence: float
    unit: str  # of bias: working days, or calendar days where no calendar is known
    forecasts: int  # in which milestones were forecast, whatever became of them
    since: datetime
    until: datetime
    milestones: int  # with a forecast
    came_in: int
    judged: int  # whose forecast has run its course
    rates: tuple[HitRate, ...]
    histogram: Histogram
    bias: Bias | None  # None where too few have run their course for an interval
    scores: Scores | None
    classes: tuple[ClassScore, ...]
    periods: tuple[Period, ...]
    drift: Drift
    spread: Spread | None
    correction: Correction | None
    suggestion: str  # for a scenario; empty where nothing is to be corrected
    needed: int  # outcomes for an interval of 10 points to either side of a P80's hit rate
    cases: tuple[Case, ...]
    references: tuple[ReferenceClass, ...] = ()
    notes: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    def rate(self, level: int) -> HitRate:
        return next(one for one in self.rates if one.level == level)
