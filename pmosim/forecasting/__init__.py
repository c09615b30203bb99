"""From a portfolio to a Forecast: the spine, one stage a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled, compile_portfolio
from pmosim.engine.readings import node_statistics
from pmosim.engine.simulation import (
    LATIN_HYPERCUBE,
    RANDOM,
    REPLICATES,
    Analysis,
    CompileClock,
    Progress,
    Run,
    Samples,
    analyse,
    is_compiled,
    simulate_finishes,
)
from pmosim.forecasting.branches import forecast_branches, with_existence
from pmosim.forecasting.cashflow import forecast_cash_flow
from pmosim.forecasting.constraints import forecast_constraints
from pmosim.forecasting.correlations import forecast_correlations
from pmosim.forecasting.earned import earned_schedules
from pmosim.forecasting.exposure import forecast_exposure, without_risks
from pmosim.forecasting.joint import forecast_joint
from pmosim.forecasting.milestones import forecast_milestones
from pmosim.forecasting.mitigation import forecast_mitigation, left_after_mitigation
from pmosim.forecasting.notes import choices
from pmosim.forecasting.provenance import provenance_of
from pmosim.forecasting.removals import Removals
from pmosim.forecasting.risks import forecast_risks, total_exposure
from pmosim.forecasting.scales import Scale, scales_of
from pmosim.forecasting.stopping import Precision, enough_iterations
from pmosim.forecasting.targets import forecast_targets, promises_kept
from pmosim.forecasting.tasks import TASK_LEVELS, forecast_merge_bias, forecast_tasks
from pmosim.forecasting.together import forecast_together
from pmosim.forecasting.weather import forecast_weather
from pmosim.garbage import without_collections
from pmosim.model.project import Portfolio, Together
from pmosim.results.records import Forecast, Parity, Timing
from pmosim.results.targets import joint_probability


def forecast(
    portfolio: Portfolio,
    *,
    iterations: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    sampling: str = RANDOM,
    threads: int | None = None,
    block: int | None = None,
    progress: Progress | None = None,
    notes: tuple[str, ...] = (),
    parity: tuple[Parity, ...] = (),
    source: str = "",
    overrides: tuple[str, ...] = (),
    precision: Precision | None = None,
    together: tuple[Together, ...] = (),
) -> Forecast:
    """Forecast when a portfolio finishes, what it costs, and what drives both.

    Parameters
    ----------
    iterations, seed : the same ones, with the same portfolio and version, give the same figures to the last bit,
        whatever ``threads`` and ``block`` (iterations at a time, a multiple of 64) are
    confidence : of every interval, such as 0.95
    sampling : "random", or "latin-hypercube" with intervals from ten replicates; then ``iterations`` is a multiple of ten
    precision : iterate until a percentile's interval is narrow for every target; ``iterations`` does not matter then
    together : sets of promises of which it is asked how likely they are all kept, besides those that the portfolio names
    progress : called now and then from this thread with the iterations done and all that there are
    notes, parity, source, overrides : carried into the record as they are

    Raises InvalidModel for a portfolio that cannot be simulated, ValueError for impossible settings.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence must lie between 0 and 1, not {confidence}")
    began = perf_counter()
    run = Run(iterations, seed, (), threads, block, progress, strata_of(sampling, iterations if precision is None else REPLICATES))
    with CompileClock() as compiler, without_collections():
        compiled = compile_portfolio(portfolio)
        scales = scales_of(compiled)
        stopping = None
        if precision is not None:
            stopping = enough_iterations(compiled, scales, run, precision, confidence)
            run = replace(run, iterations=stopping.iterations, strata=strata_of(sampling, stopping.iterations))
        analysis = analyse(compiled, run)
        statistics = node_statistics(analysis, TASK_LEVELS)
        quiet = replace(run, progress=None)
        removals = Removals(compiled, quiet, analysis.samples, scales, confidence)
        risks, riskless = forecast_risks(removals)
        total = total_exposure(removals, riskless)
        left = left_after_mitigation(portfolio, quiet, confidence)
        mitigation = forecast_mitigation(left, risks, total) if left else None
        exposure = forecast_exposure(removals, riskless, left)
        targets = forecast_targets(compiled, quiet, analysis, statistics, scales, confidence)
        tasks = forecast_tasks(compiled, quiet, analysis, statistics, confidence)
        tasks = with_existence(compiled, quiet, tasks, confidence)
        branches = forecast_branches(compiled, quiet, confidence)
        bias = forecast_merge_bias(compiled, analysis, confidence)
        correlations = forecast_correlations(compiled, quiet, confidence)
        flow = forecast_cash_flow(compiled, quiet, analysis.samples, confidence)
        weather = forecast_weather(compiled, quiet, analysis, scales, confidence)
        milestones = forecast_milestones(compiled, quiet, analysis.samples, confidence)
    return Forecast(
        name=portfolio.name,
        description=portfolio.description,
        currency=portfolio.currency,
        provenance=provenance_of(portfolio, run, confidence, source, overrides),
        targets=targets,
        tasks=tasks,
        risks=risks,
        total_exposure=total,
        merge_bias=bias,
        joint=forecast_joint(compiled, run, analysis.samples, scales, confidence),
        cash_flow=flow,
        mitigation=mitigation,
        exposure=exposure,
        without_risks=without_risks(removals, riskless),
        joint_probability=joint_probability([*promises_kept(compiled, analysis.samples, scales).values()], confidence),
        together=forecast_together(compiled, analysis.samples, scales, confidence, together),
        constraints=forecast_constraints(compiled, analysis, confidence),
        correlations=correlations,
        milestones=milestones,
        branches=branches,
        earned=earned_schedules(portfolio),
        weather=weather,
        stopping=stopping,
        parity=parity,
        notes=(*choices(compiled), *notes),
        timing=Timing(perf_counter() - began, compiler.seconds, run.workers, block or 0),
    )


def strata_of(sampling: str, iterations: int) -> int:
    """Iterations in a replicate of a Latin hypercube, 0 for random draws. Raises ValueError for what is neither."""
    if sampling == RANDOM:
        return 0
    if sampling != LATIN_HYPERCUBE:
        raise ValueError(f"sampling is '{RANDOM}' or '{LATIN_HYPERCUBE}', not '{sampling}'")
    if iterations % REPLICATES:
        raise ValueError(f"a Latin hypercube needs a multiple of {REPLICATES} iterations, not {iterations:,}")
    return iterations // REPLICATES


@dataclass(frozen=True)
class Draws:
    """Every iteration, for those who want to look further: nothing here is estimated."""

    finish: dict[str, NDArray[np.int64]]  # target id -> working minutes from the project's start, on its calendar
    dates: dict[str, NDArray[np.datetime64]]  # target id -> moments, to the minute
    cost: dict[str, NDArray[np.float64]]  # project id, or "portfolio" -> cost [currency]
    criticality: dict[str, dict[str, float]]  # target id -> task id -> share of iterations on the driving path


def simulate(
    portfolio: Portfolio,
    *,
    iterations: int,
    seed: int,
    threads: int | None = None,
    block: int | None = None,
    without: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Draws:
    """Simulate and hand over the iterations themselves; ``without`` names risks that are taken out, on the same draws."""
    compiled = compile_portfolio(portfolio)
    analysis = analyse(compiled, Run(iterations, seed, without, threads, block, progress))
    scales = scales_of(compiled)
    places = dict(enumerate(compiled.target_ids))
    return Draws(
        {id: scales[id].work(analysis.samples.finishes[k]) - scales[id].begin for k, id in places.items()},
        {id: scales[id].dates(analysis.samples.finishes[k]) for k, id in places.items()},
        {id: analysis.samples.costs[k] / 100 for k, id in enumerate(compiled.accounts)},
        _criticality(compiled, analysis),
    )


def _criticality(compiled: Compiled, analysis: Analysis) -> dict[str, dict[str, float]]:
    reference, n = analysis.reference, analysis.samples.finishes.shape[1]
    found: dict[str, dict[str, float]] = {id: {} for id in compiled.target_ids}
    node = np.repeat(np.arange(len(compiled.node_ids)), np.diff(reference.pair))
    for k, place, count in zip(node, reference.pair_target, analysis.tally.drives, strict=True):
        if compiled.node_ids[k] in compiled.portfolio.tasks:
            found[compiled.target_ids[place]][compiled.node_ids[k]] = float(count) / n
    return found


__all__ = ["Draws", "Precision", "Samples", "Scale", "forecast", "is_compiled", "simulate", "simulate_finishes"]
