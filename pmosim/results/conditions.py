"""Conditions on a forecast's figures, as people write them: ``P80(bridge.finish) > 2027-09-30``.

A condition compares one figure with one value. Figures are percentiles, the mean, the probability of keeping what was promised, and what
the risks add, of a finish, a milestone or a cost; ``move(...)`` is how far a figure moved since the forecast before. A name may hold
``*`` and ``?`` and then stands for all that match.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from fnmatch import fnmatchcase

from pmosim.errors import did_you_mean
from pmosim.results.batch import moved_days
from pmosim.results.records import DateEstimate, Estimate, Forecast, TargetForecast

Figure = Estimate | DateEstimate

COST = ".cost"
JOINT = "joint"

_COMPARE: dict[str, Callable[..., bool]] = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_WHOLE = re.compile(r"\s*(?P<left>.+?)\s*(?P<sign><=|>=|<|>)\s*(?P<right>\S.*?)\s*")
_FIGURE = re.compile(r"(?P<what>[A-Za-z]+)(?P<level>\d*)\(\s*(?P<name>[^()\s]+)\s*\)")
_MOVE = re.compile(r"move\(\s*(?P<inner>.+)\s*\)", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>%|ed|d|[kMG])?\s*(?P<currency>[A-Z]{3})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2})?")
_SCALE = {None: 1.0, "%": 0.01, "k": 1e3, "M": 1e6, "G": 1e9, "d": 1.0, "ed": 1.0}
_WORDS = ("target", "budget", "planned")
_FORMS = "P80(bridge.finish), mean(bridge.cost), probability(bridge.finish), delay(bridge.finish), move(P80(bridge.finish)) or joint"


class Misstated(ValueError):
    """A condition that cannot be read, or that names what no forecast has; the message says how to put it right."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure of a forecast, by what it is and whose."""

    what: str  # "percentile", "mean", "probability", "delay" or "joint"
    level: int  # of a percentile
    name: str  # of a target, with ".cost" for its cost; may hold * and ?
    moved: bool  # since the forecast before

    @property
    def is_cost(self) -> bool:
        return self.name.endswith(COST) or self.name == "cost"


@dataclass(frozen=True, slots=True)
class Condition:
    text: str
    asked: Asked
    sign: str
    value: float | datetime | str  # a number in the figure's unit, a moment, or one of "target", "budget", "planned"
    unit: str  # "%", "d", "ed", "money", "date", "word" or "number"


@dataclass(frozen=True, slots=True)
class Finding:
    """A condition that holds."""

    condition: str
    target: str
    figure: Estimate | DateEstimate
    limit: float | datetime


def read_condition(text: str) -> Condition:
    """Raises Misstated."""
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        raise Misstated(f"'{text}' compares nothing\n  fix: write a figure, one of < <= > >=, and a value: P80(bridge.finish) > 2027-09-30")
    asked = _figure(whole["left"], text)
    value, unit = _value(whole["right"], text)
    condition = Condition(text, asked, whole["sign"], value, unit)
    _check_units(condition)
    return condition


def _figure(text: str, whole: str) -> Asked:
    if text.lower() == JOINT:
        return Asked(JOINT, 0, "", False)
    if moved := _MOVE.fullmatch(text):
        inner = _figure(moved["inner"].strip(), whole)
        if inner.moved:
            raise Misstated(f"'{whole}' asks for a move of a move\n  fix: write move(P80(bridge.finish))")
        return Asked(inner.what, inner.level, inner.name, True)
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise Misstated(f"'{text}' is no figure of a forecast\n  fix: write for example {_FORMS}")
    what, level, name = match["what"].lower(), match["level"], match["name"]
    if what == "p" and level:
        from pmosim.results.targets import LEVELS  # with NumPy

        if int(level) not in LEVELS:
            raise Misstated(
                f"P{level} is not among the percentiles of a forecast\n  fix: take one of {', '.join(f'P{one}' for one in LEVELS)}"
            )
        return Asked("percentile", int(level), name, False)
    if what in ("mean", "probability", "delay") and not level:
        return Asked(what, 0, name, False)
    known = ("P80", "mean", "probability", "delay", "move", JOINT)
    raise Misstated(
        f"'{match['what']}{level}' is no figure of a forecast\n  fix: {did_you_mean(what, known, f'write for example {_FORMS}')}"
    )


def _value(text: str, whole: str) -> tuple[float | datetime | str, str]:
    if text.lower() in _WORDS:
        return text.lower(), "word"
    if _DATE.fullmatch(text):
        try:
            if len(text) == 10:  # the day counts as a whole
                return datetime.combine(date.fromisoformat(text), time(23, 59)), "date"
            return datetime.fromisoformat(text), "date"
        except ValueError:
            raise Misstated(f"'{text}' is no day of the calendar\n  fix: write a date such as 2027-09-30") from None
    if number := _NUMBER.fullmatch(text):
        unit = number["unit"]
        money = unit in ("k", "M", "G") or number["currency"]
        return float(number["number"]) * _SCALE[unit], "money" if money else unit or "number"
    raise Misstated(
        f"'{text}' in '{whole}' is no value\n  fix: write a date (2027-09-30), money (4.2M), a share (80%), days (10d), or target"
    )


def _check_units(condition: Condition) -> None:
    """Refuse what can never be compared."""
    asked, unit = condition.asked, condition.unit
    fits: tuple[str, ...]
    if asked.what in ("probability", JOINT) and not asked.moved:
        fits, meant = ("%", "number"), "a share, such as 80%"
    elif asked.what == "probability" and asked.moved:
        fits, meant = ("%", "number"), "a share, such as 10%"
    elif asked.is_cost:
        fits, meant = ("money", "number", *(() if asked.moved else ("word",))), "money, such as 4.2M"
    elif asked.what == "delay":
        fits, meant = ("d", "number"), "working days, such as 10d"
    elif asked.moved:
        fits, meant = ("ed",), "calendar days, such as 7ed"
    else:
        fits, meant = ("date", "word"), "a date, such as 2027-09-30, or target"
    if unit not in fits or (asked.is_cost and condition.value == "target") or (not asked.is_cost and condition.value == "budget"):
        raise Misstated(f"'{condition.text}' compares what cannot be compared\n  fix: give {meant}")
    if unit == "number" and "probability" in asked.what and not -1 <= float(condition.value) <= 1:  # type: ignore[arg-type]
        raise Misstated(f"'{condition.text}' asks for a share beyond 100 %\n  fix: write {float(condition.value):g}%")  # type: ignore[arg-type]


def findings(condition: Condition, forecast: Forecast, before: Forecast | None = None, alias: str = "") -> tuple[list[Finding], bool]:
    """Where the condition holds, and whether the forecast has anything of that name at all.

    ``alias``: a name under which the forecast's own finish goes as well, such as that of its file. A move is of figures that both
    forecasts have; where there is no forecast before, nothing has moved.
    """
    asked, found, known = condition.asked, [], False
    for name, figure, limit in _figures(condition, forecast, alias):
        known = True
        if figure is None:
            continue
        shown: Figure = figure
        if asked.moved:
            earlier = next((old for at, old, _ in _figures(condition, before, alias) if at == name), None) if before else None
            if earlier is None:
                continue
            shown = _moved(figure, earlier)
        bound = limit if condition.unit == "word" else condition.value
        if bound is not None and _COMPARE[condition.sign](shown.value, bound):
            found.append(Finding(condition.text, name, shown, bound))  # type: ignore[arg-type]
    return found, known


def _moved(now: Figure, before: Figure) -> Estimate:
    """Calendar days for dates. The interval takes the two for independent: the widest there can be."""
    if isinstance(now, DateEstimate) and isinstance(before, DateEstimate):
        return moved_days(now, before)
    assert isinstance(now, Estimate)
    assert isinstance(before, Estimate)
    return Estimate(now.value - before.value, now.low - before.high, now.high - before.low)


def _figures(condition: Condition, forecast: Forecast, alias: str) -> Iterator[tuple[str, Figure | None, float | datetime | None]]:
    """Name, figure and, where the condition names one, the target's own limit."""
    asked = condition.asked
    if asked.what == JOINT:
        yield JOINT, forecast.joint_probability, None
        return
    for target in forecast.targets:
        for name in _names(target, forecast, alias):
            if fnmatchcase(name, asked.name):
                yield name, _figure_of(target, asked, forecast), _limit(target, condition)
                break


def _names(target: TargetForecast, forecast: Forecast, alias: str) -> list[str]:
    """Under which a target (or its cost) may be asked for; the first is its own."""
    names = [target.id]
    if alias:
        names.append(f"{alias}.{target.id}")
        if target.id == forecast.targets[0].id:
            names.append(f"{alias}.finish")
    base = [name.removesuffix(".finish") for name in names]
    return names + [f"{name}{COST}" if name != "finish" else "cost" for name in base]


def _figure_of(target: TargetForecast, asked: Asked, forecast: Forecast) -> Figure | None:
    if asked.is_cost:
        cost = target.cost
        if cost is None:
            return None
        if asked.what == "probability":
            return cost.budget_probability
        return cost.mean if asked.what == "mean" else cost.percentiles.get(asked.level)
    if asked.what == "probability":
        return target.probability
    if asked.what == "delay":
        delay = forecast.total_exposure.get(target.id)
        return delay.expected if delay else None
    return target.mean if asked.what == "mean" else target.percentiles.get(asked.level)


def _limit(target: TargetForecast, condition: Condition) -> float | datetime | None:
    if condition.unit != "word":
        return None
    if condition.asked.is_cost:
        cost = target.cost
        return None if cost is None else cost.budget if condition.value == "budget" else cost.planned
    return target.target if condition.value == "target" else target.planned
