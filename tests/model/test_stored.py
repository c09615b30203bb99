"""A stored portfolio is the portfolio: every field of every part, every bit of every number."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from time import perf_counter
from types import NoneType, UnionType
from typing import Union, get_args, get_origin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from strategies import scheduled

from pmosim.errors import UnreadableFile
from pmosim.model.calendars import Calendar
from pmosim.model.fingerprint import fingerprint
from pmosim.model.laws import Fixed, Gamma, Pert, Remaining, Uniform
from pmosim.model.project import Portfolio, Project
from pmosim.model.stored import FORM, Reader, concrete, hints_of, kinds_of, names_of, portfolio_from_text, portfolio_to_text, writer_of
from pmosim.model.tasks import Link, Task

MONDAY = datetime(2026, 3, 2, 8)
SHIPPED = Path(__file__).parents[2] / "scenarios"
SCENARIOS = [
    pytest.param(file, marks=[pytest.mark.java] if "schedule:" in file.read_text(encoding="utf-8") else [])
    for file in sorted(SHIPPED.glob("**/*.yaml"))
]
KINDS = kinds_of(Portfolio)
PLAIN = Portfolio("plain", MONDAY, (Project("p", (Task("a", Pert(60, 120, 240)),)),))


def again(portfolio):
    return portfolio_from_text(portfolio_to_text(portfolio))


def with_task(**changes):
    return replace(PLAIN, projects=(Project("p", (Task("a", **changes),)),))


@given(scheduled())
@hypothesis_settings(max_examples=60)
def test_any_portfolio_comes_back_equal(portfolio):
    back = again(portfolio)
    assert back == portfolio
    assert fingerprint(back) == fingerprint(portfolio)
    assert portfolio_to_text(back) == portfolio_to_text(portfolio)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.name)
def test_every_shipped_scenario_comes_back_equal(file):
    from pmosim.scenario.reader import read_scenario

    portfolio = read_scenario(file).portfolio
    assert again(portfolio) == portfolio


def test_a_simulation_of_what_comes_back_has_the_same_bits():
    from pmosim.forecasting import simulate
    from pmosim.scenario.reader import read_scenario

    portfolio = read_scenario(SHIPPED / "portfolio" / "portfolio.yaml").portfolio
    one, other = (simulate(some, iterations=300, seed=3, threads=1) for some in (portfolio, again(portfolio)))
    assert one.finish.keys() == other.finish.keys()
    assert all(np.array_equal(one.finish[id], other.finish[id]) for id in one.finish)
    assert all(np.array_equal(one.cost[id], other.cost[id]) for id in one.cost)


def test_numbers_keep_every_bit():
    awkward = (0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, 2**53 + 1)
    for number in awkward:
        (task,) = again(with_task(duration=Fixed(number))).projects[0].tasks
        assert (task.duration.value, type(task.duration.value)) == (number, type(number))


def test_an_open_end_stays_open():
    law = Gamma(2.0, 300.0)
    assert again(with_task(duration=law)).projects[0].tasks[0].duration.support[1] == math.inf
    bounded = with_task(duration=Remaining(law, 100.0))
    assert again(bounded) == bounded


def test_numbers_of_numpy_become_plain_ones():
    portfolio = with_task(duration=Uniform(np.float64(60.5), np.int64(90)))
    assert again(portfolio) == portfolio


def test_moments_keep_seconds_and_zones():
    when = datetime.fromisoformat("2026-03-02T08:00:30.250000+02:00")
    portfolio = replace(PLAIN, projects=(replace(PLAIN.projects[0], start=when),))
    assert again(portfolio).projects[0].start.isoformat() == when.isoformat()


def test_names_may_hold_anything():
    portfolio = replace(PLAIN, name='Übergabe "Süd", 橋\n\x00\t')
    assert again(portfolio).name == portfolio.name


# No field gets lost


def value_for(hint):
    """Some value of a type that no default is likely to be."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return value_for(next(one for one in arguments if one is not NoneType))
    if origin is tuple:
        return tuple(map(value_for, arguments[:1] * 2 if arguments[-1] is Ellipsis else arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {value_for(arguments[0]): value_for(arguments[1])}
    if origin in (frozenset, set):
        return origin([value_for(arguments[0])])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[-1]
    if concrete(hint):
        return unchecked(concrete(hint)[0])
    plain = {str: "a word", int: 17, float: 0.1 + 0.2, bool: True, datetime: MONDAY, date: date(2026, 3, 4), time: time(7, 5)}
    return {**plain, timedelta: timedelta(1, 2, 3)}[hint]


def unchecked(kind):
    """A part with every field filled, sensible or not: what is asked is whether it is written, not whether it is valid."""
    part = object.__new__(kind)
    for name, hint in hints_of(kind).items():
        object.__setattr__(part, name, value_for(hint))
    return part


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_of_every_part_is_written_and_read(kind):
    assert set(names_of(kind)) == {part.name for part in fields(kind) if part.init}
    assert all(part.init for part in fields(kind)), "a field that is not given when the part is made would be lost"
    reader = Reader({one.__name__: list(names_of(one)) for one in KINDS})
    part = unchecked(kind)
    for name, hint in hints_of(kind).items():
        written = json.loads(json.dumps(writer_of(hint)(getattr(part, name))))
        assert written not in (None, [], {}), f"{kind.__name__}.{name} is written as if there were nothing"
        if not any(concrete(inner) for inner in inside(hint)):  # parts are asked field by field, each on its own
            assert reader.of(hint)(written) == getattr(part, name)


def inside(hint):
    yield hint
    for argument in get_args(hint):
        yield from inside(argument)


def test_the_kinds_of_part_are_found_in_the_model_itself():
    assert {Portfolio, Project, Task, Link, Calendar, Remaining, Pert} <= set(KINDS)


def test_a_part_of_an_unknown_kind_is_refused_not_left_out():
    class Dream(Fixed):
        pass

    with pytest.raises(TypeError, match="a Dream stands where a Law belongs"):
        portfolio_to_text(with_task(duration=Dream(5.0)))


def test_a_type_that_was_never_taught_is_refused():
    with pytest.raises(TypeError, match="does not know how to write"):
        writer_of(complex)


# Earlier and later versions


def test_what_an_earlier_version_did_not_have_takes_its_default():
    data = json.loads(portfolio_to_text(PLAIN))
    place = data["forms"]["Portfolio"].index("repair_correlations")
    del data["forms"]["Portfolio"][place], data["portfolio"][place]
    assert portfolio_from_text(json.dumps(data)) == PLAIN


def test_what_only_a_later_version_has_is_refused():
    data = json.loads(portfolio_to_text(PLAIN))
    data["forms"]["Portfolio"].append("moon_phases")
    data["portfolio"].append("full")
    with pytest.raises(UnreadableFile, match=r"a Portfolio in it has 'moon_phases'\n  fix: update pmosim"):
        portfolio_from_text(json.dumps(data))


def test_a_later_form_is_refused():
    with pytest.raises(UnreadableFile, match=f"form {FORM + 1}"):
        portfolio_from_text(json.dumps({"pmosim portfolio": FORM + 1}))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pmosim portfolio": 1, "forms": {}, "portfolio": []}', '{"pmosim portfolio": "x"}'])
def test_what_is_no_stored_portfolio_is_refused(text):
    with pytest.raises(UnreadableFile, match="no stored portfolio"):
        portfolio_from_text(text)


@pytest.mark.slow
def test_tens_of_thousands_of_tasks_take_seconds():
    tasks = tuple(Task(f"t{n}", Pert(400.0 + n % 79, 480.0 + n % 89, 960.0 + n % 83), name=f"Task {n}") for n in range(20_000))
    links = tuple(Link(f"p.t{n}", f"p.t{n + 1}") for n in range(19_999))
    portfolio = Portfolio("large", MONDAY, (Project("p", tasks),), links=links)
    began = perf_counter()
    text = portfolio_to_text(portfolio)
    written = perf_counter()
    assert portfolio_from_text(text) == portfolio
    assert written - began < 10
    assert perf_counter() - written < 20
