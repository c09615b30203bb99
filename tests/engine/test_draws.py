"""Every draw is a pure function of seed, name and iteration, by a published generator and by inversion."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import config
from scipy.special import ndtri

from pmosim.engine.kernels.draws import GROUP, fill_bits, fill_deviates, philox4x32, uniform
from pmosim.engine.streams import name_of

WITHOUT_JIT = bool(config.DISABLE_JIT)

# the rows "philox4x32 10" of the file tests/kat_vectors in the Random123 distribution of D. E. Shaw Research,
# version 1.14.0 (https://github.com/DEShawResearch/random123): counter, key, expected, as hexadecimal words
KNOWN_ANSWERS = """
00000000 00000000 00000000 00000000 00000000 00000000   6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff   408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0   d16cfe09 94fdcceb 5001e420 24126ea1
"""


@pytest.mark.parametrize("row", KNOWN_ANSWERS.strip().splitlines())
def test_the_generator_gives_the_published_known_answers(row):
    words = [int(word, 16) for word in row.split()]
    assert [int(word) for word in philox4x32(*map(np.uint64, words[:6]))] == words[6:]


def plain_philox(counter, key):
    """Philox4x32-10 in Python's own integers: Salmon, Moraes, Dror & Shaw, SC11, 2011, section 3.3."""
    x, k = [*counter], [*key]
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * x[0], 2**32)
        high1, low1 = divmod(0xCD9E8D57 * x[2], 2**32)
        x = [high1 ^ x[1] ^ k[0], low1, high0 ^ x[3] ^ k[1], low0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return x


def plain_word(seed, name, iteration):
    """The random word of one iteration: output o of counter 16 g + j is iteration 64 g + 16 o + j."""
    group, place = divmod(iteration, 64)
    output, j = divmod(place, 16)
    counter = 16 * group + j
    return plain_philox([counter % 2**32, counter >> 32, name % 2**32, name >> 32], [seed % 2**32, seed >> 32])[output]


def bits_of(seed, name, first, lanes):
    bits = np.empty(lanes, np.uint32)
    fill_bits(np.uint64(seed), np.uint64(name), np.int64(first), bits)
    return bits


words = st.integers(min_value=0, max_value=2**64 - 1)


@given(words, words, st.integers(min_value=0, max_value=2**40))
def test_a_word_depends_on_seed_name_and_iteration_as_the_plain_twin_says(seed, name, group):
    bits = bits_of(seed, name, 64 * group, 64)
    for place in (0, 15, 16, 47, 63):
        assert bits[place] == plain_word(seed, name, 64 * group + place)


def test_blocks_of_any_size_are_the_same_row_of_words():
    name = name_of("p.dig", "duration")
    row = bits_of(7, name, 0, 64 * GROUP)
    for lanes in (GROUP, 4 * GROUP, 16 * GROUP):
        assert np.array_equal(np.concatenate([bits_of(7, name, first, lanes) for first in range(0, 64 * GROUP, lanes)]), row)


def test_names_purposes_and_seeds_have_draws_of_their_own():
    rows = [
        bits_of(seed, name_of(item, purpose), 0, GROUP)
        for seed in (0, 1, 2**63)
        for item in ("p.dig", "p.digs", "q.dig", "risk dig")
        for purpose in ("duration", "occurrence", "impact")
    ]
    # 36 rows of 64 words of 32 bits: two equal ones among them have a probability of 6e-4, a third of a thousand
    assert len(np.unique(np.concatenate(rows))) >= 36 * GROUP - 1


def test_a_uniform_never_reaches_its_ends():
    assert 0 < float(uniform(np.uint32(0))) < float(uniform(np.uint32(1)))
    assert float(uniform(np.uint32(2**32 - 2))) < float(uniform(np.uint32(2**32 - 1))) < 1
    assert float(uniform(np.uint32(2**31 - 1))) + float(uniform(np.uint32(2**31))) == 1


def words_to_check():
    """Both tails word by word, the middle word by word, and a comb over all the rest."""
    edge = 300 if WITHOUT_JIT else 200_000
    ends = [np.arange(edge), 2**31 + np.arange(-edge, edge), 2**32 - 1 - np.arange(edge)]
    octaves = [np.arange(-3, 4) + 2**k for k in range(3, 32)]
    comb = np.arange(0, 2**32, 2**22 + 1 if WITHOUT_JIT else 8_191)
    every = np.unique(np.clip(np.concatenate([*ends, *octaves, 2**32 - 1 - np.concatenate(octaves), comb]), 0, 2**32 - 1))
    return every.astype(np.uint32)


def deviates_of(bits):
    deviates = np.empty(len(bits), np.float32)
    fill_deviates(bits, deviates)
    return deviates


def test_normal_deviates_are_those_of_scipy():
    bits = words_to_check()
    deviates = deviates_of(bits).astype(np.float64)
    exact = ndtri((bits.astype(np.float64) + 0.5) / 2**32)
    # the proven error: half a unit in the last place of a float32 of this size is 2.4e-7 and more
    assert np.abs(deviates - exact).max() < 1e-6
    assert np.abs(deviates).max() < 6.35


def test_normal_deviates_are_symmetric_to_the_bit():
    bits = words_to_check()
    assert np.array_equal(deviates_of(bits), -deviates_of(~bits))


def test_a_larger_word_is_never_a_deviate_that_is_smaller_by_more_than_its_rounding():
    deviates = deviates_of(words_to_check()).astype(np.float64)
    # neighbouring words differ by less than a float32 can hold: they may swap in its last two bits, and no more
    assert np.diff(deviates).min() > -4 * 2.4e-7


def test_draws_are_uniform_in_all_of_their_bits():
    """Chi-square over 256 cells of each byte, at a false-failure rate of 1e-6 for each of the four."""
    from scipy.stats import chi2

    count = 4_096 if WITHOUT_JIT else 1 << 20
    row = bits_of(3, name_of("p.dig", "duration"), 0, count)
    for byte in range(4):
        found = np.bincount((row >> (8 * byte)) & 0xFF, minlength=256)
        assert ((found - count / 256) ** 2 / (count / 256)).sum() < chi2.isf(1e-6, 255)


def test_draws_of_two_names_are_independent():
    count = 4_096 if WITHOUT_JIT else 1 << 20
    one, other = (deviates_of(bits_of(3, name_of(item, "duration"), 0, count)).astype(np.float64) for item in ("p.a", "p.b"))
    # the correlation of independent samples is normal with standard error 1/sqrt(n); rate 1e-6
    for shift in (0, 1, 16, 64):
        assert abs(np.corrcoef(one, np.roll(other, shift))[0, 1]) < 4.9 / np.sqrt(count)
        assert shift == 0 or abs(np.corrcoef(one, np.roll(one, shift))[0, 1]) < 4.9 / np.sqrt(count)
