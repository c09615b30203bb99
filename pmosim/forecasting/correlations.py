"""What became of each stated correlation: the rank correlation of the draws themselves."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Run, redraw_durations, redraw_events
from pmosim.model.correlation import Correlation, Quantity, knots_of, nearest_possible
from pmosim.results.estimates import around
from pmosim.results.records import CorrelationForecast
from pmosim.results.sensitivity import mid_ranks

MEASURED = 10_000
"""Iterations over which a rank correlation is measured, at most."""

MEMBERS = 6
"""Of a group, so many are compared with one another."""


def forecast_correlations(compiled: Compiled, run: Run, confidence: float) -> tuple[CorrelationForecast, ...]:
    """Every stated correlation with what was achieved: for a group, the mean over the pairs of its first members."""
    stated = compiled.portfolio.correlations
    if not stated:
        return ()
    some = replace(run, iterations=min(run.iterations, MEASURED), without=tuple(risk.id for risk in compiled.portfolio.risks))
    return tuple(_one(compiled, some, run.without, one, confidence) for one in stated)


def _one(compiled: Compiled, run: Run, without: tuple[str, ...], one: Correlation, confidence: float) -> CorrelationForecast:
    items = [item for item in one.items if item.quantity in (Quantity.DURATION, Quantity.IMPACT)][:MEMBERS]
    tasks = [compiled.position[item.id] for item in items if item.quantity is Quantity.DURATION]
    durations = redraw_durations(compiled, run, tasks)  # without risks: the estimates alone
    _, impacts = redraw_events(compiled, replace(run, without=without))
    rows = [row for row in durations if row.min() != row.max()]
    rows += [impacts[compiled.event_risks.index(item.id)] for item in items if item.quantity is Quantity.IMPACT]
    found = [_spearman(a, b) for a, b in combinations(rows, 2)]
    error = (1 - one.rho**2) * 1.1 / np.sqrt(run.iterations)
    achieved = around(float(np.mean(found)), float(error), confidence, -1.0, 1.0) if found else None
    return CorrelationForecast(one.label, tuple(map(str, one.items)), one.rho, achieved)


def _spearman(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(mid_ranks(a), mid_ranks(b))[0, 1])


def repairs(compiled: Compiled) -> float:
    """The largest change that a repair made to any correlation of deviates; 0 where none was needed."""
    changes = [
        float(np.abs(nearest_possible(knot.matrix) - knot.matrix).max())
        for knot in knots_of(compiled.portfolio.correlations)
        if not knot.is_possible
    ]
    return max(changes, default=0.0)
