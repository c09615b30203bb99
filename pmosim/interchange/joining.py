"""Several schedule files in one portfolio that know of one another: links from file to file.

Primavera exports with a project the activities of other projects that it is linked to, and writes links to activities
that it does not export. Where the other project is in the portfolio with a file of its own, its own file counts, and
the links lead there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pmosim.interchange.notices import Notices, note_open_links
from pmosim.interchange.schedules import Schedule
from pmosim.interchange.xer import OpenLink
from pmosim.model.tasks import Lag, Link, LinkKind


@dataclass(frozen=True)
class Joined:
    """Schedules by the ids that the portfolio gives them, and the links between them, in the ids of the portfolio."""

    schedules: dict[str, Schedule]
    links: tuple[Link, ...]


def final_ids(schedule: Schedule, project: str) -> dict[str, str]:
    """How the portfolio calls the projects of a file: the first by the id that it gives, any other ``<id>_<its own>``."""
    first, *others = [one.id for one in schedule.projects]
    return {first: project} | {other: f"{project}_{other}" for other in others}


def join(schedules: Mapping[str, Schedule]) -> Joined:
    """``schedules`` as they stand in their files, by the id of the project that each fills in the portfolio."""
    links: dict[Link, None] = {}
    joined = {}
    for project, schedule in schedules.items():
        others = {id: one for id, one in schedules.items() if id != project}
        found = _Finder(project, schedule, others)
        joined[project] = found.alone()
        links |= dict.fromkeys(found.links())
    return Joined(joined, tuple(links))


class _Finder:
    """One file, and where its links lead in the others."""

    def __init__(self, project: str, schedule: Schedule, others: Mapping[str, Schedule]) -> None:
        self.schedule = schedule
        self.names = final_ids(schedule, project)
        self.elsewhere: dict[str, str] = {}  # projects that came along -> their id in the portfolio, from their own file
        self.known: set[str] = set()  # tasks of those files, by their id in the portfolio
        self.numbers = {number: _moved(task, self.names) for number, task in schedule.numbers.items()}
        for id, other in others.items():
            names = final_ids(other, id)
            own = {one.id: names[one.id] for one in other.projects if one.id not in other.beside}
            self.elsewhere |= {one: name for one, name in own.items() if one in schedule.beside}
            self.known |= {_moved(task, own) for task in other.tasks if task.partition(".")[0] in own}
            self.numbers |= {number: _moved(task, own) for number, task in other.numbers.items() if task.partition(".")[0] in own}

    def alone(self) -> Schedule:
        """The schedule without the projects that have a file of their own, and without the links to them."""
        kept = tuple(link for link in self.schedule.open_links if self._closed(link) is None)
        return replace(
            self.schedule,
            projects=tuple(one for one in self.schedule.projects if one.id not in self.elsewhere),
            links=tuple(link for link in self.schedule.links if not any(self._are_elsewhere(link))),
            targets=tuple(target for target in self.schedule.targets if target.node.partition(".")[0] not in self.elsewhere),
            warnings=self._warnings(kept),
            beside=self.schedule.beside - self.elsewhere.keys(),
            open_links=kept,
        )

    def _warnings(self, kept: tuple[OpenLink, ...]) -> tuple[str, ...]:
        """Those of the file that still hold, with what has become of its links to other files."""
        closed = len(self.schedule.open_links) - len(kept)
        crossing = [link for link in self.schedule.links if sum(self._are_elsewhere(link)) == 1]
        found = sum(self._found(link) is not None for link in crossing)
        notices = Notices()
        note_open_links(notices, [link.at for link in kept])
        notices.add("crossing-links", n=closed + found)
        notices.add("crossing-links-lost", n=len(crossing) - found)
        before = Notices()
        note_open_links(before, [link.at for link in self.schedule.open_links])
        name = self.schedule.path.name
        outdated = {f"{name}: {sentence}" for sentence in before.sentences()}
        still = [warning for warning in self.schedule.warnings if warning not in outdated]
        return (*still, *(f"{name}: {sentence}" for sentence in notices.sentences()))

    def links(self) -> Iterator[Link]:
        """Those that lead to other files, in the ids of the portfolio."""
        for link in self.schedule.links:
            if sum(self._are_elsewhere(link)) == 1 and (found := self._found(link)):
                yield found
        for open_link in self.schedule.open_links:
            if ends := self._closed(open_link):
                yield Link(*ends, LinkKind(open_link.kind), Lag(float(open_link.lag), self.schedule.lag_calendar))

    def _are_elsewhere(self, link: Link) -> list[bool]:
        return [end.partition(".")[0] in self.elsewhere for end in (link.predecessor, link.successor)]

    def _found(self, link: Link) -> Link | None:
        ends = [_moved(end, self.names | self.elsewhere) for end in (link.predecessor, link.successor)]
        there = [end for end, elsewhere in zip(ends, self._are_elsewhere(link), strict=True) if elsewhere]
        return replace(link, predecessor=ends[0], successor=ends[1]) if self.known.issuperset(there) else None

    def _closed(self, link: OpenLink) -> tuple[str, str] | None:
        known = link.before in self.numbers and link.after in self.numbers
        return (self.numbers[link.before], self.numbers[link.after]) if known else None


def _moved(qualified: str, names: Mapping[str, str]) -> str:
    project, dot, task = qualified.partition(".")
    return names.get(project, project) + dot + task
