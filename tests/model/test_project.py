"""A portfolio that exists is valid: every rule between its parts, each broken once, with its path and its remedy."""

from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime
from math import inf, nan

import pytest

from pmosim.errors import InvalidModel
from pmosim.model.calendars import ALWAYS, STANDARD, weekly
from pmosim.model.laws import Fixed, Normal, Pert, Triangular, Uniform
from pmosim.model.network import graph_of
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Hit, Impact, ImpactKind, Mitigation, Risk
from pmosim.model.tasks import Constraint, ConstraintKind, Lag, Link, LinkKind, Progress, Task, TaskKind

MONDAY = datetime(2026, 1, 5)
SURVEY, DESIGN, BUILD = (Task(id, Pert(480, 960, 1920)) for id in ("survey", "design", "build"))
DELAY = Impact(ImpactKind.ADD, Fixed(480))


def bridge(*tasks, links=(), **more):
    """A portfolio of one project, 'bridge', with these tasks."""
    return Portfolio("Bridge", MONDAY, (Project("bridge", tasks or (SURVEY, DESIGN, BUILD)),), links=tuple(links), **more)


def links(*pairs):
    return tuple(Link(f"bridge.{before}", f"bridge.{after}") for before, after in pairs)


def problems(*tasks, **more):
    with pytest.raises(InvalidModel) as refused:
        bridge(*tasks, **more)
    return refused.value.problems


def problem(*tasks, **more):
    (only,) = problems(*tasks, **more)
    return only


# --- what a portfolio knows ---


def test_tasks_are_known_by_project_and_id_in_the_order_in_which_they_were_given():
    two = Portfolio("Two", MONDAY, (Project("b", (DESIGN, SURVEY)), Project("a", (BUILD,))))
    assert list(two.tasks) == ["b.design", "b.survey", "a.build"]
    assert two.project_of["a.build"].id == "a"


def test_the_standard_calendar_and_elapsed_time_are_always_there():
    assert bridge().calendar_of == {"standard": STANDARD, "24h": ALWAYS}


def test_a_calendar_called_standard_replaces_the_built_in_one():
    own = weekly("standard", "1111000", ((480, 960),))
    assert bridge(calendars=(own,)).calendar_of["standard"] == own


def test_one_project_has_one_finish_and_several_have_one_each_and_one_for_all():
    assert bridge().finishes == ("bridge.finish",)
    two = Portfolio("Two", MONDAY, (Project("a", (SURVEY,)), Project("b", (SURVEY,))))
    assert two.finishes == ("a.finish", "b.finish", "finish")


def test_two_links_between_the_same_two_tasks_are_both_kept():
    both = (Link("bridge.survey", "bridge.design", LinkKind.SS), Link("bridge.survey", "bridge.design", LinkKind.FF))
    edges = graph_of(bridge(links=both)).get_edge_data("bridge.survey", "bridge.design")
    assert {edge["link"].kind for edge in edges.values()} == {LinkKind.SS, LinkKind.FF}


def test_a_portfolio_cannot_be_changed():
    portfolio = bridge()
    for part, name in ((portfolio, "name"), (portfolio.projects[0], "tasks"), (SURVEY, "duration"), (SURVEY.duration, "mode")):
        with pytest.raises(FrozenInstanceError):
            setattr(part, name, None)
    with pytest.raises(TypeError):
        SURVEY.codes["phase"] = "1"


def test_a_changed_copy_is_checked_again():
    with pytest.raises(InvalidModel):
        replace(bridge(), projects=())


def test_the_planned_duration_of_a_task_is_its_most_likely_one_unless_given():
    assert Task("a", Pert(480, 960, 1920)).planned == 960
    assert Task("a", Pert(480, 960, 1920), planned=1000).planned == 1000


def test_the_epoch_is_a_monday_at_least_a_week_before_every_date():
    started = replace(SURVEY, progress=Progress(datetime(2025, 11, 12, 8)))
    held = replace(DESIGN, constraints=(Constraint(ConstraintKind.START_NO_EARLIER, datetime(2025, 10, 1)),))
    assert bridge().epoch == date(2025, 12, 29)
    assert bridge(started).epoch == date(2025, 11, 3)
    assert bridge(started, held).epoch == date(2025, 9, 22)


# --- ids ---


def test_a_portfolio_without_projects_is_refused():
    with pytest.raises(InvalidModel) as refused:
        Portfolio("Nothing", MONDAY, ())
    assert [(p.code, p.path) for p in refused.value.problems] == [("empty-portfolio", ("projects",))]


def test_a_project_without_tasks_is_refused():
    assert problem(Task("phase", kind=TaskKind.SUMMARY)).code == "empty-project"
    with pytest.raises(InvalidModel) as refused:
        Portfolio("Bridge", MONDAY, (Project("bridge", ()),))
    assert [(p.code, p.path) for p in refused.value.problems] == [("empty-project", ("projects", "bridge"))]


def test_two_tasks_with_one_id_are_refused():
    found = problem(SURVEY, SURVEY)
    assert (found.code, found.path) == ("duplicate-id", ("projects", "bridge", "tasks", "survey"))
    assert "give each an id of its own" in found.fix


def test_two_projects_with_one_id_are_refused():
    with pytest.raises(InvalidModel) as refused:
        Portfolio("Twice", MONDAY, (Project("a", (SURVEY,)), Project("a", (DESIGN,))))
    assert [(p.code, p.path) for p in refused.value.problems] == [("duplicate-id", ("projects", "a"))]


def test_two_risks_with_one_id_are_refused():
    risk = Risk("flood", 0.1, cost=Fixed(5))
    assert (problem(risks=(risk, risk)).code, problem(risks=(risk, risk)).path) == ("duplicate-id", ("risks", "flood"))


def test_two_calendars_with_one_id_are_refused():
    own = weekly("site", "1111100", ((480, 960),))
    assert (problem(calendars=(own, own)).code, problem(calendars=(own, own)).path) == ("duplicate-id", ("calendars", "site"))


def test_no_task_may_be_called_finish_for_that_is_the_finish_of_the_project():
    found = problem(Task("finish", Fixed(60)))
    assert (found.code, found.path) == ("reserved-id", ("projects", "bridge", "tasks", "finish"))
    assert found.fix == "rename the task"


def test_no_calendar_may_replace_elapsed_time():
    found = problem(calendars=(weekly("24h", "1111100", ((480, 960),)),))
    assert (found.code, found.path) == ("reserved-id", ("calendars", "24h"))


def test_a_project_id_with_a_dot_is_refused_for_a_dot_parts_project_and_task():
    with pytest.raises(InvalidModel) as refused:
        Portfolio("Dotted", MONDAY, (Project("north.bridge", (SURVEY,)),))
    (found,) = refused.value.problems
    assert (found.code, found.path) == ("impossible-id", ("projects", "north.bridge"))
    assert "north-bridge" in found.fix


def test_a_task_id_may_hold_dots():
    dotted = bridge(Task("1.2.3", Fixed(60)), DESIGN, links=links(("1.2.3", "design")))
    assert list(dotted.tasks) == ["bridge.1.2.3", "bridge.design"]


# --- references ---


def test_a_link_from_an_unknown_task_is_refused_with_the_nearest_known_one():
    found = problem(links=links(("survay", "design")))
    assert (found.code, found.path) == ("unknown-task", ("projects", "bridge", "tasks", "design", "after", "bridge.survay"))
    assert found.fix == "write 'bridge.survey'"


def test_a_link_from_a_task_that_resembles_none_is_refused_with_another_remedy():
    assert problem(links=(Link("?", "bridge.design"),)).fix == "add that task, or remove the link"


def test_a_task_that_waits_for_itself_is_refused():
    found = problem(links=links(("design", "design")))
    assert (found.code, found.path) == ("self-link", ("projects", "bridge", "tasks", "design", "after", "bridge.design"))
    assert found.fix == "remove the link"


def test_a_link_between_a_summary_task_and_what_stands_below_it_is_refused():
    phase = Task("phase", kind=TaskKind.SUMMARY)
    part = Task("part", Fixed(60), parent="phase")
    for pair in (("part", "phase"), ("phase", "part")):
        found = problem(SURVEY, phase, part, links=links(pair))
        assert (found.code, found.path) == ("summary-link", ("projects", "bridge", "tasks", pair[1], "after", f"bridge.{pair[0]}"))


def test_a_cycle_through_a_summary_task_is_told_by_the_tasks_below_it():
    phase = Task("phase", kind=TaskKind.SUMMARY)
    part = Task("part", Fixed(60), parent="phase")
    found = problem(SURVEY, phase, part, links=links(("survey", "phase"), ("part", "survey")))
    assert (found.code, found.what) == ("cycle", "these tasks wait for one another: bridge.part -> bridge.survey -> bridge.part")


@pytest.mark.parametrize("lag", [Lag(-60, law=Uniform(0, 60)), Lag(60, law=Uniform(-60, 60))])
def test_an_uncertain_lag_below_zero_is_refused(lag):
    found = problem(links=(Link("bridge.survey", "bridge.design", lag=lag),))
    assert (found.code, found.path) == ("negative-lag", ("projects", "bridge", "tasks", "design", "after", "bridge.survey"))


def test_an_unknown_calendar_of_a_task_is_refused():
    found = problem(replace(SURVEY, calendar="standart"))
    assert (found.code, found.path) == ("unknown-calendar", ("projects", "bridge", "tasks", "survey", "calendar"))
    assert found.fix == "write 'standard'"


def test_an_unknown_calendar_of_a_project_is_refused():
    with pytest.raises(InvalidModel) as refused:
        Portfolio("Bridge", MONDAY, (Project("bridge", (SURVEY,), calendar="site"),))
    assert [(p.code, p.path) for p in refused.value.problems] == [("unknown-calendar", ("projects", "bridge", "calendar"))]


@pytest.mark.parametrize("parent", ["phse", "design"], ids=["unknown", "no summary task"])
def test_a_parent_that_is_no_summary_task_is_refused(parent):
    found = problem(replace(SURVEY, parent=parent), DESIGN, Task("phase", kind=TaskKind.SUMMARY))
    assert (found.code, found.path) == ("unknown-parent", ("projects", "bridge", "tasks", "survey", "parent"))


def test_summary_tasks_that_stand_under_one_another_are_refused():
    one, two = (Task(id, kind=TaskKind.SUMMARY, parent=other) for id, other in (("one", "two"), ("two", "one")))
    found = problem(one, two, replace(SURVEY, parent="one"))
    assert (found.code, found.path) == ("parent-cycle", ("projects", "bridge", "tasks", "one", "parent"))
    assert "one -> two -> one" in found.what


# --- durations and progress ---


def test_a_duration_that_can_be_negative_is_refused():
    found = problem(replace(SURVEY, duration=Uniform(-60, 60)))
    assert (found.code, found.path) == ("negative-duration", ("projects", "bridge", "tasks", "survey", "duration"))
    assert "-60 minutes" in found.what


def test_an_unbounded_duration_is_allowed_as_long_as_it_is_cut_at_zero():
    assert bridge(replace(SURVEY, duration=Normal(480, 480))).tasks["bridge.survey"].duration.support == (0, inf)


@pytest.mark.parametrize("planned", [-1.0, nan, inf])
def test_an_impossible_planned_duration_is_refused(planned):
    assert problem(replace(SURVEY, planned=planned)).code == "negative-duration"


@pytest.mark.parametrize("kind", [TaskKind.START_MILESTONE, TaskKind.FINISH_MILESTONE])
def test_a_milestone_with_a_duration_is_refused(kind):
    found = problem(Task("open", Fixed(480), kind=kind))
    assert (found.code, found.path) == ("milestone-duration", ("projects", "bridge", "tasks", "open", "duration"))


def test_a_task_that_finished_before_it_started_is_refused():
    found = problem(replace(SURVEY, progress=Progress(datetime(2025, 12, 8), datetime(2025, 12, 1))))
    assert (found.code, found.path) == ("dates-out-of-order", ("projects", "bridge", "tasks", "survey"))


# --- risks ---


@pytest.mark.parametrize("p", [-0.1, 1.1, 30.0, nan])
def test_a_probability_outside_0_to_1_is_refused_with_both_ways_to_write_one(p):
    found = problem(risks=(Risk("flood", p, cost=Fixed(5)),))
    assert (found.code, found.path) == ("probability-out-of-range", ("risks", "flood", "probability"))
    assert found.fix == "write for example 30% or 0.3"


def test_a_mitigated_probability_outside_0_to_1_is_refused():
    found = problem(risks=(Risk("flood", 0.3, cost=Fixed(5), mitigation=Mitigation(2)),))
    assert (found.code, found.path) == ("probability-out-of-range", ("risks", "flood", "mitigation", "probability"))


def test_a_risk_that_hits_nothing_and_costs_nothing_is_refused():
    found = problem(risks=(Risk("flood", 0.3),))
    assert (found.code, found.path) == ("risk-without-effect", ("risks", "flood"))


def test_a_risk_of_an_unknown_project_is_refused():
    found = problem(risks=(Risk("flood", 0.3, cost=Fixed(5), project="brige"),))
    assert (found.code, found.path, found.fix) == ("unknown-project", ("risks", "flood", "project"), "write 'bridge'")


def test_a_risk_that_hits_an_unknown_task_is_refused():
    found = problem(risks=(Risk("flood", 0.3, (Hit("bridge.bild", DELAY),)),))
    assert (found.code, found.path, found.fix) == ("unknown-task", ("risks", "flood", "hits", "bridge.bild"), "write 'bridge.build'")


@pytest.mark.parametrize("kind", [TaskKind.SUMMARY, TaskKind.FINISH_MILESTONE])
def test_a_risk_that_hits_what_has_no_duration_is_refused(kind):
    found = problem(SURVEY, Task("phase", kind=kind), risks=(Risk("flood", 0.3, (Hit("bridge.phase", DELAY),)),))
    assert (found.code, found.path) == ("risk-hits-no-work", ("risks", "flood", "hits", "bridge.phase"))


def test_a_risk_may_add_time_to_the_finish_of_a_project_but_not_multiply_it():
    assert bridge(risks=(Risk("strike", 0.3, (Hit("bridge.finish", DELAY),)),)).risks
    found = problem(risks=(Risk("strike", 0.3, (Hit("bridge.finish", Impact(ImpactKind.FACTOR, Fixed(1.2))),)),))
    assert (found.code, found.path) == ("factor-on-finish", ("risks", "strike", "hits", "bridge.finish"))
    assert "+5d" in found.fix


def test_a_factor_below_zero_is_refused():
    found = problem(risks=(Risk("soil", 1.0, (Hit("bridge.build", Impact(ImpactKind.FACTOR, Triangular(-0.1, 1, 2))),)),))
    assert (found.code, found.path) == ("negative-factor", ("risks", "soil", "hits", "bridge.build"))


def test_a_risk_may_save_time():
    assert bridge(risks=(Risk("reuse", 0.3, (Hit("bridge.build", Impact(ImpactKind.ADD, Fixed(-240))),)),)).risks


# --- targets ---


def test_a_target_for_an_unknown_task_is_refused():
    found = problem(targets=(Target("bridge.handover", datetime(2026, 6, 1)),))
    assert (found.code, found.path) == ("unknown-task", ("targets", "bridge.handover"))


def test_a_target_before_the_status_date_is_refused():
    found = problem(targets=(Target("bridge.finish", datetime(2025, 6, 1)),))
    assert (found.code, found.path) == ("dates-out-of-order", ("targets", "bridge.finish"))


@pytest.mark.parametrize("budget", [0, -5, nan])
def test_a_budget_of_nothing_is_refused(budget):
    found = problem(targets=(Target("bridge.finish", budget=budget),))
    assert (found.code, found.path) == ("impossible-budget", ("targets", "bridge.finish"))


# --- cycles ---


def test_tasks_that_wait_for_one_another_are_named_one_by_one():
    found = problem(links=links(("survey", "design"), ("design", "build"), ("build", "survey")))
    assert found.code == "cycle"
    assert found.what.endswith("bridge.build -> bridge.survey -> bridge.design -> bridge.build")
    assert found.path == ("projects", "bridge", "tasks", "build", "after", "bridge.design")
    assert found.fix == "remove one of the links, for example the one from 'bridge.design' to 'bridge.build'"


def test_every_knot_of_tasks_is_reported():
    tasks = [Task(f"t{k}", Fixed(60)) for k in range(5)]
    found = problems(*tasks, links=links(("t0", "t1"), ("t1", "t0"), ("t2", "t3"), ("t3", "t4"), ("t4", "t2")))
    assert [p.code for p in found] == ["cycle", "cycle"]


def test_a_cycle_through_two_projects_is_found():
    ring = (Link("a.survey", "b.survey"), Link("b.survey", "a.survey", LinkKind.SS))
    with pytest.raises(InvalidModel) as refused:
        Portfolio("Ring", MONDAY, (Project("a", (SURVEY,)), Project("b", (SURVEY,))), links=ring)
    assert [p.code for p in refused.value.problems] == ["cycle"]


# --- all at once ---


def test_everything_that_is_wrong_is_said_at_once():
    found = problems(
        SURVEY,
        SURVEY,
        replace(DESIGN, calendar="site", duration=Uniform(-1, 1)),
        links=links(("survay", "design"), ("design", "design")),
        risks=(Risk("flood", 3, (Hit("bridge.bild", DELAY),)),),
        targets=(Target("bridge.finish", datetime(2020, 1, 1), -1),),
    )
    assert [p.code for p in found] == [
        "duplicate-id",
        "unknown-calendar",
        "unknown-task",
        "self-link",
        "negative-duration",
        "probability-out-of-range",
        "unknown-task",
        "dates-out-of-order",
        "impossible-budget",
    ]
    assert all(p.what and p.fix and p.path for p in found)


def test_who_writes_the_name_of_a_project_or_a_task_is_told_its_id():
    from pmosim.model.naming import write_instead

    plan = Portfolio("p", MONDAY, (Project("a", (Task("t", Fixed(480), name="Roof"),), name="Hall"),))
    assert write_instead(plan, "hall", ["a"], "name a project") == "write 'a', the id of what is called so"
    assert write_instead(plan, "Roof", ["a"], "name a project") == "write 'a.t', the id of what is called so"
    assert write_instead(plan, "cellar", ["a"], "name a project") == "name a project"
