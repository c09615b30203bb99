"""Whether the probability of being on time can be foretold from its own past: an honest one cannot.

A probability that uses all that is known is a martingale: whatever its past, its next move is 0 on average (A. Augenblick & M. Rabin,
Belief Movement, Uncertainty Reduction, and Rational Updating, QJE 136 (2021)). Two ways of breaking that are looked for: a steady fall
or rise, and moves that go on as they began (news that is let in a little at a time) or turn back (noise taken for news).

Moves of one week are one observation, however many milestones move: they share their news. The sum over weeks, divided by the root of
its sum of squares, is near Student's law (de la Pena, Lai & Shao, Self-Normalized Processes, 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.results.clusters import student
from pmosim.results.records import Estimate

LEAST_WEEKS = 6
"""Fewer make no test."""


@dataclass(frozen=True, slots=True)
class Predictability:
    """One way in which moves could be foretold."""

    value: Estimate
    chance: float  # that honest probabilities look like this, or worse


@dataclass(frozen=True, slots=True)
class Drift:
    """Moves of the probability of being on time from one status date to the next, of all milestones with a date."""

    series: int
    moves: int
    weeks: int
    mean: Predictability | None  # move at a time, in probability; None: too few weeks
    follow: Predictability | None  # of each move, how much comes again in the next
    false_alarms: float  # how often an honest forecaster is flagged

    @property
    def is_flagged(self) -> bool:
        return any(one is not None and one.chance < self.false_alarms / 2 for one in (self.mean, self.follow))


def drift_of(series: Sequence[tuple[Sequence[int], Sequence[float]]], confidence: float) -> Drift:
    """Test of predictable moves; the two looks share the false alarms, 1 - ``confidence`` together.

    series : of each milestone, the weeks (any numbering, rising) and the probabilities; where it has come in, 1 or 0 at the end
    """
    moves = [np.diff(np.asarray(values, dtype=np.float64)) for _, values in series]
    weeks = [np.asarray(at, dtype=np.int64)[1:] for at, _ in series]
    all_moves = np.concatenate(moves) if moves else np.empty(0)
    mean = _predicted(np.concatenate(weeks) if weeks else np.empty(0, np.int64), all_moves, float(len(all_moves)), confidence)
    pairs = [(at[1:], move[1:] * move[:-1]) for at, move in zip(weeks, moves, strict=True) if len(move) > 1]
    follow = None
    if pairs:
        spread = sum(float(move[:-1] @ move[:-1]) for move in moves)
        follow = _predicted(np.concatenate([at for at, _ in pairs]), np.concatenate([both for _, both in pairs]), spread, confidence)
    return Drift(len(series), len(all_moves), _count(weeks), mean, follow, 1 - confidence)


def _count(weeks: list[NDArray[np.int64]]) -> int:
    return len(np.unique(np.concatenate(weeks))) if weeks else 0


def _predicted(weeks: NDArray[np.int64], terms: NDArray[np.float64], scale: float, confidence: float) -> Predictability | None:
    """The sum of the terms over ``scale``, with its interval; terms of one week belong together."""
    from scipy.special import stdtr

    if not len(terms):
        return None
    sums = np.bincount(np.unique(weeks, return_inverse=True)[1], terms)
    sums = sums[sums != 0]
    if len(sums) < LEAST_WEEKS:
        return None
    total, size = float(sums.sum()), sqrt(float(sums @ sums))
    half = student(1 - (1 - confidence) / 2, len(sums) - 1) * size
    chance = 2 * float(stdtr(len(sums) - 1, -abs(total) / size))
    return Predictability(Estimate(total / scale, (total - half) / scale, (total + half) / scale), chance)
