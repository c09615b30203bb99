"""Registers as PMOs keep them: headings, classes, rules, states before and after, each as the table or the scenario says."""

from datetime import datetime

import pytest

from pmosim.model.laws import Fixed, Pert, Triangular, Uniform
from pmosim.model.risks import Hit, Impact, ImpactKind, Mitigation, Status

DAY = 480
TASKS = """\
tasks:
  footings: {duration: 10d, wbs: Civil.1, resources: [Crane 1], codes: {Trade: Mason}}
  walls: {duration: 20d, wbs: Civil.2, after: footings, resources: [Crane 2]}
  paint: {name: Painting, duration: 5d, wbs: Fit-out, after: walls, codes: {Trade: Painter}}
  handed_over: {milestone: true, wbs: Civil.9, after: paint}
"""


@pytest.fixture
def risk(read):
    """The one risk of a scenario, from its keys."""
    return lambda keys, more="": read(TASKS + more + f"risks:\n  r: {{{keys}}}\n").risks[0]


@pytest.fixture
def register(scenario, tmp_path):
    """The risks in a table."""

    def made(*rows, more="", columns=""):
        (tmp_path / "register.csv").write_text("\n".join(rows) + "\n")
        named = f"{{file: register.csv, columns: {columns}}}" if columns else "register.csv"
        return scenario(TASKS + more + f"risks_from: {named}\n")

    return made


def added(law):
    return Impact(ImpactKind.ADD, law)


def struck(risk):
    return {hit.target.removeprefix("project."): hit.impact.law for hit in risk.hits}


# ---- hits by rules ----


@pytest.mark.parametrize(
    ("match", "tasks"),
    [
        ("wbs: Civil*", {"footings", "walls"}),
        ("resource: Crane*", {"footings", "walls"}),
        ("resource: Crane 2", {"walls"}),
        ("code: {Trade: Painter}", {"paint"}),
        ("name: Paint*", {"paint"}),
        ("id: [footings, paint]", {"footings", "paint"}),
        ("wbs: Civil*, code: {Trade: Mason}", {"footings"}),
    ],
)
def test_a_rule_hits_the_tasks_that_match_it_and_have_a_duration(risk, match, tasks):
    made = risk(f"probability: 10%, hits: {{match: {{{match}}}, impact: +2d}}")
    assert struck(made) == dict.fromkeys(tasks, Fixed(2 * DAY))


def test_a_task_that_is_named_goes_before_one_that_a_rule_finds(risk):
    made = risk("probability: 10%, impact: +2d, hits: [{walls: +9d}, {match: {wbs: Civil*}}]")
    assert struck(made) == {"walls": Fixed(9 * DAY), "footings": Fixed(2 * DAY)}


def test_it_is_said_how_many_tasks_a_rule_hits(scenario):
    said = scenario(TASKS + "risks: {r: {probability: 10%, hits: {match: {wbs: Civil*}}, impact: x 1.2}}").notes
    assert said == ("risk 'r': wbs 'Civil*' hits 2 tasks",)


def test_on_a_finished_task_a_risk_does_nothing_more_and_that_is_said(scenario):
    tasks = "tasks: {a: {started: 2026-02-02, finished: 2026-02-03}, b: {duration: 1d}}"
    text = f"{tasks}\nrisks: {{r: {{probability: 5%, hits: [a, b], impact: +1d}}}}"
    assert scenario(text).notes == ("risk 'r' hits 'project.a', which is finished: it does nothing there any more",)


# ---- classes ----

SCALES = """\
scales:
  probability: {VL: 1%..9%, L: 20%, VH: 80%}
  impact: {L: 1d..3d, M: +triangular 2d 4d 9d, H: x 1.5}
  cost: {L: 5k..15k EUR, H: 90k EUR}
"""


@pytest.mark.parametrize(("word", "p"), [("VL", 0.05), ("vl", 0.05), ("very low", 0.05), ("Low", 0.2), ("Very High", 0.8), ("35%", 0.35)])
def test_a_class_of_probability_is_what_the_scale_says(risk, word, p):
    assert risk(f"probability: {word}, hits: {{paint: +1d}}", SCALES).probability == pytest.approx(p)


@pytest.mark.parametrize(
    ("word", "impact"),
    [
        ("L", added(Uniform(DAY, 3 * DAY))),
        ("medium", added(Triangular(2 * DAY, 4 * DAY, 9 * DAY))),
        ("H", Impact(ImpactKind.FACTOR, Fixed(1.5))),
        ("+1d", added(Fixed(DAY))),
    ],
)
def test_a_class_of_impact_is_the_law_that_the_scale_says(risk, word, impact):
    assert risk(f"probability: L, hits: {{paint: {word}}}", SCALES).hits == (Hit("project.paint", impact),)


@pytest.mark.parametrize(("word", "law"), [("L", Uniform(5_000, 15_000)), ("High", Fixed(90_000)), ("7k EUR", Fixed(7_000))])
def test_a_class_of_cost_is_the_law_that_the_scale_says(risk, word, law):
    assert risk(f"probability: L, cost: {word}", SCALES).cost == law


def test_the_middle_of_a_range_of_probability_is_taken_and_said(scenario):
    assert "class VL of probability, 1%..9%: its middle, 5%, is taken" in scenario(TASKS + SCALES).notes


def test_a_class_of_an_opportunity_saves_what_it_would_cost_as_a_threat(risk):
    made = risk("probability: L, type: opportunity, hits: {paint: M}, cost: L", SCALES)
    assert struck(made) == {"paint": Triangular(-9 * DAY, -4 * DAY, -2 * DAY)}
    assert made.cost == Uniform(-15_000, -5_000)


# ---- states ----


@pytest.mark.parametrize(
    ("word", "status"),
    [("Open", Status.OPEN), ("active", Status.OPEN), ("Draft", Status.PROPOSED), ("RETIRED", Status.CLOSED), ("Issue", Status.OCCURRED)],
)
def test_the_words_of_registers_for_a_state_are_understood(risk, word, status):
    assert risk(f"probability: 10%, hits: {{paint: +1d}}, status: {word}").status is status


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("2026-05-01..2026-06-30", (datetime(2026, 5, 1), datetime(2026, 6, 30, 23, 59))),
        ("2026-05-01..", (datetime(2026, 5, 1), None)),
        ("..2026-06-30", (None, datetime(2026, 6, 30, 23, 59))),
    ],
)
def test_a_window_has_both_its_days_and_either_may_be_left_out(risk, text, window):
    assert risk(f"probability: 10%, hits: {{paint: +1d}}, window: {text}").window == window


def test_what_registers_keep_in_words_is_kept(risk):
    made = risk("probability: 10%, hits: {paint: +1d}, group: weather, cause: Rain, effect: Delay, response: Tent, proximity: This month")
    assert (made.group, made.cause, made.effect, made.response, made.proximity) == ("weather", "Rain", "Delay", "Tent", "This month")


# ---- what is left after mitigation ----


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        ("probability: 5%", Mitigation(0.05)),
        ("probability: 5%, cost: 8k EUR, name: Pumps", Mitigation(0.05, 8_000, name="Pumps")),
        ("impact: +1d", Mitigation(None, 0.0, (Hit("project.walls", added(Fixed(DAY))), Hit("project.paint", added(Fixed(DAY)))))),
        (
            "hits: {paint: +1d}",
            Mitigation(None, 0.0, (Hit("project.walls", added(Fixed(9 * DAY))), Hit("project.paint", added(Fixed(DAY))))),
        ),
        ("cost_impact: 2k EUR", Mitigation(None, cost_impact=Fixed(2_000))),
    ],
    ids=["probability", "with a price", "impact everywhere", "impact at one task", "cost"],
)
def test_what_a_mitigation_does_not_name_stays_as_it_was(risk, keys, left):
    assert risk(f"probability: 10%, hits: [walls, paint], impact: +9d, mitigation: {{{keys}}}").mitigation == left


# ---- tables ----


def test_a_register_is_read_under_the_headings_that_pmos_use_in_any_order(register):
    made = register(
        "Mitigation cost,Likelihood (%),Residual delay [d],Risk owner,Delay [d],Affected activities,Risk ID,Title,"
        "Residual probability,Action,RBS",
        '9k EUR,30,2,Ann,5,"walls, paint",R-1,Flood,10%,Pumps,Ground',
    ).portfolio.risks[0]
    assert (made.id, made.name, made.owner, made.category, made.probability) == ("R-1", "Flood", "Ann", "Ground", 0.3)
    assert struck(made) == {"walls": Fixed(5 * DAY), "paint": Fixed(5 * DAY)}
    left = tuple(Hit(f"project.{task}", added(Fixed(2 * DAY))) for task in ("walls", "paint"))
    assert made.mitigation == Mitigation(0.1, 9_000, left, name="Pumps")


def test_three_columns_before_and_after_make_two_estimates(register):
    made = register(
        "Ref,Probability,Tasks,Min [d],Most likely [d],Max [d],Residual min [d],Residual most likely [d],Residual max [d],"
        "Cost min,Cost likely,Cost max",
        "F,30%,walls,1,2,6,0.5,1,2,10k EUR,20k EUR,60k EUR",
    ).portfolio.risks[0]
    assert struck(made) == {"walls": Pert(DAY, 2 * DAY, 6 * DAY)}
    assert made.mitigation.hits[0].impact.law == Pert(DAY / 2, DAY, 2 * DAY)
    assert made.cost == Pert(10_000, 20_000, 60_000)


def test_the_points_of_an_opportunity_save_time(register):
    first, second = register(
        "Risk ID,Type,Probability,Tasks,Min [d],Most likely [d],Max [d],Delay [d]",
        "A,Opportunity,30%,walls,1,2,6,",
        "B,Opp,30%,walls,,,,3",
    ).portfolio.risks
    assert struck(first) == {"walls": Pert(-6 * DAY, -2 * DAY, -DAY)}
    assert struck(second) == {"walls": Fixed(-3 * DAY)}


def test_a_cell_of_hits_may_have_rules_and_impacts_of_their_own(register):
    made = register("id,probability,affects,impact", 'F,30%,"wbs=Civil*; code Trade=Painter: x 1.5",+2d').portfolio.risks[0]
    assert {hit.target: hit.impact for hit in made.hits} == {
        "project.footings": added(Fixed(2 * DAY)),
        "project.walls": added(Fixed(2 * DAY)),
        "project.paint": Impact(ImpactKind.FACTOR, Fixed(1.5)),
    }


def test_a_heading_that_is_not_known_can_be_said_to_be_a_column_or_nothing(register):
    made = register("id,Odds,affects,impact,Zodiac", "F,30%,walls,+2d,Leo", columns="{Odds: probability, Zodiac: ignore}").portfolio.risks[
        0
    ]
    assert (made.id, made.probability) == ("F", 0.3)


def test_columns_that_a_simulation_has_no_use_for_are_left_aside_and_named(register):
    said = register("id,probability,affects,impact,Score,Date raised", "F,30%,walls,+2d,12,2026-01-05").notes
    assert [note.partition(": ")[2] for note in said] == ["columns left aside: Score, Date raised"]


def test_a_plan_in_words_alone_is_the_response_and_no_mitigation(register):
    made = register("id,probability,affects,impact,Mitigation plan", "F,30%,walls,+2d,Hope").portfolio.risks[0]
    assert (made.response, made.mitigation) == ("Hope", None)


def test_classes_in_a_register_are_those_of_the_scenario(register):
    made = register("id,likelihood,affects,impact,cost,residual probability", "F,VH,walls,M,L,Very low", more=SCALES).portfolio.risks[0]
    assert (made.probability, made.cost, made.mitigation) == (0.8, Uniform(5_000, 15_000), Mitigation(0.05))
    assert struck(made) == {"walls": Triangular(2 * DAY, 4 * DAY, 9 * DAY)}


def test_every_heading_that_is_understood_stands_for_one_column_only():
    from pmosim.scenario.register_tables import COLUMNS, LEFT_ASIDE

    all_of_them = [heading for headings in COLUMNS.values() for heading in headings] + [*LEFT_ASIDE]
    assert len(all_of_them) == len({*all_of_them})
