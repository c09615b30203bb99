"""The assertions about samples accept the truth, refuse what is wrong by little, and fail no more often than they say."""

from math import sqrt

import numpy as np
import pytest
from exact import Lattice, PhaseType, latest, uniform
from scipy.stats import binom, norm
from statistical import assert_mean, assert_percentile, assert_share, assert_variance, errors_allowed

N = 1_000_000


@pytest.fixture(scope="module")
def exponentials():
    """A million draws of an exponential law with mean 1: variance 1, fourth central moment 9."""
    return np.random.default_rng(20_260_302).exponential(size=N)


def test_right_figures_are_accepted(exponentials):
    assert_mean(exponentials, 1.0, 1.0)
    assert_variance(exponentials, 1.0, 9.0)
    assert_variance(exponentials, 1.0, 9.0, mean=1.0)
    for p in (0.1, 0.5, 0.8, 0.9):
        assert_percentile(exponentials, p, p, -np.log1p(-p))
    assert_share(int((exponentials > 1).sum()), N, np.exp(-1))


def test_a_mean_that_is_off_by_ten_standard_errors_is_refused(exponentials):
    for wrong in (0.99, 1.01):
        with pytest.raises(AssertionError, match="the mean"):
            assert_mean(exponentials, wrong, 1.0)


def test_a_variance_that_is_off_by_four_percent_is_refused(exponentials):
    # the standard error is sqrt(8/n), 0.28 %; one that has lost the square of the tail is off by more
    for wrong in (0.96, 1.04):
        with pytest.raises(AssertionError, match="the variance"):
            assert_variance(exponentials, wrong, 9.0)


def test_a_percentile_that_is_off_by_half_a_percent_of_probability_is_refused(exponentials):
    for p in (0.1, 0.5, 0.8, 0.9):
        for wrong in (p - 0.005, p + 0.005):
            with pytest.raises(AssertionError, match=f"P{100 * p:g}"):
                assert_percentile(exponentials, p, p, -np.log1p(-wrong))


def test_a_criticality_that_is_off_by_half_a_percent_is_refused():
    assert_share(500_100, N, 0.5)
    for wrong in (0.495, 0.505):
        with pytest.raises(AssertionError, match="share"):
            assert_share(500_000, N, wrong)


def test_slack_widens_what_is_allowed_by_itself_and_no_more():
    sample = np.full(N, 3.0)
    assert_mean(sample, 2.5, 0.0, slack=0.5)
    with pytest.raises(AssertionError):
        assert_mean(sample, 2.5, 0.0, slack=0.49)
    assert_percentile(sample, 0.5, 1.0, 2.0, slack=1.0)
    with pytest.raises(AssertionError):
        assert_percentile(sample, 0.5, 1.0, 2.0, slack=0.9)
    assert_share(600_000, N, 0.5, slack=0.1)
    with pytest.raises(AssertionError):
        assert_share(600_000, N, 0.5, slack=0.09)


def test_a_sample_without_luck_has_to_be_right_to_the_last_digit():
    constant = np.full(1000, 480.0)
    assert_mean(constant, 480.0, 0.0)
    assert_variance(constant, 0.0, 0.0)
    with pytest.raises(AssertionError):
        assert_mean(constant, 480.001, 0.0)
    with pytest.raises(AssertionError):
        assert_share(999, 1000, 1.0)


@pytest.mark.parametrize("exact", [1e-6, 0.01, 0.5, 0.8, 0.999])
def test_a_share_fails_no_more_often_than_stated_and_almost_as_often(exact):
    for rate in (1e-6, 1e-2):
        fewest, most = binom.ppf(rate / 2, N, exact), binom.isf(rate / 2, N, exact)
        outside = binom.cdf(fewest - 1, N, exact) + binom.sf(most, N, exact)
        assert outside <= rate
        if N * exact * (1 - exact) > 900:  # the steps of a binomial with few successes are coarser than the rate
            assert outside > rate / 2


def test_the_normal_limit_of_a_mean_has_the_stated_rate():
    assert 2 * norm.sf(errors_allowed(1e-6)) == pytest.approx(1e-6, rel=1e-6)


def test_small_samples_fail_as_often_as_stated():
    """At a rate of 5 % the share of failures among 2,000 samples is 5 %, so the tolerance is neither wide nor narrow."""
    random = np.random.default_rng(7)
    failures = {"mean": 0, "variance": 0, "percentile": 0}
    for _ in range(2_000):
        sample = random.normal(size=2_000)
        failures["mean"] += fails(assert_mean, sample, 0.0, 1.0, rate=0.05)
        failures["variance"] += fails(assert_variance, sample, 1.0, 3.0, rate=0.05)
        failures["percentile"] += fails(assert_percentile, sample, 0.8, 0.8, norm.ppf(0.8), rate=0.05)
    error = sqrt(0.05 * 0.95 / 2_000)
    # (the tails of a variance are a little heavier than normal; the binomial is discrete and so a little below 5 %)
    assert all(abs(count / 2_000 - 0.05) < 5 * error for count in failures.values()), failures


def fails(check, *arguments, **options) -> bool:
    try:
        check(*arguments, **options)
    except AssertionError:
        return True
    return False


def test_the_largest_of_two_dice_has_its_well_known_law():
    die = Lattice.of(dict.fromkeys(range(1, 7), 1 / 6))
    assert (die + die).mean == pytest.approx(7)
    assert (die + die).variance == pytest.approx(35 / 6)
    assert latest([die, die]).mean == pytest.approx(161 / 36)
    assert die.no_earlier_than(die) == pytest.approx(21 / 36)
    assert die.fourth == pytest.approx(sum((k - 3.5) ** 4 for k in range(1, 7)) / 6)
    assert [die.percentile(p) for p in (1 / 6, 0.17, 0.5, 1.0)] == [1, 2, 3, 6]


def test_rounding_to_whole_minutes_is_part_of_a_lattice():
    coarse = Lattice.rounded(uniform(0, 4))
    assert (coarse.first, coarse.mass[:5].tolist()) == (0, [0.125, 0.25, 0.25, 0.25, 0.125])


def test_a_phase_type_law_of_two_equal_stages_is_a_gamma_law():
    law = PhaseType(np.array([[-0.1, 0.1], [0.0, -0.1]]))
    assert (law.mean, law.variance, law.fourth) == pytest.approx((20, 200, 3 * 200**2 + 6 * 2 * 10**4))
    assert law.cdf(20) == pytest.approx(1 - 3 * np.exp(-2))
