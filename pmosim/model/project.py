"""Projects and portfolios, and every rule between their parts. Whoever holds a Portfolio need not check it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from math import isfinite

from pmosim.errors import InvalidModel, ModelPath, Problem, did_you_mean
from pmosim.model import branches, correlation_rules, money_rules, weather
from pmosim.model.branches import Branch
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar
from pmosim.model.correlation import Correlation
from pmosim.model.money import Currency, Index, ProjectCost, Resource
from pmosim.model.risk_rules import as_of_now, problems_of_risks
from pmosim.model.risks import Risk
from pmosim.model.tasks import ELAPSED, FINISH, Link, Reading, Rules, Task, TaskKind
from pmosim.model.weather import Weather

USUAL = Rules()

PORTFOLIO_FINISH = FINISH
"""Id of the moment at which all projects are finished."""


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: a date (and for a project or the portfolio a budget) whose probability is reported.

    ``node`` is a task's qualified id, ``<project>.finish``, or ``finish`` for the whole portfolio.
    """

    node: str
    finish: datetime | None = None
    budget: float | None = None  # [currency]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Promises of which it is asked how likely they are all kept, in one and the same future."""

    name: str
    nodes: tuple[str, ...]  # as in `Target`; each has a date


@dataclass(frozen=True, slots=True)
class Project:
    id: str
    tasks: tuple[Task, ...]
    name: str = ""
    calendar: str = STANDARD.id  # of durations shown in working days, and of project lags
    start: datetime | None = None  # no task starts earlier; the portfolio's status date if not given
    source: str = ""  # the planner's file it was read from
    status_date: datetime | None = None  # where it differs from the portfolio's
    rules: Rules = USUAL
    programme: str = ""  # that it belongs to
    type: str = ""  # the kind of project, for comparing forecasts of like with like
    team: str = ""
    costs: tuple[ProjectCost, ...] = ()  # of the project as a whole
    index: str | None = None  # by which its prices rise

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True)
class Portfolio:
    """Projects with their links, calendars and shared risks. Immutable, and always valid."""

    name: str
    status_date: datetime  # nothing unfinished runs before it
    projects: tuple[Project, ...]
    calendars: tuple[Calendar, ...] = ()
    links: tuple[Link, ...] = ()  # of all projects, and between them
    risks: tuple[Risk, ...] = ()
    targets: tuple[Target, ...] = ()
    currency: str = ""
    description: str = ""
    constraints: Reading = Reading.SOFT  # in the simulation
    correlations: tuple[Correlation, ...] = ()
    branches: tuple[Branch, ...] = ()
    repair_correlations: bool = False  # take the nearest possible ones where those stated are impossible
    resources: tuple[Resource, ...] = ()
    currencies: tuple[Currency, ...] = ()  # other than its own
    indices: tuple[Index, ...] = ()  # of prices
    together: tuple[Together, ...] = ()
    weather: tuple[Weather, ...] = ()  # each rules calendars, and is drawn once for all of their tasks

    def __post_init__(self) -> None:
        known = {calendar.id for calendar in self.calendars}
        built_in = tuple(calendar for calendar in (STANDARD, ALWAYS) if calendar.id not in known)
        object.__setattr__(self, "calendars", (*self.calendars, *built_in))
        if self.risks:
            object.__setattr__(self, "risks", tuple(as_of_now(risk, self) for risk in self.risks))
        problems = [*problems_of(self)]
        if problems:
            raise InvalidModel(problems)

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """Every task by its qualified id, in the order in which they were given."""
        return {f"{project.id}.{task.id}": task for project in self.projects for task in project.tasks}

    @cached_property
    def project_of(self) -> dict[str, Project]:
        """The project of every task, by the task's qualified id."""
        return {f"{project.id}.{task.id}": project for project in self.projects for task in project.tasks}

    @cached_property
    def calendar_of(self) -> dict[str, Calendar]:
        """Calendars by id."""
        return {calendar.id: calendar for calendar in self.calendars}

    @cached_property
    def project(self) -> dict[str, Project]:
        return {project.id: project for project in self.projects}

    @cached_property
    def names(self) -> dict[str, str]:
        """Labels of tasks by qualified id, each unlike all others."""
        from pmosim.model.naming import names_of

        return names_of(self)

    def status_of(self, project: str) -> datetime:
        """The date at which a project was last looked at. Nothing of it that is unfinished runs before."""
        return self.project[project].status_date or self.status_date

    def status_of_task(self, id: str) -> datetime:
        """The same for a task, by its qualified id."""
        return self.tasks[id].status_date or self.status_of(id.partition(".")[0])

    @property
    def finishes(self) -> tuple[str, ...]:
        """Ids of the finish of each project, and of the portfolio where it has more than one."""
        own = tuple(f"{project.id}.{FINISH}" for project in self.projects)
        return own if len(own) == 1 else (*own, PORTFOLIO_FINISH)

    @cached_property
    def epoch(self) -> date:
        """The midnight from which the engine counts minutes: early enough for every date in the portfolio."""
        moments = [self.status_date]
        for project in self.projects:
            moments += [project.start or self.status_date, project.status_date or self.status_date]
            for task in project.tasks:
                moments += [c.date for c in task.constraints if c.date]
                if task.progress:
                    moments += [m for m in (task.progress.actual_start, task.progress.actual_finish) if m]
        first = min(moment.replace(tzinfo=None) for moment in moments).date()
        return date.fromordinal(first.toordinal() - 7 - first.weekday())  # a Monday, with a week to spare for leads


def problems_of(portfolio: Portfolio) -> Iterator[Problem]:
    """Everything that makes a portfolio invalid, each with its remedy."""
    yield from _empty(portfolio)
    yield from _duplicates(portfolio)
    yield from _references(portfolio)
    yield from _durations(portfolio)
    yield from problems_of_risks(portfolio)
    yield from _targets(portfolio)
    yield from problems_together(portfolio, portfolio.together)
    yield from _cycles(portfolio)
    yield from correlation_rules.problems_of(portfolio)
    yield from branches.problems_of(portfolio)
    yield from money_rules.problems_of(portfolio)
    yield from weather.problems_of(portfolio)


def _empty(portfolio: Portfolio) -> Iterator[Problem]:
    if not portfolio.projects:
        yield Problem("empty-portfolio", ("projects",), "the portfolio has no project", "add at least one project with one task")
    for project in portfolio.projects:
        if not any(task.kind is not TaskKind.SUMMARY for task in project.tasks):
            yield Problem("empty-project", ("projects", project.id), f"project '{project.id}' has no task", "add at least one task")


def _twice(ids: list[str]) -> list[str]:
    return [id for id, count in Counter(ids).items() if count > 1]


def _duplicates(portfolio: Portfolio) -> Iterator[Problem]:
    for id in _twice([project.id for project in portfolio.projects]):
        yield Problem("duplicate-id", ("projects", id), f"two projects have the id '{id}'", "give each an id of its own")
    for project in portfolio.projects:
        for id in _twice([task.id for task in project.tasks]):
            yield Problem(
                "duplicate-id",
                ("projects", project.id, "tasks", id),
                f"two tasks of project '{project.id}' have the id '{id}'",
                "give each an id of its own",
            )
        if "." in project.id:
            yield Problem(
                "impossible-id",
                ("projects", project.id),
                f"the id of project '{project.id}' has a dot, which parts a project from its task",
                f"write '{project.id.replace('.', '-')}'",
            )
        if any(task.id == FINISH for task in project.tasks):
            path = ("projects", project.id, "tasks", FINISH)
            yield Problem(
                "reserved-id", path, f"'{FINISH}' means the finish of the whole project and cannot be a task's id", "rename the task"
            )
    for id in _twice([risk.id for risk in portfolio.risks]):
        yield Problem("duplicate-id", ("risks", id), f"two risks have the id '{id}'", "give each an id of its own")
    for id in _twice([calendar.id for calendar in portfolio.calendars]):
        yield Problem("duplicate-id", ("calendars", id), f"two calendars have the id '{id}'", "give each an id of its own")
    if portfolio.calendar_of.get(ELAPSED, ALWAYS) != ALWAYS:
        what = f"'{ELAPSED}' is the built-in calendar of elapsed time and cannot be another one's id"
        yield Problem("reserved-id", ("calendars", ELAPSED), what, "rename the calendar")


def _calendar(portfolio: Portfolio, id: str, path: ModelPath, whose: str) -> Iterator[Problem]:
    if id not in portfolio.calendar_of:
        yield Problem(
            "unknown-calendar",
            path,
            f"{whose} uses calendar '{id}', but there is none of that id",
            did_you_mean(id, portfolio.calendar_of, f"add calendar '{id}'"),
        )


def link_path(link: Link) -> ModelPath:
    """Where a link stands: at its successor's ``after``, by the predecessor's qualified id."""
    project, _, task = link.successor.partition(".")
    return ("projects", project, "tasks", task, "after", link.predecessor)


def _references(portfolio: Portfolio) -> Iterator[Problem]:
    for project in portfolio.projects:
        yield from _calendar(portfolio, project.calendar, ("projects", project.id, "calendar"), f"project '{project.id}'")
        by_id = {task.id: task for task in project.tasks}
        for task in project.tasks:
            path = ("projects", project.id, "tasks", task.id)
            yield from _calendar(portfolio, task.calendar, (*path, "calendar"), f"task '{task.id}'")
            if task.parent is not None and (task.parent not in by_id or by_id[task.parent].kind is not TaskKind.SUMMARY):
                fix = did_you_mean(
                    task.parent, [t.id for t in project.tasks if t.kind is TaskKind.SUMMARY], "add that summary task, or remove the parent"
                )
                yield Problem(
                    "unknown-parent", (*path, "parent"), f"task '{task.id}' stands under '{task.parent}', which is no summary task", fix
                )
        yield from _parent_cycles(project)
    for link in portfolio.links:
        yield from _link_ends(portfolio, link)


def _parent_cycles(project: Project) -> Iterator[Problem]:
    parent_of = {task.id: task.parent for task in project.tasks if task.kind is TaskKind.SUMMARY}
    seen: set[str] = set()
    for id in parent_of:
        line: list[str] = []
        above: str | None = id
        while above in parent_of and above not in seen:
            seen.add(above)
            line.append(above)
            above = parent_of[above]
        if above in line:
            loop = [*line[line.index(above) :], above]
            yield Problem(
                "parent-cycle",
                ("projects", project.id, "tasks", above, "parent"),
                "these summary tasks stand under one another: " + " -> ".join(loop),
                f"give '{above}' another parent, or none",
            )


def _link_ends(portfolio: Portfolio, link: Link) -> Iterator[Problem]:
    if link.predecessor == link.successor:
        yield Problem("self-link", link_path(link), f"task '{link.successor}' waits for itself", "remove the link")
        return
    for id in (link.predecessor, link.successor):
        task = portfolio.tasks.get(id)
        if task is None:
            fix = did_you_mean(id, portfolio.tasks, "add that task, or remove the link")
            yield Problem(
                "unknown-task", link_path(link), f"'{link.successor}' comes after '{link.predecessor}', but there is no task '{id}'", fix
            )
    if link.lag.law is not None and link.lag.minutes < 0:
        what = f"the uncertain lag of {link} is planned as {link.lag.minutes:g} minutes"
        yield Problem("negative-lag", link_path(link), what, "plan it as 0 or more, or make it a certain lead")
    if link.lag.law is not None and link.lag.law.support[0] < 0:
        what = f"the uncertain lag of {link} can be negative (down to {link.lag.law.support[0]:g} minutes)"
        yield Problem("negative-lag", link_path(link), what, "raise its low value to 0, or make it a certain lead")
    for inner, outer in ((link.predecessor, link.successor), (link.successor, link.predecessor)):
        if outer in above(portfolio, inner):
            what = f"'{link.successor}' comes after '{link.predecessor}', but '{inner}' stands below the summary task '{outer}'"
            yield Problem("summary-link", link_path(link), what, f"link '{inner}' to tasks outside '{outer}', or to some below it")


def above(portfolio: Portfolio, id: str) -> list[str]:
    """The summary tasks above a task, the nearest first, by qualified id."""
    project, _, _ = id.partition(".")
    line: list[str] = []
    task = portfolio.tasks.get(id)
    while task is not None and task.parent is not None and f"{project}.{task.parent}" not in line:
        line.append(f"{project}.{task.parent}")
        task = portfolio.tasks.get(line[-1])
    return line


def _durations(portfolio: Portfolio) -> Iterator[Problem]:
    for id, task in portfolio.tasks.items():
        project, _, own = id.partition(".")
        path = ("projects", project, "tasks", own, "duration")
        low, _high = task.duration.support
        if low < 0:
            yield Problem(
                "negative-duration",
                path,
                f"the duration of task '{own}' can be negative (down to {low:g} minutes)",
                "raise the low value to 0 or more",
            )
        if task.planned is not None and not (isfinite(task.planned) and task.planned >= 0):
            yield Problem("negative-duration", path, f"the planned duration of task '{own}' is {task.planned:g} minutes", "give 0 or more")
        if task.is_milestone and task.duration.support != (0.0, 0.0):
            yield Problem("milestone-duration", path, f"milestone '{own}' has a duration", "remove the duration, or 'milestone'")
        if task.progress and task.progress.actual_finish and task.progress.actual_finish < task.progress.actual_start:
            yield Problem("dates-out-of-order", path[:-1], f"task '{own}' finished before it started", "correct the actual dates")


def _targets(portfolio: Portfolio) -> Iterator[Problem]:
    known = {*portfolio.tasks, *portfolio.finishes, PORTFOLIO_FINISH}
    for target in portfolio.targets:
        path = ("targets", target.node)
        if target.node not in known:
            yield Problem(
                "unknown-task",
                path,
                f"there is a target for '{target.node}', but no such task",
                did_you_mean(target.node, known, "name a task as project.task"),
            )
        if target.finish is not None and target.finish < portfolio.status_date:
            when = f"{target.finish:%d %b %Y} lies before the status date {portfolio.status_date:%d %b %Y}"
            yield Problem(
                "dates-out-of-order", path, f"the target of '{target.node}', {when}", "give a later target, or an earlier status date"
            )
        if target.budget is not None and not target.budget > 0:
            yield Problem("impossible-budget", path, f"the budget of '{target.node}' is {target.budget:g}", "give a budget above 0")


def problems_together(portfolio: Portfolio, sets: tuple[Together, ...]) -> Iterator[Problem]:
    """What keeps sets of promises from being asked for."""
    dated = [target.node for target in portfolio.targets if target.finish is not None]
    for one in sets:
        path = ("together", one.name)
        if len(set(one.nodes)) < 2:
            what = f"'{one.name}' names fewer than two promises"
            yield Problem("too-few-together", path, what, "name at least two: one alone has its own probability")
        for node in one.nodes:
            if node not in dated:
                known = node in portfolio.tasks or node in (*portfolio.finishes, PORTFOLIO_FINISH)
                what = f"'{node}' has no target date" if known else f"there is no '{node}'"
                fix = "give it one (target, or deadline), or leave it out" if known else did_you_mean(node, dated, "name what has a date")
                yield Problem("unpromised-together", path, f"the set '{one.name}' cannot be kept or missed: {what}", fix)


def _cycles(portfolio: Portfolio) -> Iterator[Problem]:
    from pmosim.model.network import FIRST_START, cycles, waits

    for loop in cycles(waits(portfolio)):
        names = [id.removesuffix(FIRST_START) + (" (its start)" if id.endswith(FIRST_START) else "") for id in [*loop, loop[0]]]
        if branch := branches.deciding(portfolio, loop):
            yield Problem(
                "branch-of-itself",
                ("branches", branch.id),
                f"branch '{branch.id}' depends on its own result: what decides it waits for what it decides: " + " -> ".join(names),
                "let a task decide that comes before all tasks of the branch",
            )
            continue
        yield Problem(
            "cycle",
            link_path(_closing(portfolio, loop)),
            "these tasks wait for one another: " + " -> ".join(names),
            f"remove one of the links, for example the one from '{names[-2]}' to '{names[0]}'",
        )


def _closing(portfolio: Portfolio, loop: list[str]) -> Link:
    """A link that closes the loop, be it between summary tasks above its tasks."""
    from pmosim.model.network import FIRST_START

    families = [{id.removesuffix(FIRST_START), *above(portfolio, id.removesuffix(FIRST_START))} for id in loop]
    pairs = [(families[-1], families[0]), *pairwise(families)]
    found = (link for before, after in pairs for link in portfolio.links if link.predecessor in before and link.successor in after)
    return next(found)


__all__ = ["ELAPSED", "FINISH", "PORTFOLIO_FINISH", "Portfolio", "Project", "Target", "link_path", "problems_of"]
