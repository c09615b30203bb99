"""What a batch is of: scenario files and planners' schedules, by the names under which their forecasts are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pmosim.errors import InvalidScenario, PmosimError, Problem
from pmosim.exchange.parity import is_schedule

SCENARIOS = {".yaml", ".yml"}
SKIPPED = ("_", ".")
"""Files whose names begin so are parts of others: bases, rules, drafts."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be forecast."""

    name: str  # in the ledger and in reports
    folder: str  # of its results: letters, digits, dots and dashes alone
    path: Path
    parts: tuple[Source, ...] = ()  # of one model that is made of several files


def sources_of(places: Iterable[Path]) -> list[Source]:
    """The files named, and of folders those directly in them, in the order of their names.

    Raises PmosimError for a folder without any, InvalidScenario for two files that go by one name.
    """
    files: list[Path] = []
    for place in places:
        if place.is_dir():
            found = sorted(entry for entry in place.iterdir() if is_source(entry))
            if not found:
                raise PmosimError(
                    f"the folder '{place}' holds no scenario (.yaml) and no schedule file\n"
                    "  fix: name another folder, or a file; names that begin with _ are not looked at"
                )
            files += found
        else:
            files.append(place)
    return _named(files)


def together(name: str, sources: Iterable[Source]) -> Source:
    """The files as one model."""
    parts = tuple(sources)
    return Source(name, _folder(name, set()), parts[0].path.parent, parts)


def is_source(path: Path) -> bool:
    if not path.is_file() or path.name.startswith(SKIPPED):
        return False
    return path.suffix.lower() in SCENARIOS or (path.suffix.lower() != ".zip" and is_schedule(path))


def _named(files: list[Path]) -> list[Source]:
    by_name: dict[str, Path] = {}
    taken: set[str] = set()
    made, problems = [], []
    for path in files:
        name = path.stem
        if name in by_name:
            what = f"'{by_name[name]}' and '{path}' go by one name in the ledger, '{name}'"
            problems.append((None, Problem("duplicate-id", (), what, "rename one of the files, or forecast them in two batches")))
            continue
        by_name[name] = path
        made.append(Source(name, _folder(name, taken), path))
    if problems:
        raise InvalidScenario(problems)
    return made


def _folder(name: str, taken: set[str]) -> str:
    """A name that is safe on every system, and unlike all others whatever the case."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:80] or "forecast"
    if plain.upper() in _DEVICES:
        plain = f"{plain}-"
    made, number = plain, 1
    while made.lower() in taken:
        number += 1
        made = f"{plain}-{number}"
    taken.add(made.lower())
    return made


_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{device}{number}" for device in ("COM", "LPT") for number in range(1, 10))}
"""Names that Windows keeps for itself."""
