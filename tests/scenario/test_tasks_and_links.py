"""Tasks, links, progress and summaries as they are written, and the model that comes of them."""

from datetime import datetime

import pytest

from pmosim.model import laws
from pmosim.model.tasks import Constraint, ConstraintKind, Lag, LagCalendar, LinkKind, Progress, TaskKind

DAY = 480


def test_a_scenario_with_tasks_at_the_top_is_one_project(read):
    portfolio = read("name: Bridge\ntasks: {survey: {duration: 5d}}")
    assert [project.id for project in portfolio.projects] == ["project"]
    assert portfolio.project["project"].name == "Bridge"
    assert portfolio.tasks["project.survey"].duration == laws.Fixed(5 * DAY)


def test_the_planned_duration_is_the_most_likely_one(task):
    assert task("duration: pert 4d 5d 9d").planned == 5 * DAY


def test_the_planned_duration_is_what_percentages_are_of(task):
    assert task("duration: pert 80% 90% 150% of 40d").planned == 40 * DAY


def test_a_stated_planned_duration_holds_and_percentages_are_of_it(task):
    made = task("duration: pert 80% 90% 150%, planned: 10d")
    assert (made.planned, made.duration) == (10 * DAY, laws.Pert(8 * DAY, 9 * DAY, 15 * DAY))


def test_a_day_is_that_of_the_tasks_own_calendar(task):
    half = "calendars: {half: {week: {mon-fri: 08:00-12:00}}}"
    assert task("duration: 2d, calendar: half", half).duration == laws.Fixed(2 * 240)


def test_an_elapsed_duration_runs_on_the_clock(task):
    made = task("duration: triangular 1ed 2ed 1ew")
    assert (made.calendar, made.duration) == ("24h", laws.Triangular(1440, 2880, 10080))


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("true", TaskKind.FINISH_MILESTONE),
        ("finish", TaskKind.FINISH_MILESTONE),
        ("start", TaskKind.START_MILESTONE),
        ("false", TaskKind.TASK),
    ],
)
def test_milestones_stand_at_a_start_or_a_finish(read, written, kind):
    portfolio = read(f"tasks:\n  a: {{duration: 1d}}\n  m: {{milestone: {written}, duration: 0d}}")
    assert portfolio.tasks["project.m"].kind is kind


def test_all_that_describes_a_task_is_kept(task):
    made = task("name: Survey, duration: 5d, wbs: 1.10, codes: {Phase: 010}, resources: [Team A, Crane], not_before: 2026-04-01")
    assert (made.name, made.wbs, made.codes["Phase"], made.resources) == ("Survey", "1.10", "010", ("Team A", "Crane"))
    assert made.constraints == (Constraint(ConstraintKind.START_NO_EARLIER, datetime(2026, 4, 1)),)


@pytest.mark.parametrize(
    ("written", "fixed", "rate"),
    [
        ("20k EUR", laws.Fixed(20_000), None),
        ("960 EUR/d", None, laws.Fixed(2)),
        ("120 EUR/h", None, laws.Fixed(2)),
        ("pert 480 960 1440 EUR/d", None, laws.Pert(1, 2, 3)),
        ("20k EUR + 960 EUR/d", laws.Fixed(20_000), laws.Fixed(2)),
        ("960 EUR/d + uniform 1k 2k EUR", laws.Uniform(1000, 2000), laws.Fixed(2)),
        ("5000", laws.Fixed(5000), None),
    ],
)
def test_a_cost_is_fixed_or_for_time_or_both(task, written, fixed, rate):
    cost = task(f"duration: 5d, cost: {written}").cost
    assert (cost.fixed, cost.rate) == (fixed, rate)


def links_of(read, after, more=""):
    text = f"tasks:\n  a: {{duration: 4d}}\n  b: {{duration: 2d}}\n  c:\n    duration: 1d\n    after: {after}\n{more}"
    return [(link.predecessor.removeprefix("project."), link.kind, link.lag) for link in read(text).links]


@pytest.mark.parametrize(
    ("after", "links"),
    [
        ("a", [("a", "FS", Lag())]),
        ("[a, b]", [("a", "FS", Lag()), ("b", "FS", Lag())]),
        ("a, b", [("a", "FS", Lag()), ("b", "FS", Lag())]),
        ("a SS", [("a", "SS", Lag())]),
        ("a ss+10d", [("a", "SS", Lag(10 * DAY))]),
        ("a SS + 10d", [("a", "SS", Lag(10 * DAY))]),
        ("a FF-2d", [("a", "FF", Lag(-2 * DAY))]),
        ("a SF+1w", [("a", "SF", Lag(5 * DAY))]),
        ("a +3h", [("a", "FS", Lag(180))]),
        ("a FS+3ed", [("a", "FS", Lag(3 * 1440, LagCalendar.ELAPSED))]),
        ("a FS-1ew", [("a", "FS", Lag(-7 * 1440, LagCalendar.ELAPSED))]),
        ("a FS+50%", [("a", "FS", Lag(0, share=0.5))]),
        ("a FS-25%", [("a", "FS", Lag(0, share=-0.25))]),
        ("a FS+(pert 1d 2d 4d)", [("a", "FS", Lag(2 * DAY, law=laws.Pert(DAY, 2 * DAY, 4 * DAY)))]),
        ("a SS + (uniform 1ed 2ed)", [("a", "SS", Lag(1.5 * 1440, LagCalendar.ELAPSED, law=laws.Uniform(1440, 2880)))]),
        ("[a SS+1d, a FF+2d]", [("a", "SS", Lag(DAY)), ("a", "FF", Lag(2 * DAY))]),
    ],
)
def test_a_link_is_a_task_a_kind_and_a_lag(read, after, links):
    assert links_of(read, after) == [(id, LinkKind(kind), lag) for id, kind, lag in links]


@pytest.mark.parametrize(
    ("calendar", "minutes"), [("predecessor", 5 * 480), ("successor", 5 * 240), ("project", 5 * 480), ("24h", 5 * 1440)]
)
def test_a_lag_runs_on_the_calendar_that_is_asked_for(read, calendar, minutes):
    portfolio = read(f"""
        calendars: {{half: {{week: {{mon-fri: 08:00-12:00}}}}}}
        lag_calendar: {calendar}
        tasks:
          a: {{duration: 4d}}
          b: {{duration: 4d, after: a FS+5d, calendar: half}}
    """)
    assert portfolio.links[0].lag == Lag(minutes, LagCalendar(calendar))


def test_summary_tasks_can_be_nested_or_named_as_parents(read):
    portfolio = read("""
        tasks:
          civil:
            name: Civil works
            tasks:
              dig: {duration: 5d}
              deep:
                tasks:
                  pile: {duration: 5d, after: dig}
          steel: {}
          weld: {duration: 3d, parent: steel, after: pile}
    """)
    tasks = {id.removeprefix("project."): task for id, task in portfolio.tasks.items()}
    assert {id: task.parent for id, task in tasks.items()} == {
        "civil": None,
        "dig": "civil",
        "deep": "civil",
        "pile": "deep",
        "steel": None,
        "weld": "steel",
    }
    assert [id for id, task in tasks.items() if task.kind is TaskKind.SUMMARY] == ["civil", "deep", "steel"]


def test_a_finished_task_keeps_its_dates_to_the_end_of_the_day(task):
    made = task("duration: 5d, started: 2026-02-02, finished: 2026-02-06")
    assert made.progress == Progress(datetime(2026, 2, 2), datetime(2026, 2, 6, 23, 59))


def test_a_task_in_progress_has_the_law_of_what_remains(task):
    made = task("duration: 10d, started: 2026-02-02 09:00, remaining: pert 2d 3d 6d")
    assert made.progress == Progress(datetime(2026, 2, 2, 9))
    assert (made.duration, made.planned) == (laws.Pert(2 * DAY, 3 * DAY, 6 * DAY), 3 * DAY)


def test_links_join_projects_from_either_side(read):
    portfolio = read("""
        projects:
          bridge: {tasks: {a: {duration: 1d}, b: {duration: 1d, after: tower.c FF+1d}}}
          tower: {tasks: {c: {duration: 1d}, d: {duration: 1d}}}
        links: [tower.d after bridge.a FS+5d, d after bridge.b]
    """)
    assert [str(link) for link in portfolio.links] == ["tower.c -FF-> bridge.b", "bridge.a -FS-> tower.d", "bridge.b -FS-> tower.d"]


def test_ids_may_look_like_numbers_or_dates_or_have_dots(read):
    portfolio = read("tasks: {010: {duration: 1d}, 1.10: {duration: 1d, after: 010}, 2026-01-01: {duration: 1d, after: [010, 1.10 SS]}}")
    assert list(portfolio.tasks) == ["project.010", "project.1.10", "project.2026-01-01"]
    assert [link.predecessor for link in portfolio.links] == ["project.010", "project.010", "project.1.10"]


def test_yes_and_no_are_texts_as_in_yaml_1_2(read):
    portfolio = read("tasks: {yes: {name: no, duration: 1d}, b: {duration: 1d, after: yes}}")
    assert portfolio.tasks["project.yes"].name == "no"
