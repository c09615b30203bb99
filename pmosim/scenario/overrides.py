"""Values given on the command line instead of those in the scenario: ``--set risks.flood.probability=10%``.

Each is a small document on top of the scenario, as if somebody had written it there: all that is checked in a scenario is
checked of it, and mistakes in it are told at the option itself. A path is made of the keys from the top of the scenario,
parted by dots; entries of a list are counted from 1. What stands in a table is reached by the same path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmosim.errors import InvalidScenario, Place, Problem, did_you_mean
from pmosim.scenario import language
from pmosim.scenario.document import Document, parse_document
from pmosim.scenario.layers import Layers
from pmosim.scenario.places import Path
from pmosim.scenario.validation import entry_of, fields_of, inner_of, is_entry

OPTION = "--set"
FROM_TABLES = {"tasks": "tasks_from", "risks": "risks_from"}


@dataclass(frozen=True)
class Override:
    """One ``path=value``, as it was given."""

    text: str
    option: str = OPTION

    def __str__(self) -> str:
        return self.text

    @property
    def keys(self) -> str:
        return self.text.partition("=")[0].strip()

    @property
    def value(self) -> str:
        return self.text.partition("=")[2]

    @property
    def file(self) -> str:
        """What stands in messages where a file's name would."""
        return f"{self.option} {self.keys}"

    def offset_of(self, rest: str) -> int:
        """At which character the last keys, ``rest``, begin."""
        return self.text.index(self.keys) + len(self.keys) - len(rest)

    def place(self, offset: int = 0) -> Place:
        return Place(self.file, 0, offset + 1, self.text)


@dataclass
class Overrides:
    """Values for rows of tables, which are read later than the scenario itself."""

    waiting: dict[Path, list[tuple[str, Given]]] = field(default_factory=dict)  # of a row, such as ("risks", "flood")
    known: dict[Path, list[str]] = field(default_factory=dict)  # ids seen in the tables that stand for a mapping

    def of_row(self, table: Path, id: str) -> list[tuple[str, Given]]:
        """Columns and values for the row of a table that stands for the mapping at ``table``, such as ("risks",)."""
        self.known.setdefault(table, []).append(id)
        return self.waiting.pop((*table, id), [])

    def unused(self) -> Iterator[tuple[Place, Problem]]:
        for path, given in self.waiting.items():
            for _, one in given:
                yield one.override.place(), _unknown(one.override, path[:-1], str(path[-1]), self.known.get(path[:-1], []))


@dataclass(frozen=True)
class Given:
    """A value with the document that it came as."""

    override: Override
    document: Document
    path: Path

    @property
    def text(self) -> str:
        return self.document.texts.get(self.path, self.override.value.strip())


class _Stop(Exception):
    def __init__(self, problem: Problem, offset: int = 0) -> None:
        self.problem, self.offset = problem, offset


def overridden(document: Document | Layers, texts: Sequence[str | Override]) -> tuple[Document | Layers, Overrides]:
    """The document with these values laid over it, and those that are for its tables.

    Raises InvalidScenario with everything that is wrong with paths; what is wrong with values is found where they are read.
    """
    rest = Overrides()
    if not texts:
        return document, rest
    value, tops, mistakes = document.value, [], []
    if not isinstance(value, dict):
        return document, rest
    for text in texts:
        override = text if isinstance(text, Override) else Override(text)
        try:
            path, table = _resolved(override, value)
            one = _document(override, path)
        except _Stop as stop:
            mistakes.append((override.place(stop.offset), stop.problem))
            continue
        if table is not None:
            row, column = path[: table + 1], ".".join(map(str, path[table + 1 :]))
            rest.waiting.setdefault(row, []).append((column, Given(override, one, path)))
        else:
            value = _laid(value, path, _at(one.value, path))
            tops.append(one)
    if mistakes:
        raise InvalidScenario(mistakes)
    below = document.documents if isinstance(document, Layers) else (document,)
    return Layers((*reversed(tops), *below), value), rest


# ---- the value ----


def _document(override: Override, path: Path) -> Document:
    """The value as a document that holds nothing else, its places those in the option."""
    if "=" not in override.text:
        raise _Stop(Problem("override-without-value", (), "there is no '='", f"write for example {override.keys}=10%"))
    begin = len(override.text) - len(override.value)
    if not override.value.strip():
        raise _Stop(Problem("override-without-value", (), "nothing stands after the '='", "give the value to take instead"), begin)
    try:
        read = parse_document(override.value, override.file)
    except InvalidScenario as error:
        ((place, problem), *_) = error.located
        raise _Stop(problem, begin + (place.column - 1 if place else 0)) from None
    if read.problems:
        place, problem = read.problems[0]
        raise _Stop(problem, begin + place.column - 1)

    def moved(marks: dict[Path, tuple[int, int]]) -> dict[Path, tuple[int, int]]:
        return {(*path, *inner): (0, column + begin) for inner, (_, column) in marks.items()}

    value: Any = read.value
    for step in reversed(path):
        value = {step: value}
    texts = {(*path, *inner): text for inner, text in read.texts.items()}
    return _Option(override.file, [override.text], value, moved(read.marks), {path: (0, 0), **moved(read.keys)}, texts)


class _Option(Document):
    """A document of one line, which has no number."""

    def _at(self, line: int, column: int) -> Place:
        return Place(self.file, 0, column + 1, self.lines[0])


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _laid(value: Any, path: Path, given: Any) -> Any:
    """``value`` with ``given`` at ``path``; what was there before, be it a mapping, is gone. Nothing is changed in place."""
    if not path:
        return given
    step, *rest = path
    if isinstance(value, list):
        assert isinstance(step, int)
        return [_laid(one, tuple(rest), given) if place == step else one for place, one in enumerate(value)]
    inner = value.get(step) if isinstance(value, dict) else None
    return {**(value if isinstance(value, dict) else {}), step: _laid(inner, tuple(rest), given)}


# ---- the path ----


def _resolved(override: Override, value: Any) -> tuple[Path, int | None]:
    """The path in the document; for a value in a table, also the place in it of the row's id."""
    path: Path = ()
    annotation: Any = language.Scenario
    rest = override.keys
    if not rest:
        raise _Stop(
            Problem("override-without-path", (), "there is no path before the '='", "write for example risks.flood.probability=10%")
        )
    while rest:
        if isinstance(value, list):
            place, rest = _entry_of_list(override, path, value, rest)
            path, value, annotation = (*path, place), value[place], inner_of(annotation)
            continue
        entry = entry_of(annotation) if is_entry(annotation) else None
        if entry is not None:
            key, rest = _key_of(override, path, entry, rest)
            annotation, parent = fields_of(entry)[key], value
            value = value.get(key) if isinstance(value, dict) else None
            path = (*path, key)
            if rest and key in FROM_TABLES and isinstance(parent, dict):
                found = _within(value, rest) if key == "tasks" else None
                if found is None and not _matching(value, rest):
                    return _beside(override, path, parent, value, rest)
                if found is not None:  # below a summary task: the id says enough
                    above, rest = found
                    for step in above:
                        path, value = (*path, step), (value or {})[step]
                    annotation = entry_of(inner_of(annotation))
            continue
        inner = inner_of(annotation)
        if inner is None or not isinstance(value, dict | None):
            raise _Stop(_below_a_value(path, rest), override.offset_of(rest))
        name = _matching(value, rest)
        if name is None:
            if entry_of(inner) is not None:
                raise _Stop(_unknown(override, path, rest.split(".")[0], [*(value or {})]), override.offset_of(rest))
            name = rest  # names of one's own, such as the tasks that a risk hits
        path, rest = (*path, name), rest[len(name) + 1 :]
        value, annotation = (value or {}).get(name), inner
    return path, None


def shown(path: Path) -> str:
    """As it is given: places in lists count from 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _matching(value: Any, rest: str) -> str | None:
    """The longest key of the mapping with which ``rest`` begins: keys may have dots themselves."""
    keys = [key for key in value or {} if rest == key or rest.startswith(f"{key}.")] if isinstance(value, dict) else []
    return max(keys, key=len, default=None)


def _within(tasks: Any, rest: str) -> tuple[Path, str] | None:
    """The way to a task below summary tasks whose id ``rest`` begins with, if there is one such task alone."""
    if _matching(tasks, rest) is not None:
        return None
    found = [*_ways(tasks, rest)]
    if len(found) != 1:
        return None
    return found[0], rest[len(str(found[0][-1])) + 1 :]


def _ways(tasks: Any, rest: str) -> Iterator[Path]:
    for id, entry in tasks.items() if isinstance(tasks, dict) else ():
        below = entry.get("tasks") if isinstance(entry, dict) else None
        if (name := _matching(below, rest)) is not None:
            yield (id, "tasks", name)
        for way in _ways(below, rest):
            yield (id, "tasks", *way)


def _entry_of_list(override: Override, path: Path, value: list, rest: str) -> tuple[int, str]:
    number, _, rest_after = rest.partition(".")
    if number.isdigit() and 1 <= int(number) <= len(value):
        return int(number) - 1, rest_after
    whole = shown(path)
    what = f"'{whole}' is a list of {len(value)}, and '{number}' is none of its entries"
    fix = f"count from 1 ({whole}.1), or give the whole list: {whole}=[...]"
    raise _Stop(Problem("override-into-list", (), what, fix), override.offset_of(rest))


def _key_of(override: Override, path: Path, entry: Any, rest: str) -> tuple[str, str]:
    key, _, rest_after = rest.partition(".")
    if key not in fields_of(entry):
        raise _Stop(_unknown(override, path, key, [*fields_of(entry)]), override.offset_of(rest))
    return key, rest_after


def _beside(override: Override, path: Path, parent: dict, value: Any, rest: str) -> tuple[Path, int | None]:
    """A task or risk that the scenario's text does not have: it may stand in a table, or in the planner's file."""
    key, source = str(path[-1]), parent.get("schedule")
    if parent.get(FROM_TABLES[key]) is not None:
        id, _, column = rest.partition(".")
        if not column:
            what = f"'{id}' may stand in a table, of which single values can be replaced"
            raise _Stop(Problem("override-of-a-row", (), what, f"name the value too: {'.'.join(map(str, path))}.{id}.duration=..."))
        return (*path, id, *column.split(".")), len(path)
    if key == "tasks" and source is not None and not value:
        id = rest.split(".", maxsplit=1)[0]
        what = f"the tasks of this project stand in the planner's file '{source}', which {override.option} does not reach"
        where = shown((*path[:-1], "uncertainty"))
        fix = f"replace its rules instead: {where}=[{{match: {{id: {id}}}, duration: pert 80% 100% 150%}}]"
        raise _Stop(Problem("override-into-schedule", (), what, fix), override.offset_of(rest))
    names = [*_all_ids(value)] if key == "tasks" else [*(value or {})]
    raise _Stop(_unknown(override, path, rest.split(".", maxsplit=1)[0], names), override.offset_of(rest))


def _all_ids(tasks: Any) -> Iterator[str]:
    for id, entry in tasks.items() if isinstance(tasks, dict) else ():
        yield id
        yield from _all_ids(entry.get("tasks") if isinstance(entry, dict) else None)


def _below_a_value(path: Path, rest: str) -> Problem:
    whole = shown(path)
    return Problem("override-below-a-value", (), f"'{whole}' is one value, and has no '{rest}' below it", f"write {whole}=...")


def _unknown(override: Override, path: Path, name: str, known: Sequence[str]) -> Problem:
    where = f"under '{'.'.join(map(str, path))}'" if path else "at the top of the scenario"
    some = ", ".join([*known[:8], *(["..."] if len(known) > 8 else [])])
    begun = [one for one in known if len(name) > 2 and one.startswith(name)]
    fix = f"write '{begun[0]}'" if begun else did_you_mean(name, known, f"use one of: {some}" if known else "add it to the scenario first")
    meant = re.fullmatch(r"write '(.*)'", fix)
    if meant:  # the whole path, ready to be used
        before = shown(path)
        rest = override.keys[len(before) + bool(path) :]
        fix = f"write {'.'.join(filter(None, [before, meant[1] + rest[len(name) :]]))}={override.value.strip()}"
    return Problem("unknown-key", (), f"there is no '{name}' {where}", fix)
