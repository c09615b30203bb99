"""Milestone trend: the forecast dates of a project's milestones against status dates, down to the diagonal on which they come in."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import trending, words
from pmosim.output.charts import drift
from pmosim.output.charts.chart import Chart, axes_or_page
from pmosim.output.charts.marks import beside
from pmosim.output.style import FORECAST, GOOD, PLAN, fitted, footnote, headline, themed
from pmosim.output.timeline import day_end, position
from pmosim.results.records import Estimate
from pmosim.results.stored import apart
from pmosim.results.trend import Line, Trend

PAGE = {"left": 104, "right": 250, "top": 104, "bottom": 84}
MOST = 20
NAMES = 236.0  # [points]


@themed
def milestones(made: Trend, project: str, ax: Axes | None = None) -> Axes:
    """A line for the P80 of each milestone; blue where it has moved later since the first forecast, green where sooner."""
    ax = axes_or_page(ax, **PAGE)
    lines = shown(made, project)
    dates = sorted({place for line in lines for place in drift.status_dates(line.points)})
    heights = [day_end(point.finish[80].value) for line in lines for point in line.points]
    drift.limits(ax, dates, [*heights, *(day_end(line.actual) for line in lines if line.actual)])
    drift.diagonal(ax)
    marks = []
    for line in lines:
        ink = ink_of(line)
        _draw(ax, line, ink)
        date = line.actual or line.last.finish[80].value
        said = (
            f"✓ {words.short_day(date, made_on(made))}" if line.actual else "gone" if line.is_gone else words.short_day(date, made_on(made))
        )
        text = f"{line.label}  {said}"
        marks.append((fitted(text, NAMES, 11.0), day_end(date), TEXT_INKS.get(ink, ink), "normal"))
    drift.status_axis(ax)
    drift.date_axis(ax)
    beside(ax, *drift.unzipped(marks))
    headline(ax, finding(lines), f"{lines[0].project}, P80 of {len(lines)} {words.plural('milestone', len(lines))}.")
    left = len(of_project(made, project)) - len(lines)
    footnote(
        ax,
        f"{project}, {trending.period(made)}. Lines: P80 on each status date. Blue: later than in the first forecast; green: sooner; "
        "grey: no sure "
        "move. "
        f"Dotted: where the forecast is the status date itself; ◆ came in. {words.left_out(left, 'later milestone')}",
    )
    return ax


TEXT_INKS = {GOOD: drift.TEXT_OF_ACTUAL, PLAN: "#5B6873"}


def made_on(made: Trend):
    return max(point.status_date for line in made.lines for point in line.points)


def of_project(made: Trend, project: str) -> list[Line]:
    return sorted((line for line in made.lines if line.project == project), key=lambda line: line.last.finish[80].value)


def shown(made: Trend, project: str) -> list[Line]:
    """The earliest ones, where there are too many."""
    return of_project(made, project)[:MOST]


def drifted(line: Line) -> Estimate:
    """Since the first forecast. [calendar days of the P80]"""
    first, last = line.points[0], line.last
    if first is last:
        return Estimate(0.0, 0.0, 0.0)
    parts = [
        Estimate(*(position(end) - position(first.finish[80].value) for end in (one.value, one.low, one.high)))
        for one in (point.finish[80] for point in (first, last))
    ]
    return apart(*parts)


def ink_of(line: Line) -> str:
    since = drifted(line)
    return PLAN if since.low <= 0 <= since.high else FORECAST if since.value > 0 else GOOD


def finding(lines: list[Line]) -> str:
    """The milestone that has moved most."""
    moved = [line for line in lines if ink_of(line) != PLAN]
    if not moved:
        what = "milestone" if len(lines) == 1 else "milestones"
        return f"{'The' if len(lines) == 1 else 'All'} {len(lines) if len(lines) > 1 else ''} {what} stand where they stood".replace(
            "  ", " "
        )
    worst = max(moved, key=lambda line: abs(drifted(line).value))
    later = sum(drifted(line).value > 0 for line in moved)
    said = trending.finding(worst, name=words.shortened(worst.label, 40))
    return f"{later} of {len(lines)} have moved later; {said}" if len(lines) > 1 else said


def _draw(ax: Axes, line: Line, ink: str) -> None:
    at, heights = drift.status_dates(line.open_points), [day_end(point.finish[80].value) for point in line.open_points]
    if line.actual is not None:
        came = day_end(line.actual)
        if ax.get_xlim()[0] <= came <= ax.get_xlim()[1]:
            at, heights = [*at, came], [*heights, came]
            ax.plot([came], [came], marker="D", markersize=7, color=ink, markeredgecolor="white", zorder=4)
    many = len(at) > 30
    ax.plot(at, heights, color=ink, linewidth=1.8, marker=None if many else "o", markersize=3.6, zorder=3)
    if line.is_gone and line.actual is None:
        ax.plot(at[-1:], heights[-1:], marker="x", markersize=8, markeredgewidth=2, color=ink, zorder=4)


def chart(made: Trend, project: str, name: str) -> Chart:
    lines = shown(made, project)
    title = finding(lines)
    return Chart(
        name=name,
        title=title,
        subtitle=f"{project}, P80 of {len(lines)} {words.plural('milestone', len(lines))}.",
        alt=f"{title}. A line for each milestone shows its P80 on each status date, against the diagonal on which it comes in.",
        table=pd.DataFrame([row for line in of_project(made, project) for row in trending.point_rows(line)]),
        draw=lambda ax: milestones(made, project, ax),
        page=PAGE,
    )
