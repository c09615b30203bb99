"""By which common factor on the remaining durations past forecasts would have been right: its median and its spread.

If X is the time that a forecast leaves and B a factor that all tasks of its project share, the time taken is X B. B is taken as
lognormal, and its parameters by maximum likelihood, with what is still open as censored; X is the forecast's own distribution, whatever
its shape. That is the same factor as an uncertainty driver's, so that what is found can be written into a scenario as it is. A driver
cannot make a forecast narrower: too wide ones show in `Spread`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

from pmosim.results.clusters import clustered_mean, places_of, student
from pmosim.results.outcomes import Outcome, quantiles
from pmosim.results.records import Estimate
from pmosim.results.scoring import ratio_of

Floats = NDArray[np.float64]
Contributions = Callable[[float, float], Floats]

LEAST = 10  # projects, for a suggestion
RESAMPLES = 400
GRID = np.concatenate(([0.0, 0.005, 0.02], np.linspace(0.05, 0.95, 19), [0.98, 0.995, 1.0]))
OUTLIERS = 0.001
"""Share of outcomes that no forecast has to account for, so that a single one beyond all iterations does not speak for a spread."""
LEAST_SPREAD = 0.01  # a hundredth: below it, no spread
LEAST_LEFT = 0.05  # days: what is left in logarithms


@dataclass(frozen=True, slots=True)
class Correction:
    """A factor on remaining durations, shared by all tasks of a project."""

    outcomes: int
    projects: int
    shift: Estimate  # its median
    spread: Estimate  # standard deviation of its logarithm: 0.1 is about a tenth to either side

    @property
    def is_flagged(self) -> bool:
        return not self.shift.low <= 1 <= self.shift.high or self.spread.low > 0

    @property
    def mean(self) -> float:
        return self.shift.value * exp(self.spread.value**2 / 2)

    @property
    def sd(self) -> float:
        return self.mean * sqrt(exp(self.spread.value**2) - 1)


def correction_of(outcomes: Sequence[Outcome], confidence: float) -> Correction | None:
    """Maximum likelihood on a grid, with intervals from resampling projects; None with fewer than `LEAST` in which any came in.

    Projects are resampled whole, so outcomes that share a project's luck do not count as independent ones.
    """
    projects = [one.project for one in outcomes]
    clusters = places_of(projects)
    count = int(clusters.max()) + 1 if projects else 0
    if len({one.project for one in outcomes if one.taken is not None}) < LEAST:
        return None
    shifts, spreads = _grids(outcomes, count)
    contributions = _likelihood(outcomes)
    table = np.array([[np.bincount(clusters, contributions(at, spread)) for spread in spreads] for at in shifts])
    best = _peaks(table, np.ones((1, count)), shifts, spreads)[:, 0]
    luck = np.random.Generator(np.random.Philox(count))
    times = luck.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)
    resampled = _peaks(table, times, shifts, spreads)
    half = student(confidence, count - 1) * float(resampled[0].std()) * sqrt(count / (count - 1))
    low, high = np.quantile(resampled[1], ((1 - confidence) / 2, (1 + confidence) / 2))
    spread, low = (0.0 if part < LEAST_SPREAD else float(part) for part in (best[1], low))
    shift = Estimate(*(exp(best[0] + sign * half) for sign in (0, -1, 1)))
    return Correction(len(outcomes), count, shift, Estimate(spread, min(low, spread), max(float(high), spread)))


def _grids(outcomes: Sequence[Outcome], projects: int) -> tuple[Floats, Floats]:
    """Where the maximum is looked for, also that of resamples: logarithms of the median, and spreads."""
    ratios = np.log(np.maximum([ratio_of(one) for one in outcomes], 1e-3))
    middle = float(np.median(ratios))
    scatter = 1.4826 * float(np.median(np.abs(ratios - middle))) + 0.02
    half = max(8 * scatter / sqrt(projects), 0.5 * scatter)
    return middle + np.linspace(-half, half, 41), np.linspace(0.0, 2 * scatter, 15)


def _peaks(table: Floats, times: Floats, shifts: Floats, spreads: Floats) -> Floats:
    """Where the sum of the clusters' likelihoods, each so many times, is largest; between grid points by a parabola.

    table : float64[shifts, spreads, clusters]; times : float64[resamples, clusters]; returns float64[2, resamples]
    """
    sums = np.moveaxis(table @ times.T, 2, 0)
    flat = sums.reshape(len(sums), -1).argmax(axis=1)
    row, column = np.unravel_index(flat, sums.shape[1:])
    rows = np.arange(len(sums))
    return np.array([_between(sums[rows, :, column], row, shifts), _between(sums[rows, row, :], column, spreads)])


def _between(values: Floats, place: NDArray[np.int64], grid: Floats) -> Floats:
    """Top of the parabola through the largest value of each row and its neighbours; at an end of the grid, that end."""
    rows, inside = np.arange(len(values)), np.clip(place, 1, len(grid) - 2)
    before, here, after = (values[rows, inside + off] for off in (-1, 0, 1))
    bend = before - 2 * here + after
    off = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, -1.0), 0.0)
    return np.where(place == inside, grid[inside] + np.clip(off, -0.5, 0.5) * (grid[1] - grid[0]), grid[place])


def _likelihood(outcomes: Sequence[Outcome]) -> Contributions:
    """Logarithm of each outcome's probability, as a function of the logarithm of the factor's median and of its spread."""
    logs = np.log(np.maximum([quantiles(one.left, one.share, GRID) for one in outcomes], LEAST_LEFT))
    taken = np.array([(one.left_until, np.inf) if one.taken is None else one.taken for one in outcomes])
    with np.errstate(divide="ignore"):
        begin, end = np.log(np.maximum(taken[:, 0], 0.0)), np.log(np.maximum(taken[:, 1], LEAST_LEFT))

    anywhere = OUTLIERS * np.minimum((taken[:, 1] - taken[:, 0]) / np.exp(logs[:, len(GRID) // 2]), 1.0)

    def contributions(at: float, spread: float) -> Floats:
        inside = _reached(end - at, logs, max(spread, 1e-4)) - _reached(begin - at, logs, max(spread, 1e-4))
        return np.log(np.maximum(inside, 0.0) + anywhere)

    return contributions


def _reached(at: Floats, logs: Floats, spread: float) -> Floats:
    """Distribution function of log X + log B without its median, log X being uniform between neighbouring quantiles. float64[n]"""
    from scipy.special import ndtr

    answer = np.where(at > 0, 1.0, 0.0)
    some = np.isfinite(at)
    off = (at[some, None] - logs[some]) / spread
    lost = off * ndtr(off) + np.exp(-(off**2) / 2) / sqrt(2 * np.pi)  # the integral of the normal distribution function
    step = -np.diff(off, axis=1)
    flat = step < 1e-6
    parts = np.where(flat, ndtr(off[:, :-1]), -np.diff(lost, axis=1) / np.where(flat, 1.0, step))
    answer[some] = parts @ np.diff(GRID)
    return answer


@dataclass(frozen=True, slots=True)
class Spread:
    """How widely outcomes scatter round their forecasts, as a multiple of what these say (1: right; above 1: forecasts too narrow)."""

    value: Estimate
    centre: Estimate  # where they lie, in standard deviations of the forecast (0: right; above 0: later)


def spread_of(transforms: Sequence[tuple[float, float]], projects: Sequence[str], confidence: float) -> Spread | None:
    """Mean and spread of the normal deviates of the transforms, which an honest forecast makes 0 and 1 (Berkowitz, JBES 19 (2001))."""
    from scipy.special import ndtri

    if len(set(projects)) < LEAST:
        return None
    # the whole of what the day spans, so that forecasts of whole days count right: nine points of its probability
    points = np.array([np.linspace(low, high, 19)[1::2] for low, high in transforms])
    deviates = ndtri(np.clip(points, 0.005, 0.995))
    centre = clustered_mean(deviates.mean(axis=1), projects, confidence)
    square = clustered_mean((deviates**2).mean(axis=1) - centre.value**2, projects, confidence)
    value = Estimate(*(sqrt(max(part, 0.0)) for part in (square.value, square.low, square.high)))
    return Spread(value, centre)
