"""Every chart of every kind of forecast, drawn once for all tests: forecasts and figures are slow to make and never changed."""

from functools import cache

from output import factory

from pmosim.output.charts import catalogue

VARIANTS = {"portfolio": factory.portfolio, **factory.EXTREMES}


@cache
def forecast(variant):
    return VARIANTS[variant]()


@cache
def charts(variant):
    """By name; of many projects those of the first two, for the others are the same with other figures."""
    shown = {"", *(one.id for one in forecast(variant).targets[:2])}
    return {chart.name: chart for chart in catalogue(forecast(variant)) if chart.section in shown}


@cache
def figure(variant, name):
    return charts(variant)[name].figure()
