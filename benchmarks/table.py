"""Make docs/performance.md from what bench.py printed.

python benchmarks/bench.py > benchmarks/results.jsonl
python benchmarks/table.py
"""

from __future__ import annotations

import json
import platform
from pathlib import Path

HERE = Path(__file__).resolve().parent

INTRODUCTION = """\
# Performance

Measured by `benchmarks/bench.py`, which prints one line of JSON per case (kept in `benchmarks/results.jsonl`), and set in a
table by `benchmarks/table.py`. Machines differ and are busy, so what counts is the **ratio**: both sides take turns in one
run, and the ratio is the median over the turns. Before a clock starts, both must agree on the answer.

- Network: layered and random, about two predecessors a task, PERT estimates (`scenarios/generate.py`).
- Yardstick (`benchmarks/reference.py`): one thread of NumPy, `Generator.beta` per task and element-wise maxima, in blocks of
  1,000 iterations; for the full analysis also a backward pass, criticality by float and two moments of every task.
- *Finish only* is the distribution of the finish. *Full analysis* adds the driving path traced back, float, sensitivities,
  and the percentiles of every task's start and finish.
- The weekly batch (`benchmarks/weekly.py`) is `pmosim forecast` as it runs at night: reading, simulating, all charts and reports, ledger.
- Of whole processes the yardstick is `python -c pass`; the seconds are given as well.

"""


def thousands(value: float | None) -> str:
    return "" if value is None else f"{value / 1e6:,.0f} M"


def row(case: dict) -> str:
    ratio = "" if case["ratio"] is None else f"{case['ratio']:.3g}"
    memory = "" if case["peak_rss_mb"] is None else f"{case['peak_rss_mb']:,.0f}"
    seconds = f"{case['seconds']:.2f} ({case['fastest']:.2f} at best)" if "fastest" in case else ""
    if "seconds_unchanged" in case:
        seconds = f"{case['seconds']:.0f}; {case['seconds_unchanged']:.0f} once more, unchanged"
    return f"| {case['case']} | {ratio} | {thousands(case['task_iterations_per_second'])} | {memory} | {seconds} |"


def main() -> None:
    cases = [json.loads(line) for line in (HERE / "results.jsonl").read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    head = "| case | ratio | task-iterations per second | peak memory [MB] | seconds |\n| --- | --- | --- | --- | --- |\n"
    machine = f"\nMeasured on {platform.system()} {platform.machine()} with Python {platform.python_version()}, two cores.\n"
    text = INTRODUCTION + head + "\n".join(map(row, cases)) + "\n" + machine
    (HERE.parent / "docs" / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
