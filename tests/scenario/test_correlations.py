"""The program promises that correlations mean what is written, and that what does nothing is said."""

import pytest

from pmosim.model.correlation import Correlation, Item, Quantity

PLAN = """
projects:
  bridge:
    tasks:
      dig: {duration: pert 4d 5d 9d, resources: crane, cost: uniform 10k 20k EUR}
      pile: {duration: pert 4d 5d 9d, resources: crane, after: dig, cost: "uniform 10k 20k EUR + uniform 100 200 EUR/d"}
      paint: {duration: 5d, resources: crane, after: pile}
      survey: {duration: pert 4d 5d 9d, started: 2026-02-02, finished: 2026-02-10}
  tower:
    tasks:
      frame: {duration: pert 4d 5d 9d}
      opening: {milestone: true, after: frame}
risks:
  flood: {probability: 30%, hits: {bridge.dig: +pert 2d 3d 9d}, cost: pert 2k 3k 9k EUR}
  storm: {probability: 100%, hits: {bridge.pile: +2d}}
correlations:
"""


@pytest.fixture
def tied(scenario):
    def read(*entries, more=""):
        read = scenario(PLAN + "".join(f"  - {{{entry}}}\n" for entry in entries) + more)
        return read.portfolio.correlations, read.notes

    return read


def durations(*ids):
    return tuple(map(Item, ids))


def test_a_pair_of_tasks_is_tied_by_its_coefficient(tied):
    assert tied("tasks: [bridge.dig, frame], rho: 0.6") == ((Correlation(durations("bridge.dig", "tower.frame"), 0.6),), ())


def test_a_group_is_known_by_its_name(tied):
    (group,), _ = tied("name: crews, tasks: [dig, pile, frame], rho: 0.5")
    assert group == Correlation(durations("bridge.dig", "bridge.pile", "tower.frame"), 0.5, "crews")


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("match: {resource: crane}", "resource 'crane'"),
        ("tasks: bridge.p*", "bridge.p*"),
        ("match: {id: [pile, paint]}", "id 'pile' or 'paint'"),
    ],
)
def test_a_rule_finds_the_members_of_a_group_and_is_its_name(tied, rule, name):
    (group,), notes = tied(f"{rule}, rho: 0.5")
    assert group.name == name
    assert durations("bridge.pile", "bridge.paint") == group.items[-2:]
    assert notes[0].startswith(f"correlation '{name}': ")


def test_risks_are_tied_by_what_of_them_is_named(tied):
    (one,), _ = tied("risks: [flood.impact, risks.storm.occurrence, flood.cost], rho: 0.1")
    assert [item.quantity for item in one.items] == [Quantity.IMPACT, Quantity.OCCURRENCE, Quantity.RISK_COST]
    assert [item.id for item in one.items] == ["flood", "storm", "flood"]


def test_the_cost_of_a_task_is_the_one_that_it_has_or_the_one_that_is_named(tied):
    (one,), _ = tied("costs: [dig, pile.rate, bridge.pile.fixed], tasks: frame, rho: 0.1")
    assert one.items == (
        Item("tower.frame"),
        Item("bridge.dig", Quantity.FIXED_COST),
        Item("bridge.pile", Quantity.RATE),
        Item("bridge.pile", Quantity.FIXED_COST),
    )


def test_what_does_not_vary_is_said_to_be_left_alone(tied):
    _, notes = tied("name: crew, tasks: [dig, pile, paint, survey], rho: 0.5")
    assert notes == ("the correlation of 'crew' does nothing to 'bridge.paint', 'bridge.survey', which do not vary",)


@pytest.mark.parametrize("members", ["tasks: [dig, paint]", "tasks: dig, risks: storm.occurrence", "tasks: dig, risks: storm.impact"])
def test_a_correlation_with_something_certain_is_said_to_do_nothing(tied, members):
    _, (note,) = tied(f"{members}, rho: 0.5")
    assert "does nothing: only one of what it ties varies" in note


def test_impossible_correlations_are_repaired_when_that_is_asked_for(scenario):
    ties = ("dig, pile], rho: 0.9", "pile, frame], rho: 0.9", "dig, frame], rho: -0.9")
    text = PLAN + "".join(f"  - {{tasks: [{tie}}}\n" for tie in ties)
    assert scenario(text + "repair_correlations: nearest\n").portfolio.repair_correlations


def test_the_remedy_for_impossible_correlations_can_be_followed(refused):
    ties = ("dig, pile], rho: 0.9", "pile, frame], rho: 0.9", "dig, frame], rho: -0.9", "dig, paint], rho: 0.1")
    assert refused(PLAN + "".join(f"  - {{tasks: [{tie}}}\n" for tie in ties)) == ["impossible-correlations"]


def test_a_correlation_with_what_could_not_be_read_is_not_a_second_mistake(refused):
    broken = PLAN.replace("probability: 30%", "probability: many")
    assert refused(broken + "  - {risks: [flood.impact, storm.impact], rho: 0.5}\n") == ["not-a-probability"]
