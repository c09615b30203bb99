"""Normal and lognormal laws: given by mean and standard deviation or by two percentiles, truncated where asked."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, inf, isfinite, log, log1p, sqrt

import numpy as np
from numpy.typing import ArrayLike

from pmosim.model.laws.law import Floats, Law, Sized, check_finite, floats_of, kind_of, refuse


@dataclass(frozen=True, slots=True)
class Normal(Sized):
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
        return self.mu + self.sigma * _truncated_deviate(floats_of(u), a, b)

    def cdf(self, x: float) -> float:
        return _truncated_share((x - self.mu) / self.sigma, self._inside)


@dataclass(frozen=True, slots=True)
class Lognormal(Sized):
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
        low, high = self._score(self.low), self._score(self.high) if isfinite(self.high) else inf
        return np.exp(m + s * _truncated_deviate(floats_of(u), low, high))

    def cdf(self, x: float) -> float:
        return _truncated_share(self._score(x), self._inside)


def _truncated_deviate(u: Floats, low: float, high: float) -> Floats:
    """Quantile of the standard normal law truncated to [low, high], taken from the nearer tail so that no digits are lost."""
    from scipy.special import ndtr, ndtri

    if low > 0:  # all of it above zero: by symmetry, from below
        return -_truncated_deviate(1 - u, -high, -low)
    below, inside = ndtr(low), ndtr(high) - ndtr(low)
    from_below, from_above = below + u * inside, ndtr(-high) + (1 - u) * inside
    return np.clip(np.where(from_below <= 0.5, ndtri(from_below), -ndtri(from_above)), low, high)


def _truncated_share(z: float, inside: tuple[float, float]) -> float:
    """P(Z <= z) of the standard normal law between the quantiles of the two probabilities ``inside``."""
    from scipy.special import ndtr

    below, above = inside
    return min(1.0, max(0.0, (float(ndtr(z)) - below) / (above - below)))


def _check_spread(law: Law, mean: float, sd: float) -> None:
    check_finite(law)
    if not sd > 0:
        refuse(
            f"the standard deviation of a {kind_of(law)} must be above 0, but is {sd:g}",
            "give one above 0, or a single value for no uncertainty",
        )


def _check_truncation(law: Law, inside: tuple[float, float]) -> None:
    low, high = law.support
    if not low < high:
        refuse(f"a {kind_of(law)} needs bounds low < high, but has {low:g} and {high:g}", "order the bounds: low, high")
    if inside[1] - inside[0] < 1e-6:
        refuse(
            f"the bounds {low:g} and {high:g} leave this {kind_of(law)} almost no probability",
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
