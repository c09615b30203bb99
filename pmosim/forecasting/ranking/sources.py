"""What can be taken out: every risk, every weather, and the base uncertainty of tasks, together or in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.planned import PlannedVariants
from pmosim.engine.removal import nodes_hit_by
from pmosim.model.project import Portfolio
from pmosim.model.tasks import Task

BASE, BASE_LABEL = "base uncertainty", "Base uncertainty of all tasks"
LAGS = ("lags", "lags")
GROUPINGS = ("all", "none", "project", "wbs", "tasks")
"""How base uncertainty is divided, ``none`` leaving it in; beside these, ``code:<name>``."""


@dataclass(frozen=True)
class Source:
    id: str
    kind: str  # "event", "driver", "weather" or "base"
    label: str
    risk: str | None  # to be taken out
    planned: NDArray[np.bool_] | None  # bool[nodes], tasks that then last as planned
    touched: NDArray[np.int64]  # nodes whose durations may change
    sky: str | None = None  # weather to be taken out


def risk_sources(compiled: Compiled) -> list[Source]:
    """Risks that can occur, in the order of the register."""
    live = set(compiled.event_risks)
    return [
        Source(risk.id, "driver" if risk.is_driver else "event", risk.label, risk.id, None, nodes_hit_by(compiled, risk.id))
        for risk in compiled.portfolio.risks
        if risk.id in live and risk.chance > 0
    ]


def weather_sources(compiled: Compiled) -> list[Source]:
    """Every weather; without it no day is lost on the calendars that it rules."""
    weather, found = compiled.model.weather, []
    for number, sky in enumerate(compiled.portfolio.weather):
        ruled = np.nonzero(np.append(weather.sky == number, False)[weather.node])[0].astype(np.int64)
        found.append(Source(f"weather {sky.id}", "weather", f"Weather: {sky.label}", None, None, ruled, sky.id))
    return found


def base_sources(compiled: Compiled, variants: PlannedVariants, by: str) -> list[Source]:
    """The uncertain tasks, in the groups asked for; empty where no task is uncertain, or their uncertainty stays in."""
    nodes = np.nonzero(variants.uncertain)[0]
    if not len(nodes) or by == "none":
        return []
    if by == "all":
        return [_base(compiled, variants, BASE, BASE_LABEL, nodes)]
    group = grouping(compiled.portfolio, by)
    found: dict[tuple[str, str], list[int]] = {}
    for node in nodes:
        task = _task_of(compiled, int(node))
        found.setdefault(group(task) if task else LAGS, []).append(int(node))
    return [_base(compiled, variants, id, f"Base uncertainty of {label}", np.array(own)) for (id, label), own in found.items()]


def _task_of(compiled: Compiled, node: int) -> str | None:
    """The task at a node; an uncertain lag goes with the task that it holds up."""
    network, tasks = compiled.model.network, compiled.portfolio.tasks
    after = [int(network.successor[edge]) for edge in network.edge_out[network.out[node] : network.out[node + 1]]]
    return next((id for id in (compiled.node_ids[k] for k in (node, *after)) if id in tasks), None)


def _base(compiled: Compiled, variants: PlannedVariants, id: str, label: str, nodes: NDArray[np.int64]) -> Source:
    mask = np.zeros(len(compiled.node_ids), np.bool_)
    mask[nodes] = True
    return Source(id, "base", label, None, mask, np.nonzero(mask & variants.varies)[0].astype(np.int64))


def grouping(portfolio: Portfolio, by: str) -> Callable[[str], tuple[str, str]]:
    """From a task's qualified id to id and label of its group."""
    if by == "tasks":
        return lambda id: (id, portfolio.tasks[id].label)
    if by == "project":
        return lambda id: (portfolio.project_of[id].id, portfolio.project_of[id].label)
    if by == "wbs":
        branches = branches_of(portfolio)
        return lambda id: (branches[id], branches[id])
    name = by.removeprefix("code:")

    def code(id: str) -> tuple[str, str]:
        value = portfolio.tasks[id].codes.get(name)
        return (f"{name} {value}",) * 2 if value else (f"without {name}",) * 2

    return code


def codes_of(portfolio: Portfolio) -> list[str]:
    return sorted({name for task in portfolio.tasks.values() for name in task.codes})


def branches_of(portfolio: Portfolio) -> dict[str, str]:
    """The WBS branch of each task: of its project's branches those at which the project first divides."""
    found: dict[str, str] = {}
    for project in portfolio.projects:
        named = {task.id: task for task in project.tasks}
        paths = {task.id: _path(task, named) for task in project.tasks}
        depth = _shared([paths[task.id] for task in project.tasks if paths[task.id] and not task.kind.spans])
        several = len(portfolio.projects) > 1
        for id, path in paths.items():
            branch = path[min(depth, len(path) - 1)] if path else "without a WBS branch"
            found[f"{project.id}.{id}"] = f"{project.label}: {branch}" if several else branch
    return found


def _path(task: Task, named: dict[str, Task]) -> tuple[str, ...]:
    """Summary tasks above it, the topmost first; else the parts of its WBS code."""
    above: list[str] = []
    parent = task.parent
    while parent is not None and parent in named:
        above.append(named[parent].label)
        parent = named[parent].parent
    if above:
        return tuple(reversed(above))
    parts = task.wbs.split(".") if task.wbs else []
    return tuple(".".join(parts[: k + 1]) for k in range(len(parts)))


def _shared(paths: Iterable[tuple[str, ...]]) -> int:
    """Levels that all paths have in common."""
    columns = zip_longest(*paths)
    return next((depth for depth, column in enumerate(columns) if len(set(column)) > 1), 0)
