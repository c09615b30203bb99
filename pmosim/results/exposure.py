"""What risks cost in time and money: with them minus without them, on the same draws, so that the error is paired."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import mean, percentile
from pmosim.results.records import Delay, Estimate


def delay(difference: NDArray[np.float64], occurs: NDArray[np.bool_], confidence: float) -> Delay:
    """Delay of one target. difference : float64[iterations], working days, with the risk minus without it."""
    where = difference[occurs]
    return Delay(
        mean(difference, confidence),
        percentile(np.sort(difference), 80, confidence),
        mean(where, confidence) if len(where) else None,
        percentile(np.sort(where), 80, confidence) if len(where) else None,
    )


def extra_cost(difference: NDArray[np.float64], occurs: NDArray[np.bool_], confidence: float) -> tuple[Estimate, Estimate, Estimate | None]:
    """Expected and P80 of what a risk adds to the cost, and the expected where it occurs. [currency]"""
    where = difference[occurs]
    return (
        mean(difference, confidence),
        percentile(np.sort(difference), 80, confidence),
        mean(where, confidence) if len(where) else None,
    )
