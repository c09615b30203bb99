"""The forecast for the terminal says what the record holds, in plain text that fits."""

import re
import subprocess
import sys

import pytest
from output import pictures

from pmosim.output import grids
from pmosim.output.text import headline, summary


@pytest.fixture(scope="module")
def told():
    return summary(pictures.forecast("portfolio"))


def written(moment):
    return f"{moment:%a} {moment.day} {moment:%b} {moment.year}"


def test_each_project_has_a_headline_with_its_p80_and_its_target(told):
    bridge = next(one for one in pictures.forecast("portfolio").targets if one.id == "bridge.finish")
    low, high = (round(100 * share) for share in (bridge.probability.low, bridge.probability.high))
    expected = f"River bridge: 80 % sure by {written(bridge.percentiles[80].value)}; the target of 30 Sep 2027 has "
    line = next(line for line in told.splitlines() if line.startswith("River bridge: "))
    assert line == f"{expected}{round(100 * bridge.probability.value)} % ({low} to {high} %)"


def test_every_p_value_that_people_read_stands_in_the_text_with_its_contingency(told):
    for one in pictures.forecast("portfolio").targets:
        if one.kind == "milestone":
            continue
        block = told[told.index(f"\n{one.label}\n---") :]
        for level in grids.LEVELS:
            line = next(line for line in block.splitlines() if line.startswith(f"  P{level} "))
            assert written(one.percentiles[level].value) in line
            assert f"{one.contingency[level].working_days.value:.0f}" in line


def test_what_moves_the_target_is_listed_in_order(told):
    sources = pictures.forecast("portfolio").targets[0].sensitivities
    places = [told.index(f"{source.label} ", told.index("What moves it")) for source in sources]
    assert places == sorted(places)


def test_risks_dates_of_imported_files_notes_and_the_way_to_repeat_it_are_told(told):
    forecast = pictures.forecast("portfolio")
    assert all(risk.label in told for risk in forecast.risks)
    assert forecast.notes[0] in told
    assert forecast.parity[0].differing[0] in told
    assert f"seed {forecast.provenance.seed}" in told
    assert forecast.provenance.fingerprint[:8] in told


@pytest.mark.parametrize("variant", pictures.VARIANTS)
def test_columns_stand_under_their_heads_and_no_line_trails_off(variant):
    lines = summary(pictures.forecast(variant)).splitlines()
    assert all(line == line.rstrip() for line in lines)
    assert all("None" not in line and "nan" not in line for line in lines)


def test_lines_of_a_forecast_with_names_of_usual_length_fit_a_wide_terminal(told):
    assert max(map(len, told.splitlines())) <= 140


def test_a_certain_project_is_told_without_intervals():
    told = summary(pictures.forecast("certain"))
    assert "nothing about it is uncertain" in told
    assert "±" not in told.split("cost")[0]


def test_milestones_without_room_share_a_table():
    told = summary(pictures.forecast("many-projects"))
    assert "Other targets" in told
    assert all(re.search(rf"\bProject {k}\b", told) for k in range(25))


def test_a_headline_without_a_target_tells_how_sure_the_plan_is():
    station = next(one for one in pictures.forecast("portfolio").targets if one.id == "station.finish")
    assert "; the plan of " in headline(station)


def test_an_empty_column_is_left_out():
    grid = grids.Grid("", ("name", "empty", "figure"), (("a", "", "1"), ("bb", "", "22")))
    assert grids.aligned(grid, indent="", gap=" ") == ["name figure", "a         1", "bb       22"]


def test_the_text_needs_neither_matplotlib_nor_pandas():
    code = "import sys, pmosim.output.text, pmosim.output.results; print(sorted({'matplotlib', 'pandas', 'seaborn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
