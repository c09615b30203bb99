"""The program promises to find honest forecasts honest, and to recover by how much others are off.

Every check is at a confidence of 1 - 1e-6: so seldom does it fail on right code, whatever the seeds.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from calibrated_worlds import happened, outcomes, projects, told_of
from statistical import assert_mean, assert_percentile

from pmosim.forecasting import simulate
from pmosim.model.laws import Fixed
from pmosim.model.risks import Hit, Impact, ImpactKind, Risk
from pmosim.results.calibration import HOLDS, TOO_EARLY, Calibration
from pmosim.results.correction import Correction
from pmosim.results.judging import calibration_of, driver_text
from pmosim.results.records import Estimate
from pmosim.scenario.reader import scenario_from_text

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


def test_a_suggested_driver_can_be_pasted_into_a_scenario_and_slows_all_tasks():
    text = "pmosim: 1\nstatus_date: 2026-03-02\ntasks: {dig: {duration: 10d}, pour: {duration: 20d, after: dig}}\n"
    driver = driver_text(Correction(100, 100, Estimate(1.25, 1.2, 1.3), Estimate(0.1, 0.05, 0.15)))
    plain, slowed = (scenario_from_text(part).portfolio for part in (text, text + driver + "\n"))
    assert {hit.target for hit in slowed.risks[0].hits} == {*plain.tasks}
    minutes = simulate(slowed, iterations=20_000, seed=1).finish["project.finish"]
    factors = np.log(minutes / (30 * 480))
    assert_mean(factors, np.log(1.25), 0.1, slack=1e-3)  # the mean and sd are written with three and two digits
    assert_percentile(factors, 0.8, 0.8, np.log(1.25) + 0.1 * 0.8416, slack=2e-3)


def test_a_driver_as_suggested_makes_the_p_values_hold_again():
    made = judged(1, 0.8)
    factor = made.correction.shift.value
    hits = tuple(Hit(f"p{k}.{name}", Impact(ImpactKind.FACTOR, Fixed(factor))) for k in range(500) for name in ("left", "right", "last"))
    corrected = projects(500, 1, scale=0.8, risks=[Risk("calibration", 1.0, hits)])
    found = outcomes(told_of(corrected, seed=1), happened(projects(500, 1), 1), corrected)
    again = calibration_of(found, [], source="a world", confidence=SURE)
    assert again.rate(80).verdict == HOLDS
    assert not again.correction.is_flagged
