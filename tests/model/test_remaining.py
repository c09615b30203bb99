"""Every law knows the probability below a value, and what is left of it once some of it has elapsed."""

import numpy as np
import pytest
from scipy import stats

from pmosim.engine.kernels.sampling import evaluate
from pmosim.engine.quantiles import encode
from pmosim.errors import InvalidModel
from pmosim.model import laws
from pmosim.model.laws import (
    Beta,
    Discrete,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Law,
    Lognormal,
    Normal,
    Pert,
    Remaining,
    Triangular,
    Trigen,
    Uniform,
    Weibull,
    remaining,
)

SMOOTH = [
    Uniform(2, 10),
    Triangular(2, 3, 10),
    Trigen(8, 10, 15),
    Pert(4, 5, 9),
    Beta(1, 5, 2, 5),
    Normal(10, 3),
    Normal(10, 3, 5, 20),
    Lognormal(10, 3),
    Lognormal(10, 3, 5, 20),
    Exponential(3, 1),
    Weibull(1.5, 3, 1),
    Gamma(2, 3, 1),
]
SINGLE = [Discrete((5, 8, 9), (3, 6, 1)), Empirical((5, 6, 6, 9))]
BESIDE_SCIPY = [
    (Uniform(2, 10), stats.uniform(2, 8)),
    (Triangular(2, 3, 10), stats.triang(1 / 8, 2, 8)),
    (Pert(4, 5, 9), stats.beta(1.8, 4.2, 4, 5)),
    (Beta(1, 5, 2, 5), stats.beta(2, 5, 1, 4)),
    (Normal(10, 3, 5, 20), stats.truncnorm(-5 / 3, 10 / 3, 10, 3)),
    (Exponential(3, 1), stats.expon(1, 3)),
    (Weibull(1.5, 3, 1), stats.weibull_min(1.5, 1, 3)),
    (Gamma(2, 3, 1), stats.gamma(2, 1, 3)),
]
SHARES = np.array([1e-4, 0.03, 0.3, 0.5, 0.77, 0.99, 0.9999])


def name(value):
    return str(value) if isinstance(value, Law) else None


@pytest.mark.parametrize(("law", "other"), BESIDE_SCIPY, ids=name)
def test_the_probability_below_a_value_is_that_of_scipy(law, other):
    values = [law.quantile(u) for u in SHARES] + [-1.0, 0.0, 1e9]
    assert [law.cdf(float(x)) for x in values] == pytest.approx([float(other.cdf(x)) for x in values], abs=1e-12)


@pytest.mark.parametrize("law", SMOOTH, ids=name)
def test_the_probability_below_a_value_undoes_the_quantile(law):
    assert [law.cdf(float(x)) for x in law.quantile(SHARES)] == pytest.approx(SHARES, rel=1e-9)


@pytest.mark.parametrize("law", SMOOTH, ids=name)
def test_a_law_without_a_closed_form_finds_the_same_probability_by_halving(law):
    for x in law.quantile(SHARES):
        assert Law.cdf(law, float(x)) == pytest.approx(law.cdf(float(x)), abs=1e-12)


@pytest.mark.parametrize("law", [*SMOOTH, *SINGLE, Fixed(5)], ids=name)
def test_nothing_lies_below_the_lowest_value_and_all_of_it_below_the_highest(law):
    low, high = law.support
    assert law.cdf(low - 1) == 0
    assert law.cdf(min(high, 1e6)) == pytest.approx(1, abs=1e-12)


def test_the_probability_of_single_values_jumps_at_each_of_them():
    assert [SINGLE[0].cdf(x) for x in (4.9, 5, 7, 8, 9)] == pytest.approx([0, 0.3, 0.3, 0.9, 1])
    assert [SINGLE[1].cdf(x) for x in (4.9, 5, 6, 9)] == pytest.approx([0, 0.25, 0.75, 1])


@pytest.mark.parametrize("law", [*SMOOTH, *SINGLE], ids=name)
@pytest.mark.parametrize("share", [0.001, 0.2, 0.6, 0.7])
def test_what_is_left_is_what_exceeds_of_a_large_sample(law, share):
    """Brute force: an even sample of the whole law, all of it thrown away that has ended by then."""
    elapsed = float(law.quantile(share))
    even = law.quantile((np.arange(400_000) + 0.5) / 400_000)
    left = even[even > elapsed] - elapsed
    made = remaining(law, elapsed)
    assert made.mean == pytest.approx(left.mean(), rel=1e-5)
    assert made.variance == pytest.approx(left.var(), rel=1e-3)
    ordered = np.sort(left)
    for u in (0.1, 0.5, 0.9):
        assert float(made.quantile(u)) == pytest.approx(ordered[int(np.ceil(u * len(left))) - 1], abs=1e-3 * np.ptp(left))


@pytest.mark.parametrize("law", SMOOTH, ids=name)
def test_the_simpler_forms_say_the_same_as_the_general_one(law):
    elapsed = float(law.quantile(0.4))
    general, simple = Remaining(law, elapsed), remaining(law, elapsed)
    assert simple.quantile(SHARES) == pytest.approx(general.quantile(SHARES), rel=1e-7)
    assert (simple.mean, simple.variance) == pytest.approx((general.mean, general.variance), rel=1e-6)
    assert simple.cdf(1.0) == pytest.approx(general.cdf(1.0), rel=1e-9)


@pytest.mark.parametrize("law", SMOOTH, ids=name)
def test_the_engine_draws_what_is_left_within_a_hundred_thousandth_of_the_range(law):
    made = Remaining(law, float(law.quantile(0.3)))
    deviates = np.linspace(-4.5, 4.5, 20_001, dtype=np.float32)
    drawn = np.empty(len(deviates))
    evaluate(encode((made,)), 0, np.zeros(len(deviates), np.uint32), deviates, drawn)
    exact = made.quantile(stats.norm.cdf(deviates.astype(float)))
    low, high = made.quantile([1e-6, 1 - 1e-6])
    assert np.abs(drawn - exact).max() < 1e-5 * (high - low)


def test_what_is_left_of_an_exponential_wait_is_the_same_wait():
    assert remaining(Exponential(3), 100.0 / 10) == Exponential(3)


def test_what_is_left_of_a_single_value_is_the_rest_of_it():
    assert remaining(Fixed(5), 2) == Fixed(3)
    assert remaining(Discrete((5, 8, 9), (3, 6, 1)), 5) == Discrete((3, 4), (6, 1))


def test_nothing_has_elapsed_leaves_the_law_as_it_is():
    assert remaining(Pert(4, 5, 9), 0) == Pert(4, 5, 9)


def test_the_most_likely_rest_is_that_of_the_most_likely_total_and_after_it_the_median():
    assert remaining(Pert(4, 5, 9), 2).typical == 3
    late = remaining(Pert(4, 5, 9), 7)
    assert late.typical == pytest.approx(float(late.quantile(0.5)))


@pytest.mark.parametrize("law", [Pert(4, 5, 9), Fixed(9), Discrete((5, 9), (1, 1)), Normal(6, 0.5)], ids=name)
def test_an_estimate_that_has_been_exceeded_is_refused(law):
    with pytest.raises(InvalidModel) as refused:
        remaining(law, 9)
    assert refused.value.problems[0].code == "estimate-exceeded"


@pytest.mark.parametrize("law", [Pert(4, 5, 9), Lognormal(10, 3), Gamma(2, 3)], ids=name)
def test_what_is_left_scales_with_its_unit(law):
    made = remaining(law, 6)
    assert made.scaled(480).quantile(SHARES) == pytest.approx(480 * made.quantile(SHARES), rel=1e-9)


def test_every_law_that_the_language_knows_is_looked_at_here():
    assert {type(law) for law in (*SMOOTH, *SINGLE)} | {Fixed} == set(laws.LAWS.values())
