"""The program promises that each iteration takes one way of a branch, and that what does not exist has no duration and drives nothing."""

from dataclasses import replace

import numpy as np
import pytest
from building import DAY, MONDAY, portfolio
from exact import Lattice
from statistical import assert_share
from truth import Truth, known_answer

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, analyse, redraw_durations, simulate_finishes
from pmosim.forecasting import forecast
from pmosim.forecasting.targets import planned_cost
from pmosim.model.branches import Branch, Decision, Way
from pmosim.model.correlation import Correlation, Item
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.money import Index
from pmosim.model.plan import plan_of
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Constraint, ConstraintKind, Cost, Progress, StoredDates

ROCK = Branch("ground", (Way("rock", ("p.blast",), 0.3), Way("soil", ("p.dig",), 0.6), Way("void", (), 0.1)))
WORK = {"clear": 2 * DAY, "blast": 10 * DAY, "dig": 4 * DAY, "pour": 3 * DAY}
LINKS = ("clear blast", "clear dig", "blast pour", "dig pour")


def branching(*branches, laws=WORK, links=LINKS, **more):
    return replace(portfolio(laws, *links, **more), branches=branches)


def changed(plan, task, **changes):
    (project,) = plan.projects
    tasks = tuple(replace(one, **changes) if one.id == task else one for one in project.tasks)
    return replace(plan, projects=(replace(project, tasks=tasks),))


@known_answer
def test_exactly_one_way_is_taken_with_its_probability():
    finish = Lattice.of({15 * DAY: 0.3, 9 * DAY: 0.6, 5 * DAY: 0.1})
    return Truth(branching(ROCK), finish, {"clear": 1.0, "blast": 0.3, "dig": 0.6, "pour": 1.0})


@known_answer
def test_a_branch_is_decided_by_when_a_task_finishes():
    # up to and with the evening of the fifth day the simple way, after that the dear one
    decision = Decision("p.clear", finishes=(MONDAY.replace(hour=17, day=6),))
    branch = Branch("late", (Way("calm", ("p.dig",)), Way("hurry", ("p.blast",))), decision)
    laws = WORK | {"clear": {5 * DAY: 0.75, 5 * DAY + 1: 0.25}}
    return Truth(branching(branch, laws=laws), Lattice.of({12 * DAY: 0.75, 18 * DAY + 1: 0.25}), {"dig": 0.75, "blast": 0.25})


@known_answer
def test_a_branch_is_decided_by_how_long_a_task_takes():
    branch = Branch("long", (Way("short", ()), Way("long", ("p.blast",))), Decision("p.clear", durations=(3 * DAY,)))
    laws = {"clear": {3 * DAY: 0.5, 4 * DAY: 0.5}, "blast": 10 * DAY}
    plan = branching(branch, laws=laws, links=("clear blast",))
    return Truth(plan, Lattice.of({3 * DAY: 0.5, 14 * DAY: 0.5}), {"clear": 1.0, "blast": 0.5})


BY_COST = Branch("dear", (Way("cheap", ()), Way("dear", ("p.blast",))), Decision("p.clear", costs=(3500.0,)))


@known_answer
def test_a_branch_is_decided_by_what_a_task_costs():
    # 500 and 1000 a day: up to and with 3 days the cheap way
    laws = {"clear": {3 * DAY: 0.5, 4 * DAY: 0.3, 5 * DAY: 0.2}, "blast": 10 * DAY}
    costs = {"clear": Cost(fixed=Fixed(500.0), rate=Fixed(1000 / DAY))}
    plan = branching(BY_COST, laws=laws, links=("clear blast",), costs=costs)
    return Truth(plan, Lattice.of({3 * DAY: 0.5, 14 * DAY: 0.3, 15 * DAY: 0.2}), {"clear": 1.0, "blast": 0.5})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_cost_decides_alike_whether_it_is_booked_at_once_or_by_its_date(seed):
    """Prices that rise are booked once dates are known; the decision is by prices of the base."""
    laws = {"clear": Uniform(2 * DAY, 6 * DAY), "blast": 10 * DAY}
    costs = {"clear": Cost(fixed=Uniform(200.0, 800.0), rate=Uniform(500 / DAY, 1500 / DAY))}
    plan = branching(BY_COST, laws=laws, links=("clear blast",), costs=costs)
    rising = Index("prices", MONDAY.date(), Fixed(0.05))
    rises = replace(plan, indices=(rising,), projects=tuple(replace(project, index="prices") for project in plan.projects))
    finishes = [simulate_finishes(compile_portfolio(one), Run(2000, seed)).finishes[0] for one in (plan, rises)]
    assert np.array_equal(*finishes)
    assert 0.2 < np.mean(finishes[0] > 8 * DAY + finishes[0].min() - 2 * DAY) < 0.8


def test_what_has_been_spent_counts_towards_the_limit():
    laws = {"clear": Fixed(2.0 * DAY), "blast": 10 * DAY}
    costs = {"clear": Cost(rate=Fixed(1000 / DAY))}
    for spent, days in ((1500.0, 2), (1501.0, 12)):
        plan = branching(BY_COST, laws=laws, links=("clear blast",), costs=costs)
        plan = changed(plan, "clear", spent=spent, progress=Progress(MONDAY))
        compiled = compile_portfolio(plan)
        finish = simulate_finishes(compiled, Run(64, 1)).finishes[0]
        assert {int(one) for one in finish - compiled.planned[0].min()} == {days * DAY}
        assert compiled.planned[1].max() - compiled.planned[0].min() == days * DAY


@known_answer
def test_branches_within_branches_need_all_that_leads_to_them():
    inner = Branch("water", (Way("wet", ("p.pump",), 0.5), Way("dry", (), 0.5)))
    outer = Branch("ground", (Way("deep", ("p.dig", "p.pump"), 0.4), Way("flat", (), 0.6)))
    plan = branching(outer, inner, laws={"dig": 4 * DAY, "pump": 5 * DAY, "pour": 1 * DAY}, links=("dig pump", "pump pour"))
    return Truth(plan, Lattice.of({1 * DAY: 0.6, 5 * DAY: 0.2, 10 * DAY: 0.2}), {"dig": 0.4, "pump": 0.2, "pour": 1.0})


@known_answer
def test_a_constraint_of_what_does_not_exist_holds_nothing():
    held = Constraint(ConstraintKind.START_NO_EARLIER, MONDAY.replace(day=16))  # ten working days on
    plan = changed(branching(ROCK), "blast", constraints=(held,))
    return Truth(plan, Lattice.of({23 * DAY: 0.3, 9 * DAY: 0.6, 5 * DAY: 0.1}), {"blast": 0.3, "dig": 0.6})


@known_answer
def test_the_lags_from_and_to_what_does_not_exist_are_no_waits():
    # the longer way of the two would decide by its lags, did they count where it is not taken
    links = ("clear blast FS 960", "blast pour FS 4800", "clear dig", "dig pour")
    plan = branching(ROCK, links=links)
    return Truth(plan, Lattice.of({27 * DAY: 0.3, 9 * DAY: 0.6, 5 * DAY: 0.1}), {"blast": 0.3, "dig": 0.6})


@pytest.mark.parametrize(
    ("ways", "days"),
    [
        ((0.3, 0.6, 0.1), 9),  # soil is likeliest
        ((0.6, 0.3, 0.1), 15),
        ((0.4, 0.2, 0.4), 15),  # of two alike the first
        ((0.2, 0.2, 0.6), 5),
    ],
)
def test_the_plan_takes_the_likeliest_way(ways, days):
    ground = replace(ROCK, ways=tuple(replace(way, probability=p) for way, p in zip(ROCK.ways, ways, strict=True)))
    plan = branching(ground, costs={"blast": Cost(fixed=Fixed(1000.0)), "dig": Cost(fixed=Fixed(10.0))})
    start, finish = (compile_portfolio(plan).planned[side][-1] for side in (0, 1))
    assert finish == start
    begin = compile_portfolio(branching(laws={"clear": 0}, links=())).planned[1][-1]
    assert finish - begin == days * DAY
    assert planned_cost(plan, None) == {9: 10.0, 15: 1000.0, 5: 0.0}[days]


def test_the_plan_takes_the_way_that_is_decided_there():
    for last, days in ((3, 12), (2, 5)):  # clearing takes three planned days, with one way up to that, and another beyond
        decision = Decision("p.clear", durations=(last * DAY,))
        branch = Branch("long", (Way("short", ("p.blast",)), Way("long", ("p.dig",))), decision)
        plan = branching(branch, laws={"clear": 3 * DAY, "blast": 9 * DAY, "dig": 2 * DAY}, links=("clear blast", "clear dig"))
        dates = schedule(plan)
        assert dates["p.finish"].finish == dates["p.blast" if last == 3 else "p.dig"].finish
        assert compile_portfolio(plan).planned[1][-1] - compile_portfolio(plan).model.network.floor[0] == days * DAY


def test_dates_are_compared_with_those_of_a_tool_that_knows_no_branches_as_if_all_were_done():
    stored = changed(branching(ROCK), "blast", stored=StoredDates())
    assert plan_of(stored).absent == {"p.blast"}
    assert plan_of(stored, where_left=True).absent == frozenset()


def test_what_does_not_exist_costs_nothing():
    costs = {"blast": Cost(fixed=Fixed(1000.0), rate=Fixed(1.0)), "dig": Cost(fixed=Fixed(10.0))}
    money = simulate_finishes(compile_portfolio(branching(ROCK, costs=costs)), Run(20_000, 3)).costs[-1] / 100
    assert set(money.tolist()) == {1000.0 + 10 * DAY, 10.0, 0.0}
    assert_share(int((money == 10.0).sum()), 20_000, 0.6)


def test_the_choice_of_a_branch_leaves_all_other_draws_alone_and_is_left_alone_by_them():
    laws = WORK | {"clear": {480: 0.5, 960: 0.5}}
    plain, branched = (compile_portfolio(branching(*branches, laws=laws)) for branches in ((), (ROCK,)))
    rows = [redraw_durations(one, Run(512, 9), [one.position["p.clear"]])[0].tolist() for one in (plain, branched)]
    assert rows[0] == rows[1]
    other = replace(ROCK, ways=(*ROCK.ways[:2], replace(ROCK.ways[2], tasks=("p.clear",))))
    taken = [
        redraw_durations(one, Run(512, 9), [one.position["p.blast"]])[0] > 0
        for one in map(compile_portfolio, (branching(ROCK), branching(other)))
    ]
    assert np.array_equal(*taken)


def test_results_depend_on_neither_threads_nor_blocks():
    compiled = compile_portfolio(branching(ROCK))
    first, *others = [analyse(compiled, Run(1000, 3, threads=t, block=b)) for t, b in ((1, 64), (2, 128), (4, 1024))]
    for other in others:
        assert np.array_equal(first.samples.finishes, other.samples.finishes)
        assert first.tally.drives.tolist() == other.tally.drives.tolist()


def test_a_forecast_with_branches_says_how_often_each_task_is_critical():
    tasks = {task.id: task for task in forecast(branching(ROCK), iterations=4000).tasks}
    assert tasks["p.blast"].criticality["p.finish"].value == tasks["p.blast"].criticality_float.value
    assert_share(round(4000 * tasks["p.blast"].criticality["p.finish"].value), 4000, 0.3)


def test_a_correlation_of_tasks_that_are_never_done_together_is_that_of_their_draws():
    laws = WORK | {"blast": Uniform(960, 4800), "dig": Uniform(480, 2400), "pour": Uniform(480, 960)}
    plan = replace(branching(ROCK, laws=laws), correlations=(Correlation(tuple(map(Item, ("p.blast", "p.dig", "p.pour"))), 0.6, "crew"),))
    (found,) = forecast(plan, iterations=10_000).correlations
    assert found.achieved.value == pytest.approx(0.6, abs=0.03)
