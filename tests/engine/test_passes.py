"""The compiled passes equal their plain twins, iteration by iteration: draws, durations, dates and driving paths."""

import os
import subprocess
import sys
from math import floor, prod
from pathlib import Path

import numpy as np
import pytest
from building import adds, multiplies, portfolio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernel_runs import driven, durations_in, traced
from numba import config
from oracles import longest_paths
from strategies import ALL, ingredients, uncertain

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, analyse, redraw_durations, redraw_events, simulate_finishes
from pmosim.engine.streams import DURATION, IMPACT, OCCURRENCE, name_of
from pmosim.model.laws import Discrete, Exponential, Fixed, Lognormal, Normal, Pert, Triangular, Uniform
from pmosim.model.passes import forward_pass
from pmosim.model.risks import ImpactKind, Risk

WITHOUT_JIT = bool(config.DISABLE_JIT)
N = 64 if WITHOUT_JIT else 256
slowly = settings(deadline=None, max_examples=10 if WITHOUT_JIT else 100, suppress_health_check=[HealthCheck.too_slow])

everything = ingredients(laws=uncertain, calendars=ALL, milestones=True, risks=True, projects=("p", "q"))


@slowly
@given(everything, st.integers(0, 2**64 - 1))
def test_finishes_are_those_of_the_plain_forward_pass(parts, seed):
    compiled = compile_portfolio(parts.portfolio())
    fast = simulate_finishes(compiled, Run(64, seed)).finishes
    full = analyse(compiled, Run(64, seed)).samples.finishes
    assert np.array_equal(fast, full)
    for k, durations in enumerate(durations_in(compiled, 64, seed)):
        _, finishes = forward_pass(compiled.plan, durations)
        assert [finishes[id] for id in compiled.target_ids] == fast[:, k].tolist()


@slowly
@given(ingredients(laws=uncertain, risks=True), st.integers(0, 2**64 - 1))
def test_on_one_calendar_criticality_is_the_share_of_longest_paths_that_a_task_lies_on(parts, seed):
    plan = parts.portfolio(watch=False)
    arcs = [(k.predecessor, k.successor, k.kind.value, int(k.lag.minutes)) for k in plan.links]
    compiled = compile_portfolio(plan)
    counts = dict.fromkeys(plan.tasks, 0)
    for durations in durations_in(compiled, 64, seed):
        _, critical = longest_paths({id: durations[id] for id in plan.tasks}, arcs)
        for id in critical:
            counts[id] += 1
    assert driven(compiled, 64, seed)["p.finish"] == counts


@slowly
@given(everything, st.integers(0, 2**64 - 1))
def test_on_several_calendars_the_driving_path_is_traced_through_the_links_that_decided(parts, seed):
    compiled = compile_portfolio(parts.portfolio())
    counts = {id: dict.fromkeys(compiled.portfolio.tasks, 0) for id in compiled.target_ids}
    for durations in durations_in(compiled, 64, seed):
        for target, path in traced(compiled.plan, durations, compiled.target_ids).items():
            for id in path & counts[target].keys():
                counts[target][id] += 1
    assert driven(compiled, 64, seed) == counts


# --- every duration from plain Python's own Philox, the model's quantiles and the rules in words -----------------------

M0, M1 = 0xD2511F53, 0xCD9E8D57


def plain_uniform(seed, item, purpose, iteration):
    """Salmon, Moraes, Dror & Shaw, SC11, 2011, in Python's integers; output o of counter 16 g + j is iteration 64 g + 16 o + j."""
    name, (group, place) = name_of(item, purpose), divmod(iteration, 64)
    output, j = divmod(place, 16)
    x, k = [16 * group + j, 0, name % 2**32, name >> 32], [seed % 2**32, seed >> 32]
    for _ in range(10):
        x = [(M1 * x[2] >> 32) ^ x[1] ^ k[0], M1 * x[2] % 2**32, (M0 * x[0] >> 32) ^ x[3] ^ k[1], M0 * x[0] % 2**32]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return (x[output] + 0.5) / 2**32


def plain_duration(plan, id, seed, iteration):
    """Base estimate, times every factor that occurs, plus all the time that is added; half a minute rounds up."""
    factors, added = [], 0.0
    for risk in plan.risks:
        for hit in risk.hits:
            item = f"risk {risk.id} on {hit.target}" if risk.independent else f"risk {risk.id}"
            if hit.target == id and plain_uniform(seed, item, OCCURRENCE, iteration) < risk.probability:
                impact = float(hit.impact.law.quantile(plain_uniform(seed, item, IMPACT, iteration)))
                factors, added = ([*factors, impact], added) if hit.impact.kind is ImpactKind.FACTOR else (factors, added + impact)
    base = float(plan.tasks[id].duration.quantile(plain_uniform(seed, id, DURATION, iteration)))
    return max(0, floor(base * prod(factors) + added + 0.5))


def test_durations_are_those_of_the_rules_in_words():
    laws = {
        "fixed": Fixed(480),
        "uniform": Uniform(480, 960),
        "triangle": Triangular(480, 960, 2400),
        "pert": Pert(480.4, 960, 2400),
        "narrow": Pert(100_000.3, 100_040, 100_100),
        "exponential": Exponential(480),
        "normal": Normal(960, 240),
        "lognormal": Lognormal(960, 480),
        "steps": Discrete((240, 480), (1, 2)),
    }
    risks = [
        Risk("shared", 0.5, (adds("pert", Triangular(0, 240, 960)), adds("uniform", 120), multiplies("normal", Uniform(0.8, 1.5)))),
        Risk("single", 0.3, (multiplies("pert", Pert(0.9, 1.1, 2.0)), adds("exponential", Uniform(0, 480))), independent=True),
        Risk("driver", 1.0, (multiplies("triangle", Pert(0.8, 1.0, 1.6)), multiplies("fixed", 1.25))),
        Risk("luck", 0.4, (adds("steps", -300),)),  # an opportunity larger than the task: no duration is below zero
    ]
    plan = portfolio(laws, risks=risks)
    compiled = compile_portfolio(plan)
    off = []
    for iteration, durations in enumerate(durations_in(compiled, N, 2**40 + 7)):
        off += [durations[id] - plain_duration(plan, id, 2**40 + 7, iteration) for id in plan.tasks]
    # the samplers' errors, 0.1 minute and less here, can carry a duration over to the next minute, and do so rarely
    assert max(map(abs, off)) <= 1
    assert sum(map(abs, off)) / len(off) < 0.02


def test_the_draws_of_risks_can_be_had_again():
    risks = [Risk("one", 0.25, (adds("dig", 480),)), Risk("two", 0.75, (adds("dig", 480),))]
    compiled = compile_portfolio(portfolio({"dig": 480}, risks=risks))
    occurs, _ = redraw_events(compiled, Run(N, 5))
    plain = [[plain_uniform(5, f"risk {name}", OCCURRENCE, k) < p for k in range(N)] for name, p in (("one", 0.25), ("two", 0.75))]
    assert occurs.tolist() == plain
    durations = redraw_durations(compiled, Run(N, 5), [compiled.position["p.dig"]])[0]
    assert durations.tolist() == [480 * (1 + one + two) for one, two in zip(*plain, strict=True)]


DIGEST = """
from hashlib import sha256
from numba import config
from building import adds, multiplies, portfolio
from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, analyse
from pmosim.model.laws import Exponential, Pert, Triangular, Uniform
from pmosim.model.risks import Risk
laws = {"a": Pert(480, 960, 4800), "b": Triangular(480, 960, 2400), "c": Exponential(960), "d": Uniform(240, 960)}
risks = [Risk("r", 0.3, (adds("a", Pert(0, 480, 2400)), multiplies("c", Uniform(1, 2))))]
plan = portfolio(laws, "a c SS 240", "b c FF -120", "c d", risks=risks, watch=True)
done = analyse(compile_portfolio(plan), Run(256, 11))
bits = b"".join(part.tobytes() for part in (done.samples.finishes, done.tally.sums, done.tally.drives))
print(bool(config.DISABLE_JIT), sha256(bits).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.slow_without_jit
def test_the_kernels_give_the_same_bits_with_the_compiler_switched_off():
    tests = Path(__file__).parents[1]
    answers = []
    for off in ("0", "1"):
        environment = os.environ | {"PYTHONPATH": f"{tests.parent}{os.pathsep}{tests}", "NUMBA_DISABLE_JIT": off}
        done = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        answers.append(done.stdout.split())
    (jit, compiled), (plain, interpreted) = answers
    assert (jit, plain) == ("False", "True")
    assert compiled == interpreted
