"""What the charts of ranked bars share: rows with a rank and a name, whiskers, and the figures in a column beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import seaborn as sns
from matplotlib.axes import Axes

from pmosim.output.style import FORECAST, GRID, MARGIN, PALE, QUIET, TEXT, clear_frame, fitted, height_of, measure, wrapped
from pmosim.results.records import Estimate

MOST_ROWS = 20
LEAST_ROWS = 5  # of which a chart has the height, so that a lone bar is not a slab
NAMES = 230.0  # [points] at most for names
RANK = 52.0  # [points] for ranks, left of the names
WHISKER: dict[str, Any] = {"color": TEXT, "linewidth": 1.1, "zorder": 4.1, "solid_capstyle": "butt"}
HALO: dict[str, Any] = {"color": "white", "linewidth": 2.8, "zorder": 4, "solid_capstyle": "butt"}  # a dark whisker on a dark bar


def row_size(ax: Axes, rows: int) -> float:
    """Type size for so many rows. [points]"""
    return max(6.5, min(11.0, 0.62 * height_of(ax) / max(rows, 1)))


def page_for(names: Iterable[str], *, right: float = 190, more: float = 0) -> dict[str, float]:
    """Margins of a page on which the longest of these names has room, as far as `NAMES`."""
    longest = max((measure(name, 11.0) for name in names), default=0.0)
    return {"left": MARGIN + RANK + min(NAMES, max(70.0, longest + more)) + 12, "right": right, "top": 108, "bottom": 94}


def lines(ax: Axes, rows: int) -> int:
    """How many lines a name may have, if there are so many rows."""
    return 2 if height_of(ax) / max(rows, LEAST_ROWS) >= 2.7 * row_size(ax, rows) else 1


def named(label: str, id: str, width: float, size: float, lines: int = 1) -> str:
    """The name, on so many lines if it needs them; else cut in the middle, with the id before it to look it up in the table by."""
    if measure(label, size) <= width:
        return label
    broken = wrapped(label, width, size)
    if len(broken) <= lines and all(measure(line, size) <= width for line in broken):
        return "\n".join(broken)
    own = id.rsplit(".", maxsplit=1)[-1]
    own = own if measure(own, size) <= width / 3 else ""
    left = width - measure(own + "  ", size)
    return f"{own}  {fitted(label, left, size)}".strip()


def rows(ax: Axes, names: Sequence[str], ranks: Sequence[str] | None = None) -> float:
    """Rows from the top, each with its name, and its rank at the far left; returns the type size. [points]"""
    size = row_size(ax, len(names))
    ax.set_ylim(max(len(names), LEAST_ROWS) - 0.4, -0.6)
    ax.set_yticks(range(len(names)), list(names), fontsize=size)
    ax.tick_params(axis="y", length=0, pad=8, colors=TEXT, labelsize=size)
    longest = max((measure(line, size) for name in names for line in name.split("\n")), default=0.0)
    for row, rank in enumerate(ranks or ()):
        ax.annotate(
            rank,
            (0, row),
            xycoords=("axes fraction", "data"),
            xytext=(-longest - 26, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=size,
            color=QUIET,
            annotation_clip=False,
        )
    return size


def bars(ax: Axes, values: Sequence[float], inks: Sequence[str], *, width: float = 0.62) -> None:
    """One horizontal bar a row, from zero."""
    if not values:
        return
    keys = [str(row) for row in range(len(values))]  # rows, not names: two tasks may have the same name
    palette = dict(zip(keys, inks, strict=True))
    sns.barplot(
        x=list(values), y=keys, hue=keys, palette=palette, saturation=1, width=width, errorbar=None, legend=False,
        ax=ax, orient="h", zorder=2,
    )  # fmt: skip
    ax.set(xlabel="", ylabel="")


def whisker(ax: Axes, row: float, estimate: Estimate, *, half: float = 0.16) -> None:
    """The simulation interval as a line with small ends; nothing where the figure is exact."""
    if estimate.is_exact:
        return
    low, high = estimate.low, estimate.high
    across, down = [low, low, low, high, high, high], [row - half, row + half, row, row, row - half, row + half]
    for look in (HALO, WHISKER):
        ax.plot(across, down, **look)


def column(ax: Axes, texts: Sequence[str], size: float, *, heading: str = "", off: float = 12.0) -> None:
    """Figures to the right of the plot, a row each."""
    for row, text in enumerate(texts):
        _beside(ax, row, text, size, TEXT, off)
    if heading:
        ax.annotate(
            heading, (1, 1), xycoords="axes fraction", xytext=(off, 4), textcoords="offset points", ha="left", va="bottom", fontsize=9.5,
            color=QUIET, annotation_clip=False,
        )  # fmt: skip


def _beside(ax: Axes, row: float, text: str, size: float, ink: str, off: float) -> None:
    ax.annotate(
        text, (1, row), xycoords=("axes fraction", "data"), xytext=(off, 0), textcoords="offset points", ha="left", va="center",
        fontsize=size, color=ink, annotation_clip=False,
    )  # fmt: skip


def finish(ax: Axes, unit: str = "") -> None:
    """Light upright grid, a line at zero, no frame; the unit of the axis at its end."""
    clear_frame(ax, keep=())
    ax.tick_params(axis="y", colors=TEXT)
    ax.grid(axis="x", color=GRID, linewidth=0.8)
    ax.axvline(0, color="#9AA5AE", linewidth=0.9, zorder=3)
    if unit:
        ax.set_xlabel(unit, loc="right", fontsize=10, color=QUIET, labelpad=2)


def may_be_nothing(estimate: Estimate) -> bool:
    """The interval includes zero, and is not the exact zero."""
    return estimate.low <= 0 <= estimate.high


def ink_of(estimate: Estimate, sure: str = FORECAST) -> str:
    return PALE if may_be_nothing(estimate) else sure
