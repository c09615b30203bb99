"""CSV and Excel tables as rows of named cells, each with its place: ``tasks_from``, ``risks_from`` and samples.

Columns are found by their headings, in any order. A unit in a heading, such as ``low [d]``, is that of the bare
numbers below it. Values become the same texts that a scenario file would have, and are read by the same grammars.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path as FilePath
from typing import Any

from pmosim.errors import Place, UnreadableFile, did_you_mean
from pmosim.scenario.document import decoded, read_bytes
from pmosim.scenario.places import Findings, Misread, Origin, Path, Source

SPREADSHEETS = (".xlsx", ".xlsm")
MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell. ``at``: the offset in a CSV text, or the number of the column in a spreadsheet."""

    text: str
    at: int


@dataclass
class Table:
    """Rows of cells under headings. Row 0 of ``rows`` is the first below the headings."""

    file: str
    headings: list[Cell]
    rows: list[list[Cell]]
    row_numbers: list[int]  # of each row in its sheet, from 1; of a CSV, of the line on which it begins
    heading_number: int = 1
    text: str = ""  # of a CSV
    columns: dict[str, int] = field(default_factory=dict)  # known name -> position of its column
    units: dict[str, str] = field(default_factory=dict)  # known name -> unit from its heading
    composed: dict[tuple[int, str], list[tuple[int, str]]] = field(default_factory=dict)
    """(row, name) of a text put together from several cells -> where in it each of them begins, and the cell's column name."""
    stands_for: Path = ()  # the mapping of the scenario that its rows are entries of: ("risks",)
    given: dict[tuple[int, str], tuple[Source, Path]] = field(default_factory=dict)  # (row, name) -> where a value comes from instead
    _lines: list[int] = field(default_factory=list)

    def place(self, path: Path, offset: int | None = None, *, key: bool = False) -> Place:
        """Of the cell at (row, column name), of the beginning of a row, or of the headings ()."""
        if not path or not isinstance(path[0], int):
            cell = self.headings[self.columns.get(str(path[0]), 0)] if path and self.headings else (self.headings or [Cell("", 0)])[0]
            return self._at(self.heading_number, cell, 0)
        if instead := self.given.get((path[0], ".".join(map(str, path[1:])))):
            source, there = instead
            return source.place(there, offset, key=key)
        row, cells = self.row_numbers[path[0]], self.rows[path[0]]
        name = self._column_of(path[1:])
        if parts := self.composed.get((path[0], name)):
            begin, name = max((part for part in parts if part[0] <= (offset or 0)), default=parts[0])
            offset = max(0, (offset or 0) - begin)
        position = self.columns.get(name, 0)
        if position >= len(cells):
            position = 0
        cell = cells[position] if cells else Cell("", 1 if not self.text else 0)
        return self._at(row, cell, offset or 0)

    def _column_of(self, path: Path) -> str:
        """``("mitigation", "cost")`` -> the column of that name, or of the nearest part of it; else the ids."""
        for length in range(len(path), 0, -1):
            name = ".".join(map(str, path[:length]))
            if name in self.columns or any(key[1] == name for key in self.composed):
                return name
        return "id"

    def _at(self, row: int, cell: Cell, offset: int) -> Place:
        if not self.text:
            return Place(self.file, row, max(1, cell.at), f"{_letters(max(1, cell.at))}{row}: {cell.text}")
        if not self._lines:
            self._lines = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]
        line = bisect_right(self._lines, cell.at)
        start = self._lines[line - 1]
        excerpt = self.text[start:].split("\n", 1)[0].rstrip("\r")
        column = cell.at - start + 1
        quoted = self.text[cell.at : cell.at + 1] == '"'
        return Place(self.file, line, column + (offset + quoted if offset else 0), excerpt)

    def value(self, row: int, name: str) -> str:
        """The text of a cell, with the unit of its heading if it is a bare number; empty if there is none."""
        position = self.columns.get(name)
        cells = self.rows[row]
        text = cells[position].text.strip() if position is not None and position < len(cells) else ""
        unit = self.units.get(name, "")
        return text + unit if unit and re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", text) else text


def read_table(path: FilePath, name: str, sheet: str = "", usual: str = "") -> Table:
    """A table, its columns not yet named. Raises UnreadableFile, or `InvalidScenario` for text that is not UTF-8.

    ``name`` is how the file is shown. Of a spreadsheet ``sheet`` is read, or the one called ``usual``, or the first.
    """
    if path.suffix.lower() in SPREADSHEETS:
        return _read_spreadsheet(path, name, sheet, usual)
    if path.suffix.lower() in (".xls", ".ods"):
        raise UnreadableFile(f"'{name}' is a {path.suffix[1:].upper()} file: save it as .xlsx or .csv")
    if sheet:
        raise UnreadableFile(f"'{name}' has no sheets; remove '#{sheet}'")
    return _read_csv(decoded(read_bytes(path), name), name)


_FIELD = re.compile(r'"(?:[^"]|"")*"?')
_LINE_END = re.compile(r"\r\n|\n|\r")  # and no other of the signs at which str.splitlines would part


def _read_csv(text: str, name: str) -> Table:
    separator = _separator(text)
    plain = re.compile(rf"[^{re.escape(separator)}\r\n]*")
    rows: list[list[Cell]] = [[]]
    at, end = 0, len(text)
    while at <= end:
        match = _FIELD.match(text, at) or plain.match(text, at)
        assert match is not None
        content, after = match.group(), match.end()
        if content.startswith('"'):
            if len(content) < 2 or not content.endswith('"') or content[1:-1].replace('""', "").count('"'):
                _refuse_quote(text, name, at)
            content = content[1:-1].replace('""', '"')
            after += len(re.match(r"[ \t]*", text[after : after + 50]).group())  # type: ignore[union-attr]
            if after < end and text[after] not in (separator, "\r", "\n"):
                _refuse_quote(text, name, at)
        rows[-1].append(Cell(content, at))
        at = after + 1
        if after >= end:
            break
        if text[after] != separator:
            at += text[after : after + 2] == "\r\n"
            rows.append([])
    lines = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    filled = [row for row in rows if any(cell.text.strip() for cell in row) and not row[0].text.startswith("#")]
    numbers = [bisect_right(lines, row[0].at) for row in filled]
    if not filled:
        raise UnreadableFile(f"'{name}' is an empty table: its first line should name the columns")
    return Table(name, filled[0], filled[1:], numbers[1:], numbers[0], text, _lines=lines)


def _separator(text: str) -> str:
    """Comma, semicolon or tab: whichever the headings have most of."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return max(",;\t", key=first.count)


def _refuse_quote(text: str, name: str, at: int) -> None:
    from pmosim.scenario.document import stop

    line = 1 + len(_LINE_END.findall(text, 0, at))
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    excerpt = _LINE_END.split(text[start:], maxsplit=1)[0]
    place = Place(name, line, at - start + 1, excerpt)
    stop(
        place,
        "csv-quote",
        "a text in quotes is not closed, or goes on after its closing quote",
        'close it with ", and write " inside as ""',
    )


def _read_spreadsheet(path: FilePath, name: str, sheet: str, usual: str) -> Table:
    import warnings

    from openpyxl import load_workbook

    read_bytes(path)  # says better than openpyxl what is wrong with a path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that do not matter here, such as data validation
            book = load_workbook(path, read_only=True, data_only=True)
            titles = book.sheetnames
            if sheet and sheet not in titles:
                fix = did_you_mean(sheet, titles, f"it has {', '.join(titles)}")
                raise UnreadableFile(f"'{name}' has no sheet '{sheet}'; {fix}")
            title = sheet or next((one for one in titles if one.lower() == usual), titles[0])
            raw = [[*row] for row in book[title].iter_rows()]
            book.close()
    except UnreadableFile:
        raise
    except Exception as error:  # whatever a damaged file provokes in openpyxl: it has no common error
        raise UnreadableFile(f"'{name}' is no readable Excel file ({type(error).__name__}): save it again as .xlsx, or as .csv") from None
    rows = [(number, [Cell(_cell_text(cell), column) for column, cell in enumerate(row, 1)]) for number, row in enumerate(raw, 1)]
    filled = [(number, row) for number, row in rows if any(cell.text.strip() for cell in row)]
    if not filled:
        raise UnreadableFile(f"'{name}' is an empty table: its first row should name the columns")
    shown = f"{name}#{title}" if len(titles) > 1 else name
    return Table(shown, filled[0][1], [row for _, row in filled[1:]], [number for number, _ in filled[1:]], filled[0][0])


def _cell_text(cell: Any) -> str:
    """A cell's value as one would write it in a scenario."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | float):
        percent = "%" in (getattr(cell, "number_format", "") or "")
        return f"{100 * value:.12g}%" if percent else f"{value:.12g}"
    return str(value)


def _letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def normalised(heading: str) -> str:
    return re.sub(r"[\s_-]+", " ", heading.strip().lower())


def name_columns(
    table: Table, known: Mapping[str, str], findings: Findings, *, code_columns: bool = False, guess: Callable[[str], str] | None = None
) -> None:
    """Find the columns by their headings. ``known``: every heading that is understood -> the name of the column.

    ``guess`` tells what to do about one that is not.

    With ``code_columns`` a heading ``code Phase`` or ``code: Phase`` is a task code.
    """
    for position, cell in enumerate(table.headings):
        match = re.match(r"(.*?)\s*(?:[\[(]\s*([^\])]*?)\s*[\])])?\s*\Z", cell.text, re.DOTALL)
        heading, unit = (match[1], match[2] or "") if match else (cell.text, "")
        code = re.match(r"code\s*[:\s]\s*(.+)", cell.text.strip(), re.I | re.DOTALL) if code_columns else None
        name = f"code:{code[1]}" if code else known.get(normalised(heading))
        unit = "" if code else unit  # a code may be called "Zone [old]"
        if not heading.strip():
            if any(position < len(row) and row[position].text.strip() for row in table.rows):
                table.columns[f"\0{position}"] = position
                findings.add(
                    Origin(table, (f"\0{position}",)), "unnamed-column", "a column without a heading has values", "name it in the first row"
                )
            continue
        if name is None:
            table.columns[f"\0{position}"] = position
            names = f"use {', '.join(dict.fromkeys(known.values()))}"
            fix = guess(cell.text) if guess else did_you_mean(normalised(heading), known, names)
            findings.add(
                Origin(table, (f"\0{position}",)), "unknown-column", f"'{cell.text.strip()}' is not a column that is known here", fix
            )
        elif name in table.columns:
            table.columns[f"\0{position}"] = position
            what = f"there are two columns '{name}'"
            findings.add(Origin(table, (f"\0{position}",)), "duplicate-column", what, "remove or rename one of them")
        else:
            table.columns[name], table.units[name] = position, unit


def sample_of(table: Table, column: str, unit: str) -> Iterator[tuple[int, str]]:
    """Rows and texts of a column of numbers; empty cells are left out. Raises `Misread` if there is no such column."""
    names = {normalised(cell.text): position for position, cell in enumerate(table.headings)}
    bare = {normalised(re.sub(r"[\[(].*", "", cell.text)): position for position, cell in enumerate(table.headings)}
    position = names.get(normalised(column), bare.get(normalised(column)))
    if position is None:
        fix = did_you_mean(column, [cell.text for cell in table.headings], f"it has {', '.join(cell.text for cell in table.headings)}")
        raise Misread("unknown-column", f"'{table.file}' has no column '{column}'", fix)
    in_heading = re.search(r"[\[(]\s*(.*?)\s*[\])]", table.headings[position].text)
    table.columns[column] = position
    table.units[column] = unit or (in_heading[1] if in_heading else "")
    return ((row, text) for row in range(len(table.rows)) if (text := table.value(row, column)))


def split_name(text: str) -> tuple[str, str]:
    """``plan.xlsx#Sheet`` -> the file and the sheet."""
    file, _, sheet = text.partition("#")
    return file.strip(), sheet.strip()
