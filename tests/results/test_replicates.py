"""The program promises intervals from replicates where these have something to say, and plain ones elsewhere."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from building import DAY, MONDAY, portfolio

from pmosim.forecasting import forecast
from pmosim.model.laws import Uniform
from pmosim.model.project import Target
from pmosim.results.replicates import half_widths


def due(days):
    plan = portfolio({"dig": Uniform(0, 20 * DAY), "pile": Uniform(0, 20 * DAY)}, "dig pile")
    return replace(plan, targets=(Target("p.finish", MONDAY + timedelta(days=days)),))


def chance(days, sampling, iterations=1000):
    return forecast(due(days), iterations=iterations, sampling=sampling).targets[0].probability


@pytest.mark.parametrize("days", [0, 365], ids=["never", "always"])
def test_what_never_came_about_is_not_impossible(days):
    latin, random = (chance(days, sampling) for sampling in ("latin-hypercube", "random"))
    assert latin.value in (0.0, 1.0)
    assert (latin.low, latin.high) == (random.low, random.high)
    assert latin.high > latin.low


def test_a_share_in_the_middle_is_more_certain_than_under_random_draws():
    """Of the variance of "u + v < 1" a third is not a sum of what u and v do alone: the error is 0.58 of a random one's."""

    def width(sampling):
        found = [forecast(due(28), iterations=1000, sampling=sampling, seed=seed).targets[0].probability for seed in range(20)]
        return np.mean([one.high - one.low for one in found])

    assert width("latin-hypercube") < 0.85 * width("random")  # Student's t for ten is 1.15 times the normal half width


def test_the_curve_never_claims_to_be_exact_within_its_ends():
    curve = forecast(due(28), iterations=1000, sampling="latin-hypercube").targets[0].curve
    low, share, high = map(np.array, (curve.low, curve.share, curve.high))
    inside = (share > 0) & (share < 1)
    assert ((low < share) & (share < high))[inside].all()


def test_the_half_width_is_students_of_the_replicates():
    figures = np.array([1.0, 2.0, 3.0, 4.0])
    assert half_widths(figures, 0.95) == pytest.approx(3.182446305 * np.std(figures, ddof=1) / 2)
