"""The finish with all risks, and as it would be without any: two S-curves on the same draws."""

from __future__ import annotations

from matplotlib.axes import Axes

from pmosim.output import words
from pmosim.output.charts import mitigation, overlay
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.style import footnote, headline, themed
from pmosim.results.figures import Estimate, Gain
from pmosim.results.records import Forecast, MitigatedTarget, TargetForecast


@themed
def with_and_without_risks(forecast: Forecast, target: str | None = None, ax: Axes | None = None) -> Axes:
    """Probability of completion without any risk (grey) and with all of them (blue)."""
    one = target_of(forecast, target)
    ax = axes_or_page(ax, **overlay.PAGE)
    above = overlay.draw_curves(ax, mitigation.as_comparison(one, _turned(_state(forecast, one.id))), ("without risks", "with all risks"))
    headline(ax, finding(forecast, one), subtitle(forecast, one), above=above + 4)
    band = f"bands: {words.confidence(forecast)} simulation interval"
    footnote(ax, words.note(forecast, f"Grey: no risk of the register; blue: all of them; {band}.", "Both on the same draws."))
    return ax


def finding(forecast: Forecast, one: TargetForecast) -> str:
    moved = _state(forecast, one.id).gain.p80
    name = words.shortened(one.label, 40)
    if moved.low <= 0 <= moved.high:
        return f"{name}: the risks of the register do not move the P80 for certain ({words.days(moved)})"
    verb, size = ("push the P80 back", moved) if moved.value > 0 else ("bring the P80 forward", _opposite(moved))
    return f"{name}: the risks of the register {verb} by {words.days(size)}, to {words.day(one.percentiles[80].value)}"


def subtitle(forecast: Forecast, one: TargetForecast) -> str:
    state = _state(forecast, one.id)
    if one.target is None or state.before.probability is None or state.after.probability is None:
        return ""
    without, risky = words.percent(state.after.probability), words.percent(state.before.probability)
    return f"The target of {words.day(one.target)} has {risky} with them and would have {without} without."


def chart(forecast: Forecast, target: str, name: str) -> Chart:
    one, state = target_of(forecast, target), _state(forecast, target)
    title, more = finding(forecast, one), subtitle(forecast, one)
    return Chart(
        name=name,
        title=title,
        subtitle=more,
        alt=f"{title}. {more} Two curves show the probability of being finished by each date, without any risk and with all.",
        table=overlay.table((("without", state.after.curve), ("with", state.before.curve))),
        draw=lambda ax: with_and_without_risks(forecast, target, ax),
        section=target,
        page=overlay.PAGE,
    )


def _state(forecast: Forecast, target: str) -> MitigatedTarget:
    return next(one for one in forecast.without_risks if one.id == target)


def _turned(state: MitigatedTarget) -> MitigatedTarget:
    """The calm state as the one before, so that the forecast keeps its own ink."""
    gain = Gain(_opposite(state.gain.expected), _opposite(state.gain.p50), _opposite(state.gain.p80))
    return MitigatedTarget(state.id, state.after, state.before, gain)


def _opposite(estimate: Estimate) -> Estimate:
    return Estimate(-estimate.value, -estimate.high, -estimate.low)
