"""Sensitivity by removal: how much sooner a target comes, or how much less it costs, without each source."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.ranking import findings
from pmosim.output.ranking.rows import table_rows
from pmosim.output.style import FORECAST, GOOD, QUIET, footnote, headline, measure, themed
from pmosim.results.ranking import DAYS, Rank, Ranking, Removal

MEAN_COLUMN = 118.0  # [points] right of the plot, for the second column of figures
MEAN = "mean"


@themed
def removal(ranking: Ranking, ax: Axes | None = None) -> Axes:
    """Gain by taking each source out, ranked, with its interval; sources that may change places are bracketed."""
    ax = axes_or_page(ax, **_page(ranking))
    drawn = shown(ranking)
    gains = [findings.gain_of(ranking, one) for one in drawn]
    size = bars.row_size(ax, len(drawn))
    bars.bars(ax, [gain.value for gain in gains], [bars.ink_of(gain, GOOD if gain.value < 0 else FORECAST) for gain in gains])
    for row, gain in enumerate(gains):
        bars.whisker(ax, row, gain)
    ranks = [findings.rank_of(ranking, one) for one in drawn]
    names = [
        bars.named(name, one.source, bars.NAMES, size, bars.lines(ax, len(drawn)))
        for name, one in zip(_names(ranking), drawn, strict=False)
    ]
    bars.rows(ax, names, [findings.rank_text(rank) for rank in ranks])
    _brackets(ax, ranks, names, size)
    bars.column(ax, [findings.figure_alone(ranking, gain) for gain in gains], size, heading=ranking.figure)
    if ranking.figure != MEAN:
        bars.column(ax, [findings.figure_alone(ranking, _mean_of(ranking, one)) for one in drawn], size, heading=MEAN, off=MEAN_COLUMN)
    ax.margins(x=0.04)
    unit = "working days sooner without it"
    if ranking.unit != DAYS:
        scale, sign = words.money_scale(max(abs(gain.value) for gain in gains))
        unit = f"{sign}{ranking.currency} less without it"
        ax.xaxis.set_major_formatter(lambda value, _: words.trimmed(value / scale, 3))
    bars.finish(ax, unit)
    headline(ax, findings.removal(ranking), f"{findings.stands(ranking)}.", above=18)
    footnote(ax, _note(ranking, drawn), below=30)
    return ax


def shown(ranking: Ranking) -> tuple[Removal, ...]:
    return ranking.removals[: bars.MOST_ROWS]


def runs_of_ties(ranks: list[Rank]) -> list[tuple[int, int]]:
    """First and last row of every run of neighbours that may change places."""
    found: list[tuple[int, int]] = []
    for row in range(len(ranks) - 1):
        if ranks[row].worst < ranks[row + 1].best or ranks[row].worst == ranks[row].best:
            continue
        if found and found[-1][1] == row:
            found[-1] = (found[-1][0], row + 1)
        else:
            found.append((row, row + 1))
    return found


def _brackets(ax: Axes, ranks: list[Rank], names: list[str], size: float) -> None:
    """A line beside the ranks of each run of ties."""
    longest = max((measure(line, size) for name in names for line in name.split("\n")), default=0.0)
    off = -longest - 19
    for first, last in runs_of_ties(ranks):
        transform = ax.get_yaxis_transform() + _shift(ax, off)
        across, down = [0.0, 0.0], [first - 0.34, last + 0.34]
        ax.plot(across, down, transform=transform, color=QUIET, linewidth=1.1, clip_on=False, solid_capstyle="round")


def _shift(ax: Axes, points: float):
    from matplotlib.transforms import ScaledTranslation

    return ScaledTranslation(points / 72, 0, ax.get_figure(root=True).dpi_scale_trans)  # type: ignore[union-attr]


def _names(ranking: Ranking) -> list[str]:
    return findings.names_of(ranking.removals)


def _mean_of(ranking: Ranking, one: Removal):
    return (one.days if ranking.unit == DAYS else one.cost)[MEAN]


def _page(ranking: Ranking) -> dict[str, float]:
    return bars.page_for(_names(ranking)[: bars.MOST_ROWS], right=MEAN_COLUMN + 124, more=6)


def _note(ranking: Ranking, drawn: tuple[Removal, ...]) -> str:
    return findings.note(
        ranking,
        f"Bar: {ranking.figure} with everything, minus without the source, on the same draws.",
        f"Whiskers: {findings.confidence(ranking)} simulation interval; pale: it includes zero; green: an opportunity.",
        "Ranks: all that the intervals of the differences leave possible; a line joins neighbours that may change places.",
        words.left_out(len(ranking.removals) - len(drawn), "smaller source"),
    )


def removal_chart(ranking: Ranking) -> Chart:
    title, more = findings.removal(ranking), f"{findings.stands(ranking)}."
    return Chart(
        name="removal",
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Bars rank the sources by what taking each out is worth.",
        table=pd.DataFrame(table_rows(ranking)["removals"]),
        draw=lambda ax: removal(ranking, ax),
        section=ranking.target,
        page=_page(ranking),
    )
