"""Why a date of ours differs from the file's, as far as the two and the network tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pmosim.model.holds import PINNING
from pmosim.model.network import graph_of
from pmosim.model.tasks import ConstraintKind, Task, TaskKind

if TYPE_CHECKING:
    from pmosim.model.plan import Plan
    from pmosim.model.project import Portfolio
    from pmosim.model.schedule import Dates

EARLY, LATE, FLOAT = "early dates", "late dates", "total float"

SAME_MINUTE = "the same working minute: one says the evening, the other the next morning"
RESTING = "the file's date lies outside the working time of its calendar"
ELSEWHERE = "waits for another project"
UNHELD = "nothing in the file holds it so late"


class Reasons:
    """``off``: ids of the tasks that differ, by what is compared."""

    def __init__(self, portfolio: Portfolio, plan: Plan, dates: Mapping[str, Dates], off: Mapping[str, frozenset[str]]) -> None:
        self.portfolio, self.plan, self.dates, self.off = portfolio, plan, dates, off
        self.graph = graph_of(portfolio)
        self.origins: dict[tuple[str, str], str] = {}  # found so far, by task and what is compared

    def why(self, id: str, what: str) -> str:
        """In words, to stand in brackets after the difference; empty where it is not known."""
        if what == FLOAT:
            wrong = [one for one in (EARLY, LATE) if id in self.off[one]]
            return f"its {' and '.join(wrong)} differ" if wrong else ""
        origin = self._origin(id, what)
        if origin != id:
            return f"follows from {origin}"
        task = self.portfolio.tasks[id]
        return self._by_dates(id, task, what) or self._by_task(id, task, what)

    def _origin(self, id: str, what: str) -> str:
        """The task at which the difference begins: back along the links for early dates, forward for late ones."""
        way: list[str] = []
        while (id, what) not in self.origins and id not in way:
            way.append(id)
            near = [one for one in self._neighbours(id, what) if one in self.off[what]]
            id = min(near, default=id)
        origin = self.origins.get((id, what), id)
        self.origins |= dict.fromkeys(((one, what) for one in way), origin)
        return origin

    def _neighbours(self, id: str, what: str) -> list[str]:
        task = self.portfolio.tasks[id]
        if task.kind is TaskKind.HAMMOCK:
            links = [link for link in self.portfolio.links if id in (link.predecessor, link.successor)]
            return [link.predecessor if link.successor == id else link.successor for link in links]
        step = self.graph.predecessors if what == EARLY else self.graph.successors
        near = []
        for one in step(id):
            near += [one] if one in self.portfolio.tasks else [*step(one)]  # through the first start below a summary task
        return near

    def _by_dates(self, id: str, task: Task, what: str) -> str:
        """What the two dates say by themselves."""
        clock = self.plan.clocks[task.calendar]
        pairs = [(ours, theirs) for ours, theirs in self._pairs(id, task, what) if theirs is not None and ours != theirs]
        works = [(clock.work_at(ours), clock.work_at(theirs)) for ours, theirs in pairs if _within(clock.epoch, ours, theirs)]
        if works and len(works) == len(pairs) and all(ours == theirs for ours, theirs in works):
            return SAME_MINUTE
        resting = any(theirs > ours and self._rests(clock, theirs) for ours, theirs in pairs if _within(clock.epoch, ours, theirs))
        return RESTING if resting else ""

    def _pairs(self, id: str, task: Task, what: str) -> list[tuple[datetime, datetime | None]]:
        ours, stored = self.dates[id], task.stored
        if stored is None:
            return []
        if what == LATE:
            ends = [(ours.late_finish, stored.late_finish)] + [(ours.late_start, stored.late_start)] * (task.progress is None)
            return [(mine, theirs) for mine, theirs in ends if mine is not None]
        return [(ours.finish, stored.early_finish)] + [(ours.start, stored.early_start)] * (task.progress is None)

    @staticmethod
    def _rests(clock, moment: datetime) -> bool:  # type: ignore[no-untyped-def]
        """Whether nobody on the calendar works just before or after the moment."""
        instant = clock.instant(moment)
        work = clock.work(instant)
        return clock.start(work) != instant and clock.finish(work) != instant

    def _by_task(self, id: str, task: Task, what: str) -> str:
        """What is particular about a task, from the most telling on."""
        for one in task.constraints:
            if one.kind is ConstraintKind.AS_LATE_AS_POSSIBLE:
                return str(one.kind)
            if one.date and one.kind in (*PINNING, ConstraintKind.EXPECTED_FINISH):
                return f"{one.kind} {one.date:%d %b %Y %H:%M}"
        project = id.partition(".")[0]
        near = self._neighbours(id, what)
        if any(one.partition(".")[0] != project for one in near):
            return ELSEWHERE if what == EARLY else "another project waits for it"
        if task.kind is TaskKind.HAMMOCK:
            return "a hammock"
        if task.pauses or (task.progress and task.progress.resumes):
            return "split or suspended work"
        if task.progress:
            return "in progress at the status date"
        if what == LATE and not near:
            return "nothing follows: late dates count back from the end of the project"
        is_later = task.stored is not None and task.stored.early_start is not None and task.stored.early_start > self.dates[id].start
        return UNHELD if what == EARLY and is_later and not self.plan.edges_into[id] else ""


def _within(epoch, *moments: datetime) -> bool:  # type: ignore[no-untyped-def]
    """Whether all lie on the clock, which begins at the epoch."""
    return all(moment.date() >= epoch for moment in moments)
