"""How many working days a weather takes from a calendar, month by month."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.style import FORECAST, GRID, PALE, QUIET, TEXT, clear_frame, footnote, headline, themed
from pmosim.output.tables import spread
from pmosim.results.records import Forecast, MonthOfWeather, WeatherForecast

MOST_MONTHS = 36
YEARLY = 13  # months from which on a label for every one would not fit


def finding(one: WeatherForecast) -> str:
    worst = max(one.months, key=lambda month: month.mean.value)
    of = f"{words.number(worst.mean)} of {worst.working_days} working days"
    return f"{one.label[:1].upper()}{one.label[1:]} takes most in {worst.month:%B %Y}: {of} on average"


@themed
def weather(forecast: Forecast, one: WeatherForecast, ax: Axes | None = None) -> Axes:
    """Bars of the mean, a line from P10 to P90, and an outline as high as the month's working days."""
    ax = axes_or_page(ax)
    shown = one.months[:MOST_MONTHS]
    places = range(len(shown))
    ax.bar(places, [month.working_days for month in shown], width=0.74, color="none", edgecolor="#9AA5AE", linewidth=0.9, zorder=1)
    ax.bar(places, [month.mean.value for month in shown], width=0.74, color=PALE, zorder=2)
    for place, month in enumerate(shown):
        ax.plot([place, place], [month.p10.value, month.p90.value], color=FORECAST, linewidth=3.2, solid_capstyle="butt", zorder=3)
    step = 1 if len(shown) < YEARLY else 3
    ticks = [*places][::step]
    ax.set_xticks(ticks, [_name(shown[k], first=k == 0) for k in ticks], fontsize=10, color=TEXT)
    ax.set_xlim(-0.7, max(len(shown), 4) - 0.3)
    ax.set_ylim(0, None)
    clear_frame(ax, keep=())
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_ylabel("working days", fontsize=10, color=QUIET)
    headline(ax, finding(one), subtitle(forecast, one))
    footnote(ax, note(one))
    return ax


def subtitle(forecast: Forecast, one: WeatherForecast) -> str:
    first = forecast.targets[0]
    return f"It makes {first.label} {words.days(one.delay[first.id].expected)} later on average than with no day lost."


def note(one: WeatherForecast) -> str:
    cut = f" {len(one.months) - MOST_MONTHS} more months are in the table." if len(one.months) > MOST_MONTHS else ""
    return f"Calendar '{one.calendar}'. Bar: mean of lost working days; line: P10 to P90; outline: all working days of the month.{cut}"


def _name(month: MonthOfWeather, *, first: bool) -> str:
    return f"{month.month:%b}\n{month.month:%Y}" if first or month.month.month == 1 else f"{month.month:%b}"


def table(one: WeatherForecast) -> pd.DataFrame:
    rows = [
        {"month": month.month, "working_days": month.working_days, **spread("mean", month.mean), **spread("p10", month.p10),
         **spread("p90", month.p90)}
        for month in one.months
    ]  # fmt: skip
    return pd.DataFrame(rows)


def chart(forecast: Forecast, one: WeatherForecast, name: str) -> Chart:
    title = finding(one)
    return Chart(
        name=name,
        title=title,
        subtitle=subtitle(forecast, one),
        alt=f"{title}. {subtitle(forecast, one)} Bars show the working days lost in each month.",
        table=table(one),
        draw=lambda ax: weather(forecast, one, ax),
    )


__all__ = ["chart", "weather"]
