"""What matters to a simulation alone: each check on a plan that trips it and on one that does not."""

from dataclasses import replace

import pytest
from building import DAY, adds, multiplies
from hypothesis import given
from small_plans import after, chain, day, hammock, milestone, on, plan, task
from strategies import SITE, ingredients

from pmosim.model.laws import Fixed, Pert, Triangular, Uniform
from pmosim.model.passes import forward_pass
from pmosim.model.plan import plan_of
from pmosim.model.project import Project
from pmosim.model.risks import Risk
from pmosim.model.tasks import Constraint, ConstraintKind, Reading
from pmosim.quality.checks import check
from pmosim.quality.simulation import driving_chain, pulled_by_their_finish

UNCERTAIN = Triangular(0.8 * DAY, DAY, 1.2 * DAY)


# ------------------------------------------------------------------ longer tasks that bring the finish forward


def test_a_task_bound_at_its_finish_that_drives_from_its_start_shortens_the_project_by_lasting_longer(found):
    portfolio = plan(task("a", 5), task("b", 2), task("c", 9), links=["a b FF", "b c SS"])
    finding = found(portfolio, "longer-is-earlier")
    assert [str(item) for item in finding.items] == ["p.b: a day more brings p.finish forward by 1 day"]
    assert finding.population == 3


@pytest.mark.parametrize(
    "links",
    [
        ["a b", "b c"],
        ["a b SS", "a b FF", "b c FF"],
        ["a b FF", "b c"],  # it drives from its finish
        ["a b", "b c SS"],  # it is bound at its start
        ["a b FF", "a b", "b c SS"],  # it is bound at both, and its start decides
    ],
)
def test_a_longer_task_delays_a_sound_network(named, links):
    portfolio = plan(task("a", 5), task("b", 2), task("c", 9), links=links)
    assert named(portfolio, "longer-is-earlier") == ([], 3, "pass")


def test_a_date_at_the_finish_pulls_too(named):
    portfolio = plan(task("b", 2, on("finish-no-earlier-than", day(4, 17))), task("c", 9), links=["b c SS"])
    assert named(portfolio, "longer-is-earlier")[0] == ["b"]


def test_a_task_that_pulls_what_is_not_critical_changes_no_finish(found):
    portfolio = plan(task("a", 5), task("b", 2), task("c", 1), task("long", 30), links=["a b FF", "b c SS"])
    finding = found(portfolio, "longer-is-earlier")
    assert (finding.count, finding.note) == (0, "1 can start earlier by lasting longer")


def test_work_that_has_begun_pulls_nobody(found):
    portfolio = plan(task("a", 5), task("b", 2, started=day(0)), task("c", 9), links=["a b FF", "b c SS"], status=day(1))
    finding = found(portfolio, "longer-is-earlier")
    assert (finding.count, finding.note) == (0, "")


@given(ingredients(calendars=(SITE,), milestones=True, projects=("p", "q")))
def test_no_other_task_can_bring_a_finish_forward(parts):
    """The few that are tried are all that there are."""
    portfolio = parts.portfolio()
    plan = plan_of(portfolio)
    durations = {id: node.duration for id, node in plan.nodes.items()}
    _, before = forward_pass(plan, durations)
    named = {item.id for finding in check(portfolio) if finding.check.id == "longer-is-earlier" for item in finding.items}
    assert named <= {*pulled_by_their_finish(plan)}
    for id in set(portfolio.tasks) - named:
        day = portfolio.calendar_of[plan.nodes[id].calendar].minutes_per_day
        _, finishes = forward_pass(plan, durations | {id: durations[id] + day})
        assert all(finishes[f"{project.id}.finish"] >= before[f"{project.id}.finish"] for project in portfolio.projects)


# ------------------------------------------------------------------ dates that do not move


def test_a_task_held_later_than_its_links_ask_is_named_with_the_gap(found):
    portfolio = chain(task("a", 2), task("b", 1, on("start-no-earlier-than", day(7))))
    finding = found(portfolio, "held-by-dates")
    assert [str(item) for item in finding.items] == ["p.b: held until 09 Mar 2026 08:00, 3 days later than its links ask"]


@pytest.mark.parametrize("kind", ["must-start-on", "finish-no-earlier-than"])
def test_other_dates_hold_too(named, kind):
    assert named(chain(task("a"), task("b", 1, on(kind, day(7)))), "held-by-dates")[0] == ["b"]


def test_a_date_that_the_links_outlast_holds_nothing(named):
    assert named(chain(task("a", 5), task("b", 1, on("start-no-earlier-than", day(2)))), "held-by-dates") == ([], 2, "pass")


def test_what_is_done_as_late_as_possible_is_not_held_by_an_earlier_date(named):
    late = task("b", 1, Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE), on("start-no-earlier-than", day(1)))
    portfolio = plan(task("a"), late, task("beside", 9), milestone("end"), links=["a b", "b end", "beside end"])
    assert named(portfolio, "held-by-dates")[0] == []


def test_work_that_waits_for_a_date_alone_hides_no_delay(found):
    finding = found(plan(task("a", 1, on("start-no-earlier-than", day(2)))), "held-by-dates")
    assert (finding.count, finding.note) == (0, "1 more wait for nothing but a date")


@pytest.mark.parametrize(("reading", "verdict", "count"), [(Reading.SOFT, "not applicable", 0), (Reading.HARD, "fail", 1)])
def test_hard_dates_stop_the_simulation_only_if_asked_for(found, reading, verdict, count):
    portfolio = chain(task("a", 2), task("b", 1, on("must-finish-on", day(2, 17))), reading=reading)
    finding = found(portfolio, "hard-reading")
    assert (str(finding.verdict), finding.count) == (verdict, count)


def test_a_hard_reading_of_a_plan_without_hard_dates_passes(named):
    assert named(chain(task("a"), task("b"), reading=Reading.HARD), "hard-reading") == ([], 2, "pass")


# ------------------------------------------------------------------ risks that can change nothing

ALIVE = Risk("r", 0.3, (adds("a", DAY),))


@pytest.mark.parametrize(
    ("risk", "why"),
    [
        (ALIVE, None),
        (replace(ALIVE, probability=0.0), "its probability is 0"),
        (Risk("r", 0.3, (adds("done", DAY),)), "p.done is finished"),
        (Risk("r", 0.3, (adds("done", DAY), adds("a", DAY))), None),
        (Risk("r", 0.3, (adds("a", 0),)), "its impact on p.a is none"),
        (Risk("r", 0.3, (multiplies("a", 1.0),)), "its impact on p.a is none"),
        (Risk("r", 0.3, (multiplies("a", Uniform(1.0, 1.5)),)), None),
        (Risk("r", 0.3, (multiplies("nothing", 2.0),)), "nothing is left to do of p.nothing"),
        (Risk("r", 0.3, (adds("nothing", DAY),)), None),
        (Risk("r", 0.3, (multiplies("h", 2.0),)), "p.h is a hammock, which lasts as long as others do"),
        (Risk("r", 0.3, (adds("finish", DAY),)), None),
        (Risk("r", 0.3, (adds("done", DAY),), cost=Fixed(1000.0)), None),
        (Risk("r", 0.3, cost=Fixed(0.0)), "it costs nothing"),
    ],
)
def test_a_risk_that_can_change_nothing_is_named_with_the_reason(found, risk, why):
    tasks = [task("done", started=day(0), finished=day(0, 17)), task("a"), task("nothing", 0, started=day(0)), hammock("h")]
    finding = found(plan(*tasks, links=["a h SS", "a h FF"], risks=[risk], status=day(1)), "risks-that-never-hit")
    assert [item.what for item in finding.items] == ([why] if why else [])
    assert finding.population == 1


def test_a_risk_of_a_finished_project_has_had_its_day(found):
    done = Project("q", (task("x", started=day(0), finished=day(0, 17)),))
    risk = Risk("r", 0.3, (adds("q.finish", DAY),))
    finding = found(plan(task("a"), others=[done], risks=[risk], status=day(1)), "risks-that-never-hit")
    assert [item.what for item in finding.items] == ["all of q is finished"]


def test_a_register_without_risks_is_not_asked(found):
    assert found(plan(task("a")), "risks-that-never-hit").note == "there are no risks"


# ------------------------------------------------------------------ margins


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Schedule contingency", "contingency"),
        ("WEATHER_ALLOWANCE", "ALLOWANCE"),
        ("Float", "Float"),
        ("Project float 10d", "Project float"),
        ("Tape and float 1st floor drywall", ""),
        ("Zeitpuffer Rohbau", "Zeitpuffer"),
        ("Terminreserve", "Terminreserve"),
        ("Marge pour intempéries", "Marge"),
        ("Aléas de chantier", "Aléas"),
        ("Holgura final", "Holgura"),
        ("Colchón", "Colchón"),
        ("Float glass facade", ""),
        ("Install buffer tank", ""),
        ("Pufferspeicher montieren", ""),
        ("Preserve existing trees", ""),
        ("Write contingency plan", ""),
        ("Marginal works", ""),
        ("Floating crane", ""),
        ("Excavation", ""),
    ],
)
def test_margins_are_known_by_their_names(found, name, word):
    finding = found(plan(task("a", 10, name=name)), "margins")
    assert [item.what for item in finding.items] == ([f"'{word}' of 10 days"] if word else [])


def test_a_margin_that_is_spent_is_none(named):
    tasks = [task("a", started=day(0), finished=day(0, 17), name="Contingency"), milestone("m", name="Contingency used up"), task("b")]
    assert named(plan(*tasks, status=day(1)), "margins") == ([], 1, "pass")


# ------------------------------------------------------------------ spreads that cancel one another


def row_of(count, law=UNCERTAIN, **more):
    return chain(*(task(f"t{n}", law) for n in range(count)), **more)


def test_ten_independent_tasks_of_20_percent_make_a_project_of_much_less(found):
    """Each has a standard deviation of 8.2 %; ten in a row have 8.2 / sqrt(10) = 2.6 %."""
    finding = found(row_of(10), "cancelling-spreads")
    assert [item.what for item in finding.items] == [
        "10 independent tasks in a row of ±10.5 % each (P10 to P90) make a project of ±3.3 %; moved together, ±10.5 %"
    ]


def test_a_shared_driver_holds_the_spread_together(named):
    driver = Risk("market", 1.0, tuple(multiplies(f"t{n}", Triangular(0.8, 1.0, 1.2)) for n in range(10)))
    assert named(row_of(10, risks=[driver]), "cancelling-spreads") == ([], 1, "pass")
    alone = replace(driver, independent=True)
    assert named(row_of(10, risks=[alone]), "cancelling-spreads")[0] == ["p"]


def test_one_dominating_risk_holds_the_spread_open(named):
    assert named(row_of(10, risks=[Risk("flood", 0.5, (adds("t0", 5 * DAY),))]), "cancelling-spreads") == ([], 1, "pass")


def test_a_risk_adds_its_own_variance(found):
    """The row's is 10 x 1536; a day's fifth with a chance of a half adds 96^2 / 4. Its square root is 2.77 % of ten days."""
    finding = found(row_of(10, risks=[Risk("r", 0.5, (adds("t0", 0.2 * DAY),))]), "cancelling-spreads")
    assert "make a project of ±3.5 %" in finding.items[0].what


def test_a_short_row_is_not_looked_at(found):
    assert str(found(row_of(9), "cancelling-spreads").verdict) == "not applicable"


def test_certain_tasks_are_not_counted(found):
    portfolio = chain(*(task(f"t{n}", UNCERTAIN) for n in range(9)), task("certain", 5))
    assert str(found(portfolio, "cancelling-spreads").verdict) == "not applicable"


def test_tasks_beside_the_driving_path_are_not_counted(found):
    beside = [task(f"t{n}", Pert(0.8, 1.0, 1.2)) for n in range(12)]
    portfolio = plan(task("long", 50), *beside, links=[f"t{n} t{n + 1}" for n in range(11)])
    assert str(found(portfolio, "cancelling-spreads").verdict) == "not applicable"


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (["a b", "b c"], ["c", "b", "a"]),
        (["a b", "b c SS"], ["c", "a"]),  # what is left at its start adds nothing
        (["a b FF", "b c"], ["c", "a"]),  # what is entered at its finish adds nothing
        (["a c"], ["c", "a"]),
        (["a b SS 3", "b c"], ["c", "b"]),
    ],
)
def test_the_driving_chain_adds_up_to_the_finish(links, expected):
    portfolio = plan(task("a", 5), task("b", 3), task("c", 4), links=links)
    plan_ = plan_of(portfolio)
    durations = {id: node.duration for id, node in plan_.nodes.items()}
    passed = forward_pass(plan_, durations)
    assert [id.removeprefix("p.") for id in driving_chain(plan_, "p.finish", durations, passed)] == expected


@given(ingredients(milestones=True))
def test_a_chain_of_plain_links_lasts_as_long_as_the_project(parts):
    only_fs = replace(parts, links=tuple(replace(link, kind=type(link.kind).FS, lag=type(link.lag)()) for link in parts.links))
    plan_ = plan_of(only_fs.portfolio())
    durations = {id: node.duration for id, node in plan_.nodes.items()}
    passed = forward_pass(plan_, durations)
    chain_ = driving_chain(plan_, "p.finish", durations, passed)
    assert sum(durations[id] for id in chain_) == passed[1]["p.finish"] - plan_.nodes["p.finish"].floor


# ------------------------------------------------------------------ critical tasks without uncertainty


def test_critical_tasks_that_last_as_planned_are_named(found):
    portfolio = plan(task("a", UNCERTAIN), task("b", 2), task("beside", 1), milestone("end"), links=["a b", "b end", "beside end"])
    finding = found(portfolio, "certain-critical-tasks")
    assert [str(item) for item in finding.items] == ["p.b: 2 days, certain"]
    assert finding.population == 2


def test_a_risk_makes_a_task_uncertain(named):
    portfolio = chain(task("a", 2), task("b", 2), risks=[Risk("r", 0.2, (adds("a", DAY), adds("b", DAY)))])
    assert named(portfolio, "certain-critical-tasks") == ([], 2, "pass")


def test_a_schedule_without_any_uncertainty_is_not_asked(found):
    finding = found(chain(task("a"), task("b")), "certain-critical-tasks")
    assert finding.note == "nothing is uncertain yet: a scenario lays estimates and risks over the schedule"


def test_as_late_as_possible_work_that_drives_from_its_start_is_tried():
    late = task("b", 2, Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE))
    portfolio = plan(task("a"), late, task("c", 9), links=["a b", after("b c SS")])
    assert pulled_by_their_finish(plan_of(portfolio)) == ["p.b"]
