"""What weather takes: lost working days month by month, and the same iterations without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Analysis, Run, Samples, simulate_finishes
from pmosim.engine.skies import calendars, first_day, in_good_weather, lost_by_month, since_status
from pmosim.forecasting.scales import Scale
from pmosim.model.weather import Weather
from pmosim.results.estimates import mean, percentile, share
from pmosim.results.exposure import delay
from pmosim.results.records import Delay, Estimate, MonthOfWeather, WeatherForecast

MOST_MONTHS = 120


def forecast_weather(
    compiled: Compiled, run: Run, analysis: Analysis, scales: dict[str, Scale], confidence: float
) -> tuple[WeatherForecast, ...]:
    """Every weather for each calendar that it rules."""
    if not compiled.portfolio.weather:
        return ()
    months = months_of(compiled, analysis.samples, scales)
    lost = lost_by_month(compiled, run, months)
    skies = {sky.id: sky for sky in compiled.portfolio.weather}
    gone = {id: simulate_finishes(in_good_weather(compiled, (id,)), run) for id in skies}
    found = []
    for number, (id, calendar) in enumerate(calendars(compiled)):
        by_month = tuple(_month(compiled, calendar, month, lost[number, k], confidence) for k, month in enumerate(months))
        money = (analysis.samples.costs[-1] - gone[id].costs[-1]) / 100
        found.append(
            WeatherForecast(
                id=id,
                label=skies[id].label,
                calendar=calendar,
                months=by_month,
                delay=_delays(compiled, analysis.samples, gone[id], scales, confidence),
                cost=mean(money, confidence) if analysis.samples.costs[-1].any() else None,
                stuck=_stuck(compiled, skies[id], calendar, analysis, run.iterations, confidence),
            )
        )
    return tuple(found)


def months_of(compiled: Compiled, samples: Samples, scales: dict[str, Scale]) -> list[date]:
    """First days of the months from the status date to the last in which anything finishes, as far as weather is drawn."""
    begin = compiled.portfolio.status_date.date().replace(day=1)
    last = max(int(scales[id].instants(samples.finishes[k].max(keepdims=True))[0]) for k, id in enumerate(compiled.target_ids))
    days = len(compiled.model.weather.year)
    end = min(compiled.plan.epoch + timedelta(minutes=last), first_day(compiled) + timedelta(days=days - 1))
    months = [begin]
    while len(months) < MOST_MONTHS and (after := (months[-1] + timedelta(days=31)).replace(day=1)) <= end:
        months.append(after)
    return months


def _month(compiled: Compiled, calendar: str, month: date, lost: NDArray[np.int32], confidence: float) -> MonthOfWeather:
    ordered = np.sort(lost)
    levels = [percentile(ordered, level, confidence) for level in (10, 80, 90)]
    return MonthOfWeather(month, _working_days(compiled, calendar, month), mean(lost, confidence), *levels)


def _working_days(compiled: Compiled, calendar: str, month: date) -> int:
    """Of the calendar in that month, from the status date on."""
    weather, first = compiled.model.weather, first_day(compiled)
    number = [id for _, id in calendars(compiled)].index(calendar)
    begin, end = ((day - first).days for day in (month, (month + timedelta(days=31)).replace(day=1)))
    return int(weather.works[number, max(begin, since_status(compiled)) : end].sum())


def _delays(compiled: Compiled, samples: Samples, without: Samples, scales: dict[str, Scale], confidence: float) -> dict[str, Delay]:
    always, found = np.ones(samples.finishes.shape[1], np.bool_), {}
    for place, id in enumerate(compiled.target_ids):
        minutes = scales[id].work(samples.finishes[place]) - scales[id].work(without.finishes[place])
        one = delay(minutes / scales[id].minutes_per_day, always, confidence)
        found[id] = replace(one, expected_if_occurs=None, p80_if_occurs=None)
    return found


def _stuck(compiled: Compiled, sky: Weather, calendar: str, analysis: Analysis, n: int, confidence: float) -> dict[str, Estimate]:
    nodes = [k for k in np.nonzero(analysis.vain)[0] if compiled.plan.nodes[compiled.node_ids[k]].calendar == calendar]
    return {compiled.node_ids[k]: share(int(analysis.vain[k]), n, confidence) for k in nodes}
