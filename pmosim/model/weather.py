"""Weather: which days are lost to work, drawn once per iteration for all tasks of the calendars that it rules.

Days are calendar days, whatever calendar asks: two calendars under one weather stand still on the same days. What says which days
are lost is a number per month (`Weather.lost_days`), a share of bad days with persistence (`Weather.bad_days`), or a measured
series (`Weather.series`), one of them at most; and windows in which work is closed, or alone open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pmosim.errors import ModelPath, Problem, did_you_mean
from pmosim.model.laws import Fixed, Law
from pmosim.model.tasks import Task, TaskKind

if TYPE_CHECKING:
    from pmosim.model.calendars import Clock
    from pmosim.model.project import Portfolio

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
LEAP = 2000
"""A leap year, whose 366 days number the days of every year."""

CERTAIN = Fixed(0.0)


@dataclass(frozen=True, slots=True)
class Chain:
    """A two-state Markov chain of good and bad days (Gabriel & Neumann, Quarterly Journal of the RMS 88 (1962)).

    On every day the chance of a bad one is its month's share; after a bad day it is ``persistence``, so that spells of bad weather
    last 1 / (1 - persistence) days on average.
    """

    shares: tuple[float, ...]  # of bad days, January first
    persistence: float | None = None  # P(bad | bad); None: days know nothing of one another

    def after(self, share: float, before: float) -> tuple[float, float]:
        """P(bad | bad) and P(bad | good) on a day of this share, after a day of share ``before``.

        Within a month these are q and p (1 - q) / (1 - p). Where the share changes, P(bad | good) is what makes the new share right
        on the first day already; q gives way only where no such chance exists.
        """
        if self.persistence is None or before in (0.0, 1.0):
            return share, share
        stay = min(self.persistence, share / before)  # the share falls faster than spells end
        turn = (share - before * stay) / (1 - before)
        if turn > 1:
            stay, turn = (share - (1 - before)) / before, 1.0
        return stay, turn


@dataclass(frozen=True, slots=True)
class Series:
    """Measured days: for each year the share of each of 366 days (29 February last year's where it has none) that was lost."""

    first_year: int
    years: tuple[tuple[float, ...], ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """The first or last day of a window: ``days`` after ``first``, rounded to whole days, half a day up."""

    first: date
    days: Law = CERTAIN

    @property
    def latest(self) -> date:
        return self.first + timedelta(days=int(self.days.support[1] + 0.5))

    def in_year_of(self, years: int) -> date:
        """The same day so many years on; 28 February for 29 where there is none."""
        year = self.first.year + years
        try:
            return self.first.replace(year=year)
        except ValueError:
            return self.first.replace(year=year, day=28)


@dataclass(frozen=True, slots=True)
class Window:
    """A period closed to work, or open while all else is closed. Both days belong to it."""

    id: str
    begins: Edge
    ends: Edge
    is_open: bool = False
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Weather:
    id: str
    calendars: tuple[str, ...]
    name: str = ""
    lost_days: tuple[Law, ...] = ()  # working days lost, January first; of each ruled calendar
    bad_days: Chain | None = None
    series: Series | None = None
    windows: tuple[Window, ...] = ()
    standby: bool = True  # what costs by the time costs on lost days too

    @property
    def label(self) -> str:
        return self.name or self.id

    def share(self, day: date) -> float:
        """Expected share of lost days on this day of the year, without the windows; of ``lost_days``, of 21 working days."""
        if self.bad_days:
            return self.bad_days.shares[day.month - 1]
        if self.lost_days:
            return min(1.0, self.lost_days[day.month - 1].mean / 21)
        if self.series:
            return sum(year[day_of_year(day)] for year in self.series.years) / len(self.series.years)
        return 0.0


def day_of_year(day: date) -> int:
    """0 to 365, as if every year were a leap year."""
    return day.replace(year=LEAP).toordinal() - date(LEAP, 1, 1).toordinal()


def ruled_by(portfolio: Portfolio) -> dict[str, Weather]:
    """The weather of each calendar that has one."""
    return {calendar: weather for weather in portfolio.weather for calendar in weather.calendars}


def stands_still(task: Task) -> bool:
    """Whether weather of the task's calendar stops it: unfinished work that is not exempt. Milestones and what spans know no weather."""
    return task.kind is TaskKind.TASK and task.weather and not task.is_finished


class Ground:
    """A calendar's working time with some days lost: the plain reading of what the kernels do in one iteration.

    Positions are working minutes of the *planned* calendar; a minute is good where its day is not lost. A minute belongs to
    the day by whose clock it is worked.
    """

    def __init__(self, clock: Clock, lost: Collection[int], days: int) -> None:
        """``lost``: days after the epoch; from ``days`` on all are good."""
        self.begins: list[int] = []  # positions at which good stretches begin, one for each good working day
        self.before: list[int] = []  # good minutes before each
        self.lengths: list[int] = []
        last = clock.work(days * 24 * 60)
        good = 0
        at = 0
        for day in range(days):
            end = clock.work((day + 1) * 24 * 60)
            if end > at and day not in lost:
                self.begins.append(at)
                self.before.append(good)
                self.lengths.append(end - at)
                good += end - at
            at = end
        self.begins.append(last)
        self.before.append(good)
        self.lengths.append(2**40)

    def good(self, position: int) -> int:
        """Good minutes before a position."""
        k = bisect_right(self.begins, position) - 1
        return 0 if k < 0 else self.before[k] + min(position - self.begins[k], self.lengths[k])

    def done(self, start: int, work: int) -> int:
        """The earliest position by which ``work`` good minutes lie after ``start``."""
        if work == 0:
            return start
        wanted = self.good(start) + work
        k = bisect_left(self.before, wanted) - 1
        return self.begins[k] + wanted - self.before[k]

    def done_at_once(self, start: int, work: int) -> int:
        """The same where no lost day may fall between the first minute and the last."""
        if work == 0:
            return start
        at = start
        while True:
            k = bisect_right(self.begins, at) - 1
            if k < 0 or at >= self.begins[k] + self.lengths[k]:  # on a lost day
                k += 1
                at = self.begins[k]
            end = self.begins[k] + self.lengths[k]
            while end - at < work and self.begins[k + 1] == end:
                k += 1
                end = self.begins[k] + self.lengths[k]
            if end - at >= work:
                return at + work
            at = end

    def latest(self, finish: int, work: int, *, at_once: bool = False) -> int:
        """The latest start from which the work is done by ``finish``; 0 where there is none."""
        if work == 0:
            return finish
        if not at_once:
            left = self.good(finish) - work
            if left < 0:
                return 0
            k = bisect_right(self.before, left) - 1
            return self.begins[k] + left - self.before[k]
        stops = [begin + length for begin, length in zip(self.begins, self.lengths, strict=True) if begin + length < finish]
        fitting = [end - work for end in (*stops, finish) if end >= work and self.done_at_once(end - work, work) <= finish]
        return max(fitting, default=0)


# --- what makes a weather impossible ---


def problems_of(portfolio: Portfolio) -> Iterator[Problem]:
    if not portfolio.weather:
        return
    used = {task.calendar: id for id, task in portfolio.tasks.items() if stands_still(task)}
    ruled: dict[str, str] = {}
    for id, count in Counter(one.id for one in portfolio.weather).items():
        if count > 1:
            yield Problem("duplicate-id", ("weather", id), f"two weathers have the id '{id}'", "give each an id of its own")
    for weather in portfolio.weather:
        path: ModelPath = ("weather", weather.id)
        yield from _calendars(portfolio, weather, used, ruled, path)
        yield from _sources(weather, path)
        yield from _lost_days(portfolio, weather, path)
        yield from _bad_days(weather, path)
        for window in weather.windows:
            yield from _window(weather, window, (*path, "windows", window.id))
        if not weather.windows and _never_good(weather):
            yield Problem("no-good-days", path, f"weather '{weather.id}' leaves no good day in the whole year", "leave some days to work")
    yield from _exempt(portfolio, ruled)


def _calendars(portfolio: Portfolio, weather: Weather, used: dict[str, str], ruled: dict[str, str], path: ModelPath) -> Iterator[Problem]:
    where = (*path, "calendars")
    if not weather.calendars:
        yield Problem("weather-without-calendar", path, f"weather '{weather.id}' rules no calendar", "add  calendars: [site]")
    for id in weather.calendars:
        if id not in portfolio.calendar_of:
            fix = did_you_mean(id, portfolio.calendar_of, f"add calendar '{id}'")
            yield Problem("unknown-calendar", where, f"weather '{weather.id}' rules calendar '{id}', but there is none of that id", fix)
        elif id not in used:
            what = f"weather '{weather.id}' rules calendar '{id}', on which no task is worked that is not finished or exempt"
            yield Problem("idle-weather", where, what, "rule one of " + (", ".join(f"'{one}'" for one in sorted(used)) or "none"))
        if id in ruled:
            what = f"calendar '{id}' is ruled twice: by weather '{ruled[id]}' and by '{weather.id}'"
            yield Problem("calendar-ruled-twice", where, what, "let one weather rule it, or give the tasks a calendar of their own")
        ruled[id] = weather.id


def _sources(weather: Weather, path: ModelPath) -> Iterator[Problem]:
    given = [key for key, one in (("lost_days", weather.lost_days), ("bad_days", weather.bad_days), ("series", weather.series)) if one]
    if len(given) > 1:
        what = f"weather '{weather.id}' has {' and '.join(given)}: each says which days are lost"
        yield Problem("two-sources-of-weather", (*path, given[1]), what, "keep one of them")
    if not given and not weather.windows:
        fix = "give it lost_days, bad_days, a series or windows"
        yield Problem("weather-without-effect", path, f"weather '{weather.id}' does not say which days are lost", fix)


def _lost_days(portfolio: Portfolio, weather: Weather, path: ModelPath) -> Iterator[Problem]:
    for month, law in enumerate(weather.lost_days, start=1):
        where, (low, high) = (*path, "lost_days", MONTHS[month - 1]), law.support
        if low < 0:
            yield Problem("negative-lost-days", where, f"the days lost in {MONTHS[month - 1]} go below zero", "give 0 or more")
        for id in weather.calendars:
            most = _most_working_days(portfolio, id, month)
            if most is not None and high > most:
                what = f"in {MONTHS[month - 1]} {high:g} days can be lost, but calendar '{id}' works {most} at most"
                fix = f"give no more than {most}" if law.is_constant or high < 1e9 else f"bound the law: within 0d..{most}d"
                yield Problem("too-many-lost-days", where, what, fix)
                break


def _most_working_days(portfolio: Portfolio, calendar: str, month: int) -> int | None:
    """Of the longest month of that name, whichever week day it begins on."""
    if calendar not in portfolio.calendar_of:
        return None
    worked = [bool(shifts) for shifts in portfolio.calendar_of[calendar].week]
    length = (date(LEAP + month // 12, month % 12 + 1, 1) - date(LEAP, month, 1)).days
    return max(sum(worked[(first + day) % 7] for day in range(length)) for first in range(7))


def _bad_days(weather: Weather, path: ModelPath) -> Iterator[Problem]:
    chain = weather.bad_days
    if chain is None:
        return
    for month, share in enumerate(chain.shares):
        if not 0 <= share <= 1:
            where = (*path, "bad_days", "share", MONTHS[month])
            yield Problem("share-out-of-range", where, f"{100 * share:g} % of the days in {MONTHS[month]} are bad", "give 0% to 100%")
    q = chain.persistence
    if q is None:
        return
    where = (*path, "bad_days", "persistence")
    if not 0 <= q < 1:
        what = f"the persistence of weather '{weather.id}' is {100 * q:g} %"
        yield Problem("impossible-persistence", where, what, "give a chance from 0% to below 100%: at 100% bad weather never ends")
        return
    for month, share in enumerate(chain.shares):
        if 0 < share < 1 and share * (1 - q) > (1 - share) * (1 + 1e-12):
            what = (
                f"of the days in {MONTHS[month]} {100 * share:g} % cannot be bad if a bad day is followed by another "
                f"in {100 * q:g} % of all cases: good days would be followed by bad ones in more than 100 %"
            )
            least = 2 - 1 / share
            yield Problem("impossible-persistence", where, what, f"raise the persistence to {100 * least:.3g}% or more, or lower the share")
            return


def _window(weather: Weather, window: Window, path: ModelPath) -> Iterator[Problem]:
    for key, edge in (("from", window.begins), ("to", window.ends)):
        if edge.days.support[0] < 0 or edge.days.support[1] > 366:
            yield Problem("window-edge", (*path, key), f"an edge of window '{window.id}' is uncertain by more than a year", "narrow it")
            return
    if window.begins.latest > window.ends.first:
        what = f"window '{window.id}' of weather '{weather.id}' may end before it begins: on {window.ends.first} and {window.begins.latest}"
        yield Problem("window-backwards", path, what, "let the latest 'from' come before the earliest 'to'")
    elif window.yearly and window.ends.latest >= window.begins.in_year_of(1):
        what = f"window '{window.id}' of weather '{weather.id}' may last until it begins again a year later"
        yield Problem("window-of-a-year", path, what, "shorten it, or remove  yearly")


def _never_good(weather: Weather) -> bool:
    if weather.bad_days:
        return all(share >= 1 for share in weather.bad_days.shares)
    return weather.series is not None and all(share >= 1 for year in weather.series.years for share in year)


def _exempt(portfolio: Portfolio, ruled: dict[str, str]) -> Iterator[Problem]:
    for id, task in portfolio.tasks.items():
        if task.splits or (task.calendar in ruled and task.weather):
            continue
        project, _, own = id.partition(".")
        what = f"task '{own}' must not be split by bad days, but no weather rules its calendar '{task.calendar}'"
        if not task.weather:
            what = f"task '{own}' must not be split by bad days, but is exempt from the weather"
        yield Problem("no-weather", ("projects", project, "tasks", own, "splits"), what, "let a weather rule it, or remove  splits: false")
