"""How the dates of imported schedules compare with those that the planners' own tools stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio
    from pmosim.model.schedule import Dates
    from pmosim.results.records import Parity


def parity_of_imports(portfolio: Portfolio, dates: Mapping[str, Dates] | None = None) -> tuple[Parity, ...]:
    """One record for each schedule file; ``dates`` are those of the deterministic pass, made here if not given."""
    sources = list(dict.fromkeys(project.source for project in portfolio.projects if project.source))
    if not sources:
        return ()
    from pmosim.interchange.parity import parity
    from pmosim.model.schedule import schedule
    from pmosim.results.records import Parity

    dates = schedule(portfolio) if dates is None else dates
    made = []
    for source in sources:
        tasks = {id: task for id, task in portfolio.tasks.items() if portfolio.project_of[id].source == source}
        found = parity(source, tasks, dates, portfolio.links)
        made.append(Parity(source, found.compared, found.to_the_minute, found.to_the_day, found.differing))
    return tuple(made)
