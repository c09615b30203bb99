"""The program promises the exact indices and tornados where they have a closed form, inside the intervals that it states.

Every forecast is asked for intervals at a confidence of 1 - 1e-6: that is also the rate of false failure of each check.
"""

from functools import cache
from math import asin, pi, sqrt

import exact
import numpy as np
import pytest
from building import DAY, adds, portfolio
from exact import Lattice, latest
from truth import ITERATIONS, SEEDS

from pmosim.forecasting import forecast
from pmosim.model.laws import Fixed, Normal, Pert, Uniform
from pmosim.model.project import Target
from pmosim.model.risks import Risk

pytestmark = pytest.mark.slow_without_jit
CONFIDENCE = 1 - 1e-6


def run(plan, seed, iterations=ITERATIONS):
    return forecast(plan, iterations=iterations, seed=seed, confidence=CONFIDENCE)


def assert_covers(estimate, truth, slack=0.0):
    assert estimate.low <= estimate.value <= estimate.high
    assert estimate.low - slack <= truth <= estimate.high + slack, f"{truth:.6g} is outside {estimate}"


def assert_narrow(estimate, error, n=ITERATIONS):
    """The interval is no wider than twice what the exact standard error asks for: a wide one would cover anything."""
    assert estimate.high - estimate.low <= 2 * 2 * 4.9 * error / sqrt(n), f"{estimate} is wider than its error {error / sqrt(n):.3g}"


def sensitivity_of(result, source, target="p.finish"):
    found = next(entry for entry in result.targets if entry.id == target)
    return next(entry for entry in found.sensitivities if entry.source == source)


def task_of(result, id):
    return next(task for task in result.tasks if task.id == id)


# --- two tasks in a row: correlation and index are sd / sd of the sum ---------------------------------------------------


@cache
def two_normals():
    laws = {"design": Normal(40_000, 3000), "build": Normal(60_000, 4000)}  # truncation at zero, 13 sd away, changes nothing
    return portfolio(laws, "design build")


@pytest.mark.parametrize("seed", SEEDS)
def test_crucialities_of_two_normal_tasks_in_a_row(seed):
    result = run(two_normals(), seed)
    for task, rho in (("p.design", 0.6), ("p.build", 0.8)):  # sd 3 and 4 of 5
        found = sensitivity_of(result, task)
        assert_covers(found.cruciality.pearson, rho, slack=1e-5)  # rounding to whole minutes: 1/12 of 9e6 in the variance
        assert_narrow(found.cruciality.pearson, 1 - rho**2)
        # for a bivariate normal: Spearman (6/pi) asin(rho/2), Kendall (2/pi) asin(rho) (Kendall, Rank Correlation Methods, 1948)
        assert_covers(found.cruciality.spearman, 6 / pi * asin(rho / 2), slack=1e-3)
        assert_covers(found.cruciality.kendall, 2 / pi * asin(rho), slack=1e-3)
        assert (found.criticality.value, found.criticality.high) == (1.0, 1.0)
        assert_covers(found.ssi, rho, slack=1e-5)
        assert_narrow(found.ssi, rho)
        # no float: D/(D + 0) x S/mean(S) has the mean 1
        assert_covers(task_of(result, task).significance, 1.0, slack=1e-5)
        assert task_of(result, task).float_mean.value == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_tornado_of_a_normal_task_in_a_row_with_another(seed):
    # E[X | X in its highest decile] = mu + sd phi(z90)/0.1, and the sum goes along with it
    result = run(two_normals(), seed)
    for task, sd in (("p.design", 3000), ("p.build", 4000)):
        shift = sd * 1.7549833193248683 / DAY  # phi(1.2815516) / 0.1
        tornado = sensitivity_of(result, task).tornado
        assert_covers(tornado.low_mean, -shift, slack=1 / DAY)
        assert_covers(tornado.high_mean, shift, slack=1 / DAY)
        assert_narrow(tornado.high_mean, 5000 / DAY / sqrt(0.1))
    order = [entry.source for entry in result.targets[0].sensitivities]
    assert order == ["p.build", "p.design"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_tornado_of_a_single_uniform_task_is_the_middle_of_its_end_deciles(seed):
    width = 48_000
    result = run(portfolio({"dig": Uniform(4800, 4800 + width)}), seed)
    tornado = sensitivity_of(result, "p.dig").tornado
    # means of the lowest and highest tenth: 5 % and 95 % of the width, seen from its middle; their P80s lie at 8 % and
    # 98 %, seen from the P80 of all
    for estimate, place in (
        (tornado.low_mean, 0.05 - 0.5),
        (tornado.high_mean, 0.95 - 0.5),
        (tornado.low_p80, 0.08 - 0.8),
        (tornado.high_p80, 0.98 - 0.8),
    ):
        assert_covers(estimate, place * width / DAY, slack=1 / DAY)
        assert_narrow(estimate, width / DAY)
    assert sensitivity_of(result, "p.dig").cruciality.pearson.value == pytest.approx(1)


# --- two tasks side by side ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_indices_of_two_uniform_tasks_side_by_side(seed):
    long, short = Uniform(9600, 57_600), Uniform(9600, 33_600)
    result = run(portfolio({"long": long, "short": short}), seed)
    one, other = Lattice.rounded(exact.uniform(9600, 57_600)), Lattice.rounded(exact.uniform(9600, 33_600))
    finish = latest([one, other])
    for task, law, rival in (("p.long", one, other), ("p.short", other, one)):
        share = law.no_earlier_than(rival)
        assert_covers(task_of(result, task).criticality["p.finish"], share, slack=1e-4)
        assert_covers(task_of(result, task).criticality_float, share, slack=1e-4)
        assert_covers(sensitivity_of(result, task).ssi, sqrt(law.variance / finish.variance) * share, slack=1e-4)
        # side by side from the start D + TF = S, so that D/(D + TF) x S/mean(S) is D/mean(S)
        assert_covers(task_of(result, task).significance, law.mean / finish.mean, slack=1e-4)
        assert_covers(task_of(result, task).float_mean, (finish.mean - law.mean) / DAY, slack=1 / DAY)
        assert_covers(task_of(result, task).duration_mean, law.mean / DAY, slack=1 / DAY)
        assert_covers(task_of(result, task).duration_sd, sqrt(law.variance) / DAY, slack=1 / DAY)
        rho = correlation_with_latest(law, rival, finish)
        assert_covers(sensitivity_of(result, task).cruciality.pearson, rho, slack=1e-4)


def correlation_with_latest(law, rival, finish):
    """corr(X, max(X, Y)): E[X max(X, Y)] = sum over x of x p(x) (x F(x) + E[Y; Y > x])."""
    x = law.values.astype(np.float64)
    above = np.concatenate([np.cumsum((rival.mass * rival.values)[::-1])[::-1], [0.0]])
    beyond = above[np.clip(law.values + 1 - rival.first, 0, len(rival.mass))]
    product = float((x * law.mass) @ (x * rival.cdf(law.values) + beyond))
    return (product - law.mean * finish.mean) / sqrt(law.variance * finish.variance)


@pytest.mark.parametrize("seed", SEEDS)
def test_merge_bias_is_the_mean_of_the_latest_minus_the_latest_of_the_means(seed):
    # both U(0, w): 2/3 w - 1/2 w
    width = 48_000
    result = run(portfolio({"left": Uniform(0, width), "right": Uniform(0, width), "after": 480}, "left after", "right after"), seed)
    assert [(merge.id, merge.paths) for merge in result.merge_bias] == [("p.after", 2)]
    assert_covers(result.merge_bias[0].bias, width / 6 / DAY, slack=1 / DAY)
    assert_narrow(result.merge_bias[0].bias, width / 6 / DAY * 3)


# --- the target, the risks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_dates_probabilities_and_contingency_of_one_uniform_task(seed):
    low, width = 4800, 48_000
    plan = portfolio({"dig": Uniform(low, low + width)})
    clock = plan.calendar_of["standard"].clock(plan.epoch)
    begin = clock.work_at(plan.status_date)
    due = clock.finish_moment(begin + low + round(0.7 * width))
    result = run(portfolio({"dig": Uniform(low, low + width)}, targets=[Target("p.finish", due)]), seed).targets[0]
    law = Lattice.rounded(exact.uniform(low, low + width))
    minute = exact_moment(clock, begin)
    assert (result.target, result.planned) == (due, minute(low + width // 2))
    assert_covers(result.probability, float(law.cdf(low + round(0.7 * width))), slack=1e-5)
    assert_covers(result.plan_probability, float(law.cdf(low + width // 2)), slack=1e-5)
    assert_covers(result.sd, sqrt(law.variance) / DAY, slack=1 / DAY)
    assert minute(round(law.mean) + 1) >= result.mean.low
    assert minute(round(law.mean) - 1) <= result.mean.high
    for percent in (10, 50, 80, 90):
        at = int(law.percentile(percent / 100))
        assert minute(at + 1) >= result.percentiles[percent].low
        assert minute(at - 1) <= result.percentiles[percent].high
        contingency = result.contingency[percent].working_days
        assert_covers(contingency, (at - low - width / 2) / DAY, slack=1 / DAY)
        assert_narrow(contingency, width / DAY * sqrt(percent * (100 - percent)) / 100)
    assert sum(result.curve.count) == ITERATIONS
    assert result.curve.share[-1] == 1.0


def exact_moment(clock, begin):
    return lambda minutes: clock.finish_moment(begin + minutes)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exposure_of_a_risk_that_half_hides_in_float(seed):
    # dig has 5 days of float; a delay of U(0, 20 d) with 40 % gives max(0, U - 5 d): mean 15/20 x 7.5 d where it occurs
    risk = Risk("flood", 0.4, (adds("dig", Uniform(0, 20 * DAY)),), cost=Fixed(1000.0))
    result = run(portfolio({"dig": 20 * DAY, "permit": 25 * DAY}, risks=[risk]), seed)
    found = result.risks[0]
    assert_covers(found.occurred, 0.4)
    assert_covers(found.delay["p.finish"].expected, 0.4 * 15 / 20 * 7.5, slack=1 / DAY)
    assert_covers(found.delay["p.finish"].expected_if_occurs, 15 / 20 * 7.5, slack=1 / DAY)
    # P80 over all iterations: 60 % have no delay, so it is the P50 where the risk occurs: U = 10 d, and 5 d of delay
    assert_covers(found.delay["p.finish"].p80, 5.0, slack=1 / DAY)
    assert_covers(found.delay["p.finish"].p80_if_occurs, 11.0, slack=1 / DAY)
    assert_covers(found.cost_expected, 400.0, slack=0.01)
    assert_covers(found.cost_expected_if_occurs, 1000.0, slack=0.01)
    total = result.total_exposure["p.finish"]
    assert total.expected == found.delay["p.finish"].expected  # the only risk is all the risk there is


def test_the_percentiles_of_a_forecast_are_moments_that_occurred():
    from pmosim.forecasting import simulate

    plan = portfolio({"dig": Pert(480, 960, 9600), "build": Uniform(480, 4800)}, "dig build", on={"build": "24h"})
    n = 999
    result, draws = run(plan, 4, n).targets[0], simulate(plan, iterations=n, seed=4)
    ordered = np.sort(draws.dates["p.finish"])
    for percent, found in result.percentiles.items():
        rank = -(-n * percent // 100)  # ceil(n x/100), in whole numbers
        assert np.datetime64(found.value, "m") == ordered[rank - 1].astype("datetime64[m]")
    assert np.datetime64(result.earliest, "m") == ordered[0].astype("datetime64[m]")
    assert np.datetime64(result.latest, "m") == ordered[-1].astype("datetime64[m]")
