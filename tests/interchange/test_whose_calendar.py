"""Whose calendar a task keeps: its own, its resources', or the time that both share."""

from datetime import date, datetime

import pytest
from schedule_files import (
    FIVE_DAYS,
    dates_of,
    is_said,
    mspdi_assignment,
    mspdi_calendar,
    mspdi_resource,
    mspdi_task,
    xer_calendar,
)

from pmosim.interchange.calendars import common_time
from pmosim.model.calendars import Calendar, weekly

pytestmark = pytest.mark.java

WEEKEND = "".join(f"(0||{day}()((0||0(s|08:00|f|16:00)())))" for day in (1, 7)) + "".join(f"(0||{day}()())" for day in range(2, 7))
CALENDARS = {
    "1": ("Five days", "", xer_calendar()),
    "2": ("Weekend", "", xer_calendar(WEEKEND)),
    "3": ("Five days again", "", xer_calendar(FIVE_DAYS)),
    "4": ("Holiday", "", xer_calendar(FIVE_DAYS, "(0||0(d|46391)())")),  # Monday 4 January is free
}


def with_resources(*calendars, work=None, **activity):
    """An activity of 16 hours on "Five days", and resources on these calendars assigned to it."""
    resources = [
        {"rsrc_id": str(70 + n), "clndr_id": calendar, "rsrc_name": f"Crew {n}", "rsrc_short_name": f"C{n}", "rsrc_type": "RT_Labor"}
        for n, calendar in enumerate(calendars)
    ]
    assignments = [
        {"taskrsrc_id": str(80 + n), "task_id": "1", "proj_id": "100", "rsrc_id": str(70 + n), "target_qty": "16", "remain_qty": "16"}
        for n, _ in enumerate(calendars)
    ]
    return [{"target_drtn_hr_cnt": "16", **activity}], {"RSRC": resources, "TASKRSRC": assignments}


def calendar_of(made):
    task = next(task for task in made.tasks.values() if task.planned)
    return next(calendar for calendar in made.calendars if calendar.id == task.calendar)


# ------------------------------------------------------------------ Primavera


def test_a_resource_dependent_activity_keeps_the_calendar_of_its_resource(xer):
    activities, tables = with_resources("2", task_type="TT_Rsrc")
    made = xer(activities, tables=tables, calendars=CALENDARS)
    assert calendar_of(made).name == "Weekend"
    assert dates_of(made)["HOUSE.A1"].start == datetime(2027, 1, 9, 8)
    assert is_said(made, "1 task kept on the calendar of its resources")


def test_any_other_activity_of_primavera_keeps_its_own(xer):
    activities, tables = with_resources("2")
    assert calendar_of(xer(activities, tables=tables, calendars=CALENDARS)).name == "Five days"


def test_a_resource_with_the_same_working_time_changes_nothing_and_nothing_is_said(xer):
    activities, tables = with_resources("3", task_type="TT_Rsrc")
    made = xer(activities, tables=tables, calendars=CALENDARS)
    assert calendar_of(made).name == "Five days"
    assert not is_said(made, "calendar of its resources")


@pytest.mark.parametrize(("primary", "name"), [("70", "Weekend"), ("71", "Holiday")])
def test_where_resources_differ_the_primary_one_holds_and_that_is_said(xer, primary, name):
    activities, tables = with_resources("2", "4", task_type="TT_Rsrc", rsrc_id=primary)
    made = xer(activities, tables=tables, calendars=CALENDARS)
    assert calendar_of(made).name == name
    assert is_said(made, "1 task whose resources keep different calendars")


# ------------------------------------------------------------------ MS Project

LATE = (("12:00", "20:00"),)
OWN = [
    mspdi_calendar(1, "Standard"),
    mspdi_calendar(2, "Crew", shifts=LATE),
    mspdi_calendar(3, "Night", shifts=(("20:00", "23:00"),)),
    mspdi_calendar(4, "Short", shifts=(("08:00", "10:00"),)),
]


def assigned(mspdi, *calendars, work=("PT16H0M0S", "PT16H0M0S"), **task):
    """A task of 16 hours, and resources on these calendars who work on it."""
    resources = [mspdi_resource(n, calendar=calendar) for n, calendar in enumerate(calendars, start=1)]
    assignments = [mspdi_assignment(1, n, work=hours, uid=n) for n, (_, hours) in enumerate(zip(calendars, work, strict=False), start=1)]
    return mspdi([mspdi_task(1, duration="PT16H0M0S", **task)], calendars=OWN, resources=resources, assignments=assignments)


def test_a_task_without_a_calendar_keeps_its_resources(mspdi):
    made = assigned(mspdi, "2")
    assert calendar_of(made).name == "Crew"
    assert dates_of(made)["house.1"].finish == datetime(2027, 1, 5, 20)
    assert is_said(made, "1 task kept on the calendar of its resources")


def test_a_task_with_a_calendar_is_worked_in_the_time_that_its_resources_share_with_it(mspdi):
    made = assigned(mspdi, "2", CalendarUID=1)
    assert calendar_of(made).week[0] == ((12 * 60 + 60, 17 * 60),)  # 08:00-12:00 and 13:00-17:00 with 12:00-20:00
    assert dates_of(made)["house.1"].finish == datetime(2027, 1, 7, 17)  # four hours a day
    assert is_said(made, "1 task kept in the time that its own calendar and that of its resources share")


def test_a_task_that_ignores_resource_calendars_keeps_its_own(mspdi):
    made = assigned(mspdi, "2", CalendarUID=1, IgnoreResourceCalendar=1)
    assert calendar_of(made).name == "Standard"


def test_a_task_that_shares_no_time_with_its_resources_keeps_its_own_calendar_and_that_is_said(mspdi):
    made = assigned(mspdi, "3", CalendarUID=1)
    assert calendar_of(made).name == "Standard"
    assert is_said(made, "share no time")


@pytest.mark.parametrize(("work", "name"), [(("PT16H0M0S", "PT8H0M0S"), "Crew"), (("PT8H0M0S", "PT16H0M0S"), "Short")])
def test_where_resources_differ_the_one_with_the_most_work_holds_and_that_is_said(mspdi, work, name):
    made = assigned(mspdi, "2", "4", work=work)
    assert calendar_of(made).name == name
    assert is_said(made, "1 task whose resources keep different calendars")


def test_a_task_of_fixed_duration_keeps_the_projects_calendar_whoever_works_on_it(mspdi):
    assert calendar_of(assigned(mspdi, "2", Type=1)).name == "Standard"


def test_a_task_takes_as_long_as_the_assignment_that_ends_last(mspdi):
    ends = {1: "2027-01-05T20:00:00", 2: "2027-01-15T10:00:00"}
    resources = [mspdi_resource(1, calendar="2"), mspdi_resource(2, calendar="4")]
    assignments = [
        mspdi_assignment(1, n, work="PT20H0M0S", uid=n).replace("</Assignment>", f"<Finish>{end}</Finish></Assignment>")
        for n, end in ends.items()
    ]
    made = mspdi([mspdi_task(1, duration="PT24H0M0S")], calendars=OWN, resources=resources, assignments=assignments)
    assert (calendar_of(made).name, made.tasks["house.1"].planned) == ("Short", 20 * 60)
    assert dates_of(made)["house.1"].finish == datetime(2027, 1, 15, 10)  # two hours a day


def test_a_file_without_any_calendar_is_worked_from_monday_to_friday(mspdi):
    made = mspdi([mspdi_task(1)], calendars=[" "], head="<!-- none -->")
    assert dates_of(made)["house.1"].finish == datetime(2027, 1, 8, 17)


# ------------------------------------------------------------------ the time that two calendars share

HOUR = 60
NIGHTS = Calendar("nights", tuple(((22 * HOUR, 30 * HOUR),) if day < 5 else () for day in range(7)))
MORNINGS = weekly("mornings", "1111111", ((4 * HOUR, 12 * HOUR),))


def test_a_night_shift_and_a_morning_share_the_hours_after_midnight():
    shared = common_time(NIGHTS, MORNINGS, "both")
    after_a_night = ((4 * HOUR, 6 * HOUR),)
    assert shared.week == ((), *[after_a_night] * 5, ())  # Tuesday to Saturday


def test_what_is_free_in_one_of_two_calendars_is_free_in_both_even_after_midnight():
    free = Calendar("nights", NIGHTS.week, {date(2027, 1, 6): ()})  # no shift on Wednesday night
    shared = common_time(free, MORNINGS, "both")
    assert dict(shared.exceptions) == {date(2027, 1, 7): ()}


def test_calendars_without_common_time_share_none():
    assert common_time(NIGHTS, weekly("days", "1111100", ((8 * HOUR, 16 * HOUR),)), "both") is None
