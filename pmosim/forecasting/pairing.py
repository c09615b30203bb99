"""One compiled portfolio, simulated several times on the same draws: its targets in each state, and what lies between two states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Run, Samples, simulate_finishes
from pmosim.forecasting.scales import Scale, scales_of
from pmosim.forecasting.targets import finishes_of, promise_of
from pmosim.model.project import Portfolio
from pmosim.results.estimates import mean, percentile, percentile_ranks, scaled
from pmosim.results.paired import Sample, mean_difference, percentile_difference, share_difference
from pmosim.results.records import DateEstimate, Delay, Estimate, Gain, TargetState
from pmosim.results.resampling import shared_resamples
from pmosim.results.targets import Finishes, day_curve, probability

LEVELS = (50, 80)
SHOWN = (10, 50, 80, 90)
CENTS = 100.0


class Simulated:
    """The iterations in one state; what is asked of them often is kept."""

    def __init__(self, pairing: Pairing, samples: Samples) -> None:
        self.pairing, self.samples = pairing, samples
        self._work: dict[str, Sample] = {}
        self._cost: dict[int, Sample] = {}

    def positions(self, id: str) -> NDArray[np.int32]:
        return self.samples.finishes[self.pairing.place[id]]

    def work(self, id: str) -> Sample:
        """Finishes of a target in working minutes."""
        if id not in self._work:
            self._work[id] = Sample(self.pairing.scales[id].work(self.positions(id)), LEVELS, self.pairing.resamples)
        return self._work[id]

    def cents(self, account: int = -1) -> Sample:
        if account not in self._cost:
            self._cost[account] = Sample(self.samples.costs[account], LEVELS, self.pairing.resamples)
        return self._cost[account]

    def met(self, id: str) -> NDArray[np.bool_] | None:
        """In which iterations the target's date is met; None where none is promised."""
        limit = self.pairing.limit(id)
        return None if limit is None else self.pairing.scales[id].instants(self.positions(id)) <= limit


class Pairing:
    def __init__(self, portfolio: Portfolio, compiled: Compiled, run: Run, confidence: float) -> None:
        self.portfolio, self.compiled, self.run, self.confidence = portfolio, compiled, run, confidence
        self.scales: dict[str, Scale] = scales_of(compiled)
        self.place = {id: k for k, id in enumerate(compiled.target_ids)}
        self.resamples = shared_resamples(run.iterations, run.seed)

    def samples(self, without: tuple[str, ...]) -> Samples:
        return simulate_finishes(self.compiled, replace(self.run, without=without, progress=None))

    def limit(self, id: str) -> int | None:
        promise = promise_of(self.portfolio, id)
        return None if promise is None or promise.finish is None else self.scales[id].clock.instant(promise.finish)

    def gain(self, id: str, before: Simulated, after: Simulated) -> Gain:
        old, new, unit = before.work(id), after.work(id), self.scales[id].minutes_per_day
        met = (before.met(id), after.met(id))
        likelier = None if met[0] is None or met[1] is None else _share_gained(met[0], met[1], self.confidence)
        p50, p80 = (percentile_difference(new, old, level, self.confidence, unit) for level in LEVELS)
        return Gain(mean_difference(new, old, self.confidence, unit), p50, p80, likelier)

    def cost_saved(self, before: Simulated, after: Simulated) -> Estimate:
        """Expected, the price of what is bought counted."""
        saved = before.samples.costs[-1] - after.samples.costs[-1]
        return scaled(mean(saved, self.confidence), 1 / CENTS)

    def account(self, id: str, base: Simulated) -> int | None:
        """Where the cost of a target is booked: of the whole, or of a project; None for a milestone, or where ``base`` costs nothing."""
        project, _, rest = id.partition(".")
        if rest not in ("", "finish"):
            return None
        accounts = self.compiled.accounts
        account = accounts.index(project) if rest and len(self.portfolio.projects) > 1 else len(accounts) - 1
        return account if base.samples.costs[account].any() else None

    def state(self, id: str, simulated: Simulated, base: Simulated, exposure: Delay | None = None) -> TargetState:
        """A target in one state; ``base`` says whether money is spoken of."""
        finishes = finishes_of(self.compiled, self.scales[id], id, simulated.positions(id))
        ordered, n, limit = np.sort(finishes.instants), self.run.iterations, self.limit(id)
        average = mean(finishes.work, self.confidence)
        account = self.account(id, base)
        money = None if account is None else simulated.samples.costs[account]
        return TargetState(
            mean=DateEstimate(*(finishes.moment_of_work(round(part)) for part in (average.value, average.low, average.high))),
            percentiles={level: _date(finishes, ordered, percentile_ranks(n, level, self.confidence)) for level in SHOWN},
            probability=None if limit is None else probability(ordered, limit, self.confidence),
            curve=day_curve(finishes, ordered, self.confidence),
            exposure=exposure,
            cost_mean=None if money is None else scaled(mean(money, self.confidence), 1 / CENTS),
            cost_p80=None if money is None else scaled(percentile(np.sort(money), 80, self.confidence), 1 / CENTS),
        )


def _date(finishes: Finishes, ordered: NDArray[np.int64], places: tuple[int, int, int]) -> DateEstimate:
    return DateEstimate(*(finishes.moment(ordered[place]) for place in places))


def _share_gained(before: NDArray[np.bool_], after: NDArray[np.bool_], confidence: float) -> Estimate:
    return Estimate(0.0, 0.0, 0.0) if np.array_equal(before, after) else share_difference(before, after, confidence)
