"""Probability laws: checked parameters, exact mean and variance, exact quantile function.

A law has no unit of its own: durations are in working minutes, factors and probabilities in 1, costs in the
portfolio's currency. All laws are sampled by inverting their CDF, so each must know its quantile function.
Symbols follow Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., 1994/95.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from math import exp, expm1, gamma, inf, isfinite, log, log1p, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pmosim.errors import InvalidModel, Problem

Floats = NDArray[np.float64]


class Law(ABC):
    """What is random about one quantity."""

    __slots__ = ()

    @property
    @abstractmethod
    def mean(self) -> float: ...

    @property
    @abstractmethod
    def variance(self) -> float: ...

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Lowest and highest possible value; infinite where there is none."""

    @property
    @abstractmethod
    def typical(self) -> float:
        """The value a planner would call most likely (the mode; the median where there is no single mode)."""

    @abstractmethod
    def quantile(self, u: ArrayLike) -> Floats:
        """Value not exceeded with probability ``u``; 0 < u < 1, any shape."""

    @abstractmethod
    def scaled(self, factor: float) -> Law:
        """The law of ``factor`` times this quantity; factor > 0."""

    @property
    def is_constant(self) -> bool:
        low, high = self.support
        return low == high


def refuse(what: str, fix: str, code: str = "impossible-estimate") -> None:
    raise InvalidModel([Problem(code, (), what, fix)])


def _finite(law: Law) -> None:
    for part in fields(law):  # type: ignore[arg-type]
        value = getattr(law, part.name)
        if isinstance(value, float | int) and part.name != "high" and not isfinite(value):
            refuse(f"{part.name} of a {_kind(law)} is {value}", "write a finite number", "not-finite")


def _kind(law: object) -> str:
    return type(law).__name__.lower()


def _array(u: ArrayLike) -> Floats:
    return np.asarray(u, dtype=np.float64)


class _Sized(Law):
    """A law whose every parameter named in ``_sizes`` has the unit of the quantity itself."""

    __slots__ = ()
    _sizes: tuple[str, ...] = ()

    def scaled(self, factor: float) -> Self:
        return replace(self, **{name: factor * getattr(self, name) for name in self._sizes})  # type: ignore[type-var]


@dataclass(frozen=True, slots=True)
class Fixed(_Sized):
    """No uncertainty."""

    value: float
    _sizes = ("value",)

    def __post_init__(self) -> None:
        _finite(self)

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
        return np.full_like(_array(u), self.value)


@dataclass(frozen=True, slots=True)
class Uniform(_Sized):
    low: float
    high: float
    _sizes = ("low", "high")

    def __post_init__(self) -> None:
        _finite(self)
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
        return self.low + _array(u) * (self.high - self.low)


class _ThreePoint(_Sized):
    """Shared by the laws given by a lowest, a most likely and a highest value."""

    __slots__ = ()
    _sizes = ("low", "mode", "high")
    low: float
    mode: float
    high: float

    def _check_order(self) -> None:
        _finite(self)
        if not self.low <= self.mode <= self.high or not isfinite(self.high):
            refuse(
                f"a {_kind(self)} needs low <= most likely <= high, but has {self.low:g}, {self.mode:g}, {self.high:g}",
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
        p, width = _array(u), self.high - self.low
        left = self.low + np.sqrt(p * width * (self.mode - self.low))
        right = self.high - np.sqrt((1 - p) * width * (self.high - self.mode))
        return np.where(p * width < self.mode - self.low, left, right)


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

        return self.low + (self.high - self.low) * betaincinv(*self.alpha_beta, _array(u))


@dataclass(frozen=True, slots=True)
class Trigen(_Sized):
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
        _finite(self)
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


def _ends_at_mode(low: float, high: float, p: float, q: float, *, below: bool) -> tuple[float, float]:
    """Ends of a triangle whose mode is one of its two given percentiles: there s = p (or 1 - q) exactly."""
    if below:  # s = p: b - m = (high - m)/(1 - sqrt(q/(1-p))) and (m - a) = s/(1-s) (b - m)
        up = (high - low) / (1 - sqrt(q / (1 - p)))
        return low - p / (1 - p) * up, low + up
    down = (high - low) / (1 - sqrt(p / (1 - q)))
    return high - down, high + q / (1 - q) * down


@dataclass(frozen=True, slots=True)
class Beta(_Sized):
    """A beta law with the given shapes on [low, high]."""

    low: float
    high: float
    alpha: float
    beta: float
    _sizes = ("low", "high")

    def __post_init__(self) -> None:
        _finite(self)
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

        return self.low + (self.high - self.low) * betaincinv(self.alpha, self.beta, _array(u))


@dataclass(frozen=True, slots=True)
class Normal(_Sized):
    """A normal law with mean ``mu`` and standard deviation ``sigma`` before it is truncated to [low, high]."""

    mu: float
    sigma: float
    low: float = 0.0
    high: float = inf
    _sizes = ("mu", "sigma", "low", "high")

    def __post_init__(self) -> None:
        _check_spread(self, self.mu, self.sigma)
        _check_truncation(self, self._inside)

    @classmethod
    def from_percentiles(cls, p1: float, x1: float, p2: float, x2: float, low: float = 0.0, high: float = inf) -> Normal:
        """The normal law, before truncation, with P(X <= x1) = p1 and P(X <= x2) = p2."""
        mu, sigma = _through_percentiles(p1, x1, p2, x2, "normal")
        return cls(mu, sigma, low, high)

    @property
    def _inside(self) -> tuple[float, float]:
        """Probabilities below ``low`` and below ``high`` before truncation."""
        from scipy.special import ndtr

        return float(ndtr((self.low - self.mu) / self.sigma)), float(ndtr((self.high - self.mu) / self.sigma))

    @property
    def _moments(self) -> tuple[float, float]:
        from scipy.stats import truncnorm

        a, b = (self.low - self.mu) / self.sigma, (self.high - self.mu) / self.sigma
        mean, variance = truncnorm.stats(a, b, self.mu, self.sigma, moments="mv")
        return float(mean), float(variance)

    @property
    def mean(self) -> float:
        return self._moments[0]

    @property
    def variance(self) -> float:
        return self._moments[1]

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def typical(self) -> float:
        return min(max(self.mu, self.low), self.high)

    def quantile(self, u: ArrayLike) -> Floats:
        a, b = (self.low - self.mu) / self.sigma, (self.high - self.mu) / self.sigma
        return self.mu + self.sigma * _truncated_deviate(_array(u), a, b)


@dataclass(frozen=True, slots=True)
class Lognormal(_Sized):
    """A lognormal law whose own mean and standard deviation are ``mu`` and ``sigma`` before truncation to [low, high]."""

    mu: float
    sigma: float
    low: float = 0.0
    high: float = inf
    _sizes = ("mu", "sigma", "low", "high")

    def __post_init__(self) -> None:
        _check_spread(self, self.mu, self.sigma)
        if not self.mu > 0:
            refuse(f"the mean of a lognormal must be above 0, but is {self.mu:g}", "give a mean above 0, or use a normal")
        if self.low < 0:
            refuse(f"a lognormal never goes below 0, but its low bound is {self.low:g}", "leave the bound out")
        _check_truncation(self, self._inside)

    @classmethod
    def from_percentiles(cls, p1: float, x1: float, p2: float, x2: float, low: float = 0.0, high: float = inf) -> Lognormal:
        """The lognormal law, before truncation, with P(X <= x1) = p1 and P(X <= x2) = p2."""
        if not (x1 > 0 and x2 > 0):
            refuse(f"percentiles of a lognormal must be above 0, but are {x1:g} and {x2:g}", "give values above 0, or use a normal")
        m, s = _through_percentiles(p1, log(x1), p2, log(x2), "lognormal")
        mean = exp(m + s * s / 2)
        return cls(mean, mean * sqrt(expm1(s * s)), low, high)

    @property
    def log_parameters(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        s2 = log1p((self.sigma / self.mu) ** 2)
        return log(self.mu) - s2 / 2, sqrt(s2)

    def _score(self, x: float) -> float:
        m, s = self.log_parameters
        return (log(x) - m) / s if x > 0 else -inf

    @property
    def _inside(self) -> tuple[float, float]:
        from scipy.special import ndtr

        return float(ndtr(self._score(self.low))), float(ndtr(self._score(self.high) if isfinite(self.high) else inf))

    def _raw_moment(self, k: int) -> float:
        from scipy.special import ndtr

        m, s = self.log_parameters
        a, b = self._score(self.low), self._score(self.high) if isfinite(self.high) else inf
        below, above = self._inside
        return exp(k * m + (k * s) ** 2 / 2) * float(ndtr(b - k * s) - ndtr(a - k * s)) / (above - below)

    @property
    def _is_whole(self) -> bool:
        return self.low <= 0 and self.high == inf

    @property
    def mean(self) -> float:
        return self.mu if self._is_whole else self._raw_moment(1)

    @property
    def variance(self) -> float:
        # the difference of moments loses digits where the spread is small, so the whole law does not go that way
        return self.sigma**2 if self._is_whole else max(0.0, self._raw_moment(2) - self._raw_moment(1) ** 2)

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def typical(self) -> float:
        m, s = self.log_parameters
        return min(max(exp(m - s * s), self.low), self.high)

    def quantile(self, u: ArrayLike) -> Floats:
        m, s = self.log_parameters
        return np.exp(m + s * _truncated_deviate(_array(u), self._score(self.low), self._score(self.high) if isfinite(self.high) else inf))


def _truncated_deviate(u: Floats, low: float, high: float) -> Floats:
    """Quantile of the standard normal law truncated to [low, high], taken from the nearer tail so that no digits are lost."""
    from scipy.special import ndtr, ndtri

    if low > 0:  # all of it above zero: by symmetry, from below
        return -_truncated_deviate(1 - u, -high, -low)
    below, inside = ndtr(low), ndtr(high) - ndtr(low)
    from_below, from_above = below + u * inside, ndtr(-high) + (1 - u) * inside
    return np.clip(np.where(from_below <= 0.5, ndtri(from_below), -ndtri(from_above)), low, high)


def _check_spread(law: Law, mean: float, sd: float) -> None:
    _finite(law)
    if not sd > 0:
        refuse(
            f"the standard deviation of a {_kind(law)} must be above 0, but is {sd:g}",
            "give one above 0, or a single value for no uncertainty",
        )


def _check_truncation(law: Law, inside: tuple[float, float]) -> None:
    low, high = law.support
    if not low < high:
        refuse(f"a {_kind(law)} needs bounds low < high, but has {low:g} and {high:g}", "order the bounds: low, high")
    if inside[1] - inside[0] < 1e-6:
        refuse(
            f"the bounds {low:g} and {high:g} leave this {_kind(law)} almost no probability",
            "widen the bounds, or move the mean between them",
        )


def _through_percentiles(p1: float, x1: float, p2: float, x2: float, kind: str) -> tuple[float, float]:
    """Mean and standard deviation of the normal law through two percentiles."""
    from scipy.special import ndtri

    if not 0 < p1 < p2 < 1:
        refuse(
            f"the two percentiles of a {kind} must rise and lie between 0 % and 100 %, but are {p1:.6g} and {p2:.6g}",
            "write for example P10 and P90",
            "probability-out-of-range",
        )
    if not x1 < x2:
        refuse(
            f"the two percentiles of a {kind} must have rising values, but have {x1:g} and {x2:g}",
            "order them: the lower percentile has the lower value",
        )
    sigma = (x2 - x1) / float(ndtri(p2) - ndtri(p1))
    return x1 - sigma * float(ndtri(p1)), sigma


@dataclass(frozen=True, slots=True)
class Exponential(_Sized):
    """``low`` plus an exponential wait with mean ``scale``."""

    scale: float
    low: float = 0.0
    _sizes = ("scale", "low")

    def __post_init__(self) -> None:
        _finite(self)
        if not self.scale > 0:
            refuse(f"the mean of an exponential must be above 0, but is {self.scale:g}", "give a mean above 0")

    @property
    def mean(self) -> float:
        return self.low + self.scale

    @property
    def variance(self) -> float:
        return self.scale**2

    @property
    def support(self) -> tuple[float, float]:
        return self.low, inf

    @property
    def typical(self) -> float:
        return self.low + self.scale * log(2)

    def quantile(self, u: ArrayLike) -> Floats:
        return self.low - self.scale * np.log1p(-_array(u))


@dataclass(frozen=True, slots=True)
class Weibull(_Sized):
    """``low`` plus a Weibull quantity with the given shape and scale."""

    shape: float
    scale: float
    low: float = 0.0
    _sizes = ("scale", "low")

    def __post_init__(self) -> None:
        _check_shape_scale(self, self.shape, self.scale)
        if self.shape < 0.1:
            refuse(
                f"a weibull of shape {self.shape:g} has a mean of millions of times its scale",
                "give a shape of 0.1 or more; for durations it usually lies between 1 and 4",
            )

    @property
    def mean(self) -> float:
        return self.low + self.scale * gamma(1 + 1 / self.shape)

    @property
    def variance(self) -> float:
        return self.scale**2 * (gamma(1 + 2 / self.shape) - gamma(1 + 1 / self.shape) ** 2)

    @property
    def support(self) -> tuple[float, float]:
        return self.low, inf

    @property
    def typical(self) -> float:
        k = self.shape
        return self.low + self.scale * ((1 - 1 / k) ** (1 / k) if k > 1 else log(2) ** (1 / k))

    def quantile(self, u: ArrayLike) -> Floats:
        return self.low + self.scale * (-np.log1p(-_array(u))) ** (1 / self.shape)


@dataclass(frozen=True, slots=True)
class Gamma(_Sized):
    """``low`` plus a gamma quantity with the given shape and scale."""

    shape: float
    scale: float
    low: float = 0.0
    _sizes = ("scale", "low")

    def __post_init__(self) -> None:
        _check_shape_scale(self, self.shape, self.scale)

    @property
    def mean(self) -> float:
        return self.low + self.shape * self.scale

    @property
    def variance(self) -> float:
        return self.shape * self.scale**2

    @property
    def support(self) -> tuple[float, float]:
        return self.low, inf

    @property
    def typical(self) -> float:
        return self.low + (self.shape - 1) * self.scale if self.shape > 1 else float(self.quantile(0.5))

    def quantile(self, u: ArrayLike) -> Floats:
        from scipy.special import gammaincinv

        return self.low + self.scale * gammaincinv(self.shape, _array(u))


def _check_shape_scale(law: Law, shape: float, scale: float) -> None:
    _finite(law)
    if not (shape > 0 and scale > 0):
        refuse(f"shape and scale of a {_kind(law)} must be above 0, but are {shape:g} and {scale:g}", "give both above 0")


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
        return np.array(self.values)[np.searchsorted(self.cumulative, _array(u), side="left")]

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
        ranks = np.ceil(_array(u) * len(self.sample)).astype(np.int64) - 1
        return np.array(self.sample)[np.clip(ranks, 0, len(self.sample) - 1)]

    def scaled(self, factor: float) -> Empirical:
        return Empirical(tuple(factor * v for v in self.sample))


LAWS: dict[str, type[Any]] = {
    law.__name__.lower(): law
    for law in (Fixed, Uniform, Triangular, Pert, Trigen, Beta, Normal, Lognormal, Exponential, Weibull, Gamma, Discrete, Empirical)
}
"""Every law by the name it has in the scenario language."""
