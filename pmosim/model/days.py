"""Working minutes of one portfolio's calendars in those of another, by the day: ten days stay ten days, whatever hours a day has."""

from __future__ import annotations

from dataclasses import replace

from pmosim.model.laws import Law
from pmosim.model.project import Portfolio
from pmosim.model.risks import Hit, ImpactKind
from pmosim.model.tasks import Cost, LagCalendar, Link, Pause, Task

LOOKED_AT = (0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999)
CLOSE = 1e-6


def ratio(before: Portfolio, after: Portfolio, id: str) -> float:
    """Minutes of a day before, over those after, on the calendar of a task, or of a project for its finish."""
    if id in before.tasks and id in after.tasks:
        calendars = [portfolio.calendar_of[portfolio.tasks[id].calendar] for portfolio in (before, after)]
    else:
        return project_ratio(before, after, id.partition(".")[0]) if id.endswith(".finish") else 1.0
    return calendars[0].minutes_per_day / calendars[1].minutes_per_day


def project_ratio(before: Portfolio, after: Portfolio, id: str) -> float:
    if id not in before.project or id not in after.project:
        return 1.0
    calendars = [portfolio.calendar_of[portfolio.project[id].calendar] for portfolio in (before, after)]
    return calendars[0].minutes_per_day / calendars[1].minutes_per_day


def lag_ratio(before: Portfolio, after: Portfolio, link: Link) -> float:
    """The same for the calendar on which a lag runs."""
    match link.lag.calendar:
        case LagCalendar.ELAPSED:
            return 1.0
        case LagCalendar.PROJECT:
            return project_ratio(before, after, link.successor.partition(".")[0])
        case LagCalendar.PREDECESSOR:
            return ratio(before, after, link.predecessor)
        case _:
            return ratio(before, after, link.successor)


def scaled(law: Law | None, factor: float) -> Law | None:
    return law if law is None or factor == 1 else law.scaled(factor)


def same(one: Law | None, other: Law | None) -> bool:
    """Whether two laws are one, but for rounding."""
    if one is None or other is None or one == other:
        return one == other or one is other
    if type(one) is not type(other):
        return False
    pairs = [(float(one.quantile(u)), float(other.quantile(u))) for u in LOOKED_AT]
    return all(abs(a - b) <= CLOSE * max(abs(a), abs(b), 1.0) for a, b in pairs)


def work_in(task: Task, factor: float) -> Task:
    """The task with its working time in other minutes."""
    if factor == 1:
        return task
    pauses = tuple(Pause(round(pause.after * factor), round(pause.minutes * factor)) for pause in task.pauses)
    return replace(task, duration=task.duration.scaled(factor), planned=(task.planned or 0.0) * factor, pauses=pauses)


def same_work(one: Task, other: Task) -> bool:
    close = abs((one.planned or 0.0) - (other.planned or 0.0)) <= CLOSE * max(one.planned or 0.0, 1.0)
    return close and one.pauses == other.pauses and same(one.duration, other.duration)


def cost_in(cost: Cost | None, factor: float) -> Cost | None:
    """Rates are by the minute: where a day has half the minutes, a minute costs twice as much."""
    return cost if cost is None or cost.rate is None or factor == 1 else replace(cost, rate=cost.rate.scaled(factor))


def same_cost(one: Cost | None, other: Cost | None) -> bool:
    if one is None or other is None:
        return one is other
    rest = (one.currency, one.spread, one.index) == (other.currency, other.spread, other.index)
    return rest and same(one.fixed, other.fixed) and same(one.rate, other.rate)


def lag_in(link: Link, factor: float) -> Link:
    if factor == 1:
        return link
    return replace(link, lag=replace(link.lag, minutes=link.lag.minutes * factor, law=scaled(link.lag.law, factor)))


def same_lag(one: Link, other: Link) -> bool:
    close = abs(one.lag.minutes - other.lag.minutes) <= CLOSE * max(abs(one.lag.minutes), 1.0)
    rest = (one.lag.calendar, one.lag.share) == (other.lag.calendar, other.lag.share)
    return close and rest and same(one.lag.law, other.lag.law)


def hit_in(hit: Hit, factor: float) -> Hit:
    """What is added in days; factors have no unit."""
    if factor == 1 or hit.impact.kind is ImpactKind.FACTOR:
        return hit
    return replace(hit, impact=replace(hit.impact, law=hit.impact.law.scaled(factor)))


def same_hit(one: Hit, other: Hit) -> bool:
    return one.impact.kind == other.impact.kind and same(one.impact.law, other.impact.law)
