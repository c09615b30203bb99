"""Columns of a planner's file that hold three-point estimates, recognised by their names.

Tools of schedule risk keep the lowest, the most likely and the highest duration of an activity in custom fields
(Primavera's user-defined fields, MS Project's Duration1 to Duration10 and Number1 to Number20), under whatever names
their planners gave them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pmosim.interchange.rules import can_vary
from pmosim.model.tasks import Task

ROLES = {
    "low": {"optimistic", "opt", "o", "min", "minimum", "low", "lowest", "best", "best case", "shortest"},
    "mode": {"most likely", "mostlikely", "ml", "m", "mode", "likely", "likeliest", "realistic", "expected"},
    "high": {"pessimistic", "pess", "p", "max", "maximum", "high", "highest", "worst", "worst case", "longest"},
}
"""What each of the three is called. "Expected" is the most likely one in MS Project's own PERT analysis."""

_BESIDE = {"duration", "durations", "dur", "estimate", "est", "estimated", "remaining", "rem", "value", "time", "task", "activity", "risk"}
_BESIDE |= {"d", "day", "days", "h", "hr", "hrs", "hour", "hours", "w", "week", "weeks", "pert", "three", "3", "pt", "point"}


@dataclass(frozen=True, slots=True)
class ThreePoints:
    """The columns for the lowest, most likely and highest duration, and how many unfinished tasks have the outer two."""

    low: str
    high: str
    mode: str = ""
    tasks: int = 0

    @property
    def mapping(self) -> str:
        """As a scenario names them."""
        named = {"low": self.low, "mode": self.mode, "high": self.high}
        return "estimates: {" + ", ".join(f'{role}: "{name}"' for role, name in named.items() if name) + "}"

    def __str__(self) -> str:
        names = [f"'{name}'" for name in (self.low, self.mode, self.high) if name]
        count = f"{self.tasks} unfinished {'task' if self.tasks == 1 else 'tasks'}"
        what = f"columns {', '.join(names[:-1])} and {names[-1]} look like estimates of {count}"
        return f"{what}, and nothing uses them; to use them, write under the project  {self.mapping}"


def role_of(name: str) -> str | None:
    """``low``, ``mode`` or ``high``; None for any other column."""
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())
    plain = " ".join(word for word in words if word not in _BESIDE)
    return next((role for role, names in ROLES.items() if plain in names), None)


def three_points(tasks: Iterable[Task]) -> ThreePoints | None:
    """The first columns that look like a set of estimates, and hold numbers. Single letters count as a whole set alone."""
    varying = [task for task in tasks if can_vary(task)]
    names: dict[str, str] = {}
    for name in dict.fromkeys(name for task in varying for name in task.codes):
        if role := role_of(name):
            names.setdefault(role, name)
    if not {"low", "high"} <= names.keys() or (len(names) < 3 and any(len(name) == 1 for name in names.values())):
        return None
    filled = sum(all(re.match(r"\s*\d", task.codes.get(names[role], "")) for role in ("low", "high")) for task in varying)
    return ThreePoints(names["low"], names["high"], names.get("mode", ""), filled) if filled else None
