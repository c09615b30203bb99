"""The forecast of every task, and of the places where paths merge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.readings import NodeStatistics, instants, merge_bias
from pmosim.engine.simulation import Analysis, Run, redraw_durations
from pmosim.model.project import PORTFOLIO_FINISH
from pmosim.model.schedule import schedule
from pmosim.model.tasks import FINISH, TaskKind
from pmosim.results.estimates import half_width, shares
from pmosim.results.records import Estimate, MergeBias, TaskForecast

TASK_LEVELS = (10, 50, 80, 90)

WORST_MERGES = 10

MEASURED = 1024
"""Iterations from which the tails of each task's duration are judged, for the error of its standard deviation."""

AT_ONCE = 2048
"""Tasks whose durations are drawn again together: 8 MB."""


def forecast_tasks(
    compiled: Compiled, run: Run, analysis: Analysis, statistics: NodeStatistics, confidence: float
) -> tuple[TaskForecast, ...]:
    """Every task, in the portfolio's order; dates as arrays by calendar, for that is where the time goes."""
    columns = _dates(compiled, statistics)
    planned = schedule(compiled.portfolio, compiled.plan)
    criticality = _criticality(compiled, analysis, statistics, confidence)
    no_float = _estimates(*shares(statistics.no_float, statistics.iterations, confidence))
    days, n = _minutes_per_day(compiled), statistics.iterations
    duration_mean = _means(statistics.duration_mean / days, statistics.duration_sd / days, n, confidence)
    duration_sd = statistics.duration_sd / days
    spreads = _not_negative(duration_sd, duration_sd * _spread_errors(compiled, run), confidence)
    float_mean = _means(statistics.float_mean / days, statistics.float_sd / days, n, confidence)
    significance = _not_negative(statistics.significance, statistics.significance_error, confidence)
    resolution = (statistics.resolution / days).tolist()
    found = []
    for id, task in compiled.portfolio.tasks.items():
        if id not in compiled.position:
            continue  # a summary task with nothing below it
        node = compiled.position[id]
        without_float = task.kind is TaskKind.SUMMARY or task.is_finished
        start = {level: columns["start", level][node] for level in TASK_LEVELS}
        mean_start = columns["start", 0][node]
        if task.progress:  # what the kernels place of a task in progress is its remaining work
            start, mean_start = dict.fromkeys(TASK_LEVELS, task.progress.actual_start), task.progress.actual_start
        found.append(
            TaskForecast(
                id=id,
                label=task.label,
                project=compiled.portfolio.project_of[id].id,
                kind=str(task.kind),
                wbs=task.wbs,
                parent=None if task.parent is None else f"{compiled.portfolio.project_of[id].id}.{task.parent}",
                planned_start=planned[id].start,
                planned_finish=planned[id].finish,
                start=start,
                finish={level: columns["finish", level][node] for level in TASK_LEVELS},
                mean_start=mean_start,
                mean_finish=columns["finish", 0][node],
                resolution_days=resolution[node],
                duration_mean=duration_mean[node],
                duration_sd=spreads[node],
                float_mean=None if without_float else float_mean[node],
                planned_float=float(planned[id].total_float) / int(days[node]),
                criticality=criticality[node],
                criticality_float=None if without_float else no_float[node],
                significance=None if without_float else significance[node],
            )
        )
    return tuple(found)


def _minutes_per_day(compiled: Compiled) -> NDArray[np.int64]:
    """Of each node's calendar."""
    minutes = {id: clock.calendar.minutes_per_day for id, clock in compiled.plan.clocks.items()}
    return np.array([minutes[node.calendar] for node in compiled.plan.nodes.values()])


def _means(averages: NDArray, sds: NDArray, n: int, confidence: float) -> list[Estimate]:
    """`mean_from_moments` of many figures at once."""
    error = half_width(confidence) * sds / sqrt(n)
    return _estimates(averages, averages - error, averages + error)


def _not_negative(values: NDArray, errors: NDArray, confidence: float) -> list[Estimate]:
    """`around` of many figures at once, none of which can be below zero."""
    half = half_width(confidence) * errors
    return _estimates(values, np.maximum(values - half, 0.0), values + half)


def _spread_errors(compiled: Compiled, run: Run) -> NDArray[np.float64]:
    """Relative standard error of every node's standard deviation, sqrt((kurtosis - 1)/4n); that of a normal law where nothing varies.

    Fourth powers are not among the exact sums, so that the kurtosis is that of the first iterations, drawn again.
    """
    kurtosis = np.full(len(compiled.node_ids), 3.0)
    some = replace(run, iterations=min(MEASURED, run.iterations), progress=None)
    uncertain = [node for node in range(len(kurtosis)) if compiled.has_uncertain_duration(node)]
    for first in range(0, len(uncertain), AT_ONCE):
        nodes = uncertain[first : first + AT_ONCE]
        off = redraw_durations(compiled, some, nodes).astype(np.float64)
        off -= off.mean(axis=1, keepdims=True)
        off *= off
        variance = off.mean(axis=1)
        off *= off
        varies = variance > 0
        kurtosis[np.array(nodes)[varies]] = (off.mean(axis=1)[varies]) / variance[varies] ** 2
    return np.sqrt(np.maximum(kurtosis - 1, 0.0) / (4 * run.iterations))


def _estimates(values: NDArray, low: NDArray, high: NDArray) -> list[Estimate]:
    return [Estimate(*row) for row in zip(values.tolist(), low.tolist(), high.tolist(), strict=True)]


def _criticality(compiled: Compiled, analysis: Analysis, statistics: NodeStatistics, confidence: float) -> list[dict[str, Estimate]]:
    reference = analysis.reference
    estimates = _estimates(*shares(analysis.tally.drives, statistics.iterations, confidence))
    found: list[dict[str, Estimate]] = []
    for node in range(len(compiled.node_ids)):
        pairs = range(reference.pair[node], reference.pair[node + 1])
        found.append({compiled.target_ids[reference.pair_target[pair]]: estimates[pair] for pair in pairs})
    return found


def _dates(compiled: Compiled, statistics: NodeStatistics) -> dict[tuple[str, int], list[datetime]]:
    """Dates of every node at each level; level 0 is the mean."""
    columns: dict[tuple[str, int], list[datetime]] = {}
    morning = np.array([node.shown_at_start for node in compiled.plan.nodes.values()])
    for level in (0, *TASK_LEVELS):
        start = statistics.start_mean if level == 0 else statistics.start[level]
        finish = statistics.finish_mean if level == 0 else statistics.finish[level]
        begins = _moments(compiled, start, at_start=True)
        ends = _moments(compiled, finish, at_start=False)
        points = statistics.duration_mean == 0
        columns["start", level] = list(np.where(points & ~morning, ends, begins).tolist())
        columns["finish", level] = list(np.where(morning, begins, ends).tolist())
    return columns


def _moments(compiled: Compiled, positions: NDArray, *, at_start: bool) -> NDArray[np.datetime64]:
    moments = np.zeros(len(positions), dtype="datetime64[s]")
    for calendar, nodes in _by_calendar(compiled):
        walls = instants(compiled.plan.clocks[calendar], positions[nodes], at_start=at_start)
        moments[nodes] = np.datetime64(compiled.plan.epoch, "m") + walls.astype("timedelta64[m]")
    return moments


def _by_calendar(compiled: Compiled) -> Iterator[tuple[str, list[int]]]:
    groups: dict[str, list[int]] = {}
    for k, node in enumerate(compiled.plan.nodes.values()):
        groups.setdefault(node.calendar, []).append(k)
    yield from groups.items()


def forecast_merge_bias(compiled: Compiled, analysis: Analysis, confidence: float) -> tuple[MergeBias, ...]:
    """The nodes that lose most time by waiting for the latest of several paths."""
    nodes, bias, error, paths = merge_bias(compiled, analysis)
    half = half_width(confidence)
    found = []
    for k, node in enumerate(nodes):
        id = compiled.node_ids[node]
        day = compiled.plan.clocks[compiled.plan.nodes[id].calendar].calendar.minutes_per_day
        if bias[k] > half * error[k]:
            value, low, high = bias[k], max(bias[k] - half * error[k], 0.0), bias[k] + half * error[k]
            found.append(MergeBias(id, _node_label(compiled, id), int(paths[k]), Estimate(value / day, low / day, high / day)))
    return tuple(sorted(found, key=lambda merge: (-merge.bias.value, merge.id))[:WORST_MERGES])


def _node_label(compiled: Compiled, id: str) -> str:
    if id in compiled.portfolio.tasks:
        return compiled.portfolio.tasks[id].label
    whose = compiled.portfolio.name if id == PORTFOLIO_FINISH else compiled.portfolio.project[id.removesuffix(f".{FINISH}")].label
    return f"finish of {whose}"
