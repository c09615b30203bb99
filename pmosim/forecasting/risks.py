"""The exposure of every risk: the same iterations with it and without it."""

from __future__ import annotations

from pmosim.engine.simulation import Samples
from pmosim.forecasting.removals import Removals
from pmosim.model.risks import Risk
from pmosim.results.estimates import share
from pmosim.results.records import Delay, RiskForecast


def forecast_risks(removals: Removals) -> tuple[tuple[RiskForecast, ...], Samples | None]:
    """Each risk by removal, and the samples without any of them; None where there are no risks."""
    risks = removals.compiled.portfolio.risks
    if not risks:
        return (), None
    return tuple(_one(removals, risk) for risk in risks), removals.without(risk.id for risk in risks)


def total_exposure(removals: Removals, none: Samples | None) -> dict[str, Delay]:
    """All risks together, by target id."""
    ids = [*removals.occurs]
    return {} if none is None else {target: removals.delay(target, none, ids) for target in removals.compiled.target_ids}


def _one(removals: Removals, risk: Risk) -> RiskForecast:
    without = removals.without_one(risk.id) if risk.acts else removals.samples
    costs = removals.extra_cost(without, [risk.id])
    return RiskForecast(
        id=risk.id,
        label=risk.label,
        kind="driver" if risk.is_driver else "event",
        owner=risk.owner,
        category=risk.category,
        probability=risk.chance if risk.acts else risk.probability,
        occurred=share(int(removals.occurs[risk.id].sum()), removals.run.iterations, removals.confidence),
        hits=tuple(hit.target for hit in risk.hits),
        delay={target: removals.delay(target, without, [risk.id]) for target in removals.compiled.target_ids},
        cost_expected=costs[0],
        cost_p80=costs[1],
        cost_expected_if_occurs=costs[2],
        status="secondary" if risk.arises_from else str(risk.status),
        description=risk.description,
        cause=risk.cause,
        effect=risk.effect,
        response=risk.response,
        proximity=risk.proximity,
    )
