"""The program promises that correlations are realised as stated, and leave every marginal as it is."""

from dataclasses import replace
from math import asin, pi, sqrt

import numpy as np
import pytest
from building import DAY, adds, multiplies, portfolio
from exact import Lattice
from scipy.stats import multivariate_normal, norm, spearmanr
from statistical import assert_mean, assert_share, assert_variance, errors_allowed
from truth import Truth, known_answer, sampling_slack

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, redraw_durations, redraw_events, simulate_finishes
from pmosim.model.correlation import Correlation, Item, Quantity, deviate_correlation
from pmosim.model.laws import Discrete, Fixed, Normal, Pert, Triangular, Uniform
from pmosim.model.risks import Risk

N = 200_000
SEEDS = [1, 20260302, 987654321]

rounding = 0.5


def together(plan, rho, *ids, name=""):
    return replace(plan, correlations=(*plan.correlations, Correlation(tuple(Item(f"p.{id}") for id in ids), rho, name)))


def durations(plan, seed, n=N):
    compiled = compile_portfolio(plan)
    rows = redraw_durations(compiled, Run(n, seed), [compiled.position[id] for id in plan.tasks])
    return dict(zip(plan.tasks, rows.astype(float), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rho", [-0.7, 0.0, 0.5, 1.0])
def test_two_normal_tasks_in_a_row_vary_by_the_sum_with_its_covariance(rho, seed):
    a, b = 40 * DAY, 60 * DAY
    plan = together(portfolio({"a": Normal(10 * a, a), "b": Normal(10 * b, b)}, "a b"), rho, "a", "b")
    drawn = durations(plan, seed)
    variance = a**2 + b**2 + 2 * deviate_correlation(rho) * a * b
    total = drawn["p.a"] + drawn["p.b"]
    assert_mean(total, 10 * (a + b), sqrt(variance), slack=2 * rounding)
    assert_variance(total, variance, 3 * variance**2, slack=2 * rounding)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rho", [-0.6, 0.3, 0.9])
def test_two_normal_tasks_side_by_side_finish_as_clark_says(rho, seed):
    # C. E. Clark, "The greatest of a finite set of random variables", Operations Research 9 (1961)
    mean_a, mean_b, sd_a, sd_b = 400 * DAY, 410 * DAY, 20 * DAY, 30 * DAY
    plan = together(portfolio({"a": Normal(mean_a, sd_a), "b": Normal(mean_b, sd_b)}), rho, "a", "b")
    spread = sqrt(sd_a**2 + sd_b**2 - 2 * deviate_correlation(rho) * sd_a * sd_b)
    alpha = (mean_a - mean_b) / spread
    first = mean_a * norm.cdf(alpha) + mean_b * norm.cdf(-alpha) + spread * norm.pdf(alpha)
    second = (
        (mean_a**2 + sd_a**2) * norm.cdf(alpha) + (mean_b**2 + sd_b**2) * norm.cdf(-alpha) + (mean_a + mean_b) * spread * norm.pdf(alpha)
    )
    compiled = compile_portfolio(plan)
    found = simulate_finishes(compiled, Run(N, seed)).finishes[0] - float(compiled.model.network.floor[-1])
    assert_mean(found, first, sqrt(second - first**2), slack=rounding)


@pytest.mark.parametrize("rho", [-0.6, 0.3, 0.9])
def test_two_correlated_pert_tasks_finish_as_the_gaussian_copula_says(rho):
    # by quadrature over the two normal deviates: a = A(z), b = B(r z + sqrt(1 - r^2) w); beyond 8 lie 1e-15 of all
    a, b = Pert(40 * DAY, 60 * DAY, 160 * DAY), Pert(30 * DAY, 80 * DAY, 110 * DAY)
    z = np.linspace(-8, 8, 801)
    weight = norm.pdf(z) / norm.pdf(z).sum()
    r = deviate_correlation(rho)
    first = np.asarray(a.quantile(norm.cdf(z)))[:, None]
    second = np.asarray(b.quantile(norm.cdf(r * z[:, None] + sqrt(1 - r**2) * z[None, :])))
    weights = weight[:, None] * weight[None, :]
    for plan, value in ((portfolio({"a": a, "b": b}, "a b"), first + second), (portfolio({"a": a, "b": b}), np.maximum(first, second))):
        mean = float((weights * value).sum())
        variance, fourth = (float((weights * (value - mean) ** power).sum()) for power in (2, 4))
        compiled = compile_portfolio(together(plan, rho, "a", "b"))
        for seed in SEEDS:
            found = simulate_finishes(compiled, Run(N, seed)).finishes[0] - float(compiled.model.network.floor[-1])
            slack = 2 * rounding + sampling_slack(a, b)
            assert_mean(found, mean, sqrt(variance), slack=slack)
            assert_variance(found, variance, fourth, slack=slack)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rho", [-0.8, 0.25, 0.7])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Pert(480, 960, 9600), Pert(4800, 9000, 9600)),
        (Triangular(100, 200, 9000), Uniform(1000, 9000)),
    ],
    ids=["pert", "closed forms"],
)
def test_spearmans_rho_is_that_which_was_stated(a, b, rho, seed):
    drawn = durations(together(portfolio({"a": a, "b": b}), rho, "a", "b"), seed)
    found = spearmanr(drawn["p.a"], drawn["p.b"]).statistic
    assert abs(found - rho) < errors_allowed() * 1.1 / sqrt(N) + 1e-4  # a rank correlation's error is at most about 1/sqrt(n); minutes tie


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rho", [-0.9, 0.6])
def test_the_marginals_stay_what_they_are(rho, seed):
    laws = {"a": Pert(480, 960, 96000), "b": Uniform(0, 96000), "c": Discrete((100, 200, 300), (5, 3, 2))}
    plan = together(together(portfolio(laws), rho, "a", "b"), 0.2, "b", "c")
    drawn = durations(plan, seed)
    for share in (0.05, 0.5, 0.9, 0.99):
        at = float(laws["a"].quantile(share))
        assert_share(int((drawn["p.a"] <= np.floor(at)).sum()), N, share, slack=2e-4)
        assert_share(int((drawn["p.b"] <= 96000 * share).sum()), N, share, slack=2e-5)
    assert [round(float((drawn["p.c"] <= value).mean()), 2) for value in (100, 200, 300)] == [0.5, 0.8, 1.0]


@pytest.mark.parametrize("seed", SEEDS)
def test_correlated_risks_occur_together_as_often_as_two_normals_fall_below_their_thresholds(seed):
    p, q, rho = 0.3, 0.2, 0.7
    plan = portfolio({"a": 480}, risks=[Risk("flood", p, (adds("a", 480),)), Risk("storm", q, (adds("a", 960),))])
    tied = Correlation((Item("flood", Quantity.OCCURRENCE), Item("storm", Quantity.OCCURRENCE)), rho)
    occurs, _ = redraw_events(compile_portfolio(replace(plan, correlations=(tied,))), Run(N, seed))
    r = deviate_correlation(rho)
    both = multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([norm.ppf(p), norm.ppf(q)])
    assert_share(int((occurs[0] & occurs[1]).sum()), N, float(both), slack=1e-5)
    assert_share(int(occurs[0].sum()), N, p, slack=1e-6)
    assert_share(int(occurs[1].sum()), N, q, slack=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_correlated_impacts_vary_together_while_the_risks_occur_apart(seed):
    law = Normal(4800, 480)
    plan = portfolio({"a": 480}, risks=[Risk("flood", 1.0, (adds("a", law),)), Risk("storm", 1.0, (adds("a", law),))])
    tied = Correlation((Item("flood", Quantity.IMPACT), Item("storm", Quantity.IMPACT)), 0.5)
    drawn = durations(replace(plan, correlations=(tied,)), seed)["p.a"]
    variance = 480**2 * (2 + 2 * deviate_correlation(0.5))
    assert_variance(drawn, variance, 3 * variance**2, slack=rounding)


def test_what_joins_a_group_leaves_the_draws_of_its_members_alone():
    laws = {"a": Pert(480, 960, 9600), "b": Uniform(480, 9600), "c": Pert(480, 4800, 9600)}
    small, large = (together(portfolio(laws), 0.5, *ids, name="crews") for ids in (("a", "b"), ("a", "b", "c")))
    one, other = durations(small, 5, 1000), durations(large, 5, 1000)
    assert one["p.a"].tolist() == other["p.a"].tolist()
    assert one["p.b"].tolist() == other["p.b"].tolist()
    assert one["p.c"].tolist() != other["p.c"].tolist()


def test_a_correlation_leaves_the_draws_of_all_other_tasks_alone():
    laws = {"a": Pert(480, 960, 9600), "b": Uniform(480, 9600), "c": Pert(480, 4800, 9600)}
    plain, tied = portfolio(laws), together(portfolio(laws), 0.5, "a", "b")
    assert durations(plain, 5, 1000)["p.c"].tolist() == durations(tied, 5, 1000)["p.c"].tolist()


def test_the_coefficient_of_the_deviates_is_that_whose_rank_correlation_is_stated():
    for rho in (-1.0, -0.3, 0.0, 0.8, 1.0):
        assert 6 / pi * asin(deviate_correlation(rho) / 2) == pytest.approx(rho)


# --- parallel groups ----------------------------------------------------------------------------------------------------


@known_answer
def test_of_the_threats_of_a_parallel_group_the_largest_counts():
    risks = [Risk(id, p, (adds("dig", days * DAY),), group="river") for id, p, days in (("flood", 0.5, 10), ("drift", 0.25, 4))]
    finish = Lattice.of({20 * DAY: 0.5 * 0.75, 24 * DAY: 0.5 * 0.25, 30 * DAY: 0.5})
    return Truth(portfolio({"dig": 20 * DAY}, risks=risks), finish, {"dig": 1.0})


@known_answer
def test_the_largest_threat_and_the_largest_opportunity_of_a_group_combine():
    hits = (("flood", 10), ("drift", 4), ("frost", -3), ("drought", -5))
    risks = [Risk(id, 1.0, (adds("dig", days * DAY),), group="river") for id, days in hits]
    return Truth(portfolio({"dig": 20 * DAY}, risks=risks), Lattice.constant(25 * DAY), {"dig": 1.0})


@known_answer
def test_factors_of_a_group_stand_in_for_one_another_and_those_in_series_multiply():
    factors = (("rain", 1.5, "weather"), ("wind", 1.25, "weather"), ("crew", 2.0, None), ("skill", 0.5, "weather"))
    risks = [Risk(id, 1.0, (multiplies("dig", factor),), group=group) for id, factor, group in factors]
    return Truth(portfolio({"dig": 20 * DAY}, risks=risks), Lattice.constant(30 * DAY), {"dig": 1.0})


def test_groups_of_two_tasks_do_not_mix():
    risks = [Risk(id, 1.0, (adds(task, days * DAY),), group="g") for id, task, days in (("x", "a", 3), ("y", "b", 5))]
    plan = portfolio({"a": 480, "b": Fixed(480)}, "a b", risks=risks)
    compiled = compile_portfolio(plan)
    found = simulate_finishes(compiled, Run(64, 1)).finishes[0] - compiled.model.network.floor[-1]
    assert set(found.tolist()) == {10 * DAY}
