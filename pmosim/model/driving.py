"""What decided when a target finished: the driving path, traced back from it through the links that were met exactly."""

from __future__ import annotations

from dataclasses import dataclass

from pmosim.model.network import FIRST_START
from pmosim.model.passes import Positions, end_of
from pmosim.model.plan import Edge, Plan, bound_of


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task starts when it does."""

    words: str
    edge: Edge | None = None  # the link that decided, if one did


@dataclass(frozen=True, slots=True)
class Way:
    driving: frozenset[str]  # all nodes that drive, ties too
    path: tuple[str, ...]  # one way through them, from the first to the target
    reasons: dict[str, Reason]  # of the nodes of ``path``


def driving(plan: Plan, starts: Positions, finishes: Positions, target: str) -> Way:
    """Positions are those of a forward pass over the plan, with whatever durations."""
    seen: set[str] = set()
    ahead = [target]
    while ahead:
        id = ahead.pop()
        if id not in seen:
            seen.add(id)
            ahead += [edge.predecessor for edge in tight(plan, starts, finishes, id)]
    path, reasons, at = [target], {}, target
    while edges := tight(plan, starts, finishes, at):
        last = max(edges, key=lambda edge: finishes[edge.predecessor] - starts[edge.predecessor])  # of ties, the longest piece of work
        reasons[at] = Reason("", last)
        at = last.predecessor
        path.append(at)
    reasons[at] = _begins(plan, starts, finishes, at)
    return Way(frozenset(id.removesuffix(FIRST_START) for id in seen), tuple(reversed(path)), reasons)


def tight(plan: Plan, starts: Positions, finishes: Positions, id: str) -> list[Edge]:
    """The edges into a node that leave it no room."""
    found = []
    for edge in plan.edges_into[id]:
        if edge.from_start and plan.nodes[edge.predecessor].link_start is not None:
            continue  # an actual start is a date, and drives no more
        if plan.is_tail(id) and not edge.to_finish:
            continue  # where a summary task or hammock begins is no matter of when it ends
        at = (finishes if edge.to_finish else starts)[id]
        if bound_of(plan.clocks, edge, end_of(plan, edge, starts, finishes)) == at:
            found.append(edge)
    return found


def _begins(plan: Plan, starts: Positions, finishes: Positions, id: str) -> Reason:
    """Why a node starts that waits for no other."""
    node = plan.nodes[id]
    for hold in node.holds:
        if hold.date == (finishes if hold.on_finish else starts)[id]:
            return Reason(f"held by its date {hold.moment.day} {hold.moment:%b %Y}" if hold.moment else "held by its constraint")
    if node.finished is not None:
        return Reason("finished already")
    if node.started is not None:
        return Reason("in progress at the status date")
    if starts[id] == node.floor:
        return Reason("waits for no other task")
    return Reason("as late as possible" if node.late else "")
