"""Calibration: did the P-values hold, where in their forecasts did milestones come in, and which classes are early or late."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pmosim.output import words
from pmosim.output.calibrating import findings
from pmosim.output.calibrating.rows import table_rows
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.marks import beside
from pmosim.output.style import FORECAST, GRID, PALE, PLAN, QUIET, TARGET, TEXT, TINT, clear_frame, footnote, headline, themed
from pmosim.results.calibration import FEWEST, LEAD, PROJECT, TEAM, TYPE, Calibration, ClassScore
from pmosim.results.records import Estimate

PAGE = {"left": 92, "right": 190, "top": 122, "bottom": 88}
KINDS = {TYPE: "type", TEAM: "team", LEAD: "lead", PROJECT: "project"}
MOST_PROJECTS = 8


@themed
def hit_rates(made: Calibration, ax: Axes | None = None) -> Axes:
    """Share that came in by each P-value's day, with its interval, against what was promised."""
    ax = axes_or_page(ax, **PAGE)
    known = [one for one in made.rates if one.outcomes]
    ax.plot([0, 100], [0, 100], color=PLAN, linewidth=1.4, zorder=2)
    for one in known:
        low, value, high = (100 * part for part in (one.share.low, one.share.value, one.share.high))
        at = 100 * one.expected
        surely_off = one.share.high < one.expected or one.share.low > one.expected
        ink = FORECAST if one.outcomes >= FEWEST else TINT
        ax.plot([at, at], [low, high], color=ink, linewidth=2.0, zorder=3, solid_capstyle="butt")
        ax.plot(
            [at],
            [value],
            marker="o",
            markersize=9,
            color=ink if surely_off else "white",
            markeredgecolor=ink,
            markeredgewidth=2,
            zorder=4,
            clip_on=False,
        )
        ax.annotate(
            f"P{one.level}", (at, 100), xytext=(0, 4), textcoords="offset points", ha="center", va="bottom", fontsize=9.5, color=QUIET
        )
    ax.set(xlim=(0, 100), ylim=(0, 100))
    _percents(ax, "promised: probability of the P-value's day", "held")
    beside(ax, [100.0], ["as promised"], [QUIET], ["normal"])
    headline(ax, findings.hits(made), f"{findings.enough(made)}.", above=20)
    footnote(ax, findings.note(made, _RATES, f"Lines: {findings.confidence(made)} interval.", _milestones(made)))
    return ax


_RATES = "Below the grey line the dates were too early, above it later than need be. Filled: surely off; hollow: may be in line."


def _milestones(made: Calibration) -> str:
    few, many = min(one.outcomes for one in made.rates), max(one.outcomes for one in made.rates)
    count = f"{many:,}" if few == many else f"{few:,} to {many:,}"
    return f"{count} milestones a P-value: those for which its date has passed."


def _percents(ax: Axes, across: str, up: str) -> None:
    ticks = range(0, 101, 20)
    ax.set_xticks(ticks, [f"{tick} %" for tick in ticks])
    ax.set_yticks(ticks, [f"{tick} %" for tick in ticks])
    clear_frame(ax, keep=("bottom",))
    ax.grid(color=GRID, linewidth=0.8)
    ax.set_xlabel(across, loc="right", fontsize=10, color=QUIET, labelpad=3)
    ax.set_ylabel(up, loc="top", fontsize=10, color=QUIET)


@themed
def transform(made: Calibration, ax: Axes | None = None) -> Axes:
    """Where in their forecasts milestones came in, in tenths, with the band in which all bars of an honest forecaster lie."""
    ax = axes_or_page(ax, **PAGE)
    counts, low, high = made.histogram.counts, made.histogram.low, made.histogram.high
    bins = len(counts)
    ax.axhspan(low, high, color=PALE, zorder=1)
    ax.axhline(made.judged / bins, color=PLAN, linewidth=1.4, zorder=2.6)
    for k, count in enumerate(counts):
        ax.bar(k + 0.5, count, width=0.82, color=FORECAST if not low <= count <= high else "#7FA0C4", zorder=2)
    ax.set(xlim=(0, bins), ylim=(0, max(*counts, high) * 1.08))
    ax.set_xticks(range(bins + 1), ["earliest", *(f"P{100 * k // bins}" for k in range(1, bins)), "latest"])
    clear_frame(ax, keep=("bottom",))
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylabel("milestones", loc="top", fontsize=10, color=QUIET)
    ax.set_xlabel("place of the actual in its forecast", loc="right", fontsize=10, color=QUIET, labelpad=3)
    beside(ax, [made.judged / bins, high], ["evenly", "band of luck"], [QUIET, QUIET], ["normal", "normal"])
    headline(ax, findings.transform(made), f"{findings.bias(made)}.")
    band = f"Band: in {findings.confidence(made)} of honest forecasters all bars lie within. Darker bars lie outside."
    footnote(ax, findings.note(made, band, f"{made.judged:,} forecasts that have run their course."))
    return ax


@themed
def bias_by_class(made: Calibration, ax: Axes | None = None) -> Axes:
    """Median of the time taken over the time to the P50, for each class."""
    drawn = shown_classes(made)
    ax = axes_or_page(ax, **_bias_page(drawn))
    size = bars.row_size(ax, len(drawn))
    for row, one in enumerate(drawn):
        _range(ax, row, one.bias.ratio if one.bias else Estimate(1, 1, 1))
    bars.rows(
        ax, [one.name for one in drawn], [KINDS[one.by] if row == 0 or drawn[row - 1].by != one.by else "" for row, one in enumerate(drawn)]
    )
    bars.column(ax, [findings.ratio(one.bias) if one.bias else "" for one in drawn], size, heading="of the time to P50")
    bars.column(ax, [f"{one.bias.outcomes if one.bias else 0:,}" for one in drawn], size, heading="milestones", off=150)
    clear_frame(ax, keep=())
    ax.tick_params(axis="y", colors=TEXT)
    ax.grid(axis="x", color=GRID, linewidth=0.8)
    ax.axvline(1, color=PLAN, linewidth=1.4, zorder=2)
    ax.margins(x=0.06)
    ax.xaxis.set_major_formatter(lambda value, _: f"{words.trimmed(100 * value, 0)} %")
    ax.set_xlabel("time taken, of the time to the P50", loc="right", fontsize=10, color=QUIET, labelpad=2)
    headline(ax, _bias_title(made, drawn), f"{findings.bias(made)}.", above=18)
    footnote(ax, findings.note(made, f"Dot: median; line: its {findings.confidence(made)} interval; pale: it includes 100 %."))
    return ax


def _range(ax: Axes, row: int, ratio: Estimate) -> None:
    ink = PALE if ratio.low <= 1 <= ratio.high else TARGET if ratio.value > 1 else FORECAST
    edge = PLAN if ink == PALE else ink
    ax.plot([ratio.low, ratio.high], [row, row], color=edge, linewidth=2.4, zorder=3, solid_capstyle="butt")
    ax.plot(
        [ratio.value],
        [row],
        marker="o",
        markersize=9,
        color="white" if ink == PALE else ink,
        markeredgecolor=edge,
        markeredgewidth=2,
        zorder=4,
    )


def shown_classes(made: Calibration) -> list[ClassScore]:
    """Types, teams and lead times; projects only where there are few."""
    known = [one for one in made.classes if one.bias is not None]
    few = sum(one.by == PROJECT for one in known) <= MOST_PROJECTS
    return [one for one in known if one.by != PROJECT or few][: bars.MOST_ROWS]


def _bias_title(made: Calibration, drawn: list[ClassScore]) -> str:
    for by in (TYPE, TEAM, LEAD, PROJECT):
        if any(one.by == by for one in drawn) and not (said := findings.leading_class(made, by)).startswith("No "):
            return said
    return "No type, team or lead time is surely early or late against its P50"


def _bias_page(drawn: list[ClassScore]) -> dict[str, float]:
    return bars.page_for([one.name for one in drawn], right=250, more=6)


@themed
def losses(made: Calibration, ax: Axes | None = None) -> Axes:
    """Mean loss of forecasts and of their plans, by the quarter in which they were made."""
    ax = axes_or_page(ax, **PAGE)
    places = range(len(made.periods))
    for ink, width, off, values in (
        (PLAN, 1.8, 0.02, [one.scores.plan for one in made.periods]),
        (FORECAST, 2.4, -0.02, [one.scores.forecast for one in made.periods]),
    ):
        across = [place + off for place in places]
        ax.plot(across, [one.value for one in values], color=ink, linewidth=width, marker="o", markersize=7, zorder=3)
        for place, one in zip(across, values, strict=True):
            ax.plot([place, place], [one.low, one.high], color=ink, linewidth=1.6, zorder=2.8, solid_capstyle="butt")
    last = made.periods[-1].scores
    beside(ax, [last.forecast.value, last.plan.value], ["forecast", "plan alone"], [FORECAST, QUIET], ["bold", "normal"])
    names = [f"Q{(one.begin.month + 2) // 3} {one.begin.year}\n{one.outcomes:,}" for one in made.periods]
    ax.set_xticks(places, names)
    ax.set_xlim(-0.4, len(made.periods) - 0.6)
    ax.set_ylim(bottom=0)
    clear_frame(ax, keep=("bottom",))
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_ylabel("loss [calendar days]", loc="top", fontsize=10, color=QUIET)
    headline(
        ax, findings.scores(made), "Smaller is better. Quarters in which forecasts were made, and how many milestones they are judged by."
    )
    loss = "Loss: continuous ranked probability score; of a plan it is how far it was off."
    footnote(ax, findings.note(made, loss, f"Lines: {findings.confidence(made)} interval."))
    return ax


def catalogue(made: Calibration) -> list[Chart]:
    """The charts that have something to show."""
    tables = table_rows(made)
    charts = []
    if any(one.outcomes for one in made.rates):
        alt = f"{findings.hits(made)}. Dots show the share that held beside the share that was promised, for P10 to P90."
        charts.append(_chart("hit-rates", findings.hits(made), alt, tables["hit_rates"], hit_rates, made, PAGE))
    if made.judged:
        alt = f"{findings.transform(made)}. Bars count the milestones in each tenth of their forecasts."
        charts.append(_chart("transform", findings.transform(made), alt, tables["histogram"], transform, made, PAGE))
    if drawn := shown_classes(made):
        title = _bias_title(made, drawn)
        alt = f"{title}. A dot and a line for each class show the time taken, of the time to the P50."
        charts.append(_chart("bias", title, alt, tables["classes"], bias_by_class, made, _bias_page(drawn)))
    if len(made.periods) > 1:
        alt = f"{findings.scores(made)}. Two lines show the mean loss of forecasts and of their plans, quarter by quarter."
        charts.append(_chart("losses", findings.scores(made), alt, tables["periods"], losses, made, PAGE))
    return charts


def _chart(name: str, title: str, alt: str, rows: list, draw, made: Calibration, page: dict) -> Chart:
    return Chart(name=name, title=title, alt=alt, table=pd.DataFrame(rows), draw=lambda ax: draw(made, ax), page=page)
