"""The program promises the exact answer for networks of independent tasks, in a row, side by side and crossed."""

from math import gamma, log, sqrt

import exact
import pytest
from building import portfolio
from exact import Lattice, latest, total
from oracles import exponential_network
from scipy import stats
from statistical import FALSE_FAILURE
from truth import Truth, known_answer, sampling_slack

from pmosim.model.laws import Exponential, Lognormal, Pert, Triangular, Uniform, Weibull


@known_answer
def test_means_and_variances_of_pert_tasks_in_a_row_add_up():
    estimates = {"design": (4800, 7200, 19200), "build": (9600, 14400, 48000), "test": (2400, 9600, 12000)}
    laws = {task: Pert(*estimate) for task, estimate in estimates.items()}
    finish = total(Lattice.rounded(exact.pert(*estimate)) for estimate in estimates.values())
    # the closed forms: mean (a + 4m + b)/6 and variance (mean - a)(b - mean)/7; a whole minute adds a variance of 1/12
    means = {task: (a + 4 * m + b) / 6 for task, (a, m, b) in estimates.items()}
    assert finish.mean == pytest.approx(sum(means.values()), abs=1e-4)
    variances = [(means[task] - a) * (b - means[task]) / 7 for task, (a, _, b) in estimates.items()]
    assert finish.variance == pytest.approx(sum(variances) + 3 / 12, rel=1e-8)
    return Truth(
        portfolio(laws, "design build", "build test"),
        finish,
        criticality=dict.fromkeys(laws, 1.0),
        slack=sampling_slack(*laws.values()),
        minutes=3,
    )


@known_answer
def test_the_latest_of_three_uniform_tasks_is_their_third_order_statistic():
    width = 48_000
    law = Uniform(4800, 4800 + width)
    one = Lattice.rounded(exact.uniform(4800, 4800 + width))
    finish = latest([one] * 3)
    # the k-th of n uniforms is Beta(k, n + 1 - k): the third of three has mean 3/4 and variance 3/80
    assert finish.mean == pytest.approx(4800 + width * 3 / 4, abs=0.1)
    assert finish.variance == pytest.approx(width**2 * 3 / 80, rel=1e-6)
    laws = {"left": law, "middle": law, "right": law}
    return Truth(
        portfolio(laws),
        finish,
        criticality=dict.fromkeys(laws, one.no_earlier_than(latest([one] * 2))),
        slack=sampling_slack(law),
        minutes=1,
        ties=2 * 2 * 2 / width,  # two others, within a minute on either side
    )


@known_answer
def test_the_latest_of_exponential_tasks_is_a_harmonic_sum():
    mean, tasks = 20_000, [f"t{k}" for k in range(5)]
    law = Exponential(mean)
    one = Lattice.rounded(exact.exponential(mean))
    finish = latest([one] * 5)
    # the gaps between order statistics are exponentials with means mean/5, mean/4, ..., mean
    assert finish.mean == pytest.approx(mean * sum(1 / k for k in range(1, 6)), abs=0.1)
    assert finish.variance == pytest.approx(mean**2 * sum(1 / k**2 for k in range(1, 6)), rel=1e-6)
    return Truth(
        portfolio(dict.fromkeys(tasks, law)),
        finish,
        criticality=dict.fromkeys(tasks, one.no_earlier_than(latest([one] * 4))),
        slack=sampling_slack(law),
        minutes=3,  # 1e-5 of the interval from P0.0001 to P99.9999 is 2.8 minutes
        ties=4 * 2 * 3 / mean,
    )


@known_answer
def test_the_criticality_of_two_exponential_tasks_is_in_the_ratio_of_their_means():
    laws = {"short": Exponential(10_000), "long": Exponential(30_000)}
    short, long = (Lattice.rounded(exact.exponential(law.scale)) for law in laws.values())
    # P(long > short) = (1/10000) / (1/10000 + 1/30000) = 3/4; ties of whole minutes add about 1/40000
    shares = {"short": short.no_earlier_than(long), "long": long.no_earlier_than(short)}
    assert shares == pytest.approx({"short": 1 / 4, "long": 3 / 4}, abs=1e-4)
    return Truth(portfolio(laws), latest([short, long]), shares, sampling_slack(*laws.values()), minutes=5, ties=5 / 20_000)


@known_answer
def test_three_exponential_tasks_in_a_row_are_an_erlang_law():
    mean, tasks = 15_000, ("first", "second", "third")
    finish = exponential_network(dict.fromkeys(tasks, mean), {"second": ["first"], "third": ["second"]}).finish
    assert (finish.mean, finish.variance) == pytest.approx((3 * mean, 3 * mean**2))
    assert finish.percentile(0.8) == pytest.approx(stats.gamma(3, scale=mean).ppf(0.8))
    law = Exponential(mean)
    return Truth(
        portfolio(dict.fromkeys(tasks, law), "first second", "second third"),
        finish,
        dict.fromkeys(tasks, 1.0),
        slack=sampling_slack(law, law, law),
        minutes=3 * (0.5 + 2.1),  # here the truth is continuous: half a minute for rounding, 2.1 for the sampler
    )


def markov(means, before, *links):
    """A Truth for a network of exponential tasks, answered by its Markov chain."""
    answer = exponential_network(means, before)
    laws = {task: Exponential(mean) for task, mean in means.items()}
    slack = sampling_slack(*laws.values())
    return Truth(
        portfolio(laws, *links),
        answer.finish,
        answer.criticality,
        slack=slack,
        minutes=slack + 0.5 * len(laws),
        # two paths change places only if they are closer than this; an exponential's density is at most 1/mean
        ties=2 * (slack + 0.5 * len(laws)) / min(means.values()),
    )


@known_answer
def test_a_series_parallel_network_of_exponential_tasks():
    # first ── second ──┐
    #                   ├── last
    # beside ───────────┘
    means = {"first": 20_000, "second": 30_000, "beside": 40_000, "last": 10_000}
    truth = markov(means, {"second": ["first"], "last": ["second", "beside"]}, "first second", "second last", "beside last")
    # beside outlasts the other two in turn: (1/20)/(1/20 + 1/40) * (1/30)/(1/30 + 1/40)
    outlasts = (1 / 20) / (1 / 20 + 1 / 40) * (1 / 30) / (1 / 30 + 1 / 40)
    assert truth.criticality == pytest.approx({"first": 1 - outlasts, "second": 1 - outlasts, "beside": outlasts, "last": 1})
    # E[max(X, Y)] = E[X] + E[Y] - E[min]; the minimum of the sum of two and a third by conditioning on the first
    both = 50_000 + 40_000 - (1 / (1 / 20_000 + 1 / 40_000) + (1 / 20) / (1 / 20 + 1 / 40) / (1 / 30_000 + 1 / 40_000))
    assert truth.finish.mean == pytest.approx(both + 10_000)
    return truth


@known_answer
def test_the_wheatstone_bridge_with_exponential_tasks_is_a_markov_chain():
    #    ┌── a ──┬── d ──┐
    # ───┤       c       ├───   c goes from the end of a to where b ends and e begins
    #    └── b ──┴── e ──┘
    means = {"a": 20_000, "b": 40_000, "c": 10_000, "d": 30_000, "e": 25_000}
    truth = markov(means, {"c": ["a"], "d": ["a"], "e": ["b", "c"]}, "a c", "a d", "b e", "c e")
    share = truth.criticality
    # exactly one of the three paths a-d, a-c-e, b-e is the longest
    assert share["a"] + share["b"] == pytest.approx(1)
    assert share["d"] + share["e"] == pytest.approx(1)
    assert share["a"] == pytest.approx(share["d"] + share["c"])
    return truth


@known_answer
def test_the_latest_of_different_laws_has_the_product_of_their_distributions():
    laws = {
        "permit": Lognormal(30_000, 12_000),
        "dig": Triangular(2400, 9600, 24_000),
        "found": Weibull(1.5, 15_000),
    }
    spread = 1 + (12 / 30) ** 2  # ln X has variance ln(1 + (sd/mean)^2) and median mean/sqrt(1 + (sd/mean)^2)
    permit = Lattice.rounded(stats.lognorm(sqrt(log(spread)), scale=30_000 / sqrt(spread)))
    dig = Lattice.rounded(exact.triangular(2400, 9600, 24_000))
    found = Lattice.rounded(stats.weibull_min(1.5, scale=15_000))
    assert permit.mean == pytest.approx(30_000, abs=0.1)
    assert (dig.mean, found.mean) == pytest.approx((12_000, 15_000 * gamma(1 + 1 / 1.5)), abs=0.1)
    ground = dig + found
    return Truth(
        portfolio(laws, "dig found"),
        latest([permit, ground]),
        {"permit": permit.no_earlier_than(ground), "dig": ground.no_earlier_than(permit), "found": ground.no_earlier_than(permit)},
        slack=sampling_slack(*laws.values()),
        minutes=4,
        ties=2 * 6 / 9000,  # the density of either path stays below 1/9000 per minute
    )


@known_answer
def test_the_merge_of_two_equal_uniform_paths_comes_later_than_either_on_average():
    # the larger of two U(0, 1) has density 2x: mean 2/3 and variance 1/18, where each has mean 1/2
    width = 36_000
    law = Uniform(0, width)
    one = Lattice.rounded(exact.uniform(0, width))
    merged = latest([one, one])
    assert (merged.mean, merged.variance) == pytest.approx((width * 2 / 3, width**2 / 18), rel=1e-4)
    return Truth(
        portfolio({"left": law, "right": law, "after": 480}, "left after", "right after"),
        merged + 480,
        {"left": one.no_earlier_than(one), "right": one.no_earlier_than(one), "after": 1.0},
        slack=sampling_slack(law),
        minutes=1,
        ties=2 * 2 / width,
    )


def test_the_rate_of_false_failure_of_this_folder_is_stated():
    """Some 25 networks, 3 seeds, at most 13 checks each: less than one false alarm in 1,000 runs with fresh seeds."""
    assert 25 * 3 * 13 * FALSE_FAILURE < 1e-3
