"""Records of what projects share: exposure by group, how concentrated it is, which risks move several projects, promises kept together.

Delays are in working days of the target's project, money in the portfolio's currency. Every group is taken out as a whole, on the
draws of the forecast: what it adds is no sum of what its risks add one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pmosim.results.figures import DateEstimate, Delay, Estimate

CATEGORY, OWNER, PROJECT, PROGRAMME = "category", "owner", "project", "programme"


@dataclass(frozen=True, slots=True)
class GroupState:
    """What the risks of a group add together, in one state of the portfolio."""

    delay: Delay
    cost_expected: Estimate | None = None
    cost_p80: Estimate | None = None
    sum_expected: float | None = None  # of the expected delays that its risks add one by one; None by project
    beyond_sum: Estimate | None = None  # expected delay less that sum: above 0 where risks hide one another


@dataclass(frozen=True, slots=True)
class ExposureGroup:
    """By category and owner: these risks, and the first target. By project and programme: all risks, and its own finish and cost."""

    by: str
    name: str  # empty: of the risks that name none
    risks: tuple[str, ...]  # that act, in either state
    before: GroupState | None  # None: its risks exist only after mitigation
    after: GroupState | None = None  # None where there is no mitigation, or nothing left


@dataclass(frozen=True, slots=True)
class Concentration:
    """How few threats the exposure comes from: shares of the sum of what each adds, taken out alone."""

    unit: str  # "days" or "money"
    total: Estimate  # that sum
    largest: tuple[str, ...]  # risks, the largest first
    top: dict[int, Estimate]  # share of the largest 1, 3, 5
    equal_risks: Estimate  # as concentrated as so many risks of one size: 1 / sum of squared shares (Herfindahl)


@dataclass(frozen=True, slots=True)
class SharedRisk:
    """A risk that moves the finishes of several projects: how far the P80 of each would come forward without it."""

    id: str
    label: str
    moves: dict[str, Estimate]  # by id of a project's finish
    certain: int  # projects whose P80 it moves for certain


@dataclass(frozen=True, slots=True)
class Exposure:
    target: str  # whose delays those by category and owner are
    groups: tuple[ExposureGroup, ...]
    concentration: tuple[Concentration, ...] = ()
    shared: tuple[SharedRisk, ...] = ()  # the one that moves most projects first


@dataclass(frozen=True, slots=True)
class TogetherForecast:
    """The probability that all of a set of promises are kept in one and the same future."""

    name: str
    targets: tuple[str, ...]
    probability: Estimate
    if_unrelated: Estimate  # the product of their own probabilities: what they would have if they shared nothing


@dataclass(frozen=True, slots=True)
class MilestoneForecast:
    """A milestone or a project's finish that is due before long."""

    id: str
    label: str
    project: str
    planned: datetime
    target: datetime | None
    probability: Estimate  # of the target date; of the planned one where there is none
    percentiles: dict[int, DateEstimate]
