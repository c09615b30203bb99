"""The program promises to iterate until every target's interval is as narrow as asked, or to say why it could not."""

from dataclasses import replace

import numpy as np
import pytest
from building import DAY, adds, portfolio

from pmosim.forecasting import Precision, forecast
from pmosim.forecasting.stopping import FIRST
from pmosim.model.laws import Pert, Uniform
from pmosim.model.project import Target
from pmosim.model.risks import Risk
from pmosim.output.findings import stopped
from pmosim.results.records import Forecast

SAMPLINGS = ["random", "latin-hypercube"]


@pytest.fixture(scope="module")
def plan():
    laws = {"dig": Pert(4 * DAY, 10 * DAY, 40 * DAY), "pile": Uniform(2 * DAY, 9 * DAY), "rail": Uniform(DAY, 60 * DAY)}
    return portfolio(laws, "dig pile", targets=[Target("p.dig"), Target("p.pile")])


@pytest.fixture(scope="module")
def gap():
    """Half of the futures are late by a hundred days: the median stands in between."""
    share = 1 - 0.5**0.5  # of either; one risk of 50 % has exactly that share in a Latin hypercube
    risks = [Risk(id, share, (adds("dig", 100 * DAY),)) for id in ("flood", "storm")]
    return portfolio({"dig": Uniform(DAY, 2 * DAY)}, risks=risks)


def width(one, level):
    days = one.contingency[level].working_days
    return days.high - days.low


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize(("days", "level"), [(1.0, 80), (2.5, 90)])
def test_every_target_has_an_interval_no_wider_than_asked(plan, sampling, days, level):
    made = forecast(plan, precision=Precision(days, level), sampling=sampling)
    assert made.stopping.reached
    widths = {one.id: width(one, level) for one in made.targets}
    assert len(widths) == 3
    assert max(widths.values()) <= days
    assert made.stopping.widest == max(widths, key=widths.get)
    assert made.stopping.width == pytest.approx(max(widths.values()))
    assert made.provenance.iterations == made.stopping.iterations


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_forecast_is_that_of_a_run_with_so_many_iterations(plan, sampling):
    made = forecast(plan, precision=Precision(1.5), sampling=sampling, seed=4)
    again = forecast(plan, iterations=made.stopping.iterations, sampling=sampling, seed=4)
    assert replace(made, stopping=None, timing=None) == replace(again, timing=None)


def test_a_narrower_interval_takes_more_iterations(plan):
    few, many = (forecast(plan, precision=Precision(days)).stopping.iterations for days in (2.0, 0.5))
    assert FIRST <= few < many
    assert many < 40 * few  # sixteen times as many halve the width twice


def test_what_is_certain_takes_the_least(plan):
    assert forecast(portfolio({"dig": 480}), precision=Precision(0.001)).stopping.iterations == FIRST


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_percentile_in_a_gap_ends_at_the_most_iterations_and_says_why(gap, sampling):
    made = forecast(gap, precision=Precision(1.0, 50, most=20_000), sampling=sampling, seed=2)
    assert made.provenance.iterations == 20_000
    assert not made.stopping.reached
    assert made.stopping.gap > 95
    assert "20,000 iterations, the most allowed, were not enough" in stopped(made)
    assert "nothing finishes" in stopped(made)


def test_the_other_percentiles_of_the_same_plan_are_settled_soon(gap):
    made = forecast(gap, precision=Precision(0.1, 30, most=20_000))
    assert made.stopping.reached
    assert made.stopping.gap < 1


def test_too_wide_without_a_gap_says_nothing_of_gaps(plan):
    made = forecast(plan, precision=Precision(0.01, most=2000))
    assert not made.stopping.reached
    assert "2,000 iterations, the most allowed, were not enough: the interval of P80" in stopped(made)
    assert "gap" not in stopped(made)


def test_a_run_that_was_long_enough_says_so(plan):
    made = forecast(plan, precision=Precision(3.0))
    said = f"{made.provenance.iterations:,} iterations were enough: no target's interval of P80 is wider than 3 working days"
    assert stopped(made).startswith(said)


def test_threads_have_no_say(plan):
    one, two = (forecast(plan, precision=Precision(1.5), threads=threads).stopping for threads in (1, 2))
    assert one == two


def test_the_record_survives_json(plan):
    made = forecast(plan, precision=Precision(3.0))
    assert Forecast.from_json(made.to_json()) == made


def test_a_forecast_of_so_many_iterations_has_no_reason_to_give(plan):
    assert stopped(forecast(plan, iterations=1000)) == ""


@pytest.mark.parametrize("wrong", [{"days": 0.0}, {"days": np.nan}, {"level": 0}, {"level": 100}, {"most": 10}])
def test_an_impossible_precision_is_refused(wrong):
    with pytest.raises(ValueError, match=r"0 days|level|most iterations"):
        Precision(**{"days": 1.0} | wrong)
