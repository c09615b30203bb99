"""Where a task or risk stands in the file that the user wrote, or that the planner's tool did, by its qualified id."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio
    from pmosim.quality.basis import PlaceOf
    from pmosim.scenario.reader import Scenario

_UID = re.compile(r"<Task>\s*<UID>(\d+)</UID>")


def places_in_schedule(path: Path) -> PlaceOf:
    lines = lines_of(path)

    def place_of(id: str) -> tuple[str, int | None]:
        return str(path), lines.get(id.rpartition(".")[2])

    return place_of


def places_in_scenario(scenario: Scenario) -> PlaceOf:
    """Tasks that come from a planner's file stand there, all else in the scenario and its tables."""
    portfolio = scenario.portfolio
    schedules = {read.path.name: places_in_schedule(read.path) for read in scenario.schedules}
    risks = {risk.id for risk in portfolio.risks}

    def place_of(id: str) -> tuple[str, int | None]:
        project = portfolio.project.get(id.partition(".")[0])
        if id in portfolio.tasks and project is not None and project.source in schedules:
            return schedules[project.source](id) or (project.source, None)
        place = scenario.place_of(_path(portfolio, id, risks))
        return (place.file, place.line) if place else (str(scenario.path), None)

    return place_of


def _path(portfolio: Portfolio, id: str, risks: set[str]) -> tuple[str, ...]:
    if id in portfolio.tasks:
        project, _, task = id.partition(".")
        return ("projects", project, "tasks", task)
    return ("risks", id) if id in risks else ("projects", id)


def lines_of(path: Path) -> dict[str, int]:
    """Line of each task by its id, of those that can be told: activity ids of an XER file, unique ids of an MSPDI one."""
    from pmosim.interchange.ids import clean

    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return {}
    if text.lstrip("\ufeff").startswith("ERMHDR"):
        from pmosim.interchange.xer import rows_of

        found = [(clean(row.cells.get("task_code", "")), row.line) for row in rows_of(text) if row.table == "TASK"]
    elif path.suffix.lower() == ".xml":
        found, line, at = [], 1, 0
        for task in _UID.finditer(text):
            line, at = line + text.count("\n", at, task.start(1)), task.start(1)
            found.append((task[1], line))
    else:
        return {}
    often = Counter(id for id, _ in found)  # the same id in two projects of one file tells nothing
    return {id: line for id, line in found if often[id] == 1}
