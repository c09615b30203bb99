"""What can go wrong on purpose: a `Problem` is data, and the errors carry problems to whoever can show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

ModelPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a portfolio, said so that its author can put it right.

    The model knows only ``path``; the reader that made the model turns a path into a place.
    """

    code: str  # stable, such as "unknown-task"; tests and scripts match on it
    path: ModelPath  # where, in the model's own terms: ("projects", "bridge", "tasks", "survey", "after", 0)
    what: str  # what is wrong, with the offending value
    fix: str  # what would make it right


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a text or table: ``file:line:column``, lines and columns counted from 1.

    Line 0 is for a text that is no file, such as an option of the command line; ``file`` then says which.
    """

    file: str
    line: int
    column: int
    excerpt: str = ""  # the offending line, without its line end

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class PmosimError(Exception):
    """Everything pmosim raises on purpose. Anything else that escapes is our bug."""


class InvalidModel(PmosimError, ValueError):
    """Parts that do not make a valid law, calendar, task, risk or portfolio. ``problems`` lists every one found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.what}\n  fix: {p.fix}" for p in self.problems))


class InvalidScenario(PmosimError, ValueError):
    """A scenario that cannot be read: every problem with the place it was found at (None: the file as a whole)."""

    def __init__(self, located: Iterable[tuple[Place | None, Problem]]) -> None:
        self.located = tuple(located)
        super().__init__(
            "\n".join(f"{place}: {p.what}\n  fix: {p.fix}" if place else f"{p.what}\n  fix: {p.fix}" for place, p in self.located)
        )


class UnreadableFile(PmosimError):
    """A file that is missing, damaged or of a kind we cannot read; the message says which and what to do."""


class MissingExtra(PmosimError):
    """An optional dependency is needed and absent; the message is the command that installs it."""


class OutsideFailure(PmosimError):
    """Something outside pmosim failed (disk, database, cluster): exit code 3."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that the word most likely stands for, if any is like it."""
    return next(iter(get_close_matches(str(word), list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy for an unknown name: the nearest known one, or ``otherwise``."""
    near = nearest(word, known)
    return otherwise if near is None else f"write '{near}'"
