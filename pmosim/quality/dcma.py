"""The 14 points of the Defense Contract Management Agency's schedule assessment, with their published thresholds.

DCMA-EA PAM 200.1, *Earned Value Management System Program Analysis Pamphlet*, October 2012, section 4. As there,
finished tasks, summary tasks, level of effort and milestones are left out; the links counted are those into the tasks
that remain. Two points and two indices need a baseline or a promised date: where there is none, they are not applicable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pmosim.model.passes import forward_pass
from pmosim.model.project import PORTFOLIO_FINISH, Project
from pmosim.model.tasks import FINISH, ConstraintKind, LinkKind, Task
from pmosim.quality.basis import Basis, days_text, is_work
from pmosim.quality.records import Check, Finding, Item, Severity, Threshold

HIGH = 44
"""Working days, two months: above them a duration or a float is called high."""

DELAY = 600
"""Working days by which the critical path test delays a task."""

IN_PROPORTION = 0.95
"""Share of the delay by which the finish has to move; holidays and other calendars may take the rest."""

HARD = frozenset({ConstraintKind.MUST_START, ConstraintKind.MUST_FINISH, ConstraintKind.START_NO_LATER, ConstraintKind.FINISH_NO_LATER})
"""Kinds that the pamphlet calls hard; as soon as possible and no earlier than are soft."""

FAMILY = "dcma"
TASKS, LINKS, PROJECTS = "unfinished tasks", "links into unfinished tasks", "projects"
_PAM = "DCMA-EA PAM 200.1, section 4.{}"
_FIVE = Threshold(0.05)


def _point(number: int, id: str, title: str, severity: Severity, counted: str, why: str, fix: str, threshold: Threshold | None) -> Check:
    return Check(f"dcma-{id}", FAMILY, f"{number}. {title}", severity, counted, why, fix, _PAM.format(number), threshold)


LOGIC = _point(
    1,
    "logic",
    "missing predecessors or successors",
    Severity.WARNING,
    TASKS,
    "a task that waits for nothing, or for which nothing waits, passes no delay on",
    "link it to what it needs and to what needs it; only the project's start and finish have one side free",
    _FIVE,
)
LEADS = _point(
    2,
    "leads",
    "leads (negative lags)",
    Severity.WARNING,
    LINKS,
    "a lead lets work begin before that on which it depends has happened, and shortens the path by what nobody planned",
    "split the predecessor at the point that matters and link from there",
    Threshold(0.0),
)
LAGS = _point(
    3,
    "lags",
    "lags",
    Severity.WARNING,
    LINKS,
    "a lag is time that no task, resource or risk stands for",
    "make what happens in the meantime a task, with an estimate of its own",
    _FIVE,
)
KINDS = _point(
    4,
    "relationship-types",
    "links other than finish-to-start (FS at least 90 %)",
    Severity.WARNING,
    LINKS,
    "the more SS, FF and SF links, the harder it is to see what drives the finish",
    "prefer FS links between smaller tasks; SF hardly ever says what is meant",
    Threshold(0.10),
)
CONSTRAINTS = _point(
    5,
    "hard-constraints",
    "hard constraints",
    Severity.WARNING,
    TASKS,
    "must-start, must-finish and no-later-than dates keep a task where it is although its predecessors are late",
    "remove them, or make them deadlines, which are reported and hold nothing",
    _FIVE,
)
HIGH_FLOAT = _point(
    6,
    "high-float",
    f"float of more than {HIGH} working days",
    Severity.WARNING,
    TASKS,
    "so much float mostly means that a successor is missing",
    "add the missing links; what really has time to spare needs none",
    _FIVE,
)
NEGATIVE_FLOAT = _point(
    7,
    "negative-float",
    "negative float",
    Severity.ERROR,
    TASKS,
    "by its own logic the schedule misses a date that it promises",
    "shorten what drives the date, or promise a later one",
    Threshold(0.0),
)
HIGH_DURATION = _point(
    8,
    "high-duration",
    f"remaining duration of more than {HIGH} working days",
    Severity.WARNING,
    TASKS,
    "progress of a task of more than two months is hard to judge, and its estimate is coarse",
    "split it into tasks whose end can be seen",
    _FIVE,
)
INVALID_DATES = _point(
    9,
    "invalid-dates",
    "actual dates in the future, forecasts in the past",
    Severity.ERROR,
    "tasks",
    "what has not happened yet cannot be actual, and what has not been done cannot be in the past",
    "correct the actual dates, and schedule again at the status date",
    Threshold(0.0),
)
RESOURCES = _point(
    10,
    "resources",
    "tasks without resources or cost",
    Severity.NOTE,
    TASKS,
    "in a schedule that is loaded with resources, work without any is work that nobody was asked to do",
    "assign who does it, or what it costs",
    None,
)
MISSED = _point(
    11,
    "missed-tasks",
    "tasks later than their baseline",
    Severity.WARNING,
    "tasks due by the status date",
    "it shows how far the work keeps to the plan",
    "bring the late tasks in, or agree on a new baseline",
    _FIVE,
)
CRITICAL_PATH = _point(
    12,
    "critical-path-test",
    f"critical path test ({DELAY} days on a critical task)",
    Severity.ERROR,
    PROJECTS,
    "where a delay of a critical task does not arrive at the finish, the network is broken, and so is every forecast from it",
    "follow the task's successors to where the delay stops: an open end, a hard constraint, a link from the start",
    Threshold(0.0),
)
CPLI = _point(
    13,
    "cpli",
    "critical path length index",
    Severity.WARNING,
    PROJECTS,
    "remaining length with its float, by the length: below 1 the promised date asks for more work in a day than a day has",
    "shorten the critical path, or promise a later date",
    Threshold(0.95, at_least=True),
)
BEI = _point(
    14,
    "bei",
    "baseline execution index",
    Severity.WARNING,
    "tasks due by the status date",
    "it shows whether work is finished at the rate that was planned",
    "bring the late tasks in, or agree on a new baseline",
    Threshold(0.95, at_least=True),
)
CHECKS = (
    LOGIC,
    LEADS,
    LAGS,
    KINDS,
    CONSTRAINTS,
    HIGH_FLOAT,
    NEGATIVE_FLOAT,
    HIGH_DURATION,
    INVALID_DATES,
    RESOURCES,
    MISSED,
    CRITICAL_PATH,
    CPLI,
    BEI,
)
NO_BASELINE = "no task has a baseline"
NONE_DUE = "by its baseline no task is due by the status date"


def findings(basis: Basis) -> Iterator[Finding]:
    """The 14 points, in their order."""
    work, links = len(basis.working), len(basis.links)
    yield LOGIC.found(missing_logic(basis, basis.working), work)
    lags = [(link, basis.lag_minutes(link)) for link in basis.links]
    yield LEADS.found([basis.link(link, "") for link, lag in lags if lag < 0], links)
    yield LAGS.found([basis.link(link, "") for link, lag in lags if lag > 0], links)
    yield KINDS.found([basis.link(link, "") for link in basis.links if link.kind is not LinkKind.FS], links)
    yield CONSTRAINTS.found(hard_constraints(basis, basis.working), work)
    floats = {id: basis.float_days(id) for id in basis.working}
    yield HIGH_FLOAT.found([basis.task(id, f"float {days_text(days)}") for id, days in floats.items() if days > HIGH], work)
    yield NEGATIVE_FLOAT.found([basis.task(id, f"float {days_text(days)}") for id, days in _worst(floats) if days < 0], work)
    lasting = [(id, basis.days(id)) for id in basis.working]
    yield HIGH_DURATION.found([basis.task(id, f"{days_text(days)} to do") for id, days in lasting if days > HIGH], work)
    yield INVALID_DATES.found(_invalid_dates(basis), sum(not t.kind.spans and not t.is_milestone for t in basis.portfolio.tasks.values()))
    yield _resources(basis)
    yield _missed(basis)
    yield _critical_path_test(basis)
    yield _cpli(basis)
    yield _execution(basis)


def _worst(floats: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(floats.items(), key=lambda entry: entry[1])


def missing_logic(basis: Basis, tasks: dict[str, Task]) -> list[Item]:
    """Tasks without predecessor, successor or both. One that has begun needs no predecessor any more, but had better have one."""
    items = []
    for id in tasks:
        degrees = {"predecessor": basis.graph.in_degree(id), "successor": basis.graph.out_degree(id)}
        missing = [word for word, degree in degrees.items() if not degree]
        if missing:
            items.append(basis.task(id, f"no {' and no '.join(missing)}"))
    return items


def hard_constraints(basis: Basis, tasks: dict[str, Task]) -> list[Item]:
    items = []
    for id, task in tasks.items():
        said = [f"{one.kind} {one.date:%d %b %Y %H:%M}" for one in task.constraints if one.kind in HARD and one.date]
        if said:
            items.append(basis.task(id, ", ".join(said)))
    return items


def _invalid_dates(basis: Basis) -> Iterator[Item]:
    """Actual dates beyond the status date, and dates that the file forecasts before it (ours never are)."""
    for id, task in basis.portfolio.tasks.items():
        if task.kind.spans or task.is_milestone:
            continue
        status = basis.portfolio.status_of(id.partition(".")[0])
        wrong = [*_future(task, status), *_past(task, status)]
        if wrong:
            yield basis.task(id, f"{', '.join(wrong)}; status date {status:%d %b %Y %H:%M}")


def _future(task: Task, status: datetime) -> Iterator[str]:
    dates = (("started", task.progress.actual_start), ("finished", task.progress.actual_finish)) if task.progress else ()
    for did, date in dates:
        if date and date > status:
            yield f"{did} on {date:%d %b %Y %H:%M}"


def _past(task: Task, status: datetime) -> Iterator[str]:
    stored = task.stored
    if stored is None or task.is_finished:
        return
    dates = ((("to start", stored.early_start),) if task.progress is None else ()) + (("to finish", stored.early_finish),)
    for what, date in dates:
        if date and date < status and task.planned:
            yield f"{what} on {date:%d %b %Y %H:%M} in the file"


def _resources(basis: Basis) -> Finding:
    without = [basis.task(id, "") for id, task in basis.working.items() if not task.resources and task.cost is None and task.planned]
    if not any(task.resources or task.cost for task in basis.portfolio.tasks.values()):
        return RESOURCES.not_applicable("the schedule is not loaded with resources or costs")
    return RESOURCES.found(without, len(basis.working), "no threshold is published")


def _critical_path_test(basis: Basis) -> Finding:
    """Delay the task with the least float (of these the first) of each project, and see whether its completion moves as much."""
    failed, said = [], []
    for project in basis.portfolio.projects:
        task = _most_critical(basis, project)
        if task is None:
            continue
        end = _completion(basis, project)
        moved = _moved(basis, task, end)
        said.append(f"{DELAY} days on {task} move {end} by {days_text(moved)}")
        if moved < IN_PROPORTION * DELAY:
            failed.append(basis.project(project.id, said[-1]))
    if not said:
        return CRITICAL_PATH.not_applicable("no project has work left")
    return CRITICAL_PATH.found(failed, len(said), said[0] if len(said) == 1 else "")


def _most_critical(basis: Basis, project: Project) -> str | None:
    own = [id for id in basis.working if basis.portfolio.project_of[id] is project]
    return min(own, key=lambda id: (basis.dates[id].total_float, basis.dates[id].start), default=None)


def _completion(basis: Basis, project: Project) -> str:
    """What the planner takes for the end of the project: the last to finish, milestones before tasks."""
    own = [id for id, task in basis.unfinished.items() if basis.portfolio.project_of[id] is project]
    return max(own, key=lambda id: (basis.dates[id].finish, basis.unfinished[id].is_milestone))


def _moved(basis: Basis, task: str, end: str) -> float:
    """How far the end moves when the task takes `DELAY` days longer. [working days of the task's calendar]"""
    calendar = basis.portfolio.tasks[task].calendar
    clock, day = basis.plan.clocks[calendar], basis.minutes_per_day(calendar)
    _, before = basis.passed
    _, after = forward_pass(basis.plan, basis.durations | {task: basis.durations[task] + DELAY * day})
    return (clock.work(basis.finish_of(end, after)) - clock.work(basis.finish_of(end, before))) / day


def _cpli(basis: Basis) -> Finding:
    """(Length + float) / length, of every project with a promised date or with negative float; the lowest decides."""
    values: list[tuple[float, str, str]] = []
    for project in basis.portfolio.projects:
        length = _length(basis, project)
        if length <= 0:
            continue
        known = _float_to_promise(basis, project)
        if known is not None:
            days, by_what = known
            values.append(((length + days) / length, project.id, f"length {days_text(length)}, float {days_text(days)} {by_what}"))
    if not values:
        return CPLI.not_applicable("no finish is promised, and no float is negative")
    low = [basis.project(id, f"{value:.2f}: {said}") for value, id, said in sorted(values) if not CPLI.threshold.admits(value)]  # type: ignore[union-attr]
    note = values[0][2] if len(values) == 1 else ""
    return CPLI.measured(min(values)[0], low, len(values), note)


def _length(basis: Basis, project: Project) -> float:
    """From the status date to the project's finish. [working days of its calendar]"""
    return _between(basis, project, basis.portfolio.status_of(project.id), basis.dates[f"{project.id}.{FINISH}"].finish)


def _between(basis: Basis, project: Project, begin: datetime, end: datetime) -> float:
    clock = basis.portfolio.calendar_of[project.calendar].clock(basis.portfolio.epoch)
    return (clock.work_at(end) - clock.work_at(begin)) / basis.minutes_per_day(project.calendar)


def _float_to_promise(basis: Basis, project: Project) -> tuple[float, str] | None:
    """Float of the finish to the promised date; without one, the lowest float if it is negative. [working days]"""
    end = f"{project.id}.{FINISH}"
    ends = {end, PORTFOLIO_FINISH} if len(basis.portfolio.projects) == 1 else {end}
    dates = [target.finish for target in basis.portfolio.targets if target.node in ends and target.finish]
    dates += [project.rules.must_finish] if project.rules.must_finish else []
    if dates:
        promised = min(dates)
        return _between(basis, project, basis.dates[end].finish, promised), f"to {promised:%d %b %Y}"
    own = [basis.float_days(id) for id in basis.unfinished if basis.portfolio.project_of[id] is project]
    lowest = min(own, default=0.0)
    return (lowest, "of its worst task") if lowest < 0 else None


def _baselined(basis: Basis) -> dict[str, datetime]:
    """Tasks with work in them, finished ones too, that have a baseline -> the finish that it says."""
    work = {id: task for id, task in basis.portfolio.tasks.items() if is_work(task)}
    return {id: task.baseline.finish for id, task in work.items() if task.baseline and task.baseline.finish}


def _due(basis: Basis, baselined: dict[str, datetime]) -> dict[str, datetime]:
    """Of these the ones that should have finished by the status date."""
    return {id: finish for id, finish in baselined.items() if finish <= basis.portfolio.status_of(id.partition(".")[0])}


def _missed(basis: Basis) -> Finding:
    """Tasks that finished, or will, on a later day than their baseline, of those that should have finished by the status date."""
    baselined = _baselined(basis)
    due = _due(basis, baselined)
    if not due:
        return MISSED.not_applicable(NONE_DUE if baselined else NO_BASELINE)
    late = []
    for id, agreed in due.items():
        progress = basis.portfolio.tasks[id].progress
        done = progress.actual_finish if progress else None
        finish = done or basis.dates[id].finish
        if finish.date() > agreed.date():
            said = f"{'finished' if done else 'will finish'} on {finish:%d %b %Y}, baseline {agreed:%d %b %Y}"
            late.append(basis.task(id, said))
    return MISSED.found(late, len(due))


def _execution(basis: Basis) -> Finding:
    """Finished tasks, by those that should have finished by the status date and those of which no baseline says when."""
    baselined = _baselined(basis)
    due = _due(basis, baselined)
    if not due:
        return BEI.not_applicable(NONE_DUE if baselined else NO_BASELINE)
    work = {id: task for id, task in basis.portfolio.tasks.items() if is_work(task)}
    done, without = sum(task.is_finished for task in work.values()), len(work) - len(baselined)
    behind = [basis.task(id, f"baseline {finish:%d %b %Y}") for id, finish in due.items() if not work[id].is_finished]
    note = f"{done} finished, {len(due)} due" + (f", {without} without a baseline" if without else "")
    return BEI.measured(done / (len(due) + without), behind, len(due), note)
