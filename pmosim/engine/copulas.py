"""Correlations as the kernels' weights: which shared draws each correlated quantity is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pmosim.engine import streams
from pmosim.engine.kernels.dependence import Copula
from pmosim.engine.kernels.sampling import CELLS, DEVIATE_END
from pmosim.model.correlation import Correlation, Item, Knot, Quantity, knots_of, nearest_possible

PURPOSE = {
    Quantity.DURATION: streams.DURATION,
    Quantity.OCCURRENCE: streams.OCCURRENCE,
    Quantity.IMPACT: streams.IMPACT,
    Quantity.RISK_COST: streams.RISK_COST,
    Quantity.FIXED_COST: streams.COST_FIXED,
    Quantity.RATE: streams.COST_RATE,
}
OF_A_RISK = {Quantity.OCCURRENCE, Quantity.IMPACT, Quantity.RISK_COST}

Places = Mapping[Quantity, Sequence[str]]
"""For each kind of quantity the ids of its items, in the kernels' order."""


def name_of(item: Item) -> int:
    """The name of the item's own draw."""
    return streams.name_of(f"risk {item.id}" if item.quantity in OF_A_RISK else item.id, PURPOSE[item.quantity])


def copula_of(correlations: Sequence[Correlation], places: Places) -> Copula:
    """Weights of every correlated quantity.

    One group with a coefficient of 0 or more has one shared draw, so that tasks may join it without changing the draws of the
    others. Other knots are factorised (Cholesky), their items in the order of their ids: one that is added changes
    those after it.
    """
    sources: list[int] = []
    weights: dict[Item, tuple[float, list[tuple[int, float]]]] = {}
    for knot in knots_of(correlations):
        if knot.group is not None:
            _share_one(knot, sources, weights)
        else:
            _factorise(knot, sources, weights)
    number = {item: k for k, item in enumerate(weights)}
    terms = [term for _, own in weights.values() for term in own]
    return Copula(
        source=np.array(sources, np.uint64),
        into=np.cumsum([0, *(len(own) for _, own in weights.values())]).astype(np.int64),
        place=np.array([place for place, _ in terms], np.int32),
        weight=np.array([weight for _, weight in terms], np.float32),
        own=np.array([own for own, _ in weights.values()], np.float32),
        normal=_normal_cells(),
        duration=_numbers(places, Quantity.DURATION, number),
        occurrence=_numbers(places, Quantity.OCCURRENCE, number),
        impact=_numbers(places, Quantity.IMPACT, number),
        fixed=_numbers(places, Quantity.FIXED_COST, number),
        rate=_numbers(places, Quantity.RATE, number),
        risk=_numbers(places, Quantity.RISK_COST, number),
    )


def _share_one(knot: Knot, sources: list[int], weights: dict[Item, tuple[float, list[tuple[int, float]]]]) -> None:
    group = knot.group
    assert group is not None
    r = float(knot.matrix[0, 1])
    place = len(sources)
    sources.append(streams.name_of(f"group {group.name or knot.items[0]}", "correlation"))
    for item in knot.items:
        weights[item] = (float(np.sqrt(1 - r)), [(place, float(np.sqrt(r)))])


def _factorise(knot: Knot, sources: list[int], weights: dict[Item, tuple[float, list[tuple[int, float]]]]) -> None:
    matrix = knot.matrix if knot.is_possible else nearest_possible(knot.matrix)
    lower = _cholesky(matrix)
    first = len(sources)
    sources.extend(name_of(item) for item in knot.items)
    for row, item in enumerate(knot.items):
        weights[item] = (float(lower[row, row]), [(first + k, float(lower[row, k])) for k in range(row) if lower[row, k] != 0])


def _cholesky(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower triangular factor, of a matrix that may lack full rank."""
    lower = np.zeros_like(matrix)
    for k in range(len(matrix)):
        left = matrix[k:, k] - lower[k:, :k] @ lower[k, :k]
        pivot = np.sqrt(max(float(left[0]), 0.0))
        lower[k, k] = pivot
        if pivot > 1e-7:
            lower[k + 1 :, k] = left[1:] / pivot
    return lower / np.sqrt((lower**2).sum(axis=1))[:, None]


def _numbers(places: Places, quantity: Quantity, number: Mapping[Item, int]) -> NDArray[np.int32]:
    return np.array([number.get(Item(id, quantity), -1) for id in places[quantity]], np.int32)


@cache
def _normal_cells() -> NDArray[np.float64]:
    """The normal distribution function, in steps of 2**-32, as cubics like those of tables; float64[CELLS, 4]."""
    from scipy.special import ndtr

    width = 2 * DEVIATE_END / CELLS
    knots = 2.0**32 * ndtr(-DEVIATE_END + width * np.arange(-1, CELLS + 2))
    before, low, high, after = knots[:-3], knots[1:-2], knots[2:-1], knots[3:]
    return np.column_stack(
        [low, high - low / 2 - before / 3 - after / 6, (before + high) / 2 - low, (after - before) / 6 + (low - high) / 2]
    )
