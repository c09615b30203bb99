"""Several schedule files in one folder: a portfolio in which every project keeps what it has in its own file."""

from datetime import datetime

import pytest
from interchange.test_joining import road, with_stub
from schedule_files import mspdi_calendar, mspdi_task, mspdi_text, xer_text

from pmosim.exchange.folder import write_import
from pmosim.exchange.scenario import SCENARIO
from pmosim.exchange.together import together
from pmosim.interchange.schedules import read_schedule
from pmosim.model.schedule import schedule
from pmosim.scenario.reader import read_scenario

pytestmark = pytest.mark.java


@pytest.fixture
def files(tmp_path):
    """Writes files and reads them together; and as a folder, read back."""

    def write(**texts):
        paths = []
        for name, text in texts.items():
            paths.append(tmp_path / f"{name}{'.xml' if text.lstrip().startswith('<') else '.xer'}")
            paths[-1].write_text(text)
        read = together([read_schedule(path) for path in paths])
        write_import(read, tmp_path / "folder")
        return read, read_scenario(tmp_path / "folder" / SCENARIO).portfolio

    return write


def test_links_from_file_to_file_are_kept(files):
    read, portfolio = files(house=with_stub(), road=road())
    assert list(portfolio.project) == ["HOUSE", "ROAD"]
    assert [(str(link), link.lag.minutes) for link in portfolio.links] == [("ROAD.R1 -FS-> HOUSE.A1", 480)]
    assert schedule(portfolio) == schedule(read.portfolio())
    assert schedule(portfolio)["HOUSE.A1"].start == datetime(2027, 1, 19, 8)


def test_every_file_keeps_its_own_status_date(files):
    later = xer_text([{}], project={"proj_short_name": "SHED", "last_recalc_date": "2027-02-01 08:00"})
    _, portfolio = files(house=xer_text([{}]), shed=later)
    assert [portfolio.status_of(id) for id in ("HOUSE", "SHED")] == [datetime(2027, 1, 4, 8), datetime(2027, 2, 1, 8)]


def test_two_projects_of_one_name_are_told_apart(files):
    _, portfolio = files(house=xer_text([{}]), copy=xer_text([{}, {}]))
    assert {id: len(project.tasks) for id, project in portfolio.project.items()} == {"HOUSE": 2, "HOUSE_2": 3}


def with_calendar(*shifts):
    return mspdi_text([mspdi_task(1)], calendars=[mspdi_calendar(1, "Site", shifts=shifts)])


WHOLE, HALF = with_calendar(("08:00", "12:00"), ("13:00", "17:00")), with_calendar(("08:00", "12:00"))


@pytest.mark.parametrize(("second", "calendars"), [(WHOLE, ["Site", "Site"]), (HALF, ["Site", "two:Site"])])
def test_calendars_of_one_name_are_one_where_they_are_alike_and_two_where_they_differ(files, second, calendars):
    read, portfolio = files(one=WHOLE, two=second)
    assert [task.calendar for task in portfolio.tasks.values()] == calendars
    assert schedule(portfolio) == schedule(read.portfolio())


def test_the_command_wants_a_name_for_the_folder_of_several(files, command, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.xer").write_text(xer_text([{}], project={"proj_short_name": name.upper()}))
    code, _, told = command("import", "one.xer", "two.xer")
    assert (code, "--output" in told) == (2, True)
    code, said, _ = command("import", "one.xer", "two.xer", "-o", "both")
    assert (code, said) == (0, "2 projects, 2 tasks, 0 links\n")
    assert (tmp_path / "both" / "TWO.csv").exists()
