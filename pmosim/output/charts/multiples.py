"""The drift of all projects side by side, on the same axes: status dates across, calendar days after the target upwards."""

from __future__ import annotations

from math import ceil
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pmosim.output import trending, words
from pmosim.output.charts import drift
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.style import (
    FORECAST,
    GOOD,
    GRID,
    QUIET,
    TARGET,
    TEXT,
    clear_frame,
    fitted,
    footnote,
    headline,
    measure,
    themed,
    width_of,
)
from pmosim.output.timeline import day_end, ticks
from pmosim.results.trend import Line, Trend

PAGE = {"left": 84, "right": 44, "top": 104, "bottom": 84}
MOST = 25
WIDEST = 5  # panels beside one another
GAP_ACROSS, GAP_DOWN = 0.025, 0.11  # shares of the whole


@themed
def multiples(made: Trend, ax: Axes | None = None) -> Axes:
    """A panel for each project, the one that is least sure of its target first."""
    ax = axes_or_page(ax, **PAGE)
    lines = shown(made)
    ax.set_axis_off()
    across = min(WIDEST, ceil(len(lines) ** 0.5 * 1.2), len(lines))
    down = ceil(len(lines) / across)
    wide, tall = (1 + GAP_ACROSS) / across - GAP_ACROSS, (1 + GAP_DOWN) / down - GAP_DOWN
    dates = sorted({place for line in lines for place in drift.status_dates(line.points)})
    pad = drift.ALONE if len(dates) == 1 else 0.03 * (dates[-1] - dates[0])
    low, high = _heights(lines)
    for place, line in enumerate(lines):
        row, column = divmod(place, across)
        panel = ax.inset_axes((column * (wide + GAP_ACROSS), 1 - tall - row * (tall + GAP_DOWN), wide, tall))
        panel.set_xlim(dates[0] - pad, dates[-1] + pad)
        panel.set_ylim(low, high)
        _panel(panel, line, with_days=column == 0, with_dates=place + across >= len(lines))
    headline(ax, finding(made), "Each against its own target: above the orange line it is missed. All panels have the same axes.")
    left = len(of_projects(made)) - len(lines)
    footnote(
        ax,
        f"{made.name}: {trending.period(made)}. Calendar days of P10 to P90 (band) and P80 (line) after the target date, or after the "
        f"first P80 where there is none (grey line). {words.left_out(left, 'further project')}",
    )
    return ax


def of_projects(made: Trend) -> list[Line]:
    """Projects and portfolios, those first whose target is least sure, then those without one."""
    found = [line for line in made.lines if line.kind != "milestone"] or list(made.lines)
    return sorted(found, key=lambda line: 2.0 if line.actual or line.last.probability is None else line.last.probability.value)


def shown(made: Trend) -> list[Line]:
    return of_projects(made)[:MOST]


def finding(made: Trend) -> str:
    lines = of_projects(made)
    dated = [line for line in lines if line.last.probability is not None and not line.actual]
    behind = [line for line in dated if line.last.target and line.last.finish[80].value > line.last.target]
    if not dated:
        return f"{len(lines)} {words.plural('project', len(lines))}, none with a target date to come"
    worst = dated[0]
    assert worst.last.probability is not None
    rest = f"the least sure, {words.shortened(worst.label, 32)}, has {words.percent(worst.last.probability)}"
    return f"{len(behind)} of {len(dated)} projects have their P80 after their target; {rest}"


def _zero(line: Line, place: int) -> float:
    """From which days are counted."""
    target = line.points[place].target
    first = next((point.target for point in line.points if point.target), None)
    return day_end(target or first or line.points[0].finish[80].value)


def _heights(lines: list[Line]) -> tuple[float, float]:
    ends = [
        day_end(point.finish[level].value) - _zero(line, place)
        for line in lines
        for place, point in enumerate(line.points)
        for level in (10, 90)
    ]
    ordered = sorted(ends)
    low, high = ordered[len(ordered) // 50], ordered[-1 - len(ordered) // 50]  # one wild project is not to flatten all others
    low, high = min(low, -7.0), max(high, 7.0)
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def _panel(ax: Axes, line: Line, *, with_days: bool, with_dates: bool) -> None:
    at = drift.status_dates(line.points)
    bands = {
        level: [day_end(point.finish[level].value) - _zero(line, place) for place, point in enumerate(line.points)] for level in drift.BAND
    }
    drift.band(ax, at, bands, width=1.8)
    has_target = any(point.target for point in line.points)
    ax.axhline(0, color=TARGET if has_target else QUIET, linewidth=1.3 if has_target else 0.8, zorder=2.8)
    if line.actual is not None:
        ax.axhline(day_end(line.actual) - _zero(line, -1), color=GOOD, linewidth=1.6, zorder=3.4)
    clear_frame(ax)
    ax.tick_params(labelsize=8.5)
    ax.grid(axis="y", color=GRID, linewidth=0.6)
    low, high = ax.get_ylim()
    ax.set_yticks([at for at in MaxNLocator(4).tick_values(low, high) if low + 0.04 * (high - low) <= at <= high])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:+.0f}" if value else "0")
    if not with_days:
        ax.tick_params(labelleft=False)
    wide = width_of(ax)
    ax.set_xticks(*ticks(*ax.get_xlim(), 0.8 * wide))
    if not with_dates:
        ax.tick_params(labelbottom=False)
    chance = line.last.probability
    said = line.outcome or (words.percent(chance) if chance else "")
    name = fitted(line.label, wide - measure(said, 9.0, "bold") - 8, 9.0)
    above: dict[str, Any] = {"xycoords": "axes fraction", "xytext": (0, 4), "textcoords": "offset points", "va": "bottom", "fontsize": 9.0}
    ax.annotate(name, (0, 1), ha="left", color=TEXT, annotation_clip=False, **above)
    ax.annotate(said, (1, 1), ha="right", color=FORECAST, fontweight="bold", annotation_clip=False, **above)


def chart(made: Trend, name: str = "projects") -> Chart:
    title = finding(made)
    return Chart(
        name=name,
        title=title,
        alt=f"{title}. A small chart for each project shows its forecast on each status date, in days after its target.",
        table=pd.DataFrame([row for line in of_projects(made) for row in trending.point_rows(line)]),
        draw=lambda ax: multiples(made, ax),
        page=PAGE,
    )


__all__ = ["chart", "finding", "multiples", "of_projects"]
