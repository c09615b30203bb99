"""Figures are written as people write them, with no digit that the simulation does not support."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmosim.output import words
from pmosim.results.records import DateEstimate, Estimate


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(12.3, 12.1, 12.5), "12.3 ± 0.2"),
        (Estimate(12.34, 11.4, 13.2), "12 ± 1"),
        (Estimate(143.27, 131, 155), "140 ± 10"),
        (Estimate(3.0, 2.9, 6.0), "3 (3 to 6)"),
        (Estimate(5.0, 5.0, 5.0), "5"),
        (Estimate(-1.2, -1.3, -1.1), "−1.2 ± 0.1"),
        (Estimate(-0.04, -0.9, 0.9), "0 ± 1"),
        (Estimate(1234567.0, 1234467.0, 1234667.0), "1,234,600 ± 100"),
    ],
)
def test_a_figure_has_the_digits_that_its_interval_supports(estimate, text):
    assert words.number(estimate) == text


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e5))
def test_the_last_digit_of_a_figure_is_never_finer_than_a_tenth_of_its_interval(value, half):
    places = words.decimals(value - half, value + half)
    assert 10.0**-places >= 2 * half / 10 * (1 - 1e-6) or places == words.MOST_DECIMALS


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e4))
def test_a_figure_as_written_lies_within_a_digit_of_its_interval(value, half):
    text = words.bare(Estimate(value, value - half, value + half)).replace(",", "").replace(words.MINUS, "-")
    step = 10.0 ** -words.decimals(value - half, value + half)
    assert abs(float(text) - value) <= step / 2 * (1 + 1e-6)


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.7132, 0.7043, 0.7219), "71 % (70 to 72 %)"),
        (Estimate(0.03, 0.0268, 0.0335), "3.0 % (2.7 to 3.4 %)"),
        (Estimate(0.0, 0.0, 0.000369), "under 0.04 %"),
        (Estimate(1.0, 0.99963, 1.0), "over 99.96 %"),
        (Estimate(1.0, 1.0, 1.0), "100 %"),
        (Estimate(0.0, 0.0, 0.0), "0 %"),
        (Estimate(0.9996, 0.99, 0.9999), "99.96 % (99.0 to 99.99 %)"),
    ],
)
def test_a_share_has_its_interval_and_is_never_rounded_to_none_or_all(estimate, text):
    assert words.percent_with_range(estimate) == text


@given(st.integers(1, 9999), st.floats(1e-4, 0.2))
def test_a_share_strictly_between_none_and_all_is_never_written_as_either(hits, half):
    p = hits / 10_000
    text = words.percent(Estimate(p, max(p - half, 0.0), min(p + half, 1.0))).removesuffix(" %")
    assert 0 < float(text) < 100


def test_an_interval_of_dates_tells_no_month_or_year_twice():
    def interval(low, high):
        return words.day_range(DateEstimate(low, low, high))

    assert interval(datetime(2027, 10, 13), datetime(2027, 10, 15)) == "13 to 15 Oct 2027"
    assert interval(datetime(2027, 9, 30), datetime(2027, 10, 2)) == "30 Sep to 2 Oct 2027"
    assert interval(datetime(2027, 12, 31), datetime(2028, 1, 3)) == "31 Dec 2027 to 3 Jan 2028"
    assert interval(datetime(2027, 10, 13, 9), datetime(2027, 10, 13, 17)) == ""


def test_days_of_the_week_are_right():
    assert words.weekday(date(2027, 10, 14)) == "Thu 14 Oct 2027"


@pytest.mark.parametrize(
    ("value", "text"), [(4_200_000.0, "4.2 M EUR"), (61_500.0, "61.5 k EUR"), (9_300.0, "9,300 EUR"), (0.0, "0 EUR"), (2.5e9, "2.5 bn EUR")]
)
def test_money_is_written_in_the_unit_in_which_people_speak_of_it(value, text):
    assert words.amount(value, "EUR") == text


def test_money_with_an_interval_has_one_unit_for_both():
    assert words.money(Estimate(4_213_456.0, 4_201_000.0, 4_226_000.0), "EUR") == "4.21 ± 0.01 M EUR"


def test_whole_calendar_days_are_enough():
    assert words.calendar_days(Estimate(24.9, 24.8, 25.0)) == "25 calendar days"
    assert words.calendar_days(Estimate(1.0, 1.0, 1.0)) == "1 calendar day"


def test_ranks_are_all_those_that_the_intervals_leave_possible():
    #            a: 10 to 12, b: 7 to 9, c: 6 to 8, d: 3 to 6.5, e: 1 to 2
    figures = [Estimate(11, 10, 12), Estimate(8, 7, 9), Estimate(7, 6, 8), Estimate(4.7, 3, 6.5), Estimate(1.5, 1, 2)]
    assert words.rank_ranges(figures) == ["1", "2–3", "2–4", "3–4", "5"]


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 10)), min_size=1, max_size=30))
def test_a_figure_s_own_rank_is_among_those_it_may_have(pairs):
    figures = sorted((Estimate(value, value - half, value + half) for value, half in pairs), key=lambda e: -e.value)
    for place, label in enumerate(words.rank_ranges(figures), start=1):
        ends = [int(end) for end in label.split("–")]
        assert ends[0] <= place <= ends[-1]


def test_things_of_one_name_are_told_apart_by_their_ids():
    assert words.distinct(["Roof", "Walls", "Roof"], ["a.A10", "a.A20", "a.A30"]) == ["Roof (A10)", "Walls", "Roof (A30)"]
    assert words.distinct(["Roof", "Roof"], ["a.A10", "b.A10"]) == ["Roof (a.A10)", "Roof (b.A10)"]


def test_a_long_name_is_cut_in_the_middle():
    assert words.shortened("abcdefghijklmnop", 9) == "abcd…mnop"
    assert words.shortened("abc", 9) == "abc"
