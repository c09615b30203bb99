"""The week of a large office: so many projects, their forecasts, the ledger and all reports, by the command that is run at night.

    python benchmarks/weekly.py --projects 50 --tasks 1000 --risks 20 --iterations 10000

Prints one line of JSON: the seconds of the whole command on a machine where the kernels are compiled, those of the same command once more
(nothing has changed then), and the most memory that its processes held together.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "scenarios")]

from registers import with_register  # noqa: E402


def portfolio(folder: Path, projects: int, tasks: int, risks: int) -> Path:
    """A scenario for each project in ``folder``, its tasks in a table beside it."""
    for number in range(projects):
        made = with_register(folder / f"tables-{number:02}", tasks, risks, seed=number + 1)
        text = made.read_text(encoding="utf-8").replace("tasks_from: tasks.csv", f"tasks_from: tables-{number:02}/tasks.csv")
        text = text.replace("    tasks_from", "    target: {finish: 2029-06-29}\n    tasks_from")
        (folder / f"project-{number:02}.yaml").write_text(text, encoding="utf-8")
    return folder


def measured(arguments: list[str]) -> tuple[float, float, int]:
    """Seconds, most megabytes of the process and its children together, and the exit code."""
    began = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = [0.0]
    watching = threading.Thread(target=_watch, args=(process, most), daemon=True)
    watching.start()
    code = process.wait()
    watching.join(1)
    return time.perf_counter() - began, most[0], code


def _watch(process: subprocess.Popen[bytes], most: list[float]) -> None:
    while process.poll() is None:
        most[0] = max(most[0], sum(map(_megabytes, _family(process.pid))))
        time.sleep(0.05)


def _family(pid: int) -> list[int]:
    try:
        children = [int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _family(child))]


def _megabytes(pid: int) -> float:
    """Of its own: pages shared with others are counted once, by their share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("projects", 50), ("tasks", 1000), ("risks", 20), ("iterations", 10000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "weekly").mkdir()
        portfolio(root / "weekly", asked.projects, asked.tasks, asked.risks)
        arguments = [sys.executable, "-m", "pmosim", "forecast", str(root / "weekly"), "-o", str(root / "out")]
        arguments += ["--ledger", str(root / "ledger.sqlite"), "-n", str(asked.iterations)]
        seconds, megabytes, code = measured(arguments)
        again, _, code_again = measured(arguments)
        size = (root / "ledger.sqlite").stat().st_size / 1e6
    what = f"weekly batch, {asked.projects} projects x {asked.tasks} tasks x {asked.risks} risks x {asked.iterations} iterations"
    per_second = round(asked.projects * asked.tasks * asked.iterations / seconds)
    rates = {"ratio": None, "task_iterations_per_second": per_second, "peak_rss_mb": round(megabytes)}
    figures = {"seconds": round(seconds, 1), "seconds_unchanged": round(again, 1), "ledger_mb": round(size, 1)}
    print(json.dumps({"case": what} | rates | figures | {"exit_codes": [code, code_again]}), flush=True)


if __name__ == "__main__":
    main()
