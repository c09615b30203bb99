"""Costs of a planner's file: resources with their rates, who is assigned to what, fixed costs and what has been spent.

What remains of an assignment costs its units, times the rate, times the remaining duration of its task; so it costs more where the
task takes longer. Material costs its quantity, however long the task takes, and so do expenses, cost resources and fixed costs.
Where a rate changes with time, an assignment has the mean over its dates in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from pmosim.interchange.calendars import Calendars
from pmosim.interchange.durations import Units
from pmosim.interchange.fields import moment
from pmosim.interchange.ids import Ids
from pmosim.interchange.java import java_class
from pmosim.interchange.notices import Notices
from pmosim.model.laws import Fixed
from pmosim.model.money import Assignment, Resource
from pmosim.model.tasks import Cost, StoredDates, Task, TaskKind

CENT = 0.005


@dataclass(slots=True)
class Bill:
    """What a task still costs. ``uses``: units by resource."""

    fixed: float = 0.0
    rate: float = 0.0  # [per working minute]
    uses: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class CostReader:
    """Reads the costs of all projects of one file. After `costed`, ``used`` has the resources that something is paid for."""

    calendars: Calendars
    status_date: datetime
    notices: Notices
    used: dict[str, Resource] = field(default_factory=dict)
    _ids: Ids = field(default_factory=lambda: Ids(reserved=()))
    _known: dict[int, tuple[str, float]] = field(default_factory=dict)  # id and base price by MPXJ's number

    def costed(self, source: Any, id_of: Mapping[int, str], tasks: Sequence[Task]) -> list[Task]:
        """The tasks of one MPXJ ProjectFile with what they cost; ``id_of``: their ids by MPXJ's number."""
        units = Units.of(source.getProjectProperties())
        named = {id_of[uid]: one for one in source.getTasks() if (uid := int(one.getUniqueID())) in id_of}
        return [self._task(task, named[task.id], units) if task.kind is not TaskKind.SUMMARY else task for task in tasks]

    def _task(self, task: Task, source: Any, units: Units) -> Task:
        spent, whole = _number(source.getActualCost()), _number(source.getCost())
        if not spent and not whole:
            return task
        budget = source.getPlannedCost() if source.getActivityID() else source.getBaselineCost()
        planned = _number(budget) or None
        if task.is_finished:
            return replace(task, spent=spent, planned_cost=planned)
        bill = Bill()
        assigned = 0.0
        for assignment in source.getResourceAssignments():
            if assignment.getResource() is not None:
                assigned += _number(assignment.getRemainingCost())
                self._assignment(assignment, task, bill, units)
        rest = _number(source.getRemainingCost()) - assigned  # expenses, fixed costs
        bill.fixed += rest if rest > CENT else 0.0
        if spent and task.progress is None:
            self.notices.add("spent-before-start")
            bill.fixed, spent = bill.fixed + spent, 0.0
        cost = Cost(Fixed(bill.fixed) if bill.fixed > 0 else None, Fixed(bill.rate) if bill.rate > 0 else None)
        uses = tuple(Assignment(resource, amount) for resource, amount in bill.uses.items())
        stored = replace(task.stored or StoredDates(), cost=whole)
        paid = cost if cost.fixed or cost.rate else None
        return replace(task, cost=paid, assignments=uses, stored=stored, spent=spent if task.progress else None, planned_cost=planned)

    def _assignment(self, assignment: Any, task: Task, bill: Bill, units: Units) -> None:
        resource = assignment.getResource()
        kind = str(resource.getType())
        if kind == "COST":
            bill.fixed += _number(assignment.getRemainingCost())
            return
        left = units.work(assignment.getRemainingWork())  # Primavera's are no whole minutes
        id, base = self._resource(resource, kind, units)
        price = self._price(assignment, kind, task, units)
        if not left or not price:
            return
        minutes, is_material = self._minutes(task), kind == "MATERIAL"
        quantity = left / 60 if is_material else left
        if kind == "WORK" and not task.progress:
            bill.fixed += _per_use(assignment) * _number(assignment.getUnits()) / 100
        if is_material and assignment.getVariableRateUnits() is not None and minutes:  # so much a day, for as long as it takes
            bill.rate += quantity * price / minutes
        elif not base or (not is_material and not minutes):
            bill.fixed += quantity * price
        else:
            amount = quantity * price / base / (1.0 if is_material else minutes)
            bill.uses[id] = bill.uses.get(id, 0.0) + amount
            self.used.setdefault(id, self._model(id, resource, base, is_material=is_material))

    def _minutes(self, task: Task) -> float:
        """The remaining duration; of a hammock what it spans in the file."""
        stored = task.stored
        if not task.kind.spans or stored is None or stored.early_start is None or stored.early_finish is None:
            return task.planned or 0.0
        begin = max(stored.early_start, self.status_date) if task.progress else stored.early_start
        clock = self.calendars.named(task.calendar).clock(begin.date())
        return float(max(0, clock.work_at(stored.early_finish) - clock.work_at(begin)))

    def _model(self, id: str, resource: Any, base: float, *, is_material: bool) -> Resource:
        law = Fixed(base)
        return Resource(id, None if is_material else law, law if is_material else None, name=str(resource.getName() or ""))

    def _resource(self, resource: Any, kind: str, units: Units) -> tuple[str, float]:
        """Its id, and the price that holds at the status date, or the first one if there is none yet."""
        uid = int(resource.getUniqueID())
        if uid not in self._known:
            prices = [_price_of(entry.getStandardRate(), kind, units) for entry in resource.getCostRateTable(0) or ()]
            now = resource.getCostRateTable(0).getEntryByDate(_java(self.status_date)) if prices else None
            current = _price_of(now.getStandardRate(), kind, units) if now is not None else 0.0
            base = current or next((price for price in prices if price), 0.0)
            self._known[uid] = self._ids.id_of(str(resource.getName() or ""), "resource"), base
        return self._known[uid]

    def _price(self, assignment: Any, kind: str, task: Task, units: Units) -> float:
        """The mean price over the dates of the assignment in the file. [per working minute, or per unit of material]"""
        stored = task.stored
        begin = (stored and stored.early_start) or moment(assignment.getStart()) or self.status_date
        begin = max(begin, self.status_date) if task.progress else begin
        end = (stored and stored.early_finish) or moment(assignment.getFinish()) or begin
        bounds = [begin, *sorted(date for date in _changes(assignment) if begin < date < end), end]
        prices = [_price_of(assignment.getEffectiveRate(_java(date)), kind, units) for date in bounds[:-1]]
        if len({*prices}) == 1:
            return prices[0]
        self.notices.add("rate-changes")
        clock = self.calendars.named(task.calendar).clock(begin.date())
        worked = [clock.work_at(after) - clock.work_at(before) for before, after in pairwise(bounds)]
        return sum(price * time for price, time in zip(prices, worked, strict=True)) / (sum(worked) or 1)


def _number(value: Any) -> float:
    return 0.0 if value is None else float(value)


def _java(date: datetime) -> Any:
    return java_class("java.time.LocalDateTime").of(date.year, date.month, date.day, date.hour, date.minute)


def _changes(assignment: Any) -> Iterator[datetime]:
    """When another rate begins to hold; none where the assignment has a rate of its own."""
    if str(assignment.getRateSource()) != "OVERRIDE":
        yield from (date for entry in assignment.getCostRateTable() or () if (date := moment(entry.getStartDate())))


def _per_use(assignment: Any) -> float:
    entries = [*(assignment.getCostRateTable() or ())]
    return _number(entries[0].getCostPerUse()) if entries else 0.0


def _price_of(rate: Any, kind: str, units: Units) -> float:
    """Of an MPXJ Rate: per working minute, or per unit of material."""
    if rate is None:
        return 0.0
    if kind == "MATERIAL":
        return float(rate.getAmount())
    minutes = {"m": 1, "h": 60, "d": units.day, "w": units.week, "mo": units.month, "y": units.year}
    return float(rate.getAmount()) / minutes[str(rate.getUnits())]


def planned_total(task: Task, resources: Mapping[str, Resource], minutes: float, rates: Mapping[str, float] | None = None) -> float:
    """What a task costs as planned: what is spent, and what remains, which takes so many working ``minutes``.

    ``rates``: what foreign currencies cost. [currency of the portfolio]
    """
    cost, of = task.cost or Cost(), rates or {}
    own = (cost.fixed.mean if cost.fixed else 0.0) + (cost.rate.mean * minutes if cost.rate else 0.0)
    total = (task.spent or 0.0) + own * of.get(cost.currency, 1.0)
    for use in task.assignments:
        one = resources[use.resource]
        each = (one.per_use.mean if one.per_use else 0.0) + (one.rate.mean * minutes if one.rate else 0.0)
        total += use.units * each * of.get(one.currency, 1.0)
    return total
