"""Why a figure moved: known answers, steps that add up item by item, and what the record keeps."""

from dataclasses import replace
from datetime import timedelta

import pytest
from building import DAY, MONDAY, adds, portfolio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scheduled

from pmosim.errors import InvalidModel
from pmosim.forecasting.compare import compare
from pmosim.forecasting.explain import Wishes, explain
from pmosim.forecasting.moves import Given
from pmosim.model.laws import Fixed, Pert, Triangular, Uniform
from pmosim.model.project import Target
from pmosim.model.risks import Risk
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Cost, Progress, Task, TaskKind
from pmosim.results.explanation import Explanation

NEXT = MONDAY + timedelta(days=7)
CHAIN = {"permit": 20.0 * DAY, "build": 30.0 * DAY}
LINKS = ("permit build",)
CERTAIN = (0.0, 0.0, 0.0)


def house(laws=CHAIN, links=LINKS, **more):
    return portfolio(laws, *links, **more)


def weekday(day, hour=8):
    """Of the first week, 1 for Monday."""
    return MONDAY.replace(hour=hour) + timedelta(days=day - 1)


def on(portfolio_, status=NEXT, **tasks):
    """The portfolio as it stands on a day: progress and what is left, by task."""
    (project,) = portfolio_.projects
    changed = {
        id: replace(
            task, progress=tasks[id][0], **({"duration": Fixed(tasks[id][1] * DAY), "planned": tasks[id][1] * DAY} if tasks[id][1:] else {})
        )
        for id, task in ((task.id, task) for task in project.tasks)
        if id in tasks
    }
    return replace(
        portfolio_, status_date=status, projects=(replace(project, tasks=tuple(changed.get(task.id, task) for task in project.tasks)),)
    )


def explained(before, after, n=200, **wishes):
    return explain(Given(before, "before"), Given(after, "after"), Wishes(**wishes), iterations=n, seed=1)


def moves(made):
    """{(class, cause): move}, of what moves at all."""
    return {(row.change, row.cause): row.move.value for row in made.rows if row.exact}


def parts(estimate):
    return estimate.value, estimate.low, estimate.high


# ---- known answers ----


def test_work_that_went_as_planned_moves_nothing():
    made = explained(house(), on(house(), permit=(Progress(weekday(1)), 15.0)))
    assert parts(made.whole) == CERTAIN
    assert moves(made) == {}


def test_a_late_start_moves_the_finish_by_the_days_it_was_late():
    made = explained(house(), on(house(), permit=(Progress(weekday(4)), 18.0)))  # on Thursday; two days' work done since
    assert moves(made) == {("progress", "the late start of permit"): 3.0}
    assert parts(made.whole) == (3.0, 3.0, 3.0)
    assert made.rows[0].told[0] == "began 5 Mar 2026, planned 2 Mar 2026"


def test_time_that_passes_without_progress_is_told_apart_and_is_that_of_the_task_that_waited():
    made = explained(house(), replace(house(), status_date=NEXT))
    assert moves(made) == {("progress", "permit not having begun"): 5.0}


def test_slow_progress_is_the_progress_of_its_task_and_no_new_estimate():
    begun = on(house(), MONDAY, permit=(Progress(MONDAY - timedelta(days=3)), 20.0))
    made = explained(begun, on(begun, permit=(Progress(MONDAY - timedelta(days=3)), 17.0)))
    assert moves(made) == {("progress", "the progress of permit"): 2.0}


def test_begun_work_on_which_nothing_was_done_is_said_to_stand_still():
    begun = on(house(), MONDAY, permit=(Progress(MONDAY - timedelta(days=3)), 20.0))
    made = explained(begun, replace(begun, status_date=NEXT))
    assert moves(made) == {("progress", "no progress on permit"): 5.0}


def test_a_task_that_finished_early_gives_its_days_back():
    short = house({"permit": 5.0 * DAY, "build": 30.0 * DAY})
    made = explained(short, on(short, weekday(4), permit=(Progress(weekday(1), weekday(3, 17)),)))
    assert moves(made) == {("progress", "the early finish of permit"): -2.0}


def test_each_class_and_each_item_of_a_chain_moves_what_it_adds():
    before = house(CHAIN | {"paint": 4.0 * DAY, "check": 2.0 * DAY}, ("permit build", "build check", "permit paint"))
    after = on(
        house(
            CHAIN | {"paint": 7.0 * DAY, "check": 3.0 * DAY, "survey": 2.0 * DAY},
            ("permit build FS 480", "build survey", "survey check", "permit paint"),
            risks=[Risk("flood", 1.0, (adds("build", 4.0 * DAY),)), Risk("theft", 1.0, (adds("paint", 1.0 * DAY),))],
        ),
        permit=(Progress(weekday(3)), 17.0),
    )
    made = explained(before, after)
    assert moves(made) == {
        ("progress", "the late start of permit"): 2.0,
        ("tasks", "the new survey"): 2.0,
        ("links", "the link permit -> build"): 1.0,
        ("estimates", "the estimate of check"): 1.0,
        ("risks", "the new risk flood"): 4.0,
    }
    assert made.whole.value == 10.0
    assert [part.label for part in made.parts if part.changes == ("estimates",)] == ["check", "paint"]


def test_costs_are_explained_in_money():
    costs = {"permit": Cost(Fixed(1000.0)), "build": Cost(Fixed(5000.0))}
    dearer = {"permit": Cost(Fixed(1300.0)), "build": Cost(Fixed(4900.0))}
    made = explained(house(costs=costs), house(costs=dearer), in_money=True)
    assert moves(made) == {("costs", "the cost of permit"): 300.0, ("costs", "the cost of build"): -100.0}
    assert (made.unit, made.whole.value, made.exact) == ("money", 200.0, 20_000)


def test_what_has_been_spent_by_the_status_date_is_progress():
    planned = house(costs={"permit": Cost(Fixed(1000.0))})
    after = on(planned, permit=(Progress(weekday(1), weekday(2, 17)),))
    (project,) = after.projects
    permit, build = project.tasks
    paid = replace(after, projects=(replace(project, tasks=(replace(permit, spent=1200.0), build)),))
    assert moves(explained(planned, paid, in_money=True)) == {("progress", "the early finish of permit"): 200.0}


def test_the_probability_of_the_target_is_explained_with_the_step_of_a_new_date():
    laws = {"permit": Uniform(10 * DAY, 20 * DAY), "build": 10.0 * DAY}
    promised = Target("p.finish", MONDAY + timedelta(days=35))
    before = house(laws, targets=[promised])
    after = house(laws | {"build": 12.0 * DAY}, targets=[replace(promised, finish=promised.finish + timedelta(days=7))])
    made = explained(before, after, n=500, figure="target")
    found = moves(made)
    assert found["estimates", "the estimate of build"] < 0 < found["targets", "the new target date"]
    assert made.exact == sum(row.exact for row in made.rows)
    assert made.whole.value == pytest.approx(made.target.probability.difference.value)


def test_only_the_largest_are_told_alone_and_the_rest_of_a_class_together():
    laws = {f"t{k:02}": 480.0 for k in range(12)}
    chain = tuple(f"t{k:02} t{k + 1:02}" for k in range(11))
    made = explained(house(laws, chain), house({id: 480.0 + 60 * (k + 1) for k, id in enumerate(laws)}, chain), shown=3)
    assert [(row.label, row.exact, row.items) for row in made.rows] == [
        ("t09", 600, 1),
        ("t10", 660, 1),
        ("t11", 720, 1),
        ("9 others", 60 * sum(range(1, 10)), 9),
    ]


def test_a_hundred_changes_that_do_not_matter_take_few_simulations():
    laws = {"long": 100.0 * DAY} | {f"t{k}": 480.0 for k in range(100)}
    after = {"long": 101.0 * DAY} | {f"t{k}": 960.0 for k in range(100)}
    made = explained(house(laws, ()), house(after, ()))
    assert moves(made) == {("estimates", "the estimate of long"): 1.0}
    assert made.simulations < 20


def test_tasks_below_a_new_summary_are_parted_from_what_else_is_new():
    (project,) = house().projects
    new = (Task("aa", Fixed(480.0), parent="zz"), Task("zz", kind=TaskKind.SUMMARY), Task("later", Fixed(600.0 * DAY)))
    after = replace(house(), projects=(replace(project, tasks=(*project.tasks, *new)),))
    made = explained(house(), after)
    assert moves(made) == {("tasks", "the new later"): 550.0}


# ---- adding up ----


def adds_up(made):
    assert sum(row.exact for row in made.rows) == made.exact
    assert sum(row.move.value for row in made.rows) == pytest.approx(made.whole.value, abs=1e-9)
    for level in (10, 50, 80, 90):
        figure = f"P{level}"
        assert sum(part.step.minutes[figure] for part in made.parts) == sum(step.minutes[figure] for step in made.target.steps)
    assert sum(part.step.days["mean"].value for part in made.parts) == pytest.approx(made.target.figures["mean"].days.value, abs=1e-6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(scheduled(), scheduled(), st.integers(0, 9), st.sampled_from(["P80", "mean"]))
def test_items_add_up_to_the_whole_for_any_two_portfolios(before, after, days, figure):
    after = replace(after, status_date=after.status_date + timedelta(days=days))
    if not set(before.finishes) & set(after.finishes):
        return
    made = explained(before, after, n=48, figure=figure)
    adds_up(made)
    assert Explanation.from_json(made.to_json()) == made


def everything_changed():
    laws = {"dig": Pert(2400, 4800, 9600), "found": Triangular(960, 1920, 4800), "permit": Uniform(2400, 9600), "check": 960.0}
    flood = Risk("flood", 0.3, (adds("dig", Triangular(480, 2400, 4800)),))
    before = house(laws, ("dig found", "found check", "permit check"), risks=[flood])
    after = on(
        house(laws | {"check": 1440.0, "paint": Uniform(480, 1920)}, ("dig found", "found check SS 480", "permit check", "dig check"),
              risks=[replace(flood, probability=0.5)]),
        dig=(Progress(weekday(2)), 8.0),
    )  # fmt: skip
    return before, after


def test_the_classes_are_those_of_a_comparison():
    before, after = everything_changed()
    (compared,) = compare(Given(before, "before"), Given(after, "after"), iterations=200, seed=1).targets
    assert explained(before, after).target == compared


def test_every_move_has_a_paired_interval_and_the_whole_has_that_of_a_comparison():
    before, after = everything_changed()
    made = explained(before, after, n=1000)
    assert made.whole == made.target.figures["P80"].days
    assert all(row.move.low <= row.move.value <= row.move.high for row in made.rows)
    assert any(not row.move.is_exact for row in made.rows)


def test_threads_do_not_change_a_figure():
    before, after = everything_changed()
    one, two = (explain(Given(before, "a"), Given(after, "b"), iterations=500, threads=threads) for threads in (1, 2))
    assert replace(one, timing=None) == replace(two, timing=None)


def test_with_too_few_simulations_what_is_left_is_told_together_and_still_adds_up():
    laws = {f"t{k:02}": 480.0 for k in range(16)}
    chain = tuple(f"t{k:02} t{k + 1:02}" for k in range(15))
    made = explained(house(laws, chain), house(dict.fromkeys(laws, 960.0), chain), most=3)
    adds_up(made)
    assert made.simulations == 2 + 3
    assert {row.label for row in made.rows} == {"4 items together"}


# ---- tasks that were looked at on a day of their own ----


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(scheduled(), st.integers(1, 12))
def test_a_portfolio_whose_every_task_was_looked_at_later_stands_where_one_of_that_day_stands(made, days):
    later = MONDAY + timedelta(days=days)
    projects = tuple(replace(project, status_date=None, start=MONDAY - timedelta(days=60)) for project in made.projects)
    plain = replace(made, projects=projects)
    each = replace(
        plain, projects=tuple(replace(p, tasks=tuple(replace(task, status_date=later) for task in p.tasks)) for p in plain.projects)
    )
    whole = replace(plain, status_date=later)
    if each.epoch != whole.epoch:
        return
    found, expected = schedule(each), schedule(whole)
    assert {id: (dates.start, dates.finish) for id, dates in found.items() if id in made.tasks} == {
        id: (dates.start, dates.finish) for id, dates in expected.items() if id in made.tasks
    }


# ---- refusals ----


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"target": "roof"}, "no target 'roof' is in both"),
        ({"figure": "P99"}, "no figure 'P99'"),
        ({"figure": "target"}, "no target date on both sides"),
        ({"in_money": True}, "nothing costs"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_words(wishes, said):
    with pytest.raises(ValueError, match=said) as refused:
        explained(house(), house(CHAIN | {"build": 960.0}), **wishes)
    assert not isinstance(refused.value, InvalidModel)
