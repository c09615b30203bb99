"""Green, amber or red: what was promised, rated by how likely it is to be kept, by limits that stand beside every table that uses them."""

from __future__ import annotations

from collections.abc import Iterable

from pmosim.output import words
from pmosim.output.grids import Cell
from pmosim.results.records import Estimate, TargetForecast

GREEN_FROM, AMBER_FROM = 0.80, 0.50
STATES = (("red", "bad"), ("amber", "fair"), ("green", "good"))  # with the marks that pages show them by, the worst first


Limits = tuple[float, float]
"""The least probabilities of green and of amber."""

USUAL: Limits = (GREEN_FROM, AMBER_FROM)


def rule(limits: Limits = USUAL, *, of_money: bool = True) -> str:
    """The limits, in words."""
    what = "target date and budget, whichever is the less likely to be kept" if of_money else "target date"
    green, amber = map(words.plain_percent, limits)
    return (
        f"State, of {what}: green from {green}, amber from {amber}, red below. Where the simulation's own interval lies on both sides of a "
        "limit, both states are named, that of the figure first."
    )


def state_of(shares: Iterable[Estimate | None], limits: Limits = USUAL) -> Cell:
    """``green``, ``amber or red``, of the least likely of what was promised; empty where nothing was."""
    known = [share for share in shares if share is not None]
    if not known:
        return Cell("")
    value = _place(min(share.value for share in known), limits)
    ends = {_place(min(share.low for share in known), limits), _place(min(share.high for share in known), limits)} - {value}
    return Cell(" or ".join(STATES[place][0] for place in (value, *sorted(ends))), mark=STATES[value][1])


def state_of_target(one: TargetForecast) -> Cell:
    return state_of((one.probability, one.cost.budget_probability if one.cost else None))


def _place(share: float, limits: Limits) -> int:
    green, amber = limits
    return 2 if share >= green else 1 if share >= amber else 0
