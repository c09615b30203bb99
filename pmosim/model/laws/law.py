"""What every law can say of itself: its exact mean and variance, its ends, its quantile function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields, replace
from math import isfinite
from typing import Self

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

    def cdf(self, x: float) -> float:
        """P(X <= x). Laws without a closed form find it by halving the interval of u on which quantile(u) <= x holds."""
        low, high = self.support
        if x < low or x >= high:
            return float(x >= high)
        below, above = 0.0, 1.0
        for _ in range(60):
            middle = (below + above) / 2
            if middle in (below, above) or middle == 0.0:
                break
            below, above = (middle, above) if float(self.quantile(middle)) <= x else (below, middle)
        return (below + above) / 2

    @abstractmethod
    def scaled(self, factor: float) -> Law:
        """The law of ``factor`` times this quantity; factor > 0."""

    @property
    def is_constant(self) -> bool:
        low, high = self.support
        return low == high


def refuse(what: str, fix: str, code: str = "impossible-estimate") -> None:
    raise InvalidModel([Problem(code, (), what, fix)])


def check_finite(law: Law) -> None:
    for part in fields(law):  # type: ignore[arg-type]
        value = getattr(law, part.name)
        if isinstance(value, float | int) and part.name != "high" and not isfinite(value):
            refuse(f"{part.name} of a {kind_of(law)} is {value}", "write a finite number", "not-finite")


def kind_of(law: object) -> str:
    return type(law).__name__.lower()


def floats_of(u: ArrayLike) -> Floats:
    return np.asarray(u, dtype=np.float64)


class Sized(Law):
    """A law whose every parameter named in ``_sizes`` has the unit of the quantity itself."""

    __slots__ = ()
    _sizes: tuple[str, ...] = ()

    def scaled(self, factor: float) -> Self:
        return replace(self, **{name: factor * getattr(self, name) for name in self._sizes})  # type: ignore[type-var]
