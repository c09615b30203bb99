"""Which chains of tasks drive a target, and how often: iterations grouped by the tasks on their driving path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import mean, share
from pmosim.results.ranking import DrivingPaths, DrivingTask, PathGroup

SHOWN = 8
"""Paths told one by one; all others are one share."""

ENOUGH = 0.9
"""Share of iterations that the paths shown are to cover."""

LEAST = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Tasks that drive less often than this are left out of the chains; the first that makes `SHOWN` paths cover `ENOUGH`."""


@dataclass(frozen=True)
class Traced:
    """Iterations and who drove the target in them."""

    tasks: Sequence[DrivingTask]
    drives: NDArray[np.bool_]  # [tasks, iterations]
    above_plan: NDArray[np.float64]  # finish above the plan [working days]


def group_paths(target: str, traced: Traced, confidence: float) -> DrivingPaths:
    """Group iterations whose driving paths hold the same tasks."""
    drives, n = traced.drives, traced.drives.shape[1]
    often = drives.mean(axis=1) if len(drives) else np.empty(0)
    common, sometimes = often == 1, (often > 0) & (often < 1)
    distinct = len(_counts(drives[sometimes])[1])
    for least in LEAST:
        kept = sometimes & (often >= least)
        group, counts = _counts(drives[kept])
        if np.sort(counts)[::-1][:SHOWN].sum() >= ENOUGH * n:
            break
    order = np.argsort(-counts, kind="stable")[:SHOWN]
    rest = n - int(counts[order].sum())
    return DrivingPaths(
        target=target,
        iterations=n,
        distinct=distinct,
        least=least,
        common=tuple(task for task, it in zip(traced.tasks, common, strict=True) if it),
        groups=tuple(_group(traced, kept, group == k, confidence) for k in order),
        rest=share(rest, n, confidence) if rest else None,
    )


def _counts(drives: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The group of each iteration, and the size of each group; drives : bool[tasks, iterations]."""
    if not len(drives):
        return np.zeros(drives.shape[1], np.int64), np.array([drives.shape[1]])
    packed = np.ascontiguousarray(np.packbits(drives, axis=0).T)
    keys = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]
    _, group, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return group.reshape(-1), counts


def _group(traced: Traced, kept: NDArray[np.bool_], members: NDArray[np.bool_], confidence: float) -> PathGroup:
    own = kept & traced.drives[:, int(np.argmax(members))]
    late = traced.above_plan[members]
    return PathGroup(
        share(int(members.sum()), len(members), confidence),
        tuple(task for task, it in zip(traced.tasks, own, strict=True) if it),
        mean(late, confidence) if len(late) > 1 else None,
    )
