"""A planner's schedule as the texts of a scenario folder: one file that is the user's, and those that every import writes anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from pmosim.exchange.tables import TaskTable, line
from pmosim.exchange.texts import calendar_lines, moment, scalar
from pmosim.interchange.estimates import three_points
from pmosim.interchange.schedules import Schedule
from pmosim.model.calendars import ALWAYS, STANDARD
from pmosim.model.project import USUAL, Project, Target
from pmosim.model.tasks import FINISH, LagCalendar, Link, Rules, TaskKind

SCENARIO, SCHEDULE = "scenario.yaml", "schedule.yaml"

MARK = "# Made by 'pmosim import', which writes it anew with every update of the planner's file. What is yours stands in scenario.yaml."
"""First line of the file that is written anew; by it a folder is known as an import."""

YOURS = """\
# A forecast of {file}. This file is yours: further imports leave it alone.
# What comes from the planner stands in schedule.yaml and the tables beside it. When the planner's file has changed:
#   pmosim import {file} --output {folder} --update
#   git diff                        shows what the planner changed
#   pmosim run {folder}/scenario.yaml
pmosim: 1
base: schedule.yaml
name: {name}

simulation: {{iterations: 10000, seed: 1}}

projects:
{projects}
# What may happen, once for all the tasks that it hits:
# risks:
#   late_steel:
#     name: Steel is delivered late
#     probability: 30%
#     hits: {{"{example}": +triangular 5d 10d 30d}}
"""

PROJECT = """\
  {id}:
    # How uncertain the durations are. Percentages are of the planned remaining duration; the first rule that matches a task holds.
    # uncertainty:
    #   - {{match: {{id: [{task}]}}, duration: triangular 95% 100% 200%}}     # or by wbs, name, resource or code
    #   - {{duration: pert 90% 100% 130%}}
{estimates}    # target: {{finish: {promise}, budget: 4.2M EUR}}     # what was promised; its probability is reported
    # watch: [{task}]     # further finishes to forecast
"""


def generated(schedule: Schedule) -> dict[str, str]:
    """Text by file name: the calendars, projects and options of the schedule, and a table of the tasks of each project."""
    texts = {SCHEDULE: "\n".join([MARK, *_head(schedule), *_calendars(schedule), *_projects(schedule), ""])}
    for project in schedule.projects:
        texts[table_name(project)] = _table(schedule, project).text()
    return texts


def yours(schedule: Schedule, folder: str, files: str) -> str:
    """The text of the scenario to start from, in which nothing is uncertain yet."""
    name = Path(folder).name or schedule.path.stem.split(".")[0]
    work = {project.id: _example(project) for project in schedule.projects}
    promise = f"{_last_date(schedule):%Y-%m-%d}"
    estimates = {project.id: _estimates(project) for project in schedule.projects}
    projects = "".join(PROJECT.format(id=scalar(id), task=task, promise=promise, estimates=estimates[id]) for id, task in work.items())
    first, task = next(iter(work.items()))
    example = f"{first}.{task}"
    return YOURS.format(file=line(files), folder=folder, name=scalar(name), projects=projects, example=example)


def _estimates(project: Project) -> str:
    """How to use the columns of the project that look like three-point estimates, if it has any."""
    found = three_points(project.tasks)
    return f"    # {found.mapping}     # columns of the file that look like estimates\n" if found else ""


def _last_date(schedule: Schedule) -> datetime:
    """The last date that the planner's tool has stored, for an example of a target."""
    stored = [task.stored.early_finish for task in schedule.tasks.values() if task.stored and task.stored.early_finish]
    return max([schedule.status_date, *stored])


def table_name(project: Project) -> str:
    return f"{project.id}.csv"


def _example(project: Project) -> str:
    """A task that may be named in an example."""
    open_tasks = [task.id for task in project.tasks if task.kind is TaskKind.TASK and not task.is_finished]
    return (open_tasks or [task.id for task in project.tasks])[0]


def _head(schedule: Schedule) -> Iterator[str]:
    yield "pmosim: 1"
    yield f"status_date: {moment(schedule.status_date)}"
    if schedule.currency:
        yield f"currency: {scalar(schedule.currency)}"


def _calendars(schedule: Schedule) -> Iterator[str]:
    own = [calendar for calendar in schedule.calendars if calendar not in (STANDARD, ALWAYS)]
    if own:
        yield "calendars:"
    for calendar in sorted(own, key=lambda one: one.id):
        yield f"  {scalar(calendar.id)}:"
        yield from (f"    {line}" for line in calendar_lines(calendar))


def _projects(schedule: Schedule) -> Iterator[str]:
    targets = {target.node: target for target in schedule.targets}
    yield "projects:"
    for project in schedule.projects:
        yield f"  {scalar(project.id)}:"
        yield from (f"    {line}" for line in _project(schedule, project, targets.get(f"{project.id}.{FINISH}")))


def _project(schedule: Schedule, project: Project, target: Target | None) -> Iterator[str]:
    if project.name:
        yield f"name: {scalar(project.name)}"
    for key, date in (("start", project.start), ("status_date", project.status_date), ("must_finish", project.rules.must_finish)):
        if date:
            yield f"{key}: {moment(date)}"
    yield f"calendar: {scalar(project.calendar)}"
    yield f"lag_calendar: {_lag_calendar(schedule, project)}"
    yield f"logic: {project.rules.logic}"
    finer = dict(_scheduling(project.rules))
    if _has_future_actuals(project, project.status_date or schedule.status_date):
        finer["future_actuals"] = True
    if finer:
        yield "scheduling: {" + ", ".join(f"{name}: {str(value).lower()}" for name, value in finer.items()) + "}"
    if target and target.finish:
        yield f"target: {{finish: {moment(target.finish)}}}"
    yield f"tasks_from: {scalar(table_name(project))}"


def _scheduling(rules: Rules) -> Mapping[str, bool]:
    """The finer options that differ from the usual ones."""
    names = [part.name for part in fields(Rules) if part.name not in ("logic", "must_finish")]
    return {name: getattr(rules, name) for name in names if getattr(rules, name) != getattr(USUAL, name)}


def _has_future_actuals(project: Project, status_date: datetime) -> bool:
    progress = [task.progress for task in project.tasks if task.progress]
    return any(max(one.actual_start, one.actual_finish or status_date).date() > status_date.date() for one in progress)


def _links_into(schedule: Schedule, project: Project) -> list[Link]:
    return [link for link in schedule.links if link.successor.partition(".")[0] == project.id]


def _lag_calendar(schedule: Schedule, project: Project) -> LagCalendar:
    """That of most lags; elapsed ones say themselves what they are."""
    lagged = [link.lag.calendar for link in _links_into(schedule, project) if link.lag.minutes or link.lag.share]
    counts: Counter[LagCalendar] = Counter(calendar for calendar in lagged if calendar is not LagCalendar.ELAPSED)
    return max(LagCalendar, key=lambda one: (counts[one], one is LagCalendar.SUCCESSOR))


def _table(schedule: Schedule, project: Project) -> TaskTable:
    prefix = f"{project.id}."
    return TaskTable(
        project,
        {calendar.id: calendar for calendar in (STANDARD, ALWAYS, *schedule.calendars)},
        _links_into(schedule, project),
        _lag_calendar(schedule, project),
        {id: task.calendar for id, task in schedule.tasks.items() if task.kind is not TaskKind.SUMMARY},
        {
            target.node.removeprefix(prefix): moment(target.finish)
            for target in schedule.targets
            if target.node.startswith(prefix) and target.finish
        },
        schedule.currency,
    )
