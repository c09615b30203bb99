"""The program promises that weather loses the days that its model says, and that work ends when it has had its good ones.

All on a calendar of eight hours on each day of the week, so that day k of a plan ends at working minute 480 (k + 1). Every share is
compared with its exact value within the exact binomial bounds of `assert_share`, at its stated rate of false failure.
"""

from dataclasses import replace
from datetime import date, timedelta
from math import comb, floor

import numpy as np
import pytest
from building import DAY, MONDAY, portfolio
from skies import EVERY_DAY, bad_days, sky, under
from statistical import assert_share

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.model.laws import Fixed, Triangular, Uniform
from pmosim.model.tasks import Cost
from pmosim.model.weather import Chain, Edge, Series, Window, day_of_year

N = 20_000
SEEDS = pytest.mark.parametrize("seed", [1, 22, 333])
FIRST = MONDAY.date()


def work(days, weather, splits=True, **more):
    """One task of so many days under a weather."""
    plan = portfolio({"a": days * DAY}, calendars=[EVERY_DAY], on={"a": "all"}, calendar="all", **more)
    task = replace(plan.projects[0].tasks[0], splits=splits)
    return under(replace(plan, projects=(replace(plan.projects[0], tasks=(task,)),)), weather)


def days_taken(plan, seed, iterations=N):
    """Days from the first to the last of the work, in every iteration."""
    compiled = compile_portfolio(plan)
    minutes = simulate_finishes(compiled, Run(iterations, seed)).finishes[0] - compiled.plan.nodes["p.a"].floor
    assert not (minutes % DAY).any()
    return minutes // DAY


def assert_law(sample, mass):
    """The sample's distribution function at every value of a law {value: probability}."""
    assert abs(sum(mass.values()) - 1) < 1e-9
    assert set(np.unique(sample).tolist()) <= {*mass}
    below = 0.0
    for value in sorted(mass):
        below += mass[value]
        if below < 1 - 1e-9:
            assert_share(int((sample <= value).sum()), len(sample), below)


def good_days_in_chain(days, share, persistence, most=400):
    """{days until so many good ones: probability}, by steps through the chain's states."""
    turn = share * (1 - persistence) / (1 - share)
    states, mass = {(0, False): 1 - share, (0, True): share}, {}
    for day in range(1, most):  # states: good days before this one, and whether this one is bad
        after: dict = {}
        for (good, bad), p in states.items():
            done = good + (not bad)
            if done == days:
                mass[day] = mass.get(day, 0.0) + p
                continue
            chance = persistence if bad else turn
            after[done, True] = after.get((done, True), 0.0) + p * chance
            after[done, False] = after.get((done, False), 0.0) + p * (1 - chance)
        states = after
    return mass


@SEEDS
def test_work_under_persistent_bad_weather_ends_as_the_chain_has_it(seed):
    assert_law(days_taken(work(5, sky("all", share=0.3, persistence=0.7)), seed), good_days_in_chain(5, 0.3, 0.7))


@SEEDS
def test_days_that_know_nothing_of_one_another_make_a_negative_binomial(seed):
    mass = {n: comb(n - 1, 3) * 0.6**4 * 0.4 ** (n - 4) for n in range(4, 120)}
    assert_law(days_taken(work(4, sky("all", share=0.4, persistence=None)), seed), mass)


@SEEDS
def test_bad_days_have_their_months_share_and_spells_their_persistence(seed):
    shares = (0.5, 0.4, 0.3, 0.1, 0.05, 0.05, 0.02, 0.05, 0.1, 0.3, 0.4, 0.45)
    bad, days = bad_days(work(1, sky("all", bad_days=Chain(shares, 0.6))), N, seed)
    places = [days.index(day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 10, 1), date(2026, 10, 15))]
    for place, share in zip(places, (0.3, 0.1, 0.3, 0.3), strict=True):
        assert_share(int(bad[place].sum()), N, share)
    place = places[-1]
    assert_share(int((bad[place + 1] & bad[place]).sum()), int(bad[place].sum()), 0.6)
    begins = bad[place] & ~bad[place - 1]
    for length in (2, 3, 4):  # spells are geometric, 1 / (1 - q) = 2.5 days on average
        lasts = np.logical_and.reduce([bad[place + k] for k in range(length)]) & begins
        assert_share(int(lasts.sum()), int(begins.sum()), 0.6 ** (length - 1))


@SEEDS
def test_a_number_of_lost_days_falls_on_any_days_of_its_month_alike(seed):
    law = Fixed(10.25)  # ten days, and in one iteration of four eleven
    taken = days_taken(work(8, sky("all", lost_days=(law,) * 12)), seed)
    mass, days = {}, 31  # of March, on whose second the work begins
    for ends in range(8, 31):  # the work is done by day n where n days hold n - 8 lost ones at most, of which any n of 31 are as likely

        def done(n):
            return sum(
                weight * comb(n, lost) * comb(days - n, number - lost) / comb(days, number)
                for number, weight in ((10, 0.75), (11, 0.25))
                for lost in range(max(0, number - (days - n)), min(n - 8, number) + 1)
            )

        mass[ends] = done(ends) - (done(ends - 1) if ends > 8 else 0.0)
    assert_law(taken, {value: p for value, p in mass.items() if p > 0})


@SEEDS
def test_a_window_with_an_uncertain_beginning_stops_what_is_not_done_by_then(seed):
    law = Triangular(0.0, 4.0, 12.0)
    window = Window("frost", Edge(FIRST + timedelta(days=2), law), Edge(FIRST + timedelta(days=19)))
    taken = days_taken(work(10, sky("all", windows=(window,))), seed)
    mass = {}
    for k in range(13):  # whole days, half a day up
        p = law.cdf(min(k + 0.5, 12.0)) - law.cdf(max(k - 0.5, 0.0))
        done = 2 + k  # days before the window
        ends = 10 if done >= 10 else 20 + 10 - done
        mass[ends] = mass.get(ends, 0.0) + p
    assert_law(taken, mass)


@SEEDS
def test_a_season_with_an_uncertain_opening_comes_every_year(seed):
    season = Window("season", Edge(date(2025, 3, 12), Uniform(0.0, 4.0)), Edge(date(2025, 3, 18)), is_open=True, yearly=True)
    taken = days_taken(work(6, sky("all", windows=(season,))), seed)
    opens = [date(2026, 3, 12) + timedelta(days=k) for k in range(5)]
    chance = [0.125, 0.25, 0.25, 0.25, 0.125]
    mass: dict = {}
    for day, p in zip(opens, chance, strict=True):
        good = (date(2026, 3, 18) - day).days + 1
        if good >= 6:
            ends = (day - FIRST).days + 6
            mass[ends] = mass.get(ends, 0.0) + p
            continue
        for again, q in zip(opens, chance, strict=True):
            ends = (again.replace(year=2027) - FIRST).days + 6 - good
            mass[ends] = mass.get(ends, 0.0) + p * q
    assert_law(taken, mass)


@SEEDS
def test_work_that_is_not_to_be_split_waits_for_a_run_of_good_days(seed):
    p, run, mass = 0.35, 3, {}
    states = {0: 1.0}  # good days in a row so far
    for day in range(1, 300):
        after: dict = {0: 0.0}
        for good, chance in states.items():
            after[0] += chance * p
            if good + 1 == run:
                mass[day] = chance * (1 - p)
            else:
                after[good + 1] = after.get(good + 1, 0.0) + chance * (1 - p)
        states = after
    assert_law(days_taken(work(run, sky("all", share=p, persistence=None), splits=False), seed), mass)


@SEEDS
def test_a_measured_series_runs_on_from_a_year_drawn_at_random(seed):
    """Three measured years, in which the first 0, 2 and 5 days of March are lost; each is the first of as many iterations."""
    years = tuple(tuple(float(0 <= k - day_of_year(FIRST) < lost) for k in range(366)) for lost in (0, 2, 5))
    taken = days_taken(work(3, sky("all", series=Series(2001, years))), seed)
    assert_law(taken, {3: 1 / 3, 5: 1 / 3, 8: 1 / 3})


@SEEDS
def test_a_share_of_a_measured_day_is_the_chance_that_it_is_lost(seed):
    year = tuple(0.2 if k == day_of_year(FIRST) else 0.0 for k in range(366))
    assert_law(days_taken(work(1, sky("all", series=Series(2001, (year,)))), seed), {1: 0.8, 2: 0.2})


def test_lost_days_cost_what_standing_by_costs_or_nothing():
    window = Window("storm", Edge(FIRST + timedelta(days=1)), Edge(FIRST + timedelta(days=3)))
    for standby, days in ((True, 5), (False, 2)):
        plan = work(2, sky("all", windows=(window,), standby=standby), costs={"a": Cost(rate=Fixed(1.0))})
        compiled = compile_portfolio(plan)
        assert set((simulate_finishes(compiled, Run(64, 1)).costs[-1]).tolist()) == {days * DAY * 100}


def test_the_exact_law_of_the_chain_has_the_mean_that_theory_gives():
    """Wald: so many good days take days / (1 - share) on average where days know nothing of one another."""
    mass = good_days_in_chain(5, 0.3, 0.3)
    assert sum(n * p for n, p in mass.items()) == pytest.approx(5 / 0.7)
    assert floor(sum(mass.values()) + 1e-9) == 1
