"""What the process says, and its exit code, for each way in which things go wrong."""

import errno

import click
import pytest

from pmosim.cli.failures import exit_code_after
from pmosim.errors import InvalidModel, MissingExtra, OutsideFailure, Place, Problem, UnreadableFile
from pmosim.errors import InvalidScenario as Invalid

PROBLEM = Problem("unknown-task", ("projects",), "there is no task 'slob'", "write 'slab'")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Invalid([(Place("shed.yaml", 10, 47, "after: slob"), PROBLEM)]), 2, "shed.yaml:10:47"),
        (InvalidModel([PROBLEM]), 2, "write 'slab'"),
        (UnreadableFile("'plan.xer' is no schedule"), 2, "'plan.xer' is no schedule"),
        (click.UsageError("no such thing"), 2, "no such thing"),
        (MissingExtra("pip install 'pmosim[schedules]'"), 3, "pip install"),
        (OutsideFailure("the database does not answer"), 3, "does not answer"),
        (OSError(errno.ENOSPC, "No space left on device", "forecast.json"), 3, "forecast.json: No space left on device"),
        (MemoryError(), 3, "fewer iterations"),
        (KeyboardInterrupt(), 130, "Stopped"),
        (KeyError("surprise"), 70, "This is a bug in pmosim"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_each_kind_of_failure_has_its_exit_code_and_its_words(error, code, said, capsys, monkeypatch):
    monkeypatch.delenv("PMOSIM_DEBUG", raising=False)
    assert exit_code_after(error) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_a_bug_shows_its_traceback_when_asked_to(monkeypatch, capsys):
    monkeypatch.setenv("PMOSIM_DEBUG", "1")
    try:
        {}["surprise"]
    except KeyError as error:
        exit_code_after(error)
    err = capsys.readouterr().err
    assert "Traceback (most recent call last)" in err
    assert '{}["surprise"]' in err


def test_the_option_debug_asks_for_tracebacks(command, monkeypatch):
    def broken(path):
        raise ZeroDivisionError("in the middle")

    monkeypatch.setattr("pmosim.scenario.reader.read_scenario", broken)
    code, _, err = command("run", "shed.yaml")
    assert (code, "Traceback" in err, "pmosim --debug" in err) == (70, False, True)
    monkeypatch.setenv("PMOSIM_DEBUG", "")  # so that it is put back after the option has set it
    code, _, err = command("--debug", "run", "shed.yaml")
    assert (code, "Traceback" in err) == (70, True)
