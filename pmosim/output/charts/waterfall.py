"""Bars laid end to end: what the steps of a move and the whole of it have in common, whatever they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.style import FORECAST, GOOD, PALE, QUIET
from pmosim.results.records import Estimate


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    begin: float
    size: Estimate
    text: str  # beside it
    is_whole: bool = False
    group: str = ""  # at the far left


def laid_end_to_end(steps: Sequence[tuple[str, Estimate, str, str]], whole: tuple[Estimate, str]) -> list[Bar]:
    """Name, size, text and group of each step; the last bar is the whole."""
    rows, begin = [], 0.0
    for name, size, text, group in steps:
        rows.append(Bar(name, begin, size, text, group=group))
        begin += size.value
    return [*rows, Bar("all together", 0.0, whole[0], whole[1], is_whole=True)]


def draw(ax: Axes, rows: Sequence[Bar], heading: str, *, more_is_worse: bool = True) -> None:
    """Each bar begins where the one before it ends; a whisker says what the simulation leaves open."""
    for place, row in enumerate(rows):
        ax.barh([place], [row.size.value], left=row.begin, height=0.62, color=_ink(row, more_is_worse=more_is_worse), zorder=2)
        bars.whisker(ax, place, _shifted(row.size, row.begin))
        if place:
            at = row.size.value if row.is_whole else row.begin
            ax.plot([at, at], [place - 0.69, place - 0.31], color=QUIET, linewidth=0.8, zorder=1.9)
    size = bars.row_size(ax, len(rows))
    names = [bars.named(row.name, "", bars.NAMES, size, bars.lines(ax, len(rows))) for row in rows]
    bars.rows(ax, names, [row.group for row in rows] if any(row.group for row in rows) else None)
    bars.column(ax, [row.text for row in rows], size, heading=heading)
    ax.margins(x=0.06)


def signed_axis(ax: Axes, unit: str, scale: float = 1.0) -> None:
    ax.xaxis.set_major_formatter(lambda value, _: ("+" if value > 0 else "") + words.trimmed(value / scale, 3))
    bars.finish(ax, unit)


def _ink(row: Bar, *, more_is_worse: bool) -> str:
    if row.is_whole:
        return QUIET
    if bars.may_be_nothing(row.size):
        return PALE
    return FORECAST if (row.size.value > 0) == more_is_worse else GOOD


def _shifted(size: Estimate, by: float) -> Estimate:
    return Estimate(size.value + by, size.low + by, size.high + by)
