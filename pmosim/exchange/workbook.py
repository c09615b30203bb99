"""A forecast as an Excel sheet, one row per task, for whoever has neither Primavera nor MS Project at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pmosim.exchange.figures import OURS, Field, FieldKind, criticality_of, figures_of
from pmosim.results.records import Forecast, TaskForecast

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters, which Excel's files cannot hold."""

DATE, DAYS, SHARE = "yyyy-mm-dd hh:mm", "0.0", "0.0%"
_FIRST = ("Project", "WBS", "Activity ID", "Name", "Kind")
_LAST = ("Criticality", "Mean duration [d]", "Planned float [d]", "Mean float [d]")


def write_workbook(path: Path, forecast: Forecast, fields: Sequence[Field], codes: Mapping[str, str]) -> None:
    """``codes``: activity ids as they stand in the planner's file, by the forecast's task id; others keep their own."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    dated = [field for field in fields if field.kind is not FieldKind.NUMBER]
    headings = [*_FIRST, *(_heading(field) for field in dated), *_LAST]
    book = Workbook()
    sheet = book.active
    sheet.title = "Forecast"
    sheet.append(headings)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for task in forecast.tasks:
        sheet.append(_row(task, dated, codes))
        row = sheet.max_row
        for cell in sheet[row][: len(_FIRST)]:
            cell.data_type = "s"  # a name that begins with = is no formula
        for column, heading in enumerate(headings, 1):
            if number_format := _format(heading):
                sheet.cell(row, column).number_format = number_format
    for column, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(column)].width = _width(heading)
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = sheet.dimensions
    _about(book.create_sheet("About"), forecast)
    book.save(path)


def _heading(field: Field) -> str:
    name = field.name.removeprefix(OURS)
    return name[0].upper() + name[1:]


def _row(task: TaskForecast, dated: Sequence[Field], codes: Mapping[str, str]) -> list[Any]:
    figures = figures_of(task)
    own = task.id.removeprefix(f"{task.project}.")
    first = [task.project, task.wbs, codes.get(task.id, own), "" if task.label == own else task.label, task.kind.replace("-", " ")]
    mean_float = task.float_mean.value if task.float_mean else None
    last = [criticality_of(task), task.duration_mean.value, task.planned_float, mean_float]
    return [*(ILLEGAL.sub(" ", text) for text in first), *(figures.get(field.name) for field in dated), *last]


def _width(heading: str) -> int:
    return {"Name": 40, "WBS": 16}.get(heading, 17 if _format(heading) == DATE else 13)


def _format(heading: str) -> str | None:
    if "start" in heading or "finish" in heading:
        return DATE
    return SHARE if heading == "Criticality" else DAYS if "[d]" in heading else None


def _about(sheet: Any, forecast: Forecast) -> None:
    """Where the figures come from."""
    provenance = forecast.provenance
    rows: list[tuple[str, str | int | datetime]] = [
        ("Forecast", forecast.name),
        ("Status date", provenance.status_date),
        ("Iterations", provenance.iterations),
        ("Seed", str(provenance.seed)),
        ("Model", provenance.fingerprint),
        *((f"Version of {name}", version) for name, version in provenance.versions.items()),
        ("P80", "the date by which it has happened in 80 of 100 simulated futures"),
        ("Criticality", "share of the futures in which the task lay on the path that decided its project's finish"),
        ("[d]", "working days"),
    ]
    for row in rows:
        sheet.append(row)
    sheet["B2"].number_format = DATE
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 80
