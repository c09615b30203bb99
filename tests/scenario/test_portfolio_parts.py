"""Dates, calendars, targets, risks and settings of a scenario."""

from datetime import date, datetime

import pytest

from pmosim.model import laws
from pmosim.model.project import Target
from pmosim.model.risks import Hit, Impact, ImpactKind, Mitigation
from pmosim.scenario.reader import Settings

DAY = 480
TASKS = "tasks: {survey: {duration: 5d}, design: {duration: 10d}}\n"


def test_without_a_status_date_the_earliest_start_is_taken(read):
    portfolio = read(
        """
        pmosim: 1
        projects:
          a: {start: 2026-05-04, tasks: {t: {duration: 1d}}}
          b: {start: 2026-03-02, tasks: {t: {duration: 1d}}}
    """,
        head="",
    )
    assert portfolio.status_date == datetime(2026, 3, 2)
    assert portfolio.project["a"].start == datetime(2026, 5, 4)


def test_settings_are_the_usual_ones_unless_given(scenario):
    assert scenario(TASKS).settings == Settings(10_000, 1, 0.95)
    assert scenario("simulation: {iterations: 500, seed: 0, confidence: 90%}\n" + TASKS).settings == Settings(500, 0, 0.9)


def calendar(read, text):
    return read(f"calendars:\n  site: {text}\n{TASKS}").calendar_of["site"]


def test_a_week_is_given_by_days_and_ranges_of_days(read):
    site = calendar(read, "{week: {mon-thu: [08:00-12:00, 12:30-17:00], fri: 08:00-14:00, Saturday: closed}}")
    long_day = ((480, 720), (750, 1020))
    assert site.week == (long_day, long_day, long_day, long_day, ((480, 840),), (), ())
    assert (site.minutes_per_day, site.minutes_per_week) == (510, 4 * 510 + 360)


def test_a_range_of_days_may_run_over_the_weekend_and_a_shift_over_midnight(read):
    site = calendar(read, "{week: {fri-mon: 22-06}}")
    assert site.week == (((1320, 1800),), (), (), (), ((1320, 1800),), ((1320, 1800),), ((1320, 1800),))


def test_round_the_clock_is_24h(read):
    assert calendar(read, "{week: {mon-sun: 24h}}").minutes_in_week == 7 * 1440


def test_a_calendar_without_a_week_has_the_standard_one(read):
    assert calendar(read, "{closed: 2026-04-01}").week == read(TASKS).calendar_of["standard"].week


def test_public_holidays_are_closed_in_the_stated_years_alone(read):
    site = calendar(read, "{holidays: DE-BE, years: 2026-2027}")
    assert site.exceptions[date(2026, 3, 8)] == ()  # International Women's Day: a holiday in Berlin
    assert site.exceptions[date(2027, 10, 3)] == ()
    assert {day.year for day in site.exceptions} == {2026, 2027}


def test_a_region_has_holidays_that_the_country_has_not(read):
    assert date(2026, 3, 8) not in calendar(read, "{holidays: DE, years: 2026}").exceptions


def test_the_years_of_holidays_are_told_where_they_are_not_stated(scenario):
    assert scenario("calendars: {site: {holidays: [DE, PL]}}\n" + TASKS).notes == (
        "calendar 'site': the public holidays of DE, PL are entered for 2025 to 2039",
    )


def test_worked_days_win_over_closed_ones_and_holidays(read):
    site = calendar(read, "{holidays: DE, years: 2026, closed: [2026-12-21..2026-12-31], worked: {2026-12-25: 10:00-12:00, 2026-12-28: }}")
    assert site.exceptions[date(2026, 12, 22)] == ()
    assert site.exceptions[date(2026, 12, 25)] == ((600, 720),)
    assert site.exceptions[date(2026, 12, 28)] == site.week[0]


def test_worked_days_can_be_a_list(read):
    site = calendar(read, "{worked: [2026-03-07, 2026-03-14..2026-03-15]}")
    assert {day: shifts == site.week[0] for day, shifts in site.exceptions.items()} == {
        date(2026, 3, 7): True,
        date(2026, 3, 14): True,
        date(2026, 3, 15): True,
    }


def test_a_calendar_like_another_has_its_week_and_its_days_and_adds_its_own(read):
    portfolio = read(
        "calendars: {winter: {like: site, closed: 2026-12-24}, site: {week: {mon-sat: 07:00-15:00}, closed: 2026-04-01}}\n" + TASKS
    )
    winter = portfolio.calendar_of["winter"]
    assert winter.week == portfolio.calendar_of["site"].week
    assert list(winter.exceptions) == [date(2026, 4, 1), date(2026, 12, 24)]


def test_the_meaning_of_a_day_and_a_week_can_be_stated(read):
    site = calendar(read, "{week: {mon-fri: 08:00-18:00}, hours_per_day: 8, days_per_week: 5}")
    assert (site.minutes_per_day, site.minutes_per_week, site.minutes_per_month) == (480, 2400, 9600)


def test_a_project_without_a_calendar_has_that_of_the_portfolio(read):
    portfolio = read("""
        calendar: site
        calendars: {site: {}, office: {}}
        projects:
          a: {tasks: {t: {duration: 1d}, u: {duration: 1d, calendar: office}}}
          b: {calendar: office, tasks: {t: {duration: 1d}}}
    """)
    assert {id: task.calendar for id, task in portfolio.tasks.items()} == {"a.t": "site", "a.u": "office", "b.t": "office"}


def test_the_target_of_a_single_project_is_that_of_its_finish(read):
    portfolio = read("target: {finish: 2026-06-30, budget: 1.2M EUR}\n" + TASKS)
    assert portfolio.targets == (Target("project.finish", datetime(2026, 6, 30, 23, 59), 1_200_000),)
    assert portfolio.currency == "EUR"


def test_projects_and_the_portfolio_have_targets_of_their_own(read):
    portfolio = read("""
        target: {finish: 2026-12-31 12:00}
        projects:
          a: {target: {budget: 50k}, tasks: {t: {duration: 1d}}}
          b: {tasks: {t: {duration: 1d}}}
    """)
    assert set(portfolio.targets) == {Target("a.finish", None, 50_000), Target("finish", datetime(2026, 12, 31, 12))}


def test_deadlines_and_watched_tasks_are_targets(read):
    portfolio = read("""
        deadlines: {c: 2026-05-01}
        watch: d
        tasks:
          a: {duration: 1d, deadline: 2026-04-01}
          b: {duration: 1d, watch: true}
          c: {duration: 1d}
          d: {duration: 1d}
          e: {duration: 1d, started: 2026-02-02, finished: 2026-02-03, deadline: 2026-02-02}
    """)
    assert {target.node: target.finish for target in portfolio.targets} == {
        "project.a": datetime(2026, 4, 1, 23, 59),
        "project.b": None,
        "project.c": datetime(2026, 5, 1, 23, 59),
        "project.d": None,
    }


def risk(read, text, more=TASKS):
    return read(f"risks:\n  r: {text}\n{more}").risks[0]


@pytest.mark.parametrize(
    ("written", "impact"),
    [
        ("+5d", Impact(ImpactKind.ADD, laws.Fixed(5 * DAY))),
        ("-2d", Impact(ImpactKind.ADD, laws.Fixed(-2 * DAY))),
        ("+ 5d", Impact(ImpactKind.ADD, laws.Fixed(5 * DAY))),
        ("+triangular 5d 15d 30d", Impact(ImpactKind.ADD, laws.Triangular(5 * DAY, 15 * DAY, 30 * DAY))),
        ("+uniform -3d -1d", Impact(ImpactKind.ADD, laws.Uniform(-3 * DAY, -1 * DAY))),
        ("x 1.3", Impact(ImpactKind.FACTOR, laws.Fixed(1.3))),
        ("× 130%", Impact(ImpactKind.FACTOR, laws.Fixed(1.3))),
        ("x pert 0.95 1.05 1.30", Impact(ImpactKind.FACTOR, laws.Pert(0.95, 1.05, 1.3))),
        ("x pert 90% 100% 125%", Impact(ImpactKind.FACTOR, laws.Pert(0.9, 1.0, 1.25))),
    ],
)
def test_an_impact_adds_time_or_multiplies(read, written, impact):
    made = risk(read, f"{{probability: 30%, hits: {{survey: '{written}'}}}}").hits[0].impact
    assert made.kind is impact.kind
    assert made.law.quantile([0.1, 0.5]) == pytest.approx(impact.law.quantile([0.1, 0.5]))


def test_all_that_describes_a_risk_is_kept(read):
    made = risk(
        read,
        """
    name: Flood
    description: The river rises
    owner: Site
    category: weather
    probability: 0.3
    independent: true
    hits: {survey: +5d, design: x 1.2}
    cost: pert 10k 20k 80k EUR
    mitigation: {probability: 5%, cost: 8k EUR}
""",
    )
    assert (made.name, made.description, made.owner, made.category) == ("Flood", "The river rises", "Site", "weather")
    assert (made.probability, made.independent) == (0.3, True)
    assert [hit.target for hit in made.hits] == ["project.survey", "project.design"]
    assert made.cost == laws.Pert(10_000, 20_000, 80_000)
    assert made.mitigation == Mitigation(0.05, 8_000)


def test_one_impact_can_be_stated_for_all_tasks_that_are_hit(read):
    made = risk(read, "{probability: 1, hits: [survey, design], impact: x 1.2}")
    assert made.hits == tuple(Hit(f"project.{id}", Impact(ImpactKind.FACTOR, laws.Fixed(1.2))) for id in ("survey", "design"))
    assert made.is_driver


def test_a_pattern_hits_every_task_that_it_matches_and_a_name_wins_over_it(read):
    more = "tasks: {dig-1: {duration: 1d}, dig-2: {duration: 1d}, pour: {duration: 1d}, dig-done: {milestone: true, after: dig-1}}"
    made = risk(read, '{probability: 10%, hits: {dig-2: +9d, "dig-*": +1d}}', more)
    assert {hit.target: hit.impact.law.mean / DAY for hit in made.hits} == {"project.dig-1": 1, "project.dig-2": 9}


def test_a_risk_can_hit_the_finish_of_a_project(read):
    made = risk(
        read, "{probability: 10%, hits: {a.finish: +2d}}", "projects: {a: {tasks: {t: {duration: 1d}}}, b: {tasks: {t: {duration: 1d}}}}"
    )
    assert made.hits[0].target == "a.finish"


def test_a_risk_that_only_costs_names_its_project(read):
    more = "projects: {a: {tasks: {t: {duration: 1d}}}, b: {tasks: {t: {duration: 1d}}}}"
    assert risk(read, "{probability: 10%, cost: 5k EUR, project: b}", more).project == "b"


def test_a_risk_whose_tasks_are_all_finished_is_noted_as_expired(scenario):
    noted = scenario(
        "tasks: {a: {started: 2026-02-02, finished: 2026-02-03}, b: {duration: 1d}}\nrisks: {flood: {probability: 5%, hits: {a: +1d}}}"
    )
    assert noted.notes == ("risk 'flood' has expired: all tasks that it hits are finished",)


def test_rules_of_uncertainty_hold_for_written_tasks_that_have_none_of_their_own(read):
    portfolio = read("""
        uncertainty:
          - {match: {id: des*}, duration: pert 90% 100% 150%}
          - {match: {id: permit}, duration: planned}
          - duration: triangular 90% 100% 120%
        tasks:
          survey: {duration: 10d}
          design: {duration: 20d}
          permit: {duration: 30d}
          build: {duration: uniform 5d 9d}
    """)
    assert {id.removeprefix("project."): task.duration for id, task in portfolio.tasks.items()} == {
        "survey": laws.Triangular(9 * DAY, 10 * DAY, 12 * DAY),
        "design": laws.Pert(18 * DAY, 20 * DAY, 30 * DAY),
        "permit": laws.Fixed(30 * DAY),
        "build": laws.Uniform(5 * DAY, 9 * DAY),
    }


def test_programme_type_and_team_of_a_project_go_before_those_at_the_top(read):
    portfolio = read(
        """
        programme: Northern line
        team: Bridges
        projects:
          a: {tasks: {t: {duration: 1d}}}
          b: {programme: Harbour, type: quay, tasks: {t: {duration: 1d}}}
    """
    )
    found = [(one.programme, one.type, one.team) for one in portfolio.projects]
    assert found == [("Northern line", "", "Bridges"), ("Harbour", "quay", "Bridges")]


def test_a_set_of_promises_names_projects_tasks_and_the_whole(read):
    portfolio = read(
        """
        target: {finish: 2027-09-30}
        projects:
          a: {target: {finish: 2027-09-30}, tasks: {t: {duration: 1d}}}
          b: {deadlines: {u: 2027-09-30}, tasks: {u: {duration: 1d}}}
        together: {opening: [a, u, finish]}
    """
    )
    assert [(one.name, one.nodes) for one in portfolio.together] == [("opening", ("a.finish", "b.u", "finish"))]
