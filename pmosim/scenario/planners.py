"""Planners' own schedule files in a scenario: read, and put under the scenario's ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pmosim.errors import InvalidModel, UnreadableFile
from pmosim.model.tasks import LagCalendar, Link
from pmosim.scenario.context import Context
from pmosim.scenario.places import Origin

if TYPE_CHECKING:
    from pmosim.interchange.schedules import Schedule


def read_planner(name: str, origin: Origin, context: Context, *, costs: bool = False, planned: bool = False) -> Schedule | None:
    """Raises MissingExtra where what reads such files is not installed; any other trouble is reported at ``origin``."""
    from pmosim.interchange.schedules import read_schedule

    path = context.folder / name
    if not path.is_file():
        what = f"there is no file '{path}'" if not path.exists() else f"'{path}' is a folder, not a file"
        context.findings.add(origin, "missing-file", what, "correct the name; it is looked for beside the scenario")
        return None
    try:
        return read_schedule(path, costs=costs, planned_as_baseline=planned)
    except UnreadableFile as error:
        context.findings.add(origin, "unreadable-schedule", str(error), "correct the file, or name another")
    except InvalidModel as error:
        context.findings.invalid(origin, error)
    return None


def joined(schedules: dict[str, Schedule]) -> tuple[dict[str, Schedule], tuple[Link, ...]]:
    """Planners' files that know of one another, and the links from file to file, in the ids of the portfolio."""
    from pmosim.interchange.joining import join

    found = join(schedules)
    return found.schedules, found.links


def under(schedule: Schedule, project: str | None, taken: set[str]) -> Schedule:
    """With its first project called ``project`` (its own name if None), and no calendar id that is ``taken``."""
    ids = {}
    if project is not None:
        first, *others = [one.id for one in schedule.projects]
        ids = {first: project} | {other: f"{project}_{other}" for other in others}
    clashes = taken & {calendar.id for calendar in schedule.calendars}
    return schedule.renamed(ids, f"{project or schedule.projects[0].id}:" if clashes else "")


def with_lag_calendar(links: Sequence[Link], name: str | None) -> Sequence[Link]:
    """The links of a file, their lags on another calendar; elapsed lags stay as they are."""
    if name is None:
        return links
    # a file that counts all lags round the clock says so for links without a lag too
    all_elapsed = any(link.lag.calendar is LagCalendar.ELAPSED and not link.lag.minutes and not link.lag.share for link in links)
    return [
        replace(link, lag=replace(link.lag, calendar=LagCalendar(name)))
        if all_elapsed or link.lag.calendar is not LagCalendar.ELAPSED
        else link
        for link in links
    ]
