"""The program promises that text, tables and report say which way was taken how often."""

import csv
import json
from pathlib import Path

import pytest

from pmosim.forecasting import forecast
from pmosim.output.report import report
from pmosim.output.results import write_results
from pmosim.output.tables import table_rows
from pmosim.output.text import summary
from pmosim.results.records import Forecast
from pmosim.scenario.reader import read_scenario

FILE = Path(__file__).parents[2] / "scenarios" / "quay-wall.yaml"


@pytest.fixture(scope="module")
def found():
    return forecast(read_scenario(FILE).portfolio, iterations=500, seed=6)


def test_the_text_names_each_way_with_its_share_and_what_decides(found):
    lines = summary(found).partition("Branches, and how often each way was taken")[2].splitlines()
    rock = next(line for line in lines if " rock " in line)
    assert rock.split()[-2:] == ["30", "%"]
    assert next(line for line in lines if " before " in line).endswith("Wall done finishes by 17 Sep 2027")
    assert next(line for line in lines if " after " in line).endswith("later")
    assert any("not come to" in line for line in lines)


def test_the_tables_have_a_row_for_each_way(found, tmp_path):
    write_results(found, tmp_path / "results", charts=False)
    with (tmp_path / "results" / "tables" / "branches.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [(row["branch"], row["way"]) for row in rows] == [(branch.id, way.name) for branch in found.branches for way in branch.ways]
    ground = found.branches[0].ways[0]
    assert [float(rows[0][name]) for name in ("share", "share_low", "share_high")] == [
        ground.share.value,
        ground.share.low,
        ground.share.high,
    ]
    exists = {row["task"]: row["exists"] for row in table_rows(found)["tasks"]}
    assert exists["project.dredge"] is None
    assert exists["project.drive"] == ground.share.value


def test_the_report_has_a_section_on_branches(found):
    page = report(found, charts=[])
    assert 'id="branches"' in page
    assert "Wall done finishes by 17 Sep 2027" in page


def test_the_record_survives_json_and_older_ones_have_no_branches(found):
    assert Forecast.from_json(found.to_json()) == found
    data = json.loads(found.to_json())
    del data["branches"]
    assert Forecast.from_json(json.dumps(data)).branches == ()
