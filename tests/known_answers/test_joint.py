"""The program promises the exact probability of keeping both a date and a budget, one of them, or neither."""

import json
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache

import numpy as np
import pytest
from building import DAY, MONDAY, portfolio
from statistical import assert_share
from truth import SAMPLING_ERROR, SEEDS

from pmosim.forecasting import forecast
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.project import Target
from pmosim.model.tasks import Cost
from pmosim.results.records import Forecast

ITERATIONS = 100_000

pytestmark = pytest.mark.slow_without_jit


def evening(working_days):
    """The end of the day on which so many working days from the beginning are done."""
    day = np.busday_offset(np.datetime64(MONDAY.date()), working_days - 1).astype(date)
    return datetime.combine(day, time(23, 59))


def promised(working_days, budget):
    return (Target("p.finish", evening(working_days), budget),)


def joint_of(plan, seed, **settings):
    (one,) = forecast(plan, iterations=ITERATIONS, seed=seed, **settings).joint
    return one


@cache
def independent():
    """10, 20 or 30 days (50, 30 and 20 %) for 20 to 60 kEUR, whatever the time: every share is a product."""
    return portfolio(
        {"build": {10 * DAY: 0.5, 20 * DAY: 0.3, 30 * DAY: 0.2}},
        costs={"build": Cost(fixed=Uniform(20_000, 60_000))},
        targets=promised(20, 50_000),
    )


def proportional():
    """Every minute costs the same, so whoever is late is over budget, too."""
    laws = {"dig": Uniform(4800, 24_000), "build": Uniform(4800, 24_000)}
    return portfolio(laws, "dig build", costs={name: Cost(rate=Fixed(2.0)) for name in laws}, targets=promised(65, 55_000))


@pytest.mark.parametrize("seed", SEEDS)
def test_independent_date_and_budget_are_kept_together_with_the_product_of_their_probabilities(seed):
    point = joint_of(independent(), seed).points[0]
    for count, exact in zip(point.iterations, (0.8 * 0.75, 0.8 * 0.25, 0.2 * 0.75, 0.2 * 0.25), strict=True):
        assert_share(count, ITERATIONS, exact, slack=SAMPLING_ERROR)


def test_where_cost_follows_from_time_the_less_sure_of_date_and_budget_decides():
    one = joint_of(proportional(), 1)
    assert all(point.both == min(point.on_time, point.on_budget, key=lambda share: share.value) for point in one.points)
    assert all(min(point.iterations[1:3]) == 0 for point in one.points)


def test_where_cost_follows_from_time_a_frontier_is_a_single_corner():
    one = joint_of(proportional(), 1)
    corners = {point.level: (point.finish, point.cost) for point in one.points}
    assert [(line.finish, line.cost) for line in one.frontiers] == [((corners[level][0],), (corners[level][1],)) for level in (50, 70, 80)]


def clipped(corners, a, b, limit):
    """The part of a convex polygon in which a x + b y <= limit."""
    kept = []
    for (x, y), (u, v) in zip(corners, [*corners[1:], corners[0]], strict=True):
        here, there = limit - a * x - b * y, limit - a * u - b * v
        if here >= 0:
            kept.append((x, y))
        if here * there < 0:
            share = here / (here - there)
            kept.append((x + share * (u - x), y + share * (v - y)))
    return kept


def area(corners):
    return sum(x * v - u * y for (x, y), (u, v) in zip(corners, [*corners[1:], corners[0]], strict=True)) / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_a_chain_of_two_uniform_tasks_at_different_rates_keeps_both_with_the_area_that_date_and_budget_leave(seed):
    low, high, days, budget = 4800.0, 24_000.0, 65, 75_000.0
    plan = portfolio(
        {"dig": Uniform(low, high), "build": Uniform(low, high)},
        "dig build",
        costs={"dig": Cost(rate=Fixed(1.0)), "build": Cost(rate=Fixed(4.0))},
        targets=promised(days, budget),
    )
    square = [(low, low), (high, low), (high, high), (low, high)]
    in_time = clipped(square, 1, 1, days * DAY)
    both = area(clipped(in_time, 1, 4, budget)) / area(square)
    on_time, on_budget = area(in_time) / area(square), area(clipped(square, 1, 4, budget)) / area(square)
    assert both < min(on_time, on_budget) - 0.05
    # durations are whole minutes: half a minute of either moves each limit over at most 2 of 19,200 minutes' worth of futures
    slack = 4 / (high - low)
    point = joint_of(plan, seed).points[0]
    for count, exact in zip(point.iterations, (both, on_time - both, on_budget - both, 1 - on_time - on_budget + both), strict=True):
        assert_share(count, ITERATIONS, exact, slack=slack)


@pytest.mark.parametrize("sampling", ["random", "latin-hypercube"])
def test_date_and_budget_by_themselves_are_as_sure_as_the_target_says(sampling):
    result = forecast(proportional(), iterations=2_000, seed=3, sampling=sampling)
    point, target = result.joint[0].points[0], result.targets[0]
    assert point.on_time == target.probability
    assert point.on_budget == target.cost.budget_probability


@pytest.mark.parametrize("iterations", [7, 999, 2_000])
def test_the_four_shares_count_every_iteration_once(iterations):
    for point in forecast(independent(), iterations=iterations, seed=2).joint[0].points:
        assert sum(point.iterations) == iterations
        shares = (point.both, point.finish_only, point.cost_only, point.neither)
        assert [share.value for share in shares] == [count / iterations for count in point.iterations]
        assert all(share.low <= share.value <= share.high for share in shares)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_p80_date_and_the_p80_cost_are_64_percent_sure_together_where_they_are_independent(seed):
    law = Uniform(4800, 24_000)
    plan = portfolio({"build": law}, costs={"build": Cost(fixed=Uniform(20_000, 60_000))})
    point = next(point for point in joint_of(plan, seed).points if point.level == 80)
    # a P-value is that of the sample, and as many as finish in the same minute (1 of 19,200) hold with it
    assert_share(point.iterations[0], ITERATIONS, 0.64, slack=2 / 19_200)
    assert point.both.high < 0.66


def test_the_scatter_is_the_first_iterations_however_many_follow():
    few, more = (forecast(independent(), iterations=n, seed=4).joint[0] for n in (400, 3_000))
    assert len(more.finish) == 1_000
    assert (few.finish, few.cost) == (more.finish[:400], more.cost[:400])


def test_a_frontier_point_holds_in_as_many_iterations_as_its_level_says():
    one = forecast(independent(), iterations=1_000, seed=4).joint[0]
    for line in one.frontiers:
        for finish, cost in zip(line.finish, line.cost, strict=True):
            kept = sum(date <= finish and money <= cost for date, money in zip(one.finish, one.cost, strict=True))
            assert kept == 10 * line.level


@pytest.mark.parametrize(
    "certain",
    [
        portfolio({"build": {480: 0.5, 960: 0.5}}),  # costs nothing
        portfolio({"build": {480: 0.5, 960: 0.5}}, costs={"build": Cost(fixed=Fixed(100.0))}),
        portfolio({"build": 480}, costs={"build": Cost(fixed=Uniform(100, 200))}),
    ],
)
def test_there_is_nothing_joint_about_a_certain_finish_or_a_certain_cost(certain):
    assert forecast(certain, iterations=100).joint == ()


def test_a_date_without_a_budget_leaves_only_p_values():
    plan = replace(independent(), targets=(Target("p.finish", evening(20)),))
    assert [point.level for point in forecast(plan, iterations=500).joint[0].points] == [50, 70, 80]


def test_projects_and_the_portfolio_have_joint_figures_of_their_own_and_milestones_none():
    law = Uniform(4800, 9600)
    plan = portfolio(
        {"p.build": law, "q.build": law},
        costs={"p.build": Cost(rate=Fixed(1.0)), "q.build": Cost(rate=Fixed(1.0))},
        targets=(Target("q.build", evening(20)),),
    )
    assert [one.id for one in forecast(plan, iterations=500).joint] == ["finish", "p.finish", "q.finish"]


def test_joint_figures_survive_json_and_forecasts_from_before_there_were_any_are_still_read():
    made = forecast(independent(), iterations=500)
    assert Forecast.from_json(made.to_json()).joint == made.joint
    older = {name: part for name, part in json.loads(made.to_json()).items() if name != "joint"}
    assert Forecast.from_json(json.dumps(older)).joint == ()
