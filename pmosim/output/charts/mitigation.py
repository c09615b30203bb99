"""Before and after mitigation: exposure of each risk, the risk matrix with its moves, and both S-curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import mitigating, words
from pmosim.output.charts import bars, matrix, overlay
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.marks import among_points
from pmosim.output.style import FORECAST, PLAN, QUIET, clear_frame, footnote, headline, themed
from pmosim.results.comparison import DateChange, ShareChange, TargetComparison
from pmosim.results.records import Estimate, Forecast, MitigatedRisk, MitigatedTarget, MitigationForecast, RiskState, TargetForecast

SECOND, THIRD = 98.0, 184.0  # [points] right of the plot
OFF = 0.2  # [rows] of each bar from the middle of its row
MATRIX_PAGE = matrix.PAGE
MOST_NAMES, NAME = 20, 190.0


# ---- exposure ----


@themed
def exposure_before_and_after(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Expected delay by each risk before mitigation (grey) and after it (blue). [working days]"""
    one, rows = target_of(forecast, target), _rows(forecast, target)
    ax = axes_or_page(ax, **_page(rows))
    shown = rows[: bars.MOST_ROWS]
    size = bars.row_size(ax, len(shown))
    names = [bars.named(risk.label, risk.id, bars.NAMES, size, bars.lines(ax, len(shown))) for risk in shown]
    bars.rows(ax, names)
    for place, risk in enumerate(shown):
        for state, off, ink in ((risk.before, -OFF, PLAN), (risk.after, OFF, FORECAST)):
            _bar(ax, place + off, _delay(state, one.id), ink)
    ax.margins(x=0.04)
    bars.column(ax, [_says(risk.before, one.id) for risk in shown], size, heading="before")
    bars.column(ax, [_says(risk.after, one.id) for risk in shown], size, heading="after", off=SECOND)
    bars.column(ax, ["mitigated" if risk.is_mitigated else "" for risk in shown], size, off=THIRD)
    bars.finish(ax, "working days" if shown else "")
    headline(ax, exposure_finding(forecast, one), exposure_subtitle(forecast, one), above=18)
    left = words.left_out(len(rows) - len(shown), "smaller risk")
    said = "Bars: expected delay of the target with the risk minus without it, on the same draws, all else in the same state."
    footnote(ax, words.note(forecast, said, f"Grey: before; blue: after; whiskers: {words.confidence(forecast)} interval.", left), below=30)
    return ax


def exposure_finding(forecast: Forecast, one: TargetForecast) -> str:
    state = _state(forecast, one)
    name = words.shortened(one.label, 40)
    if state is None or state.before.exposure is None or state.after.exposure is None:
        return f"{name}: what mitigation leaves of the risks"
    before, after = words.days(state.before.exposure.expected), words.days(state.after.exposure.expected)
    return f"{name}: risks cost {before} before mitigation and {after} after it"


def exposure_subtitle(forecast: Forecast, one: TargetForecast) -> str:
    state = _state(forecast, one)
    if state is None or state.before.exposure is None or state.after.exposure is None:
        return ""
    return f"P80 of the delay by all risks: {words.days(state.before.exposure.p80)} before, {words.days(state.after.exposure.p80)} after."


def exposure_chart(forecast: Forecast, target: str, name: str) -> Chart:
    one, rows = target_of(forecast, target), _rows(forecast, target)
    title, more = exposure_finding(forecast, one), exposure_subtitle(forecast, one)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} A pair of bars for each risk: its expected delay before mitigation and after it.",
        table=pd.DataFrame([_exposed(risk, one.id) for risk in rows]),
        draw=lambda ax: exposure_before_and_after(forecast, target, ax),
        section=target,
        page=_page(rows),
    )


def _exposed(risk: MitigatedRisk, target: str) -> dict[str, Any]:
    row: dict[str, Any] = {"risk": risk.id, "name": risk.label, "mitigated": risk.is_mitigated}
    for name, state in (("before", risk.before), ("after", risk.after)):
        expected = _delay(state, target)
        row |= {
            f"{name}_days": expected and expected.value,
            f"{name}_low": expected and expected.low,
            f"{name}_high": expected and expected.high,
        }
    return row


def _rows(forecast: Forecast, target: str | None) -> list[MitigatedRisk]:
    made, one = forecast.mitigation, target_of(forecast, target)
    return mitigating.by_exposure(made, one.id) if made else []


def _page(rows: Sequence[MitigatedRisk]) -> dict[str, float]:
    return bars.page_for((risk.label for risk in rows[: bars.MOST_ROWS]), right=THIRD + 84)


def _delay(state: RiskState | None, target: str) -> Estimate | None:
    return state.delay[target].expected if state and target in state.delay else None


def _says(state: RiskState | None, target: str) -> str:
    expected = _delay(state, target)
    return words.number(expected, finest=2) if expected else "none"


def _bar(ax: Axes, row: float, expected: Estimate | None, ink: str) -> None:
    if expected is None:
        return
    ax.barh([row], [expected.value], height=0.36, color=bars.ink_of(expected, ink), zorder=2)
    bars.whisker(ax, row, expected, half=0.1)


# ---- matrix ----


@themed
def matrix_before_and_after(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Where each mitigated risk stood by probability and delay if it occurs, and where it stands after. [working days]"""
    one = target_of(forecast, target)
    ax = axes_or_page(ax, **MATRIX_PAGE)
    moves = _moves(forecast, one.id)
    far = 1.15 * max((at[0] for _, before, after in moves for at in (before, after) if at), default=1.0) or 1.0
    ax.set(xlim=(0, far), ylim=(0, 1.06))
    matrix.draw_bands(ax, matrix.levels_of(max((at[0] * at[1] for _, *both in moves for at in both if at), default=0.0)), far)
    for _, before, after in moves:
        if before and after:
            ax.annotate(
                "", after, before, arrowprops={"arrowstyle": "-|>", "color": QUIET, "linewidth": 1.2, "shrinkA": 6, "shrinkB": 6}, zorder=2
            )
        if before:
            ax.plot(*before, marker="o", markersize=9, color="white", markeredgecolor=PLAN, markeredgewidth=1.8, zorder=3, clip_on=False)
        if after:
            marker = "o" if before else "D"  # a diamond for what the mitigation itself brings
            ax.plot(
                *after, marker=marker, markersize=9, color=FORECAST, markeredgecolor="white", markeredgewidth=1, zorder=4, clip_on=False
            )
    points = [(before or after, risk) for risk, before, after in moves]
    spots = [at for at, _ in points if at] + [after for _, before, after in moves if before and after]
    texts = [bars.named(risk.label, risk.id, NAME, 10.0) for _, risk in points][:MOST_NAMES]
    found = among_points(ax, spots, texts)
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
    clear_frame(ax)
    ax.tick_params(axis="x", pad=9)
    ax.set_xlabel("working days if it occurs", loc="right", fontsize=10, color=QUIET, labelpad=4)
    ax.set_ylabel("probability", fontsize=10, color=QUIET, labelpad=8)
    headline(ax, matrix_finding(forecast, one), "", above=8)
    unnamed = len(moves) - sum(found)
    said = "Open: before mitigation; filled: after it; diamond: arises from a mitigation. Risks that are not mitigated are left out."
    footnote(ax, words.note(forecast, said, words.left_out(unnamed, "name")))
    return ax


def matrix_finding(forecast: Forecast, one: TargetForecast) -> str:
    moves = _moves(forecast, one.id)
    less = sum(before is not None and after is not None and after[0] * after[1] < before[0] * before[1] for _, before, after in moves)
    new = sum(before is None for _, before, _ in moves)
    arising = f", and {new} {'arises' if new == 1 else 'arise'} from them" if new else ""
    return f"{words.shortened(one.label, 40)}: mitigation makes {less} {words.plural('risk', less)} smaller{arising}"


def matrix_chart(forecast: Forecast, target: str, name: str) -> Chart:
    one = target_of(forecast, target)
    title = matrix_finding(forecast, one)
    rows = [
        {
            "risk": risk.id,
            "name": risk.label,
            "before_days_if_occurs": before and before[0],
            "before_probability": before and before[1],
            "after_days_if_occurs": after and after[0],
            "after_probability": after and after[1],
        }
        for risk, before, after in _moves(forecast, one.id)
    ]
    return Chart(
        name=name,
        title=title,
        alt=f"{title}. Each mitigated risk by its probability and the working days that it adds if it occurs, before and after.",
        table=pd.DataFrame(rows),
        draw=lambda ax: matrix_before_and_after(forecast, target, ax),
        section=target,
        page=MATRIX_PAGE,
    )


Spot = tuple[float, float]


def _moves(forecast: Forecast, target: str) -> list[tuple[MitigatedRisk, Spot | None, Spot | None]]:
    found = []
    for risk in _rows(forecast, target):
        before = _spot(risk.before, target)
        after = _spot(risk.after, target, before[0] if before else 0.0)
        if (risk.is_mitigated or risk.before is None) and (before or after):
            found.append((risk, before, after))
    return found


def _spot(state: RiskState | None, target: str, otherwise: float = 0.0) -> Spot | None:
    """Delay if it occurs, and probability; where it never occurred, ``otherwise`` is its delay."""
    if state is None or (state.probability > 0 and target not in state.delay):
        return None
    effect = state.delay[target].expected_if_occurs if target in state.delay else None
    return (abs(effect.value) if effect else otherwise, state.probability)


# ---- S-curves ----


@themed
def curves_before_and_after(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Probability of completion without the mitigations and with all of them."""
    one = target_of(forecast, target)
    ax = axes_or_page(ax, **overlay.PAGE)
    state = _state(forecast, one)
    assert state is not None
    above = overlay.draw_curves(ax, as_comparison(one, state), ("before", "after"))
    headline(ax, mitigating.finding(forecast, one), mitigating.subtitle(forecast, one), above=above + 4)
    band = f"bands: {words.confidence(forecast)} simulation interval"
    footnote(ax, words.note(forecast, f"Grey: before mitigation; blue: after all of it; {band}.", "Both on the same draws."))
    return ax


def curves_chart(forecast: Forecast, target: str, name: str) -> Chart:
    one = target_of(forecast, target)
    state = _state(forecast, one)
    curves = (("before", state.before.curve), ("after", state.after.curve)) if state else ()
    title, more = mitigating.finding(forecast, one), mitigating.subtitle(forecast, one)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Two curves show the probability of being finished by each date, before and after mitigation.",
        table=overlay.table(curves),
        draw=lambda ax: curves_before_and_after(forecast, target, ax),
        section=target,
        page=overlay.PAGE,
    )


def _state(forecast: Forecast, one: TargetForecast) -> MitigatedTarget | None:
    made: MitigationForecast | None = forecast.mitigation
    return mitigating.target_of(made, one.id) if made else None


def as_comparison(one: TargetForecast, state: MitigatedTarget) -> TargetComparison:
    """What the overlaid curves need to know, from the record as it is."""
    moved = {50: state.gain.p50, 80: state.gain.p80}
    figures = {}
    for level, before in state.before.percentiles.items():
        after, gained = state.after.percentiles[level], moved.get(level)
        days = None if gained is None else mitigating.opposite(gained)
        figures[f"P{level}"] = DateChange(before, after, days, float((after.value.date() - before.value.date()).days))
    share = ShareChange(state.before.probability, state.after.probability, None) if state.after.probability else None
    return TargetComparison(
        one.id,
        one.label,
        one.kind,
        one.planned,
        one.planned,
        0.0,
        figures,
        one.target,
        one.target,
        share,
        state.before.curve,
        state.after.curve,
    )
