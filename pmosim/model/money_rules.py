"""What makes the money of a portfolio impossible, each with its remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

from pmosim.errors import ModelPath, Problem, did_you_mean
from pmosim.model.laws import Law
from pmosim.model.money import Index, ProjectCost, Spread
from pmosim.model.tasks import Task

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio

LEAST_RATE, MOST_RATE = -0.5, 1.0
"""Yearly rates between which prices may rise: beyond, somebody has written a percentage as a number."""


def problems_of(portfolio: Portfolio) -> Iterator[Problem]:
    yield from _twice("resources", "resources", (one.id for one in portfolio.resources))
    yield from _twice("currencies", "currencies", (one.id for one in portfolio.currencies))
    yield from _twice("escalation", "indices", (one.id for one in portfolio.indices))
    for resource in portfolio.resources:
        path = ("resources", resource.id)
        yield from _amount(resource.rate, f"the rate of resource '{resource.id}'", (*path, "rate"))
        yield from _amount(resource.per_use, f"the price of use of resource '{resource.id}'", (*path, "per_use"))
        yield from _references(portfolio, resource.currency, resource.index, path)
    for currency in portfolio.currencies:
        yield from _currency(portfolio, currency.id, currency.rate)
    for index in portfolio.indices:
        yield from _index(index)
    for project in portfolio.projects:
        path = ("projects", project.id)
        yield from _references(portfolio, "", project.index, path)
        yield from _twice("costs", f"costs of project '{project.id}'", (one.id for one in project.costs), path)
        for cost in project.costs:
            yield from _project_cost(portfolio, cost, (*path, "costs", cost.id))
    for id, task in portfolio.tasks.items():
        if task.cost or task.assignments or task.spent is not None or task.planned_cost is not None:
            project_id, _, own = id.partition(".")
            yield from _task(portfolio, task, ("projects", project_id, "tasks", own))
    for risk in portfolio.risks:
        if risk.currency:
            yield from _references(portfolio, risk.currency, None, ("risks", risk.id))


def _twice(key: str, what: str, ids: Iterable[str], path: ModelPath = ()) -> Iterator[Problem]:
    for id, count in Counter(ids).items():
        if count > 1:
            yield Problem("duplicate-id", (*path, key, id), f"two of the {what} have the id '{id}'", "give each an id of its own")


def _amount(law: Law | None, whose: str, path: ModelPath) -> Iterator[Problem]:
    if law is not None and not law.support[0] >= 0:
        yield Problem("negative-cost", path, f"{whose} can be negative (down to {law.support[0]:g})", "give amounts of 0 or more")


def _references(portfolio: Portfolio, currency: str, index: str | None, path: ModelPath) -> Iterator[Problem]:
    known = {one.id for one in portfolio.currencies}
    if currency and currency != portfolio.currency and currency not in known:
        what = f"this amount is in {currency}, but no rate says what that is in {portfolio.currency or 'the portfolio'}"
        yield Problem("currency-without-rate", path, what, f"state it at the top:  currencies: {{{currency}: 1.08 {portfolio.currency}}}")
    indices = {one.id for one in portfolio.indices}
    if index is not None and index not in indices:
        what = f"there is no escalation '{index}'"
        yield Problem("unknown-escalation", (*path, "escalation"), what, did_you_mean(index, indices, f"add '{index}' under escalation:"))


def _currency(portfolio: Portfolio, id: str, rate: Law) -> Iterator[Problem]:
    path = ("currencies", id)
    if not rate.support[0] > 0:
        what = f"the rate of {id} can be {rate.support[0]:g}"
        yield Problem("impossible-rate", path, what, f"write what one {id} costs, such as  {id}: 1.08 {portfolio.currency}".rstrip())
    if id == portfolio.currency:
        yield Problem("impossible-rate", path, f"{id} is the portfolio's own currency", "remove its rate")


def _index(index: Index) -> Iterator[Problem]:
    path = ("escalation", index.id)
    if (index.rate is None) == (not index.table):
        what = f"escalation '{index.id}' has " + ("both a yearly rate and a table" if index.table else "neither a yearly rate nor a table")
        yield Problem("impossible-escalation", path, what, "give either  yearly: 3%  or  table: {2026: 100, 2027: 103}")
    if index.rate is not None:
        low, high = index.rate.support
        if not LEAST_RATE <= low <= high <= MOST_RATE:
            what = f"the yearly rate of escalation '{index.id}' reaches from {low:.4g} to {high:.4g}"
            fix = "keep it between -50% and 100%, and bound its law with 'within' if it has no ends"
            if low == high and 1 < low <= 50:
                fix = f"write {low:g}%"
            yield Problem("escalation-out-of-range", (*path, "yearly"), what, fix)
    for (first, _), (second, _) in pairwise(index.table):
        if second <= first:
            what = f"the table of escalation '{index.id}' has {second} after {first}"
            yield Problem("table-out-of-order", (*path, "table"), what, "give the years in order, each once")
    for year, value in index.table:
        if not (isfinite(value) and value > 0):
            what = f"the index of escalation '{index.id}' in {year} is {value:g}"
            yield Problem("impossible-escalation", (*path, "table"), what, "give indices above 0, such as 100 and 103")
        if not 1900 <= year <= 2200:
            yield Problem("impossible-escalation", (*path, "table"), f"{year} is not a year of this or the next century", "write 2027: 103")


def _project_cost(portfolio: Portfolio, cost: ProjectCost, path: ModelPath) -> Iterator[Problem]:
    yield from _amount(cost.amount, f"cost '{cost.id}'", path)
    yield from _references(portfolio, cost.currency, cost.index, path)
    for key, id in (("begins", cost.begins), ("ends", cost.ends)):
        if id is not None and id not in portfolio.tasks:
            what = f"cost '{cost.id}' {key} with '{id}', but there is no such task"
            yield Problem("unknown-task", (*path, key), what, did_you_mean(id, portfolio.tasks, "name a task as project.task"))
    if cost.date is not None and (cost.per is not None or cost.begins or cost.ends):
        what = f"cost '{cost.id}' is spent on one date, and over a time"
        yield Problem("cost-at-two-times", path, what, "give either a date, or the tasks between which it is spent")
    if cost.per is not None and cost.spread is not Spread.EVEN:
        what = f"cost '{cost.id}' is for every period, so it is spent evenly"
        yield Problem("cost-at-two-times", path, what, "leave out  spend")
    yield from _spent(cost.spent, f"cost '{cost.id}'", path)


def _task(portfolio: Portfolio, task: Task, path: ModelPath) -> Iterator[Problem]:
    if task.cost:
        yield from _amount(task.cost.fixed, f"the cost of task '{task.id}'", (*path, "cost"))
        yield from _amount(task.cost.rate, f"the cost rate of task '{task.id}'", (*path, "cost"))
        yield from _references(portfolio, task.cost.currency, task.cost.index, (*path, "cost"))
    known = [one.id for one in portfolio.resources]
    for use in task.assignments:
        where = (*path, "uses", use.resource)
        if use.resource not in known:
            what = f"task '{task.id}' uses resource '{use.resource}', but there is none of that id"
            yield Problem("unknown-resource", where, what, did_you_mean(use.resource, known, f"add '{use.resource}' under resources:"))
        if not (isfinite(use.units) and use.units > 0):
            what = f"task '{task.id}' uses {use.units:g} of resource '{use.resource}'"
            yield Problem("impossible-units", where, what, "give units above 0, such as 2 or 0.5, or leave the resource out")
    for id, count in Counter(use.resource for use in task.assignments).items():
        if count > 1:
            what = f"task '{task.id}' names resource '{id}' twice"
            yield Problem("duplicate-id", (*path, "uses", id), what, "name it once, with the sum of the units")
    yield from _spent(task.spent, f"task '{task.id}'", path)
    if task.planned_cost is not None and not (isfinite(task.planned_cost) and task.planned_cost >= 0):
        what = f"the planned cost of task '{task.id}' is {task.planned_cost:g}"
        yield Problem("negative-cost", (*path, "planned_cost"), what, "give 0 or more")
    if task.spent and task.progress is None:
        what = f"{task.spent:,.0f} have been spent on task '{task.id}', which has not started"
        yield Problem("spent-before-start", (*path, "spent"), what, "add  started:, or remove 'spent'")


def _spent(spent: float | None, whose: str, path: ModelPath) -> Iterator[Problem]:
    if spent is not None and not (isfinite(spent) and spent >= 0):
        yield Problem("negative-cost", (*path, "spent"), f"what has been spent on {whose} is {spent:g}", "give 0 or more")
