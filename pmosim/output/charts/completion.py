"""Probability of completion: when a project, a milestone or the portfolio will be finished."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import findings, words
from pmosim.output.charts import distribution as dist
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.marks import Mark
from pmosim.output.style import QUIET, TARGET, TEXT, footnote, headline, themed, width_of
from pmosim.output.timeline import bin_unit, binned, day_end, position, ticks
from pmosim.results.records import Forecast, TargetForecast

PAGE = {"left": 92, "right": 168, "top": 124, "bottom": 84}
LEVELS = (50, 80, 90)


@themed
def probability_of_completion(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """S-curve over the histogram of finish dates; P50, P80, P90, plan and target marked.

    ``target``: id of a target of the forecast, the first one by default. The strip of bars is taken from the foot
    of ``ax``. Raises KeyError for an unknown target.
    """
    one = target_of(forecast, target)
    ax = axes_or_page(ax, **PAGE)
    shape = _distribution(forecast, one, width_of(ax))
    strip, above = dist.draw(ax, shape)
    headline(ax, findings.completion(one), findings.completion_subtitle(one), above=above + 4)
    footnote(strip, _note(forecast, one, shape))
    return ax


def table(one: TargetForecast) -> pd.DataFrame:
    """The distribution drawn: one row per day on which an iteration finished."""
    return pd.DataFrame(
        {"date": one.curve.at, "iterations": one.curve.count, "share": one.curve.share, "low": one.curve.low, "high": one.curve.high}
    )


def chart(forecast: Forecast, one: TargetForecast, name: str) -> Chart:
    return Chart(
        name=name,
        title=findings.completion(one),
        subtitle=findings.completion_subtitle(one),
        alt=f"{findings.completion(one)}. {findings.distance(one)}. Bars show when the simulated finishes lie, between "
        f"{words.day(one.earliest)} and {words.day(one.latest)}; the curve shows the probability of being finished by each date.",
        table=table(one),
        draw=lambda ax: probability_of_completion(forecast, one.id, ax),
        section=one.id,
        page=PAGE,
    )


# ---- the shape ----


def _distribution(forecast: Forecast, one: TargetForecast, width: float) -> dist.Distribution:
    days = [position(day) for day in one.curve.at]  # type: ignore[arg-type]
    ends = [day + 1 for day in days]
    marks = [*date_marks(one), *earned_marks(forecast, one)]
    low, high = dist.limits_of([ends[0] - 1, *ends[1:]] if len(ends) > 1 else ends, one.curve.count, [mark.at for mark in marks], least=14)
    unit = bin_unit(max(low, days[0]), min(high, ends[-1]))
    edges = unit.boundaries(max(low, days[0]), min(high, ends[-1]))
    return dist.Distribution(
        at=ends,
        share=one.curve.share,
        low=one.curve.low,
        high=one.curve.high,
        edges=[position(edge) for edge in edges],
        bars=binned(one.curve.at, one.curve.count, edges),  # type: ignore[arg-type]
        iterations=forecast.provenance.iterations,
        levels=[
            dist.PLevel(level, day_end(one.percentiles[level].value), f"P{level}  {words.day(one.percentiles[level].value)}")
            for level in LEVELS
            if level in one.percentiles
        ],
        marks=marks,
        limits=(low, high),
        ticks=ticks(low, high, width),
        bar_words=f"per {unit}",
    )


def date_marks(one: TargetForecast) -> list[Mark]:
    """The target first: it has the row next to the plot."""
    marks = []
    if one.target is not None and one.probability is not None:
        sure = words.percent_with_range(one.probability)
        marks.append(Mark(day_end(one.target), f"target {words.day(one.target)}: {sure}", TARGET, "bold", width=2.2))
    plan = words.percent(one.plan_probability)
    marks.append(Mark(day_end(one.planned), f"plan {words.day(one.planned)}: {plan}", QUIET, dashes=(0, (5, 2, 1, 2)), width=1.2))
    return marks


def earned_marks(forecast: Forecast, one: TargetForecast) -> list[Mark]:
    """When earned schedule would have it finished, by its two factors: nothing that was simulated."""
    found = next((earned for earned in forecast.earned if earned.id == one.id), None)
    if found is None or found.earned_value >= 1:
        return []
    look: dict[str, Any] = {"dashes": (0, (1, 2)), "width": 1.4}
    return [Mark(day_end(end.date), f"earned schedule, {end.factor}: {words.day(end.date)}", TEXT, **look) for end in found.finishes]


def _note(forecast: Forecast, one: TargetForecast, shape: dist.Distribution) -> str:
    lost = dist.beyond(shape)
    return words.note(
        forecast,
        f"Band: {words.confidence(forecast)} simulation interval.",
        f"Bars: share of iterations {shape.bar_words}.",
        "Dotted in black: earned schedule, from progress against the baseline alone; not simulated." if earned_marks(forecast, one) else "",
        f"{100 * lost:.2g} % of iterations lie beyond the dates drawn." if lost > 1e-9 else "",
    )
