"""Costs of planners' files in a scenario: whose currency they are in, and which resources are one and the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pmosim.model.money import Resource
from pmosim.model.tasks import Baseline, Task
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Origin

if TYPE_CHECKING:
    from pmosim.interchange.schedules import Schedule


@dataclass
class ImportedCosts:
    """The resources of all files whose costs are read. Those of the scenario itself go before them."""

    context: Context
    resources: dict[str, Resource] = field(default_factory=dict)

    def refuse_without_file(self, entry: language.ProjectParts, origin: Origin) -> None:
        if entry.read_costs and entry.schedule is None and not self.context.findings.was_dropped(origin / "schedule"):
            what = "there is no planner's file from which costs could be read"
            self.context.findings.add(origin / "read_costs", "missing-schedule", what, "add  schedule:, or remove 'read_costs'", key=True)

    def of(self, schedule: Schedule, project: str, origin: Origin) -> Schedule:
        """The schedule with its costs as the portfolio counts them.

        Resources that are the same in several files are shared; others get the project's id before theirs.
        """
        self.context.settle_currency(schedule.currency, origin)
        foreign = schedule.currency if schedule.currency in self.context.foreign else ""
        factor = self.context.foreign[foreign].mean if foreign else 1.0
        ids = {}
        for one in schedule.resources:
            own = replace(one, currency=foreign)
            ids[one.id] = one.id if self.resources.setdefault(one.id, own) == own else f"{project}:{one.id}"
            self.resources[ids[one.id]] = replace(own, id=ids[one.id])
        projects = tuple(replace(one, tasks=tuple(_counted(task, ids, foreign, factor) for task in one.tasks)) for one in schedule.projects)
        return replace(schedule, projects=projects)

    def with_those_of(self, scenario: tuple[Resource, ...], origin: Origin) -> tuple[Resource, ...]:
        """All resources; one that the scenario describes is as it says, and must be paid for in the same way."""
        for one in scenario:
            read = self.resources.get(one.id)
            if read is not None and (read.rate is None) != (one.rate is None):
                how, key, example = ("by time", "rate", "50 EUR/h") if read.rate else ("by the unit", "per_use", "900 EUR")
                what = f"the planner's file pays resource '{one.id}' {how}, the scenario does not"
                self.context.findings.add(origin / one.id, "paid-otherwise", what, f"write  {key}: {example}", key=True)
        return tuple((self.resources | {one.id: one for one in scenario}).values())


def _counted(task: Task, ids: Mapping[str, str], foreign: str, factor: float) -> Task:
    uses = tuple(replace(use, resource=ids[use.resource]) for use in task.assignments)
    if not foreign:
        return replace(task, assignments=uses) if uses else task
    cost = replace(task.cost, currency=foreign) if task.cost else None
    stored = replace(task.stored, cost=_times(task.stored.cost, factor)) if task.stored else None
    baseline = Baseline(task.baseline.start, task.baseline.finish, _times(task.baseline.cost, factor)) if task.baseline else None
    spent, planned = _times(task.spent, factor), _times(task.planned_cost, factor)
    return replace(task, assignments=uses, cost=cost, stored=stored, baseline=baseline, spent=spent, planned_cost=planned)


def _times(amount: float | None, factor: float) -> float | None:
    return None if amount is None else amount * factor
