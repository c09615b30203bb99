"""Risk matrix: how likely a risk is, and what it does if it occurs, with bands of equal expected delay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts.bars import named
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.marks import among_points, beside
from pmosim.output.style import FORECAST, GOOD, QUIET, TEXT, clear_frame, footnote, headline, themed
from pmosim.results.records import Estimate, Forecast, RiskForecast

PAGE = {"left": 92, "right": 168, "top": 100, "bottom": 96}
BANDS = ("#F4F7FA", "#E6EDF4", "#D3DFEB", "#BCCEE1")  # one hue, darker the more is expected
MOST_NAMES = 24
NAME = 190.0  # [points] of a name beside its point
KINDS = {"threat": (FORECAST, "o"), "opportunity": (GOOD, "^")}


@themed
def risk_matrix(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Each risk by its probability and its expected delay of the target if it occurs. [working days]"""
    one = target_of(forecast, target)
    ax = axes_or_page(ax, **PAGE)
    placed = by_exposure(forecast, one.id)
    far = 1.1 * max((abs(end) for _, effect in placed for end in (effect.low, effect.high)), default=1.0) or 1.0
    ax.set(xlim=(0, far), ylim=(0, 1.06))
    levels = levels_of(max((risk.probability * abs(effect.value) for risk, effect in placed), default=0.0))
    draw_bands(ax, levels, far)
    _points(ax, placed)
    names = [named(risk.label, risk.id, NAME, 10.0) for risk, _ in placed]
    found = among_points(
        ax,
        [(abs(effect.value), risk.probability) for risk, effect in placed],
        names[:MOST_NAMES],
        spans=[tuple(sorted((abs(effect.low), abs(effect.high)))) for _, effect in placed],  # type: ignore[misc]
    )
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
    clear_frame(ax)
    ax.set_xlabel("working days if it occurs", loc="right", fontsize=10, color=QUIET, labelpad=4)
    ax.set_ylabel("probability", fontsize=10, color=QUIET, labelpad=8)
    if not placed:
        ax.set_axis_off()
    headline(ax, finding(forecast, one.id), "", above=8)
    footnote(ax, _note(forecast, len(placed) - sum(found), len(forecast.risks) - len(placed)))
    return ax


def by_exposure(forecast: Forecast, target: str) -> list[tuple[RiskForecast, Estimate]]:
    """Risks that occurred and can move the target, with their effect if they occur; the largest exposure first."""
    rows = []
    for risk in forecast.risks:
        effect = risk.delay[target].expected_if_occurs if target in risk.delay else None
        if effect is not None:
            rows.append((risk, effect))
    return sorted(rows, key=lambda row: -abs(row[0].probability * row[1].value))


def finding(forecast: Forecast, target: str) -> str:
    name = words.shortened(target_of(forecast, target).label, 30)
    placed = by_exposure(forecast, target)
    if not placed:
        return f"{name}: no risk in the register can move it"
    risk, effect = max(placed, key=lambda row: row[1].value)
    if effect.value <= 0:
        return f"{name}: no risk in the register delays it"
    chance = words.plain_percent(risk.probability)
    return f"{name}: {words.shortened(risk.label, 34)} delays it most if it occurs ({chance}): {words.days(effect)}"


def table(forecast: Forecast, target: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "risk": risk.id,
                "name": risk.label,
                "kind": _kind(effect),
                "probability": risk.probability,
                "days_if_occurs": effect.value,
                "days_if_occurs_low": effect.low,
                "days_if_occurs_high": effect.high,
                "expected_days": risk.delay[target].expected.value,
            }
            for risk, effect in by_exposure(forecast, target)
        ]
    )


def chart(forecast: Forecast, target: str, name: str) -> Chart:
    title = finding(forecast, target)
    return Chart(
        name=name,
        title=title,
        alt=f"{title}. Each risk stands at its probability and at the working days that it adds if it occurs.",
        table=table(forecast, target),
        draw=lambda ax: risk_matrix(forecast, target, ax),
        section=target,
        page=PAGE,
    )


def _kind(effect: Estimate) -> str:
    return "opportunity" if effect.value < 0 else "threat"


def levels_of(most: float) -> list[float]:
    """Up to three round expected delays below the largest one."""
    series = [digit * 10.0**power for power in range(-2, 5) for digit in (1, 2, 5)]
    return [level for level in series if level <= 0.8 * most][-3:]


def draw_bands(ax: Axes, levels: list[float], far: float) -> None:
    across = np.geomspace(far / 400, far, 120)
    top = ax.get_ylim()[1]
    edges = [np.zeros_like(across), *(np.minimum(top, level / across) for level in levels), np.full_like(across, top)]
    for below, above, ink in zip(edges[:-1], edges[1:], BANDS[: len(levels) + 1], strict=True):
        ax.fill_between(across, below, above, color=ink, linewidth=0, zorder=0.5)
    texts = [f"{words.trimmed(level, 2)} {words.plural('day', level)} expected" for level in levels]
    if levels:
        beside(ax, [level / far for level in levels], texts, [QUIET] * len(levels), ["normal"] * len(levels))


def _points(ax: Axes, placed: list[tuple[RiskForecast, Estimate]]) -> None:
    for risk, effect in placed:
        ends = [abs(effect.low), abs(effect.high)]
        ax.plot(ends, [risk.probability] * 2, color=TEXT, linewidth=1.0, zorder=2.5, clip_on=False)
    if not placed:
        return
    kinds = [_kind(effect) for _, effect in placed]
    sns.scatterplot(
        x=[abs(effect.value) for _, effect in placed],
        y=[risk.probability for risk, _ in placed],
        hue=kinds,
        style=kinds,
        palette={kind: ink for kind, (ink, _) in KINDS.items()},
        markers={kind: marker for kind, (_, marker) in KINDS.items()},
        s=90,
        legend=False,
        edgecolor="white",
        linewidth=0.9,
        zorder=3,
        clip_on=False,
        ax=ax,
    )
    ax.set(xlabel="", ylabel="")


def _note(forecast: Forecast, nameless: int, absent: int) -> str:
    return words.note(
        forecast,
        "Bands: probability times effect, in working days. Circle: threat; triangle: opportunity.",
        f"Line: {words.confidence(forecast)} simulation interval of the effect.",
        words.left_out(nameless, "nameless risk"),
        f"{absent} {words.plural('risk', absent)} never occurred, or cannot move this target." if absent else "",
    )
