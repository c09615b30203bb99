"""The portfolio simulated with any set of sources taken out, on the same draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.planned import PlannedVariants
from pmosim.engine.removal import KeptDurations, Trial, can_keep
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.engine.skies import in_good_weather
from pmosim.forecasting.ranking.sources import Source
from pmosim.forecasting.scales import Scale
from pmosim.results.ranking import DAYS, MONEY

Ints = NDArray[np.int64]
Out = frozenset[int]
"""Places of the sources that are taken out."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Outcome:
    """One target's finishes and one account's costs, iteration by iteration."""

    work: Ints  # working minutes of the target's project
    cents: Ints

    def of(self, unit: str) -> Ints:
        return self.work if unit == DAYS else self.cents


class Trials:
    """Runs with sources out. ``settled`` ones stay out; others are tried on top of them."""

    def __init__(
        self, compiled: Compiled, variants: PlannedVariants, sources: Sequence[Source], run: Run, target: str, account: int, scale: Scale
    ) -> None:
        self.compiled, self.variants, self.sources, self.scale = compiled, variants, sources, scale
        self.target, self.place, self.account = target, compiled.target_ids.index(target), account
        self.run = replace(run, progress=None, threads=1)
        self.workers, self.progress = run.workers, run.progress
        self.runs, self.expected = 0, 0
        self.settled: Out = frozenset()
        self.kept = KeptDurations(compiled, replace(run, progress=None), target) if can_keep(compiled, run.iterations) else None

    @property
    def iterations(self) -> int:
        return self.run.iterations

    def outcome(self, out: Out) -> Outcome:
        """Everything, the plain way."""
        compiled, without = self._variant(out)
        samples = simulate_finishes(compiled, replace(self.run, without=without))
        return Outcome(self.scale.work(samples.finishes[self.place]), samples.costs[self.account].copy())

    def values(self, out: Out, unit: str) -> Ints:
        """What a ranking in that unit is made from, the quickest way."""
        if unit == MONEY or self.kept is None:
            return self.outcome(out).of(unit)
        return self.scale.work(self._trial(out).finishes)

    def settle(self, source: int, unit: str) -> None:
        """Take a source out for good."""
        out = self.settled | {source}
        if unit == DAYS and self.kept is not None:
            self.kept.settle(self._trial(out))
        self.settled = out

    def _trial(self, out: Out) -> Trial:
        assert self.kept is not None
        compiled, without = self._variant(out)
        touched = [self.sources[k].touched for k in sorted(out - self.settled)]
        return self.kept.trial(compiled, without, np.unique(np.concatenate([np.empty(0, np.int64), *touched])))

    def _variant(self, out: Out) -> tuple[Compiled, tuple[str, ...]]:
        planned = np.zeros(len(self.compiled.node_ids), np.bool_)
        without, skies = [], []
        for k in sorted(out):
            source = self.sources[k]
            if source.planned is not None:
                planned |= source.planned
            elif source.risk is not None:
                without.append(source.risk)
            elif source.sky is not None:
                skies.append(source.sky)
        compiled = self.variants.at_plan(planned)
        return in_good_weather(compiled, tuple(skies)) if skies else compiled, tuple(without)

    def each(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """``function`` of every item, in their order, on as many threads as are asked for; Ctrl-C ends it after those in work."""
        pool = ThreadPoolExecutor(self.workers)
        try:
            jobs = [pool.submit(function, item) for item in items]
            found = []
            for job in jobs:
                found.append(job.result())
                self.runs += 1
                if self.progress is not None:
                    self.progress(self.runs * self.iterations, max(self.expected, self.runs) * self.iterations)
            return found
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
