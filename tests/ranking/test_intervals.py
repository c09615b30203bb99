"""Intervals of gains and ranks, over many samples whose law is known."""

import numpy as np
import pytest
from scipy.stats import binom

from pmosim.results.resampling import Resamples, interval, place_of, rank_ranges

SAMPLES, N = 500, 1000
FALSE_FAILURE = 1e-6
LEAST, MOST = 0.92, 0.985
"""A 95 % interval covers the truth in so many samples, at least and at most: percentile intervals of the bootstrap are a little narrow."""


def assert_coverage(hits):
    """``hits`` of SAMPLES are what a rate between LEAST and MOST explains; wrong once in a million."""
    assert binom.ppf(FALSE_FAILURE / 2, SAMPLES, LEAST) <= hits <= binom.isf(FALSE_FAILURE / 2, SAMPLES, MOST), hits / SAMPLES


def of_two_risks(luck):
    """Uniform over 0..10 days of 1000 minutes, and two risks of 3 days with probability 0.3: base, and what each adds."""
    return (10_000 * luck.random(N)).astype(np.int64), 3000 * (luck.random((2, N)) < 0.3)


@pytest.mark.slow
def test_the_interval_of_a_gain_at_a_percentile_covers_the_truth_at_its_rate():
    # P80 of base + risk is 8.9 days (0.7 x/10 + 0.3 (x - 3)/10 = 0.8), of the base alone 8
    hits = 0
    for seed in range(SAMPLES):
        base, (risk, _) = of_two_risks(np.random.default_rng(seed))
        resamples = Resamples(N, seed, times=200)
        both, alone = (resamples.of_percentiles(values, (80,))[0] for values in (base + risk, base))
        value = float(np.sort(base + risk)[place_of(N, 80)] - np.sort(base)[place_of(N, 80)])
        found = interval(value, both - alone, 0.95)
        hits += found.low <= 900 <= found.high
    assert_coverage(hits)


@pytest.mark.slow
def test_sources_of_equal_worth_are_tied_at_the_stated_rate_and_never_if_they_differ():
    hits = 0
    for seed in range(SAMPLES):
        base, risks = of_two_risks(np.random.default_rng(seed))
        everything, resamples = base + risks.sum(axis=0), Resamples(N, seed, times=200)
        without = [everything - risks[0], everything - risks[1], np.full(N, 2000)]
        spread = resamples.of_percentiles(everything, (80,))
        off = np.concatenate([spread - resamples.of_percentiles(values, (80,)) for values in without])
        p80 = [float(np.sort(values)[place_of(N, 80)]) for values in (everything, *without)]
        ranges = rank_ranges(p80[0] - np.array(p80[1:]), off, 0.95)
        assert ranges[2] == (1, 1)
        hits += ranges[0] == ranges[1] == (2, 3)
    assert_coverage(hits)


def test_the_interval_of_the_mean_by_resampling_agrees_with_the_normal_one():
    values = np.random.default_rng(1).normal(size=5000)
    spread = Resamples(5000, 1).of_mean(values)
    assert spread.std() == pytest.approx(values.std() / np.sqrt(5000), rel=0.2)  # 400 resamples: a standard error of 3.5 %


def test_what_two_samples_share_cancels_from_their_difference():
    values = (1e6 * np.random.default_rng(1).random(2000)).astype(np.int64)
    resamples = Resamples(2000, 1)
    difference = resamples.of_percentiles(values, (50, 80, 90)) - resamples.of_percentiles(values - 480, (50, 80, 90))
    assert not difference.any()


def test_beyond_the_iterations_that_are_resampled_the_spread_is_scaled_down():
    luck = np.random.default_rng(1)
    spread = [Resamples(n, 1).of_percentiles((1e6 * luck.random(n)).astype(np.int64), (80,)).std() for n in (20_000, 320_000)]
    assert spread[0] / spread[1] == pytest.approx(4, rel=0.25)


@pytest.mark.parametrize("n", [1, 2, 5, 99])
@pytest.mark.parametrize("level", [1, 50, 99])
def test_few_iterations_have_percentiles_too(n, level):
    values = np.arange(n)[::-1].copy()
    spread = Resamples(n, 3).of_percentiles(values, (level,))[0] + np.sort(values)[place_of(n, level)]
    assert set(spread) <= set(values.tolist())


@pytest.mark.parametrize("level", [1, 20, 80, 99])
def test_resampled_percentiles_are_those_of_the_resamples(level):
    values = np.random.default_rng(5).integers(0, 300, 700)
    resamples = Resamples(700, 2, times=50)
    off = resamples.of_percentiles(values, (level,))[0]
    for k in range(50):
        drawn = np.sort(np.repeat(values, resamples.counts[:, k].astype(int)))
        assert drawn[place_of(700, level)] == np.sort(values)[place_of(700, level)] + off[k]


def test_equal_certain_gains_are_tied_and_different_ones_are_not():
    assert rank_ranges(np.array([3.0, 3.0, 1.0]), np.zeros((3, 100)), 0.95) == [(1, 2), (1, 2), (3, 3)]
