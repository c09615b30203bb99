"""A forecast beside the activities of a Primavera XER file, as user-defined fields.

XER is a text of tables. Two of them take what is new (UDFTYPE says which fields there are, UDFVALUE what they hold); every
other line stays as it is, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pmosim.errors import PmosimError
from pmosim.exchange.figures import Field, FieldKind
from pmosim.interchange.ids import clean

Figures = Mapping[str, datetime | float]

TYPES = {FieldKind.START: "FT_START_DATE", FieldKind.FINISH: "FT_END_DATE", FieldKind.NUMBER: "FT_FLOAT_2_DECIMALS"}
UDFTYPE = (
    "udf_type_id",
    "table_name",
    "udf_type_name",
    "udf_type_label",
    "logical_data_type",
    "super_flag",
    "indicator_expression",
    "summary_indicator_expression",
    "export_flag",
)
UDFVALUE = ("udf_type_id", "fk_id", "proj_id", "udf_date", "udf_number", "udf_text", "udf_code_id")


@dataclass(slots=True)
class _Table:
    """Where a table stands: its line ``%T``, its columns, and its rows by their lines."""

    first: int
    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]
    end: int  # the line after its last one


class _Text:
    """The lines of an XER file. Bytes beyond ASCII are not looked at, so the encoding does not matter."""

    def __init__(self, data: bytes) -> None:
        self.lines = data.decode("latin-1").split("\n")  # whose characters are the bytes themselves
        self.tables: dict[str, _Table] = {}
        name = ""
        for number, line in enumerate(self.lines):
            cells = line.rstrip("\r").split("\t")
            if cells[0] == "%T":
                name = cells[1].strip() if len(cells) > 1 else ""
                self.tables[name] = _Table(number, (), [], number + 1)
            elif cells[0] == "%F" and name:
                self.tables[name].columns = tuple(cells[1:])
                self.tables[name].end = number + 1
            elif cells[0] == "%R" and name:
                table = self.tables[name]
                table.rows.append((number, dict(zip(table.columns, cells[1:], strict=False))))
                table.end = number + 1

    def rows(self, name: str) -> list[dict[str, str]]:
        return [row for _, row in self.tables[name].rows] if name in self.tables else []


def with_fields(data: bytes, fields: Sequence[Field], figures: Mapping[tuple[str, str], Figures]) -> bytes:
    """The file with the fields. ``figures``: by project id (clean) and activity id, as it stands in the file.

    Fields that an earlier export has put there take the new values.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return with_fields(data.decode(encoding).encode("utf-8"), fields, figures).decode("utf-8").encode(encoding)
    text = _Text(data)
    end_of_line = "\r" if text.lines[0].endswith("\r") else ""
    ids, new_types = _types(text, fields)
    found = _activities(text, figures)
    projects = {row["proj_id"] for row, _ in found}
    values = [_value(ids[field.name], row, own[field.name]) for row, own in found for field in fields if field.name in own]
    stale = {
        number
        for number, row in (text.tables["UDFVALUE"].rows if "UDFVALUE" in text.tables else [])
        if row.get("udf_type_id") in ids.values() and row.get("proj_id") in projects
    }
    inserted: dict[int, list[str]] = {}
    _insert(text, inserted, "UDFTYPE", UDFTYPE, new_types, before=text.tables["PROJECT"].first)
    _insert(text, inserted, "UDFVALUE", UDFVALUE, values, before=_end(text))
    lines: list[str] = []
    for number, line in enumerate(text.lines):
        lines += (new + end_of_line for new in inserted.get(number, ()))
        if number not in stale:
            lines.append(line)
    return "\n".join(lines).encode("latin-1")


def _end(text: _Text) -> int:
    """The line ``%E``."""
    return next(number for number in range(len(text.lines) - 1, -1, -1) if text.lines[number].startswith("%E"))


def _types(text: _Text, fields: Iterable[Field]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Id of each field by name, and the rows of those that the file does not have yet."""
    rows = text.rows("UDFTYPE")
    known = {
        (row.get("udf_type_label", ""), row.get("logical_data_type", "")): row["udf_type_id"]
        for row in rows
        if row.get("table_name") == "TASK"
    }
    highest = max((int(row["udf_type_id"]) for row in rows if row["udf_type_id"].isdigit()), default=0)
    ids: dict[str, str] = {}
    new = []
    for field in fields:
        kind = TYPES[field.kind]
        if (field.name, kind) in known:
            ids[field.name] = known[field.name, kind]
            continue
        highest += 1
        ids[field.name] = str(highest)
        row = {"udf_type_id": str(highest), "table_name": "TASK", "udf_type_name": f"user_field_{highest}", "udf_type_label": field.name}
        new.append(row | {"logical_data_type": kind, "super_flag": "N", "export_flag": "Y"})
    return ids, new


def _activities(text: _Text, figures: Mapping[tuple[str, str], Figures]) -> list[tuple[dict[str, str], Figures]]:
    """Rows of TASK with their figures."""
    codes: dict[str, set[str]] = {}
    for row in text.rows("TASK"):
        codes.setdefault(row["proj_id"], set()).add(row["task_code"])
    names = {row["proj_id"]: clean(row["proj_short_name"]) for row in text.rows("PROJECT")}
    wanted: dict[str, set[str]] = {}
    for project, code in figures:
        wanted.setdefault(project, set()).add(code)
    own: dict[str, str] = {}  # proj_id -> project
    for project, ids in wanted.items():
        fitting = [proj_id for proj_id, known in codes.items() if ids <= known]
        exact = [proj_id for proj_id in fitting if names.get(proj_id) == project]
        if not fitting:
            raise PmosimError(f"the file has no project with all activities of '{project}'\n  fix: export the forecast of this file")
        own[(exact or fitting)[0]] = project
    return [(row, figures[key]) for row in text.rows("TASK") if (key := (own.get(row["proj_id"], ""), row["task_code"])) in figures]


def _value(type_id: str, row: Mapping[str, str], figure: datetime | float) -> dict[str, str]:
    value = {"udf_type_id": type_id, "fk_id": row["task_id"], "proj_id": row["proj_id"]}
    if isinstance(figure, datetime):
        return value | {"udf_date": f"{figure:%Y-%m-%d %H:%M}"}
    return value | {"udf_number": f"{figure:.2f}"}


def _insert(
    text: _Text, inserted: dict[int, list[str]], name: str, usual: tuple[str, ...], rows: Sequence[Mapping[str, str]], *, before: int
) -> None:
    """At the end of the table; a table that is not there yet stands before line ``before``."""
    if not rows:
        return
    table = text.tables.get(name)
    columns = table.columns if table and table.columns else usual
    lines = ["\t".join(["%R", *(row.get(column, "") for column in columns)]) for row in rows]
    if table and table.columns:
        inserted.setdefault(table.end, []).extend(lines)
    elif table:
        inserted.setdefault(table.end, []).extend(["\t".join(["%F", *columns]), *lines])
    else:
        inserted.setdefault(before, []).extend([f"%T\t{name}", "\t".join(["%F", *columns]), *lines])
