"""Standard errors by influence functions are those that repeated samples show, for laws that are not normal and for ties."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import kendalltau, rankdata

from pmosim.results.estimates import correlation
from pmosim.results.influence import (
    group_mean_error,
    group_percentile_spread,
    kendall_error,
    pearson_error,
    spearman_error,
    spread_error,
    spreads_ratio_error,
)
from pmosim.results.sensitivity import deciles

N, SAMPLES = 2_000, 500

# The spread of 500 figures has a relative standard error of 1/sqrt(2 * 500), 3.2 %, for near-normal figures: 4.9 of them
# are 16 % at a false-failure rate of 1e-6. The formulas hold in the limit; skewed samples of 2,000 get the rest.
AGREE = 0.25


def exponentials(random):
    first = random.exponential(2.0, N)
    return first, first + random.exponential(1.0, N)


def uniforms(random):
    first = random.uniform(size=N)
    return first, np.maximum(first, random.uniform(size=N))


def a_risk(random):
    occurs = random.random(N) < 0.3
    size = np.where(occurs, 10 + random.normal(size=N), 0.0)
    return size, np.where(occurs, size - 8, 0.0) * 2 + random.exponential(size=N)


def itself(random):
    first = random.uniform(size=N)
    return first, first


SAMPLERS = [exponentials, uniforms, a_risk]


def ratio_of(figure, error, sampler, seed=20_260_302):
    """Mean standard error as estimated, over the spread of the figure that the samples show."""
    random = np.random.default_rng(seed)
    samples = [sampler(random) for _ in range(SAMPLES)]
    return np.mean([error(x, y) for x, y in samples]) / np.std([figure(x, y) for x, y in samples])


def ranked(function):
    return lambda x, y: function(rankdata(x), rankdata(y))


FIGURES = {
    "pearson": (lambda x, y: np.corrcoef(x, y)[0, 1], pearson_error),
    "spearman": (ranked(lambda x, y: np.corrcoef(x, y)[0, 1]), ranked(spearman_error)),
    "kendall": (lambda x, y: kendalltau(x, y).statistic, kendall_error),
    "ratio of spreads": (lambda x, y: np.log(x.std() / y.std()), spreads_ratio_error),
    "spread": (lambda _, y: np.log(y.std()), lambda _, y: spread_error(y)),
}


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("name", FIGURES)
def test_the_error_of_a_figure_is_the_one_that_samples_show(name, sampler):
    assert ratio_of(*FIGURES[name], sampler) == pytest.approx(1, abs=AGREE)


@pytest.mark.parametrize("sampler", [*SAMPLERS, itself])
@pytest.mark.parametrize("end", [0, 1])
def test_the_error_of_a_decile_s_mean_counts_the_error_of_its_bound(sampler, end):
    def less_mean(x, y):
        return y[deciles(x)[end].members].mean() - y.mean()

    def its_error(x, y):
        group = deciles(x)[end]
        return group_mean_error(y, group.members, group.edge)[1]

    assert ratio_of(less_mean, its_error, sampler) == pytest.approx(1, abs=AGREE)


def test_that_check_would_notice_if_the_bound_were_taken_as_known():
    def naive(x, y):
        return group_mean_error(y, deciles(x)[0].members, None)[0]

    assert ratio_of(lambda x, y: y[deciles(x)[0].members].mean() - y.mean(), naive, itself) < 0.6


@pytest.mark.parametrize(("end", "place"), [(0, 0.08), (1, 0.98)])
def test_the_error_of_a_decile_s_percentile_counts_the_error_of_its_bound(end, place):
    # of a uniform quantity by itself the P80 of its lowest tenth is its P8, that of its highest its P98
    random = np.random.default_rng(1)
    exact = sqrt(place * (1 - place))  # standard errors in places per sqrt(n), of a plain percentile
    found = []
    for _ in range(20):
        x, y = itself(random)
        group = deciles(x)[end]
        at = float(np.quantile(y[group.members], 0.8))
        found.append(group_percentile_spread(y, at, 0.8, 0.1, group.edge))
    assert np.mean(found) == pytest.approx(exact, rel=0.05)


def test_a_source_that_is_the_target_has_a_correlation_of_one_without_error():
    x = np.random.default_rng(1).uniform(size=N)
    for figure in (pearson_error(x, x), spearman_error(rankdata(x), rankdata(x)), kendall_error(x, x)):
        assert figure < 1e-12
    assert correlation(1.0, 0.0, 0.95).low == 1.0


def test_five_iterations_say_nothing_about_a_correlation():
    x, y = np.arange(5.0), np.array([1.0, 3.0, 2.0, 5.0, 4.0])
    estimate = correlation(0.8, pearson_error(x, y), 0.95)
    assert (estimate.low, estimate.value, estimate.high) == (0.0, 0.8, 1.0)


def test_what_never_varies_has_no_error():
    still = np.ones(100)
    assert (pearson_error(still, np.arange(100)), kendall_error(still, np.arange(100)), spread_error(still)) == (0, 0, 0)
