"""`pmosim trend`: how forecasts have moved, from a ledger or from folders that were kept."""

import json

import pytest


@pytest.fixture
def weeks(command, here):
    """Three weeks of the shed, in a ledger and as folders."""
    text = (here / "shed.yaml").read_text()
    for week, day in enumerate(("04", "11", "18"), 1):
        (here / "now.yaml").write_text(text.replace("2027-01-04", f"2027-01-{day}"))
        code, _, err = command(
            "run", "now.yaml", "-n", "200", "--no-charts", "--ledger", "weeks.sqlite", "--as", "Garden shed", "-o", f"week-{week}"
        )
        assert code == 0, err
    return here


def test_a_ledger_is_told_in_text_and_written_as_a_folder(command, weeks):
    code, out, err = command("trend", "--ledger", "weeks.sqlite", "-o", "drift", "--no-charts")
    assert code == 0, err
    assert "3 status dates, 4 Jan 2027 to 18 Jan 2027" in out
    assert {file.stem for file in (weeks / "drift" / "tables").glob("*.csv")} == {"points", "standing"}
    made = json.loads((weeks / "drift" / "trend.json").read_text())
    assert len(made["lines"][0]["points"]) == 3


def test_folders_that_were_kept_tell_the_same(command, weeks):
    lines = [
        json.loads(command("trend", *more, "--json")[1])["lines"]
        for more in (("--ledger", "weeks.sqlite", "--project", "Garden shed"), ("week-1", "week-2", "week-3"))
    ]
    assert lines[0] == lines[1]


@pytest.mark.slow
def test_charts_and_a_page_are_drawn(command, weeks):
    command("trend", "--ledger", "weeks.sqlite", "-o", "drift")
    assert {file.stem for file in (weeks / "drift" / "charts").glob("*.png")} == {"shed-drift", "shed-chance"}
    assert "Where it stands" in (weeks / "drift" / "report.html").read_text()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--ledger", "nowhere.sqlite"), "there is no ledger"),
        (("--ledger", "weeks.sqlite", "--project", "Shed"), "has no runs of 'Shed'"),
        (("--ledger", "weeks.sqlite", "--target", "shed.roof"), "has a target 'shed.roof'"),
        (("--ledger", "weeks.sqlite", "--since", "2028-01-01"), "no runs of these status dates"),
        (("--green", "40%"), "--amber 50% lies above --green 40%"),
    ],
)
def test_what_is_not_there_is_a_wrong_command(command, weeks, more, said):
    code, _, err = command("trend", *more)
    assert code == 2
    assert said in " ".join(err.split())
