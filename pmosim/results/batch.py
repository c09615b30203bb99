"""What a batch did: of each scenario its figures, or what is wrong with it, and which conditions hold. A plain record, to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from pmosim.results.records import DateEstimate, Estimate
from pmosim.results.serial import Stored

FORMAT = 1

FORECAST, UNCHANGED, WRONG, FAILED = "forecast", "unchanged", "wrong", "failed"
"""What became of an entry: simulated; in the ledger already; not to be read, since its files are wrong; failed by something outside."""


@dataclass(frozen=True, slots=True)
class BatchTarget:
    """The figures of one target that an overview shows."""

    id: str
    label: str
    kind: str  # "project", "portfolio" or "milestone"
    planned: datetime
    p50: DateEstimate
    p80: DateEstimate
    target: datetime | None = None
    probability: Estimate | None = None
    cost_p80: Estimate | None = None
    budget: float | None = None
    budget_probability: Estimate | None = None
    moved: Estimate | None = None  # how far P80 moved since the forecast before [calendar days]; its interval takes the two for independent


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """A scenario or schedule file, or a project of one that had to be left out."""

    name: str
    source: str  # its file
    state: str
    message: str = ""  # what is wrong, and how to put it right
    status_date: datetime | None = None
    currency: str = ""
    fingerprint: str = ""
    run: int | None = None  # in the ledger
    folder: str = ""  # of the results, in the batch's own
    has_report: bool = False  # in that folder
    targets: tuple[BatchTarget, ...] = ()
    joint_probability: Estimate | None = None
    left_out: tuple[str, ...] = ()  # what went with projects that cannot be read
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchFinding:
    """A condition that holds: what the batch was asked to fail for."""

    condition: str
    entry: str
    target: str
    figure: str  # in words
    value: float | None  # where it is a number
    date: datetime | None  # where it is a moment


@dataclass(frozen=True, slots=True)
class Batch(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "batch"

    name: str
    started: str  # 2027-01-04T02:00:07Z
    finished: str
    version: str  # of pmosim
    entries: tuple[BatchEntry, ...]
    findings: tuple[BatchFinding, ...]
    conditions: tuple[str, ...]
    exit_code: int
    ledger: str = ""  # where it is, without any password
    format: int = FORMAT

    @property
    def failed(self) -> tuple[BatchEntry, ...]:
        return tuple(entry for entry in self.entries if entry.state in (WRONG, FAILED))


def moved_days(now: DateEstimate, before: DateEstimate) -> Estimate:
    """Calendar days from one forecast to the next, as far apart as their intervals allow: it takes the two for independent."""
    day = timedelta(days=1)
    return Estimate((now.value - before.value) / day, (now.low - before.high) / day, (now.high - before.low) / day)
