"""On whose calendar a task keeps time: its own, its resources', or both at once.

Primavera schedules an activity of type "resource dependent" on the calendars of its resources, any other on its own.
MS Project schedules a task on its resources' calendars, unless its duration is fixed; if it has a calendar of its own
too, in the time that both share, unless the task is set to ignore resource calendars. Both let each assignment keep its
own time, and the task ends with the last of them. Here a task keeps one calendar: where its resources differ, that of
the one whose assignment ends last in the file, and in MS Project for as long as that one works.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pmosim.interchange.calendars import Calendars
from pmosim.interchange.durations import Units
from pmosim.interchange.fields import Fields, moment
from pmosim.interchange.notices import Notices
from pmosim.model.tasks import ELAPSED

WORKING_RESOURCES = {"WORK", "NON_LABOR"}
"""Types of resource whose calendar a task may follow; material has none."""


@dataclass(frozen=True, slots=True)
class Resource:
    uid: int
    name: str
    calendar: Any  # MPXJ's; None where it has none that a task could follow


def resources_of(file: Any) -> dict[int, Resource]:
    """Resources with a name, by unique id."""
    found = (
        Resource(int(one.getUniqueID()), str(one.getName()), one.getCalendar() if str(one.getType()) in WORKING_RESOURCES else None)
        for one in file.getResources()
        if one.getUniqueID() is not None and one.getName()
    )
    return {one.uid: one for one in found}


@dataclass(frozen=True, slots=True)
class Assigned:
    resource: Resource
    assignment: Any  # MPXJ's


@dataclass(frozen=True, slots=True)
class Kept:
    """The id of the calendar that a task keeps, and how long it takes on it if that is not its duration. [minutes]"""

    calendar: str
    minutes: int | None = None


@dataclass(slots=True)
class Timekeeping:
    calendars: Calendars
    compared: Calendars  # kept apart: a calendar that no task keeps is not part of the model
    default: Any  # the project's calendar, MPXJ's
    fields: Fields
    units: Units
    notices: Notices
    _same: dict[tuple[int, int], bool] = field(default_factory=dict)

    def of(self, task: Any, resources: Sequence[Resource], *, elapsed: bool) -> Kept:
        """How an unfinished task keeps time."""
        if elapsed:
            return Kept(ELAPSED)
        own = task.getCalendar() if "CALENDAR_UNIQUE_ID" in self.fields else None
        base = own or self.default
        if base is None:
            self.notices.add("no-calendar")
            return Kept("standard")
        working = [one for one in resources if one.calendar is not None]
        if all(self._is_same(one.calendar, base) for one in working) or not self._follows_resources(task, own):
            return Kept(self.calendars.of(base).id)
        several = any(not self._is_same(one.calendar, working[0].calendar) for one in working)
        last = self._last(task, working)
        if several:
            self.notices.add("several-resource-calendars")
        minutes = self._minutes(last.assignment) if several and not self._is_primavera else None
        return Kept(self._calendar(own, base, last.resource.calendar), minutes)

    def _calendar(self, own: Any, base: Any, of_resource: Any) -> str:
        if self._is_same(of_resource, base):
            return self.calendars.of(base).id
        if own is None or self._is_primavera:
            self.notices.add("resource-calendar")
            return self.calendars.of(of_resource).id
        shared = self.calendars.both(own, of_resource)
        self.notices.add("no-shared-time" if shared is None else "shared-calendar")
        return shared.id if shared is not None else self.calendars.of(own).id

    @property
    def _is_primavera(self) -> bool:
        return "ACTIVITY_TYPE" in self.fields

    def _follows_resources(self, task: Any, own: Any) -> bool:
        if self._is_primavera:
            return str(task.getActivityType()) == "RESOURCE_DEPENDENT"
        ignored = own is not None and "IGNORE_RESOURCE_CALENDAR" in self.fields and task.getIgnoreResourceCalendar()
        return not ignored and str(task.getType()) != "FIXED_DURATION"

    def _last(self, task: Any, working: Sequence[Resource]) -> Assigned:
        """The assignment that ends last; where the file does not say, the primary resource's, or the one with the most work."""
        by_uid = {one.uid: one for one in working}
        primary = task.getPrimaryResourceUniqueID() if "PRIMARY_RESOURCE_UNIQUE_ID" in self.fields else None
        found = [
            Assigned(by_uid[uid], one) for one in task.getResourceAssignments() if (uid := int(one.getResourceUniqueID() or 0)) in by_uid
        ]

        def rank(one: Assigned) -> tuple[datetime, bool, float]:
            finish = moment(one.assignment.getFinish()) or datetime.min
            return finish, primary is not None and int(primary) == one.resource.uid, _amount(one.assignment.getRemainingWork())

        return max(found, key=rank)

    def _minutes(self, assignment: Any) -> int | None:
        """How long the assignment takes: its remaining work but for overtime, done by so many at once."""
        work, units = self.units.span(assignment.getRemainingWork()), _percent(assignment.getUnits())
        overtime = self.units.span(assignment.getRemainingOvertimeWork())
        regular = (work.minutes if work else 0) - (overtime.minutes if overtime else 0)
        return round(regular * 100 / units) if regular > 0 and units > 0 else None

    def _is_same(self, one: Any, other: Any) -> bool:
        """Whether two calendars have the same working time."""
        key = (int(one.getUniqueID()), int(other.getUniqueID()))
        if key[0] == key[1]:
            return True
        if key not in self._same:
            first, second = self.compared.of(one), self.compared.of(other)
            self._same[key] = (first.week, first.exceptions) == (second.week, second.exceptions)
        return self._same[key]


def _amount(work: Any) -> float:
    """Work is in one unit throughout a file."""
    return 0.0 if work is None else float(work.getDuration())


def _percent(units: Any) -> float:
    return 0.0 if units is None else float(units.doubleValue())
