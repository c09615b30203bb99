"""The deterministic pass: dates worked out by hand, link by link and calendar by calendar.

All dates stand in January 2026. The 5th is a Monday; the standard calendar works Monday to Friday, 08:00-12:00 and 13:00-17:00.
"""

from datetime import date, datetime

import pytest

from pmosim.model.calendars import Calendar, weekly
from pmosim.model.laws import Fixed, Pert
from pmosim.model.network import cycles, graph_of, leaves_of
from pmosim.model.project import Portfolio, Project
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Constraint, ConstraintKind, Lag, LagCalendar, Link, LinkKind, Progress, Task, TaskKind

DAY = 480
SIX_DAYS = weekly("six", "1111110", ((480, 720), (780, 1020)))
NIGHTS = weekly("nights", "1111100", ((22 * 60, 30 * 60),))


def jan(day, hour=8, minute=0):
    return datetime(2026, 1, day, hour, minute)


def task(id, days=1.0, **more):
    return Task(id, Fixed(days * DAY), **more)


def link(before, after, kind="FS", lag=0.0, calendar=LagCalendar.SUCCESSOR, share=0.0):
    """A link inside project p; the lag in working days."""
    return Link(f"p.{before}", f"p.{after}", LinkKind(kind), Lag(lag * DAY, calendar, share))


def dates(tasks, links=(), status=5, start=None, calendars=(SIX_DAYS, NIGHTS), calendar="standard"):
    """Start and finish of every task and of the project, by plain id."""
    project = Project("p", tuple(tasks), start=start, calendar=calendar)
    found = schedule(Portfolio("P", jan(status, 0), (project,), tuple(calendars), tuple(links)))
    return {id.removeprefix("p."): (d.start, d.finish) for id, d in found.items()}


def floats(tasks, links=()):
    """Total float of every task in working days."""
    found = schedule(Portfolio("P", jan(5, 0), (Project("p", tuple(tasks)),), links=tuple(links)))
    return {id.removeprefix("p."): d.total_float / DAY for id, d in found.items()}


# --- one task ---


def test_a_task_of_one_day_takes_the_first_working_day_from_morning_to_evening():
    assert dates([task("a")])["a"] == (jan(5), jan(5, 17))


def test_a_task_of_half_a_day_ends_at_noon():
    assert dates([task("a", 0.5)])["a"] == (jan(5), jan(5, 12))


def test_a_task_of_six_days_runs_over_the_weekend():
    assert dates([task("a", 6)])["a"] == (jan(5), jan(12, 17))


def test_a_public_holiday_pushes_the_finish_by_a_day():
    holiday = Calendar("standard", weekly("x", "1111100", ((480, 720), (780, 1020))).week, {date(2026, 1, 6): ()})
    assert dates([task("a", 2)], calendars=[holiday])["a"] == (jan(5), jan(7, 17))


def test_without_uncertainty_the_planned_duration_is_the_one_used_and_not_the_mean():
    skewed = Task("a", Pert(DAY, 2 * DAY, 12 * DAY))
    assert dates([skewed])["a"] == (jan(5), jan(6, 17))


def test_a_status_date_on_a_weekend_lets_work_begin_on_monday():
    assert dates([task("a")], status=10)["a"] == (jan(12), jan(12, 17))


def test_an_elapsed_duration_runs_through_nights_and_weekends():
    curing = Task("cure", Fixed(3 * 24 * 60), calendar="24h")
    found = dates([task("pour", 5), curing, task("strip")], [link("pour", "cure"), link("cure", "strip")])
    assert found["cure"] == (jan(9, 17), jan(12, 17))  # from Friday evening to Monday evening
    assert found["strip"] == (jan(13), jan(13, 17))


# --- finish to start ---


def test_the_next_task_starts_the_next_morning():
    assert dates([task("a"), task("b")], [link("a", "b")])["b"] == (jan(6), jan(6, 17))


def test_the_next_task_starts_after_the_weekend():
    assert dates([task("a", 5), task("b")], [link("a", "b")])["b"] == (jan(12), jan(12, 17))


def test_the_next_task_starts_on_the_same_day_if_there_is_time_left():
    assert dates([task("a", 0.5), task("b")], [link("a", "b")])["b"] == (jan(5, 13), jan(6, 12))


def test_the_later_of_two_predecessors_decides():
    #  a: 2 days ──┐
    #              ├──> c
    #  b: 4 days ──┘
    assert dates([task("a", 2), task("b", 4), task("c")], [link("a", "c"), link("b", "c")])["c"] == (jan(9), jan(9, 17))


def test_a_lag_is_waited_in_working_days():
    assert dates([task("a", 4), task("b")], [link("a", "b", lag=2)])["b"] == (jan(13), jan(13, 17))


def test_a_lead_lets_the_next_task_start_before_the_first_has_ended():
    assert dates([task("a", 4), task("b", 2)], [link("a", "b", lag=-1)])["b"] == (jan(8), jan(9, 17))


def test_a_lead_longer_than_the_project_so_far_starts_nothing_before_the_project():
    assert dates([task("a", 1), task("b", 2)], [link("a", "b", lag=-10)])["b"] == (jan(5), jan(6, 17))


# --- the other links ---


def test_start_to_start_lets_both_begin_together():
    assert dates([task("a", 3), task("b")], [link("a", "b", "SS")])["b"] == (jan(5), jan(5, 17))


def test_start_to_start_with_a_lag_begins_that_much_later():
    assert dates([task("a", 3), task("b")], [link("a", "b", "SS", 2)])["b"] == (jan(7), jan(7, 17))


def test_finish_to_finish_lets_both_end_together():
    assert dates([task("a", 4), task("b")], [link("a", "b", "FF")])["b"] == (jan(8), jan(8, 17))


def test_finish_to_finish_with_a_lag_ends_that_much_later():
    assert dates([task("a", 4), task("b", 2)], [link("a", "b", "FF", 1)])["b"] == (jan(8), jan(9, 17))


def test_finish_to_finish_does_not_shorten_a_task_that_ends_later_anyway():
    assert dates([task("a", 1), task("b", 3)], [link("a", "b", "FF")])["b"] == (jan(5), jan(7, 17))


def test_start_to_finish_ends_a_task_no_earlier_than_another_starts():
    #  a waits for three days; the old system, b, runs until a starts
    found = dates([task("w", 3), task("a"), task("b", 2)], [link("w", "a"), link("a", "b", "SF")])
    assert found["a"] == (jan(8), jan(8, 17))
    assert found["b"] == (jan(6), jan(7, 17))


def test_start_to_finish_with_a_lag_ends_a_task_that_much_after_the_other_starts():
    assert dates([task("a"), task("b", 2)], [link("a", "b", "SF", 3)])["b"] == (jan(6), jan(7, 17))


@pytest.mark.parametrize(
    ("kind", "starts"),
    # a lasts from the 5th to the 7th, b two days; a lead of one day
    [("FS", jan(7)), ("SS", jan(5)), ("FF", jan(5)), ("SF", jan(5))],
)
def test_every_kind_of_link_takes_a_lead(kind, starts):
    assert dates([task("a", 3), task("b", 2)], [link("a", "b", kind, -1)])["b"][0] == starts


def test_two_links_between_the_same_two_tasks_both_hold():
    #  b starts 1 day after a starts, and ends 2 days after a ends: the second asks for more
    found = dates([task("a", 4), task("b", 2)], [link("a", "b", "SS", 1), link("a", "b", "FF", 2)])
    assert found["b"] == (jan(9), jan(12, 17))
    # a longer b starts as soon as the first allows, and ends later
    assert dates([task("a", 4), task("b", 9)], [link("a", "b", "SS", 1), link("a", "b", "FF", 2)])["b"] == (jan(6), jan(16, 17))


def test_a_lag_can_be_a_share_of_the_predecessors_duration():
    assert dates([task("a", 4), task("b")], [link("a", "b", "SS", share=0.5)])["b"] == (jan(7), jan(7, 17))


# --- the calendar of a lag, and several calendars ---


@pytest.mark.parametrize(
    ("calendar", "starts"),
    # a, on six days a week, ends on Friday 9 January; two days later, in working days of ...
    [
        (LagCalendar.PREDECESSOR, jan(13)),  # six days: Saturday and Monday
        (LagCalendar.SUCCESSOR, jan(14)),  # five days: Monday and Tuesday
        (LagCalendar.PROJECT, jan(14)),
        (LagCalendar.ELAPSED, jan(12)),  # 960 minutes of the clock: Saturday 09:00
    ],
)
def test_a_lag_runs_on_the_calendar_that_was_chosen(calendar, starts):
    found = dates([task("a", 5, calendar="six"), task("b")], [link("a", "b", lag=2, calendar=calendar)])
    assert found["a"] == (jan(5), jan(9, 17))
    assert found["b"][0] == starts


def test_work_on_saturday_is_used_by_the_crew_that_works_then():
    found = dates([task("a", 5), task("b", 2, calendar="six")], [link("a", "b")])
    assert found["b"] == (jan(10), jan(12, 17))


def test_a_crew_of_five_days_waits_for_monday_after_one_of_six():
    found = dates([task("a", 6, calendar="six"), task("b")], [link("a", "b")])
    assert found["a"] == (jan(5), jan(10, 17))
    assert found["b"] == (jan(12), jan(12, 17))


def test_a_night_shift_follows_the_day_and_the_day_follows_the_night():
    found = dates([task("dig"), task("lay", calendar="nights"), task("pave")], [link("dig", "lay"), link("lay", "pave")])
    assert found["lay"] == (jan(5, 22), jan(6, 6))
    assert found["pave"] == (jan(6), jan(6, 17))


def test_the_finish_of_a_project_is_that_of_its_last_task_on_whatever_calendar():
    found = dates([task("a", 6, calendar="six"), task("b", 5)])
    assert found["finish"][1] == jan(10, 17)


# --- milestones ---


def test_a_milestone_is_reached_on_the_evening_of_what_it_waits_for():
    found = dates([task("a", 5), Task("done", kind=TaskKind.FINISH_MILESTONE)], [link("a", "done")])
    assert found["done"] == (jan(9, 17), jan(9, 17))


def test_a_start_milestone_stands_at_the_next_morning():
    found = dates([task("a", 5), Task("go", kind=TaskKind.START_MILESTONE)], [link("a", "go")])
    assert found["go"] == (jan(12), jan(12))


def test_a_milestone_delays_nobody():
    milestone = Task("done", kind=TaskKind.FINISH_MILESTONE)
    found = dates([task("a", 2), milestone, task("b")], [link("a", "done"), link("done", "b")])
    assert found["b"] == (jan(7), jan(7, 17))


def test_a_milestone_that_waits_for_nothing_stands_where_work_begins():
    assert dates([Task("go", kind=TaskKind.START_MILESTONE), task("a")])["go"] == (jan(5), jan(5))


# --- what holds a task in time ---


def test_a_task_that_may_not_start_earlier_does_not():
    held = task("a", constraints=(Constraint(ConstraintKind.START_NO_EARLIER, jan(14)),))
    assert dates([held])["a"] == (jan(14), jan(14, 17))


def test_a_task_that_starts_later_anyway_is_not_pulled_forward():
    held = task("b", constraints=(Constraint(ConstraintKind.START_NO_EARLIER, jan(6)),))
    assert dates([task("a", 5), held], [link("a", "b")])["b"][0] == jan(12)


def test_a_task_that_may_not_finish_earlier_starts_as_late_as_that_needs():
    held = task("a", 2, constraints=(Constraint(ConstraintKind.FINISH_NO_EARLIER, jan(14, 17)),))
    assert dates([held])["a"] == (jan(13), jan(14, 17))


def test_a_latest_finish_is_a_target_and_holds_nothing_back():
    late = task("a", 5, constraints=(Constraint(ConstraintKind.FINISH_NO_LATER, jan(6, 17)),))
    assert dates([late])["a"] == (jan(5), jan(9, 17))


def test_a_project_starts_no_task_before_its_own_start():
    assert dates([task("a")], start=jan(12))["a"] == (jan(12), jan(12, 17))


def test_a_project_that_should_have_started_before_the_status_date_starts_at_the_status_date():
    assert dates([task("a")], status=14, start=jan(5))["a"] == (jan(14), jan(14, 17))


# --- progress ---


def test_a_finished_task_keeps_its_dates():
    done = task("a", 3, progress=Progress(jan(5), jan(8, 15)))
    found = dates([done, task("b")], [link("a", "b")], status=12)
    assert found["a"] == (jan(5), jan(8, 15))
    assert found["b"] == (jan(12), jan(12, 17))


def test_of_a_task_in_progress_the_remaining_work_begins_at_the_status_date():
    going = task("a", 3, progress=Progress(jan(6)))
    found = dates([going, task("b")], [link("a", "b")], status=12)
    assert found["a"] == (jan(6), jan(14, 17))
    assert found["b"] == (jan(15), jan(15, 17))


def test_nothing_unfinished_runs_before_the_status_date():
    assert dates([task("a")], status=14)["a"][0] == jan(14)


def test_a_lag_after_a_finished_task_is_waited_to_its_end():
    poured = task("pour", 2, progress=Progress(jan(5), jan(6, 17)))
    found = dates([poured, task("strip")], [link("pour", "strip", lag=5)], status=8)
    assert found["strip"] == (jan(14), jan(14, 17))  # five working days after the 6th: the evening of the 13th


def test_a_lag_after_the_start_of_a_task_in_progress_is_counted_from_its_actual_start():
    going = task("a", 5, progress=Progress(jan(6)))
    found = dates([going, task("b")], [link("a", "b", "SS", 4)], status=8)
    assert found["b"] == (jan(12), jan(12, 17))


def test_a_task_in_progress_still_waits_for_what_it_should_have_waited_for():
    going = task("b", 2, progress=Progress(jan(5)))
    found = dates([task("a", 3), going], [link("a", "b")], status=8)
    assert found["a"] == (jan(8), jan(12, 17))
    assert found["b"] == (jan(5), jan(14, 17))  # retained logic: the rest of b waits for the end of a


# --- float, summaries and the whole ---


def test_the_longest_path_has_no_float_and_the_other_has_the_difference():
    #  start ──> a: 2 ──> c: 1        a may slip by the two days that b is longer
    #       └──> b: 4 ──┘
    assert floats([task("a", 2), task("b", 4), task("c")], [link("a", "c"), link("b", "c")]) == {"a": 2, "b": 0, "c": 0, "finish": 0}


def test_float_through_a_start_to_start_link_is_that_of_the_start():
    #  b starts 1 day after a starts and lasts 6; a itself, of 3 days, drives by its start alone
    assert floats([task("a", 3), task("b", 6)], [link("a", "b", "SS", 1)])["a"] == 0


def test_a_summary_task_spans_its_children_at_any_depth():
    tasks = [
        Task("phase", kind=TaskKind.SUMMARY),
        Task("step", kind=TaskKind.SUMMARY, parent="phase"),
        task("a", 2, parent="phase"),
        task("b", 3, parent="step"),
        task("c", 9),
    ]
    found = dates(tasks, [link("a", "b")])
    assert found["phase"] == (jan(5), jan(9, 17))
    assert found["step"] == (jan(7), jan(9, 17))


def test_the_leaves_of_a_summary_task_are_the_tasks_below_it_and_no_summaries():
    tasks = [Task("phase", kind=TaskKind.SUMMARY), Task("step", kind=TaskKind.SUMMARY, parent="phase"), task("a", parent="step")]
    leaves = leaves_of(Portfolio("P", jan(5), (Project("p", tuple(tasks)),)))
    assert leaves == {"p.phase": ("p.a",), "p.step": ("p.a",)}


def test_projects_are_linked_across_calendars_and_the_portfolio_ends_with_the_last_of_them():
    bridge = Project("bridge", (task("deck", 5),))
    tower = Project("tower", (task("crane", 2, calendar="six"),), calendar="six")
    portfolio = Portfolio("Two", jan(5, 0), (bridge, tower), (SIX_DAYS,), (Link("bridge.deck", "tower.crane"),))
    found = schedule(portfolio)
    assert (found["tower.crane"].start, found["tower.crane"].finish) == (jan(10), jan(12, 17))
    assert found["bridge.finish"].finish == jan(9, 17)
    assert found["finish"].finish == found["tower.finish"].finish == jan(12, 17)


def test_the_order_in_which_tasks_and_links_are_given_changes_no_date():
    tasks = [task("a", 2), task("b", 4, calendar="six"), task("c"), Task("d", kind=TaskKind.FINISH_MILESTONE)]
    links = [link("a", "c"), link("b", "c", "FF", 1), link("c", "d"), link("a", "b", "SS", 1)]
    assert dates(tasks, links) == dates(tasks[::-1], links[::-1])


# --- the graph ---


def test_summary_tasks_are_no_nodes_of_the_graph():
    tasks = (Task("phase", kind=TaskKind.SUMMARY), task("a", parent="phase"))
    assert set(graph_of(Portfolio("P", jan(5), (Project("p", tasks),)))) == {"p.a"}


def test_links_without_a_cycle_have_none():
    assert cycles([Link("a", "b"), Link("a", "c"), Link("b", "c")]) == []


def test_a_cycle_names_its_tasks_in_the_order_of_the_links():
    (loop,) = cycles([Link("b", "c"), Link("c", "a"), Link("a", "b"), Link("x", "a")])
    assert loop == ["a", "b", "c"]


def test_of_a_knot_of_many_cycles_one_is_named():
    links = [Link("a", "b"), Link("b", "a"), Link("b", "c"), Link("c", "a")]
    assert len(cycles(links)) == 1
