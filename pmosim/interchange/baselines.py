"""Baselines of Primavera: whole projects, kept beside the one that is measured against them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmosim.interchange.fields import moment
from pmosim.interchange.notices import Notices
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


def baselines_in(source: Any, notices: Notices, ids: set[str]) -> dict[str, Baseline]:
    """Of every activity in a baseline project, by activity id: the planned dates and the budget that it had then.

    ``ids``: of the activities that the schedule has now.
    """
    found = {}
    for task in source.getTasks():
        if task.getActivityID() and not task.getSummary() and (finish := moment(task.getPlannedFinish())):
            cost = task.getPlannedCost()
            found[str(task.getActivityID())] = Baseline(moment(task.getPlannedStart()), finish, None if cost is None else float(cost))
    name = str(source.getProjectProperties().getProjectID() or "")
    notices.add("baseline-project", name, len(found.keys() & ids))
    notices.add("baseline-unmatched", name, len(found.keys() - ids))
    return found
