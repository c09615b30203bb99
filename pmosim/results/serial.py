"""Records to JSON and back: frozen dataclasses of numbers, texts and moments, and containers of them."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints


class Stored:
    """A record that is kept as a JSON file, with the version of its form in the field ``format``."""

    __slots__ = ()
    FORMAT: ClassVar[int]  # a reader refuses a later one
    CALLED: ClassVar[str]  # what such a record is, in words

    def to_json(self) -> str:
        return json.dumps(self, ensure_ascii=False, indent=1, default=plain) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        data = json.loads(text)
        if data.get("format", 0) > cls.FORMAT:
            raise ValueError(f"this {cls.CALLED} has format {data['format']}; this version of pmosim reads up to {cls.FORMAT}")
        return restored(cls, data)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        return cls.from_json(Path(path).read_text(encoding="utf-8"))


def laid_out(entry: Any) -> str:
    # not by json's own indentation, for which it leaves its fast encoder
    if not isinstance(entry, tuple) or not entry:
        return line(entry)
    return "[\n" + ",\n".join(map(line, entry)) + "\n]"


@cache
def names_of(kind: type) -> tuple[str, ...]:
    """Of a record's fields."""
    return tuple(part.name for part in fields(kind))


def plain(value: Any) -> Any:
    """One level of what JSON has no type for: a record as a mapping, a date as ISO text."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return {name: getattr(value, name) for name in names_of(type(value))}  # type: ignore[arg-type]


line = json.JSONEncoder(ensure_ascii=False, default=plain, check_circular=False).encode


def restored(kind: Any, data: Any) -> Any:
    """The inverse of `plain`: JSON's types back into the annotated ``kind``."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _restored_union(arguments, data)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: restored(hints[name], entry) for name, entry in data.items() if name in hints})  # type: ignore[operator]
    if origin is tuple:
        return tuple(restored(arguments[0], entry) for entry in data)
    if origin is dict:
        return {arguments[0](key): restored(arguments[1], entry) for key, entry in data.items()}
    if kind in (datetime, date):
        return kind.fromisoformat(data)
    return float(data) if kind is float else data


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Evaluating a record's annotations anew for each of thousands of tasks would take most of the time of reading."""
    return get_type_hints(kind)


def _restored_union(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None and NoneType in kinds:
        return None
    kinds = tuple(kind for kind in kinds if kind is not NoneType)
    if len(kinds) > 1:  # a curve's positions: dates are text, money is numbers
        return restored(kinds[0] if data and isinstance(data[0], str) else kinds[-1], data)
    return restored(kinds[0], data)
