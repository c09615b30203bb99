"""A planner's schedule file (Primavera P6, MS Project) as projects, calendars and links of the model.

Everything that the forecast does not honour, and every choice made in reading, is in ``Schedule.warnings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pmosim.errors import UnreadableFile
from pmosim.interchange import files, xer
from pmosim.interchange.baselines import baselines_in, is_primavera, number_of, without_baselines
from pmosim.interchange.circles import refuse_circles
from pmosim.interchange.costs import CostReader
from pmosim.interchange.ids import Ids
from pmosim.interchange.java import java_class
from pmosim.interchange.links import Ends, LinkReader, lag_calendar_of
from pmosim.interchange.notices import Notices, note_open_links
from pmosim.interchange.outside import held_by_dates
from pmosim.interchange.projects import calendars_over, name_of, note_dates, note_options, project_of, status_date_of, targets_of
from pmosim.interchange.tasks import TaskReader
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar
from pmosim.model.money import Resource
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.tasks import FINISH, LagCalendar, Link, LinkKind, Task, TaskKind

JAVA_CHARSETS = {"cp1252": "windows-1252", "cp1251": "windows-1251", "utf-8": "UTF-8"}
"""Of the other encodings that a file may have, MPXJ sees the mark at its begin."""


@dataclass(frozen=True)
class Schedule:
    """What a schedule file holds. Ids of projects and tasks are clean (see `pmosim.interchange.ids`)."""

    path: Path
    tool: str  # which wrote the file, and its format: "Primavera P6 22.12, XER"
    status_date: datetime  # the data date; nothing unfinished runs before it
    projects: tuple[Project, ...]  # those that the planner exported first
    calendars: tuple[Calendar, ...]  # those that some task keeps
    links: tuple[Link, ...]
    targets: tuple[Target, ...] = ()  # deadlines, must-finish-by and finish-no-later-than dates of the file
    currency: str = ""
    warnings: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()  # projects that came along, as far as the exported ones are linked to them
    numbers: Mapping[tuple[str, str], str] = field(default_factory=dict)  # Primavera's of project and activity -> qualified id
    open_links: tuple[xer.OpenLink, ...] = ()  # to projects that are not in the file
    lag_calendar: LagCalendar = LagCalendar.SUCCESSOR  # by the file's own option
    resources: tuple[Resource, ...] = ()  # that cost something, where costs are read

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """Every task by its qualified id."""
        return {f"{project.id}.{task.id}": task for project in self.projects for task in project.tasks}

    def portfolio(self) -> Portfolio:
        """The schedule alone, as its planner wrote it."""
        return Portfolio(
            name=self.path.stem,
            status_date=self.status_date,
            projects=self.projects,
            calendars=self.calendars,
            links=self.links,
            targets=self.targets,
            currency=self.currency,
            resources=self.resources,
        )

    def renamed(self, projects: Mapping[str, str], calendar_prefix: str = "") -> Schedule:
        """The same schedule under other project ids, so that it can stand beside others.

        ``projects`` maps the file's ids to new ones; those not named stay. ``calendar_prefix`` is put before the id of
        every calendar, for two files may each have their own "Standard".
        """
        own = {calendar.id: calendar_prefix + calendar.id for calendar in self.calendars}

        def moved(qualified: str) -> str:
            project, dot, task = qualified.partition(".")
            return projects.get(project, project) + dot + task

        return replace(
            self,
            projects=tuple(_under(project, projects.get(project.id, project.id), own) for project in self.projects),
            calendars=tuple(replace(calendar, id=own[calendar.id]) for calendar in self.calendars),
            links=tuple(replace(link, predecessor=moved(link.predecessor), successor=moved(link.successor)) for link in self.links),
            targets=tuple(replace(target, node=moved(target.node)) for target in self.targets),
            beside=frozenset(projects.get(id, id) for id in self.beside),
            numbers={number: moved(id) for number, id in self.numbers.items()},
        )


def _under(project: Project, id: str, calendars: Mapping[str, str]) -> Project:
    tasks = tuple(replace(task, calendar=calendars.get(task.calendar, task.calendar)) for task in project.tasks)
    return replace(project, id=id, tasks=tasks, calendar=calendars.get(project.calendar, project.calendar))


def read_schedule(path: str | Path, *, costs: bool = False, planned_as_baseline: bool = False) -> Schedule:
    """Read a schedule file: Primavera P6 (XER, PMXML) or MS Project (MSPDI XML, MPP), or another that MPXJ knows.

    With ``costs`` also what its resources, assignments and tasks cost, in the file's own currency. With ``planned_as_baseline``
    Primavera's planned dates stand for the baseline of a project that has none in the file.

    Raises MissingExtra where the packages that read it are not installed, and UnreadableFile where Java or the file
    is missing, or the file is damaged, cut off or no schedule. Both say what to do.
    """
    path = Path(path)
    kind = files.examine(path)
    sources, baselines = without_baselines([source for source in _read_with_mpxj(path, kind) if source.getTasks().size()])
    if planned_as_baseline:
        baselines = {number_of(source): source for source in sources if is_primavera(source)} | baselines
    notices = Notices()
    if kind.doubtful:
        notices.add("doubtful-encoding")
    note_open_links(notices, kind.dangling_links)
    sources.sort(key=lambda source: not source.getProjectProperties().getExportFlag())
    notices.add("missing-calendar", n=kind.missing_calendars)
    schedule = _convert(path, kind, sources, notices, baselines, costs=costs) if sources else None
    if schedule is None or not _has_work(schedule.tasks.values()):
        raise files.refuse(path, "there are no tasks in this file", "export the project with its activities")
    refuse_circles(path, schedule.tasks, schedule.links)
    return schedule


def _read_with_mpxj(path: Path, kind: files.FileKind) -> list[Any]:
    universal = java_class("org.mpxj.reader.UniversalProjectReader")()
    try:
        proxy = universal.getProjectReaderProxy(java_class("java.io.File")(str(path.resolve())))
        if proxy is None:
            raise files.refuse(path, "this is no schedule file", f"give a file of {files.READABLE}")
        with proxy:
            _set_up(proxy.getProjectReader(), kind)
            return [project for project in proxy.readAll() or () if project is not None]
    except UnreadableFile:
        raise
    except Exception as error:  # Java's: whatever a damaged file provokes in MPXJ
        if "password" in str(error):
            raise files.refuse(path, "the file is protected by a password", "save it without one in MS Project") from None
        raise files.refuse(path, f"the file is damaged ({_in_short(error)})", "export or copy it again") from None


def _set_up(reader: Any, kind: files.FileKind) -> None:
    if hasattr(reader, "setLinkCrossProjectRelations"):  # without it, links between projects of one file are lost
        reader.setLinkCrossProjectRelations(True)
    if kind.kind == files.XER and kind.encoding in JAVA_CHARSETS:
        reader.setCharset(java_class("java.nio.charset.Charset").forName(JAVA_CHARSETS[kind.encoding]))


def _in_short(error: Exception) -> str:
    """The innermost cause, in Java's words."""
    cause: Any = error
    while (deeper := getattr(cause, "getCause", lambda: None)()) is not None:
        cause = deeper
    said = str(cause).splitlines()[0].rpartition("Exception: ")[2] if str(cause) else "for no reason that MPXJ gives"
    return "something that MPXJ needs is missing in it" if said.startswith("Cannot invoke") else said[:200]


def _tool_of(sources: list[Any], kind: files.FileKind) -> str:
    properties = sources[0].getProjectProperties() if sources else None
    application, form = (str(properties.getFileApplication()), str(properties.getFileType())) if properties else ("", "")
    name = {"Primavera": "Primavera P6", "Microsoft": "MS Project"}.get(application, application)
    return f"{name} {kind.version}, {form}".replace(" ,", ",")


def _convert(
    path: Path, kind: files.FileKind, sources: list[Any], notices: Notices, baselines: Mapping[str, Any], *, costs: bool
) -> Schedule:
    calendars, compared = calendars_over(sources, kind.idle_calendars), calendars_over(sources, kind.idle_calendars)
    readers = [TaskReader(source, calendars, notices, compared) for source in sources]
    tasks = [_measured(reader.read(), baselines.get(number_of(reader.file)), notices, reader.file) for reader in readers]
    ids = Ids(reserved=(FINISH, "portfolio"))
    names = [ids.id_of(name_of(source, path), "project") for source in sources]
    # a project without work is one of which only the WBS was exported
    parts = [
        part for part in zip(sources, readers, names, tasks, strict=True) if any(task.kind is not TaskKind.SUMMARY for task in part[3])
    ]
    status_date = status_date_of([source for source, *_ in parts], tasks, notices)
    prices = CostReader(calendars, status_date, notices)
    if costs:
        parts = [(source, reader, name, prices.costed(source, reader.id_of, own)) for source, reader, name, own in parts]
    else:
        for reader in readers:
            notices.add("cost", n=reader.with_costs)
    projects: list[Project] = []
    targets: list[Target] = []
    for source, reader, name, own in parts:
        projects.append(project_of(source, name, own, calendars, status_date, path))
        targets += targets_of(source, reader.targets, name, status_date, notices)
        note_options(source, notices)
        note_dates(projects[-1], status_date, notices)
    linked = LinkReader(_ends(parts), notices)
    links = [link for source, *_ in parts for link in linked.links_of(source)]
    links += [link for _, reader, name, _ in parts for link in _spans(reader, name)]
    by_id = {calendar.id: calendar for calendar in (*calendars.used, ALWAYS, STANDARD)}
    waiting = tuple(replace(one, tasks=held_by_dates(one.id, one.tasks, linked.waits, by_id)) for one in projects)
    if calendars.without_work:
        notices.add("no-work-calendar", ", ".join(calendars.without_work.values()), len(calendars.without_work))
    notices.add("calendar-horizon", f"{calendars.last:%d %b %Y}", calendars.dropped)
    beside = {name for source, _, name, _ in parts if not source.getProjectProperties().getExportFlag()}
    return Schedule(
        path,
        _tool_of(sources, kind),
        status_date,
        waiting,
        calendars.used,
        tuple(links),
        tuple(targets),
        currency=str(sources[0].getProjectProperties().getCurrencyCode() or (kind.currency if costs else "")),
        warnings=tuple(f"{path.name}: {sentence}" for sentence in notices.sentences()),
        beside=frozenset(beside) if len(beside) < len(parts) else frozenset(),
        numbers=dict(_numbers(parts)) if kind.kind == files.XER else {},
        open_links=kind.open_links,
        lag_calendar=lag_calendar_of(sources[0].getProjectProperties()),
        resources=tuple(prices.used.values()),
    )


def _measured(tasks: list[Task], baseline: Any, notices: Notices, own: Any) -> list[Task]:
    """The tasks with their baselines; ``baseline`` is Primavera's project against which theirs is measured, if there is one."""
    if baseline is None:
        return tasks
    named = {task.id: task.codes.get("Activity ID", task.id) for task in tasks if task.kind is not TaskKind.SUMMARY}
    found = baselines_in(baseline)
    known = {*named.values()}
    if baseline is own:
        notices.add("baseline-planned", n=len(found.keys() & known))
    else:
        name = str(baseline.getProjectProperties().getProjectID() or "")
        notices.add("baseline-project", name, len(found.keys() & known))
        notices.add("baseline-unmatched", name, len(found.keys() - known))
    return [replace(task, baseline=found.get(named[task.id])) if task.id in named else task for task in tasks]


def _has_work(tasks: Iterable[Task]) -> bool:
    return any(task.kind is not TaskKind.SUMMARY for task in tasks)


def _ends(parts: Iterable[tuple[Any, TaskReader, str, list[Task]]]) -> Ends:
    tasks: dict[int, str] = {}
    parents: dict[str, str] = {}
    external: dict[int, tuple[datetime, datetime]] = {}
    for _, reader, name, own in parts:
        tasks |= {uid: f"{name}.{id}" for uid, id in reader.id_of.items()}
        parents |= {f"{name}.{task.id}": f"{name}.{task.parent}" for task in own if task.parent}
        external |= reader.external
    return Ends(tasks, parents, external)


def _numbers(parts: Iterable[tuple[Any, TaskReader, str, list[Task]]]) -> Iterator[tuple[tuple[str, str], str]]:
    for source, reader, name, own in parts:
        worked = {task.id for task in own if task.kind is not TaskKind.SUMMARY}
        project = str(source.getProjectProperties().getUniqueID())
        yield from (((project, str(uid)), f"{name}.{id}") for uid, id in reader.id_of.items() if id in worked)


def _spans(reader: TaskReader, project: str) -> Iterator[Link]:
    """A WBS-summary activity begins with the first of the activities of its WBS element, and ends with the last."""
    for id, spanned in reader.wbs_summaries.items():
        for other in spanned:
            for kind in (LinkKind.SS, LinkKind.FF):
                yield Link(f"{project}.{other}", f"{project}.{id}", kind)
