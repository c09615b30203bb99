"""The draws of correlated quantities themselves, whatever the laws make of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.copulas import name_of
from pmosim.engine.kernels.dependence import fill_draw, fill_shared
from pmosim.engine.simulation import ANALYSIS_BYTES, ANALYSIS_LANES, Run
from pmosim.model.correlation import Item, knots_of


def redraw_words(compiled: Compiled, run: Run, items: Sequence[Item]) -> NDArray[np.uint32]:
    """The words from which each item is made in every iteration, drawn again; uint32[items, iterations].

    The items are among those of the portfolio's correlations.
    """
    copula, key = compiled.model.copula, run.key
    number = {item: k for k, item in enumerate(item for knot in knots_of(compiled.portfolio.correlations) for item in knot.items)}
    lanes = run.lanes(8 * (len(copula.source) + 2), ANALYSIS_BYTES, ANALYSIS_LANES)
    bits, deviates, shared = np.empty(lanes, np.uint32), np.empty(lanes, np.float32), np.empty((len(copula.source), lanes), np.float32)
    words = np.empty((len(items), run.iterations), np.uint32)
    for first in range(0, run.iterations if items else 0, lanes):
        used = min(lanes, run.iterations - first)
        fill_shared(copula, key, first, bits, shared)
        for row, item in enumerate(items):
            fill_draw(copula, number[item], shared, key, np.uint64(name_of(item)), first, bits, deviates)
            words[row, first : first + used] = bits[:used]
    return words
