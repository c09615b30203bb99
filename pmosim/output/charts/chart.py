"""A chart that knows what it says: its finding, its words for those who cannot see it, its data, and how to draw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pmosim.output.style import page, theme
from pmosim.results.records import Forecast, TargetForecast


@dataclass(frozen=True, slots=True)
class Chart:
    name: str  # file name without ending
    title: str  # the finding
    alt: str  # the finding and what the picture shows, for those who do not see it
    table: pd.DataFrame  # the data drawn, whole names included
    draw: Callable[[Axes], Axes]
    subtitle: str = ""
    section: str = ""  # id of the target it belongs to; empty: the forecast as a whole
    page: dict[str, Any] = field(default_factory=dict)  # margins and height, for `style.page`

    def figure(self) -> Figure:
        """The chart on a page of its own."""
        with theme():
            ax = page(**self.page)
        self.draw(ax)
        return ax.get_figure(root=True)  # type: ignore[return-value]


def as_far_as(chart: Chart, earlier: Chart | None) -> Chart:
    """The chart with the axis of the earlier one, or as much more as it needs."""
    if earlier is None:
        return chart

    def draw(ax: Axes) -> Axes:
        chart.draw(ax)
        low, high = earlier.figure().axes[0].get_xlim()
        own = ax.get_xlim()
        ax.set_xlim(min(low, own[0]), max(high, own[1]))
        return ax

    return replace(chart, draw=draw)


def target_of(forecast: Forecast, target: str | TargetForecast | None) -> TargetForecast:
    """The target with that id, the first one if none is given."""
    if isinstance(target, TargetForecast):
        return target
    if target is None:
        return forecast.targets[0]
    for one in forecast.targets:
        if one.id == target:
            return one
    known = ", ".join(one.id for one in forecast.targets)
    raise KeyError(f"no target '{target}' in this forecast; there are: {known}")


def axes_or_page(ax: Axes | None, **margins: Any) -> Axes:
    return page(**margins) if ax is None else ax
