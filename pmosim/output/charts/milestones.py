"""What is due within twelve months: when it comes, against what was planned or promised, and how likely that is."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import exposing, words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.style import FORECAST, GRID, PLAN, TARGET, TEXT, TINT, clear_frame, footnote, headline, themed, width_of
from pmosim.output.timeline import day_end, ticks
from pmosim.results.records import Forecast
from pmosim.results.shared import MilestoneForecast

MOST_ROWS = 20
RIGHT = 212.0  # [points] beside the plot
SECOND = 96.0
WIDE = 0.16  # half the height of a band [rows]


@themed
def milestones_ahead(forecast: Forecast, ax: Axes | None = None) -> Axes:
    """A row per milestone in the order of the plan: P10 to P90 with P50 and P80, plan, target and its probability."""
    shown = forecast.milestones[:MOST_ROWS]
    ax = axes_or_page(ax, **_page(forecast))
    ends = [day_end(at) for one in shown for at in (one.planned, one.target or one.planned, *(p.value for p in one.percentiles.values()))]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    slack = max(3.0, 0.03 * (high - low))
    ax.set_xlim(low - slack, high + slack)
    size = bars.row_size(ax, len(shown))
    names = words.distinct([one.label for one in shown], [one.id for one in shown])
    bars.rows(ax, [bars.named(name, one.id, bars.NAMES, size, bars.lines(ax, len(shown))) for name, one in zip(names, shown, strict=True)])
    for row, one in enumerate(shown):
        _row(ax, row, one)
    bars.column(ax, [_chance(one) for one in shown], size, heading="probability")
    bars.column(ax, [words.day(one.percentiles[80].value) for one in shown], size, heading="P80", off=SECOND)
    ax.set_xticks(*ticks(*ax.get_xlim(), width_of(ax)))
    clear_frame(ax)
    ax.tick_params(axis="y", colors=TEXT)
    ax.grid(axis="x", color=GRID, linewidth=0.8)
    headline(ax, finding(forecast), "", above=18)
    footnote(ax, _note(forecast))
    return ax


def finding(forecast: Forecast) -> str:
    """The least likely date that was promised; of the plan's, where nothing was."""
    promised = [one for one in forecast.milestones if one.target] or list(forecast.milestones)
    if not promised:
        return "Nothing is due within twelve months"
    worst = min(promised, key=lambda one: one.probability.value)
    date = f"target of {words.day(worst.target)}" if worst.target else f"plan of {words.day(worst.planned)}"
    count = len(forecast.milestones)
    rest = f"{count} {words.plural('finish' if count == 1 else 'finishe', count)} due within twelve months"
    return f"{rest}; least sure is {words.shortened(worst.label, 36)}: the {date} has {words.percent(worst.probability)}"


def chart(forecast: Forecast, name: str) -> Chart:
    title = finding(forecast)
    return Chart(
        name=name,
        title=title,
        alt=f"{title}. A row for each, in the order of the plan, with its range of dates and the probability of its date.",
        table=pd.DataFrame(exposing.table_rows(forecast)["milestones"]),
        draw=lambda ax: milestones_ahead(forecast, ax),
        page=_page(forecast),
    )


def _page(forecast: Forecast) -> dict[str, float]:
    return bars.page_for((one.label for one in forecast.milestones[:MOST_ROWS]), right=RIGHT)


def _row(ax: Axes, row: int, one: MilestoneForecast) -> None:
    at = {level: day_end(value.value) for level, value in one.percentiles.items()}
    ax.barh([row], [at[90] - at[10]], left=[at[10]], height=2 * WIDE, color=TINT, zorder=2)
    ax.plot([at[50]] * 2, [row - WIDE, row + WIDE], color=FORECAST, linewidth=1.6, zorder=3)
    ax.plot([at[80]] * 2, [row - 1.6 * WIDE, row + 1.6 * WIDE], color=FORECAST, linewidth=3.2, zorder=3)
    ax.plot([day_end(one.planned)], [row], marker="^", color=PLAN, markersize=7, zorder=3.2)
    if one.target is not None:
        ax.plot([day_end(one.target)] * 2, [row - 0.34, row + 0.34], color=TARGET, linewidth=2.0, zorder=3.5)


def _chance(one: MilestoneForecast) -> str:
    return f"{words.percent(one.probability)} {'' if one.target else 'of plan'}".rstrip()


def _note(forecast: Forecast) -> str:
    return words.note(
        forecast,
        "Band: P10 to P90, ticks at P50 and (bold) P80. Triangle: plan; upright line: target.",
        "Probability: of the target; of the planned date (of plan) where there is none.",
        words.left_out(len(forecast.milestones) - MOST_ROWS, "later milestone"),
    )
