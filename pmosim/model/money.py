"""What money depends on beside tasks: resources and their rates, costs of whole projects, currencies, escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pmosim.model.laws import Law

YEAR = 365.25 * 24 * 60
"""Minutes of the year by which yearly rates and monthly costs are counted."""


class Spread(StrEnum):
    """When an amount is spent."""

    EVEN = "even"  # evenly by the wall clock, from the start of the work to its finish
    START = "start"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Resource:
    """Somebody or something that tasks use. Rate and price of use are drawn once per iteration, for all tasks that use it."""

    id: str
    rate: Law | None = None  # of one unit [currency per working minute of the task]
    per_use: Law | None = None  # of one unit, each time that a task uses it [currency]
    currency: str = ""  # the portfolio's, if empty
    name: str = ""
    index: str | None = None  # by which its prices rise; that of the task's project if None

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task's use of a resource: costs ``units`` x (price of use + rate x working duration)."""

    resource: str
    units: float = 1.0


@dataclass(frozen=True, slots=True)
class Currency:
    """A foreign currency: what one unit of it costs in the portfolio's, drawn once per iteration where uncertain."""

    id: str  # three capital letters
    rate: Law


@dataclass(frozen=True, slots=True)
class Index:
    """How prices rise: by a yearly rate, or as a table says. Amounts are at prices of the base date.

    With a yearly ``rate`` g, what is spent t years (of 365.25 days) after the base date costs (1 + g)**t times as much. In a
    ``table`` each figure holds at the beginning of its year; between, prices rise in a straight line, before and beyond they stand
    still. What is spent before the base date costs what it costs.
    """

    id: str
    base: date
    rate: Law | None = None  # [1 per year], one draw per iteration
    table: tuple[tuple[int, float], ...] = ()  # year, index


@dataclass(frozen=True, slots=True)
class ProjectCost:
    """A cost of a whole project: an amount, or (``per`` given) so much for every ``per`` minutes by the wall clock.

    It is spent over the time from ``begins`` to ``ends`` as ``spread`` says, or on ``date``. What lies before the status date
    is ``spent``: only the time from then on is counted.
    """

    id: str
    amount: Law  # [currency, or currency per ``per``]
    per: float | None = None  # [minutes by the wall clock]
    begins: str | None = None  # a task's qualified id: from its start; None: from the project's
    ends: str | None = None  # a task's qualified id: to its finish; None: to the project's
    spread: Spread = Spread.EVEN
    date: datetime | None = None
    currency: str = ""
    index: str | None = None  # by which it rises; the project's if None
    spent: float = 0.0  # by the status date [currency of the portfolio]
    name: str = ""

    @property
    def label(self) -> str:
        return self.name or self.id
