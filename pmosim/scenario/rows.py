"""Rows of a table of tasks or of risks into the same entries that a scenario file has, and samples from a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pmosim.errors import InvalidScenario, UnreadableFile
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.estimates import Estimate, SampleColumn
from pmosim.scenario.places import Misread, Origin, Reported
from pmosim.scenario.quantities import Amount, Word, read_amount
from pmosim.scenario.tables import Table, name_columns, read_table, sample_of, split_name
from pmosim.scenario.validation import validated
from pmosim.scenario.work import Written

_THREE = {
    "low": ("low", "min", "minimum", "optimistic", "best case", "best"),
    "likely": ("likely", "most likely", "mode", "ml", "realistic"),
    "high": ("high", "max", "maximum", "pessimistic", "worst case", "worst"),
    "law": ("law", "distribution"),
}
_TASKS = {
    "id": ("id", "task", "task id", "activity id", "activity"),
    "name": ("name", "task name", "activity name", "title"),
    "description": ("description", "notes"),
    "duration": ("duration", "estimate"),
    "planned": ("planned", "planned duration"),
    "remaining": ("remaining", "remaining duration"),
    "milestone": ("milestone",),
    "after": ("after", "predecessors", "predecessor", "depends on"),
    "parent": ("parent", "summary"),
    "calendar": ("calendar",),
    "hammock": ("hammock", "level of effort"),
    "not_before": ("not before",),
    "start_no_earlier": ("start no earlier", "start no earlier than"),
    "start_no_later": ("start no later", "start no later than"),
    "finish_no_earlier": ("finish no earlier", "finish no earlier than"),
    "finish_no_later": ("finish no later", "finish no later than"),
    "must_start": ("must start", "must start on"),
    "must_finish": ("must finish", "must finish on"),
    "expected_finish": ("expected finish",),
    "as_late_as_possible": ("as late as possible",),
    "pauses": ("pauses", "interruptions"),
    "deadline": ("deadline",),
    "watch": ("watch",),
    "exists": ("exists", "probability of existence"),
    "confidence": ("confidence", "confidence class"),
    "cost": ("cost",),
    "spent": ("spent", "actual cost", "spent cost"),
    "planned_cost": ("planned cost", "budgeted cost", "budget"),
    "wbs": ("wbs",),
    "resources": ("resources", "resource"),
    "started": ("started", "actual start"),
    "finished": ("finished", "actual finish"),
    "resumes": ("resumes", "resume"),
    "percent": ("percent", "percent complete", "% complete"),
    "conditional": ("conditional",),
    "weather": ("weather",),
    "splits": ("splits",),
    "baseline_start": ("baseline start",),
    "baseline_finish": ("baseline finish",),
    "baseline_cost": ("baseline cost",),
}
_LISTED = re.compile(r'\s*"([^"]*)"\s*|([^,;]+)')
"""An entry of a list in a cell; one in quotes may have commas."""

_YES, _NO = ("true", "yes", "y", "x", "1"), ("false", "no", "n", "0")


def _headings(*groups: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {heading: name for group in groups for name, headings in group.items() for heading in headings}


TASK_HEADINGS = _headings(_TASKS, _THREE)


def tables_of(names: list[str] | None, origin: Origin, usual: str, context: Context) -> Iterator[Table]:
    """The tables that a ``tasks_from`` or ``risks_from`` names; one that cannot be read is reported there."""
    for place, text in enumerate(names or ()):
        if table := open_table(text, origin / place, usual, context):
            table.stands_for = (*origin.path[:-1], usual)
            yield table


def open_table(text: str, origin: Origin, usual: str, context: Context) -> Table | None:
    file, sheet = split_name(text)
    path = context.folder / file
    try:
        return read_table(path, str(path), sheet, usual)
    except UnreadableFile as error:
        fix = "correct the name; it is looked for beside the scenario" if not path.exists() else "correct the file, or name another"
        context.findings.add(origin, "missing-file" if not path.exists() else "unreadable-table", str(error), fix)
    except InvalidScenario as error:
        context.findings.located += error.located
    return None


def tasks_in(table: Table, context: Context) -> list[Written]:
    name_columns(table, TASK_HEADINGS, context.findings, code_columns=True)
    if not has_ids(table, "tasks", context):
        return []
    written = []
    for row, id, values in named_rows(table, "task", context):
        _three_points(table, row, values, "duration", lambda text: text)
        codes = {name[5:]: values.pop(name) for name in [*values] if name.startswith("code:")}
        if codes:
            values["codes"] = codes
        for name in ("milestone", "hammock", "watch", "as_late_as_possible"):
            flag(values, name)
        for name in ("conditional", "weather", "splits"):
            flag(values, name, keep_no=True)
        if "resources" in values:
            values["resources"] = [match[1] or match[2].strip() for match in _LISTED.finditer(values["resources"]) if match[0].strip()]
        origin = Origin(table, (row,))
        entry = validated(language.Task, values, origin, context.findings)
        written.append(Written(id, entry, origin, entry.parent))
    return written


def has_ids(table: Table, what: str, context: Context) -> bool:
    if "id" not in table.columns:
        context.findings.add(Origin(table), "missing-column", f"the table of {what} has no column 'id'", "name one column id")
    return "id" in table.columns


def named_rows(table: Table, kind: str, context: Context) -> Iterator[tuple[int, str, dict[str, Any]]]:
    names = [name for name in table.columns if not name.startswith("\0")]
    for row in range(len(table.rows)):
        values: dict[str, Any] = {name: text for name in names if (text := table.value(row, name))}
        for position, cell in enumerate(table.rows[row][len(table.headings) :], len(table.headings)):
            if cell.text.strip():
                table.columns[f"\0{position}"] = position
                what = f"'{cell.text.strip()}' stands in a column that the headings do not name"
                context.findings.add(
                    Origin(table, (row, f"\0{position}")), "too-many-cells", what, "put texts that contain commas in quotes"
                )
                break
        id = values.pop("id", "")
        if not id:
            context.findings.add(Origin(table, (row, "id")), "empty-id", f"this {kind} has no id", "give every row an id")
            continue
        for name, given in context.overrides.of_row(table.stands_for, id):
            values[name], table.given[row, name] = given.text, (given.document, given.path)
            if name in ("duration", "impact"):  # an estimate that takes the place of three columns
                values = {key: text for key, text in values.items() if key not in _THREE}
        yield row, id, values


def flag(values: dict[str, Any], name: str, *, keep_no: bool = False) -> None:
    """``yes``, ``x`` and ``1`` in a table are a tick; other texts stay."""
    word = values.get(name, "").lower()
    if word in _YES:
        values[name] = True
    elif word in _NO and keep_no:
        values[name] = False
    elif word in _NO:
        values.pop(name)


def _three_points(table: Table, row: int, values: dict[str, Any], name: str, wrapped: Callable[[str], str]) -> None:
    """The columns low, likely and high (and law) become one estimate. Beside them a ``duration`` is the planned one."""
    cells = [(key, values.pop(key, "")) for key in ("law", "low", "likely", "high")]
    if not any(text for key, text in cells if key != "law"):
        return
    if name == "duration" and "duration" in values:
        values.setdefault("planned", values.pop("duration"))
        table.columns.setdefault("planned", table.columns["duration"])
    text = wrapped(cells[0][1] or "pert")
    parts = [(0, "law")] if cells[0][1] else []
    for key, cell in cells[1:]:
        if cell or key in table.columns:
            parts.append((len(text) + 1, key))
            text += f" {cell}"
    table.composed[(row, name)] = parts
    values[name] = text


def with_sample(estimate: Estimate, origin: Origin, context: Context) -> Estimate:
    """The estimate with the numbers of its sample's column as amounts. Mistakes in cells are reported there. Raises `Misread`."""
    sample = estimate.sample
    assert sample is not None
    amounts = _amounts(sample, estimate, origin, context)
    return replace(estimate, amounts=tuple(amounts), sample=None)


def _amounts(sample: SampleColumn, estimate: Estimate, origin: Origin, context: Context) -> list[Amount]:
    table = open_table(sample.file, origin.at((origin.offset or 0) + sample.offset), "", context)
    if table is None:
        raise Reported
    try:
        cells = [*sample_of(table, sample.column, sample.unit)]
    except Misread as error:
        raise error.moved(sample.offset) from None
    amounts, wrong = [], 0
    for row, text in cells:
        try:
            amounts.append(read_amount(Word(text, 0), estimate.kind))
        except Misread as error:
            context.findings.add(Origin(table, (row, sample.column)), error.code, error.what, error.fix)
            wrong += 1
    if wrong:
        raise Reported
    if not amounts:
        raise Misread("impossible-estimate", f"column '{sample.column}' of '{sample.file}' is empty", "name another column", sample.offset)
    return amounts
