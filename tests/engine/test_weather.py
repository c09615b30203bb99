"""Work under weather stands where the plain pass puts it, iteration by iteration; its draws belong to weather, days and years."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from building import DAY, portfolio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numba import config
from skies import EVERY_DAY, by_kernels, plainly, sky, under
from strategies import MONDAY, scheduled

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, analyse, simulate_finishes
from pmosim.engine.skies import first_day, in_iteration
from pmosim.errors import InvalidModel
from pmosim.forecasting.replay import replay
from pmosim.model.laws import Pert, Triangular, Uniform
from pmosim.model.project import Project
from pmosim.model.tasks import Task, TaskKind
from pmosim.model.weather import Chain, Edge, Series, Weather, Window

WITHOUT_JIT = bool(config.DISABLE_JIT)
N = 8 if WITHOUT_JIT else 64
slowly = settings(
    deadline=None, max_examples=5 if WITHOUT_JIT else 60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

MARCH = date(2026, 3, 2)
FROST = Window("frost", Edge(MARCH, Uniform(0, 9)), Edge(MARCH + timedelta(days=12), Triangular(0, 2, 9)), yearly=True)
SEASON = Window("season", Edge(date(2026, 3, 5)), Edge(date(2026, 11, 20), Uniform(0, 20)), is_open=True, yearly=True)
MEASURED = Series(2019, tuple(tuple(float((day * 7 + year) % 10 < 3) for day in range(366)) for year in range(3)))

sources = st.sampled_from(
    [
        {"bad_days": Chain((0.3,) * 12, 0.6)},
        {"bad_days": Chain((0.5, 0.4, 0.2, 0.1, 0.0, 0.05) * 2, 0.2)},
        {"lost_days": (Triangular(0, 3.5, 9),) * 12},
        {"series": MEASURED},
        {"series": replace(MEASURED, years=(tuple(0.25 for _ in range(366)),))},
        {"windows": (FROST,)},
        {"windows": (FROST, SEASON)},
        {"bad_days": Chain((0.2,) * 12), "windows": (FROST,)},
    ]
)


@st.composite
def under_weather(draw):
    """Any schedule, some of its calendars under one weather and some under another, some tasks exempt or not to be split."""
    plan = draw(scheduled())
    projects = tuple(replace(project, tasks=tuple(draw(_exposed(task)) for task in project.tasks)) for project in plan.projects)
    plan = replace(
        plan, projects=tuple(replace(project, tasks=tuple(replace(t, splits=True) for t in project.tasks)) for project in projects)
    )
    used = sorted({task.calendar for task in plan.tasks.values() if task.kind is TaskKind.TASK and task.weather and not task.is_finished})
    if not used:
        return plan
    ruled = draw(st.lists(st.sampled_from(used), min_size=1, unique=True))
    cut = draw(st.integers(0, len(ruled)))
    groups = [group for group in (ruled[:cut], ruled[cut:]) if group]
    skies = tuple(Weather(f"w{k}", tuple(group), **draw(sources)) for k, group in enumerate(groups))
    split = {task.id for project in projects for task in project.tasks if not task.splits and task.weather and task.calendar in ruled}
    return replace(
        plan,
        projects=tuple(replace(p, tasks=tuple(replace(t, splits=t.id not in split) for t in p.tasks)) for p in plan.projects),
        weather=skies,
    )


@st.composite
def _exposed(draw, task):
    if task.kind is not TaskKind.TASK:
        return task
    return replace(task, weather=draw(st.integers(0, 4)) > 0, splits=draw(st.integers(0, 3)) > 0)


@slowly
@given(under_weather(), st.integers(0, 2**64 - 1))
def test_work_stands_where_the_plain_pass_puts_it(plan, seed):
    if not plan.weather:
        return
    compiled = compile_portfolio(plan)
    days = compiled.model.weather.name.shape[1] - compiled.model.weather.epoch
    drawn = {id: compiled.plan.clocks[node.calendar].work(days * 24 * 60) for id, node in compiled.plan.nodes.items()}
    for plain, fast in zip(plainly(plan, N, seed), by_kernels(plan, N, seed), strict=True):
        if all(finish < drawn[id] for id, finish in plain[1].items()):  # past them the plain pass knows good days alone
            assert plain == fast


@slowly
@given(under_weather(), st.integers(0, 2**64 - 1))
def test_finishes_alone_are_those_of_the_complete_schedules(plan, seed):
    """They are counted in good minutes, and looked up only where something asks for them."""
    compiled = compile_portfolio(plan)
    found = simulate_finishes(compiled, Run(N, seed)).finishes.T.tolist()
    assert found == [[finishes[id] for id in compiled.target_ids] for _, finishes in by_kernels(plan, N, seed)]


def test_work_that_only_work_waits_for_is_counted_in_good_minutes_and_what_else_is_asked_for_is_looked_up():
    links = "a b", "b c", "c d SS", "c end", "d end"
    plan = under(portfolio({"a": DAY, "b": DAY, "c": Pert(DAY, 2 * DAY, 9 * DAY), "d": DAY, "end": 0}, *links), sky())
    compiled = compile_portfolio(plan)
    model = compiled.in_good_time
    assert [id for id, quiet in zip(compiled.node_ids, model.weather.quiet, strict=True) if quiet] == ["p.a", "p.b"]
    assert compile_portfolio(replace(plan, weather=())).in_good_time.weather.quiet.sum() == 0


def test_where_there_was_no_work_the_finish_is_the_start_be_that_on_a_lost_day():
    """Three tasks in a row, of which each may have none: their good minutes alone would not tell on which day it ends."""
    maybe = {0: 0.7, DAY: 0.3}
    plan = under(portfolio({"a": maybe, "b": maybe, "c": maybe}, "a b", "b c"), sky(share=0.6))
    found = simulate_finishes(compile_portfolio(plan), Run(256, 5)).finishes[0].tolist()
    assert found == [finishes["p.finish"] for _, finishes in by_kernels(plan, 256, 5)]


def days_at(plan, seed=7, n=256, **run):
    return simulate_finishes(compile_portfolio(plan), Run(n, seed, **run)).finishes


@pytest.mark.parametrize("source", [{"bad_days": Chain((0.3,) * 12, 0.6)}, {"lost_days": (Uniform(2, 9),) * 12}, {"windows": (FROST,)}])
def test_another_calendar_task_project_or_weather_leaves_the_days_of_a_weather_as_they_are(source):
    own = Weather("w", ("standard",), **source)
    plan = under(portfolio({"a": Pert(DAY, 4 * DAY, 9 * DAY)}, calendars=[EVERY_DAY]), own)
    early = Project("q", (Task("b", Pert(DAY, 2 * DAY, 30 * DAY), calendar="all"),), start=MONDAY - timedelta(days=400))
    more = replace(
        plan, projects=(*plan.projects, early), weather=(replace(sky("all", id="other"), calendars=("all",)), own), status_date=MONDAY
    )
    one, other = compile_portfolio(plan), compile_portfolio(more)
    for k in range(1 if WITHOUT_JIT else 5):
        days, others = (in_iteration(c, Run(64, 7), k)["standard"] for c in (one, other))
        last = min(first_day(c) + timedelta(days=c.model.weather.name.shape[1]) for c in (one, other))
        begin = max(first_day(one), one.plan.epoch.replace(day=1))
        assert {day for day in days if begin <= day < last} == {day for day in others if begin <= day < last}


def test_two_calendars_under_one_weather_stand_still_on_the_same_days():
    plan = under(portfolio({"a": DAY, "b": DAY}, on={"b": "all"}, calendars=[EVERY_DAY]), sky("standard", "all"))
    for k in range(3):
        found = in_iteration(compile_portfolio(plan), Run(64, 3), k)
        assert found["standard"] == found["all"] != frozenset()


@pytest.mark.slow_without_jit
def test_threads_blocks_and_further_iterations_change_no_bit():
    plan = under(portfolio({"a": Pert(DAY, 9 * DAY, 30 * DAY), "b": Pert(DAY, 4 * DAY, 9 * DAY)}, "a b"), sky())
    whole = days_at(plan, n=512)
    assert np.array_equal(whole, days_at(plan, n=512, threads=2, block=64))
    assert np.array_equal(whole[:, :256], days_at(plan, n=256, threads=1))
    assert np.array_equal(whole, analyse(compile_portfolio(plan), Run(512, 7)).samples.finishes)


@pytest.mark.slow_without_jit
def test_work_that_reaches_past_the_days_that_are_drawn_goes_on_in_the_weather_of_the_year_before():
    """Ten years of work where one is drawn: nine in ten years are planned, and a share of days is still lost."""
    risky = under(portfolio({"a": Uniform(DAY, 2000 * DAY)}), sky(share=0.2, persistence=None))
    compiled = compile_portfolio(risky)
    short = compiled.model.weather._replace(first=np.array([0, 300]), day=compiled.model.weather.day[:300], period=np.array([260]))
    compiled = replace(compiled, model=compiled.model._replace(weather=short))
    plain = simulate_finishes(compile_portfolio(replace(risky, weather=())), Run(2000, 1)).finishes[0].astype(float)
    spread = simulate_finishes(compiled, Run(2000, 1)).finishes[0] - plain
    assert spread.mean() / plain.mean() == pytest.approx(0.25, abs=0.03)  # a day in five lost makes a quarter more


def test_a_task_that_never_has_room_between_bad_days_ends_and_is_counted():
    plan = portfolio({"a": 6 * DAY}, calendars=[EVERY_DAY], on={"a": "all"}, calendar="all")
    short = Window("gap", Edge(date(2026, 5, 1)), Edge(date(2026, 5, 4)), is_open=True, yearly=True)
    tasks = (replace(plan.projects[0].tasks[0], splits=False),)
    plan = under(replace(plan, projects=(replace(plan.projects[0], tasks=tasks),)), sky("all", windows=(short,)))
    analysis = analyse(compile_portfolio(plan), Run(64, 1))
    assert analysis.vain.sum() == 64
    assert (analysis.samples.finishes[0] > 365 * DAY).all()


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda plan: under(plan, sky(share=0.8, persistence=0.1)), "impossible-persistence"),
        (lambda plan: under(plan, sky(share=1.2)), "share-out-of-range"),
        (lambda plan: under(plan, sky("standart")), "unknown-calendar"),
        (lambda plan: under(plan, sky("24h")), "idle-weather"),
        (lambda plan: under(plan, sky(), sky(id="again")), "calendar-ruled-twice"),
        (lambda plan: under(plan, sky(lost_days=(Uniform(0, 24),) * 12)), "too-many-lost-days"),
        (lambda plan: under(plan, Weather("w", ("standard",))), "weather-without-effect"),
        (lambda plan: under(plan, sky(windows=(replace(FROST, ends=Edge(MARCH)),))), "window-backwards"),
        (lambda plan: under(plan, sky(share=1.0, persistence=None)), "no-good-days"),
    ],
)
def test_a_weather_that_cannot_be_is_refused(made, code):
    with pytest.raises(InvalidModel) as refused:
        made(portfolio({"a": DAY}))
    assert code in {problem.code for problem in refused.value.problems}


def test_a_replay_tells_on_which_days_work_stood_still():
    storm = Window("storm", Edge(date(2026, 3, 4)), Edge(date(2026, 3, 5)))
    told = replay(under(portfolio({"a": 4 * DAY}), sky(windows=(storm,))), iterations=64, seed=1, iteration=3)
    assert told.notes[-1] == "a stood still on 2 working days: 4 Mar, 5 Mar."
    assert told.finish.date() == date(2026, 3, 9)
    assert [(task.id, task.lost) for task in told.tasks] == [("p.a", (date(2026, 3, 4), date(2026, 3, 5)))]
    assert type(told).from_json(told.to_json()) == told
