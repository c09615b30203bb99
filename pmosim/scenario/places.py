"""Where things stand: every part of a scenario knows the text or table it came from, and mistakes are gathered with their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pmosim.errors import InvalidModel, InvalidScenario, ModelPath, Place, Problem

Path = tuple[str | int, ...]
"""Keys and list positions from the top of a document (or row and column of a table) down to a value."""


class Misread(Exception):
    """A text that does not follow the grammar; ``offset`` is the character at which it goes wrong."""

    def __init__(self, code: str, what: str, fix: str, offset: int = 0) -> None:
        self.code, self.what, self.fix, self.offset = code, what, fix, offset
        super().__init__(what)

    def moved(self, by: int) -> Misread:
        """The same mistake in a text that begins ``by`` characters earlier."""
        return Misread(self.code, self.what, self.fix, self.offset + by)


class Reported(Exception):
    """What is wrong has been said already."""


class Source(Protocol):
    """A document or table that can tell the line and column of each of its values."""

    def place(self, path: Path, offset: int | None = None, *, key: bool = False) -> Place:
        """Of the value at ``path`` (or of its key), or of the nearest one around it that exists."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A value's source and its path there; ``offset`` counts characters into a text value."""

    source: Source
    path: Path = ()
    offset: int | None = None

    def __truediv__(self, step: str | int) -> Origin:
        return Origin(self.source, (*self.path, step))

    def at(self, offset: int | None) -> Origin:
        return Origin(self.source, self.path, offset)

    def place(self, *, key: bool = False) -> Place:
        return self.source.place(self.path, self.offset, key=key)


class Findings:
    """Every mistake found so far, and the places of the parts of the model."""

    def __init__(self) -> None:
        self.located: list[tuple[Place | None, Problem]] = []
        self._origins: dict[ModelPath, Origin] = {}
        self._dropped: set[tuple[int, Path]] = set()

    def __bool__(self) -> bool:
        return bool(self.located)

    def add(self, origin: Origin | None, code: str, what: str, fix: str, *, key: bool = False) -> None:
        place = origin.place(key=key) if origin else None
        self.located.append((place, Problem(code, origin.path if origin else (), what, fix)))

    def misread(self, origin: Origin, error: Misread) -> None:
        self.add(origin.at((origin.offset or 0) + error.offset), error.code, error.what, error.fix)

    def invalid(self, origin: Origin, error: InvalidModel) -> None:
        """Problems of one part of the model, all of which stand at ``origin``."""
        for problem in error.problems:
            self.add(origin, problem.code, problem.what, problem.fix)

    def drop(self, origin: Origin) -> None:
        """Note that the value at ``origin`` was wrong and is left out, so that nobody calls it missing."""
        self._dropped.add((id(origin.source), origin.path))

    def was_dropped(self, origin: Origin) -> bool:
        return (id(origin.source), origin.path) in self._dropped

    def register(self, path: ModelPath, origin: Origin) -> None:
        self._origins[path] = origin

    def origin_of(self, path: ModelPath) -> Origin | None:
        """Where a part of the model came from: the longest registered path that begins ``path``, and the rest below it."""
        for length in range(len(path), 0, -1):
            if origin := self._origins.get(path[:length]):
                rest = path[length:]
                return Origin(origin.source, (*origin.path, *rest)) if rest else origin
        return None

    def raise_if_any(self) -> None:
        if self.located:
            raise InvalidScenario(in_order(self.located))


def in_order(located: Iterable[tuple[Place | None, Problem]]) -> list[tuple[Place | None, Problem]]:
    """Without repetitions; by file in the order of first mention, then by line and column."""
    unique = list(dict.fromkeys(located))
    files = list(dict.fromkeys(place.file for place, _ in unique if place))
    return sorted(unique, key=lambda entry: (files.index(entry[0].file), entry[0].line, entry[0].column) if entry[0] else (-1, 0, 0))
