"""What money depends on, in the words of the scenario language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmosim.model import wording as words
from pmosim.model.calendars import DAY, WEEK
from pmosim.model.money import YEAR, Assignment, Currency, Index, ProjectCost, Resource, Spread
from pmosim.model.project import Portfolio

MONTH = YEAR / 12
PERIODS = {DAY: "d", WEEK: "w", MONTH: "mo", YEAR: "y"}
"""Minutes by the wall clock of every period that a cost can be for -> how it is written."""

HOUR = 60


def parts_of(portfolio: Portfolio) -> Iterator[tuple[str, str, str, str]]:
    """What it is, its id, its label and all of it in words, for every resource, currency, escalation and cost of a project."""
    for resource in portfolio.resources:
        yield "resource", resource.id, resource.label, of_resource(resource, portfolio.currency)
    for currency in portfolio.currencies:
        yield "rate of currency", currency.id, currency.id, of_currency(currency, portfolio.currency)
    for index in portfolio.indices:
        yield "escalation", index.id, index.id, of_index(index)
    for project in portfolio.projects:
        for cost in project.costs:
            yield "cost", f"{project.id} {cost.id}", f"{project.label}: {cost.label}", of_project_cost(cost, portfolio.currency)


def of_resource(one: Resource, currency: str) -> str:
    """``95 EUR/h + 500 EUR per use``"""
    money = one.currency or currency
    rate = words.law(one.rate, words.in_money(money, HOUR, "/h"))
    per_use = words.law(one.per_use, words.in_money(money))
    return _with_index(" + ".join(filter(None, [rate, f"{per_use} per use" if per_use else ""])), one.index)


def of_currency(one: Currency, currency: str) -> str:
    return words.law(one.rate, lambda value: f"{value:.6g} {currency}".rstrip())


def of_index(one: Index) -> str:
    rises = f"{words.law(one.rate, words.percent)} a year" if one.rate else ", ".join(f"{y}: {v:g}" for y, v in one.table)
    return f"{rises}, from {one.base.day} {one.base:%b %Y}"


def of_project_cost(one: ProjectCost, currency: str) -> str:
    money, per = one.currency or currency, f"/{PERIODS.get(one.per, f'{one.per:g}min')}" if one.per else ""
    amount = words.law(one.amount, words.in_money(money, unit=per))
    when = f"on {words.moment(one.date)}" if one.date else "" if one.spread is Spread.EVEN else f"at the {one.spread}"
    span = " ".join(filter(None, [f"from {one.begins}" if one.begins else "", f"to {one.ends}" if one.ends else ""]))
    spent = f"{words.in_money(currency)(one.spent)} spent" if one.spent else ""
    return _with_index(", ".join(filter(None, [" ".join(filter(None, [amount, when, span])), spent])), one.index)


def of_assignments(uses: tuple[Assignment, ...]) -> str:
    return ", ".join(f"{use.units:g} {use.resource}" for use in uses) or "none"


def of_task_value(name: str, value: Any, currency: str) -> str:
    """``assignments``, ``spent`` or ``planned_cost`` of a task."""
    if name == "assignments":
        return of_assignments(value)
    return "none" if value is None else words.in_money(currency)(value)


def _with_index(said: str, index: str | None) -> str:
    return f"{said}, rising by {index}" if index else said
