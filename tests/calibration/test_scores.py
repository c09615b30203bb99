"""The program promises that scores of forecasts are what their definitions say, exactly."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pmosim.history.outcomes import knots_of_percentiles
from pmosim.results.clusters import clustered_mean, clustered_share, effective
from pmosim.results.outcomes import Outcome, first_at_each_lead, first_of_each
from pmosim.results.scoring import (
    error_of,
    hit_rate,
    judged,
    pinball_loss,
    plan_error,
    ranked_probability_score,
    score_of,
    transform,
    transform_band,
    transform_counts,
)

MADE = datetime(2026, 3, 2)


def outcome(days, share, day, *, until=1000, made=MADE, id="p.m", project="p", planned=1.0):
    """A forecast with these knots [calendar days], of a milestone that came in on ``day``, or is open."""
    taken = None if day is None else (float(day), float(day + 1))
    return Outcome(id, id, project, made, tuple(share), tuple(days), tuple(days), planned, day, taken, until, float(until))


def ten_days(day, **more):
    """Equally likely on each of the ten days 10 to 19."""
    return outcome((10, 20), (0, 1), day, **more)


steps = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), min_size=1, max_size=8, unique_by=lambda step: step[0])


@given(steps, st.integers(-10, 60))
def test_the_ranked_probability_score_is_what_its_other_definition_says(found, actual):
    """E|X - y| - E|X - X'|/2 (Gneiting & Raftery 2007, equation 21)."""
    at, weights = np.array(sorted(found)).T
    mass = weights / weights.sum()
    exact = mass @ np.abs(at - actual) - mass @ np.abs(at[:, None] - at) @ mass / 2
    assert ranked_probability_score(at, mass, actual) == pytest.approx(exact, abs=1e-9)


def test_a_forecast_without_spread_scores_by_how_far_it_was_off():
    sure = outcome((10, 11), (0, 1), 17, planned=10.5)
    assert score_of(sure) == 7
    assert plan_error(sure) == 7


def test_a_uniform_forecast_of_ten_days_scores_what_a_sum_by_hand_says():
    by_hand = sum(((k + 1) / 10 - (10 + k >= 12)) ** 2 for k in range(9))
    assert score_of(ten_days(12)) == pytest.approx(by_hand)


@pytest.mark.parametrize(("day", "loss"), [(17, 0.0), (19, 2 * 0.8), (12, 5 * 0.2)])
def test_late_costs_the_level_and_early_the_rest(day, loss):
    assert pinball_loss(ten_days(day), 80) == pytest.approx(loss)  # the P80 is day 17


def test_a_milestone_that_comes_in_on_the_day_of_the_p_value_keeps_it():
    kept, missed = ten_days(17), ten_days(18)
    assert hit_rate([kept], 80, 0.95)[:3] == (1, 1, pytest.approx(0.8))
    assert hit_rate([missed], 80, 0.95)[0] == 0


def test_of_a_narrow_forecast_more_is_expected_than_the_level_says():
    """All of it on two days: the day of the P60 is the second, by which everything is done."""
    narrow = outcome((10, 11, 12), (0, 0.5, 1), 11)
    assert hit_rate([narrow], 60, 0.95)[2] == 1.0


def test_a_p_value_is_judged_by_its_own_date_whether_or_not_the_milestone_has_come_in():
    """Else the early ones would be counted and the late ones not yet."""
    early, late = ten_days(11, until=15), ten_days(None, until=15)
    assert hit_rate([early, late], 50, 0.95)[:2] == (1, 2)
    assert hit_rate([early, late], 80, 0.95)[1] == 0
    assert judged([early, late]) == []


def test_an_open_milestone_beyond_its_forecast_counts_as_late():
    late = ten_days(None, until=30)
    assert judged([late]) == [late]
    assert transform(late) == (1.0, 1.0)
    assert error_of(late) == 30 - 15
    assert transform_counts([late]).tolist() == [0] * 9 + [1]


def test_the_transform_shares_a_day_among_the_bins_that_it_spans():
    two_days = outcome((10, 11, 12), (0, 0.25, 1), 11)
    counts = transform_counts([two_days], bins=4)
    assert counts == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])


def test_outcomes_that_spread_as_forecast_fill_all_bins_alike():
    assert transform_counts([ten_days(day) for day in range(10, 20)]) == pytest.approx(np.ones(10))


@pytest.mark.parametrize("n", [12, 50, 500])
def test_the_bands_of_the_histogram_hold_all_bins_as_often_as_they_say(n):
    """20,000 honest forecasters; fewer than 95 % would be seen with z = 4.9 (false-failure rate 1e-6)."""
    luck = np.random.default_rng(n)
    low, high = transform_band(n, 10, 0.95)
    counts = luck.multinomial(n, [0.1] * 10, 20_000)
    inside = ((counts >= low) & (counts <= high)).all(axis=1).mean()
    assert inside >= 0.95 - 4.9 * (0.95 * 0.05 / 20_000) ** 0.5


def test_shares_of_projects_with_one_outcome_each_have_the_exact_binomial_interval():
    hits = [True] * 31 + [False] * 9
    share, worth = clustered_share(hits, [str(k) for k in range(40)], 0.95)
    exact = binomtest(31, 40).proportion_ci(0.95, "exact")
    assert (share.low, share.high, worth) == (pytest.approx(exact.low), pytest.approx(exact.high), 40)


def test_ten_milestones_that_share_their_project_s_fate_count_as_one():
    """Projects in which all hit or all miss: what is worth something is their number, less what Student's law takes off."""
    hits, projects = np.repeat([True, True, True, False] * 10, 10), np.repeat(np.arange(40), 10).astype(str)
    assert 35 <= effective(hits, list(projects), 0.95) <= 40


def test_the_interval_of_clustered_means_holds_the_truth_as_often_as_it_says():
    """2,000 worlds of 12 projects with 5 outcomes each that share a project's luck; z = 4.9 (false-failure rate 1e-6)."""
    luck = np.random.default_rng(5)
    clusters = [str(k) for k in np.repeat(np.arange(12), 5)]
    covered = 0
    for _ in range(2_000):
        found = clustered_mean(np.repeat(luck.normal(size=12), 5) + luck.normal(size=60), clusters, 0.95)
        covered += found.low <= 0 <= found.high
    assert abs(covered / 2_000 - 0.95) <= 4.9 * (0.95 * 0.05 / 2_000) ** 0.5


def test_each_milestone_counts_once_by_its_first_forecast_and_once_in_each_class_of_lead_time():
    early = outcome((100, 120), (0, 1), 110)
    again = outcome((90, 110), (0, 1), 105, made=datetime(2026, 3, 9))
    short = outcome((10, 20), (0, 1), 15, made=datetime(2026, 6, 9))
    assert first_of_each([again, short, early]) == [early]
    assert first_at_each_lead([short, again, early]) == {"up to 1 month": [short], "3 to 6 months": [early]}


@given(st.lists(st.integers(1, 40), min_size=2, max_size=101))
def test_percentiles_told_as_days_make_a_distribution_function_that_passes_between_them(gaps):
    ordinals = np.cumsum(gaps)
    days = [date.fromordinal(730_000 + int(ordinals[k * (len(ordinals) - 1) // 100])) for k in range(101)]
    knots, share = knots_of_percentiles(days)
    assert share[0] == 0
    assert share[-1] == 1
    assert all(a < b for a, b in pairwise(knots))
    assert all(a < b for a, b in pairwise(share))
