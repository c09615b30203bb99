"""The look that all charts share: inks, type, pages, headlines, footnotes, and saving without a trace of the day.

Figures are made as `Figure` objects, never through pyplot, so that drawing has no global state and no window.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from io import BytesIO
from typing import Any, ParamSpec, TypeVar, cast

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from PIL.Image import Image, fromarray

BREAK = re.compile(r" (?![±%])(?<!± )")  # a line never breaks inside "12.3 ± 0.2" or before a "%"

P = ParamSpec("P")
R = TypeVar("R")

# One ink for one thing, in every chart and every week. Blue, vermilion and green are told apart by people with any of
# the colour blindnesses, and their lightness differs enough (a test computes it) to tell them apart in greyscale.
FORECAST = "#15508F"
TARGET = "#CF4A12"
GOOD = "#5DBB8F"
TINT = "#B9CDE2"  # the forecast's own pale: bands and bars behind the line
PALE = "#DDE6EF"  # what may be nothing: the interval includes zero
TEXT = "#1B2733"
QUIET = "#5B6873"  # axes, subtitles, footnotes: still 5:1 against white
PLAN = "#8B97A1"
GRID = "#E4E8EC"

WIDTH, HEIGHT = 12.8, 7.2  # [inches]: 16:9
SCREEN, DOUBLE = 100, 200  # [dots per inch]
MARGIN = 40.0  # [points] left and right of all text
TITLE_SIZES = (19.0, 17.5, 16.0, 15.0)
PAGE_LABEL = "pmosim page"  # a figure that `page` made: text starts at the page's margin, not at the axes

THEME: dict[str, Any] = {
    **sns.axes_style("white"),
    "font.family": ["sans-serif"],
    # DejaVu comes with Matplotlib, so every machine draws the same; it is wide, so a substitute in an SVG is hardly wider
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11.0,
    "text.color": TEXT,
    "text.parse_math": False,  # a task's name may hold a dollar sign
    "axes.edgecolor": "#C3CBD2",
    "axes.labelcolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 11.0,
    "ytick.labelsize": 11.0,
    "grid.color": GRID,
    "hatch.linewidth": 0.6,
    "lines.solid_capstyle": "butt",
    "path.simplify": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "pmosim",
    "figure.dpi": SCREEN,
    "savefig.facecolor": "white",
}


@contextmanager
def theme() -> Iterator[None]:
    with mpl.rc_context(cast(Any, THEME)), any_script():
        yield


@contextmanager
def any_script() -> Iterator[None]:
    """Names in scripts that the font lacks are drawn without a warning for each sign: as boxes in a PNG, as text in an SVG."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from", category=UserWarning)
        yield


def themed(draw: Callable[P, R]) -> Callable[P, R]:
    """The function draws in our theme, whatever the caller's settings are, and leaves those as they were."""

    @wraps(draw)
    def drawn(*arguments: P.args, **named: P.kwargs) -> R:
        with theme():
            return draw(*arguments, **named)

    return drawn


# ---- pages ----


def page(*, left: float = 84, right: float = 60, top: float = 132, bottom: float = 84, height: float = HEIGHT) -> Axes:
    """An Axes on a 16:9 page of its own; margins in points round the plotted area."""
    figure = Figure(figsize=(WIDTH, height), dpi=SCREEN, facecolor="white")
    figure.set_label(PAGE_LABEL)
    FigureCanvasAgg(figure)
    wide, high = WIDTH * 72, height * 72
    return figure.add_axes((left / wide, bottom / high, 1 - (left + right) / wide, 1 - (top + bottom) / high))


def on_page(ax: Axes) -> bool:
    return figure_of(ax).get_label() == PAGE_LABEL


def figure_of(ax: Axes) -> Figure:
    return ax.get_figure(root=True)  # type: ignore[return-value]


def width_of(ax: Axes) -> float:
    """Width of the plotted area. [points]"""
    return ax.get_window_extent().width * 72 / figure_of(ax).dpi


def height_of(ax: Axes) -> float:
    return ax.get_window_extent().height * 72 / figure_of(ax).dpi


# ---- text ----


@cache
def _properties(size: float, weight: str) -> FontProperties:
    return FontProperties(family=THEME["font.sans-serif"], size=size, weight=weight)


@cache
def measure(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of text. [points]"""
    with any_script():
        return float(text_to_path.get_text_width_height_descent(text, _properties(size, weight), ismath=False)[0])


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Lines no wider than ``width`` points; a single word that is wider stays whole."""
    lines: list[str] = []
    for word in re.split(BREAK, text.strip()):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def fitted(name: str, width: float, size: float, weight: str = "normal") -> str:
    """``name`` on one line no wider than ``width`` points, cut in the middle if need be."""
    if measure(name, size, weight) <= width:
        return name
    most = max(4, int(len(name) * width / measure(name, size, weight)))
    while most > 4 and measure(cut := _cut(name, most), size, weight) > width:
        most -= 1
    return cut if most > 4 else _cut(name, most)


def _cut(name: str, most: int) -> str:
    kept = max(2, most - 1)
    return f"{name[: (kept + 1) // 2].rstrip()}…{name[len(name) - kept // 2 :].lstrip()}"


@dataclass(slots=True)
class Texts:
    """What stands round a chart, where it is told beside the picture and not in it."""

    title: str = ""
    subtitle: str = ""
    footnote: str = ""


_APART: ContextVar[Texts | None] = ContextVar("_APART", default=None)


@contextmanager
def texts_apart() -> Iterator[Texts]:
    """Charts of pages leave out their headline and footnote, and put them here: for slides, which have titles of their own."""
    texts = Texts()
    token = _APART.set(texts)
    try:
        yield texts
    finally:
        _APART.reset(token)


def headline(ax: Axes, title: str, subtitle: str = "", *, above: float = 12.0) -> None:
    """The finding, and beneath it the one thing to know next; ``above``: points kept free over the plotted area."""
    apart = _APART.get()
    if apart is not None and on_page(ax):
        apart.title, apart.subtitle = title, subtitle
        return
    paged = on_page(ax)
    wide = figure_of(ax).get_figwidth() * 72 - 2 * MARGIN if paged else width_of(ax)
    sizes = TITLE_SIZES if paged else (14.0, 13.0, 12.0)
    size = next((size for size in sizes if measure(title, size, "bold") <= wide), sizes[-1])
    titles, subtitles = _title_lines(title, wide, size), wrapped(subtitle, wide, 11.5)
    if paged:
        top = 1 - 22 / (72 * figure_of(ax).get_figheight())
        _block(ax, titles, 0, size, weight="bold", color=TEXT, top=top)
        _block(ax, subtitles, -len(titles) * size * 1.25 - 4, 11.5, weight="normal", color=QUIET, top=top)
        return
    over = above + len(subtitles) * 11.5 * 1.3
    _block(ax, subtitles, over, 11.5, weight="normal", color=QUIET)
    _block(ax, titles, over + 3 + len(titles) * size * 1.25, size, weight="bold", color=TEXT)


def _title_lines(title: str, width: float, size: float) -> list[str]:
    """One line if it fits; else broken where the sentence breaks, if both halves fit; else into lines of like length."""
    lines = wrapped(title, width, size, "bold")
    if len(lines) < 2:
        return lines
    first, found, rest = title.partition("; ")
    halves = [first + ";", rest]
    if found and all(measure(half, size, "bold") <= width for half in halves):
        return halves
    return next(even for tenths in range(5, 11) if len(even := wrapped(title, width * tenths / 10, size, "bold")) <= len(lines))


def _block(ax: Axes, lines: list[str], offset: float, size: float, *, weight: str, color: str, top: float | None = None) -> None:
    """Lines whose top left corner hangs ``offset`` points from the page's ``top``, or from the top of the axes."""
    if not lines:
        return
    across = figure_of(ax)
    x, coordinates = (MARGIN / (72 * across.get_figwidth()), "figure fraction") if top is not None else (0.0, "axes fraction")
    text = ax.annotate(
        "\n".join(lines),
        (x, 1.0 if top is None else top),
        xycoords=coordinates,
        xytext=(0, offset),
        textcoords="offset points",
        va="top",
        ha="left",
        fontsize=size,
        fontweight=weight,
        color=color,
        linespacing=1.25,
        annotation_clip=False,
    )
    text.set_in_layout(top is None)


def footnote(ax: Axes, text: str, *, below: float = 44.0) -> None:
    """What makes the chart repeatable, and what its marks mean; ``below``: points kept for the axis under ``ax``."""
    paged, apart = on_page(ax), _APART.get()
    if apart is not None and paged:
        apart.footnote = text
        return
    wide = figure_of(ax).get_figwidth() * 72 - 2 * MARGIN if paged else width_of(ax)
    lines = wrapped(text, wide, 9.0)
    if not paged:
        _block(ax, lines, 0, 9.0, weight="normal", color=QUIET)
        note = ax.texts[-1]
        note.xy = (0.0, 0.0)  # type: ignore[attr-defined]
        note.set_position((0, -below))
        return
    figure = figure_of(ax)
    figure.text(
        MARGIN / (72 * figure.get_figwidth()),
        12 / (72 * figure.get_figheight()),
        "\n".join(lines),
        va="bottom",
        ha="left",
        fontsize=9.0,
        color=QUIET,
        linespacing=1.3,
    )


def clear_frame(ax: Axes, *, keep: tuple[str, ...] = ("bottom",)) -> None:
    """Only the sides that carry an axis stay, and ticks without marks."""
    sns.despine(ax=ax, top=True, right="right" not in keep, left="left" not in keep, bottom="bottom" not in keep)
    ax.tick_params(length=0, colors=QUIET)
    for side in keep:
        ax.spines[side].set(color="#C3CBD2", linewidth=0.8)
    ax.set_facecolor("none")


# ---- saving ----


@themed
def svg_of(figure: Figure) -> bytes:
    """SVG with text as text; equal figures give equal bytes."""
    buffer, before = BytesIO(), figure.dpi
    try:
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": "pmosim"})  # sets 72 dots per inch
    finally:
        FigureCanvasAgg(figure)
        figure.set_dpi(before)
    return buffer.getvalue()


@themed
def raster_of(figure: Figure, dpi: float = DOUBLE) -> Image:
    """The figure as pixels, without transparency."""
    canvas = FigureCanvasAgg(figure)
    before = figure.dpi
    figure.set_dpi(dpi)
    try:
        canvas.draw()
        return fromarray(np.asarray(canvas.buffer_rgba())[:, :, :3].copy())
    finally:
        figure.set_dpi(before)


def encoded(image: Image, dpi: float = DOUBLE) -> bytes:
    """The pixels as PNG; equal pixels give equal bytes."""
    buffer = BytesIO()
    # more compression takes most of the time of a picture and saves few bytes
    image.save(buffer, format="PNG", compress_level=2, dpi=(dpi, dpi))
    return buffer.getvalue()


def png_of(figure: Figure, dpi: float = DOUBLE) -> bytes:
    return encoded(raster_of(figure, dpi), dpi)
