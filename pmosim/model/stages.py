"""From one portfolio to another in steps: one class of change after the other, and within a class one item after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pmosim.errors import InvalidModel
from pmosim.model import days
from pmosim.model.between import SHARED, Item, Made, combined, ends_of, named, up_to, watching
from pmosim.model.changes import ORDER, Change
from pmosim.model.differences import Difference, differences
from pmosim.model.fingerprint import fingerprint
from pmosim.model.project import Portfolio
from pmosim.model.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class Stage:
    """The portfolio once these classes of change have been made, all those before them too."""

    changes: tuple[Change, ...]  # several where one alone makes no valid portfolio
    portfolio: Portfolio


def stages(before: Portfolio, after: Portfolio) -> Iterator[Stage]:
    """From ``before`` (not among them) to ``after``, the last one; classes in which nothing changes are left out.

    Targets are reduced to those that both portfolios have, without their promises, which move no date. The last stage is
    ``after`` but for them.
    """
    nodes = in_both(before, after)
    differ = {difference.change for difference in differences(before, after)}
    last, held = fingerprint(watching(before, nodes)), tuple[Change, ...]()
    end = fingerprint(watching(after, nodes))
    for place, change in enumerate(ORDER):
        if change is Change.TARGETS or change not in differ:
            continue
        held = (*held, change)
        try:
            made = combined(before, after, Made(frozenset(ORDER[: place + 1])), nodes)
        except InvalidModel:
            continue  # such as a link to a task that comes with the next class
        print_of_made = fingerprint(made)
        if print_of_made != last:
            yield Stage(held, made)
        last, held = print_of_made, ()
    if last != end:
        yield Stage(held or (Change.OTHER,), watching(after, nodes))


def in_both(before: Portfolio, after: Portfolio) -> tuple[str, ...]:
    """Nodes that have a target in both portfolios."""
    others = {other.node for other in after.targets}
    return tuple(target.node for target in before.targets if target.node in others)


@dataclass(frozen=True, slots=True)
class ItemOfChange:
    """What is changed at once within a class."""

    change: Change
    id: str  # empty for all that is left of the class at its end
    differences: tuple[Difference, ...]  # none where nothing has been done about a task but that time has passed


class Cuts:
    """The portfolios within one stage, with the first ``k`` of its items made, for ``k`` from 0 to the number of items."""

    def __init__(self, before: Portfolio, after: Portfolio, stage: Stage, found: Sequence[Difference]) -> None:
        self.before, self.after, self.changes = before, after, stage.changes
        self.items = tuple(item for change in stage.changes for item in items_of(before, after, change, found))

    def at(self, k: int, nodes: Sequence[str]) -> Portfolio | None:
        """With bare targets at ``nodes``; None where the parts do not fit together."""
        made = frozenset[Item]((item.change, item.id) for item in self.items[:k])
        whole = frozenset(item.change for item in self.items[:k]) - frozenset(item.change for item in self.items[k:])
        classes = up_to(self.changes[0]) | whole
        try:
            return combined(self.before, self.after, Made(classes, made), nodes)
        except InvalidModel:
            return None


def items_of(before: Portfolio, after: Portfolio, change: Change, found: Sequence[Difference]) -> Iterator[ItemOfChange]:
    """In the order in which they are made: progress as it happened, then tasks on which time has passed; all else by id.

    Summary tasks come before what is below them, and go after it.
    """
    own = [difference for difference in found if difference.change is change]
    by_id: dict[str, list[Difference]] = {}
    for difference in own if _parts(before, after, change) else ():
        if _is_known(before, after, difference):
            by_id.setdefault(difference.item, []).append(difference)
    ids = sorted(by_id, key=lambda id: (_when(after, id) if change is Change.PROGRESS else datetime.min, _depth(before, after, id), id))
    yield from (ItemOfChange(change, id, tuple(by_id[id])) for id in ids)
    if change is Change.PROGRESS:
        yield from (ItemOfChange(change, id, ()) for id in _waiting(before, after) if id not in by_id)
    rest = [difference for difference in own if difference.item not in by_id and difference.what != "link"]
    if rest or not ids or change is Change.PROGRESS:
        yield ItemOfChange(change, "", tuple(rest))


def _parts(before: Portfolio, after: Portfolio, change: Change) -> bool:
    """Whether the class can be made item by item: not where hours of a day change, for they are those of all tasks at once."""
    if change is not Change.CALENDARS:
        return True
    return all(days.ratio(before, after, id) == 1 for id in before.tasks if id in after.tasks)


def _is_known(before: Portfolio, after: Portfolio, one: Difference) -> bool:
    """Whether `combined` makes this item alone."""
    known: set[str] = set()
    for portfolio in (before, after):
        match one.change:
            case Change.RISKS:
                known |= {risk.id for risk in portfolio.risks}
            case Change.BRANCHES:
                known |= {branch.id for branch in portfolio.branches}
            case Change.CORRELATION:
                known |= {named(correlation) for correlation in portfolio.correlations}
            case Change.LOGIC:
                known |= {*map(ends_of, portfolio.links), *portfolio.project}
            case Change.CALENDARS:
                known |= {*portfolio.calendar_of, *portfolio.tasks, *portfolio.project, *(one.id for one in portfolio.weather)}
            case Change.PROGRESS:
                known |= portfolio.tasks.keys()
            case Change.COSTS:
                known |= {*portfolio.tasks, *portfolio.project, *(one.id for name in SHARED for one in getattr(portfolio, name))}
            case _:
                known |= {*portfolio.tasks, *portfolio.project}
    return one.item in known


def _when(after: Portfolio, id: str) -> datetime:
    """When the last thing that is known of a task has happened."""
    task = after.tasks.get(id)
    progress = task.progress if task else None
    moment = progress.actual_finish if progress and progress.actual_finish else after.status_of_task(id) if task else after.status_date
    return moment.replace(tzinfo=None)


def _depth(before: Portfolio, after: Portfolio, id: str) -> int:
    old, new = before.tasks.get(id), after.tasks.get(id)
    if new is not None and new.kind is TaskKind.SUMMARY and old is None:
        return 0
    return 2 if old is not None and old.kind is TaskKind.SUMMARY and new is None else 1


def _waiting(before: Portfolio, after: Portfolio) -> Iterator[str]:
    """Unfinished tasks on which the status date has moved, in the order of the portfolio."""
    for id, task in after.tasks.items():
        both = id in before.tasks and not task.is_finished and task.kind is not TaskKind.SUMMARY
        if both and before.status_of_task(id) != after.status_of_task(id):
            yield id
