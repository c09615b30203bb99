"""What finishes become when something is taken out, without drawing all the rest again.

The durations of all nodes are kept. Taking a risk out draws those of the nodes that it hits once more, and only iterations in
which one of them comes out otherwise are placed again. `simulate_finishes` is the plain way to the same numbers, and the
only one for networks whose durations depend on where their nodes stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled, all_rows, shared_rows
from pmosim.engine.kernels.blocks import Hits, Model, Network
from pmosim.engine.kernels.passes import NEVER, WORK
from pmosim.engine.kernels.removal import mark_changes, place_again, trace_back
from pmosim.engine.simulation import Run, reachable_targets, redraw_durations

LANES = 512
MOST_BYTES = 400_000_000
"""Durations that may be kept; larger networks are simulated the plain way."""

# what the pass over kept durations knows of; anything new must be taught to it, or refused
KNOWN: dict[type[tuple], set[str]] = {
    Model: {
        "network", "holds", "maps", "inverse", "laws", "hits", "events", "costs", "copula", "choices", "spending", "weather",
        "targets", "ends_project",
    },
    Network: {
        "name", "law", "floor", "finish_floor", "span", "tail", "late", "pauses", "pause_after", "pause_minutes", "into", "predecessor",
        "successor", "from_start", "to_finish", "lag", "first", "second", "out", "edge_out",
    },
    Hits: {"into", "event", "law", "factor", "begins", "ends", "windowed", "group"},
}  # fmt: skip


def is_known() -> bool:
    """Whether all parts of the model are among those that the pass over kept durations was made for."""
    return all(set(kind._fields) <= fields for kind, fields in KNOWN.items())  # type: ignore[attr-defined]


def can_keep(compiled: Compiled, iterations: int) -> bool:
    """Whether durations can be kept: they fit, depend on no positions, and every task exists."""
    bytes_kept = 4 * len(compiled.node_ids) * iterations
    settled = len(compiled.model.network.late) == 0 and not compiled.model.hits.windowed.any()
    settled = settled and not (compiled.model.weather.node >= 0).any()
    return is_known() and settled and not compiled.portfolio.branches and bytes_kept <= MOST_BYTES


@dataclass(frozen=True)
class Trial:
    """The finishes without something, and the durations that lead to them."""

    nodes: NDArray[np.int64]
    durations: NDArray[np.int32]  # [nodes, iterations]
    finishes: NDArray[np.int32]  # [iterations]


class KeptDurations:
    """The durations of every node and the finishes of one target, with what has been settled so far.

    Where every node only waits for others (no link to a finish, no constraint, no summary on the way), a shorter duration changes the
    finish only where its node drives it: the driving path stays as long as it is, and nothing else becomes longer. Then who drives is
    kept too, and all other iterations are left alone.
    """

    def __init__(self, compiled: Compiled, run: Run, target: str) -> None:
        self.run = replace(run, progress=None)
        self.network, self.holds, self.maps = compiled.model.network, compiled.model.holds, compiled.model.maps
        self.end, self.nodes = compiled.position[target], nodes_before(compiled, target)
        self.rows, self.count = shared_rows(self.network)
        everything = np.arange(len(compiled.node_ids), dtype=np.int64)
        self.durations = redraw_durations(compiled, self.run, everything.tolist())
        self.finishes = np.empty(run.iterations, np.int32)
        self.finishes = self._placed(everything[:0], self.durations[:0], np.arange(run.iterations, dtype=np.int64))
        self.only_waits = only_waits(compiled, self.nodes)
        self.drives = self.traced() if self.only_waits else np.empty((0, 0), np.bool_)

    def trial(self, compiled: Compiled, without: tuple[str, ...], nodes: NDArray[np.int64]) -> Trial:
        """Take the risks ``without`` out; ``nodes`` are those whose durations may differ from the kept ones."""
        run = replace(self.run, without=_all_but(compiled, without, nodes), threads=1)
        durations = redraw_durations(compiled, run, nodes.tolist()) if len(nodes) else self.durations[:0]
        changed = np.zeros(self.run.iterations, np.bool_)
        mark_changes(self.durations, nodes, durations, self.drives, changed)
        return Trial(nodes, durations, self._placed(nodes, durations, np.nonzero(changed)[0]))

    def settle(self, trial: Trial) -> None:
        """Keep what was tried."""
        self.durations[trial.nodes] = trial.durations
        self.finishes = trial.finishes
        if self.only_waits:
            self.drives = self.traced()

    def traced(self) -> NDArray[np.bool_]:
        """Whether each node drives the target; bool[nodes, iterations]."""
        count, n = len(self.durations), self.run.iterations
        lanes = min(LANES, -(-n // 16) * 16)
        starts, finishes = np.empty((count, lanes), np.int32), np.empty((count, lanes), np.int32)
        work, bounds, cells = (np.empty(lanes, np.int32) for _ in range(3))
        drives, found = np.empty((count, lanes), np.bool_), np.empty((count, n), np.bool_)
        altered, everything = np.full(count, -1, np.int32), np.arange(count, dtype=np.int64)
        bound, ignored = np.zeros(len(self.holds.date), np.int64), np.empty(n, np.int32)
        for first in range(0, n, lanes):
            used = min(lanes, n - first)
            chosen = np.full(lanes, first, np.int64)
            chosen[:used] += np.arange(used)
            place_again(
                self.network, self.holds, self.maps, everything, all_rows(count), self.durations, altered, self.durations[:0], chosen, used,
                work, bounds, cells, bound, starts, finishes, ignored,
            )  # fmt: skip
            trace_back(self.network, self.maps, starts, finishes, self.end, drives, bounds, cells)
            found[:, first : first + used] = drives[:, :used]
        return found

    def _placed(self, nodes: NDArray[np.int64], durations: NDArray[np.int32], chosen: NDArray[np.int64]) -> NDArray[np.int32]:
        finishes = self.finishes.copy()
        if not len(chosen):
            return finishes
        altered = np.full(len(self.durations), -1, np.int32)
        altered[nodes] = np.arange(len(nodes), dtype=np.int32)
        lanes = min(LANES, -(-len(chosen) // 16) * 16)
        work, bounds, cells = (np.empty(lanes, np.int32) for _ in range(3))
        filled = np.zeros(-(-len(chosen) // lanes) * lanes, np.int64)
        filled[: len(chosen)] = chosen
        bound = np.zeros(len(self.holds.date), np.int64)
        starts = np.empty((self.count, lanes), np.int32)
        place_again(
            self.network, self.holds, self.maps, self.nodes, self.rows, self.durations, altered, durations, filled, len(chosen), work,
            bounds, cells, bound, starts, starts, finishes,
        )  # fmt: skip
        return finishes


def only_waits(compiled: Compiled, nodes: NDArray[np.int64]) -> bool:
    """Whether these nodes do nothing but wait for others' starts and finishes, and then last."""
    network, holds = compiled.model.network, compiled.model.holds
    edges = np.isin(network.successor, nodes)
    free = not network.to_finish[edges].any() and bool((network.span[nodes] == WORK).all())
    return free and bool((network.finish_floor[nodes] == NEVER).all() and (np.diff(holds.into)[nodes] == 0).all())


def driving(compiled: Compiled, run: Run, target: str, nodes: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Whether each of some nodes drives the target, bool[nodes, iterations], and the target's finishes."""
    kept = KeptDurations(compiled, run, target)
    return (kept.drives if kept.only_waits else kept.traced())[nodes], kept.finishes


def nodes_before(compiled: Compiled, target: str) -> NDArray[np.int64]:
    """The nodes that lead to a target, in order; the target is the last one."""
    pair, pair_target = reachable_targets(compiled)
    leads = pair_target == compiled.target_ids.index(target)
    node = np.repeat(np.arange(len(compiled.node_ids)), np.diff(pair))
    return node[leads].astype(np.int64)


def nodes_hit_by(compiled: Compiled, risk: str) -> NDArray[np.int64]:
    hits = compiled.model.hits
    node = np.repeat(np.arange(len(compiled.node_ids)), np.diff(hits.into))
    mine = np.array([compiled.event_risks[event] == risk for event in hits.event], dtype=np.bool_)
    return np.unique(node[mine]).astype(np.int64) if len(mine) else np.empty(0, np.int64)


def _all_but(compiled: Compiled, without: tuple[str, ...], nodes: NDArray[np.int64]) -> tuple[str, ...]:
    """Risks that need not be drawn: those taken out, and those that do not hit these nodes."""
    hits, gone = compiled.model.hits, set(without)
    needed = {compiled.event_risks[event] for node in nodes for event in hits.event[hits.into[node] : hits.into[node + 1]]} - gone
    return tuple(risk for risk in dict.fromkeys(compiled.event_risks) if risk not in needed)


__all__ = ["MOST_BYTES", "KeptDurations", "Trial", "can_keep", "driving", "nodes_before", "nodes_hit_by", "only_waits"]
