"""Names by which people tell tasks apart: five houses may have five tasks called Masonry."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

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
