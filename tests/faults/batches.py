"""What happens to batches when the machine is unkind. Prints a line of JSON for each kind of trouble; ends with 1 if anything was lost.

    python tests/faults/batches.py [--kills 50]

kills       SIGKILL at random moments: the ledger is whole, each run absent or complete, each results folder whole or absent, and
            the next batch succeeds
two         two batches at once against one SQLite ledger: nothing lost, nothing twice
four        four batches at once against one PostgreSQL ledger: the same
full disk   a results folder and a ledger on a disk without room: a message, exit code 3, nothing half-written
connection  the PostgreSQL server goes away during a batch: the same
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import postgres  # noqa: E402
from batch_folder import write  # noqa: E402

from pmosim.errors import OutsideFailure  # noqa: E402
from pmosim.history.ledger import open_ledger  # noqa: E402
from pmosim.results.batch import Batch  # noqa: E402
from pmosim.results.records import Forecast  # noqa: E402

FILES = 6


def works(folder: Path) -> Path:
    made = folder / "works"
    made.mkdir()
    for number in range(FILES):
        write(made, f"project-{number}")
    return made


def begun(scenarios: Path, output: Path, ledger: str, *more: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "pmosim", "forecast", str(scenarios), "-o", str(output), "--ledger", ledger, "--jobs", "1"]
    return subprocess.Popen(
        [*arguments, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=dict(os.environ)
    )


def told(kind: str, began: float, wrong: list[str], **figures: Any) -> bool:
    print(json.dumps({"fault": kind} | figures | {"wrong": wrong, "seconds": round(time.perf_counter() - began, 1)}), flush=True)
    return not wrong


def state_of(output: Path, ledger: str) -> list[str]:
    """What is not whole."""
    wrong = []
    for folder in output.glob("project-*"):
        try:
            Forecast.load(folder / "forecast.json")
        except (OSError, ValueError) as error:
            wrong.append(f"{folder.name}: {error}")
    if (output / "batch.json").exists():
        Batch.load(output / "batch.json")
    with open_ledger(ledger) as kept:
        for run in kept.runs():
            try:
                made, model = kept.forecast(run.id), kept.portfolio(run.id)
                if made.provenance.fingerprint != run.fingerprint or not model.tasks or not kept.figures(run.project):
                    wrong.append(f"run {run.id} is not complete")
            except (ValueError, OutsideFailure) as error:
                wrong.append(f"run {run.id}: {error}")
    return wrong


def kills(count: int, folder: Path) -> bool:
    """Each time something is forecast that is not in the ledger yet: the seed is another one."""
    began, wrong, killed = time.perf_counter(), [], 0
    scenarios, output, ledger = works(folder), folder / "out", str(folder / "ledger.sqlite")
    whole = begun(scenarios, output, ledger, "--no-charts", "--seed", "1")
    start = time.perf_counter()
    whole.communicate()
    length = time.perf_counter() - start
    for number in range(count):
        process = begun(scenarios, output, ledger, "--no-charts", "--seed", str(number + 2))
        time.sleep(length * random.random())
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.communicate()
        wrong += state_of(output, ledger)
    last = begun(scenarios, output, ledger, "--no-charts", "--seed", str(count + 2))
    said = last.communicate()[1]
    if last.returncode:
        wrong.append(f"the next batch ends with {last.returncode}: {said}")
    left = [entry.name for entry in output.iterdir() if entry.name.startswith(".project")]
    return told("kills", began, wrong, batches=count, killed=killed, temporary_folders_left=len(left))


def together(kind: str, batches: int, ledger: str, folder: Path) -> bool:
    """Each batch with its own results, all with the same scenarios and one ledger."""
    began, wrong = time.perf_counter(), []
    scenarios = works(folder)
    processes = [begun(scenarios, folder / f"out-{number}", ledger, "--no-charts") for number in range(batches)]
    wrong += [said for process in processes if (said := process.communicate()[1]) and process.returncode]
    with open_ledger(ledger) as kept:
        names = [run.project for run in kept.runs()]
    if sorted(names) != sorted({*names}) or len(names) != FILES:
        wrong.append(f"the ledger has {names}")
    return told(
        kind, began, [*wrong, *(one for number in range(batches) for one in state_of(folder / f"out-{number}", ledger))], runs=len(names)
    )


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path | None]:
    """A disk of its own, if this machine lets us mount one."""
    place = folder / f"disk-{size}"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=False)


def full_disk(folder: Path) -> bool:
    """Disks of several sizes, so that the room runs out in different places."""
    began, wrong, codes = time.perf_counter(), [], []
    scenarios = works(folder)
    for size in ("40k", "100k", "160k", "220k", "280k", "340k", "400k"):
        with small_disk(folder, size) as disk:
            if disk is None:
                return told("full disk", began, [], skipped="no file system can be mounted here")
            process = begun(scenarios, disk / "out", str(disk / "ledger.sqlite"), "--no-charts")
            said = "".join(process.communicate())
            codes.append(process.returncode)
            if process.returncode not in (0, 3) or "Traceback" in said or "bug in pmosim" in said:
                wrong.append(f"{size}: exit code {process.returncode}: {said}")
            if process.returncode and not any(word in said for word in ("space", "full", "room")):
                wrong.append(f"{size}: the message does not say why: {said}")
            for made in (disk / "out").glob("project-*"):
                Forecast.load(made / "forecast.json")
    if codes.count(3) < 3:
        wrong.append("the disks were too large to show anything")
    return told("full disk", began, wrong, exit_codes=codes)


def lost_connection(folder: Path) -> bool:
    began = time.perf_counter()
    scenarios, wrong = works(folder), []
    with postgres.server() as address:
        url = address.format(database="postgres")
        process = begun(scenarios, folder / "out", url, "--no-charts", "-n", "200000")
        while process.poll() is None and not (folder / "out" / "project-0").exists():
            time.sleep(0.05)
    out, err = process.communicate()  # the server is gone by now
    if process.returncode != 3 or "Traceback" in out + err or "ledger" not in out:
        wrong.append(f"exit code {process.returncode}: {out} {err}")
    for made in (folder / "out").glob("project-*"):
        Forecast.load(made / "forecast.json")
    return told("connection", began, wrong, exit_code=process.returncode)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    asked = parser.parse_args()

    def inside(trouble: Any, *arguments: Any) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            return trouble(*arguments, Path(folder))

    def two(folder: Path) -> bool:
        return together("two batches, SQLite", 2, str(folder / "ledger.sqlite"), folder)

    good = [inside(kills, asked.kills), inside(two), inside(full_disk)]
    if reason := postgres.why_without():
        print(json.dumps({"fault": "PostgreSQL", "skipped": reason}))
    else:
        with postgres.server() as address:
            good.append(inside(lambda folder: together("four batches, PostgreSQL", 4, address.format(database="postgres"), folder)))
        good.append(inside(lost_connection))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
