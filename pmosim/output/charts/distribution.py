"""What the charts of a finish and of a cost share: bars below, the curve of "done by then" above, one axis for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import seaborn as sns
from matplotlib.axes import Axes
from mpl_toolkits.axes_grid1 import make_axes_locatable

from pmosim.output.charts.marks import Mark, beside, lines_with_labels
from pmosim.output.likeness import Likeness, apartness
from pmosim.output.style import FORECAST, GRID, PLAN, QUIET, TEXT, TINT, clear_frame

BARS_SHARE = 0.26  # of the height of the axes given


@dataclass(frozen=True, slots=True)
class PLevel:
    level: int  # [%]
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Before:
    """The same of an earlier forecast, to be drawn in grey on the same axes."""

    at: Sequence[float]
    share: Sequence[float]
    bars: Sequence[float]  # shares of iterations, between the edges of the later one
    limits: tuple[float, float]  # of its own chart
    top: float  # of its highest bar there
    p80: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """Everything in the units of the axis: days since 1970 for dates, the currency for money."""

    at: Sequence[float]  # where each step of the curve is complete
    share: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    edges: Sequence[float]  # of the bars
    bars: Sequence[float]  # iterations in each
    iterations: int
    levels: Sequence[PLevel]
    marks: Sequence[Mark]
    limits: tuple[float, float]
    ticks: tuple[Sequence[float], Sequence[str]]
    bar_words: str = "per week"
    curve_words: str = "probability by then"
    before: Before | None = None


def limits_of(at: Sequence[float], counts: Sequence[int], marks: Sequence[float], *, least: float) -> tuple[float, float]:
    """The range worth drawing: all but a thousandth at each end where tails are long, and marks that lie near."""
    low, high = at[0], at[-1]
    core = _core(at, counts)
    if core[1] - core[0] < 0.75 * (high - low):
        low, high = core
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    span = high - low
    near = [mark for mark in marks if low - 0.7 * span <= mark <= high + 0.7 * span]
    low, high = min([low, *near]), max([high, *near])
    pad = 0.035 * (high - low)
    return low - pad, high + pad


def framed(limits: tuple[float, float], own: tuple[float, float], at: Sequence[float], counts: Sequence[int]) -> tuple[float, float]:
    """The range of the earlier chart, reaching further only where more than one in a hundred iterations would lie beyond it."""
    total, running, low, high = sum(counts), 0, limits[0], limits[1]
    beyond_low = sum(count for place, count in zip(at, counts, strict=True) if place < low)
    for place, count in zip(at, counts, strict=True):
        running += count if place > high else 0
    return own[0] if beyond_low > total / 100 else low, own[1] if running > total / 100 else high


def reaches_further(d: Distribution) -> bool:
    return d.before is not None and d.limits != d.before.limits


def note_of_earlier(d: Distribution, like: Likeness | None) -> list[str]:
    """What the grey is, what the difference knows, and whether the axes are the earlier ones."""
    if like is None or d.before is None:
        return []
    further = "Its axis did not reach as far." if reaches_further(d) else "Axes and bars are those of its chart."
    return [f"Grey: {like.called}. {further}", apartness(like)]


def _core(at: Sequence[float], counts: Sequence[int]) -> tuple[float, float]:
    allowed = sum(counts) / 1000
    low = high = 0
    running = 0
    for place, count in enumerate(counts):
        if running <= allowed:
            low = place
        running += count
        if running < sum(counts) - allowed:
            high = place + 1
    return at[low], at[min(high, len(at) - 1)]


def _earlier(ax: Axes, strip: Axes, d: Distribution, before: Before) -> None:
    low, high = d.limits
    at = [min(low, before.at[0]), *before.at, max(high, before.at[-1])]
    ax.step(at, [0, *before.share, before.share[-1]], where="post", color=PLAN, linewidth=1.8, zorder=2.4)
    ax.plot([before.p80], [0.8], marker="o", markersize=6.5, color="white", markeredgecolor=PLAN, markeredgewidth=1.8, zorder=3.9)
    strip.step([d.edges[0], *d.edges], [0, *before.bars, 0], where="post", color=PLAN, linewidth=1.4, zorder=2.3)


def beyond(distribution: Distribution) -> float:
    """Share of iterations outside the range drawn, of which the footnote must tell."""
    low, high = distribution.limits
    inside = [share for at, share in zip(distribution.at, distribution.share, strict=True) if low <= at <= high]
    before = max((share for at, share in zip(distribution.at, distribution.share, strict=True) if at < low), default=0.0)
    return before + (1 - inside[-1] if inside else 1 - before)


def draw(ax: Axes, distribution: Distribution) -> tuple[Axes, float]:
    """Curve in ``ax``, bars in a strip taken from its foot. Returns the strip, and the height used above. [points]"""
    strip = make_axes_locatable(ax).append_axes("bottom", size=f"{100 * BARS_SHARE / (1 - BARS_SHARE):.0f}%", pad=0.1)
    _settle(ax)
    for one in (ax, strip):
        one.set_xlim(*distribution.limits)
    _curve(ax, distribution)
    _bars(strip, distribution)
    if distribution.before is not None:
        _earlier(ax, strip, distribution, distribution.before)
    _levels(ax, strip, distribution)
    for one in (ax, strip):
        one.set_xlim(*distribution.limits)
    return strip, lines_with_labels(ax, distribution.marks, through=(strip,))


def _settle(ax: Axes) -> None:
    """Give ``ax`` the place that is left for it now, not when it is drawn: labels are put down by measure."""
    locate = ax.get_axes_locator()
    if locate is not None:
        ax.apply_aspect(locate(ax, None))  # type: ignore[arg-type]


def _curve(ax: Axes, d: Distribution) -> None:
    low, high = d.limits
    at = [min(low, d.at[0]), *d.at, max(high, d.at[-1])]
    ax.fill_between(at, [0, *d.low, d.low[-1]], [0, *d.high, d.high[-1]], step="post", color=TINT, linewidth=0, zorder=2)
    ax.step(at, [0, *d.share, d.share[-1]], where="post", color=FORECAST, linewidth=2.0, zorder=3)
    ax.set_ylim(0, 1.04)
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
    ax.set_xticks([])
    clear_frame(ax, keep=())
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_ylabel(d.curve_words, fontsize=10, color=QUIET, labelpad=8)


def _bars(strip: Axes, d: Distribution) -> None:
    middles = [(a + b) / 2 for a, b in zip(d.edges, d.edges[1:], strict=False)]
    weights = [bar / d.iterations for bar in d.bars]
    sns.histplot(
        x=middles, weights=weights, bins=list(d.edges), ax=strip, color=TINT, alpha=1.0, edgecolor="white", linewidth=0.8, zorder=2
    )
    strip.set_xlim(*d.limits)
    top = max(*weights, d.before.top if d.before else 0.0)
    strip.set_ylim(0, 1.12 * top)
    strip.set_yticks([top], [f"{100 * top:.0f} %" if top >= 0.0995 else f"{100 * top:.1f} %"])
    strip.set_xticks(*d.ticks)
    strip.set(xlabel="")
    clear_frame(strip)
    strip.set_ylabel(d.bar_words, fontsize=10, color=QUIET, labelpad=8)


def _levels(ax: Axes, strip: Axes, d: Distribution) -> None:
    low, high = d.limits
    for level in d.levels:
        bold = level.level == 80
        at, height = min(max(level.at, low), high), level.level / 100
        look: dict[str, Any] = {
            "color": FORECAST,
            "linewidth": 1.2 if bold else 0.9,
            "linestyle": (0, (4, 2)) if bold else (0, (1.5, 2)),
            "zorder": 2.2,
        }
        ax.plot([at, high], [height, height], clip_on=False, **look)
        ax.plot([at, at], [0, height], **look)
        strip.axvline(at, **look)
        ax.plot([at], [height], marker="o", markersize=7.5 if bold else 6, color=FORECAST, markeredgecolor="white", zorder=4, clip_on=False)
    beside(
        ax,
        [level.level / 100 for level in d.levels],
        [level.text for level in d.levels],
        [FORECAST if level.level == 80 else TEXT for level in d.levels],
        ["bold" if level.level == 80 else "normal" for level in d.levels],
    )
