"""The record of `pmosim explain`: how far one figure of one target moved, and what moved it, item by item. It survives JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from pmosim.results.comparison import DifferenceRecord, Side, Step, TargetComparison
from pmosim.results.records import Estimate, Timing
from pmosim.results.serial import Stored

FORMAT = 1
"""Version of the record; a reader refuses a later one."""

DAYS, MONEY, PROBABILITY = "days", "money", "probability"
"""What a move is counted in: working days, the currency, or a share of iterations."""

TARGET = "target"
"""The figure that is the probability of meeting the target date."""


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a class of change; several that move nothing together, or could not be parted."""

    changes: tuple[str, ...]  # its class; several where one alone makes no valid model
    ids: tuple[str, ...]
    label: str
    cause: str  # in words, to stand after "from": "the late start of Permit"
    told: tuple[str, ...]  # what differs, a line each
    step: Step  # what it moves, all before it in place


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the move of the figure: a single item, or all the rest of a class together."""

    change: str
    label: str
    cause: str
    told: tuple[str, ...]
    items: int
    move: Estimate
    exact: int  # in the finest unit (minutes, hundredths, iterations; for the mean: summed over iterations); these add up exactly
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Explanation(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "explanation"

    name: str
    currency: str
    before: Side
    after: Side
    figure: str  # "P80", "mean", ... or "target"
    unit: str  # "days", "money" or "probability"
    whole: Estimate  # move of the figure
    exact: int
    target: TargetComparison  # its steps are those of the classes
    rows: tuple[Row, ...]  # class after class in their order, and items in the order in which they were made
    parts: tuple[Part, ...]  # every item
    differences: tuple[DifferenceRecord, ...]
    simulations: int
    notes: tuple[str, ...] = ()
    timing: Timing | None = None
    format: int = field(default=FORMAT)
