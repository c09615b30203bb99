"""What MPXJ passes over in silence in a Primavera XER file: numbers and dates that are none, links that lead nowhere.

XER is a text file of tables: ``%T`` begins one, ``%F`` names its columns, each ``%R`` is a row, ``%E`` ends the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NUMBERS = {"TASK": ("remain_drtn_hr_cnt", "target_drtn_hr_cnt"), "TASKPRED": ("lag_hr_cnt",)}
DATES = {
    "PROJECT": ("last_recalc_date", "plan_start_date"),
    "TASK": ("act_start_date", "act_end_date", "cstr_date", "cstr_date2", "early_start_date", "early_end_date"),
}

_NUMBER = re.compile(r"-?\d*[.,]?\d*(e-?\d+)?", re.IGNORECASE)  # some locales write 7,5
_DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Row:
    line: int  # from 1
    table: str
    cells: dict[str, str]


def rows_of(text: str) -> Iterator[Row]:
    """The rows of the tables that are checked here."""
    table, columns = "", [""]
    for number, line in enumerate(text.split("\n"), start=1):
        match line[:2]:
            case "%T":
                table = line[3:].strip()
            case "%F":
                columns = line.rstrip("\r").split("\t")[1:]
            case "%R" if table in NUMBERS or table in DATES:
                yield Row(number, table, dict(zip(columns, line.rstrip("\r").split("\t")[1:], strict=False)))


def wrong_cells(rows: list[Row]) -> Iterator[str]:
    """A sentence for each cell that should be a number or a date and is not."""
    for row in rows:
        for kind, pattern, columns in (("number", _NUMBER, NUMBERS), ("date", _DATE, DATES)):
            for column in columns.get(row.table, ()):
                cell = row.cells.get(column, "").strip()
                if cell and not pattern.fullmatch(cell):
                    yield f"line {row.line}: {column} is '{cell}', which is no {kind}"


def dangling_links(rows: list[Row]) -> int:
    """Links of which one end is not in the file, for it belongs to a project that was not exported with it."""
    activities = {row.cells.get("task_id") for row in rows if row.table == "TASK"}
    links = [row.cells for row in rows if row.table == "TASKPRED"]
    return sum(not {link.get("task_id"), link.get("pred_task_id")} <= activities for link in links)
