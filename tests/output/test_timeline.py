"""Bins begin on real boundaries, ticks fit, and a day's finishes are complete at its end."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmosim.output.timeline import BINS, Unit, bin_unit, binned, date_at, day_end, position, ticks

days = st.dates(date(1990, 1, 1), date(2080, 1, 1))


def test_weeks_begin_on_mondays_and_months_on_their_first():
    assert Unit("week").begin(date(2027, 10, 14)) == date(2027, 10, 11)
    assert Unit("month").begin(date(2027, 10, 14)) == date(2027, 10, 1)
    assert Unit("month", 3).begin(date(2027, 11, 14)) == date(2027, 10, 1)
    assert Unit("year").begin(date(2027, 10, 14)) == date(2027, 1, 1)


@given(days, st.integers(0, 4000), st.sampled_from(BINS))
def test_boundaries_span_the_range_without_a_gap(first, length, unit):
    edges = unit.boundaries(position(first), position(first) + length)
    assert edges[0] <= first
    assert position(edges[-1]) >= position(first) + length
    assert all(unit.begin(edge) == edge and unit.next(edge) == following for edge, following in pairwise(edges))


@given(st.dictionaries(days, st.integers(1, 50), min_size=1, max_size=30))
def test_no_iteration_is_lost_between_the_bars(counts):
    low, high = position(min(counts)), position(max(counts)) + 1
    edges = bin_unit(low, high).boundaries(low, high)
    assert sum(binned(counts, counts.values(), edges)) == sum(counts.values())


def test_a_midnight_ends_the_day_before_it():
    assert day_end(datetime(2027, 10, 14)) == position(date(2027, 10, 14))
    assert day_end(datetime(2027, 10, 13, 17)) == position(date(2027, 10, 14))
    assert day_end(date(2027, 10, 13)) == position(date(2027, 10, 14))


@given(days)
def test_a_position_is_its_date(day):
    assert date_at(position(day) + 0.7) == day


@given(days, st.floats(3, 20_000), st.floats(250, 900))
def test_ticks_lie_within_the_axis_and_far_enough_apart_to_be_read(first, length, width):
    low = position(first)
    places, labels = ticks(low, low + length, width)
    assert 1 <= len(places) == len(labels) <= 30
    assert all(low <= place <= low + length for place in places)
    assert all((later - earlier) * width / length > 36 for earlier, later in pairwise(places))


@pytest.mark.parametrize("months", [4, 14, 26])
def test_the_year_stands_beneath_the_first_tick_and_each_first_one_of_a_year(months):
    low = position(date(2026, 10, 10))
    places, labels = ticks(low, low + 30.4 * months, 800)
    years = [date_at(place).year for place in places]
    for place, (label, year) in enumerate(zip(labels, years, strict=True)):
        new = place == 0 or years[place - 1] != year
        assert label.endswith(f"\n{year}") == new


def test_a_range_of_one_day_has_bars_of_days():
    low = position(date(2027, 10, 14))
    assert str(bin_unit(low, low + 1)) == "day"
    assert Unit("day").boundaries(low, low + 1) == [date(2027, 10, 14), date(2027, 10, 14) + timedelta(days=1)]
