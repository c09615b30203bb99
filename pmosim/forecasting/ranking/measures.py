"""Figures of outcomes, and what taking something out gains in each, with the spread of the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import mean, scaled
from pmosim.results.ranking import DAYS
from pmosim.results.records import Estimate
from pmosim.results.resampling import Resamples, interval, place_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MEAN = "mean"
CENTS = 100


def level_of(figure: str) -> int:
    return int(figure.removeprefix("P"))


def exactly(values: Ints, figure: str) -> int:
    """The figure in whole units: the order statistic, or for the mean the sum over all iterations."""
    if figure == MEAN:
        return int(values.sum())
    return int(np.partition(values, place_of(len(values), level_of(figure)))[place_of(len(values), level_of(figure))])


@dataclass(frozen=True)
class Gains:
    """What one set of sources is worth in each of the figures, and how far resampling moves that."""

    exact: tuple[int, ...]  # by figure, whole units
    deviations: Floats  # [figures, resamples], minutes or hundredths
    mean: Estimate  # of the mean gain [minutes or hundredths]


@dataclass(frozen=True)
class Yardstick:
    """One unit (days or money) in which outcomes are measured, and the outcomes with everything in."""

    unit: str
    base: int  # whole units in a day, or in a unit of currency
    figures: tuple[str, ...]
    everything: Ints
    resamples: Resamples
    confidence: float

    @classmethod
    def of(
        cls, unit: str, minutes_per_day: int, figures: tuple[str, ...], everything: Ints, resamples: Resamples, confidence: float
    ) -> Yardstick:
        return cls(unit, minutes_per_day if unit == DAYS else CENTS, figures, everything, resamples, confidence)

    def per_unit(self, figure: str) -> int:
        return self.base * (len(self.everything) if figure == MEAN else 1)

    def only(self, figure: str) -> Yardstick:
        return Yardstick(self.unit, self.base, (figure,), self.everything, self.resamples, self.confidence)

    def starting_from(self, values: Ints) -> Yardstick:
        """The same, with something out already."""
        return Yardstick(self.unit, self.base, self.figures, values, self.resamples, self.confidence)

    def spread(self, values: Ints) -> Floats:
        """How far resampling moves each percentile of ``values`` itself; float64[percentiles, resamples]."""
        levels = tuple(level_of(figure) for figure in self.figures if figure != MEAN)
        return self.resamples.of_percentiles(values, levels, self.unit)

    def gains(self, values: Ints, spread: Floats | None = None) -> Gains:
        """With everything in minus ``values``; ``spread`` is that of everything, if it is at hand."""
        exact = tuple(exactly(self.everything, figure) - exactly(values, figure) for figure in self.figures)
        saved = self.everything - values
        if not saved.any():
            return Gains(exact, np.zeros((len(self.figures), self.resamples.times)), Estimate(0.0, 0.0, 0.0))
        own = self.spread(self.everything) if spread is None else spread
        percentiles = iter(own - self.spread(values))
        rows = [self.resamples.of_mean(saved) if figure == MEAN else next(percentiles) for figure in self.figures]
        return Gains(exact, np.stack(rows), mean(saved, self.confidence))

    def estimate(self, gains: Gains, figure: str) -> Estimate:
        """[working days or currency]"""
        k = self.figures.index(figure)
        if figure == MEAN:
            return scaled(gains.mean, 1 / self.base)
        return scaled(interval(float(gains.exact[k]), gains.deviations[k], self.confidence), 1 / self.base)

    def estimates(self, gains: Gains) -> dict[str, Estimate]:
        return {figure: self.estimate(gains, figure) for figure in self.figures}
