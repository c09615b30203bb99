"""A scenario file into a Portfolio: every mistake at once, each with its file, line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmosim.errors import InvalidModel, InvalidScenario, ModelPath, Place, Problem, UnreadableFile, did_you_mean
from pmosim.garbage import without_collections
from pmosim.model.branches import Branch
from pmosim.model.calendars import ALWAYS, STANDARD
from pmosim.model.project import USUAL, Portfolio, Project
from pmosim.model.risks import Risk
from pmosim.model.tasks import FINISH, LagCalendar, Link, Reading, Rules, Task, TaskKind
from pmosim.scenario import language
from pmosim.scenario.branches import BranchReader, worked_below
from pmosim.scenario.context import Context
from pmosim.scenario.correlations import CorrelationReader
from pmosim.scenario.document import Document, parse_document, read_document
from pmosim.scenario.imported_costs import ImportedCosts
from pmosim.scenario.layers import Layers, layered
from pmosim.scenario.links import read_crossing
from pmosim.scenario.messages import in_plain_ids
from pmosim.scenario.money import MoneyReader
from pmosim.scenario.overrides import Override, overridden
from pmosim.scenario.places import Findings, Misread, Origin
from pmosim.scenario.promises import Promises
from pmosim.scenario.register import RiskReader, WrittenRisk, notes_on
from pmosim.scenario.register_tables import risks_from
from pmosim.scenario.rework import ReworkReader, with_copies
from pmosim.scenario.rows import tables_of, tasks_in, with_sample
from pmosim.scenario.scales import Scales
from pmosim.scenario.scheduling import KINSHIP, OPTIONS, keeps_future_actuals, kinship_of, rules_of
from pmosim.scenario.settings import Settings, read_settings
from pmosim.scenario.striking import Register
from pmosim.scenario.templates import Templates, elapsed_in, read_classes
from pmosim.scenario.validation import validated
from pmosim.scenario.weather import WeatherReader
from pmosim.scenario.work import Habits, TaskReader, Written, flattened, id_problem
from pmosim.scenario.working_time import CalendarReader

if TYPE_CHECKING:
    from pmosim.interchange.schedules import Schedule

SINGLE = "project"
"""Id of the project of a scenario that has its tasks at the top; nobody need write it."""

_OF_PROJECTS = ("tasks", "tasks_from", "schedule", "uncertainty", "deadlines", "watch", "start", "must_finish", "costs", "read_costs")

_FOLLOW = {
    "empty-portfolio", "empty-project", "unknown-task", "unknown-parent", "duplicate-id", "reserved-id", "risk-without-effect",
    "weather-without-effect", "weather-without-calendar", "no-weather",
}  # fmt: skip
"""Mistakes that may only follow from one that has been reported already."""


@dataclass(frozen=True, slots=True)
class Scenario:
    portfolio: Portfolio
    settings: Settings
    path: Path
    schedules: tuple[Schedule, ...] = ()  # the planners' files behind it, under the ids that they have in the portfolio
    notes: tuple[str, ...] = ()  # choices made and warnings, for the reader of the forecast
    overrides: tuple[str, ...] = ()  # values of the command line instead of the file's own: "risks.flood.probability=10%"
    place_of: Callable[[ModelPath], Place | None] = field(default=lambda path: None, compare=False, repr=False)  # of a part of the model


def read_scenario(path: str | Path, overrides: Sequence[str | Override] = ()) -> Scenario:
    """A scenario, with values given as ``path=value`` instead of those in the file.

    Raises InvalidScenario with every mistake found, each with its place; MissingExtra if a schedule file needs one.
    """
    path = Path(path)
    with without_collections():
        try:
            document = layered(read_document(path), path.parent)
        except UnreadableFile as error:
            fix = "give the path of a scenario file; 'pmosim init' writes one to start from"
            raise InvalidScenario([(None, Problem("missing-file", (), str(error), fix))]) from None
        return ScenarioReader(document, path, overrides).read()


def scenario_from_text(text: str, path: str | Path = "scenario.yaml", overrides: Sequence[str | Override] = ()) -> Scenario:
    """A scenario whose text is at hand; other files that it names are looked for beside ``path``."""
    with without_collections():
        return ScenarioReader(layered(parse_document(text, str(path)), Path(path).parent), Path(path), overrides).read()


@dataclass
class _Part:
    """A project in the making."""

    id: str
    entry: language.ProjectParts
    origin: Origin
    written: list[Written]
    name: str = ""
    calendar: str = STANDARD.id
    start: datetime | None = None
    tasks: tuple[Task, ...] = ()
    source: str = ""
    status_date: datetime | None = None  # where it differs from the portfolio's
    rules: Rules = USUAL
    reader: TaskReader = field(init=False)


class ScenarioReader:
    """The way from a document to a scenario, one stage a line of `read`."""

    def __init__(self, document: Document | Layers, path: Path, overrides: Sequence[str | Override] = ()) -> None:
        self.path = path
        self.overrides = tuple(map(str, overrides))
        self.document, for_tables = overridden(document, overrides)
        document = self.document
        self.findings = Findings()
        self.top = Origin(document)
        self.findings.located += document.problems
        for broken in document.broken:
            self.findings.drop(Origin(document, broken))
        self.context = Context(self.findings, path.parent, sample=with_sample, overrides=for_tables)
        self.promises = Promises(self.context)
        self.links: list[Link] = []
        self.imported_costs = ImportedCosts(self.context)
        self.schedules: dict[str, Schedule] = {}  # by the project that names one
        self.templates: dict[str, Templates] = {}  # of uncertainty, by project

    def read(self) -> Scenario:
        self.entry = self._entry()
        self._read_schedules()
        self._set_status_date()
        self.context.currency = (self.entry.currency or "").strip()
        notes = self._read_calendars()
        self.classes = read_classes(self.entry.confidence, self.top / "confidence", self.context)
        self.money = MoneyReader(self.entry, self.top, self.context)
        parts = [part for whole in self._parts() for part in (whole, *self._imported(whole))]
        for part in parts:
            self._name(part)
        for part in parts:
            self._build(part)
        self._link(parts)
        branches = self._branches(parts)
        self._promise(parts)
        risks = self._risks(parts)
        self.weather = WeatherReader(self.context).read(self.entry.weather or {}, self.top / "weather")
        settings = read_settings(self.entry.simulation, self.top / "simulation", self.findings)
        self.findings.located += self.context.overrides.unused()
        portfolio = self._whole(parts, risks, branches)
        notes += notes_on(portfolio)
        return Scenario(
            portfolio, settings, self.path, tuple(self.schedules.values()), (*notes, *self.context.notes), self.overrides, self._place_of
        )

    def _place_of(self, path: ModelPath) -> Place | None:
        origin = self.findings.origin_of(path)
        return origin.place(key=True) if origin else None

    def _entry(self) -> language.Scenario:
        value: Any = self.document.value
        if value is None:
            self.findings.add(self.top, "empty-scenario", "the scenario is empty", "'pmosim init' writes one to start from")
        elif not isinstance(value, dict):
            what = "a scenario is a mapping (key: value), not a " + ("list" if isinstance(value, list) else "text")
            self.findings.add(self.top, "not-a-mapping", what, "begin with  pmosim: 1")
        if not isinstance(value, dict):
            self.findings.raise_if_any()
        entry = validated(language.Scenario, value, self.top, self.findings)
        if entry.pmosim is None and not self.findings.was_dropped(self.top / "pmosim"):
            what = "the scenario does not say for which version of the language it is written"
            self.findings.add(self.top, "missing-version", what, f"begin with  pmosim: {language.VERSION}")
        elif entry.pmosim not in (None, language.VERSION):
            what = f"the scenario is for version {entry.pmosim} of the language; this pmosim reads version {language.VERSION}"
            self.findings.add(self.top / "pmosim", "unknown-version", what, f"write  pmosim: {language.VERSION}, or install another pmosim")
        return entry

    @property
    def _projects(self) -> dict[str, tuple[language.ProjectParts, Origin]]:
        """Every project as it is written, and where; the scenario itself if it has no ``projects``."""
        if self.entry.projects is None:
            return {SINGLE: (self.entry, self.top)}
        origin = self.top / "projects"
        return {id: (project or language.Project(), origin / id) for id, project in self.entry.projects.items()}

    @property
    def _names_schedule(self) -> bool:
        return any(entry.schedule is not None for entry, _ in self._projects.values())

    def _read_schedules(self) -> None:
        for id, (entry, origin) in self._projects.items():
            if entry.schedule is not None:
                from pmosim.scenario.planners import read_planner

                more = {"costs": bool(entry.read_costs), "planned": entry.baseline is not None}
                if schedule := read_planner(entry.schedule, origin / "schedule", self.context, **more):
                    self.schedules[id] = schedule
        if len(self.schedules) > 1:
            from pmosim.scenario.planners import joined

            self.schedules, crossing = joined(self.schedules)
            self.links += crossing

    def _set_status_date(self) -> None:
        """As stated, or of the planners' files, or the earliest start."""
        stated = self.context.moment(self.entry.status_date, self.top / "status_date")
        of_files = [schedule.status_date for schedule in self.schedules.values()]
        starts = [self.context.moment(entry.start, origin / "start") for entry, origin in self._projects.values()]
        own = {id: date for id, (entry, origin) in self._projects.items() if (date := self._own_status_date(entry, origin))}
        known = stated or max((*of_files, *own.values()), default=None)
        known = known or min((start for start in starts if start), default=None)
        self.is_dated = known is not None
        self.context.status_date = known or datetime(2000, 1, 3)
        for id, schedule in self.schedules.items():
            if stated and schedule.status_date != stated and id not in own:
                said = f"{schedule.path.name}: its data date {schedule.status_date:%d %b %Y} is replaced by the scenario's status date"
                self.context.notes.append(f"{said} {stated:%d %b %Y}")

    def _own_status_date(self, entry: language.ProjectParts, origin: Origin) -> datetime | None:
        return None if origin == self.top else self.context.moment(getattr(entry, "status_date", None), origin / "status_date")

    def _read_calendars(self) -> list[str]:
        first_year = max(self.context.status_date.year, 1951) - 1
        reader = CalendarReader(self.entry.calendars or {}, self.top / "calendars", self.findings, first_year)
        self.context.calendars = {STANDARD.id: STANDARD, ALWAYS.id: ALWAYS} | reader.read()
        for id in self.entry.calendars or {}:
            self.findings.register(("calendars", id), self.top / "calendars" / id)
        return reader.notes

    def _parts(self) -> Iterator[_Part]:
        given = [key for key in _OF_PROJECTS if getattr(self.entry, key) is not None]
        if self.entry.projects is not None:
            for key in given:
                what = f"'{key}' stands at the top, but the scenario has projects"
                self.findings.add(self.top / key, "tasks-and-projects", what, f"move '{key}' into one of the projects", key=True)
            if not self.entry.projects:
                what = "the portfolio has no project"
                self.findings.add(self.top / "projects", "empty-portfolio", what, "add at least one project with one task", key=True)
        elif not {"tasks", "tasks_from", "schedule"} & {*given} and not any(
            self.findings.was_dropped(self.top / key) for key in ("projects", *_OF_PROJECTS)
        ):
            fix = "add  tasks:  or  projects:, or name a table (tasks_from:) or a planner's file (schedule:)"
            self.findings.add(self.top, "empty-portfolio", "the scenario has no tasks", fix)
        default = self.context.known_calendar(self.entry.calendar, self.top / "calendar", STANDARD.id)
        for id, (entry, origin) in self._projects.items():
            yield self._part(id, entry, origin, default)

    def _part(self, id: str, entry: language.ProjectParts, origin: Origin, calendar: str) -> _Part:
        if problem := id_problem(id, "project"):
            self.findings.add(origin, *problem, key=True)
        self.findings.register(("projects", id), origin)
        written = [*flattened(entry.tasks or {}, origin / "tasks", self.context)]
        for table in tables_of(entry.tasks_from, origin / "tasks_from", "tasks", self.context):
            written += tasks_in(table, self.context)
        part = _Part(id, entry, origin, written, getattr(entry, "name", None) or "", calendar)
        if origin != self.top:
            part.calendar = self.context.known_calendar(entry.calendar, origin / "calendar", calendar)
        part.start = self.context.moment(entry.start, origin / "start")
        part.status_date = self._own_status_date(entry, origin)
        part.rules = self._rules(part, USUAL)
        return part

    def _rules(self, part: _Part, given: Rules) -> Rules:
        """The options of a project: its own, then those of the whole scenario, then ``given``."""
        return rules_of([(part.entry, part.origin), (self.entry, self.top)], given, self.context)

    def _imported(self, part: _Part) -> list[_Part]:
        """Fill a project from its planner's file. A file with several projects makes further parts."""
        schedule = self.schedules.get(part.id)
        if schedule is None:
            self.imported_costs.refuse_without_file(part.entry, part.origin)
            self._lay_templates([part])
            return []
        from pmosim.scenario.planners import under, with_lag_calendar

        schedule = under(schedule, None if part.origin == self.top else part.id, {*self.context.calendars})
        if part.entry.read_costs:
            schedule = self.imported_costs.of(schedule, part.id, part.origin / "read_costs")
        self.schedules[part.id] = schedule
        self.context.calendars |= {calendar.id: calendar for calendar in schedule.calendars}
        self.context.notes += schedule.warnings
        self.links += with_lag_calendar(schedule.links, part.entry.lag_calendar or self.entry.lag_calendar)
        self.promises.add(target for target in schedule.targets if not target.finish or target.finish >= self.context.status_date)
        first, *others = schedule.projects
        part.id, part.tasks, part.source = first.id, first.tasks, first.source
        stated = self.entry.status_date is not None or part.status_date is not None
        part.rules = self._rules(part, first.rules)
        part.name, part.start = part.name or first.name, part.start or first.start
        part.calendar = part.entry.calendar or first.calendar if part.calendar in self.context.calendars else first.calendar
        parts = [part]
        for other in others:
            entry = language.Project.model_construct(**{key: getattr(part.entry, key) for key in (*OPTIONS, *KINSHIP)})
            more = _Part(other.id, entry, part.origin, [], other.name, other.calendar, other.start, other.tasks, other.source)
            more.rules, more.status_date = self._rules(more, other.rules), part.status_date
            parts.append(more)
        if not stated:
            for one, planned in zip(parts, schedule.projects, strict=True):
                one.status_date = planned.status_date or schedule.status_date
        for one in parts:
            self.findings.register(("projects", one.id), part.origin)
            self.findings.register(("projects", one.id, "tasks"), part.origin / "schedule")
        self._lay_templates(parts)
        return parts[1:]

    def _lay_templates(self, parts: list[_Part]) -> None:
        """Uncertainty over the imported tasks of these parts; those that are written here wait until they are built."""
        whole = parts[0]
        templates = Templates.of(whole.entry, whole.origin, self.classes, whole.calendar, self.context)
        self.templates[whole.id] = templates
        for part in parts:
            if part.tasks:
                status = part.status_date or self.context.status_date
                elapsed = elapsed_in(part.tasks, status, self.context) if self._is_conditional(part) else {}
                part.tasks = templates.lay(part.id, part.tasks, status, elapsed, imported=True)

    def _is_conditional(self, part: _Part) -> bool:
        own = part.entry.conditional
        return bool(self.entry.conditional if own is None else own)

    def _name(self, part: _Part) -> None:
        """Make the tasks of a project known; of two with one id the first counts."""
        names = self.context.names
        names.add_project(part.id)
        for task in part.tasks:
            names.add_task(part.id, task.id, summary=task.kind is TaskKind.SUMMARY)
        parents = {one.parent for one in part.written if one.parent}
        imported = {task.id for task in part.tasks}
        first: dict[str, Written] = {}
        for one in part.written:
            if problem := id_problem(one.id, "task"):
                self.findings.add(one.origin, *problem, key=True)
            if one.id in first or one.id in imported:
                where = f"{(place := first[one.id].origin.place(key=True)).file}, line {place.line}" if one.id in first else part.source
                what = f"two tasks have the id '{one.id}'; the first one is in {where}"
                self.findings.add(one.origin, "duplicate-id", what, "give each an id of its own", key=True)
                continue
            first[one.id] = one
            names.add_task(part.id, one.id, summary=one.id in parents or one.entry.tasks is not None)
        part.written = [*first.values()]

    def _build(self, part: _Part) -> None:
        lags = LagCalendar(part.entry.lag_calendar or self.entry.lag_calendar or LagCalendar.SUCCESSOR)
        future = keeps_future_actuals([part.entry, self.entry])
        habits = Habits(part.status_date or self.context.status_date, lags, self._is_conditional(part), future)
        templates = self.templates.get(part.id)
        part.reader = TaskReader(self.context, part.id, part.calendar, habits, templates.classes if templates else {})
        own = tuple(part.reader.read(part.written))
        if templates:
            own = templates.lay(part.id, own, habits.status_date, part.reader.conditional, part.reader.confidence)
            templates.report(part.id, (*part.tasks, *own))
        part.tasks = self._with_known_parents(part, own)
        self.promises.add(part.reader.targets)
        for task in part.tasks:
            id = f"{part.id}.{task.id}"
            self.context.task_calendars[id] = task.calendar
            if task.kind is not TaskKind.TASK or task.is_finished:
                self.context.without_work.add(id)
        if not any(task.kind is not TaskKind.SUMMARY for task in part.tasks) and not self.findings:
            self.findings.add(part.origin, "empty-project", f"project '{part.id}' has no task", "add at least one task", key=True)

    def _with_known_parents(self, part: _Part, own: tuple[Task, ...]) -> tuple[Task, ...]:
        tasks = (*part.tasks, *own)
        summaries = {task.id for task in tasks if task.kind is TaskKind.SUMMARY}
        for one in part.written:
            if one.entry.parent is not None and one.entry.parent not in summaries:
                what = f"task '{one.id}' stands under '{one.entry.parent}', but there is no such summary task"
                fix = did_you_mean(one.entry.parent, summaries, f"add summary task '{one.entry.parent}', or remove the parent")
                self.findings.add(one.origin / "parent", "unknown-parent", what, fix)
        return tuple(task if task.parent is None or task.parent in summaries else replace(task, parent=None) for task in tasks)

    def _link(self, parts: list[_Part]) -> None:
        for part in parts:
            self.links += part.reader.links(part.written)
        readers = {part.id: part.reader for part in parts}
        for place, text in enumerate(self.entry.links or ()):
            origin = self.top / "links" / place
            try:
                name, offset, link = read_crossing(text)
            except Misread as error:
                self.findings.misread(origin, error)
                continue
            try:
                successor = self.context.names.task(name)
            except Misread as error:
                self.findings.add(origin.at(offset), error.code, f"this link leads to no task: {error.what}", error.fix)
                continue
            if made := readers[successor.partition(".")[0]].link(link, successor, origin):
                self.links.append(made)

    def _branches(self, parts: list[_Part]) -> list[Branch]:
        """What may not exist, and what may be done again: copies of tasks become tasks of their own."""
        tasks = {part.id: {task.id: task for task in part.tasks} for part in parts}
        below = worked_below(tasks)
        rework = ReworkReader(self.context, tasks, below, self.links).read(self.entry.rework or {}, self.top / "rework")
        for part in parts:
            for task in rework.tasks.get(part.id, ()):
                self.context.names.add_task(part.id, task.id)
                self.context.task_calendars[f"{part.id}.{task.id}"] = task.calendar
                tasks[part.id][task.id] = task
            part.tasks = (*part.tasks, *rework.tasks.get(part.id, ()))
        self.links += rework.links
        reader = BranchReader(self.context, tasks, worked_below(tasks))
        branches = reader.read(self.entry.branches or {}, self.top / "branches")
        for part in parts:
            branches += reader.existing(part.id, part.written)
        return [*with_copies(branches, rework.copies), *rework.branches]

    def _promise(self, parts: list[_Part]) -> None:
        for part in parts:
            if part.origin != self.top:
                self.promises.add_target(getattr(part.entry, "target", None), part.origin / "target", f"{part.id}.{FINISH}")
            self.promises.add_deadlines(part.id, part.entry, part.origin)
        node = f"{parts[0].id}.{FINISH}" if len(parts) == 1 else FINISH
        self.promises.add_target(self.entry.target, self.top / "target", node)
        self.promises.add_sets(self.entry.together or {}, self.top / "together")

    def _risks(self, parts: list[_Part]) -> list[Risk]:
        origin = self.top / "risks"
        written = [
            WrittenRisk(id, risk or language.Risk(), origin / id, self.findings.was_dropped(origin / id))
            for id, risk in (self.entry.risks or {}).items()
        ]
        scales = Scales(self.entry.scales, self.top / "scales", self.context)
        written += risks_from(self.entry.risks_from or (), self.top / "risks_from", scales, self.context)
        first: dict[str, WrittenRisk] = {}
        for one in written:
            if one.id in first:
                place = first[one.id].origin.place(key=True)
                what = f"two risks have the id '{one.id}'; the first one is in {place.file}, line {place.line}"
                self.findings.add(one.origin, "duplicate-id", what, "give each an id of its own", key=True)
            first.setdefault(one.id, one)
        tasks = {part.id: {task.id: task for task in part.tasks} for part in parts}
        register = Register(self.context, scales, {part.id: part.calendar for part in parts}, tasks)
        risks = RiskReader(register).read(first.values())
        self.correlations = CorrelationReader(register, risks, [*first]).read(self.entry.correlations or (), self.top / "correlations")
        return risks

    def _whole(self, parts: list[_Part], risks: list[Risk], branches: list[Branch]) -> Portfolio:
        """The portfolio, if nothing at all is wrong with it."""
        portfolio = self._portfolio(parts, risks, branches)
        self.findings.raise_if_any()
        assert portfolio is not None
        return portfolio

    def _portfolio(self, parts: list[_Part], risks: list[Risk], branches: list[Branch]) -> Portfolio | None:
        unsaid = not any(self.findings.was_dropped(self.top / key) for key in ("status_date", "start", "projects", "schedule"))
        if not self.is_dated and self.entry.status_date is None and not self._names_schedule and unsaid:
            what = "the scenario has no status date: when work can begin is not known"
            self.findings.add(self.top, "missing-status-date", what, "add  status_date: 2026-11-20")
        name = self.entry.name or self.path.stem
        built_in = (STANDARD, ALWAYS)
        resources = self.imported_costs.with_those_of(self.money.resources, self.top / "resources")
        try:
            return Portfolio(
                name=name,
                status_date=self.context.status_date,
                projects=tuple(
                    Project(
                        one.id,
                        one.tasks,
                        one.name or (name if len(parts) == 1 else ""),
                        one.calendar,
                        one.start,
                        one.source,
                        one.status_date if one.status_date != self.context.status_date else None,
                        one.rules,
                        *kinship_of([one.entry, self.entry]),
                        **self.money.of_project(one.id, one.entry, one.origin),
                    )
                    for one in parts
                ),
                calendars=tuple(calendar for calendar in self.context.calendars.values() if calendar not in built_in),
                links=tuple(self.links),
                risks=tuple(risks),
                targets=tuple(self.promises.by_node.values()),
                currency=self.context.currency,
                description=self.entry.description or "",
                constraints=Reading(self.entry.constraints or Reading.SOFT),
                correlations=self.correlations,
                branches=tuple(branches),
                repair_correlations=self.entry.repair_correlations is not None,
                together=self.promises.sets,
                **self.money.parts | {"resources": resources},
                weather=self.weather,
            )
        except InvalidModel as error:
            self._report_model(error)
            return None

    def _report_model(self, error: InvalidModel) -> None:
        """Mistakes between the parts. Where others were found before, those that may only follow from them are left out."""
        earlier = {(place.file, place.line, place.column) for place, _ in self.findings.located if place}
        for problem in error.problems:
            undated = problem.code == "dates-out-of-order" and not self.is_dated
            if not (earlier and (problem.code in _FOLLOW or undated)):
                place = (self.findings.origin_of(problem.path) or self.top).place()
                if (place.file, place.line, place.column) not in earlier:
                    self.findings.located.append((place, in_plain_ids(problem, self.context.names.single)))
                if problem.code == "summary-link":  # it closes a circle as well, of which no more need be said
                    earlier.add((place.file, place.line, place.column))
