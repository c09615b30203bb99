"""Constraints, deadlines and options of files: what they become, and what they do to the dates."""

from datetime import datetime

import pytest
from schedule_files import dates_of, is_said, mspdi_link, mspdi_task

from pmosim.model.tasks import Constraint, ConstraintKind, Logic

pytestmark = pytest.mark.java

LATER = datetime(2027, 1, 13, 8)  # a Wednesday
CONSTRAINTS_OF_P6 = {
    "CS_MSOA": (ConstraintKind.START_NO_EARLIER,),
    "CS_MSOB": (ConstraintKind.START_NO_LATER,),
    "CS_MEOA": (ConstraintKind.FINISH_NO_EARLIER,),
    "CS_MEOB": (ConstraintKind.FINISH_NO_LATER,),
    "CS_MSO": (ConstraintKind.START_NO_EARLIER, ConstraintKind.START_NO_LATER),
    "CS_MEO": (ConstraintKind.FINISH_NO_EARLIER, ConstraintKind.FINISH_NO_LATER),
    "CS_MANDSTART": (ConstraintKind.MUST_START,),
    "CS_MANDFIN": (ConstraintKind.MUST_FINISH,),
}
CONSTRAINTS_OF_MS_PROJECT = {
    2: ConstraintKind.MUST_START,
    3: ConstraintKind.MUST_FINISH,
    4: ConstraintKind.START_NO_EARLIER,
    5: ConstraintKind.START_NO_LATER,
    6: ConstraintKind.FINISH_NO_EARLIER,
    7: ConstraintKind.FINISH_NO_LATER,
}


@pytest.mark.parametrize("kind", CONSTRAINTS_OF_P6)
@pytest.mark.parametrize("which", ["", "2"])
def test_every_constraint_of_primavera_is_read_be_it_primary_or_secondary(xer, kind, which):
    made = xer([{f"cstr_type{which}": kind, f"cstr_date{which}": "2027-01-13 08:00"}])
    assert made.tasks["HOUSE.A1"].constraints == tuple(Constraint(own, LATER) for own in CONSTRAINTS_OF_P6[kind])


def test_primary_and_secondary_constraints_both_hold(xer):
    both = {"cstr_type": "CS_MSOA", "cstr_date": "2027-01-06 08:00", "cstr_type2": "CS_MEOB", "cstr_date2": "2027-01-08 16:00"}
    made = xer([both])
    dates = dates_of(made)["HOUSE.A1"]
    assert dates.start == datetime(2027, 1, 6, 8)
    assert dates.late_finish == datetime(2027, 1, 8, 16)
    assert dates.total_float == -2 * 480


@pytest.mark.parametrize("number", CONSTRAINTS_OF_MS_PROJECT)
def test_every_constraint_of_ms_project_is_read(mspdi, number):
    made = mspdi([mspdi_task(1, ConstraintType=number, ConstraintDate="2027-01-13T08:00:00")])
    assert made.tasks["house.1"].constraints == (Constraint(CONSTRAINTS_OF_MS_PROJECT[number], LATER),)


def test_as_late_as_possible_needs_no_date(xer, mspdi):
    late = (Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE),)
    assert xer([{"cstr_type": "CS_ALAP"}]).tasks["HOUSE.A1"].constraints == late
    assert mspdi([mspdi_task(1, ConstraintType=1)]).tasks["house.1"].constraints == late


def test_a_constraint_without_a_date_is_left_out_and_said(xer):
    made = xer([{"cstr_type": "CS_MSOA"}])
    assert made.tasks["HOUSE.A1"].constraints == ()
    assert is_said(made, "1 constraint without a date")


def test_an_expected_finish_stretches_the_work_to_its_date(xer):
    made = xer([{"expect_end_date": "2027-01-13 16:00"}], options={"sched_use_expect_end_flag": "Y"})
    assert dates_of(made)["HOUSE.A1"].finish == datetime(2027, 1, 13, 16)
    assert is_said(made, "1 expected finish date: the remaining duration reaches")


def test_an_expected_finish_is_not_used_where_the_files_option_says_so(xer):
    made = xer([{"expect_end_date": "2027-01-13 16:00"}], options={"sched_use_expect_end_flag": "N"})
    assert dates_of(made)["HOUSE.A1"].finish == datetime(2027, 1, 8, 16)
    assert is_said(made, "1 expected finish date not used")


def test_external_dates_hold_the_start_and_limit_the_finish(xer):
    made = xer([{"external_early_start_date": "2027-01-06 08:00", "external_late_end_date": "2027-01-11 16:00"}])
    dates = dates_of(made)["HOUSE.A1"]
    assert (dates.start, dates.late_finish) == (datetime(2027, 1, 6, 8), datetime(2027, 1, 11, 16))
    assert is_said(made, "1 external early start")
    assert is_said(made, "1 external late finish")


# ------------------------------------------------------------------ promises


def test_a_deadline_is_a_target_and_holds_nothing_back(mspdi):
    made = mspdi([mspdi_task(1, Deadline="2027-01-05T17:00:00")])
    assert [(target.node, target.finish) for target in made.targets] == [("house.1", datetime(2027, 1, 5, 17))]
    assert dates_of(made)["house.1"].finish == datetime(2027, 1, 8, 17)


def test_a_deadline_before_the_status_date_is_no_target_and_said(mspdi):
    made = mspdi([mspdi_task(1, Deadline="2027-01-05T17:00:00")], head="<StatusDate>2027-01-08T08:00:00</StatusDate>")
    assert made.targets == ()
    assert is_said(made, "1 date asked for (must finish by, deadlines) before the status date left out of the targets")


def test_a_must_finish_by_date_is_a_target_and_takes_float_away(xer):
    made = xer([{}], project={"plan_end_date": "2027-01-06 16:00"})
    assert [(target.node, target.finish) for target in made.targets] == [("HOUSE.finish", datetime(2027, 1, 6, 16))]
    dates = dates_of(made)["HOUSE.A1"]
    assert (dates.finish, dates.total_float) == (datetime(2027, 1, 8, 16), -2 * 480)


def test_a_project_that_is_scheduled_from_its_finish_is_scheduled_forward_with_its_finish_as_a_target(mspdi):
    tasks = [mspdi_task(1, duration="PT80H0M0S"), mspdi_task(2, ConstraintType=1), mspdi_task(3, links=mspdi_link(1) + mspdi_link(2))]
    head = "<FinishDate>2027-01-29T17:00:00</FinishDate>"
    made = mspdi(tasks, head=head, from_start=0)
    dates = dates_of(made)
    assert dates["house.2"].start == datetime(2027, 1, 11, 8)  # as late as the third allows
    assert [(target.node, target.finish) for target in made.targets] == [("house.finish", datetime(2027, 1, 29, 17))]
    assert is_said(made, "scheduled from its finish (29 Jan 2027 17:00)", "forward from its start")


# ------------------------------------------------------------------ options


@pytest.mark.parametrize(
    ("retained", "override", "logic"), [("Y", "N", Logic.RETAINED), ("N", "Y", Logic.OVERRIDE), ("N", "N", Logic.ACTUAL_DATES)]
)
def test_the_option_for_work_out_of_sequence_is_read(xer, retained, override, logic):
    made = xer([{}], options={"sched_retained_logic": retained, "sched_progress_override": override})
    assert made.projects[0].rules.logic is logic


def test_levelling_delays_are_said(mspdi):
    assert is_said(mspdi([mspdi_task(1, LevelingDelay=4800, LevelingDelayFormat=7)]), "1 task with a levelling delay")


def test_inserted_projects_are_said(mspdi):
    assert is_said(mspdi([mspdi_task(1, SubprojectName="road.mpp", IsSubproject=1)]), "1 inserted project kept as one task")
