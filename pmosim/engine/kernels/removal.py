"""Placing the nodes of chosen iterations again, from durations that are kept: no draws, and only where something has changed."""

import numpy as np

from pmosim.engine.kernels.compiling import inlined, kernel
from pmosim.engine.kernels.holds import hold_starts
from pmosim.engine.kernels.passes import (
    FIRST_START,
    NEVER,
    WORK,
    add_pauses,
    close_span,
    fill_bounds,
    fill_finishes,
    fill_lanes,
    fill_row,
    raise_finishes,
    raise_starts,
    raise_to_bounds,
    widen_span,
)


@inlined
def take_durations(kept, row, chosen, first, durations):
    """Durations of one node in chosen iterations; kept : int32[rows, iterations]."""
    for lane in range(durations.shape[0]):
        durations[lane] = kept[row, np.uint64(chosen[first + lane])]  # unsigned: no look for an index from the end


@kernel
def place_again(  # noqa: PLR0912 - as the pass that draws
    network, holds, maps, nodes, rows, kept, altered, new, chosen, count, durations, bounds, cells, bound, starts, finishes, found
):
    """Finishes of one node in chosen iterations.

    The body that places a node is that of `blocks.forward_pass`: as a function of its own, even an inlined one, it made that pass
    up to a quarter slower. Tests hold both to the plain pass.

    Parameters
    ----------
    nodes : int64[k], those that lead to the target, in order, which is the last of them
    kept : int32[nodes, iterations], durations before pauses
    altered : int32[nodes], the row in ``new`` of a node whose durations are others than those kept, or -1
    new : int32[altered nodes, iterations]
    chosen : int64[k], iterations, k a multiple of the lanes; count : how many of them count
    durations, bounds, cells : int32[lanes], scratch; bound : int64[holds], scratch
    starts, finishes : int32[rows, lanes], scratch, reached through ``rows``
    found : int32[iterations], filled here at ``chosen``
    """
    floor, finish_floor, span, pauses = network.floor, network.finish_floor, network.span, network.pauses
    into, predecessor, from_start, to_finish = network.into, network.predecessor, network.from_start, network.to_finish
    lag, before, after = network.lag, network.first, network.second
    start_row, finish_row = rows.start, rows.finish
    hold_into, lanes = holds.into, durations.shape[0]
    for first in range(0, count, lanes):
        used = min(lanes, count - first)
        for node in nodes:
            row, end_row = start_row[node], finish_row[node]
            if altered[node] >= 0:
                take_durations(new, altered[node], chosen, first, durations)
            else:
                take_durations(kept, node, chosen, first, durations)
            if pauses[node] < pauses[node + 1]:
                add_pauses(network, node, durations)
            fill_row(starts, row, floor[node])
            if span[node] != WORK:
                fill_row(finishes, end_row, finish_floor[node])
            elif finish_floor[node] != NEVER:
                fill_lanes(bounds, finish_floor[node])
                raise_to_bounds(starts, row, bounds, durations, True)
            for edge in range(into[node], into[node + 1]):
                other = predecessor[edge]
                ends = starts if from_start[edge] else finishes
                other_row = start_row[other] if from_start[edge] else finish_row[other]
                if span[node] != WORK:
                    fill_bounds(maps, before[edge], lag[edge], after[edge], ends, other_row, bounds, cells)
                    widen_span(starts, row, finishes, end_row, bounds, to_finish[edge])
                elif before[edge] >= 0 or after[edge] >= 0:
                    fill_bounds(maps, before[edge], lag[edge], after[edge], ends, other_row, bounds, cells)
                    raise_to_bounds(starts, row, bounds, durations, to_finish[edge])
                elif to_finish[edge]:
                    raise_finishes(starts, row, ends, other_row, lag[edge], durations)
                else:
                    raise_starts(starts, row, ends, other_row, lag[edge])
            for hold in range(hold_into[node], hold_into[node + 1]):
                hold_starts(holds, hold, starts, row, durations, used, bound)
            if span[node] == WORK:
                fill_finishes(starts, row, durations, finishes, end_row)
            else:
                close_span(starts, row, finishes, end_row)
        for lane in range(used):
            found[chosen[first + lane]] = finishes[finish_row[nodes[-1]], lane]


@kernel
def mark_changes(kept, nodes, new, drives, changed):
    """Mark the iterations in which other durations of some nodes may change the finish.

    drives : bool[nodes, iterations], or of no rows where every other duration may change it; changed : bool[iterations]
    """
    for k in range(nodes.shape[0]):
        node = nodes[k]
        for iteration in range(changed.shape[0]):
            off = new[k, iteration] - kept[node, iteration]
            changed[iteration] |= off != 0 if drives.shape[0] == 0 else off > 0 or (off < 0 and drives[node, iteration])


@kernel
def trace_back(network, maps, starts, finishes, end, drives, bounds, cells):
    """Which nodes drive one node: from it back through the links without slack; ties all count.

    starts, finishes : int32[nodes, lanes]; drives : bool[nodes, lanes], filled here; bounds, cells : int32[lanes], scratch
    """
    span, lag, first, second = network.span, network.lag, network.first, network.second
    from_start, to_finish, successor = network.from_start, network.to_finish, network.successor
    out, edge_out = network.out, network.edge_out
    for at in range(drives.shape[0]):
        node = drives.shape[0] - 1 - at
        for lane in range(drives.shape[1]):
            drives[node, lane] = node == end
        for k in range(out[node], out[node + 1]):
            edge = edge_out[k]
            after = successor[edge]
            if span[after] != WORK and span[after] != FIRST_START and not to_finish[edge]:
                continue  # where a summary task starts drives nothing
            ends = starts if from_start[edge] else finishes
            theirs = finishes if to_finish[edge] else starts
            fill_bounds(maps, first[edge], lag[edge], second[edge], ends, node, bounds, cells)
            for lane in range(drives.shape[1]):
                drives[node, lane] |= drives[after, lane] and theirs[after, lane] == bounds[lane]


__all__ = ["mark_changes", "place_again", "trace_back"]
