"""Blocks of iterations over threads: progress, cancelling, memory. What comes back depends on neither."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled, all_rows, shared_rows
from pmosim.engine.costs import no_months
from pmosim.engine.kernels.analysis import Held, Reference, Tally
from pmosim.engine.kernels.blocks import (
    Bookings,
    EventRows,
    Lanes,
    Months,
    Rows,
    Workspace,
    backward_pass,
    duration_block,
    event_block,
    forward_pass,
    place_nodes,
    widen_ranges,
)
from pmosim.engine.kernels.draws import GROUP
from pmosim.engine.kernels.strata import Key
from pmosim.engine.weather import bytes_per_lane, weather_rows

Progress = Callable[[int, int], None]

PILOT = 1024
"""Iterations from which the bins of the per-task percentiles are laid out: always the first ones."""

BINS = 128
"""Bins for the percentiles of each task's start and finish, over what the pilot reached and an eighth more."""

RANDOM, LATIN_HYPERCUBE = "random", "latin-hypercube"

REPLICATES = 10
"""Into so many independent Latin hypercubes a run is divided, for intervals come from their differences."""

FINISH_BYTES, FINISH_LANES, WEATHER_LANES = 1 << 25, 1024, 512
ANALYSIS_BYTES, ANALYSIS_LANES = 210_000_000, 512
"""Bytes of rows that a thread's block may hold, and lanes beyond which nothing is gained (both by measurement).

More lanes spread the work done once per task over more iterations; results do not depend on them.
"""


@dataclass(frozen=True)
class Run:
    """How to simulate. Only ``iterations``, ``seed``, ``without`` and ``strata`` have a say in the results."""

    iterations: int
    seed: int
    without: tuple[str, ...] = ()  # risks that are taken out
    threads: int | None = None
    block: int | None = None  # iterations at a time; a multiple of 64
    progress: Progress | None = None
    strata: int = 0  # iterations in a replicate of a Latin hypercube; 0: plain random draws

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise ValueError(f"iterations must be at least 1, not {self.iterations}")
        if not 0 <= self.seed < 2**64:
            raise ValueError(f"the seed must lie between 0 and 2**64 - 1, not {self.seed}")
        if self.block is not None and (self.block < GROUP or self.block % GROUP):
            raise ValueError(f"the block must be a multiple of {GROUP}, not {self.block}")

    @property
    def replicates(self) -> int:
        return self.iterations // self.strata if self.strata else 0

    @property
    def key(self) -> Key:
        return Key(np.uint64(self.seed), np.int64(self.strata))

    @property
    def workers(self) -> int:
        return self.threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else self.threads or os.cpu_count() or 1

    def lanes(self, bytes_per_lane: int, most_bytes: int, most: int) -> int:
        """Iterations at a time: as many as fit, but enough blocks for every thread to have some."""
        if self.block is not None:
            return self.block
        fitting = most_bytes // max(1, bytes_per_lane) // GROUP * GROUP
        share = -(-self.iterations // (4 * self.workers * GROUP)) * GROUP
        return int(min(max(fitting, 2 * GROUP), most, share))


@dataclass(frozen=True)
class Samples:
    """Every iteration's finishes and costs."""

    finishes: NDArray[np.int32]  # [targets, iterations], working minutes since the epoch on the target's calendar
    costs: NDArray[np.int64]  # [accounts, iterations], hundredths of the currency

    def keep(self, work: Workspace, first: int, used: int) -> None:
        """Take over what a forward pass left in its workspace."""
        self.finishes[:, first : first + used] = work.at_target[:, :used]
        self.costs[:, first : first + used] = work.accounts[:, :used]


@dataclass(frozen=True)
class Analysis:
    samples: Samples
    reference: Reference
    tally: Tally
    bound: NDArray[np.int64]  # iterations in which each constraint decided a date, or was missed; in the order of the nodes
    vain: NDArray[np.int64]  # iterations in which a node that is not to be split found no room between bad days; int64[nodes]


def over_blocks(run: Run, lanes: int, make_worker: Callable[[], tuple[Any, Callable[[int, int], None]]]) -> list[Any]:
    """Hand out blocks of iterations to threads, each with its own worker, and return the workers' states.

    ``make_worker`` gives a state and a function of (first iteration, iterations that count). The calling thread
    only waits, so that progress is shown and Ctrl-C is answered at once.
    """
    firsts = iter(range(0, run.iterations, lanes))
    lock, stop, finished = threading.Lock(), threading.Event(), threading.Condition()
    done = 0
    failures: list[BaseException] = []
    states: list[Any] = []

    def work() -> None:
        nonlocal done
        try:
            state, block = make_worker()
            while not stop.is_set():
                with lock:
                    first = next(firsts, None)
                if first is None:
                    break
                used = min(lanes, run.iterations - first)
                block(first, used)
                with finished:
                    done += used
            with lock:
                states.append(state)
        except BaseException as failure:
            failures.append(failure)
            stop.set()
        with finished:
            finished.notify_all()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(run.workers, -(-run.iterations // lanes)))]
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads):
            with finished:
                if done < run.iterations and not failures:  # else the last to say so has been missed, and nobody would wake us
                    finished.wait(0.1 if run.progress else 0.5)
            if run.progress:
                run.progress(done, run.iterations)
            if failures or done >= run.iterations or all(not thread.is_alive() for thread in threads):
                break
        for thread in threads:
            thread.join()
    except BaseException:
        stop.set()
        raise
    if failures:
        raise failures[0]
    if run.progress:
        run.progress(run.iterations, run.iterations)
    return states


def workspace(compiled: Compiled, lanes: int, months: Months | None = None) -> Workspace:
    events = len(compiled.event_risks)
    return Workspace(
        EventRows(np.empty((events, lanes), np.bool_), np.empty((events, lanes), np.uint32), np.empty((events, lanes), np.float32)),
        Lanes(
            np.empty(lanes, np.uint32),
            np.empty(lanes, np.float32),
            np.empty(lanes),
            np.empty(lanes),
            np.empty(lanes),
            np.empty(lanes),
            np.empty(lanes),
            np.empty(lanes, np.int32),
            np.empty(lanes, np.int32),
            np.empty(lanes, np.int32),
            np.empty(lanes, np.int32),
            np.empty(lanes, np.int32),
            np.empty(lanes, np.int32),
            np.ones(lanes, np.bool_),
        ),
        np.empty((len(compiled.accounts), lanes), np.int64),
        np.empty((len(compiled.target_ids), lanes), np.int32),
        np.empty((len(compiled.model.copula.source), lanes), np.float32),
        np.zeros((len(compiled.model.choices.name), lanes), np.int32),
        weather_rows(compiled.model.weather, lanes),
        np.zeros(len(compiled.model.holds.date), np.int64),
        bookings_of(compiled, lanes, months),
        np.empty(lanes, np.int64),
    )


def bookings_of(compiled: Compiled, lanes: int, months: Months | None) -> Bookings:
    """Rows to book with; amounts are kept where what is spent depends on when, or ``months`` are given."""
    costs, spending = compiled.model.costs, compiled.model.spending
    kept = lanes if spending.dated or months is not None else 0
    rows = (len(costs.node) + len(costs.event)) if kept else 0
    months = no_months() if months is None else months
    return Bookings(
        np.empty((len(costs.price), lanes)),
        np.empty((rows, kept), np.int64),
        months,
        np.empty((len(compiled.accounts), max(0, len(months.edges) - 1), kept), np.int64),
        np.empty(kept, np.int64),
        np.empty(kept, np.int64),
        np.empty(kept, np.int64),
        np.empty(kept),
        np.empty(kept, np.bool_),
    )


def empty_samples(compiled: Compiled, iterations: int) -> Samples:
    return Samples(np.empty((len(compiled.target_ids), iterations), np.int32), np.empty((len(compiled.accounts), iterations), np.int64))


def simulate_finishes(compiled: Compiled, run: Run) -> Samples:
    """Finishes and costs of every iteration, and nothing else: the fast way."""
    samples, active = empty_samples(compiled, run.iterations), compiled.active(run.without)
    rows, count = shared_rows(compiled.model.network)
    apart = len(compiled.model.network.late) > 0 or compiled.model.spending.dated
    if apart:  # these move, or cost, once all are placed
        rows, count = all_rows(len(compiled.node_ids)), len(compiled.node_ids)
    lanes = run.lanes(
        4 * count + bytes_per_lane(compiled.model.weather),
        FINISH_BYTES,
        FINISH_LANES if not len(compiled.model.weather.sky) else WEATHER_LANES,
    )
    key, model = run.key, compiled.model if apart else compiled.in_good_time

    def make_worker() -> tuple[Any, Callable[[int, int], None]]:
        work = workspace(compiled, lanes)
        alive = np.empty((count, lanes), np.int32)
        others = np.empty((count, lanes), np.int32) if apart else alive

        def block(first: int, used: int) -> None:
            forward_pass(model, active, key, first, used, rows, work, alive, others)
            samples.keep(work, first, used)

        return None, block

    over_blocks(run, lanes, make_worker)
    return samples


def analyse(compiled: Compiled, run: Run) -> Analysis:
    """Finishes, costs, and the statistics of every task, link and target; memory does not grow with iterations x tasks."""
    reference = make_reference(compiled, run)
    samples, active = empty_samples(compiled, run.iterations), compiled.active(run.without)
    nodes, groups = len(compiled.node_ids), -(-len(compiled.target_ids) // 8)
    lanes = run.lanes((12 + groups) * nodes + bytes_per_lane(compiled.model.weather), ANALYSIS_BYTES, ANALYSIS_LANES)
    rows, key, model = all_rows(nodes), run.key, compiled.model

    def make_worker() -> tuple[tuple[Tally, Workspace], Callable[[int, int], None]]:
        work, tally = workspace(compiled, lanes), empty_tally(compiled, reference)
        held = Held(
            np.empty((nodes, lanes), np.int32),
            np.empty((nodes, lanes), np.int32),
            np.empty((nodes, lanes), np.int32),
            np.empty((groups, nodes, lanes), np.uint8),
            np.empty(lanes, np.int32),
        )

        def block(first: int, used: int) -> None:
            forward_pass(model, active, key, first, used, rows, work, held.starts, held.finishes)
            samples.keep(work, first, used)
            backward_pass(
                model.network,
                model.holds,
                model.choices,
                work.chosen,
                model.maps,
                model.inverse,
                model.ends_project,
                model.targets,
                reference,
                held,
                used,
                tally,
                work.lanes.durations,
                work.lanes.bounds,
                work.lanes.cells,
                work.lanes.exists,
            )

        return (tally, work), block

    states = over_blocks(run, lanes, make_worker)
    bound = np.sum([work.bound for _, work in states], axis=0)
    vain = np.sum([work.weather.vain for _, work in states], axis=0)
    return Analysis(samples, reference, added_up([tally for tally, _ in states]), bound, vain)


def added_up(tallies: list[Tally]) -> Tally:
    for tally in tallies[1:]:
        for total, part in zip(tallies[0], tally, strict=True):
            np.add(total, part, out=total)
    return tallies[0]


def empty_tally(compiled: Compiled, reference: Reference) -> Tally:
    nodes, edges, pairs = len(compiled.node_ids), len(compiled.model.network.lag), len(reference.pair_target)
    return Tally(
        np.zeros((nodes, 4), np.int64),
        np.zeros((4 * nodes, 2), np.int64),
        np.zeros((nodes, 2), np.int64),
        np.zeros((nodes, 2), np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(pairs, np.int64),
        np.zeros((pairs, 2), np.int64),
        np.zeros(edges, np.int64),
        np.zeros((edges, 2), np.int64),
        np.zeros((nodes, BINS), np.uint32),
        np.zeros((nodes, BINS), np.uint32),
    )


def make_reference(compiled: Compiled, run: Run) -> Reference:
    """Planned positions, bins laid over what the pilot iterations reach, and which targets each node leads to."""
    starts, finishes = compiled.planned
    low, high = pilot_ranges(compiled, run)
    lower, shift = _bins(low, high)
    project = np.array([compiled.position[finish] for finish in _project_finishes(compiled)], np.int32)
    pair, pair_target = reachable_targets(compiled)
    return Reference(
        finishes - starts,
        starts,
        finishes,
        project,
        compiled.model.network.floor[project],
        lower[0],
        lower[1],
        np.ascontiguousarray(shift.T),
        pair,
        pair_target,
        np.array([compiled.position[id] for id in compiled.target_ids], np.int32),
    )


def _project_finishes(compiled: Compiled) -> list[str]:
    own = [f"{id.partition('.')[0]}.finish" for id in compiled.node_ids]
    return [finish if finish in compiled.position else id for finish, id in zip(own, compiled.node_ids, strict=True)]


def _bins(low: NDArray[np.int32], high: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Lower edges and widths (as powers of two) of the bins; what lies outside them falls into the first or the last."""
    span = np.maximum(high.astype(np.int64) - low, 1)
    shift = np.maximum(np.ceil(np.log2(1.125 * span / BINS)), 0).astype(np.int32)
    slack = (BINS * (np.int64(1) << shift) - span) // 2
    return (low - slack).astype(np.int32), shift


def pilot_ranges(compiled: Compiled, run: Run) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Least and greatest start and finish of every node in the first iterations; int32[2, nodes] each."""
    nodes = len(compiled.node_ids)
    lanes = min(4 * GROUP, run.lanes(12 * nodes + bytes_per_lane(compiled.model.weather), ANALYSIS_BYTES, ANALYSIS_LANES))
    low, high = np.full((2, nodes), 2**31 - 1, np.int32), np.full((2, nodes), -(2**31), np.int32)
    work, rows, active = workspace(compiled, lanes), all_rows(nodes), compiled.active(run.without)
    starts, finishes = np.empty((nodes, lanes), np.int32), np.empty((nodes, lanes), np.int32)
    last = min(PILOT, run.iterations)
    for first in range(0, last, lanes):
        used = min(lanes, last - first)
        forward_pass(compiled.model, active, run.key, first, used, rows, work, starts, finishes)
        widen_ranges(starts, finishes, used, low, high)
    return low, high


def reachable_targets(compiled: Compiled) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """For each node the targets that it leads to, in compressed rows."""
    network = compiled.model.network
    count = len(compiled.target_ids)
    leads = np.zeros((len(compiled.node_ids), count), np.bool_)
    for place, id in enumerate(compiled.target_ids):
        leads[compiled.position[id], place] = True
    for node in range(len(leads) - 1, -1, -1):
        after = network.successor[network.edge_out[network.out[node] : network.out[node + 1]]]
        if len(after):
            leads[node] |= leads[after].any(axis=0)
    return np.concatenate([[0], np.cumsum(leads.sum(axis=1))]).astype(np.int64), np.nonzero(leads)[1].astype(np.int32)


def redraw_durations(compiled: Compiled, run: Run, nodes: list[int]) -> NDArray[np.int32]:
    """The durations of some nodes in every iteration, drawn again rather than kept; int32[nodes, iterations].

    Where one of them depends on more than its own draws (a risk with a window, a branch), the network is placed once more.
    Lost days are counted in there alone.
    """
    durations = np.empty((len(nodes), run.iterations), np.int32)
    active, chosen, key = compiled.active(run.without), np.array(nodes, np.int64), run.key
    needs = np.diff(compiled.model.choices.needs).astype(np.bool_)
    placed = bool((compiled.model.hits.windowed[chosen].astype(np.bool_) | needs[chosen]).any())
    lanes = run.lanes(8 * len(compiled.node_ids) + bytes_per_lane(compiled.model.weather) if placed else 64, ANALYSIS_BYTES, ANALYSIS_LANES)
    rows, shape = all_rows(len(compiled.node_ids)), (len(compiled.node_ids), lanes)

    def make_worker() -> tuple[Any, Callable[[int, int], None]]:
        work = workspace(compiled, lanes)
        if not placed:
            return None, lambda first, used: duration_block(compiled.model, active, key, first, used, chosen, work, durations)
        starts, finishes = np.empty(shape, np.int32), np.empty(shape, np.int32)

        def block(first: int, used: int) -> None:
            forward_pass(compiled.model, active, key, first, used, rows, work, starts, finishes)
            durations[:, first : first + used] = (finishes - starts)[chosen, :used]

        return None, block

    over_blocks(run, lanes, make_worker)
    return durations


def redraw_events(compiled: Compiled, run: Run) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Occurrence and impact deviate of every event in every iteration; [events, iterations] each."""
    shape = (len(compiled.event_risks), run.iterations)
    occurs, impacts = np.zeros(shape, np.bool_), np.zeros(shape, np.float32)
    active, key, lanes = compiled.active(run.without), run.key, run.lanes(64, ANALYSIS_BYTES, ANALYSIS_LANES)
    work = workspace(compiled, lanes)
    for first in range(0, run.iterations, lanes):
        event_block(compiled.model, active, key, first, work)
        used = min(lanes, run.iterations - first)
        occurs[:, first : first + used] = work.events.occurs[:, :used]
        impacts[:, first : first + used] = work.events.deviates[:, :used]
    return occurs, impacts


class CompileClock:
    """Seconds that Numba spends compiling while the clock is in use: nothing when its cache is warm."""

    def __init__(self) -> None:
        from numba.core import event

        self._event = event
        self._listener = event.TimingListener()
        self.began = perf_counter()

    def __enter__(self) -> CompileClock:
        self._event.register("numba:compile", self._listener)
        return self

    def __exit__(self, *_: object) -> None:
        self._event.unregister("numba:compile", self._listener)

    @property
    def seconds(self) -> float:
        return self._listener.duration if self._listener.done else 0.0


def is_compiled(*, weather: bool = False) -> bool:
    """Whether the kernels are in Numba's cache on disk, those of ``weather`` too if asked for: then nobody waits for the compiler."""
    from pathlib import Path

    folder = getattr(getattr(place_nodes, "stats", None), "cache_path", None)
    needed = ["blocks.place_nodes"] + (["weather.fill_weather"] if weather else [])
    return folder is None or all(any(Path(folder).glob(f"{name}-*.nbi")) for name in needed)


__all__ = [
    "Analysis",
    "CompileClock",
    "Rows",
    "Run",
    "Samples",
    "analyse",
    "is_compiled",
    "redraw_durations",
    "redraw_events",
    "simulate_finishes",
]
