"""Files in one portfolio that know of one another's activities."""

from datetime import datetime

import pytest
from schedule_files import link, xer_text

from pmosim.model.schedule import schedule
from pmosim.scenario.reader import read_scenario

pytestmark = pytest.mark.java

ROAD = {"proj_id": "101", "proj_short_name": "ROAD", "last_recalc_date": "2027-01-04 08:00", "plan_start_date": "2027-01-04 08:00"}
TOP = {"wbs_id": "301", "proj_id": "101", "wbs_short_name": "ROAD", "wbs_name": "A road", "proj_node_flag": "Y", "parent_wbs_id": ""}
PAVING = {"task_id": "51", "task_code": "R1", "proj_id": "101", "wbs_id": "301", "target_drtn_hr_cnt": "80"}
WAITS = link(51, 1, proj_id="100", pred_proj_id="101", lag_hr_cnt="8")  # HOUSE.A1 waits for ROAD.R1


@pytest.fixture
def portfolio(tmp_path):
    """The portfolio of two files, and the scenario's notes."""

    def of(house, road):
        (tmp_path / "house.xer").write_text(house)
        (tmp_path / "road.xer").write_text(road)
        text = "pmosim: 1\nname: two\nprojects:\n  villa: {schedule: house.xer}\n  street: {schedule: road.xer}\n"
        (tmp_path / "two.yaml").write_text(text)
        read = read_scenario(tmp_path / "two.yaml")
        return read.portfolio, read.notes

    return of


def road(activities=(PAVING,), links=()):
    """The other project's own file."""
    only = [{**activity, "proj_id": "101", "wbs_id": "301"} for activity in activities]
    return xer_text(only, links, project=ROAD, tables={"PROJWBS": [TOP]})


def with_stub():
    """The house's file, with what it waits for of the road: as its planner last saw it, half as long."""
    came_along = {**ROAD, "export_flag": "N"}
    return xer_text([{}, {**PAVING, "target_drtn_hr_cnt": "40"}], [WAITS], tables={"PROJECT+": [came_along], "PROJWBS+": [TOP]})


def test_where_both_files_are_there_the_links_lead_to_the_other_projects_own_file(portfolio):
    both, notes = portfolio(with_stub(), road())
    assert list(both.project) == ["villa", "street"]
    assert [(str(one), one.lag.minutes) for one in both.links] == [("street.R1 -FS-> villa.A1", 480)]
    assert both.tasks["street.R1"].planned == 80 * 60
    assert schedule(both)["villa.A1"].start == datetime(2027, 1, 19, 8)  # two weeks of paving, and a day
    assert "house.xer: 1 link leads to other files of the portfolio and holds" in notes


def test_a_link_that_stands_in_both_files_counts_once(portfolio):
    back = {**PAVING}
    house_stub = {"task_id": "1", "task_code": "A1", "proj_id": "100", "wbs_id": "201"}
    wbs = {"wbs_id": "201", "proj_id": "100", "wbs_short_name": "HOUSE", "wbs_name": "H", "proj_node_flag": "Y", "parent_wbs_id": ""}
    home = {"proj_id": "100", "proj_short_name": "HOUSE", "last_recalc_date": "2027-01-04 08:00", "plan_start_date": "2027-01-04 08:00"}
    other = xer_text(
        [{**back, "proj_id": "101", "wbs_id": "301"}, house_stub],
        [WAITS],
        project=ROAD,
        tables={"PROJWBS": [TOP, wbs], "PROJECT+": [{**home, "export_flag": "N"}]},
    )
    both, _ = portfolio(with_stub(), other)
    assert list(both.project) == ["villa", "street"]
    assert [str(one) for one in both.links] == ["street.R1 -FS-> villa.A1"]


def test_links_to_activities_that_were_not_exported_are_found_by_their_numbers(portfolio):
    both, notes = portfolio(xer_text([{}], [WAITS]), road())
    assert [(str(one), one.lag.minutes) for one in both.links] == [("street.R1 -FS-> villa.A1", 480)]
    assert not any("not in the file" in note for note in notes)
    assert "house.xer: 1 link leads to other files of the portfolio and holds" in notes


def test_what_leads_to_a_third_project_is_still_said(portfolio):
    third = link(700, 1, proj_id="100", pred_proj_id="999")
    both, notes = portfolio(xer_text([{}], [WAITS, third]), road())
    assert [str(one) for one in both.links] == ["street.R1 -FS-> villa.A1"]
    assert any("1 link to work that is not in the file left out (at A1)" in note for note in notes)


def test_links_to_activities_that_the_other_project_no_longer_has_are_said(portfolio):
    both, notes = portfolio(with_stub(), road([{**PAVING, "task_id": "52", "task_code": "R2"}]))
    assert both.links == ()
    assert any("1 link leads to activities that are no longer in the other project's own file" in note for note in notes)


def test_a_file_alone_keeps_what_came_along(tmp_path):
    (tmp_path / "house.xer").write_text(with_stub())
    (tmp_path / "one.yaml").write_text("pmosim: 1\nschedule: house.xer\n")
    portfolio = read_scenario(tmp_path / "one.yaml").portfolio
    assert list(portfolio.project) == ["HOUSE", "ROAD"]
    assert [str(one) for one in portfolio.links] == ["ROAD.R1 -FS-> HOUSE.A1"]
