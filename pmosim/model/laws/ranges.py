"""Laws between two ends: fixed, uniform, triangular, trigen, PERT and beta."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike

from pmosim.model.laws.law import Floats, Sized, check_finite, floats_of, kind_of, refuse


@dataclass(frozen=True, slots=True)
class Fixed(Sized):
    """No uncertainty."""

    value: float
    _sizes = ("value",)

    def __post_init__(self) -> None:
        check_finite(self)

    @property
    def mean(self) -> float:
        return self.value

    @property
    def variance(self) -> float:
        return 0.0

    @property
    def support(self) -> tuple[float, float]:
        return self.value, self.value

    @property
    def typical(self) -> float:
        return self.value

    def quantile(self, u: ArrayLike) -> Floats:
        return np.full_like(floats_of(u), self.value)

    def cdf(self, x: float) -> float:
        return float(x >= self.value)


@dataclass(frozen=True, slots=True)
class Uniform(Sized):
    low: float
    high: float
    _sizes = ("low", "high")

    def __post_init__(self) -> None:
        check_finite(self)
        if not self.low <= self.high or not isfinite(self.high):
            refuse(f"a uniform needs low <= high, but low is {self.low:g} and high is {self.high:g}", "order them: low, high")

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def variance(self) -> float:
        return (self.high - self.low) ** 2 / 12

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def typical(self) -> float:
        return self.mean

    def quantile(self, u: ArrayLike) -> Floats:
        return self.low + floats_of(u) * (self.high - self.low)

    def cdf(self, x: float) -> float:
        return _inside(self.low, self.high, x, lambda: (x - self.low) / (self.high - self.low))


def _inside(low: float, high: float, x: float, share: Callable[[], float]) -> float:
    """0 below the range, 1 at its end and beyond, ``share`` within."""
    return float(x >= high) if x < low or x >= high else share()


class _ThreePoint(Sized):
    """Shared by the laws given by a lowest, a most likely and a highest value."""

    __slots__ = ()
    _sizes = ("low", "mode", "high")
    low: float
    mode: float
    high: float

    def _check_order(self) -> None:
        check_finite(self)
        if not self.low <= self.mode <= self.high or not isfinite(self.high):
            refuse(
                f"a {kind_of(self)} needs low <= most likely <= high, but has {self.low:g}, {self.mode:g}, {self.high:g}",
                "give the three values in rising order: low, most likely, high",
            )

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def typical(self) -> float:
        return self.mode


@dataclass(frozen=True, slots=True)
class Triangular(_ThreePoint):
    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        self._check_order()

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    @property
    def variance(self) -> float:
        a, m, b = self.low, self.mode, self.high
        return ((b - a) ** 2 - (m - a) * (b - m)) / 18

    def quantile(self, u: ArrayLike) -> Floats:
        p, width = floats_of(u), self.high - self.low
        left = self.low + np.sqrt(p * width * (self.mode - self.low))
        right = self.high - np.sqrt((1 - p) * width * (self.high - self.mode))
        return np.where(p * width < self.mode - self.low, left, right)

    def cdf(self, x: float) -> float:
        def inside() -> float:
            width = self.high - self.low
            if x < self.mode:
                return (x - self.low) ** 2 / (width * (self.mode - self.low))
            return 1 - (self.high - x) ** 2 / (width * (self.high - self.mode))

        return _inside(self.low, self.high, x, inside)


@dataclass(frozen=True, slots=True)
class Pert(_ThreePoint):
    """The beta law of PERT: alpha = 1 + shape (m-a)/(b-a), beta = 1 + shape (b-m)/(b-a).

    Vose, Risk Analysis, 3rd ed., 2008, "modified PERT"; shape 4 is the classic one.
    """

    low: float
    mode: float
    high: float
    shape: float = 4.0

    def __post_init__(self) -> None:
        self._check_order()
        if not self.shape > 0:
            refuse(f"the shape (lambda) of a pert must be above 0, but is {self.shape:g}", "leave it out for the usual 4")

    @property
    def alpha_beta(self) -> tuple[float, float]:
        """Parameters of the underlying beta law; (1, 1) for a constant."""
        width = self.high - self.low
        if width == 0:
            return 1.0, 1.0
        return 1 + self.shape * (self.mode - self.low) / width, 1 + self.shape * (self.high - self.mode) / width

    @property
    def mean(self) -> float:
        return (self.low + self.shape * self.mode + self.high) / (self.shape + 2)

    @property
    def variance(self) -> float:
        # that is (mean - a)(b - mean)/(shape + 3), written so that rounding cannot make it negative
        alpha, beta = self.alpha_beta
        return (self.high - self.low) ** 2 * alpha * beta / ((alpha + beta) ** 2 * (alpha + beta + 1))

    def quantile(self, u: ArrayLike) -> Floats:
        from scipy.special import betaincinv

        return self.low + (self.high - self.low) * betaincinv(*self.alpha_beta, floats_of(u))

    def cdf(self, x: float) -> float:
        from scipy.special import betainc

        return _inside(self.low, self.high, x, lambda: float(betainc(*self.alpha_beta, (x - self.low) / (self.high - self.low))))


@dataclass(frozen=True, slots=True)
class Trigen(Sized):
    """A triangle given by two percentiles and its mode: P(X <= low) = p_low, P(X <= high) = p_high.

    The ends have no closed form; they are found by ``ends``. An end below zero is refused, for no duration,
    cost or factor goes there.
    """

    low: float
    mode: float
    high: float
    p_low: float = 0.10
    p_high: float = 0.90
    _sizes = ("low", "mode", "high")

    def __post_init__(self) -> None:
        check_finite(self)
        if not 0 <= self.p_low < self.p_high <= 1:
            refuse(
                f"a trigen needs 0 <= p_low < p_high <= 1, but has {self.p_low:g} and {self.p_high:g}",
                "write for example 10% 90%",
                "probability-out-of-range",
            )
        rising = self.low <= self.mode <= self.high and isfinite(self.high)
        if not rising or (self.low == self.high and self.p_high - self.p_low < 1):
            refuse(
                f"a trigen needs low <= most likely <= high and low < high, but has {self.low:g}, {self.mode:g}, {self.high:g}",
                "give the three values in rising order: low, most likely, high",
            )
        if self.low >= 0 > self.ends[0]:
            refuse(
                f"the lower end of this trigen is {self.ends[0]:.4g}, below zero: "
                f"its {self.p_low:.0%} point {self.low:g} is too far below the most likely value {self.mode:g}",
                "raise the low value, lower p_low, or give the ends themselves with a triangular",
                "trigen-below-zero",
            )

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value. Solved to 1e-12 of high - low by bracketing one monotone equation."""
        from scipy.optimize import brentq

        low, mode, high, p, q = self.low, self.mode, self.high, self.p_low, 1 - self.p_high
        size = (high - low) or 1.0
        # with s = (mode - a)/(b - a), the share below the mode, each end follows from its own percentile:
        # p = s ((low - a)/(mode - a))^2, so mode - a = (mode - low) / (1 - sqrt(p/s)), and likewise above;
        # the widths of both sides must then be in the ratio s : 1 - s

        def left(s: float) -> float:
            return (mode - low) / (1 - sqrt(p / s)) if mode > low else 0.0

        def right(s: float) -> float:
            return (high - mode) / (1 - sqrt(q / (1 - s))) if high > mode else 0.0

        if mode == low and p == 0:
            return low, mode + right(0.0)
        if mode == high and q == 0:
            return mode - left(1.0), high

        def excess(s: float) -> float:
            return (1 - s) * left(s) - s * right(s)

        tiny = 1e-13
        first, last = p + tiny * (1 - p), 1 - q - tiny * (1 - q)
        if p == 0 and mode > low:
            first = tiny
        if mode == low:  # p of the weight must lie between a and a mode equal to low: only a degenerate triangle does
            return _ends_at_mode(low, high, p, q, below=True)
        if mode == high:
            return _ends_at_mode(low, high, p, q, below=False)
        s = brentq(excess, first, last, xtol=1e-15, rtol=8.9e-16)
        a, b = mode - left(s), mode + right(s)
        return (a, b) if isfinite(a) and isfinite(b) and b - a < 1e9 * size else (low, high)

    @property
    def triangle(self) -> Triangular:
        a, b = self.ends
        return Triangular(min(a, self.mode), self.mode, max(b, self.mode))

    @property
    def mean(self) -> float:
        return self.triangle.mean

    @property
    def variance(self) -> float:
        return self.triangle.variance

    @property
    def support(self) -> tuple[float, float]:
        return self.ends

    @property
    def typical(self) -> float:
        return self.mode

    def quantile(self, u: ArrayLike) -> Floats:
        return self.triangle.quantile(u)

    def cdf(self, x: float) -> float:
        return self.triangle.cdf(x)


def _ends_at_mode(low: float, high: float, p: float, q: float, *, below: bool) -> tuple[float, float]:
    """Ends of a triangle whose mode is one of its two given percentiles: there s = p (or 1 - q) exactly."""
    if below:  # s = p: b - m = (high - m)/(1 - sqrt(q/(1-p))) and (m - a) = s/(1-s) (b - m)
        up = (high - low) / (1 - sqrt(q / (1 - p)))
        return low - p / (1 - p) * up, low + up
    down = (high - low) / (1 - sqrt(p / (1 - q)))
    return high - down, high + q / (1 - q) * down


@dataclass(frozen=True, slots=True)
class Beta(Sized):
    """A beta law with the given shapes on [low, high]."""

    low: float
    high: float
    alpha: float
    beta: float
    _sizes = ("low", "high")

    def __post_init__(self) -> None:
        check_finite(self)
        if not self.low <= self.high or not isfinite(self.high):
            refuse(f"a beta needs low <= high, but low is {self.low:g} and high is {self.high:g}", "order them: low, high")
        if not (self.alpha > 0 and self.beta > 0):
            refuse(f"the shapes of a beta must be above 0, but are {self.alpha:g} and {self.beta:g}", "write for example 2 and 5")

    @property
    def mean(self) -> float:
        return self.low + (self.high - self.low) * self.alpha / (self.alpha + self.beta)

    @property
    def variance(self) -> float:
        total = self.alpha + self.beta
        return (self.high - self.low) ** 2 * self.alpha * self.beta / (total**2 * (total + 1))

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def typical(self) -> float:
        if self.alpha > 1 and self.beta > 1:
            return self.low + (self.high - self.low) * (self.alpha - 1) / (self.alpha + self.beta - 2)
        return float(self.quantile(0.5))

    def quantile(self, u: ArrayLike) -> Floats:
        from scipy.special import betaincinv

        return self.low + (self.high - self.low) * betaincinv(self.alpha, self.beta, floats_of(u))

    def cdf(self, x: float) -> float:
        from scipy.special import betainc

        return _inside(self.low, self.high, x, lambda: float(betainc(self.alpha, self.beta, (x - self.low) / (self.high - self.low))))
