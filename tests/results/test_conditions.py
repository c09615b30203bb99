"""The program promises that a condition on a forecast's figures holds where it says so, and is refused where it says nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pmosim.forecasting import forecast
from pmosim.model.laws import Pert
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.tasks import Cost, Task
from pmosim.results.conditions import Misstated, findings, read_condition

STATUS = datetime(2027, 1, 4)
DAY = 480


@pytest.fixture(scope="module")
def bridge():
    """A forecast of two projects; the first has a target, the second a cost with a budget."""
    deck = Task("deck", Pert(10 * DAY, 20 * DAY, 40 * DAY))
    crane = Task("crane", Pert(5 * DAY, 8 * DAY, 20 * DAY), cost=Cost(fixed=Pert(1e6, 2e6, 4e6)))
    targets = (Target("bridge.finish", datetime(2027, 2, 5, 17)), Target("tower.finish", budget=2.5e6))
    return forecast(
        Portfolio("Both", STATUS, (Project("bridge", (deck,)), Project("tower", (crane,))), targets=targets, currency="EUR"),
        iterations=2_000,
        seed=7,
    )


def figure(made, id):
    return next(target for target in made.targets if target.id == id)


def names(text, made, before=None, alias=""):
    return [found.target for found in findings(read_condition(text), made, before, alias)[0]]


def test_a_date_is_compared_with_a_day_as_a_whole(bridge):
    p80 = figure(bridge, "bridge.finish").percentiles[80].value
    assert names(f"P80(bridge.finish) > {p80:%Y-%m-%d}", bridge) == []
    assert names(f"P80(bridge.finish) > {p80 - timedelta(days=1):%Y-%m-%d}", bridge) == ["bridge.finish"]
    assert names(f"P80(bridge.finish) <= {p80:%Y-%m-%d}", bridge) == ["bridge.finish"]


def test_names_with_stars_stand_for_all_that_match(bridge):
    assert names("P80(*) > 2020-01-01", bridge) == ["finish", "bridge.finish", "tower.finish"]
    assert names("P80(*.finish) > 2020-01-01", bridge) == ["bridge.finish", "tower.finish"]


def test_what_was_promised_is_known_by_name(bridge):
    one = figure(bridge, "bridge.finish")
    late = one.percentiles[80].value > one.target
    assert names("P80(bridge.finish) > target", bridge) == (["bridge.finish"] if late else [])
    assert names("P80(tower.finish) > target", bridge) == []  # it has none
    cost = figure(bridge, "tower.finish").cost
    dear = cost.percentiles[80].value > cost.budget
    assert names("P80(tower.cost) > budget", bridge) == (["tower.cost"] if dear else [])


def test_probabilities_money_and_moves_have_their_units(bridge):
    share = figure(bridge, "bridge.finish").probability.value
    assert bool(names("probability(bridge.finish) < 50%", bridge)) == (share < 0.5)
    mean = figure(bridge, "tower.finish").cost.mean.value
    assert bool(names("mean(tower.cost) > 2.1M EUR", bridge)) == (mean > 2.1e6)
    earlier = replace(
        bridge,
        targets=tuple(
            replace(one, percentiles={80: replace(one.percentiles[80], value=one.percentiles[80].value - timedelta(days=9))})
            for one in bridge.targets
        ),
    )
    assert names("move(P80(bridge.finish)) > 8ed", bridge, earlier) == ["bridge.finish"]
    assert names("move(P80(bridge.finish)) > 9.5ed", bridge, earlier) == []
    assert names("move(P80(bridge.finish)) > 0ed", bridge) == []  # nothing to compare with


def test_a_forecast_goes_by_the_name_of_its_file_as_well(bridge):
    found, known = findings(read_condition("P80(works.finish) > 2020-01-01"), bridge, alias="works")
    assert known
    assert [one.target for one in found] == ["works.finish"]
    assert not findings(read_condition("P80(other.finish) > 2020-01-01"), bridge, alias="works")[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("P80(bridge.finish)", "compares nothing"),
        ("P80 > 2027-01-01", "no figure"),
        ("P81(bridge.finish) > 2027-01-01", "not among the percentiles"),
        ("median(bridge.finish) > 2027-01-01", "no figure"),
        ("P80(bridge.finish) > 2027-02-30", "no day of the calendar"),
        ("P80(bridge.finish) > soon", "no value"),
        ("P80(bridge.finish) > 4.2M", "compares what cannot be compared"),
        ("P80(bridge.finish) > budget", "compares what cannot be compared"),
        ("P80(bridge.cost) > target", "compares what cannot be compared"),
        ("P80(bridge.cost) > 2027-01-01", "compares what cannot be compared"),
        ("probability(bridge.finish) < 2027-01-01", "compares what cannot be compared"),
        ("probability(bridge.finish) < 80", "80%"),
        ("joint < 5d", "compares what cannot be compared"),
        ("move(P80(bridge.finish)) > 5d", "calendar days"),
        ("move(move(P80(bridge.finish))) > 5ed", "move of a move"),
    ],
)
def test_a_condition_that_says_nothing_is_refused_with_a_remedy(text, said):
    with pytest.raises(Misstated, match=said) as refused:
        read_condition(text)
    assert "\n  fix: " in str(refused.value)
