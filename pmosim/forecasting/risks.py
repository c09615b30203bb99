"""The exposure of every risk: the same iterations with it and without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Run, Samples, redraw_events, simulate_finishes
from pmosim.forecasting.scales import Scale
from pmosim.model.risks import Risk
from pmosim.results.estimates import share
from pmosim.results.exposure import delay, extra_cost
from pmosim.results.records import Delay, RiskForecast


def forecast_risks(
    compiled: Compiled, run: Run, samples: Samples, scales: dict[str, Scale], confidence: float
) -> tuple[tuple[RiskForecast, ...], dict[str, Delay]]:
    """Each risk by removal, and all of them together; delays by target id, in the target's working days."""
    risks = compiled.portfolio.risks
    if not risks:
        return (), {}
    occurs = _occurrences(compiled, run)
    found = tuple(_one(compiled, run, risk, occurs[risk.id], samples, scales, confidence) for risk in risks)
    ids = tuple(risk.id for risk in risks)
    without = simulate_finishes(compiled, replace(run, without=ids))
    anything = np.logical_or.reduce(list(occurs.values()))
    return found, _delays(compiled, samples, without, scales, anything, confidence)


def _occurrences(compiled: Compiled, run: Run) -> dict[str, NDArray[np.bool_]]:
    """In which iterations each risk occurs anywhere."""
    rows, _ = redraw_events(compiled, run)
    found: dict[str, NDArray[np.bool_]] = {}
    for row, id in zip(rows, compiled.event_risks, strict=True):
        found[id] = found[id] | row if id in found else row
    return found


def _one(
    compiled: Compiled, run: Run, risk: Risk, occurs: NDArray[np.bool_], samples: Samples, scales: dict[str, Scale], confidence: float
) -> RiskForecast:
    without = simulate_finishes(compiled, replace(run, without=(risk.id,))) if risk.acts else samples
    money = (samples.costs[-1] - without.costs[-1]) / 100
    costs = extra_cost(money, occurs, confidence) if samples.costs[-1].any() else (None, None, None)
    return RiskForecast(
        id=risk.id,
        label=risk.label,
        kind="driver" if risk.is_driver else "event",
        owner=risk.owner,
        category=risk.category,
        probability=risk.chance if risk.acts else risk.probability,
        occurred=share(int(occurs.sum()), run.iterations, confidence),
        hits=tuple(hit.target for hit in risk.hits),
        delay=_delays(compiled, samples, without, scales, occurs, confidence),
        cost_expected=costs[0],
        cost_p80=costs[1],
        cost_expected_if_occurs=costs[2],
        status="secondary" if risk.arises_from else str(risk.status),
        description=risk.description,
        cause=risk.cause,
        effect=risk.effect,
        response=risk.response,
        proximity=risk.proximity,
    )


def _delays(
    compiled: Compiled, samples: Samples, without: Samples, scales: dict[str, Scale], occurs: NDArray[np.bool_], confidence: float
) -> dict[str, Delay]:
    delays = {}
    for place, id in enumerate(compiled.target_ids):
        scale = scales[id]
        minutes = scale.work(samples.finishes[place]) - scale.work(without.finishes[place])
        delays[id] = delay(minutes / scale.minutes_per_day, occurs, confidence)
    return delays
