"""What is left of a duration, given that it has not ended yet: the law of X - e where X > e."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike

from pmosim.model.laws.bells import Normal
from pmosim.model.laws.law import Floats, Law, floats_of, refuse
from pmosim.model.laws.ranges import Fixed, Triangular, Trigen, Uniform
from pmosim.model.laws.samples import Discrete, Empirical
from pmosim.model.laws.waits import Exponential

LEAST_CHANCE = 1e-6
"""Of lasting longer than what has elapsed; where it is smaller, the estimate itself is at odds with what has happened."""


@dataclass(frozen=True)
class Remaining(Law):
    """``law`` minus ``elapsed``, given that it exceeds that. `remaining` makes it, in a simpler form where there is one."""

    law: Law
    elapsed: float

    def __post_init__(self) -> None:
        if isinstance(self.law, Fixed | Discrete | Empirical):
            raise TypeError(f"what is left of a {type(self.law).__name__} is a law of the same kind: make it with remaining()")
        _check_chance(self.law, self.elapsed)

    @cached_property
    def _past(self) -> float:
        """Probability that it would have ended by now."""
        return self.law.cdf(self.elapsed)

    @cached_property
    def _moments(self) -> tuple[float, float]:
        """Mean and variance, integrated over the normal deviate, in which quantile functions are smooth up to their tails."""
        from scipy.special import ndtr

        nodes, weights = leggauss(16)
        width = 2 * _DEVIATES / _PANELS
        z = (-_DEVIATES + width * (np.arange(_PANELS)[:, None] + (1 + nodes[None, :]) / 2)).ravel()
        share = np.tile(weights, _PANELS) * width / 2 * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
        values = self.quantile(ndtr(z))
        mean = float(share @ values / share.sum())
        return mean, float(share @ (values - mean) ** 2 / share.sum())

    @property
    def mean(self) -> float:
        return self._moments[0]

    @property
    def variance(self) -> float:
        return self._moments[1]

    @property
    def support(self) -> tuple[float, float]:
        low, high = self.law.support
        return max(0.0, low - self.elapsed), high - self.elapsed

    @property
    def typical(self) -> float:
        """What is left of the most likely total; the median, where that is past."""
        left = self.law.typical - self.elapsed
        return left if left > 0 else float(self.quantile(0.5))

    def quantile(self, u: ArrayLike) -> Floats:
        share = self._past + floats_of(u) * (1 - self._past)
        below_1 = np.minimum(share, np.nextafter(1, 0))  # where rounding makes it 1, laws without an upper end have no value
        return np.maximum(self.law.quantile(below_1) - self.elapsed, self.support[0])

    def cdf(self, x: float) -> float:
        return max(0.0, self.law.cdf(x + self.elapsed) - self._past) / (1 - self._past)

    def scaled(self, factor: float) -> Remaining:
        return Remaining(self.law.scaled(factor), factor * self.elapsed)


_DEVIATES, _PANELS = 8.2, 64


def remaining(law: Law, elapsed: float) -> Law:
    """The law of what is left of ``law`` after ``elapsed``, given that it has not ended.

    Raises InvalidModel where ``law`` leaves almost no chance of lasting so long.
    """
    if elapsed <= 0:
        return law
    _check_chance(law, elapsed)
    low, _ = law.support
    match law:
        case Fixed():
            return Fixed(law.value - elapsed)
        case Uniform():
            return Uniform(max(low, elapsed) - elapsed, law.high - elapsed)
        case Triangular() if elapsed >= law.mode:
            return Triangular(0.0, 0.0, law.high - elapsed)
        case Triangular() if elapsed <= low:
            return Triangular(low - elapsed, law.mode - elapsed, law.high - elapsed)
        case Trigen():
            return remaining(law.triangle, elapsed)
        case Normal():
            return replace(law, mu=law.mu - elapsed, low=max(law.low - elapsed, 0.0), high=law.high - elapsed)
        case Exponential():
            return Exponential(law.scale, max(low - elapsed, 0.0))
        case Discrete():
            left = [(value - elapsed, weight) for value, weight in zip(law.values, law.weights, strict=True) if value > elapsed]
            return Discrete(*map(tuple, zip(*left, strict=True)))
        case Empirical():
            return Empirical(tuple(value - elapsed for value in law.sample if value > elapsed))
        case _:
            return Remaining(law, elapsed)


def _check_chance(law: Law, elapsed: float) -> None:
    if 1 - law.cdf(elapsed) < LEAST_CHANCE:
        refuse(
            f"{elapsed:g} have elapsed, which by this estimate was as good as impossible",
            "raise the highest value, or estimate what is left",
            "estimate-exceeded",
        )
