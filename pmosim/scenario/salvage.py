"""A portfolio without the projects that cannot be read: one bad project does not keep the others from being forecast.

What is wrong must lie in the projects alone. They are then left out, with all that names their tasks: links, hits of shared risks,
promises. That this was done is for the caller to say; nothing else about the scenario is forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmosim.errors import InvalidModel, InvalidScenario, Place, PmosimError, Problem
from pmosim.garbage import without_collections
from pmosim.model.branches import Branch
from pmosim.model.project import Portfolio
from pmosim.model.risks import Risk
from pmosim.scenario.document import Document, read_document
from pmosim.scenario.layers import Layers, layered
from pmosim.scenario.overrides import Override
from pmosim.scenario.reader import Scenario, ScenarioReader, read_scenario

Located = tuple[Place | None, Problem]

_MAY_FOLLOW = {"unknown-task", "unknown-project", "unknown-risk", "risk-without-effect", "lonely-correlation", "empty-branch"}
"""Mistakes that may only follow from a project that cannot be read."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    scenario: Scenario
    refused: Mapping[str, PmosimError] = field(default_factory=dict)  # by project: what is wrong with it
    left_out: tuple[str, ...] = ()  # what went with them, such as links to their tasks


def read_what_can_be(path: str | Path, overrides: Sequence[str | Override] = ()) -> Salvaged:
    """A scenario, without its projects that cannot be read.

    Raises InvalidScenario if anything else is wrong, or if no project is left.
    """
    path = Path(path)
    try:
        return Salvaged(read_scenario(path, overrides))
    except InvalidScenario as error:
        everything = latest = error
    refused: dict[str, list[Located]] = {}
    while True:
        missing = Missing(_document(path), refused)
        bad = missing.by_project(latest.located)
        if not bad:
            raise everything
        for id, located in bad.items():
            refused.setdefault(id, []).extend(located)
        try:
            with without_collections():
                reader = _Forgiving(_document(path, refused), path, overrides, Missing(_document(path), refused))
                scenario = reader.read()
        except InvalidScenario as error:  # in a project that nobody came to look at before
            latest = error
            continue
        left_out = tuple(dict.fromkeys(problem.what for _, problem in reader.forgiven))
        return Salvaged(scenario, {id: InvalidScenario(located) for id, located in refused.items()}, left_out)


def _document(path: Path, without: Collection[str] = ()) -> Document | Layers:
    document = layered(read_document(path), path.parent)
    for id in without:
        document.value["projects"].pop(id, None)
    return document


class Missing:
    """The projects that are refused, and how to tell what is wrong only because they are missing."""

    def __init__(self, document: Document | Layers, refused: Collection[str]) -> None:
        projects = document.value.get("projects") if isinstance(document.value, dict) else None
        self.projects: dict[str, Any] = projects if isinstance(projects, dict) else {}
        self.refused = {*refused}
        self.files = {name: id for id, entry in self.projects.items() for name in _files_of(entry)}

    def by_project(self, located: Sequence[Located]) -> dict[str, list[Located]]:
        """What is wrong with which project, that of others which only follows from it left out; nothing if there is more than that."""
        owners = [(self._owner(place, problem), (place, problem)) for place, problem in located]
        roots = {id for id, (_, problem) in owners if problem.code not in _MAY_FOLLOW}
        if None in roots:
            return {}
        bad = self._with(roots or {id for id, _ in owners})
        found: dict[str, list[Located]] = {}
        for id, entry in owners:
            if id in bad.refused or not bad.explains(entry[1]):
                if id is None:
                    return {}
                found.setdefault(id, []).append(entry)
        return {id: entries for id, entries in found.items() if id not in self.refused}

    def _with(self, more: Collection[str | None]) -> Missing:
        other = object.__new__(Missing)
        other.projects, other.files = self.projects, self.files
        other.refused = self.refused | {id for id in more if id}
        return other

    def _owner(self, place: Place | None, problem: Problem) -> str | None:
        if len(problem.path) > 1 and problem.path[0] == "projects" and problem.path[1] in self.projects:
            return str(problem.path[1])
        return self.files.get(Path(place.file).name) if place else None

    def explains(self, problem: Problem) -> bool:
        """Whether this is wrong because it names a project that is refused, or one of its tasks."""
        if problem.code not in _MAY_FOLLOW:
            return False
        if problem.code == "risk-without-effect":
            return bool(self.refused)
        return any(self._is_gone(word) for word in re.findall(r"'([^']+)'", problem.what))

    def _is_gone(self, word: str) -> bool:
        before, _, _ = word.partition(".")
        return before in self.refused or any(word in ((self.projects.get(id) or {}).get("tasks") or {}) for id in self.refused)


def _files_of(entry: Any) -> Iterator[str]:
    """Names of the files that a project is read from."""
    if not isinstance(entry, dict):
        return
    for key in ("schedule", "tasks_from"):
        named = entry.get(key)
        for one in named if isinstance(named, list) else [named]:
            name = one.get("file") if isinstance(one, dict) else one
            if isinstance(name, str):
                yield Path(str(name)).name


class _Forgiving(ScenarioReader):
    """Leaves out what does not fit any longer, now that projects are gone."""

    def __init__(self, document: Document | Layers, path: Path, overrides: Sequence[str | Override], missing: Missing) -> None:
        super().__init__(document, path, overrides)
        self.missing = missing
        self.forgiven: list[Located] = []
        self._error: InvalidModel | None = None

    def _whole(self, parts: list[Any], risks: list[Risk], branches: list[Branch]) -> Portfolio:
        self.forgiven = [entry for entry in self.findings.located if self.missing.explains(entry[1])]
        self.findings.located = [entry for entry in self.findings.located if entry not in self.forgiven]
        while True:
            self._error = None
            if portfolio := self._portfolio(parts, risks, branches):
                self.findings.raise_if_any()
                return portfolio
            assert self._error is not None
            idle = {problem.path[1] for problem in self._error.problems if problem.code == "risk-without-effect"}
            if not idle:
                super()._report_model(self._error)
                self.findings.raise_if_any()
            self.forgiven += [(None, problem) for problem in self._error.problems if problem.code == "risk-without-effect"]
            risks = [risk for risk in risks if risk.id not in idle]

    def _report_model(self, error: InvalidModel) -> None:
        self._error = error
