"""Small portfolios under weather, and what the plain pass makes of the days that an iteration lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from kernel_runs import durations_in

from pmosim.engine.compiled import all_rows, compile_portfolio
from pmosim.engine.kernels.blocks import forward_pass as kernel_pass
from pmosim.engine.kernels.blocks import weather_block
from pmosim.engine.simulation import GROUP, Run, workspace
from pmosim.engine.skies import first_day, in_good_weather, in_iteration
from pmosim.model.calendars import weekly
from pmosim.model.passes import forward_pass
from pmosim.model.project import Portfolio
from pmosim.model.weather import Chain, Ground, Weather

EVERY_DAY = weekly("all", "1111111", ((480, 960),))
"""Eight hours on each day of the week: day k of a plan has the positions 480 k to 480 (k + 1)."""


def sky(*calendars: str, id: str = "sky", share: float = 0.3, persistence: float | None = 0.6, **more) -> Weather:
    """Bad days of one share in all months, unless it is said which days are lost."""
    if not {"lost_days", "series", "windows", "bad_days"} & {*more}:
        more["bad_days"] = Chain((share,) * 12, persistence)
    return Weather(id, calendars or ("standard",), **more)


def under(plan: Portfolio, *skies: Weather) -> Portfolio:
    return replace(plan, weather=skies)


def grounds_of(compiled, run: Run, iteration: int) -> dict[str, Ground]:
    """For each ruled calendar its good minutes in one iteration."""
    days = compiled.model.weather.name.shape[1] - compiled.model.weather.epoch
    lost = in_iteration(compiled, run, iteration)
    return {
        id: Ground(compiled.plan.clocks[id], {(day - compiled.plan.epoch) // timedelta(days=1) for day in own}, days)
        for id, own in lost.items()
    }


def plainly(plan: Portfolio, iterations: int, seed: int, **passed):
    """Starts and finishes of every node in every iteration, by the plain pass over the kernels' draws."""
    compiled = compile_portfolio(plan)
    run = Run(iterations, seed)
    works = durations_in(in_good_weather(compiled, tuple(one.id for one in plan.weather)), iterations, seed)
    return [forward_pass(compiled.plan, work, grounds=grounds_of(compiled, run, k), **passed) for k, work in enumerate(works)]


def by_kernels(plan: Portfolio, iterations: int, seed: int):
    """The same by the kernels."""
    compiled = compile_portfolio(plan)
    run, nodes, found = Run(iterations, seed), len(compiled.node_ids), []
    for first in range(0, iterations, GROUP):
        work = workspace(compiled, GROUP)
        starts, finishes = np.empty((nodes, GROUP), np.int32), np.empty((nodes, GROUP), np.int32)
        used = min(GROUP, iterations - first)
        kernel_pass(compiled.model, compiled.active(), run.key, first, used, all_rows(nodes), work, starts, finishes)
        for lane in range(used):
            columns = (rows[:, lane].tolist() for rows in (starts, finishes))
            found.append(tuple(dict(zip(compiled.node_ids, column, strict=True)) for column in columns))
    return found


def bad_days(plan: Portfolio, iterations: int, seed: int):
    """Whether each day is lost to the first ruled calendar, bool[days, iterations], and the days."""
    compiled = compile_portfolio(plan)
    work, first = workspace(compiled, GROUP), first_day(compiled)
    blocks = []
    for begin in range(0, iterations, GROUP):
        weather_block(compiled.model, 0, Run(iterations, seed).key, begin, work)
        blocks.append(work.weather.bad.copy())
    bad = np.concatenate(blocks, axis=1)[:, :iterations]
    return bad, [first + timedelta(days=k) for k in range(len(bad))]
