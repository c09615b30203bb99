"""What mitigation gains is known exactly for small registers; the program promises to find it within its stated interval."""

from dataclasses import replace
from itertools import product

import pytest
from building import DAY, adds, multiplies, portfolio
from exact import Lattice
from truth import SEEDS, Truth, known_answer

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.forecasting.mitigation import forecast_mitigation, left_after_mitigation
from pmosim.forecasting.removals import Removals
from pmosim.forecasting.risks import forecast_risks, total_exposure
from pmosim.forecasting.scales import scales_of
from pmosim.model.laws import Fixed
from pmosim.model.mitigation import mitigated
from pmosim.model.risks import Mitigation, Risk

WATER = Risk("water", 0.5, (adds("dig", 10 * DAY),), mitigation=Mitigation(0.2, 9_000, hits=(adds("dig", 5 * DAY),)))
FROST = Risk("frost", 0.4, (adds("pour", 5 * DAY),), Fixed(60_000), mitigation=Mitigation(0.1, 12_000))
STORM = Risk("storm", 0.3, (multiplies("dig", 1.5), multiplies("roof", 2.0)), mitigation=Mitigation(hits=(multiplies("roof", 1.2),)))
LAWS = {"dig": 10 * DAY, "pour": 10 * DAY, "roof": 18 * DAY}
SITE = portfolio(LAWS, "dig pour", risks=[WATER, FROST, STORM])


def finish_when(occurs, *, water=10, storm=True):
    """Days, by hand: two tasks in a row beside the roof; factors first, then added time."""
    dig = 10 * (1.5 if occurs["storm"] and storm else 1) + (water if occurs["water"] else 0)
    roof = 18 * ((2 if storm else 1.2) if occurs["storm"] else 1)
    return max(dig + 10 + (5 if occurs["frost"] else 0), roof)


def exactly(chances, **state):
    """The law of the finish in minutes, by enumerating what occurs."""
    law = {}
    for what in product((False, True), repeat=len(chances)):
        occurs = dict(zip(chances, what, strict=True))
        p = 1.0
        for id, happens in occurs.items():
            p *= chances[id] if happens else 1 - chances[id]
        minutes = round(finish_when(occurs, **state) * DAY)
        law[minutes] = law.get(minutes, 0.0) + p
    return Lattice.of(law)


BEFORE = exactly({"water": 0.5, "frost": 0.4, "storm": 0.3})
AFTER = exactly({"water": 0.2, "frost": 0.1, "storm": 0.3}, water=5, storm=False)


@known_answer
def test_before_mitigation_every_risk_is_as_it_is():
    return Truth(SITE, BEFORE)


@known_answer
def test_after_mitigation_probabilities_and_impacts_are_what_is_left():
    return Truth(mitigated(SITE), AFTER)


def mitigation_of(plan, seed, n=20_000):
    compiled, run = compile_portfolio(plan), Run(n, seed)
    removals = Removals(compiled, run, simulate_finishes(compiled, run), scales_of(compiled), 0.95)
    risks, none = forecast_risks(removals)
    left = left_after_mitigation(plan, run, 0.99999)
    assert left is not None
    return forecast_mitigation(left, risks, total_exposure(removals, none))


def holds(estimate, value):
    return estimate.low - 1e-9 <= value <= estimate.high + 1e-9


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seed", SEEDS)
def test_what_all_mitigations_gain_together_is_found(seed):
    made = mitigation_of(SITE, seed)
    (target,) = made.targets
    assert holds(target.gain.expected, (BEFORE.mean - AFTER.mean) / DAY)
    for level, gain in ((0.5, target.gain.p50), (0.8, target.gain.p80)):
        assert holds(gain, (BEFORE.percentile(level) - AFTER.percentile(level)) / DAY)
    assert made.price == 21_000
    assert holds(made.saving, 0.3 * 60_000)
    assert holds(made.net, 0.3 * 60_000 - 21_000)


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seed", SEEDS)
def test_what_one_mitigation_gains_alone_and_beside_the_others_is_found(seed):
    payoffs = {one.risk: one for one in mitigation_of(SITE, seed).payoffs}
    alone = exactly({"water": 0.5, "frost": 0.1, "storm": 0.3})
    without = exactly({"water": 0.2, "frost": 0.4, "storm": 0.3}, water=5, storm=False)
    frost = payoffs["frost"]
    assert holds(frost.alone["p.finish"].expected, (BEFORE.mean - alone.mean) / DAY)
    assert holds(frost.beside["p.finish"].expected, (without.mean - AFTER.mean) / DAY)
    assert holds(frost.saving, 18_000)
    assert frost.net.low > 0
    assert payoffs["water"].net.value == -9_000  # it saves days, no money


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seed", SEEDS)
def test_the_exposure_of_each_risk_after_mitigation_is_its_own_with_the_others_mitigated(seed):
    chances = {"water": 0.2, "frost": 0.1, "storm": 0.3}
    states = {risk.id: risk.after for risk in mitigation_of(SITE, seed).risks}
    for id, state in states.items():
        gone = exactly(chances | {id: 0.0}, water=5, storm=False)
        assert state.probability == chances[id]
        assert holds(state.delay["p.finish"].expected, (AFTER.mean - gone.mean) / DAY) or abs(AFTER.mean - gone.mean) < 1e-9


def test_a_risk_that_arises_from_a_mitigation_has_no_state_before_it():
    rust = Risk("rust", 0.5, (adds("pour", DAY),), arises_from="water")
    states = {risk.id: risk for risk in mitigation_of(replace(SITE, risks=(*SITE.risks, rust)), 1, 1_000).risks}
    assert states["rust"].before is None
    assert states["rust"].after.delay["p.finish"].expected.value > 0


def test_without_any_mitigation_there_is_nothing_to_tell():
    plan = replace(SITE, risks=(replace(WATER, mitigation=None),))
    assert left_after_mitigation(plan, Run(64, 1), 0.95) is None
