"""The tasks of one project in an MPXJ ProjectFile as our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pmosim.interchange.calendars import Calendars
from pmosim.interchange.constraints import ConstraintReader
from pmosim.interchange.durations import Units
from pmosim.interchange.fields import Fields, moment
from pmosim.interchange.ids import Ids
from pmosim.interchange.notices import Notices
from pmosim.interchange.pauses import pauses_of
from pmosim.interchange.progress import ProgressReader
from pmosim.interchange.timekeeping import Resource, Timekeeping, resources_of
from pmosim.model.laws import Fixed
from pmosim.model.tasks import NO_WORK, Baseline, Constraint, ConstraintKind, Pause, Progress, StoredDates, Task, TaskKind

KINDS = {
    "START_MILESTONE": TaskKind.START_MILESTONE,
    "START_FLAG": TaskKind.START_MILESTONE,
    "FINISH_MILESTONE": TaskKind.FINISH_MILESTONE,
    "FINISH_FLAG": TaskKind.FINISH_MILESTONE,
    "LEVEL_OF_EFFORT": TaskKind.HAMMOCK,
    "HAMMOCK": TaskKind.HAMMOCK,
    "WBS_SUMMARY": TaskKind.HAMMOCK,
}

_CUSTOM = frozenset(["TEXT", "OUTLINE_CODE", "FLAG", "NUMBER", "DURATION"])
_CUSTOM |= {"ENTERPRISE_TEXT", "ENTERPRISE_OUTLINE_CODE", "ENTERPRISE_CUSTOM_FIELD", "ENTERPRISE_DURATION"}


@dataclass(frozen=True, slots=True)
class Source:
    """A task as MPXJ has it, with what is asked for most."""

    task: Any
    uid: int
    parent: int | None
    is_summary: bool


@dataclass(slots=True)
class TaskReader:
    """Reads one MPXJ ProjectFile. After `read`, the other fields have what its links and its project need."""

    file: Any
    calendars: Calendars
    notices: Notices
    compared: Calendars  # of calendars that are only looked at
    id_of: dict[int, str] = field(default_factory=dict)  # by MPXJ's unique id; summary tasks included
    leaves_of: dict[int, list[int]] = field(default_factory=dict)  # the tasks below each summary task
    external: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)  # start and finish of tasks of other files
    left_out: set[int] = field(default_factory=set)
    wbs_summaries: dict[str, list[str]] = field(default_factory=dict)  # what each WBS-summary activity spans, by task id
    targets: dict[str, datetime] = field(default_factory=dict)  # deadlines, by task id
    with_costs: int = 0  # how many tasks cost something
    _fields: Fields = field(init=False)
    _units: Units = field(init=False)
    _custom: dict[str, Any] = field(init=False)
    _resources: dict[int, Resource] = field(init=False)
    _progress: ProgressReader = field(init=False)
    _constraints: ConstraintReader = field(init=False)
    _timekeeping: Timekeeping = field(init=False)
    _is_split: bool = field(init=False)
    _code_values: dict[int, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        properties = self.file.getProjectProperties()
        populated = list(self.file.getTasks().getPopulatedFields())
        self._fields = Fields(populated)
        self._units = Units.of(properties)
        self._custom = dict(_custom_fields(self.file, populated))
        self._resources = resources_of(self.file)
        self._progress = ProgressReader(self._fields, self._units, self.notices)
        self._constraints = ConstraintReader(self._fields, self.notices, bool(properties.getUseExpectedFinishDates()))
        self._timekeeping = Timekeeping(
            self.calendars, self.compared, properties.getDefaultCalendar(), self._fields, self._units, self.notices
        )
        self._is_split = any("TIMEPHASED" in str(one.name()) for one in self.file.getResourceAssignments().getPopulatedFields())

    def read(self) -> list[Task]:
        sources = [
            Source(task, int(task.getUniqueID()), _parent_of(task), bool(task.getSummary()))
            for task in self.file.getTasks()
            if not task.getNull()
        ]
        parents = {source.uid: source.parent for source in sources}
        kept = [source for source in sources if not source.is_summary and self._is_kept(source)]
        self._note_leaves(parents, [source.uid for source in kept])
        summaries = [source for source in sources if source.is_summary and source.uid in self.leaves_of]
        root = self._root(summaries)
        self._give_ids([source for source in summaries if source.uid != root], kept)
        inherited = self._constraints_of_summaries(summaries)
        tasks = [self._summary(source) for source in summaries if source.uid != root]
        tasks += [self._task(source, inherited.get(source.uid, ())) for source in kept]
        self._note_wbs_summaries({source.uid: source for source in kept})
        if "COST" in self._fields:  # fields are asked for only where the file has them
            self.with_costs = sum((one.task.getCost() or 0) != 0 for one in kept)
        return tasks

    def _is_kept(self, source: Source) -> bool:
        task = source.task
        if source.uid == 0:  # MS Project's line 0 is the project itself, even where nothing stands below it
            pass
        elif "ACTIVE" in self._fields and not task.getActive():
            self.notices.add("inactive")
        elif "EXTERNAL_TASK" in self._fields and task.getExternalTask():
            self._note_external(source)
        elif self._is_placeholder(task):
            self.notices.add("placeholder")
        else:
            return True
        self.left_out.add(source.uid)
        return False

    def _note_external(self, source: Source) -> None:
        begin, end = moment(source.task.getStart()), moment(source.task.getFinish())
        if begin and end:
            self.external[source.uid] = begin, end
        self.notices.add("external" if begin and end else "external-undated")

    def _is_placeholder(self, task: Any) -> bool:
        """Neither work nor milestone, with no date and no link: an empty summary task, or a line that only has a name."""
        if "ACTIVITY_ID" in self._fields or task.getMilestone() or task.getStart() is not None:
            return False
        whole = self._units.span(task.getDuration())
        return (whole is None or whole.minutes == 0) and not task.getPredecessors().size() and not task.getSuccessors().size()

    def _note_leaves(self, parents: Mapping[int, int | None], leaves: list[int]) -> None:
        for leaf in leaves:
            above = parents[leaf]
            while above is not None:
                self.leaves_of.setdefault(above, []).append(leaf)
                above = parents.get(above)

    def _root(self, summaries: list[Source]) -> int | None:
        """The summary task that is the project itself: MS Project's line 0, or the top of Primavera's WBS."""
        tops = [source.uid for source in summaries if source.parent is None]
        is_project = "ACTIVITY_ID" in self._fields or tops == [0]
        return tops[0] if len(tops) == 1 and is_project else None

    def _give_ids(self, summaries: list[Source], kept: list[Source]) -> None:
        """Activities first, so that they keep their ids where a WBS code is the same."""
        ids, named = Ids(), "ACTIVITY_ID" in self._fields
        for one in kept:
            self.id_of[one.uid] = ids.id_of(str(one.task.getActivityID() or one.uid) if named else str(one.uid))
        changed = dict(ids.changed)
        for one in summaries:
            self.id_of[one.uid] = ids.id_of(str(one.task.getWBS() or one.uid) if named else str(one.uid))
        if changed:
            id, name = next(iter(changed.items()))
            self.notices.add("changed-id", f"'{name}' to '{id}'", len(changed))

    def _constraints_of_summaries(self, summaries: list[Source]) -> dict[int, tuple[Constraint, ...]]:
        """Start-no-earlier-than of a summary task holds for all below it; the model has none on summary tasks."""
        inherited: dict[int, tuple[Constraint, ...]] = {}
        for source in summaries:
            if self._constraints.is_manual(source.task):
                self.notices.add("manual-summary")
            for constraint in self._constraints.stated(source.task):
                if constraint.kind is ConstraintKind.START_NO_EARLIER:
                    self.notices.add("summary-constraint")
                    for leaf in self.leaves_of[source.uid]:
                        inherited[leaf] = (*inherited.get(leaf, ()), constraint)
                else:
                    self.notices.add("summary-constraint-lost")
            if "DEADLINE" in self._fields and source.uid in self.id_of and (due := self._constraints.due(source.task, ())):
                self.targets[self.id_of[source.uid]] = due
        return inherited

    def _above(self, source: Source) -> str | None:
        return None if source.parent is None else self.id_of.get(source.parent)

    def _summary(self, source: Source) -> Task:
        return Task(
            id=self.id_of[source.uid],
            name=str(source.task.getName() or ""),
            kind=TaskKind.SUMMARY,
            parent=self._above(source),
            wbs=str(source.task.getWBS() or ""),
        )

    def _task(self, source: Source, inherited: tuple[Constraint, ...]) -> Task:
        task, id = source.task, self.id_of[source.uid]
        progress = self._progress.progress(task)
        finished = progress is not None and progress.actual_finish is not None
        planned, elapsed = self._progress.remaining(task, progress)
        kind = self._kind(task, planned)
        if planned and kind is not TaskKind.TASK:
            if kind is not TaskKind.HAMMOCK:
                self.notices.add("milestone-duration")
            planned = 0
        resources = self._resources_of(task)
        kept = self._timekeeping.of(task, () if finished or planned == 0 else resources, elapsed=elapsed)
        planned, calendar = planned if kept.minutes is None else kept.minutes, kept.calendar
        constraints = () if finished or kind is TaskKind.HAMMOCK else (*self._constraints.constraints(task), *inherited)
        if not finished:
            self._note(task, kind)
            if due := self._constraints.due(task, constraints):
                self.targets[id] = due
        return Task(
            id=id,
            duration=Fixed(float(planned)) if planned else NO_WORK,
            planned=float(planned),
            calendar=calendar,
            name=str(task.getName() or ""),
            kind=kind,
            parent=self._above(source),
            wbs=str(task.getWBS() or ""),
            codes=self._codes(task, id),
            resources=tuple(one.name for one in resources),
            constraints=constraints,
            progress=progress,
            pauses=self._pauses(task, calendar, progress, planned) if self._is_split and planned else (),
            stored=None if finished else self._stored(task),
            baseline=self._baseline(task),
        )

    def _resources_of(self, task: Any) -> list[Resource]:
        assigned = [int(one.getResourceUniqueID() or 0) for one in task.getResourceAssignments()] if self._resources else []
        return [self._resources[one] for one in dict.fromkeys(assigned) if one in self._resources]

    def _kind(self, task: Any, planned: int) -> TaskKind:
        if "ACTIVITY_TYPE" in self._fields:
            return KINDS.get(str(task.getActivityType()), TaskKind.TASK)
        whole = self._units.span(task.getDuration())
        if planned or (whole is not None and whole.minutes):
            return TaskKind.TASK
        is_milestone = "MILESTONE" not in self._fields or task.getMilestone()
        return TaskKind.FINISH_MILESTONE if is_milestone else TaskKind.TASK

    def _pauses(self, task: Any, calendar: str, progress: Progress | None, planned: int) -> tuple[Pause, ...]:
        splits = task.getWorkSplits()
        if splits is None or splits.size() < 2:
            return ()
        stretches = [(begin, end) for one in splits if (begin := moment(one.getStart())) and (end := moment(one.getEnd()))]
        since = progress.resumes if progress else None
        pauses = pauses_of(stretches, self.calendars.named(calendar), since, planned)
        self.notices.add("split" if pauses else "split-past")
        return pauses

    def _stored(self, task: Any) -> StoredDates:
        has_slack = "TOTAL_SLACK" in self._fields or "LATE_FINISH" in self._fields  # zero counts as not filled in
        slack = self._units.span(task.getTotalSlack()) if has_slack else None
        return StoredDates(
            self._fields.moment("EARLY_START", task.getEarlyStart),
            self._fields.moment("EARLY_FINISH", task.getEarlyFinish),
            self._fields.moment("LATE_START", task.getLateStart),
            self._fields.moment("LATE_FINISH", task.getLateFinish),
            None if slack is None else float(slack.minutes),
        )

    def _baseline(self, task: Any) -> Baseline | None:
        """MS Project's own; Primavera's baselines are projects, see `pmosim.interchange.baselines`."""
        if "BASELINE_FINISH" not in self._fields or "ACTIVITY_ID" in self._fields:  # there MPXJ takes the planned dates for a baseline
            return None
        finish = moment(task.getBaselineFinish())
        cost = task.getBaselineCost() if "BASELINE_COST" in self._fields else None
        return Baseline(moment(task.getBaselineStart()), finish, None if cost is None else float(cost)) if finish else None

    def _note(self, task: Any, kind: TaskKind) -> None:
        """What of an unfinished task is not honoured, or in another way than in its tool."""
        if "LEVELING_DELAY" in self._fields and (delay := task.getLevelingDelay()) is not None and delay.getDuration() > 0:
            self.notices.add("leveling-delay")
        if "SUBPROJECT_FILE" in self._fields and task.getSubprojectFile():
            self.notices.add("subproject")
        if kind is TaskKind.HAMMOCK:
            self.notices.add("hammock")

    def _note_wbs_summaries(self, kept: Mapping[int, Source]) -> None:
        """Primavera's WBS-summary activities span what stands in or below their WBS element."""
        if "ACTIVITY_TYPE" not in self._fields:
            return
        types = {uid: str(source.task.getActivityType()) for uid, source in kept.items()}
        for uid, kind in types.items():
            if kind == "WBS_SUMMARY":
                beside = self.leaves_of.get(kept[uid].parent or 0, ())
                worked = [self.id_of[leaf] for leaf in beside if KINDS.get(types[leaf]) is not TaskKind.HAMMOCK]
                self.wbs_summaries[self.id_of[uid]] = worked

    def _code(self, value: Any) -> dict[str, str]:
        """An activity code's value with its description; thousands of tasks share a few of them."""
        key = int(value.getUniqueID())
        if key not in self._code_values:
            name, short, long = str(value.getParentCode().getName()), str(value.getName()), str(value.getDescription() or "")
            self._code_values[key] = {name: short} | ({f"{name} description": long} if long and long != short else {})
        return self._code_values[key]

    def _codes(self, task: Any, id: str) -> dict[str, str]:
        """Activity codes and custom fields by name; a code's description under ``<name> description``."""
        codes: dict[str, str] = {}
        if "ACTIVITY_ID" in self._fields and (own := str(task.getActivityID() or "")) != id:
            codes["Activity ID"] = own
        if "ACTIVITY_CODE_VALUES" in self._fields:
            for value in task.getActivityCodeValues().values():
                codes |= self._code(value)
        for name, key in self._custom.items():
            if (entry := task.get(key)) is not None and (text := self._units.text(entry) if hasattr(entry, "getUnits") else str(entry)):
                codes[name] = text
        return codes


def _parent_of(task: Any) -> int | None:
    above = task.getParentTask()
    return None if above is None else int(above.getUniqueID())


def _custom_fields(file: Any, populated: list[Any]) -> Iterator[tuple[str, Any]]:
    """Custom fields that some task fills in, by the name that the planner gave them."""
    alias = {str(one.getFieldType()): str(one.getAlias()) for one in file.getCustomFields() if one.getAlias()}
    for key in populated:
        name = str(key.name()) if hasattr(key, "name") else ""
        is_user_defined = hasattr(key, "getSummaryTaskOnly")  # of Primavera; dates are none of which a rule could make use
        is_custom = str(key.getDataType()) != "DATE" if is_user_defined else name.rstrip("0123456789") in _CUSTOM and name not in _CUSTOM
        if not name or is_custom:
            yield alias.get(str(key), str(key.getName())), key
