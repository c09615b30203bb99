"""`pmosim compare`: two scenarios, one scenario and a what-if, or two results folders."""

import json

import pytest

QUICK = ("-n", "500", "--no-charts")
MORE = "risks.frost.probability=90%"


def test_two_scenarios_are_compared_and_the_results_named_after_the_second(command, here):
    (here / "later.yaml").write_text((here / "shed.yaml").read_text().replace("probability: 30%", "probability: 90%"))
    code, out, err = command("compare", "shed.yaml", "later.yaml", *QUICK)
    assert code == 0
    assert "shed.yaml -> later.yaml" in out
    assert "working days later" in out
    assert "risks" in out
    assert "30%" in out
    assert "90%" in out
    assert "later.comparison" in err
    made = json.loads((here / "later.comparison" / "comparison.json").read_text())
    assert made["paired"] is True
    assert made["after"]["provenance"]["iterations"] == 500
    assert {file.stem for file in (here / "later.comparison" / "tables").glob("*.csv")} == {"figures", "steps", "differences", "curves"}


def test_a_scenario_is_compared_with_itself_changed(command, here):
    code, out, _ = command("compare", "shed.yaml", "--set-b", MORE, *QUICK)
    assert code == 0
    assert f"before -> with {MORE}" in out
    made = json.loads((here / "shed.comparison" / "comparison.json").read_text())
    assert made["before"]["provenance"]["overrides"] == []
    assert made["after"]["provenance"]["overrides"] == [MORE]
    assert [one["item"] for one in made["differences"]] == ["frost"]


def test_what_is_set_for_both_moves_nothing(command):
    _, out, _ = command("compare", "shed.yaml", "shed.yaml", "--set", MORE, *QUICK)
    assert "The two models are the same." in out
    assert "P80 stays at" in out


def test_json_is_the_comparison_and_nothing_else(command, here):
    code, out, _ = command("compare", "shed.yaml", "--set-b", MORE, *QUICK, "--json")
    assert code == 0
    assert out == (here / "shed.comparison" / "comparison.json").read_text()


@pytest.mark.slow
def test_charts_and_a_page_are_drawn_unless_told_not_to(command, here):
    command("compare", "shed.yaml", "--set-b", MORE, "-n", "500")
    folder = here / "shed.comparison"
    assert {file.name for file in (folder / "charts").glob("*.png")} == {"shed-curves.png", "shed-moves.png"}
    page = (folder / "report.html").read_text()
    assert "working days later" in page
    assert page.count("<script") == 1  # our own


def test_two_results_folders_are_compared_by_their_figures_and_that_is_said(command, here):
    command("run", "shed.yaml", *QUICK, "-o", "monday")
    command("run", "shed.yaml", *QUICK, "-o", "tuesday", "--set", MORE)
    code, out, _ = command("compare", "monday", "tuesday", "--no-charts")
    assert code == 0
    assert "stored figures of two runs" in out
    assert json.loads((here / "tuesday.comparison" / "comparison.json").read_text())["paired"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("shed.yaml",), "--set-b"),
        (("shed.yaml", "shde.yaml"), "did you mean 'shed.yaml'"),
        (("shed.yaml", "empty"), "is no results folder"),
        (("shed.yaml", "monday"), "two scenarios, or two results folders"),
        (("monday", "monday", "--set", MORE), "Stored results are compared as they are"),
        (("monday", "monday", "-n", "100"), "Stored results are compared as they are"),
        (("shed.yaml", "--set-b", "risks.forst.probability=1%"), "--set-b risks.forst.probability: there is no 'forst'"),
        (("shed.yaml", "other.yaml"), "no target in common"),
        (("shed.yaml", "broken.json"), "two scenarios, or two results folders"),
        (("monday", "broken.json"), "is no forecast"),
    ],
)
def test_what_cannot_be_compared_is_told_with_a_remedy(command, here, arguments, words):
    (here / "empty").mkdir()
    (here / "broken.json").write_text("{}")
    (here / "other.yaml").write_text((here / "shed.yaml").read_text().replace("  shed:\n", "  barn:\n").replace("shed.slab", "barn.slab"))
    command("run", "shed.yaml", *QUICK, "-o", "monday")
    code, _, err = command("compare", *arguments, "--no-charts")
    assert code == 2
    assert words in err
    assert "Traceback" not in err
