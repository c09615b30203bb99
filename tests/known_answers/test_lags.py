"""The program promises that an uncertain lag is drawn once per iteration and runs on its own calendar."""

from datetime import datetime

import exact
from building import DAY, portfolio
from exact import Lattice
from truth import Truth, known_answer, sampling_slack

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.model.laws import Discrete, Triangular, Uniform
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Lag, LagCalendar, Link, LinkKind


def waits(before, after, kind, law, on=LagCalendar.SUCCESSOR):
    return Link(f"p.{before}", f"p.{after}", LinkKind(kind), Lag(float(law.typical), on, law=law))


@known_answer
def test_an_uncertain_lag_lies_between_two_tasks():
    law = Triangular(480, 2400, 9600)
    plan = portfolio({"pour": 5 * DAY, "strip": 3 * DAY}, waits("pour", "strip", "FS", law))
    lag = Lattice.rounded(exact.triangular(480, 2400, 9600))
    return Truth(plan, lag + 8 * DAY, {"pour": 1.0, "strip": 1.0}, slack=sampling_slack(law), minutes=1)


@known_answer
def test_uncertain_lags_of_all_four_kinds_of_link():
    law = Discrete((1 * DAY, 6 * DAY), (0.5, 0.5))
    links = [waits("a", "b", "FS", law), waits("a", "c", "SS", law), waits("b", "d", "FF", law), waits("c", "e", "SF", law)]
    plan = portfolio({"a": 4 * DAY, "b": 2 * DAY, "c": 1 * DAY, "d": 1 * DAY, "e": 1 * DAY}, *links)
    # d ends on day 4 + x + 2 + y, e on day z + w where that is later than 1; with lags of 1 or 6 days the last is e in one of 16 cases
    finish = Lattice.of({8 * DAY: 3 / 16, 12 * DAY: 1 / 16, 13 * DAY: 1 / 2, 18 * DAY: 1 / 4})
    return Truth(plan, finish, {"a": 1.0, "b": 15 / 16, "d": 15 / 16, "c": 1 / 16, "e": 1 / 16})


def test_an_uncertain_lag_may_run_round_the_clock():
    law = Uniform(1440, 63 * 60)
    plan = portfolio({"pour": 5 * DAY, "strip": 1 * DAY}, waits("pour", "strip", "FS", law, LagCalendar.ELAPSED))
    compiled = compile_portfolio(plan)
    found = simulate_finishes(compiled, Run(256, 1)).finishes[0] - compiled.model.network.floor[-1]
    assert set(found.tolist()) == {6 * DAY}  # begun on Friday evening, over by Monday morning whatever it takes
    assert schedule(plan)["p.strip"].start == datetime(2026, 3, 9, 8)


def test_two_uncertain_lags_of_one_kind_between_the_same_tasks_both_hold():
    links = [waits("a", "b", "FS", Discrete((0, 480), (1, 1))), waits("a", "b", "FS", Discrete((240, 960), (1, 1)))]
    compiled = compile_portfolio(portfolio({"a": 480, "b": 480}, *links))
    found = simulate_finishes(compiled, Run(512, 1)).finishes[0] - compiled.model.network.floor[-1] - 960
    assert set(found.tolist()) == {240, 480, 960}
