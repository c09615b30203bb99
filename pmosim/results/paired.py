"""Differences of figures of two simulations on the same draws, with intervals that know of the pairing."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.results.estimates import half_width, mean, scaled
from pmosim.results.records import Estimate
from pmosim.results.resampling import Resamples, interval, place_of


class Sample:
    """One quantity in every iteration of one simulation, with its percentiles in every resample."""

    def __init__(self, values: NDArray[np.int64], levels: tuple[int, ...], resamples: Resamples, family: str = "") -> None:
        ordered = np.sort(values)
        self.values = values
        self.percentiles = {level: int(ordered[place_of(len(values), level)]) for level in levels}
        deviations = resamples.of_percentiles(values, levels, family)
        self.deviations = dict(zip(levels, deviations, strict=True))


def percentile_difference(before: Sample, after: Sample, level: int, confidence: float, unit: float) -> Estimate:
    """Move of a percentile, in ``unit`` units of the samples."""
    value = after.percentiles[level] - before.percentiles[level]
    return scaled(interval(float(value), after.deviations[level] - before.deviations[level], confidence), 1 / unit)


def mean_difference(before: Sample, after: Sample, confidence: float, unit: float) -> Estimate:
    return scaled(mean(after.values - before.values, confidence), 1 / unit)


def share_difference(before: NDArray[np.bool_], after: NDArray[np.bool_], confidence: float) -> Estimate:
    """Of the same n iterations: what both share says nothing about the difference.

    Half an iteration is added to each kind of iteration that differs, so that none seen does not mean none possible (Agresti &
    Min, Statistics in Medicine 24 (2005)); where nothing differs because the samples are one and the same, there is no error.
    """
    n, gained, lost = len(before), int((after & ~before).sum()), int((before & ~after).sum())
    value = (gained - lost) / n
    middle = (gained - lost) / (n + 2)
    error = sqrt(max(gained + lost + 1 - (gained - lost) ** 2 / (n + 2), 0.0)) / (n + 2)
    half = half_width(confidence) * error
    return Estimate(value, max(min(middle - half, value), -1.0), min(max(middle + half, value), 1.0))
