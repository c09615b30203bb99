"""A planner's schedule file (Primavera P6, MS Project) as projects, calendars and links of the model.

Everything that the forecast does not honour, and every choice made in reading, is in ``Schedule.warnings``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pmosim.errors import UnreadableFile
from pmosim.interchange import files
from pmosim.interchange.calendars import HORIZON_YEARS, Calendars
from pmosim.interchange.ids import Ids, clean
from pmosim.interchange.java import java_class
from pmosim.interchange.links import Ends, links_of
from pmosim.interchange.notices import Notices
from pmosim.interchange.tasks import TaskReader, moment
from pmosim.model.calendars import Calendar
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.tasks import FINISH, Link, Task, TaskKind

JAVA_CHARSETS = {"cp1252": "windows-1252", "utf-8": "UTF-8"}
"""Of the other encodings that a file may have, MPXJ sees the mark at its begin."""

PROGRESS_OPTIONS = {"PROGRESS_OVERRIDE": "progress override", "ACTUAL_DATES": "actual dates"}


@dataclass(frozen=True, slots=True)
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

    @property
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
        )


def _under(project: Project, id: str, calendars: Mapping[str, str]) -> Project:
    tasks = tuple(replace(task, calendar=calendars.get(task.calendar, task.calendar)) for task in project.tasks)
    return replace(project, id=id, tasks=tasks, calendar=calendars.get(project.calendar, project.calendar))


def read_schedule(path: str | Path) -> Schedule:
    """Read a schedule file: Primavera P6 (XER, PMXML) or MS Project (MSPDI XML, MPP), or another that MPXJ knows.

    Raises MissingExtra where the packages that read it are not installed, and UnreadableFile where Java or the file
    is missing, or the file is damaged, cut off or no schedule. Both say what to do.
    """
    path = Path(path)
    kind = files.examine(path)
    sources = [source for source in _read_with_mpxj(path, kind) if source.getTasks().size()]
    notices = Notices()
    if kind.doubtful:
        notices.add("doubtful-encoding")
    notices.add("dangling-links", n=kind.dangling_links)
    sources.sort(key=lambda source: not source.getProjectProperties().getExportFlag())
    schedule = _convert(path, _tool_of(sources, kind), sources, notices) if sources else None
    if schedule is None or not any(task.kind is not TaskKind.SUMMARY for task in schedule.tasks.values()):
        raise files.refuse(path, "there are no tasks in this file", "export the project with its activities")
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
    return str(cause).splitlines()[0][:200] if str(cause) else type(cause).__name__


def _tool_of(sources: list[Any], kind: files.FileKind) -> str:
    properties = sources[0].getProjectProperties() if sources else None
    application, form = (str(properties.getFileApplication()), str(properties.getFileType())) if properties else ("", "")
    name = {"Primavera": "Primavera P6", "Microsoft": "MS Project"}.get(application, application)
    return f"{name} {kind.version}, {form}".replace(" ,", ",")


def _convert(path: Path, tool: str, sources: list[Any], notices: Notices) -> Schedule:
    calendars, unused = _calendars(sources), _calendars(sources)
    readers = [TaskReader(source, calendars, notices, unused) for source in sources]
    tasks = [reader.read() for reader in readers]
    ids = Ids(reserved=(FINISH, "portfolio"))
    names = [ids.id_of(_name_of(source, path), "project") for source in sources]
    status_date = _status_date(sources, tasks, notices)
    projects: list[Project] = []
    targets: list[Target] = []
    for source, reader, name, own in zip(sources, readers, names, tasks, strict=True):
        if not any(task.kind is not TaskKind.SUMMARY for task in own):
            continue  # a project of which only the WBS was exported
        projects.append(_project(source, name, own, calendars, status_date, path))
        targets += _targets(source, reader, name, status_date, notices)
        _note_options(source, own, notices)
    _note_calendars(calendars, notices)
    _note_future(tasks, status_date, notices)
    known = {project.id for project in projects}
    ends = Ends(
        {uid: f"{name}.{id}" for name, reader in zip(names, readers, strict=True) if name in known for uid, id in reader.leaf_ids.items()},
        {uid: leaves for reader in readers for uid, leaves in reader.leaves_of.items()},
    )
    seen: set[int] = set()
    links = tuple(link for source in sources for link in links_of(source, ends, seen, notices))
    currency = str(sources[0].getProjectProperties().getCurrencyCode() or "")
    warnings = tuple(f"{path.name}: {sentence}" for sentence in notices.sentences())
    return Schedule(path, tool, status_date, tuple(projects), calendars.used, links, tuple(targets), currency, warnings)


def _calendars(sources: list[Any]) -> Calendars:
    """Calendars over the horizon of the schedule: from the week before its first date to `HORIZON_YEARS` after its last."""
    begins, ends = [], []
    for source in sources:
        properties = source.getProjectProperties()
        begins += [properties.getStartDate(), properties.getPlannedStart(), properties.getStatusDate(), source.getEarliestStartDate()]
        ends += [properties.getFinishDate(), source.getLatestFinishDate()]
    known = [one for one in map(moment, begins + ends) if one] or [_today()]
    first, last = min(known).date() - timedelta(days=31), max(known).date()
    return Calendars(first, last.replace(year=min(last.year + HORIZON_YEARS, 9000), month=12, day=31))


def _today() -> datetime:
    return datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)


def _name_of(source: Any, path: Path) -> str:
    """Primavera's project id; MS Project has none, so the file's name."""
    properties = source.getProjectProperties()
    return str(properties.getProjectID() or "") or clean(path.name.split(".")[0], "project")


def _status_date(sources: list[Any], tasks: list[list[Task]], notices: Notices) -> datetime:
    properties = [source.getProjectProperties() for source in sources]
    stated = {date for one in properties if (date := moment(one.getStatusDate()))}
    if stated:
        if len(stated) > 1:
            notices.add("status-dates", f"{max(stated):%d %b %Y %H:%M}")
        return max(stated)
    progress = [task.progress for own in tasks for task in own if task.progress]
    known = [date for one in progress for date in (one.actual_start, one.actual_finish) if date]
    known += [date for one in properties if (date := moment(one.getStartDate() or one.getPlannedStart()))]
    chosen = max(known) if known else _today()
    notices.add("no-status-date", f"{chosen:%d %b %Y %H:%M} (" + ("the last of its actual dates)" if progress else "its start)"))
    return chosen


def _project(source: Any, id: str, tasks: list[Task], calendars: Calendars, status_date: datetime, path: Path) -> Project:
    properties = source.getProjectProperties()
    default = properties.getDefaultCalendar()
    planned = moment(properties.getPlannedStart() or properties.getStartDate())
    data_date = moment(properties.getStatusDate()) or status_date
    return Project(
        id=id,
        tasks=tuple(tasks),
        name=str(properties.getProjectTitle() or properties.getName() or "") or id,
        calendar=calendars.of(default).id if default is not None else "standard",
        start=min(planned, data_date) if planned else data_date,
        source=path.name,
    )


def _targets(source: Any, reader: TaskReader, id: str, status_date: datetime, notices: Notices) -> Iterator[Target]:
    """Dates that the file asks for. Those that are past already promise nothing."""
    must = moment(source.getProjectProperties().getMustFinishBy())
    if must and must >= status_date:
        notices.add("must-finish", f"{must:%d %b %Y %H:%M}")
        yield Target(f"{id}.{FINISH}", must, label="must finish by")
    for task, due in reader.targets.items():
        if due >= status_date:
            yield Target(f"{id}.{task}", due)


def _note_options(source: Any, tasks: list[Task], notices: Notices) -> None:
    properties = source.getProjectProperties()
    option = PROGRESS_OPTIONS.get(str(properties.getSchedulingProgressedActivities()))
    if option and any(task.progress and not task.is_finished for task in tasks):
        notices.add("progress-option", option)
    if str(properties.getScheduleFrom()) in ("1", "FINISH"):
        notices.add("backwards")
    notices.add("unreadable-part", n=len(source.getIgnoredErrors()))


def _note_calendars(calendars: Calendars, notices: Notices) -> None:
    if calendars.without_work:
        notices.add("no-work-calendar", ", ".join(calendars.without_work), len(calendars.without_work))
    notices.add("calendar-horizon", f"{calendars.last:%d %b %Y}", calendars.dropped)


def _note_future(tasks: list[list[Task]], status_date: datetime, notices: Notices) -> None:
    for own in tasks:
        for task in own:
            if task.progress and max(task.progress.actual_start, task.progress.actual_finish or status_date) > status_date:
                notices.add("future-actuals")
