"""Probability of cost: what a project, or the portfolio, will have cost."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pmosim.output import findings, words
from pmosim.output.charts import distribution as dist
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.completion import LEVELS, PAGE
from pmosim.output.charts.marks import Mark
from pmosim.output.style import QUIET, TARGET, footnote, headline, themed, width_of
from pmosim.results.records import CostForecast, Curve, Forecast, TargetForecast

MOST_BARS = 36


@themed
def probability_of_cost(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """The curve of "costs no more than this" over the histogram; P50, P80, P90, plan and budget marked.

    Raises KeyError for an unknown target, ValueError for one without a cost.
    """
    one = target_of(forecast, target)
    if one.cost is None:
        raise ValueError(f"'{one.id}' has no cost; give its tasks a cost to see one")
    ax = axes_or_page(ax, **PAGE)
    shape = _distribution(forecast, one.cost, width_of(ax))
    strip, above = dist.draw(ax, shape)
    headline(ax, findings.cost(forecast, one, one.cost), findings.cost_subtitle(forecast, one.cost), above=above + 4)
    footnote(strip, _note(forecast, shape), below=32)
    return ax


def table(cost: CostForecast) -> pd.DataFrame:
    """One row per bin: its upper edge, the iterations in it, the share at or below that edge."""
    curve = cost.curve
    return pd.DataFrame({"cost": curve.at, "iterations": curve.count, "share": curve.share, "low": curve.low, "high": curve.high})


def chart(forecast: Forecast, one: TargetForecast, name: str) -> Chart:
    assert one.cost is not None
    title = findings.cost(forecast, one, one.cost)
    return Chart(
        name=name,
        title=title,
        subtitle=findings.cost_subtitle(forecast, one.cost),
        alt=f"{title}. {findings.cost_subtitle(forecast, one.cost)} Bars show where the simulated costs lie; the curve, the probability of "
        "costing no more than each amount.",
        table=table(one.cost),
        draw=lambda ax: probability_of_cost(forecast, one.id, ax),
        section=one.id,
        page=PAGE,
    )


def _distribution(forecast: Forecast, cost: CostForecast, width: float) -> dist.Distribution:
    at: list[float] = [float(edge) for edge in cost.curve.at]  # type: ignore[arg-type]
    marks = _marks(forecast, cost)
    low, high = dist.limits_of(at, cost.curve.count, [mark.at for mark in marks], least=max(1.0, abs(at[-1])) * 0.02)
    edges, bars = bars_of(cost.curve, low, high)
    places, labels = money_ticks(low, high, width, forecast.currency)
    return dist.Distribution(
        at=at,
        share=cost.curve.share,
        low=cost.curve.low,
        high=cost.curve.high,
        edges=edges,
        bars=bars,
        iterations=forecast.provenance.iterations,
        levels=[
            dist.PLevel(level, cost.percentiles[level].value, f"P{level}  {words.bare_money(cost.percentiles[level], forecast.currency)}")
            for level in LEVELS
            if level in cost.percentiles
        ],
        marks=marks,
        limits=(low, high),
        ticks=(places, labels),
        bar_words="per bar",
        curve_words="probability",
    )


def bars_of(curve: Curve, low: float, high: float) -> tuple[list[float], list[int]]:
    """Neighbouring bins taken together, so many at a time that the bars can be told apart; no bin is split."""
    uppers: list[float] = [float(edge) for edge in curve.at]  # type: ignore[arg-type]
    width = uppers[1] - uppers[0] if len(uppers) > 1 else max(1.0, abs(uppers[0])) * 0.002
    lowers = [uppers[0] - width, *uppers[:-1]]
    shown = [k for k in range(len(uppers)) if uppers[k] > low and lowers[k] < high]
    together = max(1, -(-len(shown) // MOST_BARS))
    groups = [shown[k : k + together] for k in range(0, len(shown), together)]
    return [lowers[groups[0][0]], *(uppers[group[-1]] for group in groups)], [sum(curve.count[k] for k in group) for group in groups]


def _marks(forecast: Forecast, cost: CostForecast) -> list[Mark]:
    marks = []
    if cost.budget is not None and cost.budget_probability is not None:
        sure = words.percent_with_range(cost.budget_probability)
        marks.append(Mark(cost.budget, f"budget {words.amount(cost.budget, forecast.currency)}: {sure}", TARGET, "bold", width=2.2))
    plan = f"plan {words.amount(cost.planned, forecast.currency)}: {words.percent(cost.plan_probability)}"
    return [*marks, Mark(cost.planned, plan, QUIET, dashes=(0, (5, 2, 1, 2)), width=1.2)]


def money_ticks(low: float, high: float, width: float, currency: str) -> tuple[list[float], list[str]]:
    """Round amounts in one unit, which stands at the last."""
    scale, sign = words.money_scale(max(abs(low), abs(high)))
    count = max(2, min(8, int(width / 80)))
    places = [float(at) for at in MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(low / scale, high / scale)]
    places = [at for at in places if low / scale <= at <= high / scale]
    step = min((b - a for a, b in pairwise(places)), default=1.0)
    decimals = next((d for d in range(7) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 6)
    labels = [words.rounded(at, decimals) for at in places]
    if labels:
        labels[-1] = f"{labels[-1]} {sign}{currency}".strip()
    return [at * scale for at in places], labels


def _note(forecast: Forecast, shape: dist.Distribution) -> str:
    lost = dist.beyond(shape)
    return words.note(
        forecast,
        f"Band: {words.confidence(forecast)} simulation interval. Bars: share of iterations.",
        f"{100 * lost:.2g} % of iterations lie beyond the amounts drawn." if lost > 1e-9 else "",
    )
