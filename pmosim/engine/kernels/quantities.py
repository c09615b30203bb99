"""Draws of named quantities, correlated or not: values of laws, risk events, durations."""

import numpy as np

from pmosim.engine.kernels.compiling import inner, kernel
from pmosim.engine.kernels.dependence import correlate, fill_correlated, fill_draw
from pmosim.engine.kernels.draws import fill_deviates
from pmosim.engine.kernels.sampling import CONSTANT, POLYNOMIAL, TABLE, add_impacts, evaluate, round_half_up
from pmosim.engine.kernels.strata import draw_bits

ALONE = np.int32(-1)
"""In place of the number of a quantity: it is not correlated. Of the same type as those numbers, else `draw` is compiled twice."""


@inner
def draw(laws, law, copula, quantity, shared, key, name, first, bits, deviates, values):
    """Draw a named quantity in every lane; bits, deviates : scratch; values : float64[lanes], filled here."""
    kind = laws.kind[law]
    if quantity >= 0 and kind in (CONSTANT, POLYNOMIAL, TABLE):  # these look at the deviates alone
        correlate(copula, quantity, shared, key, name, first, bits, deviates)
    elif quantity >= 0:
        fill_correlated(copula, quantity, shared, key, name, first, bits, deviates)
    elif kind != CONSTANT:
        draw_bits(key, name, first, bits)
        if kind in (POLYNOMIAL, TABLE):
            fill_deviates(bits, deviates)
    evaluate(laws, law, bits, deviates, values)


@kernel
def fill_events(events, copula, shared, active, key, first, rows, deviates):
    """Occurrence and impact draws of every event; an event that is not active occurs nowhere. deviates : float32[lanes], scratch."""
    for event in range(events.occurrence.shape[0]):
        bits, occurs = rows.bits[event], rows.occurs[event]
        if not active[event]:
            for lane in range(occurs.shape[0]):
                occurs[lane] = False
            continue
        if copula.occurrence[event] >= 0:
            fill_correlated(copula, copula.occurrence[event], shared, key, events.occurrence[event], first, bits, deviates)
        else:
            draw_bits(key, events.occurrence[event], first, bits)
        threshold = events.threshold[event]
        for lane in range(bits.shape[0]):
            occurs[lane] = np.uint64(bits[lane]) < threshold
        fill_draw(copula, copula.impact[event], shared, key, events.impact[event], first, bits, rows.deviates[event])


@inner
def draw_durations(laws, law, copula, quantity, shared, key, name, first, hits, node, rows, lanes, placed):
    """Working minutes of one node in every lane, into ``lanes.durations``: estimate, risks, rounding.

    placed : 1 where ``lanes.start`` and ``lanes.finish`` say where the node stands without risks that have a window; else these
        do not act
    """
    draw(laws, law, copula, quantity, shared, key, name, first, lanes.bits, lanes.deviates, lanes.values)
    add_impacts(laws, hits, hits.into[node], hits.into[node + 1], rows, lanes, placed)
    round_half_up(lanes.values, lanes.durations)
