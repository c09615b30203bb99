"""Charts, pages and tables of mitigation: no label touches another, nothing is cut, every figure is told with its interval."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations

import pytest
from building import DAY, MONDAY, adds, portfolio
from output.test_layout import TOUCH, drawn_texts, overlap

from pmosim.forecasting import forecast
from pmosim.forecasting.responses import Wish, plan_responses
from pmosim.model.laws import Fixed, Pert, Uniform
from pmosim.model.project import Target
from pmosim.model.risks import Mitigation, Risk
from pmosim.output import mitigating, responding
from pmosim.output.charts import catalogue
from pmosim.output.charts.catalogue import MITIGATION_CHARTS
from pmosim.output.charts.frontier import frontier_chart
from pmosim.output.report import report
from pmosim.output.responding_page import report as page_of_plan
from pmosim.output.responding_page import write_plan
from pmosim.output.results import write_results
from pmosim.output.text import summary
from pmosim.results.records import Estimate, Forecast
from pmosim.results.responses import P80, PROBABILITY

LONG = "Dewatering of the northern approach ramp with wells, sheet piling and all the permits that this takes"
PROMISE = Target("p.finish", MONDAY + timedelta(days=33))


def site(*risks, targets=(PROMISE,)):
    return portfolio({"dig": Pert(2400, 4800, 9600), "pour": 10 * DAY}, "dig pour", risks=risks, targets=targets)


def water(k=0, name="", price=9_000.0, left=0.2, **more):
    return Risk(
        f"water{k}", 0.4, (adds("dig", Uniform(DAY, 9 * DAY)),), Fixed(20_000), name=name, mitigation=Mitigation(left, price), **more
    )


SITES = {
    "one": lambda: site(water()),
    "no promise": lambda: site(water(), targets=()),
    "free": lambda: site(water(price=0.0)),
    "changes nothing": lambda: site(water(left=0.4)),
    "makes it worse": lambda: site(water(left=0.9)),
    "never occurs": lambda: site(replace(water(), probability=0.0, mitigation=Mitigation(0.0))),
    "certain": lambda: site(replace(water(), probability=1.0)),
    "an opportunity": lambda: site(replace(water(), hits=(adds("dig", Fixed(-2 * DAY)),))),
    "a secondary risk": lambda: site(water(), Risk("rust", 0.5, (adds("pour", 3 * DAY),), arises_from="water0")),
    "closed beside it": lambda: site(water(), replace(water(1), id="done", status="closed")),
    "many, with long names": lambda: site(*(water(k, f"{LONG} {k}", 1_000.0 * (k + 1), 0.02 * k) for k in range(9)), targets=(PROMISE,)),
}


@cache
def forecast_of(name):
    return forecast(SITES[name](), iterations=500, seed=2)


@cache
def plan_of(name):
    plan = SITES[name]()
    gain = PROBABILITY if plan.targets else P80
    return plan_responses(plan, Wish("p.finish", gain), iterations=500, seed=2)


def faults_of(chart):
    figure = chart.figure()
    texts, (wide, high) = drawn_texts(figure), figure.get_size_inches() * figure.dpi
    cut = [w for w, box in texts if box.x0 < -TOUCH or box.y0 < -TOUCH or box.x1 > wide + TOUCH or box.y1 > high + TOUCH]
    return [f"{chart.name}: {w!r} is cut" for w in cut] + [
        f"{chart.name}: {a!r} touches {b!r}" for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other)
    ]


@pytest.mark.parametrize("name", SITES)
def test_no_label_of_the_charts_of_mitigation_touches_another_or_leaves_the_page(name):
    charts = [chart for chart in catalogue(forecast_of(name)) if chart.name in MITIGATION_CHARTS]
    assert charts
    assert [fault for chart in charts for fault in faults_of(chart)] == []


@pytest.mark.parametrize("name", SITES)
def test_no_label_of_the_frontier_touches_another_or_leaves_the_page(name):
    assert faults_of(frontier_chart(plan_of(name))) == []


@pytest.mark.parametrize("name", SITES)
def test_a_forecast_with_mitigation_survives_json_and_can_be_told(name):
    made = forecast_of(name)
    assert Forecast.from_json(made.to_json()) == made
    assert "Mitigation, each bought alone" in summary(made)
    assert "Before and after mitigation" in report(made, [])


@pytest.mark.parametrize("name", SITES)
def test_a_plan_can_be_told(name):
    plan = plan_of(name)
    text = responding.summary(plan)
    assert responding.answer(plan) in text
    assert all(item.risk in page_of_plan(plan) for item in plan.items)


def test_a_forecast_without_mitigation_says_nothing_of_it():
    made = forecast(site(replace(water(), mitigation=None)), iterations=200)
    assert made.mitigation is None
    assert "itigation" not in summary(made)
    assert not {chart.name for chart in catalogue(made)} & {*MITIGATION_CHARTS}
    assert mitigating.table_rows(made) == {}


def test_a_forecast_from_before_mitigation_was_simulated_can_still_be_read():
    text = forecast(site(replace(water(), mitigation=None)), iterations=200).to_json()
    lines = [line for line in text.splitlines() if not line.startswith('"mitigation"')]
    old = "\n".join(lines).replace(', "status": "open", "description": "", "cause": "", "effect": "", "response": "", "proximity": ""', "")
    assert '"status"' not in old
    assert Forecast.from_json(old).risks[0].status == "open"


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (Estimate(5, 1, 9), mitigating.PAYS),
        (Estimate(-5, -9, -1), mitigating.COSTS),
        (Estimate(1, -1, 3), mitigating.OPEN),
        (Estimate(-7, -7, -7), mitigating.COSTS),
    ],
)
def test_a_mitigation_pays_where_it_certainly_saves_more_than_it_costs(net, said):
    assert mitigating.verdict(net) == said


def test_the_folders_hold_record_tables_charts_and_report(tmp_path):
    write_results(forecast_of("one"), tmp_path / "run")
    assert {"payoffs.csv", "risks-before-and-after.csv", "targets-before-and-after.csv"} <= names(tmp_path / "run" / "tables")
    assert {f"{name}.png" for name in MITIGATION_CHARTS} <= names(tmp_path / "run" / "charts")
    write_plan(plan_of("one"), tmp_path / "plan")
    assert names(tmp_path / "plan") == {"mitigation.json", "report.html", "tables", "charts"}
    assert names(tmp_path / "plan" / "tables") == {"mitigations.csv", "choices.csv", "frontier.csv"}


def names(folder):
    return {file.name for file in folder.iterdir()}
