"""Risks: events that happen or do not, and what they do to the tasks that they hit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pmosim.model.laws import Law


class ImpactKind(StrEnum):
    FACTOR = "factor"  # multiplies the (remaining) duration
    ADD = "add"  # adds working minutes on the task's calendar


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
    """The state of a risk once its response is in place, and what the response costs. [currency]"""

    probability: float
    cost: float = 0.0


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

    @property
    def is_driver(self) -> bool:
        return self.probability >= 1

    @property
    def label(self) -> str:
        return self.name or self.id
