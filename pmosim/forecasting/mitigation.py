"""Before and after mitigation: the same iterations without the responses to risks, and with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run
from pmosim.forecasting.pairing import CENTS, Pairing, Simulated
from pmosim.forecasting.removals import Removals
from pmosim.forecasting.targets import kind_of
from pmosim.model.mitigation import AFTER, BothStates, both_states, mitigations
from pmosim.model.project import Portfolio
from pmosim.model.risks import Risk
from pmosim.results.estimates import scaled
from pmosim.results.paired import percentile_difference
from pmosim.results.records import (
    Delay,
    MitigatedRisk,
    MitigatedTarget,
    MitigationForecast,
    Payoff,
    RiskForecast,
    RiskState,
)

MOST_TARGETS = 8
"""For which the gain of each single mitigation is told: the portfolio and projects; milestones have that of all together."""


class States(Pairing):
    """A portfolio with both states of its risks, compiled once, and the choices of mitigations simulated so far."""

    def __init__(self, portfolio: Portfolio, run: Run, confidence: float) -> None:
        self.both: BothStates = both_states(portfolio)
        super().__init__(portfolio, compile_portfolio(self.both.portfolio), run, confidence)
        self.price = {id: mitigation.cost for id, mitigation in mitigations(portfolio).items()}
        self._known: dict[frozenset[str], Simulated] = {}

    def of(self, chosen: Collection[str]) -> Simulated:
        """With these mitigations in place, and no others."""
        key = frozenset(chosen)
        if key not in self._known:
            self._known[key] = Simulated(self, self.samples(self.both.without(key)))
        return self._known[key]


def left_after_mitigation(portfolio: Portfolio, run: Run, confidence: float) -> Left | None:
    """The state in which all mitigations are in place; None where there is none."""
    every = mitigations(portfolio)
    if not every:
        return None
    states = States(portfolio, run, confidence)
    return Left(states, states.of(every))


def forecast_mitigation(left: Left, risks: tuple[RiskForecast, ...], exposure: dict[str, Delay]) -> MitigationForecast:
    """What all mitigations together bring, and each of them.

    ``risks`` and ``exposure`` are those of the portfolio as it is, before mitigation.
    """
    states, portfolio, confidence = left.states, left.states.portfolio, left.states.confidence
    every = mitigations(portfolio)
    before, after = states.of(()), states.of(every)
    price = sum(states.price.values())
    net = states.cost_saved(before, after)
    payoffs = [_payoff(states, id, before, after) for id in every]
    targets = [
        MitigatedTarget(
            id,
            states.state(id, before, before, exposure.get(id)),
            states.state(id, after, before, left.total(id)),
            states.gain(id, before, after),
        )
        for id in states.compiled.target_ids
    ]
    return MitigationForecast(
        price=price,
        risks=tuple(_risks(portfolio, {risk.id: risk for risk in risks}, left)),
        payoffs=tuple(sorted(payoffs, key=lambda one: -one.net.value)),
        targets=tuple(targets),
        saving=scaled(net, 1.0, price),
        net=net,
        net_p80=percentile_difference(after.cents(), before.cents(), 80, confidence, CENTS),
    )


def _payoff(states: States, id: str, before: Simulated, after: Simulated) -> Payoff:
    alone = states.of((id,))
    others = states.of([other for other in states.price if other != id])
    net = states.cost_saved(before, alone)
    risk = next(risk for risk in states.portfolio.risks if risk.id == id)
    targets = [id for id in states.compiled.target_ids if kind_of(states.portfolio, id) != "milestone"][:MOST_TARGETS]
    return Payoff(
        risk=id,
        label=(risk.mitigation and risk.mitigation.name) or risk.response or risk.label,
        price=states.price[id],
        alone={target: states.gain(target, before, alone) for target in targets},
        beside={target: states.gain(target, others, after) for target in targets[:1]},
        saving=scaled(net, 1.0, states.price[id]),
        net=net,
    )


class Left:
    """What is left of the risks once all mitigations are in place."""

    def __init__(self, states: States, after: Simulated) -> None:
        self.states = states
        self.gone = states.both.without([*states.price])
        self.removals = Removals(states.compiled, states.run, after.samples, states.scales, states.confidence, self.gone)
        self.alive = [risk.id for risk in states.both.portfolio.risks if risk.id not in self.gone and not self._is_price(risk.id)]
        self.none = self.removals.without(self.alive) if self.alive else None

    @property
    def risks(self) -> list[Risk]:
        """That act in this state."""
        return [risk for risk in self.states.both.portfolio.risks if risk.id in self.alive and risk.acts]

    def _is_price(self, id: str) -> bool:
        return any(id in prices and not id.startswith(AFTER) for prices in self.states.both.after.values())

    def total(self, target: str) -> Delay | None:
        return None if self.none is None else self.removals.delay(target, self.none, self.alive)

    def state(self, risk: Risk, probability: float) -> RiskState:
        """Of one risk; ``risk`` is its state after mitigation."""
        if risk.id in self.gone:
            return RiskState(probability, {})
        without = self.removals.without_one(risk.id)
        cost = self.removals.extra_cost(without, [risk.id])
        delays = {id: self.removals.delay(id, without, [risk.id]) for id in self.states.compiled.target_ids}
        return RiskState(probability, delays, cost[0], cost[1])


def _risks(portfolio: Portfolio, before: dict[str, RiskForecast], left: Left) -> Iterator[MitigatedRisk]:
    """Every risk that acts before or after."""
    by_id = {risk.id: risk for risk in left.states.both.portfolio.risks}
    for risk in portfolio.risks:
        mine = by_id.get(AFTER + risk.id, by_id[risk.id])
        if not risk.acts and mine.id not in left.alive:
            continue
        told = before[risk.id]
        state = RiskState(risk.chance, told.delay, told.cost_expected, told.cost_p80) if risk.acts else None
        yield MitigatedRisk(
            risk.id, risk.label, risk.owner, risk.category, state, left.state(mine, mine.chance), risk.id in left.states.price
        )
