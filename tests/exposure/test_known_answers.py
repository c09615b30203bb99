"""Exposure by group, its concentration, promises kept together and milestones ahead are known exactly for small portfolios."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from building import DAY, MONDAY, adds, portfolio
from truth import SEEDS

from pmosim.forecasting import forecast, simulate
from pmosim.model.branches import Branch, Way
from pmosim.model.laws import Fixed
from pmosim.model.project import Target, Together
from pmosim.model.risks import Mitigation, Risk
from pmosim.model.tasks import TaskKind

SURE = 0.99999
"""Of the intervals, so that one in so many is off by luck: 1e-5 for each figure that is looked at."""


def made(plan, seed=1, n=4_000, **more):
    return forecast(plan, iterations=n, seed=seed, confidence=SURE, threads=1, **more)


def group(found, by, name):
    return next(one for one in found.exposure.groups if (one.by, one.name) == (by, name))


def holds(estimate, value):
    return estimate.low - 1e-9 <= value <= estimate.high + 1e-9


FLOOD = Risk("flood", 0.5, (adds("dig", 5 * DAY),), category="Water", owner="Ada", mitigation=Mitigation(0.1))
LEAK = Risk("leak", 0.5, (adds("drill", 5 * DAY),), category="Water", owner="Bob")
THEFT = Risk("theft", 0.3, cost=Fixed(1000), category="Crime", owner="Ada")
SIDE_BY_SIDE = portfolio({"dig": 10 * DAY, "drill": 10 * DAY}, risks=[FLOOD, LEAK, THEFT])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_of_risks_is_worth_what_its_removal_as_a_whole_gains(seed):
    # either of two parallel paths is late in three iterations of four; each risk alone matters where the other does not occur
    water = group(made(SIDE_BY_SIDE, seed), "category", "Water").before
    assert holds(water.delay.expected, 5 * 0.75)
    assert water.delay.p80.value == 5
    assert holds(water.delay.expected_if_occurs, 5)
    assert holds(water.beyond_sum, 5 * 0.75 - 2 * 5 * 0.25)
    assert water.sum_expected + water.beyond_sum.value == pytest.approx(water.delay.expected.value)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_has_what_is_left_of_it_after_mitigation(seed):
    assert holds(group(made(SIDE_BY_SIDE, seed), "category", "Water").after.delay.expected, 5 * (1 - 0.9 * 0.5))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_has_the_cost_of_its_risks(seed):
    found = made(SIDE_BY_SIDE, seed)
    assert holds(group(found, "category", "Crime").before.cost_expected, 300)
    assert group(found, "category", "Crime").before.cost_p80.value == 1000
    assert holds(group(found, "owner", "Ada").before.cost_expected, 300)
    assert group(found, "owner", "Bob").before.cost_expected.value == 0


def test_a_group_is_taken_out_on_the_draws_of_the_forecast():
    risks = [*SIDE_BY_SIDE.risks[:2], Risk("storm", 0.4, (adds("dig", 3 * DAY), adds("drill", DAY)), category="Wind")]
    plan = replace(SIDE_BY_SIDE, risks=tuple(risks))
    both = [simulate(plan, iterations=4_000, seed=3, without=out).finish["p.finish"] for out in ((), ("flood", "leak"))]
    plain = float(np.mean(both[0] - both[1])) / DAY
    assert group(made(plan, 3), "category", "Water").before.delay.expected.value == pytest.approx(plain, abs=1e-12)


def test_where_all_risks_are_of_one_owner_there_is_nothing_to_group():
    plan = replace(SIDE_BY_SIDE, risks=tuple(replace(risk, owner="Ada") for risk in SIDE_BY_SIDE.risks))
    assert {one.by for one in made(plan, n=64).exposure.groups} == {"category"}


def test_risks_without_an_owner_are_a_group_of_their_own_and_the_last():
    plan = replace(SIDE_BY_SIDE, risks=(replace(FLOOD, owner=""), LEAK, THEFT))
    owners = [one for one in made(plan, n=64).exposure.groups if one.by == "owner"]
    assert [(one.name, one.risks) for one in owners] == [("Ada", ("theft",)), ("Bob", ("leak",)), ("", ("flood",))]


def test_a_closed_risk_is_in_no_group():
    plan = replace(SIDE_BY_SIDE, risks=(FLOOD, LEAK, replace(THEFT, status="closed")))
    assert {id for one in made(plan, n=64).exposure.groups for id in one.risks} == {"flood", "leak"}


def test_a_group_that_arises_from_a_mitigation_alone_has_no_state_before_it():
    rust = Risk("rust", 1.0, (adds("dig", DAY),), category="Decay", arises_from="flood")
    decay = group(made(replace(SIDE_BY_SIDE, risks=(FLOOD, LEAK, rust)), n=512), "category", "Decay")
    assert decay.before is None
    assert decay.after.delay.expected.value > 0


# ---- projects and programmes ----

LATE = Risk("late", 0.5, (adds("p.dig", 10 * DAY),), cost=Fixed(800), project="p")
SLOW = Risk("slow", 0.5, (adds("q.fit", 4 * DAY), adds("r.fit", 6 * DAY)))
THREE = portfolio({"p.dig": 10 * DAY, "q.fit": 10 * DAY, "r.fit": 10 * DAY}, risks=[LATE, SLOW])
PROGRAMMES = replace(THREE, projects=tuple(replace(one, programme="South" if one.id == "p" else "North") for one in THREE.projects))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exposure_of_a_project_is_that_of_its_own_finish_and_cost_to_all_risks(seed):
    found = made(THREE, seed)
    late, slow = group(found, "project", "p").before, group(found, "project", "q").before
    assert holds(late.delay.expected, 5)
    assert holds(late.cost_expected, 400)
    assert holds(slow.delay.expected, 2)
    assert slow.cost_expected is None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exposure_of_a_programme_is_that_of_the_last_finish_among_its_projects(seed):
    found = made(PROGRAMMES, seed)
    assert holds(group(found, "programme", "North").before.delay.expected, 3)
    assert holds(group(found, "programme", "South").before.delay.expected, 5)


def test_a_risk_that_moves_several_projects_is_told_with_how_far_it_moves_each():
    sure = replace(SLOW, probability=1.0)
    (one,) = made(replace(THREE, risks=(LATE, sure)), n=512).exposure.shared
    assert one.id == "slow"
    assert {id: (move.value, move.low, move.high) for id, move in one.moves.items()} == {"q.finish": (4, 4, 4), "r.finish": (6, 6, 6)}
    assert one.certain == 2


# ---- concentration ----


def in_a_row(*days, p=1.0):
    names = [f"t{k}" for k in range(len(days))]
    risks = [Risk(f"r{k}", p, (adds(name, day * DAY),)) for k, (name, day) in enumerate(zip(names, days, strict=True))]
    return portfolio(dict.fromkeys(names, DAY), *(f"{a} {b}" for a, b in pairwise(names)), risks=risks)


def test_concentration_is_the_share_of_the_largest_in_the_sum_of_all():
    (told,) = made(in_a_row(2, 5, 3), n=64).exposure.concentration
    assert told.largest == ("r1", "r2", "r0")
    assert (told.total.value, told.top[1].value, told.top[1].is_exact) == (10, 0.5, True)
    assert told.equal_risks.value == pytest.approx(1 / (0.25 + 0.09 + 0.04))
    assert 3 not in told.top  # all of them together are always everything


@pytest.mark.parametrize("seed", SEEDS)
def test_the_interval_of_a_concentration_holds_the_truth(seed):
    (told,) = made(in_a_row(2, 5, 3, 6, p=0.4), seed).exposure.concentration
    assert holds(told.top[1], 6 / 16)
    assert holds(told.top[3], 14 / 16)
    assert holds(told.equal_risks, 16**2 / (4 + 25 + 9 + 36))


def test_equal_risks_count_as_so_many():
    (told,) = made(in_a_row(3, 3, 3, 3), n=64).exposure.concentration
    assert told.equal_risks.value == pytest.approx(4)


# ---- with and without ----


@pytest.mark.parametrize("seed", SEEDS)
def test_a_finish_is_told_as_it_would_be_without_any_risk(seed):
    (told,) = made(SIDE_BY_SIDE, seed).without_risks
    assert holds(told.gain.expected, 5 * 0.75)
    assert told.gain.p80.value == 5
    assert told.after.curve.share == (1.0,)


# ---- promises together ----

FRIDAY = MONDAY.replace(hour=17) + timedelta(days=11)
"""Ten working days after they begin: what is not struck is done by then."""


def promised(plan, *nodes):
    return replace(plan, targets=tuple(Target(node, FRIDAY) for node in nodes), together=(Together("Opening", nodes),))


@pytest.mark.parametrize("seed", SEEDS)
def test_promises_that_share_a_risk_are_kept_together_more_often_than_if_they_shared_none(seed):
    (told,) = made(promised(THREE, "q.finish", "r.finish"), seed).together
    assert holds(told.probability, 0.5)
    assert holds(told.if_unrelated, 0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_promises_that_share_nothing_are_kept_together_with_the_product(seed):
    (told,) = made(promised(THREE, "p.finish", "r.finish"), seed).together
    assert holds(told.probability, 0.25)
    assert holds(told.if_unrelated, 0.25)


def test_a_set_can_be_asked_for_besides_those_that_the_portfolio_names():
    plan = replace(promised(THREE, "p.finish", "q.finish", "r.finish"))
    whole, asked = made(plan, n=64, together=(Together("", ("q.finish", "r.finish")),)).together
    assert (whole.name, asked.name) == ("Opening", "q, r")
    assert asked.probability.value >= whole.probability.value


# ---- milestones ahead ----

POINTS = {
    "p.dig": 10 * DAY, "p.dug": 0, "p.cure": 300 * DAY, "p.cured": 0, "q.fit": 10 * DAY, "q.fitted": 0,
}  # fmt: skip
KINDS = {"p.dug": TaskKind.FINISH_MILESTONE, "p.cured": TaskKind.FINISH_MILESTONE, "q.fitted": TaskKind.FINISH_MILESTONE}
AHEAD = portfolio(POINTS, "p.dig p.dug", "p.dug p.cure", "p.cure p.cured", "q.fit q.fitted", kinds=KINDS, risks=[LATE])


@pytest.mark.parametrize("seed", SEEDS)
def test_milestones_of_the_next_twelve_months_are_told_in_their_order_with_their_probability(seed):
    found = made(AHEAD, seed).milestones
    assert [one.id for one in found] == ["p.dug", "q.finish", "q.fitted"]  # the cure is planned for more than a year later
    assert holds(found[0].probability, 0.5)
    assert found[0].planned == FRIDAY
    assert found[0].percentiles[80].value == FRIDAY + timedelta(days=14)
    assert found[1].probability.value == 1


def test_the_probability_of_a_milestone_with_a_date_is_that_of_the_date():
    later = datetime(2026, 4, 1, 17)
    found = made(replace(AHEAD, targets=(Target("p.dug", later),)), n=64).milestones
    assert (found[0].target, found[0].probability.value) == (later, 1)


def test_a_milestone_that_exists_only_sometimes_is_told_of_the_iterations_in_which_it_does():
    branch = Branch("fit?", (Way("yes", ("q.fitted",), 0.5), Way("no", (), 0.5)))
    found = {one.id: one for one in made(replace(AHEAD, branches=(branch,)), n=2_000).milestones}
    assert found["q.fitted"].probability.value == 1
    assert found["q.fitted"].percentiles[50].value == FRIDAY
