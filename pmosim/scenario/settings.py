"""``simulation:``: how many iterations, drawn how, and when there are enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pmosim.scenario import language
from pmosim.scenario.places import Findings, Misread, Origin
from pmosim.scenario.quantities import read_precision, read_probability

REPLICATES = 10
"""A Latin hypercube is made in so many independent parts, all of one size."""


@dataclass(frozen=True, slots=True)
class Settings:
    iterations: int = 10_000
    seed: int = 1
    confidence: float = 0.95
    sampling: str = "random"
    precision: float | None = None  # iterate until the percentile's interval is narrower, for every target [working days]
    level: int = 80  # of that percentile
    most: int = 1_000_000  # iterations, whatever the precision


def read_settings(entry: language.Simulation | None, origin: Origin, findings: Findings) -> Settings:
    if entry is None:
        return Settings()
    numbers = {key: getattr(entry, key) for key in ("iterations", "seed", "sampling", "level", "most")}
    settings = replace(Settings(), **{key: value for key, value in numbers.items() if value is not None})
    try:
        precision = None if entry.precision is None else read_precision(entry.precision)
        settings = replace(settings, precision=precision)
    except Misread as error:
        findings.misread(origin / "precision", error)
    if settings.sampling != "random" and settings.iterations % REPLICATES and entry.precision is None:
        what = f"a Latin hypercube has {REPLICATES} replicates of equal size, but there are {settings.iterations:,} iterations"
        fix = f"write a multiple of {REPLICATES}, such as {-(-settings.iterations // REPLICATES) * REPLICATES}"
        findings.add(origin / "iterations", "uneven-replicates", what, fix)
    if entry.confidence is None:
        return settings
    try:
        share = read_probability(entry.confidence)
        if not 0.5 <= share < 1:
            raise Misread("out-of-range", f"the confidence {entry.confidence} is not between 50% and 100%", "write for example 95%")
        return replace(settings, confidence=share)
    except Misread as error:
        findings.misread(origin / "confidence", error)
        return settings
