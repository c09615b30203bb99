"""Exposure by group, shared risks, promises together and milestones look as people read them."""

import csv
import json
from dataclasses import replace
from itertools import combinations

import pytest
from building import DAY, MONDAY, adds, portfolio
from output.test_layout import TOUCH, drawn_texts, overlap

from pmosim.forecasting import forecast
from pmosim.model.laws import Fixed
from pmosim.model.project import Target, Together
from pmosim.model.risks import Mitigation, Risk
from pmosim.output import exposing
from pmosim.output.charts import catalogue
from pmosim.output.report import report
from pmosim.output.results import write_results
from pmosim.output.text import summary
from pmosim.results.records import Forecast

FLOOD = Risk("flood", 0.5, (adds("p.dig", 5 * DAY), adds("q.fit", 3 * DAY)), category="Water", owner="Ada", mitigation=Mitigation(0.1))
LEAK = Risk("leak", 0.5, (adds("p.drill", 5 * DAY),), category="Water", owner="Bob")
THEFT = Risk("theft", 0.3, cost=Fixed(1000), category="Crime", owner="Ada & <Co>")
LAWS = {"p.dig": 10 * DAY, "p.drill": 10 * DAY, "q.fit": 10 * DAY}
TARGETS = tuple(Target(node, MONDAY.replace(month=4)) for node in ("p.finish", "q.finish"))


@pytest.fixture(scope="module")
def made():
    plan = portfolio(LAWS, risks=[FLOOD, LEAK, THEFT], targets=TARGETS)
    plan = replace(plan, currency="EUR", together=(Together("Opening", ("p.finish", "q.finish")),))
    return forecast(plan, iterations=2_000, seed=1, threads=1)


def test_all_of_it_survives_json(made):
    assert Forecast.from_json(made.to_json()) == made


def test_a_forecast_of_before_there_was_exposure_by_group_can_still_be_read(made):
    lines = json.loads(made.to_json())
    older = {key: value for key, value in lines.items() if key not in ("exposure", "milestones", "together", "without_risks")}
    read = Forecast.from_json(json.dumps(older))
    assert (read.exposure, read.milestones) == (None, ())
    assert summary(read)


def test_the_terminal_tells_groups_in_the_order_of_their_exposure(made):
    text = summary(made)
    assert text.index("Exposure by category") < text.index("Water") < text.index("Crime")
    assert "Promises together" in text
    assert "Due within twelve months" in text


def test_a_group_of_several_risks_says_how_far_it_is_from_their_sum(made):
    grid = exposing.groups(made, "category")
    row = dict(zip(grid.heads, next(row for row in grid.rows if row[0] == "Water"), strict=True))
    assert row["beside the sum"].startswith("+1.")  # 3.75 days, not 2.5; five standard errors from 1 and 2
    assert not dict(zip(grid.heads, next(row for row in grid.rows if row[0] == "Crime"), strict=True))["beside the sum"]


@pytest.mark.parametrize(
    "name", ["exposure-category", "exposure-owner", "exposure-project", "shared-risks", "milestones", "risk-completion"]
)
def test_every_chart_of_exposure_says_its_finding_and_its_labels_are_apart(made, name):
    chart = next(chart for chart in catalogue(made) if chart.name == name)
    assert chart.title in chart.alt
    texts = drawn_texts(chart.figure())
    assert chart.title.split()[0] in " ".join(label for label, _ in texts)
    touching = [(a, b) for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other) > TOUCH]
    assert touching == []


def test_the_page_has_a_section_for_groups_for_shared_risks_and_for_what_is_due(made):
    page = report(made, [chart for chart in catalogue(made) if chart.name in ("shared-risks", "milestones")])
    for anchor in ("exposure", "shared", "milestones"):
        assert f'id="{anchor}"' in page
    assert "Ada &amp; &lt;Co&gt;" in page
    assert "<Co>" not in page


def test_the_results_folder_has_the_groups_as_a_table(made, tmp_path):
    write_results(made, tmp_path / "out", charts=False)
    rows = list(csv.DictReader((tmp_path / "out" / "tables" / "exposure.csv").read_text().splitlines()))
    assert {row["by"] for row in rows} == {"category", "owner", "project"}
    assert {row["state"] for row in rows} == {"before", "after"}
    assert (tmp_path / "out" / "tables" / "together.csv").exists()


def test_without_risks_nothing_is_told_of_exposure():
    made = forecast(portfolio({"dig": DAY}), iterations=64, seed=1, threads=1)
    assert made.exposure is None
    assert "Exposure" not in summary(made)
    assert not [chart for chart in catalogue(made) if chart.name.startswith(("exposure", "shared", "risk-completion"))]
