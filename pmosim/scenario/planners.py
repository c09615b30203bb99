"""Planners' own schedule files in a scenario: read, put under the scenario's ids, and laid over with its rules of uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pmosim.errors import InvalidModel, UnreadableFile
from pmosim.model.tasks import Task
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
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


def lay(tasks: Sequence[Task], rules: Sequence[Rule], origin: Origin, context: Context) -> tuple[tuple[Task, ...], Laid | None]:
    """Tasks with the rules' laws; one that has an uncertain duration of its own keeps it."""
    from pmosim.interchange.rules import lay_uncertainty

    try:
        laid = lay_uncertainty(tasks, rules)
    except InvalidModel as error:
        context.findings.invalid(origin, error)
        return tuple(tasks), None
    kept = (new if old.duration.is_constant else old for old, new in zip(tasks, laid.tasks, strict=True))
    return tuple(kept), laid


def report_idle(laid: Sequence[Laid], rules: Sequence[Rule], origin: Origin, context: Context) -> None:
    """Rules that change nothing in any project of a file: a misspelt pattern would leave tasks without uncertainty."""
    if not laid:
        return
    matched = tuple(map(sum, zip(*(one.matched for one in laid), strict=True)))
    hidden = tuple(map(sum, zip(*(one.overshadowed for one in laid), strict=True)))
    for problem in replace(laid[0], matched=matched, overshadowed=hidden).problems(rules):
        context.findings.add(origin / problem.path[-1], problem.code, problem.what, problem.fix)
