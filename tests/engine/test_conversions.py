"""From one calendar's working minutes to another's: the kernels' maps against the clocks themselves, minute for minute."""

from datetime import date
from itertools import permutations

import numpy as np
import pytest

from pmosim.engine.conversions import backward_map, cells_of, conversion_maps, forward_map
from pmosim.engine.kernels.passes import convert
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar, weekly
from pmosim.model.plan import Conversion, Edge, Plan
from pmosim.model.tasks import Reading

EPOCH = date(2026, 1, 5)
SITE = weekly("site", "1111110", ((6 * 60, 14 * 60),))
NIGHTS = weekly("nights", "1111100", ((22 * 60, 30 * 60),))
ODD = weekly("odd", "1111100", ((7 * 60 + 7, 11 * 60 + 50), (12 * 60 + 31, 16 * 60)))  # bends at single minutes
CLOSED = Calendar("closed", STANDARD.week, {date(2026, 1, 7): (), date(2026, 1, 10): ((480, 725),), date(2026, 3, 4): ()})
PAIRS = [*permutations((STANDARD, SITE, NIGHTS, ODD, CLOSED, ALWAYS), 2)]


def plan_of(*calendars):
    return Plan(EPOCH, Reading.SOFT, {}, {}, {calendar.id: calendar.clock(EPOCH) for calendar in calendars})


def by_clock(plan, conversion, position):
    source, target = plan.clocks[conversion.source], plan.clocks[conversion.target]
    return target.work(source.start(position) if conversion.at_start else source.finish(position))


def through(maps, positions):
    moved = positions.astype(np.int32)
    convert(maps, 0, moved, np.empty_like(moved))
    return moved.tolist()


@pytest.mark.parametrize("at_start", [True, False])
@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda calendar: calendar.id)
@pytest.mark.parametrize("days", [0, 120])
def test_every_minute_is_converted_as_by_the_clocks_and_back_again(source, target, at_start, days):
    plan, conversion = plan_of(source, target), Conversion(source.id, target.id, at_start)
    forward, backward, number = conversion_maps(plan, [Edge("a", "b", at_start, False, 0, conversion)], days)
    assert number == {conversion: 0, None: -1}
    positions = np.arange(source.clock(EPOCH).work(100 * 1440))  # 14 weeks: with no days asked for, far past the end of the map
    expected = [by_clock(plan, conversion, int(position)) for position in positions]
    assert through(forward, positions) == expected
    wanted = np.arange(expected[-1])
    assert through(backward, wanted) == np.maximum(np.searchsorted(expected, wanted, side="right") - 1, 0).tolist()


def test_positions_before_the_epoch_count_as_its_midnight():
    plan, conversion = plan_of(STANDARD, SITE), Conversion("standard", "site", True)
    forward, _, _ = conversion_maps(plan, [Edge("a", "b", True, False, 0, conversion)], 0)
    assert through(forward, np.array([-5000, -1, 0])) == [by_clock(plan, conversion, 0)] * 3


def test_calendars_of_full_hours_need_an_entry_an_hour_and_odd_ones_one_a_minute():
    plan = plan_of(STANDARD, SITE, ODD)
    for map_of in (forward_map, backward_map):
        _, grain, _ = cells_of(map_of(plan, Conversion("standard", "site", True), 0))
        assert grain == 60
        _, grain, _ = cells_of(map_of(plan, Conversion("standard", "odd", True), 0))
        assert grain == 1


def test_the_grain_of_a_calendar_divides_its_exceptions_too():
    assert (STANDARD.grain, CLOSED.grain, ODD.grain, ALWAYS.grain) == (60, 5, 1, 1440)
