"""What one block adds to the statistics of every node. All sums are of whole numbers, so they do not depend on order.

Positions are taken relative to a reference (the planned ones), which keeps squares of a block's lanes within int64;
sums of squares over all blocks are kept in two halves.
"""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.branches import fill_exists
from pmosim.engine.kernels.compiling import inlined, kernel
from pmosim.engine.kernels.holds import limit_floats
from pmosim.engine.kernels.passes import (
    FIRST_START,
    UNBOUNDED,
    WORK,
    add_slack,
    add_wide,
    fill_driving,
    fill_row,
    fill_slack,
    fill_slack_between,
    keep_first,
    pass_driving,
)

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
    squares: np.ndarray  # int64[4 * nodes, 2]
    shares: np.ndarray  # int64[nodes, 2]: of D/(D + TF) x S, for the significance index
    share_squares: np.ndarray  # int64[nodes, 2]: of their squares, in whole minutes
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
    drives: np.ndarray  # uint8[groups, nodes, lanes]
    slack: np.ndarray  # int32[lanes]


@inlined
def add_deviations(values, row, used, reference, sums, k, squares):
    """Sum and sum of squares of int32[rows, lanes] values of one row relative to a reference."""
    total, square = np.int64(0), np.int64(0)
    for lane in range(used):
        off = np.int64(np.int32(values[row, lane] - reference))
        total += off
        square += off * off
    sums[row, k] += total
    add_wide(squares, 4 * row + k, square)


@inlined
def add_durations(durations, used, row, reference, sums, squares):
    """The same for int32[lanes] durations."""
    total, square = np.int64(0), np.int64(0)
    for lane in range(used):
        off = np.int64(np.int32(durations[lane] - reference))
        total += off
        square += off * off
    sums[row, DURATION] += total
    add_wide(squares, 4 * row + DURATION, square)


@inlined
def add_products(durations, used, reference, finishes, row, row_reference, products, pair):
    """Sum of products of the deviations of a duration and of a target's finish."""
    total = np.int64(0)
    for lane in range(used):
        total += np.int64(np.int32(durations[lane] - reference)) * np.int64(np.int32(finishes[row, lane] - row_reference))
    add_wide(products, pair, total)


@inlined
def add_shares(durations, used, floats, node, finishes, project, begin, shares, share_squares):
    """D/(D + TF) x S, S being the length of the node's project; nothing where the node has no duration."""
    total, squares = np.int64(0), np.int64(0)
    for lane in range(used):
        d = np.float32(durations[lane])
        whole = d + np.float32(floats[node, lane])
        share = d / whole if whole > np.float32(0) else np.float32(0)
        share = np.float32(1) if share > np.float32(1) else share  # negative float: behind every other
        steps = np.int64(np.int32(share * np.float32(SHARE_STEPS)))
        product = steps * np.int64(np.int32(finishes[project, lane] - begin))
        total += product
        coarse = product >> 20
        squares += coarse * coarse
    add_wide(shares, node, total)
    add_wide(share_squares, node, squares)


@inlined
def add_to_bins(values, row, used, lower, shift, counts, scratch):
    """Count one row's values in bins 2**shift wide; what lies outside falls into the first or last.

    counts : uint32[nodes, bins]; scratch : int32[lanes]
    """
    last = np.int32(counts.shape[1] - 1)
    for lane in range(used):
        place = np.int32(np.int32(values[row, lane] - lower) >> shift)
        place = np.int32(0) if place < 0 else place
        scratch[lane] = last if place > last else place
    for lane in range(used):
        counts[row, np.uint64(scratch[lane])] += np.uint32(1)  # unsigned: no look for an index from the end


@inlined
def count_bit(drives, group, node, used, bit, exists):
    """In how many lanes a node exists and drives the target of that bit."""
    total = np.int32(0)
    mask = np.uint8(1 << bit)
    for lane in range(used):
        total += np.int32(exists[lane] and (drives[group, node, lane] & mask) != 0)
    return total


@inlined
def count_without_float(floats, node, used, exists):
    total = np.int32(0)
    for lane in range(used):
        total += np.int32(exists[lane] and floats[node, lane] <= 0)
    return total


@inlined
def fill_floats(floats, node, before):
    for lane in range(before.shape[0]):
        before[lane] = floats[node, lane]


@inlined
def fill_durations(starts, finishes, node, durations):
    for lane in range(durations.shape[0]):
        durations[lane] = finishes[node, lane] - starts[node, lane]


@kernel
def backward_pass(  # noqa: PLR0915 - as the forward pass
    network, holds, choices, chosen, maps, inverse, ends_project, targets, reference, held, used, tally, durations, bounds, cells, exists
):
    """Float of every node and the targets that it drives, from the finishes back, and all that is summed.

    A node is added to the sums as soon as it is traced, while its rows are in cache. Of the lanes ``0:used`` count.

    ends_project : bool[nodes], the finish of a project or of the portfolio, which has no float
    targets : int32[nodes], place among the targets or -1
    chosen : int32[branches, lanes], the way that each branch took
    durations, bounds, cells : int32[lanes], exists : bool[lanes], scratch
    """
    starts, finishes, floats, drives, slack = held.starts, held.finishes, held.floats, held.drives, held.slack
    successor, lag, first, second = network.successor, network.lag, network.first, network.second
    from_start, to_finish, span, out, edge_out = network.from_start, network.to_finish, network.span, network.out, network.edge_out
    sums, squares, no_float, driving, products = tally.sums, tally.squares, tally.no_float, tally.drives, tally.products
    shares, share_squares, start_bins, finish_bins = tally.shares, tally.share_squares, tally.starts, tally.finishes
    slacks, slack_squares = tally.slacks, tally.slack_squares
    at_duration, at_start, at_finish, project, begin = (
        reference.duration,
        reference.start,
        reference.finish,
        reference.project,
        reference.begin,
    )
    bin_start, bin_finish, bin_shift = reference.bin_start, reference.bin_finish, reference.bin_shift
    pairs, pair_target, target_node = reference.pair, reference.pair_target, reference.target_node
    hold_into, needs = holds.into, choices.needs
    nodes, groups = floats.shape[0], drives.shape[0]
    masked = True
    for at in range(nodes):
        node = nodes - 1 - at
        fill_row(floats, node, np.int32(0) if ends_project[node] else np.int32(UNBOUNDED))
        if hold_into[node] < hold_into[node + 1] and holds.limit_float:
            limit_floats(holds, node, starts, finishes, floats)
        for group in range(groups):
            mine = targets[node] >= 0 and targets[node] // 8 == group
            fill_driving(drives, group, node, np.uint8(1 << (targets[node] % 8)) if mine else np.uint8(0))
        for k in range(out[node], out[node + 1]):
            edge = edge_out[k]
            after = successor[edge]
            begins_span = span[after] != WORK and not to_finish[edge]
            if begins_span and span[after] != FIRST_START:
                continue  # where a summary task starts drives nothing
            if begins_span:
                fill_floats(floats, node, durations)
            ends = starts if from_start[edge] else finishes
            theirs = finishes if to_finish[edge] else starts
            if first[edge] < 0 and second[edge] < 0:
                fill_slack(theirs, after, ends, lag[edge], floats, node, slack)
            else:
                fill_slack_between(
                    maps, inverse, first[edge], lag[edge], second[edge], theirs, after, ends, floats, node, bounds, slack, cells
                )
            if begins_span:
                keep_first(slack, floats, node, durations)
            for group in range(groups):
                pass_driving(drives, group, node, after, slack)
            add_slack(slack, used, edge, slacks, slack_squares)

        if needs[node] < needs[node + 1] or masked:
            fill_exists(choices, node, chosen, exists)
            masked = needs[node] < needs[node + 1]
        fill_durations(starts, finishes, node, durations)
        add_durations(durations, used, node, at_duration[node], sums, squares)
        add_deviations(starts, node, used, at_start[node], sums, START, squares)
        add_deviations(finishes, node, used, at_finish[node], sums, FINISH, squares)
        add_deviations(floats, node, used, np.int32(0), sums, FLOAT, squares)
        no_float[node] += count_without_float(floats, node, used, exists)
        add_shares(durations, used, floats, node, finishes, project[node], begin[node], shares, share_squares)
        add_to_bins(starts, node, used, bin_start[node], bin_shift[node, 0], start_bins, bounds)
        add_to_bins(finishes, node, used, bin_finish[node], bin_shift[node, 1], finish_bins, bounds)
        for pair in range(pairs[node], pairs[node + 1]):
            target = pair_target[pair]
            end = target_node[target]
            driving[pair] += count_bit(drives, target // 8, node, used, target % 8, exists)
            add_products(durations, used, at_duration[node], finishes, end, at_finish[end], products, pair)


@inlined
def widen_range(values, row, used, low, high, side):
    """Keep the least and the greatest of one row's values; low, high : int32[2, nodes]."""
    least, greatest = low[side, row], high[side, row]
    for lane in range(used):
        least = values[row, lane] if values[row, lane] < least else least
        greatest = values[row, lane] if values[row, lane] > greatest else greatest
    low[side, row], high[side, row] = least, greatest


@kernel
def widen_ranges(starts, finishes, used, low, high):
    """Ranges of starts and finishes over one block; low, high : int32[2, nodes], widened here."""
    for node in range(starts.shape[0]):
        widen_range(starts, node, used, low, high, 0)
        widen_range(finishes, node, used, low, high, 1)
