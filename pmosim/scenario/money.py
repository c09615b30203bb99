"""Money as it is written: currencies, escalation, resources, costs of projects, and what tasks cost and have cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pmosim.model.calendars import DAY, STANDARD, WEEK
from pmosim.model.laws import Law
from pmosim.model.money import Assignment, Currency, Index, ProjectCost, Resource, Spread
from pmosim.model.money_words import HOUR, MONTH
from pmosim.model.tasks import Cost
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.effects import read_cost
from pmosim.scenario.estimates import Estimate
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import Kind, Units

SPREADS = {None: Spread.EVEN, "evenly": Spread.EVEN, "at start": Spread.START, "at finish": Spread.FINISH}
PERIODS = {"m": 1.0, "h": float(HOUR), "d": float(DAY), "w": float(WEEK), "mo": MONTH}
"""Minutes by the wall clock."""


class MoneyReader:
    """``currencies``, ``escalation`` and ``resources`` of a scenario, and ``costs`` of its projects."""

    def __init__(self, entry: language.Scenario, origin: Origin, context: Context) -> None:
        self.context = context
        if entry.currencies and not context.currency:
            what = "other currencies have rates, but the currency of the totals is not said"
            context.findings.add(origin / "currencies", "missing-currency", what, "add  currency: EUR", key=True)
        for key in ("currencies", "escalation", "resources"):
            for id in getattr(entry, key) or {}:
                context.findings.register((key, id), origin / key / id)
        self.currencies = tuple(self._currencies(entry.currencies or {}, origin / "currencies"))
        context.foreign = {one.id: one.rate for one in self.currencies}
        context.misread_foreign = {*(entry.currencies or {})} - {*context.foreign}
        self.indices = tuple(self._indices(entry.escalation or {}, origin / "escalation"))
        units = context.units(entry.calendar if entry.calendar in context.calendars else STANDARD.id)
        self.escalated_by = entry.escalated_by
        self.resources = tuple(self._resource(id, one, origin / "resources" / id, units) for id, one in (entry.resources or {}).items())

    def _currencies(self, entries: Mapping[str, str | None], origin: Origin) -> Iterator[Currency]:
        for id, text in entries.items():
            if len(id) != 3 or not id.isupper():
                fix = "write its three capital letters, such as USD"
                self.context.findings.add(origin / id, "unknown-currency", f"'{id}' is not a currency", fix, key=True)
            elif text is None:
                self.context.findings.add(origin / id, "currency-without-rate", f"{id} has no rate", f"write for example  {id}: 0.92")
            elif law := self._factor(text, origin / id):
                yield Currency(id, law)

    def _factor(self, text: str, origin: Origin) -> Law | None:
        """A bare number or percentage, certain or uncertain."""
        estimate = self.context.estimate(text, Kind.FACTOR, origin)
        if estimate is None:
            return None
        try:
            return estimate.made(lambda _unit: 1.0, 1.0)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return None

    def _indices(self, entries: Mapping[str, language.Escalation | None], origin: Origin) -> Iterator[Index]:
        for id, entry in entries.items():
            one, here = entry or language.Escalation(), origin / id
            base = self.context.moment(one.base, here / "base") or self.context.status_date
            rate = None if one.yearly is None else self._factor(one.yearly, here / "yearly")
            if (one.yearly is None or rate) and not self.context.findings.was_dropped(here):
                yield Index(id, date(base.year, base.month, base.day), rate, tuple((one.table or {}).items()))

    def _resource(self, id: str, entry: language.Resource | None, origin: Origin, units: Units) -> Resource:
        one = entry or language.Resource()
        rate = self.context.estimate(one.rate, Kind.MONEY, origin / "rate") if one.rate else None
        per_use = self.context.estimate(one.per_use, Kind.MONEY, origin / "per_use") if one.per_use else None
        if rate and not rate.per:
            fix = f"write for what time:  rate: {one.rate}/h"
            self.context.findings.add(origin / "rate", "rate-without-time", f"the rate of resource '{id}' is for no time", fix)
            rate = None
        price = self.context.money(rate, origin / "rate", units) if rate else None
        use = self.context.money(per_use, origin / "per_use") if per_use else None
        currency = currency_of([each for each in (rate, per_use) if each], origin, self.context)
        return Resource(id, price, use, currency, one.name or "", one.escalated_by)

    @property
    def parts(self) -> dict[str, Any]:
        """Of the portfolio."""
        return {"resources": self.resources, "currencies": self.currencies, "indices": self.indices}

    def of_project(self, project: str, entry: language.ProjectParts, origin: Origin) -> dict[str, Any]:
        """The costs of a project as a whole, once all tasks are known, and the escalation by which its prices rise."""
        found = (self._project_cost(project, id, one, origin / "costs" / id) for id, one in (entry.costs or {}).items())
        return {"costs": tuple(cost for cost in found if cost), "index": entry.escalated_by or self.escalated_by}

    def _project_cost(self, project: str, id: str, entry: language.Cost | None, origin: Origin) -> ProjectCost | None:
        one, context = entry or language.Cost(), self.context
        context.findings.register(("projects", project, "costs", id), origin)
        if one.cost is None:
            if not context.findings.was_dropped(origin) and not context.findings.was_dropped(origin / "cost"):
                fix = "write  {cost: 20k EUR}, or for time  {cost: 3k EUR/w}"
                context.findings.add(origin, "missing-cost", f"cost '{id}' has no amount", fix, key=True)
            return None
        estimate = context.estimate(one.cost, Kind.MONEY, origin / "cost")
        law = context.amount(estimate, origin / "cost") if estimate else None
        begins, ends = self._task(project, one.begins, origin / "begins"), self._task(project, one.ends, origin / "ends")
        when, spent = context.moment(one.date, origin / "date"), context.certain_money(one.spent, origin / "spent")
        if estimate is None or law is None:
            return None
        per = PERIODS[estimate.per] if estimate.per else None
        currency = currency_of([estimate], origin / "cost", context)
        spread, rises = SPREADS[one.spend], one.escalated_by
        return ProjectCost(id, law, per, begins, ends, spread, when, currency, rises, spent or 0.0, one.name or "")

    def _task(self, project: str, text: str | None, origin: Origin) -> str | None:
        if text is None:
            return None
        try:
            return self.context.names.task(text, project)
        except Misread as error:
            self.context.findings.add(origin, error.code, error.what, error.fix)
            return None


def currency_of(estimates: Iterable[Estimate], origin: Origin, context: Context) -> str:
    """The one foreign currency in which these amounts are, or nothing where they are in the portfolio's own."""
    given = list(dict.fromkeys(one.currency or context.currency for one in estimates if one.sizes and any(a.number for a in one.sizes)))
    if len(given) > 1:
        what = f"one cost is in {' and '.join(given)}"
        context.findings.add(origin, "mixed-currencies", what, "give its parts in one currency")
    return given[0] if given and given[0] in context.foreign and given[0] != context.currency else ""


def read_task_cost(entry: language.Task, origin: Origin, calendar: str, context: Context) -> Cost | None:
    """What a task costs, with rates by the working time of its calendar."""
    if entry.cost is None:
        if entry.spend is not None:
            what = "it is said when the cost is spent, but not what it is"
            context.findings.add(origin / "spend", "missing-cost", what, "add  cost: 20k EUR", key=True)
        return None
    where = origin / "cost"
    try:
        cost = read_cost(entry.cost)
    except Misread as error:
        context.findings.misread(where, error)
        return None
    units = context.units(calendar)
    fixed, rate = (context.money(part, where, units) if part else None for part in (cost.fixed, cost.rate))
    if not (fixed or rate):
        return None
    return Cost(fixed, rate, currency_of(cost.parts, where, context), SPREADS[entry.spend], entry.escalated_by)


def read_uses(entry: language.Task, origin: Origin, context: Context) -> tuple[Assignment, ...]:
    """The resources that a task uses."""
    found = []
    for id, text in (entry.uses or {}).items():
        where = origin / "uses" / id
        estimate = context.estimate(text, Kind.FACTOR, where)
        if estimate is not None and (not estimate.is_fixed or not estimate.amounts):
            context.findings.add(where, "not-certain", f"the units of '{id}' are uncertain", "write one number, such as 2 or 50%")
        elif estimate is not None:
            amount = estimate.amounts[0]
            found.append(Assignment(id, amount.number / (100 if amount.is_relative else 1)))
    return tuple(found)
