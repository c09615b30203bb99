"""The scenario that `pmosim init` writes."""

from datetime import date

import pytest

from pmosim.scenario.reader import scenario_from_text
from pmosim.scenario.writer import starter


@pytest.mark.parametrize("name", ["River bridge", "Brücke", "true", "12", "a: b # c", '"quoted"', "- x", "", "O'Hara & {Sons}"])
def test_it_is_a_valid_scenario_whatever_its_name(name):
    assert scenario_from_text(starter(name)).portfolio.name == (name or "scenario")


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2027, 12, 29), date(2028, 2, 29)])
def test_it_is_a_valid_scenario_on_any_day(today):
    portfolio = scenario_from_text(starter(today=today)).portfolio
    assert portfolio.status_date.date() > today
    assert portfolio.status_date.weekday() == 0


def test_it_shows_the_main_parts_of_the_language():
    portfolio = scenario_from_text(starter()).portfolio
    assert {type(task.duration).__name__ for task in portfolio.tasks.values()} >= {"Pert", "Triangular", "Lognormal", "Fixed"}
    assert {link.kind for link in portfolio.links} == {"FS", "SS"}
    assert {hit.impact.kind for risk in portfolio.risks for hit in risk.hits} == {"add", "factor"}
    assert any(risk.is_driver for risk in portfolio.risks)
    assert {target.node for target in portfolio.targets} == {"project.finish", "project.handover"}
