"""Sources together: pairs that hide one another, and the order-free division of the whole among all of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np

from pmosim.forecasting.ranking.measures import MEAN, Floats, Gains, Yardstick
from pmosim.forecasting.ranking.sources import Source
from pmosim.forecasting.ranking.trials import Out, Trials
from pmosim.results.estimates import half_width, scaled
from pmosim.results.ranking import Pair, Pairs, Portion, Shapley
from pmosim.results.records import Estimate
from pmosim.results.resampling import interval
from pmosim.results.shapley import exact_values, in_whole_units, value_weights

CANDIDATES = 12
"""Sources whose pairs are looked at: those worth most, taken out of everything or left in alone."""

SHOWN_PAIRS = 10

EXACT_SOURCES = 12
"""Up to so many sources all 2**m sets are simulated; beyond, orders are sampled."""

ORDERS = 40
"""Orders sampled: half of them are the others backwards, which lowers the error."""


def find_pairs(trials: Trials, yardstick: Yardstick, figure: str, single: Sequence[int]) -> Pairs:
    """Pairs whose joint removal is worth more than the sum. ``single``: what each source is worth, in whole units."""
    yardstick, m = yardstick.only(figure), len(trials.sources)
    measure = _measurer(trials, yardstick)
    everyone = frozenset(range(m))
    alone = trials.each(measure, [everyone - {k} for k in range(m)] + [everyone])
    worth = [max(single[k], alone[-1].exact[0] - alone[k].exact[0]) for k in range(m)]
    worst = sorted(sorted(range(m), key=lambda k: (-worth[k], k))[:CANDIDATES])
    own = dict(zip(worst, trials.each(measure, [frozenset({k}) for k in worst]), strict=True))
    pairs = list(combinations(worst, 2))
    joint = trials.each(measure, [frozenset(pair) for pair in pairs])
    found = [
        _pair(trials.sources, yardstick, figure, pair, own[pair[0]], own[pair[1]], gains) for pair, gains in zip(pairs, joint, strict=True)
    ]
    more = sorted((pair for pair in found if pair.more.low > 0), key=lambda pair: -pair.more.value)
    return Pairs(figure, yardstick.unit, len(pairs), tuple(more[:SHOWN_PAIRS]))


def runs_of_pairs(sources: int) -> int:
    some = min(CANDIDATES, sources)
    return sources + 1 + some + some * (some - 1) // 2


def _measurer(trials: Trials, yardstick: Yardstick):
    spread = yardstick.spread(yardstick.everything)

    def measure(out: Out) -> Gains:
        return yardstick.gains(trials.values(out, yardstick.unit), spread)

    return measure


def _pair(
    sources: Sequence[Source], yardstick: Yardstick, figure: str, pair: tuple[int, int], first: Gains, second: Gains, joint: Gains
) -> Pair:
    apart = Gains((first.exact[0] + second.exact[0],), first.deviations + second.deviations, first.mean)
    more = Gains((joint.exact[0] - apart.exact[0],), joint.deviations - apart.deviations, first.mean)
    one, other = (sources[k] for k in pair)
    return Pair(one.id, other.id, (one.label, other.label), *(_estimate(yardstick, figure, gains) for gains in (joint, apart, more)))


def _estimate(yardstick: Yardstick, figure: str, gains: Gains) -> Estimate:
    """Also of combinations of gains, whose mean is known by resampling only."""
    n = len(yardstick.everything) if figure == MEAN else 1
    return scaled(interval(gains.exact[0] / n, gains.deviations[0], yardstick.confidence), 1 / yardstick.base)


def divide(trials: Trials, yardstick: Yardstick, figure: str, seed: int) -> Shapley:
    """The total gain divided among the sources: exactly where they are few, else from sampled orders."""
    yardstick, m = yardstick.only(figure), len(trials.sources)
    measure = _measurer(trials, yardstick)
    if m <= EXACT_SOURCES:
        gains = trials.each(measure, [frozenset(k for k in range(m) if s >> k & 1) for s in range(1 << m)])
        values = exact_values([gain.exact[0] for gain in gains], m)
        spread = value_weights(m) @ np.stack([gain.deviations[0] for gain in gains])
        return _divided(trials.sources, yardstick, figure, 0, values, spread, np.zeros(m), gains[-1])
    orders = _orders(m, seed)
    sets = list(dict.fromkeys(frozenset(order[:k].tolist()) for order in orders for k in range(m + 1)))
    known = dict(zip(sets, trials.each(measure, sets), strict=True))
    marginal, spread = np.zeros((len(orders), m), np.int64), np.zeros((m, yardstick.resamples.times))
    for row, order in enumerate(orders):
        chain = [known[frozenset(order[:k].tolist())] for k in range(m + 1)]
        for k, source in enumerate(order):
            marginal[row, source] = chain[k + 1].exact[0] - chain[k].exact[0]
            spread[source] += (chain[k + 1].deviations[0] - chain[k].deviations[0]) / len(orders)
    values = [Fraction(int(total), len(orders)) for total in marginal.sum(axis=0)]
    both = (marginal[0::2] + marginal[1::2]) / 2  # an order and the same backwards are not independent: their averages are
    error = both.std(axis=0, ddof=1) / np.sqrt(len(both))
    return _divided(trials.sources, yardstick, figure, len(orders), values, spread, error, known[frozenset(range(m))])


def _orders(sources: int, seed: int) -> list[np.ndarray]:
    luck = np.random.Generator(np.random.Philox(seed))
    forth = [luck.permutation(sources) for _ in range(ORDERS // 2)]
    return [order for one in forth for order in (one, one[::-1])]


def _divided(
    sources: Sequence[Source],
    yardstick: Yardstick,
    figure: str,
    orders: int,
    values: list[Fraction],
    spread: Floats,
    order_error: Floats,
    total: Gains,
) -> Shapley:
    """``spread`` by resampled iterations, [sources, resamples]; ``order_error`` by sampled orders: standard errors in whole units."""
    per_unit, n = yardstick.per_unit(figure), len(yardstick.everything) if figure == MEAN else 1
    portions = []
    for k, exact in enumerate(in_whole_units(values)):
        luck = interval(exact / n, spread[k], yardstick.confidence)
        more = half_width(yardstick.confidence) * float(order_error[k]) / n
        below, above = np.hypot(luck.value - luck.low, more), np.hypot(luck.high - luck.value, more)
        value = Estimate(
            exact / per_unit, exact / per_unit - float(below) / yardstick.base, exact / per_unit + float(above) / yardstick.base
        )
        portions.append(Portion(sources[k].id, sources[k].kind, sources[k].label, value, exact))
    portions.sort(key=lambda portion: -portion.exact)
    return Shapley(figure, yardstick.unit, per_unit, orders, tuple(portions), _estimate(yardstick, figure, total), total.exact[0])


def runs_of_division(sources: int) -> int:
    return 1 << sources if sources <= EXACT_SOURCES else ORDERS * sources


__all__ = ["divide", "find_pairs", "runs_of_division", "runs_of_pairs"]
