"""The choices behind the numbers, in words, for whoever reads the forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pmosim.engine.compiled import Compiled
from pmosim.forecasting.correlations import notes_on_repairs
from pmosim.model.holds import PINNING
from pmosim.model.progress import out_of_sequence
from pmosim.model.project import Portfolio
from pmosim.model.tasks import ConstraintKind, Logic, Reading


def choices(compiled: Compiled) -> tuple[str, ...]:
    portfolio = compiled.portfolio
    notes = []
    if any(len(hits) > 1 for hits in _hits_by_task(compiled).values()):
        notes.append("Several risks on one task act in series: their factors multiply and their days add up.")
    notes += _of_progress(portfolio)
    notes += _of_constraints(portfolio, compiled.plan.reading)
    notes += notes_on_repairs(compiled)
    apart = [risk.id for risk in portfolio.risks if risk.independent and risk.hits and risk.cost is not None]
    if apart:
        notes.append(f"{', '.join(apart)} strike each task on its own; their cost falls due by a draw of its own too.")
    common = [risk.id for risk in portfolio.risks if risk.cost is not None and risk.account is None]
    if common and len(portfolio.projects) > 1:
        notes.append(f"The cost of {', '.join(common)} is the portfolio's and in no project's own cost.")
    return tuple(notes)


LOGIC = {
    Logic.RETAINED: "follow retained logic: what is left of them waits for their unfinished predecessors",
    Logic.OVERRIDE: "follow progress override: what is left of them goes on, whatever predecessors are unfinished",
    Logic.ACTUAL_DATES: "follow actual dates: what is left of them goes on, and recorded dates count even beyond the status date",
}


def _of_progress(portfolio: Portfolio) -> Iterator[str]:
    projects: dict[Logic, list[str]] = {}
    for project in portfolio.projects:
        if any(task.progress and not task.is_finished for task in project.tasks):
            projects.setdefault(project.rules.logic, []).append(project.id)
    for logic, ids in projects.items():
        whose = "" if len(projects) == 1 else f" of {', '.join(ids)}"
        yield f"Tasks in progress{whose} {LOGIC[logic]}."
    astray = Counter(portfolio.project_of[one.link.successor].id for one in out_of_sequence(portfolio))
    if astray:
        yield f"{astray.total()} link{'s' * (astray.total() > 1)} overtaken by progress out of sequence; 'pmosim check' names them."


def _of_constraints(portfolio: Portfolio, reading: Reading) -> Iterator[str]:
    kinds = Counter(constraint.kind for task in portfolio.tasks.values() if not task.is_finished for constraint in task.constraints)
    wishes = sum(kinds[kind] for kind in PINNING if kind is not ConstraintKind.MUST_START)
    if reading is Reading.HARD and kinds:
        yield "Constraints are read hard: mandatory dates hold against the links."
    elif wishes:
        kinds_of_wish = f"{wishes} no-later-than or must-finish constraint{'s' * (wishes > 1)}"
        yield f"{kinds_of_wish} read as wishes: they do not hold back the simulated dates."
    if reading is Reading.SOFT and (count := kinds[ConstraintKind.EXPECTED_FINISH]):
        yield f"{count} expected finish{'es' * (count > 1)} not simulated: the remaining duration counts."


def _hits_by_task(compiled: Compiled) -> dict[str, list[str]]:
    hits: dict[str, list[str]] = {}
    for risk in compiled.portfolio.risks:
        for hit in risk.hits:
            hits.setdefault(hit.target, []).append(risk.id)
    return hits
