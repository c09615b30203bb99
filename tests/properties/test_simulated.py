"""For every portfolio, certain or uncertain, the program promises these relations between one simulation and another."""

import json
from dataclasses import replace

import numpy as np
import pytest
from building import adds, portfolio
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numba import config
from strategies import ALL, Ingredients, ingredients, uncertain

from pmosim.forecasting import forecast, simulate
from pmosim.model.laws import Fixed, Pert, Uniform
from pmosim.model.project import Portfolio
from pmosim.model.risks import Hit, Impact, ImpactKind, Mitigation, Risk
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Lag, LagCalendar, Link, LinkKind

WITHOUT_JIT = bool(config.DISABLE_JIT)
N = 64 if WITHOUT_JIT else 320
slowly = settings(deadline=None, max_examples=8 if WITHOUT_JIT else 60, suppress_health_check=[HealthCheck.too_slow])

START_LINKS = (LinkKind.FS, LinkKind.SS)
everything = ingredients(laws=uncertain, calendars=ALL, milestones=True, risks=True, projects=("p", "q"))
monotone = ingredients(laws=uncertain, calendars=ALL, kinds=START_LINKS, projects=("p", "q"))
seeds = st.integers(0, 2**64 - 1)


def finishes(plan: Portfolio, seed: int = 1, iterations: int = N, **options) -> dict[str, list[int]]:
    return {id: finish.tolist() for id, finish in simulate(plan, iterations=iterations, seed=seed, **options).finish.items()}


def never_later(one: dict[str, list[int]], other: dict[str, list[int]]) -> bool:
    return all(np.all(np.array(one[id]) <= np.array(other[id])) for id in one.keys() & other.keys())


# --- without uncertainty -----------------------------------------------------------------------------------------------


@slowly
@given(ingredients(calendars=ALL, milestones=True, projects=("p", "q")))
def test_without_uncertainty_every_iteration_is_the_deterministic_pass(parts):
    plan = parts.portfolio()
    dates, draws = schedule(plan), simulate(plan, iterations=64, seed=1)
    for id, moments in draws.dates.items():
        assert {moment.astype("datetime64[m]").item() for moment in np.unique(moments)} == {dates[id].finish}, id


# --- monotone, where the links bound starts -----------------------------------------------------------------------------


@slowly
@given(monotone, st.data())
def test_a_longer_task_never_brings_a_finish_forward(parts, data):
    name, more = data.draw(st.sampled_from(sorted(parts.laws))), data.draw(st.integers(1, 2000))
    longer = parts.lasting({name: Fixed(float(round(parts.laws[name].support[0])) + more)})
    shorter = parts.lasting({name: Fixed(float(round(parts.laws[name].support[0])))})
    assert never_later(finishes(shorter.portfolio()), finishes(longer.portfolio()))


@slowly
@given(monotone)
def test_an_added_link_never_brings_a_finish_forward(parts):
    assume(parts.links)
    assert never_later(finishes(replace(parts, links=parts.links[:-1]).portfolio()), finishes(parts.portfolio()))


@slowly
@given(ingredients(laws=uncertain, calendars=ALL, projects=("p", "q")))
def test_an_added_link_of_any_kind_never_brings_a_finish_forward(parts):
    """A link only ever asks for more: with FF and SF too."""
    assume(parts.links)
    assert never_later(finishes(replace(parts, links=parts.links[1:]).portfolio()), finishes(parts.portfolio()))


@slowly
@given(monotone, st.integers(1, 1500))
def test_a_longer_lag_never_brings_a_finish_forward(parts, more):
    assume(parts.links)
    first = parts.links[0]
    # on a calendar of its own: a lag and a lead of the same length run to different ends of a night
    lag = Lag(abs(first.lag.minutes) + 1, LagCalendar.ELAPSED)
    short = replace(parts, links=(replace(first, lag=lag), *parts.links[1:]))
    long = replace(parts, links=(replace(first, lag=replace(lag, minutes=lag.minutes + more)), *parts.links[1:]))
    assert never_later(finishes(short.portfolio()), finishes(long.portfolio()))


@slowly
@given(monotone, st.floats(0, 1), st.floats(0, 1), seeds, st.data())
def test_a_threat_of_lower_probability_is_never_worse_in_any_iteration(parts, one, other, seed, data):
    name = data.draw(st.sampled_from(sorted(parts.laws)))
    hits = (Hit(name, Impact(ImpactKind.ADD, Pert(0, 480, 4800))),)
    after, before = sorted((one, other))
    state = [replace(parts, risks=(Risk("flood", p, hits, mitigation=Mitigation(after)),)).portfolio() for p in (0.0, after, before, 1.0)]
    none, mitigated, open_, always = (finishes(plan, seed) for plan in state)
    assert never_later(none, mitigated)
    assert never_later(mitigated, open_)
    assert never_later(open_, always)


# --- what does not matter ------------------------------------------------------------------------------------------------


@slowly
@given(everything, seeds, st.randoms(use_true_random=False))
def test_the_order_and_the_display_names_of_things_change_no_bit(parts, seed, random):
    plan = parts.portfolio()
    assert finishes(shuffled(plan, random), seed) == finishes(plan, seed)


def shuffled(plan: Portfolio, random) -> Portfolio:
    def mixed(things):
        return tuple(random.sample(things, len(things)))

    projects = [
        replace(project, tasks=mixed([replace(task, name=f"a name for {task.id}", wbs="1.1") for task in project.tasks]), name="other")
        for project in plan.projects
    ]
    risks = [replace(risk, hits=mixed(risk.hits), name="other", owner="somebody") for risk in plan.risks]
    calendars = [calendar for calendar in plan.calendars if calendar.id not in ("standard", "24h")]
    return replace(
        plan,
        name="other",
        projects=mixed(projects),
        links=mixed(plan.links),
        risks=mixed(risks),
        targets=mixed(plan.targets),
        calendars=mixed(calendars),
    )


@slowly
@given(ingredients(kinds=tuple(LinkKind)), st.integers(2, 9))
def test_time_counted_in_smaller_units_is_the_same_time(parts, factor):
    longer = replace(
        parts,
        laws={name: Fixed(law.value * factor) for name, law in parts.laws.items()},
        links=tuple(replace(link, lag=replace(link.lag, minutes=link.lag.minutes * factor)) for link in parts.links),
    )
    one, other = finishes(parts.portfolio(), iterations=64), finishes(longer.portfolio(), iterations=64)
    assert {id: [factor * finish for finish in row] for id, row in one.items()} == other


@slowly
@given(everything, seeds)
def test_a_task_and_a_risk_added_leave_the_draws_of_all_others(parts, seed):
    # what is added has no link to the rest, so that every finish shows the draws of what was there before
    new_task = {"q.added": Pert(480, 960, 4800)}
    new_risk = Risk("added", 0.5, (adds("q.added", Uniform(0, 960)),))
    more = replace(parts, laws=new_task | parts.laws, risks=(new_risk, *parts.risks))
    before, after = finishes(parts.portfolio(), seed), finishes(more.portfolio(), seed)
    assert {id: row for id, row in after.items() if id in parts.laws} == {id: row for id, row in before.items() if id in parts.laws}
    assert after["p.finish"] == before["p.finish"]
    # and each of the old risks strikes in the same iterations: without the new one all is as it was
    assert {id: row for id, row in finishes(more.portfolio(), seed, without=("added",)).items() if id in parts.laws} == {
        id: row for id, row in before.items() if id in parts.laws
    }


@slowly
@given(everything, seeds)
def test_a_longer_run_begins_with_the_shorter_one(parts, seed):
    plan = parts.portfolio()
    short, long = finishes(plan, seed, 100), finishes(plan, seed, 200)
    assert {id: row[:100] for id, row in long.items()} == short


@slowly
@given(everything, seeds, st.sampled_from([1, 2, 4]), st.sampled_from([64, 128, 1024]))
def test_threads_and_block_size_change_no_bit(parts, seed, threads, block):
    plan = parts.portfolio()
    one, other = (simulate(plan, iterations=N, seed=seed, **options) for options in ({}, {"threads": threads, "block": block}))
    assert all(np.array_equal(one.finish[id], other.finish[id]) for id in one.finish)
    assert all(np.array_equal(one.cost[id], other.cost[id]) for id in one.cost)
    assert one.criticality == other.criticality


def without_timing(text: str) -> dict:
    return {key: value for key, value in json.loads(text).items() if key != "timing"}


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("iterations", [1_000, 5_001])
def test_the_whole_forecast_is_the_same_for_any_threads_and_block_size(iterations):
    plan = overlapping_projects()
    runs = [
        forecast(plan, iterations=iterations, seed=3, threads=threads, block=block)
        for threads, block in ((1, None), (2, 64), (2, 1024), (4, 256), (4, 64))
    ]
    texts = {json.dumps(without_timing(run.to_json())) for run in runs}
    assert len(texts) == 1
    assert len({run.timing.threads for run in runs}) == 3


def overlapping_projects() -> Portfolio:
    """Two linked projects with shared risks on three calendars, uncertain in every way that there is."""
    links = (
        Link("p.t0", "p.t1", LinkKind.SS, Lag(960)),
        Link("p.t1", "p.t2", LinkKind.FF, Lag(240, LagCalendar.ELAPSED)),
        Link("p.t0", "q.t3", LinkKind.FS, Lag(-480, LagCalendar.PREDECESSOR)),
        Link("p.t2", "q.t4"),
        Link("q.t3", "q.t4", LinkKind.SF, Lag(9600)),
    )
    laws = {
        "p.t0": Pert(2400, 4800, 9600),
        "p.t1": Uniform(4800, 9600),
        "p.t2": Pert(480, 960, 9600, 3.0),
        "q.t3": Fixed(4800.0),
        "q.t4": Uniform(480, 4800),
    }
    risks = (
        Risk("flood", 0.3, (adds("p.t0", Pert(0, 960, 4800)), adds("q.t3", Uniform(0, 2400))), cost=Uniform(1000, 9000)),
        Risk("drift", 1.0, (Hit("p.t1", Impact(ImpactKind.FACTOR, Uniform(0.9, 1.5))),), independent=True),
    )
    on = {"p.t1": "site", "q.t3": "nights"}
    return Ingredients(laws, links, on, risks=risks).portfolio()


@pytest.mark.slow_without_jit
def test_another_seed_is_another_forecast():
    plan = portfolio({"dig": Pert(480, 960, 9600)})
    one, other = (without_timing(forecast(plan, iterations=1_000, seed=seed).to_json()) for seed in (1, 2))
    assert one["targets"] != other["targets"]
