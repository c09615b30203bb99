"""Trends of any shape, made without a simulation: a forecast a week, with a band that narrows as the finish comes near."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import erf

from pmosim.history.trend import move_of
from pmosim.results.records import DateEstimate, Estimate
from pmosim.results.trend import CostPoint, Line, Point, Trend

BEGIN = datetime(2027, 1, 4, 8)
WEEK = timedelta(weeks=1)
SCORES = {10: -1.28, 50: 0.0, 80: 0.84, 90: 1.28}


def day(number):
    return BEGIN + timedelta(minutes=round(1440 * number))


def point(week, middle, spread, target=None, *, run=0):
    """``middle`` and ``target`` in days after the beginning, ``spread`` a standard deviation of so many days."""
    dates = {
        level: DateEstimate(*(day(middle + score * spread + off) for off in (0, -spread / 25, spread / 25)))
        for level, score in SCORES.items()
    }
    promised = None if target is None else day(target)
    chance = None
    if target is not None:
        p = round(0.5 + 0.5 * erf((target - middle) / max(spread, 1e-9) / 2**0.5), 3)
        chance = Estimate(p, max(0.0, p - 0.01), min(1.0, p + 0.01))
    return Point(run or week + 1, BEGIN + week * WEEK, dates, day(middle - spread), promised, chance)


def cost_point(at, middle):
    cost = {level: Estimate(middle + 2e5 * score, middle + 1.9e5 * score, middle + 2.1e5 * score) for level, score in SCORES.items()}
    return CostPoint(at.run, at.status_date, cost, 3.8e6, 4.2e6, Estimate(0.6, 0.59, 0.61))


def line(
    id="bridge.finish",
    label="River bridge",
    *,
    project="bridge",
    kind="project",
    weeks=10,
    middle=200.0,
    drift=2.0,
    spread=20.0,
    target=215.0,
    moved=None,
    actual=None,
    gone=False,
    first=0,
    costs=False,
):
    """``drift``: days later each week; ``moved``: {week: new target}; ``actual``: in days, when it came in."""
    points, promised = [], target
    for week in range(first, weeks):
        promised = (moved or {}).get(week, promised)
        left = max(0.02, 1 - 7 * week / max(middle, 1))
        points.append(point(week, middle + drift * week, spread * left**0.5, promised))
    spent = ()
    if costs:
        spent = tuple(cost_point(one, 4e6 + 3e4 * week) for week, one in enumerate(points))
    came_in = None if actual is None else day(actual)
    move = None if came_in else move_of(points)
    return Line(project, id, label, kind, tuple(points), spent, "EUR", came_in, None, move, gone)


def trend(*lines, table=None, name="River bridge"):
    return Trend(
        name, "a test", 0.95, tuple(lines), tuple(table if table is not None else (one for one in lines if not one.is_gone)), 0.8, 0.5
    )


def bridge():
    """A project of six milestones: one in, one gone, one new, one whose target was moved."""
    return trend(
        line(costs=True, moved={6: 230.0}),
        line("bridge.survey", "Survey done", kind="milestone", middle=20, drift=1, spread=4, target=22, actual=26.0),
        line("bridge.permit", "Permit granted", kind="milestone", middle=70, drift=3.5, spread=12, target=80, moved={4: 100.0}),
        line("bridge.piers", "Piers stand", kind="milestone", middle=140, drift=-1.5, spread=14, target=None),
        line(
            "bridge.deck",
            "The deck is closed over the river and can be walked on",
            kind="milestone",
            middle=175,
            drift=2,
            spread=16,
            target=190,
        ),
        line("bridge.lamps", "Lamps chosen", kind="milestone", middle=90, drift=0.0, spread=5, target=100, weeks=6, gone=True),
        line("bridge.toll", "Toll system", kind="milestone", middle=185, drift=0.0, spread=9, target=200, first=5),
    )


def many(count=50, milestones=4):
    """A portfolio: projects of all sizes, some early, some late, one finished, one without a target."""
    lines, table = [], []
    for k in range(count):
        name, finish = f"p{k:02}", 120 + 7 * (k % 9)
        one = line(
            f"{name}.finish",
            f"Project number {k:02}",
            project=name,
            middle=finish,
            drift=(k % 7) - 2.5,
            spread=8 + k % 12,
            target=None if k == 5 else finish + 12,
            actual=60.0 if k == 7 else None,
        )
        lines.append(one)
        table.append(one)
        table += [
            line(
                f"{name}.m{n}",
                f"Milestone {n} of {name}",
                project=name,
                kind="milestone",
                middle=40 + 20 * n,
                drift=(k + n) % 4 - 1,
                spread=5,
                target=None if n == 3 else 60 + 20 * n,
            )
            for n in range(milestones)
        ]
    return trend(*lines, table=[replace(one, points=one.points[-2:]) for one in table], name="All projects")


TRENDS = {
    "a project": bridge,
    "all projects": many,
    "three projects": lambda: many(3),
    "one date alone": lambda: trend(line(weeks=1, costs=True)),
    "one date of many projects": lambda: trend(
        *(line(f"p{k}.finish", f"P{k}", project=f"p{k}", weeks=1) for k in range(4)), name="All projects"
    ),
    "no target": lambda: trend(line(target=None)),
    "certain": lambda: trend(line(spread=0.0, drift=0.0)),
    "two years": lambda: trend(line(weeks=104, middle=720, drift=0.5, spread=60, target=800, moved={50: 850.0})),
    "came in": lambda: trend(line(weeks=10, middle=55, drift=1, spread=6, target=60, actual=63.0)),
    "hopeless": lambda: trend(line(target=100.0)),
}
