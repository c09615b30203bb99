"""How often each constraint decided a date."""

from __future__ import annotations

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Analysis
from pmosim.results.estimates import share
from pmosim.results.records import ConstraintForecast


def forecast_constraints(compiled: Compiled, analysis: Analysis, confidence: float) -> tuple[ConstraintForecast, ...]:
    """Every dated constraint of unfinished work, the most decisive first."""
    held = [(id, hold) for id, node in compiled.plan.nodes.items() for hold in node.holds]
    iterations = analysis.samples.finishes.shape[1]
    found = [
        ConstraintForecast(
            id=id,
            label=compiled.portfolio.tasks[id].label,
            kind=str(hold.kind),
            date=hold.moment,
            holds=hold.not_before or hold.not_after or hold.stretches,
            share=share(int(count), iterations, confidence),
        )
        for (id, hold), count in zip(held, analysis.bound, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.share.value, one.id, one.kind)))
