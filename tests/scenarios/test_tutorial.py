"""The tutorial's plan, worked out on the calendar of 2027 by hand.

Berlin rests on Monday 8 March (Women's Day), Friday 26 March and Monday 29 March (Easter), Thursday 6 May (Ascension) and
Monday 17 May (Whit Monday); the shop is closed from 30 March to 2 April.
"""

from datetime import datetime
from pathlib import Path

import pytest

from pmosim.forecasting import forecast, simulate
from pmosim.model.schedule import schedule
from pmosim.scenario.reader import read_scenario

SCENARIO = Path(__file__).parents[2] / "scenarios" / "tutorial.yaml"
DATES = {
    "survey": ((3, 1, 8), (3, 3, 17)),  # three days
    "design": ((3, 4, 8), (3, 16, 17)),  # eight days, the 8th is a holiday
    "order": ((3, 9, 8), (3, 15, 17)),  # two working days after the design has started: the 4th and the 5th
    "permit": ((3, 17, 8), (4, 14, 17)),  # seven days until Easter, eight after the closed week
    "strip": ((4, 15, 8), (4, 21, 17)),
    "delivery": ((3, 15, 17), (5, 10, 17)),  # 56 days of 24 hours
    "electrics": ((4, 22, 8), (5, 5, 17)),
    "floor": ((5, 7, 8), (5, 13, 17)),  # after Ascension
    "fit": ((5, 14, 8), (5, 21, 17)),  # the Friday, and four days after Whit Monday
    "opening": ((5, 21, 17), (5, 21, 17)),
}


@pytest.fixture(scope="module")
def scenario():
    return read_scenario(SCENARIO)


def test_it_has_ten_tasks_in_one_project(scenario):
    assert len(scenario.portfolio.projects) == 1
    assert set(scenario.portfolio.tasks) == {f"project.{id}" for id in DATES}
    assert len(DATES) == 10


@pytest.mark.parametrize("id", DATES)
def test_the_plan_has_the_dates_that_the_calendar_on_the_wall_gives(scenario, id):
    planned = schedule(scenario.portfolio)[f"project.{id}"]
    assert (planned.start, planned.finish) == tuple(datetime(2027, *parts) for parts in DATES[id])


def test_the_median_comes_later_than_the_plan_for_most_estimates_reach_further_up_than_down(scenario):
    (made,) = forecast(scenario.portfolio, iterations=500, seed=1).targets
    assert made.planned == datetime(2027, 5, 21, 17)
    assert made.percentiles[50].value > made.planned
    assert made.percentiles[80].value > made.percentiles[50].value


def test_no_future_is_shorter_than_every_task_at_its_best(scenario):
    # survey 3, plan 6, permit 10, strip 4, electrics 8, floor 4, fittings 4: 39 days one after the other
    draws = simulate(scenario.portfolio, iterations=500, seed=1)
    assert draws.finish["project.finish"].min() >= 39 * 480


def test_a_shared_risk_slows_both_trades_or_neither(scenario):
    (builders,) = (risk for risk in scenario.portfolio.risks if risk.id == "builders")
    assert {hit.target for hit in builders.hits} == {"project.electrics", "project.floor"}
    assert not builders.independent
