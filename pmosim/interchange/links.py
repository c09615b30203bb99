"""The links between tasks, with their lags, as our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pmosim.interchange.durations import Units
from pmosim.interchange.notices import Notices
from pmosim.model.tasks import Lag, LagCalendar, Link, LinkKind

LAG_CALENDARS = {
    "PREDECESSOR": LagCalendar.PREDECESSOR,
    "SUCCESSOR": LagCalendar.SUCCESSOR,
    "PROJECT_DEFAULT": LagCalendar.PROJECT,
    "TWENTY_FOUR_HOUR": LagCalendar.ELAPSED,
}


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a link may end, over all projects of the file, by MPXJ's unique ids."""

    tasks: Mapping[int, str]  # qualified ids
    below: Mapping[int, list[int]]  # the tasks below each summary task


def links_of(file: Any, ends: Ends, seen: set[int], notices: Notices) -> Iterator[Link]:
    """The links of one MPXJ ProjectFile. A link between two projects stands in both files; ``seen`` keeps it from counting twice."""
    properties = file.getProjectProperties()
    calendar = lag_calendar_of(properties)
    units = Units.of(properties)
    for relation in file.getRelations():
        number = relation.getUniqueID()
        if number is not None:
            if int(number) in seen:
                continue
            seen.add(int(number))
        before, after = int(relation.getPredecessorTask().getUniqueID()), int(relation.getSuccessorTask().getUniqueID())
        kind, lag = LinkKind(str(relation.getType())), _lag(units, relation.getLag(), calendar)
        if before in ends.tasks and after in ends.tasks:
            yield Link(ends.tasks[before], ends.tasks[after], kind, lag)
        else:
            yield from _links_of_summary(before, after, kind, lag, ends, notices)


def lag_calendar_of(properties: Any) -> LagCalendar:
    """Primavera lets the planner choose; MS Project's lags run on the successor's calendar."""
    if str(properties.getFileApplication()) != "Primavera":
        return LagCalendar.SUCCESSOR
    return LAG_CALENDARS.get(str(properties.getRelationshipLagCalendar()), LagCalendar.PREDECESSOR)


def _lag(units: Units, duration: Any, calendar: LagCalendar) -> Lag:
    span = units.span(duration)
    if span is None or (span.minutes == 0 and span.share == 0):
        return Lag(0.0, calendar)
    return Lag(float(span.minutes), LagCalendar.ELAPSED if span.elapsed else calendar, span.share)


def _links_of_summary(before: int, after: int, kind: LinkKind, lag: Lag, ends: Ends, notices: Notices) -> Iterator[Link]:
    """A link of a summary task holds for the tasks below it: the last of them, or all of them, decide.

    From a summary's start it cannot: that is the start of the first of them, and links wait for the last. Links to
    tasks that were left out, which have been counted, go with them.
    """
    sources = [before] if before in ends.tasks else ends.below.get(before, [])
    targets = [after] if after in ends.tasks else ends.below.get(after, [])
    if not sources or not targets:
        return
    if before not in ends.tasks and kind in (LinkKind.SS, LinkKind.SF):
        notices.add("summary-link-lost")
        return
    notices.add("summary-links")
    for source in sources:
        for target in targets:
            if source != target:
                yield Link(ends.tasks[source], ends.tasks[target], kind, lag)
