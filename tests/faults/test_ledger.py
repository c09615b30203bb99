"""A ledger stays whole when its writers are killed, and when several write at once: a little of what tests/faults/ledger.py tries."""

import json
import subprocess
import sys
from pathlib import Path

import postgres
import pytest

SCRIPT = Path(__file__).with_name("ledger.py")
KILLS, EACH = 3, 3

on_server = [pytest.mark.postgres, pytest.mark.skipif(bool(postgres.why_without()), reason=postgres.why_without())]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "writers"),
    [pytest.param([], 2, id="SQLite, two writers"), pytest.param(["--postgres"], 4, id="PostgreSQL, four writers", marks=on_server)],
)
def test_whoever_writes_at_once_or_is_killed_loses_nothing_and_leaves_nothing_by_halves(where, writers):
    arguments = ["together", "kills", "--writers", str(writers), "--each", str(EACH), "--times", str(KILLS), *where]
    done = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    _, together, *kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert (together["runs"], together["faults"]) == (EACH * (writers + 1), [])
    assert [kill["faults"] for kill in kills] == [[]] * KILLS
