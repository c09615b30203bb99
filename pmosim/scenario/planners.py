"""Planners' own schedule files in a scenario: read, put under the scenario's ids, and laid over with its rules of uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pmosim.errors import InvalidModel, UnreadableFile
from pmosim.model.laws import remaining
from pmosim.model.tasks import LagCalendar, Link, Task, TaskKind
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.progress import elapsed_of
from pmosim.scenario.quantities import Kind

if TYPE_CHECKING:
    from pmosim.interchange.rules import Laid, Rule
    from pmosim.interchange.schedules import Schedule


def read_planner(name: str, origin: Origin, context: Context) -> Schedule | None:
    """Raises MissingExtra where what reads such files is not installed; any other trouble is reported at ``origin``."""
    from pmosim.interchange.schedules import read_schedule

    path = context.folder / name
    if not path.is_file():
        what = f"there is no file '{path}'" if not path.exists() else f"'{path}' is a folder, not a file"
        context.findings.add(origin, "missing-file", what, "correct the name; it is looked for beside the scenario")
        return None
    try:
        return read_schedule(path)
    except UnreadableFile as error:
        context.findings.add(origin, "unreadable-schedule", str(error), "correct the file, or name another")
    except InvalidModel as error:
        context.findings.invalid(origin, error)
    return None


def joined(schedules: dict[str, Schedule]) -> tuple[dict[str, Schedule], tuple[Link, ...]]:
    """Planners' files that know of one another, and the links from file to file, in the ids of the portfolio."""
    from pmosim.interchange.joining import join

    found = join(schedules)
    return found.schedules, found.links


def under(schedule: Schedule, project: str | None, taken: set[str]) -> Schedule:
    """With its first project called ``project`` (its own name if None), and no calendar id that is ``taken``."""
    ids = {}
    if project is not None:
        first, *others = [one.id for one in schedule.projects]
        ids = {first: project} | {other: f"{project}_{other}" for other in others}
    clashes = taken & {calendar.id for calendar in schedule.calendars}
    return schedule.renamed(ids, f"{project or schedule.projects[0].id}:" if clashes else "")


def read_rules(written: Sequence[language.Rule], origin: Origin, calendar: str, context: Context) -> list[Rule]:
    """The rules that can be read, in their order; a wrong one is reported and stands for nothing."""
    from pmosim.interchange.rules import Match, Rule

    rules = []
    for place, rule in enumerate(written):
        here = origin / place
        match = rule.match or language.Match()
        pattern = Match(match.id, match.wbs, match.name, match.code or {}, match.resource)
        if rule.duration is None:
            if not context.findings.was_dropped(here / "duration"):
                what = "this rule does not say what the duration is"
                context.findings.add(here, "missing-duration", what, "add  duration: pert 90% 100% 140%")
            rules.append(Rule(pattern, None))
        elif rule.duration.strip() == "planned":
            rules.append(Rule(pattern, None))
        else:
            rules.append(_rule(pattern, rule.duration, here / "duration", calendar, context) or Rule(pattern, None))
    return rules


def _rule(match: object, text: str, origin: Origin, calendar: str, context: Context) -> Rule | None:
    from pmosim.interchange.rules import Rule

    estimate = context.estimate(text, Kind.DURATION, origin)
    if estimate is None:
        return None
    if estimate.is_elapsed:
        what = "a rule for many tasks cannot give elapsed time: each keeps its own calendar"
        context.findings.add(origin, "elapsed-impact", what, "write percentages, or working time")
        return None
    relative = estimate.base is None and all(amount.is_relative for amount in estimate.sizes)
    try:
        law = estimate.made(lambda _unit: 1.0, 1.0) if relative else estimate.made(context.units(calendar).unit)
    except Misread as error:
        context.findings.misread(origin, error)
        return None
    if law.support[0] < 0:
        offset = next((amount.offset for amount in estimate.sizes if amount.is_negative), None)
        context.findings.add(origin.at(offset), "negative-duration", "the duration goes below zero", "give values of 0 or more")
        return None
    return Rule(match, law, relative)  # type: ignore[arg-type]


def lay(
    tasks: Sequence[Task], rules: Sequence[Rule], origin: Origin, context: Context, elapsed: Mapping[str, float]
) -> tuple[tuple[Task, ...], Laid | None]:
    """Tasks with the rules' laws; one that has an uncertain duration of its own keeps it.

    For the tasks in ``elapsed`` (id -> working minutes so far) the rules tell the duration of the whole task.
    """
    from pmosim.interchange.rules import lay_uncertainty

    whole = tuple(replace(task, planned=(task.planned or 0.0) + elapsed[task.id]) if task.id in elapsed else task for task in tasks)
    try:
        laid = lay_uncertainty(whole, rules)
    except InvalidModel as error:
        context.findings.invalid(origin, error)
        return tuple(tasks), None
    kept = []
    for old, new in zip(tasks, laid.tasks, strict=True):
        if not old.duration.is_constant:
            kept.append(old)
        elif old.id not in elapsed or new.duration is old.duration:
            kept.append(replace(new, planned=old.planned))
        else:
            kept.append(_left_of(new, old, elapsed[old.id], origin, context))
    return tuple(kept), laid


def _left_of(whole: Task, task: Task, elapsed: float, origin: Origin, context: Context) -> Task:
    """The task with what is left of the law of the whole of it."""
    try:
        return replace(task, duration=remaining(whole.duration, elapsed))
    except InvalidModel:
        days = elapsed / context.units(task.calendar).day
        what = f"task '{task.id}' has taken {days:.1f} days so far, longer than the rule for it allows"
        context.findings.add(origin, "estimate-exceeded", what, "raise the highest value of the rule, or leave out conditional:")
        return task


def elapsed_in(tasks: Sequence[Task], status_date: datetime, context: Context) -> dict[str, float]:
    """Working minutes that have passed in each task in progress, on its calendar."""
    return {
        task.id: elapsed_of(task.progress, status_date, context.calendars[task.calendar])
        for task in tasks
        if task.progress and not task.is_finished and task.kind is TaskKind.TASK
    }


def with_lag_calendar(links: Sequence[Link], name: str | None) -> Sequence[Link]:
    """The links of a file, their lags on another calendar; elapsed lags stay as they are."""
    if name is None:
        return links
    # a file that counts all lags round the clock says so for links without a lag too
    all_elapsed = any(link.lag.calendar is LagCalendar.ELAPSED and not link.lag.minutes and not link.lag.share for link in links)
    return [
        replace(link, lag=replace(link.lag, calendar=LagCalendar(name)))
        if all_elapsed or link.lag.calendar is not LagCalendar.ELAPSED
        else link
        for link in links
    ]


def report_idle(laid: Sequence[Laid], rules: Sequence[Rule], origin: Origin, context: Context) -> None:
    """Rules that change nothing in any project of a file: a misspelt pattern would leave tasks without uncertainty."""
    if not laid:
        return
    matched = tuple(map(sum, zip(*(one.matched for one in laid), strict=True)))
    hidden = tuple(map(sum, zip(*(one.overshadowed for one in laid), strict=True)))
    for problem in replace(laid[0], matched=matched, overshadowed=hidden).problems(rules):
        context.findings.add(origin / problem.path[-1], problem.code, problem.what, problem.fix)
