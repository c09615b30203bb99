"""How the dates of imported schedules compare with those that the planners' own tools stored, as findings of `check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmosim.exchange.parity import agreements_of

if TYPE_CHECKING:
    from pmosim.interchange.schedules import Schedule
    from pmosim.model.project import Portfolio
    from pmosim.quality.basis import PlaceOf
    from pmosim.quality.records import Finding


def unused_estimates(schedule: Schedule) -> tuple[str, ...]:
    """Columns of a file that look like three-point estimates, which only a scenario can put to use."""
    from pmosim.interchange.estimates import three_points

    found = three_points(schedule.tasks.values())
    return (f"{schedule.path.name}: {found}",) if found else ()


def parity_findings(portfolio: Portfolio, place_of: PlaceOf | None = None) -> Iterator[Finding]:
    """The same as findings, with every task that differs."""
    from pmosim.interchange.reasons import EARLY, FLOAT, LATE
    from pmosim.quality import agreement
    from pmosim.quality.basis import Basis

    basis = Basis(portfolio, place_of)
    for source, found in agreements_of(portfolio):
        for what, check in ((EARLY, agreement.EARLY), (LATE, agreement.LATE), (FLOAT, agreement.FLOAT)):
            own = found[what]
            items = [basis.task(one.id, f"{one.said} ({reason})" if reason else one.said) for one, reason in own.differing]
            yield agreement.agreement(check, source, items, own.compared, own.to_the_minute, own.to_the_day, own.reasons)
