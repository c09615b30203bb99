"""What one block adds to the statistics of every node. All sums are of whole numbers, so they do not depend on order.

Positions are taken relative to a reference (the planned ones), which keeps squares of a block's lanes within int64;
sums of squares over all blocks are kept in two halves.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pmosim.engine.kernels.passes import add_wide, trace_node

DURATION, START, FINISH, FLOAT = range(4)

SHARE_STEPS = 1 << 20
"""Steps in which D/(D + TF) is counted."""


class Reference(NamedTuple):
    """Where deviations are counted from, and how positions fall into bins."""

    duration: np.ndarray  # int32[nodes]
    start: np.ndarray  # int32[nodes]
    finish: np.ndarray  # int32[nodes]
    project: np.ndarray  # int32[nodes]: node that is the finish of the node's project
    begin: np.ndarray  # int32[nodes]: where that project begins
    bin_start: np.ndarray  # int32[nodes]: lower edge of the first bin of starts
    bin_finish: np.ndarray  # int32[nodes]
    bin_shift: np.ndarray  # int32[nodes, 2]: bins of starts and of finishes are 2**shift minutes wide
    pair: np.ndarray  # int64[nodes + 1]: the targets that node i leads to are pair_target[pair[i]:pair[i + 1]]
    pair_target: np.ndarray  # int32[pairs]
    target_node: np.ndarray  # int32[targets]


class Tally(NamedTuple):
    """Running sums over iterations; added up over threads at the end."""

    sums: np.ndarray  # int64[nodes, 4]: of deviations of duration, start, finish; of float
    squares: np.ndarray  # int64[nodes, 4, 2]
    shares: np.ndarray  # int64[nodes, 2]: of D/(D + TF) x S, for the significance index
    share_squares: np.ndarray  # float-free: int64[nodes, 2]
    no_float: np.ndarray  # int64[nodes]: iterations with total float <= 0
    drives: np.ndarray  # int64[pairs]: iterations on the driving path
    products: np.ndarray  # int64[pairs, 2]: of the deviations of duration and target
    slacks: np.ndarray  # int64[edges]
    slack_squares: np.ndarray  # int64[edges, 2]
    starts: np.ndarray  # uint32[nodes, bins]
    finishes: np.ndarray  # uint32[nodes, bins]


class Held(NamedTuple):
    """What is held of one block for the backward pass."""

    starts: np.ndarray  # int32[nodes, lanes]
    finishes: np.ndarray  # int32[nodes, lanes]
    floats: np.ndarray  # int32[nodes, lanes]
    drives: np.ndarray  # uint8[nodes, groups, lanes]
    slack: np.ndarray  # int32[lanes]


@njit(nogil=True, cache=True)
def add_deviations(values, reference, sums, squares):
    """Sum and sum of squares of int32[lanes] values relative to a reference."""
    total, square = np.int64(0), np.int64(0)
    for lane in range(values.shape[0]):
        total += np.int64(values[lane] - reference)
    for lane in range(values.shape[0]):
        off = np.int64(values[lane] - reference)
        square += off * off
    add_wide(squares, square)
    return sums + total


@njit(nogil=True, cache=True)
def add_products(x, x_reference, y, y_reference, pair):
    """Sum of products of deviations, into a sum in two halves."""
    total = np.int64(0)
    for lane in range(x.shape[0]):
        total += np.int64(x[lane] - x_reference) * np.int64(y[lane] - y_reference)
    add_wide(pair, total)


@njit(nogil=True, cache=True)
def add_shares(durations, floats, project, begin, shares, share_squares):
    """D/(D + TF) x S, S being the length of the node's project; nothing where the node has no duration."""
    total = np.int64(0)
    squares = np.int64(0)
    for lane in range(durations.shape[0]):
        d = np.float32(durations[lane])
        whole = d + np.float32(floats[lane])
        share = d / whole if whole > np.float32(0) else np.float32(0)
        share = np.float32(1) if share > np.float32(1) else share  # negative float: behind every other
        steps = np.int64(np.int32(share * np.float32(SHARE_STEPS)))
        product = steps * np.int64(project[lane] - begin)
        total += product
        coarse = product >> 20
        squares += coarse * coarse
    add_wide(shares, total)
    add_wide(share_squares, squares)


@njit(nogil=True, cache=True)
def add_to_bins(values, lower, shift, counts, scratch):
    """Count int32[lanes] values in bins 2**shift wide; what lies outside falls into the first or last."""
    last = np.int32(counts.shape[0] - 1)
    for lane in range(values.shape[0]):
        place = np.int32((values[lane] - lower) >> shift)
        place = np.int32(0) if place < 0 else place
        scratch[lane] = last if place > last else place
    for lane in range(values.shape[0]):
        counts[scratch[lane]] += np.uint32(1)


@njit(nogil=True, cache=True)
def count_bit(row, bit):
    """How many of uint8[lanes] have the bit set."""
    total = np.int64(0)
    mask = np.uint8(1 << bit)
    for lane in range(row.shape[0]):
        total += np.int64((row[lane] & mask) != 0)
    return total


@njit(nogil=True, cache=True)
def tally_node(node, reference, held, used, tally, durations, scratch):
    """Add one node's lanes ``0:used`` to the sums."""
    start, finish = held.starts[node, :used], held.finishes[node, :used]
    floats = held.floats[node, :used]
    for lane in range(used):
        durations[lane] = finish[lane] - start[lane]
    sums, squares = tally.sums[node], tally.squares[node]
    sums[DURATION] = add_deviations(durations[:used], reference.duration[node], sums[DURATION], squares[DURATION])
    sums[START] = add_deviations(start, reference.start[node], sums[START], squares[START])
    sums[FINISH] = add_deviations(finish, reference.finish[node], sums[FINISH], squares[FINISH])
    sums[FLOAT] = add_deviations(floats, np.int32(0), sums[FLOAT], squares[FLOAT])
    critical = np.int64(0)
    for lane in range(used):
        critical += np.int64(floats[lane] <= 0)
    tally.no_float[node] += critical
    project = held.finishes[reference.project[node], :used]
    add_shares(durations[:used], floats, project, reference.begin[node], tally.shares[node], tally.share_squares[node])
    add_to_bins(start, reference.bin_start[node], reference.bin_shift[node, 0], tally.starts[node], scratch)
    add_to_bins(finish, reference.bin_finish[node], reference.bin_shift[node, 1], tally.finishes[node], scratch)
    for pair in range(reference.pair[node], reference.pair[node + 1]):
        target = reference.pair_target[pair]
        at = reference.target_node[target]
        tally.drives[pair] += count_bit(held.drives[node, target // 8, :used], target % 8)
        add_products(durations[:used], reference.duration[node], held.finishes[at, :used], reference.finish[at], tally.products[pair])


@njit(nogil=True, cache=True)
def backward_pass(network, maps, inverse, ends_project, targets, reference, held, used, lanes, tally):
    """Trace one block from its finishes back, and add what it says of each node to the sums.

    used : lanes that count; the last block of a run may have more
    """
    for at in range(network.law.shape[0]):
        node = network.law.shape[0] - 1 - at
        trace_node(
            network, maps, inverse, node, ends_project, targets, held.starts, held.finishes, held.floats, held.drives, lanes,
            tally.slacks, tally.slack_squares, held.slack, used,
        )  # fmt: skip
        tally_node(node, reference, held, used, tally, lanes.durations, lanes.bounds)


@njit(nogil=True, cache=True)
def widen_range(values, used, low, high, node):
    """Keep the least and the greatest of int32[lanes] values."""
    least, greatest = low[node], high[node]
    for lane in range(used):
        least = values[lane] if values[lane] < least else least
        greatest = values[lane] if values[lane] > greatest else greatest
    low[node], high[node] = least, greatest


@njit(nogil=True, cache=True)
def ranges(starts, finishes, used, low, high):
    """Ranges of starts and finishes over one block; low, high : int32[2, nodes], widened here."""
    for node in range(starts.shape[0]):
        widen_range(starts[node], used, low[0], high[0], node)
        widen_range(finishes[node], used, low[1], high[1], node)
