"""The program promises lines of equal joint confidence that are exact for the iterations at hand, and shares that lose none of them."""

from datetime import datetime
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from pmosim.results.joint import FRONTIER_POINTS, frontier, joint_forecast
from pmosim.results.targets import Finishes, Promise

LEVELS = (50, 70, 80)


@st.composite
def iterations(draw):
    """Finishes and costs with many ties, or with none."""
    n = draw(st.integers(2, 120))
    few = draw(st.booleans())
    whole = st.integers(0, 5 if few else 10**6)
    dates = draw(st.lists(whole, min_size=n, max_size=n, unique=not few))
    costs = draw(st.lists(whole, min_size=n, max_size=n, unique=not few))
    return np.array(dates), np.array(costs), few


@given(iterations(), st.sampled_from(LEVELS))
def test_each_point_of_a_frontier_is_as_sure_as_its_level_and_no_cheaper_cost_is(made, level):
    dates, costs, tied = made
    wanted = ceil(round(len(dates) * level / 100, 9))
    for date, cost in zip(*frontier(dates, costs, level), strict=True):
        kept = int(((dates <= date) & (costs <= cost)).sum())
        assert kept == wanted or (tied and kept > wanted)
        assert ((dates <= date) & (costs < cost)).sum() < wanted


@given(iterations(), st.sampled_from(LEVELS))
def test_a_frontier_runs_from_the_earliest_date_that_any_cost_makes_sure_to_the_least_cost_that_any_date_does(made, level):
    dates, costs, _ = made
    place = ceil(round(len(dates) * level / 100, 9)) - 1
    along, down = frontier(dates, costs, level)
    assert along[0] == np.sort(dates)[place]
    assert down[-1] == np.sort(costs)[place]
    assert (np.diff(along) > 0).all()
    assert (np.diff(down) < 0).all()


def test_a_frontier_of_many_iterations_has_points_all_along_it():
    luck = np.random.default_rng(5)
    dates, costs = luck.integers(0, 10**9, (2, 20_000))
    along, down = frontier(dates, costs, 50)
    assert 0.9 * FRONTIER_POINTS <= len(along) <= FRONTIER_POINTS
    # where the two are independent the frontier is x y = 1/2: neighbouring points are 2**(1/39) apart in either direction
    shares = np.searchsorted(np.sort(dates), along) / len(dates)
    assert np.diff(np.log(shares)) == pytest.approx(np.log(2) / (FRONTIER_POINTS - 1), rel=0.05)
    assert (along / 1e9) * (down / 1e9) == pytest.approx(0.5, abs=0.02)


def test_the_interval_of_a_pair_of_p_values_holds_the_probability_of_that_date_with_that_cost_as_often_as_it_says():
    """Independent and uniform, so that the probability of any pair is known; the pair itself is one that the sample chose."""
    runs, n, reach = 400, 500, 10**6
    hits = dict.fromkeys(LEVELS, 0)
    for seed in range(runs):
        minutes, cents = np.random.default_rng(seed).integers(0, reach, (2, n))
        finishes = Finishes(minutes, minutes, datetime(1970, 1, 1).date(), 1440, datetime.fromtimestamp, 0, 0)
        made = joint_forecast("p.finish", finishes, cents, Promise(), 0, 0.95)
        for point in made.points:
            exact = (finishes.instant(point.finish) + 1) / reach * (round(100 * point.cost) + 1) / reach
            hits[point.level] += point.both.low <= exact <= point.both.high
    # exact binomial intervals are never too narrow for a given pair; the sample's own choice of it costs them nothing that shows
    fewest = binom.ppf(1e-6, runs, 0.95)
    assert min(hits.values()) >= fewest, hits
