"""Rankings that can be written down: certain risks have no luck in them, others are enumerated."""

import pytest
from building import DAY, adds, portfolio
from small_rankings import certain, gains, parallel, ranked, series
from statistical import errors_allowed

from pmosim.model.laws import Uniform
from pmosim.model.risks import Risk

EXACTLY = pytest.approx


def within_luck(estimate, exact, confidence=0.95):
    """The estimate is as far from the exact figure as luck explains, by its own interval; wrong once in a million."""
    half = (estimate.high - estimate.low) / 2
    error = half / errors_allowed(1 - confidence)
    assert error > 0
    assert abs(estimate.value - exact) <= errors_allowed() * error, (estimate, exact)


def test_in_series_what_each_risk_is_worth_adds_up():
    made = ranked(series(certain("x", "a", 1), certain("y", "b", 2), certain("z", "c", 4)))
    assert gains(made) == {"z": 4, "y": 2, "x": 1}
    assert [one.days["P80"].value for one in made.totals] == [7, 7]


def test_a_risk_on_both_of_two_parallel_tasks_is_worth_what_it_adds_to_one():
    made = ranked(parallel(certain("x", ["a", "b"], 3)))
    assert gains(made) == {"x": 3}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shared_risk_on_parallel_tasks_of_different_length_is_worth_what_enumeration_says(seed):
    # a takes 2 days or, with the risk, 5; b takes 3 or 4: the finish is 3, or with the risk 5
    risk = Risk("x", 0.25, (adds("a", 3 * DAY), adds("b", DAY)))
    made = ranked(portfolio({"a": 2 * DAY, "b": 3 * DAY}, risks=[risk]), iterations=20_000, seed=seed, levels=(50, 80))
    worth = made.removals[0].days
    within_luck(worth["mean"], 0.25 * (5 - 3))
    assert worth["P50"].value == 0  # P(risk) = 0.25 is below a half, by more than 70 standard errors
    assert worth["P80"].value == 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_gain_at_a_percentile_is_the_move_of_the_percentile_not_the_percentile_of_moves(seed):
    # uniform on 0..10 days, three more with probability 0.3: P80 solves 0.7 x/10 + 0.3 (x - 3)/10 = 0.8, x = 8.9; without, 8
    risk = Risk("x", 0.3, (adds("b", 3 * DAY),))
    made = ranked(portfolio({"a": Uniform(0, 10 * DAY), "b": DAY}, "a b", risks=[risk]), iterations=20_000, seed=seed)
    worth = {one.source: one.days["P80"] for one in made.removals}["x"]
    within_luck(worth, 0.9)


def test_base_uncertainty_is_taken_out_by_letting_tasks_last_what_was_planned():
    # the mode of a uniform law is its middle: 3 days; its P80 is 4.2 days, and with the certain risk 5.2
    made = ranked(portfolio({"a": Uniform(DAY, 5 * DAY)}, risks=[certain("x", "a", 1)]), iterations=20_000)
    worth = {one.source: one.days["P80"] for one in made.removals}
    within_luck(worth["base uncertainty"], 1.2)
    assert worth["x"].value == EXACTLY(1)


def test_two_risks_that_hide_one_another_are_worth_nothing_alone_and_are_found_as_a_pair():
    made = ranked(parallel(certain("x", "a", 2), certain("y", "b", 2)), pairs=True)
    assert gains(made) == {"x": 0, "y": 0}
    (pair,) = made.pairs.found
    assert {pair.first, pair.second} == {"x", "y"}
    assert (pair.apart.value, pair.together.value, pair.more.value) == (0, 2, 2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hidden_pair_is_found_among_uncertain_risks_and_others_are_not(seed):
    risks = [Risk("x", 0.9, (adds("a", 4 * DAY),)), Risk("y", 0.9, (adds("b", 4 * DAY),)), Risk("z", 0.5, (adds("c", DAY),))]
    made = ranked(portfolio({"a": DAY, "b": DAY, "c": DAY}, "a c", "b c", risks=risks), pairs=True, iterations=4000, seed=seed)
    assert gains(made)["x"] == gains(made)["y"] == 0
    assert {made.pairs.found[0].first, made.pairs.found[0].second} == {"x", "y"}
    assert made.pairs.found[0].more.value == 4


def test_a_pair_hidden_behind_many_larger_risks_is_still_looked_at():
    # more risks than candidates are worth something alone; the pair is worth nothing alone, but most when left in alone
    small = [certain(f"s{k:02}", "c", 1) for k in range(14)]
    made = ranked(series_after_parallel(*small, certain("x", "a", 20), certain("y", "b", 20)), pairs=True)
    assert {made.pairs.found[0].first, made.pairs.found[0].second} == {"x", "y"}


def series_after_parallel(*risks):
    return portfolio({"a": DAY, "b": DAY, "c": DAY}, "a c", "b c", risks=risks)


def test_in_series_no_pair_is_worth_more_than_the_sum():
    made = ranked(series(certain("x", "a", 1), certain("y", "b", 2), certain("z", "c", 4)), pairs=True)
    assert made.pairs.looked_at == 3
    assert made.pairs.found == ()


def test_an_opportunity_has_a_negative_gain():
    made = ranked(series(certain("x", "a", 2), Risk("luck", 1.0, (adds("b", -DAY / 2),))))
    assert gains(made) == {"x": 2, "luck": -0.5}


def test_a_risk_off_the_driving_path_is_worth_nothing_and_that_is_exact():
    made = ranked(portfolio({"a": DAY, "b": 10 * DAY}, risks=[Risk("x", 0.5, (adds("a", DAY),))]))
    (one,) = made.removals
    assert all((worth.value, worth.low, worth.high) == (0, 0, 0) for worth in one.days.values())


def test_gains_in_money_are_what_the_risk_and_the_time_it_adds_cost():
    from pmosim.model.laws import Fixed
    from pmosim.model.tasks import Cost

    costs = {"a": Cost(rate=Fixed(1.0))}  # a currency unit a minute
    risk = Risk("x", 1.0, (adds("a", DAY),), cost=Fixed(1000.0))
    (one,) = ranked(portfolio({"a": DAY}, risks=[risk], costs=costs), unit="money").removals
    assert one.cost["P80"].value == EXACTLY(1000 + DAY)
    assert one.days["P80"].value == 1


def test_base_uncertainty_of_cost_is_taken_out_too():
    from pmosim.model.laws import Triangular
    from pmosim.model.tasks import Cost

    made = ranked(portfolio({"a": DAY}, costs={"a": Cost(fixed=Triangular(100.0, 200.0, 600.0))}), unit="money", ladder=True)
    assert made.planned_cost == 200
    assert made.ladder.remains == 0
    assert made.removals[0].cost["P80"].value == EXACTLY(made.costs["P80"].value - 200)
