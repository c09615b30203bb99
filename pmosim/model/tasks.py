"""Tasks, the links between them, and what holds a task in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from pmosim.model.laws import Fixed, Law

ELAPSED = "24h"
"""Id of the built-in calendar on which every minute is working time; elapsed durations and lags keep it."""

FINISH = "finish"
"""Reserved id: ``<project>.finish`` is the moment at which all of a project's tasks are finished."""

NO_WORK = Fixed(0.0)
"""The duration of milestones and summary tasks."""


class TaskKind(StrEnum):
    TASK = "task"
    START_MILESTONE = "start-milestone"  # shown at the beginning of working time
    FINISH_MILESTONE = "finish-milestone"  # shown at the end of working time; the usual milestone
    SUMMARY = "summary"  # spans its children; never sampled


class LinkKind(StrEnum):
    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class LagCalendar(StrEnum):
    """On whose calendar a lag runs (Primavera's four choices)."""

    PREDECESSOR = "predecessor"
    SUCCESSOR = "successor"
    PROJECT = "project"  # the successor's project
    ELAPSED = ELAPSED


class ConstraintKind(StrEnum):
    START_NO_EARLIER = "start-no-earlier-than"
    START_NO_LATER = "start-no-later-than"
    FINISH_NO_EARLIER = "finish-no-earlier-than"
    FINISH_NO_LATER = "finish-no-later-than"
    MUST_START = "must-start-on"
    MUST_FINISH = "must-finish-on"
    AS_LATE_AS_POSSIBLE = "as-late-as-possible"


@dataclass(frozen=True, slots=True)
class Constraint:
    kind: ConstraintKind
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What has happened by the status date. A finished task keeps its dates; of one in progress only the rest is sampled."""

    actual_start: datetime
    actual_finish: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a task = ``fixed`` + ``rate`` x working duration. [currency; currency per working minute]"""

    fixed: Law | None = None
    rate: Law | None = None


@dataclass(frozen=True, slots=True)
class StoredDates:
    """The dates that the planner's tool computed and stored in its file; parity is measured against them."""

    early_start: datetime | None = None
    early_finish: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work. How long it takes is uncertain; what it waits for stands in the links.

    ``duration`` is the law of the (remaining) working duration in minutes of ``calendar``; ``planned`` is the
    planner's own figure for the same quantity, from which the deterministic pass is made.
    """

    id: str  # unique in its project; the qualified id is "<project>.<id>"
    duration: Law = NO_WORK  # [working minutes]
    planned: float | None = None  # [working minutes]; the law's mode if not given
    calendar: str = "standard"
    name: str = ""
    kind: TaskKind = TaskKind.TASK
    parent: str | None = None  # id of the summary task above, in the same project
    wbs: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[str, ...] = ()
    cost: Cost | None = None
    constraints: tuple[Constraint, ...] = ()
    progress: Progress | None = None
    stored: StoredDates | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", MappingProxyType(dict(self.codes)))
        if self.planned is None:
            object.__setattr__(self, "planned", float(self.duration.typical))

    @property
    def is_milestone(self) -> bool:
        return self.kind in (TaskKind.START_MILESTONE, TaskKind.FINISH_MILESTONE)

    @property
    def is_finished(self) -> bool:
        return self.progress is not None and self.progress.actual_finish is not None

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Lag:
    """Wait between two tasks; negative is a lead. [working minutes of the calendar it runs on]"""

    minutes: float = 0.0
    calendar: LagCalendar = LagCalendar.SUCCESSOR
    share: float = 0.0  # of the predecessor's planned duration (MS Project's percentage lags), added to ``minutes``


@dataclass(frozen=True, slots=True)
class Link:
    """``successor`` waits for ``predecessor``; both are qualified ids."""

    predecessor: str
    successor: str
    kind: LinkKind = LinkKind.FS
    lag: Lag = Lag()

    def __str__(self) -> str:
        return f"{self.predecessor} -{self.kind}-> {self.successor}"
