"""The program promises that a risk is one event, shared by all that it hits, and that impacts combine in the stated order."""

from datetime import timedelta
from itertools import product
from math import sqrt

import exact
import numpy as np
import pytest
from building import DAY, MONDAY, adds, multiplies, portfolio
from exact import Lattice, latest, mixture
from truth import Truth, known_answer, sampling_slack

from pmosim.model.laws import Pert, Triangular, Uniform
from pmosim.model.risks import Risk


@known_answer
def test_a_risk_shared_by_two_tasks_in_a_row_strikes_both_or_neither():
    risk = Risk("strike", 0.5, (adds("dig", 10 * DAY), adds("found", 10 * DAY)))
    plan = portfolio({"dig": 20 * DAY, "found": 20 * DAY}, "dig found", risks=[risk])
    finish = Lattice.of({40 * DAY: 0.5, 60 * DAY: 0.5})
    assert sqrt(finish.variance) == pytest.approx(10 * DAY)  # drawn anew for each task it would be 7.1 days
    return Truth(plan, finish, {"dig": 1.0, "found": 1.0})


@known_answer
def test_a_shared_risk_has_one_impact_as_well_as_one_occurrence():
    law = Triangular(0, 4800, 24_000)
    risk = Risk("soil", 0.4, (adds("dig", law), adds("found", law)))
    plan = portfolio({"dig": 9600, "found": 9600}, "dig found", risks=[risk])
    one = Lattice.rounded(exact.triangular(0, 4800, 24_000))
    return Truth(
        plan,
        mixture([(0.6, Lattice.constant(19_200)), (0.4, one.times(2) + 19_200)]),
        slack=2 * 0.4 * sampling_slack(law),
        minutes=2,
    )


@known_answer
def test_an_independent_risk_is_drawn_for_each_task():
    risk = Risk("breakdown", 0.5, (adds("dig", 10 * DAY), adds("found", 10 * DAY)), independent=True)
    finish = Lattice.of({40 * DAY: 0.25, 50 * DAY: 0.5, 60 * DAY: 0.25})
    assert sqrt(finish.variance) == pytest.approx(sqrt(50) * DAY)
    return Truth(portfolio({"dig": 20 * DAY, "found": 20 * DAY}, "dig found", risks=[risk]), finish, {"dig": 1.0, "found": 1.0})


@known_answer
def test_a_risk_shared_by_two_paths_delays_both_at_once():
    # where it occurs, dig = 20 d + 20 d u and permit = 25 d + 5 d u with one and the same u, so that dig is the later
    # from u = 1/3 on; both grow with u, and so P(both <= x) is the smaller of P(dig <= x) and P(permit <= x)
    risk = Risk("flood", 0.4, (adds("dig", Uniform(0, 20 * DAY)), adds("permit", Uniform(0, 5 * DAY))))
    plan = portfolio({"dig": 20 * DAY, "permit": 25 * DAY}, risks=[risk])
    minutes = np.arange(25 * DAY, 40 * DAY + 1)
    both = np.minimum((minutes + 0.5 - 20 * DAY) / (20 * DAY), (minutes + 0.5 - 25 * DAY) / (5 * DAY)).clip(0, 1)
    struck = Lattice(25 * DAY, np.diff(both, prepend=0.0))
    assert struck.mean == pytest.approx((25 + 5 / 6) * DAY / 3 + (80 / 3 + 40) / 2 * DAY * 2 / 3, abs=0.1)
    return Truth(
        plan,
        mixture([(0.6, Lattice.constant(25 * DAY)), (0.4, struck)]),
        {"dig": 0.4 * 2 / 3, "permit": 0.6 + 0.4 / 3},
        slack=sampling_slack(*(hit.impact.law for hit in risk.hits)),
        minutes=1,
        ties=0.4 * 1.2 / (15 * DAY),  # u decides to within a minute and the samplers' errors
    )


@known_answer
def test_an_uncertain_impact_on_one_of_two_paths_that_meet_is_a_mixture():
    # the path that is struck: 20 d, or with 40 % 20 d + 20 d u; the other one, which knows nothing of it: 15 d + 20 d v
    impact, other = Uniform(0, 20 * DAY), Uniform(15 * DAY, 35 * DAY)
    plan = portfolio({"dig": 20 * DAY, "permit": other}, risks=[Risk("rock", 0.4, (adds("dig", impact),))])
    minutes = np.arange(20 * DAY, 40 * DAY + 1)
    struck = 0.6 + 0.4 * ((minutes + 0.5 - 20 * DAY) / (20 * DAY)).clip(0, 1)
    met = struck * ((minutes + 0.5 - 15 * DAY) / (20 * DAY)).clip(0, 1)
    # "dig" drives with 60 % where v < 1/4, and with 40 % where u + 1/4 > v
    drives = 0.6 * 0.25 + 0.4 * (1 - 0.75**2 / 2)
    return Truth(
        plan,
        Lattice(20 * DAY, np.diff(met, prepend=0.0)),
        {"dig": drives, "permit": 1 - drives},
        slack=sampling_slack(impact, other),
        minutes=1,
        ties=2 / (20 * DAY),
    )


@known_answer
def test_an_uncertainty_driver_stretches_all_its_tasks_alike():
    # productivity f times (design + build): one f for both, so their spread adds up instead of averaging out
    productivity = Uniform(0.8, 1.4)
    estimates = {"design": (9600, 14_400, 28_800), "build": (19_200, 24_000, 48_000)}
    driver = Risk("productivity", 1.0, (multiplies("design", productivity), multiplies("build", productivity)))
    laws = {task: Pert(*estimate) for task, estimate in estimates.items()}
    base = exact.total(Lattice.rounded(exact.pert(*estimate)) for estimate in estimates.values())
    finish = stretched(base, 0.8, 1.4)
    # E[fB] = E[f] E[B] and E[(fB)^2] = E[f^2] E[B^2]
    second = (1.4**3 - 0.8**3) / (3 * 0.6) * (base.variance + base.mean**2)
    assert finish.mean == pytest.approx(1.1 * base.mean, rel=1e-7)
    assert finish.variance == pytest.approx(second - (1.1 * base.mean) ** 2, rel=1e-6)
    slack = 1.4 * sampling_slack(*laws.values()) + sampling_slack(productivity) * 76_800
    return Truth(portfolio(laws, "design build", risks=[driver]), finish, dict.fromkeys(laws, 1.0), slack, minutes=slack + 1.5)


def stretched(base: Lattice, low: float, high: float) -> Lattice:
    """The law of f times ``base`` for an independent uniform f, in whole minutes: Gauss-Legendre quadrature over f."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    edges = np.arange(int(base.values[0] * low), int(base.values[-1] * high) + 2) - 0.5
    between = np.append(base.values - 0.5, base.values[-1] + 0.5)  # base is smooth: its CDF is taken as linear inside a minute
    reached = np.concatenate([[0.0], base.cumulative])
    factors = (low + high) / 2 + (high - low) / 2 * nodes
    cdf = sum(w / 2 * np.interp(edges / f, between, reached) for w, f in zip(weights, factors, strict=True))
    return Lattice(int(edges[0] + 0.5), np.diff(cdf)).whole()


@known_answer
def test_factors_multiply_the_sampled_duration_before_days_are_added():
    base = {20 * DAY: 0.5, 40 * DAY: 0.3, 60 * DAY: 0.2}
    risks = [
        Risk("delay", 0.4, (adds("dig", 10 * DAY),)),
        Risk("novelty", 0.5, (multiplies("dig", 1.5),)),
        Risk("learning", 0.3, (multiplies("dig", 0.8),)),
    ]
    chances: dict[int, float] = {}
    for (minutes, p), delay, novelty, learning in product(base.items(), (False, True), (False, True), (False, True)):
        duration = minutes * (1.5 if novelty else 1) * (0.8 if learning else 1) + (10 * DAY if delay else 0)
        chance = p * (0.4 if delay else 0.6) * 0.5 * (0.3 if learning else 0.7)
        chances[round(duration)] = chances.get(round(duration), 0.0) + chance
    return Truth(portfolio({"dig": base}, risks=risks), Lattice.of(chances), {"dig": 1.0})


@known_answer
def test_a_forecast_with_two_humps_keeps_them_apart():
    base, late = Pert(9600, 14_400, 24_000), Uniform(28_800, 38_400)
    plan = portfolio({"build": base}, risks=[Risk("redesign", 0.3, (adds("build", late),))])
    hump = Lattice.rounded(exact.pert(9600, 14_400, 24_000))
    second = hump + Lattice.rounded(exact.uniform(28_800, 38_400))
    finish = mixture([(0.7, hump), (0.3, second)])
    assert float(finish.cdf(38_000)) == pytest.approx(0.7)  # nothing between 24,000 and 38,400
    return Truth(plan, finish, {"build": 1.0}, slack=sampling_slack(base, late), minutes=2)


@known_answer
def test_a_risk_on_the_finish_of_a_project_comes_after_all_of_its_tasks():
    left, right = Uniform(4800, 52_800), Uniform(4800, 28_800)
    wait = Triangular(2400, 4800, 14_400)
    plan = portfolio({"left": left, "right": right}, risks=[Risk("approval", 0.6, (adds("finish", wait),))])
    one, other = Lattice.rounded(exact.uniform(4800, 52_800)), Lattice.rounded(exact.uniform(4800, 28_800))
    tasks = latest([one, other])
    return Truth(
        plan,
        mixture([(0.4, tasks), (0.6, tasks + Lattice.rounded(exact.triangular(2400, 4800, 14_400)))]),
        {"left": one.no_earlier_than(other), "right": other.no_earlier_than(one)},
        slack=sampling_slack(left, right, wait),
        minutes=3,
        ties=4 / 48_000,
    )


# --- windows ------------------------------------------------------------------------------------------------------------


def after_days(days):
    """So many working days after the Monday on which the tests begin, in the morning."""
    return MONDAY + timedelta(days=7 * (days // 5) + days % 5)


@known_answer
def test_a_risk_acts_only_where_its_task_is_at_work_within_its_window():
    # the permit takes 10 or 30 days; until day 25 the river may flood the digging that follows
    risk = Risk("flood", 0.5, (adds("dig", 7 * DAY),), window=(None, after_days(25)))
    plan = portfolio({"permit": {10 * DAY: 0.5, 30 * DAY: 0.5}, "dig": 20 * DAY}, "permit dig", risks=[risk])
    return Truth(plan, Lattice.of({30 * DAY: 0.25, 37 * DAY: 0.25, 50 * DAY: 0.5}), {"permit": 1.0, "dig": 1.0})


@known_answer
def test_a_window_that_has_not_opened_by_the_time_its_task_would_be_done_does_nothing():
    risk = Risk("frost", 1.0, (multiplies("dig", 2.0),), window=(after_days(20), None))
    plan = portfolio({"permit": {5 * DAY: 0.75, 15 * DAY: 0.25}, "dig": 10 * DAY}, "permit dig", risks=[risk])
    return Truth(plan, Lattice.of({15 * DAY: 0.75, 35 * DAY: 0.25}), {"permit": 1.0, "dig": 1.0})


@known_answer
def test_a_window_that_closes_as_its_task_begins_does_nothing_and_one_that_opens_as_it_ends_neither():
    closed = Risk("early", 1.0, (adds("dig", DAY),), window=(None, after_days(5)))
    unopened = Risk("late", 1.0, (adds("dig", DAY),), window=(after_days(15), None))
    touching = Risk("between", 1.0, (adds("dig", 3 * DAY),), window=(after_days(14), after_days(15)))
    plan = portfolio({"permit": 5 * DAY, "dig": 10 * DAY}, "permit dig", risks=[closed, unopened, touching])
    return Truth(plan, Lattice.constant(18 * DAY), {"permit": 1.0, "dig": 1.0})


@known_answer
def test_whether_a_risk_is_live_is_judged_without_the_risks_that_have_windows():
    # the strike alone would move the digging's end into the frost; that does not make the frost live
    always = Risk("soil", 1.0, (adds("dig", 2 * DAY),))
    strike = Risk("strike", 1.0, (adds("dig", 6 * DAY),), window=(after_days(0), after_days(5)))
    frost = Risk("frost", 1.0, (adds("dig", 9 * DAY),), window=(after_days(13), None))
    return Truth(portfolio({"dig": 10 * DAY}, risks=[always, strike, frost]), Lattice.constant(18 * DAY), {"dig": 1.0})
