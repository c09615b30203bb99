"""What more money for mitigation gains: the best set for each price."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import responding, words
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.cost import money_ticks
from pmosim.output.charts.marks import Mark, lines_with_labels
from pmosim.output.style import FORECAST, GRID, QUIET, TARGET, TEXT, TINT, clear_frame, footnote, headline, measure, themed, width_of
from pmosim.results.records import Estimate
from pmosim.results.responses import PROBABILITY, Choice, ResponsePlan

PAGE = {"left": 92, "right": 60, "top": 128, "bottom": 100}


@themed
def frontier(plan: ResponsePlan, ax: Axes | None = None) -> Axes:
    """Probability of the date (or days by which the P80 is earlier) against the price of the best set."""
    ax = axes_or_page(ax, **PAGE)
    points = [(one.price, _value(plan, one)) for one in plan.frontier]
    most = max([price for price, _ in points] + [plan.every.price, plan.budget or 0.0]) or 1.0
    ax.set_xlim(-0.02 * most, 1.08 * most)
    _heights(ax, plan, [value for _, value in points])
    ax.step([price for price, _ in points] + [1.08 * most], [value.value for _, value in points] + [points[-1][1].value], where="post",
            color=TINT, linewidth=2.0, zorder=2)  # fmt: skip
    for (price, value), choice in zip(points, plan.frontier, strict=True):
        is_chosen = plan.chosen is not None and choice.risks == plan.chosen.risks
        ax.plot([price] * 2, [value.low, value.high], color=TEXT, linewidth=1.1, zorder=3)
        ax.plot([price], [value.value], marker="o", markersize=10 if is_chosen else 7, color=TARGET if is_chosen else FORECAST,
                markeredgecolor="white", markeredgewidth=1.2, zorder=4)  # fmt: skip
    above = lines_with_labels(ax, _marks(plan))
    if plan.goal is not None:
        ax.axhline(plan.goal, color=QUIET, linewidth=1.3, linestyle=(0, (5, 2)), zorder=1.5)
    named = _names(ax, plan, points)
    ax.set_xticks(*money_ticks(*ax.get_xlim(), width_of(ax), plan.currency))
    clear_frame(ax)
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_xlabel("price of the mitigations", loc="right", fontsize=10, color=QUIET, labelpad=4)
    headline(ax, responding.answer(plan), responding.method(plan), above=above + 4)
    footnote(ax, _note(plan, len(points) - named))
    return ax


def _names(ax: Axes, plan: ResponsePlan, points: list[tuple[float, Estimate]]) -> int:
    """Which mitigations each point has, above and left of it, where the curve never is; how many found room."""
    to_points = 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    spots = [tuple(float(at) * to_points for at in ax.transData.transform((price, value.value))) for price, value in points]
    taken: list[tuple[float, float, float, float]] = [(x - 6, y - 6, x + 6, y + 6) for x, y in spots]
    if plan.chosen is not None:  # the line through the choice
        x = float(ax.transData.transform((plan.chosen.price, 0))[0]) * to_points
        taken.append((x - 2, -1e6, x + 2, 1e6))
    named = 0
    chosen_first = sorted(range(len(points)), key=lambda k: plan.chosen is None or plan.frontier[k].risks != plan.chosen.risks)
    for k in chosen_first:
        text = words.shortened(responding.names(plan, plan.frontier[k], 200), 44)
        x, y = spots[k]
        left, edge = x - 9 - measure(text, 10.0), float(ax.get_window_extent().x0) * to_points + 4
        first = k == 0  # there is no room left of it: under the curve instead
        if left < edge and not first:
            continue
        box = (x + 9, y - 18, x + 9 + measure(text, 10.0), y - 4) if first else (left, y + 3, x - 9, y + 17)
        if any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken):
            continue
        taken.append(box)
        named += 1
        ax.annotate(
            text,
            (points[k][0], points[k][1].value),
            xytext=(9, -11) if first else (-9, 10),
            textcoords="offset points",
            ha="left" if first else "right",
            va="center",
            fontsize=10,
            color=QUIET,
        )
    return named


def frontier_chart(plan: ResponsePlan) -> Chart:
    title, more = responding.answer(plan), responding.method(plan)
    return Chart(
        name="frontier",
        title=title,
        subtitle=more,
        alt=f"{title}. Points show what the best set of mitigations reaches for each price.",
        table=pd.DataFrame(responding.table_rows(plan)["frontier"]),
        draw=lambda ax: frontier(plan, ax),
        section=plan.target,
        page=PAGE,
    )


def _value(plan: ResponsePlan, choice: Choice) -> Estimate:
    if plan.gain == PROBABILITY and choice.probability is not None:
        return choice.probability
    return choice.gain.p80


def _heights(ax: Axes, plan: ResponsePlan, values: list[Estimate]) -> None:
    if plan.gain == PROBABILITY:
        ends = [end for value in values for end in (value.low, value.high)] + ([plan.goal] if plan.goal is not None else [])
        low = max(0.0, min(ends) - 0.25 * (max(ends) - min(ends) + 0.04))
        ax.set_ylim(low, min(1.0, max(ends) + 0.25 * (max(ends) - min(ends) + 0.04)))
        ax.yaxis.set_major_formatter(lambda value, _: f"{words.trimmed(100 * value, 1)} %")
        said = f"probability of {words.day(plan.date)}" if plan.date else "probability"
    else:
        top = max((value.high for value in values), default=1.0) or 1.0
        ax.set_ylim(min(0.0, *(value.low for value in values)) - 0.05 * top, 1.25 * top)
        said = "working days by which the P80 is earlier"
    ax.set_ylabel(said, fontsize=10, color=QUIET, labelpad=8)


def _marks(plan: ResponsePlan) -> list[Mark]:
    marks = []
    if plan.budget is not None:
        marks.append(Mark(plan.budget, f"budget {words.amount(plan.budget, plan.currency)}", QUIET, dashes=(0, (5, 2, 1, 2)), width=1.2))
    if plan.chosen is not None:
        said = f"{words.amount(plan.chosen.price, plan.currency)}: {responding.names(plan, plan.chosen, 48)}"
        marks.append(Mark(plan.chosen.price, said, TARGET, "bold"))
    return marks


def _note(plan: ResponsePlan, unnamed: int) -> str:
    goal = f" Dashed: the {words.plain_percent(plan.goal)} to be reached." if plan.goal is not None else ""
    left = f" {words.left_out(unnamed, 'name')}" if unnamed else ""
    return (
        f"{words.provenance_line(plan.provenance)}. Each point is the best set for its price; whiskers: {responding.confidence(plan)} "
        f"simulation interval; gains are against buying nothing, on the same draws.{goal}{left}"
    )
