"""What makes stated correlations invalid, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmosim.errors import ModelPath, Problem, did_you_mean
from pmosim.model import correlation
from pmosim.model.correlation import Item, Quantity

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio

OF_A_RISK = {Quantity.OCCURRENCE, Quantity.IMPACT, Quantity.RISK_COST}


def problems_of(portfolio: Portfolio) -> Iterator[Problem]:
    problems = [*_stated_correlations(portfolio)]
    yield from problems
    if problems or portfolio.repair_correlations:
        return
    for knot in correlation.knots_of(portfolio.correlations):
        if not knot.is_possible:
            items = correlation.smallest_impossible(knot)
            names = ", ".join(map(str, items))
            what = f"these correlations cannot hold together: {names} (the matrix is not positive semi-definite)"
            fix = "weaken one of them, or write  repair_correlations: nearest"
            yield Problem("impossible-correlations", ("correlations", str(_last_between(portfolio, items))), what, fix)


def _last_between(portfolio: Portfolio, items: tuple[Item, ...]) -> int:
    """Position of the last correlation that ties two of these."""
    return max(number for number, one in enumerate(portfolio.correlations) if len({*one.items} & {*items}) > 1)


def _stated_correlations(portfolio: Portfolio) -> Iterator[Problem]:
    for number, one in enumerate(portfolio.correlations):
        path = ("correlations", str(number))
        if not -1 <= one.rho <= 1:
            yield Problem("correlation-out-of-range", path, f"the correlation of {one.label} is {one.rho:g}", "write a number from -1 to 1")
        if len(set(one.items)) < 2:
            what = f"the correlation {one.label} ties fewer than two different quantities"
            yield Problem("lonely-correlation", path, what, "name two or more")
        for item in dict.fromkeys(one.items):
            yield from _correlated(portfolio, item, path)
    seen: set[int] = set()
    for number, first, second, before, after in correlation.contradictions(portfolio.correlations):
        if number not in seen:  # of two groups that overlap many pairs contradict one another
            seen.add(number)
            what = f"the correlation of {first} and {second} is stated as {before:g} and as {after:g}"
            yield Problem("contradicting-correlations", ("correlations", str(number)), what, "keep one of them")


def _correlated(portfolio: Portfolio, item: Item, path: ModelPath) -> Iterator[Problem]:
    risks = {risk.id: risk for risk in portfolio.risks}
    if item.quantity in OF_A_RISK:
        if item.id not in risks:
            fix = did_you_mean(item.id, risks, "name a risk of the register")
            yield Problem("unknown-risk", path, f"there is a correlation with risk '{item.id}', but no such risk", fix)
        elif risks[item.id].independent and item.quantity is not Quantity.RISK_COST:
            what = f"risk '{item.id}' strikes each task on its own, so it has no one {item.quantity} to correlate"
            yield Problem("correlated-independent-risk", path, what, "remove  independent: true, or the correlation")
    elif item.id not in portfolio.tasks:
        fix = did_you_mean(item.id, portfolio.tasks, "name a task as project.task")
        yield Problem("unknown-task", path, f"there is a correlation with '{item.id}', but no such task", fix)
