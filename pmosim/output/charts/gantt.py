"""Gantt: the plan, and what the simulation makes of it, task by task."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.marks import Mark, lines_with_labels
from pmosim.output.likeness import Likeness, reach
from pmosim.output.style import (
    FORECAST,
    GRID,
    MARGIN,
    PALE,
    PLAN,
    QUIET,
    TARGET,
    TEXT,
    clear_frame,
    footnote,
    headline,
    measure,
    themed,
    width_of,
)
from pmosim.output.timeline import day_end, position, ticks
from pmosim.results.records import Estimate, Forecast, TargetForecast, TaskForecast

MOST_ROWS = 20
LEAST_ROWS = 8  # even if the tasks after the first few are never critical
NAMES = 200.0  # [points]
INDENT = 10.0  # [points] a level
RIGHT = 194.0


@dataclass(frozen=True, slots=True)
class Row:
    task: TaskForecast
    level: int
    critical: Estimate | None  # for the target


@themed
def gantt(forecast: Forecast, target: str | None = None, ax: Axes | None = None, *, like: Likeness | None = None) -> Axes:
    """Planned bar beneath; above it from P10 of the start to P90 of the finish, shaded by criticality, P50 and P80 ticked.

    Draws the tasks of the target's project; of many, those most often critical, with the summaries above them.
    """
    one = target_of(forecast, target)
    shown = rows_shown(forecast, one)
    ax = axes_or_page(ax, **_page(shown))
    size = bars.row_size(ax, len(shown)) if shown else 11.0
    ax.set_xlim(*_reach(forecast, one, shown, like))
    for place, row in enumerate(shown):
        _row(ax, place, row)
    bars.rows(ax, ["" for _ in shown])
    _names(ax, shown, size)
    bars.column(ax, [words.day(row.task.finish[80]) for row in shown], size, heading="P80 finish" if shown else "")
    bars.column(ax, [_share(row) for row in shown], size, heading="critical" if shown else "", off=104)
    clear_frame(ax)
    ax.set_xticks(*ticks(*ax.get_xlim(), width_of(ax)))
    ax.grid(axis="x", color=GRID, linewidth=0.8)
    above = lines_with_labels(ax, _marks(forecast, one))
    headline(ax, finding(forecast, one), subtitle(forecast, one), above=above + 4)
    footnote(ax, _note(forecast, shown))
    return ax


# ---- which rows ----


def tasks_of(forecast: Forecast, one: TargetForecast) -> list[TaskForecast]:
    """The tasks of the target's project; of a portfolio, all."""
    if one.kind == "portfolio":
        return list(forecast.tasks)
    project = one.id.split(".", maxsplit=1)[0]
    return [task for task in forecast.tasks if task.project == project]


def rows_shown(forecast: Forecast, one: TargetForecast) -> list[Row]:
    """At most `MOST_ROWS`, in the order of the work breakdown; among siblings, the earlier start first."""
    tasks = tasks_of(forecast, one)
    kept = _most_critical(tasks, one.id)
    children: dict[str | None, list[TaskForecast]] = defaultdict(list)
    for task in tasks:
        if task.id in kept:
            children[task.parent if task.parent in kept else None].append(task)
    rows: list[Row] = []

    def descend(parent: str | None, level: int) -> None:
        for task in sorted(children[parent], key=lambda task: (task.planned_start, task.planned_finish)):
            rows.append(Row(task, level, None if task.kind == "summary" else task.criticality.get(one.id)))
            descend(task.id, level + 1)

    descend(None, 0)
    return rows


def _most_critical(tasks: list[TaskForecast], target: str) -> set[str]:
    """Ids of all tasks if they fit; else of those most often critical, and of the summaries above them."""
    if len(tasks) <= MOST_ROWS:
        return {task.id for task in tasks}
    parent = {task.id: task.parent for task in tasks}
    leaves = [task for task in tasks if task.kind != "summary"]
    leaves.sort(key=lambda task: -(task.criticality[target].value if target in task.criticality else 0.0))
    kept: set[str] = set()
    for task in leaves:
        family, up = {task.id}, task.parent
        while up is not None and up in parent:
            family.add(up)
            up = parent[up]
        never = not (target in task.criticality and task.criticality[target].value)
        if len(kept | family) > MOST_ROWS or (never and len(kept) >= LEAST_ROWS):
            break
        kept |= family
    return kept


# ---- words ----


def finding(forecast: Forecast, one: TargetForecast) -> str:
    """``River bridge: planned for 20 Aug 2027, 80 % sure by 5 Nov 2027``."""
    name, sure = words.shortened(one.label, 46), one.percentiles[80].value
    if sure.date() == one.planned.date():
        return f"{name}: planned for {words.day(one.planned)}, and 80 % sure by then"
    return f"{name}: planned for {words.day(one.planned)}, 80 % sure by {words.day(sure)}"


def subtitle(forecast: Forecast, one: TargetForecast) -> str:
    tasks = [task for task in tasks_of(forecast, one) if task.kind != "summary"]
    shown = sum(row.task.kind != "summary" for row in rows_shown(forecast, one))
    return f"The {shown} of its {len(tasks):,} tasks that are most often critical." if shown < len(tasks) else ""


def table(forecast: Forecast, one: TargetForecast) -> pd.DataFrame:
    """All tasks, drawn or not."""
    return pd.DataFrame(
        [
            {
                "task": task.id,
                "name": task.label,
                "kind": task.kind,
                "parent": task.parent,
                "planned_start": task.planned_start,
                "planned_finish": task.planned_finish,
                **{f"start_p{level}": moment for level, moment in task.start.items()},
                **{f"finish_p{level}": moment for level, moment in task.finish.items()},
                "criticality": task.criticality[one.id].value if one.id in task.criticality else None,
                "exists": 1.0 if task.exists is None else task.exists.value,
            }
            for task in tasks_of(forecast, one)
        ]
    )


def chart(forecast: Forecast, one: TargetForecast, name: str, like: Likeness | None = None) -> Chart:
    title, more = finding(forecast, one), subtitle(forecast, one)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Each task has its planned bar, and a bar from P10 of its start to P90 of its finish.",
        table=table(forecast, one),
        draw=lambda ax: gantt(forecast, one.id, ax, like=like),
        section=one.id,
        page=_page(rows_shown(forecast, one)),
    )


# ---- drawing ----


def _page(shown: list[Row]) -> dict[str, float]:
    longest = max((row.level * INDENT + measure(row.task.label, 11.0) for row in shown), default=0.0)
    return {"left": MARGIN + min(NAMES, max(80.0, longest)) + 16, "right": RIGHT, "top": 118, "bottom": 96}


def _reach(forecast: Forecast, one: TargetForecast, shown: list[Row], like: Likeness | None) -> tuple[float, float]:
    """As far as the chart of an earlier forecast, if that is further."""
    own, old = _limits(forecast, one, shown), like.target(one.id) if like is not None else None
    if like is None or old is None:
        return own
    return reach(_limits(like.earlier, old, rows_shown(like.earlier, old)), own)


def _limits(forecast: Forecast, one: TargetForecast, shown: list[Row]) -> tuple[float, float]:
    moments: list[datetime] = [one.planned]
    for row in shown:
        task = row.task
        moments += [task.planned_start, task.planned_finish, min(task.start.values()), max(task.finish.values())]
    low, high = min(map(position, moments)), max(map(day_end, moments))
    span = max(high - low, 10.0)
    near = [at for at in (mark.at for mark in _marks(forecast, one)) if low - 0.25 * span <= at <= high + 0.25 * span]
    low, high = min([low, *near]), max([low + span, high, *near])
    return low - 0.02 * span, high + 0.02 * span


def _marks(forecast: Forecast, one: TargetForecast) -> list[Mark]:
    marks = []
    if one.target is not None:
        marks.append(Mark(day_end(one.target), f"target {words.day(one.target)}", TARGET, "bold", width=2.0))
    status = forecast.provenance.status_date
    return [*marks, Mark(position(status), f"status {words.day(status)}", QUIET, dashes=(0, (4, 2)), width=1.2)]


def _row(ax: Axes, place: int, row: Row) -> None:
    task = row.task
    ends = position(task.planned_start), position(task.planned_finish)
    first, last = position(task.start[10]), position(task.finish[90])
    middle, sure = position(task.finish[50]), position(task.finish[80])
    if task.kind.endswith("milestone"):
        ax.plot([ends[1]], [place + 0.27], marker="D", markersize=5, color="white", markeredgecolor=PLAN, markeredgewidth=1.3, zorder=3)
        ax.plot([position(task.finish[10]), last], [place - 0.08] * 2, color=_shade(row), linewidth=3.0, zorder=3)
        ax.plot([middle], [place - 0.08], marker="D", markersize=6.5, color=FORECAST, markeredgecolor="white", zorder=4)
    elif task.kind == "summary":
        ax.barh([place + 0.27], [max(ends[1] - ends[0], 0)], left=ends[0], height=0.12, color=PLAN, zorder=3)
        ax.barh([place - 0.08], [max(last - first, 0)], left=first, height=0.2, color=QUIET, alpha=0.55, linewidth=0, zorder=3)
    else:
        ax.barh([place + 0.27], [max(ends[1] - ends[0], 0)], left=ends[0], height=0.16, color=PLAN, zorder=3)
        ax.barh([place - 0.08], [max(last - first, 0)], left=first, height=0.46, color=_shade(row), zorder=3)
        ax.plot([middle] * 2, [place - 0.31, place + 0.15], color="white", linewidth=2.8, zorder=3.5)
        ax.plot([middle] * 2, [place - 0.31, place + 0.15], color=TEXT, linewidth=1.1, zorder=3.6)
    ax.plot([sure] * 2, [place - 0.38, place + 0.2], color="white", linewidth=4.6, zorder=3.7)
    ax.plot([sure] * 2, [place - 0.38, place + 0.2], color=TEXT, linewidth=2.6, zorder=3.8)


def _shade(row: Row) -> str:
    """From pale to the forecast's ink with the share of iterations on the driving path."""
    share = 0.0 if row.critical is None else row.critical.value
    red, green, blue = (a + (b - a) * share for a, b in zip(to_rgb(PALE), to_rgb(FORECAST), strict=True))
    return to_hex((red, green, blue))


def _names(ax: Axes, shown: list[Row], size: float) -> None:
    left = -min(NAMES, max((row.level * INDENT + measure(row.task.label, size) for row in shown), default=0.0)) - 12
    for place, row in enumerate(shown):
        ax.annotate(
            bars.named(row.task.label, row.task.id, NAMES - row.level * INDENT, size),
            (0, place),
            xycoords=("axes fraction", "data"),
            xytext=(left + row.level * INDENT, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=size,
            fontweight="normal",
            color=QUIET if row.task.kind == "summary" else TEXT,
            annotation_clip=False,
        )


def _share(row: Row) -> str:
    return "" if row.critical is None else words.percent(row.critical)


def _note(forecast: Forecast, shown: list[Row]) -> str:
    coarse = max((row.task.resolution_days for row in shown), default=0.0)
    return words.note(
        forecast,
        "Grey: plan. Blue: from P10 of the start to P90 of the finish, darker the more often the task is on the driving path.",
        "Ticks: P50 and (bold) P80 of the finish; diamonds: milestones.",
        "Of what exists only sometimes: where it does." if any(row.task.exists for row in shown) else "",
        f"Task dates to within {words.trimmed(coarse, 1)} working days." if coarse > 0.05 else "",
    )
