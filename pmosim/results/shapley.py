"""Dividing a total among its sources whatever their order (Shapley, A value for n-person games, 1953), in whole units.

A game is what is gained by taking a set of sources out. Portions are rounded to whole units by largest remainders (Hamilton's method),
so that they add up to the total exactly and each is less than one unit off.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def coefficients(sources: int) -> list[Fraction]:
    """Weight of the gain by adding a source to a set of k others, for each k: k! (m - k - 1)!/m!."""
    return [Fraction(factorial(k) * factorial(sources - k - 1), factorial(sources)) for k in range(sources)]


def exact_values(gains: Sequence[int], sources: int) -> list[Fraction]:
    """Shapley values from the gains of all sets; ``gains[s]`` is that of the set whose bits are those of s."""
    weight = coefficients(sources)
    # by size of the set first: a few exact fractions instead of thousands
    sums = [[0] * sources for _ in range(sources)]
    for s, gain in enumerate(gains):
        size = s.bit_count()
        for k in range(sources):
            if not s >> k & 1:
                sums[k][size] += gains[s | 1 << k] - gain
    return [sum((w * total for w, total in zip(weight, own, strict=True)), Fraction(0)) for own in sums]


def value_weights(sources: int) -> Floats:
    """The same as a matrix; float64[sources, 2**sources]: values are weights @ gains."""
    weight = [float(w) for w in coefficients(sources)]
    sets = np.arange(1 << sources)
    size = np.array([int(s).bit_count() for s in sets])
    found = np.empty((sources, len(sets)))
    padded = np.array([*weight, 0.0])
    for k in range(sources):
        inside = (sets >> k & 1).astype(np.bool_)
        found[k] = np.where(inside, padded[size - 1], -padded[size])
    return found


def in_whole_units(values: Sequence[Fraction]) -> list[int]:
    """Whole numbers that add up to what the values add up to, which must be whole."""
    total = sum(values, Fraction(0))
    if total.denominator != 1:
        raise ValueError(f"the values add up to {total}, which is no whole number")
    floors = [value.numerator // value.denominator for value in values]
    left = int(total) - sum(floors)
    largest = sorted(range(len(values)), key=lambda k: (floors[k] - values[k], k))
    for k in largest[:left]:
        floors[k] += 1
    return floors
