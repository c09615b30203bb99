"""Uncertainty for many tasks of a project at once: classes of confidence, columns of three-point estimates, and rules.

What stands nearest to a task wins: an uncertain duration of its own, then its own class, then the columns, then the first rule
that matches it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pmosim.errors import InvalidModel, did_you_mean
from pmosim.interchange.estimates import three_points
from pmosim.interchange.rules import Laid, Match, Rule, can_vary, lay_uncertainty, some
from pmosim.model.laws import remaining
from pmosim.model.tasks import Task, TaskKind
from pmosim.scenario import language
from pmosim.scenario.columns import Columns, read_columns
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.progress import elapsed_of
from pmosim.scenario.quantities import Kind

Classes = Mapping[str, Rule]
"""By name, the estimate of a class of confidence."""


def read_classes(written: Mapping[str, str] | None, origin: Origin, context: Context) -> Classes:
    """Classes of confidence; a wrong one is reported, and keeps the planned duration."""
    found = {}
    for name, text in (written or {}).items():
        estimate = context.estimate(text, Kind.DURATION, origin / name)
        if estimate is not None and not (estimate.base is None and all(amount.is_relative for amount in estimate.sizes)):
            what = f"class '{name}' is for tasks of any length, but is not in percent of their planned duration"
            context.findings.add(origin / name, "class-not-relative", what, "write for example pert 90% 100% 130%")
            estimate = None
        law = _law(text, origin / name, "", context) if estimate is not None else None
        found[name] = replace(law or Rule(Match(), None), confidence=name)
    return found


def class_of(name: str, origin: Origin, classes: Classes, context: Context) -> Rule | None:
    """The class of that name; None, and a finding, if there is none."""
    if (rule := classes.get(name.strip())) is not None:
        return rule
    known = f"write one of {', '.join(classes)}" if classes else f"add it:  confidence: {{{name}: pert 90% 100% 130%}}"
    context.findings.add(origin, "unknown-class", f"there is no class of confidence '{name}'", did_you_mean(name, classes, known))
    return None


def read_rules(written: Sequence[language.Rule], origin: Origin, calendar: str, classes: Classes, context: Context) -> list[Rule]:
    """The rules that can be read, in their order; a wrong one is reported and stands for nothing."""
    rules = []
    for place, rule in enumerate(written):
        here = origin / place
        match = rule.match or language.Match()
        pattern = Match(match.id, match.wbs, match.name, match.code or {}, match.resource, match.calendar)
        made = _confidence(rule, here, classes, context) if rule.confidence is not None else _duration(rule, here, calendar, context)
        rules.append(replace(made or Rule(pattern, None), match=pattern))
    return rules


def _confidence(rule: language.Rule, origin: Origin, classes: Classes, context: Context) -> Rule | None:
    if rule.duration is not None:
        what = "this rule names a class of confidence, and says what the duration is as well"
        context.findings.add(origin / "confidence", "uncertain-twice", what, "remove 'confidence', or 'duration'", key=True)
    return class_of(rule.confidence or "", origin / "confidence", classes, context)


def _duration(rule: language.Rule, origin: Origin, calendar: str, context: Context) -> Rule | None:
    if rule.duration is None:
        if not any(context.findings.was_dropped(origin / key) for key in ("duration", "confidence")):
            what = "this rule does not say what the duration is"
            context.findings.add(origin, "missing-duration", what, "add  duration: pert 90% 100% 140%, or a class of  confidence:")
        return None
    return None if rule.duration.strip() == "planned" else _law(rule.duration, origin / "duration", calendar, context)


def _law(text: str, origin: Origin, calendar: str, context: Context) -> Rule | None:
    """For every task; in percent of its planned duration, or in working time of ``calendar``."""
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
    return Rule(Match(), law, relative)


@dataclass
class Templates:
    """What a project says of the uncertainty of its tasks at large. Laid over the imported tasks first, then over those written."""

    rules: Sequence[Rule]
    classes: Classes
    columns: Columns | None
    origin: Origin  # of the project
    context: Context
    laid: list[Laid] = field(default_factory=list)

    @classmethod
    def of(cls, entry: language.ProjectParts, origin: Origin, above: Classes, calendar: str, context: Context) -> Templates:
        """``above``: the classes of the whole scenario, of which a project may have its own."""
        classes = above if origin.path == () else {**above, **read_classes(entry.confidence, origin / "confidence", context)}
        rules = read_rules(entry.uncertainty or (), origin / "uncertainty", calendar, classes, context)
        return cls(rules, classes, read_columns(entry.estimates, origin / "estimates", context), origin, context)

    def lay(
        self,
        project: str,
        tasks: Sequence[Task],
        status_date: datetime,
        conditional: Mapping[str, float],
        own: Mapping[str, Rule] | None = None,
        *,
        imported: bool = False,
    ) -> tuple[Task, ...]:
        """The tasks with the laws that are meant for them; one that has an uncertain duration of its own keeps it.

        For the tasks in ``conditional`` (id -> working minutes so far) estimates tell the duration of the whole task. ``own``: the
        classes of tasks that name one.
        """
        if not (self.rules or self.columns or own):
            return tuple(tasks)
        whole = tuple(replace(task, planned=(task.planned or 0.0) + conditional.get(task.id, 0.0)) for task in tasks)
        whole = tuple(old if old.planned == new.planned else new for old, new in zip(tasks, whole, strict=True))
        settled = {task.id for task in tasks if not task.duration.is_constant}
        single: dict[str, Rule] = {}
        if self.columns:
            passed = elapsed_in(tasks, status_date, self.context)
            single = self.columns.rules([task for task in tasks if task.id not in settled], conditional, passed)
        try:
            laid = lay_uncertainty(whole, self.rules, single | dict(own or {}), settled)
        except InvalidModel as error:
            self.context.findings.invalid(self.origin / "uncertainty", error)
            return tuple(tasks)
        self.laid.append(laid)
        if imported and self.rules:
            self.context.notes += [f"{project}: {warning}" for warning in laid.warnings]
        return tuple(self._kept(old, new, conditional) for old, new in zip(tasks, laid.tasks, strict=True))

    def _kept(self, old: Task, new: Task, conditional: Mapping[str, float]) -> Task:
        if not old.duration.is_constant:
            return old
        if old.id not in conditional or new.duration is old.duration:
            return replace(new, planned=old.planned)
        return self._left_of(new, old, conditional[old.id])

    def _left_of(self, whole: Task, task: Task, elapsed: float) -> Task:
        """The task with what is left of the law of the whole of it."""
        try:
            return replace(task, duration=remaining(whole.duration, elapsed))
        except InvalidModel:
            days = elapsed / self.context.units(task.calendar).day
            what = f"task '{task.id}' has taken {days:.1f} days so far, longer than the rule for it allows"
            fix = "raise the highest value of the rule, or leave out conditional:"
            self.context.findings.add(self.origin / "uncertainty", "estimate-exceeded", what, fix)
            return task

    def report(self, project: str, tasks: Sequence[Task]) -> None:
        """Rules that change nothing, columns that do not, and how many tasks each class reaches."""
        findings = self.context.findings
        for problem in self._idle():
            findings.add(self.origin / "uncertainty" / problem.path[-1], problem.code, problem.what, problem.fix)
        notes = [*self._of_classes(tasks)]
        if self.columns and not findings:
            if self.columns.filled:
                notes.append(self.columns.note())
            else:
                what = "the columns of estimates change nothing: no unfinished task has values in all of them"
                findings.add(
                    self.columns.origin, "columns-empty", what, "name the columns that are filled in, or remove estimates:", key=True
                )
        elif not self.columns and (guess := three_points(task for task in tasks if task.duration.is_constant)):
            notes.append(str(guess))
        before = f"{project}: " if self.origin.path else ""
        self.context.notes += [before + note for note in notes]

    def _idle(self) -> Iterator:
        """Rules that change nothing in any part of the project: a misspelt pattern would leave tasks without uncertainty."""
        if self.laid:
            matched = tuple(map(sum, zip(*(one.matched for one in self.laid), strict=True)))
            hidden = tuple(map(sum, zip(*(one.overshadowed for one in self.laid), strict=True)))
            yield from replace(self.laid[0], matched=matched, overshadowed=hidden).problems(self.rules)

    def _of_classes(self, tasks: Sequence[Task]) -> Iterator[str]:
        if not self.classes:
            return
        classes = {id: name for laid in self.laid for id, name in laid.classes.items()}
        counts = Counter(classes.values())
        reached = ", ".join(f"{name} {counts[name]}" for name in self.classes)
        said = f"classes of confidence reach {len(classes)} of {sum(map(can_vary, tasks))} tasks that can vary ({reached})"
        others = [task for task in tasks if can_vary(task) and task.id not in classes]
        certain = [task.id for task in others if task.duration.is_constant]
        estimated = len(others) - len(certain)
        said += f"; with another estimate: {estimated}" if estimated else ""
        yield said + (f"; without any, as planned: {len(certain)} ({some(certain)})" if certain else "")


def elapsed_in(tasks: Sequence[Task], status_date: datetime, context: Context) -> dict[str, float]:
    """Working minutes that have passed in each task in progress, on its calendar."""
    return {
        task.id: elapsed_of(task.progress, status_date, context.calendars[task.calendar])
        for task in tasks
        if task.progress and not task.is_finished and task.kind is TaskKind.TASK
    }
