"""The program promises that a replay tells of each round of rework that was come to, and what was done in it."""

import pytest

from pmosim.forecasting.replay import replay
from pmosim.scenario.reader import scenario_from_text

TEXT = """
pmosim: 1
status_date: 2026-03-02
tasks:
  test:   {duration: 3d}
  repair: {duration: 2d, after: test, name: Repair}
rework:
  inspection: {after: test, repeat: repair, probability: 50%, at_most: 3}
"""


@pytest.fixture(scope="module")
def told():
    """Replays by how many rounds there were: the percentiles of the run have them all."""
    portfolio = scenario_from_text(TEXT).portfolio
    stories = [replay(portfolio, iteration=number, iterations=64, seed=2) for number in range(1, 65)]
    return {sum(task.exists for task in story.tasks) - 1: story for story in stories}


def test_rounds_that_were_not_come_to_are_not_told(told):
    assert told.keys() == {0, 1, 2, 3}
    assert [(one.branch, one.way) for one in told[0].ways] == [("inspection 1", "done")]
    assert [(one.branch, one.way) for one in told[1].ways] == [("inspection 1", "again"), ("inspection 2", "done")]
    assert [one.way for one in told[3].ways] == ["again", "again", "again"]


def test_each_round_is_told_with_its_own_tasks(told):
    assert [one.tasks for one in told[3].ways] == [("Repair",), ("Repair, round 2",), ("Repair, round 3",)]
    assert [one.tasks for one in told[1].ways] == [("Repair",), ()]
