"""A ledger stays whole when its writers are killed, and when several write at once: a little of what tests/faults/ledger.py tries."""

import json
import subprocess
import sys
from pathlib import Path

import postgres
import pytest

SCRIPT = Path(__file__).with_name("ledger.py")

needs_server = pytest.mark.skipif(bool(postgres.why_without()), reason=postgres.why_without())
WHERE = [pytest.param((), id="SQLite"), pytest.param(("--postgres",), id="PostgreSQL", marks=[pytest.mark.postgres, needs_server])]


def tried(*arguments):
    done = subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()][1:]


@pytest.mark.slow
@pytest.mark.parametrize("where", WHERE)
def test_a_writer_that_is_killed_leaves_every_run_whole_or_absent(where):
    lines = tried("kills", "--times", 4, *where)
    assert [line["faults"] for line in lines] == [[]] * 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "writers"),
    [
        pytest.param((), 2, id="two, SQLite"),
        pytest.param(("--postgres",), 4, id="four, PostgreSQL", marks=[pytest.mark.postgres, needs_server]),
    ],
)
def test_of_writers_at_once_nothing_is_lost_and_nothing_is_there_twice(where, writers):
    (line,) = tried("together", "--writers", writers, "--each", 4, *where)
    assert line["faults"] == []
    assert line["runs"] == 4 * (writers + 1)
