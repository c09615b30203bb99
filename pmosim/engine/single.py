"""One iteration alone: draws are keyed, so the block that holds it is all that need be simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled, all_rows
from pmosim.engine.kernels.blocks import forward_pass
from pmosim.engine.kernels.draws import GROUP
from pmosim.engine.simulation import Run, workspace


@dataclass(frozen=True)
class Iteration:
    """Positions are working minutes since the epoch, on each node's own calendar."""

    starts: NDArray[np.int32]  # [nodes]; of a task in progress, of its remaining work
    finishes: NDArray[np.int32]  # [nodes]
    occurs: NDArray[np.bool_]  # [events]
    costs: NDArray[np.int64]  # [accounts], hundredths of the currency
    ways: NDArray[np.int32]  # [branches]: the way that each took, counted over the ways of all branches
    exists: NDArray[np.bool_]  # [nodes]


def single(compiled: Compiled, run: Run, iteration: int) -> Iteration:
    """Iteration ``iteration`` of the run, counted from 0: the same to the bit as among all others."""
    first, lane = iteration // GROUP * GROUP, iteration % GROUP
    nodes = len(compiled.node_ids)
    work = workspace(compiled, GROUP)
    starts, finishes = np.empty((nodes, GROUP), np.int32), np.empty((nodes, GROUP), np.int32)
    used = min(GROUP, run.iterations - first)
    forward_pass(compiled.model, compiled.active(run.without), run.key, first, used, all_rows(nodes), work, starts, finishes)
    ways, choices = work.chosen[:, lane].copy(), compiled.model.choices
    needs = [choices.way[choices.needs[node] : choices.needs[node + 1]] for node in range(nodes)]
    exists = np.array([all(ways[choices.branch[way]] == way for way in own) for own in needs], np.bool_)
    occurs, costs = work.events.occurs[:, lane].copy(), work.accounts[:, lane].copy()
    return Iteration(starts[:, lane].copy(), finishes[:, lane].copy(), occurs, costs, ways, exists)
