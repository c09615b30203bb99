"""A whole portfolio as text, and back: nothing is lost, nothing is rounded, and what only describes is kept as well.

The text is JSON. It names the fields of every kind of part once (``forms``); each part is then a list of values in that order, so that
tens of thousands of tasks stay small and quick. How a value is written follows from its field's type alone: a field that is added to the
model is stored without a word being said here, and a type that nobody has taught this module is refused, not left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pmosim.errors import PmosimError, UnreadableFile
from pmosim.model.project import Portfolio

FORM = 1
"""Version of how values are written; a reader refuses a later one."""

KIND = "pmosim portfolio"

Change = Callable[[Any], Any]

_ROOT: Any = Portfolio


def portfolio_to_text(portfolio: Portfolio) -> str:
    """The portfolio as one JSON text: the same text for the same portfolio, on every machine.

    Raises TypeError for a value that is not of the type that the model declares for it: a bug, not a mistake of a user.
    """
    forms = {kind.__name__: names_of(kind) for kind in kinds_of(_ROOT)}
    text = {KIND: FORM, "forms": forms, "portfolio": writer_of(_ROOT)(portfolio)}
    return json.dumps(text, ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False)


def portfolio_from_text(text: str) -> Portfolio:
    """The inverse of `portfolio_to_text`. In texts of earlier versions, what the model did not have yet has its default.

    Raises UnreadableFile for what is no such text, or was written by a later version of pmosim.
    """
    try:
        data = json.loads(text)
        if data[KIND] > FORM:
            _refuse(f"it has form {data[KIND]}, and this version of pmosim reads up to {FORM}")
        return Reader(data["forms"]).of(Portfolio)(data["portfolio"])
    except PmosimError:
        raise
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise UnreadableFile("this is no stored portfolio, or a damaged one\n  fix: restore it from a copy") from error


def _refuse(what: str) -> None:
    raise UnreadableFile(f"the stored portfolio comes from a later version: {what}\n  fix: update pmosim")


def kinds_of(root: Any) -> tuple[Any, ...]:
    """Every kind of part that ``root`` may hold, by name; for an abstract one, all that may stand in its place."""
    found: dict[str, type] = {}
    ahead: list[Any] = [root]
    while ahead:
        hint = ahead.pop()
        ahead += get_args(hint)
        for kind in concrete(hint):
            known = found.get(kind.__name__)
            if known is None:
                found[kind.__name__] = kind
                ahead += hints_of(kind).values()
            elif known is not kind:
                raise TypeError(f"two kinds of part are called {kind.__name__}: a stored portfolio could not tell them apart")
    return tuple(found[name] for name in sorted(found))


@cache
def concrete(hint: Any) -> tuple[type, ...]:
    """The dataclasses whose instances may stand where ``hint`` is asked for: itself, and those that extend it. None for all else."""
    if not isinstance(hint, type):
        return ()
    package = hint.__module__.partition(".")[0]
    children: list[Any] = type.__subclasses__(hint)
    below = [kind for child in children for kind in concrete(child) if kind.__module__.partition(".")[0] == package]
    # a dataclass with slots is made twice, and the first one may still be about
    own = (hint,) if is_dataclass(hint) and getattr(sys.modules[hint.__module__], hint.__name__, None) is hint else ()
    return tuple(dict.fromkeys((*own, *below)))


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """Types of the fields that make a part, by name."""
    hints = get_type_hints(kind)
    return {part.name: hints[part.name] for part in fields(kind) if part.init}  # type: ignore[arg-type]


def names_of(kind: type) -> tuple[str, ...]:
    return tuple(hints_of(kind))


# To JSON's types


@cache
def writer_of(hint: Any) -> Change:
    """How values of a type become what JSON knows. Raises TypeError for a type that this module has not been taught."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union_writer(arguments)
    if origin is tuple:
        return _tuple_writer(arguments)
    if origin in (frozenset, set):
        write = writer_of(arguments[0])
        return lambda values: sorted(map(write, values), key=json.dumps)
    if _is_mapping(origin):
        key, value = map(writer_of, arguments)
        return lambda entries: [[key(k), value(v)] for k, v in entries.items()]
    if concrete(hint):
        return _part_writer(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: hint(value).value
    if hint not in _SCALARS:
        raise TypeError(f"a stored portfolio does not know how to write {hint}")
    return _SCALARS[hint][0]


def _part_writer(hint: Any) -> Change:
    kinds = concrete(hint)
    columns: dict[type, list[tuple[str, Change]]] = {}  # found when first needed, for a law may be made of laws

    def write(part: Any) -> list[Any]:
        kind: Any = type(part)
        if kind not in columns:
            if kind not in kinds:
                raise TypeError(f"a {kind.__name__} stands where a {hint.__name__} belongs: {part!r}")
            columns[kind] = [(name, writer_of(of)) for name, of in hints_of(kind).items()]
        row = [change(getattr(part, name)) for name, change in columns[kind]]
        return row if len(kinds) == 1 else [kind.__name__, *row]

    return write


def _tuple_writer(arguments: tuple[Any, ...]) -> Change:
    if arguments[-1] is Ellipsis:
        every = writer_of(arguments[0])
        return lambda values: [every(value) for value in values]
    each = [writer_of(argument) for argument in arguments]
    return lambda values: [change(value) for change, value in zip(each, values, strict=True)]


def _union_writer(arguments: tuple[Any, ...]) -> Change:
    kinds = [kind for kind in arguments if kind is not NoneType]
    if len(kinds) == 1:
        change = writer_of(kinds[0])
        return lambda value: None if value is None else change(value)
    labelled = [(kind, str(kind), writer_of(kind)) for kind in kinds]

    def write(value: Any) -> Any:
        if value is None:
            return None
        for kind, label, change in labelled:
            if _fits(kind, value):
                return [label, change(value)]
        raise TypeError(f"{value!r} is none of {kinds}")

    return write


def _fits(hint: Any, value: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(arguments[0], one) for one in value[:1])
    if origin in (Union, UnionType):
        return any(_fits(argument, value) for argument in arguments)
    if hint is float:
        return isinstance(value, float | int) and not isinstance(value, bool)
    if hint is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, origin or hint)


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _number(value: Any) -> Any:
    """Whole numbers stay whole, and NumPy's become Python's; JSON has no infinity, which is written as a text."""
    if type(value) not in (int, float):
        value = value.item() if hasattr(value, "item") else value + 0
    return value if isfinite(value) else repr(value)


def _number_again(value: Any) -> Any:
    return float(value) if isinstance(value, str) else value


def _same(value: Any) -> Any:
    return value


_SCALARS: dict[Any, tuple[Change, Change]] = {
    str: (str, _same),
    bool: (bool, _same),
    int: (_number, _number_again),
    float: (_number, _number_again),
    NoneType: (_same, _same),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    timedelta: (lambda value: [value.days, value.seconds, value.microseconds], lambda parts: timedelta(*parts)),
}


# And back


class Reader:
    """What undoes the writers, for a text that has these fields in this order."""

    def __init__(self, forms: Mapping[str, list[str]]) -> None:
        self.forms = forms
        self._known: dict[Any, Change] = {}

    def of(self, hint: Any) -> Change:
        if hint not in self._known:
            self._known[hint] = self._make(hint)
        return self._known[hint]

    def _make(self, hint: Any) -> Change:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            return self._union(arguments)
        if origin is tuple:
            return self._tuple(arguments)
        if origin in (frozenset, set):
            read = self.of(arguments[0])
            return lambda values: origin(map(read, values))
        if _is_mapping(origin):
            key, value = map(self.of, arguments)
            return lambda entries: {key(k): value(v) for k, v in entries}
        if concrete(hint):
            return self._part(hint)
        return hint if isinstance(hint, type) and issubclass(hint, Enum) else _SCALARS[hint][1]

    def _part(self, hint: Any) -> Change:
        kinds = {kind.__name__: kind for kind in concrete(hint)}
        columns: dict[str, list[tuple[str, Change]]] = {}

        def read(row: list[Any]) -> Any:
            name = hint.__name__ if len(kinds) == 1 else row[0]
            if name not in columns:
                columns[name] = self._columns(name, kinds)
            values = row if len(kinds) == 1 else row[1:]
            return kinds[name](**{field: change(value) for (field, change), value in zip(columns[name], values, strict=True)})

        return read

    def _columns(self, name: str, kinds: dict[str, type]) -> list[tuple[str, Change]]:
        if name not in kinds:
            _refuse(f"it has a {name}")
        hints = hints_of(kinds[name])
        unknown = [field for field in self.forms[name] if field not in hints]
        if unknown:
            _refuse(f"a {name} in it has '{unknown[0]}'")
        return [(field, self.of(hints[field])) for field in self.forms[name]]

    def _tuple(self, arguments: tuple[Any, ...]) -> Change:
        if arguments[-1] is Ellipsis:
            every = self.of(arguments[0])
            return lambda values: tuple([every(value) for value in values])
        each = [self.of(argument) for argument in arguments]
        return lambda values: tuple([change(value) for change, value in zip(each, values, strict=True)])

    def _union(self, arguments: tuple[Any, ...]) -> Change:
        kinds = [kind for kind in arguments if kind is not NoneType]
        if len(kinds) == 1:
            change = self.of(kinds[0])
            return lambda value: None if value is None else change(value)
        readers = {str(kind): self.of(kind) for kind in kinds}
        return lambda value: None if value is None else readers[value[0]](value[1])
