"""The program promises that rework follows the geometric law, cut off where it is said to be, and that every round is work of its own."""

import numpy as np
import pytest
from building import DAY
from exact import Lattice, mixture, total
from statistical import assert_mean, assert_share
from truth import SEEDS, Truth, known_answer

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, redraw_durations, simulate_finishes
from pmosim.forecasting import forecast
from pmosim.scenario.reader import scenario_from_text

TESTED = """
pmosim: 1
status_date: 2026-03-02
projects:
  p:
    tasks:
      inspect:   {duration: 3d}
      repair:    {duration: discrete 2d 60% 4d 40%, after: inspect, cost: 1000 EUR}
      reinspect: {duration: 1d, after: repair FS+1d}
      open:      {duration: 5d, after: [inspect, reinspect FS+2d]}
rework:
  inspection: {after: inspect, repeat: [repair, reinspect], probability: 30%, at_most: 3}
"""

REVIEWED = """
pmosim: 1
status_date: 2026-03-02
projects:
  p:
    tasks:
      design: {duration: discrete 3d 50% 5d 50%}
      models: {duration: discrete 2d 50% 6d 50%}
      review: {duration: 1d, after: [design, models]}
      build:  {duration: 10d, after: review}
rework:
  design_review: {repeat: [design, models, review], probability: 0.4, at_most: 2}
"""


def read(text):
    return scenario_from_text(text).portfolio


def rounds(p, at_most):
    """Probability of each number of rounds: geometric, with all the rest on the last."""
    return {count: p**count * (1 - p if count < at_most else 1) for count in range(at_most + 1)}


@known_answer
def test_work_that_fails_is_repeated_until_it_does_not_or_no_more():
    repair = Lattice.of({2 * DAY: 0.6, 4 * DAY: 0.4})

    def after(count):
        """A round is the repair, a day of waiting, a day of inspection; once there was any, two days of waiting come at the end."""
        return total([repair] * count) + (8 + 2 * count + 2) * DAY if count else Lattice.constant(8 * DAY)

    finish = mixture((share, after(count)) for count, share in rounds(0.3, 3).items())
    done = {"repair": 0.3, "repair-2": 0.09, "repair-3": 0.027, "reinspect": 0.3, "reinspect-2": 0.09, "reinspect-3": 0.027}
    return Truth(read(TESTED), finish, done | {"inspect": 1.0, "open": 1.0})


@known_answer
def test_without_a_task_that_it_comes_after_work_is_done_once_in_any_case():
    one = Lattice.of({3 * DAY: 0.25, 5 * DAY: 0.25, 6 * DAY: 0.5}) + DAY  # the later of design and models, and the review
    finish = mixture((share, total([one] * (count + 1)) + 10 * DAY) for count, share in rounds(0.4, 2).items())
    # the models are the later where they take six days, which is in half of all rounds
    return Truth(read(REVIEWED), finish, {"review": 1.0, "review-2": 0.4, "review-3": 0.16, "models-2": 0.4 * 0.5, "design-3": 0.16 * 0.5})


@pytest.mark.parametrize("seed", SEEDS)
def test_every_round_that_is_done_is_paid(seed):
    cost = simulate_finishes(compile_portfolio(read(TESTED)), Run(100_000, seed)).costs[-1] / 100
    shares = rounds(0.3, 3)
    mean = sum(1000 * count * share for count, share in shares.items())
    sd = np.sqrt(sum((1000 * count - mean) ** 2 * share for count, share in shares.items()))
    assert_mean(cost, mean, sd)
    for count, share in shares.items():
        assert_share(int((cost == 1000 * count).sum()), 100_000, share)


def test_more_rounds_leave_the_draws_of_the_earlier_ones_alone():
    few, many = (compile_portfolio(read(TESTED.replace("at_most: 3", f"at_most: {most}"))) for most in (2, 6))
    ids = ["p.repair", "p.reinspect", "p.repair-2", "p.reinspect-2"]
    drawn = [redraw_durations(one, Run(4096, 5), [one.position[id] for id in ids]) for one in (few, many)]
    assert np.array_equal(*drawn)
    ends = [simulate_finishes(one, Run(4096, 5)).finishes[0] for one in (few, many)]
    more = redraw_durations(many, Run(4096, 5), [many.position["p.repair-3"]])[0] > 0
    assert np.array_equal(ends[0] == ends[1], ~more)
    assert more.any()


def test_the_plan_does_work_once_where_that_is_likelier():
    plan = {task.id: (task.planned_start, task.planned_finish) for task in forecast(read(TESTED), iterations=64).tasks}
    assert plan["p.open"][1].isoformat() == "2026-03-11T17:00:00"  # eight working days from a Monday
    assert plan["p.repair"][0] == plan["p.repair"][1]


def test_a_forecast_tells_how_often_each_round_came_and_when_it_was_done_then():
    found = forecast(read(TESTED), iterations=20_000, seed=4)
    first, second, third = found.branches
    assert [branch.label for branch in found.branches] == ["inspection 1", "inspection 2", "inspection 3"]
    for branch, reached in ((first, 1.0), (second, 0.3), (third, 0.09)):
        again, done = branch.ways
        assert_share(round(again.share.value * 20_000), 20_000, 0.3 * reached)
        assert_share(round(done.share.value * 20_000), 20_000, 0.7 * reached)
        missed = branch.not_reached.value if branch.not_reached else 0.0
        assert again.share.value + done.share.value + missed == pytest.approx(1)
    tasks = {task.id: task for task in found.tasks}
    assert tasks["p.open"].exists is None
    assert tasks["p.repair-2"].exists == second.ways[0].share
    assert tasks["p.repair"].exists == first.ways[0].share
    # where it exists at all, the repair begins when the inspection is over, and takes two or four days
    assert {tasks["p.repair"].start[level].day for level in (10, 50, 90)} == {5}
    assert (tasks["p.repair"].finish[10].day, tasks["p.repair"].finish[90].day) == (6, 10)
