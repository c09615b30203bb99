"""Drift: the band of a forecast against status dates, with target and actual; and the probability of the target over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import trending, words
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.marks import beside
from pmosim.output.style import (
    FORECAST,
    GOOD,
    GRID,
    PLAN,
    QUIET,
    TARGET,
    TINT,
    clear_frame,
    footnote,
    headline,
    height_of,
    themed,
    width_of,
)  # fmt: skip
from pmosim.output.timeline import date_at, day_end, position, ticks
from pmosim.results.records import Estimate
from pmosim.results.trend import Line, Point, Trend

PAGE = {"left": 104, "right": 190, "top": 98, "bottom": 84}
ALONE = 10.0  # days on either side of a status date that is the only one
BAND = (10, 50, 80, 90)


# ---- the finish ----


@themed
def drift(made: Trend, line: Line, ax: Axes | None = None) -> Axes:
    """P10 to P90 as a band, P50 and P80 as lines, the target as steps, the diagonal on which forecasts come true."""
    ax = axes_or_page(ax, **PAGE)
    points = line.open_points
    at = status_dates(points)
    bands = {level: [day_end(point.finish[level].value) for point in points] for level in BAND}
    targets = [None if point.target is None else day_end(point.target) for point in points]
    ends = [end for end in _actual(line) if end > at[-1]]  # it came in after the last forecast that was made before
    limits(ax, [*at, *ends], [*bands[10], *bands[90], *(target for target in targets if target is not None), *_actual(line)])
    band(ax, at, bands)
    promised(ax, at, targets)
    marks = [
        (f"P{level}  {words.day(line.last.finish[level].value)}", bands[level][-1], FORECAST, "bold" if level == 80 else "normal")
        for level in BAND
    ]
    if targets[-1] is not None and line.last.target is not None:
        marks.append((f"target  {words.day(line.last.target)}", targets[-1], TARGET, "bold"))
    if line.actual is not None:
        came_in(ax, day_end(line.actual))
        marks = [mark for mark in marks if mark[2] is TARGET] + [
            (f"actual  {words.day(line.actual)}", day_end(line.actual), TEXT_OF_ACTUAL, "bold")
        ]
    diagonal(ax)
    status_axis(ax)
    date_axis(ax)
    beside(ax, *unzipped(marks))
    headline(ax, trending.finding(line, name=words.shortened(line.label, 46)), _sentence(trending.promise(line)))
    footnote(
        ax,
        f"{of(made, line)} Band: P10 to P90; bold line: P80; thin line: P50. Orange: target. "
        "Dotted: where the forecast is the status date itself; a forecast comes true there.",
    )
    return ax


TEXT_OF_ACTUAL = "#2E7D57"
"""The ink of what is good, dark enough to be read."""


def status_dates(points: Sequence[Point]) -> list[float]:
    return [position(point.status_date) for point in points]


def band(ax: Axes, at: Sequence[float], bands: dict[int, list[float]], *, width: float = 2.6) -> None:
    """From P10 to P90; with one status date alone, an upright bar."""
    if len(at) == 1:
        ax.plot([at[0]] * 2, [bands[10][0], bands[90][0]], color=TINT, linewidth=14, zorder=2)
        ax.plot(at, bands[50], marker="_", markersize=14, color=FORECAST, zorder=3)
        ax.plot(at, bands[80], marker="_", markersize=18, markeredgewidth=width, color=FORECAST, zorder=3.2)
        return
    ax.fill_between(at, bands[10], bands[90], color=TINT, linewidth=0, zorder=2)
    ax.plot(at, bands[50], color=FORECAST, linewidth=1.2, zorder=3)
    many = len(at) > 30
    ax.plot(at, bands[80], color=FORECAST, linewidth=width, marker=None if many else "o", markersize=width + 1.6, zorder=3.2)


def promised(ax: Axes, at: Sequence[float], targets: Sequence[float | None], *, width: float = 2.0) -> None:
    """Each status date holds until the next one: a target that is moved is a step."""
    heights = [float("nan") if target is None else target for target in targets]
    low, high = ax.get_xlim()
    ax.plot([*at, high] if len(at) > 1 else [low, high], [*heights, heights[-1]] if len(at) > 1 else heights * 2,
            color=TARGET, linewidth=width, drawstyle="steps-post", zorder=2.8)  # fmt: skip


def diagonal(ax: Axes) -> None:
    low, high = ax.get_xlim()
    bottom, top = ax.get_ylim()
    if bottom < high:
        ax.plot([low, high], [low, high], color=QUIET, linewidth=1.2, linestyle=(0, (1, 2)), zorder=2.2)
    ax.set_xlim(low, high)
    ax.set_ylim(bottom, top)


def came_in(ax: Axes, actual: float) -> None:
    ax.axhline(actual, color=GOOD, linewidth=1.6, zorder=2.9)
    low, high = ax.get_xlim()
    if low <= actual <= high:
        ax.plot([actual], [actual], marker="D", markersize=8, color=GOOD, markeredgecolor="white", zorder=4)


def _actual(line: Line) -> list[float]:
    return [] if line.actual is None else [day_end(line.actual)]


def limits(ax: Axes, at: Sequence[float], heights: Sequence[float]) -> None:
    pad = ALONE if len(at) == 1 else 0.02 * (at[-1] - at[0])
    ax.set_xlim(at[0] - pad, at[-1] + pad)
    span = max(max(heights) - min(heights), 14.0)
    middle = (max(heights) + min(heights)) / 2
    ax.set_ylim(middle - 0.56 * span, middle + 0.56 * span)


def status_axis(ax: Axes) -> None:
    low, high = ax.get_xlim()
    if high - low == 2 * ALONE:
        middle = date_at((low + high) / 2)
        ax.set_xticks([position(middle)], [words.day(middle)])
    else:
        ax.set_xticks(*ticks(low, high, width_of(ax)))
    clear_frame(ax)
    ax.tick_params(axis="x", pad=9)
    ax.set_xlabel("status date", loc="right", fontsize=10, color=QUIET, labelpad=2)


def date_axis(ax: Axes) -> None:
    places, labels = ticks(*ax.get_ylim(), 1.3 * height_of(ax))
    ax.set_yticks(places, _with_years(labels))
    ax.grid(axis="y", color=GRID, linewidth=0.8)


def _with_years(labels: Sequence[str]) -> list[str]:
    return [label.replace("\n", " ") for label in labels]


def unzipped(marks: Sequence[tuple[str, float, str, str]]) -> tuple[list[float], list[str], list[str], list[str]]:
    return [mark[1] for mark in marks], [mark[0] for mark in marks], [mark[2] for mark in marks], [mark[3] for mark in marks]


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}." if said else ""


def of(made: Trend, line: Line) -> str:
    first, last = line.points[0].status_date, line.last.status_date
    if first == last:
        return f"{line.project}, status {words.day(last)}."
    return f"{line.project}, {len(line.points):,} status dates from {words.day(first)} to {words.day(last)}."


def drift_chart(made: Trend, line: Line, name: str) -> Chart:
    title, more = trending.finding(line, name=words.shortened(line.label, 46)), _sentence(trending.promise(line))
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} A band from P10 to P90 shows the forecast on each status date, with the target as a line.",
        table=pd.DataFrame(list(trending.point_rows(line))),
        draw=lambda ax: drift(made, line, ax),
        section=line.key,
        page=PAGE,
    )


# ---- the cost ----


@themed
def cost_drift(made: Trend, line: Line, ax: Axes | None = None) -> Axes:
    """The same of the cost, with its budget."""
    ax = axes_or_page(ax, **PAGE)
    at = [position(point.status_date) for point in line.costs]
    bands = {level: [point.cost[level].value for point in line.costs] for level in BAND}
    budgets = [point.budget for point in line.costs]
    shown = [*bands[10], *bands[90], *(one for one in budgets if one is not None), *([line.actual_cost] if line.actual_cost else [])]
    pad = ALONE if len(at) == 1 else 0.02 * (at[-1] - at[0])
    ax.set_xlim(at[0] - pad, at[-1] + pad)
    span = max(max(shown) - min(shown), 0.02 * max(shown), 1.0)
    ax.set_ylim((max(shown) + min(shown)) / 2 - 0.56 * span, (max(shown) + min(shown)) / 2 + 0.56 * span)
    band(ax, at, bands)
    promised(ax, at, budgets)
    last = line.costs[-1]
    marks = [
        (f"P{level}  {words.bare_money(last.cost[level], line.currency)}", bands[level][-1], FORECAST, "bold" if level == 80 else "normal")
        for level in BAND
    ]
    if last.budget is not None:
        marks.append((f"budget  {words.amount(last.budget, line.currency)}", last.budget, TARGET, "bold"))
    if line.actual_cost is not None:
        ax.axhline(line.actual_cost, color=GOOD, linewidth=1.6, zorder=2.9)
        marks.append((f"actual  {words.amount(line.actual_cost, line.currency)}", line.actual_cost, TEXT_OF_ACTUAL, "bold"))
    status_axis(ax)
    scale, sign = words.money_scale(max(shown))
    ax.yaxis.set_major_formatter(lambda value, _: f"{words.trimmed(value / scale, 3)} {sign}".strip())
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    beside(ax, *unzipped(marks))
    headline(ax, trending.cost_finding(line, name=words.shortened(line.label, 40)), _sentence(trending.budget(line)))
    footnote(ax, f"{of(made, line)} Band: P10 to P90; bold line: P80; thin line: P50; in {line.currency or 'money'}. Orange: budget.")
    return ax


def cost_chart(made: Trend, line: Line, name: str) -> Chart:
    title, more = trending.cost_finding(line, name=words.shortened(line.label, 40)), _sentence(trending.budget(line))
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} A band from P10 to P90 shows the cost forecast on each status date, with the budget as a line.",
        table=pd.DataFrame(list(trending.cost_rows(line))),
        draw=lambda ax: cost_drift(made, line, ax),
        section=line.key,
        page=PAGE,
    )


# ---- the probability ----


@themed
def chance(made: Trend, line: Line, ax: Axes | None = None) -> Axes:
    """How likely the target of each status date was to be met, with the limits of the states."""
    ax = axes_or_page(ax, **PAGE)
    known = [(position(point.status_date), point.probability, point.target) for point in line.points if point.probability is not None]
    at = [place for place, _, _ in known]
    pad = ALONE if len(at) == 1 else 0.02 * (at[-1] - at[0])
    ax.set_xlim(at[0] - pad, at[-1] + pad)
    ax.set_ylim(-0.03, 1.03)
    _shares(ax, at, [share for _, share, _ in known])
    changed = [(place, new) for (_, _, old), (place, _, new) in pairwise(known) if old != new]
    for place, target in changed:
        ax.axvline(place, color=TARGET, linewidth=1.2, linestyle=(0, (4, 2)), zorder=2.5)
        _note_change(ax, place, target)
    for least in (made.green_from, made.amber_from):
        ax.axhline(least, color=PLAN, linewidth=1.0, linestyle=(0, (1, 2)), zorder=1.5)
    status_axis(ax)
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    last = known[-1][1]
    marks = [(words.percent_with_range(last), last.value, FORECAST, "bold")]
    marks += [
        (f"{what} from {words.plain_percent(least)}", least, QUIET, "normal")
        for least, what in ((made.green_from, "green"), (made.amber_from, "amber"))
    ]
    beside(ax, *unzipped(marks))
    headline(ax, _chance_title(line), _sentence(trending.finding(line, name="the finish")) if line.actual is None else "")
    footnote(
        ax,
        f"{of(made, line)} Line: probability of meeting the target date that held on the status date; band: its "
        f"{words.trimmed(100 * made.confidence, 1)} % simulation interval. Dashed orange: the target date was changed.",
    )
    return ax


def _shares(ax: Axes, at: Sequence[float], shares: Sequence[Estimate]) -> None:
    low, high, value = [one.low for one in shares], [one.high for one in shares], [one.value for one in shares]
    if len(at) == 1:
        ax.plot([at[0]] * 2, [low[0], high[0]], color=TINT, linewidth=8, zorder=2)
    else:
        ax.fill_between(at, low, high, color=TINT, linewidth=0, zorder=2)
    ax.plot(at, value, color=FORECAST, linewidth=2.6, marker=None if len(at) > 30 else "o", markersize=4.4, zorder=3)


def _note_change(ax: Axes, place: float, target: datetime | None) -> None:
    low, high = ax.get_xlim()
    right = (place - low) / (high - low) > 0.7
    ax.annotate(
        f"target now {words.day(target)}" if target else "no target",
        (place, 1.0),
        xytext=(-5 if right else 5, 2),
        textcoords="offset points",
        ha="right" if right else "left",
        va="top",
        fontsize=10,
        color=TARGET,
    )


def _chance_title(line: Line) -> str:
    name = words.shortened(line.label, 40)
    if line.actual is not None:
        return trending.finding(line, name=name)
    return f"{name}: {trending.promise(line)}"


def chance_chart(made: Trend, line: Line, name: str) -> Chart:
    title = _chance_title(line) if any(point.probability for point in line.points) else ""
    table = pd.DataFrame(list(trending.point_rows(line))) if title else pd.DataFrame()
    return Chart(
        name=name,
        title=title,
        alt=f"{title}. A line shows the probability of meeting the target on each status date.",
        table=table,
        draw=lambda ax: chance(made, line, ax),
        section=line.key,
        page=PAGE,
    )
