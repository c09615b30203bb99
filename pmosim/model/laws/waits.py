"""Laws without an upper end that count from a lowest value: exponential, Weibull and gamma."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, gamma, inf, log

import numpy as np
from numpy.typing import ArrayLike

from pmosim.model.laws.law import Floats, Law, Sized, check_finite, floats_of, kind_of, refuse


@dataclass(frozen=True, slots=True)
class Exponential(Sized):
    """``low`` plus an exponential wait with mean ``scale``."""

    scale: float
    low: float = 0.0
    _sizes = ("scale", "low")

    def __post_init__(self) -> None:
        check_finite(self)
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
        return self.low - self.scale * np.log1p(-floats_of(u))

    def cdf(self, x: float) -> float:
        return -expm1(-max(0.0, x - self.low) / self.scale)


@dataclass(frozen=True, slots=True)
class Weibull(Sized):
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
        return self.low + self.scale * (-np.log1p(-floats_of(u))) ** (1 / self.shape)

    def cdf(self, x: float) -> float:
        return -expm1(-((max(0.0, x - self.low) / self.scale) ** self.shape))


@dataclass(frozen=True, slots=True)
class Gamma(Sized):
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

        return self.low + self.scale * gammaincinv(self.shape, floats_of(u))

    def cdf(self, x: float) -> float:
        from scipy.special import gammainc

        return float(gammainc(self.shape, max(0.0, x - self.low) / self.scale))


def _check_shape_scale(law: Law, shape: float, scale: float) -> None:
    check_finite(law)
    if not (shape > 0 and scale > 0):
        refuse(f"shape and scale of a {kind_of(law)} must be above 0, but are {shape:g} and {scale:g}", "give both above 0")
