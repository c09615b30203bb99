"""What holds tasks in time: constraints, interruptions, links of summary tasks, hammocks, and the options of a project."""

from datetime import datetime

import pytest

from pmosim.model.schedule import schedule
from pmosim.model.tasks import Constraint, ConstraintKind, Lag, LagCalendar, Logic, Pause, Reading, Rules, TaskKind

DAY = 480


@pytest.mark.parametrize(
    ("key", "kind", "moment"),
    [
        ("not_before", "start-no-earlier-than", datetime(2026, 5, 4)),
        ("start_no_earlier", "start-no-earlier-than", datetime(2026, 5, 4)),
        ("start_no_later", "start-no-later-than", datetime(2026, 5, 4)),
        ("finish_no_earlier", "finish-no-earlier-than", datetime(2026, 5, 4, 23, 59)),
        ("finish_no_later", "finish-no-later-than", datetime(2026, 5, 4, 23, 59)),
        ("must_start", "must-start-on", datetime(2026, 5, 4)),
        ("must_finish", "must-finish-on", datetime(2026, 5, 4, 23, 59)),
        ("expected_finish", "expected-finish", datetime(2026, 5, 4, 23, 59)),
    ],
)
def test_every_constraint_has_a_key_whose_date_begins_a_start_and_ends_a_finish(task, key, kind, moment):
    assert task(f"duration: 5d, {key}: 2026-05-04").constraints == (Constraint(ConstraintKind(kind), moment),)


def test_a_constraint_may_name_its_minute(task):
    (made,) = task("duration: 5d, must_finish: 2026-05-04 16:30").constraints
    assert made.date == datetime(2026, 5, 4, 16, 30)


def test_every_kind_of_constraint_can_be_written(task):
    dates = ", ".join(
        f"{key}: 2026-05-04"
        for key in ["not_before", "start_no_later", "finish_no_earlier", "finish_no_later", "must_start", "must_finish", "expected_finish"]
    )
    made = task(f"duration: 5d, as_late_as_possible: true, {dates}")
    assert {constraint.kind for constraint in made.constraints} == set(ConstraintKind)


def test_as_late_as_possible_has_no_date_and_may_be_denied(task):
    assert task("duration: 5d, as_late_as_possible: true").constraints == (Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE),)
    assert task("duration: 5d, as_late_as_possible: false").constraints == ()


def test_constraints_are_soft_unless_the_scenario_says_that_they_are_hard(read):
    assert read("tasks: {a: {duration: 1d}}").constraints is Reading.SOFT
    assert read("constraints: hard\ntasks: {a: {duration: 1d}}").constraints is Reading.HARD


@pytest.mark.parametrize(("reading", "finish"), [("soft", datetime(2026, 3, 13, 17)), ("hard", datetime(2026, 3, 10, 17))])
def test_a_mandatory_finish_overrules_the_links_only_where_constraints_are_hard(read, reading, finish):
    portfolio = read(f"""
        constraints: {reading}
        tasks:
          a: {{duration: 5d}}
          b: {{duration: 5d, after: a, must_finish: 2026-03-10}}
    """)
    assert schedule(portfolio)["project.b"].finish == finish


# ------------------------------------------------------------------ interruptions


@pytest.mark.parametrize(
    ("written", "pauses"),
    [
        ("3d after 10d", (Pause(10 * DAY, 3 * DAY),)),
        ("[3d after 10d]", (Pause(10 * DAY, 3 * DAY),)),
        ("[1w after 15d, 4h after 2d]", (Pause(2 * DAY, 240), Pause(15 * DAY, 5 * DAY))),
        ('"3d after 10d; 2 days after 1w"', (Pause(5 * DAY, 2 * DAY), Pause(10 * DAY, 3 * DAY))),
    ],
)
def test_interruptions_are_read_in_working_time_and_put_in_order(task, written, pauses):
    assert task(f"duration: 20d, pauses: {written}").pauses == pauses


def test_an_interruption_lengthens_the_task_by_what_it_lasts(read):
    dates = schedule(read("tasks:\n  a: {duration: 5d, pauses: 3d after 2d}\n  b: {duration: 5d, pauses: 3d after 6d}"))
    assert dates["project.a"].finish == datetime(2026, 3, 11, 17)
    assert dates["project.b"].finish == datetime(2026, 3, 6, 17)


def test_elapsed_work_is_interrupted_in_elapsed_time(task):
    assert task("duration: 10ed, pauses: 1ed after 3ed").pauses == (Pause(3 * 1440, 1440),)


# ------------------------------------------------------------------ what spans other tasks


def test_a_hammock_spans_from_its_start_drivers_to_its_finish_drivers(read):
    portfolio = read("""
        tasks:
          dig:   {duration: 5d}
          pour:  {duration: 3d, after: dig}
          guard: {hammock: true, after: [dig SS, pour FF]}
    """)
    assert portfolio.tasks["project.guard"].kind is TaskKind.HAMMOCK
    dates = schedule(portfolio)["project.guard"]
    assert (dates.start, dates.finish) == (datetime(2026, 3, 2, 8), datetime(2026, 3, 11, 17))


def test_what_follows_a_summary_task_waits_for_all_below_it(read):
    portfolio = read("""
        tasks:
          civil:
            tasks:
              dig:  {duration: 5d}
              pour: {duration: 8d}
          frame: {duration: 1d, after: civil}
          crane: {duration: 1d, after: civil SS+2d}
    """)
    dates = schedule(portfolio)
    assert dates["project.frame"].start == datetime(2026, 3, 12, 8)
    assert dates["project.crane"].start == datetime(2026, 3, 4, 8)


def test_all_below_a_summary_task_wait_for_what_it_comes_after(read):
    portfolio = read("""
        tasks:
          survey: {duration: 2d}
          civil:
            after: survey FS+1d
            tasks:
              dig:  {duration: 5d}
              pour: {duration: 8d}
    """)
    assert {schedule(portfolio)[f"project.{id}"].start for id in ("dig", "pour")} == {datetime(2026, 3, 5, 8)}


def test_the_lag_of_a_summary_task_has_days_of_its_projects_calendar(read):
    portfolio = read("""
        calendar: half
        calendars: {half: {week: {mon-fri: 08:00-12:00}}}
        tasks:
          a: {duration: 1d}
          s: {after: a FS+2d, tasks: {b: {duration: 1d}}}
    """)
    assert portfolio.links[0].lag == Lag(2 * 240)


# ------------------------------------------------------------------ lags


@pytest.mark.parametrize(
    ("after", "lag"),
    [
        ("a FS+5d on predecessor", Lag(5 * 480, LagCalendar.PREDECESSOR)),
        ("a FS+5d on successor", Lag(5 * 240, LagCalendar.SUCCESSOR)),
        ("a FS+5 days on project", Lag(5 * 480, LagCalendar.PROJECT)),
        ("a +5d on 24h", Lag(5 * 1440, LagCalendar.ELAPSED)),
        ("a FF-25% on predecessor", Lag(0, LagCalendar.PREDECESSOR, -0.25)),
        ("a SS on 24h", Lag(0, LagCalendar.ELAPSED)),
        ("a on 24h", Lag(0, LagCalendar.ELAPSED)),
        ("a FS+5ed on predecessor", Lag(5 * 1440, LagCalendar.ELAPSED)),
    ],
)
def test_one_link_may_say_on_whose_calendar_its_lag_runs(read, after, lag):
    portfolio = read(f"""
        calendars: {{half: {{week: {{mon-fri: 08:00-12:00}}}}}}
        lag_calendar: project
        tasks:
          a: {{duration: 4d}}
          b: {{duration: 4d, after: {after}, calendar: half}}
    """)
    assert portfolio.links[0].lag == lag


def test_a_task_may_be_called_on(read):
    portfolio = read("tasks:\n  on: {duration: 1d}\n  b: {duration: 1d, after: on SS+1d on predecessor}")
    assert portfolio.links[0].predecessor == "project.on"


# ------------------------------------------------------------------ options


def test_options_stand_at_the_top_for_all_projects_and_in_a_project_for_itself(read):
    portfolio = read("""
        logic: progress-override
        scheduling: {joint_float: true, no_later_holds: false}
        projects:
          a: {tasks: {t: {duration: 1d}}}
          b:
            logic: actual-dates
            must_finish: 2026-06-30
            scheduling: {no_later_holds: true}
            tasks: {t: {duration: 1d}}
    """)
    first, second = (project.rules for project in portfolio.projects)
    assert first == Rules(Logic.OVERRIDE, no_later_holds=False, joint_float=True)
    assert second == Rules(Logic.ACTUAL_DATES, joint_float=True, must_finish=datetime(2026, 6, 30, 23, 59))


def test_nothing_said_leaves_the_usual_options(read):
    assert read("tasks: {a: {duration: 1d}}").projects[0].rules == Rules()


def test_every_option_of_a_project_has_a_key():
    from dataclasses import fields

    from pmosim.scenario.language import ProjectParts, Scheduling

    known = {*ProjectParts.model_fields, *Scheduling.model_fields}
    assert {part.name for part in fields(Rules)} <= known


def test_a_project_may_have_a_status_date_of_its_own(read):
    portfolio = read("""
        projects:
          a: {tasks: {t: {duration: 1d}}}
          b: {status_date: 2026-02-16, start: 2026-02-02, tasks: {t: {duration: 1d}}}
    """)
    assert [portfolio.status_of(id) for id in "ab"] == [datetime(2026, 3, 2), datetime(2026, 2, 16)]
    assert schedule(portfolio)["b.t"].start == datetime(2026, 2, 16, 8)


def test_the_latest_status_date_of_the_projects_holds_where_the_scenario_names_none(read):
    text = "projects:\n  a: {tasks: {t: {duration: 1d}}}\n  b: {status_date: 2026-02-16, tasks: {t: {duration: 1d}}}"
    assert read(text, head="pmosim: 1\n").status_date == datetime(2026, 2, 16)


def test_a_table_has_a_column_for_each_of_these(read, tmp_path):
    (tmp_path / "tasks.csv").write_text(
        "id,duration,start no later than,Must finish,as late as possible,pauses,hammock,after\n"
        "dig,20d,2026-03-09,2026-04-30,x,2d after 5d; 1d after 10d,,\n"
        "guard,,,,,,yes,dig SS; dig FF\n"
    )
    tasks = read("tasks_from: tasks.csv").tasks
    assert [constraint.kind for constraint in tasks["project.dig"].constraints] == [
        ConstraintKind.START_NO_LATER,
        ConstraintKind.MUST_FINISH,
        ConstraintKind.AS_LATE_AS_POSSIBLE,
    ]
    assert tasks["project.dig"].pauses == (Pause(5 * DAY, 2 * DAY), Pause(10 * DAY, DAY))
    assert tasks["project.guard"].kind is TaskKind.HAMMOCK
