"""Why a figure moved: from one portfolio to another, class by class and item by item, on the same draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.simulation import CompileClock, Progress, Run
from pmosim.forecasting import strata_of
from pmosim.forecasting.compare import Walk, recorded, shared_progress, walked
from pmosim.forecasting.moves import CENTS, Given, Point, side_of
from pmosim.forecasting.parting import MOST, Segment, parted
from pmosim.garbage import without_collections
from pmosim.model.changes import Change
from pmosim.model.project import PORTFOLIO_FINISH
from pmosim.model.schedule import schedule
from pmosim.model.telling import cause_of, label_of, told
from pmosim.results.comparison import LEVELS, MEAN, TargetComparison, figure_of
from pmosim.results.estimates import mean, scaled
from pmosim.results.explanation import DAYS, MONEY, PROBABILITY, TARGET, Explanation, Part, Row
from pmosim.results.records import Estimate, Timing
from pmosim.results.resampling import interval

FIGURES = (MEAN, *map(figure_of, LEVELS), TARGET)
SHOWN = 10
"""Items told one by one, those that move the figure most; of the rest those of a class together."""


@dataclass(frozen=True)
class Wishes:
    """Which move is to be explained."""

    target: str | None = None  # the portfolio, or the only project
    figure: str = "P80"  # or "mean", "P10", "P50", "P90", or "target": the probability of meeting the target date
    in_money: bool = False
    shown: int = SHOWN
    most: int = MOST  # simulations

    @property
    def unit(self) -> str:
        return PROBABILITY if self.figure == TARGET else MONEY if self.in_money else DAYS


def explain(
    before: Given,
    after: Given,
    wishes: Wishes | None = None,
    *,
    iterations: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    sampling: str = "random",
    threads: int | None = None,
    progress: Progress | None = None,
    notes: tuple[str, ...] = (),
) -> Explanation:
    """Part the move of a figure into steps that add up exactly, each with its paired interval.

    Classes of change are made in the order of `Change`, the items of a class in the order of `items_of`: what an item moves is what it
    moves after all those before it. Raises InvalidModel for a portfolio that cannot be simulated, ValueError where the two have no
    such target in common, no promise is made or nothing costs.
    """
    began, wishes = perf_counter(), wishes or Wishes()
    run = Run(iterations, seed, (), threads, strata=strata_of(sampling, iterations))
    with CompileClock() as compiler, without_collections():
        walk = walked(before.portfolio, after.portfolio, run, confidence, progress)
        id = _target(walk, wishes)
        account = walk.account(id, walk.start, walk.end)
        whole = walk.target(id)
        _check(wishes, whole)
        watch = shared_progress(progress, run.iterations, wishes.most)
        segments, taken = parted(walk, id, account, watch, wishes.most)
        measure = _Measure(wishes, confidence, whole.minutes_per_day)
        steps = _steps(walk, id, account, segments)
        rows = tuple(_rows(measure, steps, wishes.shown))
        begin, end = walk.point(walk.start, id, account), walk.point(walk.end, id, account)
        all_of_it = [(begin, end, (0, 1))]
    return Explanation(
        name=after.portfolio.name,
        currency=after.portfolio.currency or before.portfolio.currency,
        before=side_of(before, run, confidence),
        after=side_of(after, run, confidence),
        figure=wishes.figure,
        unit=wishes.unit,
        whole=measure.move(all_of_it),
        exact=measure.exact(all_of_it),
        target=whole,
        rows=rows,
        parts=tuple(_part(walk, step, whole.minutes_per_day) for step in steps),
        differences=tuple(recorded(one) for one in walk.found),
        simulations=1 + len(walk.made) + taken,
        notes=walk.all_notes(after.name, notes),
        timing=Timing(perf_counter() - began, compiler.seconds, run.workers, 0),
    )


def _target(walk: Walk, wishes: Wishes) -> str:
    if wishes.target is None:
        return PORTFOLIO_FINISH if PORTFOLIO_FINISH in walk.targets else walk.targets[0]
    for id in (wishes.target, f"{wishes.target}.finish"):
        if id in walk.targets:
            return id
    raise ValueError(f"no target '{wishes.target}' is in both; there are: {', '.join(walk.targets)}")


def _check(wishes: Wishes, target: TargetComparison) -> None:
    if wishes.figure not in FIGURES:
        raise ValueError(f"no figure '{wishes.figure}'; there are: {', '.join(FIGURES)}")
    if wishes.figure == TARGET and (target.probability is None or target.probability.difference is None):
        raise ValueError(f"'{target.id}' has no target date on both sides: there is no probability of meeting it")
    if wishes.in_money and wishes.figure != TARGET and not target.cost:
        raise ValueError(f"nothing costs for '{target.id}', or not on both sides in the same currency")


@dataclass(frozen=True, eq=False)
class _Step:
    """What lies between two points of the way, in words."""

    changes: tuple[str, ...]
    ids: tuple[str, ...]
    label: str
    cause: str
    told: tuple[str, ...]
    items: int
    begin: Point
    end: Point
    promised: tuple[int, int] = (0, 0)  # by whose promise each end is judged

    @property
    def ends(self) -> tuple[Point, Point, tuple[int, int]]:
        return self.begin, self.end, self.promised


def _steps(walk: Walk, id: str, account: str, segments: Sequence[Segment]) -> list[_Step]:
    planned = _Planned(walk)
    steps = [_step(walk, segment, planned) for segment in segments if _says_something(segment)]
    if walk.promise_moved(id):
        end = walk.point(walk.end, id, account)
        lines = tuple(f"{one.what}: {one.before or 'none'} -> {one.after or 'none'}" for one in walk.found if one.item == id)
        steps.append(_Step((str(Change.TARGETS),), (id,), "target date", "the new target date", lines, 1, end, end, (0, 1)))
    return steps


def _says_something(segment: Segment) -> bool:
    """Not so where time has passed on tasks that it does not delay."""
    return any(item.differences for item in segment.items) or not segment.begin.is_as(segment.end)


class _Planned:
    """Dates of the plan before."""

    def __init__(self, walk: Walk) -> None:
        self.dates = schedule(walk.before)

    def __call__(self, id: str) -> tuple[datetime, datetime]:
        return self.dates[id].start, self.dates[id].finish


def _step(walk: Walk, segment: Segment, planned: _Planned) -> _Step:
    sides, items = (walk.before, walk.after), segment.items
    changes = tuple(str(change) for change in dict.fromkeys(item.change for item in items)) or tuple(map(str, segment.cuts.changes))
    ids = tuple(item.id for item in items if item.id)
    if len(items) == 1:
        (item,) = items
        return _Step(
            changes,
            ids,
            label_of(*sides, item),
            cause_of(*sides, item, planned),
            told(*sides, item, planned),
            1,
            segment.begin,
            segment.end,
        )
    changed = sum(bool(item.differences) for item in items) or len(items)
    label = f"{changed} {'items' if segment.begin.is_as(segment.end) else 'items together'}"
    return _Step(changes, ids, label, label, (), changed, segment.begin, segment.end)


def _part(walk: Walk, step: _Step, unit: int) -> Part:
    changes = tuple(Change(change) for change in step.changes)
    made = walk.step(changes, step.items, step.begin, step.end, unit, step.promised)
    return Part(step.changes, step.ids, step.label, step.cause, step.told, made)


Ends = tuple[Point, Point, tuple[int, int]]


class _Measure:
    """How far one figure moves over steps that need not lie side by side."""

    def __init__(self, wishes: Wishes, confidence: float, minutes_per_day: int) -> None:
        self.figure, self.unit, self.confidence = wishes.figure, wishes.unit, confidence
        self.scale = {DAYS: float(minutes_per_day), MONEY: CENTS, PROBABILITY: 1.0}[wishes.unit]
        self.level = int(wishes.figure[1:]) if wishes.figure[0] == "P" else None

    def exact(self, steps: Sequence[Ends]) -> int:
        """In the finest unit; for the mean and the probability, summed over iterations."""
        if self.level is None:
            return int(sum(self._moved(*step).sum() for step in steps))
        return sum(other.percentiles[self.level] - one.percentiles[self.level] for one, other in map(self._samples, steps))

    def move(self, steps: Sequence[Ends]) -> Estimate:
        if self.level is None:
            moved = np.sum([self._moved(*step) for step in steps], axis=0)
            return scaled(mean(moved, self.confidence), 1 / self.scale)
        pairs = [self._samples(step) for step in steps]
        spread = np.sum([other.deviations[self.level] - one.deviations[self.level] for one, other in pairs], axis=0)
        return scaled(interval(float(self.exact(steps)), spread, self.confidence), 1 / self.scale)

    def _samples(self, step: Ends) -> tuple[Any, Any]:
        one, other, _ = step
        if self.unit == MONEY:
            return one.cost, other.cost
        return one.days, other.days

    def _moved(self, one: Point, other: Point, promised: tuple[int, int]) -> NDArray[np.int64]:
        """In each iteration."""
        if self.unit == PROBABILITY:
            was, is_now = one.met[promised[0]], other.met[promised[1]]
            return np.subtract(is_now, was, dtype=np.int64)  # type: ignore[arg-type]
        first, second = self._samples((one, other, promised))
        return second.values - first.values


def _rows(measure: _Measure, steps: Sequence[_Step], shown: int) -> Iterator[Row]:
    """Class after class, each with its items that are among the largest of all, then what is left of it."""
    sizes = {place: abs(measure.exact([step.ends])) for place, step in enumerate(steps)}
    largest = set(sorted((place for place in sizes if sizes[place]), key=lambda place: (-sizes[place], place))[:shown])
    classes = dict.fromkeys(step.changes for step in steps)
    for changes in classes:
        own = [(place, step) for place, step in enumerate(steps) if step.changes == changes]
        rest = [step for place, step in own if place not in largest]
        alone = len(rest) == 1 and rest[0].items == 1  # one item is no "rest"
        for place, step in own:
            if place in largest or alone:
                yield _row(measure, changes, [step])
        if rest and not alone:
            yield _row(measure, changes, rest, is_rest=True)


def _row(measure: _Measure, changes: tuple[str, ...], steps: Sequence[_Step], *, is_rest: bool = False) -> Row:
    items, ends = sum(step.items for step in steps), [step.ends for step in steps]
    first = steps[0]
    label, cause, lines = (f"{items} others", f"{items} others", ()) if is_rest else (first.label, first.cause, first.told)
    return Row(" and ".join(changes), label, cause, lines, items, measure.move(ends), measure.exact(ends), is_rest)


__all__ = ["FIGURES", "SHOWN", "Wishes", "explain"]
