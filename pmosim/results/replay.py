"""The record of `pmosim replay`: one simulated future as a complete schedule. It survives JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from pmosim.results.records import Estimate, Provenance
from pmosim.results.serial import Stored

FORMAT = 1
"""Version of the record; a reader refuses a later one."""


@dataclass(frozen=True, slots=True)
class ReplayedTask:
    id: str
    label: str
    project: str
    kind: str  # a TaskKind
    parent: str | None
    planned_start: datetime
    planned_finish: datetime
    start: datetime
    finish: datetime
    planned_days: float | None  # (remaining) duration in working days of its calendar; None where it spans others
    days: float | None
    later_days: float  # finish against plan, in working days of its project's calendar
    total_float: float | None  # [working days]
    drives: bool  # on the driving path to the target
    risks: tuple[str, ...] = ()  # labels of those that changed its duration
    exists: bool = True  # False: it stands in a way that a branch did not take; links go through it
    lost: tuple[date, ...] = ()  # working days between its start and its finish on which weather stopped it


@dataclass(frozen=True, slots=True)
class Struck:
    """What a risk did to one task."""

    task: str
    label: str
    days: float  # longer than without the risk
    unit: str = "working day"  # of the task's calendar; "calendar day" where it keeps elapsed time


@dataclass(frozen=True, slots=True)
class ReplayedRisk:
    """A risk that occurred, and what would have been without it, all else being as it was."""

    id: str
    label: str
    kind: str  # "event" or "driver"
    probability: float
    struck: tuple[Struck, ...]
    delay: float  # of the target [working days]
    cost: float  # for the whole portfolio [currency]


@dataclass(frozen=True, slots=True)
class TakenWay:
    """The way that a branch took."""

    branch: str
    way: str
    probability: float | None  # None: decided by what had happened
    tasks: tuple[str, ...]  # labels


@dataclass(frozen=True, slots=True)
class PathStep:
    """A task on the way that decided when the target finished."""

    id: str
    label: str
    waits: str  # for what: "after Design", "from the start of Design +2d", "from the status date"
    start: datetime
    finish: datetime
    days: float | None
    planned_days: float | None


@dataclass(frozen=True, slots=True)
class ReplayedCost:
    cost: float
    planned: float
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Replay(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "replay"

    name: str
    currency: str
    provenance: Provenance
    iteration: int  # counted from 1
    asked: str  # how it was chosen: "P80", or empty for its number
    target: str  # id
    target_label: str
    target_date: datetime | None
    planned: datetime
    finish: datetime
    later_days: float  # than planned [working days]
    later_calendar_days: float
    no_later: Estimate  # share of iterations that finish no later than this one
    without_risks: datetime  # the finish if no risk had occurred
    without_risks_days: float  # that against plan [working days]
    tasks: tuple[ReplayedTask, ...]
    risks: tuple[ReplayedRisk, ...]  # those that occurred, the worst for the target first
    path: tuple[PathStep, ...]  # one way through the driving path, in order of time
    tied: int  # further tasks that drive as well
    spared: tuple[str, ...]  # labels of events that did not occur
    cost: ReplayedCost | None = None
    ways: tuple[TakenWay, ...] = ()
    notes: tuple[str, ...] = ()
    format: int = field(default=FORMAT)
