"""What a task costs and what a risk does to a duration, as people write it: ``20k EUR + 1200 EUR/d``, ``+5d``, ``x 1.3``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from pmosim.model.risks import ImpactKind
from pmosim.scenario.estimates import Estimate, read_estimate
from pmosim.scenario.places import Misread
from pmosim.scenario.quantities import Kind


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """``20k EUR + 1200 EUR/d``: what is paid once, and what is paid for time."""

    fixed: Estimate | None
    rate: Estimate | None

    @property
    def parts(self) -> Iterator[Estimate]:
        return (part for part in (self.fixed, self.rate) if part)


@lru_cache(maxsize=4096)
def read_cost(text: str) -> CostEstimate:
    """The parts of a cost, parted by `` + ``; at most one of each kind."""
    fixed = rate = None
    at = 0
    for piece in re.split(r"(\s\+\s)", text):
        if piece.strip() != "+":
            try:
                part = read_estimate(piece, Kind.MONEY)
            except Misread as error:
                raise error.moved(at) from None
            if (rate if part.per else fixed) is not None:
                what = f"there are two {'rates' if part.per else 'fixed amounts'} in '{text}'"
                raise Misread("wrong-form", what, "write at most 20k EUR + 1200 EUR/d", at)
            fixed, rate = (fixed, part) if part.per else (part, rate)
        at += len(piece)
    return CostEstimate(fixed, rate)


@lru_cache(maxsize=4096)
def read_impact(text: str) -> tuple[ImpactKind, Estimate, int]:
    """``+5d`` and ``-2d`` add time; ``x 1.3``, ``× 120%`` and ``* 1.3`` multiply. The number is the offset of the estimate."""
    match = re.match(r"\s*(?:([+-])\s*|([x×*])\s*)", text)
    sign, after = (match[1] or match[2], match.end()) if match else ("", 0)
    if not match or not sign:
        raise Misread(
            "impact-without-sign", f"'{text}' neither adds nor multiplies", "write +5d to add time, or x 1.3 to multiply the duration"
        )
    kind, unit = (ImpactKind.ADD, Kind.DURATION) if sign in "+-" else (ImpactKind.FACTOR, Kind.FACTOR)
    try:
        estimate = read_estimate(text[after:], unit)
    except Misread as error:
        raise error.moved(after) from None
    if kind is ImpactKind.ADD and estimate.is_relative:
        amount = next(amount for amount in estimate.sizes if amount.is_relative)
        fix = f"write x {100 + amount.number:g}% to multiply the duration"
        raise Misread("percent-added", f"'{amount.text}' cannot be added as time", fix, after + amount.offset)
    if sign == "-":
        if not estimate.is_fixed:
            raise Misread(
                "negative-law", "'-' can stand only before a single value", "write + and negative values: +uniform -3d -1d", after - 1
            )
        estimate = replace(estimate, amounts=tuple(replace(a, parts=tuple((-n, u) for n, u in a.parts)) for a in estimate.amounts))
    return kind, estimate, after
