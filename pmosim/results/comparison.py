"""The record of `pmosim compare`: two forecasts, what moved between them, and why. It survives JSON and back.

Differences are "after" minus "before": positive where the target comes later (working days of its project's calendar, as it
was before) or costs more. They are differences of the figures on the same draws: that of the P80 is the move of the P80, not
the P80 of moves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from pmosim.results.records import Curve, DateEstimate, Estimate, Provenance, Timing
from pmosim.results.serial import Stored

FORMAT = 1
"""Version of the record; a reader refuses a later one."""

MEAN = "mean"
LEVELS = (10, 50, 80, 90)


def figure_of(level: int) -> str:
    return f"P{level}"


FIGURES = (MEAN, *map(figure_of, LEVELS))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    name: str  # by which it is told apart: "before", or what it is
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class DateChange:
    before: DateEstimate
    after: DateEstimate
    days: Estimate | None  # working days; None where stored figures do not tell
    calendar_days: float
    calendar: Estimate | None = None  # the same with its interval, where the two runs are independent


@dataclass(frozen=True, slots=True)
class ShareChange:
    before: Estimate | None  # None: nothing was promised
    after: Estimate | None
    difference: Estimate | None


@dataclass(frozen=True, slots=True)
class CostChange:
    before: Estimate
    after: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True)
class Step:
    """One class of change made, all those before it in place."""

    changes: tuple[str, ...]  # classes; several where one alone makes no valid model
    items: int  # differences of these classes
    days: dict[str, Estimate]  # by figure: the moves, which add up to that of the whole
    minutes: dict[str, int]  # percentiles in whole working minutes: these add up exactly
    probability: Estimate | None  # of meeting the promise
    cost: dict[str, Estimate]
    cents: dict[str, int]  # percentiles in hundredths of the currency: these add up exactly


@dataclass(frozen=True, slots=True)
class TargetComparison:
    id: str
    label: str
    kind: str  # "project", "portfolio" or "milestone"
    planned_before: datetime
    planned_after: datetime
    planned_days: float | None  # working days
    figures: dict[str, DateChange]
    target_before: datetime | None
    target_after: datetime | None
    probability: ShareChange | None  # of meeting its own target date
    curve_before: Curve
    curve_after: Curve
    cost: dict[str, CostChange] = field(default_factory=dict)  # empty where nothing costs
    budget_before: float | None = None
    budget_after: float | None = None
    budget_probability: ShareChange | None = None
    steps: tuple[Step, ...] = ()
    minutes_per_day: int = 480


@dataclass(frozen=True, slots=True)
class DifferenceRecord:
    """One thing that is not as it was."""

    change: str
    action: str  # "added", "removed" or "changed"
    item: str
    label: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "comparison"

    name: str
    currency: str
    before: Side
    after: Side
    paired: bool  # simulated on the same draws; else stored figures, whose differences have wider intervals
    targets: tuple[TargetComparison, ...]  # those that both have
    only_before: tuple[str, ...]  # labels of targets that only one of them has
    only_after: tuple[str, ...]
    differences: tuple[DifferenceRecord, ...]
    notes: tuple[str, ...] = ()
    timing: Timing | None = None
    format: int = field(default=FORMAT)
