"""Probability of cost: what a project, or the portfolio, will have cost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pmosim.output import findings, words
from pmosim.output.charts import distribution as dist
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.completion import LEVELS, PAGE
from pmosim.output.charts.marks import Mark
from pmosim.output.likeness import Likeness, sentence_of_money
from pmosim.output.style import QUIET, TARGET, footnote, headline, themed, width_of
from pmosim.results.records import CostForecast, Curve, Forecast, TargetForecast

MOST_BARS = 36


@themed
def probability_of_cost(forecast: Forecast, target: str | None = None, ax: Axes | None = None, *, like: Likeness | None = None) -> Axes:
    """The curve of "costs no more than this" over the histogram; P50, P80, P90, plan and budget marked.

    ``like``: an earlier forecast whose axes and bars are taken, and whose curve is drawn in grey. Raises KeyError for an unknown
    target, ValueError for one without a cost.
    """
    one = target_of(forecast, target)
    if one.cost is None:
        raise ValueError(f"'{one.id}' has no cost; give its tasks a cost to see one")
    ax = axes_or_page(ax, **PAGE)
    old = like.money(one.id) if like is not None else None
    shape = _distribution(forecast, one.cost, width_of(ax), like.earlier if like else None, old.cost if old else None)
    strip, above = dist.draw(ax, shape)
    headline(ax, findings.cost(forecast, one, one.cost), subtitle(forecast, one, one.cost, like), above=above + 4)
    footnote(strip, _note(forecast, shape, like), below=32)
    return ax


def table(cost: CostForecast) -> pd.DataFrame:
    """One row per bin: its upper edge, the iterations in it, the share at or below that edge."""
    curve = cost.curve
    return pd.DataFrame({"cost": curve.at, "iterations": curve.count, "share": curve.share, "low": curve.low, "high": curve.high})


def subtitle(forecast: Forecast, one: TargetForecast, cost: CostForecast, like: Likeness | None) -> str:
    said = findings.cost_subtitle(forecast, cost)
    return said if like is None else f"{sentence_of_money(like, one.id, forecast.currency)} {said}"


def chart(forecast: Forecast, one: TargetForecast, name: str, like: Likeness | None = None) -> Chart:
    assert one.cost is not None
    title = findings.cost(forecast, one, one.cost)
    return Chart(
        name=name,
        title=title,
        subtitle=subtitle(forecast, one, one.cost, like),
        alt=f"{title}. {subtitle(forecast, one, one.cost, like)} Bars show where the simulated costs lie; the curve, the probability of "
        "costing no more than each amount.",
        table=table(one.cost),
        draw=lambda ax: probability_of_cost(forecast, one.id, ax, like=like),
        section=one.id,
        page=PAGE,
    )


def _distribution(
    forecast: Forecast, cost: CostForecast, width: float, earlier: Forecast | None = None, old: CostForecast | None = None
) -> dist.Distribution:
    at: list[float] = [float(edge) for edge in cost.curve.at]  # type: ignore[arg-type]
    marks = _marks(forecast, cost)
    low, high = _limits(forecast, cost)
    before: dist.Before | None = None
    bars: Sequence[float]
    if earlier is not None and old is not None:
        own = _limits(earlier, old)
        low, high = dist.framed(own, (low, high), at, cost.curve.count)
        edges = _spread(bars_of(old.curve, *own)[0], low, high)
        bars = _into(cost.curve, edges)
        before = _before(earlier, old, own, edges)
    else:
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
        before=before,
    )


def _limits(forecast: Forecast, cost: CostForecast) -> tuple[float, float]:
    at: list[float] = [float(edge) for edge in cost.curve.at]  # type: ignore[arg-type]
    marks = [mark.at for mark in _marks(forecast, cost)]
    return dist.limits_of(at, cost.curve.count, marks, least=max(1.0, abs(at[-1])) * 0.02)


def _spread(edges: Sequence[float], low: float, high: float) -> list[float]:
    """The same bars, and more of their width as far as the range goes."""
    wide, wanted = edges[1] - edges[0], list(edges)
    if len(wanted) > 2 and wanted[-1] - wanted[-2] < wide * (1 - 1e-9):  # the last bar of a chart may hold fewer bins than the others
        wanted.pop()
    while wanted[0] > low and len(wanted) < 4 * MOST_BARS:
        wanted.insert(0, wanted[0] - wide)
    while wanted[-1] < high and len(wanted) < 4 * MOST_BARS:
        wanted.append(wanted[-1] + wide)
    return wanted


def _into(curve: Curve, edges: Sequence[float]) -> list[float]:
    """Counts between other edges than those of the curve's bins: a bin that lies across one is divided as its width is."""
    sums = [0.0] * (len(edges) - 1)
    uppers: list[float] = [float(edge) for edge in curve.at]  # type: ignore[arg-type]
    width = uppers[1] - uppers[0] if len(uppers) > 1 else max(1.0, abs(uppers[0])) * 0.002
    for low, high, count in zip([uppers[0] - width, *uppers[:-1]], uppers, curve.count, strict=True):
        for place in range(max(0, bisect_right(edges, low) - 1), min(len(sums), bisect_right(edges, high))):
            shared = min(high, edges[place + 1]) - max(low, edges[place])
            sums[place] += count * max(0.0, shared) / (high - low)
    return sums


def _before(earlier: Forecast, old: CostForecast, own: tuple[float, float], edges: Sequence[float]) -> dist.Before:
    n = earlier.provenance.iterations
    return dist.Before(
        at=[float(edge) for edge in old.curve.at],  # type: ignore[arg-type]
        share=old.curve.share,
        bars=[count / n for count in _into(old.curve, edges)],
        limits=own,
        top=max(bars_of(old.curve, *own)[1]) / n,
        p80=old.percentiles[80].value,
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


def _note(forecast: Forecast, shape: dist.Distribution, like: Likeness | None) -> str:
    lost = dist.beyond(shape)
    return words.note(
        forecast,
        f"Band: {words.confidence(forecast)} simulation interval. Bars: share of iterations.",
        f"{100 * lost:.2g} % of iterations lie beyond the amounts drawn." if lost > 1e-9 else "",
        *dist.note_of_earlier(shape, like),
    )
