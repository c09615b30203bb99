"""Compiled portfolios in which some tasks and lags last, and cost, exactly what was planned: base uncertainty taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.kernels.cost import FIXED, RATE
from pmosim.engine.kernels.sampling import CONSTANT, Laws
from pmosim.model.plan import Node
from pmosim.model.tasks import Task


class PlannedVariants:
    """Variants of one compiled portfolio; ``uncertain``: bool[nodes], tasks and lags that do not simply last, or cost, what was planned."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        model, tasks = compiled.model, compiled.portfolio.tasks
        self._values: list[float] = []
        self._first = len(model.laws.kind)
        law, costs = model.network.law, model.costs
        nodes = [compiled.plan.nodes[id] for id in compiled.node_ids]
        work = np.array([_is_work(tasks.get(node.id), node) for node in nodes], np.bool_)
        planned = np.array([float(node.duration) for node in nodes])
        self.varies = work & ~((model.laws.kind[law] == CONSTANT) & (np.floor(model.laws.bounds[law, 0] + 0.5) == planned))
        self._planned_law = np.array([self._number(value) if it else 0 for value, it in zip(planned, self.varies, strict=True)], np.int32)
        paid = [(tasks[compiled.node_ids[node]].cost, part) for node, part in zip(costs.node, costs.part, strict=True)]
        fixed = [cost.fixed.typical if cost and cost.fixed and part & FIXED else 0.0 for cost, part in paid]
        rate = [cost.rate.typical if cost and cost.rate and part & RATE else 0.0 for cost, part in paid]
        self._fixed, self._rate = (np.array([self._number(value) for value in values], np.int32) for values in (fixed, rate))
        dear = (model.laws.kind[costs.fixed] != CONSTANT) | (model.laws.kind[costs.rate] != CONSTANT)
        self.uncertain = self.varies.copy()
        self.uncertain[costs.node[dear]] = True
        self._laws = self._extended(model.laws)

    def at_plan(self, nodes: NDArray[np.bool_]) -> Compiled:
        """The portfolio with the marked tasks as planned; nodes : bool[nodes]."""
        if not nodes.any():
            return self.compiled
        model = self.compiled.model
        law = np.where(nodes & self.varies, self._planned_law, model.network.law).astype(np.int32)
        paid = nodes[model.costs.node]
        fixed, rate = np.where(paid, self._fixed, model.costs.fixed), np.where(paid, self._rate, model.costs.rate)
        costs = model.costs._replace(fixed=fixed.astype(np.int32), rate=rate.astype(np.int32))
        return replace(self.compiled, model=model._replace(laws=self._laws, network=model.network._replace(law=law), costs=costs))

    def _number(self, value: float) -> int:
        self._values.append(float(value))
        return self._first + len(self._values) - 1

    def _extended(self, laws: Laws) -> Laws:
        more = len(self._values)
        bounds = np.zeros((more, laws.bounds.shape[1]))
        bounds[:, 0] = bounds[:, 1] = self._values
        return laws._replace(
            kind=np.append(laws.kind, np.full(more, CONSTANT, laws.kind.dtype)),
            row=np.append(laws.row, np.zeros(more, laws.row.dtype)),
            bounds=np.vstack([laws.bounds, bounds]) if more else laws.bounds,
        )


def _is_work(task: Task | None, node: Node) -> bool:
    """Whether something is left that may take longer: an unfinished task, or an uncertain lag."""
    if task is None:
        return node.wait is not None
    return not task.is_milestone and not task.is_finished and node.finished is None and not node.span
