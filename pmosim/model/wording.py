"""Parts of a model in the words of the scenario language, for tables that people compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import datetime
from math import inf
from typing import Any

from pmosim.model.calendars import Calendar
from pmosim.model.laws import Discrete, Fixed, Law
from pmosim.model.laws.law import Sized, kind_of
from pmosim.model.laws.remaining import Remaining
from pmosim.model.laws.samples import Empirical
from pmosim.model.money import Spread
from pmosim.model.risks import Impact, ImpactKind
from pmosim.model.tasks import ELAPSED, Constraint, Cost, Lag, LagCalendar, Pause, Progress
from pmosim.model.weather import MONTHS, Edge, Weather, Window

Write = Callable[[float], str]


def number(value: float) -> str:
    """At most six digits, thousands apart, no zeros behind the point."""
    text = f"{value:,.6g}"
    return f"{value:,.0f}" if "e" in text else text


def in_days(calendar: Calendar) -> Write:
    """Working minutes as days of the calendar: ``12d``, ``2.5d``; of elapsed time ``42ed``."""
    unit = "ed" if calendar.id == ELAPSED else "d"
    return lambda minutes: f"{number(round(minutes / calendar.minutes_per_day, 3))}{unit}"


def in_money(currency: str, per: float = 1.0, unit: str = "") -> Write:
    """An amount, or a rate per minute as one per ``per`` minutes."""
    return lambda amount: f"{number(round(per * amount, 2))} {currency}".rstrip() + unit


def percent(value: float) -> str:
    return f"{number(round(100 * value, 6))}%"


def moment(value: datetime | None) -> str:
    if value is None:
        return ""
    whole = (value.hour, value.minute) in ((0, 0), (23, 59))
    return f"{value.day} {value:%b %Y}" + ("" if whole else f" {value:%H:%M}")


def law(value: Law | None, write: Write) -> str:
    """``pert 4d 5d 9d``; a certain value alone, without the name of a law."""
    if value is None:
        return ""
    if isinstance(value, Fixed):
        return write(value.value)
    if isinstance(value, Discrete):
        weights = value.weights or tuple(1 / len(value.values) for _ in value.values)
        return "discrete " + ", ".join(f"{write(v)} {percent(w)}" for v, w in zip(value.values, weights, strict=True))
    if isinstance(value, Empirical):
        return f"sample of {len(value.sample)} values, mean {write(value.mean)}"
    if isinstance(value, Remaining):
        return f"{law(value.law, write)}, of which {write(value.elapsed)} have passed"
    return " ".join([kind_of(value), *_parameters(value, write)])


def _parameters(value: Law, write: Write) -> list[str]:
    sizes = value._sizes if isinstance(value, Sized) else ()
    plain = {"low", "mode", "high"} >= set(sizes)
    words = []
    for part in fields(value):  # type: ignore[arg-type]
        own = getattr(value, part.name)
        if own in (part.default, inf) or (part.default is not MISSING and own is None):
            continue
        text = write(own) if part.name in sizes else _plain(own)
        words.append(text if plain and part.name in sizes else f"{part.name} {text}")
    return words


def _plain(value: Any) -> str:
    return number(value) if isinstance(value, int | float) else str(value)


def impact(value: Impact, write: Write) -> str:
    """``+pert 5d 10d 20d`` or ``x 1.3``."""
    return f"+{law(value.law, write)}" if value.kind is ImpactKind.ADD else f"x {law(value.law, number)}"


def lag(value: Lag, write: Write) -> str:
    """``+10d``, nothing for none. Its calendar is named where it is not the usual one."""
    size = f"{'+' if value.minutes > 0 else ''}{write(value.minutes)}" if value.minutes else ""
    size = f"+{law(value.law, write)}" if value.law else size
    share = f"{value.share:+.0%}" if value.share else ""
    on = f" on the calendar of the {value.calendar}" if (size or share) and value.calendar is not LagCalendar.SUCCESSOR else ""
    return f"{size}{share}{on}"


def progress(value: Progress | None) -> str:
    if value is None:
        return "not started"
    begun = f"started {moment(value.actual_start)}"
    if value.actual_finish:
        return f"{begun}, finished {moment(value.actual_finish)}"
    return f"{begun}, resumes {moment(value.resumes)}" if value.resumes else begun


def constraint(value: Constraint) -> str:
    return f"{value.kind.replace('-', ' ')} {moment(value.date)}".rstrip()


def pauses(value: tuple[Pause, ...], write: Write) -> str:
    return ", ".join(f"{write(pause.minutes)} after {write(pause.after)}" for pause in value)


def weather(value: Weather) -> str:
    """``bad days January 30%, ..., persistence 60%; frost closed 10 Nov 2027 to 1 Mar 2028``."""
    parts = ("lost_days", "bad_days", "series", "windows")
    return "; ".join(f"{part.replace('_', ' ')} {text}" for part in parts if (text := of_weather(value, part)))


def of_weather(value: Weather, part: str) -> str:
    """One field of a weather."""
    if part == "lost_days":
        laws = [(MONTHS[k], law(one, lambda days: f"{number(days)}d")) for k, one in enumerate(value.lost_days) if one.support[1] > 0]
        return ", ".join(f"{month} {text}" for month, text in laws)
    if part == "bad_days":
        chain = value.bad_days
        if chain is None:
            return ""
        persistence = "" if chain.persistence is None else f", persistence {percent(chain.persistence)}"
        return ", ".join(f"{MONTHS[k]} {percent(share)}" for k, share in enumerate(chain.shares) if share) + persistence
    if part == "series":
        return f"{value.series.source}, {len(value.series.years)} years from {value.series.first_year}" if value.series else ""
    if part == "windows":
        return ", ".join(map(_window, value.windows))
    if part == "calendars":
        return ", ".join(value.calendars)
    return {"standby": "paid" if value.standby else "unpaid"}.get(part, str(getattr(value, part)))


def _window(value: Window) -> str:
    kind = "open" if value.is_open else "closed"
    return f"{value.id} {kind} {_edge(value.begins)} to {_edge(value.ends)}" + (" every year" if value.yearly else "")


def _edge(value: Edge) -> str:
    first, last = f"{value.first.day} {value.first:%b %Y}", f"{value.latest.day} {value.latest:%b %Y}"
    return first if first == last else f"{first} - {last}"


def cost(value: Cost | None, currency: str, minutes_per_day: float) -> str:
    """``20,000 EUR + 1,200 EUR/d``."""
    if value is None:
        return ""
    money = value.currency or currency
    rate = law(value.rate, in_money(money, minutes_per_day, "/d"))
    fixed = law(value.fixed, in_money(money))
    when = "" if value.spread is Spread.EVEN or not fixed else f" at the {value.spread}"
    rises = f", rising by {value.index}" if value.index else ""
    return " + ".join(filter(None, [fixed + when, rate])) + rises
