"""Before and after mitigation: the same iterations without the responses to risks, and with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled, compile_portfolio
from pmosim.engine.simulation import Run, Samples, redraw_events, simulate_finishes
from pmosim.forecasting.scales import Scale, scales_of
from pmosim.forecasting.targets import finishes_of, kind_of, promise_of
from pmosim.model.mitigation import AFTER, BothStates, both_states, mitigations
from pmosim.model.project import Portfolio
from pmosim.model.risks import Risk
from pmosim.results.estimates import mean, percentile, percentile_ranks, scaled
from pmosim.results.exposure import delay, extra_cost
from pmosim.results.paired import Sample, mean_difference, percentile_difference, share_difference
from pmosim.results.records import (
    DateEstimate,
    Delay,
    Estimate,
    Gain,
    MitigatedRisk,
    MitigatedTarget,
    MitigationForecast,
    Payoff,
    RiskForecast,
    RiskState,
    TargetState,
)
from pmosim.results.resampling import Resamples
from pmosim.results.targets import Finishes, day_curve, probability

LEVELS = (50, 80)
SHOWN = (10, 50, 80, 90)
CENTS = 100.0
MOST_TARGETS = 8
"""For which the gain of each single mitigation is told: the portfolio and projects; milestones have that of all together."""


class Simulated:
    """The iterations with some mitigations in place; what is asked of them often is kept."""

    def __init__(self, states: States, samples: Samples) -> None:
        self.states, self.samples = states, samples
        self._work: dict[str, Sample] = {}
        self._cost: dict[int, Sample] = {}

    def positions(self, id: str) -> NDArray[np.int32]:
        return self.samples.finishes[self.states.place[id]]

    def work(self, id: str) -> Sample:
        """Finishes of a target in working minutes."""
        if id not in self._work:
            self._work[id] = Sample(self.states.scales[id].work(self.positions(id)), LEVELS, self.states.resamples)
        return self._work[id]

    def cents(self, account: int = -1) -> Sample:
        if account not in self._cost:
            self._cost[account] = Sample(self.samples.costs[account], LEVELS, self.states.resamples)
        return self._cost[account]

    def met(self, id: str) -> NDArray[np.bool_] | None:
        """In which iterations the target's date is met; None where none is promised."""
        limit = self.states.limit(id)
        return None if limit is None else self.states.scales[id].instants(self.positions(id)) <= limit


@dataclass
class States:
    """A portfolio with both states of its risks, compiled once, and the choices of mitigations simulated so far."""

    portfolio: Portfolio
    run: Run
    confidence: float

    def __post_init__(self) -> None:
        self.both: BothStates = both_states(self.portfolio)
        self.compiled: Compiled = compile_portfolio(self.both.portfolio)
        self.scales: dict[str, Scale] = scales_of(self.compiled)
        self.place = {id: k for k, id in enumerate(self.compiled.target_ids)}
        self.resamples = Resamples(self.run.iterations, self.run.seed)
        self.price = {id: mitigation.cost for id, mitigation in mitigations(self.portfolio).items()}
        self._known: dict[frozenset[str], Simulated] = {}

    def of(self, chosen: Collection[str]) -> Simulated:
        """With these mitigations in place, and no others."""
        key = frozenset(chosen)
        if key not in self._known:
            self._known[key] = Simulated(self, self.samples(self.both.without(key)))
        return self._known[key]

    def samples(self, without: tuple[str, ...]) -> Samples:
        return simulate_finishes(self.compiled, replace(self.run, without=without, progress=None))

    def limit(self, id: str) -> int | None:
        promise = promise_of(self.portfolio, id)
        return None if promise is None or promise.finish is None else self.scales[id].clock.instant(promise.finish)

    def gain(self, id: str, before: Simulated, after: Simulated) -> Gain:
        old, new, unit = before.work(id), after.work(id), self.scales[id].minutes_per_day
        met = (before.met(id), after.met(id))
        likelier = None if met[0] is None or met[1] is None else _share_gained(met[0], met[1], self.confidence)
        p50, p80 = (percentile_difference(new, old, level, self.confidence, unit) for level in LEVELS)
        return Gain(mean_difference(new, old, self.confidence, unit), p50, p80, likelier)

    def cost_saved(self, before: Simulated, after: Simulated) -> Estimate:
        """Expected, the price of what is bought counted."""
        saved = before.samples.costs[-1] - after.samples.costs[-1]
        return scaled(mean(saved, self.confidence), 1 / CENTS)


def _share_gained(before: NDArray[np.bool_], after: NDArray[np.bool_], confidence: float) -> Estimate:
    return Estimate(0.0, 0.0, 0.0) if np.array_equal(before, after) else share_difference(before, after, confidence)


def forecast_mitigation(
    portfolio: Portfolio, run: Run, confidence: float, risks: tuple[RiskForecast, ...], exposure: dict[str, Delay]
) -> MitigationForecast | None:
    """What all mitigations together bring, and each of them; None where there is none.

    ``risks`` and ``exposure`` are those of the portfolio as it is, before mitigation.
    """
    every = mitigations(portfolio)
    if not every:
        return None
    states = States(portfolio, run, confidence)
    before, after = states.of(()), states.of(every)
    price = sum(states.price.values())
    net = states.cost_saved(before, after)
    payoffs = [_payoff(states, id, before, after) for id in every]
    left = _Left(states, after)
    targets = [
        MitigatedTarget(
            id, _target(states, id, before, exposure.get(id)), _target(states, id, after, left.total(id)), states.gain(id, before, after)
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


class _Left:
    """What is left of the risks once all mitigations are in place."""

    def __init__(self, states: States, after: Simulated) -> None:
        self.states, self.after = states, after
        self.gone = states.both.without([*states.price])
        self.occurs: dict[str, NDArray[np.bool_]] = {}
        rows, _ = redraw_events(states.compiled, replace(states.run, without=self.gone, progress=None))
        for row, id in zip(rows, states.compiled.event_risks, strict=True):
            self.occurs[id] = self.occurs[id] | row if id in self.occurs else row
        self.alive = [risk.id for risk in states.both.portfolio.risks if risk.id not in self.gone and not self._is_price(risk.id)]
        self._none = states.samples((*self.gone, *self.alive)) if self.alive else None

    def _is_price(self, id: str) -> bool:
        return any(id in prices and not id.startswith(AFTER) for prices in self.states.both.after.values())

    def total(self, target: str) -> Delay | None:
        if self._none is None:
            return None
        anything = np.logical_or.reduce([self.occurs[id] for id in self.alive])
        return self._delay(target, self._none, anything)

    def state(self, risk: Risk, probability: float) -> RiskState:
        """Of one risk; ``risk`` is its state after mitigation."""
        if risk.id in self.gone:
            return RiskState(probability, {})
        without = self.states.samples((*self.gone, risk.id))
        occurs = self.occurs[risk.id]
        money = (self.after.samples.costs[-1] - without.costs[-1]) / CENTS
        cost = extra_cost(money, occurs, self.states.confidence) if self.after.samples.costs[-1].any() else (None, None, None)
        return RiskState(probability, {id: self._delay(id, without, occurs) for id in self.states.compiled.target_ids}, cost[0], cost[1])

    def _delay(self, target: str, without: Samples, occurs: NDArray[np.bool_]) -> Delay:
        scale, place = self.states.scales[target], self.states.place[target]
        minutes = scale.work(self.after.positions(target)) - scale.work(without.finishes[place])
        return delay(minutes / scale.minutes_per_day, occurs, self.states.confidence)


def _risks(portfolio: Portfolio, before: dict[str, RiskForecast], left: _Left) -> Iterator[MitigatedRisk]:
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


def _target(states: States, id: str, simulated: Simulated, exposure: Delay | None) -> TargetState:
    finishes = finishes_of(states.compiled, states.scales[id], id, simulated.positions(id))
    ordered, n, limit = np.sort(finishes.instants), states.run.iterations, states.limit(id)
    average = mean(finishes.work, states.confidence)
    account = _account(states, id)
    money = None if account is None else simulated.samples.costs[account]
    return TargetState(
        mean=DateEstimate(*(finishes.moment_of_work(round(part)) for part in (average.value, average.low, average.high))),
        percentiles={level: _date(finishes, ordered, percentile_ranks(n, level, states.confidence)) for level in SHOWN},
        probability=None if limit is None else probability(ordered, limit, states.confidence),
        curve=day_curve(finishes, ordered, states.confidence),
        exposure=exposure,
        cost_mean=None if money is None else scaled(mean(money, states.confidence), 1 / CENTS),
        cost_p80=None if money is None else scaled(percentile(np.sort(money), 80, states.confidence), 1 / CENTS),
    )


def _date(finishes: Finishes, ordered: NDArray[np.int64], places: tuple[int, int, int]) -> DateEstimate:
    return DateEstimate(*(finishes.moment(ordered[place]) for place in places))


def _account(states: States, id: str) -> int | None:
    """Where the cost of a target is booked: of the whole, or of a project; None for a milestone, or where nothing costs."""
    project, _, rest = id.partition(".")
    if rest not in ("", "finish"):
        return None
    accounts = states.compiled.accounts
    account = accounts.index(project) if rest and len(states.portfolio.projects) > 1 else len(accounts) - 1
    return account if states.of(()).samples.costs[account].any() else None
