"""What every record is made of: figures with their intervals, curves, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and the interval that simulation error leaves round it."""

    value: float
    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class DateEstimate:
    """A moment, and the interval that simulation error leaves round it."""

    value: datetime
    low: datetime
    high: datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is needed to make the same numbers again."""

    fingerprint: str  # sha256 of the portfolio, in hexadecimal
    seed: int
    iterations: int
    confidence: float  # of every interval in the forecast, such as 0.95
    status_date: datetime
    versions: dict[str, str]  # of pmosim, Python, NumPy, Numba
    source: str = ""  # the scenario's file name
    sampling: str = "random"  # or "latin-hypercube"
    overrides: tuple[str, ...] = ()  # values taken instead of the scenario's own: "risks.flood.probability=10%"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long it took: the only part of a forecast that differs between two runs of the same."""

    seconds: float
    compile_seconds: float
    threads: int
    block: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The whole distribution on a grid without smoothing: after ``at[k]``, ``count[k]`` more iterations are done.

    For a finish, one entry per calendar day on which an iteration finished (ISO dates); for a cost, one per bin,
    ``at`` being the upper edge. ``share`` is the cumulative share at the end of the entry, with its interval.
    """

    at: tuple[date, ...] | tuple[float, ...]
    count: tuple[int, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Delay:
    """What one risk does to one target: with it minus without it, on the same draws. [working days]"""

    expected: Estimate
    p80: Estimate  # over all iterations, those included in which it does not occur
    expected_if_occurs: Estimate | None  # None where it never occurred
    p80_if_occurs: Estimate | None


@dataclass(frozen=True, slots=True)
class Gain:
    """What a response to risks gains for one target: before minus after, on the same draws. [working days]"""

    expected: Estimate
    p50: Estimate  # how far the P50 moves, not the P50 of moves
    p80: Estimate
    probability: Estimate | None = None  # added to that of meeting the target date
