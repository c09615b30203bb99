"""Laws in the form the kernels evaluate: constants, polynomials in the normal deviate, closed forms, tables, steps.

Q(Phi(z)) of a PERT law is smooth in the deviate z: one polynomial of degree 19 is within 1e-5 of the range for
every mode. Its coefficients are themselves smooth in the place of the mode, so all PERT laws of one shape parameter
share a two-dimensional Chebyshev fit. Every fit's error is measured when it is made; a law that no polynomial
serves gets a table of 512 cubics (error h**4, far below).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from pmosim.engine.kernels.sampling import CELLS, CONSTANT, DEVIATE_END, POLYNOMIAL, STEPS, TABLE, TERMS, TRIANGLE, UNIFORM, Laws
from pmosim.model.laws import Beta, Discrete, Empirical, Law, Pert, Triangular, Trigen, Uniform

Floats = NDArray[np.float64]

LARGEST_ERROR = 9e-6
"""Of a polynomial, as a share of the range; beyond it a table is used."""

PLACES = 24
"""Chebyshev nodes for the place of a PERT law's mode."""


def unit_nodes(count: int) -> Floats:
    return np.cos(np.pi * (np.arange(count) + 0.5) / count)


def tail_accurate_normal(z: NDArray[np.floating]) -> Floats:
    from scipy.special import ndtr

    return ndtr(z)


@lru_cache(maxsize=64)
def pert_family(shape: float) -> tuple[Floats, float]:
    """Powers of the deviate as Chebyshev series in 2 r - 1, r the mode's place in 0..1, and the largest error of the fit.

    Returns float64[TERMS, PLACES] and the error as a share of the range, measured between the nodes.
    """
    from scipy.special import betaincinv

    t, r = unit_nodes(3 * TERMS), (1 + unit_nodes(PLACES)) / 2
    u = tail_accurate_normal(DEVIATE_END * t)
    values = betaincinv(1 + shape * r[None, :], 1 + shape * (1 - r[None, :]), u[:, None])
    powers = np.array([chebyshev.cheb2poly(column) for column in chebyshev.chebfit(t, values, TERMS - 1).T])
    family = chebyshev.chebfit(2 * r - 1, powers, PLACES - 1).T
    return family, _family_error(family, shape)


def _family_error(family: Floats, shape: float) -> float:
    from scipy.special import betaincinv

    t, r = unit_nodes(15 * TERMS), np.array([0.0, 0.017, 0.11, 0.5, 0.73, 0.964, 1.0])
    exact = betaincinv(1 + shape * r[None, :], 1 + shape * (1 - r[None, :]), tail_accurate_normal(DEVIATE_END * t)[:, None])
    powers = chebyshev.chebval(2 * r - 1, family.T)
    return float(np.abs(horner(powers.astype(np.float32), t) - exact).max())


def horner(powers: NDArray[np.float32], t: Floats) -> Floats:
    """Values at ``t`` in the kernels' precision; powers : float32[TERMS, laws]; returns float64[len(t), laws]."""
    t4 = t.astype(np.float32)[:, None]
    value = np.zeros((len(t), powers.shape[1]), np.float32)
    for power in powers[::-1]:
        value = value * t4 + power[None, :]
    return value.astype(np.float64)


def fit_one(law: Law) -> NDArray[np.float32] | None:
    """Powers of one bounded law, or None where a polynomial is not good enough."""
    low, high = law.support
    t = unit_nodes(3 * TERMS)
    values = (law.quantile(tail_accurate_normal(DEVIATE_END * t)) - low) / (high - low)
    powers = chebyshev.cheb2poly(chebyshev.chebfit(t, values, TERMS - 1)).astype(np.float32)
    check = unit_nodes(15 * TERMS)  # dense at the ends, where the error of a fit at Chebyshev nodes oscillates fastest
    exact = (law.quantile(tail_accurate_normal(DEVIATE_END * check)) - low) / (high - low)
    error = np.abs(horner(powers[:, None], check)[:, 0] - exact).max()
    return powers if error <= LARGEST_ERROR else None


def table_of(law: Law) -> Floats:
    """Cubics of a smooth law on CELLS equal cells of the deviate; float64[CELLS, 4], powers of the place in the cell.

    Each is the cubic through the two knots of its cell and the next one on either side (Lagrange); its error is below
    3/128 h^4 times the largest fourth derivative, h = 0.025.
    """
    width = 2 * DEVIATE_END / CELLS
    knots = law.quantile(tail_accurate_normal(-DEVIATE_END + width * np.arange(-1, CELLS + 2)))
    before, low, high, after = knots[:-3], knots[1:-2], knots[2:-1], knots[3:]
    linear = high - low / 2 - before / 3 - after / 6
    square = (before + high) / 2 - low
    cube = (after - before) / 6 + (low - high) / 2
    return np.column_stack([low, linear, square, cube])


class LawBook:
    """Collects laws, each once, and hands out their numbers; `encode` turns all into arrays."""

    def __init__(self) -> None:
        self._numbers: dict[Law, int] = {}

    def number(self, law: Law) -> int:
        return self._numbers.setdefault(law, len(self._numbers))

    def encode(self) -> Laws:
        return encode(tuple(self._numbers))


T = TypeVar("T")


def encode(laws: tuple[Law, ...]) -> Laws:
    """Laws as the kernels' arrays, in the given order."""
    count = len(laws)
    kind, row = np.zeros(count, np.uint8), np.zeros(count, np.int64)
    bounds = np.zeros((count, 4))
    powers: list[NDArray[np.float32]] = []
    cells: list[Floats] = []
    steps: list[Floats] = []
    families = _families(laws)
    for k, law in enumerate(laws):
        bounds[k, :2] = law.support
        if law.is_constant:
            kind[k] = CONSTANT
        elif isinstance(law, Uniform):
            kind[k] = UNIFORM
        elif isinstance(law, Triangular | Trigen):
            kind[k], bounds[k] = TRIANGLE, _triangle(law)
        elif isinstance(law, Discrete | Empirical):
            pairs = _steps(law)
            kind[k], row[k], bounds[k, 2] = STEPS, sum(map(len, steps)), len(pairs)
            steps.append(pairs)
        else:
            fitted = families.get(k)
            if fitted is None and isinstance(law, Pert | Beta):
                fitted = fit_one(law)
            if fitted is not None:
                low, high = law.support
                kind[k], row[k] = POLYNOMIAL, len(powers)
                powers.append((fitted.astype(np.float64) * (high - low)).astype(np.float32))
            else:
                kind[k], row[k] = TABLE, CELLS * len(cells)
                cells.append(table_of(law))
    return Laws(
        kind,
        row,
        bounds,
        np.array(powers, np.float32).reshape(-1, TERMS),
        np.concatenate(cells) if cells else np.zeros((0, 4)),
        np.concatenate(steps) if steps else np.zeros((0, 2)),
    )


def _families(laws: tuple[Law, ...]) -> dict[int, NDArray[np.float32]]:
    """Powers, on a range of 0 to 1, of those PERT laws that can be made from a family's fit."""
    by_shape: dict[float, list[int]] = {}
    for k, law in enumerate(laws):
        if isinstance(law, Pert) and not law.is_constant:
            by_shape.setdefault(law.shape, []).append(k)
    fitted: dict[int, NDArray[np.float32]] = {}
    for shape, members in by_shape.items():
        family, error = pert_family(shape)  # even for a single law: what else is drawn must not change its draws by a bit
        if error > LARGEST_ERROR:
            continue
        places = np.array([(law.mode - law.low) / (law.high - law.low) for law in (laws[k] for k in members)])  # type: ignore[attr-defined]
        powers = chebyshev.chebval(2 * places - 1, family.T).T.astype(np.float32)
        fitted.update(zip(members, powers, strict=True))
    return fitted


def _triangle(law: Triangular | Trigen) -> tuple[float, float, float, float]:
    """Low, high, mode and the share below the mode."""
    triangle = law if isinstance(law, Triangular) else law.triangle
    return triangle.low, triangle.high, triangle.mode, (triangle.mode - triangle.low) / (triangle.high - triangle.low)


def _steps(law: Discrete | Empirical) -> Floats:
    """Cumulative probability and value of each step; float64[steps, 2]."""
    if isinstance(law, Empirical):
        count = len(law.sample)
        return np.column_stack([np.arange(1, count + 1) / count, law.sample])
    return np.column_stack([law.cumulative, law.values])
