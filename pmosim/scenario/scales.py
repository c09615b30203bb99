"""Classes of probability and impact (VL, L, M, H, VH) as registers have them, and the scoring table that says what they mean."""

from __future__ import annotations

import re
from dataclasses import replace

from pmosim.errors import did_you_mean
from pmosim.model.risks import ImpactKind
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.effects import read_impact
from pmosim.scenario.estimates import Estimate, read_estimate
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import Kind, read_probability

POINTS = ("fixed", "uniform", "triangular", "pert", "trigen", "discrete")
"""Laws that can be turned round: given by values that rise, or by values with their weights."""

_WORDS = {"very low": "VL", "low": "L", "medium": "M", "moderate": "M", "high": "H", "very high": "VH"}
_CLASS = re.compile(r"(?!P?\d)[^\W\d_]+[ -]?[^\W\d_]*|[1-9]\Z", re.ASCII)
_RANGE = re.compile(r"\s*(\S+?)\s*(?:\.\.|–)\s*(\S+)\s*(.*)\Z")


class Scales:
    """What the classes mean. Lookups take them in any case, and `very low` to `very high` in words."""

    def __init__(self, entry: language.Scales | None, origin: Origin, context: Context) -> None:
        self.context, self.origin = context, origin
        self.tables = {kind: {_key(name): (name, text) for name, text in (getattr(entry, kind, None) or {}).items()} for kind in KINDS}
        self.shares = {key: self._share(name, text) for key, (name, text) in self.tables["probability"].items()}
        for name, _ in self.tables["impact"].values():
            self.impact(name)
        for name, _ in self.tables["cost"].values():
            self.cost(name)

    def probability(self, text: str, origin: Origin) -> float | None:
        """Of a probability or the name of a class; what is wrong with it is reported."""
        key = self._class("probability", text, origin)
        if key is not None:
            return self.shares.get(key)
        try:
            return read_probability(text)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return None

    def is_class(self, kind: str, text: str) -> bool:
        return _key(text) in self.tables[kind]

    def impact(self, text: str, origin: Origin | None = None) -> tuple[ImpactKind, Estimate, Origin] | None:
        """What an impact does, its law, and where that stands: in the scale, for a class."""
        where = origin or self.origin
        key = self._class("impact", text, where)
        if key is not None:
            name, text = self.tables["impact"].get(key, ("", ""))
            if not name:
                return None
            where = self.origin / "impact" / name
            text = f"+{_ranged(text)}" if _RANGE.match(text) and text.lstrip()[0] not in "+x×*" else text
        try:
            kind, estimate, skipped = read_impact(text)
        except Misread as error:
            self.context.findings.misread(where, error)
            return None
        return kind, estimate, where.at(skipped)

    def cost(self, text: str, origin: Origin | None = None) -> tuple[Estimate, Origin] | None:
        where = origin or self.origin
        key = self._class("cost", text, where)
        if key is not None:
            name, text = self.tables["cost"].get(key, ("", ""))
            if not name:
                return None
            where, text = self.origin / "cost" / name, _ranged(text)
        try:
            return read_estimate(text, Kind.MONEY), where
        except Misread as error:
            self.context.findings.misread(where, error)
            return None

    def _share(self, name: str, text: str) -> float | None:
        """Of a class; the middle of a range."""
        origin = self.origin / "probability" / name
        match = _RANGE.match(text)
        try:
            if not match:
                return read_probability(text)
            low, high = read_probability(match[1] if "%" in match[1] or "%" not in match[2] else f"{match[1]}%"), read_probability(match[2])
        except Misread as error:
            self.context.findings.misread(origin, error)
            return None
        if low > high:
            what = f"the range {text.strip()} of class '{name}' runs backwards"
            self.context.findings.add(origin, "out-of-order", what, f"write {match[2]}..{match[1]}")
        middle = round((low + high) / 2, 12)
        self.context.notes.append(f"class {name} of probability, {text.strip()}: its middle, {100 * middle:g}%, is taken")
        return middle

    def _class(self, kind: str, text: str, origin: Origin) -> str | None:
        """The class that a text names, None for a figure; a class that is not in the scale is reported."""
        key = _key(text)
        if key in self.tables[kind]:
            return key
        if not _CLASS.fullmatch(text.strip()):
            return None
        names = [name for name, _ in self.tables[kind].values()]
        if names:
            what, fix = f"'{text}' is not a class of the scale of {kind}", did_you_mean(text, names, f"write one of {', '.join(names)}")
        elif key in map(_key, _WORDS) or key in ("vl", "l", "m", "h", "vh"):
            what = f"'{text}' is a class of {kind}, but the scenario does not say what it means"
            fix = f"add  scales: {{{kind}: {{{text}: {EXAMPLES[kind]}}}}}, or write a figure"
        else:
            return None
        self.context.findings.add(origin, "unknown-class", what, fix)
        return key


KINDS = ("probability", "impact", "cost")
EXAMPLES = {"probability": "20%", "impact": "+triangular 5d 10d 20d", "cost": "50k EUR"}


def _key(text: str) -> str:
    words = re.sub(r"[\s_-]+", " ", text.strip().casefold())
    return _WORDS.get(words, words).casefold()


def _ranged(text: str) -> str:
    """``5d..10d`` as the law that it stands for."""
    match = _RANGE.match(text)
    return f"uniform {match[1]} {match[2]} {match[3]}".rstrip() if match else text


def turned(estimate: Estimate) -> Estimate:
    """The estimate with its sign turned, as that of an opportunity. Raises `Misread` for a law without points."""
    if estimate.law not in POINTS or estimate.by_percentiles:
        what = f"a {estimate.law} of an opportunity cannot be turned round"
        raise Misread("opportunity-of-a-threat", what, "write it with negative values, such as +uniform -10d -5d")
    amounts = [replace(amount, parts=tuple((-number, unit) for number, unit in amount.parts)) for amount in estimate.amounts]
    if estimate.law == "discrete":
        return replace(estimate, amounts=tuple(amounts))
    numbers = tuple(1 - number for number in reversed(estimate.numbers)) if estimate.law == "trigen" else estimate.numbers
    return replace(estimate, amounts=tuple(reversed(amounts)), numbers=numbers)
