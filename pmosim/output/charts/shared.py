"""Which risk moves which project, and how far: a heat table of what each P80 would gain without the risk."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from pmosim.output import exposing, words
from pmosim.output.charts.bars import may_be_nothing
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.style import FORECAST, QUIET, TEXT, fitted, footnote, headline, themed, width_of
from pmosim.results.records import Forecast

PAGE = {"left": 300, "right": 60, "top": 132, "bottom": 84}
MOST_ROWS, MOST_COLUMNS = 14, 8
HEAT = LinearSegmentedColormap.from_list("heat", ["#F4F7FA", "#BCCEE1", FORECAST])
DARK = 0.62  # of the largest move: from there on figures are white
NOTHING = "#FFFFFF"


@themed
def shared_risks(forecast: Forecast, ax: Axes | None = None) -> Axes:
    """A row per risk, a column per project: how far the risk moves that project's P80. [working days]"""
    ax = axes_or_page(ax, **PAGE)
    rows = forecast.exposure.shared[:MOST_ROWS] if forecast.exposure else ()
    columns = exposing.columns_of(forecast)[:MOST_COLUMNS]
    most = max((abs(move.value) for one in rows for move in one.moves.values()), default=0.0) or 1.0
    ax.set(xlim=(0, max(1, len(columns))), ylim=(max(5, len(rows)), 0))
    for row, one in enumerate(rows):
        for column, id in enumerate(columns):
            move = one.moves.get(id)
            settled = move is not None and not may_be_nothing(move)
            share = abs(move.value) / most if move is not None and settled else 0.0
            ax.add_patch(
                Rectangle((column + 0.02, row + 0.05), 0.96, 0.9, facecolor=HEAT(share) if settled else NOTHING, edgecolor="none", zorder=2)
            )
            text = words.number(move, finest=1) if move is not None else "–"
            ink = "white" if share > DARK else TEXT if settled else QUIET
            ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=11, color=ink, zorder=3)
    labels = {one.id: one.label for one in forecast.targets}
    room = width_of(ax) / max(1, len(columns)) - 10
    ax.xaxis.tick_top()
    ax.set_xticks([k + 0.5 for k in range(len(columns))], [fitted(labels.get(id, id), room, 11.0) for id in columns], color=TEXT)
    names = [f"{fitted(one.label, 220, 11.0)}  {one.certain}" for one in rows]
    ax.set_yticks([k + 0.5 for k in range(len(rows))], names, color=TEXT)
    ax.tick_params(length=0, pad=8, labelsize=11)
    for spine in ax.spines.values():
        spine.set_visible(False)
    headline(ax, finding(forecast), "", above=34)
    footnote(ax, _note(forecast), below=18)
    return ax


def finding(forecast: Forecast) -> str:
    return exposing.widest(forecast).rstrip(".") or "No risk moves the P80 of several projects for certain"


def chart(forecast: Forecast, name: str) -> Chart:
    rows = exposing.table_rows(forecast)["shared_risks"]
    return Chart(
        name=name,
        title=finding(forecast),
        alt=f"{finding(forecast)}. A table of risks by projects, darker the further a risk moves a project's P80.",
        table=pd.DataFrame(rows),
        draw=lambda ax: shared_risks(forecast, ax),
        page=PAGE,
    )


def _note(forecast: Forecast) -> str:
    risks = len(forecast.exposure.shared) if forecast.exposure else 0
    return words.note(
        forecast,
        "Working days that each project's P80 would come forward without the risk, all else on the same draws; darker: further.",
        f"White: the {words.confidence(forecast)} interval includes zero; –: cannot be moved. Behind a name: projects moved for certain.",
        words.left_out(risks - MOST_ROWS, "more risk"),
        words.left_out(len(exposing.columns_of(forecast)) - MOST_COLUMNS, "more project"),
    )
