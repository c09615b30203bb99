"""Which charts a forecast gets, in the order of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from pmosim.output import analyses
from pmosim.output.charts import (
    cashflow,
    completion,
    cost,
    criticality,
    exposure,
    gantt,
    groups,
    joint,
    matrix,
    milestones,
    mitigation,
    projects,
    shared,
    tornado,
    weather,
    without,
)
from pmosim.output.charts.chart import Chart, as_far_as
from pmosim.output.exposing import BY
from pmosim.output.grids import joint_of
from pmosim.output.likeness import Likeness
from pmosim.results.records import Forecast, TargetForecast

MOST_TARGETS = 8  # that get charts of their own, so that fifty projects do not take a minute; every target is in the tables

FAR = re.compile(r"-tornado$|^(risk-)?exposure")
"""Charts of bars, whose axis is as long as it was where that is longer."""

TARGETS_CHART = "targets"
MILESTONES_CHART = "milestones"
RISK_CHARTS = ("risk-exposure", "risk-exposure-money", "risk-matrix", "risk-completion")
GROUP_CHARTS = {by: f"exposure-{by}" for by in BY}
SHARED_CHART = "shared-risks"
WEATHER_CHART = "weather"
MITIGATION_CHARTS = ("mitigation-completion", "mitigation-exposure", "mitigation-matrix")


def catalogue(forecast: Forecast, like: Likeness | None = None) -> list[Chart]:
    """All charts that have something to show; each with its finding, its text alternative, its table and how to draw it.

    ``like``: an earlier forecast, whose axes and bins are taken.
    """
    made = [chart for chart in _charts(forecast, like) if not chart.table.empty]
    if like is None:
        return made
    drawn = {(chart.name, chart.section): chart for chart in _charts(like.earlier, None) if not chart.table.empty}
    return [as_far_as(chart, drawn.get((chart.name, chart.section))) if FAR.search(chart.name) else chart for chart in made]


def charted_targets(forecast: Forecast) -> list[TargetForecast]:
    """The portfolio and the projects, as many as get charts of their own; milestones share the chart of all targets."""
    return [one for one in forecast.targets if one.kind != "milestone"][:MOST_TARGETS]


def _charts(forecast: Forecast, like: Likeness | None) -> Iterator[Chart]:
    if len(forecast.targets) > 1:
        yield projects.chart(forecast, TARGETS_CHART, like)
    if tells_milestones(forecast):
        yield milestones.chart(forecast, MILESTONES_CHART)
    for one, name in zip(charted_targets(forecast), file_names(charted_targets(forecast)), strict=True):
        yield completion.chart(forecast, one, f"{name}-completion", like)
        if one.cost is not None:
            yield cost.chart(forecast, one, f"{name}-cost", like)
        if (together := joint_of(forecast, one)) is not None:
            yield joint.chart(forecast, one, together, f"{name}-joint")
        yield from cashflow.charts(forecast, one, name)
        yield tornado.chart(forecast, one, f"{name}-tornado")
        if one.kind != "portfolio":
            yield criticality.chart(forecast, one.id, f"{name}-criticality")
            yield gantt.chart(forecast, one, f"{name}-gantt", like)
    yield from _risks(forecast)
    yield from analyses.charts(forecast)
    for number, sky in enumerate(forecast.weather[:MOST_TARGETS], start=1):
        yield weather.chart(forecast, sky, f"{WEATHER_CHART}-{number}")


def _risks(forecast: Forecast) -> Iterator[Chart]:
    """Of the portfolio if there are several projects, since that is what they share."""
    first = forecast.targets[0]
    yield exposure.chart_in_days(forecast, first.id, RISK_CHARTS[0])
    if any(risk.cost_expected is not None and risk.cost_expected.value for risk in forecast.risks):
        yield exposure.chart_in_money(forecast, RISK_CHARTS[1])
    yield matrix.chart(forecast, first.id, RISK_CHARTS[2])
    if forecast.without_risks and forecast.without_risks[0].id == first.id and forecast.exposure is not None:
        yield without.chart(forecast, first.id, RISK_CHARTS[3])
    if forecast.mitigation is not None:
        yield mitigation.curves_chart(forecast, first.id, MITIGATION_CHARTS[0])
        yield mitigation.exposure_chart(forecast, first.id, MITIGATION_CHARTS[1])
        yield mitigation.matrix_chart(forecast, first.id, MITIGATION_CHARTS[2])
    for by, name in GROUP_CHARTS.items():
        yield groups.chart(forecast, by, name)
    if forecast.exposure is not None and forecast.exposure.shared:
        yield shared.chart(forecast, SHARED_CHART)


def tells_milestones(forecast: Forecast) -> bool:
    """A single finish that is due is told as the target that it is."""
    return len(forecast.milestones) > 1


class Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...


def file_names(targets: Sequence[Named]) -> list[str]:
    """File names from ids, without what a file system may refuse, and none twice."""
    names: list[str] = []
    for one in targets:
        plain = re.sub(r"[^a-z0-9]+", "-", one.id.removesuffix(".finish").lower()).strip("-") or "project"
        plain = ("portfolio" if one.kind == "portfolio" else plain)[:60]
        names.append(next(name for name in (plain, *(f"{plain}-{k}" for k in range(2, len(targets) + 2))) if name not in names))
    return names
