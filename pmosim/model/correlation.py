"""Correlation of uncertain quantities, stated as Spearman's rho and realised by a Gaussian copula.

For normal deviates correlated by r, Spearman's rho is (6/pi) asin(r/2); so r = 2 sin(pi rho/6) (Pearson, 1907). A copula leaves
every marginal as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import pi, sin
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]

TOLERANCE = 1e-9
"""An eigenvalue down to minus this is rounding."""


class Quantity(StrEnum):
    """What of an item is correlated."""

    DURATION = "duration"  # of a task
    OCCURRENCE = "occurrence"  # of a risk
    IMPACT = "impact"  # of a risk, all its hits alike
    RISK_COST = "cost"  # of a risk
    FIXED_COST = "fixed-cost"  # of a task
    RATE = "rate"  # of a task's cost


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One uncertain quantity: a task by its qualified id, or a risk by its id."""

    id: str
    quantity: Quantity = Quantity.DURATION

    def __str__(self) -> str:
        return self.id if self.quantity is Quantity.DURATION else f"{self.id} ({self.quantity})"


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rho between every two of the items: a pair, or a group that rises and falls together."""

    items: tuple[Item, ...]
    rho: float
    name: str = ""  # of a group; its shared draw has this name, so that items can join it without changing the others'

    @property
    def label(self) -> str:
        return self.name or " and ".join(map(str, self.items[:3])) + (" ..." if len(self.items) > 3 else "")


@dataclass(frozen=True)
class Knot:
    """Items tied together by correlations, and the correlations of their normal deviates."""

    items: tuple[Item, ...]  # sorted
    matrix: Floats  # float64[items, items]
    group: Correlation | None = None  # where they are just this one group

    @property
    def is_possible(self) -> bool:
        return bool(np.linalg.eigvalsh(self.matrix)[0] >= -TOLERANCE)


def deviate_correlation(rho: float) -> float:
    """Correlation of the normal deviates that gives Spearman's ``rho``."""
    return 2 * sin(pi * rho / 6)


def knots_of(correlations: Sequence[Correlation]) -> list[Knot]:
    """Connected items with the matrix of their deviates; what is not stated is uncorrelated within a knot.

    Of two statements about one pair the later one is taken; `contradictions` finds them.
    """
    above: dict[Item, Item] = {}

    def top(item: Item) -> Item:
        while above.setdefault(item, item) != item:
            item = above[item]
        return item

    for one in correlations:
        for item in one.items[1:]:
            above[top(item)] = top(one.items[0])
    members: dict[Item, list[Item]] = {}
    for item in sorted(above):
        members.setdefault(top(item), []).append(item)
    return [_knot(tuple(items), [one for one in correlations if one.items[0] in items]) for items in members.values()]


def _knot(items: tuple[Item, ...], correlations: list[Correlation]) -> Knot:
    place = {item: k for k, item in enumerate(items)}
    matrix = np.eye(len(items))
    for one in correlations:
        rows = [place[item] for item in one.items]
        block = np.full((len(rows), len(rows)), deviate_correlation(one.rho))
        np.fill_diagonal(block, 1.0)
        matrix[np.ix_(rows, rows)] = block
    alone = len(correlations) == 1 and correlations[0].rho >= 0
    return Knot(items, matrix, correlations[0] if alone else None)


def contradictions(correlations: Sequence[Correlation]) -> Iterator[tuple[int, Item, Item, float, float]]:
    """Pairs for which two different coefficients are stated, after the position of the correlation that says so second."""
    stated: dict[tuple[Item, Item], float] = {}
    for number, one in enumerate(correlations):
        for pair in combinations(sorted(set(one.items)), 2):
            if stated.setdefault(pair, one.rho) != one.rho:
                yield (number, *pair, stated[pair], one.rho)


def smallest_impossible(knot: Knot) -> tuple[Item, ...]:
    """Items of which none can be left out: without any of them, the others' correlations would be possible."""
    rows = list(range(len(knot.items)))
    for row in list(rows):
        fewer = [other for other in rows if other != row]
        if len(fewer) > 1 and np.linalg.eigvalsh(knot.matrix[np.ix_(fewer, fewer)])[0] < -TOLERANCE:
            rows = fewer
    return tuple(knot.items[row] for row in rows)


def nearest_possible(matrix: Floats, steps: int = 500) -> Floats:
    """The nearest correlation matrix in the Frobenius norm: alternating projections with Dykstra's correction.

    N. J. Higham, "Computing the nearest correlation matrix - a problem from finance", IMA J. Numer. Anal. 22 (2002).
    """
    near, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(steps):
        before = near
        shifted = near - correction
        values, vectors = np.linalg.eigh(shifted)
        positive = (vectors * np.maximum(values, 1e-12)) @ vectors.T
        correction = positive - shifted
        near = positive.copy()
        np.fill_diagonal(near, 1.0)
        if np.abs(near - before).max() < 1e-12:
            break
    values, vectors = np.linalg.eigh(near)
    near = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(np.diag(near))
    return near / np.outer(scale, scale)
