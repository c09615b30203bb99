"""Before and after mitigation in sentences, tables for people, and tables as data."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output import words
from pmosim.output.grids import Grid
from pmosim.output.tables import Row, spread
from pmosim.results.records import (
    Estimate,
    Forecast,
    Gain,
    MitigatedRisk,
    MitigatedTarget,
    MitigationForecast,
    Payoff,
    RiskState,
    TargetForecast,
)

MOST = 12

PAYS, COSTS, OPEN = "pays for itself", "costs more than it saves", "not settled"


def verdict(net: Estimate) -> str:
    """Whether a mitigation pays in money alone; the days that it gains stand beside it."""
    return PAYS if net.low > 0 else COSTS if net.high < 0 else PAYS if net.is_exact and net.value == 0 else OPEN


def target_of(made: MitigationForecast, id: str) -> MitigatedTarget | None:
    return next((one for one in made.targets if one.id == id), None)


def finding(forecast: Forecast, one: TargetForecast) -> str:
    """``Bridge: all 3 mitigations bring the P80 forward by 6.5 ± 0.4 working days, to 19 Jan 2028, for 145 k EUR``."""
    made = forecast.mitigation
    state = target_of(made, one.id) if made else None
    if made is None or state is None:
        return ""
    count = len(made.payoffs)
    which = {1: "its mitigation", 2: "both mitigations"}.get(count, f"all {count} mitigations")
    verb = "brings" if count == 1 else "bring"
    name, price = words.shortened(one.label, 40), words.amount(made.price, forecast.currency)
    gained = state.gain.p80
    if gained.high < 0:
        moved = f"{verb} the P80 back by {words.days(opposite(gained))}"
    elif gained.low <= 0:
        moved = f"{'does' if count == 1 else 'do'} not move the P80 for certain ({words.days(gained)})"
    else:
        moved = f"{verb} the P80 forward by {words.days(gained)}, to {words.day(state.after.percentiles[80].value)}"
    return f"{name}: {which} {moved}, for {price}"


def subtitle(forecast: Forecast, one: TargetForecast) -> str:
    """What becomes of the promise, and of the money."""
    made = forecast.mitigation
    state = target_of(made, one.id) if made else None
    if made is None or state is None:
        return ""
    said = []
    if state.before.probability is not None and state.after.probability is not None and one.target is not None:
        before, after = words.percent(state.before.probability), words.percent(state.after.probability)
        said.append(f"The target of {words.day(one.target)} goes from {before} to {after}.")
    said.append(money(forecast, made))
    return " ".join(said)


def money(forecast: Forecast, made: MitigationForecast) -> str:
    saved, net = words.money(made.saving, forecast.currency), words.money(made.net, forecast.currency)
    if not made.saving.value and made.saving.is_exact:
        return "Mitigation saves no money."
    return f"Mitigation saves {saved} expected; less its price, {net}."


def opposite(estimate: Estimate) -> Estimate:
    return Estimate(-estimate.value, -estimate.high, -estimate.low)


# ---- tables for people ----


def payoffs(forecast: Forecast, target: str, most: int = MOST) -> Grid:
    """A row per mitigation: its price, what it gains alone, and whether it pays."""
    made = forecast.mitigation
    heads = (
        "mitigation",
        "price",
        "expected days gained",
        "P80 days gained",
        "beside the others",
        "expected saving",
        "less price",
        "in money",
    )
    rows = tuple(_payoff(one, forecast.currency, target) for one in (made.payoffs if made else ())[:most])
    note = words.left_out(len(made.payoffs) - most, "more mitigation").replace("beside this chart", "tables/payoffs.csv") if made else ""
    return Grid("What each mitigation brings", heads, rows, frozenset({0, 7}), note)


def _payoff(one: Payoff, currency: str, target: str) -> tuple[str, ...]:
    alone, beside = one.alone.get(target), one.beside.get(target)
    return (
        words.shortened(one.label, 44),
        words.amount(one.price, currency),
        words.number(alone.expected) if alone else "",
        words.number(alone.p80) if alone else "",
        words.number(beside.p80) if beside else "",
        words.money(one.saving, currency),
        words.money(one.net, currency),
        verdict(one.net),
    )


def states(forecast: Forecast, target: str, most: int = 50) -> Grid:
    """A row per risk: how likely and how dear before and after."""
    made = forecast.mitigation
    heads = ("risk", "owner", "before", "after", "expected days before", "after", "P80 before", "after", "expected cost before", "after")
    risks = by_exposure(made, target)[:most] if made else []
    rows = tuple((words.shortened(risk.label, 40), risk.owner, *_pairs(risk, target, forecast.currency)) for risk in risks)
    return Grid("Risks before and after mitigation", heads, rows, frozenset({0, 1}))


def _pairs(risk: MitigatedRisk, target: str, currency: str) -> Iterator[str]:
    both = (risk.before, risk.after)
    yield from (words.plain_percent(state.probability) if state else "none" for state in both)
    for figure in ("expected", "p80"):
        yield from (words.number(getattr(state.delay[target], figure)) if state and target in state.delay else "" for state in both)
    yield from (words.money(state.cost_expected, currency) if state and state.cost_expected else "" for state in both)


def by_exposure(made: MitigationForecast, target: str) -> list[MitigatedRisk]:
    """The largest expected delay before mitigation first."""
    return sorted(made.risks, key=lambda risk: (-_expected(risk.before, target), -_expected(risk.after, target)))


def _expected(state: RiskState | None, target: str) -> float:
    return state.delay[target].expected.value if state and target in state.delay else 0.0


# ---- tables as data ----


def table_rows(forecast: Forecast) -> dict[str, list[Row]]:
    made = forecast.mitigation
    if made is None:
        return {}
    return {
        "payoffs": [row for one in made.payoffs for row in _payoff_rows(one)],
        "risks-before-and-after": [row for risk in made.risks for row in _risk_rows(risk)],
        "targets-before-and-after": [_target_row(one) for one in made.targets],
    }


def _payoff_rows(one: Payoff) -> Iterator[Row]:
    for target, gain in one.alone.items():
        yield {
            "mitigation_of": one.risk,
            "name": one.label,
            "price": one.price,
            "target": target,
            **_gain("alone", gain),
            **(_gain("beside_others", one.beside[target]) if target in one.beside else {}),
            **spread("saving", one.saving),
            **spread("net", one.net),
        }


def _gain(name: str, gain: Gain) -> Row:
    return {
        **spread(f"{name}_expected_days", gain.expected),
        **spread(f"{name}_p50_days", gain.p50),
        **spread(f"{name}_p80_days", gain.p80),
        **spread(f"{name}_probability", gain.probability),
    }


def _risk_rows(risk: MitigatedRisk) -> Iterator[Row]:
    targets = dict.fromkeys([*(risk.before.delay if risk.before else ()), *risk.after.delay])
    for target in targets:
        row: Row = {"risk": risk.id, "name": risk.label, "mitigated": risk.is_mitigated, "target": target}
        for name, state in (("before", risk.before), ("after", risk.after)):
            delay = state.delay.get(target) if state else None
            row |= {
                f"{name}_probability": state.probability if state else None,
                **spread(f"{name}_expected_days", delay.expected if delay else None),
                **spread(f"{name}_p80_days", delay.p80 if delay else None),
                **spread(f"{name}_cost_expected", state.cost_expected if state else None),
            }
        yield row


def _target_row(one: MitigatedTarget) -> Row:
    row: Row = {"target": one.id}
    for name, state in (("before", one.before), ("after", one.after)):
        row |= (
            spread(f"{name}_mean", state.mean) | spread(f"{name}_p50", state.percentiles[50]) | spread(f"{name}_p80", state.percentiles[80])
        )
        row |= spread(f"{name}_probability", state.probability) | spread(f"{name}_cost_mean", state.cost_mean)
        row |= spread(f"{name}_cost_p80", state.cost_p80)
        row |= spread(f"{name}_exposure_days", state.exposure.expected if state.exposure else None)
        row |= spread(f"{name}_exposure_p80_days", state.exposure.p80 if state.exposure else None)
    return row | _gain("gain", one.gain)
