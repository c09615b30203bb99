"""Driving-path groups: iterations in which the same tasks drove the target."""

import numpy as np
import pytest
from building import DAY, portfolio
from small_rankings import ranked
from statistical import assert_share

from pmosim.model.laws import Discrete, Uniform
from pmosim.results.paths import ENOUGH, SHOWN, Traced, group_paths
from pmosim.results.ranking import DrivingTask

N = 20_000


def coin(low, high, p):
    return Discrete((low * DAY, high * DAY), (1 - p, p))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_paths_drive_as_often_as_enumeration_says(seed):
    # upper: 2 days, or 6 with 0.3; lower: 4: the upper path drives where its coin says so
    laws = {"begin": Uniform(DAY, 2 * DAY), "upper": coin(2, 6, 0.3), "lower": coin(3, 4, 0.5), "end": Uniform(DAY, 2 * DAY)}
    made = ranked(portfolio(laws, "begin upper", "begin lower", "upper end", "lower end"), iterations=10_000, seed=seed).paths
    shares = {tuple(task.id for task in group.tasks): group.share.value for group in made.groups}
    assert set(shares) == {("p.upper",), ("p.lower",)}
    assert_share(round(shares["p.upper",] * 10_000), 10_000, 0.3)
    assert [task.id for task in made.common] == ["p.begin", "p.end"]
    assert made.rest is None
    assert made.distinct == 2


def test_paths_that_tie_are_a_path_of_their_own():
    made = ranked(portfolio({"a": coin(2, 3, 0.5), "b": coin(2, 3, 0.5)})).paths
    assert {tuple(task.id for task in group.tasks) for group in made.groups} == {("p.a",), ("p.b",), ("p.a", "p.b")}
    assert sum(group.share.value for group in made.groups) == pytest.approx(1)


def test_the_mean_finish_of_each_path_is_above_the_plan_by_what_it_brings():
    laws = {"upper": coin(2, 6, 0.3), "lower": coin(4, 5, 0.5)}  # planned: the likelier value, or the first of two
    made = ranked(portfolio(laws))
    plan = 4
    upper = next(group for group in made.paths.groups if [task.id for task in group.tasks] == ["p.upper"])
    assert upper.above_plan.value == pytest.approx(6 - plan)


def test_rare_tasks_are_left_out_of_the_chains_where_there_are_too_many():
    luck = np.random.default_rng(1)
    often = np.array([0.5, *[0.004] * 40])
    drives = luck.random((len(often), N)) < often[:, None]
    tasks = [DrivingTask(f"t{k}", f"Task {k}") for k in range(len(often))]
    made = group_paths("finish", Traced(tasks, drives, np.zeros(N)), 0.95)
    assert made.distinct > SHOWN
    assert made.least == 0.01
    assert [{task.id for task in group.tasks} for group in made.groups] in ([{"t0"}, set()], [set(), {"t0"}])
    assert sum(group.share.value for group in made.groups) >= ENOUGH


def test_the_shares_of_all_paths_and_of_the_rest_add_up_to_one():
    drives = np.random.default_rng(1).random((30, N)) < 0.5
    tasks = [DrivingTask(f"t{k}", "") for k in range(30)]
    made = group_paths("finish", Traced(tasks, drives, np.zeros(N)), 0.95)
    assert made.rest is not None
    assert sum(group.share.value for group in made.groups) + made.rest.value == pytest.approx(1)


def test_where_nothing_drives_by_chance_there_is_one_path():
    made = ranked(portfolio({"a": Uniform(DAY, 2 * DAY)})).paths
    assert [group.share.value for group in made.groups] == [1]
    assert [task.id for task in made.common] == ["p.a"]
