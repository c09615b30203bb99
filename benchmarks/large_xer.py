"""A large Primavera file, made of a real one: its activities several times over, with ids of their own.

python benchmarks/large_xer.py 4000 large.xer
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "tests" / "data" / "progressed-695.redacted.xer"
NUMBERS = {"TASK": ("task_id",), "TASKPRED": ("task_pred_id", "task_id", "pred_task_id"), "TASKRSRC": ("taskrsrc_id", "task_id")}
NUMBERS |= {"TASKACTV": ("task_id",)}
"""Of each table that is repeated, the columns that must differ from copy to copy."""

STEP = 10_000_000


def large_xer(activities: int) -> str:
    """At least so many activities."""
    lines = SOURCE.read_text(encoding="cp1252").splitlines()
    begin = lines.index("%T\tTASK")
    own = next(n for n, line in enumerate(lines[begin + 2 :]) if not line.startswith("%R"))
    return "\r\n".join(_repeated(lines, copies=-(-activities // own))) + "\r\n"


def _repeated(lines: list[str], copies: int) -> Iterator[str]:
    table, columns, rows = "", [""], list[str]()
    for line in [*lines, "%T"]:
        if line.startswith("%R") and table in NUMBERS:
            rows.append(line)
            yield line
            continue
        for copy in range(1, copies):  # the first stands already
            yield from (_renumbered(row, table, columns, copy) for row in rows)
        rows = []
        if line.startswith("%T"):
            table = line[3:]
        elif line.startswith("%F"):
            columns = line.split("\t")
        if line != "%T":
            yield line


def _renumbered(row: str, table: str, columns: list[str], copy: int) -> str:
    cells = row.split("\t")
    for name in NUMBERS[table]:
        place = columns.index(name)
        cells[place] = str(int(cells[place]) + copy * STEP)
    if table == "TASK":
        place = columns.index("task_code")
        cells[place] = f"{cells[place]}-{copy}"
    return "\t".join(cells)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(large_xer(int(sys.argv[1])), encoding="cp1252", newline="")
