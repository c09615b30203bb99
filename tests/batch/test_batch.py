"""The program promises that a batch forecasts all that can be forecast, unattended, and does nothing twice."""

import json
import os
import subprocess
import sys
import time

import pytest
from batch_folder import write

from pmosim.batch.lock import alone_in
from pmosim.errors import OutsideFailure, PmosimError
from pmosim.history.ledger import open_ledger
from pmosim.results.batch import FAILED, FORECAST, UNCHANGED, WRONG, Batch
from pmosim.results.conditions import read_condition
from pmosim.results.records import Forecast


def states(made):
    return {entry.name: entry.state for entry in made.entries}


def test_every_scenario_of_a_folder_has_its_forecast_and_its_results(batch, folder):
    made = batch()
    assert states(made) == {"bridge": FORECAST, "tower": FORECAST}
    assert made.exit_code == 0
    out = folder.parent / "out"
    for entry in made.entries:
        record = Forecast.load(out / entry.folder / "forecast.json")
        assert record.targets[0].percentiles[80] == entry.targets[0].p80
    assert Batch.load(out / "batch.json") == made
    assert "Bridge" in (out / "index.html").read_text()


def test_a_scenario_that_cannot_be_read_stops_no_other(batch, folder):
    write(folder, "bad", deck="5x")
    (folder / "worse.yaml").write_text("tasks: [")
    made = batch()
    assert states(made) == {"bad": WRONG, "bridge": FORECAST, "tower": FORECAST, "worse": WRONG}
    assert made.exit_code == 2
    assert "bad.yaml:8:" in next(entry.message for entry in made.entries if entry.name == "bad")
    assert not (folder.parent / "out" / "bad").exists()


def test_a_project_that_cannot_be_read_stops_no_other_of_its_model(batch, folder):
    text = "pmosim: 1\nstatus_date: 2027-01-04\nsimulation: {iterations: 200}\nprojects:\n"
    text += "  hall: {tasks: {frame: {duration: 5d}}}\n  yard: {tasks: {fence: {duration: 5x}}}\n"
    (folder / "site.yaml").write_text(text)
    made = batch()
    assert states(made) == {"bridge": FORECAST, "site": FORECAST, "site.yard": WRONG, "tower": FORECAST}
    assert [target.id for target in made.entries[1].targets] == ["hall.finish"]


def test_what_is_in_the_ledger_unchanged_is_not_simulated_again(batch, folder, ledger, monkeypatch):
    first = batch(ledger=ledger)
    record = folder.parent / "out" / "bridge" / "forecast.json"
    written = record.stat().st_mtime_ns
    monkeypatch.setattr("pmosim.batch.job.forecast_of", lambda *_, **__: pytest.fail("it was simulated again"))
    again = batch(ledger=ledger)
    assert {*states(again).values()} == {UNCHANGED}
    assert [entry.targets for entry in again.entries] == [entry.targets for entry in first.entries]
    assert record.stat().st_mtime_ns == written
    with open_ledger(ledger) as kept:
        assert len(kept.runs()) == 2


def test_what_is_described_anew_is_a_run_of_its_own(batch, folder, ledger):
    batch(ledger=ledger)
    path = folder / "tower.yaml"
    path.write_text(path.read_text().replace("survey:", "survey: &a").replace("&a {", "{name: Ground survey, "))
    assert states(batch(ledger=ledger)) == {"bridge": UNCHANGED, "tower": FORECAST}


def test_results_that_were_removed_are_written_again_without_a_simulation(batch, folder, ledger):
    made = batch(ledger=ledger)
    record = folder.parent / "out" / "bridge" / "forecast.json"
    text = record.read_text()
    for file in sorted(record.parent.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    again = batch(ledger=ledger)
    assert states(again)["bridge"] == UNCHANGED
    assert record.read_text() == text
    assert again.entries[0].targets == made.entries[0].targets


def test_the_next_week_is_told_against_the_last(batch, folder, ledger):
    batch(ledger=ledger)
    write(folder, "bridge", deck="pert 30d 40d 60d", status="2027-01-11")
    made = batch(ledger=ledger, conditions=(read_condition("move(P80(bridge.finish)) > 10ed"), read_condition("P80(*.finish) > target")))
    moved = made.entries[0].targets[0].moved
    assert moved.low > 10
    assert made.entries[1].targets[0].moved is None  # the same week as before
    assert [(found.entry, found.condition) for found in made.findings] == [
        ("bridge", "move(P80(bridge.finish)) > 10ed"),
        ("bridge", "P80(*.finish) > target"),
    ]
    assert made.exit_code == 1


def test_a_condition_that_names_nothing_is_an_error_and_not_a_pass(batch):
    with pytest.raises(PmosimError, match=r"names no target.*\n.*project\.finish"):
        batch(conditions=(read_condition("P80(brigde.finish) > 2027-09-30"),))


def test_a_condition_may_be_about_a_scenario_that_failed(batch, folder):
    write(folder, "bad", deck="5x")
    assert batch(conditions=(read_condition("P80(bad.finish) > 2027-09-30"),)).exit_code == 2


def test_processes_change_nothing_but_the_time(batch, folder):
    one = batch(output=folder.parent / "one")
    two = batch(output=folder.parent / "two", jobs=2)
    assert [entry.targets for entry in one.entries] == [entry.targets for entry in two.entries]


def test_two_batches_do_not_write_into_one_folder(batch, folder):
    out = folder.parent / "out"
    batch()
    with alone_in(out), pytest.raises(OutsideFailure, match=rf"another batch.*process {os.getpid()} on"):
        batch()
    assert batch().exit_code == 0


def test_a_folder_of_somebody_elses_is_left_alone(batch, folder):
    out = folder.parent / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(PmosimError, match="no batch has written"):
        batch()


def test_the_log_says_what_happened_and_when(batch, folder):
    write(folder, "bad", deck="5x")
    batch()
    lines = (folder.parent / "out" / "batch.log").read_text().splitlines()
    assert all(line[10] == "T" and line[19] == "Z" for line in lines)
    assert [line.split()[1] for line in lines] == ["INFO", "ERROR", "INFO", "INFO", "INFO"]


def test_a_ledger_that_cannot_be_reached_fails_each_of_its_files_and_leaves_the_results(batch, folder):
    made = batch(ledger=folder / "no" / "such" / "ledger.sqlite")
    assert {*states(made).values()} == {FAILED}
    assert made.exit_code == 3


def test_names_of_files_do_not_lead_out_of_the_folder(batch, folder):
    for name in ("..", "a b&c", "CON", "=cmd()", "x" * 150):
        write(folder, f"{name}z" if name == ".." else name)
    made = batch()
    out = (folder.parent / "out").resolve()
    folders = [out / entry.folder for entry in made.entries]
    assert len(made.entries) >= 6
    assert all((one / "forecast.json").exists() and one.resolve().parent == out for one in folders)
    assert len({one.name.lower() for one in folders}) == len(folders)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_batch_that_is_killed_leaves_whole_results_and_the_next_one_succeeds(batch, folder, ledger):
    for number in range(4):
        write(folder, f"more{number}")
    arguments = [sys.executable, "-m", "pmosim", "forecast", str(folder), "-o", str(folder.parent / "out"), "--ledger", str(ledger)]
    for moment in (1.5, 3.0):
        process = subprocess.Popen([*arguments, "--no-charts", "--jobs", "1"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(moment)
        process.kill()
        process.wait()
        for record in (folder.parent / "out").glob("[a-z]*/forecast.json"):
            Forecast.load(record)
    made = batch(ledger=ledger)
    assert {*states(made).values()} <= {FORECAST, UNCHANGED}
    with open_ledger(ledger) as kept:
        assert sorted(run.project for run in kept.runs()) == sorted(states(made))


def test_somebody_is_told(folder, command, tmp_path):
    notices, heard = tmp_path / "notices.jsonl", tmp_path / "heard.json"
    teller = tmp_path / "tell.py"
    teller.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())")
    arguments = ("forecast", folder, "-o", tmp_path / "out", "--no-charts", "--jobs", "1", "--notify", notices)
    code, out, _ = command(*arguments, "--notify-command", f"{sys.executable} {teller} {heard}", "--fail-if", "P80(*) > 2027-01-01")
    assert code == 1
    assert "P80(*) > 2027-01-01" in out
    (line,) = notices.read_text().splitlines()
    assert json.loads(line) == json.loads(heard.read_text())
    assert json.loads(line)["exit_code"] == 1
    code, _, err = command(*arguments, "--notify-command", "no-such-command")
    assert code == 3
    assert "no-such-command" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail-if", "P80 late"], "compares nothing"),
        (["-n", "15", "--sampling", "latin-hypercube"], "replicates"),
    ],
)
def test_a_wrong_command_is_told(folder, command, tmp_path, arguments, said):
    code, out, err = command("forecast", folder, "-o", tmp_path / "out", "--no-charts", "--jobs", "1", *arguments)
    assert code == 2
    assert said in out + err


def test_a_folder_without_scenarios_is_told(command, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = command("forecast", tmp_path / "empty")
    assert code == 2
    assert "holds no scenario" in err


@pytest.fixture
def command(capfd):
    from pmosim.cli.main import run

    def pmosim(*arguments):
        return int(run([str(argument) for argument in arguments])), *capfd.readouterr()

    return pmosim


def test_all_files_can_be_one_model(folder, command, tmp_path):
    write(folder, "bad", deck="5x")
    arguments = ("forecast", folder, "-o", tmp_path / "out", "--together", "programme", "--no-charts", "--ledger", tmp_path / "ledger")
    code, out, _ = command(*arguments)
    assert code == 2
    made = Forecast.load(tmp_path / "out" / "programme" / "forecast.json")
    assert [target.id for target in made.targets] == ["finish", "bridge.finish", "tower.finish"]
    assert made.joint_probability is not None
    assert "programme.bad" in out
    assert "unchanged" in command(*arguments)[1]
