"""`pmosim earned` as a user types it."""

import json

import pytest

from pmosim.cli.main import run
from pmosim.forecasting import forecast
from pmosim.history.ledger import open_ledger
from pmosim.scenario.reader import scenario_from_text

PLAN = """\
pmosim: 1
name: Pier
status_date: 2026-03-02
tasks:
  piles: {duration: 10d}
  deck: {duration: 10d, after: piles}
"""
LATER = PLAN.replace("2026-03-02", "2026-03-17 17:00").replace("10d}", "10d, started: 2026-03-02, finished: 2026-03-17}", 1)
OWN = LATER.replace("2026-03-17}", "2026-03-17, baseline_start: 2026-03-02, baseline_finish: 2026-03-13}")


@pytest.fixture
def command(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pier.yaml").write_text(LATER)
    (tmp_path / "own.yaml").write_text(OWN)

    def pmosim(*arguments):
        code = run(["earned", *arguments])
        return int(code), *capfd.readouterr()

    return pmosim


def test_without_a_baseline_or_a_ledger_it_says_what_to_do(command):
    code, _, err = command("pier.yaml")
    assert code == 2
    assert "give tasks a baseline_start and baseline_finish" in err


def test_the_plan_of_the_first_run_stands_for_a_baseline_and_is_named(command, tmp_path):
    plan = scenario_from_text(PLAN).portfolio
    with open_ledger(tmp_path / "weekly.sqlite") as ledger:
        ledger.add(forecast(plan, iterations=100, seed=1, threads=1), plan, project="pier")
    code, out, _ = command("pier.yaml", "--ledger", "weekly.sqlite")
    assert code == 0
    assert "Pier has earned 10.0 of 12.0 working days, SPI(t) 0.83: at that pace it finishes on 2 Apr 2026" in out
    assert "Baseline: the plan of 2 Mar 2026, of the ledger's first run" in out
    code, _, err = command("pier.yaml", "--ledger", "weekly.sqlite", "--as", "quay")
    assert code == 2
    assert "no whole run of 'quay'" in err


def test_tasks_without_a_baseline_are_counted_and_the_record_is_json(command):
    _, out, _ = command("own.yaml")
    assert "without weight: 1 task." in out
    _, out, _ = command("own.yaml", "--json")
    assert json.loads(out)[0]["earned_schedule"] == 10
