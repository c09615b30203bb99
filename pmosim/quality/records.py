"""What a check is and what it found: plain records, the same for every family of checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is when a check fails."""

    NOTE = "note"  # worth knowing
    WARNING = "warning"  # the schedule, or a forecast from it, may mislead
    ERROR = "error"  # the dates cannot be right, or nothing follows from them

    @property
    def rank(self) -> int:
        return tuple(Severity).index(self)


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The most (or, with ``at_least``, the least) that passes: a share of the population, or an index."""

    limit: float = 0.0
    at_least: bool = False  # then it is an index, not a share

    def admits(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        if self.at_least:
            return f"at least {self.limit:.2f}"
        return f"at most {100 * self.limit:g} %" if self.limit else "none"


NONE = Threshold(0.0)
"""Any single one fails."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question put to every portfolio."""

    id: str  # stable: scripts and SARIF viewers match on it
    family: str
    title: str
    severity: Severity
    counted: str  # what the population is, in the plural: "unfinished tasks"
    why: str  # why it matters, in a sentence
    fix: str  # how to put it right
    source: str = ""  # where the check and its threshold are published; empty for our own
    threshold: Threshold | None = NONE  # None: nothing is published; any is worth a note

    def found(self, items: Iterable[Item], population: int, note: str = "") -> Finding:
        """What share of the population is affected, held against the threshold. Nothing to look at: not applicable."""
        items = tuple(items)
        if not population:
            return self.not_applicable(note or f"there are no {self.counted}")
        passed = (self.threshold or NONE).admits(len(items) / population)
        return Finding(self, Verdict.PASS if passed else Verdict.FAIL, len(items), population, items, note)

    def measured(self, value: float, items: Iterable[Item], population: int, note: str = "") -> Finding:
        """An index, held against the threshold."""
        items = tuple(items)
        passed = (self.threshold or NONE).admits(value)
        return Finding(self, Verdict.PASS if passed else Verdict.FAIL, len(items), population, items, note, value)

    def not_applicable(self, note: str) -> Finding:
        return Finding(self, Verdict.NOT_APPLICABLE, 0, 0, (), note)


@dataclass(frozen=True, slots=True)
class Item:
    """One task, link, risk or project behind a finding."""

    id: str  # qualified; of a link, its successor's
    label: str
    what: str  # what is the matter with it
    file: str = ""  # where it stands, as far as known
    line: int | None = None  # counted from 1

    def __str__(self) -> str:
        name = self.id if self.label in ("", self.id.rpartition(".")[2]) else f"{self.id} {self.label}"
        return f"{name}: {self.what}" if self.what else name


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one check. ``items`` are those behind the count, passed or not."""

    check: Check
    verdict: Verdict
    count: int
    population: int
    items: tuple[Item, ...] = ()
    note: str = ""  # what a reader of the figures must know: why it is not applicable, what is left out
    value: float | None = None  # of an index

    @property
    def share(self) -> float | None:
        return self.count / self.population if self.population and self.value is None else None

    @property
    def failed(self) -> bool:
        return self.verdict is Verdict.FAIL

    @property
    def level(self) -> Severity | None:
        """How bad it is; None where nothing failed."""
        return self.check.severity if self.failed else None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one portfolio, family by family."""

    name: str
    source: str  # the file that was checked
    status_date: str  # ISO
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Severity | None:
        """The highest severity of what failed."""
        return max((finding.check.severity for finding in self.findings if finding.failed), key=lambda one: one.rank, default=None)

    def fails_at(self, level: Severity) -> bool:
        return self.worst is not None and self.worst.rank >= level.rank
