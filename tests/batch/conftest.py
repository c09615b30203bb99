"""A folder of small scenarios, and batches of it."""

import pytest
from batch_folder import write

from pmosim.batch.job import Wanted
from pmosim.batch.runner import Plan, run_batch
from pmosim.batch.sources import sources_of


@pytest.fixture
def folder(tmp_path):
    """With two scenarios; ``write`` adds or changes one."""
    (tmp_path / "works").mkdir()
    write(tmp_path / "works", "bridge", deck="pert 10d 20d 40d")
    write(tmp_path / "works", "tower")
    return tmp_path / "works"


@pytest.fixture
def batch(folder):
    """Runs a batch of the folder, without charts unless they are asked for."""

    def run(*, ledger=None, jobs=1, wait=0.0, output=None, **wanted):
        made = Wanted(output or folder.parent / "out", ledger and str(ledger), charts=wanted.pop("charts", False), **wanted)
        return run_batch(Plan("works", tuple(sources_of([folder])), made, jobs, wait))

    return run


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "ledger.sqlite"
