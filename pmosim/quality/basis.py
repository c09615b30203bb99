"""What all checks look at, worked out once: who is unfinished, who waits for whom, and the planner's own dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import networkx as nx

from pmosim.model.network import graph_of
from pmosim.model.passes import Positions, forward_pass
from pmosim.model.plan import Plan, lag_calendar, plan_of
from pmosim.model.project import Portfolio
from pmosim.model.schedule import Dates, schedule
from pmosim.model.tasks import ELAPSED, Link, LinkKind, Reading, Task, TaskKind
from pmosim.quality.records import Item

PlaceOf = Callable[[str], tuple[str, int | None] | None]
"""File and line at which a task, risk or project stands, by id; None where that is not known."""


class Basis:
    """A portfolio as the checks see it. Dates are those of the hard reading: as the planner's tool computes them."""

    def __init__(self, portfolio: Portfolio, place_of: PlaceOf | None = None) -> None:
        self.portfolio = portfolio
        self._place_of = place_of

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.portfolio, Reading.HARD, where_left=True)

    @cached_property
    def dates(self) -> dict[str, Dates]:
        return schedule(self.portfolio, self.plan)

    @cached_property
    def simulated(self) -> Plan:
        """The plan as the simulation reads its constraints."""
        same = self.portfolio.constraints is Reading.HARD and all(project.rules.moves_to_status for project in self.portfolio.projects)
        return self.plan if same else plan_of(self.portfolio)

    @cached_property
    def graph(self) -> nx.MultiDiGraph:
        return graph_of(self.portfolio)

    @cached_property
    def unfinished(self) -> dict[str, Task]:
        """Tasks and milestones still to be done; no summary tasks, no hammocks."""
        return {id: task for id, task in self.portfolio.tasks.items() if not task.kind.spans and not task.is_finished}

    @cached_property
    def working(self) -> dict[str, Task]:
        """Unfinished tasks with work in them: the population of most DCMA points (no milestones, none of zero duration)."""
        return {id: task for id, task in self.unfinished.items() if is_work(task)}

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links into unfinished tasks with work in them, hammocks left out at either end."""
        tasks = self.portfolio.tasks
        return tuple(
            link for link in self.portfolio.links if link.successor in self.working and tasks[link.predecessor].kind is not TaskKind.HAMMOCK
        )

    @cached_property
    def open_links(self) -> tuple[Link, ...]:
        """Links into anything unfinished (milestones and summary tasks too), hammocks left out at either end."""
        tasks = self.portfolio.tasks

        def is_open(link: Link) -> bool:
            hammock = TaskKind.HAMMOCK in (tasks[link.predecessor].kind, tasks[link.successor].kind)
            return not hammock and (link.successor in self.unfinished or tasks[link.successor].kind is TaskKind.SUMMARY)

        return tuple(filter(is_open, self.portfolio.links))

    @cached_property
    def durations(self) -> dict[str, int]:
        return {id: node.duration for id, node in self.plan.nodes.items()}

    @cached_property
    def passed(self) -> tuple[Positions, Positions]:
        """Earliest starts and finishes of the hard plan, as positions."""
        return forward_pass(self.plan, self.durations)

    def kinds_into(self, id: str) -> Iterator[LinkKind]:
        """Kinds of the links that hold a task; those of the summary tasks above it too."""
        return (link.kind for *_, link in self.graph.in_edges(id, data="link"))

    def kinds_out_of(self, id: str) -> Iterator[LinkKind]:
        """Kinds of the links that a task holds; that to the first start below its summary task is from its start."""
        return (link.kind if link else LinkKind.SS for *_, link in self.graph.out_edges(id, data="link"))

    def minutes_per_day(self, calendar: str) -> int:
        return self.portfolio.calendar_of[calendar].minutes_per_day

    def days(self, id: str) -> float:
        """Remaining duration. [working days of the task's calendar]"""
        task = self.portfolio.tasks[id]
        return (task.planned or 0.0) / self.minutes_per_day(task.calendar)

    def float_days(self, id: str) -> float:
        """Total float as the planner's tool computes it. [working days of the task's calendar]"""
        return self.dates[id].total_float / self.minutes_per_day(self.plan.nodes[id].calendar)

    def lag_minutes(self, link: Link) -> float:
        """Lag, or lead if negative, with its share of the predecessor's planned duration. [minutes of `lag_calendar`]"""
        return link.lag.minutes + link.lag.share * (self.portfolio.tasks[link.predecessor].planned or 0.0)

    def lag_calendar(self, link: Link) -> str:
        return lag_calendar(self.portfolio, link)

    def lag_days(self, link: Link) -> float:
        return self.lag_minutes(link) / self.minutes_per_day(self.lag_calendar(link))

    def finish_of(self, id: str, finishes: Positions) -> int:
        """The wall minute, since the portfolio's epoch, of a finish in the hard plan."""
        return self.plan.clocks[self.plan.nodes[id].calendar].finish(finishes[id])

    def task(self, id: str, what: str) -> Item:
        return self._item(id, self.portfolio.tasks[id].label, what, self.portfolio.project_of[id].source)

    def link(self, link: Link, what: str) -> Item:
        """A link stands at its successor."""
        said = f"after {link.predecessor} {link.kind}{lag_text(self.lag_days(link), self.lag_calendar(link))}"
        return self.task(link.successor, f"{said}, {what}" if what else said)

    def project(self, id: str, what: str) -> Item:
        project = self.portfolio.project[id]
        return self._item(id, project.label, what, project.source)

    def risk(self, id: str, what: str) -> Item:
        label = next(risk.label for risk in self.portfolio.risks if risk.id == id)
        return self._item(id, label, what, "")

    def _item(self, id: str, label: str, what: str, file: str) -> Item:
        place = self._place_of(id) if self._place_of else None
        return Item(id, label, what, *(place or (file, None)))


def is_work(task: Task) -> bool:
    """An activity with work in it: no milestone, summary task or hammock, and nothing without a duration."""
    return task.kind is TaskKind.TASK and (bool(task.planned) or task.progress is not None)


def days_text(days: float) -> str:
    """``1 day``, ``2.5 days``."""
    shown = f"{days:.1f}".removesuffix(".0")
    return f"{shown} day" if shown in ("1", "-1") else f"{shown} days"


def lag_text(days: float, calendar: str) -> str:
    """As in a scenario: ``+5d``, ``-2ed`` for elapsed days, nothing for no lag."""
    unit = "ed" if calendar == ELAPSED else "d"
    return f"{days:+.1f}".removesuffix(".0") + unit if days else ""
