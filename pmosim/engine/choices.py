"""Branches as arrays: how each is decided, and what each task needs to exist."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

import numpy as np

from pmosim.engine import streams
from pmosim.engine.effects import as_int32, threshold_of
from pmosim.engine.kernels.branches import Choices
from pmosim.model.branches import Branch
from pmosim.model.calendars import Clock
from pmosim.model.plan import Plan
from pmosim.model.project import Portfolio
from pmosim.model.ways import needs_of

BEYOND = 2**40
"""Above every word, position and duration: the last way is taken where no other was."""


def choices_of(portfolio: Portfolio, plan: Plan, position: Mapping[str, int]) -> Choices:
    branches = portfolio.branches
    limits = [limit for branch in branches for limit in _limits(portfolio, branch, plan)]
    ways = [(number, way) for number, branch in enumerate(branches) for way in branch.ways]
    first = [0, *accumulate(len(branch.ways) for branch in branches)]
    needs = {position[id]: [first[branch] + way for branch, way in found] for id, found in needs_of(portfolio, plan).items()}
    decides: dict[int, list[int]] = {}
    for number, branch in enumerate(branches):
        if branch.decision is not None:
            decides.setdefault(position[branch.decision.task], []).append(number)
    nodes = range(len(position))
    priced = [branch.decision is not None and bool(branch.decision.costs) for branch in branches]
    return Choices(
        name=np.array([streams.name_of(f"branch {branch.id}", streams.CHOICE) for branch in branches], np.uint64),
        first=np.array(first, np.int64),
        limit=np.array(limits, np.int64),
        by_duration=np.array([branch.decision is not None and bool(branch.decision.durations) for branch in branches], np.bool_),
        by_cost=np.array([any(priced[number] for number in decides.get(node, ())) for node in nodes], np.bool_),
        costs=np.array(priced, np.bool_),
        by_chance=np.array([branch.decision is None for branch in branches], np.bool_),
        branch=as_int32([number for number, _ in ways]),
        decides=np.cumsum([0, *(len(decides.get(node, ())) for node in nodes)]).astype(np.int64),
        decided=as_int32([number for node in nodes for number in decides.get(node, ())]),
        needs=np.cumsum([0, *(len(needs.get(node, ())) for node in nodes)]).astype(np.int64),
        way=as_int32([number for node in nodes for number in needs.get(node, ())]),
    )


def _limits(portfolio: Portfolio, branch: Branch, plan: Plan) -> list[int]:
    """Of the words of a draw; or of positions on the deciding task's calendar, of its minutes, or of the hundredths that it costs."""
    if branch.decision is None:
        shares = accumulate(way.probability or 0.0 for way in branch.ways[:-1])
        return [*map(threshold_of, shares), BEYOND]
    if branch.decision.durations:
        return [*(int(limit) for limit in branch.decision.durations), BEYOND]
    if branch.decision.costs:  # what is spent is no part of what is drawn
        spent = portfolio.tasks[branch.decision.task].spent or 0.0
        return [*(round(100 * (limit - spent)) for limit in branch.decision.costs), BEYOND]
    clock = _clock_of(branch.decision.task, plan)
    return [*(clock.work_at(limit) for limit in branch.decision.finishes), BEYOND]


def _clock_of(task: str, plan: Plan) -> Clock:
    return plan.clocks[plan.nodes[task].calendar]
