"""What moved it: one bar for each class of change, laid end to end from before to after."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import comparing, words
from pmosim.output.charts import bars, waterfall
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.waterfall import Bar, laid_end_to_end
from pmosim.output.style import footnote, headline, themed
from pmosim.results.comparison import Comparison, TargetComparison
from pmosim.results.records import Estimate

FIGURE = comparing.FIGURE


@themed
def moves(comparison: Comparison, target: TargetComparison, *, in_money: bool = False, ax: Axes | None = None) -> Axes:
    """Steps of the P80 in their fixed order, each beginning where the one before it ends; the last bar is the whole move."""
    rows = bars_of(comparison, target, in_money=in_money)
    ax = axes_or_page(ax, **_page(rows))
    waterfall.draw(ax, rows, "move of the P80")
    _scale(ax, comparison.currency, in_money=in_money)
    headline(ax, finding(comparison, target, in_money=in_money), comparing.cause(target) if not in_money else "", above=18)
    footnote(ax, _note(comparison), below=30)
    return ax


def bars_of(comparison: Comparison, target: TargetComparison, *, in_money: bool) -> list[Bar]:
    steps = []
    for step in target.steps:
        if "targets" in step.changes:  # a promise moves no date and no cost
            continue
        size = step.cost[FIGURE] if in_money else step.days[FIGURE]
        steps.append((", ".join(step.changes), size, _words(size, comparison.currency, in_money=in_money), ""))
    whole = target.cost[FIGURE].difference if in_money else target.figures[FIGURE].days
    if whole is None or all(size.is_exact and not size.value for _, size, _, _ in steps):
        return []  # nothing to be seen
    return laid_end_to_end(steps, (whole, _words(whole, comparison.currency, in_money=in_money)))


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
    title, rows = finding(comparison, target, in_money=in_money), bars_of(comparison, target, in_money=in_money)
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


def _words(size: Estimate, currency: str, *, in_money: bool) -> str:
    return comparing.money(size, currency) if in_money else f"{comparing.signed(size)} days"


def _scale(ax: Axes, currency: str, *, in_money: bool) -> None:
    scale, sign = words.money_scale(max(map(abs, ax.get_xlim()))) if in_money else (1.0, "")
    waterfall.signed_axis(ax, f"{sign}{currency}".strip() if in_money else "working days", scale)


def _note(comparison: Comparison) -> str:
    origin = comparison.after.provenance
    return (
        f"{words.provenance_line(origin)}. Changed one class after the other, from the top, on the same draws: the bars add up to the "
        f"whole. Blue: later or dearer; green: sooner or cheaper; whiskers: {words.trimmed(100 * origin.confidence, 1)} % paired interval; "
        "pale: it includes zero."
    )
