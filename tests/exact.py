"""Laws known exactly, made without pmosim: whole minutes by their probabilities, and phase-type laws by their matrix.

The program rounds every duration to a whole minute, half a minute up. `Lattice` is the law of such a quantity, so
that sums (convolution) and latest finishes (products of CDFs) of independent durations are exact but for the rounding
of float64, about 1e-12, and no allowance for whole minutes is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.linalg import expm
from scipy.optimize import brentq
from scipy.signal import fftconvolve

Floats = NDArray[np.float64]
TAIL = 1e-13
"""Probability beyond which an unbounded law is cut off on each side: nothing that a million draws could see."""


@dataclass(frozen=True)
class Lattice:
    """P(X = first + k) = mass[k]. [minutes]"""

    first: int
    mass: Floats

    @classmethod
    def of(cls, probabilities: Mapping[int, float]) -> Lattice:
        """From each possible value and its probability."""
        values = [int(value) for value in probabilities]
        mass = np.zeros(max(values) - min(values) + 1)
        np.add.at(mass, np.array(values) - min(values), [*probabilities.values()])
        return cls(min(values), mass)

    @classmethod
    def constant(cls, value: int) -> Lattice:
        return cls(int(value), np.ones(1))

    @classmethod
    def rounded(cls, law: stats.rv_continuous) -> Lattice:
        """A frozen SciPy law rounded to whole minutes, half a minute up: P(m - 1/2 <= X < m + 1/2)."""
        low, high = (end if np.isfinite(end) else law.ppf(p) for end, p in zip(law.support(), (TAIL, 1 - TAIL), strict=True))
        values = np.arange(floor(low + 0.5), ceil(high + 0.5) + 1)
        return cls(int(values[0]), np.diff(law.cdf(np.append(values - 0.5, values[-1] + 0.5)))).whole()

    def whole(self) -> Lattice:
        """Without the negative specks that an FFT leaves, and summing to one."""
        mass = np.maximum(self.mass, 0.0)
        return Lattice(self.first, mass / mass.sum())

    def __add__(self, other: Lattice | int) -> Lattice:
        """The sum of two independent quantities."""
        if isinstance(other, int):
            return Lattice(self.first + other, self.mass)
        return Lattice(self.first + other.first, fftconvolve(self.mass, other.mass)).whole()

    def times(self, factor: int) -> Lattice:
        mass = np.zeros((len(self.mass) - 1) * factor + 1)
        mass[::factor] = self.mass
        return Lattice(self.first * factor, mass)

    @property
    def values(self) -> NDArray[np.int64]:
        return np.arange(self.first, self.first + len(self.mass))

    @cached_property
    def cumulative(self) -> Floats:
        return np.minimum(np.cumsum(self.mass), 1.0)

    def cdf(self, x: Floats | float) -> Floats:
        """P(X <= x)."""
        index = np.floor(np.asarray(x, dtype=np.float64)).astype(np.int64) - self.first
        return np.where(index < 0, 0.0, self.cumulative[np.clip(index, 0, len(self.mass) - 1)])

    def percentile(self, p: float) -> float:
        """The smallest value that is not exceeded with probability ``p`` or more."""
        return float(self.first + int(np.searchsorted(self.cumulative, p - 1e-12)))

    @cached_property
    def mean(self) -> float:
        return float(self.first + np.arange(len(self.mass)) @ self.mass)

    def moment(self, k: int) -> float:
        """The k-th central moment."""
        return float((self.values - self.mean) ** k @ self.mass)

    @property
    def variance(self) -> float:
        return self.moment(2)

    @property
    def fourth(self) -> float:
        return self.moment(4)

    def no_earlier_than(self, other: Lattice) -> float:
        """P(X >= Y) for an independent Y, ties included."""
        return float(self.mass @ other.cdf(self.values))


def total(laws: Iterable[Lattice]) -> Lattice:
    """The sum of independent quantities."""
    return reduce(lambda one, other: one + other, laws)


def latest(laws: Iterable[Lattice]) -> Lattice:
    """The largest of independent quantities: its CDF is the product of theirs."""
    laws = [*laws]
    low, high = min(law.first for law in laws), max(int(law.values[-1]) for law in laws)
    values = np.arange(low, high + 1)
    cumulative = np.prod([law.cdf(values) for law in laws], axis=0)
    return Lattice(low, np.diff(cumulative, prepend=0.0)).whole()


def mixture(parts: Iterable[tuple[float, Lattice]]) -> Lattice:
    """One of several laws, each with its probability."""
    parts = [*parts]
    low, high = min(law.first for _, law in parts), max(int(law.values[-1]) for _, law in parts)
    mass = np.zeros(high - low + 1)
    for p, law in parts:
        mass[law.first - low : law.first - low + len(law.mass)] += p * law.mass
    return Lattice(low, mass)


@dataclass(frozen=True)
class PhaseType:
    """Time to absorption of a Markov chain that starts in its first state; ``rates`` is its sub-generator. [1/minute]

    M. F. Neuts, Matrix-Geometric Solutions in Stochastic Models, 1981, chapter 2: E[X^k] = k! alpha (-T)^-k 1,
    P(X <= x) = 1 - alpha exp(T x) 1.
    """

    rates: Floats

    def raw_moment(self, k: int) -> float:
        ones, factorial = np.ones(len(self.rates)), 1.0
        for power in range(1, k + 1):
            ones, factorial = np.linalg.solve(-self.rates, ones), factorial * power
        return float(factorial * ones[0])

    @cached_property
    def mean(self) -> float:
        return self.raw_moment(1)

    @cached_property
    def variance(self) -> float:
        return self.raw_moment(2) - self.mean**2

    @cached_property
    def fourth(self) -> float:
        m = self.mean
        return self.raw_moment(4) - 4 * m * self.raw_moment(3) + 6 * m**2 * self.raw_moment(2) - 3 * m**4

    def cdf(self, x: float) -> float:
        return 1.0 - float(expm(self.rates * x)[0].sum())

    def percentile(self, p: float) -> float:
        return float(brentq(lambda x: self.cdf(x) - p, 0.0, 60 * self.mean, xtol=1e-9))


Cdf = Callable[[float], float]


def pert(low: float, mode: float, high: float, shape: float = 4.0) -> stats.rv_continuous:
    """The beta law of PERT as SciPy knows it."""
    width = high - low
    return stats.beta(1 + shape * (mode - low) / width, 1 + shape * (high - mode) / width, loc=low, scale=width)


def triangular(low: float, mode: float, high: float) -> stats.rv_continuous:
    return stats.triang((mode - low) / (high - low), loc=low, scale=high - low)


def uniform(low: float, high: float) -> stats.rv_continuous:
    return stats.uniform(low, high - low)


def exponential(mean: float) -> stats.rv_continuous:
    return stats.expon(scale=mean)
