"""One state of a portfolio, and what taking risks out of it changes: the same iterations with them and without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Run, Samples, redraw_events, simulate_finishes
from pmosim.forecasting.scales import Scale
from pmosim.results.exposure import delay, extra_cost
from pmosim.results.records import Delay, Estimate

CENTS = 100.0
MOST_SHARED = 20
"""Risks kept to be looked at for what they do to several projects: those with the largest delays of all projects together."""

Costs = tuple[Estimate | None, Estimate | None, Estimate | None]


class Removals:
    """What each risk and each group of risks adds to every target, and to the cost of the whole."""

    def __init__(
        self, compiled: Compiled, run: Run, samples: Samples, scales: dict[str, Scale], confidence: float, gone: tuple[str, ...] = ()
    ) -> None:
        """``samples`` are with all risks but those of ``gone``, which do not exist in this state."""
        self.compiled, self.run, self.samples, self.scales = compiled, replace(run, progress=None), samples, scales
        self.confidence, self.gone = confidence, gone
        self.place = {id: k for k, id in enumerate(compiled.target_ids)}
        self.occurs = self._occurrences()
        self.pays = bool(samples.costs[-1].any())
        self.minutes: dict[str, NDArray[np.int32]] = {}  # what each risk alone adds to the first target [working minutes]
        self.cents: dict[str, NDArray[np.int64]] = {}  # and to the cost of the whole
        self.widest: dict[str, Samples] = {}  # of the most telling of those that move several projects: the samples without it
        self._reach: dict[str, float] = {}

    def without(self, risks: Iterable[str]) -> Samples:
        return simulate_finishes(self.compiled, replace(self.run, without=(*self.gone, *risks)))

    def without_one(self, risk: str) -> Samples:
        """Takes note of what it alone adds."""
        without = self.without((risk,))
        first = self.compiled.target_ids[0]
        self.minutes[risk] = self.delays(first, without).astype(np.int32)
        if self.pays:
            self.cents[risk] = self.samples.costs[-1] - without.costs[-1]
        self._note_reach(risk, without)
        return without

    def delays(self, target: str, without: Samples) -> NDArray[np.int64]:
        """By iteration; working minutes of the target's project."""
        scale, place = self.scales[target], self.place[target]
        return scale.work(self.samples.finishes[place]) - scale.work(without.finishes[place])

    def delay(self, target: str, without: Samples, risks: Sequence[str]) -> Delay:
        """That the risks taken out add to a target. [working days]"""
        return delay(self.delays(target, without) / self.scales[target].minutes_per_day, self.anything(risks), self.confidence)

    def extra_cost(self, without: Samples, risks: Sequence[str], account: int = -1) -> Costs:
        if not self.samples.costs[account].any():
            return None, None, None
        return extra_cost((self.samples.costs[account] - without.costs[account]) / CENTS, self.anything(risks), self.confidence)

    def anything(self, risks: Sequence[str]) -> NDArray[np.bool_]:
        """In which iterations at least one of them occurs."""
        return np.logical_or.reduce([self.occurs[id] for id in risks])

    @property
    def projects(self) -> tuple[str, ...]:
        """The finishes of projects, by target id, where there are several."""
        several = len(self.compiled.portfolio.projects) > 1
        return tuple(f"{project.id}.finish" for project in self.compiled.portfolio.projects) if several else ()

    def _occurrences(self) -> dict[str, NDArray[np.bool_]]:
        """In which iterations each risk occurs anywhere."""
        rows, _ = redraw_events(self.compiled, replace(self.run, without=self.gone))
        found: dict[str, NDArray[np.bool_]] = {}
        for row, id in zip(rows, self.compiled.event_risks, strict=True):
            found[id] = found[id] | row if id in found else row
        return found

    def _note_reach(self, risk: str, without: Samples) -> None:
        """Keep the samples without a risk that moves at least two projects, if few move them further."""
        moved = [self.place[id] for id in self.projects if not np.array_equal(self._of(id, self.samples), self._of(id, without))]
        if len(moved) < 2:
            return
        self._reach[risk] = sum(float(np.abs(self.samples.finishes[k] - without.finishes[k]).mean()) for k in moved)
        self.widest[risk] = without
        if len(self.widest) > MOST_SHARED:
            least = min(self.widest, key=lambda id: self._reach[id])
            del self.widest[least]

    def _of(self, id: str, samples: Samples) -> NDArray[np.int32]:
        return samples.finishes[self.place[id]]
