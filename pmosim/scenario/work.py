"""Tasks as they are written (in the scenario or in tables) into the model's tasks, links and targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pmosim.errors import InvalidModel
from pmosim.interchange.rules import Rule
from pmosim.model.laws import Fixed, Law, remaining
from pmosim.model.project import Target
from pmosim.model.tasks import (
    ELAPSED,
    FINISH,
    Lag,
    LagCalendar,
    Link,
    Progress,
    Task,
    TaskKind,
)
from pmosim.scenario import language
from pmosim.scenario.context import Context, on_elapsed_time
from pmosim.scenario.estimates import Estimate
from pmosim.scenario.holding import HOLDING, constraints_of, pauses_of
from pmosim.scenario.links import WrittenLink, read_links
from pmosim.scenario.money import read_task_cost, read_uses
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.progress import UNDONE, baseline_of, elapsed_of, read_percent
from pmosim.scenario.quantities import Kind, Units
from pmosim.scenario.templates import Classes, class_of

_MILESTONES = {"start": TaskKind.START_MILESTONE, "finish": TaskKind.FINISH_MILESTONE}
_WORK = ("duration", "planned", "confidence", "remaining", "percent", "conditional", "resumes", *HOLDING)
"""Keys of a task that has work of its own."""

MONEY = ("cost", "spend", "uses", "spent", "planned_cost", "escalated_by")
"""Keys of a task that costs something."""

_ID = re.compile(r"[^\s,;*?'\"]+\Z")


@dataclass(frozen=True, slots=True)
class Written:
    """One task as it is written, and where."""

    id: str
    entry: language.Task
    origin: Origin
    parent: str | None = None
    broken: bool = False  # reported already: what it lacks is no further mistake


def flattened(
    entries: Mapping[str, language.Task | None], origin: Origin, context: Context, parent: str | None = None
) -> Iterator[Written]:
    """Every task under a ``tasks`` key, those of summary tasks included."""
    for id, entry in entries.items():
        here = origin / id
        yield Written(
            id, entry or language.Task(), here, (entry.parent if entry and entry.parent else parent), context.findings.was_dropped(here)
        )
        if entry and entry.tasks:
            yield from flattened(entry.tasks, here / "tasks", context, id)


def id_problem(id: str, kind: str) -> tuple[str, str, str] | None:
    """What is wrong with an id, if anything: code, what, fix."""
    if not id:
        return "empty-id", f"a {kind} has no id", "give every one an id"
    if not _ID.match(id):
        plain = re.sub(r"[^\w.-]+", "_", id).strip("_") or kind
        fix = f"write '{plain}', and put the full text into name:"
        return "bad-id", f"'{id}' cannot be the id of a {kind}: ids have no spaces, commas, quotes, * or ?", fix
    if kind == "project" and "." in id:
        return "bad-id", f"'{id}' cannot be the id of a project: '.' parts project and task", f"write '{id.replace('.', '_')}'"
    if id == (FINISH if kind == "task" else "portfolio" if kind == "project" else ""):
        means = "the finish of the whole project" if kind == "task" else "all projects together"
        return "reserved-id", f"'{id}' means {means} and cannot be the id of a {kind}", "choose another id"
    return None


@dataclass(frozen=True, slots=True)
class Habits:
    """What holds for every task of a project that says nothing else."""

    status_date: datetime
    lag_calendar: LagCalendar = LagCalendar.SUCCESSOR
    conditional: bool = False
    future_actuals: bool = False  # actual dates after the status date are no mistakes


class TaskReader:
    """Builds the tasks of one project, once every name in the scenario is known."""

    def __init__(self, context: Context, project: str, calendar: str, habits: Habits, classes: Classes | None = None) -> None:
        self.context, self.project, self.calendar, self.habits = context, project, calendar, habits
        self.classes = classes or {}
        self.confidence: dict[str, Rule] = {}  # by id, the class of each task that names one
        self.targets: list[Target] = []
        self.calendar_of: dict[str, str] = {}
        self.conditional: dict[str, float] = {}  # tasks in progress whose estimate is of the whole of them -> what has elapsed [minutes]

    def read(self, written: Iterable[Written]) -> list[Task]:
        written = list(written)
        above = {one.parent for one in written if one.parent}
        return [self._task(one, one.id in above) for one in written]

    def _report(self, origin: Origin, code: str, what: str, fix: str, *, key: bool = False) -> None:
        self.context.findings.add(origin, code, what, fix, key=key)

    def _task(self, one: Written, is_parent: bool) -> Task:
        path = ("projects", self.project, "tasks", one.id)
        self.context.findings.register(path, one.origin)
        kind = self._kind(one, is_parent)
        calendar = self.context.known_calendar(one.entry.calendar, one.origin / "calendar", self.calendar)
        progress = self._progress(one, kind)
        duration, planned, calendar = self._duration(one, kind, calendar, progress)
        self.calendar_of[one.id] = calendar
        if one.entry.confidence is not None and kind is TaskKind.TASK:
            self._confidence(one, duration)
        self._targets(one, progress)
        costs = kind is not TaskKind.SUMMARY
        pauses = pauses_of(one.entry, one.origin, calendar, self.context) if kind is TaskKind.TASK else ()
        return Task(
            id=one.id,
            duration=duration,
            planned=planned,
            calendar=calendar,
            name=one.entry.name or "",
            kind=kind,
            parent=one.parent,
            wbs=one.entry.wbs or "",
            codes=one.entry.codes or {},
            resources=tuple(one.entry.resources or ()),
            cost=read_task_cost(one.entry, one.origin, calendar, self.context) if costs else None,
            constraints=tuple(constraints_of(one.entry, one.origin, self.context)) if not kind.spans else (),
            progress=progress,
            pauses=pauses if not (progress and progress.actual_finish) else (),
            baseline=baseline_of(one.entry, one.origin, self.context),
            assignments=read_uses(one.entry, one.origin, self.context) if costs else (),
            spent=self.context.certain_money(one.entry.spent, one.origin / "spent") if costs else None,
            planned_cost=self.context.certain_money(one.entry.planned_cost, one.origin / "planned_cost") if costs else None,
            weather=one.entry.weather is not False,
            splits=one.entry.splits is not False,
        )

    def _kind(self, one: Written, is_parent: bool) -> TaskKind:
        entry = one.entry
        if entry.tasks is not None and not entry.tasks:
            self._report(
                one.origin / "tasks", "empty-summary", f"summary task '{one.id}' has no task below it", "add tasks, or give it a duration"
            )
        if is_parent or entry.tasks is not None:
            what = f"'{one.id}' is a summary task, which spans the tasks below it and has no {{key}} of its own"
            self._refuse_keys(one, ("milestone", "hammock", *MONEY, "started", "finished", *_WORK), "summary-with-work", what)
            return TaskKind.SUMMARY
        if entry.hammock:
            what = f"'{one.id}' is a hammock, whose dates follow from its links, and has no {{key}} of its own"
            self._refuse_keys(one, ("milestone", *_WORK), "hammock-with-work", what)
            return TaskKind.HAMMOCK
        if entry.milestone:
            self._refuse_keys(one, ("pauses", "confidence"), "milestone-with-work", f"'{one.id}' is a milestone, which has no {{key}}")
            return _MILESTONES[entry.milestone]
        return TaskKind.TASK

    def _refuse_keys(self, one: Written, keys: Iterable[str], code: str, what: str) -> None:
        for key in keys:
            if getattr(one.entry, key) not in (None, False):
                fix = f"remove '{key}'" + (", or give it to one of the tasks below" if code == "summary-with-work" else "")
                self._report(one.origin / key, code, what.format(key=key), fix, key=True)

    def _progress(self, one: Written, kind: TaskKind) -> Progress | None:
        entry, moment = one.entry, self.context.moment
        if kind is TaskKind.SUMMARY or (entry.started is None and entry.finished is None):
            for key in ("resumes", "percent") if kind is TaskKind.TASK else ():
                if (text := getattr(entry, key)) is not None and text.strip() not in UNDONE:
                    what = f"task '{one.id}' has '{key}: {text}', but has not started"
                    self._report(one.origin / key, "missing-start", what, f"add  started:, or remove '{key}'", key=True)
            return None
        started = moment(entry.started, one.origin / "started")
        finished = moment(entry.finished, one.origin / "finished", end_of_day=True)
        if entry.started is None and finished is not None:
            if kind is TaskKind.TASK:
                self._report(
                    one.origin / "finished", "missing-start", f"task '{one.id}' has finished, but no start is given", "add  started:"
                )
            started = finished
        for key, date in (("started", started), ("finished", finished)):
            self._check_past(one, key, date)
        if started and finished and finished < started:
            what = f"task '{one.id}' finished on {finished:%d %b %Y}, before it started on {started:%d %b %Y}"
            self._report(one.origin / "finished", "dates-out-of-order", what, "correct one of the dates")
            finished = started
        resumes = moment(entry.resumes, one.origin / "resumes") if finished is None else None
        return Progress(started, finished, resumes) if started else None

    def _check_past(self, one: Written, key: str, date: datetime | None) -> None:
        status = self.habits.status_date
        if date is not None and date.date() > status.date() and not self.habits.future_actuals:
            what = f"task '{one.id}' {key} on {date:%d %b %Y}, after the status date {status:%d %b %Y}"
            self._report(one.origin / key, "dates-out-of-order", what, "correct the date, or move the status date on")

    def _duration(self, one: Written, kind: TaskKind, calendar: str, progress: Progress | None) -> tuple[Law, float | None, str]:
        """Law and planned value of the (remaining) duration, and the calendar on which it runs."""
        entry, nothing = one.entry, Fixed(0.0)
        if kind.spans:
            return nothing, None, calendar
        if kind is not TaskKind.TASK:
            return self._no_duration(one), None, calendar
        if entry.remaining is not None and entry.started is None:
            what = f"task '{one.id}' has a remaining duration, but has not started"
            self._report(one.origin / "remaining", "remaining-without-start", what, "add  started:, or call it duration", key=True)
        is_open = progress is not None and progress.actual_finish is None
        of_whole = is_open and self._of_whole(one)
        key = "remaining" if is_open and not of_whole else "duration"
        text = entry.remaining if key == "remaining" else entry.duration
        if text is None:
            self._missing(one, key, progress)
            return nothing, None, calendar
        estimate = self.context.estimate(text, Kind.DURATION, one.origin / key)
        if estimate is None:
            return nothing, None, calendar
        calendar = on_elapsed_time(estimate, calendar)
        planned = self._planned(one, estimate, key, calendar)
        law = self.context.duration(estimate, calendar, planned, one.origin / key)
        if law is None or self._is_negative(law, estimate, one.origin / key, one.id):
            return nothing, None, calendar
        if of_whole and progress is not None:
            return *self._what_is_left(one, law, law.typical if planned is None else planned, calendar, progress), calendar
        return law, planned, calendar

    def _confidence(self, one: Written, duration: Law) -> None:
        origin = one.origin / "confidence"
        if not duration.is_constant:
            what = f"task '{one.id}' says how uncertain its duration is, and names a class of confidence as well"
            self._report(origin, "uncertain-twice", what, "remove 'confidence', or write the duration as one value", key=True)
        elif rule := class_of(one.entry.confidence or "", origin, self.classes, self.context):
            self.confidence[one.id] = rule

    def _of_whole(self, one: Written) -> bool:
        """Whether the estimate of a task in progress is of the whole task. What cannot be both is reported."""
        entry = one.entry
        given = [key for key in ("percent", "conditional") if getattr(entry, key)]
        if entry.remaining is None:
            return bool(entry.percent is not None or self._is_conditional(entry))
        for key in given:
            what = f"task '{one.id}' says what remains of it; '{key}' would say it once more"
            self._report(one.origin / key, "remaining-twice", what, f"remove '{key}', or 'remaining'", key=True)
        return False

    def _is_conditional(self, entry: language.Task) -> bool:
        return self.habits.conditional if entry.conditional is None else entry.conditional

    def _what_is_left(self, one: Written, law: Law, planned: float, calendar: str, progress: Progress) -> tuple[Law, float | None]:
        """Of the law and the planned duration of a whole task: by the share that is done, or by the time that has elapsed."""
        done = read_percent(one.entry.percent, one.origin / "percent", self.context)
        left = None if done is None else planned * (1 - done)
        if not self._is_conditional(one.entry):
            share = 1 - (done or 0.0)
            return (law.scaled(share) if share else Fixed(0.0)), left
        elapsed = elapsed_of(progress, self.habits.status_date, self.context.calendars[calendar])
        self.conditional[one.id] = elapsed
        try:
            rest = remaining(law, elapsed)
        except InvalidModel:
            day = self.context.units(calendar).day
            what = f"task '{one.id}' has taken {elapsed / day:.1f} days so far, longer than its estimate allows"
            self._report(one.origin / "duration", "estimate-exceeded", what, "raise the estimate, or write what remains:  remaining: 5d")
            return law, planned
        return rest, (max(0.0, planned - elapsed) or None) if left is None else left

    def _no_duration(self, one: Written) -> Law:
        for key in ("duration", "remaining"):
            text = getattr(one.entry, key)
            if text is not None and not re.fullmatch(r"\s*0+(\.0*)?\s*[a-z]*\s*", text):
                what = f"'{one.id}' is a milestone, but has a {key}"
                self._report(one.origin / key, "milestone-duration", what, f"remove '{key}', or 'milestone'", key=True)
        return Fixed(0.0)

    def _missing(self, one: Written, key: str, progress: Progress | None) -> None:
        dropped = any(self.context.findings.was_dropped(one.origin / other) for other in (key, "milestone", "percent", "conditional"))
        if one.broken or dropped or (progress and progress.actual_finish):
            return
        if key == "remaining":
            what = f"task '{one.id}' is in progress, but its remaining duration is not given"
            fix = "add  remaining: 5d, counted from the status date" + (", or percent:" if one.entry.duration is not None else "")
            self._report(one.origin, "missing-remaining", what, fix, key=True)
        elif progress or (one.entry.started is None and one.entry.finished is None):
            fix = "add  duration: 5d, or  milestone: true"
            self._report(one.origin, "missing-duration", f"task '{one.id}' has no duration", fix, key=True)

    def _planned(self, one: Written, estimate: Estimate, key: str, calendar: str) -> float | None:
        """The planner's own figure [working minutes]: ``planned``, or what the percentages of the estimate are of."""
        if one.entry.planned is not None and key == "duration":
            stated = self.context.estimate(one.entry.planned, Kind.DURATION, one.origin / "planned")
            law = self.context.duration(stated, calendar, None, one.origin / "planned") if stated else None
            if law is not None and (not law.is_constant or law.mean < 0):
                what = f"the planned duration '{one.entry.planned}' is no single duration"
                self._report(one.origin / "planned", "not-certain", what, "write one duration of 0 or more, such as 40d")
                return None
            return law.mean if law else None
        if estimate.base is not None:
            return self.context.units(calendar).minutes(estimate.base)
        return None

    def _is_negative(self, law: Law, estimate: Estimate, origin: Origin, id: str) -> bool:
        if law.support[0] >= 0:
            return False
        amount = next((amount for amount in estimate.sizes if amount.is_negative), None)
        what = f"the duration of task '{id}' goes below zero" + (f": '{amount.text}'" if amount else "")
        self._report(origin.at(amount.offset if amount else None), "negative-duration", what, "give durations of 0 or more")
        return True

    def _targets(self, one: Written, progress: Progress | None) -> None:
        deadline = self.context.moment(one.entry.deadline, one.origin / "deadline", end_of_day=True)
        if (deadline is None and not one.entry.watch) or (progress and progress.actual_finish):
            return  # what has finished is no longer a matter of chance
        node = f"{self.project}.{one.id}"
        self.context.findings.register(("targets", node), one.origin / "deadline")
        self.targets.append(Target(node, deadline, label=one.entry.name or ""))

    def links(self, written: Iterable[Written]) -> Iterator[Link]:
        """What each task waits for."""
        for one in written:
            seen: set[tuple] = set()
            for place, text in enumerate(one.entry.after or ()):
                origin = one.origin / "after" / place
                for link in self._written_links(text, origin):
                    made = self.link(link, f"{self.project}.{one.id}", origin)
                    if made is None:
                        continue
                    if (made.predecessor, made.kind) in seen:
                        what = f"task '{one.id}' is linked to '{link.predecessor}' by {link.kind} twice"
                        self._report(origin.at(link.offset), "duplicate-link", what, "remove one of them")
                        continue
                    seen.add((made.predecessor, made.kind))
                    yield made

    def _written_links(self, text: str, origin: Origin) -> tuple[WrittenLink, ...]:
        try:
            return read_links(text)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return ()

    def link(self, link: WrittenLink, successor: str, origin: Origin) -> Link | None:
        try:
            predecessor = self.context.names.task(link.predecessor, self.project)
        except Misread as error:
            own = _plain(successor, self.context)
            reason = "there is no task of that id" if error.code == "unknown-task" else error.what
            what = f"'{own}' comes after '{link.predecessor}', but {reason}"
            self._report(origin.at(link.offset), error.code, what, error.fix)
            return None
        project, _, task = successor.partition(".")
        self.context.findings.register(("projects", project, "tasks", task, "after", predecessor), origin.at(link.offset))
        return Link(predecessor, successor, link.kind, self._lag(link, predecessor, successor, origin))

    def _lag(self, link: WrittenLink, predecessor: str, successor: str, origin: Origin) -> Lag:
        runs_on = link.lag_calendar or self.habits.lag_calendar
        if link.wait is not None:
            return self._wait(link.wait, runs_on, predecessor, successor, origin)
        if link.lag is None:
            return Lag(0.0, runs_on)
        if link.lag.is_relative:
            return Lag(0.0, runs_on, link.lag.number / 100)
        if link.lag.is_elapsed:
            return Lag(Units(480, 2400, 9600).minutes(link.lag), LagCalendar.ELAPSED)
        return Lag(self.context.units(self._lag_keeps(runs_on, predecessor, successor)).minutes(link.lag), runs_on)

    def _wait(self, wait: tuple[str, int], runs_on: LagCalendar, predecessor: str, successor: str, origin: Origin) -> Lag:
        """An uncertain lag."""
        text, offset = wait
        where = origin.at(offset)
        estimate = self.context.estimate(text, Kind.DURATION, where)
        if estimate is None:
            return Lag(0.0, runs_on)
        runs_on = LagCalendar.ELAPSED if estimate.is_elapsed else runs_on
        law = self.context.duration(estimate, self._lag_keeps(runs_on, predecessor, successor), None, where)
        return Lag(0.0, runs_on) if law is None else Lag(float(law.typical), runs_on, law=law)

    def _lag_keeps(self, runs_on: LagCalendar, predecessor: str, successor: str) -> str:
        """The calendar on which a lag runs."""
        keeps = {LagCalendar.PROJECT: self.calendar, LagCalendar.ELAPSED: ELAPSED}.get(runs_on)
        return keeps or self._calendar_of(predecessor if runs_on is LagCalendar.PREDECESSOR else successor)

    def _calendar_of(self, id: str) -> str:
        """Of a task; a summary task has none of its own."""
        return self.calendar if id in self.context.names.summaries else self.context.task_calendars[id]


def _plain(qualified: str, context: Context) -> str:
    """A task's id as its author wrote it: without the project where there is only one."""
    return qualified.partition(".")[2] if context.names.single else qualified


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
