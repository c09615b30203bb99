"""`pmosim ledger`, and `pmosim run --ledger`."""

import csv
import io
import json

import pytest

LEDGER = ("--ledger", "l.sqlite")


@pytest.fixture
def added(command):
    """The shed forecast into a ledger, once."""
    assert command("run", "shed.yaml", "-n", "200", "--no-charts", *LEDGER)[0] == 0
    return command


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_run_is_added_and_the_second_time_found(command):
    run = ("run", "shed.yaml", "-n", "200", "--no-charts", *LEDGER)
    assert "Added to the ledger l.sqlite as run 1." in command(*run)[2]
    assert "The ledger l.sqlite has it already, as run 1." in command(*run)[2]


def test_runs_are_listed_with_their_p80(added):
    code, out, _ = added("ledger", "list", *LEDGER)
    assert code == 0
    assert out.splitlines()[1].split()[:3] == ["1", "shed", "4"]
    (run,) = json.loads(added("ledger", "list", *LEDGER, "--json")[1])
    assert (run["project"], run["status_date"], run["iterations"]) == ("shed", "2027-01-04T00:00:00", 200)
    assert json.loads(added("ledger", "list", *LEDGER, "--json", "--until", "2027-01-03")[1]) == []
    assert added("ledger", "list", *LEDGER, "--project", "Tower")[1] == "There are no runs.\n"


def test_the_ledger_may_be_named_by_the_environment(added, monkeypatch):
    monkeypatch.setenv("PMOSIM_LEDGER", "l.sqlite")
    assert len(json.loads(added("ledger", "list", "--json")[1])) == 1


def test_a_run_is_shown_with_its_figures(added, here):
    forecast = json.loads((here / "shed.results" / "forecast.json").read_text())
    out = added("ledger", "show", "1", *LEDGER)[1]
    assert "Run 1: shed" in out
    assert forecast["provenance"]["fingerprint"] in out
    shown = json.loads(added("ledger", "show", "1", *LEDGER, "--json")[1])
    p80 = next(one for one in shown["figures"] if one["name"] == "P80")
    assert p80["value"].startswith(forecast["targets"][0]["percentiles"]["80"]["value"])


def test_the_stored_forecast_is_the_one_in_the_results_folder_to_the_byte(added, here):
    assert added("ledger", "show", "1", *LEDGER, "--forecast")[1] == (here / "shed.results" / "forecast.json").read_text()


def test_a_stored_forecast_is_verified(added):
    code, out, _ = added("ledger", "verify", *LEDGER)
    assert (code, out) == (0, "Run 1 (shed, 4 Jan 2027): the same to the last bit\n")
    (found,) = json.loads(added("ledger", "verify", "1", *LEDGER, "--json")[1])
    assert (found["is_same"], found["differences"]) == (True, [])


@pytest.mark.parametrize("table", ["figures", "runs", "curves", "actuals"])
def test_tables_are_exported_as_csv_and_json(added, here, table):
    added("ledger", "record", "shed", "shed.slab", "--finish", "2027-01-08", *LEDGER)
    code, out, _ = added("ledger", "export", table, *LEDGER)
    assert code == 0
    assert len(rows(out)) == len(json.loads(added("ledger", "export", table, "--format", "json", *LEDGER)[1])) > 0
    assert {row["project"] for row in rows(out)} == {"shed"}
    added("ledger", "export", table, "-o", "table.csv", *LEDGER)
    assert (here / "table.csv").read_text() == out


def test_a_finish_recorded_by_its_date_means_the_end_of_that_day(added):
    code, out, err = added("ledger", "record", "shed", "shed.slab", "--start", "2027-01-04", "--finish", "2027-01-08", *LEDGER)
    assert (code, out, err) == (0, "", "Recorded the start and the finish of shed.slab.\n")
    said = {row["kind"]: row["value"] for row in rows(added("ledger", "export", "actuals", *LEDGER)[1])}
    assert said == {"start": "2027-01-04T00:00:00", "finish": "2027-01-08T23:59:00"}


def test_pruning_says_what_it_dropped(added):
    assert added("ledger", "prune", "--keep", "1", *LEDGER)[1] == "Nothing to prune.\n"
    assert "whole forecasts of 1 run and 1 model" in added("ledger", "prune", "--keep", "0", *LEDGER)[1]
    code, _, err = added("ledger", "verify", *LEDGER)
    assert (code, err) == (0, "1 of 1 runs were pruned and cannot be run again.\n")
    code, _, err = added("ledger", "verify", "1", *LEDGER)
    assert code == 2
    assert "run 1 was pruned" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("list", "--ledger", "none.sqlite"), 2, "there is no ledger 'none.sqlite'"),
        (("list", "--ledger", "mysql://host/x"), 2, "'mysql://host/x' is no address of a ledger"),
        (("list", "--ledger", "postgresql://me:secret@localhost:1/x"), 3, "check that the server runs"),
        (("list", "--ledger", "shed.yaml"), 3, "it is no ledger"),
        (("show", "9", *LEDGER), 2, "the ledger 'l.sqlite' has no run 9"),
        (("show", "last", *LEDGER), 2, "'last' is no whole number"),
        (("verify", "1", "2", *LEDGER), 2, "has no run 2"),
        (("record", "shed", "shed.wals", "--finish", "2027-02-01", *LEDGER), 2, "write 'shed.walls'"),
        (("record", "shed", "shed.walls", *LEDGER), 2, "Give what happened: --start, --finish or --cost."),
        (("export", "everything", *LEDGER), 2, "is not one of 'figures', 'runs', 'curves', 'actuals'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_wrong_is_told_with_a_remedy(added, arguments, code, said):
    found, out, err = added("ledger", *arguments)
    assert (found, out) == (code, "")
    assert said in err
    assert "secret" not in err
    assert "Traceback" not in err


def test_a_ledger_that_cannot_be_is_told_before_the_simulation(command, here):
    code, _, err = command("run", "shed.yaml", "--no-charts", "--ledger", "nowhere/l.sqlite")
    assert code == 3
    assert "its folder does not exist" in err
    assert "Simulated" not in err
    assert not (here / "shed.results").exists()


def test_what_if_is_not_written_down_as_a_forecast(command, here):
    code, _, err = command("run", "shed.yaml", "--set", "risks.frost.probability=1%", *LEDGER)
    assert code == 2
    assert "give --ledger without --set" in err
    assert not (here / "l.sqlite").exists()


def test_a_run_may_be_added_under_another_name(command):
    command("run", "shed.yaml", "-n", "200", "--no-charts", *LEDGER, "--as", "The shed")
    assert [run["project"] for run in json.loads(command("ledger", "list", *LEDGER, "--json")[1])] == ["The shed"]
    assert "give --ledger, too" in command("run", "shed.yaml", "--as", "The shed")[2]
