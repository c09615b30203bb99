"""How good forecasts of dates were: hit rates, probability integral transform, pinball loss, continuous ranked probability score.

Gneiting & Raftery, Strictly Proper Scoring Rules, Prediction, and Estimation, JASA 102 (2007); Czado, Gneiting & Held, Predictive
Model Assessment for Count Data, Biometrics 65 (2009), for the histogram of a forecast that has whole days only.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pmosim.results.clusters import clustered_share
from pmosim.results.estimates import binomial_quantile
from pmosim.results.outcomes import RUN_ITS_COURSE, Outcome
from pmosim.results.records import Estimate

Floats = NDArray[np.float64]

LEVELS = (10, 20, 30, 40, 50, 60, 70, 80, 90)
BINS = 10


def hits_at(outcomes: Sequence[Outcome], level: int) -> tuple[NDArray[np.bool_], Floats, list[str]]:
    """Of those for which it is known: whether they came in by the P-value's day, with which probability they should have, their projects.

    Days are whole, so the day of a P80 holds more than 80 % of a narrow forecast: what it holds is what is expected.
    """
    known = [one for one in outcomes if one.is_settled(level / 100)]
    held = np.array([one.held(level / 100) for one in known], dtype=np.bool_)
    expected = np.array([one.reached(one.by_the_end_of(level / 100)) for one in known], dtype=np.float64)
    return held, expected, [one.project for one in known]


def hit_rate(outcomes: Sequence[Outcome], level: int, confidence: float) -> tuple[int, int, float, Estimate, float]:
    """(hits, outcomes, expected share, share with its interval, effective number)."""
    held, expected, projects = hits_at(outcomes, level)
    share, worth = clustered_share(held, projects, confidence)
    return int(held.sum()), len(held), float(expected.mean()) if len(held) else level / 100, share, worth


def judged(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those whose forecast has run its course: their P99 lies before what is known."""
    return [one for one in outcomes if one.is_settled(RUN_ITS_COURSE)]


def transform(one: Outcome) -> tuple[float, float]:
    """Probability integral transform: the forecast's probability before and by the end of the actual day."""
    if one.day is None:
        return one.reached(one.until), 1.0
    return one.reached(one.day), one.reached(one.day + 1)


def transform_counts(outcomes: Sequence[Outcome], bins: int = BINS) -> Floats:
    """How many outcomes fall into each bin of the transform; one that spans several is shared among them. Returns float64[bins]."""
    counts, edges = np.zeros(bins), np.linspace(0, 1, bins + 1)
    for one in outcomes:
        low, high = transform(one)
        if high - low <= 1e-12:
            counts[min(int(low * bins), bins - 1)] += 1
        else:
            counts += np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0, None) / (high - low)
    return counts


def transform_band(n: int, bins: int, confidence: float) -> tuple[int, int]:
    """Between which counts all bins of an honest forecaster lie together with at least this confidence (Bonferroni)."""
    if not n:
        return 0, 0
    tail = (1 - confidence) / (2 * bins)
    return binomial_quantile(tail, n, 1 / bins), binomial_quantile(1 - tail, n, 1 / bins)


def ranked_probability_score(at: ArrayLike, mass: ArrayLike, actual: float) -> float:
    """Integral of (F(x) - [x >= actual])^2 for a step distribution with these masses: exact, in the unit of ``at``.

    at, mass : float64[k]; at rises, the masses add up to 1
    """
    x, p = np.asarray(at, dtype=np.float64), np.asarray(mass, dtype=np.float64)
    points = np.append(x, actual)
    order = np.argsort(points, kind="stable")
    below = np.cumsum(np.append(p, 0.0)[order])[:-1]
    done = np.cumsum(np.append(np.zeros(len(x)), 1.0)[order])[:-1]
    return float(np.diff(points[order]) @ (below - done) ** 2)


def score_of(one: Outcome) -> float:
    """Continuous ranked probability score [calendar days]; of one still open, what it is at least."""
    return ranked_probability_score(*one.steps, float(came_in(one)))


def plan_error(one: Outcome) -> float:
    """The same score for the plan taken as a forecast without spread: how far it was off [calendar days]."""
    return abs(came_in(one) - (ceil(round(one.planned, 9)) - 1))


def pinball_loss(one: Outcome, level: int) -> float:
    """Of the P-value's day against the actual one [calendar days]: late costs ``level`` %, early the rest."""
    off = came_in(one) - (one.by_the_end_of(level / 100) - 1)
    return max(level / 100 * off, (level / 100 - 1) * off)


def came_in(one: Outcome) -> int:
    """The day of the actual; of one still open, the first day on which it may yet be."""
    return one.until if one.day is None else one.day


def error_of(one: Outcome) -> float:
    """Actual minus P50, in the outcome's unit: positive is late; of one still open, what it is at least."""
    return _took(one) - one.median_left


def ratio_of(one: Outcome) -> float:
    """Time taken over the P50's, from the status date on; of one still open, what it is at least."""
    return _took(one) / max(one.median_left, 1e-9)


def _took(one: Outcome) -> float:
    """From the status date on; to the middle of the day on which it came in, for the P50 lies somewhere in its own."""
    return one.left_until if one.taken is None else (one.taken[0] + one.taken[1]) / 2
