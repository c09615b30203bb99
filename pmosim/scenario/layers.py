"""A scenario on top of another: ``base: schedule.yaml`` names what it goes on from, and what it says itself goes before that.

Mappings are put together key by key, at every depth; any other value of the upper one replaces that of the lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from pmosim.errors import Place, Problem, UnreadableFile
from pmosim.scenario.document import Document, read_document, stop
from pmosim.scenario.places import Path

MOST_LAYERS = 20


@dataclass(frozen=True)
class Layers:
    """Documents on top of one another, the uppermost first, that read as one."""

    documents: tuple[Document, ...]
    value: Any

    @property
    def broken(self) -> tuple[Path, ...]:
        """Values that were refused, unless a document above has another one there."""
        return tuple(
            path
            for level, document in enumerate(self.documents)
            for path in document.broken
            if not any(path in above.marks and path not in above.broken for above in self.documents[:level])
        )

    @property
    def problems(self) -> tuple[tuple[Place, Problem], ...]:
        return tuple(problem for document in self.documents for problem in document.problems)

    @cached_property
    def keys(self) -> set[Path]:
        return {path for document in self.documents for path in document.keys}

    def place(self, path: Path, offset: int | None = None, *, key: bool = False) -> Place:
        """In the uppermost document that has the value; else in the one that knows most of the way to it."""
        document = max(self.documents, key=lambda one: _known(one, path))  # the first of several
        return document.place(path, offset, key=key)


def _known(document: Document, path: Path) -> int:
    return next((length for length in range(len(path), 0, -1) if path[:length] in document.keys or path[:length] in document.marks), 0)


def layered(document: Document, folder: FilePath) -> Document | Layers:
    """The document with all that it goes on from; itself, if it names no base.

    Raises InvalidScenario for a base that is missing, no YAML or no mapping: what is then missing would be found everywhere.
    """
    documents = [document]
    names = {document.file}
    while (base := _base_of(documents[-1])) is not None:
        place, path = documents[-1].place(("base",)), folder / base
        if str(path) in names or len(documents) >= MOST_LAYERS:
            stop(place, "base-loop", f"'{base}' goes on from itself", "name another file, or none")
        names.add(str(path))
        try:
            lower = read_document(path)
        except UnreadableFile as error:
            stop(place, "missing-file", str(error), "correct the name; it is looked for beside the scenario")
        if not isinstance(lower.value, dict):
            stop(place, "not-a-mapping", f"'{base}' is no scenario: it has no  key: value", "name a scenario, or remove 'base'")
        documents.append(lower)
    if len(documents) == 1:
        return document
    value: Any = {}
    for one in reversed(documents):
        value = _merged(value, one.value)
    return Layers(tuple(documents), value)


def _base_of(document: Document) -> str | None:
    base = document.value.get("base") if isinstance(document.value, dict) else None
    return base if isinstance(base, str) and base.strip() else None


def _merged(lower: Any, upper: Any) -> Any:
    if upper is None:
        return lower
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    merged = dict(lower)
    for key, value in upper.items():
        merged[key] = _merged(lower[key], value) if key in lower else value
    return merged
