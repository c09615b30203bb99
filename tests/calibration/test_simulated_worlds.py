"""The program promises to find honest forecasts honest, and to recover by how much others are off.

Every check is at a confidence of 1 - 1e-6: so seldom does it fail on right code, whatever the seeds.
"""

from __future__ import annotations

from functools import cache

import pytest
from calibrated_worlds import happened, outcomes, projects, told_of

from pmosim.results.calibration import HOLDS, TOO_EARLY, Calibration
from pmosim.results.judging import calibration_of

SURE = 1 - 1e-6
SEEDS = (1, 2, 3)


@cache
def judged(seed, scale):
    """500 projects whose estimates are ``scale`` times the true ones."""
    model = projects(500, seed, scale=scale)
    found = outcomes(told_of(model, seed=seed), happened(projects(500, seed), seed), model)
    return calibration_of(found, [], source="a world", confidence=SURE)


@pytest.mark.parametrize("seed", SEEDS)
def test_p_values_of_the_true_model_hold(seed):
    made = judged(seed, 1.0)
    assert made.judged == 500
    assert {rate.verdict for rate in made.rates} == {HOLDS}
    assert made.rate(80).share.low <= 0.8 <= made.rate(80).share.high
    assert all(made.histogram.low <= count <= made.histogram.high for count in made.histogram.counts)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_the_true_model_nothing_is_corrected(seed):
    made = judged(seed, 1.0)
    assert made.correction.shift.low <= 1 <= made.correction.shift.high
    assert not made.correction.is_flagged
    assert made.suggestion == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_estimates_a_fifth_too_low_are_flagged_and_the_shift_recovers_the_truth(seed):
    made = judged(seed, 0.8)
    assert made.rate(80).verdict == TOO_EARLY
    assert made.correction.is_flagged
    assert made.correction.shift.low <= 1.25 <= made.correction.shift.high
    assert made.correction.shift.high / made.correction.shift.low < 1.1  # and says so narrowly
    assert made.bias.ratio.low <= 1.25 <= made.bias.ratio.high
    assert made.bias.median.low > 0


def test_types_teams_and_lead_times_are_told_apart():
    made = judged(1, 0.8)
    assert {(one.by, one.name) for one in made.classes if one.by != "lead"} == {
        ("type", "bridge"),
        ("type", "road"),
        ("team", "north"),
        ("team", "south"),
        ("team", "east"),
    }
    assert sum(one.milestones for one in made.classes if one.by == "lead") == 500


def test_a_calibration_survives_json():
    made = judged(1, 0.8)
    assert Calibration.from_json(made.to_json()) == made
