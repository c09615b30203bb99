"""How the dates of imported schedules compare with those that the planners' own tools stored, as findings of `check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pmosim.exchange.parity import agreements_of

if TYPE_CHECKING:
    from pmosim.interchange.schedules import Schedule
    from pmosim.model.project import Portfolio
    from pmosim.quality.basis import Basis, PlaceOf
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
    from pmosim.interchange.costs import CENT, planned_total

    resources = {one.id: one for one in portfolio.resources}
    rates = {one.id: one.rate.mean for one in portfolio.currencies}
    for source, found in agreements_of(portfolio):
        for what, check in ((EARLY, agreement.EARLY), (LATE, agreement.LATE), (FLOAT, agreement.FLOAT)):
            own = found[what]
            items = [basis.task(one.id, f"{one.said} ({reason})" if reason else one.said) for one, reason in own.differing]
            yield agreement.agreement(check, source, items, own.compared, own.to_the_minute, own.to_the_day, own.reasons)
        tasks = {id: task for id, task in portfolio.tasks.items() if portfolio.project_of[id].source == source}
        stated = {id: task.stored.cost for id, task in tasks.items() if task.stored and task.stored.cost is not None}
        if not stated:
            continue
        ours = {id: planned_total(task, resources, _minutes(basis, id), rates) for id, task in tasks.items()}
        differing = [(id, ours[id], cost) for id, cost in stated.items() if abs(ours[id] - cost) > CENT]
        items = [basis.task(id, f"{own:,.2f}, in the file {cost:,.2f}") for id, own, cost in differing]
        theirs = sum(stated.get(id, ours[id]) for id in tasks)
        yield agreement.cost_agreement(source, items, len(stated), (sum(ours.values()), theirs), portfolio.currency)


def _minutes(basis: Basis, id: str) -> float:
    """The remaining duration of a task; of a hammock what it spans as planned."""
    from pmosim.model.tasks import TaskKind

    task = basis.portfolio.tasks[id]
    if task.kind is not TaskKind.HAMMOCK or task.is_finished:
        return task.planned or 0.0
    status = basis.portfolio.status_of(id.partition(".")[0])
    begin = max(basis.dates[id].start, status) if task.progress else basis.dates[id].start
    clock = basis.portfolio.calendar_of[task.calendar].clock(begin.date())
    return float(clock.work_at(basis.dates[id].finish) - clock.work_at(begin))
