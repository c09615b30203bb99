"""Date parity: our deterministic dates against those that the planner's tool computed and stored in its file.

Where they agree, the network, its calendars and its lags were read and are scheduled as the planner's tool does it.
Where they differ, a forecast starts from another plan than the planner sees, and the reader must know by how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pmosim.interchange.tasks import NOT_HONOURED_YET
from pmosim.model.network import Dates
from pmosim.model.tasks import Link, Task, TaskKind

WORST = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """One task whose dates differ: ours, and those in the file (None where it is not compared)."""

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

    def __str__(self) -> str:
        dates = [("start", self.start, self.stored_start), ("finish", self.finish, self.stored_finish)]
        said = [f"{what} {ours:%d %b %Y %H:%M}, file {theirs:%d %b %Y %H:%M}" for what, ours, theirs in dates if theirs and ours != theirs]
        return f"{self.id} {self.label}: " + "; ".join(said)


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


def parity(
    source: str, tasks: Mapping[str, Task], dates: Mapping[str, Dates], links: Iterable[Link] = (), worst: int = WORST
) -> DateParity:
    """Compare ``dates`` (of `pmosim.model.network.schedule`) with the dates stored in ``tasks``, both by qualified id.

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
        differing=tuple(str(one) + _reason(tasks[one.id]) for one in ordered[:worst]),
        origins=len(off) - len(follow),
    )


def _reason(task: Task) -> str:
    """Constraints that the file's tool honours and we do not yet."""
    kinds = [str(one.kind) for one in task.constraints if one.kind in NOT_HONOURED_YET]
    return f" ({', '.join(kinds)} is not honoured yet)" if kinds else ""


def differences(tasks: Mapping[str, Task], dates: Mapping[str, Dates]) -> Iterator[Difference]:
    """Every task that can be compared, with both dates. Of a task in progress only the finish is still to come."""
    for id, task in tasks.items():
        stored = task.stored
        if task.kind is TaskKind.SUMMARY or task.is_finished or stored is None or id not in dates:
            continue
        start = None if task.progress else stored.early_start
        if start is None and stored.early_finish is None:
            continue
        yield Difference(id, task.label, dates[id].start, dates[id].finish, start, stored.early_finish)
