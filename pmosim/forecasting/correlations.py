"""What became of each stated correlation: the rank correlation of the draws themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from pmosim.engine.compiled import Compiled
from pmosim.engine.correlated import redraw_words
from pmosim.engine.simulation import Run, redraw_durations
from pmosim.model.correlation import Correlation, Item, Quantity, knots_of, nearest_possible
from pmosim.results.estimates import around
from pmosim.results.records import CorrelationForecast, Estimate
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
    rows = _drawn(compiled, run, without, one)
    found = [_spearman(a, b) for a, b in combinations(rows, 2)]
    achieved = _estimate(float(np.mean(found)), run.iterations, confidence) if found else None
    return CorrelationForecast(one.label, tuple(map(str, one.items)), one.rho, achieved)


def _estimate(rho: float, n: int, confidence: float) -> Estimate:
    """A rank correlation with the interval of one pair: that of normal deviates, (1 - rho^2) sqrt((1 + rho^2 / 2) / n)."""
    return around(rho, float((1 - rho**2) * np.sqrt((1 + rho**2 / 2) / n)), confidence, -1.0, 1.0)


def _drawn(compiled: Compiled, run: Run, without: tuple[str, ...], one: Correlation) -> list[np.ndarray]:
    """What the first members were in every iteration: durations as they are rounded, of all else (and of what may not exist) the draws."""
    tasks = [item for item in one.items if item.quantity is Quantity.DURATION]
    tasks = [item for item in tasks if compiled.has_uncertain_duration(compiled.position[item.id])][:MEMBERS]
    sometimes = [item for item in tasks if _may_not_exist(compiled, item)]
    always = [compiled.position[item.id] for item in tasks if item not in sometimes]
    durations = redraw_durations(compiled, run, always)  # without risks: the estimates alone
    others = [item for item in one.items if item.quantity is not Quantity.DURATION and _varies(compiled, item)]
    return [*durations, *redraw_words(compiled, replace(run, without=without), [*sometimes, *others[: MEMBERS - len(tasks)]])]


def _may_not_exist(compiled: Compiled, item: Item) -> bool:
    needs, node = compiled.model.choices.needs, compiled.position[item.id]
    return bool(needs[node] < needs[node + 1])


def _varies(compiled: Compiled, item: Item) -> bool:
    risk = next((risk for risk in compiled.portfolio.risks if risk.id == item.id), None)
    if item.quantity is Quantity.OCCURRENCE:
        return risk is not None and 0 < risk.probability < 1
    if item.quantity is Quantity.IMPACT:
        return risk is not None and not all(hit.impact.law.is_constant for hit in risk.hits)
    cost = compiled.portfolio.tasks[item.id].cost if item.id in compiled.portfolio.tasks else None
    if item.quantity is Quantity.RISK_COST:
        law = risk.cost if risk else None
    else:
        law = getattr(cost, "fixed" if item.quantity is Quantity.FIXED_COST else "rate", None)
    return law is not None and not law.is_constant


def _spearman(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(mid_ranks(a), mid_ranks(b))[0, 1])


def notes_on_repairs(compiled: Compiled) -> Iterator[str]:
    """How far the nearest possible correlations are from those stated, where these are impossible together."""
    for knot in knots_of(compiled.portfolio.correlations):
        if knot.is_possible:
            continue
        stated, used = (6 / np.pi * np.arcsin(matrix / 2) for matrix in (knot.matrix, np.clip(nearest_possible(knot.matrix), -1, 1)))
        row, column = divmod(int(np.abs(used - stated).argmax()), len(stated))
        pair = f"{knot.items[column]} and {knot.items[row]}" if column < row else f"{knot.items[row]} and {knot.items[column]}"
        yield (
            f"Correlations of {len(knot.items)} quantities cannot hold together; the nearest that can are used instead. "
            f"The largest change: {pair}, from {stated[row, column]:.2f} to {used[row, column]:.2f}."
        )
