"""YAML text to plain values, with the line and column of each value and of each key.

Scalars follow the core schema of YAML 1.2 (``yes`` and ``on`` are text, ``010`` is ten, ``12:30`` and dates are text),
a key is always text, and what a planner's file has no need of is refused with a remedy: anchors and aliases, merge
keys, tags, several documents in one file. A key given twice is a mistake, not a silent replacement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, NoReturn

import yaml

from pmosim.errors import InvalidScenario, Place, Problem, UnreadableFile
from pmosim.scenario.places import Path

DEEPEST = 60
"""Levels of nesting beyond which a document is surely a mistake."""

LONGEST = 50_000_000
"""Characters beyond which a document is not read."""


class Integer(int):
    """An integer that remembers how it was written, for where text is meant: ``wbs: 010``."""

    text: str


class Real(float):
    """A number that remembers how it was written: ``wbs: 1.10``."""

    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """The plain values of a YAML text; lines and columns count from 0 inside and from 1 in a Place."""

    file: str
    lines: list[str]
    value: Any
    marks: dict[Path, tuple[int, int]] = field(repr=False)
    keys: dict[Path, tuple[int, int]] = field(repr=False)
    texts: dict[Path, str] = field(repr=False)
    broken: tuple[Path, ...] = ()  # values that were refused, and are None instead
    problems: tuple[tuple[Place, Problem], ...] = ()

    def place(self, path: Path, offset: int | None = None, *, key: bool = False) -> Place:
        """Of the value at ``path``; of its key, if it is a mapping or list; of the nearest key around it, if there is no such value."""
        while path not in self.marks and path[:-1] in self.texts:  # a single value where a list or mapping would do as well
            path = path[:-1]
        if not key and path in self.texts:
            line, column = self.marks[path]
            return self._at(line, column + self._inside(line, column, self.texts[path], offset))
        for length in range(len(path), 0, -1):
            if path[:length] in self.keys:
                return self._at(*self.keys[path[:length]])
            if path[:length] in self.marks:
                return self._at(*self.marks[path[:length]])
        return self._at(*self.marks.get((), (0, 0)))

    def _inside(self, line: int, column: int, text: str, offset: int | None) -> int:
        """Columns from the start of a scalar to its character ``offset``; 0 where escapes or folding hide it."""
        if not offset or line >= len(self.lines):
            return 0
        for quote in (0, 1):
            if self.lines[line].startswith(text, column + quote):
                return quote + offset
        return 0

    def _at(self, line: int, column: int) -> Place:
        excerpt = self.lines[line] if line < len(self.lines) else ""
        return Place(self.file, line + 1, column + 1, excerpt)


def read_document(path: str | FilePath) -> Document:
    """Raises UnreadableFile if the file cannot be opened, InvalidScenario if it is no YAML."""
    name = str(path)
    return parse_document(decoded(read_bytes(path), name), name)


def read_bytes(path: str | FilePath) -> bytes:
    try:
        return FilePath(path).read_bytes()
    except FileNotFoundError:
        raise UnreadableFile(f"there is no file '{path}'") from None
    except IsADirectoryError:
        raise UnreadableFile(f"'{path}' is a folder, not a file") from None
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"'{path}' cannot be read: {getattr(error, 'strerror', None) or error}") from None


def decoded(data: bytes, name: str) -> str:
    """UTF-8, with or without a byte order mark; UTF-16 with one."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            stop(Place(name, 1, 1), "not-utf8", "the file begins like UTF-16 text, but is not", "save the file as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n"), len(before) - before.rfind(b"\n") - 1
        excerpt = data.split(b"\n")[line].decode("latin-1").rstrip("\r")
        what = f"byte {data[error.start]:#04x} is not UTF-8 text"
        stop(Place(name, line + 1, column + 1, excerpt), "not-utf8", what, "save the file as UTF-8")
    raise AssertionError("unreachable")


def parse_document(text: str, name: str = "scenario.yaml") -> Document:
    """Plain values and their places. Raises InvalidScenario where the text is no YAML; other mistakes stand in ``problems``."""
    lines = text.splitlines() or [""]
    if len(text) > LONGEST:
        stop(Place(name, 1, 1), "file-too-large", f"the file has {len(text):,} characters", "put tasks into CSV tables (tasks_from:)")
    builder = _Builder(name, lines)
    try:
        builder.build(text)
    except InvalidScenario:
        raise
    except yaml.reader.ReaderError as error:
        _refuse_character(name, text, lines, error)
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(name, lines, error)
    except ValueError as error:  # what the YAML library lets through, such as lone surrogates
        stop(Place(name, 1, 1, lines[0]), "yaml-syntax", f"this is not readable text: {error}", "save the file as UTF-8")
    return Document(name, lines, builder.value, builder.marks, builder.keys, builder.texts, tuple(builder.broken), tuple(builder.problems))


def stop(place: Place, code: str, what: str, fix: str) -> NoReturn:
    raise InvalidScenario([(place, Problem(code, (), what, fix))])


def _loader(text: str) -> Any:
    return getattr(yaml, "CLoader", yaml.Loader)(text)


class _Builder:
    """Turns the parser's events into values. A stack instead of recursion, so that no nesting can exhaust Python's."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.lines = name, lines
        self.value: Any = None
        self.marks: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.texts: dict[Path, str] = {}
        self.broken: list[Path] = []
        self.problems: list[tuple[Place, Problem]] = []

    def report(self, mark: Any, code: str, what: str, fix: str) -> None:
        excerpt = self.lines[mark.line] if mark.line < len(self.lines) else ""
        self.problems.append((Place(self.name, mark.line + 1, mark.column + 1, excerpt), Problem(code, (), what, fix)))

    def build(self, text: str) -> None:
        loader = _loader(text)
        try:
            documents = 0
            while loader.check_event():
                event = loader.get_event()
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        what = "a second document begins here with '---'"
                        self.report(event.start_mark, "several-documents", what, "keep one scenario in one file")
                        return
                elif isinstance(event, yaml.NodeEvent):
                    self._node(loader, event)
        finally:
            loader.dispose()

    def _node(self, loader: Any, event: Any) -> None:
        """The value that begins with ``event``, and all below it."""
        self.value, container = self._open((), event)
        if container is None:
            return
        stack: list[tuple[Path, Any, str | None]] = [((), container, None)]  # path, container, key that waits for its value
        while stack:
            path, container, key = stack[-1]
            event = loader.get_event()
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
                continue
            if isinstance(container, dict) and key is None:
                stack[-1] = (path, container, self._key(path, container, event, loader))
                continue
            step: str | int = len(container) if isinstance(container, list) else str(key)
            repeated = isinstance(container, dict) and step in container
            inner = (*path, step)
            value, opened = self._open((*path, "\0", step) if repeated else inner, event)
            if isinstance(container, list):
                container.append(value)
            else:
                if not str(step).startswith("\0"):
                    container.setdefault(step, value)
                stack[-1] = (path, container, None)
            if opened is not None:
                if len(stack) >= DEEPEST:
                    mark = event.start_mark
                    self.report(mark, "nested-too-deeply", f"values are nested more than {DEEPEST} deep", "close a bracket, or indent less")
                    raise InvalidScenario(self.problems)
                stack.append(((*path, "\0", step) if repeated else inner, opened, None))

    def _key(self, path: Path, container: dict, event: Any, loader: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            if isinstance(event, yaml.AliasEvent):
                self._refuse_alias(event)
                return f"\0{event.anchor}"
            self.report(event.start_mark, "key-not-text", "a key must be text, not a list or mapping", "write  key: value")
            _skip(loader)
            return f"\0{event.start_mark.line}:{event.start_mark.column}"
        self._refuse_extras(event)
        key: str = event.value
        mark: Any = event.start_mark
        if key == "<<" and not event.style:
            self.report(mark, "yaml-merge", "merge keys (<<) are not part of this language", "write the values out, or put them in a table")
            key = f"\0{mark.line}"
        elif key in container:
            first = self.keys[(*path, key)][0] + 1
            what = f"'{key}' is given twice; the first one is in line {first}"
            self.report(mark, "duplicate-key", what, "remove or rename one of them")
        else:
            self.keys[(*path, key)] = (mark.line, mark.column)
        return key

    def _open(self, path: Path, event: Any) -> tuple[Any, Any]:
        """A value, and itself once more if others will be put into it."""
        self.marks[path] = (event.start_mark.line, event.start_mark.column)
        if isinstance(event, yaml.AliasEvent):
            self._refuse_alias(event)
            self.broken.append(path)
            return None, None
        self._refuse_extras(event)
        if isinstance(event, yaml.ScalarEvent):
            self.texts[path] = event.value
            plain = not event.style and event.tag is None
            return (resolved(event.value) if plain else event.value), None
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        return container, container

    def _refuse_alias(self, event: Any) -> None:
        what = f"'*{event.anchor}' refers to a value elsewhere in the file, which this language does not allow"
        self.report(event.start_mark, "yaml-alias", what, f"write the value out, or in quotes if the text '*{event.anchor}' is meant")

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor:
            fix = f"remove '&{event.anchor}'; write values out where they are needed"
            self.report(event.start_mark, "yaml-alias", f"'&{event.anchor}' names a value for use elsewhere, which is not allowed", fix)
        if event.tag and event.tag not in ("tag:yaml.org,2002:str", "!"):
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.report(event.start_mark, "yaml-tag", f"'{shown}' sets a type, which is not needed here", "remove it, or quote the text")


def _skip(loader: Any) -> None:
    """Past the end of a collection that has just begun."""
    depth = 1
    while depth:
        event = loader.get_event()
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)


_NUMBER = re.compile(r"[-+]?[0-9]{1,4000}\Z")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}  # type: ignore[dict-item]


def resolved(text: str) -> Any:
    """The value of a plain scalar in YAML 1.2's core schema; its hexadecimals, infinities and NaN stay text."""
    if text in _WORDS:
        return _WORDS[text]
    number: Integer | Real
    if _NUMBER.match(text):
        number = Integer(text)
    elif _REAL.match(text):
        number = Real(text)
    else:
        return text
    number.text = text
    return number


_REMEDIES = (
    (
        "mapping values are not allowed",
        "':' stands where no key can be",
        "put quotes round a text that contains ': ', or correct the indentation",
    ),
    (
        "cannot start any token",
        "a character stands where no value can begin",
        "put quotes round a text that begins with % @ or `",
    ),
    ("could not find expected ':'", "a key without ':' stands here", "write  key: value"),
    ("did not find expected ',' or '}'", "a '{' is not closed", "add '}', or the ',' between two entries"),
    ("did not find expected ',' or ']'", "a '[' is not closed", "add ']', or the ',' between two entries"),
    ("did not find expected key", "the indentation does not fit the lines above", "indent the keys of one mapping alike"),
    ("did not find expected '-' indicator", "the indentation does not fit the list above", "begin each entry with '- ', indented alike"),
    ("unexpected end of stream", "a quoted text is not closed", "add the closing quote"),
    ("found unknown escape", "'\\' begins an unknown escape in a text in double quotes", "use single quotes, or double the '\\'"),
    ("document indicator", "a quoted text is not closed", "add the closing quote"),
    ("found undefined tag handle", "'!' begins a type, which is not needed here", "put quotes round a text that begins with '!'"),
    ("alphabetic or numeric character", "'*' or '&' begins a value", "put quotes round a text that begins with '*' or '&'"),
)


def _refuse_syntax(name: str, lines: list[str], error: yaml.MarkedYAMLError) -> None:
    said = " ".join(part for part in (error.context, error.problem) if part)
    what, fix = next(((what, fix) for sign, what, fix in _REMEDIES if sign in said), (f"this is not YAML: {said}", "correct the line"))
    unclosed = ("not closed" in what or "without ':'" in what) and error.context_mark is not None
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    while line > 0 and (line >= len(lines) or (column == 0 and not lines[line].strip())):  # the parser stops at the end; show the last text
        line -= 1
        column = len(lines[line]) if line < len(lines) else 0
    excerpt = lines[line] if line < len(lines) else ""
    if excerpt[column : column + 1] == "\t":
        what, fix = "a tab indents this line", "indent with spaces"
    stop(Place(name, line + 1, column + 1, excerpt), "yaml-syntax", what, fix)


def _refuse_character(name: str, text: str, lines: list[str], error: yaml.reader.ReaderError) -> None:
    # the position is in bytes in one parser and in characters in the other, so the character is looked for instead
    bad = next((k for k, c in enumerate(text) if _UNPRINTABLE.match(c)), 0)
    before = text[:bad].splitlines(keepends=True)
    line = len(before) - 1 if before and not before[-1].endswith(("\n", "\r")) else len(before)
    column = len(before[line]) if line < len(before) else 0
    excerpt = lines[line] if line < len(lines) else ""
    what = f"the file contains the control character {text[bad : bad + 1]!r}"
    stop(Place(name, line + 1, column + 1, excerpt), "yaml-syntax", what, "remove it, or save the file as plain text in UTF-8")


_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
