"""``weather:`` of a scenario: which days are lost to work, and to which calendars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TypeVar

from pmosim.errors import did_you_mean
from pmosim.model import laws
from pmosim.model.laws import Fixed, Law
from pmosim.model.weather import MONTHS, Chain, Edge, Weather, Window
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import Kind, read_date, read_probability
from pmosim.scenario.weather_series import read_series
from pmosim.scenario.work import id_problem

Value = TypeVar("Value")

_SHORT = {name[:3].lower(): number for number, name in enumerate(MONTHS)}
_MARGIN = re.compile(r"(\S+)\s*(?:\+-|\+/-|±)\s*(\d+)\s*(d|days?|w|weeks?)\Z")
_LAWS: dict[str, tuple[int, Callable[..., Law]]] = {
    "uniform": (2, laws.Uniform),
    "triangular": (3, laws.Triangular),
    "pert": (3, laws.Pert),
}
_EDGES = "write a date, a date +- 10d, or a law of dates: triangular 2027-11-10 2027-11-20 2027-12-15"


class WeatherReader:
    def __init__(self, context: Context) -> None:
        self.context = context

    def read(self, entries: Mapping[str, language.Weather | None], origin: Origin) -> tuple[Weather, ...]:
        return tuple(self._weather(id, entry or language.Weather(), origin / id) for id, entry in entries.items())

    def _report(self, origin: Origin, code: str, what: str, fix: str, *, key: bool = False) -> None:
        self.context.findings.add(origin, code, what, fix, key=key)

    def _weather(self, id: str, entry: language.Weather, origin: Origin) -> Weather:
        self.context.findings.register(("weather", id), origin)
        if problem := id_problem(id, "weather"):
            code, what, fix = problem
            self._report(origin, code, what, fix.partition(", and")[0], key=True)
        calendars = tuple(self.context.known_calendar(one, origin / "calendars", "") for one in entry.calendars or ())
        series = None
        if entry.series is not None:
            series = read_series(entry.series, origin / "series", self.context)
        return Weather(
            id=id,
            calendars=tuple(one for one in calendars if one),
            name=entry.name or "",
            lost_days=self._lost_days(entry.lost_days, origin / "lost_days") if entry.lost_days is not None else (),
            bad_days=self._chain(entry.bad_days, origin / "bad_days") if entry.bad_days is not None else None,
            series=series,
            windows=tuple(self._windows(entry.windows or {}, origin / "windows")),
            standby=entry.standby != "unpaid",
        )

    # --- months ---

    def _by_month(
        self, given: Mapping[str, str | None], origin: Origin, otherwise: Value, read: Callable[[str, Origin], Value]
    ) -> tuple[Value, ...]:
        """A value for each month; months that are not given have ``otherwise``."""
        found: dict[int, Value] = {}
        for name, text in given.items():
            try:
                months = months_of(name)
            except Misread as error:
                self._report(origin / name, error.code, error.what, error.fix, key=True)
                continue
            value = read(text or "", origin / name)
            for month in months:
                if month in found:
                    self._report(origin / name, "month-twice", f"{MONTHS[month]} is given twice", "give each month one value", key=True)
                found[month] = value
                self.context.findings.register(("weather", str(origin.path[1]), *map(str, origin.path[2:]), MONTHS[month]), origin / name)
        return tuple(found.get(month, otherwise) for month in range(12))

    def _lost_days(self, given: Mapping[str, str | None], origin: Origin) -> tuple[Law, ...]:
        return self._by_month(given, origin, Fixed(0.0), self._number_of_days)

    def _number_of_days(self, text: str, origin: Origin) -> Law:
        estimate = self.context.estimate(text, Kind.DURATION, origin)
        try:
            return estimate.made(_only_days) if estimate else Fixed(0.0)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return Fixed(0.0)

    def _chain(self, entry: language.BadDays, origin: Origin) -> Chain | None:
        shares: tuple[float, ...]
        if entry.share is None:
            if not self.context.findings.was_dropped(origin / "share") and not self.context.findings.was_dropped(origin):
                fix = "write  share: {nov-mar: 30%, apr-oct: 10%}  or  share: 20%"
                self._report(origin, "missing-share", "'bad_days' does not say how many days are bad", fix, key=True)
            return None
        if isinstance(entry.share, str):
            shares = (self._probability(entry.share, origin / "share"),) * 12
        else:
            shares = self._by_month(entry.share, origin / "share", 0.0, self._probability)
        return Chain(shares, None if entry.persistence is None else self._probability(entry.persistence, origin / "persistence"))

    def _probability(self, text: str, origin: Origin) -> float:
        try:
            return read_probability(text)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return 0.0

    # --- windows ---

    def _windows(self, entries: Mapping[str, language.WeatherWindow | None], origin: Origin) -> Iterator[Window]:
        for name, entry in entries.items():
            here, findings = origin / name, self.context.findings
            given = [key for key in ("closed", "open") if entry is not None and getattr(entry, key) is not None]
            if len(given) != 1:
                if not any(findings.was_dropped(place) for place in (here, here / "closed", here / "open")):
                    what = f"window '{name}' is " + ("both closed and open" if given else "neither closed nor open")
                    self._report(here, "window-without-dates", what, "write  closed: 2027-12-20..2028-01-10  or  open: ...", key=True)
                continue
            assert entry is not None
            try:
                begins, ends = edges_of(getattr(entry, given[0]))
            except Misread as error:
                findings.misread(here / given[0], error)
                continue
            findings.register(("weather", str(origin.path[1]), "windows", name), here / given[0])
            yield Window(name, begins, ends, given[0] == "open", bool(entry.yearly))


def months_of(text: str) -> list[int]:
    """``jan``, ``January`` or ``nov-mar`` -> months from 0."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    begin = _month(first, text)
    end = _month(last, text) if dash else begin
    return [(begin + k) % 12 for k in range((end - begin) % 12 + 1)]


def _month(text: str, whole: str) -> int:
    for number, name in enumerate(MONTHS):
        if text.lower() in (name.lower(), name[:3].lower(), "sept" if number == 8 else name.lower()):
            return number
    fix = did_you_mean(text.lower(), [*_SHORT, *(name.lower() for name in MONTHS)], "write jan, feb, ... or a range such as nov-mar")
    raise Misread("unknown-month", f"'{text}' is not a month" if text == whole else f"'{whole}': '{text}' is not a month", fix)


def _only_days(unit: str) -> float:
    if unit != "d":
        raise Misread("not-in-days", "lost days are counted in working days", "write for example pert 2d 5d 9d")
    return 1.0


def edges_of(text: str) -> tuple[Edge, Edge]:
    """``FIRST..LAST``, each a date, ``DATE +- 10d`` or a law of dates such as ``triangular DATE DATE DATE``."""
    first, dots, last = text.partition("..")
    if not dots:
        raise Misread("window-without-dates", f"'{text}' is not a period", "write its first and last day: 2027-12-20..2028-01-10")
    begins = edge_of(first, 0)
    ends = edge_of(last, len(first) + 2)
    return begins, ends


def edge_of(text: str, offset: int) -> Edge:
    """The first or last day of a window. Raises `Misread` at ``offset``, where the text begins."""
    offset += len(text) - len(text.lstrip())
    text = text.strip()
    try:
        if match := _MARGIN.match(text):
            size = int(match[2]) * (7 if match[3].startswith("w") else 1)
            earliest = read_date(match[1]) - timedelta(days=size)
            return Edge(earliest, laws.Uniform(0.0, 2.0 * size) if size else Fixed(0.0))
        word, *rest = text.replace("(", " ").replace(")", " ").replace(",", " ").split() or [""]
        if word not in _LAWS:
            return Edge(_date(text))
        count, law = _LAWS[word]
        dates = [read_date(one) for one in rest]
    except Misread as error:
        raise error.moved(offset) from None
    if len(dates) != count:
        raise Misread("window-edge", f"a {word} of dates needs {count} of them, not {len(dates)}", _EDGES, offset)
    if dates != sorted(dates):
        raise Misread("window-edge", f"the dates of '{text}' do not rise", "put them in order", offset)
    if dates[0] == dates[-1]:
        return Edge(dates[0])
    days = [float((one - dates[0]).days) for one in dates]
    return Edge(dates[0], law(days[0], days[1], days[2]) if count == 3 else law(days[0], days[1]))


def _date(text: str) -> date:
    try:
        return read_date(text)
    except Misread as error:
        raise Misread(error.code, error.what, _EDGES if " " in text else error.fix) from None
