"""A replayed iteration is the simulated one, and its story is true of it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from building import DAY, MONDAY, adds, multiplies, portfolio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernel_runs import driven
from strategies import ALL, ingredients, uncertain

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, redraw_durations, redraw_events, simulate_finishes
from pmosim.engine.single import single
from pmosim.errors import InvalidModel
from pmosim.forecasting import forecast
from pmosim.forecasting.replay import replay
from pmosim.model.branches import Branch, Way
from pmosim.model.driving import driving
from pmosim.model.laws import Discrete, Fixed, Pert, Uniform
from pmosim.model.passes import forward_pass
from pmosim.model.project import Target
from pmosim.model.risks import Risk
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Cost, Lag, Link
from pmosim.output.replaying import headline, story, summary, table_rows
from pmosim.results.replay import Replay

FLOOD = Risk("flood", 0.5, (adds("dig", 5 * DAY),), name="The flood", cost=Fixed(2000.0))
SOIL = Risk("soil", 1.0, (multiplies("dig", Uniform(1.0, 1.5)),), name="The soil")
LAWS = {"dig": Pert(2400, 4800, 9600), "found": 1920.0, "permit": Uniform(2400, 9600), "open": 480.0}
LINKS = ("dig found", "found open", "permit open")
everything = ingredients(laws=uncertain, calendars=ALL, milestones=True, risks=True, projects=("p", "q"))
slowly = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def house(risks=(FLOOD,), **more):
    return portfolio(LAWS, *LINKS, risks=risks, costs={"dig": Cost(Fixed(1000.0), None)}, **more)


@slowly
@given(everything, st.integers(0, 2**64 - 1))
def test_every_iteration_of_a_run_is_the_same_alone(parts, seed):
    compiled, run = compile_portfolio(parts.portfolio()), Run(100, seed)
    together, occurs = simulate_finishes(compiled, run), redraw_events(compiled, run)[0]
    durations = redraw_durations(compiled, run, [*range(len(compiled.node_ids))])
    for k in range(run.iterations):
        alone = single(compiled, run, k)
        at_targets = [alone.finishes[compiled.position[id]] for id in compiled.target_ids]
        assert at_targets == together.finishes[:, k].tolist()
        assert np.array_equal(alone.costs, together.costs[:, k])
        assert np.array_equal(alone.occurs, occurs[:, k])
        if k % 10 == 0:  # the plain pass over the same durations puts every node where the kernels do
            drawn = dict(zip(compiled.node_ids, map(int, durations[:, k]), strict=True))
            starts, finishes = forward_pass(compiled.plan, drawn)
            assert [*starts.values(), *finishes.values()] == [*alone.starts.tolist(), *alone.finishes.tolist()]


@slowly
@given(everything, st.integers(0, 2**32))
def test_the_driving_path_is_that_of_the_simulation(parts, seed):
    compiled, run = compile_portfolio(parts.portfolio()), Run(64, seed)
    counts = {id: dict.fromkeys(compiled.portfolio.tasks, 0) for id in compiled.target_ids}
    for k in range(run.iterations):
        alone = single(compiled, run, k)
        starts, finishes = (dict(zip(compiled.node_ids, map(int, row), strict=True)) for row in (alone.starts, alone.finishes))
        for target in compiled.target_ids:
            way = driving(compiled.plan, starts, finishes, target)
            assert set(way.path) <= way.driving | {id for id in way.path if id not in compiled.portfolio.tasks}
            for id in way.driving & counts[target].keys():
                counts[target][id] += 1
    assert counts == driven(compiled, 64, seed)


def test_every_iteration_finishes_when_the_run_says_and_the_dates_of_its_tasks_fit():
    plan = house(targets=[Target("p.found")])
    for target in ("p.finish", "p.found"):
        finishes = np.sort([replay(plan, iteration=k, target=target, iterations=50).finish for k in range(1, 51)])
        one = next(one for one in forecast(plan, iterations=50).targets if one.id == target)
        assert (finishes[0], finishes[24], finishes[39], finishes[-1]) == (
            one.earliest,
            one.percentiles[50].value,
            one.percentiles[80].value,
            one.latest,
        )


def test_its_tasks_are_the_deterministic_schedule_of_what_was_drawn():
    plan = house((FLOOD, SOIL))
    made = replay(plan, iteration=7, iterations=50)
    (project,) = plan.projects
    minutes = {task.id: round(task.days * DAY) for task in made.tasks}
    drawn = tuple(replace(task, duration=Fixed(minutes[f"p.{task.id}"]), planned=None) for task in project.tasks)
    dates = schedule(replace(plan, projects=(replace(project, tasks=drawn),), risks=()))
    for task in made.tasks:
        expected = dates[task.id]
        assert (task.start, task.finish, task.total_float * DAY) == (expected.start, expected.finish, pytest.approx(expected.total_float))
    assert made.finish == dates["p.finish"].finish
    assert [task.drives for task in made.tasks] == [task.total_float == 0 for task in made.tasks]


def test_the_iteration_nearest_a_percentile_finishes_at_it():
    for level in (1, 50, 80, 99):
        made = replay(house(), nearest=level, iterations=1000)
        assert made.finish == forecast(house(), iterations=1000).targets[0].percentiles[level].value
        assert made.asked == f"P{level}"
        assert made.no_later.value >= level / 100
        again = replay(house(), iteration=made.iteration, iterations=1000)
        assert replace(again, asked=made.asked) == made


def test_a_risk_that_happened_is_told_with_what_it_did():
    happened = [replay(house(), iteration=k, iterations=40) for k in range(1, 41)]
    with_flood = [made for made in happened if made.risks]
    without = [made for made in happened if not made.risks]
    assert with_flood
    assert without
    for made in with_flood:
        (risk,) = made.risks
        assert [(one.task, one.days, one.unit) for one in risk.struck] == [("p.dig", 5.0, "working day")]
        assert 0 <= risk.delay <= 5
        assert risk.cost == 2000
        assert made.without_risks_days == pytest.approx(made.later_days - risk.delay)
        assert next(task for task in made.tasks if task.id == "p.dig").risks == ("The flood",)
        said = " ".join(story(made))
        assert "The flood happened and added 5 working days to dig, and cost 2,000 EUR" in said
    for made in without:
        assert made.spared == ("The flood",)
        assert "No risk happened: The flood." in story(made)
        assert made.without_risks == made.finish


def test_a_driver_is_told_apart_from_what_may_happen():
    made = replay(house((SOIL,)), iteration=3, iterations=10)
    (risk,) = made.risks
    assert (risk.kind, made.spared) == ("driver", ())
    assert any(line.startswith("The soil, which always works, makes dig longer by") for line in story(made))


def test_the_story_counts_from_the_plan_and_names_the_path():
    plan = portfolio(
        {"dig": Discrete((4 * DAY,), (1.0,)), "pour": 2 * DAY}, "dig pour", targets=[Target("p.finish", MONDAY + timedelta(days=3))]
    )
    plan = replace(
        plan,
        projects=(replace(plan.projects[0], tasks=(replace(plan.projects[0].tasks[0], planned=3.0 * DAY), plan.projects[0].tasks[1])),),
    )
    made = replay(plan, iteration=1, iterations=10)
    assert headline(made) == "Iteration 1 finishes on 9 Mar 2026, 1 working day after plan"
    told = story(made)
    assert "The target of 5 Mar 2026 is missed." in told
    assert "The path that decided: dig → pour." in told
    assert "Longest beyond plan on the way that decided: dig (4 days, planned 3)." in told
    assert [step.waits for step in made.path] == ["waits for no other task", "after dig"]


def test_an_uncertain_lag_is_told_with_the_length_it_had():
    lag = Link("p.dig", "p.pour", lag=Lag(2.0 * DAY, law=Discrete((3 * DAY,), (1.0,))))
    made = replay(portfolio({"dig": DAY, "pour": DAY}, lag), iteration=1, iterations=10)
    assert [step.waits for step in made.path] == ["waits for no other task", "after dig +3d"]


def test_a_project_or_any_task_may_be_asked_for():
    plan = house()
    assert replay(plan, iteration=1, target="p", iterations=10).target == "p.finish"
    assert replay(plan, iteration=1, target="found", iterations=10).target == "p.found"
    assert replay(plan, iteration=1, target="p.found", iterations=10).target_label == "found"


def test_asking_for_a_task_does_not_change_the_iteration():
    finish = {task.id: task.finish for task in replay(house(), iteration=5, iterations=10).tasks}
    assert {task.id: task.finish for task in replay(house(), iteration=5, target="p.found", iterations=10).tasks} == finish


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"iteration": 0}, "no number 0"),
        ({"iteration": 11}, "10 iterations"),
        ({"nearest": 100}, "P100"),
        ({}, "either"),
        ({"iteration": 1, "nearest": 80}, "either"),
    ],
)
def test_an_iteration_that_the_run_does_not_have_is_refused(wishes, words):
    with pytest.raises(ValueError, match=words):
        replay(house(), iterations=10, **wishes)


def test_an_unknown_target_is_refused_with_the_nearest_known_one():
    with pytest.raises(InvalidModel) as error:
        replay(house(), iteration=1, target="p.fuond", iterations=10)
    (problem,) = error.value.problems
    assert (problem.code, problem.fix) == ("unknown-target", "write 'p.found'")


def test_the_record_survives_json():
    made = replay(house((FLOOD, SOIL)), nearest=80, iterations=100)
    assert Replay.from_json(made.to_json()) == made


def test_the_tables_hold_every_task_and_everything_that_struck():
    made = next(made for k in range(1, 20) if (made := replay(house(), iteration=k, iterations=20)).risks)
    tables = table_rows(made)
    assert [row["task"] for row in tables["tasks"]] == [f"p.{id}" for id in LAWS]
    assert [(row["risk"], row["task"], row["task_days"]) for row in tables["risks"]] == [("flood", "p.dig", 5.0)]
    assert [row["task"] for row in tables["path"]] == [step.id for step in made.path]
    for id in LAWS:
        assert id in summary(made)


def test_tasks_of_one_name_are_told_apart_by_their_ids():
    plan = house()
    (project,) = plan.projects
    plan = replace(plan, projects=(replace(project, tasks=tuple(replace(task, name="Masonry") for task in project.tasks)),))
    made = replay(plan, iteration=1, iterations=10)
    assert [task.label for task in made.tasks] == [f"Masonry ({id})" for id in LAWS]
    assert made.path[-1].waits.startswith("after Masonry (")


def forked(chance=0.5):
    """Rock is blasted, soil is dug: one of them only."""
    laws = {"plan": 480.0, "blast": Pert(2400, 4800, 9600), "dig": Uniform(480, 960), "pave": 960.0}
    plan = portfolio(laws, "plan blast", "plan dig", "blast pave", "dig pave")
    ways = (Way("rock", ("p.blast",), chance), Way("soil", ("p.dig",), 1 - chance))
    return replace(plan, branches=(Branch("ground", ways),))


def test_what_does_not_exist_is_told_as_not_done_and_drives_nothing():
    plan, taken = forked(), Counter()
    for k in range(1, 41):
        made = replay(plan, iteration=k, iterations=40)
        (way,) = made.ways
        taken[way.way] += 1
        other = {"rock": "p.dig", "soil": "p.blast"}[way.way]
        rows = {task.id: task for task in made.tasks}
        assert [id for id, task in rows.items() if not task.exists] == [other]
        assert not rows[other].drives
        assert [step.label for step in made.path] == ["plan", *way.tasks, "pave"]
        assert f"Of branch ground the way '{way.way}' was taken (50 %): {way.tasks[0]}." in story(made)
        assert "not done" in summary(made)
    assert min(taken.values()) > 0


def test_the_driving_path_leaves_out_what_does_not_exist_as_the_simulation_does():
    plan, counts = forked(0.3), Counter()
    for k in range(1, 65):
        counts.update(task.id for task in replay(plan, iteration=k, iterations=64).tasks if task.drives)
    assert driven(compile_portfolio(plan), 64, 1)["p.finish"] == {id: counts[id] for id in plan.tasks}
