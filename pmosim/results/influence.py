"""Standard errors of figures that are no plain means: each iteration's influence on the figure, and its spread.

The error of a figure T over n independent iterations is sd(IF)/sqrt(n) in the limit, IF being the influence function of
one iteration on T (F. R. Hampel et al., Robust Statistics, 1986, section 2.1). Nothing need be normal: durations are
bounded or skewed, and formulas for normal laws would be off by up to a factor of two or three.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOOKED_AT = 250
"""Iterations whose influence on Kendall's coefficient is counted out, against all others; more would cost more than they tell."""


FEWEST = 6
"""Iterations below which nothing is known of an error."""


def error_of(influence: Floats, n: int | None = None) -> float:
    """Standard error from the influence of each iteration; infinite where there are too few to tell."""
    return inf if len(influence) < FEWEST else float(np.std(influence)) / sqrt(n or len(influence))


def standardised(values: NDArray) -> Floats:
    """Mean 0 and standard deviation 1; all 0 where nothing varies."""
    off = np.asarray(values, dtype=np.float64) - np.mean(values)
    spread = sqrt(float(np.mean(off**2)))
    return off / spread if spread > 0 else off


def pearson_error(x: NDArray, y: NDArray) -> float:
    """Of Pearson's correlation: IF = x y - r (x^2 + y^2)/2, both standardised."""
    x, y = standardised(x), standardised(y)
    return error_of(x * y - float(np.mean(x * y)) * (x**2 + y**2) / 2)


def spearman_error(x_ranks: NDArray, y_ranks: NDArray) -> float:
    """Of Spearman's coefficient, given the ranks (from 1, equal values sharing theirs).

    The coefficient is the covariance of F(X) and G(Y) over their spreads. An iteration counts in the covariance by its own
    place, and by moving the places of all that stand above it: IF ~ F G + E[G(Y'); X' > X] + E[F(X'); Y' > Y]. The spread
    of ranks is a matter of ties: its square is (1 - sum of t^3)/12, t the share of iterations tied at each value.
    """
    n = len(x_ranks)
    f, g = (np.asarray(ranks, dtype=np.float64) / n for ranks in (x_ranks, y_ranks))
    scale = float(np.std(f)) * float(np.std(g))
    if scale == 0:
        return 0.0
    rho = float(np.mean((f - f.mean()) * (g - g.mean()))) / scale
    return error_of((f * g + _above(f, g) + _above(g, f)) / scale + rho * (_by_ties(f) + _by_ties(g)))


def _by_ties(ranks: Floats) -> Floats:
    """Influence on minus the logarithm of the spread of ranks, but for a constant."""
    _, place, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    tied = counts[place] / len(ranks)
    return 1.5 * tied**2 / (1 - float(np.mean(tied**2)))


def _above(key: Floats, values: Floats) -> Floats:
    """For each element the mean over all of ``values`` where ``key`` is greater, equal keys counting half."""
    order = np.argsort(key, kind="stable")
    ordered, total = key[order], np.concatenate([[0.0], np.cumsum(values[order])])
    first, last = np.searchsorted(ordered, key, side="left"), np.searchsorted(ordered, key, side="right")
    return (total[-1] - (total[first] + total[last]) / 2) / len(key)


def kendall_error(x: NDArray, y: NDArray) -> float:
    """Of Kendall's tau-b: twice the influence of each iteration's mean concordance with all others, and of its ties."""
    n, some = len(x), min(len(x), LOOKED_AT)
    signs = [np.greater.outer(v[:some], v).view(np.int8) - np.less.outer(v[:some], v).view(np.int8) for v in (x, y)]
    products = signs[0] * signs[1], np.abs(signs[0]), np.abs(signs[1])
    concordance, in_x, in_y = (product.sum(axis=1, dtype=np.int32) / n for product in products)
    untied_x, untied_y = float(in_x.mean()), float(in_y.mean())
    if untied_x == 0 or untied_y == 0:
        return 0.0
    scale = sqrt(untied_x * untied_y)
    tau = float(concordance.mean()) / scale
    return 2 * error_of(concordance / scale - tau / 2 * (in_x / untied_x + in_y / untied_y), n)


def group_mean_error(values: Floats, group: NDArray[np.bool_], edge: NDArray[np.bool_] | None) -> tuple[float, float]:
    """Standard errors of the mean of ``values`` within a group, and of that mean less the mean of all.

    ``edge`` marks iterations near the quantile that bounds the group; that bound is estimated too, and moves the mean by
    what happens there. None where the group has no bound of the kind (it is "the risk occurred").
    """
    n, inside = len(values), values[group]
    share, mean, spread = len(inside) / n, float(inside.mean()), float(inside.var())
    at_edge = float(values[edge].mean()) if edge is not None and edge.any() else mean
    off = mean - at_edge
    own = (spread + (1 - share) * off**2) / share
    less_mean = own + float(values.var()) - 2 * (spread + off * (mean - float(values.mean())))
    return sqrt(own / n), sqrt(max(less_mean, 0.0) / n)


def group_percentile_spread(values: Floats, at: float, level: float, share: float, edge: NDArray[np.bool_] | None) -> float:
    """How far the place of a percentile within a group is off, as standard errors in places per sqrt(n).

    With c the share at the group's bound that lies below the percentile, the indicator is (1{Y <= y} - c) within the
    group; c = level where the bound does not matter, which gives the binomial sqrt(level (1 - level) share).
    """
    c = level if edge is None or not edge.any() else float(np.mean(values[edge] <= at))
    return sqrt(max(share * (level * (1 - c) ** 2 + (1 - level) * c**2) - (share * (level - c)) ** 2, 0.0))


def spreads_ratio_error(x: NDArray, y: NDArray) -> float:
    """Relative standard error of sd(x)/sd(y): IF = (x^2 - y^2)/2, both standardised."""
    return error_of((standardised(x) ** 2 - standardised(y) ** 2) / 2)


def spread_error(values: NDArray) -> float:
    """Relative standard error of a standard deviation: IF = (x^2 - 1)/2, standardised."""
    return error_of(standardised(values) ** 2 / 2)
