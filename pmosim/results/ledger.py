"""What a ledger of forecasts says: its runs, their figures and curves, and what really happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

FINISH, COST = "finish", "cost"
"""Of what a figure is told: when its target finishes, or what it costs."""

LEVELS = (10, 50, 70, 80, 90)
"""Percentiles whose intervals are kept beside the curves."""

CURVE_LEVELS = tuple(range(101))
"""Of a quantile curve, in percent; 0 and 100 are the earliest and the latest of all iterations."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One forecast in the ledger: where it came from, without its figures."""

    id: int
    key: str  # sha256 of all that makes the run: the same key, the same figures
    project: str  # the name under which it was added
    status_date: datetime
    recorded: datetime  # UTC
    fingerprint: str  # of the model
    seed: int
    iterations: int
    sampling: str
    confidence: float
    versions: dict[str, str]  # of pmosim, python, numpy, scipy and numba
    machine: str  # system and processor that it was made on
    source: str  # the scenario's file name
    currency: str
    is_complete: bool  # its model and its whole forecast are still there, so that it can be run again


class Added(NamedTuple):
    """What became of a forecast that was given to the ledger."""

    run: int
    created: bool  # False: the same run was there already


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one run, with the interval that simulation error leaves round it; ``low == high`` where it is none of simulation.

    Further names: "plan-probability", and with the first target "joint-probability", of meeting all target dates.
    """

    run: int
    project: str
    status_date: datetime
    target: str  # "<project>.finish", "finish", a task's qualified id
    label: str
    kind: str  # "project", "portfolio" or "milestone"
    quantity: str  # FINISH or COST
    name: str  # "P80", "mean", "planned", "target" (a date or a budget), "probability" (of meeting it), ...
    value: datetime | float
    low: datetime | float
    high: datetime | float


@dataclass(frozen=True, slots=True)
class QuantileCurve:
    """The whole distribution of one target in one run: ``values[k]`` is its percentile ``CURVE_LEVELS[k]``.

    Finishes are days, costs are to the width of a bin but for the percentiles that the forecast itself tells.
    """

    run: int
    project: str
    status_date: datetime
    target: str
    label: str
    kind: str
    quantity: str
    values: tuple[date, ...] | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Actual:
    """What really happened to one node of a project."""

    project: str
    node: str  # a task's qualified id, "<project>.finish" or "finish"
    kind: str  # "start", "finish" or "cost"
    value: datetime | float
    recorded: datetime  # UTC
    source: str  # who says so: "schedule" for progress in a forecast's model, or what was given by hand
    run: int | None = None  # the run whose model said so first


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was taken out of a ledger, so that it is smaller; figures and curves stay."""

    recorded: datetime  # UTC
    keep: int  # status dates of each project whose runs stayed whole
    runs: int  # that can no longer be run again
    models: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Verified:
    """A stored forecast, run again from its stored model."""

    run: RunInfo
    is_same: bool  # every figure, to the bit
    differing: int  # entries of the forecast that differ
    differences: tuple[str, ...]  # the first of them: where, what was stored, what it is now
    versions: dict[str, tuple[str, str]]  # what is not as it was, by name: then and now; of pmosim, numba, ..., and of the machine
    unsound: tuple[str, ...] = ()  # what in the ledger does not fit together, in words
