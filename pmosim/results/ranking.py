"""The record of `pmosim rank`: what each risk and source of uncertainty is worth, by taking it out. It survives JSON and back.

Every gain is "with everything" minus "without it", on the same draws: positive where the target comes sooner (working days
of its project's calendar) or costs less. Figures are called ``mean``, ``P50``, ``P80``... A gain at P80 is the move of the P80,
not the P80 of moves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from pmosim.results.figures import Estimate, Provenance, Timing
from pmosim.results.serial import Stored

FORMAT = 1
"""Version of the record; a reader refuses a later one."""

DAYS, MONEY = "days", "money"


@dataclass(frozen=True, slots=True)
class Rank:
    """The ranks that simulation error leaves possible, 1 for the largest gain: tied where they differ."""

    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Removal:
    """One source taken out, all others left in."""

    source: str  # a risk's id; else what of the base uncertainty it is
    kind: str  # "event", "driver", "weather" or "base"
    label: str
    days: dict[str, Estimate]  # gain by figure
    cost: dict[str, Estimate]  # likewise [currency]; empty where nothing costs
    day_ranks: dict[str, Rank] = field(default_factory=dict)
    cost_ranks: dict[str, Rank] = field(default_factory=dict)
    tasks: int = 0  # how many it acts on


@dataclass(frozen=True, slots=True)
class Step:
    """The next source to be taken out, and where that leaves the figure."""

    source: str
    kind: str
    label: str
    gain: Estimate
    exact: int  # the gain in whole units, `Ladder.per_unit` of them a day (or a unit of currency): these add up exactly
    left: float  # what is left above the plan once it is out
    date: datetime | None = None  # to which that brings the finish
    tied: tuple[str, ...] = ()  # sources that might as well have been taken out at this step
    sources: int = 1  # more than one where the rest went out together


@dataclass(frozen=True, slots=True)
class Ladder:
    """The worst source is taken out, the rest is ranked again, and so on until nothing is left."""

    figure: str  # such as "P80"
    unit: str  # DAYS or MONEY
    per_unit: int
    above_plan: float  # the figure with everything in, above the plan
    steps: tuple[Step, ...]
    remains: float  # above the plan once all sources are out: 0 unless something else is uncertain
    exact_total: int  # with everything minus without, in whole units: the sum of the steps


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sources that hide one another: together out they are worth more than the sum."""

    first: str
    second: str
    labels: tuple[str, ...]
    together: Estimate
    apart: Estimate  # the sum of what each is worth alone
    more: Estimate  # together minus apart


@dataclass(frozen=True, slots=True)
class Pairs:
    figure: str
    unit: str
    looked_at: int
    found: tuple[Pair, ...]  # those whose interval excludes zero, the largest first


@dataclass(frozen=True, slots=True)
class Portion:
    source: str
    kind: str
    label: str
    value: Estimate
    exact: int  # in whole units: these add up exactly


@dataclass(frozen=True, slots=True)
class Shapley:
    """The total gain divided among its sources, whatever the order in which they are taken out."""

    figure: str
    unit: str
    per_unit: int
    orders: int  # sampled; 0 where all orders were counted
    portions: tuple[Portion, ...]  # the largest first
    total: Estimate
    exact_total: int


@dataclass(frozen=True, slots=True)
class DrivingTask:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class PathGroup:
    """Iterations in which the same tasks drove the target."""

    share: Estimate
    tasks: tuple[DrivingTask, ...]  # of the path, in order of time, without those that all paths share
    above_plan: Estimate | None  # mean finish of these iterations above the plan [working days]


@dataclass(frozen=True, slots=True)
class DrivingPaths:
    """Which chains of uncertain tasks drive the target, and how often."""

    target: str
    iterations: int  # that were traced: the first ones
    distinct: int  # different chains among them
    least: float  # tasks that drive less often than this are left out of the chains
    common: tuple[DrivingTask, ...]  # in every path
    groups: tuple[PathGroup, ...]  # the most frequent first
    rest: Estimate | None  # share of all other paths together


@dataclass(frozen=True, slots=True)
class Ranking(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "ranking"

    name: str
    description: str
    currency: str
    provenance: Provenance
    target: str  # id
    label: str
    planned: datetime
    figure: str  # by which the removals are ranked
    unit: str  # DAYS or MONEY
    above_plan: dict[str, Estimate]  # by figure, with everything in [working days]
    dates: dict[str, datetime]  # to which that brings the finish
    costs: dict[str, Estimate]  # by figure, with everything in [currency]; empty where nothing costs
    planned_cost: float
    removals: tuple[Removal, ...]  # the largest gain first
    totals: tuple[Removal, ...]  # several sources together: all risks, all base uncertainty, everything
    ladder: Ladder | None = None
    pairs: Pairs | None = None
    shapley: Shapley | None = None
    paths: DrivingPaths | None = None
    runs: int = 0  # simulations that this took
    notes: tuple[str, ...] = ()
    timing: Timing | None = None
    format: int = field(default=FORMAT)
