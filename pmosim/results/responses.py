"""The record of `pmosim mitigate`: which responses to risks to buy. It survives JSON and back.

A choice is a set of mitigations. What it gains is measured against buying none, on the same draws: days of the target's
project calendar, positive where it finishes earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from pmosim.results.figures import DateEstimate, Estimate, Gain, Provenance, Timing
from pmosim.results.serial import Stored

FORMAT = 1
"""Version of the record; a reader refuses a later one."""

PROBABILITY, P80 = "probability", "p80"


@dataclass(frozen=True, slots=True)
class Item:
    """A mitigation that can be bought."""

    risk: str
    label: str
    price: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of mitigations, and the target with them in place."""

    risks: tuple[str, ...]
    price: float
    p80: DateEstimate
    probability: Estimate | None  # of meeting the date; None where there is none
    gain: Gain  # against buying none
    cost_mean: Estimate | None  # of the whole portfolio, the price included; None where nothing costs
    saving: Estimate  # expected cost saved, less the price


@dataclass(frozen=True, slots=True)
class ResponsePlan(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "plan"

    name: str
    currency: str
    provenance: Provenance
    target: str
    target_label: str
    date: datetime | None
    gain: str  # PROBABILITY or P80: what is to be as good as can be
    budget: float | None
    goal: float | None  # the probability to be reached
    items: tuple[Item, ...]
    method: str  # in words: how the sets were searched
    is_exact: bool  # every set was looked at
    searched: int  # sets
    search_iterations: int  # on which sets were compared; figures are from all iterations
    gap: float | None  # by how much an unseen set could be better, in probability or working days; None where none can be told
    none: Choice
    every: Choice
    chosen: Choice | None  # None where no set reaches the goal
    fresh: Estimate | None  # the chosen set's probability (or days of P80 gained), on draws that had no part in choosing it
    tied: tuple[Choice, ...]  # sets that cost no more than the limit and may be as good, their paired intervals say
    frontier: tuple[Choice, ...]  # the best set for each price; each costs more and reaches more than the one before
    notes: tuple[str, ...] = ()
    timing: Timing | None = None
    format: int = field(default=FORMAT)
