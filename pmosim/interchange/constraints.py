"""What holds a task in time beside its links, in the terms of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pmosim.interchange.fields import Fields, moment
from pmosim.interchange.notices import Notices
from pmosim.model.tasks import Constraint, ConstraintKind

CONSTRAINTS: Mapping[str, tuple[ConstraintKind, ...]] = {
    "START_NO_EARLIER_THAN": (ConstraintKind.START_NO_EARLIER,),
    "START_NO_LATER_THAN": (ConstraintKind.START_NO_LATER,),
    "FINISH_NO_EARLIER_THAN": (ConstraintKind.FINISH_NO_EARLIER,),
    "FINISH_NO_LATER_THAN": (ConstraintKind.FINISH_NO_LATER,),
    # Primavera's "start on" and "finish on" yield to the links, unlike its mandatory ones
    "START_ON": (ConstraintKind.START_NO_EARLIER, ConstraintKind.START_NO_LATER),
    "FINISH_ON": (ConstraintKind.FINISH_NO_EARLIER, ConstraintKind.FINISH_NO_LATER),
    "MUST_START_ON": (ConstraintKind.MUST_START,),
    "MUST_FINISH_ON": (ConstraintKind.MUST_FINISH,),
    "AS_LATE_AS_POSSIBLE": (ConstraintKind.AS_LATE_AS_POSSIBLE,),
}


@dataclass(frozen=True, slots=True)
class ConstraintReader:
    fields: Fields
    notices: Notices
    expected_finish: bool  # whether the file's options say that expected finishes are used

    def constraints(self, task: Any) -> tuple[Constraint, ...]:
        """Of an unfinished task that is no summary task."""
        if self.is_manual(task):
            return (*self._pinned(task), *self._of_other_projects(task))
        return (*self.stated(task), *self._expected(task), *self._of_other_projects(task))

    def is_manual(self, task: Any) -> bool:
        return "TASK_MODE" in self.fields and str(task.getTaskMode()) == "MANUALLY_SCHEDULED"

    def stated(self, task: Any) -> Iterator[Constraint]:
        for kind, date in self._pairs(task):
            for own in CONSTRAINTS.get(kind, ()):
                if date is None and own is not ConstraintKind.AS_LATE_AS_POSSIBLE:
                    self.notices.add("constraint-without-date")
                else:
                    yield Constraint(own, moment(date))

    def _pairs(self, task: Any) -> Iterator[tuple[str, Any]]:
        """Kind and date, primary and secondary."""
        if "CONSTRAINT_TYPE" in self.fields:
            yield str(task.getConstraintType()), task.getConstraintDate() if "CONSTRAINT_DATE" in self.fields else None
        if "SECONDARY_CONSTRAINT_TYPE" in self.fields:
            yield str(task.getSecondaryConstraintType()), task.getSecondaryConstraintDate()

    def _pinned(self, task: Any) -> Iterator[Constraint]:
        """A manually scheduled task stays where the planner put it, whatever it is linked to."""
        if (start := moment(task.getStart())) is None:
            self.notices.add("manual-without-start")
        else:
            self.notices.add("manual")
            yield Constraint(ConstraintKind.MUST_START, start)

    def _expected(self, task: Any) -> Iterator[Constraint]:
        if date := self.fields.moment("EXPECTED_FINISH", task.getExpectedFinish):
            if self.expected_finish:
                self.notices.add("expected-finish")
                yield Constraint(ConstraintKind.EXPECTED_FINISH, date)
            else:
                self.notices.add("expected-finish-unused")

    def _of_other_projects(self, task: Any) -> Iterator[Constraint]:
        """Primavera's dates for work that waits for other projects, or that those wait for."""
        if date := self.fields.moment("EXTERNAL_EARLY_START", task.getExternalEarlyStart):
            self.notices.add("external-early-start")
            yield Constraint(ConstraintKind.START_NO_EARLIER, date)
        if date := self.fields.moment("EXTERNAL_LATE_FINISH", task.getExternalLateFinish):
            self.notices.add("external-late-finish")
            yield Constraint(ConstraintKind.FINISH_NO_LATER, date)

    def due(self, task: Any, constraints: tuple[Constraint, ...]) -> datetime | None:
        """The date that the task is to keep: its deadline, or its finish-no-later-than date if that is earlier."""
        dates = [one.date for one in constraints if one.kind is ConstraintKind.FINISH_NO_LATER and one.date]
        if deadline := self.fields.moment("DEADLINE", task.getDeadline):
            dates.append(deadline)
        if dates:
            self.notices.add("deadline")
        return min(dates, default=None)
