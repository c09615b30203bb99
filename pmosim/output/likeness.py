"""A forecast beside an earlier one: the same axes and bins, the earlier curve in grey, and how far what is reported has moved.

The two are stored forecasts. Their iterations are not at hand, so that intervals of differences are those of independent runs; only
the same model with the same draws has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pmosim.output import comparing, words
from pmosim.output.grids import Grid
from pmosim.results.comparison import Comparison, TargetComparison, figure_of
from pmosim.results.records import Forecast, TargetForecast
from pmosim.results.stored import compare_stored

READ = (50, 80)


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier forecast, by which a later one is drawn."""

    earlier: Forecast
    comparison: Comparison
    called: str  # "the forecast of 13 Nov 2026"

    @classmethod
    def of(cls, forecast: Forecast, earlier: Forecast) -> Self:
        """Raises ValueError where the two have no target in common."""
        called = f"the forecast of {words.day(earlier.provenance.status_date)}"
        if earlier.provenance.status_date.date() == forecast.provenance.status_date.date():
            called = f"the earlier forecast of the same day (model {earlier.provenance.fingerprint[:8]})"
        return cls(earlier, compare_stored(earlier, forecast, (called.removeprefix("the "), "this forecast")), called)

    def target(self, id: str) -> TargetForecast | None:
        return next((one for one in self.earlier.targets if one.id == id), None)

    def moved(self, id: str) -> TargetComparison | None:
        return next((one for one in self.comparison.targets if one.id == id), None)

    def money(self, id: str) -> TargetForecast | None:
        """The earlier target, if its cost can be drawn beside the later one."""
        one, moved = self.target(id), self.moved(id)
        return one if one is not None and one.cost is not None and moved is not None and moved.cost else None


def sentence(like: Likeness, id: str, level: int = 80) -> str:
    """``P80 is 9 ± 2 calendar days later than in the forecast of 13 Nov 2026.``"""
    moved = like.moved(id)
    if moved is None or figure_of(level) not in moved.figures:
        return f"It is not in {like.called}."
    said = comparing.move(moved.figures[figure_of(level)])
    return f"P{level} is where it was in {like.called}." if said == "does not move" else f"P{level} is {said} than in {like.called}."


def sentence_of_money(like: Likeness, id: str, currency: str) -> str:
    moved = like.moved(id)
    if moved is None or not moved.cost:
        return f"It is not in {like.called}, or in another currency."
    change = moved.cost[figure_of(80)].difference
    if change.is_exact and not change.value:
        return f"P80 is what it was in {like.called}."
    size = change if change.value >= 0 else type(change)(-change.value, -change.high, -change.low)
    return f"P80 is {words.money(size, currency)} {'more' if change.value >= 0 else 'less'} than in {like.called}."


def reach(like: tuple[float, float], own: tuple[float, float]) -> tuple[float, float]:
    """The axis of the earlier chart, or as much more as this one needs."""
    return min(like[0], own[0]), max(like[1], own[1])


def apartness(like: Likeness) -> str:
    """What the intervals of the differences know."""
    if like.comparison.paired:
        return "Both have the same model and the same draws: nothing can differ."
    before, after = like.comparison.before.provenance, like.comparison.after.provenance
    confidence = words.plain_percent(after.confidence)
    said = f"Intervals of differences ({confidence}) are those of two independent runs, whose iterations are not at hand"
    if (before.seed, before.sampling) == (after.seed, after.sampling):
        return (
            f"{said}; both have seed {after.seed}, so that they are wider than need be. 'pmosim compare' simulates both on the same draws."
        )
    return f"{said}. 'pmosim compare' simulates both on the same draws, with narrower ones."


def moves(like: Likeness) -> Grid:
    """A row per target: where P50 and P80 were and are, how far they moved, and the probability of the target."""
    heads = ("", "P50 before", "P50", "P50 moved", "P80 before", "P80", "P80 moved", "target met before", "target met", "points")
    return Grid("What moved", heads, tuple(_row(one) for one in like.comparison.targets), frozenset({0}))


def _row(one: TargetComparison) -> tuple[str, ...]:
    cells = [one.label]
    for level in READ:
        change = one.figures[figure_of(level)]
        cells += [words.day(change.before.value), words.day(change.after.value), comparing.days_moved(change)]
    share = one.probability
    return (
        *cells,
        words.percent(share.before) if share and share.before else "",
        words.percent(share.after) if share and share.after else "",
        comparing.signed(share.difference, scale=0.01) if share and share.difference else "",
    )
