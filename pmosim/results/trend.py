"""The record of `pmosim trend`: how the forecasts of milestones have moved from one status date to the next. It survives JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from pmosim.results.records import DateEstimate, Estimate
from pmosim.results.serial import Stored

FORMAT = 1
"""Version of the record; a reader refuses a later one."""

LEVELS = (10, 50, 80, 90)
"""Of the band."""

FINISHED, MET, MISSED = "finished", "met", "missed"
"""What became of a milestone: without a target date, in time, or not."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was forecast on one status date."""

    run: int  # in the ledger, or the place among the files
    status_date: datetime
    finish: dict[int, DateEstimate]  # percentiles
    planned: datetime | None
    target: datetime | None
    probability: Estimate | None  # of meeting that target


@dataclass(frozen=True, slots=True)
class CostPoint:
    run: int
    status_date: datetime
    cost: dict[int, Estimate]
    planned: float | None
    budget: float | None
    probability: Estimate | None  # of keeping it


@dataclass(frozen=True, slots=True)
class Move:
    """From the last status date but one to the last one; intervals as of two runs that know nothing of one another."""

    since: datetime
    days: Estimate  # of the P80 [calendar days]
    probability: Estimate | None  # of meeting the target date, where it is the same on both


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone, project or portfolio over time."""

    project: str  # the name under which it was forecast
    id: str
    label: str  # the latest one
    kind: str  # "project", "portfolio" or "milestone"
    points: tuple[Point, ...]  # by status date
    costs: tuple[CostPoint, ...] = ()
    currency: str = ""
    actual: datetime | None = None  # when it really came in
    actual_cost: float | None = None
    move: Move | None = None  # none with one forecast alone, and once it has come in
    is_gone: bool = False  # the last forecast of its project knows it no more

    @property
    def key(self) -> str:
        """Unlike that of any other line."""
        return f"{self.project}/{self.id}"

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def open_points(self) -> tuple[Point, ...]:
        """Without those made once it had come in; the first one at least."""
        if self.actual is None:
            return self.points
        end = self.actual
        return tuple(point for point in self.points if point.status_date < end) or self.points[:1]

    @property
    def outcome(self) -> str:
        """Empty while it is still to come."""
        if self.actual is None:
            return ""
        if self.last.target is None:
            return FINISHED
        return MET if self.actual <= self.last.target else MISSED


@dataclass(frozen=True, slots=True)
class Trend(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "trend"

    name: str
    source: str  # the ledger, or the files
    confidence: float
    lines: tuple[Line, ...]  # those whose drift is told in full
    table: tuple[Line, ...]  # projects with their milestones: the last forecasts alone
    green_from: float  # probability of meeting the target date from which a cell is green
    amber_from: float
    notes: tuple[str, ...] = ()
    format: int = field(default=FORMAT)
