"""Baselines of Primavera: whole projects, kept beside the one that is measured against them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmosim.interchange.fields import moment
from pmosim.model.tasks import Baseline


def number_of(source: Any) -> str:
    """Of an MPXJ ProjectFile, Primavera's number of its project."""
    return str(source.getProjectProperties().getUniqueID())


def without_baselines(sources: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
    """The projects that are no other's baseline, and by the number of each its baseline, where that is in the file."""
    known = {number_of(source): source for source in sources}
    found: dict[str, Any] = {}
    for source in sources:
        base = known.get(str(source.getProjectProperties().getBaselineProjectUniqueID()))
        if base is not None and base is not source:
            found[number_of(source)] = base
    used = {number_of(base) for base in found.values()} - found.keys()
    return [source for source in sources if number_of(source) not in used], found


def is_primavera(source: Any) -> bool:
    return str(source.getProjectProperties().getFileApplication()) == "Primavera"


def baselines_in(source: Any) -> dict[str, Baseline]:
    """Of every activity in a project, by activity id: its planned dates and its budget."""
    found = {}
    for task in source.getTasks():
        if task.getActivityID() and not task.getSummary() and (finish := moment(task.getPlannedFinish())):
            cost = task.getPlannedCost()
            found[str(task.getActivityID())] = Baseline(moment(task.getPlannedStart()), finish, None if cost is None else float(cost))
    return found
