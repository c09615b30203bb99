"""Constraints, and what is to be done as late as possible, over one block."""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.compiling import inner, kernel
from pmosim.engine.kernels.passes import NEVER, WORK, convert, fill_lanes


class Holds(NamedTuple):
    """Constraints; those of node i are ``into[i]:into[i + 1]``. One that does neither is only counted where its date is missed."""

    into: np.ndarray  # int64[nodes + 1]
    date: np.ndarray  # int32[holds]
    earliest: np.ndarray  # int32[holds]: no constraint puts its task before this
    on_finish: np.ndarray  # bool[holds]
    not_before: np.ndarray  # bool[holds]
    not_after: np.ndarray  # bool[holds]: whatever the links ask for
    stretches: np.ndarray  # bool[holds]: the task lasts until the date
    no_later: np.ndarray  # bool[holds]: what comes after the date misses it
    limit_float: bool  # and has negative float


@inner
def hold_starts(holds, hold, starts, row, durations, used, bound):
    """Apply one constraint to a row of starts, and count in how many of the lanes ``0:used`` it decided, or was missed.

    bound : int64[holds], counted up here
    """
    date, on_finish, stretches, earliest = holds.date[hold], holds.on_finish[hold], holds.stretches[hold], holds.earliest[hold]
    not_before, not_after, no_later = holds.not_before[hold], holds.not_after[hold], holds.no_later[hold]
    count = np.int64(0)
    for lane in range(starts.shape[1]):
        start, duration = starts[row, lane], durations[lane]
        at = np.int32(date - duration) if on_finish else date
        off = ((not_before or stretches) and start < at) or ((no_later or stretches) and start > at)
        count += np.int64(off and lane < used)
        if stretches:
            durations[lane] = date - start if date > start else np.int32(0)
        if not_before and at > start:
            start = at
        if not_after and at < start:
            start = at if at > earliest else earliest
        starts[row, lane] = start
    bound[hold] += count


@inner
def fill_latest(maps, inverse, first, lag, second, theirs, after_row, latest, cells):
    """The latest end of a predecessor that leaves its successor where it is.

    latest : int32[lanes], filled here; cells : int32[lanes], scratch
    """
    for lane in range(latest.shape[0]):
        latest[lane] = theirs[after_row, lane]
    if second >= 0:
        convert(inverse, second, latest, cells)
    for lane in range(latest.shape[0]):
        latest[lane] -= lag
    if first >= 0:
        convert(inverse, first, latest, cells)


@kernel
def delay_starts(network, maps, inverse, rows, starts, finishes, durations, bounds, latest, cells):
    """Move what is to be done as late as possible into its free float; the rows of all nodes must still be there.

    durations, bounds, latest, cells : int32[lanes], scratch
    """
    for k in range(network.late.shape[0]):
        node = network.late[k]
        row, end_row = rows.start[node], rows.finish[node]
        fill_lanes(latest, NEVER)
        for lane in range(durations.shape[0]):
            durations[lane] = finishes[end_row, lane] - starts[row, lane]
        for place in range(network.out[node], network.out[node + 1]):
            edge = network.edge_out[place]
            after = network.successor[edge]
            if network.span[after] != WORK:
                continue
            theirs = finishes if network.to_finish[edge] else starts
            after_row = rows.finish[after] if network.to_finish[edge] else rows.start[after]
            fill_latest(maps, inverse, network.first[edge], network.lag[edge], network.second[edge], theirs, after_row, bounds, cells)
            for lane in range(latest.shape[0]):
                start = bounds[lane] if network.from_start[edge] else np.int32(bounds[lane] - durations[lane])
                latest[lane] = start if latest[lane] == NEVER or start < latest[lane] else latest[lane]
        for lane in range(latest.shape[0]):
            starts[row, lane] = latest[lane] if latest[lane] > starts[row, lane] else starts[row, lane]
            finishes[end_row, lane] = starts[row, lane] + durations[lane]


@inner
def limit_floats(holds, node, starts, finishes, floats):
    """What stands beyond the date of a constraint has negative float."""
    for hold in range(holds.into[node], holds.into[node + 1]):
        if holds.no_later[hold]:
            ends = finishes if holds.on_finish[hold] else starts
            for lane in range(floats.shape[1]):
                left = np.int32(holds.date[hold] - ends[node, lane])
                floats[node, lane] = left if left < floats[node, lane] else floats[node, lane]
