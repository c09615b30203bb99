"""Early dates, late dates and float of a schedule file against ours, each counted for itself, with the reason where they differ."""

from dataclasses import replace
from datetime import timedelta

import pytest
from schedule_files import DATA, unpacked
from small_plans import after, chain, day, hammock, milestone, on, plan, task

from pmosim.interchange.parity import agreements
from pmosim.interchange.reasons import EARLY, ELSEWHERE, FLOAT, LATE, RESTING, SAME_MINUTE, UNHELD
from pmosim.interchange.schedules import read_schedule
from pmosim.model.plan import plan_of
from pmosim.model.project import Project
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Constraint, ConstraintKind, Reading, StoredDates


def compared(portfolio, source=""):
    hard = plan_of(portfolio, Reading.HARD)
    return agreements(portfolio, source, hard, schedule(portfolio, hard))


def as_computed(portfolio, **other):
    """The portfolio with what we compute as its stored dates, but for those given: task id -> StoredDates."""
    dates = schedule(portfolio, plan_of(portfolio, Reading.HARD))

    def with_dates(project):
        return replace(project, tasks=tuple(replace(task, stored=stored_of(f"{project.id}.{task.id}", task)) for task in project.tasks))

    def stored_of(id, task):
        own = dates[id]
        stored = StoredDates(own.start, own.finish, own.late_start, own.late_finish, own.total_float)
        return replace(stored, **other.get(task.id, {}))

    return replace(portfolio, projects=tuple(map(with_dates, portfolio.projects)))


def why(portfolio, what=EARLY):
    return {one.id.partition(".")[2]: reason for one, reason in compared(portfolio)[what].differing}


THREE = chain(task("a", 2), task("b", 3), task("c", 1))


def test_what_is_as_computed_agrees_in_all_three():
    found = compared(as_computed(THREE))
    assert {what: (one.compared, one.to_the_minute, one.to_the_day, one.differing) for what, one in found.items()} == {
        EARLY: (3, 3, 3, ()),
        LATE: (3, 3, 3, ()),
        FLOAT: (3, 3, 3, ()),
    }


def test_each_figure_is_counted_for_itself():
    portfolio = as_computed(THREE, a={"early_start": day(0, 9)}, b={"late_finish": day(8, 17)}, c={"total_float": 480.0})
    found = compared(portfolio)
    assert [(found[what].to_the_minute, found[what].to_the_day) for what in (EARLY, LATE, FLOAT)] == [(2, 3), (2, 2), (2, 2)]


def test_a_float_less_than_a_working_day_away_agrees_to_the_day():
    (one, _reason), *_ = (found := compared(as_computed(THREE, c={"total_float": 479.0}))[FLOAT]).differing
    assert (found.to_the_minute, found.to_the_day) == (2, 3)
    assert str(one) == "p.c c: float 0 d, file 1 d"


def test_figures_that_the_file_does_not_store_are_not_compared():
    nothing = {"early_start": None, "early_finish": None, "late_start": None, "late_finish": None, "total_float": None}
    found = compared(as_computed(THREE, a=nothing))
    assert [found[what].compared for what in (EARLY, LATE, FLOAT)] == [2, 2, 2]


def test_finished_work_and_other_files_are_not_compared():
    done = replace(as_computed(plan(task("a", started=day(0), finished=day(0, 17)), task("b"))), status_date=day(1))
    assert [one.compared for one in compared(done).values()] == [1, 1, 1]
    assert [one.compared for one in compared(done, "another.xer").values()] == [0, 0, 0]


def test_of_work_in_progress_the_starts_are_past():
    portfolio = plan(task("a", 2, started=day(0)), status=day(1))
    found = compared(as_computed(portfolio, a={"early_start": day(3), "late_start": day(3)}))
    assert [found[what].to_the_minute for what in (EARLY, LATE)] == [1, 1]


def test_what_follows_from_an_earlier_difference_names_where_it_begins_and_comes_after_it():
    late = {"early_start": day(3), "early_finish": day(3, 17)}
    portfolio = as_computed(THREE, a=late, b=late, c=late)
    found = compared(portfolio)[EARLY]
    (first, reason), *others = found.differing
    assert (first.id, reason) == ("p.a", UNHELD)
    assert {one.id: reason for one, reason in others} == {"p.b": "follows from p.a", "p.c": "follows from p.a"}
    assert found.reasons["follows from another task"] == 2


def test_late_dates_follow_from_what_comes_after():
    late = {"late_start": day(21), "late_finish": day(21, 17)}
    assert why(as_computed(THREE, a=late, b=late), LATE) == {"a": "follows from p.b", "b": ""}


def test_a_float_differs_because_dates_do():
    portfolio = as_computed(THREE, a={"early_start": day(1), "total_float": -480.0})
    assert why(portfolio, FLOAT) == {"a": "its early dates differ"}


def test_an_evening_and_the_next_morning_are_the_same_working_minute():
    portfolio = as_computed(THREE, a={"early_finish": day(2, 8)})
    assert why(portfolio) == {"a": SAME_MINUTE}


def test_a_date_outside_the_working_time_of_the_calendar_is_of_another_one():
    assert why(as_computed(THREE, c={"early_finish": day(12, 12)})) == {"c": RESTING}


@pytest.mark.parametrize(
    ("portfolio", "id", "reason"),
    [
        (chain(task("a"), task("b", 1, Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE)), task("c")), "b", "as-late-as-possible"),
        (chain(task("a"), task("b", 1, on("must-start-on", day(2)))), "b", "must-start-on 04 Mar 2026 08:00"),
        (plan(task("a"), hammock("h"), links=["a h SS", "a h FF"]), "h", "a hammock"),
        (plan(task("a", 2, started=day(0)), status=day(1)), "a", "in progress at the status date"),
        (plan(task("a"), others=[Project("q", (task("x"),))], links=[after("q.x a")]), "a", ELSEWHERE),
        (plan(task("a")), "a", UNHELD),
        (chain(milestone("m"), task("a")), "a", ""),
    ],
)
def test_the_most_telling_reason_is_named(portfolio, id, reason):
    later = {"early_start": day(10), "early_finish": day(10, 12)}
    assert why(as_computed(portfolio, **{id: later}))[id] == reason


def test_where_nothing_follows_late_dates_count_back_from_the_end():
    late = {"late_start": day(10), "late_finish": day(10, 12)}
    assert why(as_computed(THREE, c=late), LATE)["c"] == "nothing follows: late dates count back from the end of the project"


def test_the_worst_come_first():
    portfolio = as_computed(plan(task("a"), task("b"), task("c")), **{id: {"early_start": day(n)} for n, id in enumerate("abc")})
    assert [(one.id, one.size) for one, _ in compared(portfolio)[EARLY].differing] == [
        ("p.c", timedelta(days=2)),
        ("p.b", timedelta(days=1)),
    ]


# ------------------------------------------------------------------ real files


@pytest.mark.java
@pytest.mark.parametrize(
    ("name", "early", "late", "total_float"),
    [
        ("actual-task-properties.converted.mspdi.xml", (11, 11), (11, 11), (11, 11)),
        ("mdl4ra.xer", (62, 62), (62, 62), (62, 62)),
        ("mdl4d.xer", (62, 62), (62, 62), (62, 62)),
        ("mpxj-task-links-project2013.mspdi.xml", (16, 16), (16, 16), (16, 16)),
        ("residential-construction.converted.mspdi.xml", (89, 89), (89, 89), (89, 89)),
        ("progressed-695.redacted.xer", (618, 621), (621, 621), (618, 621)),
    ],
)
def test_dates_and_float_of_real_files_agree_to_the_minute(name, early, late, total_float):
    found = compared(read_schedule(DATA / name).portfolio(), name)
    assert {what: (one.to_the_minute, one.compared) for what, one in found.items()} == {EARLY: early, LATE: late, FLOAT: total_float}


@pytest.mark.java
def test_ten_projects_in_one_file_agree_to_the_minute(tmp_path):
    path = unpacked("mpsp-j30-a10-nr1.converted.mspdi.xml", tmp_path)
    found = compared(read_schedule(path).portfolio(), path.name)
    assert {(one.to_the_minute, one.compared) for one in found.values()} == {(320, 320)}


@pytest.mark.java
def test_the_three_dates_of_a_progressed_schedule_that_differ_are_held_by_nothing_in_its_file():
    found = compared(read_schedule(DATA / "progressed-695.redacted.xer").portfolio(), "progressed-695.redacted.xer")
    assert {one.id: reason for one, reason in found[EARLY].differing} == dict.fromkeys(("935.A7720", "935.A7770", "935.A7820"), UNHELD)
    assert found[FLOAT].reasons == {"its early dates differ": 3}
