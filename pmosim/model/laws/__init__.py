"""Probability laws: checked parameters, exact mean and variance, exact quantile function.

A law has no unit of its own: durations are in working minutes, factors and probabilities in 1, costs in the
portfolio's currency. All laws are sampled by inverting their CDF, so each must know its quantile function.
Symbols follow Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., 1994/95.
"""

from __future__ import annotations

from typing import Any

from pmosim.model.laws.bells import Lognormal, Normal
from pmosim.model.laws.law import Floats, Law, refuse
from pmosim.model.laws.ranges import Beta, Fixed, Pert, Triangular, Trigen, Uniform
from pmosim.model.laws.remaining import Remaining, remaining
from pmosim.model.laws.samples import Discrete, Empirical
from pmosim.model.laws.waits import Exponential, Gamma, Weibull

LAWS: dict[str, type[Any]] = {
    law.__name__.lower(): law
    for law in (Fixed, Uniform, Triangular, Pert, Trigen, Beta, Normal, Lognormal, Exponential, Weibull, Gamma, Discrete, Empirical)
}
"""Every law by the name it has in the scenario language."""

__all__ = [
    "LAWS",
    "Beta",
    "Discrete",
    "Empirical",
    "Exponential",
    "Fixed",
    "Floats",
    "Gamma",
    "Law",
    "Lognormal",
    "Normal",
    "Pert",
    "Remaining",
    "Triangular",
    "Trigen",
    "Uniform",
    "Weibull",
    "refuse",
    "remaining",
]
