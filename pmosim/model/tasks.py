"""Tasks, the links between them, and what holds a task in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from pmosim.model.laws import Fixed, Law
from pmosim.model.money import Assignment, Spread

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
    HAMMOCK = "hammock"  # level of effort: spans from its start drivers to its finish drivers, and drives nothing

    @property
    def spans(self) -> bool:
        """Whether the dates follow from those of other tasks."""
        return self in (TaskKind.SUMMARY, TaskKind.HAMMOCK)


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
    EXPECTED_FINISH = "expected-finish"
    AS_LATE_AS_POSSIBLE = "as-late-as-possible"


class Reading(StrEnum):
    """What constraints do to the dates."""

    SOFT = "soft"  # no-later-than and must-finish dates are wishes, counted where they are missed
    HARD = "hard"  # as the planner's tool reads them: mandatory dates hold against the links


class Logic(StrEnum):
    """What holds back work that has begun before its predecessors were done (Primavera's three choices)."""

    RETAINED = "retained-logic"  # what is left of it waits for them
    OVERRIDE = "progress-override"  # what is left of it goes on at the status date
    ACTUAL_DATES = "actual-dates"  # the same, and actual dates beyond the status date count as they stand


@dataclass(frozen=True, slots=True)
class Rules:
    """By which of its options the planner's tool schedules a project."""

    logic: Logic = Logic.RETAINED
    no_later_holds: bool = (
        True  # read hard, no-later-than dates hold against the links (MS Project), or only make float negative (Primavera)
    )
    through_finished: bool = True  # logic retained: what follows a finished task waits for what that should have waited for
    start_lag_from_actual: bool = True  # a lag after a start that has happened runs from then, or from the status date on
    open_ends_have_float: bool = True  # late dates of tasks without successors: the project's finish, or their own early finish
    must_finish: datetime | None = None  # late dates count back from it
    milestones_open_the_day: bool = False  # a milestone's late date is the next morning (MS Project), not the evening (Primavera)
    leads_reach_the_morning: bool = False  # a finish that a lead sets is shown where its working minute begins (Primavera)
    moves_to_status: bool = True  # unfinished work is moved beyond the status date (Primavera), or left where it was (MS Project)
    joint_float: bool = False  # late dates count back from the last finish of all projects, not of each


@dataclass(frozen=True, slots=True)
class Constraint:
    kind: ConstraintKind
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What has happened by the status date. A finished task keeps its dates; of one in progress only the rest is sampled."""

    actual_start: datetime
    actual_finish: datetime | None = None
    resumes: datetime | None = None  # suspended work goes on no earlier


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a task = ``fixed`` + ``rate`` x working duration. [currency; currency per working minute]"""

    fixed: Law | None = None
    rate: Law | None = None
    currency: str = ""  # the portfolio's, if empty
    spread: Spread = Spread.EVEN  # when the fixed part is spent
    index: str | None = None  # by which prices rise; the project's if None


@dataclass(frozen=True, slots=True)
class StoredDates:
    """What the planner's tool computed and stored in its file; parity is measured against it."""

    early_start: datetime | None = None
    early_finish: datetime | None = None
    late_start: datetime | None = None
    late_finish: datetime | None = None
    total_float: float | None = None  # [working minutes of the task's calendar]
    cost: float | None = None  # of the whole task, spent and remaining; where costs are read [currency of the portfolio]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was once agreed for a task. Progress is measured against it; nothing is simulated by it."""

    start: datetime | None = None
    finish: datetime | None = None
    cost: float | None = None  # [currency of the portfolio]


@dataclass(frozen=True, slots=True)
class Pause:
    """A planned interruption: after so much of the remaining work, nothing is done for so long. [working minutes]"""

    after: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work. How long it takes is uncertain; what it waits for stands in the links.

    ``duration`` is the law of the (remaining) working duration in minutes of ``calendar``; ``planned`` is the
    planner's own figure for the same quantity, from which the deterministic pass is made. ``cost`` and ``assignments`` are
    for what remains, too, where ``spent`` says what has been paid.
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
    pauses: tuple[Pause, ...] = ()  # of a split task, in order
    stored: StoredDates | None = None
    assignments: tuple[Assignment, ...] = ()  # of resources of the portfolio
    spent: float | None = None  # by the status date; of a finished task all that it costs [currency of the portfolio]
    planned_cost: float | None = None  # the planner's own figure for the whole task, its budget [currency of the portfolio]
    baseline: Baseline | None = None
    status_date: datetime | None = None  # when it was last looked at, where that is not its project's; none of it that is left runs before
    weather: bool = True  # bad days of its calendar, if some weather rules that, stop it
    splits: bool = True  # it may go on after bad days; else all of its work is to be done between two of them

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
    law: Law | None = None  # where it is uncertain; ``minutes`` is what is planned. [working minutes, 0 or more]


@dataclass(frozen=True, slots=True)
class Link:
    """``successor`` waits for ``predecessor``; both are qualified ids."""

    predecessor: str
    successor: str
    kind: LinkKind = LinkKind.FS
    lag: Lag = Lag()

    def __str__(self) -> str:
        return f"{self.predecessor} -{self.kind}-> {self.successor}"
