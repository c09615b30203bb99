"""On whose calendar a task keeps time: its own, its resources', or both at once.

Primavera schedules an activity of type "resource dependent" on the calendars of its resources, any other on its own.
MS Project schedules a task on its resources' calendars; if it has one of its own too, in the time that both share,
unless the task is set to ignore resource calendars. Both let each assignment keep its own time. Here a task keeps one
calendar: where its resources differ, that of the primary resource (Primavera), or of the one with the most work to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pmosim.interchange.calendars import Calendars
from pmosim.interchange.fields import Fields
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


@dataclass(slots=True)
class Timekeeping:
    calendars: Calendars
    compared: Calendars  # kept apart: a calendar that no task keeps is not part of the model
    default: Any  # the project's calendar, MPXJ's
    fields: Fields
    notices: Notices
    _same: dict[tuple[int, int], bool] = field(default_factory=dict)

    def calendar_of(self, task: Any, resources: Sequence[Resource], *, elapsed: bool) -> str:
        """The id of the calendar that an unfinished task keeps."""
        if elapsed:
            return ELAPSED
        own = task.getCalendar() if "CALENDAR_UNIQUE_ID" in self.fields else None
        base = own or self.default
        if base is None:
            self.notices.add("no-calendar")
            return "standard"
        candidates = [one for one in resources if one.calendar is not None and not self._is_same(one.calendar, base)]
        if not candidates or not self._follows_resources(task, own):
            return self.calendars.of(base).id
        chosen = self._chosen(task, [one for one in resources if one.calendar is not None])
        if self._is_same(chosen.calendar, base):
            return self.calendars.of(base).id
        if own is None or self._is_primavera:
            self.notices.add("resource-calendar")
            return self.calendars.of(chosen.calendar).id
        shared = self.calendars.both(own, chosen.calendar)
        self.notices.add("no-shared-time" if shared is None else "shared-calendar")
        return shared.id if shared is not None else self.calendars.of(own).id

    @property
    def _is_primavera(self) -> bool:
        return "ACTIVITY_TYPE" in self.fields

    def _follows_resources(self, task: Any, own: Any) -> bool:
        if self._is_primavera:
            return str(task.getActivityType()) == "RESOURCE_DEPENDENT"
        return own is None or not ("IGNORE_RESOURCE_CALENDAR" in self.fields and task.getIgnoreResourceCalendar())

    def _chosen(self, task: Any, working: list[Resource]) -> Resource:
        if any(not self._is_same(one.calendar, working[0].calendar) for one in working):
            self.notices.add("several-resource-calendars")
        if "PRIMARY_RESOURCE_UNIQUE_ID" in self.fields and (primary := task.getPrimaryResourceUniqueID()) is not None:
            return next((one for one in working if one.uid == int(primary)), working[0])
        work = {int(one.getResourceUniqueID() or 0): _hours(one.getRemainingWork()) for one in task.getResourceAssignments()}
        return max(working, key=lambda one: work.get(one.uid, 0.0))

    def _is_same(self, one: Any, other: Any) -> bool:
        """Whether two calendars have the same working time."""
        key = (int(one.getUniqueID()), int(other.getUniqueID()))
        if key[0] == key[1]:
            return True
        if key not in self._same:
            first, second = self.compared.of(one), self.compared.of(other)
            self._same[key] = (first.week, first.exceptions) == (second.week, second.exceptions)
        return self._same[key]


def _hours(work: Any) -> float:
    """Work is in one unit throughout a file."""
    return 0.0 if work is None else float(work.getDuration())
