"""The shipped scenario that lays uncertainty over a planner's Primavera schedule."""

from pathlib import Path

import pytest

from pmosim.interchange.parity import parity
from pmosim.interchange.rules import can_vary
from pmosim.model.schedule import schedule
from pmosim.scenario.reader import read_scenario

pytestmark = pytest.mark.java

FILE = Path(__file__).parents[2] / "scenarios" / "p6-schedule" / "p6-schedule.yaml"


@pytest.fixture(scope="module")
def portfolio():
    return read_scenario(FILE).portfolio


def test_every_activity_with_work_to_do_is_uncertain(portfolio):
    assert [id for id, task in portfolio.tasks.items() if can_vary(task) and task.duration.is_constant] == []


def test_the_planned_dates_are_still_those_of_primavera(portfolio):
    found = parity("mdl4ra.xer", portfolio.tasks, schedule(portfolio))
    assert found.compared == found.to_the_minute == 62


def test_the_first_rule_wins_over_those_below_it(portfolio):
    masonry = {task.parent: task.duration for task in portfolio.tasks.values() if task.name == "Masonry"}
    fifth = masonry.pop("MDL4RA_H5")
    assert {type(law).__name__ for law in masonry.values()} == {"Triangular"}
    assert type(fifth).__name__ == "Pert"
