"""A state says how likely what was promised is to be kept, and does not hide that the simulation leaves it open."""

import pytest
from output import pictures

from pmosim.output import overview, rating
from pmosim.results.records import Estimate


def share(value, half=0.001):
    return Estimate(value, value - half, value + half)


@pytest.mark.parametrize(
    ("value", "half", "state", "mark"),
    [
        (0.93, 0.01, "green", "good"),
        (0.81, 0.02, "green or amber", "good"),
        (0.79, 0.02, "amber or green", "fair"),
        (0.65, 0.01, "amber", "fair"),
        (0.65, 0.20, "amber or red or green", "fair"),
        (0.49, 0.02, "red or amber", "bad"),
        (0.0, 0.0, "red", "bad"),
        (0.8, 0.0, "green", "good"),
        (0.5, 0.0, "amber", "fair"),
    ],
)
def test_limits_are_those_that_the_rule_states(value, half, state, mark):
    found = rating.state_of([share(value, half)])
    assert (found, found.mark) == (state, mark)
    assert "80 %" in rating.rule()
    assert "50 %" in rating.rule()


def test_the_less_likely_of_date_and_budget_decides():
    assert rating.state_of([share(0.95), share(0.3)]) == "red"
    assert rating.state_of([share(0.95), None]) == "green"


def test_what_promised_nothing_has_no_state():
    assert rating.state_of([None, None]) == ""


def test_each_project_told_in_full_is_led_to_and_each_state_is_of_its_own_figures():
    forecast = pictures.forecast("portfolio")
    table = overview.overview(forecast, {forecast.targets[1].id: "target-2"})
    assert [row[0].href for row in table.rows][:3] == ["", "target-2", ""]
    for one, row in zip(forecast.targets, table.rows, strict=True):
        assert row[1] == rating.state_of_target(one)
