"""The portfolio as a NetworkX graph, and the deterministic critical path: the plain twin of the engine's kernels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import networkx as nx

from pmosim.model.tasks import Link, TaskKind

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio


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
    loops = [[edge[0] for edge in nx.find_cycle(knot, min(knot))] for knot in knots]
    return sorted(loops)


def topological(graph: nx.MultiDiGraph) -> list[str]:
    """Tasks so that each stands after those it waits for; ties by id, so that the order is the same in every run."""
    return list(nx.lexicographical_topological_sort(graph))
