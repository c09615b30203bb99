"""Two portfolios on the same draws: what moved, and which class of change moved it how far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.simulation import CompileClock, Progress, Run
from pmosim.forecasting import strata_of
from pmosim.forecasting.moves import CENTS, DAY, Given, Measured, Pair, side_of
from pmosim.forecasting.notes import choices
from pmosim.forecasting.targets import finishes_of, kind_of, label_of, promise_of
from pmosim.garbage import without_collections
from pmosim.model.changes import Change
from pmosim.model.differences import Difference, differences
from pmosim.model.project import Portfolio
from pmosim.model.stages import Stage, stages
from pmosim.results.comparison import (
    LEVELS,
    MEAN,
    Comparison,
    CostChange,
    DateChange,
    DifferenceRecord,
    ShareChange,
    Step,
    TargetComparison,
    figure_of,
)
from pmosim.results.estimates import mean, percentile, percentile_ranks, share
from pmosim.results.paired import mean_difference, percentile_difference
from pmosim.results.records import DateEstimate, Estimate, Timing
from pmosim.results.targets import Finishes, day_curve


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
        walk = walked(before.portfolio, after.portfolio, run, confidence, progress)
        targets = tuple(walk.target(id) for id in walk.targets)
    return Comparison(
        name=after.portfolio.name,
        currency=after.portfolio.currency or before.portfolio.currency,
        before=side_of(before, run, confidence),
        after=side_of(after, run, confidence),
        paired=True,
        targets=targets,
        only_before=walk.only(before.portfolio, walk.first.target_ids),
        only_after=walk.only(after.portfolio, walk.second.target_ids),
        differences=tuple(recorded(one) for one in walk.found),
        notes=walk.all_notes(after.name, notes),
        timing=Timing(perf_counter() - began, compiler.seconds, run.workers, 0),
    )


def recorded(one: Difference) -> DifferenceRecord:
    return DifferenceRecord(str(one.change), one.action, one.item, one.label, one.what, one.before, one.after)


def shared_progress(progress: Progress | None, iterations: int, runs: int) -> Callable[[int], Progress | None]:
    def of(place: int) -> Progress | None:
        if progress is None:
            return None
        return lambda done, _total: progress(place * iterations + done, runs * iterations)

    return of


def walked(before: Portfolio, after: Portfolio, run: Run, confidence: float, progress: Progress | None, *, more: int = 0) -> Walk:
    """Simulate both, and every stage between them; ``more`` simulations of which ``progress`` knows are still to come.

    Raises ValueError where the two have no target in common.
    """
    walk = Walk(before, after, run, confidence)
    if not walk.targets:
        raise ValueError("the two portfolios have no target in common")
    steps = [*stages(before, after)]
    watch = shared_progress(progress, run.iterations, len(steps) + 1 + more)
    walk.found = differences(before, after)
    walk.start = walk.end = walk.measured(before, watch(0))
    for place, stage in enumerate(steps):
        is_last = place == len(steps) - 1
        walk.end = walk.measured(after if is_last else stage.portfolio, watch(place + 1))
        walk.made.append((stage, walk.end))
    return walk


class Walk(Pair):
    """From one portfolio to the other, stage by stage, and the record of it, target by target."""

    start: Measured
    end: Measured
    found: tuple[Difference, ...]

    def __init__(self, before: Portfolio, after: Portfolio, run: Run, confidence: float) -> None:
        super().__init__(before, after, run, confidence)
        self.made: list[tuple[Stage, Measured]] = []

    def all_notes(self, name: str, more: tuple[str, ...]) -> tuple[str, ...]:
        """What was chosen, what is new in the second portfolio's choices, and what the caller has to say."""
        return (*self.notes, *more, *(f"{name}: {note}" for note in choices(self.second) if note not in choices(self.first)))

    def only(self, portfolio: Portfolio, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(label_of(portfolio, id) for id in ids if id not in self.targets)

    def target(self, id: str) -> TargetComparison:
        ruler, first, last = self.rulers[id], self.start, self.end
        sides = [_side_of(one, id) for one in (first, last)]
        planned = [int(ruler.work(one.scales[id], one.compiled.planned[1][[one.compiled.position[id]]])[0]) for one in (first, last)]
        promises = [promise_of(portfolio, id) for portfolio in (self.before, self.after)]
        account = self.account(id, first, last)
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
            steps=tuple(self._steps(id, account)),
            minutes_per_day=ruler.minutes_per_day,
        )

    def _figures(self, id: str, first: Measured, last: Measured, sides: list[Finishes]) -> dict[str, DateChange]:
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

    def _costs(self, first: Measured, last: Measured, account: str) -> dict[str, CostChange]:
        one, other = first.cost(account), last.cost(account)
        money = [np.sort(sample.values) / CENTS for sample in (one, other)]
        sides = {MEAN: [mean(values, self.confidence) for values in money]}
        sides |= {figure_of(level): [percentile(values, level, self.confidence) for values in money] for level in LEVELS}
        moves = self.moves(one, other, CENTS)
        return {figure: CostChange(old, new, moves[figure]) for figure, (old, new) in sides.items()}

    def _share_change(self, before: NDArray[np.bool_] | None, after: NDArray[np.bool_] | None) -> ShareChange | None:
        if before is None and after is None:
            return None
        n = self.run.iterations
        old, new = (None if met is None else share(int(met.sum()), n, self.confidence) for met in (before, after))
        return ShareChange(old, new, self.gain(before, after))

    def _steps(self, id: str, account: str) -> Iterator[Step]:
        day, before = self.rulers[id].minutes_per_day, self.point(self.start, id, account)
        for stage, measured in self.made:
            after = self.point(measured, id, account)
            yield self.step(stage.changes, self.differing(stage.changes), before, after, day)
            before = after
        if self.promise_moved(id):
            yield self.step((Change.TARGETS,), self.differing((Change.TARGETS,)), before, before, day, (0, 1))

    def differing(self, changes: tuple[Change, ...]) -> int:
        return sum(difference.change in changes for difference in self.found)

    def promise_moved(self, id: str) -> bool:
        old, new = (promise_of(portfolio, id) for portfolio in (self.before, self.after))
        return (old and old.finish) != (new and new.finish)


def _change(dates: list[DateEstimate], days: Estimate) -> DateChange:
    return DateChange(dates[0], dates[1], days, (dates[1].value - dates[0].value).total_seconds() / (60 * DAY))


def _side_of(one: Measured, id: str) -> Finishes:
    return finishes_of(one.compiled, one.scales[id], id, one.positions(id))


def _mean_date(side: Finishes, confidence: float) -> DateEstimate:
    average = mean(side.work, confidence)
    return DateEstimate(*(side.moment_of_work(round(part)) for part in (average.value, average.low, average.high)))


__all__ = ["Given", "Walk", "compare", "recorded", "shared_progress", "walked"]
