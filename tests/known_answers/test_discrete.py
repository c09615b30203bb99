"""The program promises the exact answer for every kind of link and for several calendars: all outcomes are looked at."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import product
from math import prod

import pytest
from building import DAY, MONDAY, link, portfolio
from exact import Lattice
from oracles import by_enumeration, finish_by_longest_path, instant_of, waits, walk_of, walked
from truth import SEEDS, Truth, assert_simulated, known_answer

from pmosim.model.calendars import weekly
from pmosim.model.tasks import LagCalendar, TaskKind


def days(**chances):
    """{minutes: probability} from d5=0.2, d10=0.8 and the like."""
    return {int(name[1:]) * DAY: chance for name, chance in chances.items()}


def enumerated(laws, *links):
    answer = by_enumeration(laws, waits(*links))
    return Truth(portfolio(laws, *links), answer.finish, answer.criticality)


@known_answer
def test_a_discrete_network_in_which_many_paths_tie():
    laws = {
        "survey": days(d5=0.5, d10=0.5),
        "permit": days(d10=0.4, d15=0.3, d20=0.3),
        "design": days(d5=0.2, d10=0.5, d15=0.3),
        "dig": days(d5=0.6, d10=0.4),
        "found": days(d10=0.5, d15=0.5),
        "frame": days(d5=0.7, d20=0.3),
    }
    truth = enumerated(laws, "survey permit", "survey design", "design dig", "dig found", "permit found", "permit frame", "design frame")
    # every task lies on a longest path in some outcome and off it in others, or the network would show nothing
    assert all(0 < truth.criticality[task] < 1 for task in ("permit", "design", "dig", "found", "frame"))
    assert sum(truth.criticality[task] for task in ("found", "frame")) > 1.05  # that is what ties look like
    return truth


@known_answer
def test_sixteen_tied_diamonds_in_a_row_have_every_task_critical_in_every_iteration():
    # 65,536 longest paths of equal length where both sides of each diamond always take as long
    laws, links = {"n0": 480}, []
    for k in range(16):
        laws |= {f"left{k}": 960, f"right{k}": 960, f"n{k + 1}": 480}
        links += [f"n{k} left{k}", f"n{k} right{k}", f"left{k} n{k + 1}", f"right{k} n{k + 1}"]
    laws["n16"] = {480: 0.5, 960: 0.5}
    whole = 16 * (480 + 960)
    return Truth(portfolio(laws, *links), Lattice.of({whole + 480: 0.5, whole + 960: 0.5}), dict.fromkeys(laws, 1.0))


LINKS = [f"{kind} {lag}" for kind in ("FS", "SS", "FF", "SF") for lag in (3 * DAY, 0, -2 * DAY)]


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind_and_lag", LINKS)
def test_every_kind_of_link_with_lag_and_lead(kind_and_lag, seed):
    # before ══the link══> after ──> last
    # beside ──────────────────────> last       so that either side decides in a part of the iterations
    laws = {
        "before": days(d4=0.3, d8=0.4, d12=0.3),
        "after": days(d2=0.5, d9=0.5),
        "beside": days(d7=0.5, d13=0.5),
        "last": days(d1=0.5, d5=0.5),
    }
    truth = enumerated(laws, f"before after {kind_and_lag}", "after last", "beside last")
    assert 0 < truth.criticality["beside"] < 1
    assert_simulated(truth, seed)


@known_answer
def test_two_links_between_the_same_two_tasks_both_hold():
    # the classic pair of overlapping work: pave begins 2 days after dig begins, and ends 3 days after dig ends
    laws = {"dig": days(d5=0.3, d10=0.4, d20=0.3), "pave": days(d4=0.5, d15=0.5)}
    truth = enumerated(laws, f"dig pave SS {2 * DAY}", f"dig pave FF {3 * DAY}")
    only_last = enumerated(laws, f"dig pave FF {3 * DAY}").finish.mean
    assert truth.finish.mean > only_last + 0.1 * DAY  # a graph that keeps one link of the two would be wrong by this
    return truth


SITE = weekly("site", "1111111", ((6 * 60, 14 * 60),))


def by_walking(laws, plan):
    """The law of the finish, in working minutes of the project's calendar, with every outcome scheduled minute by minute."""
    start = instant_of(plan, MONDAY)
    own = walk_of(plan.calendar_of[plan.projects[0].calendar], plan.epoch, 400)
    chances = defaultdict(float)
    for outcome in product(*(law.items() for law in laws.values())):
        durations = {f"p.{task}": minutes for task, (minutes, _) in zip(laws, outcome, strict=True)}
        last = max(span.finish for span in walked(plan, durations, 400).values())
        chances[own.between(start, last)] += prod(chance for _, chance in outcome)
    return Lattice.of(chances)


@known_answer
def test_a_chain_across_a_five_day_and_a_seven_day_calendar():
    # office work runs Monday to Friday 8 to 17 with a break, the site every day from 6 to 14
    laws = {"design": {1900: 0.4, 2400: 0.4, 2700: 0.2}, "dig": {700: 0.5, 1440: 0.5}, "survey": {480: 0.7, 1200: 0.3}}
    plan = portfolio(laws, "design dig", "dig survey", calendars=[SITE], on={"dig": "site"})
    truth = Truth(plan, by_walking(laws, plan), dict.fromkeys(laws, 1.0))
    # on one calendar the three would simply add up
    assert truth.finish.mean != pytest.approx(sum(m * p for law in laws.values() for m, p in law.items()), rel=0.02)
    return truth


@known_answer
def test_lags_and_leads_on_other_calendars_than_those_of_the_tasks():
    laws = {"cast": {480: 0.5, 2400: 0.5}, "strip": {300: 0.5, 1000: 0.5}, "paint": {960: 0.6, 1500: 0.4}, "inspect": {240: 1.0}}
    links = [
        link(f"cast strip FS {3 * 1440}", LagCalendar.ELAPSED),  # concrete hardens on Sundays too
        link("cast paint SS 600", LagCalendar.PREDECESSOR),
        link("strip paint FF 300", LagCalendar.PROJECT),
        link("paint inspect FS -700", LagCalendar.PREDECESSOR),
        link("strip inspect SF 900", LagCalendar.SUCCESSOR),
    ]
    plan = portfolio(laws, *links, calendars=[SITE], on={"cast": "site", "inspect": "site"})
    return Truth(plan, by_walking(laws, plan))


@known_answer
def test_a_milestone_between_two_calendars_happens_when_the_last_task_before_it_is_done():
    laws = {"office": {2400: 0.5, 2880: 0.5}, "site": {2880: 0.5, 3360: 0.5}, "ready": {0: 1.0}, "move": {480: 0.5, 960: 0.5}}
    kinds = {"ready": TaskKind.FINISH_MILESTONE}
    on = {"site": "site", "move": "site"}
    plan = portfolio(laws, "office ready", "site ready", "ready move", calendars=[SITE], on=on, kinds=kinds)
    return Truth(plan, by_walking(laws, plan))


def test_the_oracles_agree_with_one_another():
    """The longest path on arcs, that on starts, and walking minute by minute, on one calendar that never rests."""
    laws = {"a": {300: 0.5, 900: 0.5}, "b": {200: 0.3, 800: 0.7}, "c": {500: 1.0}, "d": {100: 0.2, 400: 0.8}}
    links = ["a c FS 60", "b c FS 0", "b d FS -50", "a d FS 0"]
    plan = portfolio(laws, *links, on=dict.fromkeys(laws, "24h"), calendar="24h", start=datetime(2026, 3, 2))
    answer = by_enumeration(laws, waits(*links))
    assert by_walking_from_midnight(laws, plan) == pytest.approx(answer.finish.mean)
    durations = {"a": 900, "b": 200, "c": 500, "d": 400}
    spans = walked(plan, {f"p.{task}": minutes for task, minutes in durations.items()}, 30)
    begin = (datetime(2026, 3, 2) - datetime.combine(plan.epoch, datetime.min.time())) // timedelta(minutes=1)
    assert finish_by_longest_path(durations, waits(*links)) == max(span.finish for span in spans.values()) - begin == 1460


def by_walking_from_midnight(laws, plan):
    begin, mean = instant_of(plan, datetime(2026, 3, 2)), 0.0
    for outcome in product(*(law.items() for law in laws.values())):
        durations = {f"p.{task}": minutes for task, (minutes, _) in zip(laws, outcome, strict=True)}
        last = max(span.finish for span in walked(plan, durations, 30).values())
        mean += (last - begin) * prod(chance for _, chance in outcome)
    return mean
