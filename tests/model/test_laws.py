"""Every law knows its exact mean, variance and quantile function, and refuses parameters that describe none."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import ndtr

from pmosim.errors import InvalidModel
from pmosim.model.laws import (
    LAWS,
    Beta,
    Discrete,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Trigen,
    Uniform,
    Weibull,
)

# --- one or more of every law, each with SciPy's own object for the same law where SciPy has it ---

BESIDE_SCIPY = {
    "uniform": (Uniform(2, 10), stats.uniform(2, 8)),
    "triangular": (Triangular(2, 3, 10), stats.triang(1 / 8, 2, 8)),
    "triangular, mode at the low end": (Triangular(2, 2, 10), stats.triang(0, 2, 8)),
    "triangular, mode at the high end": (Triangular(2, 10, 10), stats.triang(1, 2, 8)),
    "pert": (Pert(4, 5, 9), stats.beta(1.8, 4.2, 4, 5)),
    "pert, flat": (Pert(4, 5, 9, 2), stats.beta(1.4, 2.6, 4, 5)),
    "pert, mode at the low end": (Pert(4, 4, 9), stats.beta(1, 5, 4, 5)),
    "beta": (Beta(1, 5, 2, 5), stats.beta(2, 5, 1, 4)),
    "beta, bathtub": (Beta(1, 5, 0.5, 0.7), stats.beta(0.5, 0.7, 1, 4)),
    "normal": (Normal(10, 2), stats.truncnorm(-5, inf, 10, 2)),
    "normal, cut on both sides": (Normal(10, 4, 8, 15), stats.truncnorm(-0.5, 1.25, 10, 4)),
    "normal, half of it below zero": (Normal(0, 3), stats.truncnorm(0, inf, 0, 3)),
    "lognormal": (Lognormal(10, 5), stats.lognorm(sqrt(np.log(1.25)), scale=10 / sqrt(1.25))),
    "exponential": (Exponential(7), stats.expon(0, 7)),
    "exponential, shifted": (Exponential(7, 3), stats.expon(3, 7)),
    "weibull": (Weibull(1.5, 10, 2), stats.weibull_min(1.5, 2, 10)),
    "weibull, falling": (Weibull(0.8, 10), stats.weibull_min(0.8, 0, 10)),
    "gamma": (Gamma(3, 2, 1), stats.gamma(3, 1, 2)),
    "gamma, falling": (Gamma(0.5, 2), stats.gamma(0.5, 0, 2)),
    "discrete": (Discrete((5, 1, 3), (1, 2, 5)), stats.rv_discrete(values=((1, 3, 5), (0.25, 0.625, 0.125)))),
    "empirical": (Empirical((4, 1, 1, 9)), stats.rv_discrete(values=((1, 4, 9), (0.5, 0.25, 0.25)))),
}
EXAMPLES = {name: law for name, (law, _) in BESIDE_SCIPY.items()} | {
    "fixed": Fixed(6),
    "trigen": Trigen(8, 10, 15),
    "trigen of other percentiles": Trigen(8, 10, 15, 0.05, 0.8),
    "lognormal, cut": Lognormal(10, 5, 6, 20),
    "pert without width": Pert(5, 5, 5),
}
every_law = pytest.mark.parametrize("law", EXAMPLES.values(), ids=EXAMPLES)
PROBABILITIES = np.array([1e-9, 1e-6, 0.001, 0.01, 0.1, 0.25, 0.5, 0.6, 0.75, 0.9, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9])


def moment_by_integration(law, function):
    """Integral of function(Q(u)) over 0 < u < 1; in u = Phi(z), so that the ends of unbounded laws do no harm."""
    jumps = {"Discrete": lambda: law.cumulative, "Empirical": lambda: np.arange(1, len(law.sample) + 1) / len(law.sample)}
    if type(law).__name__ in jumps:  # a staircase: each step has one value
        ends = np.concatenate([[0], jumps[type(law).__name__]()])
        return float(np.sum(np.diff(ends) * function(law.quantile((ends[1:] + ends[:-1]) / 2))))
    value, _ = integrate.quad(lambda z: function(law.quantile(ndtr(z))) * np.exp(-z * z / 2) / sqrt(2 * np.pi), -8, 8, limit=400, epsabs=0)
    return value


def test_every_law_of_the_language_is_among_the_examples():
    assert {type(law) for law in EXAMPLES.values()} == set(LAWS.values())


@every_law
def test_the_mean_is_the_integral_of_the_quantile_function(law):
    assert law.mean == pytest.approx(moment_by_integration(law, lambda x: x), rel=1e-7)


@every_law
def test_the_variance_is_the_integral_of_the_squared_deviation(law):
    assert law.variance == pytest.approx(moment_by_integration(law, lambda x: (x - law.mean) ** 2), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(("law", "reference"), BESIDE_SCIPY.values(), ids=BESIDE_SCIPY)
def test_mean_and_variance_are_those_of_scipy(law, reference):
    assert (law.mean, law.variance) == pytest.approx((reference.mean(), reference.var()), rel=1e-9)


@pytest.mark.parametrize(("law", "reference"), BESIDE_SCIPY.values(), ids=BESIDE_SCIPY)
def test_the_quantiles_are_those_of_scipy(law, reference):
    inner = PROBABILITIES[1:-1] + 1e-12  # not on a step of a discrete law, where both neighbours would be right
    assert law.quantile(inner) == pytest.approx(reference.ppf(inner), rel=1e-9)


@every_law
def test_no_quantile_leaves_the_support(law):
    low, high = law.support
    values = law.quantile(PROBABILITIES)
    assert np.all((low <= values) & (values <= high))


@every_law
def test_the_quantile_function_never_falls(law):
    assert np.all(np.diff(law.quantile(np.linspace(1e-9, 1 - 1e-9, 2001))) >= 0)


@every_law
def test_quantiles_keep_the_shape_of_the_probabilities(law):
    assert law.quantile(np.full((2, 3), 0.5)).shape == (2, 3)
    assert law.quantile(0.5).shape == ()


@every_law
def test_a_scaled_law_has_k_times_the_mean_k_squared_times_the_variance_and_k_times_every_quantile(law):
    scaled = law.scaled(480)
    assert scaled.mean == pytest.approx(480 * law.mean, rel=1e-9)
    assert scaled.variance == pytest.approx(480**2 * law.variance, rel=1e-7)
    assert scaled.quantile(PROBABILITIES) == pytest.approx(480 * law.quantile(PROBABILITIES), rel=1e-9)
    assert type(scaled) is type(law)


@every_law
def test_the_most_likely_value_is_possible_and_scales_with_the_law(law):
    low, high = law.support
    assert low <= law.typical <= high
    assert law.scaled(3).typical == pytest.approx(3 * law.typical, rel=1e-9)


@every_law
def test_a_law_cannot_be_changed(law):
    with pytest.raises(AttributeError):
        setattr(law, type(law).__dataclass_fields__.copy().popitem()[0], 1.0)


# --- PERT: the beta law, not the rule of thumb ---


def test_the_mean_of_a_pert_weighs_the_most_likely_value_four_times():
    assert Pert(4, 5, 9).mean == (4 + 4 * 5 + 9) / 6


def test_the_weight_of_the_most_likely_value_can_be_chosen():
    assert Pert(4, 5, 9, 2).mean == (4 + 2 * 5 + 9) / 4


def test_the_variance_of_a_pert_is_that_of_its_beta_law_and_not_a_sixth_of_the_range_squared():
    # (mean - a)(b - mean)/7 = 1.5 x 3.5/7; the rule of thumb would say (5/6)^2 = 0.694
    law = Pert(4, 5, 9)
    assert law.variance == pytest.approx(1.5 * 3.5 / 7)
    assert law.variance != pytest.approx((5 / 6) ** 2, rel=0.05)


def test_the_most_likely_value_of_a_pert_is_its_mode_and_not_its_mean():
    law = Pert(4, 5, 9)
    density = np.diff(law.quantile(np.linspace(1e-6, 1 - 1e-6, 200_001))) ** -1
    densest = law.quantile(np.linspace(1e-6, 1 - 1e-6, 200_001))[int(np.argmax(density))]
    assert densest == pytest.approx(5, abs=0.02)
    assert law.typical == 5


# --- Trigen: a triangle given by percentiles ---


@pytest.mark.parametrize(
    ("trigen", "ends"),
    [(Trigen(100, 200, 300), (19.0983, 380.9017)), (Trigen(8, 10, 15), (5.66998, 18.20799))],
    ids=["100-200-300", "8-10-15"],
)
def test_the_ends_of_a_trigen_are_those_of_the_published_examples(trigen, ends):
    assert trigen.ends == pytest.approx(ends, abs=5e-6 * trigen.high)


def test_the_ends_of_a_symmetric_trigen_have_a_closed_form():
    # half of the weight on each side: 0.1 = (100 - a)^2 / (2 (200 - a)^2), so 200 - a = 100/(1 - sqrt(0.2))
    half = 100 / (1 - sqrt(0.2))
    assert Trigen(100, 200, 300).ends == pytest.approx((200 - half, 200 + half), rel=1e-12)


def test_a_trigen_of_0_and_100_percent_is_the_triangle_itself():
    assert Trigen(2, 3, 10, 0, 1).ends == pytest.approx((2, 10), rel=1e-9)


@pytest.mark.parametrize(
    "law", [Trigen(8, 8, 15, 0.1, 0.9), Trigen(8, 15, 15, 0.1, 0.9), Trigen(8, 8, 15, 0, 0.9), Trigen(8, 15, 15, 0.1, 1)]
)
def test_a_trigen_hits_its_percentiles_even_with_the_mode_on_one_of_them(law):
    below = stats.triang((law.mode - law.ends[0]) / (law.ends[1] - law.ends[0]), law.ends[0], law.ends[1] - law.ends[0])
    assert below.cdf([law.low, law.high]) == pytest.approx([law.p_low, law.p_high], abs=1e-9)


def test_a_trigen_that_would_go_below_zero_is_refused_saying_where_it_ends():
    # symmetric, so the half width is 9/(1 - sqrt(0.2)) = 16.281, and the lower end 10 - 16.281
    (problem,) = refusal(Trigen, 1, 10, 19)
    assert problem.code == "trigen-below-zero"
    assert "is -6.281, below zero" in problem.what
    assert "triangular" in problem.fix


# --- constants ---


@pytest.mark.parametrize(
    "law", [Pert(5, 5, 5), Triangular(5, 5, 5), Uniform(5, 5), Beta(5, 5, 2, 2), Fixed(5), Discrete((5,)), Empirical((5, 5))]
)
def test_three_equal_values_are_a_constant_in_every_law(law):
    assert law.is_constant
    assert (law.mean, law.variance, law.typical) == (5, 0, 5)
    assert np.all(law.quantile(PROBABILITIES) == 5)


def test_a_law_with_a_spread_is_no_constant():
    assert not Pert(4, 5, 5).is_constant


# --- laws given by percentiles ---


@pytest.mark.parametrize("kind", [Normal, Lognormal])
def test_a_law_given_by_two_percentiles_has_them(kind):
    law = kind.from_percentiles(0.1, 8, 0.9, 15)
    # the normal's part below zero is less than 1e-4 and is cut off, which moves its percentiles by less than that
    assert law.quantile([0.1, 0.9]) == pytest.approx([8, 15], rel=1e-4)


def test_a_truncated_law_spreads_what_was_cut_off_over_the_rest():
    law = Normal(10, 4, low=10)
    assert float(law.quantile(0.5)) == pytest.approx(stats.norm(10, 4).ppf(0.75))


def test_a_normal_is_cut_at_zero_unless_told_otherwise():
    assert Normal(1, 5).support == (0, inf)
    assert Normal(1, 5, low=-3).support == (-3, inf)


def test_mean_and_spread_of_a_lognormal_are_its_own_and_not_those_of_its_logarithm():
    law = Lognormal(10, 5)
    assert (law.mean, sqrt(law.variance)) == pytest.approx((10, 5), rel=1e-12)


def test_a_lognormal_with_a_tiny_spread_keeps_it():
    assert sqrt(Lognormal(1e6, 1e-3).variance) == pytest.approx(1e-3, rel=1e-6)


# --- samples and tables ---


def test_a_discrete_law_takes_each_value_for_its_share_of_the_probability():
    law = Discrete((10, 20, 30), (1, 2, 1))
    assert list(law.quantile([0.1, 0.25, 0.26, 0.75, 0.76, 0.99])) == [10, 10, 20, 20, 30, 30]


def test_the_values_of_a_discrete_law_may_come_in_any_order():
    assert Discrete((30, 10, 20), (1, 1, 2)) == Discrete((10, 20, 30), (1, 2, 1))


def test_a_value_without_weight_never_occurs():
    law = Discrete((1, 2, 3, 4), (0, 1, 1, 0))
    assert set(law.quantile(PROBABILITIES)) == {2, 3}
    assert law.support == (2, 3)


def test_values_without_weights_are_equally_likely():
    assert Discrete((1, 2, 3)).weights == (1, 1, 1)


def test_an_empirical_law_repeats_the_sample_and_invents_nothing_in_between():
    law = Empirical((9, 1, 4, 4))
    assert list(law.quantile([0.2, 0.25, 0.3, 0.5, 0.7, 0.76])) == [1, 1, 4, 4, 4, 9]


# --- what is refused ---


def refusal(kind, *parameters, **named):
    with pytest.raises(InvalidModel) as refused:
        kind(*parameters, **named)
    return refused.value.problems


@pytest.mark.parametrize(
    ("kind", "parameters", "code"),
    [
        (Pert, (5, 4, 9), "impossible-estimate"),
        (Pert, (4, 10, 9), "impossible-estimate"),
        (Pert, (4, 5, inf), "impossible-estimate"),
        (Pert, (4, 5, 9, 0), "impossible-estimate"),
        (Triangular, (9, 5, 4), "impossible-estimate"),
        (Uniform, (2, 1), "impossible-estimate"),
        (Uniform, (2, inf), "impossible-estimate"),
        (Trigen, (10, 5, 15), "impossible-estimate"),
        (Trigen, (5, 5, 5), "impossible-estimate"),
        (Trigen, (1, 2, inf), "impossible-estimate"),
        (Trigen, (8, 10, 15, 0.9, 0.1), "probability-out-of-range"),
        (Trigen, (8, 10, 15, -0.1, 0.9), "probability-out-of-range"),
        (Trigen, (8, 10, 15, 0.1, 1.1), "probability-out-of-range"),
        (Beta, (1, 5, 0, 2), "impossible-estimate"),
        (Beta, (5, 1, 2, 2), "impossible-estimate"),
        (Normal, (10, 0), "impossible-estimate"),
        (Normal, (10, 2, 12, 12), "impossible-estimate"),
        (Normal, (10, 1, 100, 200), "impossible-estimate"),
        (Lognormal, (0, 1), "impossible-estimate"),
        (Lognormal, (10, -1), "impossible-estimate"),
        (Lognormal, (10, 1, -1), "impossible-estimate"),
        (Exponential, (0,), "impossible-estimate"),
        (Weibull, (0, 1), "impossible-estimate"),
        (Weibull, (0.01, 1), "impossible-estimate"),
        (Gamma, (1, -1), "impossible-estimate"),
        (Discrete, ((), ()), "impossible-estimate"),
        (Discrete, ((1, 2), (1,)), "impossible-estimate"),
        (Discrete, ((1, 2), (0, 0)), "impossible-weights"),
        (Discrete, ((1, 2), (-1, 2)), "impossible-weights"),
        (Empirical, ((),), "impossible-estimate"),
        (Empirical, ((1, nan),), "not-finite"),
        (Fixed, (nan,), "not-finite"),
        (Pert, (nan, 5, 9), "not-finite"),
        (Normal, (10, inf), "not-finite"),
    ],
    ids=str,
)
def test_impossible_parameters_are_refused_with_a_remedy(kind, parameters, code):
    (problem,) = refusal(kind, *parameters)
    assert problem.code == code
    assert problem.what
    assert problem.fix


def test_a_refusal_shows_the_values_that_caused_it():
    (problem,) = refusal(Pert, 5, 4, 9)
    assert problem.what == "a pert needs low <= most likely <= high, but has 5, 4, 9"
    assert problem.fix == "give the three values in rising order: low, most likely, high"


@pytest.mark.parametrize("kind", [Normal, Lognormal])
@pytest.mark.parametrize(
    ("percentiles", "code"), [((0.9, 8, 0.1, 15), "probability-out-of-range"), ((0.1, 15, 0.9, 8), "impossible-estimate")]
)
def test_percentiles_that_do_not_rise_are_refused(kind, percentiles, code):
    with pytest.raises(InvalidModel) as refused:
        kind.from_percentiles(*percentiles)
    assert [p.code for p in refused.value.problems] == [code]


# --- for all parameters ---

sizes = st.floats(0, 1e5, allow_nan=False).map(lambda x: round(x, 3))
three = st.lists(sizes, min_size=3, max_size=3).map(sorted)
shapes = st.floats(0.3, 30)
spreads = st.floats(0.01, 2)


def _trigen(values):
    low, mode, high = values
    return Trigen(low + 2 * (high - low), mode + 2 * (high - low), high + 2 * (high - low))  # far enough above zero


LAWS_AT_LARGE = st.one_of(
    three.map(lambda v: Triangular(*v)),
    st.builds(lambda v, shape: Pert(*v, shape), three, shapes),
    three.filter(lambda v: v[2] - v[0] > 1).map(_trigen),
    st.builds(lambda v, a, b: Beta(v[0], v[2], a, b), three, shapes, shapes),
    st.builds(lambda mean, cv: Normal(mean + 1, cv * (mean + 1)), sizes, spreads),
    st.builds(lambda mean, cv: Lognormal(mean + 1, cv * (mean + 1)), sizes, spreads),
    st.builds(lambda shape, scale, low: Weibull(shape, scale + 1, low), shapes, sizes, sizes),
    st.builds(lambda shape, scale, low: Gamma(shape, scale + 1, low), shapes, sizes, sizes),
    st.builds(lambda scale, low: Exponential(scale + 1, low), sizes, sizes),
    st.lists(st.tuples(sizes, st.floats(0.01, 10)), min_size=1, max_size=8).map(
        lambda rows: Discrete(*map(tuple, zip(*rows, strict=True)))
    ),
    st.lists(sizes, min_size=1, max_size=20).map(lambda sample: Empirical(tuple(sample))),
)


@given(LAWS_AT_LARGE)
def test_quantiles_of_any_law_rise_inside_its_support(law):
    low, high = law.support
    values = law.quantile(np.linspace(1e-6, 1 - 1e-6, 101))
    rounding = 1e-12 * max(abs(values[-1]), 1)
    assert np.all(np.diff(values) >= -rounding)
    assert values[0] >= low - rounding
    assert values[-1] <= high + rounding


@given(LAWS_AT_LARGE)
def test_the_mean_of_any_law_lies_inside_its_support_and_its_variance_is_not_negative(law):
    low, high = law.support
    rounding = 1e-9 * max(abs(law.mean), 1)
    assert low - rounding <= law.mean <= high + rounding
    assert law.variance >= 0


@given(LAWS_AT_LARGE, st.floats(0.001, 1000))
def test_any_law_scales(law, k):
    scaled = law.scaled(k)
    assert scaled.mean == pytest.approx(k * law.mean, rel=1e-6)
    assert sqrt(scaled.variance) == pytest.approx(k * sqrt(law.variance), rel=1e-5, abs=1e-7 * k * max(1, law.mean))


@given(three.filter(lambda v: v[2] - v[0] > 1), st.floats(0.01, 0.45), st.floats(0.55, 0.99))
def test_any_trigen_has_its_percentiles_where_they_were_given(values, p_low, p_high):
    low, mode, high = values
    shift = 100 * (high - low)
    law = Trigen(low + shift, mode + shift, high + shift, p_low, p_high)
    assert law.quantile([p_low, p_high]) == pytest.approx([low + shift, high + shift], abs=1e-7 * (high - low))


@given(three, shapes)
def test_no_pert_varies_more_than_the_largest_spread_its_range_allows(values, shape):
    low, _, high = values
    assert Pert(*values, shape).variance <= (high - low) ** 2 / 4 + 1e-9
