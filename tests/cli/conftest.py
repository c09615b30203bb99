"""A small scenario, and the command run on it inside this process or as a process of its own."""

import os
import subprocess
import sys

import pytest

from pmosim.cli.main import run

SHED = """\
pmosim: 1
name: Garden shed
status_date: 2027-01-04
projects:
  shed:
    name: Shed
    target: {finish: 2027-01-22}
    tasks:
      slab: {duration: pert 3d 5d 9d}
      walls: {duration: triangular 4d 5d 8d, after: slab}
      roof: {duration: uniform 2d 4d, after: walls}
risks:
  frost:
    probability: 30%
    hits: {shed.slab: +triangular 1d 2d 5d}
"""


# as `pmosim` does; but a shell that runs the tests in the background hands down an ignored Ctrl-C
PROCESS = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from pmosim.cli.main import main
main()
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current folder: new, with one scenario in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PMOSIM_DEBUG", raising=False)
    (tmp_path / "shed.yaml").write_text(SHED)
    return tmp_path


@pytest.fixture
def command(here, capfd):
    """Runs `pmosim ...` in this process: (exit code, standard output, standard error)."""

    def pmosim(*arguments):
        code = run([str(argument) for argument in arguments])
        return int(code), *capfd.readouterr()

    return pmosim


@pytest.fixture
def process(here):
    """Starts `pmosim ...` as a process of its own."""
    started = []

    def start(*arguments, **options):
        settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": here}
        child = subprocess.Popen(
            [sys.executable, "-c", PROCESS, *map(str, arguments)], **{**settings, **options}, env={**os.environ, "MPLBACKEND": "Agg"}
        )
        started.append(child)
        return child

    yield start
    for child in started:
        if child.poll() is None:
            child.kill()
        child.communicate()
