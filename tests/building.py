"""Small portfolios in one line, for tests. Every task is in project ``p`` unless its name says otherwise: "q.build"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from pmosim.model.calendars import Calendar
from pmosim.model.laws import Discrete, Fixed, Law
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Hit, Impact, ImpactKind, Risk
from pmosim.model.tasks import Cost, Lag, LagCalendar, Link, LinkKind, Task, TaskKind

MONDAY = datetime(2026, 3, 2, 8, 0)
"""A Monday morning: where every test begins."""

DAY = 480
"""Working minutes of a day on the standard calendar."""


def qualified(name: str) -> str:
    return name if "." in name else f"p.{name}"


def law_of(value: Law | float | Mapping[int, float]) -> Law:
    """A law as it is, a number as a fixed duration, {minutes: probability} as a discrete one."""
    if isinstance(value, Mapping):
        return Discrete(tuple(value), tuple(value.values()))
    return value if isinstance(value, Law) else Fixed(float(value))


def link(text: str, on: LagCalendar = LagCalendar.SUCCESSOR) -> Link:
    """ "a b" is FS without a lag, "a b SS -60" starts b an hour before a starts."""
    before, after, kind, lag = (text.split() + ["FS", "0"][len(text.split()) - 2 :])[:4]
    return Link(qualified(before), qualified(after), LinkKind(kind), Lag(float(lag), on))


def portfolio(
    laws: Mapping[str, Law | float | Mapping[int, float]],
    *links: str | Link,
    risks: Iterable[Risk] = (),
    calendars: Iterable[Calendar] = (),
    on: Mapping[str, str] | None = None,  # calendars of tasks; standard where none is named
    costs: Mapping[str, Cost] | None = None,
    kinds: Mapping[str, TaskKind] | None = None,
    targets: Iterable[Target] = (),
    watch: bool = False,  # make a target of every task, so that its finish in each iteration is kept
    calendar: str = "standard",
    start: datetime = MONDAY,
) -> Portfolio:
    tasks: dict[str, list[Task]] = defaultdict(list)
    for name, value in laws.items():
        project, own = qualified(name).split(".")
        task = Task(
            own,
            law_of(value),
            calendar=(on or {}).get(name, "standard"),
            cost=(costs or {}).get(name),
            kind=(kinds or {}).get(name, TaskKind.TASK),
        )
        tasks[project].append(task)
    watched = [Target(qualified(name)) for name in laws] if watch else []
    return Portfolio(
        name="a test",
        status_date=start,
        projects=tuple(Project(id, tuple(members), calendar=calendar) for id, members in tasks.items()),
        calendars=tuple(calendars),
        links=tuple(k if isinstance(k, Link) else link(k) for k in links),
        risks=tuple(risks),
        targets=(*targets, *watched),
        currency="EUR",
    )


def adds(task: str, law: Law | float) -> Hit:
    """A hit that adds working minutes."""
    return Hit(qualified(task), Impact(ImpactKind.ADD, law_of(law)))


def multiplies(task: str, law: Law | float) -> Hit:
    """A hit that multiplies the duration."""
    return Hit(qualified(task), Impact(ImpactKind.FACTOR, law_of(law)))
