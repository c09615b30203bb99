"""What risks cost in time and money: with them minus without them, on the same draws, so that the error is paired."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import around, mean, percentile, share
from pmosim.results.records import Delay, Estimate
from pmosim.results.shared import Concentration

TOP = (1, 3, 5)


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


def concentration(singles: Mapping[str, NDArray], per_unit: float, unit: str, confidence: float) -> Concentration | None:
    """How concentrated exposure is on few risks; None where fewer than two threats add anything.

    singles : what each risk adds when taken out alone, by iteration, ``per_unit`` to a unit. Opportunities are left out. Errors are
    those of ratios of means of the same iterations, to first order (the delta method; Efron & Tibshirani 1993, section 21.9).
    """
    means = {id: float(np.mean(values)) / per_unit for id, values in singles.items()}
    largest = sorted((id for id, value in means.items() if value > 0), key=lambda id: -means[id])
    if len(largest) < 2:
        return None
    n, whole = len(singles[largest[0]]), sum(means[id] for id in largest)
    portions = {id: means[id] / whole for id in largest}
    index = sum(portion**2 for portion in portions.values())
    total, weighted, top = np.zeros(n), np.zeros(n), dict[int, NDArray[np.float64]]()
    for place, id in enumerate(largest, 1):
        total += singles[id] / per_unit
        weighted += portions[id] * (singles[id] / per_unit)
        if place in TOP and place < len(largest):
            top[place] = total.copy()
    shares = {}
    for count, part in top.items():
        portion = sum(portions[id] for id in largest[:count])
        shares[count] = around(portion, _error(part - portion * total) / whole, confidence, 0.0, 1.0)
    equal = 1 / index
    spread = _error(2 * (weighted - index * total)) / whole * equal**2
    return Concentration(unit, mean(total, confidence), tuple(largest), shares, around(equal, spread, confidence, 1.0, float(len(largest))))


def _error(values: NDArray[np.float64]) -> float:
    return float(np.std(values)) / len(values) ** 0.5


def all_kept(met: list[NDArray[np.bool_]], confidence: float) -> tuple[Estimate, Estimate]:
    """The probability that all promises are kept in one iteration, and the product of each one's own, as if they were unrelated.

    met : bool[iterations] for each promise. The product's error is that of its linear part, from the same iterations.
    """
    n = len(met[0])
    own = [float(np.mean(one)) for one in met]
    product = float(np.prod(own))
    moves = np.zeros(n)
    for one, p in zip(met, own, strict=True):
        others = float(np.prod([q for other, q in zip(met, own, strict=True) if other is not one]))
        moves += others * (one - p)
    return share(int(np.logical_and.reduce(met).sum()), n, confidence), around(product, _error(moves), confidence, 0.0, 1.0)
