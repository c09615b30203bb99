"""Slow and plainly right: other algorithms than the program's, from other libraries. Imports nothing from the engine.

What is here knows of tasks only their durations and of links only (before, after, kind, lag); what has calendars walks
through them minute by minute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from math import prod

import networkx as nx
import numpy as np
from exact import Lattice, PhaseType

Arc = tuple[str, str, str, int]
"""A link: before, after, kind (FS, SS, FF, SF), lag [minutes]."""


def waits(*links: str) -> list[Arc]:
    """Links as people write them: "a b" is FS without a lag, "a b SS 60" starts b an hour after a starts."""
    parts = [link.split() for link in links]
    return [(p[0], p[1], p[2] if len(p) > 2 else "FS", int(p[3]) if len(p) > 3 else 0) for p in parts]


# --- the longest path, on arcs ---------------------------------------------------------------------------------------


def finish_by_longest_path(durations: Mapping[str, int], links: Iterable[Arc]) -> int:
    """Finish of a network of FS links as the longest path of its activity-on-arc network, by NetworkX. [minutes]

    Kelley & Walker, "Critical-path planning and scheduling", 1959: activities are arcs, events are nodes.
    """
    network = nx.DiGraph()
    for task, minutes in durations.items():
        network.add_edge("start", (task, "begins"), minutes=0)
        network.add_edge((task, "begins"), (task, "ends"), minutes=minutes)
    for before, after, kind, lag in links:
        assert kind == "FS"
        arc = ((before, "ends"), (after, "begins"))
        network.add_edge(*arc, minutes=max(lag, network.edges[arc]["minutes"] if network.has_edge(*arc) else lag))
    return int(nx.dag_longest_path_length(network, weight="minutes"))


def longest_paths(durations: Mapping[str, int], links: Sequence[Arc]) -> tuple[int, set[str]]:
    """Finish of a network with all four kinds of link, and every task on a longest path, ties included. [minutes]

    Arcs join the *starts* of tasks (Elmaghraby & Kamburowski, Management Science 38, 1992): a link demands
    start(after) >= start(before) + w with w = d(before) + lag for FS, lag for SS, d(before) + lag - d(after) for FF
    and lag - d(after) for SF. A task lies on a longest path if the longest way to it and the longest way on from it
    add up to the whole. No task starts before 0.
    """
    weight = {"FS": (1, 0), "SS": (0, 0), "FF": (1, 1), "SF": (0, 1)}
    arcs: dict[str, list[tuple[str, int]]] = defaultdict(list)
    graph = nx.DiGraph()
    graph.add_nodes_from(durations)
    for before, after, kind, lag in links:
        own, its = weight[kind]
        arcs[before].append((after, own * durations[before] + lag - its * durations[after]))
        graph.add_edge(before, after)
    order = [*nx.topological_sort(graph)]
    way_to, way_on = dict.fromkeys(durations, 0), dict(durations)
    for before in order:
        for after, minutes in arcs[before]:
            way_to[after] = max(way_to[after], way_to[before] + minutes)
    for before in reversed(order):
        for after, minutes in arcs[before]:
            way_on[before] = max(way_on[before], minutes + way_on[after])
    finish = max(way_to[task] + durations[task] for task in durations)
    return finish, {task for task in durations if way_to[task] + way_on[task] == finish}


# --- discrete networks, by looking at every case ---------------------------------------------------------------------


@dataclass(frozen=True)
class Enumerated:
    """Every possible outcome of a discrete network, added up."""

    finish: Lattice
    criticality: dict[str, float]


def by_enumeration(laws: Mapping[str, Mapping[int, float]], links: Sequence[Arc]) -> Enumerated:
    """All combinations of durations {minutes: probability}, each scheduled by `longest_paths`."""
    finish: dict[int, float] = defaultdict(float)
    critical: dict[str, float] = dict.fromkeys(laws, 0.0)
    for outcome in product(*(law.items() for law in laws.values())):
        p = prod(chance for _, chance in outcome)
        end, path = longest_paths(dict(zip(laws, (minutes for minutes, _ in outcome), strict=True)), links)
        finish[end] += p
        for task in path:
            critical[task] += p
    return Enumerated(Lattice.of(finish), critical)


# --- exponential networks, as Markov chains --------------------------------------------------------------------------


@dataclass(frozen=True)
class ChainAnswer:
    finish: PhaseType
    criticality: dict[str, float]


def exponential_network(means: Mapping[str, float], before: Mapping[str, Sequence[str]]) -> ChainAnswer:
    """A network of FS links whose durations are independent exponentials, as a continuous-time Markov chain.

    V. G. Kulkarni & V. G. Adlakha, "Markov and Markov-regenerative PERT networks", Operations Research 34 (1986): the
    state is the set of finished tasks (what runs follows from it). Here it also remembers, for each task that has
    begun, the predecessor that let it begin, so that the last task to finish leads back along the critical path;
    two tasks never finish at one moment.
    """
    all_tasks = frozenset(means)
    State = tuple[frozenset[str], frozenset[tuple[str, str]]]
    start: State = (frozenset(), frozenset())
    number: dict[State, int] = {start: 0}
    reached = {start: 1.0}
    moves: list[tuple[int, int, float]] = []
    criticality = dict.fromkeys(means, 0.0)
    layer = [start]
    while layer:  # one more task is finished in each layer, so that all ways into a state are known when it is left
        following: dict[State, None] = {}
        for state in layer:
            finished, released = state
            running = [task for task in means if task not in finished and finished.issuperset(before.get(task, ()))]
            outflow = sum(1 / means[task] for task in running)
            moves.append((number[state], number[state], -outflow))
            for task in running:
                p = reached[state] / means[task] / outflow
                done = finished | {task}
                if done == all_tasks:
                    for on_path in _traced(task, dict(released)):
                        criticality[on_path] += p
                    continue
                begun = {(n, task) for n in means if n not in done and task in before.get(n, ()) and done.issuperset(before[n])}
                after: State = (done, released | begun)
                number.setdefault(after, len(number))
                reached[after] = reached.get(after, 0.0) + p
                following[after] = None
                moves.append((number[state], number[after], 1 / means[task]))
        layer = [*following]
    rates = np.zeros((len(number), len(number)))
    for source, target, rate in moves:
        rates[source, target] += rate
    return ChainAnswer(PhaseType(rates), criticality)


def _traced(last: str, released: Mapping[str, str]) -> Iterable[str]:
    while last is not None:
        yield last
        last = released.get(last)


# --- calendars, minute by minute -------------------------------------------------------------------------------------


class Walk:
    """Working time as a row of minutes, each worked or not; everything is found by walking along it."""

    def __init__(self, calendar, epoch: date, days: int) -> None:
        self.works = [False] * (days * 1440)
        for day in range(-1, days):
            on = epoch + timedelta(days=day)
            for begin, end in calendar.exceptions.get(on, calendar.week[on.weekday()]):
                for minute in range(max(0, day * 1440 + begin), min(len(self.works), day * 1440 + end)):
                    self.works[minute] = True

    def first_from(self, instant: int) -> int:
        """The first minute from ``instant`` on that is worked."""
        while not self.works[instant]:
            instant += 1
        return instant

    def onward(self, instant: int, minutes: int) -> int:
        """The instant at which ``minutes`` have been worked since ``instant``."""
        while minutes:
            minutes -= self.works[instant]
            instant += 1
        return instant

    def back(self, instant: int, minutes: int) -> int:
        """The latest instant from which ``minutes`` are worked before ``instant``."""
        while minutes and instant > 0:
            instant -= 1
            minutes -= self.works[instant]
        return instant

    def between(self, first: int, last: int) -> int:
        """Minutes worked from one instant to a later one."""
        return sum(self.works[first:last])


def walk_of(calendar, epoch: date, days: int, known: dict = {}) -> Walk:  # noqa: B006 - kept on purpose: laying out minutes is slow
    key = (calendar.week, tuple(calendar.exceptions.items()), epoch, days)
    if key not in known:
        known[key] = Walk(calendar, epoch, days)
    return known[key]


@dataclass(frozen=True)
class Span:
    """Start and finish. [wall minutes since the epoch]"""

    start: int
    finish: int


def walked(portfolio, durations: Mapping[str, int], days: int = 400) -> dict[str, Span]:
    """A forward pass by walking: for every task the first minute at which all that it waits for allows it to run.

    The rules, in words. A task begins with a worked minute of its calendar and runs for its duration on it. A link
    without a lag demands an instant: FS and FF that at which the predecessor's last minute ends, SS and SF that at
    which its first begins. A lag walks on from there along its own calendar until its minutes are worked, a lead walks
    back. FS and SS: no minute before that instant. FF and SF: no minute of the task's own calendar is left between
    its finish and that instant. Nothing begins before the status date or its project's start. Milestones that stand at
    the end of work happen at the latest instant demanded of them.
    """
    walks = {id: walk_of(calendar, portfolio.epoch, days) for id, calendar in portfolio.calendar_of.items()}
    links = defaultdict(list)
    for link in portfolio.links:
        links[link.successor].append(link)
    order = nx.topological_sort(nx.DiGraph([*((k.predecessor, k.successor) for k in portfolio.links)]))
    loose = [id for id in portfolio.tasks if not any(id in (k.predecessor, k.successor) for k in portfolio.links)]
    spans: dict[str, Span] = {}
    for id in [*order, *loose]:
        task, project = portfolio.tasks[id], portfolio.project_of[id]
        walk = walks[task.calendar]
        begin = instant_of(portfolio, max(portfolio.status_date, project.start or portfolio.status_date))
        for link in links[id]:
            demanded = _demanded(portfolio, walks, link, spans[link.predecessor])
            bounds_finish = link.kind in ("FF", "SF")
            begin = max(begin, walk.back(demanded, durations[id]) if bounds_finish else demanded)
        if task.kind != "finish-milestone":
            begin = walk.first_from(begin)
        spans[id] = Span(begin, walk.onward(begin, durations[id]))
    return spans


def _demanded(portfolio, walks: Mapping[str, Walk], link, before: Span) -> int:
    instant = before.start if link.kind in ("SS", "SF") else before.finish
    lag = int(link.lag.minutes + link.lag.share * portfolio.tasks[link.predecessor].planned)
    runs_on = {
        "predecessor": portfolio.tasks[link.predecessor].calendar,
        "successor": portfolio.tasks[link.successor].calendar,
        "project": portfolio.project_of[link.successor].calendar,
        "24h": "24h",
    }[link.lag.calendar]
    return walks[runs_on].onward(instant, lag) if lag >= 0 else walks[runs_on].back(instant, -lag)


def instant_of(portfolio, moment: datetime) -> int:
    """Wall minutes since the portfolio's epoch."""
    return int((moment - datetime.combine(portfolio.epoch, time())).total_seconds() // 60)


def moment_of(portfolio, instant: int) -> datetime:
    return datetime.combine(portfolio.epoch, time()) + timedelta(minutes=instant)
