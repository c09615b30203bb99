"""The program promises that one project that cannot be read does not keep the others of its portfolio from being forecast."""

import textwrap

import pytest

from pmosim.errors import InvalidScenario
from pmosim.scenario.reader import read_scenario
from pmosim.scenario.salvage import read_what_can_be

PORTFOLIO = """
    pmosim: 1
    status_date: 2027-01-04
    projects:
      bridge:
        tasks:
          survey: {duration: pert 4d 5d 9d}
          deck: {duration: 20d, after: [survey, tower.crane]}
      tower:
        target: {finish: 2027-06-30}
        tasks:
          crane: {duration: CRANE}
    links: [tower.crane after bridge.survey FS+5d]
    risks:
      wind: {probability: 30%, hits: {tower.crane: +5d}}
      strike: {probability: 10%, hits: {tower.crane: +5d, bridge.deck: +5d}}
"""


@pytest.fixture
def portfolio(tmp_path):
    def write(**words):
        text = textwrap.dedent(PORTFOLIO)
        for word, value in words.items():
            text = text.replace(word, value)
        path = tmp_path / "portfolio.yaml"
        path.write_text(text)
        return path

    return write


def test_a_sound_portfolio_is_read_whole(portfolio):
    path = portfolio(**{"CRANE": "pert 8d 10d 20d", ", tower.crane]": "]"})
    salvaged = read_what_can_be(path)
    assert not salvaged.refused
    assert salvaged.scenario.portfolio == read_scenario(path).portfolio


def test_a_bad_project_goes_alone_and_all_that_names_it_is_told(portfolio):
    salvaged = read_what_can_be(portfolio(CRANE="pert 8d 10x 20d"))
    assert [*salvaged.refused] == ["tower"]
    assert "'x' is not a unit" in str(salvaged.refused["tower"])
    left = salvaged.scenario.portfolio
    assert [project.id for project in left.projects] == ["bridge"]
    assert [str(link) for link in left.links] == ["bridge.survey -FS-> bridge.deck"]
    assert [(risk.id, [hit.target for hit in risk.hits]) for risk in left.risks] == [("strike", ["bridge.deck"])]
    assert len(salvaged.left_out) >= 3
    assert all("tower" in what or "wind" in what for what in salvaged.left_out)


def test_a_planners_file_that_is_missing_costs_only_its_project(portfolio):
    path = portfolio(**{"tasks:\n      crane: {duration: CRANE}": "schedule: tower.xer"})
    salvaged = read_what_can_be(path)
    assert [*salvaged.refused] == ["tower"]
    assert [project.id for project in salvaged.scenario.portfolio.projects] == ["bridge"]


def test_a_typing_mistake_beside_a_bad_project_is_not_forgiven(portfolio):
    with pytest.raises(InvalidScenario, match="srvey"):
        read_what_can_be(portfolio(**{"CRANE": "10x", "[survey, tower.crane]": "[srvey]"}))


def test_what_is_wrong_outside_the_projects_is_not_forgiven(portfolio):
    with pytest.raises(InvalidScenario, match="300%"):
        read_what_can_be(portfolio(**{"CRANE": "10x", "30%": "300%"}))


def test_nothing_is_forecast_where_no_project_is_left(portfolio):
    with pytest.raises(InvalidScenario):
        read_what_can_be(portfolio(**{"CRANE": "10x", "pert 4d 5d 9d": "9x"}))
