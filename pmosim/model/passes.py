"""The deterministic passes over a plan: earliest dates forward, latest dates backward. Plain, and the kernels' reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pmosim.model.plan import Conversion, Edge, Node, Plan, bound_of, convert
from pmosim.model.tasks import FINISH, Reading

if TYPE_CHECKING:
    from pmosim.model.calendars import Clock
    from pmosim.model.weather import Ground

Positions = dict[str, int]
"""Working minutes since the epoch, on each node's own calendar, by id."""

UNBOUNDED = 2**22
"""Float of what leads to no finish: eight years. [minutes]"""


Decided = dict[str, tuple[bool, ...]]
"""Of each node with constraints, which of them decided its date or were missed."""


def forward_pass(
    plan: Plan, durations: Mapping[str, int], decided: Decided | None = None, grounds: Mapping[str, Ground] | None = None
) -> tuple[Positions, Positions]:
    """Earliest start and finish of every node; ``decided`` is filled if given.

    A task is split only where its plan says so: where a link bounds its finish, its start moves with it. Of a task in
    progress the start is that of its remaining work. ``grounds``: by calendar, on which days work stands still; none, if not given.
    Kelley & Walker, "Critical-path planning and scheduling", 1959; the four link types as in
    Elmaghraby & Kamburowski, Management Science 38 (1992), "generalized precedence relations".
    """
    starts: Positions = {}
    finishes: Positions = {}
    for id, node in plan.nodes.items():
        if node.finished is not None:
            starts[id], finishes[id] = node.started or 0, node.finished
        elif node.span:
            starts[id], finishes[id] = _span(plan, node, starts, finishes)
        elif grounds and node.stops and node.calendar in grounds:
            work = durations[id] if id not in plan.absent else 0
            starts[id], finishes[id], which = _in_weather(plan, node, work, starts, finishes, grounds[node.calendar])
            if decided is not None and node.holds:
                decided[id] = which
        else:
            exists = id not in plan.absent
            start, duration = _allowed(plan, node, durations[id] if exists else 0, starts, finishes)
            start, duration, which = _held(node if exists else replace(node, holds=()), start, duration)
            starts[id], finishes[id] = start, start + duration
            if decided is not None and node.holds:
                decided[id] = which if exists else (False,) * len(node.holds)
    if any(node.late for node in plan.nodes.values()):
        _delay(plan, starts, finishes)
        for id, node in plan.nodes.items():
            if node.span and node.finished is None and plan.is_tail(id):
                starts[id], finishes[id] = _span(plan, node, starts, finishes)
    return starts, finishes


def _allowed(plan: Plan, node: Node, duration: int, starts: Positions, finishes: Positions) -> tuple[int, int]:
    """The start that the links allow, and the duration with its interruptions."""
    duration = paused(node, duration)
    start = node.floor
    if node.finish_floor is not None:
        start = max(start, node.finish_floor - duration)
    for edge in plan.edges_into[node.id]:
        bound = bound_of(plan.clocks, edge, end_of(plan, edge, starts, finishes))
        start = max(start, bound - duration if edge.to_finish else bound)
    return start, duration


def _in_weather(
    plan: Plan, node: Node, work: int, starts: Positions, finishes: Positions, ground: Ground
) -> tuple[int, int, tuple[bool, ...]]:
    """Start and finish of work that stands still on bad days, and which constraints decided.

    It begins when what it waits for is there, be that on a bad day, and is done when it has had its good minutes, but not before its
    finish may be.
    """
    at_once, work = not node.splits, paused(node, work)
    done = ground.done_at_once if at_once else ground.done
    start, floor = node.floor, -1 if node.finish_floor is None else node.finish_floor
    for edge in plan.edges_into[node.id]:
        bound = bound_of(plan.clocks, edge, end_of(plan, edge, starts, finishes))
        start, floor = (start, max(floor, bound)) if edge.to_finish else (max(start, bound), floor)
    if floor > start:
        start = max(start, ground.latest(floor, work, at_once=at_once))
    decided = []
    for hold in node.holds if node.id not in plan.absent else ():
        end = max(done(start, work), floor) if hold.on_finish else start
        put = ground.latest(hold.date, work, at_once=at_once) if hold.on_finish else hold.date
        early, late = end < hold.date, end > hold.date
        decided.append(((hold.not_before or hold.stretches) and early) or ((hold.limits or hold.stretches) and late))
        if hold.stretches:
            floor, work = max(hold.date, start), 0
        if hold.not_before and early:
            start, floor = max(start, put), max(floor, hold.date) if hold.on_finish else floor
        if hold.not_after and late:
            start, floor = max(put, node.earliest), min(floor, hold.date) if hold.on_finish else -1
    return start, max(done(start, work), floor), tuple(decided) or (False,) * len(node.holds)


def _held(node: Node, start: int, duration: int) -> tuple[int, int, tuple[bool, ...]]:
    """Start and duration under the constraints, one after the other, and which of them decided or were missed."""
    decided = []
    for hold in node.holds:
        at = hold.date - duration if hold.on_finish else hold.date
        early, late = hold.not_before or hold.stretches, hold.limits or hold.stretches
        decided.append((early and start < at) or (late and start > at))
        if hold.stretches:
            duration = max(0, hold.date - start)
        if hold.not_before:
            start = max(start, at)
        if hold.not_after:
            start = max(min(start, at), node.earliest)
    return start, duration, tuple(decided)


def paused(node: Node, duration: int) -> int:
    """How long the work takes with its planned interruptions; those after its end are spared."""
    return duration + sum(pause.minutes for pause in node.pauses if pause.after < duration)


def _span(plan: Plan, node: Node, starts: Positions, finishes: Positions) -> tuple[int, int]:
    bounds = [(edge.to_finish, bound_of(plan.clocks, edge, end_of(plan, edge, starts, finishes))) for edge in plan.edges_into[node.id]]
    start = min((bound for to_finish, bound in bounds if not to_finish), default=node.floor)
    return start, max((bound for to_finish, bound in bounds if to_finish and bound > start), default=start)


def end_of(plan: Plan, edge: Edge, starts: Positions, finishes: Positions) -> int:
    """The end of the predecessor from which the edge runs."""
    if not edge.from_start:
        return finishes[edge.predecessor]
    node = plan.nodes[edge.predecessor]
    return starts[edge.predecessor] if node.link_start is None else node.link_start


def _delay(plan: Plan, starts: Positions, finishes: Positions) -> None:
    """What is to be done as late as possible moves as far as nothing else moves: into its free float."""
    out = plan.edges_out()
    for id in reversed(plan.nodes):
        node = plan.nodes[id]
        if node.late:
            duration = finishes[id] - starts[id]
            latest = [_free_start(plan, edge, duration, (finishes if edge.to_finish else starts)[edge.successor]) for edge in out[id]]
            starts[id] = max(starts[id], min(latest, default=starts[id]))
            finishes[id] = starts[id] + duration


def _free_start(plan: Plan, edge: Edge, duration: int, allowed: int) -> int:
    """The latest start that leaves the successor where it is, whichever of its two instants that is."""
    position = _back(plan.clocks, edge.second, allowed, at_finish=False)
    return _back(plan.clocks, edge.first, position - edge.lag, at_finish=False) - (0 if edge.from_start else duration)


def _latest_start(plan: Plan, edge: Edge, duration: int, allowed: int) -> int:
    return latest_end(plan.clocks, edge, allowed) - (0 if edge.from_start else duration)


def latest_end(clocks: Mapping[str, Clock], edge: Edge, allowed: int) -> int:
    """The latest end of the predecessor that keeps what the edge demands at or before ``allowed``.

    A start at the end of a shift counts as one at the beginning of the next, as in planners' tools: not a minute before it.
    """
    position = _back(clocks, edge.second, allowed, at_finish=edge.to_finish, to_the_minute=False)
    at_finish = edge.to_finish and edge.second is None and edge.lag == 0
    return _back(clocks, edge.first, position - edge.lag, at_finish=at_finish, to_the_minute=False)


def _back(clocks: Mapping[str, Clock], conversion: Conversion | None, position: int, *, at_finish: bool, to_the_minute: bool = True) -> int:
    """The latest position that the conversion takes no later than ``position``, which stands for an evening or a morning."""
    if conversion is None:
        return position
    source, target = clocks[conversion.source], clocks[conversion.target]
    instant = target.finish(max(0, position)) if at_finish else target.start(max(0, position))
    back = source.work(instant)
    return back - 1 if to_the_minute and conversion.at_start and back > 0 and source.start(back) > instant else back


def backward_pass(plan: Plan, starts: Positions, finishes: Positions) -> tuple[Positions, Positions]:
    """Latest start and finish of every node that leave the finish of every project, or its must-finish date, where it is.

    Read hard, no-later-than and must dates limit them too: float may be negative.
    """
    late: Positions = {}
    out = plan.edges_out()
    for edge in plan.late_edges:
        out[edge.predecessor].append(edge)
    for id in reversed(plan.nodes):
        if id == FINISH or id.endswith(f".{FINISH}"):
            late[id] = _project_end(plan, id, finishes)
    late_starts: Positions = {}
    for id in reversed(plan.nodes):
        node, duration = plan.nodes[id], finishes[id] - starts[id]
        if node.span:
            continue
        if id not in late:
            late[id] = _late_finish(plan, node, starts[id], finishes[id], out[id], late_starts, late)
        late_starts[id] = late[id] - duration
    for id, node in plan.nodes.items():
        if node.span:
            late_starts[id], late[id] = starts[id], finishes[id]
    return late_starts, late


def _late_finish(plan: Plan, node: Node, start: int, finish: int, out: list[Edge], late_starts: Positions, late: Positions) -> int:
    duration = finish - start
    if node.finished is not None:
        return finish
    allowed = [finish + UNBOUNDED]
    for edge in out:
        if edge.successor == FINISH and node.id not in plan.joint:
            continue
        if edge.successor.endswith(f".{FINISH}") and node.id.partition(".")[0] in plan.critical_ends:
            allowed.append(finish)
            continue
        at = late[edge.successor] if edge.to_finish else late_starts[edge.successor]
        rest = _rest_of_lag(plan, node, edge)
        if rest is not None:
            allowed.append(_latest_start(plan, rest, duration, at) + duration)
    if plan.reading is Reading.HARD:
        for hold in node.holds:
            if hold.limits:
                at = hold.date if hold.on_finish else hold.date + duration
                allowed.append(at)
    return min(allowed)


def _rest_of_lag(plan: Plan, node: Node, edge: Edge) -> Edge | None:
    """The edge, of one from a start that has happened with what is left of its lag; None where that wait is over too."""
    if not edge.from_start or node.link_start is None:
        return edge
    waited = convert(plan.clocks, edge.first, node.floor) - convert(plan.clocks, edge.first, node.link_start)
    return replace(edge, lag=edge.lag - waited) if edge.lag > waited else None


def _project_end(plan: Plan, id: str, finishes: Positions) -> int:
    given = plan.late_finishes.get(id)
    if given is not None:
        return given
    if id in plan.joint:
        clock = plan.clocks[plan.nodes[id].calendar]
        return max(clock.work(plan.clocks[plan.nodes[end].calendar].finish(finishes[end])) for end in plan.joint)
    return finishes[id]
