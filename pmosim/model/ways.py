"""What of a plan belongs to which way of a branch, and which ways the plan itself takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from pmosim.model.branches import Branch
from pmosim.model.laws import Fixed, Law
from pmosim.model.passes import forward_pass

if TYPE_CHECKING:
    from pmosim.model.plan import Plan
    from pmosim.model.project import Portfolio
    from pmosim.model.tasks import Link, Task

Needs = dict[str, tuple[tuple[int, int], ...]]
"""Of each node that exists only sometimes, every (branch, way) that has to be taken, by their places."""


def needs_of(portfolio: Portfolio, plan: Plan) -> Needs:
    """A wait exists where both tasks of its link do."""
    needs: dict[str, list[tuple[int, int]]] = {}
    for number, branch in enumerate(portfolio.branches):
        for place, way in enumerate(branch.ways):
            for task in way.tasks:
                needs.setdefault(task, []).append((number, place))
    if needs:
        edges = [edge for into in plan.edges_into.values() for edge in into]
        ends = [(edge.successor, edge.predecessor) for edge in edges] + [(edge.predecessor, edge.successor) for edge in edges]
        for id, other in ends:
            if plan.nodes[id].wait is not None:
                needs.setdefault(id, []).extend(need for need in needs.get(other, ()) if plan.nodes[other].wait is None)
    return {id: tuple(dict.fromkeys(found)) for id, found in needs.items() if found}


def as_waits(portfolio: Portfolio, links: Iterable[Link]) -> list[Link]:
    """Links with the lags from or to what may not exist as waits of their own, which then do not exist either."""
    sometimes = {task for branch in portfolio.branches for task in branch.tasks}
    return [_as_wait(portfolio, link) if {link.predecessor, link.successor} & sometimes else link for link in links]


def _as_wait(portfolio: Portfolio, link: Link) -> Link:
    before = portfolio.tasks.get(link.predecessor)
    minutes = link.lag.minutes + link.lag.share * ((before.planned or 0.0) if before else 0.0)
    if link.lag.law is not None or minutes <= 0:  # a lead is no time that passes
        return link
    return replace(link, lag=replace(link.lag, minutes=minutes, share=0.0, law=Fixed(minutes)))


def with_planned_ways(portfolio: Portfolio, plan: Plan) -> Plan:
    """The plan without what it does not take: by chance it goes the likeliest way (of several the first), else as it is decided there."""
    if not portfolio.branches:
        return plan
    needs, order = needs_of(portfolio, plan), {id: place for place, id in enumerate(plan.nodes)}
    taken = {number: _likeliest(branch) for number, branch in enumerate(portfolio.branches) if branch.decision is None}
    decided = [(order[branch.decision.task], number) for number, branch in enumerate(portfolio.branches) if branch.decision]
    for _, number in sorted(decided):  # what stands before the deciding task is settled by then
        branch = portfolio.branches[number]
        taken[number] = _decided(portfolio, branch, replace(plan, absent=_absent(needs, taken)))
    return replace(plan, absent=_absent(needs, taken))


def _absent(needs: Needs, taken: dict[int, int]) -> frozenset[str]:
    return frozenset(id for id, ways in needs.items() if any(taken.get(branch, way) != way for branch, way in ways))


def _likeliest(branch: Branch) -> int:
    shares = [way.probability or 0.0 for way in branch.ways]
    return shares.index(max(shares))


def _decided(portfolio: Portfolio, branch: Branch, plan: Plan) -> int:
    decision = branch.decision
    assert decision is not None
    starts, finishes = forward_pass(plan, {id: node.duration for id, node in plan.nodes.items()})
    finish = finishes[decision.task]
    if decision.durations:
        return sum(finish - starts[decision.task] > limit for limit in map(int, decision.durations))
    if decision.costs:
        cost = _planned_cost(portfolio, portfolio.tasks[decision.task], finish - starts[decision.task])
        return sum(cost > limit for limit in decision.costs)
    clock = plan.clocks[plan.nodes[decision.task].calendar]
    return sum(finish > clock.work_at(limit) for limit in decision.finishes)


def _planned_cost(portfolio: Portfolio, task: Task, minutes: int) -> float:
    """At typical prices, with what has been spent. [currency of the portfolio]"""

    def typical(law: Law | None) -> float:
        return law.typical if law else 0.0

    exchange = {currency.id: currency.rate.typical for currency in portfolio.currencies}
    total = task.spent or 0.0
    if task.cost:
        total += exchange.get(task.cost.currency, 1.0) * (typical(task.cost.fixed) + typical(task.cost.rate) * minutes)
    resources = {resource.id: resource for resource in portfolio.resources}
    for use in task.assignments:
        one = resources[use.resource]
        total += exchange.get(one.currency, 1.0) * use.units * (typical(one.per_use) + typical(one.rate) * minutes)
    return total
