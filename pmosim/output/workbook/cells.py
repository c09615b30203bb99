"""Cells of a workbook: what a user's file says is text and never a formula, dates are dates, money and shares look like it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from pmosim.output.results import FORMULA_STARTS
from pmosim.output.tables import Row

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What the XML of a workbook cannot hold."""

LONGEST = 32_767  # characters of a cell
MONTH = "mmm yyyy"
MOMENT, DAY, DAYS, SHARE, MONEY, WHOLE = "yyyy-mm-dd hh:mm", "yyyy-mm-dd", "#,##0.0", "0.0%", "#,##0", "0"
FORMATS = (
    (re.compile(r"days|float|bias|duration|resolution"), DAYS),
    (re.compile(r"probability|share|criticality|occurred|exists|both|neither|_only|on_time|on_budget|cost_only|finish_only"), SHARE),
    (re.compile(r"cost|price|budget|saving|net|money|spent|amount|planned_by_then"), MONEY),
    (re.compile(r"rank|level|paths|iterations|month_number|members"), WHOLE),
)
PLAIN_STYLE = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)


def put(cell: Cell, value: Any, number_format: str | None = None) -> None:
    """``value`` as what it is."""
    if isinstance(value, str):
        text = clean(value)
        cell.value = text
        cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
        if text.startswith(FORMULA_STARTS):
            cell.quotePrefix = 1  # Excel's own mark of a text: it stays one when somebody edits the cell  # type: ignore[attr-defined]
        return
    cell.value = value
    if isinstance(value, datetime):
        cell.number_format = MOMENT
    elif isinstance(value, date):
        cell.number_format = DAY
    elif number_format is not None and isinstance(value, int | float) and not isinstance(value, bool):
        cell.number_format = number_format


def clean(text: str) -> str:
    return ILLEGAL.sub(" ", text)[:LONGEST]


def format_of(head: str) -> str | None:
    """How the figures of a column look, by its name."""
    return next((look for pattern, look in FORMATS if pattern.search(head)), None)


def write_table(sheet: Worksheet, rows: Sequence[Row], name: str, *, row: int = 1, column: int = 1) -> tuple[int, int]:
    """A table with a name, heads that filter, and its formats; returns the first and the last of its rows of data.

    ``name`` has letters, digits and underscores only, and no other table of the workbook has it.
    """
    heads = list(dict.fromkeys(head for one in rows for head in one))
    for place, head in enumerate(heads, column):
        cell = sheet.cell(row, place)
        put(cell, head)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    looks = [format_of(head) for head in heads]
    for line, one in enumerate(rows, row + 1):
        for place, (head, look) in enumerate(zip(heads, looks, strict=True), column):
            value = one.get(head)
            if value is not None:
                put(sheet.cell(line, place), value, look)
    last = row + max(1, len(rows))
    reach = f"{get_column_letter(column)}{row}:{get_column_letter(column + len(heads) - 1)}{last}"
    table = Table(displayName=name, ref=reach)
    table.tableStyleInfo = PLAIN_STYLE
    sheet.add_table(table)
    for place, head in enumerate(heads, column):
        _widen(sheet, place, head, [one.get(head) for one in rows[:200]])
    return row + 1, last


def _widen(sheet: Worksheet, column: int, head: str, values: Sequence[Any]) -> None:
    longest = max((len(value) if isinstance(value, str) else 16 if isinstance(value, date) else 9 for value in values), default=9)
    wanted = min(48, max(longest, min(len(head), 16)) + 3)
    dimension = sheet.column_dimensions[get_column_letter(column)]
    dimension.width = max(wanted, dimension.width if dimension.width and dimension.customWidth else 0)


def sheet_name(label: str, taken: Sequence[str]) -> str:
    """At most 31 characters, none that Excel refuses, and none twice whatever the case of its letters."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", ILLEGAL.sub(" ", label)).strip().strip("'").strip() or "Sheet"
    used = {name.lower() for name in taken} | {"history"}  # a name that Excel keeps for itself
    for number in range(1, len(used) + 3):
        tail = "" if number == 1 else f" ({number})"
        name = plain[: 31 - len(tail)].strip() + tail
        if name.lower() not in used:
            return name
    raise AssertionError("there is always a free name")


def table_name(label: str) -> str:
    """Of a table of ours: letters, digits, underscores."""
    return "t_" + re.sub(r"\W", "_", label, flags=re.ASCII)
