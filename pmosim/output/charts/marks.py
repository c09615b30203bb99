"""Labels that keep out of each other's way: above the plot, beside it, and among points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from pmosim.output.style import QUIET, height_of, measure, width_of

SIZE = 11.0  # [points]
ROW = 15.0  # [points] from one row of labels to the next
GAP = 14.0  # [points] between two labels in a row


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment or an amount worth a line of its own through the plot, and its words above it."""

    at: float
    text: str
    ink: str
    weight: str = "normal"
    dashes: str | tuple = "-"
    width: float = 1.6


def share_out(centres: Sequence[float], widths: Sequence[float], room: float) -> list[tuple[float, int]]:
    """(left edge, row) for labels near their ``centres``, none crossing another, all within 0..room where they fit.

    Row 0 is next to the plot. A label goes to the first row in which it touches none of those placed before it.
    """
    placed: list[tuple[float, float, int]] = []
    answer = []
    for centre, width in zip(centres, widths, strict=True):
        left = max(0.0, min(centre - width / 2, room - width))
        row = 0
        while any(r == row and left < end + GAP and begin < left + width + GAP for begin, end, r in placed):
            row += 1
        placed.append((left, left + width, row))
        answer.append((left, row))
    return answer


def lines_with_labels(ax: Axes, marks: Sequence[Mark], *, through: Sequence[Axes] = ()) -> float:
    """Draw each mark as a vertical line through ``ax`` and the axes beneath it, with its words above the plot.

    A mark beyond the axis has no line: its words stand at that edge with an arrow. Returns the height used. [points]
    """
    low, high = ax.get_xlim()
    wide = width_of(ax)
    texts = [_pointing(mark, low, high) for mark in marks]
    widths = [measure(text, SIZE, mark.weight) for mark, text in zip(marks, texts, strict=True)]
    centres = [(min(max(mark.at, low), high) - low) / (high - low) * wide for mark in marks]
    rows = share_out(centres, widths, wide)
    for mark, text, (left, row) in zip(marks, texts, rows, strict=True):
        inside = low <= mark.at <= high
        if inside:
            for one in (ax, *through):
                one.axvline(mark.at, color=mark.ink, linewidth=mark.width, linestyle=mark.dashes, zorder=2.5)
        _above(ax, left, 5 + row * ROW, text, mark)
        if inside and row:  # the line goes on up to its label, between the words beneath
            _lead(ax, mark, 1 + row * ROW, rows, widths, row)
    return 5 + ROW * (1 + max((row for _, row in rows), default=-1))


def _pointing(mark: Mark, low: float, high: float) -> str:
    if mark.at < low:
        return f"← {mark.text}"
    return f"{mark.text} →" if mark.at > high else mark.text


def _above(ax: Axes, left: float, up: float, text: str, mark: Mark) -> None:
    ax.annotate(
        text,
        (0, 1),
        xycoords="axes fraction",
        xytext=(left, up),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=SIZE,
        fontweight=mark.weight,
        color=mark.ink,
        annotation_clip=False,
    )


def _lead(ax: Axes, mark: Mark, up: float, rows: Sequence[tuple[float, int]], widths: Sequence[float], row: int) -> None:
    low, high = ax.get_xlim()
    across = (mark.at - low) / (high - low) * width_of(ax)
    for (left, other), width in zip(rows, widths, strict=True):
        if other < row and left - 2 < across < left + width + 2:
            return
    ax.annotate(
        "",
        (mark.at, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, up),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": mark.ink, "linewidth": mark.width, "linestyle": mark.dashes, "shrinkA": 0, "shrinkB": 0},
        annotation_clip=False,
    )


def beside(ax: Axes, heights: Sequence[float], texts: Sequence[str], inks: Sequence[str], weights: Sequence[str]) -> None:
    """Words to the right of the plot, each at its height; moved apart where they would touch."""
    low, high = ax.get_ylim()
    tall = height_of(ax)
    wanted = [(height - low) / (high - low) * tall for height in heights]
    for at, height, text, ink, weight in zip(apart(wanted, ROW), heights, texts, inks, weights, strict=True):
        ax.annotate(
            text,
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(8, at - (height - low) / (high - low) * tall),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=SIZE,
            fontweight=weight,
            color=ink,
            annotation_clip=False,
        )


def apart(wanted: Sequence[float], least: float) -> list[float]:
    """The same places in the same order, moved so that neighbours are at least ``least`` apart, about their middle."""
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    blocks: list[tuple[list[int], float]] = []  # members in order, and where their first one lies
    for k in order:
        members, first = [k], wanted[k]
        while blocks and first < blocks[-1][1] + least * len(blocks[-1][0]) - 1e-9:
            members = blocks.pop()[0] + members
            first = sum(wanted[m] - least * i for i, m in enumerate(members)) / len(members)
        blocks.append((members, first))
    places = [0.0] * len(wanted)
    for members, first in blocks:
        for i, member in enumerate(members):
            places[member] = first + least * i
    return places


Box = tuple[float, float, float, float]  # left, bottom, right, top [points]


def among_points(
    ax: Axes,
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    *,
    spans: Sequence[tuple[float, float]] = (),
    size: float = 10.0,
    clear: float = 6.0,
) -> list[bool]:
    """Label points, most important first, without touching a point or a label; True for those that found a place.

    ``spans``: the low and high end of each point's horizontal whisker, which labels keep clear of as well.
    ``texts`` may be shorter than ``points``: the rest stay without a name.
    """
    to_points = 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    box = ax.get_window_extent()
    centres = [tuple((ax.transData.transform(point) - (box.x0, box.y0)) * to_points) for point in points]
    room: Box = (2.0, 2.0, box.width * to_points - 2, box.height * to_points - 2)
    taken: list[Box] = [(x - clear, y - clear, x + clear, y + clear) for x, y in centres]
    for (low, high), (_, y) in zip(spans, points, strict=True) if spans else ():
        left, right = ((ax.transData.transform((at, y)) - (box.x0, box.y0)) * to_points for at in (low, high))
        taken.append((float(left[0]) - 1, float(left[1]) - 2, float(right[0]) + 1, float(left[1]) + 2))
    labelled = []
    for (x, y), point, text in zip(centres, points, texts, strict=False):
        place = _free_place(x, y, measure(text, size), size * 1.25, clear + 2, taken, room)
        labelled.append(place is not None)
        if place is None:
            continue
        taken.append(place)
        ax.annotate(
            text,
            point,
            xytext=(place[0] - x, (place[1] + place[3]) / 2 - y),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=size,
            color=QUIET,
        )
    return labelled


def _free_place(x: float, y: float, width: float, height: float, off: float, taken: Sequence[Box], room: Box) -> Box | None:
    """Right, left, above, below, then the corners: the first that is free."""
    half = height / 2
    for left, middle in (
        (x + off, y),
        (x - off - width, y),
        (x - width / 2, y + off + half - 2),
        (x - width / 2, y - off - half + 2),
        (x + off / 2, y + off + half - 2),
        (x + off / 2, y - off - half + 2),
        (x - off / 2 - width, y + off + half - 2),
        (x - off / 2 - width, y - off - half + 2),
    ):
        place = (left, middle - half, left + width, middle + half)
        inside = place[0] >= room[0] and place[1] >= room[1] and place[2] <= room[2] and place[3] <= room[3]
        if inside and not any(_touch(place, other) for other in taken):
            return place
    return None


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
