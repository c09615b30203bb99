"""A ranking and a choice of mitigations can stand in the report of the forecast itself: one page for a risk review."""

import json

import pytest

from pmosim.cli.main import run as pmosim
from pmosim.results.records import Forecast

SCENARIO = """
pmosim: 1
status_date: 2026-11-20
currency: EUR
projects:
  bridge:
    target: {finish: 2027-02-26, budget: 120k EUR}
    tasks:
      dig: {duration: pert 20d 25d 40d, cost: 1k EUR/d}
      pour: {duration: pert 10d 15d 30d, after: dig, cost: 20k EUR}
  road:
    target: {finish: 2027-02-26}
    tasks:
      pave: {duration: pert 30d 35d 60d, cost: 1k EUR/d}
risks:
  flood: {probability: 30%, category: Water, owner: Ada, hits: {bridge.dig: +5d, road.pave: +10d},
          mitigation: {probability: 10%, cost: 3k EUR}}
  soil: {probability: 40%, category: Ground, owner: Bob, hits: {bridge.dig: +3d}}
"""

OF_A_RISK_REVIEW = {
    "risk-exposure", "risk-matrix", "risk-completion", "mitigation-exposure", "mitigation-completion", "mitigation-matrix",
    "exposure-category", "exposure-owner", "exposure-project", "shared-risks", "removal", "ladder", "paths", "frontier", "milestones",
    "portfolio-cost", "portfolio-joint", "portfolio-completion",
}  # fmt: skip


def run(folder, *options, scenario=SCENARIO):
    path = folder / "crossing.yaml"
    path.write_text(scenario)
    return pmosim(["run", str(path), "-o", str(folder / "out"), "-n", "500", *options])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("full")
    assert run(folder, "--with", "rank,mitigate", "--all-of", "bridge,road") == 0
    return folder / "out"


def test_every_chart_of_a_risk_review_is_in_the_one_report(folder):
    drawn = {path.stem for path in (folder / "charts").glob("*.svg")}
    assert OF_A_RISK_REVIEW - drawn == set()
    page = (folder / "report.html").read_text()
    assert [name for name in sorted(OF_A_RISK_REVIEW) if page.count(f'id="{name}-') + page.count(f"charts/{name}.") == 0] == []


def test_the_analyses_are_kept_in_the_record_of_the_forecast(folder):
    made = Forecast.load(folder / "forecast.json")
    assert made.ranking.ladder is not None
    assert made.responses.items
    assert Forecast.from_json(made.to_json()) == made


def test_the_analyses_are_those_of_the_forecast_s_own_draws(folder):
    made = Forecast.load(folder / "forecast.json")
    assert made.ranking.provenance.fingerprint == made.provenance.fingerprint == made.responses.provenance.fingerprint
    alone = next(one for one in made.ranking.removals if one.source == "flood")
    assert alone.days["mean"].value == pytest.approx(next(r for r in made.risks if r.id == "flood").delay["finish"].expected.value)


def test_the_sets_asked_for_are_told(folder):
    (told,) = json.loads((folder / "forecast.json").read_text())["together"]
    assert told["targets"] == ["bridge.finish", "road.finish"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--with", "rnak"), "'rnak' is no analysis; write rank or mitigate"),
        (("--all-of", "bridge,raod"), "there is no 'raod'. Write 'road'"),
        (("--all-of", "bridge"), "names fewer than two promises"),
        (("--all-of", "bridge,road.pave"), "'road.pave' has no target date"),
    ],
)
def test_a_wrong_wish_is_refused_with_what_to_write_instead(tmp_path, capfd, options, said):
    assert run(tmp_path, *options) == 2
    assert said in " ".join(capfd.readouterr().err.split())


def test_mitigations_cannot_be_chosen_where_there_are_none(tmp_path, capfd):
    scenario = SCENARIO.replace(",\n          mitigation: {probability: 10%, cost: 3k EUR}", "")
    assert run(tmp_path, "--with", "mitigate", scenario=scenario) == 2
    assert "no risk of this scenario has a mitigation" in " ".join(capfd.readouterr().err.split())
    assert not (tmp_path / "out").exists()
