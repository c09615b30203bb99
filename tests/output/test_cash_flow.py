"""The spending by month that is shown is the one that was forecast, in charts, tables and the record itself."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from building import DAY, portfolio
from matplotlib.figure import Figure

from pmosim.forecasting import forecast, simulate
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.project import Target
from pmosim.model.tasks import Cost
from pmosim.output import charts, grids, spending
from pmosim.output.tables import table_rows
from pmosim.results.records import Forecast

pytestmark = pytest.mark.slow_without_jit


@cache
def plan(budget=40_000.0):
    costs = {"p.dig": Cost(Uniform(1000, 2000), Fixed(1.0)), "q.lay": Cost(rate=Fixed(2.0))}
    targets = (Target("finish", budget=budget),) if budget else ()
    return portfolio(
        {"p.dig": Uniform(20 * DAY, 60 * DAY), "q.lay": Uniform(5 * DAY, 30 * DAY)}, "p.dig q.lay", costs=costs, targets=targets
    )


@cache
def made(budget=40_000.0):
    return forecast(plan(budget), iterations=2000, seed=4)


def test_every_project_that_costs_something_and_the_portfolio_have_a_cash_flow():
    assert [flow.id for flow in made().cash_flow] == ["finish", "p.finish", "q.finish"]
    assert made().cash_flow[1].months[0] == date(2026, 3, 1)


def test_what_has_been_spent_in_the_end_is_the_cost():
    for flow, target in zip(made().cash_flow, made().targets, strict=True):
        for level in (10, 50, 80, 90):
            spent = flow.cumulative.percentiles[level]
            cost = target.cost.percentiles[level]
            assert (spent.value[-1], spent.low[-1], spent.high[-1]) == pytest.approx((cost.value, cost.low, cost.high), abs=0.006)
        assert flow.planned[-1] == pytest.approx(target.cost.planned, abs=0.006)
        assert sum(flow.monthly.mean.value) == pytest.approx(flow.cumulative.mean.value[-1], abs=0.05)


def test_a_percentile_of_a_month_is_that_of_its_iterations():
    flow = made().cash_flow[2]
    first = flow.monthly.percentiles[90]
    assert all(low <= value <= high for low, value, high in zip(first.low, first.value, first.high, strict=True))
    cost = simulate(plan(), iterations=2000, seed=4).cost["q"]
    assert flow.cumulative.percentiles[80].value[-1] == np.sort(cost)[1599]


def test_a_portfolio_that_costs_nothing_has_no_cash_flow():
    free = forecast(portfolio({"dig": Uniform(480, 960)}), iterations=64, seed=1)
    assert free.cash_flow == ()
    assert not any("spending" in chart.name for chart in charts.catalogue(free))
    assert table_rows(free)["cash_flow"] == []


def test_the_cash_flow_survives_the_file_and_old_files_have_none():
    assert Forecast.from_json(made().to_json()) == made()
    old = made().to_json().replace('"cash_flow"', '"forgotten"')
    assert Forecast.from_json(old).cash_flow == ()


def test_the_table_has_a_row_for_each_month_of_each_target():
    rows = table_rows(made())["cash_flow"]
    assert len(rows) == sum(len(flow.months) for flow in made().cash_flow)
    first, flow = rows[0], made().cash_flow[0]
    assert (first["target"], first["month"], first["spent_p80"]) == (flow.id, flow.months[0], flow.monthly.percentiles[80].value[0])
    assert first["spent_by_then_p50_low"] == flow.cumulative.percentiles[50].low[0]


def test_the_curve_ends_at_the_percentiles_and_the_budget_is_drawn():
    ax = charts.cumulative_spending(made(), "finish", Figure().add_subplot())
    curve, _, budget = ax.lines
    assert list(curve.get_ydata()) == [0.0, *made().cash_flow[0].cumulative.percentiles[50].value]
    assert set(budget.get_ydata()) == {40_000.0}


def test_a_bar_of_a_month_reaches_from_its_p10_to_its_p90():
    ax = charts.monthly_spending(made(), "q.finish", Figure().add_subplot())
    flow = made().cash_flow[2]
    for k, bar in enumerate(ax.collections[::2]):
        heights = bar.get_paths()[0].vertices[:, 1]
        assert (heights.min(), heights.max()) == (flow.monthly.percentiles[10].value[k], flow.monthly.percentiles[90].value[k])


@pytest.mark.parametrize(
    ("budget", "words"), [(40_000.0, "is used up in"), (1e6, "within the budget of 1 M EUR"), (None, "spent in the end at P50")]
)
def test_the_finding_says_what_becomes_of_the_budget(budget, words):
    one = made(budget)
    assert words in spending.total_finding(one, one.targets[0], one.cash_flow[0])


def test_the_month_that_asks_for_most_is_named():
    flow = made().cash_flow[0]
    high = flow.monthly.percentiles[80].value
    assert spending.month(flow.months[high.index(max(high))]) in spending.finding(made(), made().targets[0], flow)


def test_the_table_of_the_report_shows_every_month():
    grid = spending.table(made(), made().targets[0])
    assert isinstance(grid, grids.Grid)
    assert [row[0] for row in grid.rows] == [spending.month(day) for day in made().cash_flow[0].months]


def test_one_month_of_certain_spending_can_be_drawn():
    plain = portfolio({"dig": 480}, costs={"dig": Cost(fixed=Fixed(100.0))})
    one = forecast(replace(plain, name="a day"), iterations=64, seed=1)
    assert "all is spent in Mar 2026" in spending.finding(one, one.targets[0], one.cash_flow[0])
    for draw in (charts.monthly_spending, charts.cumulative_spending):
        draw(one).figure.canvas.draw()
