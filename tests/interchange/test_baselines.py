"""Baselines of planners' files: read, kept, and not simulated."""

from datetime import datetime

import pytest
from schedule_files import is_said, link, mspdi_task, xer_text

from pmosim.exchange.folder import write_import
from pmosim.interchange.schedules import read_schedule
from pmosim.model.tasks import Baseline
from pmosim.scenario.reader import read_scenario, scenario_from_text

pytestmark = pytest.mark.java

AGREED = Baseline(datetime(2027, 1, 4, 8), datetime(2027, 1, 8, 16))


@pytest.fixture
def measured(tmp_path):
    """A Primavera file with the baseline project beside the one that is measured against it."""
    then = {"proj_id": "101", "wbs_id": "301", "target_start_date": "2027-01-04 08:00", "target_end_date": "2027-01-08 16:00"}
    now = {"target_start_date": "2027-01-11 08:00", "target_end_date": "2027-01-15 16:00"}
    base = [then | {"task_id": "11", "task_code": "A 1"}, then | {"task_id": "12", "task_code": "GONE"}]
    wbs = {"proj_id": "101", "wbs_name": "Then"}
    tables = {
        "PROJECT+": [
            {"proj_id": "101", "proj_short_name": "THEN", "clndr_id": "1", "plan_start_date": "2027-01-04 08:00", "export_flag": "N"}
        ],
        "PROJWBS+": [
            wbs | {"wbs_id": "300", "wbs_short_name": "THEN", "proj_node_flag": "Y", "parent_wbs_id": ""},
            wbs | {"wbs_id": "301", "wbs_short_name": "S", "proj_node_flag": "N", "parent_wbs_id": "300"},
        ],
    }
    path = tmp_path / "house.xer"
    activities = [now | {"task_code": "A 1"}, now | {"task_code": "NEW"}, *base]
    path.write_bytes(xer_text(activities, [link(1, 2)], tables=tables, project={"sum_base_proj_id": "101"}).encode())
    return path


def test_the_baseline_project_of_primavera_gives_its_planned_dates_by_activity_id_and_is_no_project_itself(measured):
    made = read_schedule(measured)
    assert [project.id for project in made.projects] == ["HOUSE"]
    assert {id: task.baseline for id, task in made.tasks.items() if task.planned} == {"HOUSE.A_1": AGREED, "HOUSE.NEW": None}
    assert is_said(made, "project 'THEN' is the baseline", "1 task ")
    assert is_said(made, "1 task of the baseline 'THEN' is no longer")


def test_the_planned_dates_of_a_primavera_project_are_no_baseline(xer):
    made = xer([{"target_start_date": "2027-01-04 08:00", "target_end_date": "2027-01-08 16:00"}])
    assert [task.baseline for task in made.tasks.values()] == [None, None]


def test_the_first_baseline_of_ms_project_is_read_with_its_cost(mspdi):
    def baseline(number, start, finish, cost):
        parts = {"Number": number, "Start": start, "Finish": finish, "Cost": cost}
        return "<Baseline>" + "".join(f"<{key}>{value}</{key}>" for key, value in parts.items()) + "</Baseline>"

    first = baseline(0, "2027-01-04T08:00:00", "2027-01-08T16:00:00", 120000)
    second = baseline(1, "2027-02-01T08:00:00", "2027-02-05T17:00:00", 1)
    made = mspdi([mspdi_task(1, links=first + second), mspdi_task(2)])
    assert made.tasks["house.1"].baseline == Baseline(AGREED.start, AGREED.finish, 1200.0)  # MSPDI counts in cents
    assert made.tasks["house.2"].baseline is None


def test_an_imported_folder_keeps_baselines(measured, tmp_path):
    write_import(read_schedule(measured), tmp_path / "folder")
    tasks = read_scenario(tmp_path / "folder" / "scenario.yaml").portfolio.tasks
    assert (tasks["HOUSE.A_1"].baseline, tasks["HOUSE.NEW"].baseline) == (AGREED, None)


def test_planned_dates_of_primavera_stand_for_a_baseline_where_the_scenario_asks_for_it(measured, tmp_path):
    planned = {"target_start_date": "2027-01-04 08:00", "target_end_date": "2027-01-08 16:00"}
    (tmp_path / "own.xer").write_bytes(xer_text([planned]).encode())
    text = "pmosim: 1\nprojects: {own: {schedule: own.xer, baseline: planned}, h: {schedule: house.xer, baseline: planned}}"
    made = scenario_from_text(text, tmp_path / "s.yaml")
    tasks = made.portfolio.tasks
    assert tasks["own.A1"].baseline == AGREED
    assert (tasks["h.A_1"].baseline, tasks["h.NEW"].baseline) == (AGREED, None)  # a real one goes before
    assert any("the planned dates of 1 task stand for its baseline" in note for note in made.notes)
