"""The fingerprint of a portfolio: the same where the numbers are the same, another where they can differ."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from pmosim.model.calendars import Calendar, weekly
from pmosim.model.correlation import Correlation, Item
from pmosim.model.fingerprint import canonical_text, fingerprint
from pmosim.model.laws import Discrete, Fixed, Pert, Triangular, Uniform
from pmosim.model.money import Assignment, Currency, Index, ProjectCost, Resource, Spread
from pmosim.model.project import Portfolio, Project, Target, Together
from pmosim.model.risks import Hit, Impact, ImpactKind, Mitigation, Risk, Status
from pmosim.model.tasks import (
    Constraint,
    ConstraintKind,
    Cost,
    Lag,
    LagCalendar,
    Link,
    LinkKind,
    Logic,
    Pause,
    Progress,
    Reading,
    Rules,
    Task,
    TaskKind,
)
from pmosim.model.weather import Chain, Edge, Series, Weather, Window

MONDAY = datetime(2026, 1, 5)
FOUR_DAYS = weekly("four", "1111000", ((480, 960),))

SURVEY = Task("survey", Pert(480, 960, 1920), calendar="four", cost=Cost(fixed=Fixed(100), rate=Uniform(1, 2)))
DESIGN = Task("design", Triangular(960, 1440, 2400), constraints=(Constraint(ConstraintKind.START_NO_EARLIER, datetime(2026, 1, 12, 8)),))
PERMIT = Task("permit", Discrete((480, 960), (3, 1)), progress=Progress(datetime(2025, 12, 1, 8)))
RAIN = Risk(
    "rain",
    0.3,
    (Hit("bridge.survey", Impact(ImpactKind.ADD, Fixed(480))), Hit("bridge.design", Impact(ImpactKind.FACTOR, Uniform(1, 1.2)))),
    mitigation=Mitigation(0.1, 500),
)
THEFT = Risk("theft", 0.1, cost=Fixed(900), project="bridge")
CREW = Resource("crew", Uniform(1, 2), Fixed(50))
STEEL = Index("steel", date(2026, 1, 1), Fixed(0.03))
SITE = ProjectCost("site", Fixed(1000), 10080.0)
LINKS = (Link("bridge.survey", "bridge.design"), Link("bridge.permit", "bridge.design", LinkKind.SS, Lag(480)))
TARGETS = (Target("bridge.finish", datetime(2026, 6, 1), 1e6), Target("bridge.design", datetime(2026, 3, 1)))
BRIDGE = Portfolio(
    "Crossings",
    MONDAY,
    (Project("bridge", (SURVEY, DESIGN, PERMIT)), Project("tower", (Task("dig", Fixed(480)),))),
    (FOUR_DAYS,),
    LINKS,
    (RAIN, THEFT),
    TARGETS,
    "EUR",
)


def with_task(task, *, index=None, **changes):
    """The portfolio with one task of the bridge replaced by ``task``, which has the same id, and other changes."""
    tasks = tuple(task if task.id == old.id else old for old in BRIDGE.projects[0].tasks)
    return replace(BRIDGE, projects=(replace(BRIDGE.projects[0], tasks=tasks, index=index), BRIDGE.projects[1]), **changes)


def with_project(**changes):
    """The portfolio with its first project changed."""
    return replace(BRIDGE, projects=(replace(BRIDGE.projects[0], **changes), BRIDGE.projects[1]))


def test_a_fingerprint_is_64_hexadecimal_digits():
    digits = fingerprint(BRIDGE)
    assert len(digits) == 64
    assert int(digits, 16) > 0


def test_the_text_behind_it_can_be_read():
    tiny = Portfolio("x", MONDAY, (Project("p", (Task("a", Pert(60, 120, 240)), Task("b", Fixed(30)))),), links=(Link("p.a", "p.b"),))
    day = "[[480,720],[780,1020]]"
    assert canonical_text(tiny).splitlines() == [
        "pmosim portfolio, form 2",
        f'["calendar","standard",[{day},{day},{day},{day},{day},[],[]],[],[480,2400,9600]]',
        '["link","p.b","p.a","FS",0.0,"successor",0.0,null]',
        '["portfolio","2026-01-05T00:00","","soft",false]',
        '["project","p","standard",null,null,["retained-logic",true,true,true,true,null,false,false,true,false]]',
        '["task","p.a","task","standard",null,[["pert",60.0,120.0,240.0,4.0],120.0,[]],null,[],null]',
        '["task","p.b","task","standard",null,[["fixed",30.0],30.0,[]],null,[],null]',
    ]


def test_the_order_of_the_parts_changes_nothing():
    luck = random.Random(3)
    for _ in range(20):
        projects = [replace(p, tasks=tuple(luck.sample(p.tasks, len(p.tasks)))) for p in BRIDGE.projects]
        shuffled = replace(
            BRIDGE,
            projects=tuple(luck.sample(projects, len(projects))),
            calendars=tuple(luck.sample(BRIDGE.calendars, len(BRIDGE.calendars))),
            links=tuple(luck.sample(LINKS, len(LINKS))),
            risks=tuple(replace(r, hits=tuple(luck.sample(r.hits, len(r.hits)))) for r in luck.sample(BRIDGE.risks, 2)),
            targets=tuple(luck.sample(TARGETS, len(TARGETS))),
        )
        assert fingerprint(shuffled) == fingerprint(BRIDGE)


@pytest.mark.parametrize(
    "other",
    [
        replace(BRIDGE, name="Renamed", description="with a story"),
        with_task(replace(SURVEY, name="Survey the site", wbs="1.2", codes={"phase": "1"}, resources=("crew",))),
        replace(BRIDGE, risks=(replace(RAIN, name="Rain", owner="Ann", category="weather", description="wet"), THEFT)),
        replace(BRIDGE, targets=(replace(TARGETS[0], label="contract"), TARGETS[1])),
        replace(BRIDGE, projects=(replace(BRIDGE.projects[0], name="Bridge", source="bridge.xer"), BRIDGE.projects[1])),
        replace(BRIDGE, calendars=(*BRIDGE.calendars, weekly("unused", "1111111", ((0, 60),)))),
        with_task(replace(SURVEY, duration=Pert(480.0, 960, 1920, 4))),
    ],
    ids=["name", "task texts", "risk texts", "target label", "project texts", "a calendar nobody uses", "480 or 480.0"],
)
def test_what_only_describes_changes_nothing(other):
    assert fingerprint(other) == fingerprint(BRIDGE)


@pytest.mark.parametrize(
    "other",
    [
        replace(BRIDGE, status_date=datetime(2026, 1, 6)),
        replace(BRIDGE, currency="USD"),
        replace(BRIDGE, calendars=(replace(FOUR_DAYS, exceptions={date(2026, 1, 6): ()}),)),
        replace(BRIDGE, calendars=(replace(FOUR_DAYS, minutes_per_day=420),)),
        replace(BRIDGE, projects=(replace(BRIDGE.projects[0], start=datetime(2026, 2, 2)), BRIDGE.projects[1])),
        with_task(replace(SURVEY, duration=Pert(480, 960, 1921))),
        with_task(replace(SURVEY, duration=Triangular(480, 960, 1920))),
        with_task(replace(SURVEY, planned=1000.0)),
        with_task(replace(SURVEY, calendar="standard")),
        with_task(replace(SURVEY, cost=Cost(fixed=Fixed(101), rate=Uniform(1, 2)))),
        with_task(replace(DESIGN, constraints=())),
        with_task(replace(PERMIT, progress=Progress(datetime(2025, 12, 1, 8), datetime(2025, 12, 8, 17)))),
        with_task(replace(PERMIT, progress=Progress(datetime(2025, 12, 1, 8), resumes=datetime(2026, 2, 1)))),
        with_task(replace(PERMIT, duration=Discrete((480, 960), (1, 1)))),
        with_task(replace(SURVEY, pauses=(Pause(240, 960),))),
        with_task(replace(SURVEY, status_date=datetime(2026, 1, 6))),
        with_project(rules=Rules(logic=Logic.OVERRIDE)),
        with_project(rules=Rules(must_finish=datetime(2027, 1, 1))),
        with_project(status_date=datetime(2026, 1, 6)),
        replace(BRIDGE, constraints=Reading.HARD),
        replace(BRIDGE, correlations=(Correlation((Item("bridge.survey"), Item("bridge.design")), 0.5),)),
        replace(BRIDGE, links=LINKS[:1]),
        replace(BRIDGE, links=(LINKS[0], replace(LINKS[1], kind=LinkKind.FF))),
        replace(BRIDGE, links=(LINKS[0], replace(LINKS[1], lag=Lag(480, LagCalendar.ELAPSED)))),
        replace(BRIDGE, links=(LINKS[0], replace(LINKS[1], lag=Lag(480, share=0.5)))),
        replace(BRIDGE, links=(LINKS[0], replace(LINKS[1], lag=Lag(480, law=Uniform(240, 960))))),
        replace(BRIDGE, risks=(replace(RAIN, probability=0.31), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, independent=True), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, mitigation=None), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, mitigation=Mitigation(0.1, 500, RAIN.hits[:1])), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, mitigation=Mitigation(0.1, 500, cost_impact=Fixed(1))), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, hits=RAIN.hits[:1]), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, group="weather"), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, window=(MONDAY, None)), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, window=(None, MONDAY)), THEFT)),
        replace(BRIDGE, risks=(replace(RAIN, status=Status.CLOSED), THEFT)),
        replace(BRIDGE, risks=(RAIN, replace(THEFT, arises_from="rain"))),
        replace(BRIDGE, risks=(RAIN, replace(THEFT, drawn_as="rain"))),
        replace(BRIDGE, risks=(RAIN, replace(THEFT, cost=Fixed(901)))),
        replace(BRIDGE, risks=(RAIN, replace(THEFT, project="tower"))),
        replace(BRIDGE, targets=TARGETS[:1]),
        replace(BRIDGE, together=(Together("both", ("bridge.finish", "bridge.design")),)),
        replace(BRIDGE, targets=(replace(TARGETS[0], budget=2e6), TARGETS[1])),
        with_task(replace(SURVEY, cost=replace(SURVEY.cost, currency="EUR"))),
        with_task(replace(SURVEY, cost=replace(SURVEY.cost, spread=Spread.FINISH))),
        with_task(replace(PERMIT, spent=100.0)),
        with_task(replace(SURVEY, planned_cost=100.0)),
        with_task(replace(SURVEY, cost=replace(SURVEY.cost, index="steel")), indices=(STEEL,)),
        replace(BRIDGE, indices=(STEEL,)),
        replace(BRIDGE, currencies=(Currency("USD", Fixed(0.9)),)),
        replace(BRIDGE, resources=(CREW,)),
        with_project(costs=(SITE,)),
        with_task(SURVEY, indices=(STEEL,), index="steel"),
    ],
)
def test_what_can_change_a_number_changes_the_fingerprint(other):
    assert fingerprint(other) != fingerprint(BRIDGE)


@pytest.mark.parametrize(
    "crew",
    [
        replace(CREW, rate=Uniform(1, 3)),
        replace(CREW, per_use=Fixed(51)),
        replace(CREW, currency="EUR"),
        replace(CREW, index="steel"),
    ],
)
def test_what_a_resource_costs_changes_the_fingerprint(crew):
    def using(one, units=1.0):
        task = replace(SURVEY, assignments=(Assignment("crew", units),))
        return fingerprint(with_task(task, resources=(one,), indices=(STEEL,)))

    assert len({using(CREW), using(crew), using(CREW, 2.0)}) == 3


@pytest.mark.parametrize(
    "site",
    [
        replace(SITE, amount=Fixed(1001)),
        replace(SITE, per=1440.0),
        replace(SITE, per=None),
        replace(SITE, begins="bridge.survey"),
        replace(SITE, ends="bridge.survey"),
        replace(SITE, spent=1.0),
        replace(SITE, currency="EUR"),
        replace(SITE, index="steel"),
        replace(SITE, per=None, spread=Spread.START),
        replace(SITE, per=None, date=datetime(2026, 3, 1)),
    ],
)
def test_what_a_cost_of_a_project_is_changes_the_fingerprint(site):
    rising = replace(BRIDGE, indices=(STEEL,))
    first, second = (
        fingerprint(replace(rising, projects=(replace(BRIDGE.projects[0], costs=(one,)), BRIDGE.projects[1]))) for one in (SITE, site)
    )
    assert first != second


@pytest.mark.parametrize("index", [replace(STEEL, base=date(2026, 2, 1)), replace(STEEL, rate=None, table=((2026, 100.0), (2027, 103.0)))])
def test_how_prices_rise_changes_the_fingerprint(index):
    assert fingerprint(replace(BRIDGE, indices=(index,))) != fingerprint(replace(BRIDGE, indices=(STEEL,)))


def test_a_renamed_task_has_other_draws_and_so_another_fingerprint():
    renamed = replace(BRIDGE, projects=(BRIDGE.projects[0], Project("tower", (Task("dig-out", Fixed(480)),))))
    assert fingerprint(renamed) != fingerprint(BRIDGE)


def test_a_milestone_of_the_morning_is_not_one_of_the_evening():
    kinds = (TaskKind.START_MILESTONE, TaskKind.FINISH_MILESTONE)
    morning, evening = (Portfolio("p", MONDAY, (Project("p", (Task("m", kind=kind),)),)) for kind in kinds)
    assert fingerprint(morning) != fingerprint(evening)


PROGRAM = """
from datetime import date, datetime
from pmosim.model.calendars import Calendar, weekly
from pmosim.model.fingerprint import fingerprint
from pmosim.model.laws import Pert
from pmosim.model.project import Portfolio, Project
from pmosim.model.tasks import Task
calendars = [weekly(f"c{k}", "1111100", ((480, 960 + k),)) for k in range(20)]
tasks = tuple(Task(f"t{k}", Pert(k, 2 * k, 3.3 * k), calendar=f"c{k}") for k in range(20))
print(fingerprint(Portfolio("p", datetime(2026, 1, 5), (Project("p", tasks),), tuple(calendars))))
"""


def test_every_run_of_python_gives_the_same_fingerprint_whatever_its_hash_seed():
    root = Path(__file__).parents[2]
    seen = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "12345")
    }
    assert len(seen) == 1


DESCRIBES = {
    Portfolio: {"name", "description"},
    Project: {"name", "source", "programme", "type", "team"},
    Task: {"name", "wbs", "codes", "resources", "stored", "baseline"},
    Link: set(),
    Lag: set(),
    Risk: {"name", "owner", "category", "description", "cause", "effect", "response", "proximity"},
    Hit: set(),
    Impact: set(),
    Mitigation: {"name"},
    Target: {"label"},
    Together: set(),
    Cost: set(),
    Constraint: set(),
    Progress: set(),
    Rules: set(),
    Pause: set(),
    Calendar: {"name"},
    Resource: {"name"},
    Assignment: set(),
    Currency: set(),
    Index: set(),
    ProjectCost: {"name"},
    Weather: {"name"},
    Chain: set(),
    Series: {"source"},
    Window: set(),
    Edge: set(),
}
COUNTS = {
    Portfolio: {
        "status_date",
        "projects",
        "calendars",
        "links",
        "risks",
        "targets",
        "currency",
        "constraints",
        "correlations",
        "repair_correlations",
        "branches",
        "together",
        "resources",
        "currencies",
        "indices",
        "weather",
    },
    Project: {"id", "tasks", "calendar", "start", "status_date", "rules", "costs", "index"},
    Task: {
        "id",
        "duration",
        "planned",
        "calendar",
        "kind",
        "parent",
        "cost",
        "constraints",
        "progress",
        "pauses",
        "assignments",
        "spent",
        "planned_cost",
        "status_date",
        "weather",
        "splits",
    },
    Link: {"predecessor", "successor", "kind", "lag"},
    Lag: {"minutes", "calendar", "share", "law"},
    Risk: {
        "id",
        "probability",
        "hits",
        "cost",
        "project",
        "independent",
        "mitigation",
        "group",
        "window",
        "status",
        "arises_from",
        "drawn_as",
        "currency",
    },
    Hit: {"target", "impact"},
    Impact: {"kind", "law"},
    Mitigation: {"probability", "cost", "hits", "cost_impact"},
    Target: {"node", "finish", "budget"},
    Cost: {"fixed", "rate", "currency", "spread", "index"},
    Together: {"name", "nodes"},
    Constraint: {"kind", "date"},
    Progress: {"actual_start", "actual_finish", "resumes"},
    Rules: {
        "logic",
        "no_later_holds",
        "through_finished",
        "start_lag_from_actual",
        "open_ends_have_float",
        "must_finish",
        "milestones_open_the_day",
        "leads_reach_the_morning",
        "moves_to_status",
        "joint_float",
    },
    Pause: {"after", "minutes"},
    Calendar: {"id", "week", "exceptions", "minutes_per_day", "minutes_per_week", "minutes_per_month"},
    Resource: {"id", "rate", "per_use", "currency", "index"},
    Assignment: {"resource", "units"},
    Currency: {"id", "rate"},
    Index: {"id", "base", "rate", "table"},
    ProjectCost: {"id", "amount", "per", "begins", "ends", "spread", "date", "currency", "index", "spent"},
    Weather: {"id", "calendars", "lost_days", "bad_days", "series", "windows", "standby"},
    Chain: {"shares", "persistence"},
    Series: {"first_year", "years"},
    Window: {"id", "begins", "ends", "is_open", "yearly"},
    Edge: {"first", "days"},
}


@pytest.mark.parametrize("part", DESCRIBES, ids=lambda part: part.__name__)
def test_of_every_part_it_is_known_what_counts_and_what_only_describes(part):
    # whoever adds a field to the model decides here, and in the fingerprint, whether it makes numbers
    assert set(part.__dataclass_fields__) == COUNTS[part] | DESCRIBES[part]
