"""A network whose answer is known exactly, and the check that the program finds it, whatever the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite, sqrt

import numpy as np
import pytest
from building import qualified
from exact import Lattice, PhaseType
from statistical import assert_mean, assert_percentile, assert_share, assert_variance

from pmosim.forecasting import simulate
from pmosim.model.laws import Law
from pmosim.model.project import Portfolio

ITERATIONS = 1_000_000
SEEDS = (1, 20_260_302, 987_654_321)
LEVELS = (0.10, 0.50, 0.80, 0.90)

SAMPLING_ERROR = 1e-5
"""What the program promises of every quantile: an error below this share of the law's range."""


@dataclass(frozen=True)
class Truth:
    """What is exactly so, and bounds on what the program may rightly be off by. [minutes]"""

    portfolio: Portfolio
    finish: Lattice | PhaseType  # from the project's start, on its calendar
    criticality: Mapping[str, float] = field(default_factory=dict)
    slack: float = 0.0  # of every draw of the finish, on average: the proven errors of the samplers, added up
    minutes: float = 0.0  # of any one draw: a sampler's error may carry a duration over to the next whole minute
    ties: float = 0.0  # probability that this changes which path is the longest
    target: str = "p.finish"


def sampling_slack(*laws: Law) -> float:
    """The samplers' errors added up: 1e-5 of each law's range, or of its 1e-6..1-1e-6 interval where it is unbounded."""
    return sum(SAMPLING_ERROR * (high - low) for low, high in map(range_of, laws))


def range_of(law: Law) -> tuple[float, float]:
    low, high = law.support
    far_low, far_high = np.asarray(law.quantile(np.array([1e-6, 1 - 1e-6])))
    return (low if isfinite(low) else float(far_low)), (high if isfinite(high) else float(far_high))


def assert_simulated(truth: Truth, seed: int, iterations: int = ITERATIONS) -> None:
    """The finish's mean, variance, P10, P50, P80, P90 and every criticality are what is exactly so, as far as luck allows."""
    draws = simulate(truth.portfolio, iterations=iterations, seed=seed)
    exact, finish = truth.finish, draws.finish[truth.target]
    assert len(finish) == iterations
    assert_mean(finish, exact.mean, sqrt(exact.variance), slack=truth.slack)
    assert_variance(finish, exact.variance, exact.fourth, slack=truth.slack)
    for p in LEVELS:
        at = exact.percentile(p)
        assert_percentile(finish, p, float(exact.cdf(at)), at, slack=truth.minutes)
    for task, share in truth.criticality.items():
        count = round(draws.criticality[truth.target][qualified(task)] * iterations)
        assert_share(count, iterations, min(share, 1.0), slack=truth.ties)


def known_answer(make: Callable[[], Truth]) -> Callable[[int], None]:
    """Make of a function that derives a `Truth` a test that simulates it with three seeds. The truth is derived once."""
    derive = cache(make)

    @pytest.mark.slow_without_jit
    @pytest.mark.parametrize("seed", SEEDS)
    def test(seed: int) -> None:
        assert_simulated(derive(), seed)

    test.__name__, test.__doc__, test.__module__ = make.__name__, make.__doc__, make.__module__
    return test
