"""What the author of a wrong scenario sees."""

import pytest

from pmosim.errors import InvalidScenario, Place, Problem
from pmosim.scenario.messages import render
from pmosim.scenario.reader import read_scenario


def shown(*located):
    return render(InvalidScenario(located))


def test_a_mistake_is_shown_with_place_line_caret_and_remedy():
    place = Place("bridge.yaml", 12, 24, "  survey: {duration: pert 4d}")
    assert shown((place, Problem("wrong-form", (), "a pert lacks a value", "write pert 4d 5d 9d"))) == (
        "bridge.yaml:12:24: a pert lacks a value\n"
        "   12 |   survey: {duration: pert 4d}\n"
        "      |                        ^\n"
        "  fix: write pert 4d 5d 9d\n"
        "\n"
        "1 mistake"
    )


def test_of_a_long_line_the_part_round_the_column_is_shown():
    line = "x" * 300 + "HERE" + "y" * 300
    text = shown((Place("a.yaml", 1, 301, line), Problem("c", (), "wrong", "right")))
    above, below = text.splitlines()[1:3]
    assert below.index("^") == above.index("HERE")
    assert max(map(len, text.splitlines())) < 120


def test_a_tab_does_not_move_the_caret():
    above, below = shown((Place("a.yaml", 1, 3, "a\tb"), Problem("c", (), "wrong", "right"))).splitlines()[1:3]
    assert below.index("^") == above.index("b")


def test_of_a_spreadsheet_the_cell_is_shown():
    text = shown((Place("risks.xlsx#Risks", 4, 3, "C4: high"), Problem("c", (), "wrong", "right")))
    assert "    4 | C4: high" in text
    assert "^" not in text


def test_a_mistake_without_a_place_is_shown_without_one():
    assert shown((None, Problem("c", (), "wrong", "right"))) == "wrong\n  fix: right\n\n1 mistake"


def test_thousands_of_mistakes_are_counted_but_not_all_shown():
    text = shown(*((Place("a.csv", k, 1, "x"), Problem("c", (), "wrong", "right")) for k in range(1, 5001)))
    assert text.endswith("... and 4800 more\n5000 mistakes")


def test_mistakes_come_in_the_order_of_their_places(tmp_path):
    (tmp_path / "tasks.csv").write_text("id,duration\na,soon\nb,5\n")
    (tmp_path / "s.yaml").write_text("pmosim: 1\nstatus_date: today\ntasks_from: tasks.csv\nrisks: {r: {probability: 2}}\nlinks: [c]\n")
    with pytest.raises(InvalidScenario) as refused:
        read_scenario(tmp_path / "s.yaml")
    places = [(place.file.rpartition("/")[2], place.line) for place, _ in refused.value.located]
    assert sorted(places, key=lambda place: (place[0] != places[0][0], place)) == places
    assert {file for file, _ in places} == {"s.yaml", "tasks.csv"}


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_scenario_that_is_no_file_is_refused_in_a_sentence(tmp_path, name):
    with pytest.raises(InvalidScenario) as refused:
        read_scenario(tmp_path / name)
    assert "1 mistake" in render(refused.value)
