"""Which responses to risks to buy: the most for a budget, or the least that reaches a probability.

Every set of mitigations is simulated on the same draws, so that sets differ by what they do and not by luck. Small registers
are searched whole; of larger ones sets are built up by gain for money, then improved by exchanges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import chain, combinations
from math import ceil, inf
from time import perf_counter

import numpy as np

from pmosim.engine.simulation import CompileClock, Progress, Run, simulate_finishes
from pmosim.forecasting.mitigation import States
from pmosim.forecasting.pairing import CENTS, Simulated
from pmosim.forecasting.provenance import provenance_of
from pmosim.forecasting.targets import finishes_of, label_of
from pmosim.garbage import without_collections
from pmosim.model.mitigation import mitigations, only_helps
from pmosim.model.project import Portfolio, Target
from pmosim.results.estimates import mean, percentile_ranks, scaled, share
from pmosim.results.paired import percentile_difference, share_difference
from pmosim.results.records import DateEstimate, Estimate, Timing
from pmosim.results.responses import P80, PROBABILITY, Choice, Item, ResponsePlan

MOST_EXACT = 14
"""Mitigations up to which every set is looked at: 16,384 of them."""

MOST_WORK = 4_000_000_000
"""Nodes x iterations x sets of a search. Beyond it sets are compared on fewer iterations."""

FEWEST = 1024
"""Iterations on which sets are compared, at least."""

LOOKED_AT = 40
"""Sets that come near the best, looked at again on all iterations."""

MOST_FRONTIER = 60

MOST_BRANCHES = 300
"""Of a search for how good a set could be that was not looked at."""

FRESH = 0x9E3779B97F4A7C15
"""Added to the seed for draws that had no part in a choice."""

Set = frozenset[str]


@dataclass(frozen=True)
class Wish:
    """What is wanted: as much as ``budget`` buys (None: as much as can be had), or ``goal`` for as little as can be."""

    target: str
    gain: str = P80  # or PROBABILITY
    budget: float | None = None
    goal: float | None = None
    date: datetime | None = None  # instead of the one promised

    @property
    def limit(self) -> float:
        return inf if self.budget is None else self.budget


def plan_responses(
    portfolio: Portfolio,
    wish: Wish,
    *,
    iterations: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    threads: int | None = None,
    progress: Progress | None = None,
    source: str = "",
    overrides: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> ResponsePlan:
    """Choose among the mitigations of a portfolio. ``progress`` is called with the sets looked at, and all that will be.

    Raises ValueError where there is nothing to choose from, or no date for the probability that is wanted.
    """
    began = perf_counter()
    if not mitigations(portfolio):
        raise ValueError("no risk of this portfolio has a mitigation that could be bought")
    dated = _with_target(portfolio, wish)
    run = Run(iterations, seed, (), threads)
    with CompileClock() as compiler, without_collections():
        desk = _Desk(States(dated, run, confidence), wish)
        found = _searched(desk, progress)
        chosen = _chosen(desk, found)
        plan = ResponsePlan(
            name=portfolio.name,
            currency=portfolio.currency,
            provenance=provenance_of(portfolio, run, confidence, source, overrides),
            target=wish.target,
            target_label=label_of(dated, wish.target),
            date=_date_of(dated, wish.target),
            gain=wish.gain,
            budget=wish.budget,
            goal=wish.goal,
            items=tuple(desk.items()),
            method=found.method,
            is_exact=found.is_exact,
            searched=len(found.values),
            search_iterations=desk.some,
            gap=_gap(desk, found, chosen),
            none=desk.choice(frozenset()),
            every=desk.choice(frozenset(desk.price)),
            chosen=None if chosen is None else desk.choice(chosen),
            fresh=None if chosen is None else _fresh(desk, chosen),
            tied=tuple(map(desk.choice, _tied(desk, found, chosen))),
            frontier=tuple(map(desk.choice, _frontier(desk, found))),
            notes=(*notes, *_notes(desk, found)),
        )
    return replace(plan, timing=Timing(perf_counter() - began, compiler.seconds, run.workers, 0))


def _with_target(portfolio: Portfolio, wish: Wish) -> Portfolio:
    """With the target, and the date, that are asked for among its own."""
    own = next((target for target in portfolio.targets if target.node == wish.target), Target(wish.target))
    own = replace(own, finish=wish.date) if wish.date else own
    if own.finish is None and wish.gain == PROBABILITY:
        raise ValueError(f"'{wish.target}' has no target date")
    return replace(portfolio, targets=(*(target for target in portfolio.targets if target.node != wish.target), own), together=())


def _date_of(portfolio: Portfolio, id: str) -> datetime | None:
    return next((target.finish for target in portfolio.targets if target.node == id), None)


class _Desk:
    """The sets that were looked at: a value of each on the first iterations, and all figures of those that matter."""

    def __init__(self, states: States, wish: Wish) -> None:
        self.states, self.wish = states, wish
        self.price, self.target = states.price, wish.target
        self.place, self.scale = states.place[wish.target], states.scales[wish.target]
        nodes, n = len(states.compiled.node_ids), states.run.iterations
        sets = 2 ** min(len(self.price), MOST_EXACT) if len(self.price) <= MOST_EXACT else 4 * len(self.price) ** 2
        self.some = min(n, max(FEWEST, MOST_WORK // (nodes * sets) // 64 * 64))
        self.is_small = len(self.price) <= MOST_EXACT and nodes * FEWEST * sets <= 8 * MOST_WORK
        self.search = Run(self.some, states.run.seed, (), 1)

    def items(self) -> Iterator[Item]:
        for risk in self.states.portfolio.risks:
            if risk.id in self.price and risk.mitigation:
                yield Item(risk.id, risk.mitigation.name or risk.response or risk.label, self.price[risk.id])

    def cost(self, chosen: Iterable[str]) -> float:
        return sum(self.price[id] for id in sorted(chosen))

    def value(self, chosen: Set) -> int:
        """Iterations in which the date is met, or minus the P80 in working minutes: more is better."""
        run = replace(self.search, without=self.states.both.without(chosen))
        return self._value_of(simulate_finishes(self.states.compiled, run).finishes[self.place])

    def _value_of(self, positions: np.ndarray) -> int:
        if self.wish.gain == PROBABILITY:
            limit = self.states.limit(self.target)
            assert limit is not None
            return int((self.scale.instants(positions) <= limit).sum())
        place = percentile_ranks(len(positions), 80, self.states.confidence)[0]
        return -int(np.partition(self.scale.work(positions), place)[place])

    def full_value(self, chosen: Set) -> int:
        return self._value_of(self.states.of(chosen).positions(self.target))

    def reaches(self, chosen: Set) -> bool:
        met = self.states.of(chosen).met(self.target)
        return met is not None and self.wish.goal is not None and int(met.sum()) >= ceil(round(self.wish.goal * len(met), 9))

    def choice(self, chosen: Set) -> Choice:
        states, none, one = self.states, self.states.of(()), self.states.of(chosen)
        finishes = finishes_of(states.compiled, self.scale, self.target, one.positions(self.target))
        ordered, n = np.sort(finishes.instants), states.run.iterations
        met = one.met(self.target)
        money = one.samples.costs[-1]
        return Choice(
            risks=tuple(id for id in self.price if id in chosen),
            price=self.cost(chosen),
            p80=DateEstimate(*(finishes.moment(ordered[place]) for place in percentile_ranks(n, 80, states.confidence))),
            probability=None if met is None else share(int(met.sum()), n, states.confidence),
            gain=states.gain(self.target, none, one),
            cost_mean=scaled(mean(money, states.confidence), 1 / CENTS) if none.samples.costs[-1].any() else None,
            saving=states.cost_saved(none, one),
        )


@dataclass(frozen=True)
class _Found:
    values: dict[Set, int]
    method: str
    is_exact: bool
    bound: int | None = None  # no affordable set has a larger value; None where that is not known


def _searched(desk: _Desk, progress: Progress | None) -> _Found:
    if desk.is_small:
        sets = [*_subsets([*desk.price])]  # those beyond the budget too: they tell what more money would gain
        return _Found(dict(zip(sets, _values(desk, sets, progress), strict=True)), f"all {len(sets):,} sets", True)
    values = _greedy(desk, progress)
    bound = _bounded(desk, values) if desk.wish.goal is None and only_helps(desk.states.portfolio) else None
    best = max(value for one, value in values.items() if desk.cost(one) <= desk.wish.limit)
    if bound == best:
        return _Found(values, f"{len(values):,} sets, enough by branch and bound,", True, bound)
    return _Found(values, "built up by gain for money and by gain alone, each then improved by exchanges", False, bound)


def _bounded(desk: _Desk, values: dict[Set, int]) -> int:
    """A value that no affordable set exceeds, by branch and bound; sets met on the way are kept in ``values``.

    A branch has some mitigations in and some out. With all others in that fit into what is left of the budget, one by one, it
    reaches at least as much as any set of the branch. The most promising branch is parted by the dearest of those others.
    """

    def open_branch(inside: Set, outside: Set) -> tuple[int, int, Set, Set, Set]:
        left = desk.wish.limit - desk.cost(inside)
        widest = inside | {id for id, price in desk.price.items() if id not in outside and price <= left}
        if widest not in values:
            values[widest] = desk.value(widest)
        return -values[widest], len(values), inside, outside, widest

    queue = [open_branch(frozenset(), frozenset())]
    for _ in range(MOST_BRANCHES):
        _, _, inside, outside, widest = queue[0]
        if desk.cost(widest) <= desk.wish.limit:  # the most promising branch is a set that can be bought: none is better
            break
        heappop(queue)
        dearest = max(widest - inside, key=lambda id: (desk.price[id], id))
        heappush(queue, open_branch(inside | {dearest}, outside))
        heappush(queue, open_branch(inside, outside | {dearest}))
    return -queue[0][0]


def _subsets(ids: list[str]) -> Iterator[Set]:
    return map(frozenset, chain.from_iterable(combinations(ids, size) for size in range(len(ids) + 1)))


def _values(desk: _Desk, sets: list[Set], progress: Progress | None) -> list[int]:
    """Of many sets, on all cores; kernels leave the interpreter free."""
    found: list[int] = []
    with ThreadPoolExecutor(desk.states.run.workers) as pool:
        for first in range(0, len(sets), 64):
            found += pool.map(desk.value, sets[first : first + 64])
            if progress:
                progress(len(found), len(sets))
    return found


def _greedy(desk: _Desk, progress: Progress | None) -> dict[Set, int]:
    """The sets on the way: by gain for money, then by exchanges, from the empty set up."""
    values: dict[Set, int] = {}

    def of(sets: list[Set]) -> None:
        new = [one for one in dict.fromkeys(sets) if one not in values]
        values.update(zip(new, _values(desk, new, None), strict=True))
        if progress:
            progress(len(values), len(values) + 1)

    of([frozenset(), frozenset(desk.price)])
    for worth in (_for_money, _for_itself):
        _exchanged(desk, values, _built_up(desk, values, worth, of), of)
    return values


def _built_up(
    desk: _Desk, values: dict[Set, int], worth: Callable[[_Desk, dict[Set, int], Set, Set], float], of: Callable[[list[Set]], None]
) -> Set:
    """From nothing, always adding what is worth most, until nothing more is gained or fits."""
    current: Set = frozenset()
    while steps := [current | {id} for id in desk.price if id not in current and desk.cost(current | {id}) <= desk.wish.limit]:
        of(steps)
        best = max(steps, key=lambda one: (worth(desk, values, current, one), -desk.cost(one), sorted(one)))
        if values[best] <= values[current] or _is_enough(desk, values[current]):
            break
        current = best
    return current


def _for_money(desk: _Desk, values: dict[Set, int], before: Set, after: Set) -> float:
    gained, paid = values[after] - values[before], desk.cost(after) - desk.cost(before)
    return gained / paid if paid else (inf if gained > 0 else 0.0)


def _for_itself(desk: _Desk, values: dict[Set, int], before: Set, after: Set) -> float:
    return float(values[after] - values[before])


def _is_enough(desk: _Desk, value: int) -> bool:
    return desk.wish.goal is not None and value >= ceil(round(desk.wish.goal * desk.some, 9))


def _exchanged(desk: _Desk, values: dict[Set, int], current: Set, of: Callable[[list[Set]], None]) -> None:
    """Drop one, or put one in the place of another, while that is better."""
    while True:
        others = [id for id in desk.price if id not in current]
        near = [current - {out} for out in current] + [current - {out} | {into} for out in current for into in others]
        near += [current | {into} for into in others]
        near = [one for one in near if desk.cost(one) <= desk.wish.limit]
        of(near)
        best = max([current, *near], key=lambda one: _order(desk, values, one))
        if best == current:
            return
        current = best


def _order(desk: _Desk, values: dict[Set, int], one: Set) -> tuple:
    """More is better: enough, then cheap; or good, then cheap."""
    if desk.wish.goal is not None:
        enough = _is_enough(desk, values[one])
        return (enough, -desk.cost(one) if enough else values[one], values[one], sorted(one))
    return (values[one], -desk.cost(one), sorted(one))


def _chosen(desk: _Desk, found: _Found) -> Set | None:
    """Settled on all iterations, among the sets that come near on the first ones."""
    near = _near(desk, found)
    if desk.wish.goal is not None:
        return next((one for one in near if desk.reaches(one)), None)
    return max(near, key=lambda one: (desk.full_value(one), -desk.cost(one), sorted(one)))


def _near(desk: _Desk, found: _Found) -> list[Set]:
    """Sets that may be the one: for a goal the cheapest first, else the best first."""
    values = {one: value for one, value in found.values.items() if desk.cost(one) <= desk.wish.limit}
    if desk.wish.goal is None:
        return sorted(values, key=lambda one: (-values[one], desk.cost(one), sorted(one)))[:LOOKED_AT]
    p, n = desk.wish.goal, desk.some
    slack = 0 if n == desk.states.run.iterations else 3 * np.sqrt(p * (1 - p) * n)
    enough = [one for one in values if values[one] >= p * n - slack]
    return sorted(enough, key=lambda one: (desk.cost(one), -values[one], sorted(one)))


def _tied(desk: _Desk, found: _Found, chosen: Set | None) -> list[Set]:
    """Cheaper sets that may be as good as the chosen one: their paired interval includes no difference, or the goal."""
    if chosen is None:
        return []
    cheaper = [one for one in _near_below(desk, found, chosen) if _may_be_as_good(desk, one, chosen)]
    return sorted(cheaper, key=lambda one: (desk.cost(one), sorted(one)))[:5]


def _near_below(desk: _Desk, found: _Found, chosen: Set) -> list[Set]:
    cheaper = [one for one in found.values if desk.cost(one) < desk.cost(chosen)]
    return sorted(cheaper, key=lambda one: (-found.values[one], desk.cost(one), sorted(one)))[: LOOKED_AT // 2]


def _may_be_as_good(desk: _Desk, one: Set, chosen: Set) -> bool:
    states, confidence = desk.states, desk.states.confidence
    mine, best = states.of(one), states.of(chosen)
    met = mine.met(desk.target)
    if desk.wish.goal is not None and met is not None:
        return share(int(met.sum()), len(met), confidence).high >= desk.wish.goal
    if desk.wish.gain == PROBABILITY:
        other = best.met(desk.target)
        return met is not None and other is not None and (np.array_equal(met, other) or share_difference(met, other, confidence).low <= 0)
    return percentile_difference(best.work(desk.target), mine.work(desk.target), 80, confidence, 1.0).low <= 0


def _frontier(desk: _Desk, found: _Found) -> list[Set]:
    """The best set for each price, by the first iterations and then by all."""
    kept: list[Set] = []
    for one in sorted(found.values, key=lambda one: (desk.cost(one), -found.values[one], sorted(one))):
        if not kept or found.values[one] > found.values[kept[-1]]:
            kept.append(one)
    if len(kept) > MOST_FRONTIER:  # of many, those evenly spread over what they reach
        places = np.unique(np.linspace(0, len(kept) - 1, MOST_FRONTIER).round().astype(int))
        kept = [kept[place] for place in places]
    better: list[Set] = []
    for one in kept:
        if not better or desk.full_value(one) > desk.full_value(better[-1]):
            better.append(one)
    return better


def _gap(desk: _Desk, found: _Found, chosen: Set | None) -> float | None:
    """How far a set that was not looked at could be better, if no mitigation does harm."""
    if found.is_exact:
        return 0.0
    if chosen is None:
        return None
    if desk.wish.goal is not None:
        return desk.cost(chosen) - _least_price(desk) if only_helps(desk.states.portfolio) else None
    if found.bound is None:
        return None
    gap = max(0, found.bound - (found.values[chosen] if chosen in found.values else desk.value(chosen)))
    return gap / (desk.some if desk.wish.gain == PROBABILITY else desk.scale.minutes_per_day)


def _least_price(desk: _Desk) -> float:
    """What any set that reaches the goal costs at least: what it cannot do without, or its dearest part."""
    every = frozenset(desk.price)
    needed = desk.cost(id for id in every if not desk.reaches(every - {id}))
    dearest = next(
        (price for price in sorted({*desk.price.values()}) if desk.reaches(frozenset(id for id in every if desk.price[id] <= price))), 0.0
    )
    return max(needed, dearest if not desk.reaches(frozenset()) else 0.0)


def _fresh(desk: _Desk, chosen: Set) -> Estimate:
    """The chosen set on draws that had no part in choosing it: of many sets the best looks a little better than it is."""
    run = replace(desk.states.run, seed=(desk.states.run.seed + FRESH) % 2**64)
    states = States(desk.states.portfolio, run, desk.states.confidence)
    one: Simulated = states.of(chosen)
    met = one.met(desk.target)
    if desk.wish.gain == PROBABILITY and met is not None:
        return share(int(met.sum()), len(met), states.confidence)
    return states.gain(desk.target, states.of(()), one).p80


def _notes(desk: _Desk, found: _Found) -> Iterator[str]:
    if desk.some < desk.states.run.iterations:
        yield f"sets were compared on the first {desk.some:,} iterations; the figures shown are from all {desk.states.run.iterations:,}"
    if not found.is_exact and not only_helps(desk.states.portfolio):
        yield "mitigations may also do harm here (secondary risks, opportunities, windows): how good an unseen set could be is not known"
