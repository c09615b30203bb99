"""A stored forecast, run again, is the same to the bit; where it is not, it is said what differs and since when."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from pmosim.forecasting import Precision
from pmosim.history import entries
from pmosim.history.schema import figures, models, runs
from pmosim.history.verifying import verify
from pmosim.model.stored import portfolio_to_text
from pmosim.scenario.reader import read_scenario

from .conftest import bridge, forecast_of


def tampered(ledger, table, **values):
    with ledger._writing("tamper with") as connection:
        connection.execute(update(table).values(**values))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"seed": 2**64 - 1},
        {"sampling": "latin-hypercube", "confidence": 0.8},
        {"precision": Precision(5.0), "notes": ("said by the reader",)},
    ],
    ids=["plain", "seed", "latin hypercube", "precision"],
)
def test_a_forecast_is_the_same_to_the_bit_however_it_was_made(ledger, settings):
    portfolio = bridge()
    run = ledger.add(forecast_of(portfolio, **settings), portfolio).run
    found = verify(ledger, run)
    assert (found.is_same, found.differences, found.versions, found.unsound) == (True, (), {}, ())


@pytest.mark.parametrize("ledger", ["sqlite"], indirect=True)
def test_a_whole_portfolio_with_risks_and_costs_is_the_same_to_the_bit(ledger, shipped):
    portfolio = read_scenario(shipped / "portfolio" / "portfolio.yaml").portfolio
    run = ledger.add(forecast_of(portfolio, iterations=500), portfolio).run
    assert verify(ledger, run, threads=2).is_same


def test_one_bit_is_enough_to_differ(ledger, first):
    forecast, portfolio = first
    run = ledger.add(forecast, portfolio).run
    value = forecast.targets[0].sd.value
    nearly = replace(
        forecast,
        targets=(replace(forecast.targets[0], sd=replace(forecast.targets[0].sd, value=value * (1 + 2**-52))), *forecast.targets[1:]),
    )
    tampered(ledger, runs, forecast=entries.packed(nearly.to_json()))
    found = verify(ledger, run)
    assert (found.is_same, found.differing) == (False, 1)
    assert found.differences[0].startswith("targets[p.finish].sd.value: ")


def test_a_version_that_differs_is_named(ledger, first):
    run = ledger.add(*first).run
    versions = first[0].provenance.versions
    tampered(ledger, runs, versions='{"pmosim": "0.0.9", "numba": "' + versions["numba"] + '"}', machine="Plan 9 sparc")
    found = verify(ledger, run)
    assert found.versions["pmosim"] == ("0.0.9", versions["pmosim"])
    assert found.versions["numpy"] == ("none", versions["numpy"])
    assert found.versions["machine"][0] == "Plan 9 sparc"
    assert "numba" not in found.versions


def test_a_model_that_was_exchanged_is_noticed(ledger, first):
    run = ledger.add(*first).run
    tampered(ledger, models, text=entries.packed(portfolio_to_text(bridge(1))))
    found = verify(ledger, run)
    assert not found.is_same
    assert found.unsound == ("the stored model has another fingerprint than the run",)


def test_figures_that_are_not_the_forecasts_are_noticed(ledger, first):
    run = ledger.add(*first).run
    tampered(ledger, figures, number=0.5)
    found = verify(ledger, run)
    assert found.is_same
    assert found.unsound == ("the figures beside the forecast are not those of the forecast",)
