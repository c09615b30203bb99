"""Schedules that Primavera and MS Project wrote, compared with what stands in the files, read without MPXJ."""

from collections import Counter

import pytest
from schedule_files import DATA, mspdi_links, xer_links, xer_tables

from pmosim.interchange.schedules import read_schedule
from pmosim.model.tasks import ConstraintKind, LagCalendar, TaskKind

pytestmark = pytest.mark.java

XER = ["mdl4ra.xer", "mdl4d.xer", "progressed-695.redacted.xer"]
MSPDI = [
    "actual-task-properties.converted.mspdi.xml",
    "mpxj-task-links-project2013.mspdi.xml",
    "residential-construction.converted.mspdi.xml",
]


@pytest.fixture(scope="module")
def read():
    """Each file is read once."""
    done = {}

    def of(name):
        if name not in done:
            done[name] = read_schedule(DATA / name)
        return done[name]

    return of


def activities(schedule):
    return {id: task for id, task in schedule.tasks.items() if task.kind is not TaskKind.SUMMARY}


@pytest.mark.parametrize("name", XER)
def test_every_activity_of_primavera_is_a_task_of_its_kind(read, name):
    rows = {row["task_code"]: row for row in xer_tables(DATA / name)["TASK"]}
    tasks = {task.id: task for task in activities(read(name)).values()}
    assert tasks.keys() == rows.keys()
    kinds = {"TT_Mile": TaskKind.START_MILESTONE, "TT_FinMile": TaskKind.FINISH_MILESTONE}
    assert {id: task.kind for id, task in tasks.items()} == {code: kinds.get(row["task_type"], TaskKind.TASK) for code, row in rows.items()}
    assert {id: task.name for id, task in tasks.items()} == {code: row["task_name"] for code, row in rows.items()}


@pytest.mark.parametrize("name", XER)
def test_the_planned_duration_is_the_remaining_one_in_minutes(read, name):
    rows = xer_tables(DATA / name)["TASK"]
    remaining = {row["task_code"]: round(60 * float(row["remain_drtn_hr_cnt"])) for row in rows}
    assert {task.id: task.planned for task in activities(read(name)).values()} == remaining


@pytest.mark.parametrize("name", XER)
def test_every_link_of_primavera_is_kept_with_its_lag_as_often_as_it_stands_in_the_file(read, name):
    own = Counter(
        (link.predecessor.partition(".")[2], link.successor.partition(".")[2], str(link.kind), link.lag.minutes)
        for link in read(name).links
    )
    assert own == xer_links(DATA / name)


@pytest.mark.parametrize("name", MSPDI)
def test_every_link_of_ms_project_is_kept_as_often_as_it_stands_in_the_file(read, name):
    own = Counter((link.predecessor.partition(".")[2], link.successor.partition(".")[2], str(link.kind)) for link in read(name).links)
    assert own == mspdi_links(DATA / name)


def test_two_links_between_the_same_two_activities_are_both_kept(read):
    pairs = Counter((link.predecessor, link.successor) for link in read("progressed-695.redacted.xer").links)
    several = {pair for pair, count in pairs.items() if count > 1}
    assert several
    assert sum(pairs[pair] for pair in several) > len(several)


@pytest.mark.parametrize(
    ("name", "calendar"),
    [
        ("mdl4ra.xer", LagCalendar.PREDECESSOR),
        ("progressed-695.redacted.xer", LagCalendar.SUCCESSOR),
        ("mpxj-task-links-project2013.mspdi.xml", LagCalendar.SUCCESSOR),
    ],
)
def test_a_lag_runs_on_the_calendar_that_the_files_own_option_names(read, name, calendar):
    assert {link.lag.calendar for link in read(name).links if link.lag.minutes} == {calendar}


def test_lags_in_days_and_weeks_are_minutes_of_work(read):
    lags = sorted(link.lag.minutes for link in read("mpxj-task-links-project2013.mspdi.xml").links)
    day, week = 480, 2400
    assert lags == [0, day, 2 * day, 2 * day, 2 * day, 2 * day, week, 2 * week]


def test_an_xer_file_with_two_linked_projects_is_two_projects_with_the_links_between_them(read):
    schedule = read("progressed-695.redacted.xer")
    assert [project.id for project in schedule.projects] == ["10001", "935"]  # the exported one first
    between = [link for link in schedule.links if link.predecessor.partition(".")[0] != link.successor.partition(".")[0]]
    assert (
        len(between)
        == sum(row["proj_id"] != row["pred_proj_id"] for row in xer_tables(DATA / "progressed-695.redacted.xer")["TASKPRED"])
        == 3
    )


@pytest.mark.parametrize("name", XER)
def test_the_calendars_that_tasks_keep_are_read_with_hours_and_exceptions(read, name):
    schedule = read(name)
    rows = {row["clndr_id"]: row["clndr_name"] for row in xer_tables(DATA / name)["CALENDAR"]}
    used = {rows[row["clndr_id"]] for row in xer_tables(DATA / name)["TASK"]}
    names = {calendar.id: calendar.name for calendar in schedule.calendars}
    assert {names[task.calendar] for task in activities(schedule).values()} == used
    assert all(calendar.minutes_per_day == 480 for calendar in schedule.calendars)


def test_exceptions_fall_on_their_dates(read):
    schedule = read("progressed-695.redacted.xer")
    calendar = next(one for one in schedule.calendars if one.name == "B11-Standard 5 day workweek - No Shutdown")
    # Primavera counts days from 30 Dec 1899; the one that lies before the schedule cannot matter and is left out
    assert [(day - day.replace(1899, 12, 30)).days for day in calendar.exceptions] == [45597, 45806, 45817, 45834, 45884]
    assert set(calendar.exceptions.values()) == {()}


@pytest.mark.parametrize("name", XER)
def test_early_dates_are_those_of_the_schedule_and_not_the_levelled_ones(read, name):
    rows = {row["task_code"]: row for row in xer_tables(DATA / name)["TASK"]}
    stored = {task.id: task.stored for task in activities(read(name)).values() if not task.is_finished}
    assert {id: f"{dates.early_start:%Y-%m-%d %H:%M}" for id, dates in stored.items()} == {
        id: rows[id]["early_start_date"] for id in stored
    }
    assert {id: f"{dates.early_finish:%Y-%m-%d %H:%M}" for id, dates in stored.items()} == {id: rows[id]["early_end_date"] for id in stored}


def test_actual_dates_are_kept_and_what_is_finished_takes_no_more_time(read):
    rows = {row["task_code"]: row for row in xer_tables(DATA / "progressed-695.redacted.xer")["TASK"]}
    tasks = activities(read("progressed-695.redacted.xer"))
    finished = {task.id: task for task in tasks.values() if task.is_finished}
    assert finished.keys() == {code for code, row in rows.items() if row["status_code"] == "TK_Complete"}
    assert all(
        task.planned == 0 and f"{task.progress.actual_finish:%Y-%m-%d %H:%M}" == rows[id]["act_end_date"] for id, task in finished.items()
    )
    running = {task.id for task in tasks.values() if task.progress and not task.is_finished}
    assert running == {code for code, row in rows.items() if row["status_code"] == "TK_Active"}


def test_the_latest_data_date_of_several_projects_holds_and_is_said(read):
    schedule = read("progressed-695.redacted.xer")
    assert f"{schedule.status_date:%Y-%m-%d %H:%M}" == "2025-04-22 09:40"
    assert any("different status dates" in warning for warning in schedule.warnings)


def test_without_a_status_date_the_last_actual_date_is_taken_and_said(read):
    schedule = read("actual-task-properties.converted.mspdi.xml")
    assert f"{schedule.status_date:%Y-%m-%d %H:%M}" == "2016-11-30 17:00"
    assert any("no status date" in warning for warning in schedule.warnings)


def test_start_on_of_primavera_holds_the_start_from_below_and_is_no_wall(read):
    kinds = Counter(one.kind for task in activities(read("mdl4d.xer")).values() for one in task.constraints)
    assert kinds == {ConstraintKind.START_NO_EARLIER: 50, ConstraintKind.START_NO_LATER: 50}


def test_constraints_of_unfinished_tasks_are_kept(read):
    schedule = read("progressed-695.redacted.xer")
    rows = [row for row in xer_tables(DATA / "progressed-695.redacted.xer")["TASK"] if row["status_code"] != "TK_Complete"]
    stated = Counter(row["cstr_type"] for row in rows if row["cstr_type"])
    own = Counter(one.kind for task in schedule.tasks.values() for one in task.constraints)
    assert own[ConstraintKind.START_NO_EARLIER] == stated["CS_MSOA"]
    assert own[ConstraintKind.AS_LATE_AS_POSSIBLE] == stated["CS_ALAP"] == 6
    assert own[ConstraintKind.MUST_FINISH] == stated["CS_MANDFIN"] == 1


def test_the_wbs_is_summary_tasks_and_the_top_of_it_is_the_project(read):
    schedule = read("mdl4ra.xer")
    summaries = {task.wbs: task for task in schedule.tasks.values() if task.kind is TaskKind.SUMMARY}
    assert summaries.keys() == {"MDL4RA.1", "MDL4RA.H1", "MDL4RA.H2", "MDL4RA.H3", "MDL4RA.H4", "MDL4RA.H5"}
    masonry = schedule.tasks["MDL4RA.C1000"]
    assert (masonry.wbs, masonry.parent, summaries["MDL4RA.H1"].name) == ("MDL4RA.H1", "MDL4RA_H1", "House 1")


def test_summary_tasks_of_ms_project_stand_above_their_tasks(read):
    schedule = read("residential-construction.converted.mspdi.xml")
    kinds = Counter(task.kind for task in schedule.tasks.values())
    assert kinds[TaskKind.SUMMARY] == 19  # of 20 in the file one is the project itself
    assert kinds[TaskKind.TASK] + kinds[TaskKind.FINISH_MILESTONE] == 89
    permit = next(task for task in schedule.tasks.values() if task.name == "Secure framing permit")
    above = schedule.tasks[f"{schedule.projects[0].id}.{permit.parent}"]
    assert (above.name, above.kind) == ("Apply for Permits", TaskKind.SUMMARY)


def test_codes_and_resources_are_read(read):
    milestone = read("progressed-695.redacted.xer").tasks["10001.M1000"]
    assert milestone.codes == {"Code type 1587": "Code 8288", "Code type 1568": "Code 8295", "Code type 1569": "Code 7414"}
    assert read("mdl4ra.xer").tasks["MDL4RA.C1000"].resources == ("Worker 2", "Weekly Expenses")


def test_dates_that_the_file_asks_for_are_targets(read):
    targets = {target.node: target.finish for target in read("progressed-695.redacted.xer").targets}
    assert f"{targets['10001.finish']:%Y-%m-%d %H:%M}" == "2026-04-15 17:00"
    assert f"{targets['10001.A9600']:%Y-%m-%d %H:%M}" == "2025-05-31 09:40"


@pytest.mark.parametrize("name", XER + MSPDI)
def test_what_is_read_makes_a_valid_portfolio(read, name):
    portfolio = read(name).portfolio()
    assert portfolio.tasks.keys() == read(name).tasks.keys()


@pytest.mark.parametrize("writer", ["org.mpxj.mspdi.MSPDIWriter", "org.mpxj.primavera.PrimaveraPMFileWriter"])
def test_the_same_schedule_saved_as_xml_is_the_same_network(read, tmp_path, writer):
    from pmosim.interchange.java import java_class

    project = java_class("org.mpxj.reader.UniversalProjectReader")().read(str(DATA / "mdl4ra.xer"))
    saved = tmp_path / "mdl4ra.xml"
    java_class(writer)().write(project, str(saved))
    first, second = read("mdl4ra.xer"), read_schedule(saved)

    def network(schedule):
        """Neither ids nor names are the same and unique in both, but WBS and name together are."""
        label = {id: (task.wbs, task.name) for id, task in schedule.tasks.items()}
        tasks = {label[id]: task.planned for id, task in activities(schedule).items()}
        return tasks, Counter((label[link.predecessor], label[link.successor], link.kind, link.lag.minutes) for link in schedule.links)

    assert network(first) == network(second)
