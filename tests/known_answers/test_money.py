"""The program promises exact money: shared rates, currencies, costs by time, prices that rise, and the month in which it is spent."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import log, sqrt

import numpy as np
import pytest
from building import DAY, MONDAY, adds, portfolio
from statistical import assert_mean, assert_variance
from truth import SEEDS, sampling_slack

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.flows import cash_flows
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.forecasting import simulate
from pmosim.forecasting.targets import planned_cost
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.money import YEAR, Assignment, Currency, Index, ProjectCost, Resource, Spread
from pmosim.model.payments import planned_payments
from pmosim.model.risks import Risk
from pmosim.model.tasks import Cost, Progress, TaskKind

pytestmark = pytest.mark.slow_without_jit

ITERATIONS = 200_000


def with_money(plan, *, uses=None, costs=(), index=None, changes=None, **parts):
    """The portfolio of one project, its tasks using resources by id, and with more money in it."""
    (project,) = plan.projects
    used = {id: tuple(Assignment(resource, units) for resource, units in own.items()) for id, own in (uses or {}).items()}
    tasks = tuple(replace(task, assignments=used.get(task.id, ()), **(changes or {}).get(task.id, {})) for task in project.tasks)
    return replace(plan, projects=(replace(project, tasks=tasks, costs=tuple(costs), index=index),), **parts)


def costs_of(plan, seed=1, iterations=ITERATIONS):
    return simulate(plan, iterations=iterations, seed=seed).cost["p"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rate_that_two_tasks_share_varies_for_both_at_once(seed):
    rate = Uniform(1.0, 3.0)
    used = {"dig": {"crane": 1.0}, "fill": {"crane": 2.0}}
    plan = with_money(portfolio({"dig": 10 * DAY, "fill": 30 * DAY}), uses=used, resources=(Resource("crane", rate),))
    minutes = 10 * DAY + 2 * 30 * DAY  # times the rate: the variance is of the sum, not the sum of the variances
    spread = minutes * 2.0
    cost, slack = costs_of(plan, seed), minutes * sampling_slack(rate)
    assert_mean(cost, 2.0 * minutes, spread / sqrt(12), slack=slack)
    assert_variance(cost, spread**2 / 12, spread**4 / 80, slack=slack)


def test_a_task_pays_for_every_use_and_every_unit():
    plan = with_money(portfolio({"dig": 480}), uses={"dig": {"crane": 1.5}}, resources=(Resource("crane", Fixed(2.0), Fixed(100.0)),))
    assert set(costs_of(plan, iterations=64)) == {1.5 * (100 + 2 * 480)}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_uncertain_currency_varies_for_all_that_is_paid_in_it(seed):
    rate = Uniform(0.8, 1.0)
    dollars = {id: {"cost": Cost(fixed=Fixed(10_000.0), currency="USD")} for id in ("dig", "fill")}
    plan = with_money(portfolio({"dig": 480, "fill": 480}), changes=dollars, currencies=(Currency("USD", rate),))
    cost, spread, slack = costs_of(plan, seed), 20_000 * 0.2, 20_000 * sampling_slack(rate) + 0.01
    assert_mean(cost, 18_000, spread / sqrt(12), slack=slack)
    assert_variance(cost, spread**2 / 12, spread**4 / 80, slack=slack)


def test_a_cost_by_the_week_is_for_the_time_that_the_project_takes():
    """The wall clock counts: five working days from Monday morning end on Friday evening, ten on the Friday after."""
    plan = with_money(portfolio({"dig": {5 * DAY: 0.25, 10 * DAY: 0.75}}), costs=(ProjectCost("site", Fixed(7000.0), 7 * 1440.0),))
    cost = costs_of(plan)
    week, weekend = (7000 * minutes / (7 * 1440) for minutes in (4 * 1440 + 540, 11 * 1440 + 540))
    assert np.allclose(np.unique(cost), [week, weekend], atol=0.006)
    assert_mean(cost, 0.25 * week + 0.75 * weekend, (weekend - week) * sqrt(3) / 4, slack=0.01)


def test_a_cost_by_time_runs_between_the_tasks_that_it_names():
    site = ProjectCost("site", Fixed(1.0), 1.0, begins="p.fill", ends="p.pave")
    tasks = {"dig": DAY, "fill": DAY, "pave": DAY, "clean": 5 * DAY}
    plan = with_money(portfolio(tasks, "dig fill", "fill pave", "pave clean"), costs=(site,))
    assert set(costs_of(plan, iterations=64)) == {1440 + 540.0}  # Tuesday 8:00 to Wednesday 17:00


RISING = Index("prices", MONDAY.date(), Fixed(0.10))
BASE = datetime.combine(RISING.base, datetime.min.time())


def years_after(moment):
    return (moment - BASE) / timedelta(minutes=YEAR)


def test_what_is_paid_on_a_date_costs_what_it_costs_by_then():
    dates = [datetime(2025, 12, 1), datetime(2026, 3, 2), datetime(2027, 3, 2), datetime(2029, 9, 30, 12)]
    for due in dates:
        paid = ProjectCost("permit", Fixed(1e6), date=due, index="prices")
        cost = costs_of(with_money(portfolio({"dig": 480}), costs=(paid,), indices=(RISING,)), iterations=64)
        assert np.allclose(cost, 1e6 * 1.1 ** max(0.0, years_after(due)), rtol=0, atol=0.006)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_paid_at_an_uncertain_date_costs_the_mean_of_the_prices(seed):
    """T uniform between a and b years: E[(1+g)**T] = ((1+g)**b - (1+g)**a) / (log(1+g) (b - a)), and likewise its square."""
    days = Uniform(1440.0 * 200, 1440.0 * 1500)
    paid = Cost(fixed=Fixed(1e6), spread=Spread.FINISH)
    plan = with_money(portfolio({"dig": days}, on={"dig": "24h"}, costs={"dig": paid}), index="prices", indices=(RISING,))
    offset = (MONDAY - BASE).seconds / 60 / YEAR
    a, b = offset + days.low / YEAR, offset + days.high / YEAR

    def raw(k):
        return (1.1 ** (k * b) - 1.1 ** (k * a)) / (k * log(1.1) * (b - a))

    cost = costs_of(plan, seed)
    slack = 1e6 * 1.1**b * log(1.1) * sampling_slack(days) / YEAR + 0.01
    assert_mean(cost, 1e6 * raw(1), 1e6 * sqrt(raw(2) - raw(1) ** 2), slack=slack)


def test_what_is_spent_evenly_costs_the_mean_of_the_prices_of_that_time():
    plan = portfolio({"dig": 1440 * 730}, on={"dig": "24h"}, costs={"dig": Cost(rate=Fixed(1.0))}, start=BASE)
    years = 1440 * 730 / YEAR
    cost = costs_of(with_money(plan, index="prices", indices=(RISING,)), iterations=64)
    assert np.allclose(cost, 1440 * 730 * (1.1**years - 1) / (log(1.1) * years), rtol=0, atol=0.006)


def test_an_uncertain_yearly_rate_is_one_draw_for_all_that_rises_by_it():
    two = tuple(ProjectCost(id, Fixed(1e6), date=BASE + timedelta(minutes=YEAR), index="prices") for id in ("a", "b"))
    rate = Uniform(0.0, 0.2)
    cost = costs_of(with_money(portfolio({"dig": 480}), costs=two, indices=(Index("prices", RISING.base, rate),)))
    slack = 2e6 * sampling_slack(rate) + 0.01
    assert_mean(cost, 2.2e6, 4e5 / sqrt(12), slack=slack)
    assert_variance(cost, 4e5**2 / 12, 4e5**4 / 80, slack=slack)


def test_a_table_of_prices_rises_in_a_straight_line_between_its_years():
    table = Index("prices", date(2026, 1, 1), None, ((2026, 100.0), (2027, 110.0), (2028, 132.0)))
    at = {datetime(2027, 1, 1): 1.1, datetime(2027, 7, 2, 12): 1.21, datetime(2030, 1, 1): 1.32}
    for due, price in at.items():
        paid = ProjectCost("permit", Fixed(1e6), date=due, index="prices")
        cost = costs_of(with_money(portfolio({"dig": 480}), costs=(paid,), indices=(table,)), iterations=64)
        assert np.allclose(cost, 1e6 * price, rtol=0, atol=0.006)
    year = ProjectCost("site", Fixed(1e6), begins="p.dig", index="prices")  # from the first to the last day of 2027
    plan = portfolio({"dig": 1440 * 365}, on={"dig": "24h"}, start=datetime(2027, 1, 1))
    assert np.allclose(costs_of(with_money(plan, costs=(year,), indices=(table,)), iterations=64), 1.21e6, rtol=0, atol=0.006)


def test_what_is_spent_is_spent_and_only_the_rest_varies():
    begun = Progress(datetime(2026, 2, 2, 8))
    done = Progress(datetime(2026, 2, 2, 8), datetime(2026, 2, 6, 17))
    costs = {"dig": Cost(rate=Fixed(1.0)), "survey": Cost(fixed=Uniform(1, 1000))}
    plan = portfolio({"dig": Uniform(480, 960), "survey": 480}, costs=costs)
    plan = with_money(plan, changes={"dig": {"progress": begun, "spent": 5000.0}, "survey": {"progress": done, "spent": 700.0}})
    drawn = simulate(plan, iterations=1000, seed=3)
    remaining = drawn.cost["p"] - 5700.0
    assert 480 <= remaining.min() < 500
    assert 940 < remaining.max() <= 960


def test_the_plan_costs_what_it_costs_when_nothing_is_uncertain():
    crane = Resource("crane", Fixed(2.0), Fixed(100.0), currency="USD", index="prices")
    plan = with_money(
        portfolio({"dig": 30 * DAY, "fill": 300 * DAY}, "dig fill", costs={"fill": Cost(fixed=Fixed(9e5), spread=Spread.FINISH)}),
        uses={"dig": {"crane": 1.0}, "fill": {"crane": 2.0}},
        costs=(ProjectCost("site", Fixed(3000.0), 7 * 1440.0, ends="p.fill"), ProjectCost("permit", Fixed(2e4), date=datetime(2026, 4, 1))),
        index="prices",
        resources=(crane,),
        currencies=(Currency("USD", Fixed(0.92)),),
        indices=(RISING,),
    )
    assert np.allclose(costs_of(plan, iterations=64), planned_cost(plan, "p"), rtol=0, atol=0.03)  # a hundredth for every item


def flows_of(plan, iterations=64, seed=1):
    compiled, run = compile_portfolio(plan), Run(iterations, seed)
    samples = simulate_finishes(compiled, run)
    return cash_flows(compiled, run, samples, range(len(compiled.accounts))), samples


def test_the_months_of_a_chain_are_those_worked_out_by_hand():
    """Dig from Monday 2 March, 30 working days at 1 a minute; fill 10 days for 1000, paid at its finish; the office 7 a week."""
    costs = {"dig": Cost(rate=Fixed(1.0)), "fill": Cost(fixed=Fixed(1000.0), spread=Spread.FINISH)}
    office = ProjectCost("office", Fixed(7.0), 7 * 1440.0)
    plan = with_money(portfolio({"dig": 30 * DAY, "fill": 10 * DAY}, "dig fill", costs=costs), costs=(office,))
    flows, _ = flows_of(plan)
    assert flows.months == (date(2026, 3, 1), date(2026, 4, 1))
    dug = (39 * 1440 + 540, 29 * 1440 + 960)  # minutes from 2 March 8:00 to 10 April 17:00, and of these before April
    days = (29 + 16 / 24, 23 + 17 / 24)  # days from 2 March 8:00 to April, and on to 24 April 17:00
    march = 14_400 * dug[1] / dug[0] + days[0]
    april = 14_400 * (1 - dug[1] / dug[0]) + 1000 + days[1]
    assert np.allclose(flows.cents[0] / 100, np.array([[march], [april]]), atol=0.02)


def test_a_payment_at_midnight_belongs_to_the_day_that_it_ends():
    paid = Cost(fixed=Fixed(100.0), spread=Spread.FINISH)
    plan = portfolio({"dig": 30 * 1440}, on={"dig": "24h"}, costs={"dig": paid}, start=datetime(2026, 3, 2))
    flows, _ = flows_of(plan)
    assert flows.months == (date(2026, 3, 1),)


def test_a_risk_costs_when_the_first_task_that_it_hits_finishes():
    risk = Risk("flood", 1.0, (adds("dig", 0.0), adds("fill", 0.0)), cost=Fixed(500.0))
    plan = replace(portfolio({"dig": 25 * DAY, "fill": 30 * DAY}, "dig fill"), risks=(risk,))
    flows, _ = flows_of(plan)
    assert flows.months == (date(2026, 4, 1),)  # the 25th working day from 2 March is Friday 3 April


def test_a_risk_that_hits_nothing_costs_evenly_up_to_the_end():
    plan = replace(portfolio({"dig": 60 * 1440}, on={"dig": "24h"}, start=BASE), risks=(Risk("theft", 1.0, cost=Fixed(6000.0)),))
    flows, _ = flows_of(plan)
    days = np.array([30, 30])  # from 2 March on, and 30 in April; on 1 May it is over
    assert np.array_equal(flows.cents[-1][:, 0], days * 10_000)


def test_a_milestone_can_cost_and_a_hammock_costs_what_it_spans():
    kinds = {"paid": TaskKind.FINISH_MILESTONE, "guard": TaskKind.HAMMOCK}
    costs = {"paid": Cost(fixed=Fixed(250.0)), "guard": Cost(rate=Fixed(1.0))}
    laws = {"dig": 2 * DAY, "fill": {DAY: 0.5, 3 * DAY: 0.5}, "paid": 0, "guard": 0}
    plan = portfolio(laws, "dig fill", "fill paid", "dig guard SS", "fill guard FF", kinds=kinds, costs=costs)
    drawn = simulate(plan, iterations=1000, seed=2)
    assert set(drawn.cost["p"]) == {250.0 + 3 * DAY, 250.0 + 5 * DAY}
    assert planned_cost(plan, "p") in (250.0 + 3 * DAY, 250.0 + 5 * DAY)


def test_of_a_project_that_has_begun_the_time_from_the_status_date_on_counts():
    """Whatever the work in progress waits for; and what is paid at midnight at the start belongs to the day that begins."""
    suspended = {"dig": {"progress": Progress(datetime(2026, 3, 2, 8), resumes=datetime(2026, 4, 27, 8))}}
    plan = replace(portfolio({"dig": 5 * DAY}, start=datetime(2026, 4, 1)), status_date=datetime(2026, 4, 1))
    costs = (ProjectCost("site", Fixed(1.0), 1440.0), ProjectCost("bond", Fixed(70.0), spread=Spread.START))
    flows, _ = flows_of(with_money(plan, costs=costs, changes=suspended))
    assert flows.months == (date(2026, 4, 1), date(2026, 5, 1))
    assert np.allclose(flows.cents[0][:, 0] / 100, [30 + 70, 17 / 24], atol=0.01)  # to Friday 1 May, 17:00
    payments = planned_payments(with_money(plan, costs=costs, changes=suspended))
    april = (date(2026, 4, 1) - plan.epoch).days * 1440
    assert [payment.until(april) for payment in payments] == [0, 0]
    assert sum(payment.total for payment in payments) == pytest.approx(flows.cents[0].sum(axis=0)[0] / 100, abs=0.02)
