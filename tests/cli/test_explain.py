"""`pmosim explain`: why a figure moved from one scenario to the next."""

import json

import pytest

QUICK = ("-n", "500", "--no-charts")


@pytest.fixture
def weeks(here):
    """A Monday later: the slab was begun two days late, and frost is likelier."""
    later = (here / "shed.yaml").read_text().replace("2027-01-04", "2027-01-11").replace("probability: 30%", "probability: 60%")
    (here / "later.yaml").write_text(later.replace("duration: pert 3d 5d 9d", "started: 2027-01-06, remaining: pert 1d 2d 6d"))
    return "shed.yaml", "later.yaml"


def test_the_move_is_told_with_its_causes_and_kept_in_a_folder(command, here, weeks):
    code, out, err = command("explain", *weeks, *QUICK)
    assert code == 0, err
    assert "P80 moves" in out
    assert "Late start of slab" in out
    assert "from risk frost" in out
    made = json.loads((here / "later.explanation" / "explanation.json").read_text())
    assert sum(row["exact"] for row in made["rows"]) == made["exact"]
    tables = {file.stem for file in (here / "later.explanation" / "tables").glob("*.csv")}
    assert tables == {"moves", "items", "figures", "steps", "differences"}


def test_json_is_the_explanation_and_nothing_else(command, here, weeks):
    code, out, _ = command("explain", *weeks, *QUICK, "--json")
    assert code == 0
    assert out == (here / "later.explanation" / "explanation.json").read_text()


def test_the_same_scenario_twice_has_nothing_to_explain(command, weeks):
    code, out, _ = command("explain", "shed.yaml", "shed.yaml", *QUICK)
    assert code == 0
    assert "The two models are the same." in out
    assert "P80 stays at" in out


@pytest.mark.slow
def test_the_waterfall_and_a_page_are_drawn_unless_told_not_to(command, here, weeks):
    code, _, err = command("explain", *weeks, "-n", "500", "--at", "target")
    assert code == 0, err
    folder = here / "later.explanation"
    assert {file.name for file in (folder / "charts").glob("*.png")} == {"reasons.png"}
    assert "Why it moved" in (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--target", "roof"), "No target 'roof' is in both; there are: shed.finish"),
        (("--in", "money"), "Nothing costs for 'shed.finish'"),
        (("--at", "P33"), "P33"),
    ],
)
def test_what_cannot_be_explained_is_a_wrong_command(command, weeks, more, said):
    code, _, err = command("explain", *weeks, *QUICK, *more)
    assert code == 2
    assert said in err


def kept(command, weeks):
    for file in weeks:
        assert command("run", file, "-n", "300", "--no-charts", "--ledger", "weeks.sqlite", "--as", "shed")[0] == 0


def test_without_files_the_last_two_status_dates_in_the_ledger_are_explained(command, here, weeks):
    kept(command, weeks)
    code, out, err = command("explain", "--ledger", "weeks.sqlite", "--no-charts")
    assert code == 0, err
    assert "Late start of slab" in out
    by_number = command("explain", "1", "2", "--ledger", "weeks.sqlite", "--no-charts", "--json")[1]
    by_file = command("explain", *weeks, "-n", "300", "--no-charts", "--json")[1]
    assert json.loads(by_number)["rows"] == json.loads(by_file)["rows"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1",), "Name both BEFORE and AFTER"),
        (("shed.yaml", "2"), "two scenarios, or two runs"),
        (("--project", "shedd"), "has no run of 'shedd'"),
        (("1", "2", "--set", "risks.frost.probability=1%"), "--set is for scenarios"),
    ],
)
def test_runs_that_cannot_be_explained_are_a_wrong_command(command, weeks, arguments, said):
    kept(command, weeks[:1])
    code, _, err = command("explain", *arguments, "--ledger", "weeks.sqlite")
    assert code == 2
    assert said in " ".join(err.split())
