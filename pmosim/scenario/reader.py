"""A scenario file into a Portfolio: every mistake at once, each with its file, line and column."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmosim.errors import InvalidModel, InvalidScenario, Problem, UnreadableFile
from pmosim.model.calendars import ALWAYS, STANDARD
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Risk
from pmosim.model.tasks import FINISH, LagCalendar, Link, Task, TaskKind
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.document import Document, parse_document, read_document
from pmosim.scenario.links import read_crossing
from pmosim.scenario.places import Findings, Misread, Origin
from pmosim.scenario.quantities import read_probability
from pmosim.scenario.register import RiskReader, WrittenRisk, expired
from pmosim.scenario.validation import validated
from pmosim.scenario.work import TaskReader, Written, flattened, id_problem
from pmosim.scenario.working_time import CalendarReader

if TYPE_CHECKING:
    from pmosim.interchange.schedules import Schedule

SINGLE = "project"
"""Id of the project of a scenario that has its tasks at the top; nobody need write it."""


@dataclass(frozen=True, slots=True)
class Settings:
    iterations: int = 10_000
    seed: int = 1
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Scenario:
    portfolio: Portfolio
    settings: Settings
    path: Path
    schedules: tuple[Schedule, ...] = ()  # the planners' files behind it, under the ids that they have in the portfolio
    notes: tuple[str, ...] = ()  # choices made and warnings, for the reader of the forecast


def read_scenario(path: str | Path) -> Scenario:
    """Raises InvalidScenario with every mistake found, each with its place; UnreadableFile only where another file is missing an extra."""
    path = Path(path)
    try:
        document = read_document(path)
    except UnreadableFile as error:
        raise InvalidScenario([(None, Problem("unreadable-file", (), str(error), "give the path of a scenario file (.yaml)"))]) from None
    return scenario_of(document, path)


def scenario_from_text(text: str, path: str | Path = "scenario.yaml") -> Scenario:
    """A scenario whose text is at hand; other files that it names are looked for beside ``path``."""
    return scenario_of(parse_document(text, str(path)), Path(path))


def scenario_of(document: Document, path: Path) -> Scenario:
    return _Reader(document, path).read()


@dataclass
class _Part:
    """A project in the making."""

    id: str
    entry: language.ProjectParts
    origin: Origin
    name: str
    written: list[Written]
    calendar: str = STANDARD.id
    start: datetime | None = None
    tasks: tuple[Task, ...] = ()
    source: str = ""


class _Reader:
    """The way from a document to a scenario, one stage a method."""

    def __init__(self, document: Document, path: Path) -> None:
        self.document, self.path = document, path
        self.findings = Findings()
        self.findings.located += document.problems
        self.top = Origin(document)
        self.context = Context(self.findings, path.parent)
        self.links: list[Link] = []
        self.targets: list[Target] = []

    def read(self) -> Scenario:
        entry = self._entry()
        self._dates(entry)
        self.context.currency = (entry.currency or "").strip()
        notes = self._calendars(entry)
        parts = self._parts(entry)
        for part in parts:
            self._name(part)
        for part in parts:
            self._build(part, entry)
        self._crossing(entry)
        self._own_target(entry, parts)
        risks = self._risks(entry, parts)
        settings = self._settings(entry.simulation)
        portfolio = self._portfolio(entry, parts, risks)
        self.findings.raise_if_any()
        assert portfolio is not None
        finished = {id for id, task in portfolio.tasks.items() if task.is_finished}
        notes += [f"risk '{id}' has expired: all tasks that it hits are finished" for id in expired(risks, finished)]
        return Scenario(portfolio, settings, self.path, notes=(*self.context.notes, *notes))

    def _entry(self) -> language.Scenario:
        value: Any = self.document.value
        if value is None:
            self.findings.add(self.top, "empty-scenario", "the scenario is empty", "'pmosim init' writes one to start from")
        elif not isinstance(value, dict):
            what = "a scenario is a mapping (key: value), not " + ("a list" if isinstance(value, list) else "a text")
            self.findings.add(self.top, "not-a-mapping", what, "begin with  pmosim: 1")
        if not isinstance(value, dict):
            self.findings.raise_if_any()
        entry = validated(language.Scenario, value, self.top, self.findings)
        if entry.pmosim is None and not self.findings.was_dropped(self.top / "pmosim"):
            what = "the scenario does not say for which version of the language it is written"
            self.findings.add(self.top, "missing-version", what, f"begin with  pmosim: {language.VERSION}")
        elif entry.pmosim not in (None, language.VERSION):
            what = f"the scenario is written in version {entry.pmosim} of the language; this pmosim reads version {language.VERSION}"
            self.findings.add(self.top / "pmosim", "unknown-version", what, f"write  pmosim: {language.VERSION}, or install another pmosim")
        return entry

    def _dates(self, entry: language.Scenario) -> None:
        """The status date; where none is given, the earliest start."""
        moment, context = self.context.moment, self.context
        stated = moment(entry.status_date, self.top / "status_date")
        starts = [moment(entry.start, self.top / "start")] if entry.projects is None else []
        starts += [moment(p.start, self.top / "projects" / id / "start") for id, p in (entry.projects or {}).items() if p]
        known = [start for start in starts if start]
        self.starts_known = bool(stated or known)
        context.status_date = stated or min(known, default=datetime.min)

    def _calendars(self, entry: language.Scenario) -> list[str]:
        built_in = {STANDARD.id: STANDARD, ALWAYS.id: ALWAYS}
        year = self.context.status_date.year if self.starts_known else datetime.now().year
        reader = CalendarReader(entry.calendars or {}, self.top / "calendars", self.findings, max(year, 1951) - 1)
        self.context.calendars = built_in | reader.read()
        for id in entry.calendars or {}:
            self.findings.register(("calendars", id), self.top / "calendars" / id)
        return reader.notes

    def _parts(self, entry: language.Scenario) -> list[_Part]:
        own = [key for key in ("tasks", "tasks_from", "schedule", "uncertainty", "deadlines", "watch") if getattr(entry, key) is not None]
        if entry.projects is not None:
            for key in own:
                what = f"'{key}' stands at the top, but the scenario has projects"
                self.findings.add(self.top / key, "tasks-and-projects", what, f"move '{key}' into one of the projects", key=True)
            origin = self.top / "projects"
            parts = [self._part(id, project or language.Project(), origin / id) for id, project in entry.projects.items()]
            if not parts:
                self.findings.add(
                    origin, "empty-portfolio", "the portfolio has no project", "add at least one project with one task", key=True
                )
            return parts
        if not {"tasks", "tasks_from", "schedule"} & {*own} and not any(
            self.findings.was_dropped(self.top / key) for key in ("projects", "tasks", "tasks_from", "schedule")
        ):
            self.findings.add(
                self.top, "empty-portfolio", "the scenario has no tasks", "add  tasks:, tasks_from:, schedule:  or  projects:"
            )
        return [self._part(SINGLE, entry, self.top)]

    def _part(self, id: str, entry: language.ProjectParts, origin: Origin) -> _Part:
        if problem := id_problem(id, "project"):
            self.findings.add(origin, *problem, key=True)
        written = [*flattened(entry.tasks or {}, origin / "tasks", self.context)]
        part = _Part(id, entry, origin, getattr(entry, "name", None) or "", written)
        part.start = self.context.moment(entry.start, origin / "start") if id != SINGLE or entry.start else None
        outer = (
            self.context.known_calendar(self.document.value.get("calendar"), self.top / "calendar", STANDARD.id)
            if origin != self.top
            else STANDARD.id
        )
        part.calendar = self.context.known_calendar(entry.calendar, origin / "calendar", outer)
        self.findings.register(("projects", id), origin)
        return part

    def _name(self, part: _Part) -> None:
        """Make the tasks of a project known; of two with one id the first counts."""
        names = self.context.names
        names.add_project(part.id)
        parents = {one.parent for one in part.written if one.parent}
        first: dict[str, Written] = {}
        for one in part.written:
            if problem := id_problem(one.id, "task"):
                self.findings.add(one.origin, *problem, key=True)
            if one.id in first:
                where = first[one.id].origin.place(key=True)
                what = f"two tasks have the id '{one.id}'; the first one is in {where.file}, line {where.line}"
                self.findings.add(one.origin, "duplicate-id", what, "give each an id of its own", key=True)
                continue
            first[one.id] = one
            names.add_task(part.id, one.id, summary=one.id in parents or one.entry.tasks is not None)
        part.written = [*first.values()]

    def _build(self, part: _Part, entry: language.Scenario) -> None:
        written_lags = part.entry.lag_calendar or entry.lag_calendar
        reader = TaskReader(self.context, part.id, part.calendar, LagCalendar(written_lags or LagCalendar.SUCCESSOR))
        own = reader.read(part.written)
        part.tasks = (*part.tasks, *own)
        for task in part.tasks:
            self.context.task_calendars[f"{part.id}.{task.id}"] = task.calendar
            if task.kind is not TaskKind.TASK or task.is_finished:
                self.context.without_work.add(f"{part.id}.{task.id}")
        self._link_later = getattr(self, "_link_later", [])
        self._link_later.append((reader, part))
        self.targets += reader.targets
        self._check_parents(part)
        if not any(task.kind is not TaskKind.SUMMARY for task in part.tasks) and not self.findings:
            self.findings.add(part.origin, "empty-project", f"project '{part.id}' has no task", "add at least one task", key=True)

    def _check_parents(self, part: _Part) -> None:
        known = {task.id for task in part.tasks}
        for one in part.written:
            if one.entry.parent is not None and one.entry.parent not in known:
                from pmosim.errors import did_you_mean

                fix = did_you_mean(one.entry.parent, known - {one.id}, f"add summary task '{one.entry.parent}', or remove the parent")
                what = f"task '{one.id}' stands under '{one.entry.parent}', but there is no such task"
                self.findings.add(one.origin / "parent", "unknown-parent", what, fix)
        part.tasks = tuple(task if task.parent in known else replace(task, parent=None) for task in part.tasks)

    def _crossing(self, entry: language.Scenario) -> None:
        kinds = dict.fromkeys(self.context.names.summaries, TaskKind.SUMMARY)
        for reader, part in self._link_later:
            self.links += reader.links(part.written, kinds)
        for place, text in enumerate(entry.links or ()):
            origin = self.top / "links" / place
            try:
                name, offset, link = read_crossing(text)
            except Misread as error:
                self.findings.misread(origin, error)
                continue
            try:
                successor = self.context.names.task(name)
            except Misread as error:
                self.findings.add(origin.at(offset), error.code, f"this link leads to a task that does not exist: {error.what}", error.fix)
                continue
            reader = next(reader for reader, part in self._link_later if part.id == successor.partition(".")[0])
            if made := reader.link(link, successor, origin, kinds):
                self.links.append(made)

    def _own_target(self, entry: language.Scenario, parts: list[_Part]) -> None:
        for part in parts:
            if part.origin != self.top:
                self._target(part.entry.target, part.origin / "target", f"{part.id}.{FINISH}")
            for id, text in (part.entry.deadlines or {}).items():
                self._deadline(part, id, text)
            for place, id in enumerate(part.entry.watch or ()):
                self._deadline(part, id, None, place)
        node = f"{parts[0].id}.{FINISH}" if len(parts) == 1 else FINISH
        self._target(entry.target, self.top / "target", node)

    def _target(self, entry: language.Target | None, origin: Origin, node: str) -> None:
        if entry is None:
            return
        finish = self.context.moment(entry.finish, origin / "finish", end_of_day=True)
        budget = self.context.certain_money(entry.budget, origin / "budget")
        if entry.finish is None and entry.budget is None:
            if not any(self.findings.was_dropped(origin / key) for key in ("finish", "budget")):
                self.findings.add(
                    origin, "empty-target", "the target has neither a finish nor a budget", "write  target: {finish: 2027-09-30}", key=True
                )
            return
        self.findings.register(("targets", node), origin / ("finish" if finish else "budget"))
        if budget is not None and budget <= 0:
            self.findings.add(origin / "budget", "impossible-budget", f"the budget is {budget:g}", "give a budget above 0")
            budget = None
        if finish or budget:
            self.targets = [target for target in self.targets if target.node != node] + [Target(node, finish, budget)]

    def _deadline(self, part: _Part, id: str, text: str | None, place: int | None = None) -> None:
        origin = part.origin / "watch" / place if place is not None else part.origin / "deadlines" / id
        try:
            node = self.context.names.task(id, part.id)
        except Misread as error:
            self.findings.add(origin, error.code, error.what, error.fix, key=place is None)
            return
        due = self.context.moment(text, origin, end_of_day=True)
        if (due is None and text is not None) or (due is None and any(target.node == node for target in self.targets)):
            return
        self.findings.register(("targets", node), origin)
        self.targets = [target for target in self.targets if target.node != node] + [Target(node, due)]

    def _risks(self, entry: language.Scenario, parts: list[_Part]) -> list[Risk]:
        origin = self.top / "risks"
        written = [
            WrittenRisk(id, risk or language.Risk(), origin / id, self.findings.was_dropped(origin / id))
            for id, risk in (entry.risks or {}).items()
        ]
        return RiskReader(self.context, {part.id: part.calendar for part in parts}).read(written)

    def _settings(self, entry: language.Simulation | None) -> Settings:
        if entry is None:
            return Settings()
        given = {key: value for key in ("iterations", "seed") if (value := getattr(entry, key)) is not None}
        if entry.confidence is not None:
            try:
                given["confidence"] = read_probability(entry.confidence)
                if not 0.5 <= given["confidence"] < 1:
                    raise Misread("out-of-range", f"the confidence {entry.confidence} is not between 50% and 100%", "write for example 95%")
            except Misread as error:
                self.findings.misread(self.top / "simulation" / "confidence", error)
        return Settings(**given)

    def _portfolio(self, entry: language.Scenario, parts: list[_Part], risks: list[Risk]) -> Portfolio | None:
        if not self.starts_known:
            if not any(self.findings.was_dropped(self.top / key) for key in ("status_date", "projects")) and entry.status_date is None:
                what = "the scenario has no status date: it is not known when work can begin"
                self.findings.add(self.top, "missing-status-date", what, "add  status_date: 2026-11-20")
            self.context.status_date = datetime(2000, 1, 3)
        projects = tuple(
            Project(p.id, p.tasks, p.name or (entry.name or "" if p.id == SINGLE else ""), p.calendar, p.start, p.source) for p in parts
        )
        custom = tuple(calendar for id, calendar in self.context.calendars.items() if calendar is not STANDARD and calendar is not ALWAYS)
        try:
            return Portfolio(
                name=entry.name or self.path.stem,
                status_date=self.context.status_date,
                projects=projects,
                calendars=custom,
                links=tuple(self.links),
                risks=tuple(risks),
                targets=tuple(self.targets),
                currency=self.context.currency,
                description=entry.description or "",
            )
        except InvalidModel as error:
            self._model_problems(error)
            return None

    def _model_problems(self, error: InvalidModel) -> None:
        """Mistakes between the parts. Where others were found before, those that may only follow from them are left out."""
        follow_up = {
            "empty-portfolio",
            "empty-project",
            "unknown-task",
            "unknown-parent",
            "duplicate-id",
            "reserved-id",
            "risk-without-effect",
        }
        earlier = bool(self.findings)
        for problem in error.problems:
            if earlier and (problem.code in follow_up or (problem.code == "dates-out-of-order" and not self.starts_known)):
                continue
            origin = self.findings.origin_of(problem.path) or self.top
            self.findings.located.append((origin.place(), self._in_plain_ids(problem)))

    def _in_plain_ids(self, problem: Problem) -> Problem:
        single = self.context.names.single
        if single is None:
            return problem
        prefix = re.compile(rf"(?<![\w.]){re.escape(single)}\.(?=\S)")
        return replace(problem, what=prefix.sub("", problem.what), fix=prefix.sub("", problem.fix))
