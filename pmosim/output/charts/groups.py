"""Exposure by category, owner, programme or project: expected delay before and after mitigation, ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import exposing, words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.style import FORECAST, PLAN, footnote, headline, themed
from pmosim.results.records import Forecast
from pmosim.results.shared import ExposureGroup, GroupState

OFF = 0.2  # [rows] of each bar from the middle of its row
SECOND = 98.0  # [points] right of the plot
THIRD = 184.0
PLURAL = {"category": "categories", "owner": "owners", "project": "projects", "programme": "programmes"}


@themed
def exposure_by_group(forecast: Forecast, by: str, ax: Axes | None = None) -> Axes:
    """Expected delay by each group of risks, before mitigation (grey) and after it (blue); blue alone where there is none."""
    found = exposing.groups_of(forecast, by)
    ax = axes_or_page(ax, **_page(found, by))
    shown = found[: bars.MOST_ROWS]
    size = bars.row_size(ax, len(shown))
    bars.rows(ax, [_name(one, size, bars.lines(ax, len(shown))) for one in shown])
    both = any(one.after for one in found)
    for place, one in enumerate(shown):
        for state, off, ink in ((one.before, -OFF, PLAN), (one.after, OFF, FORECAST)) if both else ((one.before, 0.0, FORECAST),):
            _bar(ax, place + off, state, ink, 0.36 if both else 0.5)
    ax.margins(x=0.04)
    bars.column(ax, [_says(one.before) for one in shown], size, heading="before" if both else "expected")
    if both:
        bars.column(ax, [_says(one.after) for one in shown], size, heading="after", off=SECOND)
    bars.column(
        ax, [_says(one.before, "p80") for one in shown], size, heading="P80 before" if both else "P80", off=THIRD if both else SECOND
    )
    bars.finish(ax, "working days" if shown else "")
    headline(ax, finding(forecast, by), subtitle(forecast, by), above=18)
    footnote(ax, _note(forecast, by, len(found) - len(shown), both=both), below=30)
    return ax


def finding(forecast: Forecast, by: str) -> str:
    """``Site manager owns the most exposure: 3.2 ± 0.1 working days expected, 1.7 ± 0.1 after mitigation``."""
    found = exposing.groups_of(forecast, by)
    if not found or found[0].before is None:
        return f"Exposure by {by}"
    first = found[0]
    state = found[0].before
    tied = sum(one.before is not None and one.before.delay.expected.high >= state.delay.expected.low for one in found[1:])
    name = words.shortened(exposing.name_of(first), 40)
    shared = f", tied with {tied} more" if tied else ""
    after = f", {words.number(first.after.delay.expected, finest=2)} after mitigation" if first.after else ""
    what = {
        "category": f"{name} is the largest category of risk",
        "owner": f"{name} owns the most exposure",
        "project": f"{name} is the most exposed project",
        "programme": f"{name} is the most exposed programme",
    }[by]
    return f"{what}{shared}: {words.days(state.delay.expected)} expected{after}"


def subtitle(forecast: Forecast, by: str) -> str:
    return exposing.concentration(forecast) if by == "category" else exposing.widest(forecast) if by == "project" else ""


def chart(forecast: Forecast, by: str, name: str) -> Chart:
    title, found = finding(forecast, by), exposing.groups_of(forecast, by)
    return Chart(
        name=name,
        title=title,
        subtitle=subtitle(forecast, by),
        alt=f"{title}. Bars rank the {PLURAL[by]} by the working days that risks add, before and after mitigation.",
        table=pd.DataFrame([_row(one, by) for one in found]),
        draw=lambda ax: exposure_by_group(forecast, by, ax),
        page=_page(found, by),
    )


def _row(one: ExposureGroup, by: str) -> dict[str, Any]:
    row: dict[str, Any] = {by: exposing.name_of(one)}
    for name, state in (("before", one.before), ("after", one.after)):
        for figure in ("expected", "p80"):
            estimate = getattr(state.delay, figure) if state else None
            row |= {f"{name}_{figure}_days": estimate and estimate.value}
            row |= {f"{name}_{figure}_low": estimate and estimate.low, f"{name}_{figure}_high": estimate and estimate.high}
    return row


def _page(found: Sequence[ExposureGroup], by: str) -> dict[str, float]:
    return bars.page_for((exposing.name_of(one) for one in found[: bars.MOST_ROWS]), right=THIRD + 84)


def _name(one: ExposureGroup, size: float, lines: int) -> str:
    return bars.named(exposing.name_of(one), "", bars.NAMES, size, lines)


def _bar(ax: Axes, row: float, state: GroupState | None, ink: str, height: float) -> None:
    if state is not None:
        expected = state.delay.expected
        ax.barh([row], [expected.value], height=height, color=bars.ink_of(expected, ink), zorder=2)
        bars.whisker(ax, row, expected, half=0.1)


def _says(state: GroupState | None, figure: str = "expected") -> str:
    return words.number(getattr(state.delay, figure), finest=2) if state else "none"


def _note(forecast: Forecast, by: str, left: int, *, both: bool) -> str:
    if by in ("category", "owner"):
        said = f"Bars: expected delay of {words.shortened(forecast.targets[0].label, 40)} with these risks minus without them, all at once."
    else:
        said = f"Bars: expected delay of each {by}'s own finish with all risks minus without any."
    inks = f"{'Grey: before mitigation; blue: after it; w' if both else 'W'}hiskers: {words.confidence(forecast)} interval."
    return words.note(forecast, said, inks, words.left_out(left, "smaller group"))
