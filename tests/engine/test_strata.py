"""The program promises that a Latin hypercube has one draw in every stratum of every replicate, for every name."""

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from building import portfolio
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config
from statistical import errors_allowed

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.kernels.strata import Key, draw_bits
from pmosim.engine.simulation import Run, analyse, simulate_finishes
from pmosim.model.laws import Pert, Uniform

WITHOUT_JIT = bool(config.DISABLE_JIT)
words = st.integers(0, 2**64 - 1)


def uniforms(seed, name, strata, n, first=0):
    lanes = -(-n // 64) * 64
    bits = np.empty(lanes, np.uint32)
    draw_bits(Key(np.uint64(seed), np.int64(strata)), np.uint64(name), np.int64(first), bits)
    return (bits[:n].astype(float) + 0.5) / 2**32


@settings(deadline=None, max_examples=10 if WITHOUT_JIT else 200)
@given(words, words, st.integers(1, 300))
def test_every_stratum_of_every_replicate_has_one_draw(seed, name, strata):
    drawn = uniforms(seed, name, strata, 3 * strata)
    edges = np.arange(strata + 1) / strata
    for replicate in np.split(drawn, 3):
        ordered = np.sort(replicate)
        assert (edges[:-1] <= ordered + 2.0**-31).all()  # a word is a step of 2**-32 wide
        assert (ordered <= edges[1:] + 2.0**-31).all()


@settings(deadline=None, max_examples=10 if WITHOUT_JIT else 100)
@given(words, words, st.integers(1, 200), st.integers(0, 5))
def test_a_block_has_the_draws_that_stand_at_its_place(seed, name, strata, blocks):
    whole = uniforms(seed, name, strata, 64 * (blocks + 2))
    assert uniforms(seed, name, strata, 128, first=64 * blocks).tolist() == whole[64 * blocks :].tolist()


def test_without_strata_draws_are_plain_ones():
    plain = uniforms(7, 11, 0, 640)
    assert len(set(plain.tolist())) == 640
    assert len(set(np.floor(plain * 640).astype(int).tolist())) < 640


@pytest.mark.skipif(WITHOUT_JIT, reason="too many draws without the compiler")
@pytest.mark.parametrize("strata", [100, 1000, 1023])
def test_the_permutations_of_two_names_are_as_good_as_independent(strata):
    """The correlation of two permutations has the mean 0 and the variance 1/(m-1); rate of false failure 1e-6."""
    pairs = 2000
    rows = np.array([uniforms(seed, name, strata, strata) for seed in (1, 2) for name in range(pairs)])
    found = np.array([np.corrcoef(a, b)[0, 1] for a, b in pairwise(rows)]) * sqrt(strata - 1)
    assert abs(found.mean()) < errors_allowed() / sqrt(pairs)
    assert abs(found.var() - 1) < errors_allowed() * sqrt(2 / pairs) * 1.2
    assert np.abs(found).max() < errors_allowed(1e-6 / pairs)


@pytest.mark.skipif(WITHOUT_JIT, reason="too many draws without the compiler")
def test_where_an_iteration_lies_says_nothing_about_its_neighbour():
    strata, names = 1000, 1000
    off = [uniforms(3, name, strata, strata) for name in range(names)]
    lagged = np.array([np.corrcoef(row[:-1], row[1:])[0, 1] for row in off]) * sqrt(strata)
    assert abs(lagged.mean()) < errors_allowed() / sqrt(names) + 1 / sqrt(strata) * 2  # drawn without putting back: -1/m
    assert np.abs(lagged).max() < errors_allowed(1e-6 / names) * 1.05


def test_the_mean_of_a_sum_hardly_varies():
    plan = portfolio(
        {f"t{k}": Pert(480, 960, 9600) if k % 2 else Uniform(480, 4800) for k in range(10)}, *(f"t{k} t{k + 1}" for k in range(9))
    )
    compiled = compile_portfolio(plan)

    def means(strata):
        return [simulate_finishes(compiled, Run(1000, seed, strata=strata)).finishes[0].mean() for seed in range(20)]

    assert 10 * np.std(means(1000)) < np.std(means(0))


def test_strata_do_not_depend_on_threads_or_blocks():
    compiled = compile_portfolio(portfolio({"a": Pert(480, 960, 9600), "b": Uniform(480, 4800)}, "a b"))
    rows = [analyse(compiled, Run(1000, 3, strata=100, threads=t, block=b)).samples.finishes for t, b in ((1, 64), (2, 128), (4, 1024))]
    assert np.array_equal(rows[0], rows[1])
    assert np.array_equal(rows[0], rows[2])
