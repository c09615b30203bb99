"""The ladder: take the worst source out, rank the rest again, until nothing is left."""

from __future__ import annotations

from dataclasses import replace

from pmosim.forecasting.ranking.measures import MEAN, Gains, Ints, Yardstick, exactly
from pmosim.forecasting.ranking.trials import Trials
from pmosim.results.ranking import Ladder, Step
from pmosim.results.resampling import interval

NEAR = 8
"""Candidates at each step that are asked whether they might as well be the one."""

MOST_STEPS = 150
"""Steps unless told otherwise: more would take a run for each of the sources left, at each of them."""


def runs_of_ladder(sources: int, steps: int) -> int:
    return sum(sources - k for k in range(min(steps, sources)))


def climb(trials: Trials, yardstick: Yardstick, figure: str, planned: int, steps: int) -> Ladder:
    """``planned``: the planned finish or cost, in minutes or hundredths."""
    yardstick = yardstick.only(figure)
    per_unit, n = yardstick.per_unit(figure), len(yardstick.everything)
    plan = planned * (n if figure == MEAN else 1)
    start = now = exactly(yardstick.everything, figure)
    current, left = yardstick.everything, list(range(len(trials.sources)))
    found: list[Step] = []
    while left and len(found) < steps:
        values = trials.each(lambda k: trials.values(trials.settled | {k}, yardstick.unit), left)
        step, chosen = _worst(trials, yardstick.starting_from(current), figure, left, values, now - plan)
        found.append(step)
        current, now = values[left.index(chosen)], now - step.exact
        trials.settle(chosen, yardstick.unit)
        left.remove(chosen)
    if left:
        values = trials.each(lambda out: trials.values(out, yardstick.unit), [trials.settled | set(left)])
        found.append(_rest(yardstick.starting_from(current), figure, len(left), values[0], now - plan))
        now -= found[-1].exact
    return Ladder(figure, yardstick.unit, per_unit, (start - plan) / per_unit, tuple(found), (now - plan) / per_unit, start - now)


def _worst(trials: Trials, yardstick: Yardstick, figure: str, left: list[int], values: list[Ints], above_plan: int) -> tuple[Step, int]:
    """The source with the largest gain; where gains are equal, the one with the largest mean gain, then the first."""
    gains = [exactly(yardstick.everything, figure) - exactly(value, figure) for value in values]
    order = sorted(range(len(left)), key=lambda k: (-gains[k], int(values[k].sum()), k))
    spread = yardstick.spread(yardstick.everything)
    near = [yardstick.gains(values[k], spread) for k in order[:NEAR]]
    tied = [
        trials.sources[left[k]].id
        for k, other in zip(order[1:NEAR], near[1:], strict=True)
        if _may_be_equal(yardstick, figure, near[0], other)
    ]
    source = trials.sources[left[order[0]]]
    step = _step(yardstick, figure, near[0], above_plan, (source.id, source.kind, source.label))
    return replace(step, tied=tuple(tied)), left[order[0]]


def _may_be_equal(yardstick: Yardstick, figure: str, one: Gains, other: Gains) -> bool:
    n = len(yardstick.everything) if figure == MEAN else 1
    between = interval((one.exact[0] - other.exact[0]) / n, one.deviations[0] - other.deviations[0], yardstick.confidence)
    return between.low <= 0


def _rest(yardstick: Yardstick, figure: str, count: int, values: Ints, above_plan: int) -> Step:
    gains = yardstick.gains(values)
    step = _step(yardstick, figure, gains, above_plan, ("", "rest", f"{count} further sources together"))
    return replace(step, sources=count)


def _step(yardstick: Yardstick, figure: str, gains: Gains, above_plan: int, who: tuple[str, str, str]) -> Step:
    left = (above_plan - gains.exact[0]) / yardstick.per_unit(figure)
    return Step(*who, gain=yardstick.estimate(gains, figure), exact=gains.exact[0], left=left)
