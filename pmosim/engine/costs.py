"""Money as arrays: what is paid for, to which account it is booked, when it is spent, and how prices rise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from pmosim.engine import streams
from pmosim.engine.conversions import wall_maps
from pmosim.engine.effects import as_int32
from pmosim.engine.kernels.blocks import Costs, Months, Spending
from pmosim.engine.kernels.cost import FIXED, RATE
from pmosim.engine.kernels.spending import AT_FINISH, AT_START, EVEN, GROWTH, NOWHERE, TABLE, Indices
from pmosim.engine.quantiles import LawBook
from pmosim.model.calendars import DAY, minutes_since
from pmosim.model.laws import Fixed, Law
from pmosim.model.money import Assignment, Index, ProjectCost, Spread
from pmosim.model.payments import spent
from pmosim.model.plan import Conversion, Plan
from pmosim.model.project import PORTFOLIO_FINISH, Portfolio
from pmosim.model.risks import Risk
from pmosim.model.tasks import ELAPSED, FINISH, Task

SPREADS = {Spread.EVEN: EVEN, Spread.START: AT_START, Spread.FINISH: AT_FINISH}
NOTHING = Fixed(0.0)


@dataclass(frozen=True)
class _Item:
    """One row of `Costs`."""

    id: str
    fixed: Law = NOTHING
    rate: Law = NOTHING
    part: int = 0
    use: Assignment | None = None
    currency: str = ""
    spread: Spread = Spread.EVEN
    index: str | None = None


@dataclass
class MoneyCompiler:
    """A portfolio's money. ``accounts`` are ids of projects and, last, of the portfolio."""

    portfolio: Portfolio
    plan: Plan
    position: Mapping[str, int]
    accounts: tuple[str, ...]
    book: LawBook
    own_event: Mapping[str, int]  # of risks
    horizon: int  # days after the epoch up to which maps are written out
    account: dict[str, int] = field(init=False)
    currency: dict[str, int] = field(init=False)
    index: dict[str, int] = field(init=False)
    resource: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.account = {id: k for k, id in enumerate(self.accounts)}
        self.currency = {one.id: k for k, one in enumerate(self.portfolio.currencies)}
        self.index = {one.id: k for k, one in enumerate(self.portfolio.indices)}
        self.resource = {one.id: k for k, one in enumerate(self.portfolio.resources)}
        self.items = sorted(self._items(), key=lambda item: self.position[item.id])
        self.risks = [risk for risk in self.portfolio.risks if risk.cost is not None]

    def costs(self) -> Costs:
        items, risks, book = self.items, self.risks, self.book
        nodes = [self.position[item.id] for item in items]
        drawn = [f"risk {risk.drawn_as or risk.id}" for risk in risks]
        prices = [*self._prices()]
        return Costs(
            into=np.searchsorted(np.array(nodes, np.int64), np.arange(len(self.position) + 1)).astype(np.int64),
            node=as_int32(nodes),
            account=as_int32([self.account[self.portfolio.project_of[item.id].id] for item in items]),
            part=np.array([item.part for item in items], np.uint8),
            fixed=as_int32([book.number(item.fixed) for item in items]),
            fixed_name=np.array([streams.name_of(item.id, streams.COST_FIXED) for item in items], np.uint64),
            rate=as_int32([book.number(item.rate) for item in items]),
            rate_name=np.array([streams.name_of(item.id, streams.COST_RATE) for item in items], np.uint64),
            resource=as_int32([self.resource[item.use.resource] if item.use else -1 for item in items]),
            units=np.array([item.use.units if item.use else 1.0 for item in items], np.float64),
            currency=as_int32([self.currency.get(item.currency, -1) for item in items]),
            event=as_int32([self.own_event[risk.id] for risk in risks]),
            risk=as_int32([book.number(risk.cost) for risk in risks if risk.cost is not None]),
            risk_name=np.array([streams.name_of(name, streams.RISK_COST) for name in drawn], np.uint64),
            risk_account=as_int32([self.account.get(risk.account or "", -1) for risk in risks]),
            risk_currency=as_int32([self.currency.get(risk.currency, -1) for risk in risks]),
            price=as_int32([book.number(law) for law, _ in prices]),
            price_name=np.array([name for _, name in prices], np.uint64),
            currencies=2 * len(self.portfolio.resources),
            indices=2 * len(self.portfolio.resources) + len(self.portfolio.currencies),
            spent=self._spent(),
        )

    def _items(self) -> Iterator[_Item]:
        """What each task costs, but for those of which it is known what they have cost."""
        for id, task in self.portfolio.tasks.items():
            if id not in self.position or (task.is_finished and task.spent is not None):
                continue
            project = self.portfolio.project_of[id]
            yield from _own_items(id, task, project.index)
            for use in task.assignments:
                resource = self.portfolio.resources[self.resource[use.resource]]
                index = resource.index or (task.cost.index if task.cost else None) or project.index
                yield _Item(id, use=use, currency=resource.currency, index=index)

    def _prices(self) -> Iterator[tuple[Law, int]]:
        for resource in self.portfolio.resources:
            name = f"resource {resource.id}"
            yield resource.rate or NOTHING, streams.name_of(name, streams.COST_RATE)
            yield resource.per_use or NOTHING, streams.name_of(name, streams.COST_FIXED)
        for currency in self.portfolio.currencies:
            yield currency.rate, streams.name_of(f"currency {currency.id}", streams.EXCHANGE)
        for index in self.portfolio.indices:
            yield index.rate or NOTHING, streams.name_of(f"escalation {index.id}", streams.ESCALATION)

    def _spent(self) -> NDArray[np.int64]:
        total = np.zeros(len(self.accounts), np.int64)
        for account, amount, _, _ in self.payments():
            total[account] += amount
        total[-1] += total[:-1].sum()
        return total

    def payments(self) -> Iterator[tuple[int, int, int, int]]:
        """What has been spent: account, hundredths, and the wall minutes between which it was spent evenly."""
        for payment in spent(self.portfolio):
            yield self.account[payment.project], cents_of(payment.amount), payment.begin, payment.end

    def _minute(self, moment: datetime) -> int:
        return minutes_since(self.plan.epoch, moment)

    def spending(self) -> Spending:
        used = bool(self.items or self.risks or any(project.costs for project in self.portfolio.projects))
        nodes = [*self.plan.nodes.values()]
        walls, number = wall_maps(self.plan, [node.calendar for node in nodes] if used else (), self.horizon)
        costs = [(project.id, cost) for project in self.portfolio.projects for cost in project.costs]
        begins = [self._begin_nodes(project, cost) for project, cost in costs]
        struck = [[self.position[hit.target] for hit in risk.hits if not self._is_done(hit.target)] for risk in self.risks]
        index = as_int32([self._index(item.index) for item in self.items])
        risk_index = as_int32([self._index(self._project_index(risk)) for risk in self.risks])
        cost_index = as_int32([self._index(cost.index or self.portfolio.project[project].index) for project, cost in costs])
        return Spending(
            walls=walls,
            to_wall_start=as_int32([number.get(Conversion(node.calendar, ELAPSED, True), -1) for node in nodes]),
            to_wall_finish=as_int32([number.get(Conversion(node.calendar, ELAPSED, False), -1) for node in nodes]),
            spread=np.array([SPREADS[item.spread] for item in self.items], np.uint8),
            rises=index,
            risk_index=risk_index,
            struck=np.cumsum([0, *map(len, struck)]).astype(np.int64),
            struck_node=as_int32([node for own in struck for node in own]),
            risk_from=np.array([self._minute(self._status(risk.account)) for risk in self.risks], np.int64),
            risk_end=as_int32([self._finish(risk.account) for risk in self.risks]),
            law=as_int32([self.book.number(cost.amount) for _, cost in costs]),
            name=np.array([streams.name_of(f"{project} cost {cost.id}", streams.COST_FIXED) for project, cost in costs], np.uint64),
            account=as_int32([self.account[project] for project, _ in costs]),
            per=np.array([cost.per or 0.0 for _, cost in costs], np.float64),
            when=np.array([SPREADS[cost.spread] for _, cost in costs], np.uint8),
            date=np.array([NOWHERE if cost.date is None else self._minute(cost.date) for _, cost in costs], np.int64),
            begins=np.cumsum([0, *map(len, begins)]).astype(np.int64),
            begin_node=as_int32([node for own in begins for node in own]),
            end=as_int32([self.position[cost.ends] if cost.ends else self._finish(project) for project, cost in costs]),
            earliest=np.array([self._minute(self.portfolio.status_of(project)) for project, _ in costs], np.int64),
            currency=as_int32([self.currency.get(cost.currency, -1) for _, cost in costs]),
            cost_index=cost_index,
            indices=indices_of(self.portfolio.indices, self.plan.epoch),
            dated=bool(costs or (index >= 0).any() or (risk_index >= 0).any()),
        )

    def _index(self, id: str | None) -> int:
        return -1 if id is None else self.index[id]

    def _project_index(self, risk: Risk) -> str | None:
        return self.portfolio.project[risk.account].index if risk.account else None

    def _status(self, project: str | None) -> datetime:
        return self.portfolio.status_of(project) if project else self.portfolio.status_date

    def _finish(self, project: str | None) -> int:
        whole = PORTFOLIO_FINISH if len(self.portfolio.projects) > 1 else f"{self.portfolio.projects[0].id}.{FINISH}"
        return self.position[f"{project}.{FINISH}" if project else whole]

    def _is_done(self, id: str) -> bool:
        task = self.portfolio.tasks.get(id)
        return task is not None and task.is_finished

    def _begin_nodes(self, project: str, cost: ProjectCost) -> list[int]:
        """The nodes of which the first start begins the time over which a cost is spent."""
        if cost.date is not None:
            return []
        if cost.begins:
            return [] if self.portfolio.tasks[cost.begins].progress else [self.position[cost.begins]]
        own = [f"{project}.{task.id}" for task in self.portfolio.project[project].tasks if not task.kind.spans]
        if any(self.portfolio.tasks[id].progress for id in own):  # it has begun: the time from the status date on counts
            return []
        return [self.position[id] for id in own]


def cents_of(amount: float) -> int:
    return int(np.floor(amount * 100 + 0.5))


def _own_items(id: str, task: Task, index: str | None) -> Iterator[_Item]:
    """A task's own cost; in two rows where its fixed part is not spent evenly, as the rest is."""
    cost = task.cost
    if cost is None:
        return
    index = cost.index or index
    if cost.spread is Spread.EVEN or cost.fixed is None or cost.rate is None:
        yield _Item(id, cost.fixed or NOTHING, cost.rate or NOTHING, FIXED | RATE, None, cost.currency, cost.spread, index)
        return
    yield _Item(id, cost.fixed, NOTHING, FIXED, None, cost.currency, cost.spread, index)
    yield _Item(id, NOTHING, cost.rate, RATE, None, cost.currency, Spread.EVEN, index)


def indices_of(indices: Iterable[Index], epoch: date) -> Indices:
    found = [*indices]
    knots = [_knots(one, epoch) for one in found]
    flat = [knot for own in knots for knot in own]
    at, value, slope, integral = np.array(flat, np.float64).reshape(-1, 4).T
    return Indices(
        kind=np.array([GROWTH if one.rate is not None else TABLE for one in found], np.uint8),
        base=np.array([_midnight(one.base, epoch) for one in found], np.int64),
        first=np.cumsum([0, *map(len, knots)]).astype(np.int64),
        at=np.ascontiguousarray(at),
        value=np.ascontiguousarray(value),
        slope=np.ascontiguousarray(slope),
        integral=np.ascontiguousarray(integral),
    )


def _midnight(day: date, epoch: date) -> int:
    return minutes_since(epoch, datetime.combine(day, time()))


def _knots(index: Index, epoch: date) -> list[tuple[float, float, float, float]]:
    """Of a table from its base on: wall minute, price, slope up to the next knot, integral of the price up to here."""
    if not index.table:
        return []
    years = [(_midnight(date(year, 1, 1), epoch), value) for year, value in index.table]
    base = _midnight(index.base, epoch)
    at_base = float(np.interp(base, [at for at, _ in years], [value for _, value in years]))
    points = [(base, 1.0), *((at, value / at_base) for at, value in years if at > base)]
    made, integral = [], 0.0
    for (at, value), (until, later) in zip(points, [*points[1:], (None, 0.0)], strict=True):
        slope = 0.0 if until is None else (later - value) / (until - at)
        made.append((float(at), value, slope, integral))
        integral += 0.0 if until is None else (until - at) * (value + later) / 2
    return made


def months_between(epoch: date, first: int, last: int) -> tuple[Months, tuple[date, ...]]:
    """The calendar months from wall minute ``first`` to ``last``, and the first day of each."""
    day, end = epoch + timedelta(days=first // DAY), epoch + timedelta(days=last // DAY)
    starts = [day.replace(day=1)]
    while (next_one := _next_month(starts[-1])) <= end:
        starts.append(next_one)
    days = [(start - epoch).days for start in (*starts, _next_month(starts[-1]))]
    edges = np.array([at * DAY for at in days], np.int64)
    edges[-1] = 2**50  # what lies beyond the last month falls into it
    return Months(edges, np.repeat(np.arange(len(starts), dtype=np.int32), np.diff(days)), days[0]), tuple(starts)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def no_months() -> Months:
    return Months(np.zeros(0, np.int64), np.zeros(0, np.int32), 0)
