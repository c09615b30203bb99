"""Driving-path groups of a target: who drove it, iteration by iteration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pmosim.engine.compiled import Compiled
from pmosim.engine.removal import MOST_BYTES, can_keep, driving, nodes_before
from pmosim.engine.simulation import Run
from pmosim.forecasting.scales import Scale
from pmosim.results.paths import Traced, group_paths
from pmosim.results.ranking import DrivingPaths, DrivingTask

MOST_TRACED = 10_000
"""Iterations traced at most: a share is then known to within a hundredth."""


def driving_paths(compiled: Compiled, run: Run, target: str, scale: Scale, confidence: float) -> DrivingPaths | None:
    """Paths of uncertain tasks; None for networks that cannot be traced (tasks as late as possible)."""
    some = min(run.iterations, MOST_TRACED, max(1, MOST_BYTES // (4 * len(compiled.node_ids))))
    if not can_keep(compiled, some):
        return None
    tasks = compiled.portfolio.tasks
    nodes = [k for k in nodes_before(compiled, target) if compiled.has_uncertain_duration(k) and compiled.node_ids[k] in tasks]
    drives, finishes = driving(compiled, replace(run, iterations=some, progress=None), target, np.array(nodes, np.int64))
    planned = int(scale.work(compiled.planned[1][[compiled.position[target]]])[0])
    names = [DrivingTask(compiled.node_ids[k], tasks[compiled.node_ids[k]].label) for k in nodes]
    late = (scale.work(finishes) - planned) / scale.minutes_per_day
    return group_paths(target, Traced(names, drives, late), confidence)
