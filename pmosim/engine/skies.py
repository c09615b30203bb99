"""The weather of single iterations and of all: which days are lost to each ruled calendar, drawn again rather than kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.kernels.blocks import weather_block
from pmosim.engine.kernels.draws import GROUP
from pmosim.engine.simulation import Run, over_blocks, workspace
from pmosim.engine.weather import without

LANES = 2 * GROUP

Bools = NDArray[np.bool_]


def first_day(compiled: Compiled) -> date:
    """The first day for which weather is drawn."""
    return compiled.plan.epoch - timedelta(days=compiled.model.weather.epoch)


def calendars(compiled: Compiled) -> tuple[tuple[str, str], ...]:
    """Weather and calendar, in the order of the arrays."""
    return tuple((sky.id, calendar) for sky in compiled.portfolio.weather for calendar in sky.calendars)


def in_iteration(compiled: Compiled, run: Run, iteration: int) -> dict[str, frozenset[date]]:
    """The days that are lost to each ruled calendar in iteration ``iteration``, counted from 0, be they working days or not."""
    if not compiled.portfolio.weather:
        return {}
    work, first = workspace(compiled, GROUP), first_day(compiled)
    found = {}
    for number, (_, calendar) in enumerate(calendars(compiled)):
        weather_block(compiled.model, number, run.key, iteration // GROUP * GROUP, work)
        bad = np.nonzero(work.weather.bad[:, iteration % GROUP])[0]
        found[calendar] = frozenset(first + timedelta(days=int(day)) for day in bad)
    return found


def since_status(compiled: Compiled) -> int:
    """The status date, as the number of a day."""
    return (compiled.portfolio.status_date.date() - first_day(compiled)).days


def lost_by_month(compiled: Compiled, run: Run, months: list[date]) -> NDArray[np.int32]:
    """Working days lost to each ruled calendar in each of the months, given by their first days; int32[calendars, months, iterations].

    Months are those for which weather is drawn, in order; only working days from the status date on count.
    """
    weather, first = compiled.model.weather, first_day(compiled)
    begins = [(month - first).days for month in months]
    ends = [((month.replace(day=28) + timedelta(days=4)).replace(day=1) - first).days for month in months]
    counts = np.zeros((len(weather.sky), len(months), run.iterations), np.int32)
    worked = weather.works & (np.arange(weather.works.shape[1]) >= since_status(compiled))

    def look(number: int, bad: Bools, at: slice) -> None:
        for month, (begin, end) in enumerate(zip(begins, ends, strict=True)):
            counts[number, month, at] = bad[begin:end][worked[number, begin:end]].sum(axis=0)

    _over(compiled, run, look)
    return counts


def in_good_weather(compiled: Compiled, ids: tuple[str, ...]) -> Compiled:
    """The portfolio with some weathers taken out: they stop nothing."""
    numbers = [number for number, sky in enumerate(compiled.portfolio.weather) if sky.id in ids]
    return replace(compiled, model=compiled.model._replace(weather=without(compiled.model.weather, numbers)))


def _over(compiled: Compiled, run: Run, look: Callable[[int, Bools, slice], None]) -> None:
    def make_worker() -> tuple[Any, Callable[[int, int], None]]:
        work = workspace(compiled, LANES)

        def block(first: int, used: int) -> None:
            for number in range(len(compiled.model.weather.sky)):
                weather_block(compiled.model, number, run.key, first, work)
                look(number, work.weather.bad[:, :used], slice(first, first + used))

        return None, block

    over_blocks(run, LANES, make_worker)
