"""How often each way of a branch was taken, and when that is done which exists only sometimes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.readings import instants
from pmosim.engine.simulation import Run
from pmosim.engine.taken import Placed, batches, placed, ways_taken
from pmosim.forecasting.tasks import TASK_LEVELS
from pmosim.model.branches import Branch
from pmosim.model.project import Portfolio
from pmosim.results.estimates import share
from pmosim.results.records import BranchForecast, TaskForecast, WayForecast
from pmosim.results.resampling import place_of


def forecast_branches(compiled: Compiled, run: Run, confidence: float) -> tuple[BranchForecast, ...]:
    """Every branch with the share of iterations in which each of its ways was taken."""
    if not compiled.portfolio.branches:
        return ()
    counts = iter(ways_taken(compiled, run).tolist())
    return tuple(
        _branch(compiled, branch, [next(counts) for _ in branch.ways], run.iterations, confidence) for branch in compiled.portfolio.branches
    )


def _branch(compiled: Compiled, branch: Branch, counts: list[int], n: int, confidence: float) -> BranchForecast:
    decision = branch.decision
    ways = []
    for place, (way, count) in enumerate(zip(branch.ways, counts, strict=True)):
        limited = decision is not None and place < len(decision.limits)
        ways.append(
            WayForecast(
                name=way.name,
                share=share(count, n, confidence),
                tasks=way.tasks,
                probability=way.probability,
                up_to=decision.finishes[place] if decision and limited and decision.finishes else None,
                up_to_days=decision.durations[place] / _day(compiled, decision.task)
                if decision and limited and decision.durations
                else None,
                up_to_cost=decision.costs[place] if decision and limited and decision.costs else None,
            )
        )
    missed = n - sum(counts)
    return BranchForecast(
        id=branch.id,
        label=shown(compiled.portfolio, branch.id),
        ways=tuple(ways),
        decided_by=decision.task if decision else "",
        by="" if decision is None else "duration" if decision.durations else "cost" if decision.costs else "finish",
        not_reached=share(missed, n, confidence) if missed else None,
    )


def shown(portfolio: Portfolio, id: str) -> str:
    """Without the project's id, where there is one project only."""
    single = portfolio.projects[0].id if len(portfolio.projects) == 1 else None
    return id.removeprefix(f"{single}.") if single else id


def _day(compiled: Compiled, task: str) -> int:
    return compiled.plan.clocks[compiled.portfolio.tasks[task].calendar].calendar.minutes_per_day


def with_existence(compiled: Compiled, run: Run, tasks: tuple[TaskForecast, ...], confidence: float) -> tuple[TaskForecast, ...]:
    """Tasks that exist only sometimes with the share in which they do, and their dates over those iterations alone."""
    if not compiled.portfolio.branches:
        return tasks
    found = {task.id: task for task in tasks}
    for nodes in batches(compiled, run):
        kept = placed(compiled, run, nodes)
        for row, node in enumerate(nodes):
            id = compiled.node_ids[node]
            if id in found:  # a lag that exists only sometimes is no task
                found[id] = _existing(compiled, found[id], kept, row, confidence)
    return tuple(found.values())


def _existing(compiled: Compiled, task: TaskForecast, kept: Placed, row: int, confidence: float) -> TaskForecast:
    exists = kept.exists[row]
    count, n = int(exists.sum()), len(exists)
    seen = replace(task, exists=share(count, n, confidence))
    if count == 0:
        return seen
    node = compiled.plan.nodes[task.id]
    point = compiled.portfolio.tasks[task.id].is_milestone
    start = _moments(compiled, node.calendar, kept.starts[row][exists], at_start=not point or node.shown_at_start)
    finish = _moments(compiled, node.calendar, kept.finishes[row][exists], at_start=node.shown_at_start)
    return replace(
        seen,
        start=start,
        finish=finish,
        mean_start=start.pop(0),
        mean_finish=finish.pop(0),
        resolution_days=0.0,
    )


def _moments(compiled: Compiled, calendar: str, positions: NDArray[np.int32], *, at_start: bool) -> dict[int, datetime]:
    """By level; level 0 is the mean."""
    ordered = np.sort(positions)
    values = [float(positions.mean()), *(ordered[place_of(len(ordered), level)] for level in TASK_LEVELS)]
    walls = instants(compiled.plan.clocks[calendar], np.array(values), at_start=at_start)
    moments = np.datetime64(compiled.plan.epoch, "m") + walls.astype("timedelta64[m]")
    return dict(zip((0, *TASK_LEVELS), moments.astype("datetime64[s]").tolist(), strict=True))
