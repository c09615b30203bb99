"""Tables that move positions from one calendar's working time to another's, for the kernels."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.kernels.passes import Conversions
from pmosim.model.calendars import DAY, Clock
from pmosim.model.plan import Conversion, Edge, Plan

Ints = NDArray[np.int64]


def conversion_maps(plan: Plan, edges: list[Edge]) -> tuple[Conversions, Conversions, dict[Conversion | None, int]]:
    """One map for each conversion that occurs, the inverse of each, and the number of each (None: -1)."""
    needed = list(dict.fromkeys(c for edge in edges for c in (edge.first, edge.second) if c is not None))
    forward = [_forward(plan, conversion) for conversion in needed]
    backward = [_backward(*entry) for entry in forward]
    number: dict[Conversion | None, int] = {conversion: k for k, conversion in enumerate(needed)}
    return _packed(forward), _packed(backward), number | {None: -1}


def _packed(entries: list[tuple[Ints, int, int]]) -> Conversions:
    tables = [table for table, _, _ in entries]
    return Conversions(
        np.cumsum([0, *map(len, tables)]).astype(np.int64),
        np.concatenate([*tables, np.zeros(0)]).astype(np.int32),
        np.array([period for _, period, _ in entries], np.int32),
        np.array([period for _, _, period in entries], np.int32),
    )


def _forward(plan: Plan, conversion: Conversion) -> tuple[Ints, int, int]:
    """Table of the map, long enough that it repeats from its end on, and its period at either side."""
    source, target = plan.clocks[conversion.source], plan.clocks[conversion.target]
    days = regular_from(plan.epoch, source, target) + 14
    period = source.calendar.minutes_in_week
    size = source.work(days * DAY) + period
    positions = np.arange(size + 1, dtype=np.int64)
    instants = starts(source, positions) if conversion.at_start else finishes(source, positions)
    return works(target, instants), period, target.calendar.minutes_in_week


def regular_from(epoch: date, *clocks: Clock) -> int:
    """Days after the epoch from which all the calendars repeat week by week."""
    last = [clock.calendar.last_exception for clock in clocks]
    return max([0, *((day - epoch).days + 2 for day in last if day is not None)])


def _backward(table: Ints, period_in: int, period_out: int) -> tuple[Ints, int, int]:
    """The latest position that the map still takes no later: its inverse, likewise periodic."""
    longer = np.concatenate([table, table[-period_in:] + period_out, table[-period_in:] + 2 * period_out])
    size = int(table[-1]) + period_out
    return np.maximum(np.searchsorted(longer, np.arange(size), side="right") - 1, 0), period_out, period_in


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
