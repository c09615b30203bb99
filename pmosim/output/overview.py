"""The portfolio at a glance: a row for each project and milestone, with what was promised, how likely that is, and its state."""

from __future__ import annotations

from collections.abc import Mapping

from pmosim.output import rating, words
from pmosim.output.grids import Cell, Grid
from pmosim.results.records import CostForecast, Forecast, TargetForecast

HEADS = ("", "state", "target", "probability", "plan", "P50", "P80", "budget", "probability of the budget", "P50 cost", "P80 cost")


def overview(forecast: Forecast, anchors: Mapping[str, str]) -> Grid:
    """``anchors``: the places in the page where targets are told in full, by id."""
    rows = tuple(_row(forecast, one, anchors.get(one.id, "")) for one in forecast.targets)
    return Grid("All targets", HEADS, rows, frozenset({0, 1}))


def legend(forecast: Forecast) -> tuple[str, ...]:
    """By what the states are told; nothing where nothing was promised."""
    if not any(rating.state_of_target(one) for one in forecast.targets):
        return ()
    return (rating.rule(of_money=any(one.cost and one.cost.budget is not None for one in forecast.targets)),)


def _row(forecast: Forecast, one: TargetForecast, anchor: str) -> tuple[str, ...]:
    return (
        Cell(one.label, href=anchor),
        rating.state_of_target(one),
        words.day(one.target) if one.target is not None else "",
        words.percent_with_range(one.probability) if one.probability is not None else "",
        words.day(one.planned),
        words.day(one.percentiles[50].value),
        words.day_with_range(one.percentiles[80]),
        *_money(one.cost, forecast.currency),
    )


def _money(cost: CostForecast | None, currency: str) -> tuple[str, str, str, str]:
    if cost is None:
        return ("", "", "", "")
    return (
        words.amount(cost.budget, currency) if cost.budget is not None else "",
        words.percent_with_range(cost.budget_probability) if cost.budget_probability is not None else "",
        words.bare_money(cost.percentiles[50], currency),
        words.money(cost.percentiles[80], currency),
    )
