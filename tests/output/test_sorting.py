"""Tables sort by what their cells say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmosim.output import words
from pmosim.output.sorting import column_keys, sort_key
from pmosim.results.records import Estimate


@pytest.mark.parametrize(
    "ordered",
    [
        ["30 Sep 2027", "1 Oct 2027 (30 Sep to 4 Oct 2027)", "Sat 2 Oct 2027", "1 Jan 2028"],
        ["under 0.04 %", "0.04 %", "3.7 %", "71 % (70 to 72 %)", "over 99.8 %"],
        ["−11.5 ± 0.4 k EUR", "−45 EUR", "0 EUR", "900 EUR", "6,000 EUR", "10 ± 2 k EUR", "4.21 ± 0.01 M EUR", "1.1 bn EUR"],
        ["1", "2–4", "2–9", "3–4", "10"],
        ["−5 to +30", "−1.2 ± 0.1", "0", "+3", "12 ± 1"],
        ["2027-09-30", "2027-09-30 08:00", "2027-10-01"],
    ],
)
def test_figures_sort_by_what_they_are_worth(ordered):
    keys = [sort_key(text) for text in ordered]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("text", ["", "Flood", "3D model", "P80", "plan", "−", "(all)"])
def test_words_have_no_worth(text):
    assert sort_key(text) is None


def test_a_column_with_a_word_in_it_is_sorted_as_words():
    assert column_keys(["12", "", "3"]) == [12.0, None, 3.0]
    assert column_keys(["12", "unknown", "3"]) == [None, None, None]


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6))
def test_a_sum_of_money_keeps_its_size_to_the_digits_that_are_shown(value, half):
    shown = words.money(Estimate(value, value - half, value + half), "EUR")
    key = sort_key(shown)
    assert key is not None
    assert abs(key - value) <= max(0.5 * abs(value) * 1e-2, 10 * half, 0.01 * max(1.0, abs(value)))
