"""Risks: events that happen or do not, and what they do to the tasks that they hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pmosim.model.laws import Law


class ImpactKind(StrEnum):
    FACTOR = "factor"  # multiplies the (remaining) duration
    ADD = "add"  # adds working minutes on the task's calendar


class Status(StrEnum):
    OPEN = "open"
    PROPOSED = "proposed"  # not accepted into the register yet: does not act
    CLOSED = "closed"  # can happen no more: does not act
    EXPIRED = "expired"  # all its tasks are finished, or its window has passed: does not act; found out by the portfolio
    OCCURRED = "occurred"  # has happened: certain, its impact is still to come


Window = tuple[datetime | None, datetime | None]
"""The dates in which a risk is live, both included; None: open on that side."""


@dataclass(frozen=True, slots=True)
class Impact:
    kind: ImpactKind
    law: Law  # [1] for a factor, [working minutes] for added time


@dataclass(frozen=True, slots=True)
class Hit:
    """``target`` is a task's qualified id, or ``<project>.finish`` for the project's finish as a whole."""

    target: str
    impact: Impact


@dataclass(frozen=True, slots=True)
class Mitigation:
    """The state of a risk once its response is in place, and what the response costs.

    What is None stays as it is without the response.
    """

    probability: float | None = None
    cost: float = 0.0  # of the response itself [currency]
    hits: tuple[Hit, ...] | None = None
    cost_impact: Law | None = None  # what the risk then costs where it occurs [currency]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    """One occurrence and one impact per iteration, shared by every task that it hits.

    The hits' laws are read at one and the same uniform, so that a bad iteration is bad for all of them;
    ``independent`` gives every hit an occurrence and an impact of its own. The cost has its own draw.
    Probability 1 makes an uncertainty driver.
    """

    id: str
    probability: float
    hits: tuple[Hit, ...] = ()
    cost: Law | None = None  # [currency], where it occurs
    project: str | None = None  # to which the cost is booked; by default the project of the hits, if it is one
    independent: bool = False
    name: str = ""
    owner: str = ""
    category: str = ""
    description: str = ""
    mitigation: Mitigation | None = None
    group: str | None = None  # parallel: of those of a group that hit one task, the largest threat and the largest opportunity count
    window: Window | None = None
    status: Status = Status.OPEN
    arises_from: str | None = None  # a secondary risk: exists only once the mitigation of this other risk is in place
    cause: str = ""
    effect: str = ""
    response: str = ""  # what is done about it, in words
    proximity: str = ""  # when it may strike, in words
    drawn_as: str | None = None  # the risk whose draws it has; its own if None
    currency: str = ""  # of its cost; the portfolio's, if empty

    @property
    def acts(self) -> bool:
        """Whether it can happen at all, in the state that the portfolio is in."""
        return self.status in (Status.OPEN, Status.OCCURRED) and self.arises_from is None

    @property
    def chance(self) -> float:
        """The probability with which it occurs in an iteration."""
        if not self.acts:
            return 0.0
        return 1.0 if self.status is Status.OCCURRED else self.probability

    @property
    def is_driver(self) -> bool:
        return self.chance >= 1

    @property
    def account(self) -> str | None:
        """The project to which its cost is booked, or None where it is the whole portfolio's."""
        projects = {hit.target.partition(".")[0] for hit in self.hits}
        return self.project or (projects.pop() if len(projects) == 1 else None)

    @property
    def label(self) -> str:
        return self.name or self.id
