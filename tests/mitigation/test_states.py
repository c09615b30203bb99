"""The program promises that before and after mitigation differ by the mitigation alone, iteration by iteration."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from building import DAY, MONDAY, adds, multiplies, portfolio
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numba import config
from strategies import ALL, ingredients, uncertain

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.errors import InvalidModel
from pmosim.model.correlation import Correlation, Item, Quantity
from pmosim.model.laws import Fixed, Triangular, Uniform
from pmosim.model.mitigation import PRICE, both_states, mitigated, mitigations, only_helps
from pmosim.model.risks import Hit, Impact, ImpactKind, Mitigation, Risk, Status
from pmosim.model.tasks import LinkKind, Progress

WITHOUT_JIT = bool(config.DISABLE_JIT)
N = 64 if WITHOUT_JIT else 256
slowly = settings(deadline=None, max_examples=6 if WITHOUT_JIT else 50, suppress_health_check=[HealthCheck.too_slow])
START_LINKS = (LinkKind.FS, LinkKind.SS)


def simulated(plan, without=(), n=N, seed=3):
    return simulate_finishes(compile_portfolio(plan), Run(n, seed, tuple(without)))


def same(one, other):
    return np.array_equal(one.finishes, other.finishes) and np.array_equal(one.costs, other.costs)


@st.composite
def responses(draw, parts):
    """Risks of every kind, each with what is left of it: never more than there was."""
    names = sorted(name for name in parts.laws if name not in parts.kinds)
    risks = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(ImpactKind))
        tasks = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        wide, narrow = (Uniform(1.1, 2.0), Uniform(1.0, 1.5)) if kind is ImpactKind.FACTOR else (Triangular(0, 900, 3000), Uniform(0, 300))
        before = tuple(Hit(name, Impact(kind, wide)) for name in tasks)
        after = tuple(Hit(name, Impact(kind, narrow)) for name in tasks)
        p, left = sorted([draw(st.floats(0, 1)), draw(st.floats(0, 1))], reverse=True)
        response = Mitigation(
            draw(st.sampled_from([left, None])),
            draw(st.sampled_from([0.0, 500.0])),
            draw(st.sampled_from([None, after])),
            draw(st.sampled_from([None, Uniform(1, 2)])),
        )
        if response.probability is None and response.hits is None and response.cost_impact is None:
            response = replace(response, probability=left)
        cost = draw(st.sampled_from([None, Uniform(10, 900)]))
        risks.append(Risk(f"r{number}", p, before, cost, independent=draw(st.booleans()), mitigation=response))
    return replace(parts, risks=tuple(risks)).portfolio()


helpful = ingredients(laws=uncertain, calendars=ALL, kinds=START_LINKS, milestones=True, projects=("p", "q")).flatmap(responses)
any_links = ingredients(laws=uncertain, calendars=ALL, projects=("p", "q")).flatmap(responses)


@slowly
@given(helpful, st.data())
def test_no_iteration_is_worse_with_more_mitigations_that_only_help(plan, data):
    assume(only_helps(plan))
    some = data.draw(st.sets(st.sampled_from(sorted(mitigations(plan)))))
    before, between, after = (simulated(mitigated(plan, chosen)).finishes for chosen in ((), some, None))
    assert np.all(between <= before)
    assert np.all(after <= between)


@slowly
@given(any_links, st.data())
def test_both_states_side_by_side_are_each_choice_to_the_last_bit(plan, data):
    both = both_states(plan)
    chosen = data.draw(st.sets(st.sampled_from(sorted(mitigations(plan)))))
    assert same(simulated(both.portfolio, both.without(chosen)), simulated(mitigated(plan, chosen)))


def test_the_helpful_portfolios_of_the_property_are_seen_to_be_so():
    risk = Risk("r", 0.5, (adds("a", Uniform(100, 900)),), mitigation=Mitigation(0.2, hits=(adds("a", Uniform(50, 400)),)))
    assert only_helps(portfolio({"a": DAY}, risks=[risk]))


WATER = Risk("water", 0.5, (adds("dig", 10 * DAY),), mitigation=Mitigation(0.2, 900, hits=(adds("dig", 5 * DAY),)))
FROST = Risk("frost", 0.4, (adds("pour", 5 * DAY),), Fixed(60), mitigation=Mitigation(0.1, 12))


@pytest.mark.parametrize(
    "risk",
    [
        replace(WATER, mitigation=Mitigation(0.6)),
        replace(WATER, mitigation=Mitigation(0.2, hits=(adds("dig", 11 * DAY),))),
        replace(WATER, mitigation=Mitigation(0.2, hits=(multiplies("dig", 1.0),))),
        replace(WATER, mitigation=Mitigation(0.2, hits=(adds("pour", DAY),))),
        replace(WATER, hits=(adds("dig", -DAY),), mitigation=Mitigation(0.2)),
        replace(WATER, window=(MONDAY, None)),
        replace(WATER, group="ground"),
    ],
    ids=["likelier", "larger", "of another kind", "elsewhere", "an opportunity lost", "in a window", "in a group"],
)
def test_a_mitigation_that_may_do_harm_is_not_called_helpful(risk):
    assert only_helps(plan_with(WATER, FROST))
    assert not only_helps(plan_with(risk, FROST))


def plan_with(*risks, correlations=()):
    return replace(portfolio({"dig": 10 * DAY, "pour": 10 * DAY}, "dig pour", risks=risks), correlations=tuple(correlations))


def test_the_price_is_booked_once_in_every_iteration():
    plan = plan_with(WATER, FROST)
    paid = simulated(mitigated(plan, ["water"])).costs - simulated(plan).costs
    assert set(paid.ravel()) == {90_000}
    assert PRICE + "water" in [risk.id for risk in mitigated(plan, ["water"]).risks]


def test_a_secondary_risk_exists_only_where_the_mitigation_that_brings_it_is_in_place():
    rust = Risk("rust", 1.0, (adds("pour", 3 * DAY),), arises_from="water")
    plan = plan_with(replace(WATER, probability=0.0, mitigation=Mitigation(0.0)), FROST, rust)
    nothing, frost, water = (simulated(mitigated(plan, chosen)).finishes for chosen in ((), ["frost"], ["water"]))
    assert np.array_equal(nothing, simulated(plan_with(FROST)).finishes)
    assert np.all(frost <= nothing)
    assert np.array_equal(water - nothing, np.full_like(nothing, 3 * DAY))


def test_a_risk_that_arises_from_a_secondary_one_needs_both_mitigations():
    second = Risk("second", 1.0, (adds("pour", DAY),), arises_from="first", mitigation=Mitigation(1.0, 5))
    third = Risk("third", 1.0, (adds("pour", 7 * DAY),), arises_from="second")
    first = Risk("first", 0.0, (adds("dig", DAY),), mitigation=Mitigation(0.0, 5))
    plan = plan_with(first, second, third)
    both = both_states(plan)
    added = {}
    for chosen in ((), ("first",), ("second",), ("first", "second")):
        assert same(simulated(mitigated(plan, chosen)), simulated(both.portfolio, both.without(chosen)))
        added[chosen] = int(simulated(mitigated(plan, chosen)).finishes[0, 0] - simulated(plan).finishes[0, 0]) // DAY
    assert added == {(): 0, ("first",): 1, ("second",): 0, ("first", "second"): 8}


def test_both_states_of_a_correlated_risk_are_correlated_alike():
    tied = Correlation((Item("water", Quantity.OCCURRENCE), Item("frost", Quantity.OCCURRENCE)), 0.8)
    plan = plan_with(WATER, FROST, correlations=[tied])
    both = both_states(plan)
    for chosen in ((), ("water",), ("frost",), ("water", "frost")):
        assert same(simulated(both.portfolio, both.without(chosen)), simulated(mitigated(plan, chosen)))


@pytest.mark.parametrize("status", [Status.CLOSED, Status.PROPOSED])
def test_a_risk_that_is_closed_or_only_proposed_does_not_act_and_has_nothing_to_be_bought(status):
    plan = plan_with(replace(WATER, status=status), FROST)
    assert same(simulated(plan), simulated(plan_with(FROST)))
    assert [*mitigations(plan)] == ["frost"]


def test_a_risk_that_has_occurred_is_certain_and_what_it_does_can_still_be_made_less():
    plan = plan_with(replace(WATER, status=Status.OCCURRED, probability=0.1))
    assert set((simulated(plan).finishes[0] - simulated(mitigated(plan)).finishes[0]) // DAY) == {5}


def with_finished_dig(*risks):
    plan = portfolio({"dig": 10 * DAY, "pour": 10 * DAY}, risks=risks, start=datetime(2026, 4, 1, 8))
    done = replace(plan.projects[0].tasks[0], progress=Progress(MONDAY, datetime(2026, 3, 9, 12)))
    return replace(plan, projects=(replace(plan.projects[0], tasks=(done, plan.projects[0].tasks[1])),))


def test_a_risk_whose_tasks_are_all_finished_has_expired_and_costs_nothing_more():
    risk = replace(WATER, probability=1.0, cost=Fixed(900))
    plan = with_finished_dig(risk)
    assert plan.risks[0].status is Status.EXPIRED
    assert not simulated(plan).costs.any()
    assert mitigations(plan) == {}


def test_of_a_risk_on_a_finished_task_the_other_hits_count():
    plan = with_finished_dig(Risk("strike", 1.0, (adds("dig", 10 * DAY), adds("pour", 2 * DAY))))
    assert plan.risks[0].status is Status.OPEN
    assert set((simulated(plan).finishes - simulated(with_finished_dig()).finishes)[0] // DAY) == {2}


def test_a_risk_whose_window_has_passed_has_expired():
    plan = plan_with(replace(WATER, window=(None, datetime(2026, 3, 1))))
    assert plan.risks[0].status is Status.EXPIRED


def test_only_what_can_be_bought_can_be_chosen():
    plan = plan_with(WATER, replace(FROST, mitigation=None))
    with pytest.raises(InvalidModel) as refused:
        mitigated(plan, ["frost", "watre"])
    assert [(problem.code, problem.path) for problem in refused.value.problems] == [
        ("no-mitigation", ("risks", "frost")),
        ("unknown-risk", ("risks", "watre")),
    ]
