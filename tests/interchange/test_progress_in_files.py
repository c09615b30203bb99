"""Progress as files record it: what has happened, and how much is left."""

from datetime import datetime

import pytest
from schedule_files import dates_of, is_said, link, mspdi_assignment, mspdi_resource, mspdi_task

from pmosim.model.schedule import schedule
from pmosim.model.tasks import Pause

pytestmark = pytest.mark.java

MONDAY = "2027-01-04T08:00:00"
AT_WEDNESDAY = "<StatusDate>2027-01-06T08:00:00</StatusDate>"


def started(**fields):
    """A Primavera activity of 40 hours, begun on Monday."""
    return {"status_code": "TK_Active", "act_start_date": "2027-01-04 08:00", **fields}


def finished(**fields):
    dates = {"act_start_date": "2027-01-04 08:00", "act_end_date": "2027-01-05 16:00"}
    return {"status_code": "TK_Complete", "remain_drtn_hr_cnt": "0", **dates, **fields}


WEDNESDAY = {"last_recalc_date": "2027-01-06 08:00"}


# ------------------------------------------------------------------ what is left to do


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({"ActualDuration": "PT16H0M0S", "RemainingDuration": "PT24H0M0S"}, 24),
        ({"ActualDuration": "PT16H0M0S"}, 24),  # the rest of the whole
        ({"PercentComplete": 25}, 30),
        ({}, 40),  # nothing but an actual start
    ],
)
def test_what_is_left_of_a_task_in_progress_is_planned(mspdi, fields, hours):
    made = mspdi([mspdi_task(1, ActualStart=MONDAY, **fields)], head=AT_WEDNESDAY)
    task = made.tasks["house.1"]
    assert (task.planned, task.progress.actual_start, task.progress.actual_finish) == (hours * 60, datetime(2027, 1, 4, 8), None)
    dates = dates_of(made)["house.1"]
    assert dates.start == datetime(2027, 1, 4, 8)
    days, rest = divmod(hours, 8)
    assert dates.finish == {24: datetime(2027, 1, 8, 17), 30: datetime(2027, 1, 11, 15), 40: datetime(2027, 1, 12, 17)}[8 * days + rest]


@pytest.mark.parametrize(("kind", "hours"), [("CP_Phys", 28), ("CP_Drtn", 24), ("CP_Units", 30)])
def test_without_a_remaining_duration_the_percentage_of_the_activitys_own_kind_counts(xer, kind, hours):
    amounts = {"act_work_qty": "10", "remain_work_qty": "30", "target_work_qty": "40"}
    made = xer([started(remain_drtn_hr_cnt="", complete_pct_type=kind, phys_complete_pct="30", **amounts), {}], project=WEDNESDAY)
    assert made.tasks["HOUSE.A1"].planned == hours * 60
    assert is_said(made, "1 task in progress without a remaining duration")


def test_work_in_progress_with_nothing_left_ends_at_the_status_date_and_is_said(xer):
    made = xer([started(remain_drtn_hr_cnt="0"), {}], [link(1, 2)], project=WEDNESDAY)
    assert not made.tasks["HOUSE.A1"].is_finished
    assert dates_of(made)["HOUSE.A2"].start == datetime(2027, 1, 6, 8)
    assert is_said(made, "1 task in progress with nothing left to do")


def test_a_percentage_without_an_actual_start_leaves_the_rest_of_the_duration_and_is_said(mspdi):
    made = mspdi([mspdi_task(1, PercentComplete=50)], head=AT_WEDNESDAY)
    assert (made.tasks["house.1"].planned, made.tasks["house.1"].progress) == (20 * 60, None)
    assert is_said(made, "partly complete but without an actual start")


def test_a_duration_below_zero_is_read_as_none_and_said(mspdi):
    made = mspdi([mspdi_task(1, duration="PT-8H0M0S"), mspdi_task(2, duration="-PT8H0M0S"), mspdi_task(3)])
    assert [task.planned for task in made.tasks.values()] == [0, 0, 2400]
    assert is_said(made, "2 tasks with a duration below zero")


def test_a_finished_task_with_a_duration_below_zero_is_finished(mspdi):
    dates = {"ActualStart": MONDAY, "ActualFinish": "2027-01-05T17:00:00", "ActualDuration": "PT-8H0M0S"}
    made = mspdi([mspdi_task(1, duration="PT-8H0M0S", **dates), mspdi_task(2)], head=AT_WEDNESDAY)
    assert (made.tasks["house.1"].is_finished, made.tasks["house.1"].planned) == (True, 0)


# ------------------------------------------------------------------ suspended and resumed


def test_suspended_work_goes_on_at_its_date_of_resumption(xer):
    made = xer([started(remain_drtn_hr_cnt="16", suspend_date="2027-01-05 16:00", resume_date="2027-01-11 08:00")], project=WEDNESDAY)
    assert made.tasks["HOUSE.A1"].progress.resumes == datetime(2027, 1, 11, 8)
    assert dates_of(made)["HOUSE.A1"].finish == datetime(2027, 1, 12, 16)


def test_work_suspended_without_a_date_of_resumption_goes_on_at_the_status_date_and_is_said(xer):
    made = xer([started(remain_drtn_hr_cnt="16", suspend_date="2027-01-05 16:00")], project=WEDNESDAY)
    assert dates_of(made)["HOUSE.A1"].finish == datetime(2027, 1, 7, 16)
    assert is_said(made, "1 task suspended without a date of resumption")


def test_of_a_split_task_in_progress_the_interruptions_to_come_are_kept(mspdi):
    worked = {"ActualStart": MONDAY, "ActualDuration": "PT16H0M0S", "RemainingDuration": "PT24H0M0S", "Resume": "2027-01-07T08:00:00"}
    assignment = mspdi_assignment(1, 1, days=(7, 11, 12), done=(4, 5))  # Wednesday's pause is past, Friday's is to come
    made = mspdi([mspdi_task(1, **worked)], resources=[mspdi_resource(1)], assignments=[assignment], head=AT_WEDNESDAY)
    task = made.tasks["house.1"]
    assert (task.progress.resumes, task.pauses) == (datetime(2027, 1, 7, 8), (Pause(after=480, minutes=480),))
    assert dates_of(made)["house.1"].finish == datetime(2027, 1, 12, 17)


# ------------------------------------------------------------------ the status date


def test_each_project_of_a_file_keeps_its_own_data_date(xer):
    other = {"proj_id": "101", "proj_short_name": "ROAD", "last_recalc_date": "2027-01-05 08:00"}
    made = xer([{}, {"proj_id": "101", "wbs_id": "301"}], tables=second_project(other), project=WEDNESDAY)
    dates = dates_of(made)
    assert (dates["HOUSE.A1"].start, dates["ROAD.A2"].start) == (datetime(2027, 1, 6, 8), datetime(2027, 1, 5, 8))
    assert is_said(made, "each keeps its own")


def second_project(row):
    """Tables that put one more project, with a WBS of its own, into an XER file."""
    wbs = {"wbs_id": "301", "proj_id": "101", "wbs_short_name": "ROAD", "wbs_name": "A road", "proj_node_flag": "Y", "parent_wbs_id": ""}
    return {"PROJECT+": [row], "PROJWBS+": [wbs]}


def test_actual_dates_after_the_data_date_are_kept_and_said(xer):
    made = xer([finished(), {}], [link(1, 2)], project={"last_recalc_date": "2027-01-05 10:00"})
    assert dates_of(made)["HOUSE.A2"].start == datetime(2027, 1, 5, 10)
    assert is_said(made, "1 task with actual dates after the status date")


def test_a_data_date_after_every_date_in_the_file_is_said(xer):
    early = {"early_start_date": "2027-01-04 08:00", "early_end_date": "2027-01-08 16:00"}
    made = xer([early], project={"last_recalc_date": "2027-03-01 08:00"})
    assert is_said(made, "01 Mar 2027 08:00 lies after every date in the file", "record progress")
    assert not is_said(xer([early]), "lies after every date")


def test_a_data_date_before_the_start_of_the_project_is_said(xer):
    made = xer([{}], project={"last_recalc_date": "2026-12-01 08:00"})
    assert is_said(made, "01 Dec 2026 08:00 lies before the project's start")
    assert dates_of(made)["HOUSE.A1"].start == datetime(2027, 1, 4, 8)


def test_a_schedule_that_was_never_scheduled_is_said(xer):
    assert is_said(xer([{}]), "it was never scheduled in its tool")
    early = {"early_start_date": "2027-01-04 08:00", "early_end_date": "2027-01-08 16:00"}
    assert not is_said(xer([early]), "never scheduled")


# ------------------------------------------------------------------ work that MS Project leaves where it was

BEHIND = {"EarlyStart": "2026-12-21T08:00:00", "EarlyFinish": "2026-12-25T17:00:00"}


def test_a_constrained_task_of_ms_project_that_begins_before_its_project_is_compared_there_and_forecast_later(mspdi):
    other = mspdi_task(2, EarlyStart="2027-01-04T08:00:00", EarlyFinish="2027-01-08T17:00:00")
    made = mspdi([mspdi_task(1, ConstraintType=4, ConstraintDate="2026-12-21T08:00:00", **BEHIND), other])
    assert dates_of(made)["house.1"].start == datetime(2026, 12, 21, 8)
    assert dates_of(made)["house.2"].start == datetime(2027, 1, 4, 8)
    assert schedule(made.portfolio())["house.1"].start == datetime(2027, 1, 4, 8)
    assert is_said(made, "1 unfinished task that the file has before the status date 04 Jan 2027 08:00")


def test_work_that_a_file_has_moved_to_its_status_date_is_compared_there(mspdi):
    after = {"EarlyStart": "2027-01-06T08:00:00", "EarlyFinish": "2027-01-12T17:00:00"}
    made = mspdi([mspdi_task(1, **after)], head=AT_WEDNESDAY)
    assert dates_of(made)["house.1"].start == datetime(2027, 1, 6, 8)
    assert not is_said(made, "before the status date")
