"""Risk exposure: what each risk is expected to cost in days, or in money, ranked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import bars
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.style import FORECAST, GOOD, TEXT, footnote, headline, themed
from pmosim.results.records import Estimate, Forecast, RiskForecast

SECOND_COLUMN = 122.0  # [points] right of the plot
LANE = 0.38  # [rows] below the bar, so that neither whisker hides the other
DIAMOND: dict[str, Any] = {
    "marker": "D", "markersize": 5.5, "color": "white", "markeredgecolor": TEXT, "markeredgewidth": 1.2, "zorder": 5, "clip_on": False,
}  # fmt: skip
CHANCE = 48.0  # [points] for a risk's probability behind its name


@dataclass(frozen=True, slots=True)
class Exposed:
    risk: RiskForecast
    expected: Estimate
    p80: Estimate | None


@themed
def risk_exposure(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Expected delay of a target by each risk, ranked, with its P80 and the intervals of both. [working days]"""
    one = target_of(forecast, target)
    exposed = by_delay(forecast, one.id)
    ax = _draw(axes_or_page(ax, **_page(exposed)), exposed, words.number, "working days")
    headline(ax, finding_in_days(forecast, one.id), subtitle_in_days(forecast, one.id), above=18)
    _note(ax, forecast, exposed, "delay of the target with the risk minus without it, on the same draws, in working days")
    return ax


@themed
def risk_exposure_in_money(forecast: Forecast, ax: Axes | None = None) -> Axes:
    """Expected cost of each risk to the portfolio, ranked, with its P80: its own cost and that of the time it adds."""
    exposed = by_cost(forecast)
    scale, sign = words.money_scale(max((abs(e.expected.value) for e in exposed), default=0.0))
    ax = _draw(axes_or_page(ax, **_page(exposed)), exposed, lambda e: words.number(e, scale=scale), f"{sign}{forecast.currency}")
    ax.xaxis.set_major_formatter(lambda value, _: words.trimmed(value / scale, 3))
    headline(ax, finding_in_money(forecast), "", above=18)
    _note(ax, forecast, exposed, "cost to the portfolio, that of the time it adds included")
    return ax


def by_delay(forecast: Forecast, target: str) -> list[Exposed]:
    """Risks that can move the target, the largest expected delay first, opportunities last."""
    rows = [Exposed(risk, risk.delay[target].expected, risk.delay[target].p80) for risk in forecast.risks if target in risk.delay]
    return sorted(rows, key=lambda row: -row.expected.value)


def by_cost(forecast: Forecast) -> list[Exposed]:
    rows = [Exposed(risk, risk.cost_expected, risk.cost_p80) for risk in forecast.risks if risk.cost_expected is not None]
    return sorted(rows, key=lambda row: -row.expected.value)


def finding_in_days(forecast: Forecast, target: str) -> str:
    """``River bridge: Flood of the river is the largest risk, 14.0 ± 0.4 working days expected``."""
    name = words.shortened(target_of(forecast, target).label, 34)
    rows = by_delay(forecast, target)
    if not rows:
        return f"{name}: no risk in the register can move it"
    return f"{name}: {_largest(rows, words.days)}"


def finding_in_money(forecast: Forecast) -> str:
    rows = by_cost(forecast)
    if not rows:
        return "No risk in the register has a cost"
    name = words.shortened(forecast.name, 34)
    return f"{name}: {_largest(rows, lambda e: words.money(e, forecast.currency))}"


def _largest(rows: list[Exposed], say: Callable[[Estimate], str]) -> str:
    first = rows[0]
    if first.expected.high <= 0:
        return (
            f"no threat among its {len(rows)} risks; {words.shortened(rows[-1].risk.label, 36)} saves {say(_opposite(rows[-1].expected))}"
        )
    tied = sum(row.expected.high >= first.expected.low for row in rows) - 1
    shared = f", tied with {tied} more" if tied else ""
    return f"{words.shortened(first.risk.label, 36)} is the largest risk{shared}, {say(first.expected)} expected"


def _opposite(estimate: Estimate) -> Estimate:
    return Estimate(-estimate.value, -estimate.high, -estimate.low)


def subtitle_in_days(forecast: Forecast, target: str) -> str:
    total = forecast.total_exposure.get(target)
    if total is None:
        return ""
    return f"All risks together: {words.days(total.expected)} expected, P80 {words.days(total.p80)}."


def table_in_days(forecast: Forecast, target: str) -> pd.DataFrame:
    return _table(by_delay(forecast, target), "days")


def table_in_money(forecast: Forecast) -> pd.DataFrame:
    return _table(by_cost(forecast), forecast.currency or "money")


def _table(rows: list[Exposed], unit: str) -> pd.DataFrame:
    ranks = words.rank_ranges([row.expected for row in rows])
    return pd.DataFrame(
        [
            {
                "rank": rank,
                "risk": row.risk.id,
                "name": row.risk.label,
                "probability": row.risk.probability,
                f"expected_{unit}": row.expected.value,
                "expected_low": row.expected.low,
                "expected_high": row.expected.high,
                f"p80_{unit}": None if row.p80 is None else row.p80.value,
                "p80_low": None if row.p80 is None else row.p80.low,
                "p80_high": None if row.p80 is None else row.p80.high,
            }
            for rank, row in zip(ranks, rows, strict=True)
        ]
    )


def chart_in_days(forecast: Forecast, target: str, name: str) -> Chart:
    title, more = finding_in_days(forecast, target), subtitle_in_days(forecast, target)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Bars rank the risks by the working days that each adds to the finish.",
        table=table_in_days(forecast, target),
        draw=lambda ax: risk_exposure(forecast, target, ax),
        section=target,
        page=_page(by_delay(forecast, target)),
    )


def chart_in_money(forecast: Forecast, name: str) -> Chart:
    title = finding_in_money(forecast)
    return Chart(
        name=name,
        title=title,
        alt=f"{title}. Bars rank the risks by what each costs the portfolio.",
        table=table_in_money(forecast),
        draw=lambda ax: risk_exposure_in_money(forecast, ax),
        page=_page(by_cost(forecast)),
    )


def most_telling(rows: list[Exposed]) -> list[Exposed]:
    """The rows drawn, in their order: those of the largest absolute effect."""
    kept = sorted(range(len(rows)), key=lambda k: -abs(rows[k].expected.value))[: bars.MOST_ROWS]
    return [rows[k] for k in sorted(kept)]


def _draw(ax: Axes, rows: list[Exposed], say: Callable[[Estimate], str], unit: str) -> Axes:
    shown = most_telling(rows)
    size = bars.row_size(ax, len(shown))
    bars.bars(ax, [row.expected.value for row in shown], [_ink(row.expected) for row in shown], width=0.5)
    for place, row in enumerate(shown):
        bars.whisker(ax, place, row.expected)
        if row.p80 is not None:
            bars.whisker(ax, place + LANE, row.p80, half=0.07)
            ax.plot([row.p80.value], [place + LANE], **DIAMOND)
    all_ranks = dict(zip((row.risk.id for row in rows), words.rank_ranges([row.expected for row in rows]), strict=True))
    bars.rows(ax, [_name(row.risk, size, bars.lines(ax, len(shown))) for row in shown], [all_ranks[row.risk.id] for row in shown])
    ax.margins(x=0.04)
    if shown:
        bars.column(ax, [say(row.expected) for row in shown], size, heading="expected")
        bars.column(ax, [say(row.p80) if row.p80 is not None else "" for row in shown], size, heading="P80", off=SECOND_COLUMN)
    bars.finish(ax, unit if shown else "")
    if not shown:
        ax.set_axis_off()
    return ax


def _name(risk: RiskForecast, size: float, lines: int) -> str:
    chance = words.plain_percent(risk.probability)
    return f"{bars.named(risk.label, risk.id, bars.NAMES - CHANCE, size, lines)}  {chance}"


def _page(rows: list[Exposed]) -> dict[str, float]:
    return bars.page_for((row.risk.label for row in most_telling(rows)), right=SECOND_COLUMN + 124, more=CHANCE)


def _ink(expected: Estimate) -> str:
    return bars.ink_of(expected, GOOD if expected.value < 0 else FORECAST)


def _note(ax: Axes, forecast: Forecast, rows: list[Exposed], what: str) -> None:
    left = len(rows) - bars.MOST_ROWS
    said = words.note(
        forecast,
        f"Bar: expected {what}; diamond: its P80 over all iterations.",
        f"Whiskers: {words.confidence(forecast)} simulation interval; pale: it includes zero; green: opportunity.",
        "Ranks: all that the intervals leave possible.",
        words.left_out(left, "smaller risk"),
    )
    footnote(ax, said, below=30)
