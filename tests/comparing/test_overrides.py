"""Values from the command line stand where the scenario's own stood, and mistakes in them are told at the option itself."""

from datetime import datetime

import pytest

from pmosim.errors import InvalidScenario
from pmosim.model.laws import Fixed, Pert
from pmosim.scenario.messages import render
from pmosim.scenario.overrides import Override
from pmosim.scenario.reader import read_scenario, scenario_from_text

BRIDGE = """\
pmosim: 1
name: River bridge
status_date: 2027-01-04
calendars:
  site: {week: {mon-fri: 08:00-16:00}}
projects:
  bridge:
    target: {finish: 2027-09-30}
    tasks:
      design: {duration: pert 4d 5d 9d}
      civil:
        tasks:
          foundation: {duration: pert 8d 10d 20d, after: [design], calendar: site}
          "pier.one": {duration: 3d, after: [foundation, design SS+2d]}
risks:
  flood: {probability: 30%, hits: {bridge.foundation: +5d, bridge.pier.one: x 1.2}}
"""
BESIDE = """\
pmosim: 1
status_date: 2027-01-04
projects:
  bridge: {tasks_from: tasks.csv}
  tower: {schedule: tower.xer}
risks_from: risks.csv
"""


def portfolio(*overrides, text=BRIDGE):
    return scenario_from_text(text, overrides=overrides).portfolio


def refused(*overrides, text=BRIDGE, path="scenario.yaml"):
    """(place, code, fix) of every mistake."""
    with pytest.raises(InvalidScenario) as error:
        scenario_from_text(text, path, overrides)
    assert render(error.value), "it can be shown"
    return [(str(place), place.column, problem.code, problem.fix) for place, problem in error.value.located]


def duration_of(made, id):
    return made.tasks[id].duration


@pytest.mark.parametrize(
    ("override", "read", "expected"),
    [
        ("risks.flood.probability=10%", lambda made: made.risks[0].probability, 0.1),
        ("risks.flood.probability=0.1", lambda made: made.risks[0].probability, 0.1),
        ("projects.bridge.tasks.design.duration=pert 6d 7d 9d", lambda made: duration_of(made, "bridge.design"), Pert(2880, 3360, 4320)),
        (
            "projects.bridge.tasks.design.duration={pert: [6d, 7d, 9d]}",
            lambda made: duration_of(made, "bridge.design"),
            Pert(2880, 3360, 4320),
        ),
        ("projects.bridge.tasks.civil.tasks.foundation.duration=2d", lambda made: duration_of(made, "bridge.foundation"), Fixed(960)),
        ("projects.bridge.tasks.foundation.duration=2d", lambda made: duration_of(made, "bridge.foundation"), Fixed(960)),
        ("projects.bridge.target.finish=2027-10-31", lambda made: made.targets[0].finish, datetime(2027, 10, 31, 23, 59)),
        ("projects.bridge.target.budget=4M EUR", lambda made: made.targets[0].budget, 4e6),
        ("risks.flood.hits.bridge.foundation=+7d", lambda made: made.risks[0].hits[0].impact.law, Fixed(3360)),
        ("name=Another bridge", lambda made: made.name, "Another bridge"),
        ("constraints=hard", lambda made: str(made.constraints), "hard"),
    ],
)
def test_a_value_takes_the_place_of_the_scenarios_own(override, read, expected):
    assert read(portfolio()) != expected
    assert read(portfolio(override)) == expected


def test_all_else_stays_as_it_is():
    made, before = portfolio("risks.flood.probability=10%"), portfolio()
    assert (made.tasks, made.links, made.targets, made.risks[0].hits) == (before.tasks, before.links, before.targets, before.risks[0].hits)


def test_settings_of_the_simulation_can_be_given_where_the_scenario_has_none():
    settings = scenario_from_text(
        BRIDGE, overrides=["simulation.iterations=2000", "simulation.seed=7", "simulation.confidence=90%"]
    ).settings
    assert (settings.iterations, settings.seed, settings.confidence) == (2000, 7, 0.9)


def test_of_two_values_for_the_same_place_the_later_one_holds():
    assert portfolio("risks.flood.probability=10%", "risks.flood.probability=20%").risks[0].probability == 0.2


def test_entries_of_a_list_are_counted_from_1():
    links = portfolio("projects.bridge.tasks.pier.one.after.2=design SS+4d").links
    assert [link.lag.minutes for link in links if link.successor == "bridge.pier.one" and link.predecessor == "bridge.design"] == [4 * 480]


def test_a_whole_list_can_be_given():
    links = portfolio("projects.bridge.tasks.pier.one.after=[design FS+1d]").links
    assert [(link.predecessor, link.lag.minutes) for link in links if link.successor == "bridge.pier.one"] == [("bridge.design", 480)]


def test_a_mapping_that_is_given_replaces_the_old_one_whole():
    assert [hit.target for hit in portfolio("risks.flood.hits={bridge.design: +1d}").risks[0].hits] == ["bridge.design"]


def test_what_was_set_is_told_with_the_scenario():
    assert scenario_from_text(BRIDGE, overrides=["risks.flood.probability=10%"]).overrides == ("risks.flood.probability=10%",)


@pytest.mark.parametrize(
    ("override", "column", "code", "fix"),
    [
        ("risks.flod.probability=10%", 7, "unknown-key", "write risks.flood.probability=10%"),
        ("risk.flood.probability=10%", 1, "unknown-key", "write risks.flood.probability=10%"),
        ("risks.flood.probabilty=10%", 13, "unknown-key", "write risks.flood.probability=10%"),
        ("projects.brige.name=x", 10, "unknown-key", "write projects.bridge.name=x"),
        ("projects.bridge.tasks.desing.name=x", 23, "unknown-key", "bridge.tasks.design.name=x"),
        ("projects.bridge.tasks.design.dur=5d", 30, "unknown-key", "tasks.design.duration=5d"),
        ("projects.bridge.tasks.design.duration=5x", 40, "unknown-unit", ""),
        ("projects.bridge.tasks.design.duration=pert 4d 5x 9d", 48, "unknown-unit", ""),
        ("risks.flood.probability=30", 25, "probability-out-of-range", "write 30%"),
        ("risks.flood=10%", 13, "wrong-type", ""),
        ("projects.bridge.tasks.pier.one.after.3=design", 38, "override-into-list", "count from 1"),
        ("projects.bridge.tasks.pier.one.after.first=x", 38, "override-into-list", "count from 1"),
        ("projects.bridge.tasks.design.duration.low=5d", 39, "override-below-a-value", "tasks.design.duration="),
        ("risks.flood.probability", 1, "override-without-value", "=10%"),
        ("risks.flood.probability=", 25, "override-without-value", "give the value"),
        ("=10%", 1, "override-without-path", "risks.flood.probability=10%"),
        ("name=a: b: c", 10, "yaml-syntax", "quotes"),
        ("name=*other", 6, "yaml-alias", "quotes"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_the_option_with_what_would_be_right(override, column, code, fix):
    ((where, at, what, remedy),) = refused(override)
    assert (where, at, what) == (f"--set {override.partition('=')[0]}", column, code)
    assert fix in remedy


def test_mistakes_in_several_options_are_told_together():
    assert [code for _, _, code, _ in refused("risks.flod.probability=1%", "projects.brige.name=x")] == ["unknown-key"] * 2


def test_a_mistake_names_the_option_under_which_it_was_given():
    ((where, *_),) = refused(Override("risks.flod.probability=10%", "--set-b"))
    assert where == "--set-b risks.flod.probability"


def test_what_a_value_breaks_elsewhere_is_found_too():
    (found,) = refused("projects.bridge.tasks.design.after=pier.one")
    assert found[2] == "cycle"


def test_the_line_of_the_option_is_shown_with_a_caret():
    with pytest.raises(InvalidScenario) as error:
        scenario_from_text(BRIDGE, overrides=["risks.flod.probability=10%"])
    shown = render(error.value).splitlines()
    assert shown[0].startswith("--set risks.flod.probability: there is no 'flod'")
    assert shown[1].rstrip().endswith("| risks.flod.probability=10%")
    assert shown[2].index("^") - shown[1].index("risks") == len("risks.")


@pytest.fixture
def beside(tmp_path):
    """A scenario whose tasks and risks stand in tables, without its schedule."""
    (tmp_path / "tasks.csv").write_text("id,low [d],likely [d],high [d],after\ndig,2,3,8,\npour,1,2,3,dig\n")
    (tmp_path / "risks.csv").write_text("id,probability,hits,mitigated probability\nrain,20%,bridge.dig: +2d,10%\n")
    text = BESIDE.replace("  tower: {schedule: tower.xer}\n", "")
    (tmp_path / "scenario.yaml").write_text(text)
    return tmp_path / "scenario.yaml"


@pytest.mark.parametrize(
    ("override", "read", "expected"),
    [
        ("projects.bridge.tasks.dig.duration=pert 3d 4d 5d", lambda made: duration_of(made, "bridge.dig"), Pert(1440, 1920, 2400)),
        ("projects.bridge.tasks.dig.high=9d", lambda made: duration_of(made, "bridge.dig"), Pert(960, 1440, 4320)),
        ("risks.rain.probability=50%", lambda made: made.risks[0].probability, 0.5),
        ("risks.rain.hits=bridge.pour: +2d", lambda made: made.risks[0].hits[0].target, "bridge.pour"),
        ("risks.rain.mitigation.probability=5%", lambda made: made.risks[0].mitigation.probability, 0.05),
        ("projects.bridge.tasks.pour.name=Pour slab", lambda made: made.tasks["bridge.pour"].name, "Pour slab"),
    ],
)
def test_a_value_takes_the_place_of_one_in_a_table(beside, override, read, expected):
    assert read(read_scenario(beside).portfolio) != expected
    assert read(read_scenario(beside, [override]).portfolio) == expected


@pytest.mark.parametrize(
    ("override", "code", "fix"),
    [
        ("risks.rian.probability=50%", "unknown-key", "write risks.rain.probability=50%"),
        ("projects.bridge.tasks.dug.duration=3d", "unknown-key", "write projects.bridge.tasks.dig.duration=3d"),
        ("projects.bridge.tasks.dig.duration=3x", "unknown-unit", ""),
        ("projects.bridge.tasks.dig.durration=3d", "unknown-key", "duration"),
        ("projects.bridge.tasks.dig=3d", "override-of-a-row", "projects.bridge.tasks.dig.duration="),
        ("risks.rain.probability=50", "probability-out-of-range", "50%"),
    ],
)
def test_a_mistake_in_a_value_for_a_table_is_told_at_the_option(beside, override, code, fix):
    with pytest.raises(InvalidScenario) as error:
        read_scenario(beside, [override])
    ((place, problem),) = error.value.located
    assert (place.file, place.line, problem.code) == (f"--set {override.partition('=')[0]}", 0, code)
    assert fix in problem.fix


def test_the_tasks_of_a_planners_file_are_out_of_reach_and_the_remedy_is_a_rule():
    ((where, _, code, fix),) = refused("projects.tower.tasks.T1450.duration=3d", text=BESIDE)
    assert (where, code) == ("--set projects.tower.tasks.T1450.duration", "override-into-schedule")
    assert "projects.tower.uncertainty=[{match: {id: T1450}" in fix


def test_a_scenario_on_top_of_another_is_overridden_as_one(tmp_path):
    (tmp_path / "plan.yaml").write_text(BRIDGE)
    (tmp_path / "scenario.yaml").write_text("base: plan.yaml\nrisks: {flood: {probability: 40%}}\n")
    made = read_scenario(tmp_path / "scenario.yaml", ["risks.flood.probability=10%", "projects.bridge.tasks.design.duration=1d"]).portfolio
    assert (made.risks[0].probability, made.tasks["bridge.design"].duration) == (0.1, Fixed(480))
