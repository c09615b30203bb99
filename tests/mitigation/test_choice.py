"""The program promises to choose the set of mitigations that is best, or to say by how much it may not be."""

from dataclasses import replace
from itertools import chain, combinations
from math import prod

import pytest
from building import DAY, MONDAY, adds, portfolio

from pmosim.forecasting import responses
from pmosim.forecasting.responses import Wish, plan_responses
from pmosim.model.project import Target
from pmosim.model.risks import Mitigation, Risk
from pmosim.results.responses import P80, PROBABILITY, ResponsePlan

# the date is met where none of the risks occurs: each adds more than there is to spare
CHANCES = {"a": (0.30, 0.05, 30), "b": (0.25, 0.10, 12), "c": (0.20, 0.02, 25), "d": (0.15, 0.10, 5)}
DATE = MONDAY.replace(day=27, hour=17)  # of March: the twenty days of the plan, to the hour


def site(chances):
    risks = [Risk(id, p, (adds("dig", 9 * DAY),), mitigation=Mitigation(left, price)) for id, (p, left, price) in chances.items()]
    return replace(portfolio({"dig": 20 * DAY}, risks=risks), targets=(Target("p.finish", DATE),))


def exact_probability(chances, chosen):
    return prod(1 - (left if id in chosen else p) for id, (p, left, _) in chances.items())


def price(chances, chosen):
    return sum(chances[id][2] for id in chosen)


def subsets(ids):
    return chain.from_iterable(combinations(ids, size) for size in range(len(ids) + 1))


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("budget", [0, 5, 17, 30, 42, 60, 100])
def test_for_a_budget_the_set_of_the_largest_probability_is_chosen(budget):
    best = max((one for one in subsets(CHANCES) if price(CHANCES, one) <= budget), key=lambda one: exact_probability(CHANCES, one))
    plan = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, budget), iterations=20_000, seed=4, confidence=0.9999)
    assert plan.is_exact
    assert plan.chosen.risks == best
    assert plan.chosen.price == price(CHANCES, best)
    assert plan.chosen.probability.low <= exact_probability(CHANCES, best) <= plan.chosen.probability.high
    assert plan.fresh.low <= exact_probability(CHANCES, best) <= plan.fresh.high


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("goal", [0.3, 0.45, 0.5, 0.6, 0.7])
def test_for_a_goal_the_cheapest_set_that_reaches_it_is_chosen(goal):
    enough = [one for one in subsets(CHANCES) if exact_probability(CHANCES, one) >= goal]
    plan = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, goal=goal), iterations=20_000, seed=4)
    assert min(abs(exact_probability(CHANCES, one) - goal) for one in subsets(CHANCES)) > 0.001, "luck would decide"
    assert plan.chosen.risks == min(enough, key=lambda one: price(CHANCES, one))


def test_a_goal_that_nothing_reaches_is_said_to_be_so():
    plan = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, goal=0.95), iterations=2_000)
    assert plan.chosen is None
    assert plan.every.probability.high < 0.95


def test_on_the_frontier_every_set_costs_more_and_reaches_more_and_none_does_as_much_for_less():
    plan = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY), iterations=20_000, seed=4)
    reached = [(one.price, one.probability.value) for one in plan.frontier]
    assert reached == sorted(reached)
    assert len({value for _, value in reached}) == len(reached)
    exactly = {one: exact_probability(CHANCES, one) for one in subsets(CHANCES)}
    best = [one for one in exactly if not any(price(CHANCES, o) <= price(CHANCES, one) and exactly[o] > exactly[one] for o in exactly)]
    assert {one.risks for one in plan.frontier} == set(best)


def test_the_earliest_p80_is_chosen_where_there_is_no_date():
    # P80 is 20 days with the two likeliest risks gone, 29 with one of them
    plan = plan_responses(
        replace(site({"a": (0.15, 0.0, 3), "b": (0.14, 0.0, 4)}), targets=()), Wish("p.finish", P80, 3), iterations=4_000, seed=2
    )
    assert plan.chosen.risks == ("a",)
    assert plan.chosen.gain.p80.value == 9
    assert plan.chosen.probability is None


def test_a_mitigation_that_gains_nothing_is_not_bought():
    plan = plan_responses(site(CHANCES | {"e": (0.2, 0.2, 1)}), Wish("p.finish", PROBABILITY), iterations=2_000)
    assert "e" not in plan.chosen.risks


MANY = {f"r{k:02}": (0.10, 0.02, 10 + k % 4) for k in range(16)}


@pytest.mark.slow_without_jit
def test_of_many_mitigations_the_answer_is_near_the_best_and_the_bound_holds():
    budget = 60
    plan = plan_responses(site(MANY), Wish("p.finish", PROBABILITY, budget), iterations=10_000, seed=3)
    alike = max(size for size in range(17) if sum(sorted(p for _, _, p in MANY.values())[:size]) <= budget)
    best = 0.98**alike * 0.90 ** (16 - alike)  # all risks are alike but for their price, so the cheapest are the best
    assert not plan.is_exact
    assert plan.chosen.price <= budget
    assert len(plan.chosen.risks) == alike
    assert plan.gap >= best - exact_probability(MANY, plan.chosen.risks) - 0.001
    assert plan.searched < 1_000


@pytest.mark.slow_without_jit
def test_of_many_mitigations_the_least_price_is_bounded_from_below():
    plan = plan_responses(site(MANY), Wish("p.finish", PROBABILITY, goal=0.30), iterations=10_000, seed=3)
    needed = min(size for size in range(17) if 0.98**size * 0.90 ** (16 - size) >= 0.30)
    least = sum(sorted(p for _, _, p in MANY.values())[:needed])
    assert abs(0.98**needed * 0.90 ** (16 - needed) - 0.30) > 0.002, "luck would decide"
    assert plan.chosen.price - plan.gap <= least <= plan.chosen.price


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("budget", [5, 17, 42, 60])
def test_small_registers_searched_in_either_way_give_the_same_answer(monkeypatch, budget):
    whole = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, budget), iterations=4_000, seed=4)
    monkeypatch.setattr(responses, "MOST_EXACT", 2)
    built = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, budget), iterations=4_000, seed=4)
    assert built.chosen == whole.chosen
    assert built.is_exact  # branch and bound has shown it
    assert "branch and bound" in built.method


@pytest.mark.slow_without_jit
def test_the_bound_is_not_told_where_mitigation_may_do_harm(monkeypatch):
    monkeypatch.setattr(responses, "MOST_EXACT", 2)
    harmful = CHANCES | {"d": (0.10, 0.20, 5)}
    for wish in (Wish("p.finish", PROBABILITY, 42), Wish("p.finish", PROBABILITY, goal=0.4)):
        plan = plan_responses(site(harmful), wish, iterations=1_000, seed=4)
        assert (plan.is_exact, plan.gap) == (False, None)
        assert "d" not in plan.chosen.risks


@pytest.mark.slow_without_jit
def test_where_fewer_iterations_are_searched_the_figures_are_those_of_all(monkeypatch):
    whole = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, 42), iterations=20_000, seed=4)
    monkeypatch.setattr(responses, "MOST_WORK", 16 * 2 * 2_048)
    part = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, 42), iterations=20_000, seed=4)
    assert part.search_iterations < whole.search_iterations == 20_000
    assert part.chosen == whole.chosen
    assert any("first" in note for note in part.notes)


def test_threads_change_nothing():
    one, two = (
        replace(plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, 42), iterations=1_000, threads=k), timing=None) for k in (1, 2)
    )
    assert one == two


def test_a_plan_survives_json_and_back():
    plan = plan_responses(site(CHANCES), Wish("p.finish", PROBABILITY, 42), iterations=500)
    assert ResponsePlan.from_json(plan.to_json()) == plan
    with pytest.raises(ValueError, match="format 9"):
        ResponsePlan.from_json(plan.to_json().replace('"format": 1', '"format": 9'))


def test_there_must_be_something_to_choose_from_and_a_date_for_a_probability():
    with pytest.raises(ValueError, match="no risk"):
        plan_responses(portfolio({"dig": DAY}), Wish("p.finish"), iterations=64)
    with pytest.raises(ValueError, match="no target date"):
        plan_responses(replace(site(CHANCES), targets=()), Wish("p.finish", PROBABILITY), iterations=64)
