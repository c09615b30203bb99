"""What is paid, from when to when, in one course of events: plain Python, easy to believe.

The plan's cost and its spending by month are made of these payments; the kernels book the same ones, many iterations at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from math import exp, expm1, log1p

from pmosim.model.calendars import minutes_since
from pmosim.model.laws import Law
from pmosim.model.money import YEAR, Index, ProjectCost, Spread
from pmosim.model.passes import forward_pass
from pmosim.model.plan import Plan, plan_of
from pmosim.model.project import Portfolio
from pmosim.model.tasks import FINISH, Cost, Task


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount that is spent evenly between two moments, or at one."""

    project: str
    amount: float  # at prices of the base [currency of the portfolio]
    begin: int  # wall minutes since the epoch
    end: int
    rises: Rise | None = None
    opens: bool = False  # at one moment, and if that is midnight, on the day that begins

    @property
    def total(self) -> float:
        """What it comes to at the prices of then."""
        return self.amount * (self.rises.mean(self.begin, self.end) if self.rises else 1.0)

    def until(self, t: float) -> float:
        """What of it has been spent by wall minute ``t``; what is spent at midnight, or at ``t`` itself, has been."""
        if t > self.end or (t == self.end and not self.opens):
            return self.total
        if t <= self.begin:
            return 0.0
        share = (t - self.begin) / (self.end - self.begin)
        return self.amount * share * (self.rises.mean(self.begin, t) if self.rises else 1.0)


class Rise:
    """An index of prices, in wall minutes since an epoch."""

    def __init__(self, index: Index, epoch: date) -> None:
        def minute(day: date) -> float:
            return float(minutes_since(epoch, datetime.combine(day, time())))

        self.base = minute(index.base)
        self.growth = log1p(index.rate.typical) / YEAR if index.rate else None
        self.knots = [(minute(date(year, 1, 1)), value) for year, value in index.table]

    def price(self, t: float) -> float:
        """Times the price of the base date, at wall minute ``t``."""
        if t <= self.base:
            return 1.0
        return exp(self.growth * (t - self.base)) if self.growth is not None else self._value(t) / self._value(self.base)

    def _value(self, t: float) -> float:
        if t <= self.knots[0][0]:
            return self.knots[0][1]
        for (before, low), (after, high) in pairwise(self.knots):
            if t < after:
                return low + (high - low) * (t - before) / (after - before)
        return self.knots[-1][1]

    def mean(self, a: float, b: float) -> float:
        """The mean price between two moments."""
        if b <= a:
            return self.price(b)
        early = min(b, self.base) - a if a < self.base else 0.0
        begin = max(a, self.base)
        return (early + (self._integral(begin, b) if b > begin else 0.0)) / (b - a)

    def _integral(self, a: float, b: float) -> float:
        """Of the price, where both moments lie beyond the base."""
        if self.growth is not None:
            span = b - a
            return self.price(a) * (expm1(self.growth * span) / self.growth if self.growth else span)
        bends = [a, *(at for at, _ in self.knots if a < at < b), b]
        return sum((later - earlier) * (self.price(earlier) + self.price(later)) / 2 for earlier, later in pairwise(bends))


def planned_payments(portfolio: Portfolio) -> list[Payment]:
    """Every payment with all quantities as planned, and no risk occurring."""
    plan = plan_of(portfolio)
    durations = {id: node.duration for id, node in plan.nodes.items()}
    starts, finishes = forward_pass(plan, durations)
    return [*payments(portfolio, plan, durations, starts, finishes, plan.absent)]


def payments(
    portfolio: Portfolio,
    plan: Plan,
    durations: Mapping[str, int],
    starts: Mapping[str, int],
    finishes: Mapping[str, int],
    absent: frozenset[str] = frozenset(),
) -> Iterator[Payment]:
    """Every payment of a course of events, but for what risks cost; prices and rates at their typical values.

    Parameters
    ----------
    durations, starts, finishes : working minutes by node of the plan, as the forward pass has them
    absent : tasks that do not exist in it
    """
    yield from _Course(portfolio, plan, durations, starts, finishes, absent).payments()


@dataclass(frozen=True)
class _Course:
    portfolio: Portfolio
    plan: Plan
    durations: Mapping[str, int]
    starts: Mapping[str, int]
    finishes: Mapping[str, int]
    absent: frozenset[str]

    def payments(self) -> Iterator[Payment]:
        yield from spent(self.portfolio)
        for id, task in self.portfolio.tasks.items():
            if id in self.plan.nodes and id not in self.absent and not (task.is_finished and task.spent is not None):
                yield from self._of_task(id, task)
        for project in self.portfolio.projects:
            for cost in project.costs:
                yield self._of_project(project.id, cost)

    def _wall(self, id: str) -> tuple[int, int]:
        clock = self.plan.clocks[self.plan.nodes[id].calendar]
        return clock.start(self.starts[id]), clock.finish(self.finishes[id])

    def _of_task(self, id: str, task: Task) -> Iterator[Payment]:
        project, (begin, end) = self.portfolio.project_of[id], self._wall(id)
        node = self.plan.nodes[id]
        minutes = self.finishes[id] - self.starts[id] if node.span or node.finished is not None else self.durations[id]
        cost = task.cost or Cost()
        size, rises = self._size(cost.currency), self._rise(cost.index or project.index)
        if cost.fixed:
            at = {Spread.EVEN: (begin, end), Spread.START: (begin, begin), Spread.FINISH: (end, end)}[cost.spread]
            yield Payment(project.id, size * cost.fixed.typical, *at, rises, cost.spread is Spread.START)
        if cost.rate:
            yield Payment(project.id, size * cost.rate.typical * minutes, begin, end, rises)
        for use in task.assignments:
            resource = next(one for one in self.portfolio.resources if one.id == use.resource)
            amount = use.units * (_typical(resource.per_use) + _typical(resource.rate) * minutes)
            rises = self._rise(resource.index or cost.index or project.index)
            yield Payment(project.id, self._size(resource.currency) * amount, begin, end, rises)

    def _of_project(self, project: str, cost: ProjectCost) -> Payment:
        status = self._minute(self.portfolio.status_of(project))
        amount, rises = self._size(cost.currency) * cost.amount.typical, self._rise(cost.index or self.portfolio.project[project].index)
        if cost.date is not None:
            return Payment(project, amount, self._minute(cost.date), self._minute(cost.date), rises)
        end = max(self._wall(cost.ends or f"{project}.{FINISH}")[1], status)
        begin = min(max(self._begin(project, cost), status), end)
        if cost.per is not None:
            return Payment(project, amount * (end - begin) / cost.per, begin, end, rises)
        at = {Spread.EVEN: (begin, end), Spread.START: (begin, begin), Spread.FINISH: (end, end)}[cost.spread]
        return Payment(project, amount, *at, rises, cost.spread is Spread.START)

    def _begin(self, project: str, cost: ProjectCost) -> int:
        own = [cost.begins] if cost.begins else [f"{project}.{task.id}" for task in self.portfolio.project[project].tasks]
        worked = [id for id in own if id in self.plan.nodes and not self.portfolio.tasks[id].kind.spans and id not in self.absent]
        if any(self.portfolio.tasks[id].progress for id in worked):
            return 0
        return min((self._wall(id)[0] for id in worked or own if id in self.plan.nodes), default=0)

    def _minute(self, moment: datetime) -> int:
        return minutes_since(self.plan.epoch, moment)

    def _size(self, currency: str) -> float:
        return next((one.rate.typical for one in self.portfolio.currencies if one.id == currency), 1.0)

    def _rise(self, id: str | None) -> Rise | None:
        return None if id is None else Rise(next(one for one in self.portfolio.indices if one.id == id), self.plan.epoch)


def _typical(law: Law | None) -> float:
    return law.typical if law else 0.0


def spent(portfolio: Portfolio) -> Iterator[Payment]:
    """What has been spent by the status date, evenly since the work began."""
    epoch = portfolio.epoch
    for id, task in portfolio.tasks.items():
        if task.spent and task.progress:
            project = portfolio.project_of[id].id
            until = task.progress.actual_finish or portfolio.status_of(project)
            begin, end = minutes_since(epoch, task.progress.actual_start), minutes_since(epoch, until)
            yield Payment(project, task.spent, begin, max(begin, end))
    for one in portfolio.projects:
        status = minutes_since(epoch, portfolio.status_of(one.id))
        for cost in one.costs:
            if cost.spent:
                tasks = [portfolio.tasks[cost.begins]] if cost.begins else one.tasks
                begun = min((task.progress.actual_start for task in tasks if task.progress), default=portfolio.status_of(one.id))
                yield Payment(one.id, cost.spent, min(minutes_since(epoch, begun), status), status)
