"""Charts of a forecast: each a function that takes a Forecast and an Axes, and returns the Axes."""

from pmosim.output.charts.cashflow import cumulative_spending, monthly_spending
from pmosim.output.charts.catalogue import catalogue
from pmosim.output.charts.chart import Chart
from pmosim.output.charts.completion import probability_of_completion
from pmosim.output.charts.cost import probability_of_cost
from pmosim.output.charts.criticality import criticality
from pmosim.output.charts.exposure import risk_exposure, risk_exposure_in_money
from pmosim.output.charts.gantt import gantt
from pmosim.output.charts.joint import date_and_cost
from pmosim.output.charts.matrix import risk_matrix
from pmosim.output.charts.projects import finishes
from pmosim.output.charts.tornado import tornado

__all__ = [
    "Chart",
    "catalogue",
    "criticality",
    "cumulative_spending",
    "date_and_cost",
    "finishes",
    "gantt",
    "monthly_spending",
    "probability_of_completion",
    "probability_of_cost",
    "risk_exposure",
    "risk_exposure_in_money",
    "risk_matrix",
    "tornado",
]
