"""Constraints in working minutes: what each holds back, and whether it may overrule the links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pmosim.model.calendars import Clock
from pmosim.model.tasks import Constraint, ConstraintKind, Reading, Rules, Task

PINNING = frozenset({ConstraintKind.MUST_START, ConstraintKind.MUST_FINISH, ConstraintKind.START_NO_LATER, ConstraintKind.FINISH_NO_LATER})
"""Kinds that can put a task before the date that its links ask for."""

ON_FINISH = frozenset(
    {
        ConstraintKind.FINISH_NO_EARLIER,
        ConstraintKind.FINISH_NO_LATER,
        ConstraintKind.MUST_FINISH,
        ConstraintKind.EXPECTED_FINISH,
    }
)


@dataclass(frozen=True, slots=True)
class Hold:
    """A constraint of one task. ``date`` is a position on the task's calendar. [working minutes since the epoch]

    Where none of the three is said, the constraint is only watched: how often its date was missed.
    """

    kind: ConstraintKind
    date: int
    moment: datetime
    not_before: bool  # the start (or finish) comes no earlier
    not_after: bool  # ... and no later, whatever the links ask for; but never before the status date
    stretches: bool = False  # the task lasts until the date (expected finish)

    @property
    def on_finish(self) -> bool:
        return self.kind in ON_FINISH

    @property
    def limits(self) -> bool:
        """Whether later than its date is too late: then it takes float away."""
        return self.kind in PINNING


def holds_of(task: Task, clock: Clock, rules: Rules, reading: Reading) -> tuple[Hold, ...]:
    """The constraints of an unfinished task; those of its start have no more to say once it has begun."""
    hard = reading is Reading.HARD
    holds = [_hold(constraint, clock, rules, hard) for constraint in task.constraints]
    kept = [hold for hold in holds if hold and (task.progress is None or hold.on_finish)]
    return tuple(sorted(kept, key=lambda hold: (hold.stretches, hold.not_after, hold.kind, hold.date)))


def _hold(constraint: Constraint, clock: Clock, rules: Rules, hard: bool) -> Hold | None:
    if constraint.date is None:
        return None
    date, moment = clock.work_at(constraint.date), constraint.date
    match constraint.kind:
        case ConstraintKind.START_NO_EARLIER | ConstraintKind.FINISH_NO_EARLIER:
            return Hold(constraint.kind, date, moment, not_before=True, not_after=False)
        case ConstraintKind.START_NO_LATER | ConstraintKind.FINISH_NO_LATER:
            return Hold(constraint.kind, date, moment, not_before=False, not_after=hard and rules.no_later_holds)
        case ConstraintKind.MUST_START:
            return Hold(constraint.kind, date, moment, not_before=True, not_after=hard)
        case ConstraintKind.MUST_FINISH:
            return Hold(constraint.kind, date, moment, not_before=hard, not_after=hard)
        case ConstraintKind.EXPECTED_FINISH:
            return Hold(constraint.kind, date, moment, not_before=False, not_after=False, stretches=True) if hard else None
    return None
