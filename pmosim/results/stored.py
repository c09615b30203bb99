"""Two stored forecasts side by side: their figures, and what is known of the differences without the iterations."""

from __future__ import annotations

from datetime import datetime
from math import hypot

from pmosim.results.comparison import (
    LEVELS,
    MEAN,
    Comparison,
    CostChange,
    DateChange,
    ShareChange,
    Side,
    TargetComparison,
    figure_of,
)
from pmosim.results.records import DateEstimate, Estimate, Forecast, TargetForecast

DAY = 86_400
NOTHING = Estimate(0.0, 0.0, 0.0)


def compare_stored(before: Forecast, after: Forecast, names: tuple[str, str]) -> Comparison:
    """Differences of stored figures; their intervals are those of two independent runs, wider than of a pair.

    The same model with the same draws, made by the same versions, is one and the same run: nothing differs, and that is certain.
    Working days are told where both have the same plan, from which both count. Raises ValueError where no target is in both.
    """
    had = {one.id: one for one in before.targets}
    pairs = [(had[one.id], one) for one in after.targets if one.id in had]
    if not pairs:
        raise ValueError("the two forecasts have no target in common")
    both = {one.id for _, one in pairs}
    if same := is_same_run(before, after):
        pairs = [(new, new) for _, new in pairs]
    return Comparison(
        name=after.name,
        currency=after.currency,
        before=Side(names[0], before.provenance),
        after=Side(names[1], after.provenance),
        paired=same,
        targets=tuple(_target(old, new, one_currency=before.currency == after.currency) for old, new in pairs),
        only_before=tuple(one.label for one in before.targets if one.id not in both),
        only_after=tuple(one.label for one in after.targets if one.id not in both),
        differences=(),
    )


def is_same_run(before: Forecast, after: Forecast) -> bool:
    first, second = before.provenance, after.provenance
    return all(getattr(first, name) == getattr(second, name) for name in ("fingerprint", "seed", "iterations", "sampling", "versions"))


def _target(old: TargetForecast, new: TargetForecast, *, one_currency: bool) -> TargetComparison:
    figures = {MEAN: _change(old.mean, new.mean, None)}
    for level in LEVELS:
        if level in old.percentiles and level in new.percentiles:
            figures[figure_of(level)] = _change(old.percentiles[level], new.percentiles[level], _working_days(old, new, level))
    cost, budget = {}, None
    if old.cost is not None and new.cost is not None and one_currency:
        cost = {MEAN: _cost(old.cost.mean, new.cost.mean)}
        cost |= {figure_of(level): _cost(old.cost.percentiles[level], new.cost.percentiles[level]) for level in LEVELS}
        budget = _shares(old.cost.budget_probability, new.cost.budget_probability)
    return TargetComparison(
        id=new.id,
        label=new.label,
        kind=new.kind,
        planned_before=old.planned,
        planned_after=new.planned,
        planned_days=0.0 if old.planned == new.planned else None,
        figures=figures,
        target_before=old.target,
        target_after=new.target,
        probability=_shares(old.probability, new.probability),
        curve_before=old.curve,
        curve_after=new.curve,
        cost=cost,
        budget_before=old.cost.budget if old.cost else None,
        budget_after=new.cost.budget if new.cost else None,
        budget_probability=budget,
    )


def _working_days(old: TargetForecast, new: TargetForecast, level: int) -> Estimate | None:
    if old.planned != new.planned or level not in old.contingency or level not in new.contingency:
        return None
    return apart(old.contingency[level].working_days, new.contingency[level].working_days)


def _change(old: DateEstimate, new: DateEstimate, days: Estimate | None) -> DateChange:
    moved = (new.value - old.value).total_seconds() / DAY
    return DateChange(old, new, days, moved, _calendar(old, new))


def _calendar(old: DateEstimate, new: DateEstimate) -> Estimate:
    """The move in calendar days, with the interval of two independent runs."""
    if old is new:
        return NOTHING
    first, second = (_counted(one, old.value) for one in (old, new))
    return apart(first, second)


def _counted(one: DateEstimate, since: datetime) -> Estimate:
    return Estimate(*((moment - since).total_seconds() / DAY for moment in (one.value, one.low, one.high)))


def _cost(old: Estimate, new: Estimate) -> CostChange:
    return CostChange(old, new, apart(old, new))


def _shares(old: Estimate | None, new: Estimate | None) -> ShareChange | None:
    if old is None and new is None:
        return None
    return ShareChange(old, new, apart(old, new) if old and new else None)


def apart(old: Estimate, new: Estimate) -> Estimate:
    """The difference of two figures that know nothing of one another: their errors add up as squares. Of one and the same: nothing."""
    if old is new:
        return NOTHING
    value = new.value - old.value
    below = hypot(new.value - new.low, old.high - old.value)
    above = hypot(new.high - new.value, old.value - old.low)
    return Estimate(value, value - below, value + above)
