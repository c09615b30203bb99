"""Latin hypercube draws that belong to names, as plain ones do: a permutation of the strata for each name and replicate.

Iteration k of a replicate of m takes stratum p(k) of m, where p is a permutation keyed by seed, name and replicate; within the
stratum it lies where its plain draw says. So an item that is added leaves the draws of all others alone.
M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979). The permutation mixes the b bits of the smallest
power of two that holds m, by steps that can all be undone, and walks on where it leaves 0..m-1; the idea of mixing is that of
A. Kensler, "Correlated multi-jittered sampling", Pixar Technical Memo 13-01 (2013).
"""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.compiling import inlined, inner, kernel
from pmosim.engine.kernels.draws import HALF, LOW, fill_bits, philox4x32

ONE = np.uint32(1)
APART = np.uint64(0x5EED0F57)
"""Keeps the keys of permutations apart from plain draws under the same seed."""


class Key(NamedTuple):
    """What all draws of a run depend on."""

    seed: np.uint64
    strata: np.int64  # iterations in a replicate; 0: plain random draws


@inlined
def mix(x, mask, shift, a0, a1, a2, a3, b0, b1, b2, b3):
    """Permute 0..mask: multiply, add and fold down, six times over; every step can be undone. All uint32."""
    x = (x * a0 + b0) & mask
    x ^= x >> shift
    x = (x * a1 + b1) & mask
    x ^= x >> shift
    x = (x * a2 + b2) & mask
    x ^= x >> shift
    x = (x * a3 + b3) & mask
    x ^= x >> shift
    x = (x * a1 + b0) & mask
    x ^= x >> shift
    x = (x * a0 + b2) & mask
    x ^= x >> shift
    return (x * a2 + b1) & mask


@inner
def stratify(seed, name, replicate, local, strata, bits):
    """Move plain draws into the strata of iterations ``local``, ``local + 1``, ... of one replicate; bits : uint32[lanes]."""
    name0, name1, key0, key1 = name & LOW, name >> HALF, (seed & LOW) ^ APART, seed >> HALF
    w0, w1, w2, w3 = philox4x32(np.uint64(replicate), np.uint64(0), name0, name1, key0, key1)
    v0, v1, v2, v3 = philox4x32(np.uint64(replicate), np.uint64(1), name0, name1, key0, key1)
    a0, a1, a2, a3 = np.uint32(w0) | ONE, np.uint32(w1) | ONE, np.uint32(w2) | ONE, np.uint32(w3) | ONE
    b0, b1, b2, b3 = np.uint32(v0), np.uint32(v1), np.uint32(v2), np.uint32(v3)
    mask, width = ONE, np.uint32(1)
    while np.int64(mask) + 1 < strata:
        mask = np.uint32((mask << ONE) | ONE)
        width += ONE
    shift, many, per = np.uint32((width + ONE) // np.uint32(2)), np.uint32(strata), 4294967296.0 / strata
    places, begin = np.empty(bits.shape[0], np.uint32), np.uint32(local)
    for lane in range(bits.shape[0]):
        places[lane] = mix(begin + np.uint32(lane), mask, shift, a0, a1, a2, a3, b0, b1, b2, b3)
    outside = (np.float64(mask) + 1.0 - strata) / (np.float64(mask) + 1.0)
    left = outside
    while left > 0.05:  # all lanes at a time, which is quicker than one after the other until few are left
        for lane in range(bits.shape[0]):
            x = mix(places[lane], mask, shift, a0, a1, a2, a3, b0, b1, b2, b3)
            places[lane] = x if places[lane] >= many else places[lane]
        left *= outside
    if many <= mask:
        for lane in range(bits.shape[0]):
            while places[lane] >= many:
                places[lane] = mix(places[lane], mask, shift, a0, a1, a2, a3, b0, b1, b2, b3)
    for lane in range(bits.shape[0]):
        bits[lane] = np.uint32((np.float64(places[lane]) + (np.float64(bits[lane]) + 0.5) * 2.0**-32) * per)


@kernel
def draw_bits(key, name, first, bits):
    """The words of iterations ``first``, ``first + 1``, ...: plain ones, or in strata. As `fill_bits`."""
    fill_bits(key.seed, name, first, bits)
    if key.strata <= 0:
        return
    lane = 0
    while lane < bits.shape[0]:
        replicate, local = (first + lane) // key.strata, (first + lane) % key.strata
        end = min(bits.shape[0], lane + key.strata - local)
        stratify(key.seed, name, replicate, local, key.strata, bits[lane:end])
        lane = end
