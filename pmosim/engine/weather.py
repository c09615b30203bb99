"""Weather as arrays: for which days it is drawn, how, and what it stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, gcd, log

import numpy as np
from numpy.typing import NDArray

from pmosim.engine import streams
from pmosim.engine.effects import as_int32, threshold_of
from pmosim.engine.kernels.weather import ALL_GOOD, CHAIN, COUNTS, MOST_DAYS, SERIES, TILE, Weather, WeatherRows
from pmosim.engine.quantiles import LawBook
from pmosim.model.calendars import DAY, Clock
from pmosim.model.laws import Fixed, Law
from pmosim.model.passes import forward_pass
from pmosim.model.plan import Plan
from pmosim.model.project import Portfolio
from pmosim.model.risks import ImpactKind
from pmosim.model.weather import Edge, Series, Window, day_of_year, ruled_by
from pmosim.model.weather import Weather as Model

YEAR = 364
"""Days of 52 weeks: past the last day that is drawn those of the last 52 weeks come again, on the same days of the week."""

MARGIN = 60
"""Days drawn beyond where the work is thought to end."""

FORGOTTEN = 40
"""A chain begins so long before the first day that what it began with shows with a chance of 2**-40 at most, ..."""

MOST_LEAD = 3 * 366
"""... or so many days before it."""

FARTHEST = 40 * 366
"""Days beyond which windows that are not yearly are left to themselves."""

Bools = NDArray[np.bool_]


def weather_of(portfolio: Portfolio, plan: Plan, position: Mapping[str, int], book: LawBook, costs: Bools) -> Weather:
    """Arrays without calendars where no weather rules any."""
    if not portfolio.weather:
        return _nothing(len(position))
    return _Compiler(portfolio, plan, position, book, costs).weather()


def without(weather: Weather, numbers: list[int]) -> Weather:
    """The same with some weathers taken out: no day is lost on the calendars that they rule."""
    ruled = np.array([sky in numbers for sky in weather.sky], np.bool_)
    gone = np.append(ruled, False)[weather.node]
    return weather._replace(
        node=np.where(gone, np.int32(-1), weather.node).astype(np.int32), standby=weather.standby & ~gone, bounded=weather.bounded & ~gone
    )


def bytes_per_lane(weather: Weather) -> int:
    """Of the tables that a thread needs."""
    days = weather.name.shape[1]
    return 8 * (len(weather.day) + len(weather.sky)) + 2 * days if len(weather.sky) else 0


def weather_rows(weather: Weather, lanes: int) -> WeatherRows:
    drawn, slots = len(weather.sky) > 0, len(weather.day) + len(weather.sky)
    days = weather.name.shape[1] if drawn else 0
    return WeatherRows(
        np.zeros((days, lanes), np.bool_),
        np.zeros((days if weather.opens.any() else 0, lanes), np.bool_),
        np.empty((MOST_DAYS if (weather.kind == COUNTS).any() else 0, lanes), np.uint32),
        np.zeros(lanes, np.bool_),
        np.zeros((TILE, int(np.diff(weather.first).max(initial=0))), np.bool_),
        np.empty(lanes, np.int32),
        np.empty(lanes, np.int32),
        np.zeros(slots * lanes, np.int32),
        np.zeros(slots * lanes, np.int32),
        np.zeros((len(weather.sky), lanes), np.int32),
        np.zeros(len(weather.node), np.int64),
    )


def _nothing(nodes: int) -> Weather:
    none = {
        "sky": np.int32, "day": np.int32, "unit": np.int32, "period": np.int64, "kind": np.uint8, "begin": np.uint64, "row": np.int64,
        "years": np.int64, "certain": np.bool_, "year": np.int64, "of_year": np.int64, "opens": np.bool_, "last": np.int64,
    }  # fmt: skip
    tables = {"works": np.bool_, "name": np.uint64, "after_bad": np.uint64, "after_good": np.uint64, "law": np.int32, "number": np.uint64}
    tables |= {"rest": np.uint64, "share": np.uint64, "edge": np.int64, "edge_law": np.int32, "edge_name": np.uint64}
    return Weather(
        node=np.full(nodes, -1, np.int32),
        at_once=np.zeros(nodes, np.bool_),
        standby=np.zeros(nodes, np.bool_),
        bounded=np.zeros(nodes, np.bool_),
        quiet=np.zeros(nodes, np.bool_),
        listens=np.zeros(nodes, np.uint8),
        first=np.zeros(1, np.int64),
        month=np.zeros(1, np.int64),
        window=np.zeros(1, np.int64),
        epoch=0,
        **{key: np.zeros(0, kind) for key, kind in none.items()},  # type: ignore[arg-type]
        **{key: np.zeros((0, 0), kind) for key, kind in tables.items()},  # type: ignore[arg-type]
    )


class _Compiler:
    def __init__(self, portfolio: Portfolio, plan: Plan, position: Mapping[str, int], book: LawBook, costs: Bools) -> None:
        self.portfolio, self.plan, self.position, self.book, self.costs = portfolio, plan, position, book, costs
        self.skies = portfolio.weather
        self.calendars = [(number, id) for number, sky in enumerate(self.skies) for id in sky.calendars]
        ahead = _days_ahead(portfolio, plan)
        epoch = plan.epoch
        lead = (
            max(0, *(_lead(sky.bad_days.shares, sky.bad_days.persistence) for sky in self.skies if sky.bad_days))
            if any(sky.bad_days for sky in self.skies)
            else 0
        )
        self.start = (epoch - timedelta(days=lead)).replace(day=1)
        self.shift = (epoch - self.start).days  # of the epoch
        end = _next_month(epoch + timedelta(days=ahead))
        self.days = [self.start + timedelta(days=k) for k in range((end - self.start).days)]

    def weather(self) -> Weather:
        first, day, unit, period = self._slots()
        months = [k for k, one in enumerate(self.days) if one.day == 1]
        windows = [[*self._windows(sky.windows)] for sky in self.skies]
        flat = [(sky, *window) for sky, own in zip(self.skies, windows, strict=True) for window in own]
        series = [sky.series for sky in self.skies]
        shares = [year for one in series if one for year in one.years]
        rows = np.cumsum([0, *(len(one.years) if one else 0 for one in series)])
        node, at_once, paid, bounded = self._nodes()
        return Weather(
            node, at_once, paid, bounded,
            quiet=np.zeros(len(node), np.bool_),
            listens=np.zeros(len(node), np.uint8),
            epoch=self.shift,
            sky=as_int32([number for number, _ in self.calendars]),
            first=first,
            day=day,
            unit=unit,
            period=period,
            works=np.array([self._works(id) for _, id in self.calendars], np.bool_),
            kind=np.array([_kind(sky) for sky in self.skies], np.uint8),
            name=np.array([[_name(sky, "bad day", f"{one}") for one in self.days] for sky in self.skies], np.uint64),
            **self._chains(),
            begin=np.array([_name(sky, "series", "first year") for sky in self.skies], np.uint64),
            row=rows[:-1].astype(np.int64),
            years=np.array([max(1, len(one.years)) if one else 1 for one in series], np.int64),
            share=np.array([[threshold_of(share) for share in year] for year in shares], np.uint64).reshape(-1, 366),
            certain=np.array([one is not None and _is_certain(one) for one in series], np.bool_),
            year=np.array([one.year for one in self.days], np.int64),
            of_year=np.array([day_of_year(one) for one in self.days], np.int64),
            month=np.array([*months, len(self.days)], np.int64),
            law=np.array(
                [[self.book.number(_of_month(sky.lost_days, self.days[k])) for k in months] for sky in self.skies], np.int32
            ),
            number=np.array([[_name(sky, "lost days", f"{self.days[k]:%Y-%m}") for k in months] for sky in self.skies], np.uint64),
            rest=np.array([[_name(sky, "rest of lost days", f"{self.days[k]:%Y-%m}") for k in months] for sky in self.skies], np.uint64),
            window=np.cumsum([0, *map(len, windows)]).astype(np.int64),
            opens=np.array([window.is_open for _, window, *_ in flat], np.bool_),
            edge=np.array([[begin, end] for *_, begin, end, _ in flat], np.int64).reshape(-1, 2),
            last=np.array([end + _most(window.ends) for _, window, _, _, end, _ in flat], np.int64),
            edge_law=np.array(
                [[self.book.number(window.begins.days), self.book.number(window.ends.days)] for _, window, *_ in flat], np.int32
            ).reshape(-1, 2),
            edge_name=np.array(
                [[_name(sky, f"window {window.id} {side}", year) for side in ("from", "to")] for sky, window, year, *_ in flat], np.uint64
            ).reshape(-1, 2),
        )  # fmt: skip

    def _nodes(self) -> tuple[NDArray[np.int32], Bools, Bools, Bools]:
        number = {id: k for k, (_, id) in enumerate(self.calendars)}
        rules, edges, count = ruled_by(self.portfolio), self.plan.edges_into, len(self.position)
        calendar, at_once = np.full(count, -1, np.int32), np.zeros(count, np.bool_)
        paid, bounded = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        for k, node in enumerate(self.plan.nodes.values()):
            if node.stops and node.calendar in number:
                calendar[k], at_once[k] = number[node.calendar], not node.splits
                paid[k] = rules[node.calendar].standby and self.costs[k]
                bounded[k] = node.finish_floor is not None or any(edge.to_finish for edge in edges[node.id])
        return calendar, at_once, paid, bounded

    def _works(self, calendar: str) -> list[bool]:
        one = self.portfolio.calendar_of[calendar]
        if one.grain == DAY:
            return [True] * len(self.days)
        return [bool(_minutes_of(one.shifts_on(day), one.shifts_on(day - timedelta(days=1)))) for day in self.days]

    def _slots(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """The slots of each calendar: where its first one stands, the day of each, minutes in one, and slots in 52 weeks."""
        first, day, unit, period = [0], [], [], []
        for _, id in self.calendars:
            worked = _worked_minutes(self.plan.clocks[id], len(self.days) - self.shift)
            length = gcd(*worked)
            counts = np.array(worked, np.int64) // length
            day.append(np.repeat(np.arange(len(counts)) + self.shift, counts))
            first.append(first[-1] + int(counts.sum()))
            unit.append(length)
            period.append(int(counts[-YEAR:].sum()))
        return np.array(first, np.int64), np.concatenate(day).astype(np.int32), as_int32(unit), np.array(period, np.int64)

    def _chains(self) -> dict[str, NDArray[np.uint64]]:
        after_bad, after_good = np.zeros((2, len(self.skies), len(self.days)), np.uint64)
        for number, sky in enumerate(self.skies):
            if sky.bad_days is None:
                continue
            chain, before = sky.bad_days, None
            for k, day in enumerate(self.days):
                share = chain.shares[day.month - 1]
                stay, turn = (share, share) if before is None else chain.after(share, before)
                after_bad[number, k], after_good[number, k] = threshold_of(stay), threshold_of(turn)
                before = share
        return {"after_bad": after_bad, "after_good": after_good}

    def _windows(self, windows: tuple[Window, ...]) -> Iterator[tuple[Window, str, int, int, int]]:
        """Each window with its year, the first day on which it can begin and end, once for each year that it may touch."""
        for window in windows:
            years = [0]
            if window.yearly:
                years = [*range(self.start.year - 1 - window.ends.latest.year, self.days[-1].year + 1 - window.begins.first.year)]
            for year in years:
                begin, end = ((edge.in_year_of(year) - self.start).days for edge in (window.begins, window.ends))
                yield window, f"{window.begins.first.year + year}", begin, end, year


def _kind(sky: Model) -> int:
    return CHAIN if sky.bad_days else SERIES if sky.series else COUNTS if sky.lost_days else ALL_GOOD


def _name(sky: Model, what: str, when: str) -> int:
    return streams.name_of(f"weather {sky.id}", f"{what} {when}")


def _is_certain(series: Series) -> bool:
    return all(share in (0, 1) for year in series.years for share in year)


def _of_month(laws: tuple[Law, ...], day: date) -> Law:
    return laws[day.month - 1] if laws else Fixed(0.0)


def _most(edge: Edge) -> int:
    return ceil(edge.days.support[1])


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _minutes_of(shifts: tuple[tuple[int, int], ...], eve: tuple[tuple[int, int], ...]) -> int:
    return sum(min(end, DAY) - begin for begin, end in shifts) + sum(end - DAY for _, end in eve if end > DAY)


def _worked_minutes(clock: Clock, days: int) -> list[int]:
    """Of each day after the epoch, by its own clock."""
    totals = [clock.work(day * DAY) for day in range(days + 1)]
    return [after - before for before, after in pairwise(totals)]


def _lead(shares: tuple[float, ...], persistence: float | None) -> int:
    """Days after which a chain has forgotten how it began, whatever that was: two chains with the same draws meet on a day with the
    chance 1 - |P(bad | bad) - P(bad | good)|, and stay together (J. G. Propp, D. B. Wilson, "Exact sampling with coupled Markov chains",
    Random Structures and Algorithms 9, 1996)."""
    if persistence is None:
        return 0
    inside = [share for share in shares if share < 1]
    apart = max((abs(persistence - share * (1 - persistence) / (1 - share)) for share in inside), default=0.0)
    return min(MOST_LEAD, ceil(FORGOTTEN * log(2) / -log(apart))) if apart > 0 else 0


def _days_ahead(portfolio: Portfolio, plan: Plan) -> int:
    """Days after the epoch for which weather is drawn: to where the work ends if nine in ten of all durations are no longer than they
    are taken, all risks occur and the expected share of days is lost; a year and dated windows at least."""
    durations = {id: _ample(portfolio, plan, id) for id in plan.nodes}
    _, finishes = forward_pass(plan, durations)
    last = max(plan.clocks[node.calendar].finish(finishes[id]) for id, node in plan.nodes.items()) // DAY + 1
    rules = portfolio.weather
    dated = [(window.ends.latest - plan.epoch).days for sky in rules for window in sky.windows if not window.yearly]
    known = max([0, *(days for days in dated if days < FARTHEST)])
    wanted, days = float(last), 0
    while wanted > 0 and days < 3 * last + 366:
        day = plan.epoch + timedelta(days=days)
        wanted -= 1 - max(min(0.9, sky.share(day) + _closed(sky.windows, day)) for sky in rules)
        days += 1
    hard = YEAR if any(not task.splits for task in portfolio.tasks.values()) else 0
    return max(days + MARGIN + hard, known + YEAR, YEAR + MARGIN)


def _ample(portfolio: Portfolio, plan: Plan, id: str) -> int:
    node, task = plan.nodes[id], portfolio.tasks.get(id)
    if task is None or node.finished is not None or node.span:
        return node.duration
    minutes = float(task.duration.quantile(0.9))
    for risk in portfolio.risks:
        for hit in risk.hits:
            mean = hit.impact.law.mean
            if hit.target == id and risk.chance > 0:
                minutes = minutes * max(1.0, mean) if hit.impact.kind is ImpactKind.FACTOR else minutes + max(0.0, mean)
    return int(minutes)


def _closed(windows: tuple[Window, ...], day: date) -> float:
    """1 where the windows close the day, by their typical edges."""
    inside = {True: False, False: False}
    for window in windows:
        for years in range(day.year - window.begins.first.year - 1, day.year - window.begins.first.year + 2) if window.yearly else (0,):
            begin, end = (edge.in_year_of(years) + timedelta(days=round(edge.days.mean)) for edge in (window.begins, window.ends))
            inside[window.is_open] |= begin <= day <= end
    return float(inside[False] or (any(window.is_open for window in windows) and not inside[True]))
