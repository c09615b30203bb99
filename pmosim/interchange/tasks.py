"""The tasks of one project in an MPXJ ProjectFile as our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pmosim.interchange.calendars import Calendars
from pmosim.interchange.durations import Units
from pmosim.interchange.ids import Ids
from pmosim.interchange.notices import Notices
from pmosim.model.laws import Fixed
from pmosim.model.tasks import ELAPSED, Constraint, ConstraintKind, Progress, StoredDates, Task, TaskKind

LEVEL_OF_EFFORT = {"LEVEL_OF_EFFORT", "HAMMOCK", "WBS_SUMMARY"}

CONSTRAINTS: Mapping[str, tuple[ConstraintKind, ...]] = {
    "START_NO_EARLIER_THAN": (ConstraintKind.START_NO_EARLIER,),
    "START_NO_LATER_THAN": (ConstraintKind.START_NO_LATER,),
    "FINISH_NO_EARLIER_THAN": (ConstraintKind.FINISH_NO_EARLIER,),
    "FINISH_NO_LATER_THAN": (ConstraintKind.FINISH_NO_LATER,),
    # Primavera's "start on" and "finish on" yield to the links, unlike its mandatory ones
    "START_ON": (ConstraintKind.START_NO_EARLIER, ConstraintKind.START_NO_LATER),
    "FINISH_ON": (ConstraintKind.FINISH_NO_EARLIER, ConstraintKind.FINISH_NO_LATER),
    "MUST_START_ON": (ConstraintKind.MUST_START,),
    "MUST_FINISH_ON": (ConstraintKind.MUST_FINISH,),
    "AS_LATE_AS_POSSIBLE": (ConstraintKind.AS_LATE_AS_POSSIBLE,),
}

WORKING_RESOURCES = {"WORK", "NON_LABOR"}
"""Types of resource whose calendar a task may follow; material has none."""

NOT_HONOURED_YET = {ConstraintKind.MUST_START, ConstraintKind.MUST_FINISH, ConstraintKind.AS_LATE_AS_POSSIBLE}
"""Kinds that the plan keeps and passes over."""

_CUSTOM = ("TEXT", "OUTLINE_CODE", "FLAG", "NUMBER", "ENTERPRISE_TEXT", "ENTERPRISE_OUTLINE_CODE", "ENTERPRISE_CUSTOM_FIELD")


def moment(value: Any) -> datetime | None:
    """A java.time.LocalDateTime, to the minute."""
    return None if value is None else datetime.fromisoformat(str(value)[:19]).replace(second=0)


@dataclass(slots=True)
class TaskReader:
    """Reads one MPXJ ProjectFile. After `read`, ``id_of`` has the ids of tasks and ``leaves_of`` those below each summary task."""

    file: Any
    calendars: Calendars
    notices: Notices
    resource_calendars: Calendars  # kept apart: a calendar that no task keeps is not part of the model
    id_of: dict[int, str] = field(default_factory=dict)  # by MPXJ's unique id; summary tasks included
    leaves_of: dict[int, list[int]] = field(default_factory=dict)
    targets: dict[str, datetime] = field(default_factory=dict)  # deadlines, by task id
    _fields: set[str] = field(default_factory=set)
    _custom: dict[str, Any] = field(default_factory=dict)
    _resources: dict[int, tuple[str, Any]] = field(default_factory=dict)
    _units: Units = field(default_factory=Units)

    def read(self) -> list[Task]:
        properties = self.file.getProjectProperties()
        self._units = Units.of(properties)
        populated = list(self.file.getTasks().getPopulatedFields())
        self._fields = {str(one.name()) if hasattr(one, "name") else str(one) for one in populated}
        self._custom = dict(_custom_fields(self.file, populated))
        self._resources = {
            int(one.getUniqueID()): (str(one.getName()), one.getCalendar() if str(one.getType()) in WORKING_RESOURCES else None)
            for one in self.file.getResources()
            if one.getUniqueID() is not None and one.getName()
        }
        default = properties.getDefaultCalendar()
        sources = [(task, int(task.getUniqueID()), bool(task.getSummary())) for task in self.file.getTasks() if not task.getNull()]
        parents = {uid: _parent_of(task) for task, uid, _ in sources}
        kept = [(task, uid) for task, uid, summary in sources if not summary and self._is_kept(task)]
        self._note_leaves(parents, [uid for _, uid in kept])
        summaries = [(task, uid) for task, uid, summary in sources if summary and self.leaves_of.get(uid)]
        root = self._root([uid for _, uid in summaries], parents)
        self._give_ids(summaries, kept, root)
        inherited = self._constraints_of_summaries(summaries)
        tasks = [self._summary(task, uid, parents) for task, uid in summaries if uid != root]
        return tasks + [self._task(task, uid, parents, default, inherited.get(uid, ())) for task, uid in kept]

    @property
    def leaf_ids(self) -> dict[int, str]:
        """Ids of the tasks that are no summary tasks, by MPXJ's unique id."""
        return {uid: id for uid, id in self.id_of.items() if uid not in self.leaves_of}

    def _has(self, name: str) -> bool:
        """Whether any task has the field: asking Java for what none has takes most of the time."""
        return name in self._fields

    def _is_kept(self, task: Any) -> bool:
        if self._has("ACTIVITY_TYPE") and str(task.getActivityType()) in LEVEL_OF_EFFORT:
            self.notices.add("level-of-effort")
        elif self._has("ACTIVE") and not task.getActive():
            self.notices.add("inactive")
        elif self._has("EXTERNAL_TASK") and task.getExternalTask():
            self.notices.add("external")
        else:
            return True
        return False

    def _note_leaves(self, parents: Mapping[int, int | None], leaves: list[int]) -> None:
        for leaf in leaves:
            above = parents[leaf]
            while above is not None:
                self.leaves_of.setdefault(above, []).append(leaf)
                above = parents.get(above)

    def _root(self, summaries: list[int], parents: Mapping[int, int | None]) -> int | None:
        """The summary task that is the project itself: MS Project's line 0, or the top of Primavera's WBS."""
        tops = [uid for uid in summaries if parents[uid] is None]
        is_project = self._has("ACTIVITY_ID") or tops == [0]
        return tops[0] if len(tops) == 1 and is_project else None

    def _give_ids(self, summaries: list[tuple[Any, int]], kept: list[tuple[Any, int]], root: int | None) -> None:
        """Activities first, so that they keep their ids where a WBS code is the same."""
        ids = Ids()
        for task, uid in kept:
            self.id_of[uid] = ids.id_of(str(task.getActivityID() or uid) if self._has("ACTIVITY_ID") else str(uid))
        changed = dict(ids.changed)
        for task, uid in summaries:
            if uid != root:
                self.id_of[uid] = ids.id_of(str(task.getWBS() or uid) if self._has("ACTIVITY_ID") else str(uid))
        if changed:
            id, name = next(iter(changed.items()))
            self.notices.add("changed-id", f"'{name}' to '{id}'", len(changed))

    def _constraints_of_summaries(self, summaries: list[tuple[Any, int]]) -> dict[int, tuple[Constraint, ...]]:
        """Start-no-earlier-than of a summary task holds for all below it; the model has none on summary tasks."""
        inherited: dict[int, tuple[Constraint, ...]] = {}
        for task, uid in summaries:
            for constraint in self._stated(task):
                if constraint.kind is ConstraintKind.START_NO_EARLIER:
                    self.notices.add("summary-constraint")
                    for leaf in self.leaves_of[uid]:
                        inherited[leaf] = (*inherited.get(leaf, ()), constraint)
                else:
                    self.notices.add("summary-constraint-lost")
        return inherited

    def _above(self, uid: int, parents: Mapping[int, int | None]) -> str | None:
        above = parents[uid]
        return None if above is None else self.id_of.get(above)

    def _summary(self, task: Any, uid: int, parents: Mapping[int, int | None]) -> Task:
        return Task(
            id=self.id_of[uid],
            name=str(task.getName() or ""),
            kind=TaskKind.SUMMARY,
            parent=self._above(uid, parents),
            wbs=str(task.getWBS() or ""),
        )

    def _task(self, task: Any, uid: int, parents: Mapping[int, int | None], default: Any, inherited: tuple[Constraint, ...]) -> Task:
        progress = self._progress(task)
        finished = progress is not None and progress.actual_finish is not None
        planned, elapsed = (0, False) if finished else self._remaining(task)
        source = (task.getCalendar() if self._has("CALENDAR_UNIQUE_ID") else None) or default
        calendar = ELAPSED if elapsed else self.calendars.of(source).id if source is not None else "standard"
        assignments = [int(one.getResourceUniqueID() or 0) for one in task.getResourceAssignments()]
        resources = [self._resources[one] for one in dict.fromkeys(assignments) if one in self._resources]
        kind = self._kind(task, planned, finished)
        if not finished:
            self._note_unhonoured(task, source, elapsed, resources)
        id = self.id_of[uid]
        constraints = () if finished else (*self._stated(task), *self._implied(task), *inherited)
        self._note_targets(id, task, constraints)
        return Task(
            id=id,
            duration=Fixed(float(planned)),
            planned=float(planned),
            calendar=calendar,
            name=str(task.getName() or ""),
            kind=kind,
            parent=self._above(uid, parents),
            wbs=str(task.getWBS() or ""),
            codes=self._codes(task, id),
            resources=tuple(name for name, _ in resources),
            constraints=constraints,
            progress=progress,
            stored=None if finished else self._stored(task),
        )

    def _kind(self, task: Any, planned: int, finished: bool) -> TaskKind:
        if self._has("ACTIVITY_TYPE"):
            match str(task.getActivityType()):
                case "START_MILESTONE" | "START_FLAG":
                    return TaskKind.START_MILESTONE
                case "FINISH_MILESTONE" | "FINISH_FLAG":
                    return TaskKind.FINISH_MILESTONE
            return TaskKind.TASK
        whole = self._units.span(task.getDuration())
        no_duration = planned == 0 and (whole is None or whole.minutes == 0)
        return TaskKind.FINISH_MILESTONE if no_duration else TaskKind.TASK

    def _remaining(self, task: Any) -> tuple[int, bool]:
        """Remaining duration in minutes, and whether they are elapsed ones. A file may leave out what is zero or unchanged."""
        whole = self._units.span(task.getDuration())
        rest = self._units.span(task.getRemainingDuration()) if self._has("REMAINING_DURATION") else None
        if rest is None and whole is not None and self._has("ACTUAL_DURATION") and (done := self._units.span(task.getActualDuration())):
            return max(0, whole.minutes - done.minutes), whole.elapsed
        span = rest or whole
        return (max(0, span.minutes), whole.elapsed if whole else span.elapsed) if span else (0, False)

    def _progress(self, task: Any) -> Progress | None:
        started = moment(task.getActualStart()) if self._has("ACTUAL_START") else None
        finished = moment(task.getActualFinish()) if self._has("ACTUAL_FINISH") else None
        if started is None and finished is None:
            return None
        if started is not None and finished is not None and finished < started:
            self.notices.add("dates-swapped")
            started = finished
        return Progress(actual_start=started or finished, actual_finish=finished)  # type: ignore[arg-type]

    def _stored(self, task: Any) -> StoredDates:
        return StoredDates(
            moment(task.getEarlyStart()) if self._has("EARLY_START") else None,
            moment(task.getEarlyFinish()) if self._has("EARLY_FINISH") else None,
        )

    def _stated(self, task: Any) -> Iterator[Constraint]:
        pairs = []
        if self._has("CONSTRAINT_TYPE"):
            pairs.append((task.getConstraintType(), task.getConstraintDate() if self._has("CONSTRAINT_DATE") else None))
        if self._has("SECONDARY_CONSTRAINT_TYPE"):
            pairs.append((task.getSecondaryConstraintType(), task.getSecondaryConstraintDate()))
        for kind, date in pairs:
            for own in CONSTRAINTS.get(str(kind), ()):
                if date is None and own is not ConstraintKind.AS_LATE_AS_POSSIBLE:
                    self.notices.add("constraint-without-date")
                else:
                    yield Constraint(own, moment(date))

    def _implied(self, task: Any) -> Iterator[Constraint]:
        if self._has("EXTERNAL_EARLY_START") and (date := task.getExternalEarlyStart()) is not None:
            self.notices.add("external-early-start")
            yield Constraint(ConstraintKind.START_NO_EARLIER, moment(date))
        if self._has("TASK_MODE") and str(task.getTaskMode()) == "MANUALLY_SCHEDULED" and (date := task.getStart()) is not None:
            self.notices.add("manual")
            yield Constraint(ConstraintKind.START_NO_EARLIER, moment(date))

    def _note_targets(self, id: str, task: Any, constraints: tuple[Constraint, ...]) -> None:
        dates = [one.date for one in constraints if one.kind is ConstraintKind.FINISH_NO_LATER and one.date]
        if self._has("DEADLINE") and (deadline := moment(task.getDeadline())):
            dates.append(deadline)
        if dates:
            self.notices.add("deadline")
            self.targets[id] = min(dates)

    def _note_unhonoured(self, task: Any, source: Any, elapsed: bool, resources: list[tuple[str, Any]]) -> None:
        for constraint in self._stated(task):
            if constraint.kind in NOT_HONOURED_YET:
                self.notices.add("constraint", str(constraint.kind))
        if self._is_suspended(task) or self._is_split(task):
            self.notices.add("split")
        if self._has("LEVELING_DELAY") and (delay := task.getLevelingDelay()) is not None and delay.getDuration() > 0:
            self.notices.add("leveling-delay")
        if not elapsed and self._follows_resources(task) and any(self._differs(calendar, source) for _, calendar in resources):
            self.notices.add("resource-calendar")
        if self._has("EXPECTED_FINISH") and task.getExpectedFinish() is not None:
            self.notices.add("expected-finish")

    def _is_suspended(self, task: Any) -> bool:
        suspended = self._has("SUSPEND_DATE") and task.getSuspendDate() is not None
        return suspended and not (self._has("RESUME") and task.getResume() is not None)

    def _is_split(self, task: Any) -> bool:
        return self._has("SPLITS") and task.getWorkSplits() is not None and len(task.getWorkSplits()) > 1

    def _follows_resources(self, task: Any) -> bool:
        """Whether the planner's tool schedules the task on its resources' calendars."""
        if self._has("ACTIVITY_TYPE"):
            return str(task.getActivityType()) == "RESOURCE_DEPENDENT"
        return not (self._has("IGNORE_RESOURCE_CALENDAR") and task.getIgnoreResourceCalendar())

    def _differs(self, calendar: Any, source: Any) -> bool:
        if calendar is None or source is None or calendar.getUniqueID() == source.getUniqueID():
            return False
        ours, theirs = self.resource_calendars.of(source), self.resource_calendars.of(calendar)
        return (ours.week, ours.exceptions) != (theirs.week, theirs.exceptions)

    def _codes(self, task: Any, id: str) -> dict[str, str]:
        """Activity codes and custom fields by name; a code's description under ``<name> description``."""
        codes: dict[str, str] = {}
        if self._has("ACTIVITY_ID") and (own := str(task.getActivityID() or "")) != id:
            codes["Activity ID"] = own
        if self._has("ACTIVITY_CODE_VALUES"):
            for code, value in task.getActivityCodeValues().items():
                name, short, long = str(code.getName()), str(value.getName()), str(value.getDescription() or "")
                codes[name] = short
                if long and long != short:
                    codes[f"{name} description"] = long
        for name, key in self._custom.items():
            if (entry := task.get(key)) is not None and str(entry):
                codes[name] = str(entry)
        return codes


def _parent_of(task: Any) -> int | None:
    above = task.getParentTask()
    return None if above is None else int(above.getUniqueID())


def _custom_fields(file: Any, populated: list[Any]) -> Iterator[tuple[str, Any]]:
    """Custom fields that some task fills in, by the name that the planner gave them."""
    alias = {str(one.getFieldType()): str(one.getAlias()) for one in file.getCustomFields() if one.getAlias()}
    for key in populated:
        name = str(key.name()) if hasattr(key, "name") else ""
        if not name or name.rstrip("0123456789") in _CUSTOM:
            yield alias.get(str(key), str(key.getName())), key
