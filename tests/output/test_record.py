"""A forecast survives JSON and back, whatever is in it."""

import json

import pytest
from output import pictures

from pmosim.results.records import Forecast


@pytest.mark.parametrize("variant", pictures.VARIANTS)
def test_a_forecast_survives_json_and_back(variant):
    forecast = pictures.forecast(variant)
    assert Forecast.from_json(forecast.to_json()) == forecast


def test_equal_forecasts_give_equal_text():
    again = Forecast.from_json(pictures.forecast("portfolio").to_json())
    assert again.to_json() == pictures.forecast("portfolio").to_json()


def test_a_forecast_of_a_later_format_is_refused():
    data = json.loads(pictures.forecast("one-task").to_json())
    data["format"] += 1
    with pytest.raises(ValueError, match="this version of pmosim reads up to"):
        Forecast.from_json(json.dumps(data))
