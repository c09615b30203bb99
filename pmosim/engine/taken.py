"""Which ways were taken how often, and where stands what exists only sometimes: one more pass, over portfolios with branches alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled, all_rows
from pmosim.engine.kernels.blocks import forward_pass
from pmosim.engine.kernels.branches import Choices
from pmosim.engine.simulation import ANALYSIS_BYTES, ANALYSIS_LANES, Run, over_blocks, workspace
from pmosim.model.project import Portfolio

MOST_BYTES = 1 << 26
"""Of positions that are held at a time."""


@dataclass(frozen=True)
class Placed:
    """Some nodes in every iteration; positions are working minutes since the epoch on the node's calendar."""

    starts: NDArray[np.int32]  # [nodes, iterations]
    finishes: NDArray[np.int32]
    exists: NDArray[np.bool_]


def ways_taken(compiled: Compiled, run: Run) -> NDArray[np.int64]:
    """Iterations in which each way was taken, those of all branches in a row; int64[ways]."""
    choices, around = compiled.model.choices, enclosing(compiled.portfolio)

    def count(counts: NDArray[np.int64], chosen: NDArray[np.int32], *_: Any) -> None:
        for branch, outer in enumerate(around):
            ways = chosen[branch][_all_taken(choices, outer, chosen)]
            counts += np.bincount(ways, minlength=len(counts))

    return np.sum(_over(compiled, run, lambda: np.zeros(len(choices.branch), np.int64), count), axis=0)


def enclosing(portfolio: Portfolio) -> list[list[int]]:
    """For each branch the ways within which all of it lies: only where these are taken is it come to."""
    sets = [frozenset(branch.tasks) for branch in portfolio.branches]
    ways = [(number, frozenset(way.tasks)) for number, branch in enumerate(portfolio.branches) for way in branch.ways]
    return [
        [
            place
            for place, (other, tasks) in enumerate(ways)
            if other != number and own and own <= tasks and (own < sets[other] or other < number)
        ]
        for number, own in enumerate(sets)
    ]


def batches(compiled: Compiled, run: Run) -> list[list[int]]:
    """The nodes that exist only sometimes, as many at a time as can be held."""
    nodes = np.nonzero(np.diff(compiled.model.choices.needs))[0].tolist()
    size = max(1, MOST_BYTES // (9 * run.iterations))
    return [nodes[first : first + size] for first in range(0, len(nodes), size)]


def placed(compiled: Compiled, run: Run, nodes: list[int]) -> Placed:
    shape = (len(nodes), run.iterations)
    kept = Placed(np.empty(shape, np.int32), np.empty(shape, np.int32), np.empty(shape, np.bool_))
    choices = compiled.model.choices
    needs = [choices.way[choices.needs[node] : choices.needs[node + 1]].tolist() for node in nodes]

    def keep(_: None, chosen: NDArray[np.int32], starts: NDArray[np.int32], finishes: NDArray[np.int32], first: int) -> None:
        iterations = slice(first, first + chosen.shape[1])
        kept.starts[:, iterations], kept.finishes[:, iterations] = starts[nodes], finishes[nodes]
        for row, ways in enumerate(needs):
            kept.exists[row, iterations] = _all_taken(choices, ways, chosen)

    _over(compiled, run, lambda: None, keep)
    return kept


def _all_taken(choices: Choices, ways: list[int], chosen: NDArray[np.int32]) -> NDArray[np.bool_]:
    taken = np.ones(chosen.shape[1], np.bool_)
    for way in ways:
        taken &= chosen[choices.branch[way]] == way
    return taken


def _over(compiled: Compiled, run: Run, make_state: Any, look: Any) -> list[Any]:
    """``look(state, chosen, starts, finishes, first)`` at every block, of which only lanes that count are shown."""
    nodes, active = len(compiled.node_ids), compiled.active(run.without)
    lanes = run.lanes(8 * nodes, ANALYSIS_BYTES, ANALYSIS_LANES)
    rows, key = all_rows(nodes), run.key

    def make_worker() -> tuple[Any, Any]:
        state, work = make_state(), workspace(compiled, lanes)
        starts, finishes = np.empty((nodes, lanes), np.int32), np.empty((nodes, lanes), np.int32)

        def block(first: int, used: int) -> None:
            forward_pass(compiled.model, active, key, first, used, rows, work, starts, finishes)
            look(state, work.chosen[:, :used], starts[:, :used], finishes[:, :used], first)

        return state, block

    return over_blocks(run, lanes, make_worker)
