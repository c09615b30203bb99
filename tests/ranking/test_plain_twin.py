"""Kept durations give what the plain simulation gives: for any portfolio, whatever is taken out."""

import numpy as np
import pytest
from building import DAY, MONDAY, adds, portfolio
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import POOL, ingredients, scheduled, uncertain

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.planned import PlannedVariants
from pmosim.engine.removal import KeptDurations, can_keep, driving, nodes_before, nodes_hit_by, only_waits
from pmosim.engine.simulation import Run, analyse, simulate_finishes
from pmosim.model.laws import Uniform
from pmosim.model.risks import Risk
from pmosim.model.tasks import LinkKind

RUN = Run(200, 7, threads=1)

WHOLE = {"laws": uncertain, "risks": True, "milestones": True, "projects": ("p", "q"), "calendars": POOL}


def made_of(**what):
    return ingredients(**WHOLE | what).map(lambda parts: parts.portfolio(watch=False))


waiting = made_of(kinds=(LinkKind.FS, LinkKind.SS))
portfolios = st.one_of(made_of(), waiting, scheduled())


@settings(max_examples=100)
@given(portfolios, st.data())
def test_finishes_without_risks_are_those_of_the_plain_simulation(made, data):
    compiled = compile_portfolio(made)
    ids = list(dict.fromkeys(compiled.event_risks))
    without = tuple(data.draw(st.lists(st.sampled_from(ids), unique=True))) if ids else ()
    assume(can_keep(compiled, RUN.iterations))
    target = compiled.target_ids[0]
    kept = KeptDurations(compiled, RUN, target)
    plain = simulate_finishes(compiled, RUN)
    assert np.array_equal(kept.finishes, plain.finishes[0])
    for k, risk in enumerate(without):  # one after the other, each on top of what is settled
        out = without[: k + 1]
        trial = kept.trial(compiled, out, nodes_hit_by(compiled, risk))
        expected = simulate_finishes(compiled, Run(RUN.iterations, RUN.seed, out, 1)).finishes[0]
        assert np.array_equal(trial.finishes, expected)
        kept.settle(trial)
        assert np.array_equal(kept.finishes, expected)


@settings(max_examples=60)
@given(portfolios)
def test_with_everything_taken_out_the_simulation_is_the_deterministic_pass(made):
    compiled = compile_portfolio(made)
    assume(all(node.duration >= 0 for node in compiled.plan.nodes.values()))  # an uncertain lag may be planned as a lead, yet is none
    variants = PlannedVariants(compiled)
    planned = variants.at_plan(np.ones(len(compiled.node_ids), np.bool_))
    everything = tuple(dict.fromkeys(compiled.event_risks))
    finishes = simulate_finishes(planned, Run(3, 1, everything, 1)).finishes
    expected = compiled.planned[1][[compiled.position[id] for id in compiled.target_ids]]
    assert np.array_equal(finishes, np.repeat(expected[:, None], 3, axis=1))


@settings(max_examples=40)
@given(portfolios)
def test_who_drives_is_who_the_analysis_says(made):
    compiled = compile_portfolio(made)
    assume(can_keep(compiled, RUN.iterations))
    target = compiled.target_ids[0]
    nodes = nodes_before(compiled, target)
    drives, _ = driving(compiled, RUN, target, nodes)
    analysis = analyse(compiled, RUN)
    reference = analysis.reference
    node = np.repeat(np.arange(len(compiled.node_ids)), np.diff(reference.pair))
    mine = reference.pair_target == 0
    assert np.array_equal(node[mine], nodes)
    assert np.array_equal(drives.sum(axis=1), analysis.tally.drives[mine])


@given(waiting)
def test_networks_of_links_to_starts_only_wait(made):
    compiled = compile_portfolio(made)
    assert only_waits(compiled, nodes_before(compiled, compiled.target_ids[0]))


def test_a_link_to_a_finish_or_a_constraint_is_more_than_waiting():
    compiled = compile_portfolio(portfolio({"a": DAY, "b": DAY}, "a b FF"))
    assert not only_waits(compiled, nodes_before(compiled, compiled.target_ids[0]))


def test_networks_whose_durations_depend_on_dates_are_simulated_the_plain_way():
    from dataclasses import replace
    from datetime import timedelta

    risk = replace(Risk("x", 0.5, (adds("a", DAY),)), window=(MONDAY, MONDAY + timedelta(days=1)))
    made = portfolio({"a": Uniform(DAY, 3 * DAY)}, risks=[risk])
    assert not can_keep(compile_portfolio(made), 100)


def test_durations_that_would_not_fit_are_not_kept():
    assert not can_keep(compile_portfolio(portfolio({"a": DAY})), 10**9)


def test_the_usual_portfolio_takes_the_quick_way():
    assert can_keep(compile_portfolio(portfolio({"a": Uniform(DAY, 3 * DAY)}, risks=[Risk("x", 0.5, (adds("a", DAY),))])), 10_000)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_ranking_does_not_depend_on_threads(threads):
    from dataclasses import replace

    from small_rankings import ranked, uncertain_series

    risks = [Risk(f"r{k}", 0.3, (adds("abc"[k % 3], DAY * (k + 1) / 4),)) for k in range(6)]
    one, other = (
        ranked(uncertain_series(*risks), threads=count, ladder=True, pairs=True, shapley=True, iterations=700) for count in (1, threads)
    )
    assert replace(one, timing=None).to_json() == replace(other, timing=None).to_json()
