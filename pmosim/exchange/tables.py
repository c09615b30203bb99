"""The tasks of a project as a table that a scenario reads (``tasks_from``).

Its columns stand in a fixed order, and its rows in the order of the work breakdown: what the planner did not change is the
same line as before.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pmosim.exchange.figures import OURS
from pmosim.exchange.texts import duration, moment, number
from pmosim.model.calendars import ALWAYS, Calendar
from pmosim.model.laws import Law
from pmosim.model.project import Project
from pmosim.model.tasks import Constraint, ConstraintKind, Cost, LagCalendar, Link, LinkKind, Task, TaskKind

COLUMNS = (
    "id",
    "name",
    "parent",
    "wbs",
    "milestone",
    "hammock",
    "calendar",
    "duration",
    "started",
    "finished",
    "remaining",
    "resumes",
    "pauses",
    "after",
    "start_no_earlier",
    "start_no_later",
    "finish_no_earlier",
    "finish_no_later",
    "must_start",
    "must_finish",
    "expected_finish",
    "as_late_as_possible",
    "deadline",
    "cost",
    "resources",
)
"""In this order, whether or not a schedule has something for each of them. Baselines, if there are any, and task codes follow."""

BASELINE = ("baseline_start", "baseline_finish", "baseline_cost")

DATED = {
    ConstraintKind.START_NO_EARLIER: ("start_no_earlier", max),
    ConstraintKind.START_NO_LATER: ("start_no_later", min),
    ConstraintKind.FINISH_NO_EARLIER: ("finish_no_earlier", max),
    ConstraintKind.FINISH_NO_LATER: ("finish_no_later", min),
    ConstraintKind.MUST_START: ("must_start", min),
    ConstraintKind.MUST_FINISH: ("must_finish", min),
    ConstraintKind.EXPECTED_FINISH: ("expected_finish", min),
}
"""The column of each kind of constraint, and which of several dates is the stricter one."""

_MILESTONES = {TaskKind.START_MILESTONE: "start", TaskKind.FINISH_MILESTONE: "finish"}


@dataclass(frozen=True, slots=True)
class TaskTable:
    """One project, and what else of its schedule its rows need."""

    project: Project
    calendars: Mapping[str, Calendar]  # of the whole schedule, the built-in ones included
    links: Sequence[Link]  # to tasks of this project
    lag_calendar: LagCalendar  # that the scenario will name for the project
    calendar_of: Mapping[str, str]  # by qualified id, of every task in the schedule that is no summary task
    deadlines: Mapping[str, str] = field(default_factory=dict)  # texts by task id
    currency: str = ""

    def text(self) -> str:
        columns = (*COLUMNS, *(BASELINE if any(task.baseline for task in self.project.tasks) else ()))
        codes = sorted({name for task in self.project.tasks for name in task.codes if not name.startswith(OURS)})
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*columns, *(f"code {name}" for name in codes)])
        after = self._after()
        for task in in_outline(self.project.tasks):
            row = self._row(task, after.get(task.id, ""))
            writer.writerow([*(row.get(name, "") for name in columns), *(line(task.codes.get(name, "")) for name in codes)])
        return stream.getvalue()

    def _row(self, task: Task, after: str) -> dict[str, str]:
        row = {
            "id": task.id,
            "name": line(task.name),
            "parent": task.parent or "",
            "wbs": line(task.wbs),
            "after": after,
            "deadline": self.deadlines.get(task.id, ""),
            "resources": "; ".join(map(_listed, task.resources)),
        }
        row |= self._baseline(task)
        if task.kind is TaskKind.SUMMARY:
            return row
        row |= {
            "milestone": _MILESTONES.get(task.kind, ""),
            "hammock": "yes" if task.kind is TaskKind.HAMMOCK else "",
            "calendar": "" if task.calendar == self.project.calendar else task.calendar,
            "cost": self._cost(task.cost, task.calendar),
        }
        row |= self._progress(task)
        return row | self._work(task) if task.kind is TaskKind.TASK else row | (held(task.constraints) if task.is_milestone else {})

    def _baseline(self, task: Task) -> dict[str, str]:
        if task.baseline is None:
            return {}
        dates = {"baseline_start": task.baseline.start, "baseline_finish": task.baseline.finish}
        cost = "" if task.baseline.cost is None else f"{number(task.baseline.cost)} {self.currency}".strip()
        return {name: moment(date) for name, date in dates.items() if date} | {"baseline_cost": cost}

    def _progress(self, task: Task) -> dict[str, str]:
        progress = task.progress
        if progress is None:
            return {}
        dates = {"started": progress.actual_start, "finished": progress.actual_finish, "resumes": progress.resumes}
        return {name: moment(date) for name, date in dates.items() if date}

    def _work(self, task: Task) -> dict[str, str]:
        if task.is_finished:
            return {}
        calendar = self.calendars[task.calendar]
        planned = duration(task.planned or 0.0, calendar)
        pauses = "; ".join(f"{duration(pause.minutes, calendar)} after {duration(pause.after, calendar)}" for pause in task.pauses)
        return {"remaining" if task.progress else "duration": planned, "pauses": pauses} | held(task.constraints)

    def _cost(self, cost: Cost | None, calendar: str) -> str:
        if cost is None:
            return ""
        unit = f" {self.currency}" if self.currency else ""
        parts = [f"{number(_value(cost.fixed))}{unit}"] if cost.fixed else []
        parts += [f"{number(60 * _value(cost.rate))}{unit or ' '}/h"] if cost.rate else []
        return " + ".join(parts)

    def _after(self) -> dict[str, str]:
        """By task id, what it comes after. Of two links that say the same, the one with the longer lag holds."""
        kept: dict[tuple[str, str, LinkKind], Link] = {}
        for link in self.links:
            key = (link.successor, link.predecessor, link.kind)
            if key not in kept or link.lag.minutes > kept[key].lag.minutes:
                kept[key] = link
        texts: dict[str, list[str]] = {}
        for link in sorted(kept.values(), key=lambda one: (natural(one.predecessor), one.kind)):
            texts.setdefault(link.successor.partition(".")[2], []).append(self._link(link))
        return {id: "; ".join(links) for id, links in texts.items()}

    def _link(self, link: Link) -> str:
        lag = link.lag
        before = link.predecessor.removeprefix(f"{self.project.id}.")
        if lag.share:
            size, runs_on = f"{number(100 * lag.share)}%", lag.calendar
        elif lag.minutes:
            size, runs_on = duration(lag.minutes, self._calendar_of(link)), lag.calendar
            runs_on = self.lag_calendar if runs_on is LagCalendar.ELAPSED else runs_on  # elapsed units say it themselves
        else:
            return before if link.kind is LinkKind.FS else f"{before} {link.kind}"
        other = "" if runs_on is self.lag_calendar else f" on {runs_on}"
        return f"{before} {link.kind}{'' if size.startswith('-') else '+'}{size}{other}"

    def _calendar_of(self, link: Link) -> Calendar:
        """On which the lag of a link runs, and in whose days it is told."""
        match link.lag.calendar:
            case LagCalendar.ELAPSED:
                return ALWAYS
            case LagCalendar.PREDECESSOR:
                return self.calendars[self.calendar_of.get(link.predecessor, self.project.calendar)]
            case LagCalendar.SUCCESSOR:
                return self.calendars[self.calendar_of.get(link.successor, self.project.calendar)]
            case LagCalendar.PROJECT:
                return self.calendars[self.project.calendar]


def held(constraints: Iterable[Constraint]) -> dict[str, str]:
    """Constraints by column; of several of one kind the strictest."""
    row: dict[str, str] = {}
    for kind, (column, strictest) in DATED.items():
        dates = [one.date for one in constraints if one.kind is kind and one.date]
        if dates:
            row[column] = moment(strictest(dates))
    if any(one.kind is ConstraintKind.AS_LATE_AS_POSSIBLE for one in constraints):
        row["as_late_as_possible"] = "yes"
    return row


def in_outline(tasks: Sequence[Task]) -> Iterator[Task]:
    """Every summary task followed by what stands below it; those of one parent by WBS code and id.

    The order of the rows in a planner's file may be that of a database, and mean nothing.
    """
    below: dict[str | None, list[Task]] = {}
    for task in tasks:
        below.setdefault(task.parent, []).append(task)

    def walk(parent: str | None) -> Iterator[Task]:
        for task in sorted(below.get(parent, ()), key=lambda one: (natural(one.wbs), one.kind is TaskKind.SUMMARY, natural(one.id))):
            yield task
            if task.kind is TaskKind.SUMMARY:
                yield from walk(task.id)

    yield from walk(None)


def natural(id: str) -> tuple[tuple[bool, int, str], ...]:
    """A key that sorts A9 before A10."""
    parts = [part for part in re.split(r"(\d+)", id, flags=re.ASCII) if part]
    return tuple((False, int(part), "") if part.isdecimal() and part.isascii() else (True, 0, part) for part in parts)


def line(text: str) -> str:
    """On one line, so that every task stays on one of its own."""
    return " ".join(text.split())


def _listed(name: str) -> str:
    """One entry of a list in a cell; in quotes where it has a separator itself."""
    plain = line(name).replace('"', "'")
    return f'"{plain}"' if re.search(r"[,;]", plain) else plain


def _value(law: Law) -> float:
    return law.mean
