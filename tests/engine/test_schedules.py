"""What schedules hold beyond links, in every iteration: constraints, progress, interruptions, hammocks, links of summary tasks.

The kernels against the plain pass, node by node.
"""

import numpy as np
import pytest
from building import portfolio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernel_runs import driven, durations_in, traced
from numba import config
from strategies import scheduled

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, analyse, pilot_ranges, redraw_durations, simulate_finishes
from pmosim.model.passes import forward_pass

WITHOUT_JIT = bool(config.DISABLE_JIT)
slowly = settings(deadline=None, max_examples=15 if WITHOUT_JIT else 200, suppress_health_check=[HealthCheck.too_slow])


def plain_passes(compiled, iterations, seed):
    """Starts and finishes of every node, and which constraints decided, iteration by iteration, by the plain pass."""
    rows = redraw_durations(compiled, Run(iterations, seed), [*range(len(compiled.node_ids))])
    for column in rows.T:
        decided = {}
        starts, finishes = forward_pass(compiled.plan, dict(zip(compiled.node_ids, map(int, column), strict=True)), decided)
        yield starts, finishes, decided


@slowly
@given(scheduled(), st.integers(0, 2**64 - 1))
def test_every_date_is_that_of_the_plain_pass(plan, seed):
    compiled = compile_portfolio(plan)
    fast = simulate_finishes(compiled, Run(64, seed)).finishes
    assert np.array_equal(fast, analyse(compiled, Run(64, seed)).samples.finishes)
    for k, (_, finishes, _) in enumerate(plain_passes(compiled, 64, seed)):
        assert [finishes[id] for id in compiled.target_ids] == fast[:, k].tolist()


@slowly
@given(scheduled(), st.integers(0, 2**64 - 1))
def test_every_start_lies_in_the_range_of_the_plain_pass_and_reaches_its_ends(plan, seed):
    compiled = compile_portfolio(plan)
    low, high = pilot_ranges(compiled, Run(64, seed))
    passes = [*plain_passes(compiled, 64, seed)]
    for node, id in enumerate(compiled.node_ids):
        starts = [starts[id] for starts, _, _ in passes]
        assert (id, low[0, node], high[0, node]) == (id, min(starts), max(starts))


@slowly
@given(scheduled(), st.integers(0, 2**64 - 1))
def test_the_driving_path_is_traced_through_the_links_that_decided(plan, seed):
    compiled = compile_portfolio(plan)
    counts = {id: dict.fromkeys(compiled.portfolio.tasks, 0) for id in compiled.target_ids}
    for durations in durations_in(compiled, 64, seed):
        for target, path in traced(compiled.plan, durations, compiled.target_ids).items():
            for id in path & counts[target].keys():
                counts[target][id] += 1
    assert driven(compiled, 64, seed) == counts


@slowly
@given(scheduled(), st.integers(0, 2**64 - 1))
def test_constraints_decide_as_often_as_in_the_plain_pass(plan, seed):
    compiled = compile_portfolio(plan)
    counted = analyse(compiled, Run(40, seed)).bound  # fewer than the lanes of a block: the others must not count
    holds = [(id, k) for id, node in compiled.plan.nodes.items() for k in range(len(node.holds))]
    times = dict.fromkeys(holds, 0)
    for _, _, decided in plain_passes(compiled, 40, seed):
        for id, which in decided.items():
            for k, bound in enumerate(which):
                times[id, k] += bound
    assert counted.tolist() == [times[hold] for hold in holds]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("block", [64, 192])
def test_the_counts_of_constraints_depend_on_neither_threads_nor_blocks(threads, block):
    plan = scheduled_example()
    counts = analyse(compile_portfolio(plan), Run(1000, 7, threads=threads, block=block)).bound
    assert counts.tolist() == analyse(compile_portfolio(plan), Run(1000, 7, threads=1, block=1024)).bound.tolist()


def scheduled_example():
    from dataclasses import replace
    from datetime import datetime

    from pmosim.model.laws import Uniform
    from pmosim.model.tasks import Constraint, ConstraintKind, Link

    plan = portfolio({"p.a": Uniform(480, 4800), "p.b": Uniform(480, 960)}, Link("p.a", "p.b"))
    held = Constraint(ConstraintKind.START_NO_EARLIER, datetime(2026, 3, 6, 8))
    tasks = tuple(replace(task, constraints=(held,)) if task.id == "b" else task for task in plan.projects[0].tasks)
    return replace(plan, projects=(replace(plan.projects[0], tasks=tasks),))
