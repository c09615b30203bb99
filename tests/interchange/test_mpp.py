"""MS Project's own format, by files that it wrote: read as XML is, with dates that are the file's to the minute."""

from datetime import datetime

import pytest
from schedule_files import DATA, MORE, dates_of, is_said, unpacked

from pmosim.interchange.parity import parity
from pmosim.interchange.schedules import read_schedule
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Pause

pytestmark = pytest.mark.java


@pytest.fixture
def mpp(tmp_path):
    return lambda name: read_schedule(unpacked(name, tmp_path))


def found(read):
    return parity(read.path.name, read.tasks, dates_of(read), read.links)


def test_a_file_of_ms_project_is_the_same_schedule_as_its_xml(mpp):
    ours, xml = mpp("actual-task-properties.mpp"), read_schedule(DATA / "actual-task-properties.converted.mspdi.xml")
    assert [task.name for task in ours.tasks.values()] == [task.name for task in xml.tasks.values()]
    for what in ("planned", "kind", "constraints", "progress", "stored", "pauses"):
        assert [getattr(task, what) for task in ours.tasks.values()] == [getattr(task, what) for task in xml.tasks.values()]
    assert [str(link) for link in ours.links] == [str(link) for link in xml.links]


def test_a_split_task_is_interrupted_where_its_planner_interrupted_it(mpp):
    read = mpp("view-split-tasks.mpp")
    assert read.tasks["view-split-tasks.4"].pauses == (Pause(960, 480), Pause(1920, 480), Pause(2880, 480))
    assert (found(read).compared, found(read).differing) == (8, ())


def test_a_task_whose_resources_differ_ends_with_the_last_of_them_and_the_rest_follows(mpp):
    read = mpp("resource-calendar.mpp")
    assert is_said(read, "1 task whose resources keep different calendars: that of the assignment which ends last")
    # its start is that of the other resource, who begins some hours earlier
    assert [line.split(":")[0] for line in found(read).differing] == ["resource-calendar.4 Task4"]
    assert dates_of(read)["resource-calendar.4"].finish == datetime(2010, 6, 23, 8)


def test_unfinished_work_before_the_status_date_is_compared_where_ms_project_left_it_and_forecast_beyond_it(mpp):
    read = mpp("budget-work-and-cost.mpp")
    assert (found(read).compared, found(read).differing) == (7, ())
    assert min(dates.start for dates in dates_of(read).values()) == datetime(2010, 6, 8, 8)
    forecast = schedule(read.portfolio())
    unfinished = {id: dates for id, dates in forecast.items() if id in read.tasks and not read.tasks[id].is_finished}
    assert min(dates.finish for dates in unfinished.values()) > read.status_date == datetime(2010, 8, 6, 17)
    assert is_said(read, "lies after every date in the file")


def test_a_task_of_another_file_holds_what_waits_for_it(mpp):
    read = mpp("external.mpp")
    assert (found(read).compared, found(read).differing) == (3, ())
    assert is_said(read, "1 task of other files")


def test_cyrillic_names_are_read_in_their_code_page():
    read = read_schedule(MORE / "multiproject-with-external.xer")
    assert read.tasks["TestProject.A1000"].name == "Задача 1"
    assert (found(read).compared, found(read).differing) == (3, ())
    assert all(task.stored.total_float == 0 for task in read.tasks.values() if task.stored)
