"""Two portfolios simulated on the same draws, and how far each figure moves from one to the other: what compare and explain share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import PORTFOLIO, Compiled, compile_portfolio
from pmosim.engine.conversions import works
from pmosim.engine.simulation import Progress, Run, Samples, simulate_finishes
from pmosim.forecasting.provenance import provenance_of
from pmosim.forecasting.scales import Scale, scales_of
from pmosim.forecasting.targets import kind_of, label_of, promise_of
from pmosim.model.calendars import Clock
from pmosim.model.changes import Change
from pmosim.model.project import Portfolio
from pmosim.results.comparison import LEVELS, MEAN, Side, Step, figure_of
from pmosim.results.paired import Sample, mean_difference, percentile_difference, share_difference
from pmosim.results.records import Estimate
from pmosim.results.resampling import Resamples

DAY = 24 * 60
CENTS = 100.0


@dataclass(frozen=True)
class Given:
    """One of the two portfolios, and how to call it."""

    portfolio: Portfolio
    name: str
    source: str = ""
    overrides: tuple[str, ...] = ()


def side_of(given: Given, run: Run, confidence: float) -> Side:
    return Side(given.name, provenance_of(given.portfolio, run, confidence, given.source, given.overrides))


@dataclass(frozen=True)
class Ruler:
    """In which time the moves of one target are counted: working time of its project's calendar, as it was before."""

    epoch: date
    clock: Clock

    @property
    def minutes_per_day(self) -> int:
        return self.clock.calendar.minutes_per_day

    def instants(self, scale: Scale, positions: NDArray[np.int32]) -> NDArray[np.int64]:
        """Wall minutes since the ruler's epoch, whatever the epoch of the portfolio is."""
        return scale.instants(positions) + (scale.epoch - self.epoch).days * DAY

    def work(self, scale: Scale, positions: NDArray[np.int32]) -> NDArray[np.int64]:
        return works(self.clock, self.instants(scale, positions))


class Measured:
    """One simulation: its finishes as working minutes of the rulers, its costs, each resampled as all others are."""

    def __init__(self, compiled: Compiled, samples: Samples, rulers: dict[str, Ruler], resamples: Resamples) -> None:
        self.compiled, self.samples, self.resamples, self.rulers = compiled, samples, resamples, rulers
        self.scales = scales_of(compiled)
        self._days: dict[str, Sample] = {}
        self._costs: dict[str, Sample] = {}

    def positions(self, id: str) -> NDArray[np.int32]:
        return self.samples.finishes[self.compiled.target_ids.index(id)]

    def work(self, id: str) -> NDArray[np.int64]:
        return self.rulers[id].work(self.scales[id], self.positions(id))

    def days(self, id: str) -> Sample:
        if id not in self._days:
            self._days[id] = Sample(self.work(id), LEVELS, self.resamples, f"days {id}")
        return self._days[id]

    def cents(self, account: str) -> NDArray[np.int64]:
        return self.samples.costs[self.compiled.accounts.index(account)]

    def cost(self, account: str) -> Sample:
        if account not in self._costs:
            self._costs[account] = Sample(self.cents(account), LEVELS, self.resamples, f"cost {account}")
        return self._costs[account]

    def met(self, portfolio: Portfolio, id: str) -> NDArray[np.bool_] | None:
        """In which iterations the promise that ``portfolio`` makes is kept."""
        promise, scale = promise_of(portfolio, id), self.scales[id]
        if promise is None or promise.finish is None:
            return None
        return scale.instants(self.positions(id)) <= scale.clock.instant(promise.finish)

    def within(self, portfolio: Portfolio, id: str, account: str) -> NDArray[np.bool_] | None:
        promise = promise_of(portfolio, id)
        return None if promise is None or promise.budget is None else self.cents(account) <= round(promise.budget * CENTS)


@dataclass(frozen=True, eq=False)
class Point:
    """What there is to know of one target in one simulation, and all that has to be kept of it."""

    days: Sample  # working minutes of the ruler
    cost: Sample | None  # cents
    met: tuple[NDArray[np.bool_] | None, ...]  # in which iterations the promise of each side is kept

    def is_as(self, other: Point) -> bool:
        """Whether nothing differs, in any iteration."""
        costs = self.cost is None or other.cost is None or np.array_equal(self.cost.values, other.cost.values)
        return costs and np.array_equal(self.days.values, other.days.values)

    def apart(self, other: Point) -> tuple[float, float]:
        """How far the two are from one another in the mean of all iterations, in days and in cost: what is worth parting first."""
        costs = (self.cost, other.cost)
        money = 0.0 if None in costs else float(np.abs(costs[1].values - costs[0].values).mean())  # type: ignore[union-attr]
        return float(np.abs(other.days.values - self.days.values).mean()), money


class Pair:
    """What the two sides share: targets, rulers, resamples."""

    def __init__(self, before: Portfolio, after: Portfolio, run: Run, confidence: float) -> None:
        self.before, self.after, self.run, self.confidence = before, after, run, confidence
        self.first, self.second = compile_portfolio(before), compile_portfolio(after)
        self.targets = [id for id in self.second.target_ids if id in self.first.target_ids]
        epoch = min(before.epoch, after.epoch)
        scales = scales_of(self.first)
        self.rulers = {id: Ruler(epoch, scales[id].project.calendar.clock(epoch)) for id in self.targets}
        self.resamples = Resamples(run.iterations, run.seed)
        self.one_currency = before.currency == after.currency or not (before.currency and after.currency)

    @cached_property
    def notes(self) -> list[str]:
        said = []
        if self.run.strata:
            said.append("Intervals are those of random sampling: under a Latin hypercube the errors are smaller.")
        if not self.one_currency:
            said.append(f"Costs are in {self.before.currency} before and in {self.after.currency} after: they are not compared.")
        for id in self.targets:
            old, new = self.rulers[id].clock.calendar, scales_of(self.second)[id].project.calendar
            if replace(old, id=new.id, name=new.name) != new:
                said.append(f"{label_of(self.after, id)}: working days are those of its calendar before the change.")
        return said

    def measured(self, portfolio: Portfolio, progress: Progress | None) -> Measured:
        compiled = self.first if portfolio is self.before else self.second if portfolio is self.after else compile_portfolio(portfolio)
        return Measured(compiled, simulate_finishes(compiled, replace(self.run, progress=progress)), self.rulers, self.resamples)

    def account(self, id: str, first: Measured, last: Measured) -> str:
        """The account that belongs to the target on both sides; empty where there is none, or nothing costs."""
        kind = kind_of(self.after, id)
        if kind == "milestone" or not self.one_currency:
            return ""
        alone = len(self.after.projects) == len(self.before.projects) == 1
        account = PORTFOLIO if kind == "portfolio" or alone else id.partition(".")[0]
        return account if first.cents(account).any() or last.cents(account).any() else ""

    def point(self, made: Measured, id: str, account: str) -> Point:
        met = tuple(made.met(portfolio, id) for portfolio in (self.before, self.after))
        return Point(made.days(id), made.cost(account) if account else None, met)

    def step(
        self, changes: tuple[Change, ...], items: int, one: Point, other: Point, unit: int, promised: tuple[int, int] = (0, 0)
    ) -> Step:
        """What moved between two points. ``unit``: minutes of a working day; ``promised``: by whose promise each is judged."""
        costs = (one.cost, other.cost) if one.cost and other.cost else None
        met = one.met[promised[0]], other.met[promised[1]]
        return Step(
            changes=tuple(map(str, changes)),
            items=items,
            days=self.moves(one.days, other.days, unit),
            minutes=exact(one.days, other.days),
            probability=self.gain(*met),
            cost=self.moves(*costs, CENTS) if costs else {},
            cents=exact(*costs) if costs else {},
        )

    def moves(self, one: Sample, other: Sample, unit: float) -> dict[str, Estimate]:
        """By figure, what moved from one sample to the other."""
        found = {MEAN: mean_difference(one, other, self.confidence, unit)}
        return found | {figure_of(level): percentile_difference(one, other, level, self.confidence, unit) for level in LEVELS}

    def gain(self, before: NDArray[np.bool_] | None, after: NDArray[np.bool_] | None) -> Estimate | None:
        if before is None or after is None:
            return None
        return Estimate(0.0, 0.0, 0.0) if np.array_equal(before, after) else share_difference(before, after, self.confidence)


def exact(one: Sample, other: Sample) -> dict[str, int]:
    """By percentile, what moved in the finest unit: these add up."""
    return {figure_of(level): other.percentiles[level] - one.percentiles[level] for level in LEVELS}


__all__ = ["CENTS", "DAY", "Given", "Measured", "Pair", "Point", "Ruler", "side_of"]
