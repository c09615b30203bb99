"""Work out of sequence, link by link."""

from dataclasses import replace

import pytest
from small_plans import after, day, hammock, plan, summary, task

from pmosim.model.progress import out_of_sequence
from pmosim.model.project import Project
from pmosim.model.tasks import LagCalendar

STATUS = day(7)  # the second Monday


def overtaken(*tasks, links):
    return [str(one) for one in out_of_sequence(plan(*tasks, links=links, status=STATUS))]


@pytest.mark.parametrize(
    ("kind", "a", "b", "kept"),
    [
        # a link from the finish to the start: b may begin when a has ended
        ("FS", (day(0), day(1, 17)), (day(2), None), True),
        ("FS", (day(0), day(1, 17)), (day(1), None), False),
        ("FS", (day(0), None), (day(1), None), False),
        ("FS", None, (day(1), None), False),
        ("FS", (day(0), None), None, True),
        ("SS", (day(1), None), (day(1), None), True),
        ("SS", (day(1), None), (day(0), None), False),
        ("SS", None, (day(0), None), False),
        ("FF", (day(0), None), (day(0), None), True),  # b has not ended
        ("FF", (day(0), day(1, 17)), (day(0), day(1, 17)), True),
        ("FF", (day(0), day(2, 17)), (day(0), day(1, 17)), False),
        ("FF", (day(0), None), (day(0), day(1, 17)), False),
        ("SF", (day(1), None), (day(0), day(1, 17)), True),
        ("SF", (day(2), None), (day(0), day(1, 17)), False),
        ("SF", None, (day(0), day(1, 17)), False),
    ],
)
def test_each_kind_of_link_asks_for_its_own_ends(kind, a, b, kept):
    tasks = [task(id, 1, **(dict(zip(("started", "finished"), dates, strict=True)) if dates else {})) for id, dates in (("a", a), ("b", b))]
    assert (overtaken(*tasks, links=[f"a b {kind}"]) == []) is kept


def test_what_is_said_names_both_ends():
    ended = task("a", started=day(0), finished=day(2, 17))
    assert overtaken(ended, task("b", started=day(1)), links=["a b"]) == [
        "started on 03 Mar 2026 08:00 against FS after p.a, which finished on 04 Mar 2026 17:00"
    ]
    assert overtaken(task("a"), task("b", started=day(1), finished=day(1, 17)), links=["a b SF"]) == [
        "finished on 03 Mar 2026 17:00 against SF after p.a, which has not started"
    ]


@pytest.mark.parametrize(("lag", "kept"), [("FS 2", False), ("FS 1", True), ("FS -3", True), ("SS 3", True), ("SS 3.5", False)])
def test_lags_and_leads_count(lag, kept):
    ended = task("a", started=day(0), finished=day(1, 17))
    assert (overtaken(ended, task("b", started=day(3)), links=[f"a b {lag}"]) == []) is kept


def test_a_lag_runs_on_its_own_calendar():
    ended = task("a", started=day(0), finished=day(4, 17))  # on Friday evening; twelve hours later it is Saturday
    begun = task("b", started=day(5))
    assert overtaken(ended, begun, links=[after("a b FS 1.5", LagCalendar.ELAPSED)]) == []
    assert len(overtaken(ended, begun, links=[after("a b FS 1.5")])) == 1


@pytest.mark.parametrize(("left", "lead", "kept"), [(1, -1, False), (1, -5, False), (1, -6, True), (3, -6, False)])
def test_a_lead_before_an_end_to_come_counts_back_from_what_is_left(left, lead, kept):
    """b began on the first Monday. With a day left, a ends on the second Monday evening at the earliest, six days after."""
    tasks = [task("a", left, started=day(0)), task("b", started=day(0))]
    assert (overtaken(*tasks, links=[f"a b FS {lead}"]) == []) is kept


def test_a_link_that_was_kept_is_not_named_because_of_another_one():
    tasks = [task("a", started=day(0), finished=day(0, 17)), task("c"), task("b", started=day(1))]
    found = out_of_sequence(plan(*tasks, links=["a b", "c b"], status=STATUS))
    assert [(one.link.predecessor, one.is_open) for one in found] == [("p.c", True)]


def test_summary_tasks_begin_with_the_first_and_end_with_the_last_below_them():
    below = [task("a", started=day(0), finished=day(0, 17), parent="s"), task("b", 1, parent="s")]
    first = [summary("s"), *below, task("c", started=day(1))]
    assert overtaken(*first, links=["s c"]) == ["started on 03 Mar 2026 08:00 against FS after p.s, which has not finished"]
    assert overtaken(*first, links=["s c SS"]) == []


def test_a_summary_task_that_begins_too_early_is_named():
    tasks = [task("a"), summary("s"), task("b", started=day(1), parent="s"), task("c", parent="s")]
    assert len(overtaken(*tasks, links=["a s"])) == 1


def test_hammocks_drive_nothing():
    assert overtaken(hammock("h", started=day(0)), task("a", started=day(1)), links=["h a"]) == []


def test_each_project_has_its_own_status_date():
    """Two days before its own status date, q's task could not yet have been due."""
    other = Project("q", (task("x", 1),), status_date=day(2))
    portfolio = plan(task("a", started=day(2)), links=[after("q.x a FS -1")], others=[other], status=STATUS)
    assert out_of_sequence(portfolio) == ()
    late = replace(portfolio, projects=(portfolio.projects[0], replace(other, status_date=None)))
    assert len(out_of_sequence(late)) == 1
