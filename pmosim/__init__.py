"""Monte Carlo risk and schedule forecasts for portfolios of projects.

>>> import pmosim
>>> scenario = pmosim.load("scenarios/tutorial.yaml")              # doctest: +SKIP
>>> forecast = pmosim.forecast(scenario.portfolio, iterations=10_000, seed=7)   # doctest: +SKIP
>>> forecast.targets[0].percentiles[80].value                     # doctest: +SKIP

Names are loaded when they are first used: importing pmosim loads neither Numba nor Matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pmosim.errors import InvalidModel, InvalidScenario, PmosimError
    from pmosim.forecasting import Draws, forecast, simulate
    from pmosim.forecasting.compare import Given, compare
    from pmosim.forecasting.ranking import Wishes, rank
    from pmosim.forecasting.replay import replay
    from pmosim.history.ledger import open_ledger
    from pmosim.model.project import Portfolio, Project, Target
    from pmosim.output.tables import forecast_tables as tables
    from pmosim.results.ranking import Ranking
    from pmosim.results.records import DateEstimate, Estimate, Forecast
    from pmosim.scenario.reader import Scenario
    from pmosim.scenario.reader import read_scenario as load

_HOMES = {
    "load": ("pmosim.scenario.reader", "read_scenario"),
    "Scenario": ("pmosim.scenario.reader", "Scenario"),
    "forecast": ("pmosim.forecasting", "forecast"),
    "simulate": ("pmosim.forecasting", "simulate"),
    "compare": ("pmosim.forecasting.compare", "compare"),
    "rank": ("pmosim.forecasting.ranking", "rank"),
    "Wishes": ("pmosim.forecasting.ranking", "Wishes"),
    "Ranking": ("pmosim.results.ranking", "Ranking"),
    "Given": ("pmosim.forecasting.compare", "Given"),
    "open_ledger": ("pmosim.history.ledger", "open_ledger"),
    "replay": ("pmosim.forecasting.replay", "replay"),
    "Draws": ("pmosim.forecasting", "Draws"),
    "Forecast": ("pmosim.results.records", "Forecast"),
    "Estimate": ("pmosim.results.records", "Estimate"),
    "DateEstimate": ("pmosim.results.records", "DateEstimate"),
    "Portfolio": ("pmosim.model.project", "Portfolio"),
    "Project": ("pmosim.model.project", "Project"),
    "Target": ("pmosim.model.project", "Target"),
    "tables": ("pmosim.output.tables", "forecast_tables"),
    "PmosimError": ("pmosim.errors", "PmosimError"),
    "InvalidModel": ("pmosim.errors", "InvalidModel"),
    "InvalidScenario": ("pmosim.errors", "InvalidScenario"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pmosim' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


__all__ = [
    "DateEstimate",
    "Draws",
    "Estimate",
    "Forecast",
    "Given",
    "InvalidModel",
    "InvalidScenario",
    "PmosimError",
    "Portfolio",
    "Project",
    "Ranking",
    "Scenario",
    "Target",
    "Wishes",
    "compare",
    "forecast",
    "load",
    "open_ledger",
    "rank",
    "replay",
    "simulate",
    "tables",
]
