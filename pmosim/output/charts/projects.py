"""All targets on one time axis: which finishes when, and which target date is least sure."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import distribution as dist
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.likeness import Likeness, reach
from pmosim.output.style import (
    FORECAST,
    GRID,
    PLAN,
    QUIET,
    TARGET,
    TEXT,
    TINT,
    clear_frame,
    fitted,
    footnote,
    headline,
    height_of,
    themed,
    width_of,
)
from pmosim.output.timeline import bin_unit, binned, day_end, position, ticks
from pmosim.results.records import Forecast, TargetForecast

PAGE = {"left": 232, "right": 200, "top": 92, "bottom": 84}
MOST_ROWS = 12
NAMES = 180.0  # [points] for the labels of rows


@themed
def finishes(forecast: Forecast, ax: Axes | None = None, *, like: Likeness | None = None) -> Axes:
    """A row per target: histogram of its finish, P10 to P90 with P50 and P80, plan, target date and its probability.

    ``like``: an earlier forecast whose time axis is taken, and whose P80 is marked.
    """
    ax = axes_or_page(ax, **PAGE)
    shown = targets_shown(forecast)
    low, high = _limits(shown)
    unit = bin_unit(low, high, finer=2)
    if like is not None:
        old = _limits(targets_shown(like.earlier))
        low, high, unit = *reach(old, (low, high)), bin_unit(*old, finer=2)
    edges = unit.boundaries(low, high)
    ax.set_xlim(low, high)
    ax.set_ylim(len(shown) - 0.05, -0.05)
    for row, one in enumerate(shown):
        heights = binned(one.curve.at, one.curve.count, edges)  # type: ignore[arg-type]
        _row(ax, row, one, [position(edge) for edge in edges], heights)
        before = like.target(one.id) if like is not None else None
        if before is not None:
            _was(ax, row, before)
    size = min(11.0, 0.34 * height_of(ax) / len(shown))
    ax.set_yticks([row + 0.5 for row in range(len(shown))], [fitted(one.label, NAMES, 11.0) for one in shown], color=TEXT)
    for row, one in enumerate(shown):
        _words_beside(ax, row, one, size)
    ax.set_xticks(*ticks(low, high, width_of(ax)))
    clear_frame(ax)
    ax.tick_params(axis="y", colors=TEXT, pad=8)
    ax.grid(axis="x", color=GRID, linewidth=0.8)
    headline(ax, finding(forecast), subtitle(forecast))
    footnote(ax, _note(forecast, str(unit), like))
    return ax


def targets_shown(forecast: Forecast) -> list[TargetForecast]:
    return list(forecast.targets[:MOST_ROWS])


def finding(forecast: Forecast) -> str:
    """The target date that is least sure; without target dates, who finishes last."""
    dated = [one for one in forecast.targets if one.target is not None and one.probability is not None]
    if dated:
        worst = min(dated, key=lambda one: one.probability.value)  # type: ignore[union-attr]
        name = words.shortened(worst.label, 40)
        sure = words.percent(worst.probability)  # type: ignore[arg-type]
        head = "is the least sure" if len(dated) > 1 else "has"
        return f"{name}: the target of {words.day(worst.target)} {head}{': ' if len(dated) > 1 else ' '}{sure}"  # type: ignore[arg-type]
    last = max((one for one in forecast.targets if one.kind != "portfolio"), key=lambda one: one.percentiles[80].value)
    return f"{words.shortened(last.label, 40)} finishes last: 80 % sure by {words.day(last.percentiles[80].value)}"


def subtitle(forecast: Forecast) -> str:
    if forecast.joint_probability is None:
        return ""
    dated = sum(one.target is not None for one in forecast.targets)
    return f"All {dated} target dates together: {words.percent_with_range(forecast.joint_probability)}."


def table(forecast: Forecast) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "target": one.id,
                "name": one.label,
                "planned": one.planned,
                "date": one.target,
                **{f"p{level}": value.value for level, value in one.percentiles.items()},
                "probability": None if one.probability is None else one.probability.value,
                "probability_low": None if one.probability is None else one.probability.low,
                "probability_high": None if one.probability is None else one.probability.high,
            }
            for one in forecast.targets
        ]
    )


def chart(forecast: Forecast, name: str, like: Likeness | None = None) -> Chart:
    rows = "; ".join(f"{one.label}: P80 {words.day(one.percentiles[80].value)}" for one in targets_shown(forecast))
    return Chart(
        name=name,
        title=finding(forecast),
        subtitle=subtitle(forecast),
        alt=f"{finding(forecast)}. {subtitle(forecast)} {rows}.",
        table=table(forecast),
        draw=lambda ax: finishes(forecast, ax, like=like),
        page=PAGE,
    )


def _limits(shown: list[TargetForecast]) -> tuple[float, float]:
    days = sorted({(position(day) + 1, count) for one in shown for day, count in zip(one.curve.at, one.curve.count, strict=True)})  # type: ignore[arg-type]
    marks = [day_end(one.planned) for one in shown] + [day_end(one.target) for one in shown if one.target is not None]
    return dist.limits_of([at for at, _ in days], [count for _, count in days], marks, least=28)


def _row(ax: Axes, row: int, one: TargetForecast, edges: list[float], heights: list[int]) -> None:
    """Bars grow up from the row's base line; y counts rows downwards."""
    low, high = ax.get_xlim()
    base, tall = row + 0.78, 0.62 / max(1, *heights)
    ax.bar(
        edges[:-1],
        [-tall * height for height in heights],
        width=[b - a for a, b in pairwise(edges)],
        bottom=base,
        align="edge",
        color=TINT,
        edgecolor="white",
        linewidth=0.6,
        zorder=2,
    )
    at = {level: day_end(value.value) for level, value in one.percentiles.items()}
    ax.plot([at[10], at[90]], [base, base], color=FORECAST, linewidth=2.0, zorder=3)
    ax.plot([at[50]] * 2, [base - 0.09, base + 0.09], color=FORECAST, linewidth=1.6, zorder=3)
    ax.plot([at[80]] * 2, [base - 0.17, base + 0.17], color=FORECAST, linewidth=3.4, zorder=3)
    plan = day_end(one.planned)
    ax.plot([plan], [base + 0.09], marker="^", color=PLAN, markersize=6, zorder=3)
    if one.target is not None and low <= day_end(one.target) <= high:
        ax.plot([day_end(one.target)] * 2, [row + 0.1, base + 0.1], color=TARGET, linewidth=2.0, zorder=3.5)
    elif one.target is not None:
        left = day_end(one.target) < low
        ax.plot([low if left else high], [row + 0.45], marker="<" if left else ">", color=TARGET, markersize=7, clip_on=False, zorder=4)


def _was(ax: Axes, row: int, before: TargetForecast) -> None:
    """Where P80 was: a grey ring on the line."""
    at = day_end(before.percentiles[80].value)
    ax.plot([at], [row + 0.78], marker="o", markersize=7, color="white", markeredgecolor=QUIET, markeredgewidth=1.6, zorder=3.2)


def _words_beside(ax: Axes, row: int, one: TargetForecast, size: float) -> None:
    lines = [(f"P80  {words.day(one.percentiles[80].value)}", FORECAST, "bold")]
    if one.target is not None and one.probability is not None:
        lines.append((f"target {words.day(one.target)}: {words.percent(one.probability)}", TARGET, "normal"))
    for place, (text, ink, weight) in enumerate(lines):
        ax.annotate(
            text,
            (1, row + 0.5),
            xycoords=("axes fraction", "data"),
            xytext=(10, (len(lines) - 1) * size * 0.62 - place * size * 1.24),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=size,
            color=ink,
            fontweight=weight,
            annotation_clip=False,
        )


def _note(forecast: Forecast, unit: str, like: Likeness | None) -> str:
    left = len(forecast.targets) - MOST_ROWS
    return words.note(
        forecast,
        f"Bars: share of iterations per {unit}, each row to its own height.",
        "Line: P10 to P90, ticks at P50 and (bold) P80. Triangle: plan. Upright line: target.",
        f"Ring: P80 in {like.called}." if like is not None else "",
        words.left_out(left, "more target"),
    )
