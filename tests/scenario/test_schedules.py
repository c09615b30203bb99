"""A planner's schedule file as a project of a scenario."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from pmosim.errors import InvalidScenario
from pmosim.model import laws
from pmosim.model.tasks import TaskKind

pytestmark = pytest.mark.java

SCHEDULE = Path(__file__).parents[2] / "scenarios" / "p6-schedule" / "mdl4ra.xer"


@pytest.fixture
def beside(scenario, tmp_path):
    """A scenario beside the schedule file ``plan.xer``."""
    shutil.copy(SCHEDULE, tmp_path / "plan.xer")
    return lambda text: scenario(text, head="pmosim: 1\n")


def workable(portfolio):
    return {id: task for id, task in portfolio.tasks.items() if task.kind is TaskKind.TASK and task.planned and not task.is_finished}


def test_the_status_date_is_that_of_the_file_unless_one_is_stated(beside):
    own = beside("schedule: plan.xer").portfolio.status_date
    stated = beside("status_date: 2023-08-01\nschedule: plan.xer")
    assert stated.portfolio.status_date != own
    assert any("data date" in note for note in stated.notes)


def test_at_the_top_the_project_keeps_the_id_of_the_file_and_under_projects_it_takes_that_of_the_scenario(beside):
    top, under = beside("schedule: plan.xer"), beside("projects: {houses: {schedule: plan.xer}}")
    assert list(under.portfolio.project) == ["houses"]
    assert list(top.portfolio.project) == [top.schedules[0].projects[0].id]
    assert set(under.schedules[0].tasks) == set(under.portfolio.tasks)


def test_the_first_rule_that_matches_a_task_gives_its_law(beside):
    portfolio = beside("""
schedule: plan.xer
uncertainty:
  - {match: {name: Masonry}, duration: triangular 90% 100% 160%}
  - {duration: pert 95% 100% 120%}
""").portfolio
    for task in workable(portfolio).values():
        if task.name == "Masonry":
            assert type(task.duration) is laws.Triangular
            assert task.duration.support == pytest.approx((0.9 * task.planned, 1.6 * task.planned))
        else:
            assert type(task.duration) is laws.Pert


def test_tasks_that_no_rule_matches_are_told(beside):
    notes = beside("schedule: plan.xer\nuncertainty: [{match: {name: Masonry}, duration: pert 90% 100% 160%}]").notes
    assert any("match no rule" in note for note in notes)


def test_a_rule_that_matches_nothing_is_refused(refused, tmp_path):
    shutil.copy(SCHEDULE, tmp_path / "plan.xer")
    assert refused("schedule: plan.xer\nuncertainty: [{match: {name: Masonary}, duration: pert 90% 100% 160%}]") == ["rule-matches-nothing"]


def test_written_tasks_links_and_risks_join_those_of_the_file(beside):
    id = next(iter(workable(beside("projects: {houses: {schedule: plan.xer}}").portfolio))).removeprefix("houses.")
    portfolio = beside(f"""
projects:
  houses:
    schedule: plan.xer
    tasks: {{party: {{duration: 1d, after: {id} FS+2d}}}}
  garden: {{tasks: {{plant: {{duration: 5d, after: houses.{id}}}}}}}
risks: {{rain: {{probability: 20%, hits: {{houses.{id}: +2d}}}}}}
""").portfolio
    assert {link.successor for link in portfolio.links if link.predecessor == f"houses.{id}"} >= {"houses.party", "garden.plant"}
    assert portfolio.risks[0].hits[0].target == f"houses.{id}"


def test_a_task_that_the_file_has_already_is_refused(refused, beside):
    id = next(iter(workable(beside("schedule: plan.xer").portfolio))).partition(".")[2]
    assert refused(f"schedule: plan.xer\ntasks: {{{id}: {{duration: 1d}}}}") == ["duplicate-id"]


def test_two_files_may_have_calendars_of_the_same_name(beside):
    portfolio = beside("projects: {a: {schedule: plan.xer}, b: {schedule: plan.xer}}").portfolio
    ids = [{task.calendar for id, task in portfolio.tasks.items() if id.startswith(project)} - {"standard"} for project in ("a.", "b.")]
    assert ids[0]
    assert ids[0].isdisjoint(ids[1])
    assert [portfolio.calendar_of[id].week for id in sorted(ids[0])] == [portfolio.calendar_of[id].week for id in sorted(ids[1])]


# ------------------------------------------------------------------ options of the file, and what goes before them


@pytest.fixture
def house(scenario, tmp_path):
    """A scenario beside ``house.xer``, whose first activity is in progress and whose second waits for a lag."""
    from schedule_files import link, xer_text

    begun = {"status_code": "TK_Active", "act_start_date": "2026-12-28 08:00", "remain_drtn_hr_cnt": "24"}
    options = {"sched_progress_override": "Y", "sched_retained_logic": "N"}
    text = xer_text([begun, {}], [link(1, 2, lag_hr_cnt="16")], options=options)
    (tmp_path / "house.xer").write_bytes(text.encode())
    return lambda text: scenario(text, head="pmosim: 1\n").portfolio


def test_the_options_of_the_file_hold_unless_the_scenario_says_otherwise(house):
    from pmosim.model.tasks import LagCalendar, Logic

    own = house("projects: {h: {schedule: house.xer}}")
    assert own.project["h"].rules.logic is Logic.OVERRIDE
    assert own.links[0].lag.calendar is LagCalendar.PREDECESSOR
    other = house("""
        logic: retained-logic
        projects:
          h: {schedule: house.xer, lag_calendar: 24h, must_finish: 2027-06-30, scheduling: {joint_float: true}}
    """)
    rules = other.project["h"].rules
    assert (rules.logic, rules.joint_float, rules.must_finish) == (Logic.RETAINED, True, datetime(2027, 6, 30, 23, 59))
    assert not rules.no_later_holds  # as the file says
    assert other.links[0].lag.calendar is LagCalendar.ELAPSED
    assert other.links[0].lag.minutes == own.links[0].lag.minutes


def test_a_project_of_a_file_may_be_given_another_status_date(house):
    made = house("projects: {h: {schedule: house.xer, status_date: 2027-01-11}, s: {tasks: {t: {duration: 1d}}}}")
    assert made.status_of("h") == datetime(2027, 1, 11)


def test_two_files_keep_their_own_status_dates(house, tmp_path):
    from schedule_files import xer_text

    later = {"last_recalc_date": "2027-01-11 08:00"}
    (tmp_path / "later.xer").write_bytes(xer_text([{}], project=later).encode())
    made = house("projects: {h: {schedule: house.xer}, l: {schedule: later.xer}}")
    assert [made.status_of(id) for id in "hl"] == [datetime(2027, 1, 4, 8), datetime(2027, 1, 11, 8)]
    assert made.status_date == datetime(2027, 1, 11, 8)


def test_conditional_rules_over_a_file_tell_the_duration_of_the_whole(house):
    made = house("conditional: true\nprojects: {h: {schedule: house.xer, uncertainty: [{duration: uniform 50% 200%}]}}")
    # five days have gone by and three are left, so the whole takes 4 to 16 days, of which the first five are over
    assert made.tasks["h.A1"].duration == laws.Uniform(0, 11 * 480)
    assert made.tasks["h.A1"].planned == 3 * 480
    assert made.tasks["h.A2"].duration == laws.Uniform(2.5 * 480, 10 * 480)


def test_a_rule_that_a_conditional_task_has_outlasted_is_refused(house):
    with pytest.raises(InvalidScenario) as refused:
        house("conditional: true\nprojects: {h: {schedule: house.xer, uncertainty: [{duration: uniform 50% 60%}]}}")
    assert [problem.code for _, problem in refused.value.located] == ["estimate-exceeded"]
