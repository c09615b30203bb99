"""Three-point estimates that stand in columns of a planner's file: user-defined or custom fields, or task codes.

What a column is called is for the scenario to say (``estimates``); `pmosim.interchange.estimates` guesses. Bare numbers are days of
the task's calendar, or of the unit that the scenario or the column's own name gives: "Pess Dur (h)".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pmosim.errors import did_you_mean
from pmosim.interchange.rules import Match, Rule, can_vary, some
from pmosim.model.laws import LAWS, Fixed
from pmosim.model.tasks import ELAPSED, Task
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import NUMBER, UNITS, Kind, Word, read_amount

ROLES = ("low", "mode", "high")
_CALLED = {"low": "lowest", "mode": "most likely", "high": "highest"}


@dataclass
class Columns:
    """The columns of a project, and what has become of them. Names are as the scenario writes them, and then as the file has them."""

    names: dict[str, str]  # role -> name
    law: str
    unit: str  # of bare numbers; empty where the names of the columns may say
    of_remaining: bool
    origin: Origin
    context: Context
    filled: list[str] = field(default_factory=list)  # ids of the tasks with an estimate
    partly: list[str] = field(default_factory=list)  # ids of those that lack one of the points

    def rules(self, tasks: Sequence[Task], elapsed: Mapping[str, float], passed: Mapping[str, float]) -> dict[str, Rule]:
        """By task id, the estimate as a rule of that task alone.

        ``elapsed`` and ``passed``: working minutes since the start of those in progress whose estimate is of the whole,
        given that it has not ended; and of all in progress.
        """
        varying = [task for task in tasks if can_vary(task)]
        if not varying or not self._find({name for task in varying for name in task.codes}):
            return {}
        found = {}
        for task in varying:
            if (rule := self._rule(task, task.id in elapsed, passed.get(task.id, 0.0))) is not None:
                found[task.id] = rule
        return found

    def _find(self, known: set[str]) -> bool:
        """Whether the columns are there; their names as the file has them."""
        plain = {_plain(name): name for name in sorted(known)}
        missing = {role: name for role, name in self.names.items() if _plain(name) not in plain}
        for role, name in missing.items():
            otherwise = f"it has {', '.join(sorted(known))}" if known else "export it with its user-defined or custom fields"
            fix = did_you_mean(name, sorted(known), otherwise)
            what = f"no unfinished task has a column '{name}' with something in it"
            self.context.findings.add(self.origin / role, "unknown-column", what, fix)
        self.names |= {role: plain[_plain(name)] for role, name in self.names.items() if role not in missing}
        return not missing

    def _rule(self, task: Task, conditional: bool, passed: float) -> Rule | None:
        cells = {role: task.codes.get(name, "").strip() for role, name in self.names.items()}
        if not any(cells.values()) or all(re.fullmatch(r"0*\.?0*\s*[a-z]*", cell) for cell in cells.values()):
            return None  # MS Project writes 0 where nothing was ever entered
        if not all(cells.values()):
            self.partly.append(task.id)
            return None
        planned = task.planned or 0.0
        whole = planned + passed
        sizes = {role: self._size(task, role, cell, planned if self.of_remaining else whole) for role, cell in cells.items()}
        if any(size is None for size in sizes.values()):
            return None
        low, mode, high = (sizes.get(role, planned if self.of_remaining else whole) or 0.0 for role in ROLES)
        if not low <= mode <= high:
            self._report_order(task, cells, mode)
            return None
        self.filled.append(task.id)
        # work in progress: what is left of it varies as the whole would have, about what the planner says is left
        ratio = planned / mode if passed and mode and not conditional and not self.of_remaining else 1.0
        points = [ratio * point for point in ((low, high) if self.law == "uniform" else (low, mode, high))]
        return Rule(Match(), LAWS[self.law](*points) if points[-1] else Fixed(0.0), relative=False)

    def _size(self, task: Task, role: str, cell: str, whole: float) -> float | None:
        """Working minutes of the task's calendar; None where the cell says nothing of the kind, which is reported."""
        name = self.names[role]
        unit = self.unit or _unit_in(name) or "d"
        try:
            amount = read_amount(Word(cell + unit if NUMBER.fullmatch(cell) else re.sub(r"\s+", "", cell), 0), Kind.DURATION)
        except Misread as error:
            self._report(task, role, error.code, f"'{cell}' in column '{name}': {error.what}")
            return None
        if amount.is_negative:
            self._report(task, role, "negative-duration", f"'{cell}' in column '{name}', which is below zero")
        elif amount.is_elapsed and task.calendar != ELAPSED:
            what = f"'{cell}' in column '{name}', elapsed time, but keeps the calendar '{task.calendar}'"
            self._report(task, role, "elapsed-impact", what)
        else:
            units = self.context.units(task.calendar)
            return sum(number * (whole / 100 if unit == "%" else units.unit(unit)) for number, unit in amount.parts)
        return None

    def _report(self, task: Task, role: str, code: str, what: str) -> None:
        known = task.codes.get("Activity ID", task.id)
        self.context.findings.add(self.origin / role, code, f"task '{known}' has {what}", "correct it in the planner's tool")

    def _report_order(self, task: Task, cells: Mapping[str, str], mode: float) -> None:
        days = f"{mode / self.context.units(task.calendar).day:g}d"
        said = {**cells, "mode": cells.get("mode", f"{days} (its planned duration)")}
        points = ", ".join(f"{_CALLED[role]} {said[role]}" for role in ROLES)
        what = f"task '{task.codes.get('Activity ID', task.id)}' has an estimate that does not rise: {points}"
        fix = "correct it in the planner's tool, or exchange the columns if they are the wrong way round"
        self.context.findings.add(self.origin, "impossible-estimate", what, fix)

    def note(self) -> str:
        """What the columns have done."""
        names = [f"'{self.names[role]}'" for role in ROLES if role in self.names]
        count = len(self.filled)
        whose = "task its estimate" if count == 1 else "tasks their estimates"
        said = f"columns {', '.join(names[:-1])} and {names[-1]} give {count} {whose} ({self.law})"
        return said + (f"; {len(self.partly)} lack one of the values: {some(self.partly)}" if self.partly else "")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _unit_in(name: str) -> str:
    """``h`` of "Pess Dur (h)" or "Pess Dur [hours]"."""
    found = re.search(r"[\[(]\s*(%|[a-z]+)\s*[\])]", name.casefold())
    return found[1] if found and (found[1] in UNITS or found[1] == "%") else ""


def read_columns(entry: language.Estimates | None, origin: Origin, context: Context) -> Columns | None:
    """What a scenario says of columns; None where it says nothing, or nothing that can be used, which is reported."""
    if entry is None:
        return None
    names = {role: name.strip() for role in ROLES if (name := getattr(entry, role))}
    if missing := [role for role in ("low", "high") if role not in names and not context.findings.was_dropped(origin / role)]:
        what = f"the columns of estimates lack the one for the {' and the '.join(_CALLED[role] for role in missing)} duration"
        context.findings.add(
            origin, "missing-column", what, "write for example  estimates: {low: Opt Dur, mode: ML Dur, high: Pess Dur}", key=True
        )
        return None
    unit = (entry.unit or "").strip()
    if unit and unit != "%" and unit.lower() not in UNITS:
        context.findings.add(origin / "unit", "unknown-unit", f"'{unit}' is not a unit of time", "write d, h, w, or %")
        return None
    law = entry.law or "pert"
    if law == "uniform":
        names.pop("mode", None)
    return Columns(names, law, unit, entry.of == "remaining", origin, context) if {"low", "high"} <= names.keys() else None
