"""Branches: of several ways that work can go, each iteration takes exactly one.

Which one is a matter of chance, or of what has happened by then: when a task finishes, how long it takes, or what it costs. The tasks
of the other ways do not exist in that iteration: they take no time, cost nothing and are not critical; links go through them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from pmosim.errors import ModelPath, Problem, did_you_mean

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Way:
    """One way that work can go. A way without tasks means that nothing is done."""

    name: str
    tasks: tuple[str, ...] = ()  # qualified ids; they exist only where this way is taken
    probability: float | None = None  # of a branch by chance


@dataclass(frozen=True, slots=True)
class Decision:
    """What decides a branch: the first way is taken up to and with the first limit, the second up to the second, and so on."""

    task: str  # qualified id
    finishes: tuple[datetime, ...] = ()  # limits of its finish
    durations: tuple[float, ...] = ()  # or of its duration [working minutes]
    costs: tuple[float, ...] = ()  # or of what it costs, before prices rise, with what has been spent [currency of the portfolio]

    @property
    def limits(self) -> tuple[datetime, ...] | tuple[float, ...]:
        return self.finishes or self.durations or self.costs


@dataclass(frozen=True, slots=True)
class Branch:
    id: str
    ways: tuple[Way, ...]
    decision: Decision | None = None  # None: by chance

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(task for way in self.ways for task in way.tasks)


def problems_of(portfolio: Portfolio) -> Iterator[Problem]:
    for id, count in Counter(branch.id for branch in portfolio.branches).items():
        if count > 1:
            yield Problem("duplicate-id", ("branches", id), f"two branches have the id '{id}'", "give each an id of its own")
    for branch in portfolio.branches:
        path = ("branches", branch.id)
        if len(branch.ways) < 2:
            fix = "add another one; a way without tasks stands for nothing being done"
            yield Problem("lonely-branch", path, f"branch '{branch.id}' has fewer than two ways", fix)
        elif branch.decision is None:
            yield from _chances(branch, path)
        yield from _tasks(portfolio, branch, path)
        if branch.decision is not None:
            yield from _decision(portfolio, branch, branch.decision, path)


def deciding(portfolio: Portfolio, loop: Sequence[str]) -> Branch | None:
    """A branch by whose decision a loop of tasks goes on from one to the next, where no link leads there."""
    steps = {(before, after) for before, after in zip(loop, [*loop[1:], *loop[:1]], strict=True)}
    steps -= {(link.predecessor, link.successor) for link in portfolio.links}
    for branch in portfolio.branches:
        if branch.decision and any((branch.decision.task, task) in steps for task in branch.tasks):
            return branch
    return None


def _tasks(portfolio: Portfolio, branch: Branch, path: ModelPath) -> Iterator[Problem]:
    for id, count in Counter(branch.tasks).items():
        task = portfolio.tasks.get(id)
        if task is None:
            fix = did_you_mean(id, portfolio.tasks, "name a task as project.task")
            yield Problem("unknown-task", path, f"branch '{branch.id}' has task '{id}', but there is no such task", fix)
        elif task.kind.spans:
            yield Problem("branch-of-a-summary", path, f"'{id}' in branch '{branch.id}' is a {task.kind}", "name the tasks that are worked")
        elif task.progress is not None:
            what = f"'{id}' in branch '{branch.id}' has begun, so it exists"
            yield Problem("branch-of-begun-work", path, what, "remove the branch: it has been decided")
        if count > 1:
            yield Problem(
                "task-in-two-ways", path, f"'{id}' stands in two ways of branch '{branch.id}'", "keep it in one of them, or in none"
            )


def _chances(branch: Branch, path: ModelPath) -> Iterator[Problem]:
    given = [way.probability for way in branch.ways]
    if any(p is None or not 0 <= p <= 1 for p in given):
        yield Problem(
            "branch-probability", path, f"a way of branch '{branch.id}' has no probability from 0 to 1", "give each way one, such as 30%"
        )
    elif abs(sum(p for p in given if p is not None) - 1) > ROUNDING:
        total = sum(p for p in given if p is not None)
        what = f"the probabilities of branch '{branch.id}' add up to {100 * total:g} %"
        yield Problem("branch-sum", path, what, "make them add up to 100 %; a way without tasks stands for nothing being done")


def _decision(portfolio: Portfolio, branch: Branch, decision: Decision, path: ModelPath) -> Iterator[Problem]:
    task = portfolio.tasks.get(decision.task)
    if task is None:
        fix = did_you_mean(decision.task, portfolio.tasks, "name a task as project.task")
        yield Problem("unknown-task", path, f"branch '{branch.id}' is decided by '{decision.task}', but there is no such task", fix)
    elif task.kind.spans:
        what = f"branch '{branch.id}' is decided by '{decision.task}', which is a {task.kind}"
        yield Problem("branch-of-a-summary", path, what, "let a task or milestone decide")
    elif decision.costs and not (task.cost or task.assignments):
        what = f"branch '{branch.id}' is decided by what '{decision.task}' costs, which costs nothing"
        yield Problem("branch-of-no-cost", path, what, "give the task a cost, or let its finish or its duration decide")
    if len(decision.limits) != len(branch.ways) - 1:
        what = f"branch '{branch.id}' has {len(branch.ways)} ways and {len(decision.limits)} limits"
        yield Problem("branch-limits", path, what, "give one limit fewer than there are ways")
    if any(a >= b for a, b in pairwise(decision.limits)):  # type: ignore[operator]
        yield Problem("branch-limits", path, f"the limits of branch '{branch.id}' do not rise", "put them in order")
    if decision.task in branch.tasks:
        what = f"branch '{branch.id}' depends on its own result: it is decided by '{decision.task}', which exists only in one of its ways"
        yield Problem("branch-of-itself", path, what, "let a task decide that exists whatever is chosen")
