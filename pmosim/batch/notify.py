"""Telling others that a batch is done: its record as JSON, to a file or to a command."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

from pmosim.errors import OutsideFailure
from pmosim.results.batch import Batch

PATIENCE = 60.0
"""Seconds that a command has. A batch that runs at night must end."""


def notice_of(batch: Batch, output: Path) -> dict[str, Any]:
    """What a message needs: the exit code, what holds, what failed, and the figures of each target; dates as ISO text."""
    return {"event": "pmosim.forecast", "output": str(output.absolute())} | json.loads(batch.to_json())


def tell_file(notice: dict[str, Any], file: Path) -> None:
    """Append one line to ``file``: it can be followed. Raises OutsideFailure."""
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(notice, ensure_ascii=False) + "\n")
    except OSError as error:
        raise OutsideFailure(f"cannot notify '{file}': {error.strerror or error}\n  fix: name a file that you may write to") from error


def tell_command(notice: dict[str, Any], command: str) -> None:
    """Give the notice to a command's standard input. The command is no shell's: what stands in the notice cannot become part of it.

    Raises OutsideFailure if it is not there, fails, or takes longer than a minute.
    """
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words, input=json.dumps(notice, ensure_ascii=False), text=True, timeout=PATIENCE, capture_output=True, check=False
        )
    except (OSError, ValueError, IndexError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise OutsideFailure(f"cannot run '{command}': {said}\n  fix: give a command that is there, and its arguments") from error
    except subprocess.TimeoutExpired:
        raise OutsideFailure(f"'{command}' took longer than {PATIENCE:.0f} s and was stopped\n  fix: let it hand its work on") from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()
        raise OutsideFailure(f"'{command}' failed with exit code {done.returncode}" + (f": {last[-1]}" if last else ""))
