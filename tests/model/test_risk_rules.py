"""A register that could not be simulated is refused, whoever made it, with the place of every mistake and its remedy."""

from datetime import datetime

import pytest
from building import DAY, adds, multiplies, portfolio

from pmosim.errors import InvalidModel
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.risks import Mitigation, Risk, Status

EARLY, LATE = datetime(2027, 1, 1), datetime(2027, 6, 1)
WET = Risk("wet", 0.3, (adds("dig", DAY),), mitigation=Mitigation(0.1))


def mistakes(*risks):
    with pytest.raises(InvalidModel) as refused:
        portfolio({"dig": DAY, "pour": DAY}, risks=risks)
    assert all(problem.fix for problem in refused.value.problems)
    return [(problem.code, problem.path[1:]) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("risk", "mistake"),
    [
        (Risk("r", 1.1, (adds("dig", DAY),)), ("probability-out-of-range", ("r", "probability"))),
        (Risk("r", 0.1), ("risk-without-effect", ("r",))),
        (Risk("r", 0.1, (adds("dug", DAY),)), ("unknown-task", ("r", "hits", "p.dug"))),
        (Risk("r", 0.1, (multiplies("dig", Uniform(-0.2, 1)),)), ("negative-factor", ("r", "hits", "p.dig"))),
        (Risk("r", 0.1, (multiplies("finish", 1.2),)), ("factor-on-finish", ("r", "hits", "p.finish"))),
        (Risk("r", 0.1, cost=Fixed(5), project="q"), ("unknown-project", ("r", "project"))),
        (Risk("r", 0.1, (adds("dig", DAY),), window=(LATE, EARLY)), ("dates-out-of-order", ("r", "window"))),
        (Risk("r", 0.1, (adds("dig", DAY),), arises_from="wat"), ("unknown-risk", ("r", "arises_from"))),
        (Risk("r", 0.1, (adds("dig", DAY),), mitigation=Mitigation()), ("mitigation-without-effect", ("r", "mitigation"))),
        (Risk("r", 0.1, (adds("dig", DAY),), mitigation=Mitigation(2.0)), ("probability-out-of-range", ("r", "mitigation", "probability"))),
        (Risk("r", 0.1, (adds("dig", DAY),), mitigation=Mitigation(0.0, -5)), ("negative-cost", ("r", "mitigation", "cost"))),
        (
            Risk("r", 0.1, (adds("dig", DAY),), mitigation=Mitigation(hits=(adds("pore", DAY),))),
            ("unknown-task", ("r", "mitigation", "hits", "p.pore")),
        ),
    ],
)
def test_an_impossible_risk_is_refused_at_its_place(risk, mistake):
    assert mistakes(risk) == [mistake]


def test_a_secondary_risk_needs_a_mitigation_that_brings_it_about():
    dry = Risk("dry", 0.3, (adds("dig", DAY),))
    assert mistakes(dry, Risk("r", 0.1, (adds("dig", DAY),), arises_from="dry")) == [("no-mitigation", ("r", "arises_from"))]


def test_risks_cannot_arise_from_one_another():
    first = Risk("first", 0.3, (adds("dig", DAY),), mitigation=Mitigation(0.1), arises_from="second")
    second = Risk("second", 0.3, (adds("dig", DAY),), mitigation=Mitigation(0.1), arises_from="first")
    assert {code for code, _ in mistakes(first, second)} == {"risks-in-a-circle"}


def test_open_windows_and_lines_of_secondary_risks_are_possible():
    third = Risk("third", 0.1, (adds("dig", DAY),), arises_from="second", window=(EARLY, None))
    second = Risk("second", 0.1, (adds("dig", DAY),), arises_from="wet", mitigation=Mitigation(0.0), window=(None, LATE))
    assert len(portfolio({"dig": DAY}, risks=[WET, second, third]).risks) == 3


@pytest.mark.parametrize(("status", "chance"), [(Status.OPEN, 0.3), (Status.PROPOSED, 0), (Status.CLOSED, 0), (Status.OCCURRED, 1)])
def test_how_likely_a_risk_is_follows_from_its_state(status, chance):
    assert Risk("r", 0.3, (adds("dig", DAY),), status=status).chance == chance


def test_the_cost_of_a_risk_goes_to_the_project_that_it_hits_where_that_is_one():
    assert Risk("r", 0.3, (adds("p.dig", DAY),)).account == "p"
    assert Risk("r", 0.3, (adds("p.dig", DAY), adds("q.dig", DAY))).account is None
    assert Risk("r", 0.3, (adds("p.dig", DAY),), project="q").account == "q"
