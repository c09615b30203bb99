"""The program promises not to fall into the traps that others fell into; each test shows that it would notice.

Every test has the right answer pass and the trap's own answer refused by the very same check.
"""

from math import sqrt

import exact
import networkx as nx
import numpy as np
import pytest
from building import DAY, adds, portfolio
from exact import Lattice, latest, total
from oracles import by_enumeration, waits
from statistical import assert_mean, assert_percentile, assert_share, assert_variance
from truth import sampling_slack

from pmosim.forecasting import forecast, simulate
from pmosim.model.laws import Pert, Uniform
from pmosim.model.network import graph_of
from pmosim.model.risks import Risk
from pmosim.model.schedule import schedule

pytestmark = pytest.mark.slow_without_jit
N = 200_000


def refused(check, *arguments, **options):
    with pytest.raises(AssertionError):
        check(*arguments, **options)


def test_a_second_link_between_the_same_two_tasks_does_not_replace_the_first():
    # begin together (SS), and end 10 days apart at the least (FF): with the last link alone it would be 11 days
    plan = portfolio({"dig": 10 * DAY, "pave": 1 * DAY}, f"dig pave FF {10 * DAY}", "dig pave SS 0")
    draws = simulate(plan, iterations=64, seed=1)
    assert set(draws.finish["p.finish"]) == {20 * DAY}
    assert graph_of(plan).number_of_edges() == 2
    assert nx.DiGraph(graph_of(plan)).number_of_edges() == 1  # the trap


def test_a_risk_that_hits_two_tasks_is_not_drawn_anew_for_each():
    risk = Risk("strike", 0.5, (adds("dig", 10 * DAY), adds("found", 10 * DAY)))
    draws = simulate(portfolio({"dig": 480, "found": 480}, "dig found", risks=[risk]), iterations=N, seed=1)
    finish = draws.finish["p.finish"]
    shared, anew = Lattice.of({960: 0.5, 960 + 20 * DAY: 0.5}), Lattice.of({960: 0.25, 960 + 10 * DAY: 0.5, 960 + 20 * DAY: 0.25})
    assert_variance(finish, shared.variance, shared.fourth)
    refused(assert_variance, finish, anew.variance, anew.fourth)


def test_pert_has_its_own_mean_and_variance_not_the_rules_of_thumb():
    a, m, b = 4800, 7200, 24_000
    law = Pert(a, m, b)
    finish = simulate(portfolio({"dig": law}), iterations=N, seed=1).finish["p.finish"]
    right = Lattice.rounded(exact.pert(a, m, b))
    slack, sd = sampling_slack(law), sqrt(right.variance)
    assert_mean(finish, (a + 4 * m + b) / 6, sd, slack=slack)
    assert_variance(finish, right.variance, right.fourth, slack=slack)
    refused(assert_variance, finish, ((b - a) / 6) ** 2, right.fourth, slack=slack)  # the rule of thumb as a variance
    refused(assert_mean, finish, m, sd, slack=slack)  # the mode as a mean
    mode_is_mean = exact.pert(a, (a + 4 * m + b) / 6, b)  # the mean handed over as the mode
    refused(assert_mean, finish, mode_is_mean.mean(), sd, slack=slack)
    no_mode = exact.uniform(a, b)  # the mode ignored
    refused(assert_percentile, finish, 0.8, 0.8, no_mode.ppf(0.8), slack=1)


@pytest.mark.parametrize("kind_and_lag", ["FS 960", "FS -960", "SS 960", "SS 1920", "FF 960", "SF 2880"])
def test_lagged_and_overlapping_links_drive_like_any_other(kind_and_lag):
    # the predecessor of every kind of link that decides is critical, lag or none
    laws = {"before": {960: 0.5, 1920: 0.5}, "after": {480: 0.5, 1440: 0.5}}
    draws = simulate(portfolio(laws, f"before after {kind_and_lag}"), iterations=N, seed=1)
    answer = by_enumeration(laws, waits(f"before after {kind_and_lag}"))
    unlinked = by_enumeration(laws, [])
    share = round(draws.criticality["p.finish"]["p.before"] * N)
    assert answer.criticality["before"] > 0
    assert_share(share, N, answer.criticality["before"])
    refused(assert_share, share, N, 0.0)  # no criticality before a lag
    assert_mean(draws.finish["p.finish"], answer.finish.mean, sqrt(answer.finish.variance))
    refused(assert_mean, draws.finish["p.finish"], unlinked.finish.mean, sqrt(unlinked.finish.variance))  # the link dropped


def test_ties_cost_nothing():
    # 64 tied diamonds have 2**64 longest paths; whoever enumerates them does not come back
    laws, links = {"n0": Uniform(480, 960)}, []
    for k in range(64):
        laws |= {f"l{k}": 480, f"r{k}": 480, f"n{k + 1}": 480}
        links += [f"n{k} l{k}", f"n{k} r{k}", f"l{k} n{k + 1}", f"r{k} n{k + 1}"]
    draws = simulate(portfolio(laws, *links), iterations=1_000, seed=1)
    assert set(draws.criticality["p.finish"].values()) == {1.0}
    assert len(draws.criticality["p.finish"]) >= 193


def test_another_seed_is_another_sample_and_the_same_seed_the_same():
    plan = portfolio({"dig": Uniform(480, 48_000)})
    one, again, other = (simulate(plan, iterations=1_000, seed=seed).finish["p.finish"] for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    # 47,520 values: two unrelated samples agree in few of 1,000 places
    assert (one != other).sum() > 950
    assert not np.array_equal(np.sort(one), np.sort(other))


def test_percentiles_of_projects_do_not_add_up_to_the_percentile_of_the_portfolio():
    one = Uniform(4800, 52_800)
    plan = portfolio({"p.dig": one, "q.dig": one})
    finish = simulate(plan, iterations=N, seed=1).finish["finish"]
    either = Lattice.rounded(exact.uniform(4800, 52_800))
    both = latest([either, either])
    at = both.percentile(0.8)
    assert_percentile(finish, 0.8, float(both.cdf(at)), at, slack=1)
    # the trap: the later of the two P80s; the portfolio is done by then with 64 % only
    refused(assert_percentile, finish, 0.8, 0.8, either.percentile(0.8), slack=1)
    assert_percentile(finish, 0.64, 0.64, either.percentile(0.8), slack=1)


def test_two_dates_that_are_each_kept_with_80_percent_are_not_both_kept_with_80_percent():
    from datetime import datetime

    from pmosim.model.project import Target

    one = Uniform(4800, 52_800)
    calm = portfolio({"p.dig": one, "q.dig": one})
    clock = calm.calendar_of["standard"].clock(calm.epoch)
    begin = clock.work_at(datetime(2026, 3, 2, 8, 0))
    due = clock.finish_moment(begin + 4800 + int(0.8 * 48_000))
    targets = [Target(f"{project}.finish", due) for project in ("p", "q")]
    plan = portfolio({"p.dig": one, "q.dig": one}, targets=targets)
    result = forecast(plan, iterations=N, seed=1, confidence=1 - 1e-6)
    joint = result.joint_probability
    assert joint.low <= 0.64 <= joint.high < 0.8
    for target in result.targets:
        if target.probability is not None and target.kind == "project":
            assert target.probability.low <= 0.8 <= target.probability.high


def test_sums_of_tasks_do_not_lose_their_merge_bias():
    # the plan's longest path is not the mean of the longest path
    plan = portfolio({"left": Uniform(0, 48_000), "right": Uniform(0, 48_000)})
    finish = simulate(plan, iterations=N, seed=1).finish["p.finish"]
    one = Lattice.rounded(exact.uniform(0, 48_000))
    assert_mean(finish, latest([one, one]).mean, sqrt(latest([one, one]).variance), slack=0.5)
    refused(assert_mean, finish, one.mean, sqrt(one.variance), slack=0.5)


def test_the_deterministic_pass_takes_the_plan_and_not_the_mean():
    plan = portfolio({"dig": Pert(4800, 7200, 24_000), "build": Pert(480, 960, 4800)}, "dig build")
    clock = plan.calendar_of["standard"].clock(plan.epoch)
    dates = schedule(plan)["p.finish"]
    assert clock.work_at(dates.finish) - clock.work_at(plan.status_date) == 7200 + 960
    total_mean = total(Lattice.rounded(exact.pert(*e)) for e in ((4800, 7200, 24_000), (480, 960, 4800))).mean
    assert total_mean > 7200 + 960 + DAY
