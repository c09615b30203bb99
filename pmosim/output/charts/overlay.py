"""Two S-curves on one axis: before in grey, after in colour, and how far each P-level has moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import comparing, words
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.distribution import limits_of
from pmosim.output.charts.marks import Mark, beside, lines_with_labels
from pmosim.output.style import FORECAST, GRID, PLAN, QUIET, TARGET, TEXT, TINT, clear_frame, fitted, footnote, headline, themed, width_of
from pmosim.output.timeline import day_end, position, ticks
from pmosim.results.comparison import Comparison, TargetComparison, figure_of
from pmosim.results.records import Curve

PAGE = {"left": 92, "right": 204, "top": 124, "bottom": 84}
LEVELS = (90, 80, 50)
NAMED_AT = (0.24, 0.17)
"""Heights at which the curves are named: below the P-levels, beside the plot."""

HOLLOW: dict[str, Any] = {"color": "white", "markeredgecolor": PLAN, "markeredgewidth": 1.8}


@themed
def two_curves(comparison: Comparison, target: TargetComparison, ax: Axes | None = None) -> Axes:
    """Both probabilities of completion, P50, P80 and P90 joined across them, and both target dates."""
    ax = axes_or_page(ax, **PAGE)
    above = draw_curves(ax, target, (comparison.before.name, comparison.after.name))
    headline(ax, _title(target), comparing.cause(target), above=above + 4)
    footnote(ax, _note(comparison))
    return ax


def draw_curves(ax: Axes, target: TargetComparison, names: tuple[str, str]) -> float:
    """Both curves with their names, P-levels and target dates; returns the height used above the plot. [points]"""
    ax.set_xlim(*_limits(target))
    same = target.curve_before == target.curve_after
    if not same:
        _curve(ax, target.curve_before, PLAN, "#E7EAED", 1.8, 2.4)
    _curve(ax, target.curve_after, FORECAST, TINT, 2.2, 3)
    _scales(ax)
    _levels(ax, target)
    _name_curves(ax, names, same=same)
    return lines_with_labels(ax, _marks(target))


def chart(comparison: Comparison, target: TargetComparison, name: str) -> Chart:
    title, more = _title(target), comparing.cause(target)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Two curves show the probability of being finished by each date, before and after.",
        table=table((("before", target.curve_before), ("after", target.curve_after))),
        draw=lambda ax: two_curves(comparison, target, ax),
        section=target.id,
        page=PAGE,
    )


def table(curves: Sequence[tuple[str, Curve]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"side": side, "date": at, "share": share, "low": low, "high": high}
            for side, curve in curves
            for at, share, low, high in zip(curve.at, curve.share, curve.low, curve.high, strict=True)
        ]
    )


def _title(target: TargetComparison) -> str:
    name = words.shortened(target.label, 46)
    return "; ".join(filter(None, [comparing.finding(target, name=name), comparing.promise(target)]))


def _ends(curve: Curve) -> list[float]:
    return [position(day) + 1 for day in curve.at]  # type: ignore[arg-type]


def _limits(target: TargetComparison) -> tuple[float, float]:
    """All that is worth drawing of either."""
    marks = [mark.at for mark in _marks(target)]
    both = [limits_of(_ends(curve), curve.count, marks, least=14) for curve in (target.curve_before, target.curve_after)]
    return min(low for low, _ in both), max(high for _, high in both)


def _curve(ax: Axes, curve: Curve, ink: str, band: str, width: float, order: float) -> None:
    low, high = ax.get_xlim()
    ends = _ends(curve)
    at = [min(low, ends[0]), *ends, max(high, ends[-1])]
    ax.fill_between(at, [0, *curve.low, curve.low[-1]], [0, *curve.high, curve.high[-1]], step="post", color=band, linewidth=0, zorder=2)
    ax.step(at, [0, *curve.share, curve.share[-1]], where="post", color=ink, linewidth=width, zorder=order)
    ax.set_xlim(low, high)


def _scales(ax: Axes) -> None:
    ax.set_ylim(0, 1.04)
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
    ax.set_xticks(*ticks(*ax.get_xlim(), width_of(ax)))
    clear_frame(ax)
    ax.tick_params(axis="x", pad=9)  # clear of the lowest label of the other axis
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_ylabel("probability by then", fontsize=10, color=QUIET, labelpad=8)


def _levels(ax: Axes, target: TargetComparison) -> None:
    """A bar from where each P-level was to where it is, with the move in words beside the plot."""
    heights, texts, weights = [], [], []
    for level in LEVELS:
        change = target.figures[figure_of(level)]
        ends = day_end(change.before.value), day_end(change.after.value)
        height = level / 100
        ax.plot(ends, [height] * 2, color=TEXT, linewidth=2.6, zorder=3.5, solid_capstyle="butt")
        ax.plot(ends[:1], [height], marker="o", markersize=6.5, zorder=4, **HOLLOW)
        ax.plot(ends[1:], [height], marker="o", markersize=7.5, color=FORECAST, markeredgecolor="white", markeredgewidth=1.2, zorder=4.1)
        moved = f"{comparing.signed(change.days)} days" if change.days is not None else f"{round(change.calendar_days):+d} calendar days"
        heights.append(height)
        texts.append(f"P{level}  {words.day(change.after.value)}\n{moved}")
        weights.append("bold" if level == 80 else "normal")
    beside(ax, heights, texts, [TEXT] * len(texts), weights)


def _name_curves(ax: Axes, names: tuple[str, str], *, same: bool) -> None:
    """Beside the plot, below the P-levels: where no curve can come."""
    rows = [(NAMED_AT[0], names[1], FORECAST, {"color": FORECAST}), (NAMED_AT[1], names[0], QUIET, HOLLOW)]
    for height, name, ink, dot in rows if not same else [(NAMED_AT[0], "before and after", FORECAST, rows[0][3])]:
        ax.plot([1.016], [height], marker="o", markersize=7, transform=ax.get_yaxis_transform(), clip_on=False, linestyle="", **dot)
        ax.annotate(
            fitted(name, PAGE["right"] - 44, 11.0, "bold"),
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(22, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=11,
            fontweight="bold",
            color=ink,
            annotation_clip=False,
        )


def _marks(target: TargetComparison) -> list[Mark]:
    marks = []
    if target.target_after is not None:
        share = target.probability.after if target.probability else None
        chance = f": {words.percent(share)}" if share else ""
        marks.append(Mark(day_end(target.target_after), f"target {words.day(target.target_after)}{chance}", TARGET, "bold", width=2.0))
    if target.target_before is not None and target.target_before != target.target_after:
        marks.append(
            Mark(day_end(target.target_before), f"target before {words.day(target.target_before)}", QUIET, dashes=(0, (4, 2)), width=1.3)
        )
    return marks


def _note(comparison: Comparison) -> str:
    origin = comparison.after.provenance
    return (
        f"{words.provenance_line(origin)}. Grey: before; blue: after; bands: {words.trimmed(100 * origin.confidence, 1)} % simulation "
        f"interval. {comparing.pairing(comparison)}"
    )
