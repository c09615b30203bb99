"""Date and cost together: a scatter of simulated futures, cut into quadrants by what was promised, with lines of equal confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import findings, words
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.cost import money_ticks
from pmosim.output.charts.marks import SIZE as MARK_SIZE
from pmosim.output.charts.marks import Mark, beside, lines_with_labels
from pmosim.output.grids import joint_of
from pmosim.output.style import FORECAST, PLAN, QUIET, TARGET, TEXT, clear_frame, footnote, headline, height_of, measure, themed, width_of
from pmosim.output.timeline import position, ticks
from pmosim.results.records import Estimate, Forecast, JointForecast, JointPoint, TargetForecast

PAGE: dict[str, float] = {"left": 92, "right": 204, "top": 124, "bottom": 96}
DASHES: dict[int, str | tuple] = {50: (0, (1, 1.5)), 70: (0, (5, 2)), 80: "-"}
TAIL = 0.002
"""Share of iterations at each end of either axis that need not be drawn."""

NEAR = 1.0
"""A promise is drawn as a line if it is no farther from the iterations than this, as a share of their range."""

PAD = 0.06
"""Room round the iterations, as a share of their range."""

ROOM = 14.0  # [points] between the words in a quadrant and its sides
SIZE = 11.5
TALL = 40.0  # [points] of the words in a quadrant, with room


@dataclass(frozen=True, slots=True)
class Quadrant:
    """One of the four ways in which a future can keep or break a date and a budget."""

    early: bool
    cheap: bool
    share: Estimate
    text: str


@themed
def date_and_cost(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """The first iterations by finish and cost, the shares of the quadrants, and all pairs that are 50, 70 and 80 % sure.

    The quadrants are those of the target date and the budget, or of P80 and P80 where one of them is missing. Raises
    KeyError for an unknown target, ValueError for one of which not both finish and cost are uncertain.
    """
    one = target_of(forecast, target)
    together = joint_of(forecast, one)
    if together is None:
        raise ValueError(f"'{one.id}' has no finish and cost that are both uncertain")
    point = _shown(together)
    ax = axes_or_page(ax, **_page(forecast, one, point))
    _limits(ax, together, point)
    _scatter(ax, together, point)
    _frontiers(ax, together)
    above = _promise(ax, forecast, one, together, point)
    _scales(ax, forecast)
    _quadrants(ax, point)
    headline(ax, findings.joint(one, together), findings.joint_subtitle(forecast, one, together), above=above + 4)
    footnote(ax, _note(forecast, together, point, _beyond(ax, together)))
    return ax


def table(together: JointForecast) -> pd.DataFrame:
    """All that is drawn: the iterations, then the points of the lines of equal confidence with their level."""
    drawn = pd.DataFrame({"part": "iteration", "level": None, "finish": together.finish, "cost": together.cost})
    lines = [
        pd.DataFrame({"part": "frontier", "level": line.level, "finish": line.finish, "cost": line.cost}) for line in together.frontiers
    ]
    return pd.concat([drawn.astype({"level": "Int64"}), *(line.astype({"level": "Int64"}) for line in lines)], ignore_index=True)


def chart(forecast: Forecast, one: TargetForecast, together: JointForecast, name: str) -> Chart:
    title, more = findings.joint(one, together), findings.joint_subtitle(forecast, one, together)
    said = "; ".join(f"{quadrant.text} {words.percent(quadrant.share)}" for quadrant in quadrants(_shown(together)))
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Dots are simulated futures by finish and cost: {said}. Lines join dates and costs that are equally sure.",
        table=table(together),
        draw=lambda ax: date_and_cost(forecast, one.id, ax),
        section=one.id,
        page=_page(forecast, one, _shown(together)),
    )


def quadrants(point: JointPoint) -> tuple[Quadrant, ...]:
    date, cost = ("date", "budget") if point.level is None else (f"P{point.level} date", f"P{point.level} cost")
    return (
        Quadrant(True, True, point.both, "both kept"),
        Quadrant(True, False, point.finish_only, f"only the {date} kept"),
        Quadrant(False, True, point.cost_only, f"only the {cost} kept"),
        Quadrant(False, False, point.neither, "neither kept"),
    )


def _shown(together: JointForecast) -> JointPoint:
    """What was promised, or P80 with P80."""
    return together.points[0] if together.points[0].level is None else findings.joint_point(together, 80)


def _page(forecast: Forecast, one: TargetForecast, point: JointPoint) -> dict[str, float]:
    """The page, with as much room beside the plot as the words at the line of the cost need."""
    return PAGE | {"right": max(PAGE["right"], measure(f"↑ {_cost_words(forecast, one, point)}", MARK_SIZE, "bold") + 24)}


def _cost_words(forecast: Forecast, one: TargetForecast, point: JointPoint) -> str:
    named = "budget" if point.level is None else f"P{point.level}"
    return f"{named} {findings.joint_cost(forecast, one, point)}: {words.percent(point.on_budget)}"


# ---- the parts ----


def _limits(ax: Axes, together: JointForecast, point: JointPoint) -> None:
    """All but the tails, every end of a line of equal confidence, and room for the words in each quadrant."""
    finishes = [position(moment) for moment in together.finish]
    dates = [position(moment) for line in together.frontiers for moment in (line.finish[0],)]
    costs = [line.cost[-1] for line in together.frontiers]
    words_wide = max(measure(quadrant.text, SIZE) for quadrant in quadrants(point)) + 2 * ROOM
    ax.set_xlim(*_range(finishes, dates, position(point.finish), words_wide / width_of(ax), PAD))
    ax.set_ylim(*_range(together.cost, costs, point.cost, (TALL + ROOM) / height_of(ax), TALL / height_of(ax)))


def _range(values: list[float] | tuple[float, ...], ends: list[float], line: float, room: float, beneath: float) -> tuple[float, float]:
    low, high = (float(end) for end in np.quantile(values, (TAIL, 1 - TAIL)))
    low, high = min([low, *ends]), max([high, *ends])
    span = (high - low) or max(1.0, abs(high)) * 0.02
    low, high = low - beneath * span, high + PAD * span
    if not low - NEAR * span <= line <= high + NEAR * span:
        return low, high
    room = min(room, 0.4)
    # the line lies at least so far from either side, as a share of the whole
    low = min(low, line - room / (1 - room) * (high - line)) if line < high else low
    high = max(high, line + room / (1 - room) * (line - low))
    return min(low, line - room / (1 - room) * (high - line)), high


def _scatter(ax: Axes, together: JointForecast, point: JointPoint) -> None:
    # as lines without a line: their SVG names each marker once, where a scatter's repeats its outline a thousand times
    rows = list(zip(together.finish, together.cost, strict=True))
    for kept, marker, ink in ((False, "X", PLAN), (True, "o", FORECAST)):
        own = [(finish, cost) for finish, cost in rows if (finish <= point.finish and cost <= point.cost) is kept]
        ax.plot(
            [position(finish) for finish, _ in own],
            [cost for _, cost in own],
            linestyle="",
            marker=marker,
            markersize=4.6,
            markeredgewidth=0,
            color=ink,
            alpha=0.55,
            zorder=2,
        )


def _frontiers(ax: Axes, together: JointForecast) -> None:
    """Lines of equal confidence: straight up at their earliest date, straight to the right at their least cost.

    Steps, since between two of its dates a line's earlier cost is sure enough: a slope would promise what nothing shows.
    """
    right, top = ax.get_xlim()[1], ax.get_ylim()[1]
    for line in together.frontiers:
        dates = [position(moment) for moment in line.finish]
        across, up = [dates[0], *dates, max(right, dates[-1])], [max(top, line.cost[0]), *line.cost, line.cost[-1]]
        ax.plot(across, up, color="white", linewidth=3.6, alpha=0.8, drawstyle="steps-post", zorder=2.9)
        ax.plot(across, up, color=TEXT, linewidth=1.5, linestyle=DASHES[line.level], drawstyle="steps-post", zorder=3)
    known = findings.joint_point(together, 80)
    ax.plot(
        [position(known.finish)],
        [known.cost],
        marker="D",
        markersize=8,
        color="white",
        markeredgecolor=TEXT,
        markeredgewidth=1.6,
        zorder=3.5,
    )


def _promise(ax: Axes, forecast: Forecast, one: TargetForecast, together: JointForecast, point: JointPoint) -> float:
    """The lines of date and budget, the words above and beside the plot; returns the height used above it. [points]"""
    promised = point.level is None
    ink, dashes, weight, width = (TARGET, "-", "bold", 2.2) if promised else (QUIET, (0, (5, 2, 1, 2)), "normal", 1.4)
    date_words = "target" if promised else f"P{point.level}"
    low, high = ax.get_ylim()
    heights = [line.cost[-1] for line in together.frontiers]
    texts = [f"both {line.level} % sure" for line in together.frontiers]
    if low <= point.cost <= high:
        ax.axhline(point.cost, color=ink, linewidth=width, linestyle=dashes, zorder=2.5)
        arrow = ""
    else:
        arrow = "↓ " if point.cost < low else "↑ "
    heights.append(min(max(point.cost, low), high))
    texts.append(arrow + _cost_words(forecast, one, point))
    plain = len(together.frontiers)
    beside(ax, heights, texts, [TEXT] * plain + [ink], ["normal"] * plain + [weight])
    named = f"{date_words} {words.day(point.finish)}: {words.percent_with_range(point.on_time)}"
    return lines_with_labels(ax, [Mark(position(point.finish), named, ink, weight, dashes, width)])


def _scales(ax: Axes, forecast: Forecast) -> None:
    ax.set_xticks(*ticks(*ax.get_xlim(), width_of(ax)))
    # amounts are read upwards: as many as there is room for, as if the axis lay on its side
    ax.set_yticks(*money_ticks(*ax.get_ylim(), 1.6 * height_of(ax), forecast.currency))
    clear_frame(ax, keep=("bottom", "left"))


def _quadrants(ax: Axes, point: JointPoint) -> None:
    """Each share in the outer corner of its quadrant, where futures are rare."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    date, cost = position(point.finish), point.cost
    for quadrant in quadrants(point):
        if (quadrant.early and date <= left) or (not quadrant.early and date >= right):
            continue
        if (quadrant.cheap and cost <= low) or (not quadrant.cheap and cost >= high):
            continue
        ax.annotate(
            f"{words.percent(quadrant.share)}\n{quadrant.text}",
            (0 if quadrant.early else 1, 0 if quadrant.cheap else 1),
            xycoords="axes fraction",
            xytext=(ROOM / 2 if quadrant.early else -ROOM / 2, ROOM / 2 if quadrant.cheap else -ROOM / 2),
            textcoords="offset points",
            ha="left" if quadrant.early else "right",
            va="bottom" if quadrant.cheap else "top",
            fontsize=SIZE,
            fontweight="bold" if quadrant.early and quadrant.cheap else "normal",
            color=FORECAST if quadrant.early and quadrant.cheap else TEXT,
            linespacing=1.2,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            zorder=4,
        )


def _beyond(ax: Axes, together: JointForecast) -> int:
    """Iterations of the scatter that lie outside the range drawn."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    inside = sum(
        left <= position(finish) <= right and low <= cost <= high for finish, cost in zip(together.finish, together.cost, strict=True)
    )
    return len(together.finish) - inside


def _note(forecast: Forecast, together: JointForecast, point: JointPoint, beyond: int) -> str:
    shown, n = len(together.finish), forecast.provenance.iterations
    drawn = "every iteration" if shown == n else f"the first {shown:,} iterations"
    pair = "target date and budget" if point.level is None else f"P{point.level} date and cost"
    return words.note(
        forecast,
        f"Dots: {drawn} that keep both {pair}; crosses: those that do not. Shares are of all iterations.",
        "Lines: all dates and costs that hold together so surely. Diamond: the P80 date with the P80 cost.",
        f"{beyond} of these iterations {'lies' if beyond == 1 else 'lie'} beyond the dates and costs drawn." if beyond else "",
    )
