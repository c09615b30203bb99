"""Finish and cost of the projects and of the portfolio together."""

from __future__ import annotations

from pmosim.engine.compiled import PORTFOLIO, Compiled
from pmosim.engine.simulation import Run, Samples
from pmosim.forecasting.scales import Scale
from pmosim.forecasting.targets import finishes_of, kind_of, promise_of
from pmosim.results.joint import joint_forecast
from pmosim.results.records import JointForecast
from pmosim.results.targets import Promise


def forecast_joint(
    compiled: Compiled, run: Run, samples: Samples, scales: dict[str, Scale], confidence: float
) -> tuple[JointForecast, ...]:
    """For every project and the portfolio of which both finish and cost are uncertain, in the order of the targets."""
    found = []
    for place, id in enumerate(compiled.target_ids):
        kind, promise = kind_of(compiled.portfolio, id), promise_of(compiled.portfolio, id)
        if kind == "milestone":
            continue
        whole = kind == "portfolio" or len(compiled.portfolio.projects) == 1
        cents = samples.costs[compiled.accounts.index(PORTFOLIO if whole else id.partition(".")[0])]
        finishes = finishes_of(compiled, scales[id], id, samples.finishes[place])
        promised = Promise(promise.finish, promise.budget) if promise else Promise()
        one = joint_forecast(id, finishes, cents, promised, run.replicates, confidence)
        if one is not None:
            found.append(one)
    return tuple(found)
