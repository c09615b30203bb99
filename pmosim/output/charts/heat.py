"""The portfolio at a glance: a row for each project, its finish and its next milestones, how sure each is, and the last move."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pmosim.output import trending, words
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.style import GRID, QUIET, TEXT, fitted, footnote, headline, height_of, themed, width_of
from pmosim.results.trend import Line, Trend

MOST_ROWS, MOST_MILESTONES = 30, 5
INKS = {"good": "#BFE3D1", "fair": "#F6E3A8", "bad": "#F3B9A0", "": "#EEF1F4"}
"""Grounds of the cells: green, amber, red, grey; the figure in them says the same."""

NAMES = 190.0  # [points] for the names of projects


@themed
def heat(made: Trend, ax: Axes | None = None) -> Axes:
    """Cells from the left: the finish, then the milestones still to come, the next one first."""
    rows = rows_of(made)[:MOST_ROWS]
    ax = axes_or_page(ax, **_page(made))
    across = 1 + max((len(others) for _, others in rows), default=0)
    ax.set_xlim(0, across)
    ax.set_ylim(len(rows), 0)
    ax.set_axis_off()
    tall, wide = height_of(ax) / len(rows), width_of(ax) / across
    size = max(6.5, min(11.0, tall * 0.36))
    for row, (project, others) in enumerate(rows):
        ax.annotate(fitted(_name(made, project), NAMES, size), (0, row + 0.5), xytext=(-10, 0), textcoords="offset points", ha="right",
                    va="center", fontsize=size, color=TEXT, annotation_clip=False)  # fmt: skip
        for column, line in enumerate((project, *others)):
            _cell(ax, made, line, (column, row), (wide, tall, size))
    for column in range(across):
        said = "finish" if column == 0 else "next milestone" if column == 1 else f"next but {column - 1}"
        ax.annotate(said, (column + 0.5, 0), xytext=(0, 5), textcoords="offset points", ha="center",
                    va="bottom", fontsize=10, color=QUIET, annotation_clip=False)  # fmt: skip
    headline(ax, finding(made), "Probability of meeting each target date, with the arrow of the last move.")
    left = len(rows_of(made)) - len(rows)
    footnote(ax, f"{trending.period(made)}. {trending.rules(made)} {words.left_out(left, 'further project')}")
    return ax


def rows_of(made: Trend) -> list[tuple[Line, list[Line]]]:
    """Each project with its milestones still to come; those least sure of their finish first."""
    lines = list(made.table)
    found = []
    for project in (line for line in lines if line.kind == "project") if any(line.kind == "project" for line in lines) else ():
        home = project.id.partition(".")[0]
        own = [line for line in lines if line.project == project.project and line.kind == "milestone" and line.id.partition(".")[0] == home]
        ahead = sorted((line for line in own if line.actual is None), key=lambda line: line.last.finish[50].value)
        found.append((project, ahead[:MOST_MILESTONES]))
    return sorted(found, key=lambda row: 2.0 if row[0].actual or row[0].last.probability is None else row[0].last.probability.value)


def finding(made: Trend) -> str:
    """How many projects stand where."""
    states = [trending.state(made, project).mark for project, _ in rows_of(made)]
    counts = [
        (states.count(mark), what) for mark, what in (("bad", "red"), ("fair", "amber"), ("good", "green"), ("", "without a target date"))
    ]
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"{len(states)} {words.plural('project', len(states))}: {said}"


def _name(made: Trend, line: Line) -> str:
    same = sum(other.label == line.label for other, _ in rows_of(made)) > 1
    return f"{line.label} ({line.project})" if same and line.project != line.label else line.label


def _cell(ax: Axes, made: Trend, line: Line, place: tuple[int, int], sizes: tuple[float, float, float]) -> None:
    (column, row), (wide, tall, size) = place, sizes
    state = trending.state(made, line)
    ax.add_patch(Rectangle((column + 0.03, row + 0.06), 0.94, 0.88, facecolor=INKS[state.mark], edgecolor=GRID, linewidth=0.6))
    last = line.last
    sure = words.short_day(last.finish[80].value, last.status_date) if last.probability is None else words.percent(last.probability)
    said = f"{sure} {trending.arrow(line)}".strip()
    if line.actual is not None:
        said = f"{state} {words.short_day(line.actual, last.status_date)}"
    two = tall >= 30 and column > 0
    ax.annotate(said, (column + 0.5, row + (0.34 if two else 0.5)), ha="center", va="center", fontsize=size, color=TEXT,
                fontweight="bold" if column == 0 else "normal", annotation_clip=False)  # fmt: skip
    if two:
        name = fitted(line.label, 0.88 * wide, size - 2)
        ax.annotate(name, (column + 0.5, row + 0.7), ha="center", va="center", fontsize=size - 2, color=QUIET, annotation_clip=False)


def _page(made: Trend) -> dict[str, float]:
    rows = min(len(rows_of(made)), MOST_ROWS)
    height = 7.2 if rows <= 12 else min(14.0, 7.2 + 0.34 * (rows - 12))
    return {"left": 40 + NAMES + 14, "right": 44, "top": 126, "bottom": 84, "height": height}


def chart(made: Trend, name: str = "standing") -> Chart:
    rows = rows_of(made)
    title = finding(made) if rows else ""
    return Chart(
        name=name,
        title=title,
        alt=f"{title}. A table of projects and their next milestones, coloured by the probability of meeting each target date.",
        table=pd.DataFrame(trending.table_rows(made)["standing"]) if rows else pd.DataFrame(),
        draw=lambda ax: heat(made, ax),
        page=_page(made),
    )
