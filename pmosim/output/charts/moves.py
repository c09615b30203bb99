"""What moved it: one bar for each class of change, laid end to end from before to after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import comparing, words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.style import FORECAST, GOOD, PALE, QUIET, footnote, headline, themed
from pmosim.results.comparison import Comparison, TargetComparison
from pmosim.results.records import Estimate

FIGURE = comparing.FIGURE


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    begin: float
    size: Estimate
    is_whole: bool = False


@themed
def moves(comparison: Comparison, target: TargetComparison, *, in_money: bool = False, ax: Axes | None = None) -> Axes:
    """Steps of the P80 in their fixed order, each beginning where the one before it ends; the last bar is the whole move."""
    rows = bars_of(target, in_money=in_money)
    ax = axes_or_page(ax, **_page(rows))
    size = bars.row_size(ax, len(rows))
    for place, row in enumerate(rows):
        ax.barh([place], [row.size.value], left=row.begin, height=0.62, color=_ink(row), zorder=2)
        bars.whisker(ax, place, _shifted(row.size, row.begin))
        if place:
            ax.plot(
                [row.begin] * 2 if not row.is_whole else [row.size.value] * 2,
                [place - 0.69, place - 0.31],
                color=QUIET,
                linewidth=0.8,
                zorder=1.9,
            )
    bars.rows(ax, [row.name for row in rows])
    bars.column(ax, [_words(row.size, comparison.currency, in_money=in_money) for row in rows], size, heading="move of the P80")
    ax.margins(x=0.06)
    _scale(ax, comparison.currency, in_money=in_money)
    headline(ax, finding(comparison, target, in_money=in_money), comparing.cause(target) if not in_money else "", above=18)
    footnote(ax, _note(comparison), below=30)
    return ax


def bars_of(target: TargetComparison, *, in_money: bool) -> list[Bar]:
    rows, begin = [], 0.0
    for step in target.steps:
        if "targets" in step.changes:  # a promise moves no date and no cost
            continue
        size = step.cost[FIGURE] if in_money else step.days[FIGURE]
        rows.append(Bar(", ".join(step.changes), begin, size))
        begin += size.value
    whole = target.cost[FIGURE].difference if in_money else target.figures[FIGURE].days
    if whole is None or all(row.size.is_exact and not row.size.value for row in rows):
        return []  # nothing to be seen
    return [*rows, Bar("all together", 0.0, whole, is_whole=True)]


def finding(comparison: Comparison, target: TargetComparison, *, in_money: bool) -> str:
    name = words.shortened(target.label, 46)
    if not in_money:
        return comparing.finding(target, name=name)
    change = target.cost[FIGURE]
    sure = words.bare_money(change.after, comparison.currency)
    if change.difference.is_exact and not change.difference.value:
        return f"{name}: the P80 of the cost stays at {sure}"
    size = change.difference
    size = size if size.value >= 0 else Estimate(-size.value, -size.high, -size.low)
    moved = f"{'rises' if change.difference.value > 0 else 'falls'} by {words.money(size, comparison.currency)}"
    return f"{name}: the P80 of the cost {moved}, to {sure}"


def chart(comparison: Comparison, target: TargetComparison, name: str, *, in_money: bool = False) -> Chart:
    title, rows = finding(comparison, target, in_money=in_money), bars_of(target, in_money=in_money)
    more = "" if in_money else comparing.cause(target)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} A bar for each class of change shows how far it moves the P80; laid end to end they make the whole.",
        table=pd.DataFrame(
            [{"change": row.name, "begin": row.begin, "move": row.size.value, "low": row.size.low, "high": row.size.high} for row in rows]
        ),
        draw=lambda ax: moves(comparison, target, in_money=in_money, ax=ax),
        section=target.id,
        page=_page(rows),
    )


def _page(rows: Sequence[Bar]) -> dict[str, float]:
    return bars.page_for([row.name for row in rows])


def _ink(row: Bar) -> str:
    if row.is_whole:
        return QUIET
    return PALE if bars.may_be_nothing(row.size) else FORECAST if row.size.value > 0 else GOOD


def _shifted(size: Estimate, by: float) -> Estimate:
    return Estimate(size.value + by, size.low + by, size.high + by)


def _words(size: Estimate, currency: str, *, in_money: bool) -> str:
    return comparing.money(size, currency) if in_money else f"{comparing.signed(size)} days"


def _scale(ax: Axes, currency: str, *, in_money: bool) -> None:
    if in_money:
        scale, sign = words.money_scale(max(map(abs, ax.get_xlim())))
        ax.xaxis.set_major_formatter(lambda value, _: ("+" if value > 0 else "") + words.trimmed(value / scale, 3))
        bars.finish(ax, f"{sign}{currency}".strip())
    else:
        ax.xaxis.set_major_formatter(lambda value, _: ("+" if value > 0 else "") + words.trimmed(value, 3))
        bars.finish(ax, "working days")


def _note(comparison: Comparison) -> str:
    origin = comparison.after.provenance
    return (
        f"{words.provenance_line(origin)}. Changed one class after the other, from the top, on the same draws: the bars add up to the "
        f"whole. Blue: later or dearer; green: sooner or cheaper; whiskers: {words.trimmed(100 * origin.confidence, 1)} % paired interval; "
        "pale: it includes zero."
    )
