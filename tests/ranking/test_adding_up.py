"""What must add up does so exactly: the steps of the ladder, and order-free portions."""

from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from building import DAY, adds
from hypothesis import given
from hypothesis import strategies as st
from small_rankings import certain, gains, parallel, ranked, series, uncertain_series

from pmosim.model.risks import Risk
from pmosim.results.shapley import exact_values, in_whole_units, value_weights
from pmosim.scenario.reader import read_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"

RISKS = (Risk("x", 0.3, (adds("a", 2 * DAY),)), Risk("y", 0.6, (adds("b", DAY), adds("c", DAY))), Risk("z", 0.5, (adds("c", 3 * DAY),)))


@pytest.mark.parametrize("figure", ["mean", "P50", "P80"])
def test_the_steps_of_the_ladder_add_up_to_the_whole_in_whole_minutes(figure):
    ladder = ranked(uncertain_series(*RISKS), ladder=True, figure=figure).ladder
    assert {step.source for step in ladder.steps} == {"x", "y", "z", "base uncertainty"}
    assert sum(step.exact for step in ladder.steps) == ladder.exact_total
    assert ladder.exact_total == round((ladder.above_plan - ladder.remains) * ladder.per_unit)
    assert all(step.gain.value == pytest.approx(step.exact / ladder.per_unit) for step in ladder.steps)


TUTORIAL, PORTFOLIO, RELIABLE = "tutorial.yaml", "portfolio/portfolio.yaml", "reliable-construction.yaml"


@pytest.mark.parametrize(
    ("name", "unit"), [(TUTORIAL, "days"), (TUTORIAL, "money"), (PORTFOLIO, "days"), (PORTFOLIO, "money"), (RELIABLE, "days")]
)
def test_without_risks_and_uncertainty_the_plan_remains(name, unit):
    portfolio = read_scenario(SCENARIOS / name).portfolio
    ladder = ranked(portfolio, iterations=300, ladder=True, unit=unit).ladder
    assert ladder.steps[-1].left == ladder.remains == 0


def test_with_base_uncertainty_left_in_the_ladder_ends_at_what_it_makes():
    whole = ranked(uncertain_series(*RISKS), ladder=True)
    risks = ranked(uncertain_series(*RISKS), ladder=True, by="none")
    assert len(risks.ladder.steps) == 3
    assert risks.ladder.above_plan == whole.ladder.above_plan
    alone = ranked(uncertain_series())
    assert risks.ladder.remains == pytest.approx(alone.above_plan["P80"].value)


def test_a_step_takes_out_the_worst_that_is_left_not_the_worst_of_the_first_ranking():
    # y hides behind x: with x gone, y is worth 2 days, and z still 1
    made = ranked(parallel(certain("x", "a", 4), certain("y", "b", 3), certain("z", ["a", "b"], 1)), ladder=True)
    assert gains(made) == {"z": 1, "x": 1, "y": 0}
    assert [(step.source, step.gain.value) for step in made.ladder.steps] == [("x", 1), ("y", 3), ("z", 1)]


def test_fewer_steps_leave_the_rest_to_one_last_step_and_still_add_up():
    made = ranked(uncertain_series(*RISKS), ladder=True, steps=2).ladder
    assert [step.sources for step in made.steps] == [1, 1, 2]
    assert sum(step.exact for step in made.steps) == made.exact_total
    assert made.remains == 0


def test_in_series_ladder_removal_and_portions_agree():
    made = ranked(series(certain("x", "a", 1), certain("y", "b", 2), certain("z", "c", 4)), ladder=True, shapley=True)
    assert {step.source: step.gain.value for step in made.ladder.steps} == gains(made)
    assert {one.source: one.value.value for one in made.shapley.portions} == gains(made)


# ---- portions ----


def test_portions_of_symmetric_sources_are_equal():
    made = ranked(parallel(certain("x", "a", 2), certain("y", "b", 2)), shapley=True).shapley
    assert {one.source: one.value.value for one in made.portions} == {"x": 1, "y": 1}
    assert made.orders == 0


def test_portions_of_a_game_with_a_shared_source_are_those_of_the_definition():
    made = ranked(parallel(certain("x", "a", 2), certain("y", "b", 2), certain("both", ["a", "b"], 3)), shapley=True).shapley
    assert {one.source: one.value.value for one in made.portions} == {"both": 3, "x": 1, "y": 1}


@pytest.mark.parametrize("figure", ["mean", "P80"])
def test_portions_of_uncertain_sources_add_up_exactly(figure):
    made = ranked(uncertain_series(*RISKS), shapley=True, figure=figure).shapley
    assert sum(one.exact for one in made.portions) == made.exact_total
    assert made.total.value == pytest.approx(made.exact_total / made.per_unit)


def test_sampled_orders_divide_an_additive_game_exactly():
    risks = [certain(f"r{k:02}", "abc"[k % 3], k + 1) for k in range(14)]
    made = ranked(series(*risks), shapley=True, iterations=100).shapley
    assert made.orders > 0
    assert {one.source: one.value.value for one in made.portions} == {f"r{k:02}": k + 1 for k in range(14)}


def test_sampled_portions_add_up_exactly_and_their_intervals_hold_the_exact_ones():
    """14 sources of which 12 do nothing: the other two divide the game as they would alone. Fails once in 10,000 by luck."""
    risks = [Risk(f"idle{k}", 1.0, (adds("a", 0.0),)) for k in range(12)] + [certain("x", "a", 2), certain("y", "b", 2)]
    made = ranked(parallel(*risks), shapley=True, iterations=100, confidence=0.9999).shapley
    assert sum(one.exact for one in made.portions) == made.exact_total == 2 * DAY
    for one in made.portions:
        exact = 1 if one.source in ("x", "y") else 0
        assert one.value.low <= exact <= one.value.high


games = st.integers(1, 4).flatmap(lambda m: st.tuples(st.just(m), st.lists(st.integers(-50, 50), min_size=2**m - 1, max_size=2**m - 1)))


@given(games)
def test_shapley_values_are_the_means_over_all_orders(game):
    m, others = game
    worth = [0, *others]
    totals, orders = [0] * m, list(permutations(range(m)))
    for order in orders:
        out = 0
        for k in order:
            totals[k] += worth[out | 1 << k] - worth[out]
            out |= 1 << k
    values = exact_values(worth, m)
    assert values == [Fraction(total, len(orders)) for total in totals]
    assert (value_weights(m) @ worth).tolist() == pytest.approx([float(value) for value in values], abs=1e-9)
    whole = in_whole_units(values)
    assert sum(whole) == worth[-1]
    assert all(abs(unit - value) < 1 for unit, value in zip(whole, values, strict=True))
