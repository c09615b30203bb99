"""Where the constants of pmosim/engine/kernels/draws.py come from: prints them, and the largest error of each fit."""

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from scipy.special import ndtri

SHIFT, END = 0.4, 32 * np.log(2) + 0.01


def nodes(count):
    return np.cos(np.pi * (np.arange(count) + 0.5) / count)


def deviate(tail):
    """-ndtri(v) as a function of L = -ln(2 v)."""
    return -ndtri(np.exp(-tail) / 2)


def fit_log():
    powers = chebyshev.cheb2poly(chebyshev.chebfit(nodes(100), np.log(1.5 + 0.5 * nodes(100)), 9))
    t = np.linspace(-1, 1, 50_001)
    return powers, np.abs(polynomial.polyval(t, powers) - np.log(1.5 + 0.5 * t)).max()


def fit_deviate():
    low, high = np.sqrt(SHIFT), np.sqrt(END + SHIFT)
    middle, half = (low + high) / 2, (high - low) / 2
    powers = chebyshev.cheb2poly(chebyshev.chebfit(nodes(400), deviate((middle + half * nodes(400)) ** 2 - SHIFT), 14))
    t = np.linspace(-1, 1, 200_001)
    error = np.abs(polynomial.polyval(t, powers) - deviate(np.maximum((middle + half * t) ** 2 - SHIFT, 0))).max()
    return powers, error, 1 / half, -middle / half


if __name__ == "__main__":
    log_powers, log_error = fit_log()
    powers, error, scale, offset = fit_deviate()
    print("LOG", log_powers.tolist(), "largest error", log_error)
    print("DEVIATE", powers.tolist(), "largest error", error)
    print("scale", scale, "offset", offset)
