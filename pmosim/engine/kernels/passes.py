"""Forward and backward pass over one block. Positions are int32 working minutes on each node's own calendar.

Rows of two-dimensional arrays are named by their number: a slice costs a reference count, and there are millions.
"""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.compiling import inlined, inner, kernel

NEVER = -(2**31)
"""A bound that does not exist."""

WORK, SPAN, FIRST_START = range(3)

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
    span: np.ndarray  # uint8[nodes]: SPAN, from the first of its starts to the last of its finishes; FIRST_START, the first alone
    tail: int  # from here on stands what drives nothing: summary tasks and hammocks
    late: np.ndarray  # int64[k]: nodes to be done as late as possible, the last one first
    pauses: np.ndarray  # int64[nodes + 1]: the interruptions of node i are pause_after[pauses[i]:pauses[i + 1]]
    pause_after: np.ndarray  # int32: working minutes
    pause_minutes: np.ndarray  # int32
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
    """Maps from one calendar's working minutes to another's, piece by piece linear, then the same week again for ever.

    Map c divides its positions, from 0 to below ``size[c]``, into cells of ``grain[c]`` minutes. Cell q has the entry
    ``cells[at[c] + q]``: twice the value at its anchor q x grain, plus 1 where the map goes on minute by minute there
    (else it stands still). With ``ceiling[c]`` a cell reaches down from its anchor, else up. Positions past the end go back
    by ``period_in`` and the result forward by ``period_out``.
    """

    at: np.ndarray  # int64[maps]
    cells: np.ndarray  # int32
    size: np.ndarray  # int32[maps]: minutes
    grain: np.ndarray  # int32[maps]: minutes
    ceiling: np.ndarray  # bool[maps]
    period_in: np.ndarray  # int32[maps]
    period_out: np.ndarray  # int32[maps]


class Rows(NamedTuple):
    """Which row of the starts and of the finishes belongs to a node: all different, or re-used once read for the last time."""

    start: np.ndarray  # int32[nodes]
    finish: np.ndarray  # int32[nodes]


@kernel
def convert(maps, c, positions, cells):
    """Move int32[lanes] positions from one calendar to another, in place; cells : int32[lanes], scratch.

    In loops of one kind of step each, for only so are they vectorised.
    """
    first, size, grain = maps.at[c], maps.size[c], maps.grain[c]
    entries, per_grain, up = maps.cells, 1.0 / grain, np.int32(grain - 1 if maps.ceiling[c] else 0)
    highest = np.int32(0)
    for lane in range(positions.shape[0]):
        positions[lane] = positions[lane] if positions[lane] > 0 else np.int32(0)
        highest = positions[lane] if positions[lane] > highest else highest
    if highest >= size:
        convert_beyond(maps, c, positions)
        return
    for lane in range(positions.shape[0]):  # half a minute more, so that rounding does not decide
        cells[lane] = np.int32((np.float64(np.int32(positions[lane] + up)) + 0.5) * per_grain)
    for lane in range(positions.shape[0]):
        positions[lane] -= np.int32(cells[lane] * grain)
    for lane in range(positions.shape[0]):
        cells[lane] = entries[np.uint32(first + cells[lane])]
    for lane in range(positions.shape[0]):
        positions[lane] = np.int32(cells[lane] >> 1) + np.int32(positions[lane] & np.int32(-(cells[lane] & 1)))


@inner
def convert_beyond(maps, c, positions):
    """The same where some positions, all of them 0 or more, lie past the end of the map: one lane after the other."""
    first, size, grain, period_in, period_out = maps.at[c], maps.size[c], maps.grain[c], maps.period_in[c], maps.period_out[c]
    up = np.int32(grain - 1 if maps.ceiling[c] else 0)
    for lane in range(positions.shape[0]):
        x = positions[lane]
        weeks = np.int32((x - size) // period_in + 1) if x >= size else np.int32(0)
        x -= np.int32(weeks * period_in)
        cell = np.int32((x + up) // grain)
        entry = maps.cells[first + cell]
        positions[lane] = np.int32(entry >> 1) + np.int32((x - cell * grain) * (entry & 1)) + np.int32(weeks * period_out)


@inner
def fill_bounds(maps, first, lag, second, ends, row, bounds, cells):
    """What an edge between calendars demands; ends : int32[rows, lanes]; bounds : int32[lanes], filled here.

    cells : int32[lanes], scratch
    first, second : conversions before and after the lag, or -1
    """
    for lane in range(bounds.shape[0]):
        bounds[lane] = ends[row, lane]
    if first >= 0:
        convert(maps, first, bounds, cells)
    for lane in range(bounds.shape[0]):
        bounds[lane] += lag
    if second >= 0:
        convert(maps, second, bounds, cells)


@inner
def raise_starts(starts, row, ends, end_row, lag):
    """start = max(start, end + lag)"""
    for lane in range(starts.shape[1]):
        bound = np.int32(ends[end_row, lane] + lag)
        starts[row, lane] = bound if bound > starts[row, lane] else starts[row, lane]


@inner
def raise_finishes(starts, row, ends, end_row, lag, durations):
    """finish = max(finish, end + lag), which moves the start: tasks are not split."""
    for lane in range(starts.shape[1]):
        bound = np.int32(ends[end_row, lane] + lag - durations[lane])
        starts[row, lane] = bound if bound > starts[row, lane] else starts[row, lane]


@inner
def raise_to_bounds(starts, row, bounds, durations, to_finish):
    """start = max(start, bound), the bound being on the finish if ``to_finish``; bounds : int32[lanes]."""
    for lane in range(starts.shape[1]):
        bound = np.int32(bounds[lane] - durations[lane]) if to_finish else bounds[lane]
        starts[row, lane] = bound if bound > starts[row, lane] else starts[row, lane]


@inlined
def fill_row(rows, row, value):
    for lane in range(rows.shape[1]):
        rows[row, lane] = value


@inner
def fill_lanes(lanes, value):
    for lane in range(lanes.shape[0]):
        lanes[lane] = value


@inner
def copy_row(source, row, target, target_row, first, used):
    """Lanes ``0:used`` of one row, to ``first`` and after in another."""
    for lane in range(used):
        target[target_row, first + lane] = source[row, lane]


@inner
def copy_row_to(rows, row, lanes):
    for lane in range(lanes.shape[0]):
        lanes[lane] = rows[row, lane]


@inner
def copy_lanes(lanes, others):
    for lane in range(lanes.shape[0]):
        others[lane] = lanes[lane]


@inner
def add_waiting(starts, row, finishes, finish_row, durations, minutes):
    """Add the working time between start and finish that is no work; minutes : int32[lanes]."""
    for lane in range(minutes.shape[0]):
        minutes[lane] += np.int32(finishes[finish_row, lane] - starts[row, lane] - durations[lane])


@inner
def fill_difference(ends, end_row, starts, row, durations):
    """The working time between a row of starts and one of finishes; durations : int32[lanes], filled here."""
    for lane in range(durations.shape[0]):
        durations[lane] = ends[end_row, lane] - starts[row, lane]


@inner
def fill_finishes(starts, row, durations, finishes, finish_row):
    for lane in range(starts.shape[1]):
        finishes[finish_row, lane] = starts[row, lane] + durations[lane]


@inner
def fill_sums(lanes, others, rows, row):
    for lane in range(lanes.shape[0]):
        rows[row, lane] = lanes[lane] + others[lane]


@inner
def widen_span(starts, row, finishes, finish_row, bounds, to_finish):
    """A summary task: the least of the starts and the greatest of the finishes below it."""
    for lane in range(bounds.shape[0]):
        if to_finish:
            finishes[finish_row, lane] = bounds[lane] if bounds[lane] > finishes[finish_row, lane] else finishes[finish_row, lane]
        else:
            starts[row, lane] = bounds[lane] if bounds[lane] < starts[row, lane] else starts[row, lane]


@inner
def close_span(starts, row, finishes, finish_row):
    """What has no finish to end with ends where it begins."""
    for lane in range(starts.shape[1]):
        finishes[finish_row, lane] = starts[row, lane] if starts[row, lane] > finishes[finish_row, lane] else finishes[finish_row, lane]


@inner
def add_pauses(network, node, durations):
    """Lengthen int32[lanes] durations by the interruptions that fall within them."""
    for lane in range(durations.shape[0]):
        work = durations[lane]
        for pause in range(network.pauses[node], network.pauses[node + 1]):
            if network.pause_after[pause] < work:
                durations[lane] += network.pause_minutes[pause]


@inner
def keep_first(slack, floats, node, before):
    """Of the starts that a first start comes from, only the first has no slack and hands on its float.

    before : int32[lanes], the floats of ``node`` without this edge
    """
    for lane in range(slack.shape[0]):
        floats[node, lane] = before[lane] if slack[lane] != 0 else floats[node, lane]


@inlined
def fill_slack(theirs, after, ends, lag, floats, node, slack):
    """Slack of an edge from ``node`` to ``after`` within one calendar, and the float that it leaves.

    theirs, ends : int32[nodes, lanes], what the edge bounds and what it runs from; slack : int32[lanes], filled here;
    floats : int32[nodes, lanes], row ``node`` is lowered here
    """
    for lane in range(slack.shape[0]):
        slack[lane] = theirs[after, lane] - ends[node, lane] - lag
        left = np.int32(slack[lane] + floats[after, lane])
        floats[node, lane] = left if left < floats[node, lane] else floats[node, lane]


@inner
def fill_slack_between(maps, inverse, first, lag, second, theirs, after, ends, floats, node, bounds, slack, cells):
    """The same across calendars: the latest end that still lets the successor keep its float, found by the inverse maps."""
    fill_bounds(maps, first, lag, second, ends, node, bounds, cells)
    for lane in range(slack.shape[0]):
        slack[lane] = theirs[after, lane] - bounds[lane]
        bounds[lane] = theirs[after, lane] + floats[after, lane]
    if second >= 0:
        convert(inverse, second, bounds, cells)
    for lane in range(slack.shape[0]):
        bounds[lane] -= lag
    if first >= 0:
        convert(inverse, first, bounds, cells)
    for lane in range(slack.shape[0]):
        left = np.int32(bounds[lane] - ends[node, lane])
        floats[node, lane] = left if left < floats[node, lane] else floats[node, lane]


@inlined
def fill_driving(drives, group, node, bits):
    for lane in range(drives.shape[2]):
        drives[group, node, lane] = bits


@inlined
def pass_driving(drives, group, node, after, slack):
    """Whatever the successor drives, its predecessor drives where their edge has no slack; a bit per target.

    drives : uint8[groups, nodes, lanes]
    """
    for lane in range(slack.shape[0]):
        drives[group, node, lane] |= drives[group, after, lane] if slack[lane] == 0 else np.uint8(0)


@inlined
def add_wide(sums, k, amount):
    """Add to a sum kept in two halves: exact whatever the order, beyond the range of int64. sums : int64[:, 2]"""
    sums[k, 0] += amount & 0xFFFFFFFF
    sums[k, 1] += amount >> 32


@inlined
def add_slack(slack, used, edge, slacks, slack_squares):
    """Sum of slack and of its square over the lanes that count; slacks : int64[edges]; slack_squares : int64[edges, 2]."""
    total, squares = np.int64(0), np.int64(0)
    for lane in range(used):
        total += np.int64(slack[lane])
        squares += np.int64(slack[lane]) * np.int64(slack[lane])
    slacks[edge] += total
    add_wide(slack_squares, edge, squares)
