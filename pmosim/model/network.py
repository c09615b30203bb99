"""The portfolio as a NetworkX graph, and the plan made from it: every task and link in working minutes.

The `Plan` settles once how each task keeps time and how each link goes from one calendar to another. The
deterministic pass below and the engine's compiled arrays are both made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import networkx as nx

from pmosim.model.calendars import Clock
from pmosim.model.tasks import ELAPSED, FINISH, ConstraintKind, LagCalendar, Link, LinkKind, Task, TaskKind

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio, Project


def graph_of(portfolio: Portfolio) -> nx.MultiDiGraph:
    """One node per task (with its ``task``), one edge per link (with its ``link``).

    A multigraph: two links between the same two tasks (SS with FF) are common, and both hold.
    Summary tasks are left out: they span their children and drive nothing.
    """
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((id, {"task": task}) for id, task in portfolio.tasks.items() if task.kind is not TaskKind.SUMMARY)
    graph.add_edges_from((link.predecessor, link.successor, {"link": link}) for link in portfolio.links)
    return graph


def cycles(links: Iterable[Link]) -> list[list[str]]:
    """One cycle for each knot of tasks that wait for one another, task by task, in the order of the links."""
    graph = nx.DiGraph((link.predecessor, link.successor) for link in links)
    if nx.is_directed_acyclic_graph(graph):
        return []
    knots = [graph.subgraph(knot) for knot in nx.strongly_connected_components(graph) if len(knot) > 1]
    return sorted([edge[0] for edge in nx.find_cycle(knot, min(knot))] for knot in knots)


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
    span: bool = False  # a summary task: from the first start to the last finish of the tasks below it


@dataclass(frozen=True)
class Plan:
    """Nodes so that each stands after those it waits for, and the edges into each."""

    epoch: date
    nodes: dict[str, Node]
    edges_into: dict[str, tuple[Edge, ...]]
    clocks: dict[str, Clock]
    ignored: dict[str, int] = field(default_factory=dict)  # what in the model is not honoured here, with its count


def plan_of(portfolio: Portfolio) -> Plan:
    """The plan of all tasks, then of the finish of each project and of the portfolio, then of the summary tasks."""
    graph = graph_of(portfolio)
    clocks = {id: calendar.clock(portfolio.epoch) for id, calendar in portfolio.calendar_of.items()}
    keeps = _timekeeping(portfolio)
    ignored: dict[str, int] = {}
    nodes: dict[str, Node] = {}
    edges: dict[str, tuple[Edge, ...]] = {}
    plan = Plan(portfolio.epoch, nodes, edges, clocks, ignored)
    for id in nx.topological_sort(graph):
        task = portfolio.tasks[id]
        nodes[id] = _node(portfolio, id, task, keeps[id], clocks, ignored)
        links = [] if task.is_finished else [graph.edges[key]["link"] for key in graph.in_edges(id, keys=True)]
        into = [_edge(portfolio, link, keeps) for link in links]
        edges[id] = tuple(edge for edge in into if nodes[edge.predecessor].finished is None)
        for edge in into:
            if nodes[edge.predecessor].finished is not None:
                nodes[id] = _held_by_the_past(plan, nodes[id], edge, portfolio.status_date)
    for id, calendar, members in _finishes(portfolio, graph, keeps):
        floor = _start_of_project(portfolio, id, clocks[calendar])
        nodes[id] = Node(id, calendar, 0, floor)
        edges[id] = tuple(Edge(m, id, False, False, 0, _conversion(nodes[m].calendar, calendar, at_start=False)) for m in members)
    for id, leaves in leaves_of(portfolio).items():
        if leaves:
            nodes[id], edges[id] = _span(portfolio, id, leaves, nodes)
    return plan


def _span(portfolio: Portfolio, id: str, leaves: tuple[str, ...], nodes: dict[str, Node]) -> tuple[Node, tuple[Edge, ...]]:
    calendars = {nodes[leaf].calendar for leaf in leaves}
    calendar = calendars.pop() if len(calendars) == 1 else ELAPSED
    begins = [Edge(leaf, id, True, False, 0, _conversion(nodes[leaf].calendar, calendar, at_start=True)) for leaf in leaves]
    ends = [Edge(leaf, id, False, True, 0, _conversion(nodes[leaf].calendar, calendar, at_start=False)) for leaf in leaves]
    return Node(id, calendar, 0, 0, span=True), (*begins, *ends)


def _timekeeping(portfolio: Portfolio) -> dict[str, str]:
    """The calendar on which each task counts its minutes.

    A finish milestone between calendars counts wall minutes: it happens when the last of its predecessors is done,
    be that on a day on which its own calendar rests; and where nothing precedes it, at the start of the project, from
    where a lag on another calendar runs.
    """
    tasks = [task for task in portfolio.tasks.values() if task.kind is not TaskKind.SUMMARY]
    used = {task.calendar for task in tasks} | {project.calendar for project in portfolio.projects}
    mixed = len(used | {_runs_on(portfolio, link) for link in portfolio.links if link.lag.minutes or link.lag.share}) > 1
    return {
        id: ELAPSED if mixed and task.kind is TaskKind.FINISH_MILESTONE else task.calendar
        for id, task in portfolio.tasks.items()
        if task.kind is not TaskKind.SUMMARY
    }


def _runs_on(portfolio: Portfolio, link: Link) -> str:
    """The calendar on which a link's lag runs."""
    return {
        LagCalendar.PREDECESSOR: portfolio.tasks[link.predecessor].calendar,
        LagCalendar.SUCCESSOR: portfolio.tasks[link.successor].calendar,
        LagCalendar.PROJECT: portfolio.project_of[link.successor].calendar,
        LagCalendar.ELAPSED: ELAPSED,
    }[link.lag.calendar]


def _start_of_project(portfolio: Portfolio, id: str, clock: Clock) -> int:
    project = portfolio.project.get(id.partition(".")[0])
    starts = [project.start] if project else [p.start for p in portfolio.projects]
    moment = min(start or portfolio.status_date for start in starts)
    return clock.work_at(moment if project else max(moment, portfolio.status_date))


def _node(portfolio: Portfolio, id: str, task: Task, calendar: str, clocks: dict[str, Clock], ignored: dict[str, int]) -> Node:
    clock = clocks[calendar]
    begin = portfolio.project_of[id].start or portfolio.status_date
    floor, finish_floor = clock.work_at(max(begin, portfolio.status_date)), None
    for constraint in task.constraints:
        match constraint.kind:
            case ConstraintKind.START_NO_EARLIER if constraint.date:
                floor = max(floor, clock.work_at(constraint.date)) if not task.progress else floor
            case ConstraintKind.FINISH_NO_EARLIER if constraint.date:
                finish_floor = clock.work_at(constraint.date)
            case ConstraintKind.FINISH_NO_LATER | ConstraintKind.START_NO_LATER:
                pass  # a target: reported, and never in the way of the forward pass
            case _:
                ignored[constraint.kind] = ignored.get(constraint.kind, 0) + 1
    started = clock.work_at(task.progress.actual_start) if task.progress else None
    finished = clock.work_at(task.progress.actual_finish) if task.progress and task.progress.actual_finish else None
    duration = 0 if finished is not None else round_minutes(task.planned or 0.0)
    return Node(id, calendar, duration, floor, finish_floor, started, finished, task.kind is TaskKind.START_MILESTONE)


def _held_by_the_past(plan: Plan, node: Node, edge: Edge, status_date: datetime) -> Node:
    """The node with the bound of an edge from a finished task, which is known: a lag may reach beyond the status date.

    An actual date beyond it (planners do record the end of a shift in advance) counts as done by then, as in Primavera.
    """
    before = plan.nodes[edge.predecessor]
    known = (before.started if edge.from_start else before.finished) or 0
    bound = bound_of(plan, edge, min(known, plan.clocks[before.calendar].work_at(status_date)))
    if bound <= node.floor:
        return node
    return replace(node, finish_floor=max(bound, node.finish_floor or 0)) if edge.to_finish else replace(node, floor=bound)


def round_minutes(minutes: float) -> int:
    """Half a minute rounds up, here and in the kernels."""
    return int(minutes + 0.5)


def _conversion(source: str, target: str, *, at_start: bool) -> Conversion | None:
    return None if source == target else Conversion(source, target, at_start)


def _edge(portfolio: Portfolio, link: Link, keeps: dict[str, str]) -> Edge:
    before = portfolio.tasks[link.predecessor]
    from_start = link.kind in (LinkKind.SS, LinkKind.SF) or before.kind is TaskKind.START_MILESTONE
    to_finish = link.kind in (LinkKind.FF, LinkKind.SF)
    minutes = link.lag.minutes + link.lag.share * (before.planned or 0.0)
    lag = round_minutes(minutes) if minutes >= 0 else -round_minutes(-minutes)
    source, target = keeps[link.predecessor], keeps[link.successor]
    if lag == 0:
        return Edge(link.predecessor, link.successor, from_start, to_finish, 0, _conversion(source, target, at_start=from_start))
    runs_on = _runs_on(portfolio, link)
    first = _conversion(source, runs_on, at_start=from_start)
    # a wait is over as soon as its last minute is worked; a lead reaches back to where its first minute begins
    second = _conversion(runs_on, target, at_start=lag < 0)
    return Edge(link.predecessor, link.successor, from_start, to_finish, lag, first, second)


def _finishes(portfolio: Portfolio, graph: nx.MultiDiGraph, keeps: dict[str, str]) -> Iterator[tuple[str, str, list[str]]]:
    """Id, calendar and members of the finish of each project, and of the portfolio: all tasks that nothing of the same project outlasts."""
    ends: dict[str, str] = {}
    for project in portfolio.projects:
        own = [f"{project.id}.{task.id}" for task in project.tasks if task.kind is not TaskKind.SUMMARY]
        members = [
            id for id in own if not any(_outlasts(portfolio, project, data["link"], keeps) for *_, data in graph.out_edges(id, data=True))
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
        and not after.is_finished
        and portfolio.project_of[link.successor].id == project.id
        and keeps[link.successor] in (keeps[link.predecessor], ELAPSED)
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """Where the deterministic pass puts a task. Total float is to its project's finish. [working minutes of its calendar]"""

    start: datetime
    finish: datetime
    total_float: float = 0.0


def schedule(portfolio: Portfolio, plan: Plan | None = None) -> dict[str, Dates]:
    """Dates of every task (summary tasks too), project and portfolio with all durations as planned and no risk occurring.

    ``plan`` is the portfolio's own, if it has been made already.
    """
    plan = plan or plan_of(portfolio)
    starts, finishes = forward_pass(plan, {id: node.duration for id, node in plan.nodes.items()})
    late = late_starts(plan, {id: node.duration for id, node in plan.nodes.items()}, finishes)
    dates = {id: _dates(plan, node, starts[id], finishes[id], late[id]) for id, node in plan.nodes.items()}
    for id, task in portfolio.tasks.items():
        if task.progress and id in dates:
            finish = task.progress.actual_finish or dates[id].finish
            dates[id] = Dates(task.progress.actual_start, finish, dates[id].total_float)
    for id, leaves in leaves_of(portfolio).items():
        if leaves:
            dates[id] = Dates(min(dates[leaf].start for leaf in leaves), dates[id].finish, min(dates[leaf].total_float for leaf in leaves))
    return dates


def _dates(plan: Plan, node: Node, start: int, finish: int, late_start: int) -> Dates:
    clock = plan.clocks[node.calendar]
    begins, ends = clock.start(start), clock.finish(finish)
    if node.shown_at_start:
        ends = begins
    elif start == finish:
        ends = max(ends, clock.start(node.floor)) if finish == node.floor else ends  # not the evening before the project starts
        begins = ends
    return Dates(clock.moment(begins), clock.moment(ends), late_start - start)


def forward_pass(plan: Plan, durations: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Earliest start and finish of every node, in working minutes of its calendar since the epoch.

    A task is never split: where a link bounds its finish, its start moves with it. Of a task in progress the start
    is that of its remaining work.
    Kelley & Walker, "Critical-path planning and scheduling", 1959; the four link types as in
    Elmaghraby & Kamburowski, Management Science 38 (1992), "generalized precedence relations".
    """
    starts: dict[str, int] = {}
    finishes: dict[str, int] = {}
    for id, node in plan.nodes.items():
        if node.finished is not None:
            starts[id], finishes[id] = node.started or 0, node.finished
            continue
        if node.span:
            ends = [bound_of(plan, edge, _end(plan, edge, starts, finishes)) for edge in plan.edges_into[id]]
            starts[id], finishes[id] = min(ends), max(ends)
            continue
        start, duration = node.floor, durations[id]
        if node.finish_floor is not None:
            start = max(start, node.finish_floor - duration)
        for edge in plan.edges_into[id]:
            bound = bound_of(plan, edge, _end(plan, edge, starts, finishes))
            start = max(start, bound - duration if edge.to_finish else bound)
        starts[id], finishes[id] = start, start + duration
    return starts, finishes


def _end(plan: Plan, edge: Edge, starts: dict[str, int], finishes: dict[str, int]) -> int:
    """The end of the predecessor from which the edge runs."""
    if not edge.from_start:
        return finishes[edge.predecessor]
    started = plan.nodes[edge.predecessor].started
    return starts[edge.predecessor] if started is None else started


def bound_of(plan: Plan, edge: Edge, position: int) -> int:
    """What the edge demands of its successor, the predecessor's end being at ``position``."""
    return convert(plan, edge.second, convert(plan, edge.first, position) + edge.lag)


def convert(plan: Plan, conversion: Conversion | None, position: int) -> int:
    if conversion is None:
        return position
    source, target = plan.clocks[conversion.source], plan.clocks[conversion.target]
    return target.work(max(0, source.start(max(0, position)) if conversion.at_start else source.finish(position)))


def late_starts(plan: Plan, durations: dict[str, int], finishes: dict[str, int]) -> dict[str, int]:
    """The latest start of every node that leaves the finish of every project where it is."""
    late: dict[str, int] = {}
    ends = [id for id in plan.nodes if id.endswith(f".{FINISH}") or id == FINISH]
    out: dict[str, list[Edge]] = {id: [] for id in plan.nodes}
    for edges in plan.edges_into.values():
        for edge in edges:
            if not plan.nodes[edge.successor].span:
                out[edge.predecessor].append(edge)
    for id in reversed(plan.nodes):
        if id in ends or plan.nodes[id].span:
            late[id] = finishes[id] - durations[id]
            continue
        late[id] = min(
            (_latest(plan, edge, durations, late, finishes[id] - durations[id]) for edge in out[id] if id != FINISH),
            default=finishes[id] - durations[id],
        )
    return late


def _latest(plan: Plan, edge: Edge, durations: dict[str, int], late: dict[str, int], early: int) -> int:
    """The latest start of the predecessor at which the edge still allows the successor's latest start. Found by bisection."""
    allowed = late[edge.successor] + (durations[edge.successor] if edge.to_finish else 0)
    shift = 0 if edge.from_start else durations[edge.predecessor]
    if edge.from_start and plan.nodes[edge.predecessor].started is not None:
        return early + UNBOUNDED
    low, high = early, early + 1
    while high - early < UNBOUNDED and bound_of(plan, edge, high + shift) <= allowed:
        low, high = high, early + 2 * (high - early)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if bound_of(plan, edge, middle + shift) <= allowed else (low, middle)
    return low


UNBOUNDED = 2**22
"""Float of what leads to no finish: eight years. [minutes]"""


def leaves_of(portfolio: Portfolio) -> dict[str, tuple[str, ...]]:
    """The tasks below each summary task, at any depth, by qualified id."""
    below: dict[str, list[str]] = {id: [] for id, task in portfolio.tasks.items() if task.kind is TaskKind.SUMMARY}
    for id, task in portfolio.tasks.items():
        if task.kind is TaskKind.SUMMARY:
            continue
        project = id.partition(".")[0]
        parent, seen = task.parent, set()
        while parent is not None and parent not in seen:
            seen.add(parent)
            below[f"{project}.{parent}"].append(id)
            parent = portfolio.tasks[f"{project}.{parent}"].parent
    return {id: tuple(leaves) for id, leaves in below.items()}
