"""The quay wall: what it is there to show of branches and rework."""

from pathlib import Path

import pytest
from statistical import assert_share

from pmosim.forecasting import forecast
from pmosim.scenario.reader import read_scenario

FILE = Path(__file__).parents[2] / "scenarios" / "quay-wall.yaml"
N = 4000


@pytest.fixture(scope="module")
def found():
    return forecast(read_scenario(FILE).portfolio, iterations=N, seed=6)


def shares(found, id):
    branch = next(one for one in found.branches if one.label == id)
    return {way.name: way.share.value for way in branch.ways}


def test_the_ground_is_gravel_or_rock_and_the_piles_are_driven_or_drilled(found):
    tasks = {task.id: task for task in found.tasks}
    ground = shares(found, "ground")
    assert_share(round(N * ground["rock"]), N, 0.3)
    assert (tasks["project.drive"].exists.value, tasks["project.drill"].exists.value) == (ground["gravel"], ground["rock"])
    assert ground["gravel"] + ground["rock"] == pytest.approx(1)


def test_the_deck_is_cast_in_tents_where_the_wall_is_done_too_late(found):
    tasks, frost = {task.id: task for task in found.tasks}, shares(found, "frost")
    assert 0.05 < frost["after"] < 0.3
    limit = next(branch for branch in found.branches if branch.id == "frost").ways[0].up_to
    assert max(tasks["project.cast"].start.values()) < limit.replace(day=limit.day + 4)  # the next working morning at the latest
    assert min(tasks["project.cast_in_tents"].start.values()) > limit


def test_rock_leads_to_frost(found):
    # the later decision follows from the earlier one: where it is all rock, the wall is late far more often
    rock = read_scenario(FILE, ["branches.ground.ways.gravel.probability=0%"]).portfolio
    assert shares(forecast(rock, iterations=N, seed=6), "frost")["after"] > 2 * shares(found, "frost")["after"]


def test_the_plan_is_on_gravel_without_a_wreck_and_with_good_welds(found):
    planned = {task.id.removeprefix("project."): (task.planned_finish - task.planned_start).days for task in found.tasks}
    assert {id for id, days in planned.items() if days == 0} == {
        "lift",
        "drill",
        "repair",
        "reinspect",
        "repair-2",
        "reinspect-2",
        "repair-3",
        "reinspect-3",
        "wall",
        "cast_in_tents",
        "open",
    }
