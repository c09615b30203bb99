"""The yardstick: what one thread of NumPy does with the same network. Durations in minutes, tasks in topological order.

Written as a careful NumPy user would: one row per task over a block of iterations, so that every operation is a
vectorised one; `Generator.beta` for each PERT estimate; element-wise maxima over the predecessors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK = 1000


@dataclass(frozen=True)
class PertNetwork:
    low: np.ndarray  # [tasks]
    width: np.ndarray
    alpha: np.ndarray
    beta: np.ndarray
    before: list[list[int]]
    after: list[list[int]]

    @classmethod
    def of(cls, portfolio) -> PertNetwork:
        place = {id: k for k, id in enumerate(portfolio.tasks)}  # the generator's order is topological
        laws = [task.duration for task in portfolio.tasks.values()]
        shapes = np.array([law.alpha_beta for law in laws])
        before: list[list[int]] = [[] for _ in laws]
        after: list[list[int]] = [[] for _ in laws]
        for link in portfolio.links:
            before[place[link.successor]].append(place[link.predecessor])
            after[place[link.predecessor]].append(place[link.successor])
        low = np.array([law.low for law in laws])
        return cls(low, np.array([law.high for law in laws]) - low, shapes[:, 0], shapes[:, 1], before, after)


def finishes(network: PertNetwork, iterations: int, seed: int) -> np.ndarray:
    """Finish of every iteration, and nothing else."""
    rng = np.random.default_rng(seed)
    tasks = len(network.low)
    found = np.empty(iterations)
    finish = np.empty((tasks, BLOCK))
    for first in range(0, iterations, BLOCK):
        last = np.zeros(BLOCK)
        for k in range(tasks):
            duration = network.low[k] + network.width[k] * rng.beta(network.alpha[k], network.beta[k], BLOCK)
            place(network, k, duration, finish)
            if not network.after[k]:
                np.maximum(last, finish[k], out=last)
        found[first : first + BLOCK] = last[: min(BLOCK, iterations - first)]
    return found


def place(network: PertNetwork, k: int, duration: np.ndarray, finish: np.ndarray) -> None:
    before = network.before[k]
    if not before:
        finish[k] = duration
        return
    start = finish[before[0]]
    for other in before[1:]:
        start = np.maximum(start, finish[other])
    np.add(start, duration, out=finish[k])


def analysis(network: PertNetwork, iterations: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same with a backward pass, criticality by float, and two moments of duration, start, finish and float of each task."""
    rng = np.random.default_rng(seed)
    tasks = len(network.low)
    found = np.empty(iterations)
    finish, duration, late = np.empty((tasks, BLOCK)), np.empty((tasks, BLOCK)), np.empty((tasks, BLOCK))
    critical, moments = np.zeros(tasks), np.zeros((tasks, 9))
    for first in range(0, iterations, BLOCK):
        last = np.zeros(BLOCK)
        for k in range(tasks):
            duration[k] = network.low[k] + network.width[k] * rng.beta(network.alpha[k], network.beta[k], BLOCK)
            place(network, k, duration[k], finish)
            if not network.after[k]:
                np.maximum(last, finish[k], out=last)
        for k in range(tasks - 1, -1, -1):
            late[k] = last
            for other in network.after[k]:
                np.minimum(late[k], late[other] - duration[other], out=late[k])
            spare = late[k] - finish[k]
            critical[k] += np.count_nonzero(spare <= 1e-6)
            for place_of, values in enumerate((duration[k], finish[k] - duration[k], finish[k], spare)):
                moments[k, 2 * place_of] += values.sum()
                moments[k, 2 * place_of + 1] += (values * values).sum()
            moments[k, 8] += (duration[k] * last).sum()
        found[first : first + BLOCK] = last[: min(BLOCK, iterations - first)]
    return found, critical / iterations, moments / iterations
