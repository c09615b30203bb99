"""The program promises to show what became of each stated correlation, and what a repair changed."""

from dataclasses import replace

import pytest
from building import DAY, adds, portfolio

from pmosim.forecasting import forecast
from pmosim.model.correlation import Correlation, Item, Quantity
from pmosim.model.laws import Discrete, Fixed, Pert, Uniform
from pmosim.model.risks import Risk
from pmosim.model.tasks import Cost
from pmosim.output.grids import correlations
from pmosim.output.tables import table_rows
from pmosim.output.text import summary

UNCERTAIN = Pert(4 * DAY, 5 * DAY, 20 * DAY)
COST = Uniform(10_000, 30_000)
RISKS = [Risk(id, 0.3, (adds("a", UNCERTAIN),), COST) for id in ("flood", "storm")]

PAIRS = {
    "durations": (Item("p.a"), Item("p.b")),
    "fixed costs": (Item("p.a", Quantity.FIXED_COST), Item("p.b", Quantity.FIXED_COST)),
    "rates": (Item("p.a", Quantity.RATE), Item("p.b", Quantity.RATE)),
    "impacts": (Item("flood", Quantity.IMPACT), Item("storm", Quantity.IMPACT)),
    "occurrences": (Item("flood", Quantity.OCCURRENCE), Item("storm", Quantity.OCCURRENCE)),
    "costs of risks": (Item("flood", Quantity.RISK_COST), Item("storm", Quantity.RISK_COST)),
    "a duration and a rate": (Item("p.a"), Item("p.b", Quantity.RATE)),
    "an impact and a duration": (Item("flood", Quantity.IMPACT), Item("p.b")),
}


def plan(*tied, **more):
    costs = {name: Cost(COST, Uniform(1, 2)) for name in "ab"}
    laws = dict.fromkeys("abcdefgh", UNCERTAIN) | {"sure": Fixed(DAY)}
    return replace(portfolio(laws, risks=RISKS, costs=costs), correlations=tied, **more)


@pytest.mark.parametrize("sampling", ["random", "latin-hypercube"])
@pytest.mark.parametrize("rho", [-0.8, 0.5])
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_stated_correlation_is_achieved(pair, rho, sampling):
    (found,) = forecast(plan(Correlation(pair, rho)), iterations=10_000, sampling=sampling, confidence=1 - 1e-6).correlations
    assert found.stated == rho
    assert found.achieved.low <= rho <= found.achieved.high
    assert found.achieved.high - found.achieved.low < 0.12


def test_every_two_of_a_group_have_its_correlation():
    group = Correlation(tuple(Item(f"p.{name}") for name in "abcdefgh"), 0.4, "crews")
    (found,) = forecast(plan(group), iterations=10_000, confidence=1 - 1e-6).correlations
    assert found.achieved.low <= 0.4 <= found.achieved.high
    assert found.label == "crews"


def test_what_does_not_vary_has_nothing_to_show():
    (found,) = forecast(plan(Correlation((Item("p.a"), Item("p.sure")), 0.4)), iterations=1000).correlations
    assert found.achieved is None


def test_a_certain_member_does_not_hide_the_others():
    group = Correlation((Item("p.sure"), *(Item(f"p.{name}") for name in "abcdef")), 0.7, "crews")
    (found,) = forecast(plan(group), iterations=10_000, confidence=1 - 1e-6).correlations
    assert found.achieved.low <= 0.7 <= found.achieved.high


def test_a_law_of_few_values_keeps_less_of_a_correlation_and_that_is_what_is_shown():
    laws = {"a": Discrete((DAY, 9 * DAY), (0.9, 0.1)), "b": UNCERTAIN}
    tied = replace(portfolio(laws), correlations=(Correlation((Item("p.a"), Item("p.b")), 0.9),))
    (found,) = forecast(tied, iterations=10_000).correlations
    assert 0.2 < found.achieved.value < 0.7


@pytest.fixture(scope="module")
def repaired():
    pairs = (("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
    tied = [Correlation((Item(f"p.{one}"), Item(f"p.{other}")), rho) for one, other, rho in pairs]
    return forecast(plan(*tied, repair_correlations=True), iterations=10_000)


def test_a_repair_tells_the_largest_change(repaired):
    (note,) = [note for note in repaired.notes if "cannot hold together" in note]
    assert "Correlations of 3 quantities cannot hold together; the nearest that can are used instead." in note
    assert "from 0.90 to 0.48" in note or "from -0.90 to -0.48" in note  # all three are pulled to a half in the deviates: 6/pi asin(1/4)


def test_a_repair_shows_in_what_is_achieved(repaired):
    assert [round(abs(one.achieved.value), 1) for one in repaired.correlations] == [0.5, 0.5, 0.5]
    assert [one.stated for one in repaired.correlations] == [0.9, 0.9, -0.9]


def test_possible_correlations_need_no_note():
    assert not any("cannot hold" in note for note in forecast(plan(Correlation(PAIRS["durations"], 0.5)), iterations=1000).notes)


def test_text_and_tables_show_the_stated_and_the_achieved(repaired):
    text = summary(repaired)
    assert "Correlations (Spearman), as stated and as drawn" in text
    grid = correlations(repaired)
    assert grid.heads == ("correlation", "members", "stated", "achieved")
    assert grid.rows[0][:3] == ("p.a and p.b", "2", "0.90")
    row = table_rows(repaired)["correlations"][0]
    assert (row["items"], row["stated"], row["achieved"]) == ("p.a; p.b", 0.9, repaired.correlations[0].achieved.value)


def test_a_forecast_says_how_it_was_drawn():
    latin, random = (summary(forecast(plan(), iterations=1000, sampling=sampling)) for sampling in ("latin-hypercube", "random"))
    assert "1,000 iterations in a Latin hypercube, seed 1" in latin
    assert "differences between ten replicates" in latin
    assert "wider than need be" in latin
    assert "1,000 iterations, seed 1" in random
    assert "hypercube" not in random
