"""Public holidays: the days on which a country, or one region of it, does not work."""

from datetime import date

import pytest

from pmosim.errors import InvalidModel
from pmosim.model.holidays import public_holidays


def refusal(code):
    with pytest.raises(InvalidModel) as refused:
        public_holidays(code, 2026, 2026)
    (problem,) = refused.value.problems
    return problem


def test_good_friday_and_christmas_of_2026_are_holidays_in_germany():
    days = public_holidays("DE", 2026, 2026)
    assert {date(2026, 4, 3), date(2026, 12, 25), date(2026, 12, 26)} <= set(days)


def test_womens_day_is_a_holiday_in_berlin_and_not_in_bavaria():
    day = date(2026, 3, 8)
    assert day in public_holidays("DE-BE", 2026, 2026)
    assert day not in public_holidays("DE-BY", 2026, 2026)


def test_both_the_first_and_the_last_year_are_included_and_none_beyond():
    days = public_holidays("NL", 2026, 2028)
    assert (days[0], days[-1]) == (date(2026, 1, 1), date(2028, 12, 26))


def test_days_come_in_rising_order_and_once_each():
    days = public_holidays("US-CA", 2026, 2030)
    assert list(days) == sorted(set(days))


def test_a_holiday_that_falls_on_a_weekend_is_also_kept_where_the_law_moves_it():
    # Boxing Day 2026 is a Saturday; England rests on Monday the 28th instead
    assert date(2026, 12, 28) in public_holidays("GB-ENG", 2026, 2026)


def test_a_code_may_be_written_in_lower_case():
    assert public_holidays("de-be", 2026, 2026) == public_holidays("DE-BE", 2026, 2026)


def test_a_region_may_be_written_with_its_name():
    assert public_holidays("DE-Berlin", 2026, 2026) == public_holidays("DE-BE", 2026, 2026)


def test_an_unknown_country_is_refused_with_the_nearest_known_one():
    problem = refusal("DEU")
    assert (problem.code, problem.fix) == ("unknown-country", "write 'DE'")
    assert "DEU" in problem.what


def test_the_name_of_a_country_is_refused_with_an_example_of_a_code():
    assert "two letters" in refusal("germany").fix


@pytest.mark.parametrize("code", ["DE-XX", "DE-"])
def test_an_unknown_region_is_refused_with_the_regions_that_exist(code):
    problem = refusal(code)
    assert problem.code == "unknown-region"
    assert "BE" in problem.fix
    assert "BY" in problem.fix


def test_a_region_of_a_country_without_regions_is_refused_saying_so():
    assert refusal("SG-A").fix == "write SG, which has none"
