"""Why a figure moved: a waterfall of the items that moved it most, class after class, from before to after."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import explaining, words
from pmosim.output.charts import bars, waterfall
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.waterfall import Bar, laid_end_to_end
from pmosim.output.style import footnote, headline, measure, themed
from pmosim.results.explanation import MONEY, PROBABILITY, Explanation


@themed
def reasons(made: Explanation, ax: Axes | None = None) -> Axes:
    """Each item's step in the order in which it is made, beginning where the one before it ends; the last bar is the whole move."""
    rows = bars_of(made)
    ax = axes_or_page(ax, **_page(rows))
    waterfall.draw(ax, rows, _heading(made), more_is_worse=made.unit != PROBABILITY)
    _axis(ax, made)
    headline(ax, explaining.finding(made, name=words.shortened(made.target.label, 46)), _sentence(made), above=18)
    footnote(ax, _note(made), below=30)
    return ax


def bars_of(made: Explanation) -> list[Bar]:
    """Without what moves nothing for certain; empty where nothing moves."""
    moved = [row for row in made.rows if row.exact or not row.move.is_exact]
    steps = []
    for place, row in enumerate(moved):
        group = "" if place and moved[place - 1].change == row.change else explaining.class_of(row)
        steps.append((explaining.title(row), row.move, explaining.amount(made, row.move), group))
    return laid_end_to_end(steps, (made.whole, explaining.amount(made, made.whole))) if steps else []


def chart(made: Explanation, name: str = "reasons") -> Chart:
    title, said = explaining.finding(made, name=words.shortened(made.target.label, 46)), _sentence(made)
    rows = bars_of(made)
    return Chart(
        name=name,
        title=title,
        subtitle=said,
        alt=f"{title}. {said} A bar for each item shows how far it moves the figure; laid end to end they make the whole.",
        table=pd.DataFrame(explaining.table_rows(made)["moves"]) if rows else pd.DataFrame(),
        draw=lambda ax: reasons(made, ax),
        section=made.target.id,
        page=_page(rows),
    )


def _sentence(made: Explanation) -> str:
    said = explaining.causes(made)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _heading(made: Explanation) -> str:
    figure = "chance of the target" if made.unit == PROBABILITY else made.figure
    return f"move of the {figure}"


def _page(rows: list[Bar]) -> dict[str, float]:
    groups = max((measure(row.group, 11.0) for row in rows), default=0.0)
    margins = bars.page_for([row.name for row in rows], right=200)
    return margins | {"left": margins["left"] + max(0.0, groups - bars.RANK + 40), "top": 126}


def _axis(ax: Axes, made: Explanation) -> None:
    scale, sign = words.money_scale(max(map(abs, ax.get_xlim()))) if made.unit == MONEY else (0.01 if made.unit == PROBABILITY else 1.0, "")
    waterfall.signed_axis(ax, f"{sign}{explaining.unit(made)}".strip(), scale)


def _note(made: Explanation) -> str:
    origin = made.after.provenance
    bad, good = (
        ("less likely", "more likely") if made.unit == PROBABILITY else ("later", "sooner") if made.unit != MONEY else ("dearer", "cheaper")
    )
    return (
        f"{words.provenance_line(origin)}. Changed one after the other, from the top, on the same draws: the bars add up to the whole. "
        f"Blue: {bad}; green: {good}; whiskers: {words.trimmed(100 * origin.confidence, 1)} % paired interval; pale: it includes zero."
    )
