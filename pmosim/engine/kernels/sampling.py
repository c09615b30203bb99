"""Quantile functions of encoded laws, and what risks make of a task's duration."""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.compiling import inlined, inner, kernel
from pmosim.engine.kernels.draws import uniform
from pmosim.engine.kernels.intrinsics import fma

ALWAYS, FOREVER = -(2**31), 2**31 - 1

CONSTANT, POLYNOMIAL, UNIFORM, TRIANGLE, TABLE, STEPS = range(6)

TERMS = 20
"""Coefficients of a polynomial law: powers 0 to 19 of the scaled deviate."""

DEVIATE_END = 6.35
"""All deviates lie within +- this; a polynomial's variable is deviate / DEVIATE_END, a table's cells span the range."""

CELLS = 512
CELL_SCALE = CELLS / (2 * DEVIATE_END)

F4 = np.float32
TO_UNIT = F4(1 / DEVIATE_END)


class Laws(NamedTuple):
    """Encoded laws. ``row`` points into the storage of the kind."""

    kind: np.ndarray  # uint8[laws]
    row: np.ndarray  # int64[laws]
    bounds: np.ndarray  # float64[laws, 4]: low, high, and two parameters of the kind
    powers: np.ndarray  # float32[polynomials, TERMS], of the part above ``low``: far from zero a float32 has no digits to spare
    cells: np.ndarray  # float64[tables * CELLS, 4]: a cubic in each cell
    steps: np.ndarray  # float64[all steps, 2]: cumulative probability and value


class Events(NamedTuple):
    """Occurrences and impacts of risks; one event for all hits of a risk, or one for each hit of an independent one."""

    occurrence: np.ndarray  # uint64[events]: names of the draws
    impact: np.ndarray  # uint64[events]
    threshold: np.ndarray  # uint64[events]: it occurs where the word is below


class EventRows(NamedTuple):
    """The events of the block in work."""

    occurs: np.ndarray  # bool[events, lanes]
    bits: np.ndarray  # uint32[events, lanes]
    deviates: np.ndarray  # float32[events, lanes]


@inlined
def polynomial(z, a):
    """The value of a polynomial law at the deviate ``z``; a : float32[TERMS]."""
    t = z * TO_UNIT
    q = t * t
    even = fma(fma(fma(fma(a[18], q, a[16]), q, a[14]), q, a[12]), q, a[10])
    even = fma(fma(fma(fma(fma(even, q, a[8]), q, a[6]), q, a[4]), q, a[2]), q, a[0])
    odd = fma(fma(fma(fma(a[19], q, a[17]), q, a[15]), q, a[13]), q, a[11])
    odd = fma(fma(fma(fma(fma(odd, q, a[9]), q, a[7]), q, a[5]), q, a[3]), q, a[1])
    return fma(odd, t, even)


@inlined
def step(u, steps, first, count):
    """The first value whose cumulative probability is not below ``u``, found by bisection."""
    low, high = first, first + count - 1
    while low < high:
        middle = (low + high) // 2
        if steps[middle, 0] < u:
            low = middle + 1
        else:
            high = middle
    return steps[low, 1]


@kernel
def evaluate(laws, law, bits, deviates, values):
    """Quantiles of one law at each lane's draw.

    bits : uint32[lanes]; deviates : float32[lanes] of the same words; values : float64[lanes], filled here.
    """
    kind, row = laws.kind[law], laws.row[law]
    low, high = laws.bounds[law, 0], laws.bounds[law, 1]
    lanes = values.shape[0]
    if kind == CONSTANT:
        for lane in range(lanes):
            values[lane] = low
    elif kind == POLYNOMIAL:
        powers = laws.powers[row]
        for lane in range(lanes):
            value = low + np.float64(polynomial(deviates[lane], powers))
            value = low if value < low else value
            values[lane] = high if value > high else value
    elif kind == UNIFORM:
        for lane in range(lanes):
            values[lane] = low + uniform(bits[lane]) * (high - low)
    elif kind == TRIANGLE:
        mode, share = laws.bounds[law, 2], laws.bounds[law, 3]
        left, right = (high - low) * (mode - low), (high - low) * (high - mode)
        for lane in range(lanes):
            u = uniform(bits[lane])
            rising, falling = low + np.sqrt(u * left), high - np.sqrt((1.0 - u) * right)
            values[lane] = rising if u < share else falling
    elif kind == TABLE:
        for lane in range(lanes):
            at = (np.float64(deviates[lane]) + DEVIATE_END) * CELL_SCALE
            cell = np.int64(at)
            t = at - cell
            c = row + cell
            value = ((laws.cells[c, 3] * t + laws.cells[c, 2]) * t + laws.cells[c, 1]) * t + laws.cells[c, 0]
            value = low if value < low else value
            values[lane] = high if value > high else value
    else:
        count = np.int64(laws.bounds[law, 2])
        for lane in range(lanes):
            values[lane] = step(uniform(bits[lane]), laws.steps, row, count)


@inner
def whole_minutes(all_powers, row, low, high, deviates, durations):
    """A polynomial law straight to whole minutes; durations : int32[lanes], filled here."""
    powers = all_powers[row]
    whole, width, zero = np.int32(np.floor(low + 0.5)), F4(high - low), F4(0)
    rest = F4(low + 0.5 - whole)
    for lane in range(durations.shape[0]):
        value = polynomial(deviates[lane], powers)
        value = zero if value < zero else value
        value = width if value > width else value
        durations[lane] = whole + np.int32(value + rest)


@inner
def close_window(begins, ends, placed, nothing, start, finish, impacts):
    """Nothing where the task is not at work between ``begins`` and ``ends``; start, finish : int32[lanes]."""
    for lane in range(impacts.shape[0]):
        live = placed != 0 and start[lane] < ends and finish[lane] > begins
        impacts[lane] = impacts[lane] if live else nothing


@inner
def open_group(nothing, threat, opportunity):
    for lane in range(threat.shape[0]):
        threat[lane], opportunity[lane] = nothing, nothing


@inner
def widen_group(impacts, threat, opportunity):
    for lane in range(threat.shape[0]):
        threat[lane] = impacts[lane] if impacts[lane] > threat[lane] else threat[lane]
        opportunity[lane] = impacts[lane] if impacts[lane] < opportunity[lane] else opportunity[lane]


@inner
def close_group(factor, threat, opportunity, impacts):
    """What the group as a whole does, into ``impacts``."""
    for lane in range(threat.shape[0]):
        impacts[lane] = threat[lane] * opportunity[lane] if factor else threat[lane] + opportunity[lane]


@inner
def add_impacts(laws, hits, first_hit, last_hit, rows, lanes, placed):
    """Base estimates times the factors that occur, plus the time that is added. [working minutes]

    Hits in series: factors multiply, times add up. Of those in one parallel group, which stand side by side and are of one
    kind, the largest threat and the largest opportunity count. A risk with a window acts where the task, as it would stand
    without such risks, is at work within it. Changes ``lanes.values``.
    """
    impacts, added, values, threat, opportunity = lanes.impacts, lanes.added, lanes.values, lanes.threat, lanes.opportunity
    width = values.shape[0]
    for lane in range(width):
        added[lane] = 0.0
    for hit in range(first_hit, last_hit):
        event, factor, group = hits.event[hit], hits.factor[hit], hits.group[hit]
        occurs, nothing = rows.occurs[event], 1.0 if factor else 0.0
        evaluate(laws, hits.law[hit], rows.bits[event], rows.deviates[event], impacts)
        for lane in range(width):
            impacts[lane] = impacts[lane] if occurs[lane] else nothing
        if hits.begins[hit] != ALWAYS or hits.ends[hit] != FOREVER:
            close_window(hits.begins[hit], hits.ends[hit], placed, nothing, lanes.start, lanes.finish, impacts)
        if group >= 0:
            if hit == first_hit or hits.group[hit - 1] != group:
                open_group(nothing, threat, opportunity)
            widen_group(impacts, threat, opportunity)
            if hit + 1 < last_hit and hits.group[hit + 1] == group:
                continue
            close_group(factor, threat, opportunity, impacts)
        if factor:
            for lane in range(width):
                values[lane] *= impacts[lane]
        else:
            for lane in range(width):
                added[lane] += impacts[lane]
    for lane in range(width):
        values[lane] += added[lane]


@inner
def round_half_up(values, durations):
    """Whole minutes, never negative; durations : int32[lanes], filled here."""
    for lane in range(values.shape[0]):
        value = values[lane] if values[lane] > 0.0 else 0.0
        durations[lane] = np.int32(value + 0.5)


class Hits(NamedTuple):
    """What risks do to nodes, those of node i at ``into[i]:into[i + 1]``."""

    into: np.ndarray  # int64[nodes + 1]
    event: np.ndarray  # int32[hits]
    law: np.ndarray  # int32[hits]
    factor: np.ndarray  # bool[hits]: multiplies; else adds minutes
    begins: np.ndarray  # int32[hits]: the window in which it is live, on the node's calendar; ALWAYS
    ends: np.ndarray  # int32[hits]: FOREVER where it has no end
    windowed: np.ndarray  # uint8[nodes]: 1 where some hit has a window
    group: np.ndarray  # int32[hits]: parallel group, -1 for in series; the hits of one stand side by side


class Lanes(NamedTuple):
    """Scratch rows, one element per lane."""

    bits: np.ndarray  # uint32
    deviates: np.ndarray  # float32
    values: np.ndarray  # float64
    impacts: np.ndarray  # float64
    added: np.ndarray  # float64
    threat: np.ndarray  # float64
    opportunity: np.ndarray  # float64
    durations: np.ndarray  # int32
    bounds: np.ndarray  # int32
    allowed: np.ndarray  # int32
    cells: np.ndarray  # int32
    start: np.ndarray  # int32
    finish: np.ndarray  # int32
    exists: np.ndarray  # bool
