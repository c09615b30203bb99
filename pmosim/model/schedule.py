"""The deterministic schedule: the dates of every task with all durations as planned and no risk occurring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pmosim.model.network import FIRST_START, leaves_of
from pmosim.model.passes import Positions, backward_pass, end_of, forward_pass
from pmosim.model.plan import Node, Plan, bound_of, plan_of
from pmosim.model.tasks import FINISH

if TYPE_CHECKING:
    from pmosim.model.calendars import Clock
    from pmosim.model.project import Portfolio


@dataclass(frozen=True, slots=True)
class Dates:
    """Where the deterministic pass puts a task. Total float is to its project's finish. [working minutes of its calendar]"""

    start: datetime
    finish: datetime
    total_float: float = 0.0
    late_start: datetime | None = None
    late_finish: datetime | None = None


def schedule(portfolio: Portfolio, plan: Plan | None = None, early: tuple[Positions, Positions] | None = None) -> dict[str, Dates]:
    """Dates of every task (summary tasks too), project and portfolio with all durations as planned and no risk occurring.

    ``plan`` is the portfolio's own, if it has been made already, or another reading of it; ``early`` are starts and finishes
    that take the place of the planned ones, such as those of one simulated iteration.
    """
    plan = plan or plan_of(portfolio)
    starts, finishes = early or forward_pass(plan, {id: node.duration for id, node in plan.nodes.items()})
    late_starts, late_finishes = backward_pass(plan, starts, finishes)
    shown = _Shown(portfolio, plan, starts, finishes, late_starts, late_finishes)
    dates = {id: shown.dates(node) for id, node in plan.nodes.items() if not id.endswith(FIRST_START) and node.wait is None}
    for id, task in portfolio.tasks.items():
        if task.progress and id in dates:
            finish = task.progress.actual_finish or dates[id].finish
            dates[id] = replace(dates[id], start=task.progress.actual_start, finish=finish)
    for id, leaves in leaves_of(portfolio).items():
        if leaves:
            dates[id] = _summary(dates[id], [dates[leaf] for leaf in leaves])
    return dates


def _summary(own: Dates, leaves: list[Dates]) -> Dates:
    late = [(leaf.late_start, leaf.late_finish) for leaf in leaves if leaf.late_start and leaf.late_finish]
    return Dates(
        min(leaf.start for leaf in leaves),
        own.finish,
        min(leaf.total_float for leaf in leaves),
        min((start for start, _ in late), default=None),
        max((finish for _, finish in late), default=None),
    )


class _Shown:
    """Positions as planners' tools show them: a finish in the evening, a start in the morning, milestones by their kind."""

    def __init__(self, portfolio: Portfolio, plan: Plan, starts: Positions, finishes: Positions, late_starts: Positions, late: Positions):
        self.portfolio, self.plan = portfolio, plan
        self.starts, self.finishes, self.late_starts, self.late_finishes = starts, finishes, late_starts, late

    def dates(self, node: Node) -> Dates:
        clock = self.plan.clocks[node.calendar]
        begins, ends = self._early(node, clock)
        late_begins, late_ends = self._late(node, clock)
        task = self.portfolio.tasks.get(node.id)
        total_float = self.late_finishes[node.id] - self.finishes[node.id]
        if task is not None and not node.span and task.calendar != node.calendar:
            own = self.plan.clocks[task.calendar]
            total_float = own.work(late_ends) - own.work(ends)
        moments = [clock.moment(instant) for instant in (begins, ends, late_begins, late_ends)]
        return Dates(moments[0], moments[1], total_float, moments[2], moments[3])

    def _early(self, node: Node, clock: Clock) -> tuple[int, int]:
        start, finish = self.starts[node.id], self.finishes[node.id]
        begins, ends = clock.start(start), clock.finish(finish)
        if node.shown_at_start:
            return begins, begins
        if start == finish:
            ends = max(ends, clock.start(node.floor)) if finish == node.floor else ends  # not the evening before the project starts
            return ends, ends
        return begins, clock.start(finish) if self._reached_by_a_lead(node, finish) else ends

    def _reached_by_a_lead(self, node: Node, finish: int) -> bool:
        """Whether a lead set the finish: Primavera counts it back to where a minute begins, be that the next morning."""
        if node.id not in self.portfolio.tasks or not self.portfolio.project_of[node.id].rules.leads_reach_the_morning:
            return False
        leads = [edge for edge in self.plan.edges_into[node.id] if edge.to_finish and edge.lag < 0 and not node.span]
        return any(bound_of(self.plan.clocks, lead, end_of(self.plan, lead, self.starts, self.finishes)) == finish for lead in leads)

    def _late(self, node: Node, clock: Clock) -> tuple[int, int]:
        start, finish = max(0, self.late_starts[node.id]), max(0, self.late_finishes[node.id])
        if start != finish or node.span or node.id not in self.portfolio.tasks:
            return clock.start(start), clock.finish(finish)
        project = self.portfolio.project_of[node.id]
        if node.shown_at_start or project.rules.milestones_open_the_day:
            instant = min(clock.start(finish), max(clock.finish(finish), self._end_of_project(project.id)))
        else:
            own = self.plan.clocks[self.portfolio.tasks[node.id].calendar]
            instant = own.finish(own.work(clock.finish(finish)))
        return instant, instant

    def _end_of_project(self, project: str) -> int:
        end = f"{project}.{FINISH}"
        return self.plan.clocks[self.plan.nodes[end].calendar].finish(self.late_finishes[end])
