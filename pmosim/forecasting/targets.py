"""The forecast of each target, with the sources of uncertainty that matter most to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import PORTFOLIO, Compiled
from pmosim.engine.kernels.ranks import kendall_tau
from pmosim.engine.readings import NodeStatistics, pair_statistics
from pmosim.engine.simulation import Analysis, Run, Samples, redraw_durations, redraw_events
from pmosim.forecasting.scales import Scale
from pmosim.model.payments import planned_payments
from pmosim.model.project import PORTFOLIO_FINISH, Portfolio, Target
from pmosim.model.tasks import FINISH
from pmosim.results.estimates import share
from pmosim.results.records import CostForecast, TargetForecast
from pmosim.results.replicates import cost_with_replicates, with_replicates
from pmosim.results.sensitivity import RANK_ITERATIONS, Source, sensitivities
from pmosim.results.targets import Finishes, Promise, forecast_cost, forecast_target

CANDIDATES = 40
"""Tasks looked at more closely for each target: those with the largest correlation, and so the widest tornado."""

KEPT = 30
"""Sources kept in the record of each target."""

REDRAWN = 1 << 25
"""Durations drawn again at most (128 MB): sources are measured over as many iterations as that allows."""

FEWEST_REDRAWN = 10_000

ABOVE_EVERY_DEVIATE = 10.0


def promise_of(portfolio: Portfolio, id: str) -> Target | None:
    return next(
        (target for target in portfolio.targets if target.node == id or (id == PORTFOLIO_FINISH and target.node == PORTFOLIO_FINISH)), None
    )


def promises_kept(compiled: Compiled, samples: Samples, scales: dict[str, Scale]) -> dict[str, NDArray[np.bool_]]:
    """For every target with a date: in which iterations it is met."""
    met = {}
    for place, id in enumerate(compiled.target_ids):
        promise = promise_of(compiled.portfolio, id)
        if promise and promise.finish:
            met[id] = scales[id].instants(samples.finishes[place]) <= scales[id].clock.instant(promise.finish)
    return met


def forecast_targets(
    compiled: Compiled, run: Run, analysis: Analysis, statistics: NodeStatistics, scales: dict[str, Scale], confidence: float
) -> tuple[TargetForecast, ...]:
    chosen = _chosen(compiled, analysis, statistics)
    nodes = sorted({node for nodes in chosen.values() for node in nodes})
    measured = min(run.iterations, max(FEWEST_REDRAWN, REDRAWN // max(1, len(nodes))))
    some = replace(run, iterations=measured)
    redrawn = _redrawn(compiled, some, nodes)
    risks = _risk_sources(compiled, some, confidence)
    found = []
    for place, id in enumerate(compiled.target_ids):
        scale, promise = scales[id], promise_of(compiled.portfolio, id)
        positions = analysis.samples.finishes[place]
        finishes = finishes_of(compiled, scale, id, positions)
        tasks = [_task_source(compiled, analysis, statistics, node, place, redrawn[node], confidence) for node in chosen[place]]
        sources = sensitivities(
            [*tasks, *risks],
            finishes.days[:measured],
            scale.moment_of_days,
            kendall,
            confidence,
            KEPT,
        )
        made = forecast_target(
            id,
            label_of(compiled.portfolio, id),
            kind_of(compiled.portfolio, id),
            finishes,
            Promise(promise.finish, promise.budget) if promise else Promise(),
            confidence,
            _cost(compiled, run, analysis.samples, id, promise, confidence),
            sources,
            min(RANK_ITERATIONS, run.iterations),
        )
        found.append(with_replicates(made, finishes, run.replicates, confidence) if run.strata else made)
    return tuple(found)


def kendall(x_ranks: NDArray, y_ranks: NDArray) -> float:
    """Kendall's coefficient, given the ranks."""
    return float(kendall_tau(x_ranks.astype(np.float32), y_ranks.astype(np.float32)))


def finishes_of(compiled: Compiled, scale: Scale, id: str, positions: NDArray[np.int32]) -> Finishes:
    planned = compiled.planned[1][compiled.position[id]]
    return Finishes(
        scale.instants(positions),
        scale.work(positions),
        scale.epoch,
        scale.minutes_per_day,
        scale.moment_of_work,
        int(scale.instants(np.array([planned]))[0]),
        int(scale.work(np.array([planned]))[0]),
    )


def label_of(portfolio: Portfolio, id: str) -> str:
    promise = promise_of(portfolio, id)
    if promise and promise.label:
        return promise.label
    if id == PORTFOLIO_FINISH:
        return portfolio.name
    project = portfolio.project[id.partition(".")[0]]
    if id.endswith(f".{FINISH}"):
        return portfolio.name if len(portfolio.projects) == 1 and not project.name else project.label
    return portfolio.tasks[id].label


def kind_of(portfolio: Portfolio, id: str) -> str:
    if id == PORTFOLIO_FINISH:
        return "portfolio"
    return "project" if id.endswith(f".{FINISH}") else "milestone"


def _cost(compiled: Compiled, run: Run, samples: Samples, id: str, promise: Target | None, confidence: float) -> CostForecast | None:
    """The cost of a project or of the portfolio; None for milestones, and where nothing costs anything."""
    portfolio = compiled.portfolio
    kind = kind_of(portfolio, id)
    if kind == "milestone":
        return None
    alone = len(portfolio.projects) == 1
    account = PORTFOLIO if kind == "portfolio" or alone else id.partition(".")[0]
    cents = samples.costs[compiled.accounts.index(account)]
    budget = promise.budget if promise else None
    if not cents.any() and budget is None:
        return None
    made = forecast_cost(cents, planned_cost(portfolio, None if account == PORTFOLIO else account), budget, confidence)
    return cost_with_replicates(made, cents, run.replicates, confidence) if run.strata else made


def planned_cost(portfolio: Portfolio, project: str | None) -> float:
    """Cost of one project (of all, for None) with every quantity as planned and no risk occurring. [currency]"""
    return sum(payment.total for payment in planned_payments(portfolio) if project in (None, payment.project))


def _chosen(compiled: Compiled, analysis: Analysis, statistics: NodeStatistics) -> dict[int, list[int]]:
    """For each target the tasks to look at: uncertain ones, by the size of their correlation with it."""
    node, _, correlation = pair_statistics(analysis, statistics)
    targets = analysis.reference.pair_target
    uncertain = np.array([compiled.has_uncertain_duration(k) for k in range(len(compiled.node_ids))])
    chosen: dict[int, list[int]] = {}
    for place in range(len(compiled.target_ids)):
        mine = np.nonzero((targets == place) & uncertain[node])[0]
        order = mine[np.lexsort((node[mine], -np.abs(correlation[mine])))]
        chosen[place] = [int(node[k]) for k in order[:CANDIDATES] if compiled.node_ids[node[k]] in compiled.portfolio.tasks]
    return chosen


def _redrawn(compiled: Compiled, run: Run, nodes: list[int]) -> dict[int, NDArray[np.int32]]:
    """The durations of the chosen tasks, drawn again."""
    durations = redraw_durations(compiled, run, nodes) if nodes else np.empty((0, run.iterations), np.int32)
    return {node: durations[k] for k, node in enumerate(nodes)}


def _task_source(
    compiled: Compiled,
    analysis: Analysis,
    statistics: NodeStatistics,
    node: int,
    place: int,
    durations: NDArray[np.int32],
    confidence: float,
) -> Source:
    reference = analysis.reference
    pairs = range(reference.pair[node], reference.pair[node + 1])
    drives = next(int(analysis.tally.drives[pair]) for pair in pairs if reference.pair_target[pair] == place)
    id = compiled.node_ids[node]
    minutes = compiled.plan.clocks[compiled.plan.nodes[id].calendar].calendar.minutes_per_day
    task = compiled.portfolio.tasks[id]
    return Source(
        id, "task", task.label, durations, share(drives, statistics.iterations, confidence), statistics.duration_sd[node] / minutes
    )


def _risk_sources(compiled: Compiled, run: Run, confidence: float) -> list[Source]:
    """Risks by how bad each iteration is: not occurring counts lowest, then the impact's own draw."""
    if not compiled.event_risks:
        return []
    occurs, impacts = redraw_events(compiled, run)
    sources = []
    for risk in compiled.portfolio.risks:
        events = [k for k, owner in enumerate(compiled.event_risks) if owner == risk.id]
        if risk.independent or not events:
            continue  # each of its hits has a draw of its own; their tasks' tornados show them
        size = np.where(occurs[events[0]], impacts[events[0]] + ABOVE_EVERY_DEVIATE, 0.0)
        sources.append(Source(risk.id, "risk", risk.label, size, share(int(occurs[events[0]].sum()), run.iterations, confidence)))
    return sources
