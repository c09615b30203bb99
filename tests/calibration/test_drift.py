"""The program promises to flag probabilities that can be foretold, and honest ones no more often than it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import binom

from pmosim.results.martingale import LEAST_WEEKS, drift_of

WORLDS = 300


def milestones(luck, count, weeks, *, rosy=0.0, slow=0.0, shared=0.5):
    """Probabilities of being on time where what is left is a sum of weekly surprises, half of them shared by all milestones.

    rosy : by how much each coming week is thought better than it is; slow : share of each week's news that is admitted a week late only
    """
    common = luck.normal(size=weeks + 10) * shared**0.5
    series = []
    for _ in range(count):
        begin = int(luck.integers(0, 10))
        news = common[begin : begin + weeks] + luck.normal(size=weeks) * (1 - shared) ** 0.5
        margin = luck.normal() * 0.7 * weeks**0.5
        admitted = np.convolve(news, [1 - slow, slow])[:weeks]
        seen = np.concatenate(([0.0], np.cumsum(admitted)[:-1]))
        left = weeks - np.arange(weeks)
        probability = ndtr((margin - seen + rosy * left) / np.sqrt(left))
        series.append((range(begin, begin + weeks + 1), [*probability, float(news.sum() <= margin)]))
    return series


def flagged(seed, **world):
    luck = np.random.default_rng(seed)
    return sum(drift_of(milestones(luck, **world), 0.95).is_flagged for _ in range(WORLDS))


@pytest.mark.parametrize(("count", "weeks"), [(4, 12), (30, 26)])
def test_an_honest_forecaster_is_flagged_no_more_often_than_stated(count, weeks):
    """At most 5 % of 300 worlds; more than the 1e-6 point of that binomial law would be no luck, whatever the seed."""
    assert flagged(count, count=count, weeks=weeks) <= binom.isf(1e-6, WORLDS, 0.05)


@pytest.mark.parametrize("world", [{"rosy": 0.5}, {"slow": 0.5}], ids=["too hopeful", "news admitted late"])
def test_a_forecaster_who_can_be_foretold_is_flagged_more_often_than_an_honest_one_could_be(world):
    assert flagged(9, count=30, weeks=26, **world) > binom.isf(1e-6, WORLDS, 0.05)


def test_hope_shows_as_a_fall_and_late_news_as_moves_that_go_on():
    luck = np.random.default_rng(4)
    hopeful = drift_of(milestones(luck, 400, 26, rosy=0.5, shared=0.0), 0.95)
    slow = drift_of(milestones(luck, 400, 26, slow=0.5, shared=0.0), 0.95)
    assert hopeful.mean.value.high < 0
    assert slow.follow.value.low > 0


def test_few_weeks_make_no_test():
    short = drift_of([(range(LEAST_WEEKS - 1), np.linspace(0.9, 0.1, LEAST_WEEKS - 1))], 0.95)
    assert short.mean is None
    assert not short.is_flagged


def test_without_any_promise_there_is_nothing_to_test():
    assert drift_of([], 0.95).series == 0
