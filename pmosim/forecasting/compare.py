"""Two portfolios on the same draws: what moved, and which class of change moved it how far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import PORTFOLIO, Compiled, compile_portfolio
from pmosim.engine.conversions import works
from pmosim.engine.simulation import CompileClock, Progress, Run, Samples, simulate_finishes
from pmosim.forecasting import strata_of
from pmosim.forecasting.notes import choices
from pmosim.forecasting.provenance import provenance_of
from pmosim.forecasting.scales import Scale, scales_of
from pmosim.forecasting.targets import finishes_of, kind_of, label_of, promise_of
from pmosim.garbage import without_collections
from pmosim.model.calendars import Clock
from pmosim.model.changes import Change
from pmosim.model.differences import Difference, differences
from pmosim.model.project import Portfolio
from pmosim.model.stages import stages
from pmosim.results.comparison import (
    LEVELS,
    MEAN,
    Comparison,
    CostChange,
    DateChange,
    DifferenceRecord,
    ShareChange,
    Side,
    Step,
    TargetComparison,
    figure_of,
)
from pmosim.results.estimates import mean, percentile, percentile_ranks, share
from pmosim.results.paired import Sample, mean_difference, percentile_difference, share_difference
from pmosim.results.records import DateEstimate, Estimate, Timing
from pmosim.results.resampling import Resamples
from pmosim.results.targets import Finishes, day_curve

DAY = 24 * 60
CENTS = 100.0


@dataclass(frozen=True)
class Given:
    """One of the two portfolios, and how to call it."""

    portfolio: Portfolio
    name: str
    source: str = ""
    overrides: tuple[str, ...] = ()


def compare(
    before: Given,
    after: Given,
    *,
    iterations: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    sampling: str = "random",
    threads: int | None = None,
    progress: Progress | None = None,
    notes: tuple[str, ...] = (),
) -> Comparison:
    """Compare two portfolios, iteration by iteration: draws belong to names, so what both have is the same in both.

    Intervals are those of random sampling, which overstate the error under ``sampling="latin-hypercube"``. ``progress`` is called
    with the iterations done in all simulations together. Raises InvalidModel for a portfolio that
    cannot be simulated, ValueError where the two have no target in common.
    """
    began = perf_counter()
    run = Run(iterations, seed, (), threads, strata=strata_of(sampling, iterations))
    with CompileClock() as compiler, without_collections():
        work = _Work(before.portfolio, after.portfolio, run, confidence)
        if not work.targets:
            raise ValueError("the two portfolios have no target in common")
        steps = [*stages(before.portfolio, after.portfolio)]
        watch = _shared_progress(progress, run.iterations, len(steps) + 1)
        first = last = work.measured(before.portfolio, watch(0))
        made: list[tuple[tuple[Change, ...], _Measured]] = []
        for place, stage in enumerate(steps):
            is_last = place == len(steps) - 1
            last = work.measured(after.portfolio if is_last else stage.portfolio, watch(place + 1))
            made.append((stage.changes, last))
        if not steps and _promises(before.portfolio) == _promises(after.portfolio):
            last = first
        found = differences(before.portfolio, after.portfolio)
        targets = tuple(work.target(id, first, last, made, found) for id in work.targets)
    return Comparison(
        name=after.portfolio.name,
        currency=after.portfolio.currency or before.portfolio.currency,
        before=_side(before, run, confidence),
        after=_side(after, run, confidence),
        paired=True,
        targets=targets,
        only_before=work.only(before.portfolio, work.first.target_ids),
        only_after=work.only(after.portfolio, work.second.target_ids),
        differences=tuple(_recorded(one) for one in found),
        notes=(*work.notes, *notes, *(f"{after.name}: {note}" for note in choices(work.second) if note not in choices(work.first))),
        timing=Timing(perf_counter() - began, compiler.seconds, run.workers, 0),
    )


def _side(given: Given, run: Run, confidence: float) -> Side:
    return Side(given.name, provenance_of(given.portfolio, run, confidence, given.source, given.overrides))


def _recorded(one: Difference) -> DifferenceRecord:
    return DifferenceRecord(str(one.change), one.action, one.item, one.label, one.what, one.before, one.after)


def _promises(portfolio: Portfolio) -> set[tuple]:
    return {(target.node, target.finish, target.budget) for target in portfolio.targets}


def _shared_progress(progress: Progress | None, iterations: int, runs: int) -> Callable[[int], Progress | None]:
    def of(place: int) -> Progress | None:
        if progress is None:
            return None
        return lambda done, _total: progress(place * iterations + done, runs * iterations)

    return of


@dataclass(frozen=True)
class _Ruler:
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


class _Measured:
    """One simulation: its finishes as working minutes of the rulers, its costs, each resampled as all others are."""

    def __init__(self, compiled: Compiled, samples: Samples, rulers: dict[str, _Ruler], resamples: Resamples) -> None:
        self.compiled, self.samples, self.resamples, self.rulers = compiled, samples, resamples, rulers
        self.scales = scales_of(compiled)
        self._days: dict[str, Sample] = {}
        self._costs: dict[str, Sample] = {}

    def positions(self, id: str) -> NDArray[np.int32]:
        return self.samples.finishes[self.compiled.target_ids.index(id)]

    def days(self, id: str) -> Sample:
        if id not in self._days:
            work = self.rulers[id].work(self.scales[id], self.positions(id))
            self._days[id] = Sample(work, LEVELS, self.resamples)
        return self._days[id]

    def cents(self, account: str) -> NDArray[np.int64]:
        return self.samples.costs[self.compiled.accounts.index(account)]

    def cost(self, account: str) -> Sample:
        if account not in self._costs:
            self._costs[account] = Sample(self.cents(account), LEVELS, self.resamples)
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


class _Work:
    """What the two sides share: targets, rulers, resamples."""

    def __init__(self, before: Portfolio, after: Portfolio, run: Run, confidence: float) -> None:
        self.before, self.after, self.run, self.confidence = before, after, run, confidence
        self.first, self.second = compile_portfolio(before), compile_portfolio(after)
        self.targets = [id for id in self.second.target_ids if id in self.first.target_ids]
        epoch = min(before.epoch, after.epoch)
        scales = scales_of(self.first)
        self.rulers = {id: _Ruler(epoch, scales[id].project.calendar.clock(epoch)) for id in self.targets}
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

    def measured(self, portfolio: Portfolio, progress: Progress | None) -> _Measured:
        compiled = self.first if portfolio is self.before else self.second if portfolio is self.after else compile_portfolio(portfolio)
        return _Measured(compiled, simulate_finishes(compiled, replace(self.run, progress=progress)), self.rulers, self.resamples)

    def only(self, portfolio: Portfolio, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(label_of(portfolio, id) for id in ids if id not in self.targets)

    def target(
        self, id: str, first: _Measured, last: _Measured, made: list[tuple[tuple[Change, ...], _Measured]], found: tuple[Difference, ...]
    ) -> TargetComparison:
        ruler = self.rulers[id]
        sides = [_side_of(one, id) for one in (first, last)]
        planned = [int(ruler.work(one.scales[id], one.compiled.planned[1][[one.compiled.position[id]]])[0]) for one in (first, last)]
        promises = [promise_of(portfolio, id) for portfolio in (self.before, self.after)]
        account = self._account(id, first, last)
        budgets = [first.within(self.before, id, account), last.within(self.after, id, account)] if account else [None, None]
        return TargetComparison(
            id=id,
            label=label_of(self.after, id),
            kind=kind_of(self.after, id),
            planned_before=sides[0].moment(sides[0].planned_instant),
            planned_after=sides[1].moment(sides[1].planned_instant),
            planned_days=(planned[1] - planned[0]) / ruler.minutes_per_day,
            figures=self._figures(id, first, last, sides),
            target_before=promises[0].finish if promises[0] else None,
            target_after=promises[1].finish if promises[1] else None,
            probability=self._share_change(first.met(self.before, id), last.met(self.after, id)),
            curve_before=day_curve(sides[0], np.sort(sides[0].instants), self.confidence),
            curve_after=day_curve(sides[1], np.sort(sides[1].instants), self.confidence),
            cost=self._costs(first, last, account) if account else {},
            budget_before=promises[0].budget if promises[0] else None,
            budget_after=promises[1].budget if promises[1] else None,
            budget_probability=self._share_change(*budgets),
            steps=tuple(self._steps(id, account, first, made, found)),
            minutes_per_day=ruler.minutes_per_day,
        )

    def _account(self, id: str, first: _Measured, last: _Measured) -> str:
        """The account that belongs to the target on both sides; empty where there is none, or nothing costs."""
        kind = kind_of(self.after, id)
        if kind == "milestone" or not self.one_currency:
            return ""
        alone = len(self.after.projects) == len(self.before.projects) == 1
        account = PORTFOLIO if kind == "portfolio" or alone else id.partition(".")[0]
        return account if first.cents(account).any() or last.cents(account).any() else ""

    def _figures(self, id: str, first: _Measured, last: _Measured, sides: list[Finishes]) -> dict[str, DateChange]:
        day = self.rulers[id].minutes_per_day
        one, other = first.days(id), last.days(id)
        means = [_mean_date(side, self.confidence) for side in sides]
        figures = {MEAN: _change(means, mean_difference(one, other, self.confidence, day))}
        ordered = [np.sort(side.instants) for side in sides]
        ranks = {level: percentile_ranks(self.run.iterations, level, self.confidence) for level in LEVELS}
        for level, places in ranks.items():
            dates = [DateEstimate(*(side.moment(row[place]) for place in places)) for side, row in zip(sides, ordered, strict=True)]
            figures[figure_of(level)] = _change(dates, percentile_difference(one, other, level, self.confidence, day))
        return figures

    def _costs(self, first: _Measured, last: _Measured, account: str) -> dict[str, CostChange]:
        one, other = first.cost(account), last.cost(account)
        money = [np.sort(sample.values) / CENTS for sample in (one, other)]
        sides = {MEAN: [mean(values, self.confidence) for values in money]}
        sides |= {figure_of(level): [percentile(values, level, self.confidence) for values in money] for level in LEVELS}
        moves = self._moves(one, other, CENTS)
        return {figure: CostChange(old, new, moves[figure]) for figure, (old, new) in sides.items()}

    def _moves(self, one: Sample, other: Sample, unit: float) -> dict[str, Estimate]:
        """By figure, what moved from one sample to the other."""
        moves = {MEAN: mean_difference(one, other, self.confidence, unit)}
        return moves | {figure_of(level): percentile_difference(one, other, level, self.confidence, unit) for level in LEVELS}

    def _share_change(self, before: NDArray[np.bool_] | None, after: NDArray[np.bool_] | None) -> ShareChange | None:
        if before is None and after is None:
            return None
        n = self.run.iterations
        old, new = (None if met is None else share(int(met.sum()), n, self.confidence) for met in (before, after))
        return ShareChange(old, new, self._gain(before, after))

    def _gain(self, before: NDArray[np.bool_] | None, after: NDArray[np.bool_] | None) -> Estimate | None:
        if before is None or after is None:
            return None
        return Estimate(0.0, 0.0, 0.0) if np.array_equal(before, after) else share_difference(before, after, self.confidence)

    def _steps(
        self, id: str, account: str, first: _Measured, made: list[tuple[tuple[Change, ...], _Measured]], found: tuple[Difference, ...]
    ) -> list[Step]:
        day, before, steps = self.rulers[id].minutes_per_day, first, []
        for changes, after in made:
            steps.append(self._step(id, account, changes, before, after, (self.before, self.before), day, found))
            before = after
        if self._promise(self.before, id) != self._promise(self.after, id):
            steps.append(self._step(id, account, (Change.TARGETS,), before, before, (self.before, self.after), day, found))
        return steps

    def _promise(self, portfolio: Portfolio, id: str) -> object:
        promise = promise_of(portfolio, id)
        return promise and promise.finish

    def _step(
        self,
        id: str,
        account: str,
        changes: tuple[Change, ...],
        before: _Measured,
        after: _Measured,
        promised: tuple[Portfolio, Portfolio],
        day: int,
        found: tuple[Difference, ...],
    ) -> Step:
        one, other = before.days(id), after.days(id)
        costs = (before.cost(account), after.cost(account)) if account else None
        return Step(
            changes=tuple(map(str, changes)),
            items=sum(difference.change in changes for difference in found),
            days=self._moves(one, other, day),
            minutes=_exact(one, other),
            probability=self._gain(before.met(promised[0], id), after.met(promised[1], id)),
            cost=self._moves(*costs, CENTS) if costs else {},
            cents=_exact(*costs) if costs else {},
        )


def _exact(one: Sample, other: Sample) -> dict[str, int]:
    return {figure_of(level): other.percentiles[level] - one.percentiles[level] for level in LEVELS}


def _change(dates: list[DateEstimate], days: Estimate) -> DateChange:
    return DateChange(dates[0], dates[1], days, (dates[1].value - dates[0].value).total_seconds() / (60 * DAY))


def _side_of(one: _Measured, id: str) -> Finishes:
    return finishes_of(one.compiled, one.scales[id], id, one.positions(id))


def _mean_date(side: Finishes, confidence: float) -> DateEstimate:
    average = mean(side.work, confidence)
    return DateEstimate(*(side.moment_of_work(round(part)) for part in (average.value, average.low, average.high)))


__all__ = ["Given", "compare"]
