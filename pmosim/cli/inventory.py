"""What a portfolio holds, as text for `pmosim check`: an author sees at a glance what was read, and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isclose
from typing import TYPE_CHECKING

from pmosim.output.words import amount, day, plural

if TYPE_CHECKING:
    from pmosim.model.calendars import Calendar
    from pmosim.model.project import Portfolio, Project
    from pmosim.model.schedule import Dates
    from pmosim.model.tasks import Task


def inventory(portfolio: Portfolio, dates: Mapping[str, Dates]) -> Iterator[str]:
    """Line by line; ``dates`` are those of the deterministic pass."""
    yield f"{portfolio.name}, status date {day(portfolio.status_date)}"
    yield ""
    yield from _table(
        ("project", "tasks", "uncertain", "milestones", "planned finish", "target", "budget"),
        [_project(portfolio, project, dates) for project in portfolio.projects],
    )
    yield ""
    yield _links(portfolio)
    yield _risks(portfolio)
    yield from _milestone_targets(portfolio, dates)
    yield from _calendars(portfolio)


def _project(portfolio: Portfolio, project: Project, dates: Mapping[str, Dates]) -> tuple[str, ...]:
    work = [task for task in project.tasks if task.kind == "task"]
    finish = f"{project.id}.finish"
    targets = [target for target in portfolio.targets if target.node == finish]
    promised = next((day(target.finish) for target in targets if target.finish), "-")
    budget = next((amount(target.budget, portfolio.currency) for target in targets if target.budget is not None), "-")
    milestones = sum(task.is_milestone for task in project.tasks)
    uncertain = sum(map(is_uncertain, work))
    return (project.id, f"{len(work):,}", f"{uncertain:,}", f"{milestones:,}", day(dates[finish].finish), promised, budget)


def is_uncertain(task: Task) -> bool:
    """Whether its duration has more than one possible value."""
    low, high = task.duration.support
    return not isclose(low, high) and not task.is_finished


def _links(portfolio: Portfolio) -> str:
    count = len(portfolio.links)
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(Counter(str(link.kind) for link in portfolio.links).items()))
    between = sum(link.predecessor.partition(".")[0] != link.successor.partition(".")[0] for link in portfolio.links)
    lagged = sum(link.lag.minutes != 0 or link.lag.share != 0 for link in portfolio.links)
    more = [f"{lagged:,} with a lag or lead"] * bool(lagged) + [f"{between:,} between projects"] * bool(between)
    return _counted(count, "link") + (f": {', '.join([kinds, *more])}" if count else "")


def _risks(portfolio: Portfolio) -> str:
    count = len(portfolio.risks)
    if not count:
        return "no risks"
    drivers = sum(risk.is_driver for risk in portfolio.risks)
    hit = {hit.target for risk in portfolio.risks for hit in risk.hits}
    kinds = [_counted(count, kind) for count, kind in ((drivers, "driver"), (count - drivers, "event")) if count]
    return f"{_counted(count, 'risk')}: {', '.join(kinds)}, hitting {_counted(len(hit), 'task')}"


def _milestone_targets(portfolio: Portfolio, dates: Mapping[str, Dates]) -> Iterator[str]:
    """Targets that stand in no project's row."""
    rows = {f"{project.id}.finish" for project in portfolio.projects}
    for target in portfolio.targets:
        if target.node not in rows and target.finish:
            label = "whole portfolio" if target.node == "finish" else target.label or target.node
            planned = f", planned {day(dates[target.node].finish)}" if target.node in dates else ""
            yield f"target: {label} by {day(target.finish)}{planned}"


def _calendars(portfolio: Portfolio) -> Iterator[str]:
    tasks = Counter(task.calendar for task in portfolio.tasks.values() if task.kind == "task")
    for calendar in portfolio.calendars:
        if calendar.id in tasks:
            yield f"calendar {calendar.id}: {_hours(calendar)}, {_counted(tasks[calendar.id], 'task')}"


def _hours(calendar: Calendar) -> str:
    special = len(calendar.exceptions)
    exceptions = f", {_counted(special, 'exception')}" if special else ""
    return f"{calendar.minutes_in_week / 60:g} h a week{exceptions}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {plural(what, count)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns two spaces apart, the first one to the left and the others to the right; columns without any entry left out."""
    shown = [k for k in range(len(head)) if any(row[k] != "-" for row in rows)]
    width = {k: max(len(row[k]) for row in [head, *rows]) for k in shown}
    for row in [head, *rows]:
        yield "  ".join(row[k].rjust(width[k]) if k else row[k].ljust(width[k]) for k in shown).rstrip()
