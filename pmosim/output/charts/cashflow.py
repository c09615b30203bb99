"""Cash flow: what is spent in each month, and what has been spent by its end."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import spending, tables, words
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.cost import money_ticks
from pmosim.output.charts.marks import beside
from pmosim.output.style import FORECAST, GRID, PLAN, QUIET, TARGET, TINT, clear_frame, footnote, headline, height_of, themed, width_of
from pmosim.results.cashflow import CashFlow
from pmosim.results.records import Forecast, TargetForecast

PAGE: dict[str, float] = {"left": 96, "right": 168, "top": 100, "bottom": 84}
MIDDLE = "#7FA3C8"
"""The forecast's ink between its pale and its full one: from P50 to P80."""

MONTHLY_WORDS = "Pale bars: P10 to P90 of the month; darker: P50 to P80; line: P50. Figures at the right: the dearest month."
TOTAL_WORDS = "Pale band: P10 to P90 of what has been spent by the end of the month; darker: P50 to P80; line: P50."

BAR = 0.36  # half the width of a month's bar, of the month


@themed
def monthly_spending(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Per month P10 to P90, P50 to P80 and P50 of what is spent in it. Raises KeyError or ValueError where there is none."""
    one, flow = _flow(forecast, target)
    ax = axes_or_page(ax, **PAGE)
    levels = {level: series.value for level, series in flow.monthly.percentiles.items()}
    for k in range(len(flow.months)):
        across = [k + 0.5 - BAR, k + 0.5 + BAR]
        ax.fill_between(across, levels[10][k], levels[90][k], color=TINT, linewidth=0, zorder=2)
        ax.fill_between(across, levels[50][k], levels[80][k], color=MIDDLE, linewidth=0, zorder=2.2)
        ax.plot(across, [levels[50][k]] * 2, color=FORECAST, linewidth=2.4, zorder=2.4, solid_capstyle="butt")
    _months(ax, flow)
    _money(ax, max(*levels[90], 1.0), forecast.currency)
    place = spending.dearest(flow)
    month = {level: spending.at(flow.monthly.percentiles[level], place) for level in (90, 80, 50, 10)}
    heights = [levels[90][place] * 1.0001, *(one.value for one in month.values())]
    texts = [f"P{level}  {words.bare_money(value, forecast.currency)}" for level, value in month.items()]
    texts = [f"{spending.month(flow.months[place])}:", *texts]
    beside(ax, heights, texts, [QUIET, *[FORECAST] * 4], ["normal", "normal", "bold", "bold", "normal"])
    headline(ax, spending.finding(forecast, one, flow), spending.subtitle(forecast, flow))
    footnote(
        ax,
        _note(forecast, flow, MONTHLY_WORDS),
        below=30,
    )
    return ax


@themed
def cumulative_spending(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """What has been spent by the end of each month: P10 to P90, P50 to P80, P50, the plan and the budget."""
    one, flow = _flow(forecast, target)
    ax = axes_or_page(ax, **PAGE)
    levels = {level: [0.0, *series.value] for level, series in flow.cumulative.percentiles.items()}
    at = range(len(flow.months) + 1)
    ax.fill_between(at, levels[10], levels[90], color=TINT, linewidth=0, zorder=2)
    ax.fill_between(at, levels[50], levels[80], color=MIDDLE, linewidth=0, zorder=2.2)
    ax.plot(at, levels[50], color=FORECAST, linewidth=2.4, zorder=2.4)
    ax.plot(at, [0.0, *flow.planned], color=PLAN, linewidth=1.8, linestyle=(0, (5, 2, 1, 2)), zorder=2.6)
    budget = one.cost.budget if one.cost else None
    ends = {level: spending.at(flow.cumulative.percentiles[level], -1) for level in (90, 80, 50, 10)}
    heights = [*(value.value for value in ends.values()), flow.planned[-1]]
    texts = [f"P{level}  {words.bare_money(value, forecast.currency)}" for level, value in ends.items()]
    texts.append(f"plan  {words.amount(spending.rough(flow.planned[-1]), forecast.currency)}")
    inks, weights = [*[FORECAST] * 4, PLAN], ["normal", "bold", "bold", "normal", "normal"]
    if budget is not None:
        ax.axhline(budget, color=TARGET, linewidth=2.0, zorder=2.5)
        heights.append(budget)
        texts.append(f"budget  {words.amount(budget, forecast.currency)}")
        inks.append(TARGET)
        weights.append("bold")
    _months(ax, flow)
    _money(ax, max(*heights, 1.0), forecast.currency)
    beside(ax, heights, texts, inks, weights)
    headline(ax, spending.total_finding(forecast, one, flow), spending.total_subtitle(forecast, flow))
    footnote(
        ax,
        _note(forecast, flow, TOTAL_WORDS),
        below=30,
    )
    return ax


def charts(forecast: Forecast, one: TargetForecast, name: str) -> list[Chart]:
    """Both charts of a target, or none where nothing is spent."""
    flow = spending.flow_of(forecast, one.id)
    if flow is None:
        return []
    data = pd.DataFrame([row for row in tables.cash_flow(forecast) if row["target"] == one.id])
    title, total = spending.finding(forecast, one, flow), spending.total_finding(forecast, one, flow)
    return [
        Chart(
            name=f"{name}-cash-flow",
            title=title,
            subtitle=spending.subtitle(forecast, flow),
            alt=f"{title}. {spending.subtitle(forecast, flow)} A bar per month from P10 to P90, with P50 and P80 marked.",
            table=data,
            draw=lambda ax: monthly_spending(forecast, one.id, ax),
            section=one.id,
            page=PAGE,
        ),
        Chart(
            name=f"{name}-spending",
            title=total,
            subtitle=spending.total_subtitle(forecast, flow),
            alt=f"{total}. {spending.total_subtitle(forecast, flow)} A band from P10 to P90 that rises month by month, beside the plan.",
            table=data,
            draw=lambda ax: cumulative_spending(forecast, one.id, ax),
            section=one.id,
            page=PAGE,
        ),
    ]


def _flow(forecast: Forecast, target: str | None) -> tuple[TargetForecast, CashFlow]:
    one = target_of(forecast, target)
    flow = spending.flow_of(forecast, one.id)
    if flow is None:
        raise ValueError(f"'{one.id}' spends nothing; give its tasks a cost to see when")
    return one, flow


def _months(ax: Axes, flow: CashFlow) -> None:
    """A tick in the middle of each month, or of every second, third, sixth or twelfth, as many as can be read."""
    count = len(flow.months)
    ax.set_xlim(0, count)
    room = max(1, int(width_of(ax) / 58))
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if count / step <= room), 120)
    shown = [k for k in range(count) if (flow.months[k].month - 1) % min(step, 12) == 0]
    if step > 12:
        shown = [k for k in shown if flow.months[k].year % (step // 12) == 0]
    shown = shown or [0]
    ax.set_xticks([k + 0.5 for k in shown], _labels(flow, shown))
    clear_frame(ax)


def _labels(flow: CashFlow, shown: Sequence[int]) -> list[str]:
    """Months, with the year at the first one and at each that begins another."""
    found, year = [], None
    for k in shown:
        day = flow.months[k]
        name = words.MONTHS[day.month - 1]
        found.append(name if day.year == year else f"{name}\n{day.year}")
        year = day.year
    return found


def _money(ax: Axes, high: float, currency: str) -> None:
    ax.set_ylim(0, high * 1.06)
    places, labels = money_ticks(0, high * 1.06, height_of(ax) * 1.6, currency)
    ax.set_yticks(places, labels)
    ax.grid(axis="y", color=GRID, linewidth=0.8)


def _note(forecast: Forecast, flow: CashFlow, said: str) -> str:
    some = f"From the first {flow.iterations:,} iterations." if flow.iterations < forecast.provenance.iterations else ""
    return words.note(forecast, said, some, "Intervals are in the table beside this chart.")
