"""The links between tasks, with their lags, as our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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

    tasks: Mapping[int, str]  # qualified ids, summary tasks included
    parents: Mapping[str, str]  # of tasks and summary tasks, by qualified id
    external: Mapping[int, tuple[datetime, datetime]]  # start and finish of tasks of other files

    def stand_above_one_another(self, one: str, other: str) -> bool:
        return other in self._line(one) or one in self._line(other)

    def _line(self, id: str) -> Iterator[str]:
        while (above := self.parents.get(id)) is not None:
            yield above
            id = above


@dataclass(frozen=True, slots=True)
class Waits:
    """A task that waits for a date in another file: what a link from there amounts to."""

    successor: str
    since: datetime  # the start or finish of the external task
    kind: LinkKind
    lag: Lag


@dataclass(slots=True)
class LinkReader:
    """The links of the projects of a file, one project after the other.

    A link between two projects stands in both; it counts once.
    """

    ends: Ends
    notices: Notices
    waits: list[Waits] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def links_of(self, file: Any) -> Iterator[Link]:
        """Of one MPXJ ProjectFile."""
        properties = file.getProjectProperties()
        calendar, units = lag_calendar_of(properties), Units.of(properties)
        alone = bool(properties.getIgnoreRelationshipsToAndFromOtherProjects())
        for relation in file.getRelations():
            number = relation.getUniqueID()
            if number is not None:
                if int(number) in self._seen:
                    continue
                self._seen.add(int(number))
            before, after = int(relation.getPredecessorTask().getUniqueID()), int(relation.getSuccessorTask().getUniqueID())
            link = self._link(before, after, LinkKind(str(relation.getType())), _lag(units, relation.getLag(), calendar))
            if link and alone and link.predecessor.partition(".")[0] != link.successor.partition(".")[0]:
                self.notices.add("ignored-links")
            elif link:
                yield link

    def _link(self, before: int, after: int, kind: LinkKind, lag: Lag) -> Link | None:
        predecessor, successor = self.ends.tasks.get(before), self.ends.tasks.get(after)
        if successor is None or predecessor is None:
            if successor is not None and before in self.ends.external:
                start, finish = self.ends.external[before]
                since = start if kind in (LinkKind.SS, LinkKind.SF) else finish
                self.waits.append(Waits(successor, since, kind, lag))
            elif after not in self.ends.external:
                self.notices.add("left-out-links")
            return None
        if predecessor == successor:
            self.notices.add("self-link")
            return None
        if self.ends.stand_above_one_another(predecessor, successor):
            self.notices.add("link-within-summary")
            return None
        return Link(predecessor, successor, kind, lag)


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
