"""Values of the scenario language: what may stand at a key, taken as it was written, and how an editor is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError


def wrong(code: str, what: str, fix: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{what}", {"what": what, "fix": fix})  # type: ignore[arg-type]


def _shown(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "nothing" if value is None else f"'{value}'"


def _text(value: Any) -> str:
    """Text; a number is taken as it was written."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        word = str(value).lower()
        raise wrong("not-text", f"{word} stands where a text is expected", f"write '{word}' in quotes if that text is meant")
    if hasattr(value, "text"):
        return value.text
    if isinstance(value, int | float):
        return str(value)
    raise wrong("not-text", f"{_shown(value)} stands where a single value is expected", "write one value")


def plain_number(value: Any) -> Any:
    """Without the memory of how it was written, which strict types refuse."""
    kind = int if isinstance(value, int) else float
    return kind(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A table of risks, and what its headings mean where they are not the usual ones."""

    file: str
    columns: Mapping[str, str]  # heading -> the column it is, or "ignore"
    steps: tuple[str | int, ...] = ()  # from ``risks_from`` to where it stands


def _registers(value: Any) -> list[RegisterFile]:
    """Names of tables, or mappings that say what their columns are."""
    found = []
    for place, one in enumerate(_listed(value)):
        steps = (place,) if isinstance(value, list) or not isinstance(one, dict) else ()
        if not isinstance(one, dict):
            found.append(RegisterFile(_text(one), {}, steps))
            continue
        for key in one:
            if key not in ("file", "columns"):
                raise wrong(
                    "unknown-key", f"'{key}' is not a key of a table of risks", "write {file: register.csv, columns: {Chance: probability}}"
                )
        columns = one.get("columns", {})
        if "file" not in one or not isinstance(columns, dict):
            raise wrong(
                "wrong-form",
                "a table of risks has a file, and columns by their headings",
                "write {file: register.csv, columns: {Chance: probability}}",
            )
        found.append(RegisterFile(_text(one["file"]), {str(heading): _text(name) for heading, name in columns.items()}, steps))
    return found


def _law_text(value: Any) -> str:
    """An estimate; the mapping ``{discrete: {5d: 30%, 8d: 70%}}`` or ``{pert: [4d, 5d, 9d]}`` becomes the text that says the same."""
    if not isinstance(value, dict):
        return _text(value)
    if len(value) != 1:
        raise wrong(
            "wrong-form", "an estimate as a mapping has one key, the name of its law", "write for example {discrete: {5d: 30%, 8d: 70%}}"
        )
    ((law, inner),) = value.items()
    if isinstance(inner, dict) and "file" in inner:
        unit = f" in {_text(inner['unit'])}" if "unit" in inner else ""
        if not {"file", "column"} <= set(inner) <= {"file", "column", "unit"}:
            raise wrong(
                "wrong-form", "a sample from a file has the keys file, column and unit", "write {empirical: {file: past.csv, column: days}}"
            )
        return f"{law} '{_text(inner['file'])}' column '{_text(inner['column'])}'{unit}"
    if isinstance(inner, dict):
        return " ".join([law, *(f"{key} {_text(weight)}" for key, weight in inner.items())])
    return " ".join([law, *map(_text, _listed(inner))])


def _milestone(value: Any) -> str | None:
    if value is True:
        return "finish"
    if value is False or value is None:
        return None
    if value in ("start", "finish"):
        return value
    raise wrong("not-a-milestone", f"{_shown(value)} is no kind of milestone", "write  milestone: true, or start or finish")


def _worked(value: Any) -> dict[str, list[str]]:
    """Dates worked as an exception, each with its shifts (none: those of a usual day)."""
    if isinstance(value, dict):
        return {str(day): [_text(shift) for shift in _listed(shifts)] if shifts is not None else [] for day, shifts in value.items()}
    return {_text(day): [] for day in _listed(value)}


@dataclass(frozen=True, slots=True)
class Struck:
    """What one entry under ``hits`` names: a task (or a pattern of ids), or all tasks that match a rule."""

    name: str = ""
    impact: str | None = None  # None: the risk's own ``impact``
    match: Mapping[str, Any] | None = None
    steps: tuple[str | int, ...] = ()  # from ``hits`` to where it stands

    @property
    def shown(self) -> str:
        return self.name or ", ".join(f"{key} {_several(value)}" for key, value in (self.match or {}).items())


def _several(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_several(inner)}" for key, inner in value.items())
    return " or ".join(f"'{one}'" for one in _listed(value))


def _hits(value: Any) -> dict[str, Struck]:
    """Tasks that a risk hits, each with its impact; or rules, ``{match: {wbs: Civil*}, impact: x 1.2}``."""
    found: list[Struck] = []
    for place, one in enumerate(_listed(value)):
        steps = (place,) if isinstance(value, list) else ()
        if isinstance(one, dict) and "match" in one:
            found.append(_rule_of_hits(one, steps))
        elif isinstance(one, dict):
            found += [Struck(str(task), None if impact is None else _text(impact), None, (*steps, task)) for task, impact in one.items()]
        else:
            found.append(Struck(_text(one), None, None, steps or (0,)))
    return {f"{number} {one.name}" if one.match else one.name: one for number, one in enumerate(found)}


def _rule_of_hits(value: dict[str, Any], steps: tuple[str | int, ...]) -> Struck:
    for key in value:
        if key not in ("match", "impact"):
            raise wrong("unknown-key", f"'{key}' is not a key of a rule of hits", "write {match: {wbs: Civil*}, impact: x 1.2}")
    match = value["match"]
    if not isinstance(match, dict) or not match:
        raise wrong("wrong-type", f"'match' must be a mapping, but is {_shown(match)}", "write  match: {wbs: Civil*}")
    for key in match:
        if key not in MATCHED:
            raise wrong("unknown-key", f"'{key}' is not what a rule can match", f"write one of {', '.join(MATCHED)}")
    codes = match.get("code", {})
    if not isinstance(codes, dict):
        raise wrong("wrong-type", f"'code' must be a mapping, but is {_shown(codes)}", "write  code: {Phase: Civil*}")
    plain: dict[str, Any] = {key: [_text(one) for one in _listed(given)] for key, given in match.items() if key != "code"}
    if codes:
        plain["code"] = {str(key): [_text(one) for one in _listed(given)] for key, given in codes.items()}
    impact = value.get("impact")
    return Struck("", None if impact is None else _text(impact), plain, steps)


def _uses(value: Any) -> dict[str, str]:
    """Resources by id, with their units as they are written."""
    if isinstance(value, dict):
        return {str(id): _text(units) for id, units in value.items()}
    return {_text(id): "1" for id in _listed(value)}


def _year(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else plain_number(value)


MATCHED = ("id", "wbs", "name", "resource", "code", "calendar")


def _schema(kind: str, *examples: str, number: bool = False) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"] if number else "string", "description": kind, "examples": list(examples)})


_REGISTER: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string"}, "columns": {"type": "object", "additionalProperties": {"type": "string"}}},
            "additionalProperties": False,
        },
    ]
}
Whole = Annotated[int, BeforeValidator(plain_number)]
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
Texts = Annotated[
    list[Text],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}}]}),
]
Duration = Annotated[str, BeforeValidator(_text), _schema("a duration", "5d", "3w", "12h", "2ed")]
LawText = Annotated[
    str,
    BeforeValidator(_law_text),
    WithJsonSchema(
        {
            "description": "a duration, certain or uncertain",
            "anyOf": [
                {"type": "string", "examples": ["5d", "pert 4d 5d 9d", "pert 80% 100% 150% of 40d", "lognormal P10 8d P90 15d"]},
                {"type": "object", "minProperties": 1, "maxProperties": 1},
            ],
        }
    ),
]
RiskTables = Annotated[
    list[RegisterFile],
    PlainValidator(_registers),
    WithJsonSchema({"anyOf": [_REGISTER, {"type": "array", "items": _REGISTER}]}),
]
Moment = Annotated[str, BeforeValidator(_text), _schema("a date, with or without a time", "2027-09-30", "2027-09-30 17:00")]
Money = Annotated[
    str, BeforeValidator(_text), _schema("an amount of money, certain or uncertain", "20k EUR", "pert 20k 50k 200k EUR", number=True)
]
CostText = Annotated[
    str, BeforeValidator(_text), _schema("what a task costs", "20k EUR", "1200 EUR/d", "20k EUR + 1200 EUR/d", number=True)
]
Share = Annotated[str, BeforeValidator(_text), _schema("a probability", "30%", "0.3", number=True)]
ImpactText = Annotated[
    str,
    BeforeValidator(_text),
    _schema("what a risk does to a duration", "+5d", "+triangular 5d 15d 30d", "x 1.3", "x pert 0.95 1.05 1.30"),
]
Milestone = Annotated[str | None, PlainValidator(_milestone), WithJsonSchema({"enum": [True, False, "start", "finish"]})]
_RULE_OF_HITS: dict[str, Any] = {
    "type": "object",
    "required": ["match"],
    "properties": {"match": {"type": "object", "minProperties": 1}, "impact": {"type": ["string", "number"]}},
    "additionalProperties": False,
}
_NAMED_TEXTS = {"type": "object", "not": {"required": ["match"]}, "additionalProperties": {"type": ["string", "number", "null"]}}
_HIT = {"anyOf": [{"type": ["string", "number"]}, _RULE_OF_HITS, _NAMED_TEXTS]}
Hits = Annotated[
    dict[str, Struck],
    PlainValidator(_hits),
    WithJsonSchema({"anyOf": [{"type": "string"}, _RULE_OF_HITS, _NAMED_TEXTS, {"type": "array", "items": _HIT}]}),
]
Worked = Annotated[
    dict[str, list[str]],
    PlainValidator(_worked),
    WithJsonSchema({"anyOf": [{"type": "object"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Percent = Annotated[str, BeforeValidator(_text), _schema("how much of a task is done", "40%")]
Pauses = Annotated[
    list[Text],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string", "examples": ["3d after 10d"]}, {"type": "array", "items": {"type": "string"}}]}),
]
Uses = Annotated[
    dict[str, str],
    PlainValidator(_uses),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
            ]
        }
    ),
]
Year = Annotated[int, BeforeValidator(_year)]
Spend = Literal["evenly", "at start", "at finish"]
LagCalendarName = Literal["predecessor", "successor", "project", "24h"]
LogicName = Literal["retained-logic", "progress-override", "actual-dates"]
