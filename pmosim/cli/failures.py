"""What the process says and which exit code it leaves when something goes wrong. Only a bug of ours shows a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from enum import IntEnum

import click

from pmosim.errors import InvalidScenario, MissingExtra, OutsideFailure, PmosimError

DEBUG = "PMOSIM_DEBUG"


class ExitCode(IntEnum):
    DONE = 0
    MISSED = 1  # a threshold was missed
    WRONG = 2  # the scenario or the command is wrong
    OUTSIDE = 3  # something outside failed: disk, memory, database, Java
    BUG = 70  # EX_SOFTWARE of sysexits.h
    INTERRUPTED = 130  # 128 + SIGINT, as shells count
    TERMINATED = 143  # 128 + SIGTERM


def say(message: str) -> None:
    """One message to standard error."""
    click.echo(message, err=True)


def exit_code_after(error: BaseException) -> ExitCode:
    """Tell the user what went wrong, and return the exit code that belongs to it."""
    if isinstance(error, KeyboardInterrupt | click.Abort):
        say("Stopped.")
        return ExitCode.INTERRUPTED
    if isinstance(error, click.ClickException):
        error.show()
        return ExitCode.WRONG
    if isinstance(error, BrokenPipeError):
        return _reader_went_away()
    if isinstance(error, PmosimError):
        return _said_on_purpose(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        say(f"Error: {where}{error.strerror or error}")
        return ExitCode.OUTSIDE
    if isinstance(error, MemoryError):
        say("Error: there is not enough memory.\n  fix: ask for fewer iterations (-n), or fewer threads (--threads)")
        return ExitCode.OUTSIDE
    return _bug(error)


def _said_on_purpose(error: PmosimError) -> ExitCode:
    if isinstance(error, InvalidScenario):
        from pmosim.scenario.messages import render

        say(render(error))
    else:
        say(f"Error: {error}")
    return ExitCode.OUTSIDE if isinstance(error, OutsideFailure | MissingExtra) else ExitCode.WRONG


def _reader_went_away() -> ExitCode:
    """`pmosim run ... | head` is no mistake; but Python must not try to flush into the closed pipe once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE


def _bug(error: BaseException) -> ExitCode:
    said = f"{type(error).__name__}: {error}"
    say(f"This is a bug in pmosim, not a mistake of yours: {said}")
    if os.environ.get(DEBUG):
        say("".join(traceback.format_exception(error)).rstrip())
    else:
        say(f"  fix: please report it with the output of the same command after 'pmosim --debug' (or with {DEBUG}=1)")
    return ExitCode.BUG
