"""How the dates of imported schedules compare with those that the planners' own tools stored, for the forecast's record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pmosim.interchange.parity import Agreement
    from pmosim.model.project import Portfolio
    from pmosim.results.records import Parity

WORST = 10
SCHEDULES = {".xer", ".xml", ".pmxml", ".mpp", ".mpt", ".mpx", ".mpd", ".mdb", ".planner", ".pod", ".gan", ".pp", ".ppx", ".prx"}
SCHEDULES |= {".cdpx", ".cdpz", ".sdef", ".fts", ".sp", ".zip"}
"""Endings of the schedule files that MPXJ reads."""
BEGINNINGS = (b"ERMHDR", b"<", b"\xd0\xcf\x11\xe0")
"""How XER, XML and MPP files begin, whatever their names end in."""


def is_schedule(path: Path) -> bool:
    """Whether a file is a planner's schedule and not a scenario."""
    ending = path.suffix.lower()
    if ending in SCHEDULES or ending in (".yaml", ".yml"):
        return ending in SCHEDULES
    with path.open("rb") as stream:
        return stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(BEGINNINGS)


def agreements_of(portfolio: Portfolio) -> Iterator[tuple[str, dict[str, Agreement]]]:
    """For each schedule file of a portfolio, how early dates, late dates and float agree with what it stores."""
    sources = list(dict.fromkeys(project.source for project in portfolio.projects if project.source))
    if not sources:
        return
    from pmosim.interchange.parity import agreements
    from pmosim.model.plan import plan_of
    from pmosim.model.schedule import schedule
    from pmosim.model.tasks import Reading

    plan = plan_of(portfolio, Reading.HARD, where_left=True)  # as the planner's tool reads constraints
    dates = schedule(portfolio, plan)
    for source in sources:
        yield source, agreements(portfolio, source, plan, dates)


def parity_of_imports(portfolio: Portfolio) -> tuple[Parity, ...]:
    """One record for each schedule file, for the forecast."""
    return tuple(_parity(source, found) for source, found in agreements_of(portfolio))


def _parity(source: str, found: dict[str, Agreement]) -> Parity:
    from pmosim.interchange.reasons import EARLY, FLOAT, LATE
    from pmosim.results.records import Parity

    early, late, floats = found[EARLY], found[LATE], found[FLOAT]
    return Parity(
        source,
        early.compared,
        early.to_the_minute,
        early.to_the_day,
        tuple(f"{one} ({reason})" if reason else str(one) for one, reason in early.differing[:WORST]),
        late.compared,
        late.to_the_minute,
        late.to_the_day,
        floats.compared,
        floats.to_the_minute,
        floats.to_the_day,
        early.reasons,
    )
