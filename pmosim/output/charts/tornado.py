"""Tornado in days: where the target lies when a source of uncertainty is in its lowest and in its highest decile."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.findings import RankedSource, ranked_sources
from pmosim.output.style import FORECAST, PALE, TINT, footnote, headline, themed
from pmosim.results.records import Forecast, TargetForecast, Tornado

MOST_ROWS = 15
RISK = 38.0  # [points] for the word that tells a risk from a task


@themed
def tornado(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Mean finish in the lowest and in the highest decile of each source, about the mean. [working days]"""
    one = target_of(forecast, target)
    ranked = ranked_sources(one)
    ax = axes_or_page(ax, **_page(one))
    shown = ranked[:MOST_ROWS]
    size = bars.row_size(ax, len(shown))
    bars.bars(ax, [spread.low_mean.value for _, _, _, spread in shown], [_ink(spread, TINT) for _, _, _, spread in shown])
    bars.bars(ax, [spread.high_mean.value for _, _, _, spread in shown], [_ink(spread, FORECAST) for _, _, _, spread in shown])
    for row, (_, _, _, spread) in enumerate(shown):
        bars.whisker(ax, row, spread.low_mean)
        bars.whisker(ax, row, spread.high_mean)
    bars.rows(ax, _names(shown, size, bars.lines(ax, len(shown))), [one.rank for one in shown])
    texts = [f"{words.signed(spread.low_mean)} to {words.signed(spread.high_mean)} days" for _, _, _, spread in shown]
    bars.column(ax, texts, size, heading="lowest to highest decile" if shown else "")
    ax.margins(x=0.05)
    ax.xaxis.set_major_formatter(lambda value, _: ("+" if value > 0 else "") + words.trimmed(value, 2))
    bars.finish(ax, "working days" if shown else "")
    if not shown:
        ax.set_axis_off()
    headline(ax, finding(one), subtitle(one), above=18)
    footnote(ax, _note(forecast, ranked), below=30)
    return ax


def finding(one: TargetForecast) -> str:
    name = words.shortened(one.label, 34)
    ranked = ranked_sources(one)
    if not ranked:
        return f"{name}: nothing uncertain moves it"
    _, first, _, spread = ranked[0]
    tied = sum(other.startswith("1–") for _, _, other, _ in ranked[1:])
    shared = f", tied with {tied} more" if tied else ""
    low, high = words.signed(spread.low_mean), words.signed(spread.high_mean)
    return f"{name}: {words.shortened(first, 36)} moves it most{shared}: {low} to {high} working days"


def subtitle(one: TargetForecast) -> str:
    ranked = ranked_sources(one)
    if not ranked:
        return ""
    spread = ranked[0].tornado
    return (
        f"In its lowest decile the mean finish is {words.day(spread.low_date)}, in its highest {words.day(spread.high_date)}; "
        f"over all iterations, {words.day(one.mean.value)}."
    )


def table(one: TargetForecast) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "rank": rank,
                "source": source.source,
                "kind": source.kind,
                "name": source.label,
                "low_days": spread.low_mean.value,
                "low_days_low": spread.low_mean.low,
                "low_days_high": spread.low_mean.high,
                "high_days": spread.high_mean.value,
                "high_days_low": spread.high_mean.low,
                "high_days_high": spread.high_mean.high,
                "low_date": spread.low_date,
                "high_date": spread.high_date,
            }
            for source, _, rank, spread in ranked_sources(one)
        ]
    )


def chart(forecast: Forecast, one: TargetForecast, name: str) -> Chart:
    return Chart(
        name=name,
        title=finding(one),
        subtitle=subtitle(one),
        alt=f"{finding(one)}. {subtitle(one)} Bars show the mean finish, in working days about the mean, for each source of uncertainty.",
        table=table(one),
        draw=lambda ax: tornado(forecast, one.id, ax),
        section=one.id,
        page=_page(one),
    )


def _page(one: TargetForecast) -> dict[str, float]:
    return bars.page_for((source.name for source in ranked_sources(one)[:MOST_ROWS]), more=RISK)


def _ink(spread: Tornado, sure: str) -> str:
    return PALE if bars.may_be_nothing(spread.low_mean) and bars.may_be_nothing(spread.high_mean) else sure


def _names(shown: list[RankedSource], size: float, lines: int) -> list[str]:
    return [
        bars.named(name, source.source, bars.NAMES - (RISK if source.kind == "risk" else 0), size, lines)
        + ("  (risk)" if source.kind == "risk" else "")
        for source, name, _, _ in shown
    ]


def _note(forecast: Forecast, ranked: list[RankedSource]) -> str:
    left = len(ranked) - MOST_ROWS
    return words.note(
        forecast,
        "Mean finish while the source is in its lowest (light) and its highest (dark) decile, in working days about the mean of all.",
        f"Whiskers: {words.confidence(forecast)} simulation interval; pale: both include zero.",
        "Ranks: all that the intervals leave possible.",
        words.left_out(left, "more source"),
    )
