"""The program promises that several portfolios in one keep what they were, and share what they have in common."""

from dataclasses import replace

import numpy as np
import pytest
from building import DAY, portfolio

from pmosim.errors import InvalidModel
from pmosim.forecasting import simulate
from pmosim.model.calendars import weekly
from pmosim.model.joining import joined
from pmosim.model.laws import Pert, Triangular
from pmosim.model.project import Target
from pmosim.model.risks import Hit, Impact, ImpactKind, Risk

FLOOD = Risk("flood", 0.4, (Hit("a.pier", Impact(ImpactKind.ADD, Triangular(DAY, 3 * DAY, 9 * DAY))),))
LAW = Pert(4 * DAY, 6 * DAY, 15 * DAY)


def with_flood(project):
    hit = replace(FLOOD.hits[0], target=f"{project}.pier")
    return portfolio(
        {f"{project}.pier": LAW, f"{project}.deck": LAW}, f"{project}.pier {project}.deck", risks=[replace(FLOOD, hits=(hit,))]
    )


def test_every_project_keeps_its_iterations_to_the_bit():
    parts = {"one": with_flood("a"), "two": with_flood("b")}
    whole = simulate(joined("both", parts), iterations=400, seed=5)
    for part, project in zip(parts.values(), "ab", strict=True):
        alone = simulate(part, iterations=400, seed=5)
        assert np.array_equal(whole.finish[f"{project}.finish"], alone.finish[f"{project}.finish"])


def test_a_risk_of_both_is_drawn_once():
    both = joined("both", {"one": with_flood("a"), "two": with_flood("b")})
    assert [(risk.id, [hit.target for hit in risk.hits]) for risk in both.risks] == [("flood", ["a.pier", "b.pier"])]


def test_projects_of_one_id_are_renamed_and_every_reference_follows():
    part = replace(with_flood("p"), targets=(Target("p.deck"), Target("p.finish")))
    both = joined("both", {"east": part, "west": part})
    assert sorted(both.tasks) == ["east.deck", "east.pier", "west.deck", "west.pier"]
    assert [str(link) for link in both.links] == ["east.pier -FS-> east.deck", "west.pier -FS-> west.deck"]
    assert [target.node for target in both.targets] == ["east.deck", "east.finish", "west.deck", "west.finish"]
    assert [hit.target for hit in both.risks[0].hits] == ["east.pier", "west.pier"]


def test_calendars_that_differ_stay_apart():
    long_days, short_days = (weekly("site", "1111100", ((8 * 60, hour * 60),)) for hour in (18, 12))
    parts = {
        name: portfolio({f"{name}.pier": LAW}, calendars=[calendar], on={f"{name}.pier": "site"})
        for name, calendar in (("a", long_days), ("b", short_days))
    }
    both = joined("both", parts)
    assert both.calendar_of[both.tasks["a.pier"].calendar].week == long_days.week
    assert both.calendar_of[both.tasks["b.pier"].calendar].week == short_days.week


@pytest.mark.parametrize("change", [{"probability": 0.5}, {"cost": Pert(1.0, 2.0, 3.0)}, {"independent": True}])
def test_two_risks_of_one_id_that_are_not_one_are_refused(change):
    other = with_flood("b")
    other = replace(other, risks=(replace(other.risks[0], **change),))
    with pytest.raises(InvalidModel, match="'flood' among the risks"):
        joined("both", {"one": with_flood("a"), "two": other})


def test_currencies_that_differ_are_refused():
    with pytest.raises(InvalidModel, match="'currency' differs"):
        joined("both", {"one": replace(with_flood("a"), currency="EUR"), "two": replace(with_flood("b"), currency="USD")})
