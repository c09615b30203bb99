"""Our deterministic dates against those that the planner's tool stored in its file."""

from datetime import datetime

import pytest
from schedule_files import DATA, MEASURED, PAGE, parity_rows

from pmosim.interchange.parity import parity
from pmosim.interchange.schedules import read_schedule
from pmosim.model.schedule import Dates, schedule
from pmosim.model.tasks import Link, Progress, StoredDates, Task, TaskKind

MON, TUE, FRI = (datetime(2027, 1, day, 8) for day in (4, 5, 8))
EVENING = datetime(2027, 1, 8, 17)


def of(ours, stored, **task):
    """Parity of one task: our start and finish, and those in the file."""
    return parity("house.xer", {"h.a": Task("a", stored=StoredDates(*stored), **task)}, {"h.a": Dates(*ours)})


def test_equal_dates_agree_to_the_minute_and_to_the_day():
    found = of((MON, EVENING), (MON, EVENING))
    assert (found.compared, found.to_the_minute, found.to_the_day, found.differing) == (1, 1, 1, ())


def test_another_hour_of_the_same_day_agrees_to_the_day_alone():
    found = of((MON, EVENING), (MON.replace(hour=9), EVENING))
    assert (found.compared, found.to_the_minute, found.to_the_day) == (1, 0, 1)
    assert found.differing == ("h.a a: start 04 Jan 2027 08:00, file 04 Jan 2027 09:00",)


def test_another_day_agrees_with_nothing():
    found = of((MON, FRI), (TUE, EVENING))
    assert (found.to_the_minute, found.to_the_day) == (0, 0)
    assert found.differing == ("h.a a: start 04 Jan 2027 08:00, file 05 Jan 2027 08:00; finish 08 Jan 2027 08:00, file 08 Jan 2027 17:00",)


def test_of_a_task_in_progress_only_the_finish_is_compared():
    found = of((MON, EVENING), (TUE, EVENING), progress=Progress(MON))
    assert (found.compared, found.to_the_minute) == (1, 1)


@pytest.mark.parametrize("more", [{"progress": Progress(MON, EVENING)}, {"kind": TaskKind.SUMMARY}])
def test_finished_tasks_and_summaries_are_not_compared(more):
    assert of((MON, EVENING), (TUE, EVENING), **more).compared == 0


def test_tasks_without_stored_dates_are_not_compared():
    assert of((MON, EVENING), (None, None)).compared == 0


def test_the_worst_come_first_and_only_so_many():
    tasks = {f"h.{n}": Task(str(n), stored=StoredDates(MON, None)) for n in range(5)}
    dates = {f"h.{n}": Dates(datetime(2027, 1, 4 + n, 8), EVENING) for n in range(5)}
    found = parity("house.xer", tasks, dates, worst=2)
    assert [line.split()[0] for line in found.differing] == ["h.4", "h.3"]
    assert str(found) == "house.xer: 1 of 5 tasks to the minute, 1 to the day"


def test_the_tasks_at_which_differences_begin_come_first():
    tasks = {f"h.{n}": Task(str(n), stored=StoredDates(MON, None)) for n in range(3)}
    dates = {"h.0": Dates(MON, EVENING), "h.1": Dates(TUE, EVENING), "h.2": Dates(FRI, EVENING)}
    found = parity("house.xer", tasks, dates, [Link("h.0", "h.1"), Link("h.1", "h.2")])
    assert [line.split()[0] for line in found.differing] == ["h.1", "h.2"]
    assert found.origins == 1


@pytest.mark.java
@pytest.mark.parametrize(
    "name",
    [
        "mdl4ra.xer",
        "mdl4d.xer",
        "actual-task-properties.converted.mspdi.xml",
        "mpxj-task-links-project2013.mspdi.xml",
        "residential-construction.converted.mspdi.xml",
    ],
)
def test_every_early_date_of_the_file_is_ours_to_the_minute(name):
    read = read_schedule(DATA / name)
    found = parity(name, read.tasks, schedule(read.portfolio()))
    unfinished = sum(task.kind is not TaskKind.SUMMARY and not task.is_finished for task in read.tasks.values())
    assert found.differing == ()
    assert found.compared == found.to_the_minute == found.to_the_day == unfinished


@pytest.mark.java
def test_the_table_in_the_documentation_is_what_is_measured():
    assert MEASURED.search(PAGE.read_text(encoding="utf-8"))[0] == parity_rows(), "run: python tests/schedule_files.py"
