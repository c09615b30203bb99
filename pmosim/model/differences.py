"""What differs between two portfolios, item by item, in words: an added task, a link that is gone, a range that is wider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from pmosim.model import days, money_words
from pmosim.model import wording as words
from pmosim.model.branches import Branch
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar
from pmosim.model.changes import (
    DESCRIBES,
    OF_PORTFOLIOS,
    OF_PROJECTS,
    ORDER,
    WORK,
    Change,
    class_of_work,
    comes_with_tasks,
    new_links,
    of_task,
)
from pmosim.model.project import Portfolio, Project
from pmosim.model.risks import Hit, Risk
from pmosim.model.tasks import ELAPSED, FINISH, LagCalendar, Link, Task
from pmosim.model.weather import Weather

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. ``before`` and ``after`` are empty where there is nothing to tell."""

    change: Change
    action: str  # ADDED, REMOVED or CHANGED
    item: str  # its id; of a link "a -> b"
    label: str
    what: str  # "duration", "probability", "link", ...
    before: str
    after: str


def differences(before: Portfolio, after: Portfolio) -> tuple[Difference, ...]:
    """Everything that may move a date, a cost or a probability; in the order of the classes of change."""
    found = [
        *_of_portfolio(before, after),
        *_of_projects(before, after),
        *_of_tasks(before, after),
        *_of_links(before, after),
        *_of_risks(before, after),
        *_of_branches(before, after),
        *_of_correlations(before, after),
        *_of_money(before, after),
        *_of_calendars(before, after),
        *_of_weather(before, after),
        *_of_targets(before, after),
    ]
    names = before.names | after.names
    told = [replace(one, label=names[one.item]) if one.item in names else one for one in found]
    return tuple(sorted(told, key=lambda one: ORDER.index(one.change)))


# ---- portfolio and projects ----


MONEY = ("resources", "currencies", "indices")


def _of_portfolio(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    told = {"projects", "links", "risks", "branches", "correlations", "calendars", "weather", "targets", *MONEY, *DESCRIBES}
    for part in fields(Portfolio):
        old, new = getattr(before, part.name), getattr(after, part.name)
        if part.name not in told and old != new:
            change = OF_PORTFOLIOS.get(part.name, Change.OTHER)
            yield Difference(change, CHANGED, "", after.name, _spaced(part.name), _plain(old), _plain(new))


def _of_projects(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    for id in {**before.project, **after.project}:
        old, new = before.project.get(id), after.project.get(id)
        if old is None or new is None:
            yield _added_or_removed(Change.SCOPE, id, old, new, "project", lambda one: f"{len(one.tasks)} tasks")
            continue
        for part in fields(Project):
            one, other = getattr(old, part.name), getattr(new, part.name)
            if part.name not in ("tasks", "costs") and part.name not in DESCRIBES and one != other:
                change = OF_PROJECTS.get(part.name, Change.OTHER)
                if part.name == "rules":
                    yield from _of_rules(id, old, new, change)
                else:
                    yield Difference(change, CHANGED, id, new.label, _spaced(part.name), _plain(one), _plain(other))


def _of_rules(id: str, old: Project, new: Project, change: Change) -> Iterator[Difference]:
    for part in fields(new.rules):
        one, other = getattr(old.rules, part.name), getattr(new.rules, part.name)
        if one != other:
            yield Difference(change, CHANGED, id, new.label, _spaced(part.name), _plain(one), _plain(other))


def _added_or_removed(change: Change, id: str, old: Any, new: Any, what: str, tell: Any) -> Difference:
    if old is None:
        return Difference(change, ADDED, id, new.label, what, "", tell(new))
    return Difference(change, REMOVED, id, old.label, what, tell(old), "")


# ---- tasks ----


def _of_tasks(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    for id in {**before.tasks, **after.tasks}:
        old, new = before.tasks.get(id), after.tasks.get(id)
        if old is None or new is None:
            whole = before if new is None else after
            if (new is None and id.partition(".")[0] in after.project) or (old is None and id.partition(".")[0] in before.project):
                yield _added_or_removed(Change.SCOPE, id, old, new, "task", lambda one, whole=whole: _duration(whole, one))
        elif old != new:
            yield from _of_task(before, after, id, old, new)


def _of_task(before: Portfolio, after: Portfolio, id: str, old: Task, new: Task) -> Iterator[Difference]:
    work, factor = class_of_work(before, after, id), days.ratio(before, after, id)
    same_work = days.same_work(old, days.work_in(new, factor))
    planned_follows = old.planned == old.duration.typical and new.planned == new.duration.typical
    for part in fields(Task):
        name = part.name
        one, other = getattr(old, name), getattr(new, name)
        if one == other or name in DESCRIBES or (name == "planned" and planned_follows):
            continue
        if (name in WORK and same_work) or (name == "cost" and days.same_cost(days.cost_in(old.cost, factor), new.cost)):
            continue  # as many days, and as much a day, as before: the calendar says the rest
        change = work if name in WORK else of_task(name)
        yield Difference(change, CHANGED, id, new.label, _spaced(name), _value(before, old, name), _value(after, new, name))


def _value(portfolio: Portfolio, task: Task, name: str) -> str:
    """A field of a task in words."""
    write = words.in_days(portfolio.calendar_of[task.calendar])
    value = getattr(task, name)
    if name == "duration":
        return words.law(value, write)
    if name == "planned":
        return write(value)
    if name == "pauses":
        return words.pauses(value, write)
    if name == "progress":
        return words.progress(value)
    if name == "constraints":
        return ", ".join(map(words.constraint, value))
    if name == "cost":
        return words.cost(value, portfolio.currency, portfolio.calendar_of[task.calendar].minutes_per_day)
    if name in ("assignments", "spent", "planned_cost"):
        return money_words.of_task_value(name, value, portfolio.currency)
    return _plain(value)


def _duration(portfolio: Portfolio, task: Task) -> str:
    return str(task.kind) if task.kind.spans or task.is_milestone else _value(portfolio, task, "duration")


# ---- links ----


def _of_links(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    for link in new_links(after, before):
        gone = any(id not in after.tasks for id in (link.predecessor, link.successor))
        yield Difference(Change.SCOPE if gone else Change.LOGIC, REMOVED, *_ends(before, link), "link", _link(before, link), "")
    for link in new_links(before, after):
        change = Change.SCOPE if comes_with_tasks(before, after, link) else Change.LOGIC
        yield Difference(change, ADDED, *_ends(after, link), "link", "", _link(after, link))
    had = {(link.predecessor, link.successor, link.kind): link for link in before.links}
    for link in after.links:
        old = had.get((link.predecessor, link.successor, link.kind))
        if old is not None and not days.same_lag(old, days.lag_in(link, days.lag_ratio(before, after, link))):
            yield Difference(Change.LOGIC, CHANGED, *_ends(after, link), "lag", _lag(before, old), _lag(after, link))


def _ends(portfolio: Portfolio, link: Link) -> tuple[str, str]:
    labels = [portfolio.names[id] for id in (link.predecessor, link.successor)]
    return f"{link.predecessor} -> {link.successor}", " -> ".join(labels)


def _link(portfolio: Portfolio, link: Link) -> str:
    lag = _lag(portfolio, link)
    return f"{link.kind}{lag if lag != 'none' else ''}"


def _lag(portfolio: Portfolio, link: Link) -> str:
    write = words.in_days(portfolio.calendar_of[_runs_on(portfolio, link)])
    return words.lag(link.lag, write) or "none"


def _runs_on(portfolio: Portfolio, link: Link) -> str:
    """The calendar in whose days a lag is told."""
    if link.lag.calendar is LagCalendar.ELAPSED:
        return ELAPSED
    if link.lag.calendar is LagCalendar.PROJECT:
        return portfolio.project_of[link.successor].calendar
    end = link.predecessor if link.lag.calendar is LagCalendar.PREDECESSOR else link.successor
    return portfolio.tasks[end].calendar


# ---- risks ----


def _of_risks(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    old_risks, new_risks = ({risk.id: risk for risk in portfolio.risks} for portfolio in (before, after))
    for id in {**old_risks, **new_risks}:
        old, new = old_risks.get(id), new_risks.get(id)
        if old is None or new is None:
            yield _added_or_removed(Change.RISKS, id, old, new, "risk", lambda one: words.percent(one.probability))
        elif old != new:
            yield from _of_risk(before, after, old, new)


PASSIVE = {"name", "owner", "category", "description", "id", "hits", "cause", "effect", "response", "proximity"}


def _of_risk(before: Portfolio, after: Portfolio, old: Risk, new: Risk) -> Iterator[Difference]:
    for part in fields(Risk):
        one, other = getattr(old, part.name), getattr(new, part.name)
        if part.name not in PASSIVE and one != other:
            texts = [_of_risk_value(portfolio, part.name, value) for portfolio, value in ((before, one), (after, other))]
            yield Difference(Change.RISKS, CHANGED, old.id, new.label, _spaced(part.name), *texts)
    hits = [{hit.target: hit for hit in risk.hits} for risk in (old, new)]
    for target in {**hits[0], **hits[1]}:
        was, now = hits[0].get(target), hits[1].get(target)
        if was == now or (was and now and days.same_hit(was, days.hit_in(now, days.ratio(before, after, target)))):
            continue
        action = ADDED if was is None else REMOVED if now is None else CHANGED
        texts = [_hit(portfolio, hit) if hit else "" for portfolio, hit in ((before, was), (after, now))]
        yield Difference(Change.RISKS, action, old.id, new.label, f"hits {_label(after if now else before, target)}", *texts)


def _of_risk_value(portfolio: Portfolio, name: str, value: Any) -> str:
    if name == "probability":
        return words.percent(value)
    if name == "cost":
        return words.law(value, words.in_money(portfolio.currency)) or "nothing"
    if name == "window":
        return " to ".join(words.moment(end) or "..." for end in value) if value else "always"
    if name == "mitigation":
        return _mitigation(portfolio, value)
    return _plain(value)


def _mitigation(portfolio: Portfolio, value: Any) -> str:
    if value is None:
        return "none"
    parts = [f"probability {words.percent(value.probability)}"] if value.probability is not None else []
    if value.cost:
        parts.append(f"for {words.in_money(portfolio.currency)(value.cost)}")
    hits = [f"{_label(portfolio, hit.target)} {_hit(portfolio, hit)}" for hit in value.hits or ()]
    if value.cost_impact is not None:
        hits.append(f"costs {words.law(value.cost_impact, words.in_money(portfolio.currency))}")
    return ", ".join([*parts, *hits])


def _hit(portfolio: Portfolio, hit: Hit) -> str:
    task = portfolio.tasks.get(hit.target)
    project = portfolio.project.get(hit.target.partition(".")[0])
    calendar = task.calendar if task else (project or portfolio.projects[0]).calendar
    return words.impact(hit.impact, words.in_days(portfolio.calendar_of[calendar]))


def _label(portfolio: Portfolio, id: str) -> str:
    return portfolio.names.get(id, id)


def _of_branches(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    sides = [{one.id: one for one in portfolio.branches} for portfolio in (before, after)]
    for id in {**sides[0], **sides[1]}:
        old, new = sides[0].get(id), sides[1].get(id)
        if old != new:
            action = ADDED if old is None else REMOVED if new is None else CHANGED
            texts = [_branch(portfolio, one) if one else "" for portfolio, one in ((before, old), (after, new))]
            yield Difference(Change.BRANCHES, action, id, id, "branch", *texts)


def _branch(portfolio: Portfolio, branch: Branch) -> str:
    """``again 20%: Second inspection; done 80%``."""
    ways = []
    for way in branch.ways:
        chance = "" if way.probability is None else f" {words.percent(way.probability)}"
        tasks = f": {', '.join(_label(portfolio, id) for id in way.tasks)}" if way.tasks else ""
        ways.append(f"{way.name}{chance}{tasks}")
    if branch.decision is None:
        return "; ".join(ways)
    limits = [*map(words.moment, branch.decision.finishes), *(f"{words.number(minutes / 60)} h" for minutes in branch.decision.durations)]
    limits += [words.number(amount) for amount in branch.decision.costs]
    return f"{'; '.join(ways)}, by {_label(portfolio, branch.decision.task)} up to {', '.join(limits)}"


def _of_weather(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    sides = [{one.id: one for one in portfolio.weather} for portfolio in (before, after)]
    for id in {**sides[0], **sides[1]}:
        old, new = sides[0].get(id), sides[1].get(id)
        if old is None or new is None:
            yield _added_or_removed(Change.CALENDARS, id, old, new, "weather", words.weather)
            continue
        for part in fields(Weather):
            one, other = getattr(old, part.name), getattr(new, part.name)
            if one != other and part.name not in DESCRIBES:
                texts = [words.of_weather(side, part.name) for side in (old, new)]
                yield Difference(Change.CALENDARS, CHANGED, id, new.label, _spaced(part.name), *texts)


def _of_correlations(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    sides = [{one.items: one for one in getattr(portfolio, "correlations", ())} for portfolio in (before, after)]
    label_of = {items: one.label for side in sides for items, one in side.items()}
    for items, label in label_of.items():
        old, new = sides[0].get(items), sides[1].get(items)
        if old != new:
            action = ADDED if old is None else REMOVED if new is None else CHANGED
            texts = [f"rho {one.rho:g}" if one else "" for one in (old, new)]
            yield Difference(Change.CORRELATION, action, ", ".join(map(str, items)), label, "correlation", *texts)


# ---- money ----


def _of_money(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    """Resources, currencies, escalation and costs of whole projects, but for what comes and goes with a project."""
    sides = [{(what, id): (label, said) for what, id, label, said in money_words.parts_of(one)} for one in (before, after)]
    for what, id in {**sides[0], **sides[1]}:
        project = id.partition(" ")[0]
        if what == "cost" and (project not in before.project or project not in after.project):
            continue
        old, new = (side.get((what, id)) for side in sides)
        if old == new:
            continue
        action = ADDED if old is None else REMOVED if new is None else CHANGED
        label = (new or old or ("", ""))[0]
        yield Difference(Change.COSTS, action, id, label, what, old[1] if old else "", new[1] if new else "")


# ---- calendars ----


def _of_calendars(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    used = [{task.calendar for task in one.tasks.values()} | {project.calendar for project in one.projects} for one in (before, after)]
    for id in {**before.calendar_of, **after.calendar_of}:
        old, new = before.calendar_of.get(id), after.calendar_of.get(id)
        if id not in used[0] | used[1] or old == new:
            continue
        if old is None or new is None:
            name = next(side.name for side in (new, old) if side)
            if id not in (STANDARD.id, ALWAYS.id):
                texts = [_hours(side) if side else "" for side in (old, new)]
                yield Difference(Change.CALENDARS, ADDED if old is None else REMOVED, id, name or id, "calendar", *texts)
        else:
            yield from _of_calendar(id, old, new)


def _of_calendar(id: str, old: Calendar, new: Calendar) -> Iterator[Difference]:
    label = new.name or id
    if old.week != new.week:
        yield Difference(Change.CALENDARS, CHANGED, id, label, "week", _hours(old), _hours(new))
    closed = [{day for day, shifts in side.exceptions.items() if not shifts} for side in (old, new)]
    if closed[0] != closed[1]:
        texts = [_days(closed[0] - closed[1]), _days(closed[1] - closed[0])]
        yield Difference(Change.CALENDARS, CHANGED, id, label, "closed days", *texts)
    worked = [{day: shifts for day, shifts in side.exceptions.items() if shifts} for side in (old, new)]
    if worked[0] != worked[1]:
        days = [day for day in {**worked[0], **worked[1]} if worked[0].get(day) != worked[1].get(day)]
        texts = [_days({day for day in days if day in side}) for side in worked]
        yield Difference(Change.CALENDARS, CHANGED, id, label, "days with other hours", *texts)
    if old.minutes_per_day != new.minutes_per_day:
        hours = [f"{words.number(side.minutes_per_day / 60)} h" for side in (old, new)]
        yield Difference(Change.CALENDARS, CHANGED, id, label, "hours of a day", *hours)


def _hours(calendar: Calendar) -> str:
    days = sum(bool(shifts) for shifts in calendar.week)
    return f"{words.number(calendar.minutes_in_week / 60)} h on {days} days a week"


def _days(days: set[date]) -> str:
    """``24 Dec 2027 and 5 more``; a few are named."""
    ordered = sorted(days)
    named = [f"{day.day} {day:%b %Y}" for day in ordered[:3]]
    return ", ".join(named) + (f" and {len(ordered) - 3} more" if len(ordered) > 3 else "")


# ---- targets ----


def _of_targets(before: Portfolio, after: Portfolio) -> Iterator[Difference]:
    sides = [{target.node: target for target in portfolio.targets} for portfolio in (before, after)]
    for node in {**sides[0], **sides[1]}:
        old, new = sides[0].get(node), sides[1].get(node)
        label = _target_label(after if new else before, node)
        for name in ("finish", "budget"):
            values = [getattr(one, name) if one else None for one in (old, new)]
            if values[0] != values[1]:
                action = ADDED if values[0] is None else REMOVED if values[1] is None else CHANGED
                texts = [_promise(portfolio, value) for portfolio, value in zip((before, after), values, strict=True)]
                yield Difference(Change.TARGETS, action, node, label, f"target {name}", *texts)


def _target_label(portfolio: Portfolio, node: str) -> str:
    if node == FINISH:
        return portfolio.name
    return portfolio.project[node.partition(".")[0]].label if node.endswith(f".{FINISH}") else _label(portfolio, node)


def _promise(portfolio: Portfolio, value: Any) -> str:
    if value is None:
        return ""
    return words.in_money(portfolio.currency)(value) if isinstance(value, float | int) else words.moment(value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value)) or "none"
    return words.moment(value) if hasattr(value, "isoformat") else str(value)
