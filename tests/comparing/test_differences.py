"""The differences of two models in words, and the steps from one to the other."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from building import adds, link, portfolio
from hypothesis import HealthCheck, given, settings
from small_plans import day
from strategies import ingredients, uncertain

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.errors import InvalidModel
from pmosim.model.between import Made, combined
from pmosim.model.branches import Branch, Way
from pmosim.model.calendars import weekly
from pmosim.model.changes import ORDER, Change
from pmosim.model.differences import differences
from pmosim.model.fingerprint import fingerprint
from pmosim.model.laws import Discrete, Fixed, Lognormal, Pert
from pmosim.model.money import Assignment, Currency, Index, ProjectCost, Resource
from pmosim.model.project import Target
from pmosim.model.risks import Mitigation, Risk
from pmosim.model.stages import stages
from pmosim.model.tasks import Constraint, ConstraintKind, Cost, Progress, TaskKind

SIX_DAYS = weekly("site", "1111110", ((480, 960),))
LONG_DAYS = weekly("site", "1111100", ((480, 1080),))
SITE = weekly("site", "1111100", ((480, 960),))
FLOOD = Risk("flood", 0.3, (adds("dig", 2400),), name="Flood")


def house(laws=None, links=("dig pour",), **more):
    return portfolio(laws or {"dig": Pert(960, 1440, 2880), "pour": 960.0}, *links, **more)


def with_task(made, id, **changes):
    """The portfolio with one task of project p changed."""
    (project,) = made.projects
    tasks = tuple(replace(task, **changes) if task.id == id else task for task in project.tasks)
    return replace(made, projects=(replace(project, tasks=tasks),))


def told(before, after):
    return [(one.change.value, one.action, one.item, one.what, one.before, one.after) for one in differences(before, after)]


def test_two_equal_portfolios_differ_in_nothing():
    assert differences(house(risks=[FLOOD]), house(risks=[FLOOD])) == ()
    assert [*stages(house(risks=[FLOOD]), house(risks=[FLOOD]))] == []


def test_names_and_owners_are_no_difference():
    before = house(risks=[FLOOD])
    after = replace(with_task(before, "dig", name="Excavate"), name="Another", risks=(replace(FLOOD, name="Water", owner="me"),))
    assert told(before, after) == []


def using(resource):
    """The digging uses two of it."""
    (project,) = house().projects
    tasks = tuple(replace(task, assignments=(Assignment(resource.id, 2.0),)) if task.id == "dig" else task for task in project.tasks)
    return replace(house(), projects=(replace(project, tasks=tasks),), resources=(resource,))


def costing(*costs):
    (project,) = house().projects
    return replace(house(), projects=(replace(project, costs=costs),))


CASES = {
    "a range": (
        house(),
        house({"dig": Pert(960, 1920, 3840), "pour": 960.0}),
        [("estimates", "changed", "p.dig", "duration", "pert 2d 3d 6d", "pert 2d 4d 8d")],
    ),
    "a law": (
        house(),
        house({"dig": Discrete((480, 960), (0.25, 0.75)), "pour": 960.0}),
        [("estimates", "changed", "p.dig", "duration", "pert 2d 3d 6d", "discrete 1d 25%, 2d 75%")],
    ),
    "a lag": (
        house(),
        house(links=("dig pour FS 960",)),
        [("links", "changed", "p.dig -> p.pour", "lag", "none", "+2d")],
    ),
    "the kind of a link": (
        house(),
        house(links=("dig pour SS",)),
        [
            ("links", "removed", "p.dig -> p.pour", "link", "FS", ""),
            ("links", "added", "p.dig -> p.pour", "link", "", "SS"),
        ],
    ),
    "a probability": (
        house(risks=[FLOOD]),
        house(risks=[replace(FLOOD, probability=0.1)]),
        [("risks", "changed", "flood", "probability", "30%", "10%")],
    ),
    "an impact": (
        house(risks=[FLOOD]),
        house(risks=[replace(FLOOD, hits=(adds("dig", 4800), adds("pour", 480)))]),
        [
            ("risks", "changed", "flood", "hits dig", "+5d", "+10d"),
            ("risks", "added", "flood", "hits pour", "", "+1d"),
        ],
    ),
    "a new risk": (house(), house(risks=[FLOOD]), [("risks", "added", "flood", "risk", "", "30%")]),
    "a risk that is gone": (house(risks=[FLOOD]), house(), [("risks", "removed", "flood", "risk", "30%", "")]),
    "a response": (
        house(risks=[FLOOD]),
        house(risks=[replace(FLOOD, mitigation=Mitigation(0.1, 30_000.0))]),
        [("risks", "changed", "flood", "mitigation", "none", "probability 10%, for 30,000 EUR")],
    ),
    "a new task in a chain": (
        house(),
        house({"dig": Pert(960, 1440, 2880), "cure": 480.0, "pour": 960.0}, ("dig cure", "cure pour")),
        [
            ("tasks", "added", "p.cure", "task", "", "1d"),
            ("tasks", "added", "p.dig -> p.cure", "link", "", "FS"),
            ("tasks", "added", "p.cure -> p.pour", "link", "", "FS"),
            ("links", "removed", "p.dig -> p.pour", "link", "FS", ""),
        ],
    ),
    "the working week": (
        house(calendars=[SITE], on={"dig": "site"}),
        house(calendars=[SIX_DAYS], on={"dig": "site"}),
        [("calendars", "changed", "site", "week", "40 h on 5 days a week", "48 h on 6 days a week")],
    ),
    "a task's calendar": (
        house(calendars=[SITE], on={"pour": "site"}),
        house(calendars=[SITE], on={"dig": "site", "pour": "site"}),
        [("calendars", "changed", "p.dig", "calendar", "standard", "site")],
    ),
    "progress": (
        house(),
        with_task(house(), "dig", progress=Progress(day(0)), duration=Fixed(480.0), planned=480.0),
        [
            ("progress", "changed", "p.dig", "duration", "pert 2d 3d 6d", "1d"),
            ("progress", "changed", "p.dig", "progress", "not started", "started 2 Mar 2026 08:00"),
        ],
    ),
    "a constraint": (
        house(),
        with_task(house(), "pour", constraints=(Constraint(ConstraintKind.START_NO_EARLIER, datetime(2026, 4, 1)),)),
        [("constraints", "changed", "p.pour", "constraints", "", "start no earlier than 1 Apr 2026")],
    ),
    "a cost": (
        house(costs={"dig": Cost(Fixed(1000.0), None)}),
        house(costs={"dig": Cost(Fixed(1500.0), Fixed(1.0))}),
        [("costs", "changed", "p.dig", "cost", "1,000 EUR", "1,500 EUR + 480 EUR/d")],
    ),
    "the rate of a resource": (
        using(Resource("crew", Fixed(1.0))),
        using(Resource("crew", Pert(1.0, 1.5, 2.5), Fixed(500.0))),
        [("costs", "changed", "crew", "resource", "60 EUR/h", "pert 60 EUR/h 90 EUR/h 150 EUR/h + 500 EUR per use")],
    ),
    "what a task uses": (
        using(Resource("crew", Fixed(1.0))),
        with_task(using(Resource("crew", Fixed(1.0))), "dig", assignments=(Assignment("crew", 3.0),)),
        [("costs", "changed", "p.dig", "assignments", "2 crew", "3 crew")],
    ),
    "what has been spent": (
        with_task(house(), "dig", progress=Progress(datetime(2026, 2, 2, 8)), spent=1000.0),
        with_task(house(), "dig", progress=Progress(datetime(2026, 2, 2, 8)), spent=2500.0),
        [("progress", "changed", "p.dig", "spent", "1,000 EUR", "2,500 EUR")],
    ),
    "a currency": (
        replace(house(), currencies=(Currency("USD", Fixed(0.92)),)),
        replace(house(), currencies=(Currency("USD", Fixed(0.95)), Currency("CHF", Fixed(1.04)))),
        [
            ("costs", "changed", "USD", "rate of currency", "0.92 EUR", "0.95 EUR"),
            ("costs", "added", "CHF", "rate of currency", "", "1.04 EUR"),
        ],
    ),
    "how prices rise": (
        replace(house(), indices=(Index("steel", date(2026, 1, 1), Fixed(0.03)),)),
        replace(house(), indices=(Index("steel", date(2026, 1, 1), None, ((2026, 100.0), (2027, 108.0))),)),
        [("costs", "changed", "steel", "escalation", "3% a year, from 1 Jan 2026", "2026: 100, 2027: 108, from 1 Jan 2026")],
    ),
    "a cost of a project": (
        house(),
        costing(ProjectCost("site", Fixed(3000.0), 7 * 1440.0, begins="p.pour")),
        [("costs", "added", "p site", "cost", "", "3,000 EUR/w from p.pour")],
    ),
    "a promise": (
        house(targets=[Target("p.finish", datetime(2026, 4, 1))]),
        house(targets=[Target("p.finish", datetime(2026, 5, 1), 2000.0)]),
        [
            ("targets", "changed", "p.finish", "target finish", "1 Apr 2026", "1 May 2026"),
            ("targets", "added", "p.finish", "target budget", "", "2,000 EUR"),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_told_with_its_class_and_in_words(case):
    before, after, expected = CASES[case]
    found = told(before, after)
    assert [one for one in found if one not in expected] == []
    assert [one for one in expected if one not in found] == []


@pytest.mark.parametrize("case", CASES)
def test_the_steps_are_those_of_the_classes_that_differ(case):
    before, after, expected = CASES[case]
    steps = [change.value for stage in stages(before, after) for change in stage.changes]
    classes = {change for change, *_ in expected} - {"targets"}
    assert set(steps) == classes
    assert steps == [change.value for change in ORDER if change.value in steps], "in their fixed order"


@pytest.mark.parametrize("case", CASES)
def test_the_last_step_is_the_whole_of_the_second_portfolio(case):
    before, after, _ = CASES[case]
    made = [*stages(before, after)]
    if made:
        assert fingerprint(replace(made[-1].portfolio, targets=())) == fingerprint(replace(after, targets=()))


def test_hours_of_a_day_change_durations_by_way_of_the_calendar():
    before = house({"dig": Pert(960, 1440, 2880), "pour": 960.0}, calendars=[SITE], on={"dig": "site"})
    after = house({"dig": Pert(1200, 1800, 3600), "pour": 960.0}, calendars=[LONG_DAYS], on={"dig": "site"})
    assert {change for change, *_ in told(before, after)} == {"calendars"}


def test_a_link_that_closes_the_gap_of_a_removed_task_comes_with_its_removal():
    before = house({"dig": 960.0, "cure": 480.0, "pour": 960.0}, ("dig cure", "cure pour"))
    after = house({"dig": 960.0, "pour": 960.0}, ("dig pour",))
    (stage,) = stages(before, after)
    assert stage.changes == (Change.SCOPE,)


def test_classes_that_make_no_valid_portfolio_apart_are_made_together():
    before = house(links=("dig pour",))
    after = house({"dig": Pert(960, 1440, 2880), "pour": 960.0, "check": 480.0}, ("pour check", "check dig"))
    with pytest.raises(InvalidModel):  # the new tasks' links close a circle with the old link
        combined(before, after, Made(frozenset({Change.PROGRESS, Change.SCOPE})))
    (stage,) = stages(before, after)
    assert stage.changes == (Change.SCOPE, Change.LOGIC)


def test_a_milestone_made_of_a_task_is_a_change_of_tasks():
    after = portfolio({"dig": 0.0, "pour": 960.0}, link("dig pour"), kinds={"dig": TaskKind.FINISH_MILESTONE})
    assert {change for change, *_ in told(house(), after)} == {"tasks"}


def test_laws_are_told_in_the_words_of_the_scenario_language():
    after = house({"dig": Lognormal(960, 240), "pour": 960.0})
    ((*_, words),) = told(house(), after)
    assert words == "lognormal mu 2d sigma 0.5d"


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(ingredients(laws=uncertain, risks=True, projects=("p", "q")), ingredients(laws=uncertain, risks=True, projects=("p", "q")))
def test_between_any_two_portfolios_the_steps_lead_from_one_to_the_other(first, second):
    before, after = first.portfolio(), second.portfolio()
    made = [*stages(before, after)]
    last = made[-1].portfolio if made else before
    for one in (last, after):
        assert fingerprint(replace(one, targets=())) == fingerprint(replace(after, targets=()))
    if made:
        found = [simulate_finishes(compile_portfolio(replace(one, targets=())), Run(64, 1)).finishes for one in (last, after)]
        assert np.array_equal(*found)
    assert bool(made) == (fingerprint(replace(before, targets=())) != fingerprint(replace(after, targets=())))


def test_tasks_of_one_name_are_told_apart_by_their_ids():
    before = with_task(with_task(house(), "dig", name="Masonry"), "pour", name="Masonry")
    after = with_task(before, "pour", duration=Fixed(1440.0), planned=1440.0)
    (found,) = differences(before, after)
    assert found.label == "Masonry (pour)"


def test_what_is_as_many_days_and_costs_as_much_a_day_changes_by_way_of_the_calendar_alone():
    laws = {"dig": Pert(960, 1440, 2880), "pour": 960.0}
    rate = {"dig": Cost(None, Fixed(2.0))}
    before = house(laws, ("pour dig FS 480",), risks=[FLOOD], calendars=[SITE], on={"dig": "site"}, costs=rate)
    double = weekly("site", "1111100", ((240, 1200),))
    flood = replace(FLOOD, hits=(adds("dig", 4800),))
    laws = {"dig": Pert(1920, 2880, 5760), "pour": 960.0}
    after = house(laws, ("pour dig FS 960",), risks=[flood], calendars=[double], on={"dig": "site"}, costs={"dig": Cost(None, Fixed(1.0))})
    assert {change for change, *_ in told(before, after)} == {"calendars"}
    (stage,) = stages(before, after)
    assert stage.changes == (Change.CALENDARS,)


def test_a_wider_range_on_longer_days_is_parted_into_both():
    before = house({"dig": Pert(960, 1440, 2880), "pour": 960.0}, calendars=[SITE], on={"dig": "site"})
    after = house({"dig": Pert(1200, 1800, 6000), "pour": 960.0}, calendars=[LONG_DAYS], on={"dig": "site"})
    found = [one for one in told(before, after) if one[0] == "estimates"]
    assert found == [("estimates", "changed", "p.dig", "duration", "pert 2d 3d 6d", "pert 2d 3d 10d")]
    first, second = stages(before, after)
    assert (first.changes, second.changes) == ((Change.ESTIMATES,), (Change.CALENDARS,))
    assert first.portfolio.tasks["p.dig"].duration == Pert(960, 1440, 4800)


def forked(chance, laws=None):
    made = portfolio(laws or {"dig": 960.0, "blast": 2400.0, "pour": 480.0}, "dig pour", "blast pour")
    ways = (Way("rock", ("p.blast",), chance), Way("soil", ("p.dig",), 1 - chance))
    return replace(made, branches=(Branch("ground", ways),))


def test_another_chance_of_a_branch_is_told_way_by_way():
    before, after = forked(0.25), forked(0.5)
    assert told(before, after) == [
        ("branches", "changed", "ground", "branch", "rock 25%: blast; soil 75%: dig", "rock 50%: blast; soil 50%: dig"),
    ]
    assert [stage.changes for stage in stages(before, after)] == [(Change.BRANCHES,)]


def test_a_new_branch_over_new_tasks_comes_after_them():
    before = portfolio({"dig": 960.0, "pour": 480.0}, "dig pour")
    first, *_, last = stages(before, forked(0.5))
    assert first.changes == (Change.SCOPE,)
    assert last.changes == (Change.BRANCHES,)
