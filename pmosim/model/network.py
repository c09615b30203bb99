"""The portfolio as a NetworkX graph of the tasks that are worked and the links that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx

from pmosim.model.tasks import Link, LinkKind, Task, TaskKind

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio

FIRST_START = "#start"
"""Put after a summary task's id, this names the moment at which the first task below it starts."""


def graph_of(portfolio: Portfolio) -> nx.MultiDiGraph:
    """One node per task that is worked (with its ``task``), one edge per link between such tasks (with its ``link``).

    A multigraph: two links between the same two tasks (SS with FF) are common, and both hold. Summary tasks and hammocks
    are left out: they span other tasks and drive nothing. Links of summary tasks stand for links of the tasks below them;
    where the first start below one drives, that moment is a node of its own, whose edges have no ``link``.
    """
    return _graph(portfolio, portfolio.links)


def _graph(portfolio: Portfolio, links: Iterable[Link]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((id, {"task": task}) for id, task in portfolio.tasks.items() if not task.kind.spans)
    leaves = worked_leaves(portfolio)
    for link in _links_of_work(portfolio, links, leaves):
        summary, mark, _ = link.predecessor.partition(FIRST_START)
        if mark and link.predecessor not in graph:
            graph.add_node(link.predecessor, leaves=leaves[summary])
            graph.add_edges_from((leaf, link.predecessor, {"link": None}) for leaf in leaves[summary])
        graph.add_edge(link.predecessor, link.successor, link=link)
    return graph


def in_order(portfolio: Portfolio, graph: nx.MultiDiGraph) -> list[str]:
    """The nodes of the graph so that each stands after those it waits for, and after what decides whether it exists."""
    decided = [(branch.decision.task, task) for branch in portfolio.branches if branch.decision for task in branch.tasks]
    if not decided:
        return list(nx.topological_sort(graph))
    order = nx.DiGraph(graph)
    order.add_edges_from(decided)
    return list(nx.topological_sort(order))


def _links_of_work(portfolio: Portfolio, links: Iterable[Link], leaves: Mapping[str, tuple[str, ...]]) -> Iterator[Link]:
    """Links between tasks that are worked. One from or to a summary task holds for every task below it.

    From a summary's start it runs from the first start below, which has an id of its own.
    """
    for link in links:
        before, after = portfolio.tasks[link.predecessor].kind, portfolio.tasks[link.successor].kind
        if not before.spans and not after.spans:
            yield link
        elif TaskKind.HAMMOCK not in (before, after):
            yield from _expanded(link, leaves)


def _expanded(link: Link, leaves: Mapping[str, tuple[str, ...]]) -> Iterator[Link]:
    sources = leaves.get(link.predecessor, (link.predecessor,))
    targets = leaves.get(link.successor, (link.successor,))
    if link.predecessor in leaves and link.kind in (LinkKind.SS, LinkKind.SF) and sources:
        sources = (link.predecessor + FIRST_START,)
    for source in sources:
        for target in targets:
            yield replace(link, predecessor=source, successor=target)


def waits(portfolio: Portfolio) -> Iterator[Link]:
    """Every link that can close a circle: those of work, those of first starts, and those between hammocks.

    For a portfolio that may not be valid yet: links whose ends are unknown or one and the same are passed over.
    """
    for branch in portfolio.branches:
        if branch.decision and {branch.decision.task, *branch.tasks} <= portfolio.tasks.keys():
            yield from (Link(branch.decision.task, task) for task in branch.tasks if task != branch.decision.task)
    known = [link for link in portfolio.links if {link.predecessor, link.successor} <= portfolio.tasks.keys()]
    if not any(task.kind.spans for task in portfolio.tasks.values()):
        yield from (link for link in known if link.predecessor != link.successor)
        return
    between = [link for link in known if _is_hammock(portfolio, link.predecessor) and _is_hammock(portfolio, link.successor)]
    graph = _graph(portfolio, known)
    for before, after, link in [*graph.edges(data="link"), *((link.predecessor, link.successor, link) for link in between)]:
        if before != after:
            yield link or Link(before, after)


def cycles(links: Iterable[Link]) -> list[list[str]]:
    """One cycle for each knot of tasks that wait for one another, task by task, in the order of the links."""
    links = tuple(links)
    if _is_acyclic(links):
        return []
    graph = nx.DiGraph((link.predecessor, link.successor) for link in links)
    knots = [graph.subgraph(knot) for knot in nx.strongly_connected_components(graph) if len(knot) > 1]
    return sorted([edge[0] for edge in nx.find_cycle(knot, min(knot))] for knot in knots)


def _is_acyclic(links: Iterable[Link]) -> bool:
    """Whether all can be put in order: the usual case, settled without making a graph of thousands of links."""
    after: dict[str, list[str]] = {}
    waits: dict[str, int] = {}
    for link in links:
        after.setdefault(link.predecessor, []).append(link.successor)
        waits[link.successor] = waits.get(link.successor, 0) + 1
    ready = [id for id in after if id not in waits]
    while ready:
        for id in after.get(ready.pop(), ()):
            waits[id] -= 1
            if waits[id] == 0:
                ready.append(id)
    return not any(waits.values())


def _is_hammock(portfolio: Portfolio, id: str) -> bool:
    return portfolio.tasks[id].kind is TaskKind.HAMMOCK


def leaves_of(portfolio: Portfolio) -> dict[str, tuple[str, ...]]:
    """The tasks below each summary task, at any depth, by qualified id; hammocks too."""
    below: dict[str, list[str]] = {id: [] for id, task in portfolio.tasks.items() if task.kind is TaskKind.SUMMARY}
    for id, task in portfolio.tasks.items():
        if task.kind is TaskKind.SUMMARY:
            continue
        project = id.partition(".")[0]
        parent, seen = task.parent, set()
        while parent is not None and parent not in seen and f"{project}.{parent}" in below:
            seen.add(parent)
            below[f"{project}.{parent}"].append(id)
            parent = portfolio.tasks[f"{project}.{parent}"].parent
    return {id: tuple(leaves) for id, leaves in below.items()}


def worked_leaves(portfolio: Portfolio) -> dict[str, tuple[str, ...]]:
    """The same without hammocks."""

    def is_worked(task: Task) -> bool:
        return not task.kind.spans

    return {id: tuple(leaf for leaf in leaves if is_worked(portfolio.tasks[leaf])) for id, leaves in leaves_of(portfolio).items()}


def hammocks_in_order(portfolio: Portfolio) -> list[str]:
    """Hammocks, each after those that it hangs from."""
    graph = nx.DiGraph()
    graph.add_nodes_from(id for id, task in portfolio.tasks.items() if task.kind is TaskKind.HAMMOCK)
    graph.add_edges_from((link.predecessor, link.successor) for link in portfolio.links if {link.predecessor, link.successor} <= set(graph))
    return list(nx.topological_sort(graph))
