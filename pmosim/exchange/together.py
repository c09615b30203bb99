"""Several schedule files as one, for a portfolio in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pmosim.interchange.ids import Ids
from pmosim.interchange.joining import final_ids, join
from pmosim.interchange.schedules import Schedule
from pmosim.model.calendars import Calendar
from pmosim.model.project import Project
from pmosim.model.tasks import FINISH


def together(schedules: Sequence[Schedule]) -> Schedule:
    """All projects of these files, with the links from file to file. Each keeps its own status date; the latest is the portfolio's.

    Projects keep the ids of their files; where two are the same, the later one is told apart by ``_2``. A calendar that two
    files have alike is one; where they differ, the later file's calendars are called after its project.
    """
    if len(schedules) == 1:
        return schedules[0]
    ids = Ids(reserved=(FINISH, "portfolio"))
    joined = join({ids.id_of(one.projects[0].id): one for one in schedules})
    status_date = max(one.status_date for one in schedules)
    calendars: dict[str, Calendar] = {}
    projects: list[Project] = []
    parts = []
    for id, schedule in joined.schedules.items():
        clash = any(calendars.get(one.id, one) != one for one in schedule.calendars)
        part = schedule.renamed(final_ids(schedule, id), f"{id}:" if clash else "")
        calendars |= {one.id: one for one in part.calendars}
        projects += [_dated(project, part, status_date) for project in part.projects]
        parts.append(part)
    return replace(
        schedules[0],
        status_date=status_date,
        projects=tuple(projects),
        calendars=tuple(calendars.values()),
        links=(*(link for part in parts for link in part.links), *joined.links),
        targets=tuple(target for part in parts for target in part.targets),
        currency=next((one.currency for one in schedules if one.currency), ""),
        warnings=tuple(warning for part in parts for warning in part.warnings),
    )


def _dated(project: Project, schedule: Schedule, status_date: datetime) -> Project:
    own = project.status_date or schedule.status_date
    return replace(project, status_date=own if own != status_date else None)
