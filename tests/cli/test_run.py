"""`pmosim run`: what goes where, and what it takes for exit code 1."""

import json

import pytest

from pmosim.cli.main import run

QUICK = ("-n", "500", "--no-charts")


def without_timing(text):
    return {name: part for name, part in json.loads(text).items() if name != "timing"}


def test_a_run_prints_the_forecast_and_writes_a_folder_named_after_the_scenario(command, here):
    code, out, err = command("run", "shed.yaml", *QUICK)
    assert code == 0
    assert "Shed" in out
    assert "P80" in out
    assert "shed.results" in err
    assert json.loads((here / "shed.results" / "forecast.json").read_text())["provenance"]["iterations"] == 500


@pytest.mark.slow
def test_a_run_draws_charts_and_a_report_unless_told_not_to(command, here):
    command("run", "shed.yaml", "-n", "500")
    assert (here / "shed.results" / "report.html").exists()
    assert list((here / "shed.results").rglob("*.svg"))
    command("run", "shed.yaml", *QUICK)
    assert not list((here / "shed.results").rglob("*.svg"))  # none left of the earlier run either


def test_results_go_where_they_are_asked_to(command, here):
    assert command("run", "shed.yaml", *QUICK, "-o", here / "new" / "folder")[0] == 0
    assert (here / "new" / "folder" / "forecast.json").exists()
    assert not (here / "shed.results").exists()


def test_json_is_the_forecast_and_nothing_else(command, here):
    code, out, err = command("run", "shed.yaml", *QUICK, "--json")
    assert code == 0
    assert out == (here / "shed.results" / "forecast.json").read_text()
    assert json.loads(out)["name"] == "Garden shed"
    assert "iterations" in err


def test_the_command_line_goes_before_the_scenario(command, here):
    text = (here / "shed.yaml").read_text()
    (here / "seven.yaml").write_text(text.replace("name: Garden", "simulation: {iterations: 300, seed: 7}\nname: Garden"))
    own = json.loads(command("run", "seven.yaml", "--no-charts", "--json")[1])["provenance"]
    assert (own["iterations"], own["seed"]) == (300, 7)
    asked = json.loads(command("run", "seven.yaml", "--no-charts", "--json", "-n", "200", "--seed", "0")[1])["provenance"]
    assert (asked["iterations"], asked["seed"]) == (200, 0)


def test_the_number_of_threads_changes_no_figure(command):
    one, two = (command("run", "shed.yaml", *QUICK, "--json", "--threads", threads)[1] for threads in (1, 2))
    assert without_timing(one) == without_timing(two)


def test_another_seed_gives_other_figures(command):
    one, two = (command("run", "shed.yaml", *QUICK, "--json", "--seed", seed)[1] for seed in (1, 2))
    assert without_timing(one)["targets"] != without_timing(two)["targets"]


def test_a_missed_threshold_is_exit_code_1_and_is_named_and_the_results_are_there(command, here):
    code, out, err = command("run", "shed.yaml", *QUICK, "--fail-below", "99.9%")
    assert code == 1
    assert "P80" in out
    assert "by 22 Jan 2027" in err
    assert (here / "shed.results" / "forecast.json").exists()


def test_a_threshold_that_is_met_is_exit_code_0(command):
    code, _, err = command("run", "shed.yaml", *QUICK, "--fail-below", "0.001")
    assert code == 0
    assert "below" not in err.lower()


def test_a_budget_counts_as_a_target(command, here):
    text = (here / "shed.yaml").read_text()
    costly = text.replace("target: {finish: 2027-01-22}", "target: {budget: 1000 EUR}").replace(
        "after: slab", "after: slab, cost: 5000 EUR"
    )
    (here / "costly.yaml").write_text(costly)
    code, _, err = command("run", "costly.yaml", *QUICK, "--fail-below", "50%")
    assert code == 1
    assert "within its budget" in err


def test_a_disk_that_cannot_be_written_is_told_before_the_simulation(command, monkeypatch):
    monkeypatch.setattr("pmosim.forecasting.forecast", lambda *_, **__: pytest.fail("simulated in vain"))
    code, out, err = command("run", "shed.yaml", "-o", "/proc/results")  # even the superuser may not
    assert (code, out) == (3, "")
    assert "/proc" in err
    assert "name another folder" in err


def test_a_second_run_replaces_the_first(command, here):
    command("run", "shed.yaml", *QUICK)
    command("run", "shed.yaml", "-n", "400", "--no-charts")
    assert json.loads((here / "shed.results" / "forecast.json").read_text())["provenance"]["iterations"] == 400
    assert sorted(entry.name for entry in here.iterdir()) == ["shed.results", "shed.yaml"]


def test_a_folder_with_other_things_in_it_is_left_as_it_is(command, here):
    (here / "work").mkdir()
    (here / "work" / "thesis.txt").write_text("three years")
    code, _, err = command("run", "shed.yaml", *QUICK, "-o", "work")
    assert code == 2
    assert "thesis.txt" in err
    assert [entry.name for entry in (here / "work").iterdir()] == ["thesis.txt"]


@pytest.mark.slow
def test_a_stored_forecast_is_drawn_again_without_any_change_of_its_figures(command, here):
    run(["run", "shed.yaml", *QUICK])
    before = (here / "shed.results" / "forecast.json").read_bytes()
    code, out, _ = command("report", "shed.results/forecast.json", "-o", "again")
    assert code == 0
    assert "P80" in out
    assert (here / "again" / "forecast.json").read_bytes() == before
    assert (here / "again" / "report.html").exists()
