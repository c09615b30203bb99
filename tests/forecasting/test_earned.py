"""The program promises earned schedule as Lipke (2003) and Vanhoucke (Measuring Time, 2009) define it: worked by hand here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from building import portfolio
from hypothesis import given
from hypothesis import strategies as st

from pmosim.forecasting import forecast
from pmosim.forecasting.earned import baselines_of, earned_schedules
from pmosim.model.tasks import Baseline, Progress
from pmosim.output.text import summary
from pmosim.results.earned import AS_PLANNED, AT_PACE, COST, WORK, at_completion, earned_time
from pmosim.results.records import Forecast

DAY = 480
MONDAY = datetime(2026, 3, 2, 8)
PLANNED = [0, 10, 30, 60, 90, 100]  # cumulative planned value of five months


@pytest.mark.parametrize(
    ("earned", "time"),
    [
        (0, 0),
        (30, 2),
        (45, 2.5),  # half of what the third month was to bring
        (95, 4.5),
        (100, 5),
        (120, 5),  # more than was planned: all of it
    ],
)
def test_earned_schedule_is_the_time_by_which_so_much_was_planned(earned, time):
    assert earned_time(PLANNED, earned) == time


def test_while_nothing_is_planned_the_last_of_the_idle_months_counts():
    """PV_N <= EV holds for the last N: a month without work is no delay once what came before it is done."""
    assert earned_time([0, 50, 50, 100], 50) == 2


def test_a_plan_that_ends_in_idle_months_is_earned_when_its_work_is():
    assert earned_time([0, 60, 100, 100], 100) == 2


def test_both_forecasts_by_hand():
    """Month 4, earned 45 of 100: ES = 2.5, SPI(t) = 0.625; EAC(t) = 4 + 2.5 = 6.5, and 4 + 2.5/0.625 = 5/0.625 = 8."""
    earned = earned_time(PLANNED, 45)
    assert at_completion(5, 4, earned, 1.0) == 6.5
    assert at_completion(5, 4, earned, earned / 4) == pytest.approx(8)


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=20), st.floats(0, 1))
def test_what_was_planned_by_the_earned_time_is_what_was_earned(steps, share):
    planned = [0.0]
    for step in steps:
        planned.append(planned[-1] + step)
    earned = share * planned[-1]
    at = earned_time(planned, earned)
    period = min(int(at), len(steps) - 1)
    assert planned[period] + (at - period) * steps[period] == pytest.approx(earned, abs=1e-9)


def two_tasks(status, *, costs=(None, None), first=None, second=None):
    """Two weeks of digging, then two of pouring, with a baseline from Monday 2 March to Friday 27 March."""
    plan = portfolio({"dig": 10 * DAY, "pour": 10 * DAY}, "dig pour", start=status)
    dates = [(MONDAY, datetime(2026, 3, 13, 17)), (datetime(2026, 3, 16, 8), datetime(2026, 3, 27, 17))]
    tasks = [
        replace(task, baseline=Baseline(*dates[k], costs[k]), progress=(first, second)[k], planned=(10 * DAY, 10 * DAY)[k])
        for k, task in enumerate(plan.projects[0].tasks)
    ]
    return replace(plan, projects=(replace(plan.projects[0], tasks=tuple(tasks)),))


DUG = Progress(MONDAY, datetime(2026, 3, 17, 17))


def test_a_project_two_days_late_by_working_time():
    """Tuesday evening of the third week: 12 of 20 days planned, 10 earned; PF = 1: 12 + 10 = 22 days; SPI(t) 10/12: 24 days."""
    (found,) = earned_schedules(two_tasks(datetime(2026, 3, 17, 17), first=DUG))
    assert found.by == WORK
    assert (found.planned_value, found.earned_value) == (pytest.approx(0.6), pytest.approx(0.5))
    assert (found.planned_duration, found.actual_time, found.earned_schedule) == (20, 12, 10)
    assert found.performance == pytest.approx(10 / 12)
    assert found.variance == -2
    assert {one.factor: (one.days, one.date) for one in found.finishes} == {
        AS_PLANNED: (22, datetime(2026, 3, 31, 17)),
        AT_PACE: (pytest.approx(24), datetime(2026, 4, 2, 17)),
    }


def test_money_weighs_where_the_baseline_has_any():
    """Digging costs a fifth: with it, 20 of 100 are earned, which was planned by day 10; by now 20 + 80 x 2/10 = 36 were planned."""
    (found,) = earned_schedules(two_tasks(datetime(2026, 3, 17, 17), first=DUG, costs=(20.0, 80.0)))
    assert found.by == COST
    assert (found.planned_value, found.earned_value) == (pytest.approx(0.36), pytest.approx(0.2))
    assert found.earned_schedule == 10


def test_work_in_progress_earns_what_has_been_worked_of_all_its_work():
    """Dug 5 days with 10 left: a third of digging is done, 3 1/3 days of its 10."""
    (found,) = earned_schedules(two_tasks(datetime(2026, 3, 6, 17), first=Progress(MONDAY)))
    assert found.actual_time == 5
    assert found.earned_schedule == pytest.approx(10 / 3)


def test_the_time_of_a_finished_project_stands_still():
    done = Progress(datetime(2026, 3, 18, 8), datetime(2026, 3, 31, 17))
    (found,) = earned_schedules(two_tasks(datetime(2026, 6, 1, 8), first=DUG, second=done))
    assert (found.earned_schedule, found.actual_time) == (20, 22)
    assert found.status == datetime(2026, 3, 31, 17)


def test_a_project_that_was_to_begin_later_has_earned_nothing_yet():
    assert earned_schedules(two_tasks(datetime(2026, 2, 23, 8))) == ()


def test_where_nothing_is_earned_nothing_is_forecast_from_the_pace():
    (found,) = earned_schedules(two_tasks(datetime(2026, 3, 6, 17)))
    assert found.earned_schedule == 0
    assert [one.factor for one in found.finishes] == [AS_PLANNED]


def test_without_a_baseline_there_is_no_earned_schedule():
    assert earned_schedules(portfolio({"dig": DAY})) == ()


def test_the_plan_of_an_earlier_model_can_stand_for_a_baseline():
    before = portfolio({"dig": 10 * DAY, "pour": 10 * DAY}, "dig pour", start=MONDAY)
    now = two_tasks(datetime(2026, 3, 17, 17), first=DUG)
    (own,), (earlier,) = earned_schedules(now), earned_schedules(now, baselines_of(before), "the plan of 2 Mar 2026")
    assert replace(earlier, source=own.source) == own


def test_the_forecast_tells_it_beside_what_is_simulated_and_keeps_it():
    made = forecast(two_tasks(datetime(2026, 3, 17, 17), first=DUG), iterations=100, seed=1, threads=1)
    assert [one.id for one in made.earned] == ["p.finish"]
    assert Forecast.from_json(made.to_json()).earned == made.earned
    assert "has earned 10.0 of 12.0 working days, SPI(t) 0.83: at that pace it finishes on 2 Apr 2026" in summary(made)
