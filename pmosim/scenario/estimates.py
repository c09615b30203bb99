"""What is written for an uncertain quantity, such as ``pert 4d 5d 9d`` or ``lognormal P10 8d P90 15d within 5d..30d``.

`read_estimate` turns the text into an `Estimate`, in the author's own units; `Estimate.made` turns that into a law
once the lengths of day, week and month (and for percentages the planned value) are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

from pmosim.errors import InvalidModel, Problem, did_you_mean
from pmosim.model import laws
from pmosim.model.laws import LAWS, Law
from pmosim.scenario.places import Misread
from pmosim.scenario.quantities import UNITS, Amount, Kind, Word, money, read_amount, unit_of_money, words

ALIASES = {"triangle": "triangular", "betapert": "pert", "constant": "fixed", "log-normal": "lognormal", "gaussian": "normal"}

FORMS = {
    "fixed": "fixed 5d",
    "uniform": "uniform 5d 10d",
    "triangular": "triangular 4d 5d 9d",
    "pert": "pert 4d 5d 9d, or pert 4d 5d 9d shape 6",
    "trigen": "trigen 8d 10d 15d 10% 90%",
    "beta": "beta 5d 20d shapes 2 5",
    "normal": "normal 10d sd 2d, or normal P10 8d P90 15d",
    "lognormal": "lognormal 10d sd 2d, or lognormal P10 8d P90 15d",
    "exponential": "exponential 10d, or exponential 8d from 2d",
    "weibull": "weibull shape 1.5 scale 10d",
    "gamma": "gamma shape 2 scale 5d",
    "discrete": "discrete 5d 30% 8d 70%",
    "empirical": "empirical 5d 6d 9d, or empirical past.csv column days",
}
"""How each law is written; shown where one is written wrongly."""


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """A column of a CSV or Excel table whose numbers are a sample."""

    file: str
    column: str
    unit: str  # of bare numbers in the column; empty where each has its own
    offset: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """An uncertain quantity in its author's units."""

    law: str
    amounts: tuple[Amount, ...] = ()
    numbers: tuple[float, ...] = ()  # shapes, probabilities or weights
    kind: Kind = Kind.DURATION
    by_percentiles: bool = False
    base: Amount | None = None  # the 40d of "80% 100% 150% of 40d"
    low: Amount | None = None
    high: Amount | None = None
    sample: SampleColumn | None = None
    currency: str = ""
    per: str = ""  # the unit of time of a rate

    @property
    def sizes(self) -> list[Amount]:
        """All amounts that are multiples of the quantity's own unit."""
        return [*self.amounts, *(bound for bound in (self.low, self.high) if bound)]

    @property
    def is_relative(self) -> bool:
        """Needs a planned value to be a share of, and has none of its own."""
        return self.base is None and any(amount.is_relative for amount in self.sizes)

    @property
    def is_elapsed(self) -> bool:
        absolute = self.base or next((amount for amount in self.amounts if not amount.is_relative), None)
        return absolute is not None and absolute.is_elapsed

    @property
    def is_fixed(self) -> bool:
        return self.law == "fixed"

    def made(self, unit_size: Callable[[str], float], planned: float | None = None) -> Law:
        """The law in target units: ``unit_size`` tells how much one of each unit is, ``planned`` what 100 % is.

        Raises `Misread` for an estimate that describes no law, such as three points out of order.
        """
        if self.base is not None:
            planned = _size(self.base, unit_size)
        if planned is None and any(amount.is_relative for amount in self.sizes):
            amount = next(amount for amount in self.sizes if amount.is_relative)
            fix = f"write what it is a percentage of, such as '{amount.text} of 40d'"
            raise Misread("percent-of-nothing", f"'{amount.text}' is a percentage, but of what is not said", fix, amount.offset)

        def size(unit: str) -> float:
            return planned / 100 if unit == "%" and planned is not None else unit_size(unit)

        self._check_order(size)
        if all(size(unit) == 0 for amount in self.sizes for _, unit in amount.parts):
            return laws.Fixed(0.0)
        try:
            return self._build(lambda amount: _size(amount, size))
        except InvalidModel as error:
            problem = self._in_own_words(error)
            raise Misread(problem.code, problem.what, problem.fix, self.amounts[0].offset if self.amounts else 0) from None

    def _in_own_words(self, error: InvalidModel) -> Problem:
        """What is wrong with the law in its author's unit, if there is one only: in days, not in minutes."""
        if len({amount.unit for amount in self.sizes}) == 1:
            try:
                self._build(lambda amount: amount.number)
            except InvalidModel as in_own_unit:
                return in_own_unit.problems[0]
        return error.problems[0]

    def _check_order(self, size: Callable[[str], float]) -> None:
        """Of the values of laws that are given by points: said in the author's own words, at the one that is too low."""
        if self.law not in ("triangular", "pert", "trigen", "uniform", "beta") and not self.by_percentiles:
            return
        sizes = [_size(amount, size) for amount in self.amounts]
        for place, after in enumerate(self.amounts[1:]):
            if sizes[place] > sizes[place + 1]:
                before = self.amounts[place]
                what = f"the values of a {self.law} must rise, but '{after.text}' comes after '{before.text}'"
                raise Misread("impossible-estimate", what, f"put them in order: {FORMS[self.law]}", after.offset)

    def _build(self, size: Callable[[Amount], float]) -> Law:
        values, numbers = [size(amount) for amount in self.amounts], self.numbers
        if self.law in ("normal", "lognormal"):
            lowest = -inf if self.law == "normal" and values[0] < 0 else 0.0
            low, high = size(self.low) if self.low else lowest, size(self.high) if self.high else inf
            kind = laws.Normal if self.law == "normal" else laws.Lognormal
            if self.by_percentiles:
                return kind.from_percentiles(numbers[0], values[0], numbers[1], values[1], low, high)
            return kind(values[0], values[1], low, high)
        if self.law in ("weibull", "gamma"):
            return LAWS[self.law](numbers[0], *values)
        if self.law == "discrete":
            return laws.Discrete(tuple(values), numbers)
        if self.law == "empirical":
            return laws.Empirical(tuple(values))
        return LAWS[self.law](*values, *numbers)


def _size(amount: Amount, size: Callable[[str], float]) -> float:
    return sum(number * size(unit) for number, unit in amount.parts)


class _Reading:
    """The words of an estimate, taken one after the other."""

    def __init__(self, text: str, kind: Kind) -> None:
        self.text, self.kind = text, kind
        self.words = [word for word in _joined(list(words(text)), kind) if word.text not in (",", ";", "(", ")", "{", "}", "=")]
        self.next = 0
        self.law = "fixed"
        self.currency = self.per = ""

    @property
    def word(self) -> Word | None:
        return self.words[self.next] if self.next < len(self.words) else None

    def take(self) -> Word:
        word = self.words[self.next]
        self.next += 1
        return word

    def skip(self, *keywords: str) -> bool:
        if self.word and self.word.text.lower() in keywords:
            self.next += 1
            return True
        return False

    def wrong(self, what: str, word: Word | None = None) -> Misread:
        return Misread("wrong-form", what, f"write {FORMS[self.law]}", word.offset if word else len(self.text.rstrip()))

    def amount(self, what: str) -> Amount:
        if self.word is None:
            raise self.wrong(f"a {self.law} lacks {what}")
        word = self.take()
        if not word.is_number and self.kind is not Kind.MONEY:
            raise self.wrong(f"'{word.text}' stands where {what} is expected", word)
        if self.kind is Kind.MONEY and not re.fullmatch(r".*%", word.text):
            amount, currency, per = money(word)
            self.settle(currency, per, word)
            return amount
        return read_amount(word, self.kind)

    def number(self, what: str) -> float:
        """A bare number, or a percentage as a share of 1."""
        if self.word is None or not (match := re.fullmatch(r"([-+]?(?:\d+\.?\d*|\.\d+))(%?):?", self.word.text)):
            raise self.wrong(
                f"a {self.law} lacks {what}" if self.word is None else f"'{self.word.text}' stands where {what} is expected", self.word
            )
        self.next += 1
        return float(match[1]) / (100 if match[2] else 1)

    def settle(self, currency: str, per: str, word: Word) -> None:
        """Currency and time unit are those of the whole estimate."""
        if currency and self.currency and currency != self.currency:
            raise Misread("mixed-currencies", f"'{word.text}' is not in {self.currency}", "use one currency throughout", word.offset)
        self.currency, self.per = currency or self.currency, per or self.per

    def tail(self) -> tuple[Amount | None, Amount | None, Amount | None]:
        """What may end every estimate: ``of 40d`` and ``within 5d..30d``, in any order."""
        base = low = high = None
        while self.word is not None:
            word = self.take()
            if word.text.lower() == "of" and base is None:
                base = self.amount("what the percentages are of")
            elif word.text.lower() == "within":
                low, high = self.bounds()
            elif self.kind is Kind.MONEY and not word.is_number:
                self.settle(*unit_of_money(word), word)
            else:
                raise self.wrong(
                    f"'{word.text}' is one too many for a {self.law}" if word.is_number else f"'{word.text}' is not understood here", word
                )
        if base is not None and base.is_relative:
            raise Misread("percent-of-nothing", f"'{base.text}' is itself a percentage", "write an amount, such as 'of 40d'", base.offset)
        return base, low, high

    def bounds(self) -> tuple[Amount | None, Amount | None]:
        if self.law not in ("normal", "lognormal"):
            fix = "remove 'within', or use a normal or lognormal"
            raise Misread("bounds-not-possible", f"a {self.law} has ends of its own", fix, self.words[self.next - 1].offset)
        if self.word is None or ".." not in self.word.text:
            raise Misread("wrong-form", "'within' needs two bounds", "write within 5d..30d", self.words[self.next - 1].offset)
        word = self.take()
        first, last = word.text.split("..", 1)
        ends = [(first, word.offset), (last, word.end - len(last))]
        low, high = (read_amount(Word(text, at), self.kind) if text else None for text, at in ends)
        return low, high


def _joined(found: list[Word], kind: Kind) -> list[Word]:
    """With a number and its unit made one word: ``5 days`` -> ``5days``."""
    joined: list[Word] = []
    for place, word in enumerate(found):
        before = joined[-1] if joined else None
        if word.text == "," and before and re.fullmatch(r"[-+]?\d+", before.text) and before.end == word.offset:
            _refuse_comma(before, found[place + 1] if place + 1 < len(found) else None, kind)
        if (kind is Kind.DURATION and before and word.text.lower() in UNITS and re.fullmatch(r"[-+]?[\d.]+", before.text)) or (
            kind is Kind.MONEY and before and word.text in ("k", "K", "M", "bn", "%") and re.fullmatch(r"[-+]?[\d.]+", before.text)
        ):
            joined[-1] = Word(before.text + word.text, before.offset)
        elif word.text == "%" and before and re.fullmatch(r"[-+]?[\d.]+", before.text):
            joined[-1] = Word(before.text + "%", before.offset)
        else:
            joined.append(word)
    return joined


def _refuse_comma(before: Word, after: Word | None, kind: Kind) -> None:
    """A comma inside a number: as a decimal sign, or as a separator of thousands."""
    if after is None or after.offset != before.end + 1 or not after.text[0].isdigit():
        return
    whole = f"{before.text},{after.text}"
    if kind is Kind.MONEY and re.match(r"\d{3}(?!\d)", after.text):
        fix = f"write {before.text}{after.text}, or use k and M"
        raise Misread("thousands-separator", f"'{whole}' has a comma in the number", fix, before.offset)
    fix = f"write {before.text}.{after.text}, or part several values with spaces"
    raise Misread("decimal-comma", f"'{whole}' has a comma in the number", fix, before.offset)


@lru_cache(maxsize=4096)
def read_estimate(text: str, kind: Kind = Kind.DURATION) -> Estimate:
    """Raises `Misread` at the word that is wrong."""
    reading = _Reading(text, kind)
    if reading.word is None:
        raise Misread("empty-value", f"the {kind} is empty", f"write for example {_example(kind)}")
    if not reading.word.is_number and not (kind is Kind.MONEY and re.fullmatch(r"[A-Z]{3}|[€$£]", reading.word.text)):
        reading.law = _law(reading.take(), kind)
    elif kind is Kind.MONEY and not reading.word.is_number:
        reading.settle(*unit_of_money(reading.word), reading.take())
    elif (following := reading.words[1:2]) and following[0].is_number:
        what = f"several values need the name of a law, and '{text.strip()}' begins with none"
        fix = f"write pert {text.strip()}" if len(reading.words) == 3 else "begin with pert, triangular, uniform or another law"
        raise Misread("missing-law", what, fix, reading.word.offset)
    estimate = _READERS[reading.law](reading)
    base, low, high = reading.tail()
    if kind is not Kind.DURATION or base or low or high:  # what a duration seldom has
        estimate = replace(estimate, kind=kind, base=base, low=low, high=high, currency=reading.currency, per=reading.per)
    _check_units(estimate)
    return estimate


def _example(kind: Kind) -> str:
    return {Kind.DURATION: "5d or pert 4d 5d 9d", Kind.FACTOR: "1.2 or pert 0.9 1.0 1.3", Kind.MONEY: "20k EUR or pert 20k 30k 50k EUR"}[
        kind
    ]


def _law(word: Word, kind: Kind) -> str:
    name = ALIASES.get(word.text.lower(), word.text.lower())
    if name not in LAWS:
        fix = did_you_mean(
            name if len(name) > 2 else "",
            [n for n in (*LAWS, *ALIASES) if n[0] == name[0]],
            f"write an amount, or one of {', '.join(LAWS)}",
        )
        raise Misread(
            "unknown-law", f"'{word.text}' is neither {'an' if kind is Kind.MONEY else 'a'} {kind} nor the name of a law", fix, word.offset
        )
    return name


def _check_units(estimate: Estimate) -> None:
    absolute = [amount for amount in (*estimate.sizes, *([estimate.base] if estimate.base else [])) if not amount.is_relative]
    for amount in absolute[1:]:
        if amount.is_elapsed != absolute[0].is_elapsed:
            what = f"'{amount.text}' and '{absolute[0].text}' mix working and elapsed time"
            raise Misread("mixed-units", what, "use one of them throughout", amount.offset)


def _points(count: int) -> Callable[[_Reading], Estimate]:
    names = {1: ["the value"], 2: ["the low value", "the high value"], 3: ["the low value", "the most likely value", "the high value"]}[
        count
    ]

    def read(reading: _Reading) -> Estimate:
        return Estimate(reading.law, tuple(reading.amount(name) for name in names))

    return read


def _pert(reading: _Reading) -> Estimate:
    estimate = _points(3)(reading)
    return replace(estimate, numbers=(reading.number("its shape"),)) if reading.skip("shape", "lambda") else estimate


def _trigen(reading: _Reading) -> Estimate:
    estimate = _points(3)(reading)
    if reading.word and re.fullmatch(r"[\d.]+%?", reading.word.text):
        return replace(estimate, numbers=(reading.number("the share below"), reading.number("the share below the high value")))
    return estimate


def _beta(reading: _Reading) -> Estimate:
    estimate = _points(2)(reading)
    reading.skip("shapes", "shape", "alpha")
    first = reading.number("its first shape")
    reading.skip("beta")
    return replace(estimate, numbers=(first, reading.number("its second shape")))


def _bell(reading: _Reading) -> Estimate:
    """Normal and lognormal: by mean and standard deviation, or by two percentiles."""
    if reading.word and re.fullmatch(r"[pP][\d.]+", reading.word.text):
        shares, amounts = [], []
        for _ in range(2):
            if reading.word is None or not re.fullmatch(r"[pP][\d.]+", reading.word.text):
                raise reading.wrong(f"a {reading.law} by percentiles needs two of them", reading.word)
            shares.append(float(reading.take().text[1:].rstrip(".")) / 100)
            amounts.append(reading.amount("the value of the percentile"))
        return Estimate(reading.law, tuple(amounts), tuple(shares), by_percentiles=True)
    reading.skip("mean")
    mean = reading.amount("the mean")
    if not reading.skip("sd", "sigma", "±", "+-"):
        raise reading.wrong(f"a {reading.law} lacks its standard deviation", reading.word)
    sd = reading.amount("the standard deviation")
    if sd.is_relative and not mean.is_relative:
        sd = replace(sd, parts=tuple((abs(number) * sd.number / 100, unit) for number, unit in mean.parts))
    return Estimate(reading.law, (mean, sd))


def _exponential(reading: _Reading) -> Estimate:
    reading.skip("mean")
    mean = reading.amount("its mean")
    return Estimate(reading.law, (mean, reading.amount("its start")) if reading.skip("from") else (mean,))


def _shape_and_scale(reading: _Reading) -> Estimate:
    reading.skip("shape")
    shape = reading.number("its shape")
    reading.skip("scale")
    amounts: tuple[Amount, ...] = (reading.amount("its scale"),)
    if reading.skip("from"):
        amounts += (reading.amount("its start"),)
    return Estimate(reading.law, amounts, (shape,))


def _discrete(reading: _Reading) -> Estimate:
    amounts, weights, percent = [], [], True
    start = reading.word
    while reading.word and reading.word.is_number:
        reading.words[reading.next] = Word(reading.word.text.rstrip(":"), reading.word.offset)
        amounts.append(reading.amount("a value"))
        percent = percent and reading.word is not None and reading.word.text.endswith("%")
        weights.append(reading.number("the probability of the value before"))
    if not amounts:
        raise reading.wrong("a discrete lacks its values", start)
    check_shares(weights, percent, start.offset if start else 0)
    return Estimate(reading.law, tuple(amounts), tuple(weights))


def check_shares(weights: list[float], percent: bool, offset: int = 0) -> None:
    """Percentages must make 100 % together; other weights are taken in proportion."""
    if any(weight < 0 for weight in weights):
        raise Misread("impossible-weights", "a probability is below zero", "give probabilities of 0 or more", offset)
    if percent and abs(sum(weights) - 1) > 0.001:
        what = f"the probabilities add up to {100 * sum(weights):g}%, not to 100%"
        raise Misread("impossible-weights", what, "correct them, or give weights without %", offset)


def _empirical(reading: _Reading) -> Estimate:
    if reading.word is None or (reading.word.is_number and not re.search(r"\.(csv|tsv|txt|xlsx)\b", reading.word.text, re.I)):
        values = []
        while reading.word and reading.word.is_number:
            values.append(reading.amount("a value"))
        if not values:
            raise reading.wrong("an empirical lacks its sample")
        return Estimate(reading.law, tuple(values))
    file = reading.take()
    if not reading.skip("column"):
        raise reading.wrong("the column of the sample is not said", reading.word)
    if reading.word is None:
        raise reading.wrong("the column of the sample is not said")
    column, unit = reading.take().text.strip("'\""), ""
    if reading.skip("in"):
        unit = reading.take().text if reading.word else ""
        if unit.lower() not in UNITS:
            raise reading.wrong(f"'{unit}' is not a unit of time", reading.words[-1])
    return Estimate(reading.law, sample=SampleColumn(file.text.strip("'\""), column, unit, file.offset))


_READERS: dict[str, Callable[[_Reading], Estimate]] = {
    "fixed": _points(1),
    "uniform": _points(2),
    "triangular": _points(3),
    "pert": _pert,
    "trigen": _trigen,
    "beta": _beta,
    "normal": _bell,
    "lognormal": _bell,
    "exponential": _exponential,
    "weibull": _shape_and_scale,
    "gamma": _shape_and_scale,
    "discrete": _discrete,
    "empirical": _empirical,
}
