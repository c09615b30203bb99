"""MPXJ's own schedulers as referees: our deterministic dates against theirs, task by task.

Where they disagree on a real file, what the planner's tool stored decides. On made files there is no such witness: they
stay within what the referee knows, and dates are compared as working minutes, for MPXJ sometimes names the next
morning where it means the evening.
"""

import pytest
from made_networks import ms_project, primavera
from referees import verdicts
from schedule_files import DATA, dates_of, unpacked

from pmosim.interchange.schedules import read_schedule
from pmosim.model.tasks import TaskKind

pytestmark = pytest.mark.java

FILES = {  # how many unfinished tasks, and on how many of them MPXJ agrees with us: early dates, late dates
    "mdl4ra.xer": (62, 62, 62),
    "mdl4d.xer": (62, 62, 62),
    # MPXJ retains the logic, whatever the file's option says, and takes a mandatory finish before the data date
    "progressed-695.redacted.xer": (621, 207, 617),
    "actual-task-properties.converted.mspdi.xml": (11, 11, 11),
    "mpxj-task-links-project2013.mspdi.xml": (16, 16, 16),
    "residential-construction.converted.mspdi.xml": (89, 89, 83),
    "mpsp-j30-a10-nr1.converted.mspdi.xml": (320, 320, 310),
}


@pytest.fixture(scope="module")
def refereed(tmp_path_factory):
    """Per file: (task, our dates, the referee's verdict) of every unfinished task."""
    done = {}

    def of(name):
        if name not in done:
            path = DATA / name if (DATA / name).exists() else unpacked(name, tmp_path_factory.mktemp("unpacked"))
            done[name] = [*_compared(path)]
        return done[name]

    return of


def _compared(path):
    made = read_schedule(path)
    dates, judged = dates_of(made), verdicts(path)
    for project in made.projects:
        own = judged.get(project.id) or judged[""]
        for task in project.tasks:
            if task.kind is not TaskKind.SUMMARY and not task.is_finished:
                yield task, dates[f"{project.id}.{task.id}"], own[task.codes.get("Activity ID", task.id)]


def same(pair, other, task):
    """Whether start and finish are equal; of a task in progress, whose start is past, the finish."""
    return pair[1:] == other[1:] if task.progress else pair == other


def early(dates):
    return dates.start, dates.finish


def late(dates):
    return dates.late_start, dates.late_finish


@pytest.mark.parametrize("name", FILES)
def test_where_the_referee_disagrees_on_early_dates_the_planners_tool_agrees_with_us(refereed, name):
    compared = refereed(name)
    agreed = [same(early(dates), verdict.early, task) for task, dates, verdict in compared]
    witnessed = [same(early(dates), (task.stored.early_start, task.stored.early_finish), task) for task, dates, _ in compared]
    assert (len(compared), sum(agreed)) == FILES[name][:2]
    assert [one[0].id for one, *says in zip(compared, agreed, witnessed, strict=True) if not any(says)] == []


@pytest.mark.parametrize("name", FILES)
def test_where_the_referee_disagrees_on_late_dates_the_planners_tool_agrees_with_us(refereed, name):
    compared = refereed(name)
    agreed = [same(late(dates), verdict.late, task) for task, dates, verdict in compared]
    witnessed = [same(late(dates), (task.stored.late_start, task.stored.late_finish), task) for task, dates, _ in compared]
    assert sum(agreed) == FILES[name][2]
    assert [one[0].id for one, *says in zip(compared, agreed, witnessed, strict=True) if not any(says)] == []


# ------------------------------------------------------------------ made files

ON_ONE_CALENDAR = {
    "links and lags": {},
    "a data date in mid-shift": {"data_date": "2027-01-11 10:00"},
    "constraints": {"constraints": True},
    "constraints and a data date": {"constraints": True, "data_date": "2027-01-11 10:00"},
}


def differing(path, which):
    """Ids of the tasks of which the referee sees another start or finish, in working minutes of the task's calendar."""
    made = read_schedule(path)
    clocks = {calendar.id: calendar.clock(made.portfolio().epoch) for calendar in made.calendars}
    compared = [*_compared(path)]
    assert len(compared) > 10
    for task, dates, verdict in compared:
        if verdict.early[1] < verdict.early[0]:
            continue  # MPXJ lets a start-no-earlier-than date move the start away from a finish that a link holds
        clock = clocks[task.calendar]
        ours, theirs = (early(dates), verdict.early) if which == "early" else (late(dates), verdict.late)
        if not same([clock.work_at(one) for one in ours], [clock.work_at(one) for one in theirs], task):
            yield task.id, ours, theirs


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("what", ON_ONE_CALENDAR)
def test_early_dates_of_made_networks_of_primavera_are_the_referees(tmp_path, what, seed):
    path = tmp_path / "house.xer"
    path.write_text(primavera(seed, **ON_ONE_CALENDAR[what]))
    assert [*differing(path, "early")] == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("what", ["links and lags", "a data date in mid-shift"])
def test_late_dates_of_made_networks_of_primavera_are_the_referees(tmp_path, what, seed):
    path = tmp_path / "house.xer"
    path.write_text(primavera(seed, **ON_ONE_CALENDAR[what]))
    assert [*differing(path, "late")] == []


@pytest.mark.parametrize("seed", range(6))
def test_early_dates_between_two_calendars_of_primavera_are_the_referees(tmp_path, seed):
    path = tmp_path / "house.xer"
    path.write_text(primavera(seed, calendars=2))
    assert [*differing(path, "early")] == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("options", [{}, {"calendars": 2}, {"constraints": True}], ids=["links and lags", "two calendars", "constraints"])
def test_early_dates_of_made_networks_of_ms_project_are_the_referees(tmp_path, options, seed):
    path = tmp_path / "house.xml"
    path.write_text(ms_project(seed, **options))
    assert [*differing(path, "early")] == []


@pytest.mark.parametrize("seed", range(6))
def test_late_dates_of_made_networks_of_ms_project_are_the_referees(tmp_path, seed):
    path = tmp_path / "house.xml"
    path.write_text(ms_project(seed))
    assert [*differing(path, "late")] == []
