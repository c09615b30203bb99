"""Kinds of tasks beyond plain work: what spans other work, what is left out, what the planner pinned or split."""

from datetime import datetime

import pytest
from schedule_files import dates_of, is_said, link, mspdi_assignment, mspdi_link, mspdi_resource, mspdi_task

from pmosim.model.tasks import Constraint, ConstraintKind, LinkKind, Pause, TaskKind

pytestmark = pytest.mark.java


# ------------------------------------------------------------------ work that spans other work


def test_level_of_effort_spans_the_work_that_it_is_linked_to(xer):
    supervision = {"task_type": "TT_LOE", "target_drtn_hr_cnt": "4000"}
    made = xer([{}, supervision, {}], [link(1, 2, pred_type="PR_SS"), link(3, 2, pred_type="PR_FF"), link(1, 3)])
    assert made.tasks["HOUSE.A2"].kind is TaskKind.HAMMOCK
    assert len(made.links) == 3
    dates = dates_of(made)
    assert (dates["HOUSE.A2"].start, dates["HOUSE.A2"].finish) == (datetime(2027, 1, 4, 8), datetime(2027, 1, 15, 16))
    assert is_said(made, "1 level-of-effort, hammock or WBS-summary activity")


def test_level_of_effort_drives_nothing(xer):
    made = xer([{}, {"task_type": "TT_LOE", "target_drtn_hr_cnt": "4000"}, {}], [link(1, 2), link(2, 3)])
    assert dates_of(made)["HOUSE.A3"].start == datetime(2027, 1, 4, 8)


def test_a_wbs_summary_activity_spans_all_that_stands_in_its_wbs_element(xer):
    made = xer([{"task_type": "TT_WBS"}, {}, {}, {"wbs_id": "200"}], [link(2, 3), link(3, 4)])
    spanned = dates_of(made)["HOUSE.A1"]
    assert made.tasks["HOUSE.A1"].kind is TaskKind.HAMMOCK
    assert (spanned.start, spanned.finish) == (datetime(2027, 1, 4, 8), datetime(2027, 1, 15, 16))


# ------------------------------------------------------------------ what is left out


def test_inactive_tasks_are_left_out_with_their_links_and_said(mspdi):
    made = mspdi([mspdi_task(1), mspdi_task(2, active=0, links=mspdi_link(1)), mspdi_task(3, links=mspdi_link(2))])
    assert list(made.tasks) == ["house.1", "house.3"]
    assert dates_of(made)["house.3"].start == datetime(2027, 1, 4, 8)
    assert is_said(made, "1 inactive task left out")
    assert is_said(made, "2 links from or to what was left out are left out too")


def test_lines_that_are_no_work_are_left_out_and_said(mspdi):
    made = mspdi([mspdi_task(1, Milestone=0, Start="2027-01-04T08:00:00"), mspdi_task(2, duration="PT0H0M0S", Milestone=0)])
    assert list(made.tasks) == ["house.1"]
    assert is_said(made, "1 line without duration")


@pytest.mark.parametrize(("flag", "kind"), [(0, TaskKind.TASK), (1, TaskKind.FINISH_MILESTONE)])
def test_a_task_without_duration_is_a_milestone_if_its_planner_calls_it_one(mspdi, flag, kind):
    made = mspdi([mspdi_task(1, Milestone=1, duration="PT0H0M0S"), mspdi_task(2, duration="PT0H0M0S", Milestone=flag, links=mspdi_link(1))])
    assert made.tasks["house.2"].kind is kind


# ------------------------------------------------------------------ tasks of other files

GHOST = {"ExternalTask": 1, "Start": "2027-01-11T08:00:00", "Finish": "2027-01-13T17:00:00"}


@pytest.mark.parametrize(
    ("kind", "lag", "constraint", "date"),
    [
        ("1", "0", ConstraintKind.START_NO_EARLIER, datetime(2027, 1, 13, 17)),
        ("1", "9600", ConstraintKind.START_NO_EARLIER, datetime(2027, 1, 18, 8)),  # two days' lag
        ("1", "-4800", ConstraintKind.START_NO_EARLIER, datetime(2027, 1, 13, 8)),
        ("3", "0", ConstraintKind.START_NO_EARLIER, datetime(2027, 1, 11, 8)),
        ("0", "0", ConstraintKind.FINISH_NO_EARLIER, datetime(2027, 1, 13, 17)),
        ("0", "4800", ConstraintKind.FINISH_NO_EARLIER, datetime(2027, 1, 14, 17)),
        ("2", "0", ConstraintKind.FINISH_NO_EARLIER, datetime(2027, 1, 11, 8)),
    ],
)
def test_what_waits_for_a_task_of_another_file_waits_for_its_dates(mspdi, kind, lag, constraint, date):
    made = mspdi([mspdi_task(1, **GHOST), mspdi_task(2, links=mspdi_link(1, kind, lag))])
    assert list(made.tasks) == ["house.2"]
    assert made.tasks["house.2"].constraints == (Constraint(constraint, date),)
    assert is_said(made, "1 task of other files", "no earlier than its dates")


def test_all_tasks_below_a_summary_task_wait_for_what_it_waits_for_in_another_file(mspdi):
    tasks = [mspdi_task(1, **GHOST), mspdi_task(2, outline="2", Summary=1, links=mspdi_link(1)), mspdi_task(3, outline="2.1")]
    assert dates_of(mspdi(tasks))["house.3"].start == datetime(2027, 1, 14, 8)


def test_a_link_to_a_task_of_another_file_holds_nothing_back_here(mspdi):
    made = mspdi([mspdi_task(1), mspdi_task(2, **GHOST, links=mspdi_link(1))])
    assert (list(made.tasks), made.links) == (["house.1"], ())


# ------------------------------------------------------------------ summary tasks


def summary(uid, outline, links="", **fields):
    return mspdi_task(uid, outline=outline, Summary=1, links=links, **fields)


def test_a_link_from_a_summary_task_waits_for_the_last_task_below_it(mspdi):
    tasks = [summary(1, "1"), mspdi_task(2, outline="1.1"), mspdi_task(3, outline="1.2", duration="PT80H0M0S")]
    made = mspdi([*tasks, mspdi_task(4, outline="2", links=mspdi_link(1))])
    assert [str(one) for one in made.links] == ["house.1 -FS-> house.4"]
    assert dates_of(made)["house.4"].start == datetime(2027, 1, 18, 8)


def test_a_link_to_a_summary_task_holds_back_every_task_below_it(mspdi):
    made = mspdi([mspdi_task(1), summary(2, "2", mspdi_link(1)), mspdi_task(3, outline="2.1"), mspdi_task(4, outline="2.2")])
    dates = dates_of(made)
    assert dates["house.3"].start == dates["house.4"].start == datetime(2027, 1, 11, 8)


def test_a_link_from_the_start_of_a_summary_task_runs_from_the_first_start_below_it(mspdi):
    tasks = [mspdi_task(1), summary(2, "2"), mspdi_task(3, outline="2.1", links=mspdi_link(1)), mspdi_task(4, outline="2.2")]
    made = mspdi([*tasks, mspdi_task(5, outline="3", links=mspdi_link(2, kind="3", lag="4800"))])
    assert dates_of(made)["house.5"].start == datetime(2027, 1, 5, 8)


def test_a_link_between_a_summary_task_and_its_own_child_is_left_out_and_said(mspdi):
    made = mspdi([summary(1, "1"), mspdi_task(2, outline="1.1", links=mspdi_link(1)), mspdi_task(3, outline="1.2")])
    assert made.links == ()
    assert is_said(made, "1 link between a summary task and a task below it left out")


def test_a_start_constraint_of_a_summary_task_holds_for_the_tasks_below_it(mspdi):
    above = summary(1, "1", ConstraintType=4, ConstraintDate="2027-01-11T08:00:00")
    made = mspdi([above, mspdi_task(2, outline="1.1"), mspdi_task(3, outline="1.2"), mspdi_task(4, outline="2")])
    assert {id for id, task in made.tasks.items() if task.constraints} == {"house.2", "house.3"}
    assert is_said(made, "1 start constraint of summary tasks")


def test_a_deadline_of_a_summary_task_is_a_target(mspdi):
    made = mspdi([summary(1, "1", Deadline="2027-01-29T17:00:00"), mspdi_task(2, outline="1.1"), mspdi_task(3, outline="2")])
    assert [(target.node, target.finish) for target in made.targets] == [("house.1", datetime(2027, 1, 29, 17))]


# ------------------------------------------------------------------ manually scheduled tasks


def test_a_manually_scheduled_task_stays_where_the_planner_put_it_against_its_links(mspdi):
    made = mspdi([mspdi_task(1, duration="PT80H0M0S"), mspdi_task(2, Manual=1, Start="2027-01-06T08:00:00", links=mspdi_link(1))])
    assert made.tasks["house.2"].constraints == (Constraint(ConstraintKind.MUST_START, datetime(2027, 1, 6, 8)),)
    assert dates_of(made)["house.2"].start == datetime(2027, 1, 6, 8)
    assert is_said(made, "1 manually scheduled task stays where")


def test_a_manually_scheduled_task_without_a_start_follows_its_links(mspdi):
    made = mspdi([mspdi_task(1), mspdi_task(2, Manual=1, links=mspdi_link(1))])
    assert dates_of(made)["house.2"].start == datetime(2027, 1, 11, 8)
    assert is_said(made, "without a start")


def test_a_manually_scheduled_summary_task_is_said(mspdi):
    assert is_said(mspdi([summary(1, "1", Manual=1), mspdi_task(2, outline="1.1"), mspdi_task(3, outline="2")]), "summary task: it spans")


# ------------------------------------------------------------------ split tasks


def split(*days, **fields):
    """A task worked on these days of January 2027, and the assignment that says so."""
    hours = len(days) * 8
    return mspdi_task(1, duration=f"PT{hours}H0M0S", **fields), mspdi_assignment(1, 1, days)


def test_the_interruptions_of_a_split_task_are_kept(mspdi):
    task, assignment = split(4, 5, 8, 11)  # two days, two of rest, and two more around a weekend
    made = mspdi([task], resources=[mspdi_resource(1)], assignments=[assignment])
    assert made.tasks["house.1"].pauses == (Pause(after=2 * 480, minutes=2 * 480),)
    assert dates_of(made)["house.1"].finish == datetime(2027, 1, 11, 17)
    assert is_said(made, "1 split task")


def test_work_without_interruption_has_no_pauses(mspdi):
    task, assignment = split(4, 5, 6, 7, 8, 11)
    assert mspdi([task], resources=[mspdi_resource(1)], assignments=[assignment]).tasks["house.1"].pauses == ()


def test_an_activity_in_the_middle_of_primaveras_kinds_keeps_its_links(xer):
    made = xer([{}, {"task_type": "TT_Rsrc"}], [link(1, 2, pred_type="PR_FF")])
    assert made.tasks["HOUSE.A2"].kind is TaskKind.TASK
    assert [one.kind for one in made.links] == [LinkKind.FF]
