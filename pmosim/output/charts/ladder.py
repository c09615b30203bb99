"""The ladder as a waterfall: from the figure with everything in, source by source, to the plan."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.ranking import findings
from pmosim.output.ranking.rows import table_rows
from pmosim.output.style import FORECAST, GOOD, PALE, PLAN, QUIET, footnote, headline, themed
from pmosim.results.ranking import DAYS, Ladder, Ranking
from pmosim.results.records import Estimate

MOST_ROWS = 18  # the first and the last included
DATES = 112.0  # [points] right of the plot


@dataclass(frozen=True, slots=True)
class Rung:
    """One row: a bar from ``begins`` to ``ends``, above the plan."""

    name: str
    id: str
    begins: float
    ends: float
    gain: Estimate | None  # none for where it starts and where it ends
    text: str
    date: str


@themed
def ladder(ranking: Ranking, ax: Axes | None = None) -> Axes:
    """What each step takes off the figure, in the order of the steps. [working days or currency, above the plan]"""
    ax = axes_or_page(ax, **_page(ranking))
    found = _of(ranking)
    rungs = rungs_of(ranking)
    size = bars.row_size(ax, len(rungs))
    for row, rung in enumerate(rungs):
        ax.barh(row, rung.ends - rung.begins, left=rung.begins, height=0.62, color=_ink(rung), zorder=2)
        if rung.gain is not None:
            bars.whisker(ax, row, Estimate(rung.begins, rung.ends - rung.gain.high, rung.ends - rung.gain.low))
        if row + 1 < len(rungs):
            ax.plot([_reached(rung)] * 2, [row + 0.31, row + 0.69], color=QUIET, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    bars.rows(ax, [bars.named(rung.name, rung.id, bars.NAMES, size, bars.lines(ax, len(rungs))) for rung in rungs], _numbers(rungs))
    bars.column(ax, [rung.text for rung in rungs], size, heading="gained" if found.unit == DAYS else "saved")
    if found.unit == DAYS:
        bars.column(ax, [rung.date for rung in rungs], size, heading=f"{found.figure} is then", off=DATES)
    ax.margins(x=0.04)
    unit = "working days above the plan"
    if found.unit != DAYS:
        scale, sign = words.money_scale(found.above_plan)
        unit = f"{sign}{ranking.currency} above the plan"
        ax.xaxis.set_major_formatter(lambda value, _: words.trimmed(value / scale, 3))
    bars.finish(ax, unit)
    headline(ax, findings.ladder(ranking, found), subtitle(ranking), above=18)
    footnote(ax, _note(ranking), below=30)
    return ax


def rungs_of(ranking: Ranking) -> list[Rung]:
    """The start, the steps (the smallest last ones as one), and the plan."""
    found = _of(ranking)
    start = ranking.dates.get(found.figure) if found.unit == DAYS else None
    rows = [
        Rung(
            f"{found.figure} with everything",
            "",
            0.0,
            found.above_plan,
            None,
            _plain(ranking, found.above_plan),
            words.day(start) if start else "",
        )
    ]
    shown = found.steps if len(found.steps) <= MOST_ROWS - 2 else found.steps[: MOST_ROWS - 3]
    before = found.above_plan
    for step in shown:
        text = findings.figure_alone(ranking, step.gain, found.unit)
        rows.append(Rung(step.label, step.source, step.left, before, step.gain, text, words.day(step.date) if step.date else ""))
        before = step.left
    if len(shown) < len(found.steps):
        last = found.steps[-1]
        name = f"{sum(step.sources for step in found.steps[len(shown) :])} further steps"
        nothing = Estimate(before - last.left, before - last.left, before - last.left)
        rows.append(
            Rung(name, "", last.left, before, nothing, _plain(ranking, before - last.left), words.day(last.date) if last.date else "")
        )
    ends = "Plan" if not found.remains else "Without all of these"
    planned = words.day(ranking.planned) if found.unit == DAYS and not found.remains else ""
    rows.append(Rung(ends, "", 0.0, found.remains, None, "" if not found.remains else _plain(ranking, found.remains), planned))
    return rows


def subtitle(ranking: Ranking) -> str:
    found = _of(ranking)
    tied = next((k for k, step in enumerate(found.steps, start=1) if step.tied and step.gain.low > 0), None)
    said = "At each step the source that is worst then is taken out; the steps add up exactly."
    return said if tied is None else f"{said} From step {tied} on, others might as well have been next."


def _of(ranking: Ranking) -> Ladder:
    if ranking.ladder is None:
        raise ValueError("this ranking has no ladder")
    return ranking.ladder


def _numbers(rungs: list[Rung]) -> list[str]:
    return ["" if rung.gain is None or (not rung.id and rung.gain.is_exact) else str(row) for row, rung in enumerate(rungs)]


def _reached(rung: Rung) -> float:
    return rung.ends if rung.gain is None else rung.begins


def _ink(rung: Rung) -> str:
    if rung.gain is None:
        return PLAN
    if bars.may_be_nothing(rung.gain):
        return PALE
    return FORECAST if rung.gain.value > 0 else GOOD


def _plain(ranking: Ranking, value: float) -> str:
    return words.rounded(value, 1) if _of(ranking).unit == DAYS else words.amount(round(value), ranking.currency)


def _page(ranking: Ranking) -> dict[str, float]:
    return bars.page_for((rung.name for rung in rungs_of(ranking)), right=DATES + 112)


def _note(ranking: Ranking) -> str:
    return findings.note(
        ranking,
        f"Bar: what the {_of(ranking).figure} loses when the source is taken out after all those above it, on the same draws.",
        f"Whiskers: {findings.confidence(ranking)} simulation interval; pale: it includes zero; green: the figure rises without it.",
    )


def ladder_chart(ranking: Ranking) -> Chart:
    title, more = findings.ladder(ranking, _of(ranking)), subtitle(ranking)
    return Chart(
        name="ladder",
        title=title,
        subtitle=more,
        alt=f"{title}. {more} A waterfall leads from the {_of(ranking).figure} with everything in to the plan.",
        table=pd.DataFrame(table_rows(ranking)["ladder"]),
        draw=lambda ax: ladder(ranking, ax),
        section=ranking.target,
        page=_page(ranking),
    )
