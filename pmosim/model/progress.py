"""What has happened against what the links allow: work done out of sequence, link by link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from pmosim.model.network import leaves_of
from pmosim.model.plan import lag_calendar
from pmosim.model.tasks import Link, LinkKind, TaskKind

if TYPE_CHECKING:
    from pmosim.model.calendars import Clock
    from pmosim.model.project import Portfolio


@dataclass(frozen=True, slots=True)
class OutOfSequence:
    """A link that progress has not kept: the successor's end happened before the predecessor's allowed it."""

    link: Link
    happened: datetime  # actual start of the successor (FS, SS) or its actual finish (FF, SF)
    predecessor: datetime | None  # actual finish of the predecessor (FS, FF) or its actual start (SS, SF); None: still to come

    @property
    def is_open(self) -> bool:
        """Whether the predecessor's end is still to come: then the logic asked for decides what becomes of the successor."""
        return self.predecessor is None

    def __str__(self) -> str:
        did = "finished" if self.link.kind in (LinkKind.FF, LinkKind.SF) else "started"
        before = "start" if self.link.kind in (LinkKind.SS, LinkKind.SF) else "finish"
        past = f"which {before}ed on {self.predecessor:%d %b %Y %H:%M}" if self.predecessor else f"which has not {before}ed"
        return f"{did} on {self.happened:%d %b %Y %H:%M} against {self.link.kind} after {self.link.predecessor}, {past}"


def out_of_sequence(portfolio: Portfolio) -> tuple[OutOfSequence, ...]:
    """Every link whose successor has begun (FS, SS) or ended (FF, SF) before the link allowed it, in the order of the links.

    Lags and leads count. Where the predecessor's end is still to come, it comes no earlier than the status date plus
    the work that is left. Summary tasks begin with the first and end with the last task below them; hammocks drive
    nothing and are passed over.
    """
    history = _History(portfolio)
    return tuple(found for link in portfolio.links if (found := history.violation(link)))


class _History:
    """Actual dates, and the working time between them."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.leaves = leaves_of(portfolio)
        self.clock = cache(self._clock)

    def _clock(self, calendar: str) -> Clock:
        return self.portfolio.calendar_of[calendar].clock(self.portfolio.epoch)

    def violation(self, link: Link) -> OutOfSequence | None:
        tasks = self.portfolio.tasks
        if TaskKind.HAMMOCK in (tasks[link.predecessor].kind, tasks[link.successor].kind):
            return None
        happened = self._actual(link.successor, at_start=link.kind in (LinkKind.FS, LinkKind.SS))
        if happened is None:
            return None
        at_start = link.kind in (LinkKind.SS, LinkKind.SF)
        known = self._actual(link.predecessor, at_start=at_start)
        allowed = self._later(known or self._no_earlier(link.predecessor, at_start=at_start), link)
        return OutOfSequence(link, happened, known) if happened < allowed else None

    def _actual(self, id: str, *, at_start: bool) -> datetime | None:
        """Of a summary task: the first start below it, and the last finish if all have happened."""
        ends = []
        for leaf in self.leaves.get(id, (id,)):
            progress = self.portfolio.tasks[leaf].progress
            ends.append((progress.actual_start if at_start else progress.actual_finish) if progress else None)
        happened = [end for end in ends if end is not None]
        if at_start:
            return min(happened, default=None)
        return max(happened) if happened and len(happened) == len(ends) else None

    def _no_earlier(self, id: str, *, at_start: bool) -> datetime:
        """The earliest moment at which an end that is still to come can happen."""
        task, status = self.portfolio.tasks[id], self.portfolio.status_of_task(id)
        if at_start or task.kind is TaskKind.SUMMARY or not task.planned:
            return status
        clock = self.clock(task.calendar)
        return clock.finish_moment(clock.work_at(status) + int(task.planned))

    def _later(self, moment: datetime, link: Link) -> datetime:
        """The moment at which the lag after ``moment`` is over, or the lead begins."""
        minutes = int(link.lag.minutes + link.lag.share * (self.portfolio.tasks[link.predecessor].planned or 0.0))
        if not minutes:
            return moment
        clock = self.clock(lag_calendar(self.portfolio, link))
        return clock.finish_moment(max(0, clock.work_at(moment) + minutes))
