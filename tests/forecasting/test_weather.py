"""The program promises that what it says of the weather is what enumeration says: days lost, delay, what a change of weather moves."""

from dataclasses import replace
from datetime import date

import pytest
from building import DAY, portfolio
from skies import EVERY_DAY, sky, under
from small_rankings import gains, ranked
from statistical import errors_allowed

from pmosim.forecasting import forecast
from pmosim.forecasting.compare import Given, compare
from pmosim.forecasting.explain import Wishes, explain
from pmosim.forecasting.moves import Given as Side
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.weather import Edge, Window

SEEDS = pytest.mark.parametrize("seed", [1, 22, 333])
STORM = Window("storm", Edge(date(2026, 3, 4)), Edge(date(2026, 3, 5)))  # two working days
TASK = portfolio({"a": 4 * DAY})


def daily(days, **more):
    """One task on a calendar of all days of the week."""
    return portfolio({"a": days * DAY}, calendars=[EVERY_DAY], on={"a": "all"}, calendar="all", **more)


def within_luck(estimate, exact):
    """As far from the exact figure as luck explains, by its own interval of 95 %; wrong once in a million."""
    error = (estimate.high - estimate.low) / 2 / errors_allowed(0.05)
    assert error > 0
    assert abs(estimate.value - exact) <= errors_allowed() * error, (estimate, exact)


def parts(estimate):
    return estimate.value, estimate.low, estimate.high


@SEEDS
@pytest.mark.parametrize("share", [0.1, 0.4])
def test_of_the_working_days_of_a_month_the_share_of_bad_ones_is_lost(share, seed):
    (found,) = forecast(under(portfolio({"a": 60 * DAY}), sky(share=share)), iterations=4000, seed=seed).weather
    assert [month.working_days for month in found.months[:3]] == [22, 22, 21]  # March, April and May of 2026
    for month in found.months[:3]:
        within_luck(month.mean, share * month.working_days)


def test_a_certain_number_of_lost_days_is_lost_in_every_whole_month():
    (found,) = forecast(under(portfolio({"a": 60 * DAY}), sky(lost_days=(Fixed(3.0),) * 12)), iterations=200, seed=1).weather
    for month in found.months[1:3]:
        assert {parts(one) for one in (month.mean, month.p10, month.p80, month.p90)} == {(3.0, 3.0, 3.0)}


@SEEDS
def test_the_delay_is_what_waiting_for_good_days_takes(seed):
    """Days that know nothing of one another: so many good ones take days / (1 - share) on average (Wald), with p = 0.3 of 8: 24/7 more."""
    (found,) = forecast(under(daily(8), sky("all", share=0.3, persistence=None)), iterations=10_000, seed=seed).weather
    within_luck(found.delay["p.finish"].expected, 8 / 0.7 - 8)


def test_the_delay_is_that_of_the_same_iterations_without_the_weather():
    made = forecast(under(portfolio({"a": Uniform(4 * DAY, 9 * DAY)}), sky(windows=(STORM,))), iterations=500, seed=1)
    delay = made.weather[0].delay["p.finish"]
    assert parts(delay.expected) == parts(delay.p80) == (2.0, 2.0, 2.0)  # whatever the work: the paired difference has no luck in it


def test_the_delay_is_worth_as_much_in_the_ranking():
    assert gains(ranked(under(TASK, sky(windows=(STORM,))))) == {"weather sky": 2.0}


@SEEDS
def test_weather_is_ranked_beside_risks_and_the_base(seed):
    made = under(daily(8), sky("all", share=0.3, persistence=None))
    (worth,) = [one.days["mean"] for one in ranked(made, iterations=10_000, seed=seed).removals if one.source == "weather sky"]
    within_luck(worth, 8 / 0.7 - 8)


def test_a_storm_more_moves_every_figure_of_a_comparison_by_the_days_it_takes():
    made = compare(Given(TASK, "before"), Given(under(TASK, sky(windows=(STORM,))), "after"), iterations=200, seed=1)
    (target,) = made.targets
    assert {parts(figure.days) for figure in target.figures.values()} == {(2.0, 2.0, 2.0)}
    assert [(one.change, one.action, one.what) for one in made.differences] == [("calendars", "added", "weather")]
    assert [step.changes for step in target.steps] == [("calendars",)]


def test_an_explanation_names_the_weather_that_moved_the_forecast():
    stormy = under(TASK, sky(windows=(STORM,)))
    shorter = under(TASK, sky(windows=(replace(STORM, ends=STORM.begins),)))

    def causes(before, after):
        made = explain(Side(before, "before"), Side(after, "after"), Wishes(), iterations=200, seed=1)
        return {(row.change, row.cause): row.move.value for row in made.rows if row.exact}

    assert causes(TASK, stormy) == {("calendars", "the new weather sky"): 2.0}
    assert causes(stormy, TASK) == {("calendars", "the removed weather sky"): -2.0}
    assert causes(stormy, shorter) == {("calendars", "weather sky"): -1.0}
