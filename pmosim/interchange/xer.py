"""What MPXJ passes over in silence in a Primavera XER file: numbers and dates that are none, links that lead nowhere.

XER is a text file of tables: ``%T`` begins one, ``%F`` names its columns, each ``%R`` is a row, ``%E`` ends the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NUMBERS = {"TASK": ("remain_drtn_hr_cnt", "target_drtn_hr_cnt"), "TASKPRED": ("lag_hr_cnt",), "UDFVALUE": ("udf_number",)}
DATES = {
    "PROJECT": ("last_recalc_date", "plan_start_date"),
    "TASK": ("act_start_date", "act_end_date", "cstr_date", "cstr_date2", "early_start_date", "early_end_date"),
}

_NUMBER = {sign: re.compile(rf"-?\d*[{sign}]?\d*(e-?\d+)?", re.IGNORECASE) for sign in ".,"}  # some locales write 7,5
_DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Row:
    line: int  # from 1
    table: str
    cells: dict[str, str]
    surplus: int = 0  # cells beyond the table's columns


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that leads out of the file. Ends are the numbers of project and activity in Primavera's database."""

    before: tuple[str, str]
    after: tuple[str, str]
    kind: str  # FS, SS, FF, SF
    lag: int  # [minutes]
    at: str  # the id of the activity that is in the file


def rows_of(text: str) -> Iterator[Row]:
    """The rows of the tables that are checked here."""
    table, columns = "", [""]
    for number, line in enumerate(text.split("\n"), start=1):
        match line[:2]:
            case "%T":
                table = line[3:].strip()
            case "%F":
                columns = line.rstrip("\r").split("\t")[1:]
            case "%R" if table in NUMBERS or table in DATES or table in ("CALENDAR", "CURRTYPE", "UDFTYPE"):
                cells = line.rstrip("\r\t").split("\t")[1:]
                yield Row(number, table, dict(zip(columns, cells, strict=False)), max(0, len(cells) - len(columns)))


def decimal_sign(text: str, rows: list[Row]) -> str:
    """Point or comma, as the currency says that the file's first line names; by it MPXJ reads all numbers."""
    named = text.partition("\n")[0].rstrip("\r").split("\t")[8:9]
    signs = [row.cells.get("decimal_symbol") for row in rows if row.table == "CURRTYPE" and row.cells.get("curr_short_name") in named]
    return "," if "," in signs else "."


def wrong_cells(rows: list[Row], decimal: str) -> Iterator[str]:
    """A sentence for each cell that should be a number or a date and is not, and for each row that cannot be right."""
    seen: dict[str, int] = {}
    for row in rows:
        if row.surplus:
            yield f"line {row.line}: this row of {row.table} has {row.surplus} cells more than the table has columns"
        if row.table == "TASK" and (first := seen.setdefault(row.cells.get("task_id", ""), row.line)) != row.line:
            yield f"line {row.line}: the activity has the same task_id, {row.cells.get('task_id')}, as that of line {first}"
        for kind, pattern, columns in (("number", _NUMBER[decimal], NUMBERS), ("date", _DATE, DATES)):
            for column in columns.get(row.table, ()):
                cell = row.cells.get(column, "").strip()
                if cell and not pattern.fullmatch(cell):
                    expected = (
                        f" with a decimal '{decimal}'"
                        if kind == "number" and _NUMBER["," if decimal == "." else "."].fullmatch(cell)
                        else ""
                    )
                    whose = _field_of(row, rows) if row.table == "UDFVALUE" else ""
                    yield f"line {row.line}: {column} is '{cell}', which is no {kind}{expected}{whose}"


def _field_of(value: Row, rows: list[Row]) -> str:
    """Whose user-defined field it is, and what it is called, for a planner knows neither by its number."""
    fields = {row.cells.get("udf_type_id"): row.cells.get("udf_type_label", "") for row in rows if row.table == "UDFTYPE"}
    codes = {row.cells.get("task_id"): row.cells.get("task_code", "") for row in rows if row.table == "TASK"}
    name, code = fields.get(value.cells.get("udf_type_id"), ""), codes.get(value.cells.get("fk_id"), "")
    return f": '{name}' of activity {code}" if code else f": '{name}'" if name else ""


def open_links(rows: list[Row]) -> list[OpenLink]:
    """Links of which one end is not in the file: it belongs to a project that was not exported with it."""
    code = {row.cells.get("task_id", ""): row.cells.get("task_code", "") for row in rows if row.table == "TASK"}
    found = []
    for row in rows:
        before, after = row.cells.get("pred_task_id", ""), row.cells.get("task_id", "")
        if row.table == "TASKPRED" and not code.keys() >= {before, after}:
            cells = row.cells
            ends = ((cells.get("pred_proj_id", ""), before), (cells.get("proj_id", ""), after))
            hours = float((cells.get("lag_hr_cnt") or "0").replace(",", "."))
            found.append(OpenLink(*ends, cells.get("pred_type", "")[-2:], round(60 * hours), code.get(after) or code.get(before, "")))
    return found


def missing_calendars(rows: list[Row]) -> int:
    """Activities whose calendar is not in the file."""
    known = {row.cells.get("clndr_id") for row in rows if row.table == "CALENDAR"}
    return sum(row.cells.get("clndr_id", "") not in known for row in rows if row.table == "TASK" and row.cells.get("clndr_id"))


def idle_calendars(rows: list[Row]) -> set[int]:
    """Numbers of the calendars that derive from no other and have no shift on any day of the week; MPXJ invents some for them."""
    found = set()
    for row in rows:
        week = row.cells.get("clndr_data", "").partition("Exceptions")[0]
        if row.table == "CALENDAR" and "DaysOfWeek" in week and "s|" not in week and not row.cells.get("base_clndr_id"):
            found.add(int(row.cells.get("clndr_id") or 0))
    return found
