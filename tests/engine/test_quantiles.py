"""Every law is sampled within 1e-5 of its range, and with its own first four moments. The reference is SciPy, not the model."""

from math import log, sqrt

import numpy as np
import pytest
from numba import config
from scipy import stats

from pmosim.engine.kernels.draws import fill_deviates
from pmosim.engine.kernels.sampling import evaluate
from pmosim.engine.quantiles import encode
from pmosim.model.laws import (
    Beta,
    Discrete,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Trigen,
    Uniform,
    Weibull,
)

WITHOUT_JIT = bool(config.DISABLE_JIT)
LARGEST_ERROR = 1e-5


def pert(low, mode, high, shape=4.0):
    width = high - low
    return stats.beta(1 + shape * (mode - low) / width, 1 + shape * (high - mode) / width, low, width)


def truncated(mu, sigma, low, high=np.inf):
    return stats.truncnorm((low - mu) / sigma, (high - mu) / sigma, mu, sigma)


def lognormal(mean, sd):
    spread = 1 + (sd / mean) ** 2
    return stats.lognorm(sqrt(log(spread)), scale=mean / sqrt(spread))


# (20, 35, 100) spread over all places of the mode, and the shapes that people use
MODES, SHAPES = (20, 20.01, 24, 35, 60, 82, 99, 100), (4, 2, 1, 8, 30)
PERTS = [(Pert(20, mode, 100, shape), pert(20, mode, 100, shape)) for mode in MODES for shape in SHAPES]
LAWS = [
    *PERTS,
    (Pert(100_000, 100_040, 100_100), pert(100_000, 100_040, 100_100)),  # narrow, and far from zero
    (Pert(9e6, 9.4e6, 12e6), pert(9e6, 9.4e6, 12e6)),  # beyond the whole numbers that a float32 holds
    (Uniform(480, 960), stats.uniform(480, 480)),
    (Triangular(480, 600, 2400), stats.triang(120 / 1920, 480, 1920)),
    (Triangular(480, 480, 2400), stats.triang(0, 480, 1920)),
    (Triangular(480, 2400, 2400), stats.triang(1, 480, 1920)),
    # the ends that "trigen(100, 200, 300, 10 %, 90 %)" is known to have
    (Trigen(100, 200, 300), stats.triang(0.5, 19.0983005625, 361.803398875)),
    (Beta(0, 10, 2, 5), stats.beta(2, 5, 0, 10)),
    (Beta(0, 10, 0.5, 0.5), stats.beta(0.5, 0.5, 0, 10)),
    (Beta(3, 10, 0.8, 12), stats.beta(0.8, 12, 3, 7)),
    (Beta(0, 1, 40, 60), stats.beta(40, 60)),
    (Normal(100, 10), truncated(100, 10, 0)),
    (Normal(100, 80), truncated(100, 80, 0)),  # truncated at zero, where it still has weight
    (Normal(100, 20, 90, 150), truncated(100, 20, 90, 150)),
    (Lognormal(100, 10), lognormal(100, 10)),
    (Lognormal(100, 60), lognormal(100, 60)),
    (Lognormal(100, 200), lognormal(100, 200)),
    (Exponential(50), stats.expon(0, 50)),
    (Exponential(50, 30), stats.expon(30, 50)),
    (Weibull(0.8, 50), stats.weibull_min(0.8, scale=50)),
    (Weibull(1.5, 50, 10), stats.weibull_min(1.5, 10, 50)),
    (Weibull(5, 50), stats.weibull_min(5, scale=50)),
    (Gamma(0.5, 20), stats.gamma(0.5, scale=20)),
    (Gamma(2, 20, 5), stats.gamma(2, 5, 20)),
    (Gamma(40, 3), stats.gamma(40, scale=3)),
]
NAMES = [str(law) for law, _ in LAWS]


def sampled(law, bits, companions=()):
    """What the kernels make of these words; ``companions`` are encoded with the law, as those of a portfolio are."""
    laws = encode((*companions, law))
    deviates, values = np.empty(len(bits), np.float32), np.empty(len(bits))
    fill_deviates(bits, deviates)
    evaluate(laws, len(companions), bits, deviates, values)
    return values


def probability(bits):
    return (bits.astype(np.float64) + 0.5) / 2**32


def comb(count):
    """Words at equal distances, each in the middle of its share."""
    return (((np.arange(count) + 0.5) * (2**32 / count)).astype(np.uint64)).astype(np.uint32)


def tails():
    """Words towards both ends, as many in each octave of probability."""
    low = np.unique((2.0 ** np.linspace(0, 31, 60 if WITHOUT_JIT else 4_000)).astype(np.uint64)) - 1
    return np.concatenate([low, 2**32 - 1 - low]).astype(np.uint32)


def range_and_inside(exact, u):
    """The law's range (or its 1e-6..1-1e-6 interval where it is unbounded), and which probabilities belong to it."""
    low, high = exact.support()
    if np.isfinite(low) and np.isfinite(high):
        return high - low, np.ones(len(u), bool)
    return exact.ppf(1 - 1e-6) - exact.ppf(1e-6), (u >= 1e-6) & (u <= 1 - 1e-6)


@pytest.mark.parametrize(("law", "exact"), LAWS, ids=NAMES)
def test_every_law_is_sampled_within_1e_5_of_its_range(law, exact):
    bits = np.concatenate([comb(500 if WITHOUT_JIT else 20_000), tails()])
    u = probability(bits)
    size, inside = range_and_inside(exact, u)
    error = np.abs(sampled(law, bits) - exact.ppf(u))[inside] / size
    assert error.max() < LARGEST_ERROR, f"off by {error.max():.2e} of the range at u = {u[inside][error.argmax()]:.3g}"


@pytest.mark.parametrize(("law", "exact"), LAWS, ids=NAMES)
def test_no_draw_leaves_the_range_of_its_law(law, exact):
    ends = np.array([0, 1, 2**32 - 2, 2**32 - 1], np.uint32)
    low, high = exact.support()
    values = sampled(law, ends)
    tiny = 1e-9 * max(1.0, abs(low))
    assert np.isfinite(values).all()
    assert values.min() >= low - tiny
    assert values.max() <= high + tiny


@pytest.mark.slow_without_jit
@pytest.mark.parametrize(("law", "exact"), LAWS, ids=NAMES)
def test_the_first_four_moments_are_the_law_s_own(law, exact):
    """Bias of at most a tenth of the standard error that a million draws of a normal law leave, so that none can be seen.

    Both sides are integrals over the same 65,536 equal steps of probability, so that the steps themselves do not count.
    """
    bits = comb(1 << 16)
    found, truth = (moments(values) for values in (sampled(law, bits), exact.ppf(probability(bits))))
    n = 1_000_000
    for name, one, other, allowed in zip(
        ("mean", "variance", "skewness", "kurtosis"),
        (found[0] / truth[1], (found[1] / truth[1]) ** 2, found[2], found[3]),
        (truth[0] / truth[1], 1.0, truth[2], truth[3]),
        (0.1 / sqrt(n), 0.1 * sqrt(2 / n), 0.1 * sqrt(6 / n) * max(1, truth[3] / 3), 0.1 * sqrt(24 / n) * max(1, truth[3] / 3) ** 2),
        strict=True,
    ):
        assert abs(one - other) <= allowed, f"the {name} is off by {abs(one - other):.2e}; {allowed:.2e} is allowed"


def moments(values):
    """Mean, standard deviation, skewness and kurtosis."""
    mean, sd = values.mean(), values.std()
    scaled = (values - mean) / sd
    return mean, sd, (scaled**3).mean(), (scaled**4).mean()


def test_that_check_would_notice_a_table_that_is_too_coarse():
    # straight lines between 256 even nodes of probability put the variance of a PERT law 1.8 % too high, and are yet
    # within 1 % of the range everywhere
    exact, u = pert(20, 35, 100), probability(comb(1 << 16))
    knots = np.linspace(0, 1, 257)
    coarse = np.interp(u, knots, exact.ppf(knots))
    assert np.abs(coarse - exact.ppf(u)).max() < 0.1 * 80
    assert abs(coarse.var() / exact.ppf(u).var() - 1) > 0.1 * sqrt(2 / 1_000_000)


def test_a_discrete_law_takes_each_value_with_its_share_of_the_words():
    law = Discrete((5, 1, 3, 8), (1, 2, 3, 0))
    values = sampled(law, comb(6_000))
    # values in rising order: 1 (2/6), 3 (3/6), 5 (1/6); 8 has no weight and never comes
    assert {value: int((values == value).sum()) for value in np.unique(values)} == {1.0: 2000, 3.0: 3000, 5.0: 1000}
    assert np.array_equal(values, np.sort(values))


def test_a_discrete_law_changes_its_value_where_the_probability_reaches_a_step():
    law = Discrete((10, 20), (1, 3))
    below, above = np.array([2**30 - 1], np.uint32), np.array([2**30], np.uint32)
    assert (sampled(law, below)[0], sampled(law, above)[0]) == (10, 20)


def test_a_sample_is_drawn_from_as_it_is():
    sample = (7.0, 3.0, 3.0, 11.5)
    values = sampled(Empirical(sample), comb(4_000))
    assert {value: int((values == value).sum()) for value in np.unique(values)} == {3.0: 2000, 7.0: 1000, 11.5: 1000}


def test_a_law_without_a_range_is_a_constant():
    words = np.array([0, 2**31, 2**32 - 1], np.uint32)
    for law in (Fixed(480), Pert(480, 480, 480), Triangular(480, 480, 480), Uniform(480, 480), Discrete((480,)), Beta(480, 480, 2, 3)):
        assert set(sampled(law, words)) == {480.0}


def test_a_pert_law_is_sampled_alike_alone_and_among_others():
    """Laws of one shape are fitted together; what else a portfolio holds must not change any one's draws."""
    bits = np.concatenate([comb(1_000), tails()])
    for shape in (2.0, 3.0, 4.0, 6.0, 30.0):
        others = tuple(Pert(1, 1 + k, 40, shape) for k in range(30))
        for mode in (21.8, 35, 61.7, 77):
            law = Pert(20, mode, 100, shape)
            assert np.array_equal(sampled(law, bits), sampled(law, bits, others)), law
