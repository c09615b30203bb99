"""The program promises the exact law of cost: fixed parts, rates times durations, and what risks add."""

from functools import cache
from math import comb, sqrt

import exact
import numpy as np
import pytest
from building import DAY, adds, portfolio
from exact import Lattice, mixture
from statistical import assert_mean, assert_percentile, assert_variance
from truth import ITERATIONS, LEVELS, SEEDS, sampling_slack

from pmosim.forecasting import simulate
from pmosim.model.laws import Fixed, Pert, Triangular, Uniform
from pmosim.model.risks import Risk
from pmosim.model.tasks import Cost


@cache
def chain():
    """Two tasks in a row at 2 and 3 EUR a minute; a flood (30 %) adds 10 days to the second and costs 20 to 60 kEUR.

    A minute more is a whole number of EUR more, so that the cost lives on whole EUR but for the risk's own cost, which
    is rounded to them here and to cents by the program.
    """
    dig, build, damage = Pert(9600, 14_400, 28_800), Triangular(4800, 9600, 24_000), Uniform(20_000, 60_000)
    plan = portfolio(
        {"dig": dig, "build": build},
        "dig build",
        costs={"dig": Cost(rate=Fixed(2.0)), "build": Cost(fixed=Fixed(5000.0), rate=Fixed(3.0))},
        risks=[Risk("flood", 0.3, (adds("build", 10 * DAY),), cost=damage)],
    )
    calm = (
        Lattice.rounded(exact.pert(9600, 14_400, 28_800)).times(2) + Lattice.rounded(exact.triangular(4800, 9600, 24_000)).times(3) + 5000
    )
    flooded = calm + 10 * DAY * 3 + Lattice.rounded(exact.uniform(20_000, 60_000))
    slack = 2 * sampling_slack(dig) + 3 * sampling_slack(build) + 0.3 * sampling_slack(damage)
    return plan, mixture([(0.7, calm), (0.3, flooded)]), slack


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seed", SEEDS)
def test_the_cost_of_a_chain_with_rates_and_a_risk(seed):
    plan, law, slack = chain()
    draws = simulate(plan, iterations=ITERATIONS, seed=seed)
    for account in ("p", "portfolio"):
        cost = draws.cost[account]
        assert_mean(cost, law.mean, sqrt(law.variance), slack=slack)
        assert_variance(cost, law.variance, law.fourth, slack=slack)
        for p in LEVELS:
            at = law.percentile(p)
            assert_percentile(cost, p, float(law.cdf(at)), at, slack=2 + 3 + 1)  # a minute of either task, a rounded EUR


@cache
def uncertain_rates():
    """Cost = fixed + rate x duration, all three uncertain and independent: moments only, for the product has no plain law."""
    duration, fixed, rate = Uniform(4800, 24_000), Triangular(1000, 2000, 9000), Uniform(0.5, 2.5)
    plan = portfolio({"build": duration}, costs={"build": Cost(fixed=fixed, rate=rate)})
    whole = Lattice.rounded(exact.uniform(4800, 24_000))
    product = [float((whole.values.astype(float) ** k @ whole.mass) * (2.5 ** (k + 1) - 0.5 ** (k + 1)) / (2 * (k + 1))) for k in range(5)]
    mean, variance, fourth = central(product)
    other = exact.triangular(1000, 2000, 9000)
    m, v = (float(x) for x in other.stats("mv"))
    kurtosis = float(other.stats("k")) + 3
    # for independent parts the variances add, and E[(X+Y)^4] = mu4(X) + 6 var(X) var(Y) + mu4(Y)
    slack = 2.5 * sampling_slack(duration) + 24_000 * sampling_slack(rate) + sampling_slack(fixed) + 0.01
    return plan, mean + m, variance + v, fourth + 6 * variance * v + kurtosis * v**2, slack


def central(raw):
    """Mean, variance and fourth central moment from raw moments 0 to 4."""
    mean = raw[1]
    moments = [sum(comb(k, j) * raw[j] * (-mean) ** (k - j) for j in range(k + 1)) for k in (2, 4)]
    return mean, *moments


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seed", SEEDS)
def test_fixed_part_rate_and_duration_are_drawn_independently(seed):
    plan, mean, variance, fourth, slack = uncertain_rates()
    cost = simulate(plan, iterations=ITERATIONS, seed=seed).cost["p"]
    assert_mean(cost, mean, sqrt(variance), slack=slack)
    assert_variance(cost, variance, fourth, slack=slack)


@pytest.mark.slow_without_jit
def test_that_check_would_notice_one_draw_for_rate_and_duration():
    _, mean, variance, _, slack = uncertain_rates()
    u = np.random.default_rng(1).random(ITERATIONS)
    comonotone = (4800 + 19_200 * u) * (0.5 + 2 * u) + 4000
    with pytest.raises(AssertionError):
        assert_mean(comonotone, mean, sqrt(variance), slack=slack)


@pytest.mark.slow_without_jit
def test_the_cost_of_a_portfolio_is_the_sum_of_its_projects_and_of_what_belongs_to_none():
    plan = portfolio(
        {"p.dig": Uniform(480, 4800), "q.dig": Uniform(480, 9600)},
        costs={"p.dig": Cost(rate=Fixed(1.0)), "q.dig": Cost(rate=Fixed(2.0))},
        risks=[Risk("flood", 0.5, (adds("p.dig", 480), adds("q.dig", 960)), cost=Fixed(10_000.0))],
    )
    draws = simulate(plan, iterations=10_000, seed=3)
    rest = draws.cost["portfolio"] - draws.cost["p"] - draws.cost["q"]
    assert set(np.unique(rest)) == {0.0, 10_000.0}  # shared by two projects, and booked to neither
    struck = rest > 0
    assert np.array_equal(draws.cost["p"], draws.finish["p.finish"] * 1.0)
    assert np.array_equal(draws.cost["q"], draws.finish["q.finish"] * 2.0)
    assert draws.finish["p.finish"][struck].min() >= 960
