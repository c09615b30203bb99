"""Names by which people tell tasks apart: five houses may have five tasks called Masonry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pmosim.errors import did_you_mean

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio


def names_of(portfolio: Portfolio) -> dict[str, str]:
    """The label of every task by its qualified id, with the id behind it where another task has the same label."""
    labels = Counter(task.label for task in portfolio.tasks.values())
    pairs = Counter((task.label, task.id) for task in portfolio.tasks.values())

    def name(id: str, label: str, own: str) -> str:
        if labels[label] == 1:
            return label
        return f"{label} ({own if pairs[label, own] == 1 else id})"

    return {id: name(id, task.label, task.id) for id, task in portfolio.tasks.items()}


def called(portfolio: Portfolio, name: str) -> str:
    """The id of the project, or else the one task, that has this name; empty where none has. People take names for ids."""
    wanted = name.strip().casefold()
    found = [project.id for project in portfolio.projects if project.name.casefold() == wanted]
    found = found or [id for id, task in portfolio.tasks.items() if task.name.casefold() == wanted]
    return found[0] if len(found) == 1 else ""


def write_instead(portfolio: Portfolio, name: str, known: Iterable[str], otherwise: str) -> str:
    """What to write instead of an id that there is not: the id of what is called so, one that looks much like it, or else ``otherwise``."""
    id = called(portfolio, name)
    return f"write '{id}', the id of what is called so" if id else did_you_mean(name, known, otherwise)
