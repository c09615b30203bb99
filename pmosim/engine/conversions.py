"""Tables that move positions from one calendar's working time to another's, for the kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.kernels.passes import Conversions
from pmosim.model.calendars import DAY, Clock
from pmosim.model.plan import Conversion, Edge, Plan
from pmosim.model.tasks import ELAPSED

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Map:
    """A map from positions to positions that repeats from ``size`` on: ``period_out`` further every ``period_in``."""

    of: Callable[[Ints], Ints]
    size: int  # working minutes
    period_in: int
    period_out: int
    grain: int  # it bends at multiples of so many minutes only


def conversion_maps(plan: Plan, edges: list[Edge], days: int) -> tuple[Conversions, Conversions, dict[Conversion | None, int]]:
    """One map for each conversion that occurs, the inverse of each, and the number of each (None: -1).

    days : since the epoch, within which most positions lie: so far the maps are written out
    """
    needed = list(dict.fromkeys(c for edge in edges for c in (edge.first, edge.second) if c is not None))
    number: dict[Conversion | None, int] = {conversion: k for k, conversion in enumerate(needed)}
    forward = [forward_map(plan, conversion, days) for conversion in needed]
    backward = [backward_map(plan, conversion, days) for conversion in needed]
    return _packed(forward), _packed(backward), number | {None: -1}


def wall_maps(plan: Plan, calendars: Iterable[str], days: int) -> tuple[Conversions, dict[Conversion, int]]:
    """From where a node starts and finishes on each of these calendars to the wall clock."""
    needed = [Conversion(id, ELAPSED, at_start) for id in dict.fromkeys(calendars) if id != ELAPSED for at_start in (True, False)]
    return _packed([forward_map(plan, conversion, days) for conversion in needed]), {one: k for k, one in enumerate(needed)}


def forward_map(plan: Plan, conversion: Conversion, days: int) -> Map:
    """The conversion itself."""
    source, target = plan.clocks[conversion.source], plan.clocks[conversion.target]
    shown = starts if conversion.at_start else finishes
    return _map(plan, source, target, days, lambda positions: works(target, shown(source, positions)))


def backward_map(plan: Plan, conversion: Conversion, days: int) -> Map:
    """The latest position that the conversion still takes no later: its inverse."""
    source, target = plan.clocks[conversion.source], plan.clocks[conversion.target]

    def latest(positions: Ints) -> Ints:
        instants = starts(target, positions)  # what is worked by then, and not a minute of the next morning
        back = works(source, instants)
        if conversion.at_start:
            back -= starts(source, back) > instants
        return np.maximum(back, 0)

    return _map(plan, target, source, days, latest)


def _map(plan: Plan, source: Clock, target: Clock, days: int, of: Callable[[Ints], Ints]) -> Map:
    days = max(days, regular_from(plan.epoch, source, target) + 14)
    period = source.calendar.minutes_in_week
    grain = gcd(source.calendar.grain, target.calendar.grain)
    return Map(of, source.work(days * DAY) + period, period, target.calendar.minutes_in_week, grain)


def regular_from(epoch: date, *clocks: Clock) -> int:
    """Days after the epoch from which all the calendars repeat week by week."""
    last = [clock.calendar.last_exception for clock in clocks]
    return max([0, *((day - epoch).days + 2 for day in last if day is not None)])


def _packed(maps: list[Map]) -> Conversions:
    parts = [cells_of(one) for one in maps]
    return Conversions(
        np.cumsum([0, *(len(cells) for cells, _, _ in parts)])[: len(parts)].astype(np.int64),
        np.concatenate([*(cells for cells, _, _ in parts), np.zeros(0, np.int64)]).astype(np.int32),
        np.array([one.size for one in maps], np.int32),
        np.array([grain for _, grain, _ in parts], np.int32),
        np.array([ceiling for _, _, ceiling in parts], np.bool_),
        np.array([one.period_in for one in maps], np.int32),
        np.array([one.period_out for one in maps], np.int32),
    )


def cells_of(one: Map) -> tuple[Ints, int, bool]:
    """Entries of the map's cells as `Conversions` holds them, their width in minutes, and whether they reach down from their anchors.

    Within a cell the map stands still or goes on minute by minute, for it bends only between cells; its two ends tell which.
    """
    for ceiling in (False, True):
        anchors = np.arange(0, one.size + one.grain, one.grain)
        others = np.maximum(anchors + (1 - one.grain if ceiling else one.grain - 1), 0)
        values = one.of(anchors)
        rise = np.abs(one.of(others) - values)
        moves = rise != 0
        if np.array_equal(rise[moves], np.abs(others - anchors)[moves]):
            return 2 * values + moves, one.grain, ceiling
    return 2 * one.of(np.arange(one.size)), 1, False


def _laid_out(clock: Clock, work: int) -> tuple[Ints, Ints, Ints]:
    """Working intervals up to beyond ``work`` working minutes: begins, ends, working minutes before."""
    days = clock.start(work + 1) // DAY + 8
    begins, ends, before = clock.intervals(days)
    return np.array(begins, np.int64), np.array(ends, np.int64), np.array(before, np.int64)


def starts(clock: Clock, positions: Ints) -> Ints:
    """`Clock.start` of many positions at once."""
    begins, _, before = _laid_out(clock, int(positions.max(initial=0)))
    k = np.searchsorted(before, positions, side="right") - 1
    return begins[k] + positions - before[k]


def finishes(clock: Clock, positions: Ints) -> Ints:
    """`Clock.finish` of many positions at once."""
    begins, _, before = _laid_out(clock, int(positions.max(initial=0)))
    k = np.maximum(np.searchsorted(before, positions, side="left") - 1, 0)
    return np.where(positions <= 0, 0, begins[k] + positions - before[k])


def works(clock: Clock, instants: Ints) -> Ints:
    """`Clock.work` of many instants at once."""
    clock.work(int(instants.max(initial=0)) + DAY)  # lays the calendar out as far as needed
    begins, ends, before = (np.array(part, np.int64) for part in clock.intervals(int(instants.max(initial=0)) // DAY + 2))
    k = np.searchsorted(begins, instants, side="right") - 1
    inside = np.minimum(instants, ends[np.maximum(k, 0)]) - begins[np.maximum(k, 0)]
    return np.where(k >= 0, before[np.maximum(k, 0)] + inside, 0)
