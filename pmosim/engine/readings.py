"""What the sums of an analysis say of each node: moments, percentiles from bins, shares. Arrays over nodes throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.conversions import finishes, starts
from pmosim.engine.kernels.analysis import DURATION, FINISH, FLOAT, SHARE_STEPS, START
from pmosim.engine.kernels.passes import WORK
from pmosim.engine.simulation import Analysis
from pmosim.model.calendars import Clock

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NodeStatistics:
    """Positions are working minutes since the epoch on the node's calendar; durations and floats working minutes."""

    iterations: int
    duration_mean: Floats
    duration_sd: Floats
    start_mean: Floats
    finish_mean: Floats
    float_mean: Floats
    float_sd: Floats
    no_float: NDArray[np.int64]  # iterations with total float <= 0
    significance: Floats
    significance_error: Floats  # standard error
    start: dict[int, Floats]  # percentile -> positions
    finish: dict[int, Floats]
    resolution: Floats  # width of the wider of the two bins [minutes]; 0 where bins hold one minute each


def wide(pairs: NDArray[np.int64]) -> Floats:
    """Sums kept in two halves, as floats; int64[..., 2] -> float64[...]."""
    return pairs[..., 1].astype(np.float64) * 2.0**32 + pairs[..., 0]


def squares_of(analysis: Analysis) -> Floats:
    """Sums of squared deviations; float64[nodes, 4]."""
    return wide(analysis.tally.squares).reshape(-1, 4)


def node_statistics(analysis: Analysis, levels: tuple[int, ...]) -> NodeStatistics:
    tally, reference, n = analysis.tally, analysis.reference, analysis.samples.finishes.shape[1]
    off = tally.sums / n
    sds = np.sqrt(np.maximum(squares_of(analysis) / n - off**2, 0.0))
    share = wide(tally.shares) / n / SHARE_STEPS
    spread = np.sqrt(np.maximum(wide(tally.share_squares) / n - share**2, 0.0))
    length = reference.finish[reference.project] + off[reference.project, FINISH] - reference.begin
    length = np.where(length > 0, length, np.inf)
    width = np.left_shift(1, reference.bin_shift)
    return NodeStatistics(
        n,
        reference.duration + off[:, DURATION],
        sds[:, DURATION],
        reference.start + off[:, START],
        reference.finish + off[:, FINISH],
        off[:, FLOAT],
        sds[:, FLOAT],
        tally.no_float,
        share / length,
        spread / np.sqrt(n) / length,
        binned_percentiles(tally.starts, reference.bin_start, width[:, 0], levels),
        binned_percentiles(tally.finishes, reference.bin_finish, width[:, 1], levels),
        np.where(width.max(axis=1) > 1, width.max(axis=1), 0).astype(np.float64),
    )


def binned_percentiles(counts: NDArray[np.uint32], lower: NDArray[np.int32], width: NDArray, levels: tuple[int, ...]) -> dict[int, Floats]:
    """Percentiles of every node from its bins, in proportion within a bin; right to within one bin's width."""
    cumulative = np.cumsum(counts, axis=1, dtype=np.int64)
    n, nodes = cumulative[:, -1], np.arange(len(counts))
    found: dict[int, Floats] = {}
    for level in levels:
        wanted = np.maximum(np.ceil(np.round(n * level / 100, 9)), 1)
        place = (cumulative < wanted[:, None]).sum(axis=1)
        inside = counts[nodes, place]
        before = cumulative[nodes, place] - inside
        within = np.where(width > 1, (wanted - before) / np.maximum(inside, 1), 0.0)
        found[level] = lower + (place + within) * width
    return found


def pair_statistics(analysis: Analysis, statistics: NodeStatistics) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Node, iterations on the driving path, and Pearson's correlation of duration and finish, for each (node, target) pair."""
    tally, reference, n = analysis.tally, analysis.reference, statistics.iterations
    node = np.repeat(np.arange(len(reference.duration)), np.diff(reference.pair))
    target = reference.target_node[reference.pair_target]
    off_duration = statistics.duration_mean - reference.duration
    off_finish = statistics.finish_mean - reference.finish
    finish_sd = np.sqrt(np.maximum(squares_of(analysis)[:, FINISH] / n - off_finish**2, 0.0))
    covariance = wide(tally.products) / n - off_duration[node] * off_finish[target]
    spread = statistics.duration_sd[node] * finish_sd[target]
    return node, tally.drives, np.divide(covariance, spread, out=np.zeros_like(covariance), where=spread > 0)


def merge_bias(compiled: Compiled, analysis: Analysis) -> tuple[NDArray[np.int64], Floats, Floats, NDArray[np.int64]]:
    """Nodes where two or more links meet: node, merge bias and its standard error [minutes of its calendar], number of links.

    Mean of the maximum minus maximum of the means: the least mean slack among the incoming links.
    """
    network, n = compiled.model.network, analysis.samples.finishes.shape[1]
    slack = analysis.tally.slacks / n
    spread = np.sqrt(np.maximum(wide(analysis.tally.slack_squares) / n - slack**2, 0.0))
    paths = np.diff(network.into)
    nodes = np.nonzero((paths >= 2) & (network.span == WORK))[0]
    by_slack = np.lexsort((slack, network.successor))  # the edges into a node stay together, the least slack first
    least = by_slack[network.into[nodes]]
    return nodes, slack[least], spread[least] / np.sqrt(n), paths[nodes]


def instants(clock: Clock, positions: NDArray, *, at_start: bool) -> NDArray[np.int64]:
    """Wall minutes since the epoch: of starts the next morning, of finishes that evening."""
    whole = np.maximum(np.floor(np.asarray(positions, dtype=np.float64) + 0.5), 0).astype(np.int64)
    return starts(clock, whole) if at_start else finishes(clock, whole)
