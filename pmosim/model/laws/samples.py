"""Laws of single values: a table of values with weights, and a sample drawn from as it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from pmosim.model.laws.law import Floats, Law, floats_of, refuse


@dataclass(frozen=True, slots=True)
class Discrete(Law):
    """One of ``values`` (kept in rising order), with probability in proportion to its weight."""

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        values, weights = tuple(map(float, self.values)), tuple(map(float, self.weights)) or (1.0,) * len(self.values)
        if not values or len(values) != len(weights):
            refuse(
                f"a discrete law needs as many weights as values, but has {len(weights)} and {len(values)}",
                "give one weight for each value",
            )
        if not all(map(isfinite, values)) or not all(isfinite(w) and w >= 0 for w in weights) or not sum(weights) > 0:
            refuse(
                "a discrete law needs finite values, and weights that are not negative and not all zero",
                "correct the weights",
                "impossible-weights",
            )
        order = sorted(range(len(values)), key=lambda k: values[k])
        object.__setattr__(self, "values", tuple(values[k] for k in order))
        object.__setattr__(self, "weights", tuple(weights[k] for k in order))

    @property
    def cumulative(self) -> Floats:
        """P(X <= values[k]); the last is exactly 1."""
        shares = np.cumsum(self.weights) / sum(self.weights)
        shares[-1] = 1.0
        return shares

    @property
    def mean(self) -> float:
        return float(np.average(self.values, weights=self.weights))

    @property
    def variance(self) -> float:
        return float(np.average((np.array(self.values) - self.mean) ** 2, weights=self.weights))

    @property
    def support(self) -> tuple[float, float]:
        possible = [v for v, w in zip(self.values, self.weights, strict=True) if w > 0]
        return possible[0], possible[-1]

    @property
    def typical(self) -> float:
        return self.values[int(np.argmax(self.weights))]

    def quantile(self, u: ArrayLike) -> Floats:
        return np.array(self.values)[np.searchsorted(self.cumulative, floats_of(u), side="left")]

    def cdf(self, x: float) -> float:
        count = int(np.searchsorted(self.values, x, side="right"))
        return float(self.cumulative[count - 1]) if count else 0.0

    def scaled(self, factor: float) -> Discrete:
        return Discrete(tuple(factor * v for v in self.values), self.weights)


@dataclass(frozen=True, slots=True)
class Empirical(Law):
    """A sample, drawn from as it is: each value equally likely, nothing in between (no smoothing, no interpolation)."""

    sample: tuple[float, ...]

    def __post_init__(self) -> None:
        sample = tuple(sorted(map(float, self.sample)))
        if not sample:
            refuse("an empirical law needs at least one value", "give the sample")
        if not all(map(isfinite, sample)):
            refuse("an empirical law needs finite values", "remove what is not a number", "not-finite")
        object.__setattr__(self, "sample", sample)

    @property
    def mean(self) -> float:
        return float(np.mean(self.sample))

    @property
    def variance(self) -> float:
        return float(np.var(self.sample))

    @property
    def support(self) -> tuple[float, float]:
        return self.sample[0], self.sample[-1]

    @property
    def typical(self) -> float:
        return float(self.quantile(0.5))

    def quantile(self, u: ArrayLike) -> Floats:
        ranks = np.ceil(floats_of(u) * len(self.sample)).astype(np.int64) - 1
        return np.array(self.sample)[np.clip(ranks, 0, len(self.sample) - 1)]

    def cdf(self, x: float) -> float:
        return int(np.searchsorted(self.sample, x, side="right")) / len(self.sample)

    def scaled(self, factor: float) -> Empirical:
        return Empirical(tuple(factor * v for v in self.sample))
