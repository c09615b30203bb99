"""Circular logic in a file, named as its planner knows the tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pmosim.interchange.files import refuse
from pmosim.model.network import FIRST_START, cycles, waits
from pmosim.model.tasks import Link, Task

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio


@dataclass(frozen=True)
class _Network:
    """As much of a portfolio as is asked for its circles; a portfolio that has one cannot be made."""

    tasks: Mapping[str, Task]
    links: Sequence[Link]
    branches: tuple[()] = ()


def refuse_circles(path: Path, tasks: Mapping[str, Task], links: Sequence[Link]) -> None:
    """Raises UnreadableFile, naming the tasks of each circle."""
    found = cycles(waits(cast("Portfolio", _Network(tasks, links))))
    if not found:
        return
    lines = [" -> ".join(_told(tasks, id) for id in [*loop, loop[0]]) for loop in found]
    more = f"\n  and {len(lines) - 5} more circles" if len(lines) > 5 else ""
    what = "these tasks wait for one another in a circle, so no schedule is possible\n  " + "\n  ".join(lines[:5]) + more
    raise refuse(path, what, "remove a link of each circle in the planner's tool, schedule the project there, and export it again")


def _told(tasks: Mapping[str, Task], id: str) -> str:
    own = id.removesuffix(FIRST_START)
    task = tasks[own]
    known = task.codes.get("Activity ID", task.id)
    return f"{known} ({task.name})" if task.name else known
