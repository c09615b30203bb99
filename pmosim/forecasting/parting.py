"""Which item within a class of change moved a target: the way from one portfolio to the other, cut finer and finer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import chain, count, zip_longest

from pmosim.forecasting.compare import Walk
from pmosim.forecasting.moves import Point
from pmosim.model.stages import Cuts, ItemOfChange

MOST = 250
"""Simulations between stages: beyond them, what is left unparted is told together."""

TRIES = 12
"""Places at which a cut is tried where parts do not fit together, such as a task and the summary task above it."""


@dataclass(frozen=True, eq=False)
class Segment:
    """Items that lie between two points of the way."""

    stage: int
    cuts: Cuts
    first: int
    last: int
    begin: Point
    end: Point

    @property
    def items(self) -> tuple[ItemOfChange, ...]:
        return self.cuts.items[self.first : self.last]


def parted(
    walk: Walk, id: str, account: str, watch: Callable[[int], object], most: int = MOST, nodes: Sequence[str] = ()
) -> tuple[list[Segment], int]:
    """Every stage cut into its items, in order, and how many simulations that took.

    What moves the target most is cut first. Where two points are the same in every iteration, what lies between is not cut:
    its items move nothing, or nothing together. So a thousand changed tasks of which ten matter take some hundred simulations.
    """
    heap: list[tuple[tuple[float, float], int, Segment]] = []
    before, done, order, taken = walk.point(walk.start, id, account), [], count(), 0
    for place, (stage, measured) in enumerate(walk.made):
        after = walk.point(measured, id, account)
        cuts = Cuts(walk.before, walk.after, stage, walk.found)
        whole = Segment(place, cuts, 0, len(cuts.items), before, after)
        heappush(heap, (_size(whole), next(order), whole))
        before = after
    while heap:
        _, _, segment = heappop(heap)
        if segment.last - segment.first < 2 or segment.begin.is_as(segment.end) or taken >= most:
            done.append(segment)
            continue
        found = None
        for middle in _tries(segment.first, segment.last):
            portfolio = segment.cuts.at(middle, nodes or (id,))
            if portfolio is not None:
                measured = walk.measured(portfolio, watch(taken))  # type: ignore[arg-type]
                found, taken = (middle, walk.point(measured, id, account)), taken + 1
                break
        if found is None:
            done.append(segment)
            continue
        middle, point = found
        for half in (
            Segment(segment.stage, segment.cuts, segment.first, middle, segment.begin, point),
            Segment(segment.stage, segment.cuts, middle, segment.last, point, segment.end),
        ):
            heappush(heap, (_size(half), next(order), half))
    return sorted(done, key=lambda one: (one.stage, one.first)), taken


def _size(segment: Segment) -> tuple[float, float]:
    days, money = segment.begin.apart(segment.end)
    return -days, -money


def _tries(first: int, last: int) -> Iterator[int]:
    """Places between the two, from the middle outwards."""
    middle = (first + last) // 2
    both = zip_longest(range(middle, last), range(middle - 1, first, -1))
    places = (place for place in chain.from_iterable(both) if place is not None)
    return (place for place, _ in zip(places, range(TRIES), strict=False))


__all__ = ["MOST", "Segment", "parted"]
