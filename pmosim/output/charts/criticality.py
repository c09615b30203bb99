"""Criticality: how often each task lies on the driving path to a target."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.style import FORECAST, footnote, headline, themed
from pmosim.results.records import Estimate, Forecast, TaskForecast


@themed
def criticality(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Share of iterations in which each task is on the driving path to the target, the highest first."""
    one = target_of(forecast, target)
    ranked = by_share(forecast, one.id)
    ax = axes_or_page(ax, **_page(ranked))
    shown = ranked[: bars.MOST_ROWS]
    size = bars.row_size(ax, len(shown))
    bars.bars(ax, [share.value for _, share in shown], [FORECAST] * len(shown))
    for row, (_, share) in enumerate(shown):
        bars.whisker(ax, row, share)
    ranks = words.rank_ranges([share for _, share in ranked])[: len(shown)]
    bars.rows(
        ax,
        [
            bars.named(name, task.id, bars.NAMES, size, bars.lines(ax, len(shown)))
            for name, (task, _) in zip(_labels(shown), shown, strict=True)
        ],
        ranks,
    )
    bars.column(ax, [words.percent_with_range(share) for _, share in shown], size)
    ax.set_xlim(0, 1.02)
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
    bars.finish(ax, "of iterations")
    headline(ax, finding(forecast, one.id), subtitle(forecast, one.id))
    footnote(ax, _note(forecast, ranked), below=30)
    return ax


def by_share(forecast: Forecast, target: str) -> list[tuple[TaskForecast, Estimate]]:
    """Tasks and milestones that were ever on the driving path, the most frequent first; the same order for equals each time."""
    rows = [(task, task.criticality[target]) for task in forecast.tasks if task.kind != "summary" and target in task.criticality]
    return sorted([row for row in rows if row[1].value > 0], key=lambda row: -row[1].value)


def finding(forecast: Forecast, target: str) -> str:
    name = words.shortened(target_of(forecast, target).label, 36)
    ranked = by_share(forecast, target)
    if not ranked:
        return f"{name}: no task drives it"
    always = [task for task, share in ranked if share.value >= 1]
    often = sum(share.low > 0.5 for _, share in ranked)
    if len(always) == len(ranked):
        return f"{name}: {_count(len(ranked), 'task')} always {'drives' if len(ranked) == 1 else 'drive'} it, no other ever does"
    first, share = next(((task, share) for task, share in ranked if task.kind == "task"), ranked[0])
    if often:
        return f"{name}: {often:,} of {_count(len(ranked), 'task')} {'drives' if often == 1 else 'drive'} it more often than not"
    return f"{name}: no task drives it in most iterations; {words.shortened(first.label, 36)} most often, {words.percent(share)}"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {words.plural(noun, count)}"


def subtitle(forecast: Forecast, target: str) -> str:
    never = sum(
        task.kind != "summary" and not (target in task.criticality and task.criticality[target].value > 0) for task in forecast.tasks
    )
    return f"{_count(never, 'task')} never {'lies' if never == 1 else 'lie'} on the driving path to it." if never else ""


def table(forecast: Forecast, target: str) -> pd.DataFrame:
    ranked = by_share(forecast, target)
    ranks = words.rank_ranges([share for _, share in ranked])
    return pd.DataFrame(
        [
            {"rank": rank, "task": task.id, "name": task.label, "criticality": share.value, "low": share.low, "high": share.high}
            for rank, (task, share) in zip(ranks, ranked, strict=True)
        ]
    )


def chart(forecast: Forecast, target: str, name: str) -> Chart:
    title = finding(forecast, target)
    return Chart(
        name=name,
        title=title,
        subtitle=subtitle(forecast, target),
        alt=f"{title}. {subtitle(forecast, target)} Bars show the share of iterations in which each task is on the driving path.",
        table=table(forecast, target),
        draw=lambda ax: criticality(forecast, target, ax),
        section=target,
        page=_page(by_share(forecast, target)),
    )


def _page(ranked: list[tuple[TaskForecast, Estimate]]) -> dict[str, float]:
    return bars.page_for(_labels(ranked[: bars.MOST_ROWS]))


def _labels(shown: list[tuple[TaskForecast, Estimate]]) -> list[str]:
    return words.distinct([task.label for task, _ in shown], [task.id for task, _ in shown])


def _note(forecast: Forecast, ranked: list[tuple[TaskForecast, Estimate]]) -> str:
    left = len(ranked) - bars.MOST_ROWS
    return words.note(
        forecast,
        "Share of iterations in which the task is on the driving path, ties all counted.",
        f"Whiskers: {words.confidence(forecast)} simulation interval. Ranks: all that the intervals leave possible.",
        words.left_out(left, "less critical task"),
    )
