"""Small plans with all that a planner can give a task: progress, constraints, resources, stored dates. For tests of quality.

Everything is in project ``p`` on the standard calendar (8 hours from Monday to Friday), and days are working days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from building import DAY, MONDAY, law_of, qualified

from pmosim.model.calendars import Calendar
from pmosim.model.laws import Law
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Risk
from pmosim.model.tasks import (
    Constraint,
    ConstraintKind,
    Lag,
    LagCalendar,
    Link,
    LinkKind,
    Progress,
    Reading,
    Rules,
    StoredDates,
    Task,
    TaskKind,
)


def day(number: float, hour: int = 8, minute: int = 0) -> datetime:
    """``day(0)`` is the Monday morning on which plans begin, ``day(7)`` the next Monday's."""
    return (MONDAY + timedelta(days=number)).replace(hour=hour, minute=minute)


def task(id: str, days: float | Law = 1.0, *constraints: Constraint, **more) -> Task:
    """``days`` of (remaining) work, or a law in minutes. ``started`` and ``finished`` are its actual dates."""
    started, finished = more.pop("started", None), more.pop("finished", None)
    if started is not None:
        more["progress"] = Progress(started, finished)
    law = days if isinstance(days, Law) else law_of(0.0 if finished else days * DAY)
    return Task(id, law, constraints=constraints, **more)


def milestone(id: str, *constraints: Constraint, **more) -> Task:
    return task(id, 0.0, *constraints, kind=TaskKind.FINISH_MILESTONE, **more)


def summary(id: str, **more) -> Task:
    return task(id, 0.0, kind=TaskKind.SUMMARY, **more)


def hammock(id: str, **more) -> Task:
    return task(id, 0.0, kind=TaskKind.HAMMOCK, **more)


def on(kind: str, date: datetime) -> Constraint:
    return Constraint(ConstraintKind(kind), date)


def after(text: str, calendar: LagCalendar = LagCalendar.SUCCESSOR) -> Link:
    """``"a b"`` is FS without lag, ``"a b SS 2"`` has b start two days after a, ``"a b FS -1"`` has a lead."""
    before, successor, kind, lag = (text.split() + ["FS", "0"][len(text.split()) - 2 :])[:4]
    return Link(qualified(before), qualified(successor), LinkKind(kind), Lag(float(lag) * DAY, calendar))


def plan(
    *tasks: Task,
    links: Iterable[str | Link] = (),
    risks: Iterable[Risk] = (),
    targets: Iterable[Target] = (),
    status: datetime = MONDAY,
    start: datetime | None = None,
    rules: Rules | None = None,
    others: Iterable[Project] = (),
    calendars: Iterable[Calendar] = (),
    reading: Reading = Reading.SOFT,
    source: str = "",
) -> Portfolio:
    own = Project("p", tuple(tasks), start=start, rules=rules or Rules(), source=source)
    return Portfolio(
        name="a plan",
        status_date=status,
        projects=(own, *others),
        calendars=tuple(calendars),
        links=tuple(one if isinstance(one, Link) else after(one) for one in links),
        risks=tuple(risks),
        targets=tuple(targets),
        constraints=reading,
    )


def chain(*tasks: Task, **more) -> Portfolio:
    """Tasks one after the other."""
    ids = [one.id for one in tasks]
    links = [f"{before} {successor}" for before, successor in pairwise(ids)]
    return plan(*tasks, links=[*links, *more.pop("links", ())], **more)


def stored(start: datetime | None = None, finish: datetime | None = None, **more) -> StoredDates:
    return StoredDates(start, finish, **more)
