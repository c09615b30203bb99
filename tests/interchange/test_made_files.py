"""What the real files do not show: one small file for each promise."""

from datetime import date, datetime

import pytest
from schedule_files import FIVE_DAYS, link, mspdi_calendar, mspdi_link, mspdi_task, xer_calendar

from pmosim.model.schedule import schedule
from pmosim.model.tasks import ELAPSED, Lag, LagCalendar, TaskKind

pytestmark = pytest.mark.java


def lags(made):
    return [link.lag for link in made.links]


# ------------------------------------------------------------------ names and ids


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_names_are_read_in_whatever_encoding_primavera_wrote_them(xer, encoding):
    made = xer([{"task_name": "Gründung für Tür – Süd"}], encoding=encoding)
    assert made.tasks["HOUSE.A1"].name == "Gründung für Tür – Süd"


def test_ids_with_dots_and_spaces_are_cleaned_and_told_apart_and_the_originals_kept(xer):
    made = xer([{"task_code": "A.1 x"}, {"task_code": "A 1.x"}, {"task_code": "plain-1"}], [link(1, 2), link(2, 3)])
    originals = {id: task.codes.get("Activity ID") for id, task in made.tasks.items() if task.kind is TaskKind.TASK}
    assert originals.keys() == {"HOUSE.A_1_x", "HOUSE.A_1_x_2", "HOUSE.plain-1"}
    assert {originals["HOUSE.A_1_x"], originals["HOUSE.A_1_x_2"]} == {"A.1 x", "A 1.x"}
    assert originals["HOUSE.plain-1"] is None
    assert any("2 ids changed" in warning for warning in made.warnings)
    made.portfolio()


def test_an_activity_called_finish_does_not_pass_for_the_finish_of_the_project(xer):
    made = xer([{"task_code": "finish"}])
    assert "HOUSE.finish" not in made.tasks
    assert made.tasks["HOUSE.finish_2"].codes["Activity ID"] == "finish"


def test_wbs_elements_without_activities_are_left_out(xer):
    made = xer([{}])
    assert [task.name for task in made.tasks.values() if task.kind is TaskKind.SUMMARY] == ["The shell"]


def test_a_schedule_takes_the_project_id_that_a_portfolio_gives_it(xer):
    placed = xer([{}, {}], [link(1, 2)], project={"plan_end_date": "2027-03-01 17:00"}).renamed({"HOUSE": "tower"}, "tower:")
    assert [project.id for project in placed.projects] == ["tower"]
    assert [str(one) for one in placed.links] == ["tower.A1 -FS-> tower.A2"]
    assert (
        {calendar.id for calendar in placed.calendars}
        == {"tower:Five_days"}
        == {task.calendar for task in placed.tasks.values() if task.planned}
    )
    assert [target.node for target in placed.targets] == ["tower.finish"]
    placed.portfolio()


# ------------------------------------------------------------------ tasks


def test_an_elapsed_duration_runs_round_the_clock(mspdi):
    made = mspdi([mspdi_task(1, duration="PT72H0M0S", DurationFormat=8)])
    assert (made.tasks["house.1"].calendar, made.tasks["house.1"].planned) == (ELAPSED, 3 * 24 * 60)


def test_custom_fields_are_codes_by_the_name_that_the_planner_gave_them(mspdi):
    named = "<FieldID>188743731</FieldID><FieldName>Text1</FieldName><Alias>Phase</Alias>"
    head = f"<ExtendedAttributes><ExtendedAttribute>{named}</ExtendedAttribute></ExtendedAttributes>"
    field = "<ExtendedAttribute><FieldID>188743731</FieldID><Value>Civil works</Value></ExtendedAttribute>"
    made = mspdi([mspdi_task(1, links=field), mspdi_task(2)], head=head)
    assert [dict(task.codes) for task in made.tasks.values()] == [{"Phase": "Civil works"}, {}]


def test_activity_codes_are_read_with_their_descriptions(xer):
    tables = {
        "ACTVTYPE": [{"actv_code_type_id": "1", "actv_code_type": "Phase", "actv_code_type_scope": "AS_Global"}],
        "ACTVCODE": [{"actv_code_id": "11", "actv_code_type_id": "1", "actv_code_name": "Civil works", "short_name": "CIV"}],
        "TASKACTV": [{"task_id": "1", "actv_code_type_id": "1", "actv_code_id": "11", "proj_id": "100"}],
    }
    made = xer([{}, {}], tables=tables)
    assert [dict(task.codes) for task in made.tasks.values() if task.planned] == [{"Phase": "CIV", "Phase description": "Civil works"}, {}]


# ------------------------------------------------------------------ links


@pytest.mark.parametrize(
    ("option", "calendar"),
    [
        ("rcal_Predecessor", LagCalendar.PREDECESSOR),
        ("rcal_Successor", LagCalendar.SUCCESSOR),
        ("rcal_ProjDefault", LagCalendar.PROJECT),
        ("rcal_24Hour", LagCalendar.ELAPSED),
    ],
)
def test_lags_run_on_each_of_primaveras_four_calendars(xer, option, calendar):
    made = xer([{}, {}], [link(1, 2, lag_hr_cnt="16")], options={"sched_calendar_on_relationship_lag": option})
    assert lags(made) == [Lag(960.0, calendar)]


def test_a_lag_in_elapsed_days_runs_round_the_clock(mspdi):
    made = mspdi([mspdi_task(1), mspdi_task(2, links=mspdi_link(1, lag="14400", form="8"))])
    assert lags(made) == [Lag(1440.0, LagCalendar.ELAPSED)]


def test_a_percentage_lag_is_a_share_of_the_predecessor(mspdi):
    made = mspdi([mspdi_task(1, duration="PT80H0M0S"), mspdi_task(2, links=mspdi_link(1, lag="50", form="19"))])
    assert lags(made) == [Lag(0.0, LagCalendar.SUCCESSOR, share=0.5)]
    assert schedule(made.portfolio())["house.2"].start == datetime(2027, 1, 25, 8)  # ten days of work, then five of waiting


def test_links_to_work_that_is_not_in_the_file_are_left_out_and_said(xer, mspdi):
    for made in (xer([{}, {}], [link(1, 7), link(1, 2)]), mspdi([mspdi_task(1, links=mspdi_link(7)), mspdi_task(2, links=mspdi_link(1))])):
        assert len(made.links) == 1
        assert any("1 link to work that is not in the file" in warning for warning in made.warnings)


# ------------------------------------------------------------------ calendars


def calendar_of(made, task):
    return next(one for one in made.calendars if one.id == made.tasks[task].calendar)


def test_a_shift_that_ends_before_it_begins_runs_into_the_next_day(xer):
    nights = "".join(f"(0||{day}()((0||0(s|22:00|f|06:00)())))" for day in range(2, 7)) + "(0||1()())(0||7()())"
    made = xer([{"target_drtn_hr_cnt": "8"}], calendars={"1": ("Nights", "", xer_calendar(nights))})
    assert calendar_of(made, "HOUSE.A1").week[0] == ((22 * 60, 30 * 60),)
    dates = schedule(made.portfolio())["HOUSE.A1"]
    assert (dates.start, dates.finish) == (datetime(2027, 1, 4, 22), datetime(2027, 1, 5, 6))


def test_a_derived_calendar_has_the_exceptions_of_its_base_and_its_own(xer):
    # Primavera counts days from 30 Dec 1899: 46395 is Friday 8 Jan 2027
    calendars = {
        "1": ("Base", "", xer_calendar(FIVE_DAYS, "(0||0(d|46395)())")),
        "2": ("Derived", "1", xer_calendar("", "(0||0(d|46398)())")),
    }
    made = xer([{"clndr_id": "2"}], calendars=calendars)
    assert list(calendar_of(made, "HOUSE.A1").exceptions) == [date(2027, 1, 8), date(2027, 1, 11)]


def test_a_recurring_exception_is_written_out_date_by_date(mspdi):
    every_second_thursday = (
        "<Exception><EnteredByOccurrences>1</EnteredByOccurrences><TimePeriod><FromDate>2027-01-06T00:00:00</FromDate>"
        "<ToDate>2027-02-28T23:59:00</ToDate></TimePeriod><Occurrences>4</Occurrences><Name>Inspection</Name><Type>6</Type>"
        "<DaysOfWeek>16</DaysOfWeek><Period>2</Period><DayWorking>0</DayWorking></Exception>"
    )
    made = mspdi([mspdi_task(1)], calendars=[mspdi_calendar(1, "Standard", exceptions=every_second_thursday)])
    assert list(calendar_of(made, "house.1").exceptions) == [date(2027, 1, 7), date(2027, 1, 21), date(2027, 2, 4), date(2027, 2, 18)]


def test_another_week_for_a_time_is_written_out_day_by_day(mspdi):
    summer = (
        "<WorkWeek><TimePeriod><FromDate>2027-07-05T00:00:00</FromDate><ToDate>2027-07-09T23:59:00</ToDate></TimePeriod><Name>Summer</Name>"
        "<WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>06:00:00</FromTime>"
        "<ToTime>10:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay><WeekDay><DayType>3</DayType><DayWorking>0</DayWorking></WeekDay></WeekDays></WorkWeek>"
    )
    made = mspdi([mspdi_task(1)], calendars=[mspdi_calendar(1, "Standard", weeks=summer)])
    exceptions = calendar_of(made, "house.1").exceptions
    assert (exceptions[date(2027, 7, 5)], exceptions[date(2027, 7, 6)]) == (((6 * 60, 10 * 60),), ())


def test_exceptions_beyond_the_horizon_are_left_out_and_said(mspdi):
    for_ever = (
        "<Exception><TimePeriod><FromDate>2027-01-08T00:00:00</FromDate><ToDate>2149-12-31T23:59:00</ToDate></TimePeriod>"
        "<Name>Closed</Name><Type>1</Type><DayWorking>0</DayWorking></Exception>"
    )
    finish = "<FinishDate>2027-01-08T17:00:00</FinishDate>"
    made = mspdi([mspdi_task(1)], calendars=[mspdi_calendar(1, "Standard", exceptions=for_ever)], head=finish)
    assert max(calendar_of(made, "house.1").exceptions).year == 2042
    assert any("beyond 31 Dec 2042" in warning for warning in made.warnings)
