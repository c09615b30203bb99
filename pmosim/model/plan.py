"""The plan of a portfolio: every task and link in working minutes, settled once.

How each task keeps time, how each link goes from one calendar to another, what constraints and progress hold: the
deterministic passes and the engine's compiled arrays are both made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import networkx as nx

from pmosim.model.calendars import Clock
from pmosim.model.holds import PINNING, Hold, holds_of
from pmosim.model.laws import Law
from pmosim.model.network import FIRST_START, graph_of, hammocks_in_order, in_order, leaves_of
from pmosim.model.tasks import (
    ELAPSED,
    FINISH,
    ConstraintKind,
    Lag,
    LagCalendar,
    Link,
    LinkKind,
    Logic,
    Pause,
    Progress,
    Reading,
    Task,
    TaskKind,
)
from pmosim.model.weather import ruled_by, stands_still

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio, Project


WAIT = "#lag"
"""Put after a link, this names the wait that its uncertain lag is."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """From a position in one calendar's working time to another's, through the wall clock.

    A position is two instants where working time pauses: ``at_start`` takes the later (work goes on), else the
    earlier (work is done).
    """

    source: str
    target: str
    at_start: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A link in working minutes: the bound on the successor is second(first(x) + lag), x the predecessor's start or finish."""

    predecessor: str
    successor: str
    from_start: bool  # SS, SF
    to_finish: bool  # FF, SF
    lag: int  # [working minutes, between the two conversions]
    first: Conversion | None = None
    second: Conversion | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A task, or the finish of a project, on the calendar on which it keeps time. Positions are working minutes since the epoch."""

    id: str
    calendar: str
    duration: int  # planned, remaining [working minutes]
    floor: int  # does not start earlier
    finish_floor: int | None = None  # does not finish earlier
    started: int | None = None  # actual start
    finished: int | None = None  # actual finish
    shown_at_start: bool = False  # a start milestone
    span: bool = False  # a summary task or hammock: from the first of its starts to the last of its finishes
    wait: Law | None = None  # an uncertain lag, and how long it takes
    holds: tuple[Hold, ...] = ()  # its constraints
    pauses: tuple[Pause, ...] = ()
    late: bool = False  # as late as possible
    earliest: int = 0  # where a constraint may put it against its links: not before the status date
    stops: bool = False  # on bad days of the weather that rules its calendar; the plan itself knows no weather
    splits: bool = True  # and goes on after them
    start_from_now: bool = False  # links from its start, though that has happened, run from the status date

    @property
    def link_start(self) -> int | None:
        """Its actual start, where links run from it."""
        return None if self.start_from_now else self.started


@dataclass(frozen=True)
class Plan:
    """Nodes so that each stands after those it waits for, and the edges into each; what spans others stands last."""

    epoch: date
    reading: Reading
    nodes: dict[str, Node]
    edges_into: dict[str, tuple[Edge, ...]]
    clocks: dict[str, Clock]
    # how late dates count, by id of a project's finish: from a date given, or from the last finish of all projects
    late_finishes: dict[str, int] = field(default_factory=dict)
    joint: frozenset[str] = frozenset()
    late_edges: tuple[Edge, ...] = ()  # that hold nothing back, yet limit the late dates: of work that goes on out of sequence
    critical_ends: frozenset[str] = frozenset()  # projects of which what has no successor has no float
    absent: frozenset[str] = frozenset()  # what stands in ways of branches that the plan does not take

    def is_tail(self, id: str) -> bool:
        """Whether it stands after everything that drives: hammocks and summary tasks do."""
        return self.nodes[id].span and not id.endswith(FIRST_START)

    def edges_out(self) -> dict[str, list[Edge]]:
        """Edges out of each node to those that it can drive."""
        out: dict[str, list[Edge]] = {id: [] for id in self.nodes}
        for after, edges in self.edges_into.items():
            for edge in edges if not self.nodes[after].span else ():
                out[edge.predecessor].append(edge)
        return out


def plan_of(portfolio: Portfolio, reading: Reading | None = None, *, where_left: bool = False) -> Plan:
    """The plan of all tasks, then of the finish of each project and of the portfolio, then of hammocks and summary tasks.

    ``reading`` of the constraints: the portfolio's own if not given. ``where_left``: unfinished work that its tool does
    not move to the status date is left where the tool has it; to compare dates, not to forecast from.
    """
    return _Planner(portfolio, reading or portfolio.constraints, where_left).plan()


class _Planner:
    def __init__(self, portfolio: Portfolio, reading: Reading, where_left: bool) -> None:
        self.portfolio = portfolio
        self.reading = reading
        self.where_left = where_left
        self.graph = graph_of(portfolio)
        self.clocks = {id: calendar.clock(portfolio.epoch) for id, calendar in portfolio.calendar_of.items()}
        self.keeps = _timekeeping(portfolio)
        self.ruled = ruled_by(portfolio)
        self.nodes: dict[str, Node] = {}
        self.edges: dict[str, tuple[Edge, ...]] = {}
        self.late_edges: list[Edge] = []

    def plan(self) -> Plan:
        for id in in_order(self.portfolio, self.graph):
            if "task" in self.graph.nodes[id]:
                self._add_task(id)
            else:
                self._spanning(id, self.graph.nodes[id]["leaves"], ends=False)
                self.keeps[id] = self.nodes[id].calendar
        for id, calendar, members in _finishes(self.portfolio, self.graph, self.keeps):
            left = id != FINISH and self._is_left(self.portfolio.project[id.partition(".")[0]])
            floor = 0 if left else _start_of_project(self.portfolio, id, self.clocks[calendar])
            self.nodes[id] = Node(id, calendar, 0, floor)
            self.edges[id] = tuple(self._edge(member, id, calendar, from_start=False, to_finish=False) for member in members)
        for id in hammocks_in_order(self.portfolio):
            self._add_hammock(id)
        for id, leaves in leaves_of(self.portfolio).items():
            if leaves:
                self._spanning(id, leaves, ends=True)
        joint = {f"{project.id}.{FINISH}" for project in self.portfolio.projects if project.rules.joint_float}
        open_ends = {project.id for project in self.portfolio.projects if not project.rules.open_ends_have_float}
        late = dict(self._late_finishes())
        plan = Plan(
            self.portfolio.epoch,
            self.reading,
            self.nodes,
            self.edges,
            self.clocks,
            late,
            frozenset(joint),
            tuple(self.late_edges),
            frozenset(open_ends),
        )
        from pmosim.model.ways import with_planned_ways  # which makes a pass, and passes are made over plans

        planned = with_planned_ways(self.portfolio, plan)
        if not self.where_left:
            return planned
        stored = {id for id, task in self.portfolio.tasks.items() if task.stored}  # the tool knows no branches, and has done all
        return replace(planned, absent=planned.absent - stored)

    def _add_task(self, id: str) -> None:
        """A task with the edges into it. What finished tasks demand of it is known, and becomes a bound of its own."""
        task, rules = self.portfolio.tasks[id], self.portfolio.project_of[id].rules
        links = self._as_waits(link for *_, link in self.graph.in_edges(id, data="link"))
        unfinished = [link for link in links if self.nodes[link.predecessor].finished is None]
        goes_through = rules.logic is Logic.RETAINED and rules.through_finished
        relays = task.is_finished and goes_through and bool(unfinished)
        self.nodes[id] = self._node(id, task, relays=relays)
        if self._is_left(self.portfolio.project_of[id]) and not task.progress and (links or any(one.date for one in task.constraints)):
            self.nodes[id] = replace(self.nodes[id], floor=0, earliest=0)  # the start of the project holds only what nothing else does
        if task.is_finished and not relays:
            self.edges[id] = ()
            return
        if task.progress and not task.is_finished and rules.logic is not Logic.RETAINED:
            self.edges[id] = ()  # it has begun, and goes on whatever it was to wait for
            waits = [_edge_of(self.portfolio, link, self.keeps) for link in unfinished]
            self.late_edges += [edge for edge in waits if edge.to_finish]
            return
        own = self.nodes.pop(id)  # after the waits before it
        edges = [self._edge_after_wait(link) if link.lag.law else _edge_of(self.portfolio, link, self.keeps) for link in unfinished]
        past = [link for link in links if self.nodes[link.predecessor].finished is not None and not relays]
        edges += [self._edge_after_wait(link) for link in past if link.lag.law]
        self.nodes[id], self.edges[id] = own, tuple(edges)
        for link in past:
            if not link.lag.law:
                self.nodes[id] = self._held_by_the_past(self.nodes[id], _edge_of(self.portfolio, link, self.keeps))

    def _as_waits(self, links: Iterable[Link]) -> list[Link]:
        if not self.portfolio.branches:
            return [*links]
        from pmosim.model.ways import as_waits

        return as_waits(self.portfolio, links)

    def _node(self, id: str, task: Task, *, relays: bool) -> Node:
        """``relays``: finished, but out of sequence; under retained logic what follows waits for what it should have waited for."""
        calendar = self.keeps[id]
        clock, project = self.clocks[calendar], self.portfolio.project_of[id]
        status = self.portfolio.status_of_task(id)
        progress = task.progress
        started = clock.work_at(progress.actual_start) if progress else None
        if progress and progress.actual_finish:
            finished = clock.work_at(progress.actual_finish)
            if relays:
                return Node(id, calendar, 0, min(finished, clock.work_at(status)), started=started)
            return Node(id, calendar, 0, started or 0, None, started, finished, task.kind is TaskKind.START_MILESTONE)
        begin = self._begin(project, progress, status)
        return Node(
            id,
            calendar,
            duration=round_minutes(task.planned or 0.0),
            floor=clock.work_at(begin),
            earliest=clock.work_at(begin),
            started=started,
            shown_at_start=task.kind is TaskKind.START_MILESTONE,
            holds=holds_of(task, clock, project.rules, self.reading),
            pauses=task.pauses,
            late=any(constraint.kind is ConstraintKind.AS_LATE_AS_POSSIBLE for constraint in task.constraints) and progress is None,
            stops=calendar in self.ruled and stands_still(task),
            splits=task.splits,
            start_from_now=not project.rules.start_lag_from_actual,
        )

    def _is_left(self, project: Project) -> bool:
        return self.where_left and not project.rules.moves_to_status

    def _begin(self, project: Project, progress: Progress | None, status: datetime) -> datetime:
        """Where unfinished work begins, or goes on, if nothing else holds it back."""
        begin = (project.start if progress is None else progress.resumes) or status
        return begin if self._is_left(project) else max(begin, status)

    def _edge_after_wait(self, link: Link) -> Edge:
        """The edge from an uncertain lag, which is a node of its own: it begins where the predecessor lets it, on its own calendar."""
        law, calendar = link.lag.law, lag_calendar(self.portfolio, link)
        assert law is not None
        twins = sum(id.startswith(f"{link}{WAIT}") for id in self.nodes)
        id = f"{link}{WAIT}{twins or ''}"
        before = self.nodes[link.predecessor]
        bare = _edge_of(self.portfolio, replace(link, lag=Lag(0.0, link.lag.calendar)), self.keeps)
        to_wait = Edge(link.predecessor, id, bare.from_start, False, 0, _conversion(before.calendar, calendar, at_start=bare.from_start))
        known = before.finished is not None
        floor = bound_of(self.clocks, to_wait, (before.started if bare.from_start else before.finished) or 0) if known else 0
        self.nodes[id] = Node(id, calendar, round_minutes(link.lag.minutes), floor, late=before.late, wait=law)
        self.edges[id] = () if known else (to_wait,)
        return Edge(id, link.successor, False, bare.to_finish, 0, _conversion(calendar, self.keeps[link.successor], at_start=False))

    def _held_by_the_past(self, node: Node, edge: Edge) -> Node:
        """The node with the bound of an edge from a finished task, which is known: a lag may reach beyond the status date.

        An actual date beyond it (planners do record the end of a shift in advance) counts as done by then, as in
        Primavera, unless actual dates are asked for.
        """
        before, project = self.nodes[edge.predecessor], self.portfolio.project_of[edge.successor]
        known = (before.started if edge.from_start else before.finished) or 0
        if project.rules.logic is not Logic.ACTUAL_DATES and not self._is_left(project):
            own = self.portfolio.tasks[edge.predecessor].status_date
            looked_at = max(filter(None, (self.portfolio.status_of(project.id), own)))
            known = min(known, self.clocks[before.calendar].work_at(looked_at))
        bound = bound_of(self.clocks, edge, known)
        if bound <= node.floor:
            return node
        return replace(node, finish_floor=max(bound, node.finish_floor or 0)) if edge.to_finish else replace(node, floor=bound)

    def _edge(self, before: str, after: str, calendar: str, *, from_start: bool, to_finish: bool) -> Edge:
        return Edge(before, after, from_start, to_finish, 0, _conversion(self.nodes[before].calendar, calendar, at_start=from_start))

    def _spanning(self, id: str, leaves: Sequence[str], *, ends: bool) -> None:
        calendars = {self.nodes[leaf].calendar for leaf in leaves}
        calendar = calendars.pop() if len(calendars) == 1 else ELAPSED
        self.nodes[id] = Node(id, calendar, 0, 0, span=True)
        starts = [self._edge(leaf, id, calendar, from_start=True, to_finish=False) for leaf in leaves]
        finishes = [self._edge(leaf, id, calendar, from_start=False, to_finish=True) for leaf in leaves if ends]
        self.edges[id] = (*starts, *finishes)

    def _add_hammock(self, id: str) -> None:
        """A hammock hangs from the links at either side: those at its start say where it begins, those at its finish where it ends.

        Without any at its start it begins with its project; without any at its finish it ends where it begins.
        """
        task = self.portfolio.tasks[id]
        clock, project = self.clocks[task.calendar], self.portfolio.project_of[id]
        if task.is_finished:
            self.nodes[id], self.edges[id] = self._node(id, task, relays=False), ()
            return
        started = clock.work_at(task.progress.actual_start) if task.progress else None
        floor = clock.work_at(self._begin(project, None, self.portfolio.status_of_task(id))) if started is None else started
        self.nodes[id] = Node(id, task.calendar, 0, floor, started=started, span=True)
        self.edges[id] = tuple(edge for edge in self._hangers(id) if edge.to_finish or started is None)

    def _hangers(self, id: str) -> Iterator[Edge]:
        for link in self.portfolio.links:
            if link.successor == id and link.predecessor in self.nodes:
                yield _edge_of(self.portfolio, link, self.keeps)
            elif link.predecessor == id and link.successor in self.nodes:
                yield _edge_of(self.portfolio, _turned(link), self.keeps)

    def _late_finishes(self) -> Iterator[tuple[str, int]]:
        for project in self.portfolio.projects:
            if project.rules.must_finish:
                id = f"{project.id}.{FINISH}"
                yield id, self.clocks[self.nodes[id].calendar].work_at(project.rules.must_finish)


def _turned(link: Link) -> Link:
    """The same link seen from its other end: where a hammock is to be for its successor to start in time."""
    kind = {LinkKind.FS: LinkKind.SF, LinkKind.SF: LinkKind.FS}.get(link.kind, link.kind)
    runs_on = {LagCalendar.PREDECESSOR: LagCalendar.SUCCESSOR, LagCalendar.SUCCESSOR: LagCalendar.PREDECESSOR}
    lag = replace(link.lag, minutes=-link.lag.minutes, share=0.0, calendar=runs_on.get(link.lag.calendar, link.lag.calendar))
    return Link(link.successor, link.predecessor, kind, lag)


def _timekeeping(portfolio: Portfolio) -> dict[str, str]:
    """The calendar on which each task counts its minutes.

    A finish milestone between calendars counts wall minutes: it happens when the last of its predecessors is done,
    be that on a day on which its own calendar rests; and where nothing precedes it, at the start of the project, from
    where a lag on another calendar runs.
    """
    tasks = [task for task in portfolio.tasks.values() if task.kind is not TaskKind.SUMMARY]
    used = {task.calendar for task in tasks} | {project.calendar for project in portfolio.projects}
    lagged = [link for link in portfolio.links if link.lag.minutes or link.lag.share]
    mixed = len(used | {lag_calendar(portfolio, link) for link in lagged}) > 1
    return {
        id: ELAPSED if mixed and task.kind is TaskKind.FINISH_MILESTONE else task.calendar
        for id, task in portfolio.tasks.items()
        if task.kind is not TaskKind.SUMMARY
    }


def lag_calendar(portfolio: Portfolio, link: Link) -> str:
    """Id of the calendar on which the lag of a link runs. A summary task has none of its own, and lends its project's."""
    project = portfolio.project_of[link.successor].calendar
    end = {LagCalendar.PREDECESSOR: link.predecessor, LagCalendar.SUCCESSOR: link.successor}.get(link.lag.calendar)
    if end is None:
        return project if link.lag.calendar is LagCalendar.PROJECT else ELAPSED
    task = portfolio.tasks.get(end)  # None: the first start below a summary task
    return project if task is None or task.kind is TaskKind.SUMMARY else task.calendar


def _start_of_project(portfolio: Portfolio, id: str, clock: Clock) -> int:
    """Where the finish of a project, or of the portfolio, stands if nothing holds it back."""
    project = portfolio.project.get(id.partition(".")[0])
    starts = [project.start] if project else [p.start for p in portfolio.projects]
    moment = min(start or portfolio.status_date for start in starts)
    return clock.work_at(moment if project else max(moment, portfolio.status_date))


def round_minutes(minutes: float) -> int:
    """Half a minute rounds up, here and in the kernels."""
    return int(minutes + 0.5)


def _conversion(source: str, target: str, *, at_start: bool) -> Conversion | None:
    return None if source == target else Conversion(source, target, at_start)


def _edge_of(portfolio: Portfolio, link: Link, keeps: dict[str, str]) -> Edge:
    before = portfolio.tasks.get(link.predecessor)  # None: the first start below a summary task
    is_start = before is None or before.kind is TaskKind.START_MILESTONE
    from_start, to_finish = link.kind in (LinkKind.SS, LinkKind.SF) or is_start, link.kind in (LinkKind.FF, LinkKind.SF)
    minutes = link.lag.minutes + link.lag.share * ((before.planned or 0.0) if before else 0.0)
    lag = round_minutes(minutes) if minutes >= 0 else -round_minutes(-minutes)
    source, target = keeps[link.predecessor], keeps[link.successor]
    if lag == 0:
        return Edge(link.predecessor, link.successor, from_start, to_finish, 0, _conversion(source, target, at_start=from_start))
    runs_on = lag_calendar(portfolio, link)
    first = _conversion(source, runs_on, at_start=from_start)
    # a wait is over as soon as its last minute is worked; a lead reaches back to where its first minute begins
    second = _conversion(runs_on, target, at_start=lag < 0)
    return Edge(link.predecessor, link.successor, from_start, to_finish, lag, first, second)


def bound_of(clocks: Mapping[str, Clock], edge: Edge, position: int) -> int:
    """What the edge demands of its successor, the predecessor's end being at ``position``."""
    return convert(clocks, edge.second, convert(clocks, edge.first, position) + edge.lag)


def convert(clocks: Mapping[str, Clock], conversion: Conversion | None, position: int) -> int:
    if conversion is None:
        return position
    source, target = clocks[conversion.source], clocks[conversion.target]
    return target.work(max(0, source.start(max(0, position)) if conversion.at_start else source.finish(position)))


def _finishes(portfolio: Portfolio, graph: nx.MultiDiGraph, keeps: dict[str, str]) -> Iterator[tuple[str, str, list[str]]]:
    """Id, calendar and members of the finish of each project, and of the portfolio: all tasks that nothing of the same project outlasts."""
    ends: dict[str, str] = {}
    for project in portfolio.projects:
        own = [f"{project.id}.{task.id}" for task in project.tasks if not task.kind.spans]
        members = [
            id for id in own if not any(_outlasts(portfolio, project, link, keeps) for *_, link in graph.out_edges(id, data="link") if link)
        ]
        calendars = {keeps[id] for id in members}
        calendar = project.calendar if calendars == {project.calendar} else ELAPSED
        ends[f"{project.id}.{FINISH}"] = calendar
        yield f"{project.id}.{FINISH}", calendar, members
    if len(ends) > 1:
        calendars = set(ends.values())
        yield FINISH, calendars.pop() if len(calendars) == 1 else ELAPSED, list(ends)


def _outlasts(portfolio: Portfolio, project: Project, link: Link, keeps: dict[str, str]) -> bool:
    """Whether the link makes certain that its successor, in the same project, finishes no earlier than its predecessor."""
    after = portfolio.tasks[link.successor]
    return (
        link.kind in (LinkKind.FS, LinkKind.FF)
        and link.lag.minutes >= 0
        and link.lag.share >= 0
        and after.progress is None
        and not any(constraint.kind in PINNING for constraint in after.constraints)
        and portfolio.project_of[link.successor].id == project.id
        and keeps[link.successor] in (keeps[link.predecessor], ELAPSED)
    )
