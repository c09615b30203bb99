"""Correlated draws: a Gaussian copula over the normal deviates of named quantities.

The deviate of a correlated quantity is a weighted sum of its own draw and of shared ones, with weights whose squares add up
to 1: so it is normal again, and every law keeps its marginal. Shared draws have names of their own, or are those of other quantities.
"""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.compiling import inner, kernel
from pmosim.engine.kernels.draws import fill_deviates
from pmosim.engine.kernels.intrinsics import fma
from pmosim.engine.kernels.sampling import CELL_SCALE, DEVIATE_END
from pmosim.engine.kernels.strata import draw_bits

F4 = np.float32
END = F4(DEVIATE_END * (1 - 1e-6))


class Copula(NamedTuple):
    """How correlated quantities come from shared draws. Quantities are numbered; -1 stands for one that is not correlated."""

    source: np.ndarray  # uint64[sources]: names of the shared draws
    into: np.ndarray  # int64[quantities + 1]
    place: np.ndarray  # int32[terms]: the terms of quantity i are at into[i]:into[i + 1]
    weight: np.ndarray  # float32[terms]
    own: np.ndarray  # float32[quantities]: weight of the quantity's own draw
    normal: np.ndarray  # float64[CELLS, 4]: the normal distribution function in cubics, in steps of 2**-32
    duration: np.ndarray  # int32[nodes]
    occurrence: np.ndarray  # int32[events]
    impact: np.ndarray  # int32[events]
    fixed: np.ndarray  # int32[tasks with cost]
    rate: np.ndarray  # int32[tasks with cost]
    risk: np.ndarray  # int32[risks with cost]


@kernel
def fill_shared(copula, key, first, bits, shared):
    """Deviates of all shared draws; bits : uint32[lanes], scratch; shared : float32[sources, lanes], filled here."""
    for source in range(copula.source.shape[0]):
        draw_bits(key, copula.source[source], first, bits)
        fill_deviates(bits, shared[source])


@inner
def words_of(normal, deviates, bits):
    """The words whose deviates these are: the normal distribution function; bits : uint32[lanes], filled here."""
    for lane in range(bits.shape[0]):
        at = (np.float64(deviates[lane]) + DEVIATE_END) * CELL_SCALE
        cell = np.int64(at)
        t = at - cell
        word = ((normal[cell, 3] * t + normal[cell, 2]) * t + normal[cell, 1]) * t + normal[cell, 0]
        word = 0.0 if word < 0.0 else word
        bits[lane] = np.uint32(4294967295.0 if word > 4294967295.0 else word)


@inner
def correlate(copula, quantity, shared, key, name, first, bits, deviates):
    """The deviates of a correlated quantity; bits : uint32[lanes], scratch; deviates : float32[lanes], filled here."""
    own = copula.own[quantity]
    draw_bits(key, name, first, bits)
    fill_deviates(bits, deviates)
    for lane in range(deviates.shape[0]):
        deviates[lane] *= own
    for term in range(copula.into[quantity], copula.into[quantity + 1]):
        row, weight = shared[copula.place[term]], copula.weight[term]
        for lane in range(deviates.shape[0]):
            deviates[lane] = fma(weight, row[lane], deviates[lane])
    for lane in range(deviates.shape[0]):
        z = deviates[lane] if deviates[lane] > -END else -END
        deviates[lane] = z if z < END else END


@inner
def fill_correlated(copula, quantity, shared, key, name, first, bits, deviates):
    """The draw of a correlated quantity: bits : uint32[lanes], deviates : float32[lanes], both filled here."""
    correlate(copula, quantity, shared, key, name, first, bits, deviates)
    words_of(copula.normal, deviates, bits)


@kernel
def fill_draw(copula, quantity, shared, key, name, first, bits, deviates):
    """The draw of any quantity, correlated or not."""
    if quantity >= 0:
        fill_correlated(copula, quantity, shared, key, name, first, bits, deviates)
    else:
        draw_bits(key, name, first, bits)
        fill_deviates(bits, deviates)
