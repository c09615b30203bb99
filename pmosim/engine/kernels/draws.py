"""Keyed random numbers: Philox4x32-10, and normal deviates by inversion.

J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011.
The draw of iteration k is a function of (seed, name, k) alone. The counter's low half counts groups of iterations,
its high half is the hash of the name. Output o of counter c = 16 g + j is iteration 64 g + 16 o + j.
"""

import numpy as np

from pmosim.engine.kernels.compiling import inlined, kernel
from pmosim.engine.kernels.intrinsics import bits_float, float_bits, fma

GROUP = 64
"""Iterations that one group of counters serves; blocks begin at multiples of it. Fixed for good: draws depend on it."""

WIDTH = GROUP // 4

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


@inlined
def philox4x32(x0, x1, x2, x3, key0, key1):
    """One block of Philox4x32-10. Counter words, key words and results are uint64 below 2**32."""
    for _ in range(10):
        p0, p1 = MULTIPLIER_0 * x0, MULTIPLIER_1 * x2
        x0, x2 = (p1 >> HALF) ^ x1 ^ key0, (p0 >> HALF) ^ x3 ^ key1
        x1, x3 = p1 & LOW, p0 & LOW
        key0, key1 = (key0 + WEYL_0) & LOW, (key1 + WEYL_1) & LOW
    return x0, x1, x2, x3


@kernel
def fill_bits(seed, name, first, bits):
    """Random words of iterations ``first``, ``first + 1``, ...

    seed, name : uint64, the key and the hash of what is drawn; first : int64, a multiple of GROUP;
    bits : uint32[lanes], lanes a multiple of GROUP, filled here.
    """
    key0, key1 = seed & LOW, seed >> HALF
    name0, name1 = name & LOW, name >> HALF
    for group in range(bits.shape[0] // GROUP):
        counter = np.uint64((first // GROUP + group) * WIDTH)
        at = group * GROUP
        for j in range(WIDTH):
            here = counter + np.uint64(j)
            w0, w1, w2, w3 = philox4x32(here & LOW, here >> HALF, name0, name1, key0, key1)
            bits[at + j] = np.uint32(w0)
            bits[at + WIDTH + j] = np.uint32(w1)
            bits[at + 2 * WIDTH + j] = np.uint32(w2)
            bits[at + 3 * WIDTH + j] = np.uint32(w3)


@inlined
def uniform(word):
    """uint32 -> float64 in (0, 1): the middle of one of 2**32 equal steps, so that neither end is ever reached."""
    return (np.float64(word) + 0.5) * 2.0**-32


F4 = np.float32

# the constants are made by tools/fit_normal_deviate.py, and their errors proven by the tests

# ln(m) for m in [1, 2): powers of 2 m - 3; largest error 5.3e-9
L0, L1, L2, L3, L4, L5, L6, L7, L8, L9 = (
    F4(0.4054651037929906), F4(0.3333333407015952), F4(-0.055555342056720323), F4(0.012345533324664579), F4(-0.003088101146198451),
    F4(0.0008238473155761269), F4(-0.00022403659445051008), F4(6.353888676747304e-05), F4(-2.4029183431653296e-05),
    F4(7.329344182991649e-06),
)  # fmt: skip

# the deviate as a function of L = -ln(2 v), v the smaller of u and 1 - u: it is smooth in sqrt(L + SHIFT),
# which is brought to [-1, 1]; largest error 1.3e-7
D0, D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D14 = (
    F4(3.274439953694396), F4(3.1349015681639), F4(-0.10216521292279261), F4(0.04608296295278373), F4(-0.018090063467413736),
    F4(0.0035733490255734843), F4(0.0022008852712584025), F4(-0.0009218799443037684), F4(0.0041004500311490775), F4(-0.013696469353542604),
    F4(0.006962766892902282), F4(0.008470403016253774), F4(-0.0022745042271328135), F4(-0.008660531526479496), F4(0.004575129419466536),
)  # fmt: skip
SHIFT, SCALE, OFFSET = F4(0.4), F4(0.4853764578641386), F4(-1.3069790258950849)

LN2, ZERO, HALF_STEP, TWO, THREE = F4(np.log(2)), F4(0), F4(0.5), F4(2), F4(3)
EXPONENT, MANTISSA, ONE, SIGN, BIAS = np.int32(23), np.int32(0x7FFFFF), np.int32(0x3F800000), np.int32(31), np.int32(127)


@kernel
def fill_deviates(bits, deviates):
    """Standard normal deviates by inversion of the words' uniforms: increasing in the word, error below 1e-6.

    bits : uint32[lanes]; deviates : float32[lanes], filled here, between -6.34 and 6.34.
    """
    for lane in range(bits.shape[0]):
        word = np.int32(bits[lane])
        tail = np.int32(word ^ (word >> SIGN))  # the smaller of u and 1 - u, in steps of 2**-32
        pattern = float_bits(F4(tail) + HALF_STEP)
        octave = np.int32((pattern >> EXPONENT) - BIAS)
        t = fma(TWO, bits_float(np.int32((pattern & MANTISSA) | ONE)), -THREE)
        q = t * t
        even = fma(fma(fma(fma(L8, q, L6), q, L4), q, L2), q, L0)
        odd = fma(fma(fma(fma(L9, q, L7), q, L5), q, L3), q, L1)
        depth = fma(F4(np.int32(SIGN - octave)), LN2, -fma(odd, t, even))
        depth = ZERO if depth < ZERO else depth
        s = fma(np.sqrt(depth + SHIFT), SCALE, OFFSET)
        q = s * s
        even = fma(fma(fma(fma(fma(fma(fma(D14, q, D12), q, D10), q, D8), q, D6), q, D4), q, D2), q, D0)
        odd = fma(fma(fma(fma(fma(fma(D13, q, D11), q, D9), q, D7), q, D5), q, D3), q, D1)
        z = fma(odd, s, even)
        deviates[lane] = z if word < 0 else -z  # the upper half of the words has the sign bit
