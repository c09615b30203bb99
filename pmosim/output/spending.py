"""Cash flow in words and tables: when most is spent, and by when the budget is gone."""

from __future__ import annotations

from datetime import date

from pmosim.output import words
from pmosim.output.grids import Grid
from pmosim.results.cashflow import CashFlow, Series
from pmosim.results.records import Estimate, Forecast, TargetForecast

MOST_ROWS = 60


def flow_of(forecast: Forecast, id: str) -> CashFlow | None:
    return next((flow for flow in forecast.cash_flow if flow.id == id), None)


def month(day: date) -> str:
    return f"{words.MONTHS[day.month - 1]} {day.year}"


def at(series: Series, place: int) -> Estimate:
    return Estimate(series.value[place], series.low[place], series.high[place])


def dearest(flow: CashFlow) -> int:
    """The month that asks for most: of the highest P80."""
    high = flow.monthly.percentiles[80].value
    return max(range(len(high)), key=lambda place: high[place])


def rough(amount: float) -> float:
    """Three figures of an amount."""
    return float(f"{amount:.3g}")


def finding(forecast: Forecast, one: TargetForecast, flow: CashFlow) -> str:
    place, name = dearest(flow), words.shortened(one.label, 40)
    most = {level: words.bare_money(at(flow.monthly.percentiles[level], place), forecast.currency) for level in (50, 80)}
    if len(flow.months) == 1:
        return f"{name}: all is spent in {month(flow.months[0])}, {most[80]} at P80"
    return f"{name}: {month(flow.months[place])} asks for most, {most[80]} at P80 and {most[50]} at P50"


def subtitle(forecast: Forecast, flow: CashFlow) -> str:
    place = dearest(flow)
    mean = words.money(at(flow.monthly.mean, place), forecast.currency)
    said = f"On average {mean} are spent then."
    return f"{said} Each month has percentiles of its own; those of several months do not add up."


def reached(flow: CashFlow, level: int, budget: float) -> date | None:
    """The first month by whose end a percentile of what has been spent exceeds the budget."""
    spent = flow.cumulative.percentiles[level].value
    return next((day for day, amount in zip(flow.months, spent, strict=True) if amount > budget), None)


def total_finding(forecast: Forecast, one: TargetForecast, flow: CashFlow) -> str:
    name, last = words.shortened(one.label, 40), len(flow.months) - 1
    final = {level: words.bare_money(at(flow.cumulative.percentiles[level], last), forecast.currency) for level in (50, 80)}
    budget = one.cost.budget if one.cost else None
    if budget is not None and (when := reached(flow, 80, budget)):
        at_p50 = reached(flow, 50, budget)
        rest = f", in {month(at_p50)} at P50" if at_p50 else ", not at all at P50"
        return f"{name}: the budget of {words.amount(budget, forecast.currency)} is used up in {month(when)} at P80{rest}"
    if budget is not None:
        return f"{name}: {final[80]} spent in the end at P80, within the budget of {words.amount(budget, forecast.currency)}"
    return f"{name}: {final[50]} spent in the end at P50, {final[80]} at P80"


def total_subtitle(forecast: Forecast, flow: CashFlow) -> str:
    half = flow.cumulative.percentiles[50].value
    place = next(place for place, amount in enumerate(half) if 2 * amount >= half[-1])
    gap = half[-1] - flow.planned[-1]
    side = "more" if gap >= 0 else "less"
    spent = f"Half of the P50 cost has been spent by the end of {month(flow.months[place])}."
    return f"{spent} In the end P50 is {words.amount(rough(abs(gap)), forecast.currency)} {side} than the plan."


def table(forecast: Forecast, one: TargetForecast) -> Grid:
    """A row per month; of a long project, the last months are in the CSV table alone."""
    flow = flow_of(forecast, one.id)
    heads = ("month", "P50", "P80", "P90", "spent so far P50", "P80", "P90", "planned so far")
    if flow is None:
        return Grid("What is spent by month", heads, ())
    rows = []
    for place, day in enumerate(flow.months[:MOST_ROWS]):
        spent = [one.percentiles[level] for one in (flow.monthly, flow.cumulative) for level in (50, 80, 90)]
        cells = [words.money(at(series, place), forecast.currency) for series in spent]
        rows.append((month(day), *cells, words.amount(rough(flow.planned[place]), forecast.currency)))
    return Grid("What is spent by month", heads, tuple(rows))
