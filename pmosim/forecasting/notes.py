"""The choices behind the numbers, in words, for whoever reads the forecast."""

from __future__ import annotations

from pmosim.engine.compiled import Compiled, account_of
from pmosim.model.tasks import ConstraintKind


def choices(compiled: Compiled) -> tuple[str, ...]:
    portfolio = compiled.portfolio
    notes = []
    if any(len(hits) > 1 for hits in _hits_by_task(compiled).values()):
        notes.append("Several risks on one task act in series: their factors multiply and their days add up.")
    if any(task.progress and not task.is_finished for task in portfolio.tasks.values()):
        notes.append("Tasks in progress follow retained logic: what is left of them waits for their unfinished predecessors.")
    later = (ConstraintKind.FINISH_NO_LATER, ConstraintKind.START_NO_LATER)
    count = sum(constraint.kind in later for task in portfolio.tasks.values() for constraint in task.constraints)
    if count:
        notes.append(f"{count} no-later-than constraint{'s' * (count > 1)} read as wishes: they do not hold back the simulated dates.")
    notes += [
        f"{count} constraint{'s' * (count > 1)} of kind {kind} not honoured yet." for kind, count in sorted(compiled.plan.ignored.items())
    ]
    apart = [risk.id for risk in portfolio.risks if risk.independent and risk.hits and risk.cost is not None]
    if apart:
        notes.append(f"{', '.join(apart)} strike each task on its own; their cost falls due by a draw of its own too.")
    common = [risk.id for risk in portfolio.risks if risk.cost is not None and account_of(risk) is None]
    if common and len(portfolio.projects) > 1:
        notes.append(f"The cost of {', '.join(common)} is the portfolio's and in no project's own cost.")
    return tuple(notes)


def _hits_by_task(compiled: Compiled) -> dict[str, list[str]]:
    hits: dict[str, list[str]] = {}
    for risk in compiled.portfolio.risks:
        for hit in risk.hits:
            hits.setdefault(hit.target, []).append(risk.id)
    return hits
