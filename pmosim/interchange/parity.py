"""Date parity: our deterministic dates and float against those that the planner's tool computed and stored in its file.

Where they agree, the network, its calendars and its lags were read and are scheduled as the planner's tool does it.
Where they differ, a forecast starts from another plan than the planner sees, and the reader must know by how much, and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pmosim.interchange.reasons import EARLY, FLOAT, LATE, Reasons
from pmosim.model.schedule import Dates
from pmosim.model.tasks import Link, Task, TaskKind

if TYPE_CHECKING:
    from pmosim.model.plan import Plan
    from pmosim.model.project import Portfolio

WORST = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """One task's dates: ours, and those in the file (None where it is not compared)."""

    id: str
    label: str
    start: datetime
    finish: datetime
    stored_start: datetime | None
    stored_finish: datetime | None

    @property
    def size(self) -> timedelta:
        """The larger of the two differences."""
        pairs = ((self.start, self.stored_start), (self.finish, self.stored_finish))
        return max((abs(ours - theirs) for ours, theirs in pairs if theirs is not None), default=timedelta())

    @property
    def is_same_day(self) -> bool:
        pairs = ((self.start, self.stored_start), (self.finish, self.stored_finish))
        return all(theirs is None or ours.date() == theirs.date() for ours, theirs in pairs)

    @property
    def said(self) -> str:
        dates = [("start", self.start, self.stored_start), ("finish", self.finish, self.stored_finish)]
        said = [f"{what} {ours:%d %b %Y %H:%M}, file {theirs:%d %b %Y %H:%M}" for what, ours, theirs in dates if theirs and ours != theirs]
        return "; ".join(said)

    def __str__(self) -> str:
        return f"{self.id} {self.label}: {self.said}"


@dataclass(frozen=True, slots=True)
class FloatDifference:
    """One task's total float: ours, and that in the file. [working minutes of the task's calendar]"""

    id: str
    label: str
    minutes: float
    stored: float
    minutes_per_day: int = 480

    @property
    def size(self) -> timedelta:
        return timedelta(minutes=round(abs(self.minutes - self.stored)))

    @property
    def is_same_day(self) -> bool:
        """Less than a working day apart."""
        return abs(self.minutes - self.stored) < self.minutes_per_day

    @property
    def said(self) -> str:
        ours, theirs = (f"{round(minutes / self.minutes_per_day, 2):g} d" for minutes in (self.minutes, self.stored))
        return f"float {ours}, file {theirs}"

    def __str__(self) -> str:
        return f"{self.id} {self.label}: {self.said}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many tasks agree in one respect, and the others, with the reason where it is known."""

    compared: int = 0
    to_the_minute: int = 0
    to_the_day: int = 0
    # those where differences begin, then the others, the worst first
    differing: tuple[tuple[Difference | FloatDifference, str], ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason; what follows from other tasks is one reason, whichever those are."""
        return dict(Counter(summed_up(reason) for _, reason in self.differing))


@dataclass(frozen=True, slots=True)
class DateParity:
    """How many tasks agree. Finished tasks are not compared: their dates are actual ones, the same in any tool."""

    source: str
    compared: int  # unfinished tasks for which the file stores early dates
    to_the_minute: int  # tasks whose start and finish are equal
    to_the_day: int  # tasks whose start and finish fall on the same days
    differing: tuple[str, ...] = ()  # a line each: those where differences begin, then the worst of the others
    origins: int = 0  # tasks that differ although all that they wait for agrees; the others may differ because of them

    def __str__(self) -> str:
        return f"{self.source}: {self.to_the_minute} of {self.compared} tasks to the minute, {self.to_the_day} to the day"


def agreements(portfolio: Portfolio, source: str, plan: Plan, dates: Mapping[str, Dates]) -> dict[str, Agreement]:
    """Early dates, late dates and total float of the tasks read from ``source``, each counted for itself.

    ``plan`` and ``dates`` are of the hard reading of constraints: as the planner's tool reads them.
    """
    tasks = {id: task for id, task in portfolio.tasks.items() if portfolio.project_of[id].source == source}
    day = {id: portfolio.calendar_of[task.calendar].minutes_per_day for id, task in tasks.items()}
    found: dict[str, list[Difference | FloatDifference]] = {
        EARLY: [*differences(tasks, dates)],
        LATE: [*differences(tasks, dates, late=True)],
        FLOAT: [*float_differences(tasks, dates, day)],
    }
    reasons = Reasons(portfolio, plan, dates, {what: frozenset(one.id for one in ones if one.size) for what, ones in found.items()})
    return {what: _agreement(ones, what, reasons) for what, ones in found.items()}


def _agreement(compared: list[Difference | FloatDifference], what: str, reasons: Reasons) -> Agreement:
    off = [(one, reasons.why(one.id, what)) for one in compared if one.size]
    off.sort(key=lambda pair: (summed_up(pair[1]) == FOLLOWS, -pair[0].size, pair[0].id))
    return Agreement(len(compared), len(compared) - len(off), sum(one.is_same_day for one in compared), tuple(off))


FOLLOWS = "follows from another task"


def summed_up(reason: str) -> str:
    """The reason without the task that it names."""
    return FOLLOWS if reason.startswith("follows from") else reason or "not known"


def parity(
    source: str, tasks: Mapping[str, Task], dates: Mapping[str, Dates], links: Iterable[Link] = (), worst: int = WORST
) -> DateParity:
    """Compare the early ``dates`` (of `pmosim.model.schedule.schedule`) with those stored in ``tasks``, both by qualified id.

    With ``links``, the tasks at which differences begin come first: there the reason is to be looked for.
    """
    compared = [*differences(tasks, dates)]
    off = {one.id: one for one in compared if one.size}
    follow = {link.successor for link in links if link.predecessor in off} & off.keys()
    ordered = sorted(off.values(), key=lambda one: (one.id in follow, -one.size, one.id))
    return DateParity(
        source=source,
        compared=len(compared),
        to_the_minute=len(compared) - len(off),
        to_the_day=sum(one.is_same_day for one in compared),
        differing=tuple(str(one) for one in ordered[:worst]),
        origins=len(off) - len(follow),
    )


def differences(tasks: Mapping[str, Task], dates: Mapping[str, Dates], *, late: bool = False) -> Iterator[Difference]:
    """Every task that can be compared, with both dates: the early ones, or the late ones, which hammocks have none of.

    Of a task in progress only the finish is still to come.
    """
    for id, task in tasks.items():
        stored = task.stored
        if stored is None or task.is_finished or id not in dates or (task.kind.spans if late else task.kind is TaskKind.SUMMARY):
            continue
        ours = dates[id]
        start, finish = (stored.late_start, stored.late_finish) if late else (stored.early_start, stored.early_finish)
        begins, ends = (ours.late_start, ours.late_finish) if late else (ours.start, ours.finish)
        if task.progress:
            start = None
        if (start is not None or finish is not None) and begins and ends:
            yield Difference(id, task.label, begins, ends, start, finish)


def float_differences(
    tasks: Mapping[str, Task], dates: Mapping[str, Dates], minutes_per_day: Mapping[str, int]
) -> Iterator[FloatDifference]:
    """Every task for which the file stores a total float, with both. ``minutes_per_day``: of each task's calendar."""
    for id, task in tasks.items():
        if task.stored is None or task.stored.total_float is None or task.is_finished or task.kind.spans or id not in dates:
            continue
        yield FloatDifference(id, task.label, dates[id].total_float, task.stored.total_float, minutes_per_day[id])
