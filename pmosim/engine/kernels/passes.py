"""Forward and backward pass over one block. Positions are int32 working minutes on each node's own calendar."""

from typing import NamedTuple

import numpy as np
from numba import njit

NEVER = -(2**31)
"""A bound that does not exist."""

UNBOUNDED = 2**22
"""Float of what leads to no finish. [minutes]"""


class Network(NamedTuple):
    """Nodes in topological order and the links between them.

    The edges into node i are ``into[i]:into[i + 1]``; those out of it are ``edge_out[out[i]:out[i + 1]]``.
    """

    name: np.ndarray  # uint64[nodes]: of the duration's draw
    law: np.ndarray  # int32[nodes]: of the duration
    floor: np.ndarray  # int32[nodes]: does not start earlier
    finish_floor: np.ndarray  # int32[nodes]: does not finish earlier, or NEVER
    span: np.ndarray  # bool[nodes]: a summary task, from the first start to the last finish below it
    into: np.ndarray  # int64[nodes + 1]
    predecessor: np.ndarray  # int32[edges]
    successor: np.ndarray  # int32[edges]
    from_start: np.ndarray  # bool[edges]
    to_finish: np.ndarray  # bool[edges]
    lag: np.ndarray  # int32[edges]
    first: np.ndarray  # int32[edges]: conversion before the lag, or -1
    second: np.ndarray  # int32[edges]: conversion after the lag, or -1
    out: np.ndarray  # int64[nodes + 1]
    edge_out: np.ndarray  # int64[edges]


class Conversions(NamedTuple):
    """Maps from one calendar's working minutes to another's: a table, then the same week again for ever.

    Map c is ``table[at[c]:at[c + 1]]``; past its end x goes back by ``period_in`` and the result forward by ``period_out``.
    """

    at: np.ndarray  # int64[maps + 1]
    table: np.ndarray  # int32
    period_in: np.ndarray  # int32[maps]
    period_out: np.ndarray  # int32[maps]


class Rows(NamedTuple):
    """Which row of the starts and of the finishes belongs to a node: all different, or re-used once read for the last time."""

    start: np.ndarray  # int32[nodes]
    finish: np.ndarray  # int32[nodes]


@njit(nogil=True, cache=True)
def convert(maps, c, positions):
    """Move int32[lanes] positions from one calendar to another, in place."""
    first, last = maps.at[c], maps.at[c + 1]
    size, period_in, period_out = last - first, maps.period_in[c], maps.period_out[c]
    for lane in range(positions.shape[0]):
        x = np.int64(positions[lane])
        x = np.int64(0) if x < 0 else x
        weeks = np.int64(0)
        if x >= size:
            weeks = (x - size) // period_in + 1
            x -= weeks * period_in
        positions[lane] = maps.table[first + x] + weeks * period_out


@njit(nogil=True, cache=True)
def fill_bounds(network, maps, edge, ends, bounds):
    """What an edge between calendars demands; ends : int32[lanes] of the predecessor; bounds : int32[lanes], filled here."""
    bounds[:] = ends
    if network.first[edge] >= 0:
        convert(maps, network.first[edge], bounds)
    lag = network.lag[edge]
    for lane in range(bounds.shape[0]):
        bounds[lane] += lag
    if network.second[edge] >= 0:
        convert(maps, network.second[edge], bounds)


@njit(nogil=True, cache=True)
def raise_starts(start, ends, lag, durations, to_finish):
    """start = max(start, bound of one edge), the bound being on the finish if ``to_finish``."""
    if to_finish:
        for lane in range(start.shape[0]):
            bound = np.int32(ends[lane] + lag - durations[lane])
            start[lane] = bound if bound > start[lane] else start[lane]
    else:
        for lane in range(start.shape[0]):
            bound = np.int32(ends[lane] + lag)
            start[lane] = bound if bound > start[lane] else start[lane]


@njit(nogil=True, cache=True)
def place_span(network, maps, rows, node, starts, finishes, lanes):
    """A summary task: the least of the starts and the greatest of the finishes below it."""
    start, finish = starts[rows.start[node]], finishes[rows.finish[node]]
    start[:] = network.floor[node]  # the earliest actual start below it, or later than everything
    finish[:] = network.finish_floor[node]
    for edge in range(network.into[node], network.into[node + 1]):
        before = network.predecessor[edge]
        if network.to_finish[edge]:
            fill_bounds(network, maps, edge, finishes[rows.finish[before]], lanes.bounds)
            for lane in range(finish.shape[0]):
                finish[lane] = lanes.bounds[lane] if lanes.bounds[lane] > finish[lane] else finish[lane]
        else:
            fill_bounds(network, maps, edge, starts[rows.start[before]], lanes.bounds)
            for lane in range(start.shape[0]):
                start[lane] = lanes.bounds[lane] if lanes.bounds[lane] < start[lane] else start[lane]


@njit(nogil=True, cache=True)
def place(network, maps, rows, node, starts, finishes, lanes, durations):
    """Earliest start and finish of one node in every lane."""
    start, finish = starts[rows.start[node]], finishes[rows.finish[node]]
    start[:] = network.floor[node]
    if network.finish_floor[node] != NEVER:
        lanes.bounds[:] = network.finish_floor[node]
        raise_starts(start, lanes.bounds, np.int32(0), durations, True)
    for edge in range(network.into[node], network.into[node + 1]):
        before = network.predecessor[edge]
        ends = starts[rows.start[before]] if network.from_start[edge] else finishes[rows.finish[before]]
        if network.first[edge] < 0 and network.second[edge] < 0:
            raise_starts(start, ends, network.lag[edge], durations, network.to_finish[edge])
        else:
            fill_bounds(network, maps, edge, ends, lanes.bounds)
            raise_starts(start, lanes.bounds, np.int32(0), durations, network.to_finish[edge])
    for lane in range(start.shape[0]):
        finish[lane] = start[lane] + durations[lane]


@njit(nogil=True, cache=True)
def add_wide(pair, amount):
    """Add to a sum kept in two halves: exact whatever the order, beyond the range of int64. pair : int64[2]"""
    pair[0] += amount & 0xFFFFFFFF
    pair[1] += amount >> 32


@njit(nogil=True, cache=True)
def trace_edge(network, maps, inverse, edge, starts, finishes, floats, drives, lanes, slack, free, driving):
    """One edge, seen from its predecessor: its slack, the float it leaves, and whether the predecessor drives.

    slack : int32[lanes], filled here, in the successor's working minutes;
    free : int32[lanes], the predecessor's float, lowered here;
    driving : uint8[groups, lanes], a bit per target that the predecessor drives, raised here.
    """
    before, after = network.predecessor[edge], network.successor[edge]
    if network.span[after] and not network.to_finish[edge]:
        slack[:] = 0  # where a summary task starts drives nothing
        return
    ends = starts[before] if network.from_start[edge] else finishes[before]
    held = finishes[after] if network.to_finish[edge] else starts[after]
    below = floats[after]
    if network.first[edge] < 0 and network.second[edge] < 0:
        lag = network.lag[edge]
        for lane in range(slack.shape[0]):
            slack[lane] = held[lane] - ends[lane] - lag
            left = np.int32(slack[lane] + below[lane])
            free[lane] = left if left < free[lane] else free[lane]
    else:
        fill_bounds(network, maps, edge, ends, lanes.bounds)
        for lane in range(slack.shape[0]):
            slack[lane] = held[lane] - lanes.bounds[lane]
            lanes.allowed[lane] = held[lane] + below[lane]
        if network.second[edge] >= 0:
            convert(inverse, network.second[edge], lanes.allowed)
        for lane in range(slack.shape[0]):
            lanes.allowed[lane] -= network.lag[edge]
        if network.first[edge] >= 0:
            convert(inverse, network.first[edge], lanes.allowed)
        for lane in range(slack.shape[0]):
            left = np.int32(lanes.allowed[lane] - ends[lane])
            free[lane] = left if left < free[lane] else free[lane]
    for group in range(driving.shape[0]):
        mine, theirs = driving[group], drives[after, group]
        for lane in range(slack.shape[0]):
            mine[lane] |= theirs[lane] if slack[lane] == 0 else np.uint8(0)


@njit(nogil=True, cache=True)
def trace_node(
    network, maps, inverse, node, ends_project, targets, starts, finishes, floats, drives, lanes, slacks, slack_squares, slack, used
):
    """Float and driving targets of one node, its successors being done; each edge's slack is added to its sums.

    ends_project : bool[nodes], the node is the finish of a project or of the portfolio: its float is zero;
    floats : int32[nodes, lanes]; drives : uint8[nodes, groups, lanes]; slacks : int64[edges]; slack_squares : int64[edges, 2], low and high part; used : lanes that count
    """
    free, driving = floats[node], drives[node]
    free[:] = 0 if ends_project[node] else UNBOUNDED
    driving[:] = 0
    if targets[node] >= 0:
        driving[targets[node] // 8, :] = np.uint8(1 << (targets[node] % 8))
    for at in range(network.out[node], network.out[node + 1]):
        edge = network.edge_out[at]
        trace_edge(network, maps, inverse, edge, starts, finishes, floats, drives, lanes, slack, free, driving)
        total, squares = np.int64(0), np.int64(0)
        for lane in range(used):
            total += np.int64(slack[lane])
        for lane in range(used):
            squares += np.int64(slack[lane]) * np.int64(slack[lane])
        slacks[edge] += total
        add_wide(slack_squares[edge], squares)
