"""Driving-path groups: which chains of uncertain tasks drive a target, and how often."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.ranking import findings
from pmosim.output.ranking.rows import table_rows
from pmosim.output.style import FORECAST, PLAN, footnote, headline, themed
from pmosim.results.ranking import DrivingPaths, Ranking
from pmosim.results.records import Estimate

LATE = 132.0  # [points] right of the plot, for the second column
WIDE = 330.0  # [points] for the names: a path is named by several tasks
OTHERS = "all other paths"


@themed
def paths(ranking: Ranking, ax: Axes | None = None) -> Axes:
    """Share of iterations that each path drives, with its interval. [% of iterations]"""
    found = _of(ranking)
    ax = axes_or_page(ax, **_page())
    rows = _rows(found)
    size = bars.row_size(ax, len(rows))
    bars.bars(ax, [100 * share.value for _, share, _ in rows], [PLAN if name == OTHERS else FORECAST for name, _, _ in rows])
    for row, (_, share, _) in enumerate(rows):
        bars.whisker(ax, row, Estimate(100 * share.value, 100 * share.low, 100 * share.high))
    bars.rows(
        ax,
        [bars.named(name, "", WIDE, size, 2) for name, _, _ in rows],
        [str(k) if name != OTHERS else "" for k, (name, _, _) in enumerate(rows, 1)],
    )
    bars.column(ax, [words.percent(share) for _, share, _ in rows], size, heading="of iterations")
    bars.column(ax, [words.number(late) if late else "" for _, _, late in rows], size, heading="mean, days after plan", off=LATE)
    ax.set_xlim(left=0)
    ax.margins(x=0.04)
    bars.finish(ax, "% of iterations")
    headline(ax, findings.paths(ranking.label, found), findings.paths_subtitle(found), above=18)
    footnote(ax, _note(ranking, found), below=30)
    return ax


def _rows(found: DrivingPaths) -> list[tuple[str, Estimate, Estimate | None]]:
    rows: list[tuple[str, Estimate, Estimate | None]] = [
        (name, group.share, group.above_plan) for name, group in zip(findings.path_names(found), found.groups, strict=True)
    ]
    return rows if found.rest is None else [*rows, (OTHERS, found.rest, None)]


def _of(ranking: Ranking) -> DrivingPaths:
    if ranking.paths is None:
        raise ValueError("this ranking has no driving paths")
    return ranking.paths


def _page() -> dict[str, float]:
    return {"left": 40 + bars.RANK + WIDE + 12, "right": LATE + 150, "top": 118, "bottom": 94}


def _note(ranking: Ranking, found: DrivingPaths) -> str:
    return findings.note(
        ranking,
        f"A path: the uncertain tasks that drove the finish, traced back through the links that decided; {found.iterations:,} iterations.",
        "It is named by the tasks that the fewest other paths share.",
        f"Whiskers: {findings.confidence(ranking)} simulation interval.",
    )


def paths_chart(ranking: Ranking) -> Chart:
    found = _of(ranking)
    title, more = findings.paths(ranking.label, found), findings.paths_subtitle(found)
    return Chart(
        name="paths",
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Bars show the share of iterations that each path drives.",
        table=pd.DataFrame(table_rows(ranking)["paths"]),
        draw=lambda ax: paths(ranking, ax),
        section=ranking.target,
        page=_page(),
    )
