"""Assertions about simulated samples, each with a stated chance of failing on right code, whatever the seed.

Every check fails on right code with a probability of at most about ``FALSE_FAILURE``: shares and percentiles exactly
(the binomial law; P-values need no assumption about the law of the sample), means and variances in the normal limit,
which asks for 100,000 draws or more of a law whose tails are no heavier than exponential. A thousand checks then give
one false alarm in a thousand runs with fresh seeds. If you feel like changing a seed, the exact answer is wrong.

``slack`` is a *bound* on what the program may rightly be off by (the proven error of a sampler, half a minute of
rounding), in the unit of the sample; where the exact answer takes rounding into account there is none.

The methods: W. J. Conover, Practical Nonparametric Statistics, 3rd ed., 1999, sections 3.1 and 3.2 (shares and
percentiles); A. Stuart & J. K. Ord, Kendall's Advanced Theory of Statistics, vol. 1, 6th ed., 1994, section 10.5
(the variance of a sample variance is (mu4 - sigma^4)/n in the limit).
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

FALSE_FAILURE = 1e-6


def errors_allowed(rate: float = FALSE_FAILURE) -> float:
    """How many standard errors luck may take a normal figure away, on either side, at this rate of false failure."""
    return NormalDist().inv_cdf(1 - rate / 2)


def assert_mean(sample: ArrayLike, exact: float, sd: float, *, slack: float = 0.0, rate: float = FALSE_FAILURE) -> None:
    """The sample's mean is as far from ``exact`` as luck explains, ``sd`` being the exact one of a single draw."""
    sample = np.asarray(sample, dtype=np.float64)
    error = sd / sqrt(len(sample))
    off = abs(float(sample.mean()) - exact)
    allowed = errors_allowed(rate) * error + slack
    assert off <= allowed + rounding_of(exact), (
        f"the mean {sample.mean():.9g} is {off:.3g} from the exact {exact:.9g}; {allowed:.3g} is allowed "
        f"(standard error {error:.3g}, slack {slack:.3g}, n={len(sample)}, false-failure rate {rate:g})"
    )


def assert_variance(
    sample: ArrayLike, exact: float, fourth: float, *, slack: float = 0.0, rate: float = FALSE_FAILURE, mean: float | None = None
) -> None:
    """The sample's variance is as far from ``exact`` as luck explains; ``fourth`` is the exact fourth central moment.

    With ``slack`` the quantity itself may be off by so much in every draw, and its standard deviation hence too.
    """
    sample = np.asarray(sample, dtype=np.float64)
    found = float(((sample - (sample.mean() if mean is None else mean)) ** 2).mean())
    error = sqrt(max(fourth - exact**2, 0.0) / len(sample))
    allowed = errors_allowed(rate) * error + 2 * slack * sqrt(exact) + slack**2
    # the sample's own mean stands in for the exact one: one degree of freedom, sigma^2/n
    allowed += 0.0 if mean is not None else errors_allowed(rate) ** 2 * exact / len(sample)
    assert abs(found - exact) <= allowed + rounding_of(exact), (
        f"the variance {found:.9g} is {abs(found - exact):.3g} from the exact {exact:.9g}; {allowed:.3g} is allowed "
        f"(standard error {error:.3g}, slack {slack:.3g}, n={len(sample)}, false-failure rate {rate:g})"
    )


def assert_share(count: int, n: int, exact: float, *, slack: float = 0.0, rate: float = FALSE_FAILURE) -> None:
    """So many of n draws is what luck explains, each of them being a success with probability ``exact`` +- ``slack``."""
    low, high = max(0.0, exact - slack), min(1.0, exact + slack)
    fewest, most = binom.ppf(rate / 2, n, low), binom.isf(rate / 2, n, high)
    assert fewest <= count <= most, (
        f"{count} of {n} draws, a share of {count / n:.7g}, where {exact:.7g} is exact and {fewest:.0f} to {most:.0f} are allowed "
        f"(slack {slack:.3g}, false-failure rate {rate:g})"
    )


def assert_percentile(sample: ArrayLike, p: float, exact: float, at: float, *, slack: float = 0.0, rate: float = FALSE_FAILURE) -> None:
    """The share of draws that do not exceed ``at`` is what luck explains, P(X <= at) = ``exact`` being the exact one.

    For a continuous law ``exact`` is ``p``; for a discrete one it is the step of the CDF that first reaches ``p``, and
    P(X < at) < p is the caller's to see to. This is the test of the order statistic: P_p is ``at`` or less if and only
    if at least the share p of draws does not exceed it.
    """
    sample = np.asarray(sample)
    n = len(sample)
    most_below, least_below = int((sample <= at + slack).sum()), int((sample <= at - slack).sum())
    fewest, most = binom.ppf(rate / 2, n, exact), binom.isf(rate / 2, n, exact)
    assert most_below >= fewest and least_below <= most, (  # noqa: PT018 - one statement about one count
        f"P{100 * p:g}: {least_below} to {most_below} of {n} draws do not exceed {at:.9g} (slack {slack:.3g}), "
        f"where the share {exact:.7g} is exact and {fewest:.0f} to {most:.0f} are allowed (false-failure rate {rate:g})"
    )


def rounding_of(value: float) -> float:
    """What adding up a million float64 numbers may lose: for samples without any luck in them."""
    return 1e-9 * max(abs(value), 1e-12)
