"""Gantt of one simulated future: each task where it came to lie over where it was planned, the driving path in colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import replaying, words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.marks import Mark, lines_with_labels
from pmosim.output.style import (
    FORECAST,
    GRID,
    MARGIN,
    PLAN,
    QUIET,
    TARGET,
    TEXT,
    TINT,
    clear_frame,
    fitted,
    footnote,
    headline,
    measure,
    themed,
    width_of,
)
from pmosim.output.timeline import day_end, position, ticks
from pmosim.results.replay import Replay, ReplayedTask

MOST_ROWS = 24
NAMES = 200.0  # [points]
RIGHT = 250.0
HAPPENED = 150.0  # [points] for what hit a task


@themed
def iteration(replay: Replay, ax: Axes | None = None) -> Axes:
    """Simulated bars over planned ones; dark on the driving path; beside each, how much later it ends and what hit it."""
    shown = replaying.rows_shown(replay, MOST_ROWS)
    ax = axes_or_page(ax, **_page(shown))
    size = bars.row_size(ax, len(shown)) if shown else 11.0
    ax.set_xlim(*_limits(replay, shown))
    for place, task in enumerate(shown):
        _row(ax, place, task)
    bars.rows(ax, [bars.named(task.label, task.id, NAMES, size) for task in shown])
    bars.column(
        ax,
        [replaying.change(task.later_days) if task.exists else "not done" for task in shown],
        size,
        heading="days after plan" if shown else "",
    )
    hit = [fitted(", ".join(task.risks), HAPPENED, size) for task in shown]
    bars.column(ax, hit, size, heading="hit by" if any(hit) else "", off=98)
    clear_frame(ax)
    ax.tick_params(axis="y", colors=TEXT)
    ax.set_xticks(*ticks(*ax.get_xlim(), width_of(ax)))
    ax.grid(axis="x", color=GRID, linewidth=0.8)
    above = lines_with_labels(ax, _marks(replay))
    headline(ax, finding(replay), subtitle(replay), above=above + 4)
    footnote(ax, _note(replay, shown))
    return ax


def finding(replay: Replay) -> str:
    return replaying.headline(replay)


def subtitle(replay: Replay) -> str:
    """What happened, the worst first."""
    happened = [risk.label for risk in replay.risks if risk.kind == "event"]
    what = (
        f"What happened: {', '.join(happened[:3])}{f' and {len(happened) - 3} more' if len(happened) > 3 else ''}."
        if happened
        else "No risk happened."
    )
    place = f"{replay.asked}: " if replay.asked else ""
    return f"{place}{words.percent(replay.no_later)} of iterations finish no later. {what}"


def chart(replay: Replay, name: str = "schedule") -> Chart:
    title, more = finding(replay), subtitle(replay)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Each task has its simulated bar over its planned one; those that decided the finish are dark.",
        table=pd.DataFrame(replaying.table_rows(replay)["tasks"]),
        draw=lambda ax: iteration(replay, ax),
        section=replay.target,
        page=_page(replaying.rows_shown(replay, MOST_ROWS)),
    )


def _page(shown: list[ReplayedTask]) -> dict[str, float]:
    longest = max((measure(task.label, 11.0) for task in shown), default=0.0)
    hit = max((measure(", ".join(task.risks), 11.0) for task in shown), default=0.0)
    right = 98 + min(HAPPENED, max(hit, 40.0)) + MARGIN if hit else 116
    return {"left": MARGIN + min(NAMES, max(80.0, longest)) + 12, "right": right, "top": 118, "bottom": 96}


def _limits(replay: Replay, shown: list[ReplayedTask]) -> tuple[float, float]:
    lows = [position(min(task.start, task.planned_start)) for task in shown]
    highs = [day_end(max(task.finish, task.planned_finish)) for task in shown]
    low, high = min(lows, default=position(replay.planned)), max([*highs, day_end(replay.finish), day_end(replay.planned)])
    span = max(high - low, 10.0)
    near = [mark.at for mark in _marks(replay) if low - 0.25 * span <= mark.at <= high + 0.25 * span]
    low, high = min([low, *near]), max([low + span, *near])
    return low - 0.02 * span, high + 0.02 * span


def _marks(replay: Replay) -> list[Mark]:
    marks = [Mark(day_end(replay.finish), f"finish {words.day(replay.finish)}", FORECAST, "bold", width=1.8)]
    if replay.target_date is not None:
        marks.append(Mark(day_end(replay.target_date), f"target {words.day(replay.target_date)}", TARGET, "bold", width=1.8))
    marks.append(Mark(day_end(replay.planned), f"plan {words.day(replay.planned)}", QUIET, dashes=(0, (5, 2, 1, 2)), width=1.2))
    status = replay.provenance.status_date
    return [*marks, Mark(position(status), f"status {words.day(status)}", QUIET, dashes=(0, (4, 2)), width=1.2)]


def _row(ax: Axes, place: int, task: ReplayedTask) -> None:
    ink = FORECAST if task.drives else TINT
    planned, now = (position(task.planned_start), position(task.planned_finish)), (position(task.start), position(task.finish))
    if not task.exists:  # where the plan has it, and nowhere else
        ax.barh([place + 0.29], [max(planned[1] - planned[0], 0)], left=planned[0], height=0.14, color=PLAN, alpha=0.45, zorder=3)
        return
    if task.kind.endswith("milestone"):
        ax.plot([planned[1]], [place + 0.27], marker="D", markersize=5, color="white", markeredgecolor=PLAN, markeredgewidth=1.3, zorder=3)
        ax.plot([now[1]], [place - 0.08], marker="D", markersize=7, color=ink, markeredgecolor="white", zorder=4)
        return
    thin = task.kind in ("summary", "hammock")
    ax.barh([place + 0.29], [max(planned[1] - planned[0], 0)], left=planned[0], height=0.14, color=PLAN, zorder=3)
    ax.barh([place - 0.08], [max(now[1] - now[0], 0)], left=now[0], height=0.2 if thin else 0.48, color=QUIET if thin else ink, zorder=3)
    for begin, end in _stops(task):
        ax.barh([place - 0.08], [end - begin], left=begin, height=0.48, color="white", alpha=0.72, linewidth=0, zorder=3.2)
    if task.risks:  # whatever the ink, it is seen that something struck
        ax.plot([now[1]], [place - 0.08], marker="o", markersize=5.5, color=TARGET, markeredgecolor="white", markeredgewidth=0.8, zorder=4)


def _stops(task: ReplayedTask) -> Iterator[tuple[float, float]]:
    """From when to when the task stood still: lost days that follow one another together."""
    first, last = position(task.start), position(task.finish)
    at = [position(datetime.combine(day, time())) for day in task.lost]
    while at:
        begin = end = at.pop(0)
        while at and at[0] - end <= 1:
            end = at.pop(0)
        if min(end + 1, last) > max(begin, first):
            yield max(begin, first), min(end + 1, last)


def _note(replay: Replay, shown: list[ReplayedTask]) -> str:
    left = len(replay.tasks) - len(shown)
    return " ".join(
        filter(
            None,
            [
                f"{words.provenance_line(replay.provenance)}; iteration {replay.iteration:,}.",
                "Grey: plan. Blue: as it came in this iteration, dark on the path that decided; vermilion dots: hit by a risk.",
                "Pale: lost to weather." if any(task.lost for task in shown) else "",
                f"{left:,} more {words.plural('task', left)} in the table beside this chart." if left > 0 else "",
            ],
        )
    )
