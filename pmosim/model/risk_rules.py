"""What makes a risk register impossible within its portfolio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pmosim.errors import ModelPath, Problem, did_you_mean
from pmosim.model.risks import Hit, ImpactKind, Mitigation, Risk, Status
from pmosim.model.tasks import TaskKind

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio


def as_of_now(risk: Risk, portfolio: Portfolio) -> Risk:
    """The risk, expired where nothing is left that it could hit: its tasks are finished, or its window has passed."""
    tasks = [portfolio.tasks.get(hit.target) for hit in risk.hits]
    past = risk.window is not None and risk.window[1] is not None and risk.window[1] < portfolio.status_date
    spent = bool(tasks) and all(task is not None and task.is_finished for task in tasks)
    return replace(risk, status=Status.EXPIRED) if (past or spent) and risk.status in (Status.OPEN, Status.OCCURRED) else risk


def problems_of_risks(portfolio: Portfolio) -> Iterator[Problem]:
    """Everything that is wrong with the risks, each with its remedy; ids that stand twice are the portfolio's matter."""
    by_id = {risk.id: risk for risk in portfolio.risks}
    for risk in portfolio.risks:
        path = ("risks", risk.id)
        yield from _probability(risk.probability, f"probability of risk '{risk.id}'", (*path, "probability"))
        if not risk.hits and risk.cost is None:
            what = f"risk '{risk.id}' hits no task and costs nothing"
            yield Problem("risk-without-effect", path, what, "name the tasks that it hits, or give it a cost")
        if risk.project is not None and risk.project not in portfolio.project:
            what = f"risk '{risk.id}' names project '{risk.project}', but there is none"
            fix = did_you_mean(risk.project, portfolio.project, "add that project")
            yield Problem("unknown-project", (*path, "project"), what, fix)
        if risk.window and None not in risk.window and risk.window[0] > risk.window[1]:  # type: ignore[operator]
            what = f"the window of risk '{risk.id}' ends before it begins"
            yield Problem("dates-out-of-order", (*path, "window"), what, "give the earlier date first")
        yield from _hits(portfolio, risk, risk.hits, (*path, "hits"))
        yield from _secondary(by_id, risk, path)
        if risk.mitigation:
            yield from _mitigation(portfolio, risk, risk.mitigation, (*path, "mitigation"))


def _probability(p: float, whose: str, path: ModelPath) -> Iterator[Problem]:
    if not 0 <= p <= 1:
        yield Problem("probability-out-of-range", path, f"the {whose} is {p:g}, outside 0 to 1", "write for example 30% or 0.3")


def _hits(portfolio: Portfolio, risk: Risk, hits: tuple[Hit, ...], path: ModelPath) -> Iterator[Problem]:
    known = {*portfolio.tasks, *portfolio.finishes}
    for hit in hits:
        where = (*path, hit.target)
        low, _high = hit.impact.law.support
        if hit.target not in known:
            what = f"risk '{risk.id}' hits '{hit.target}', but there is no such task"
            yield Problem("unknown-task", where, what, did_you_mean(hit.target, known, "name a task as project.task"))
        elif (task := portfolio.tasks.get(hit.target)) and (task.kind is TaskKind.SUMMARY or task.is_milestone):
            what = f"risk '{risk.id}' hits '{hit.target}', which is a {task.kind} and has no duration"
            yield Problem("risk-hits-no-work", where, what, "name tasks with a duration")
        elif hit.impact.kind is ImpactKind.FACTOR and hit.target in portfolio.finishes:
            what = f"risk '{risk.id}' multiplies '{hit.target}', which has no duration"
            yield Problem("factor-on-finish", where, what, "add time instead: +5d")
        if hit.impact.kind is ImpactKind.FACTOR and low < 0:
            what = f"the factor of risk '{risk.id}' on '{hit.target}' goes down to {low:g}: an impact below -100 %"
            yield Problem("negative-factor", where, what, "give factors of 0 or more; 1 means no change")


def _secondary(by_id: dict[str, Risk], risk: Risk, path: ModelPath) -> Iterator[Problem]:
    """A secondary risk needs a first one, whose mitigation brings it about."""
    if risk.arises_from is None:
        return
    where, first = (*path, "arises_from"), by_id.get(risk.arises_from)
    if first is None:
        what = f"risk '{risk.id}' arises from '{risk.arises_from}', but there is no such risk"
        yield Problem("unknown-risk", where, what, did_you_mean(risk.arises_from, by_id, "name a risk of the register"))
    elif first.mitigation is None:
        what = f"risk '{risk.id}' arises from the mitigation of '{first.id}', which has none"
        yield Problem("no-mitigation", where, what, f"give risk '{first.id}' a mitigation, or remove  arises_from")
    else:
        line = [risk.id]
        while first is not None and first.id not in line:
            line.append(first.id)
            first = by_id.get(first.arises_from or "")
        if first is not None and first.id == risk.id:
            what = "these risks arise from one another: " + " -> ".join([*line, risk.id])
            yield Problem("risks-in-a-circle", where, what, "remove one  arises_from")


def _mitigation(portfolio: Portfolio, risk: Risk, mitigation: Mitigation, path: ModelPath) -> Iterator[Problem]:
    if mitigation.probability is not None:
        yield from _probability(mitigation.probability, f"mitigated probability of risk '{risk.id}'", (*path, "probability"))
    elif mitigation.hits is None and mitigation.cost_impact is None:
        what = f"the mitigation of risk '{risk.id}' changes nothing"
        yield Problem("mitigation-without-effect", path, what, "give the probability or the impact that are left")
    if not mitigation.cost >= 0:
        what = f"the mitigation of risk '{risk.id}' costs {mitigation.cost:g}"
        yield Problem("negative-cost", (*path, "cost"), what, "give 0 or more")
    yield from _hits(portfolio, risk, mitigation.hits or (), (*path, "hits"))
