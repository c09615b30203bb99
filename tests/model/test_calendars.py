"""Working time: which minutes are worked, and how instants and working minutes map to one another."""

import copy
import pickle
from bisect import bisect_left
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmosim.errors import InvalidModel
from pmosim.model.calendars import ALWAYS, DAY, STANDARD, WEEK, Calendar, minutes_since, moment_at, weekly

MONDAY = date(2026, 1, 5)
HOUR = 60


def hours(*pairs):
    """Shifts from whole hours: hours((8, 12), (13, 17))."""
    return tuple((begin * HOUR, end * HOUR) for begin, end in pairs)


def at(day, hour, minute=0):
    """Wall minutes since Monday's midnight: at(0, 8) is Monday 08:00, at(1, 8) Tuesday 08:00."""
    return day * DAY + hour * HOUR + minute


NIGHTS = weekly("nights", "1111100", hours((22, 30)))  # 22:00 to 06:00 of the next day
CLOSED_TUESDAY = Calendar("closed", STANDARD.week, {date(2026, 1, 6): ()})


# --- the built-in calendars ---


def test_the_standard_calendar_works_eight_hours_on_weekdays_with_an_hour_for_lunch():
    clock = STANDARD.clock(MONDAY)
    assert clock.work(at(0, 8)) == 0
    assert clock.work(at(0, 12)) == clock.work(at(0, 13)) == 240
    assert clock.work(at(0, 17)) == clock.work(at(1, 8)) == 480
    assert clock.work(at(4, 17)) == clock.work(at(7, 8)) == 2400
    assert STANDARD.minutes_in_week == STANDARD.minutes_per_week == 2400


def test_elapsed_time_counts_every_minute_weekends_and_nights_too():
    clock = ALWAYS.clock(MONDAY)
    for instant in (0, 1, DAY, at(5, 3), 3 * WEEK + 7):
        assert clock.work(instant) == clock.start(instant) == clock.finish(instant) == instant


# --- the same working minute, two instants ---


def test_work_done_at_the_end_of_a_day_is_finished_that_evening_and_goes_on_the_next_morning():
    clock = STANDARD.clock(MONDAY)
    assert clock.finish(480) == at(0, 17)
    assert clock.start(480) == at(1, 8)


def test_work_done_on_friday_evening_goes_on_after_the_weekend():
    clock = STANDARD.clock(MONDAY)
    assert clock.finish(2400) == at(4, 17)
    assert clock.start(2400) == at(7, 8)


def test_work_done_before_lunch_goes_on_after_it():
    clock = STANDARD.clock(MONDAY)
    assert clock.finish(240) == at(0, 12)
    assert clock.start(240) == at(0, 13)


def test_a_minute_inside_a_shift_is_one_instant():
    clock = STANDARD.clock(MONDAY)
    assert clock.finish(100) == clock.start(100) == at(0, 9, 40)


def test_nothing_is_finished_before_the_epoch():
    assert STANDARD.clock(MONDAY).finish(0) == 0
    assert STANDARD.clock(MONDAY).finish(-5) == 0


def test_an_instant_before_the_epoch_has_no_working_time_and_says_so():
    with pytest.raises(ValueError, match="before the epoch 2026-01-05"):
        STANDARD.clock(MONDAY).work(-1)


# --- exceptions ---


def test_a_closed_day_is_skipped():
    clock = CLOSED_TUESDAY.clock(MONDAY)
    assert clock.start(480) == at(2, 8)
    assert clock.work(at(1, 23)) == 480


def test_a_day_with_other_hours_has_those_hours():
    calendar = Calendar("half", STANDARD.week, {date(2026, 1, 6): hours((8, 12))})
    clock = calendar.clock(MONDAY)
    assert clock.start(480 + 240) == at(2, 8)


def test_a_weekend_can_be_worked_by_exception():
    calendar = Calendar("saturday", STANDARD.week, {date(2026, 1, 10): hours((9, 11))})
    clock = calendar.clock(MONDAY)
    assert clock.start(2400) == at(5, 9)
    assert clock.finish(2400 + 120) == at(5, 11)
    assert clock.start(2400 + 120) == at(7, 8)


def test_after_its_last_exception_a_calendar_repeats_week_by_week():
    clock = CLOSED_TUESDAY.clock(MONDAY)
    assert CLOSED_TUESDAY.last_exception == date(2026, 1, 6)
    for w in range(0, 5000, 77):
        later = w + 1920  # the first week has one day less
        assert clock.start(later + 2400) == clock.start(later) + WEEK
        assert clock.finish(later + 1 + 2400) == clock.finish(later + 1) + WEEK


def test_a_calendar_without_exceptions_has_no_last_one():
    assert STANDARD.last_exception is None


# --- night shifts ---


def test_a_night_shift_runs_into_the_next_day():
    clock = NIGHTS.clock(MONDAY)
    assert clock.start(0) == at(0, 22)
    assert clock.finish(480) == at(1, 6)
    assert clock.start(480) == at(1, 22)


def test_fridays_night_shift_ends_on_saturday_and_mondays_is_next():
    clock = NIGHTS.clock(MONDAY)
    assert clock.finish(5 * 480) == at(5, 6)
    assert clock.start(5 * 480) == at(7, 22)


def test_a_night_shift_begun_before_the_epoch_is_worked_to_its_end():
    clock = NIGHTS.clock(MONDAY + timedelta(days=1))  # Monday's shift ends on Tuesday at 06:00
    assert clock.start(0) == 0
    assert clock.finish(360) == 6 * HOUR
    assert clock.start(360) == 22 * HOUR


def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    closed = Calendar("closed", NIGHTS.week, {date(2026, 1, 6): ()})
    clock = closed.clock(MONDAY)
    assert clock.finish(480) == at(1, 6)  # Monday's shift is worked, though Tuesday is closed
    assert clock.start(480) == at(2, 22)  # Tuesday's own is not


def test_a_night_shift_that_meets_the_morning_shift_is_counted_once():
    calendar = weekly("overlap", "1100000", hours((6, 12), (20, 32)))  # Monday night ends at 08:00, Tuesday begins at 06:00
    clock = calendar.clock(MONDAY)
    assert clock.work(at(1, 12)) - clock.work(at(0, 20)) == 16 * HOUR
    assert clock.work(WEEK) == calendar.minutes_in_week


def test_a_shift_of_24_hours_on_every_day_is_elapsed_time():
    clock = weekly("round the clock", "1111111", hours((0, 24))).clock(MONDAY)
    for instant in (0, 1, DAY, at(5, 3), 3 * WEEK):
        assert clock.work(instant) == clock.start(instant) == clock.finish(instant) == instant


# --- dates and minutes ---


def test_the_epoch_is_the_midnight_from_which_minutes_are_counted():
    assert minutes_since(MONDAY, datetime(2026, 1, 6, 8, 30)) == at(1, 8, 30)
    assert moment_at(MONDAY, at(1, 8, 30)) == datetime(2026, 1, 6, 8, 30)


def test_seconds_are_dropped():
    assert minutes_since(MONDAY, datetime(2026, 1, 5, 8, 0, 59)) == at(0, 8)


def test_a_time_zone_is_dropped_for_calendars_have_none():
    assert minutes_since(MONDAY, datetime(2026, 1, 5, 8, tzinfo=UTC)) == at(0, 8)


def test_dates_go_to_working_minutes_and_back():
    clock = STANDARD.clock(MONDAY)
    assert clock.work_at(datetime(2026, 1, 6, 12, 30)) == 720
    assert clock.start_moment(720) == datetime(2026, 1, 6, 13)
    assert clock.finish_moment(720) == datetime(2026, 1, 6, 12)


def test_the_epoch_shifts_working_minutes_and_no_date():
    early, late = STANDARD.clock(MONDAY - timedelta(weeks=3)), STANDARD.clock(MONDAY)
    for w in range(0, 3000, 50):
        assert early.start_moment(w + 3 * 2400) == late.start_moment(w)


# --- short ways and what cannot be ---


def test_a_weekly_calendar_takes_its_lengths_of_day_week_and_month_from_its_shifts():
    calendar = weekly("four tens", "1111000", hours((7, 12), (13, 18)))
    assert (calendar.minutes_per_day, calendar.minutes_per_week, calendar.minutes_per_month) == (600, 2400, 9600)


def test_the_lengths_of_day_week_and_month_can_be_given():
    assert weekly("short", "1111100", hours((8, 12)), minutes_per_day=240).minutes_per_day == 240


def test_a_calendar_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        STANDARD.id = "other"
    with pytest.raises(TypeError):
        CLOSED_TUESDAY.exceptions[date(2026, 1, 7)] = ()


def test_changing_the_exceptions_it_was_made_from_does_not_change_a_calendar():
    exceptions = {date(2026, 1, 6): ()}
    calendar = Calendar("closed", STANDARD.week, exceptions)
    exceptions.clear()
    assert calendar.shifts_on(date(2026, 1, 6)) == ()


def test_a_calendar_survives_pickling_and_copying():
    assert pickle.loads(pickle.dumps(CLOSED_TUESDAY)) == CLOSED_TUESDAY
    assert copy.deepcopy(CLOSED_TUESDAY) == CLOSED_TUESDAY


FIVE = STANDARD.week[:5]


@pytest.mark.parametrize(
    ("week", "more", "code", "says"),
    [
        (FIVE, {}, "calendar-week", "has 5 week days"),
        ((*FIVE, hours((17, 8)), ()), {}, "calendar-shift", "on Saturday that ends before it begins"),
        ((*FIVE, hours((8, 8)), ()), {}, "calendar-shift", "on Saturday that ends before it begins"),
        ((*FIVE, hours((8, 49)), ()), {}, "calendar-shift", "on Saturday"),
        ((*FIVE, hours((8, 12), (11, 17)), ()), {}, "calendar-shift", "on Saturday that overlap or are out of order"),
        ((*FIVE, hours((13, 17), (8, 12)), ()), {}, "calendar-shift", "on Saturday that overlap or are out of order"),
        (STANDARD.week, {"exceptions": {date(2026, 5, 1): hours((17, 8))}}, "calendar-shift", "on 01 May 2026"),
        (((),) * 7, {}, "calendar-without-work", "no working time"),
        (STANDARD.week, {"minutes_per_day": 0}, "calendar-units", "length of day"),
        (STANDARD.week, {"minutes_per_day": 25 * HOUR}, "calendar-units", "length of day"),
    ],
)
def test_an_impossible_calendar_is_refused_with_a_remedy(week, more, code, says):
    with pytest.raises(InvalidModel) as refused:
        Calendar("crew", week, **more)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert "'crew'" in problem.what
    assert says in problem.what
    assert problem.fix


def test_all_that_is_wrong_with_a_calendar_is_said_at_once():
    with pytest.raises(InvalidModel) as refused:
        Calendar("crew", (hours((17, 8)), hours((9, 9)), *STANDARD.week[2:]), minutes_per_day=0)
    assert [p.code for p in refused.value.problems] == ["calendar-shift", "calendar-shift", "calendar-units"]


# --- any calendar, minute by minute ---


@st.composite
def shifts(draw, latest=2 * DAY):
    """Up to three shifts in order, some of them over midnight."""
    marks = sorted(draw(st.sets(st.integers(0, DAY - 1), max_size=6)))
    pairs = [(marks[k], marks[k + 1]) for k in range(0, len(marks) - 1, 2)]
    if pairs and draw(st.booleans()):
        pairs[-1] = (pairs[-1][0], draw(st.integers(DAY, latest)))
    return tuple(pairs)


@st.composite
def calendars(draw):
    week = tuple(draw(st.tuples(*[shifts()] * 7).filter(any)))
    days = draw(st.lists(st.integers(-2, 9), max_size=5))
    return Calendar("any", week, {MONDAY + timedelta(days=day): draw(shifts()) for day in days})


def worked_minutes(calendar, epoch, days):
    """Slow and plainly right: every worked minute of the first ``days`` days, in order."""
    worked = set()
    for day in range(-2, days):
        for begin, end in calendar.shifts_on(epoch + timedelta(days=day)):
            worked |= set(range(day * DAY + begin, day * DAY + end))
    return sorted(minute for minute in worked if 0 <= minute < days * DAY)


@given(calendars(), st.integers(0, 6), st.lists(st.integers(0, 10 * DAY), min_size=1, max_size=20), st.data())
def test_any_calendar_agrees_with_counting_minute_by_minute(calendar, offset, instants, data):
    epoch = MONDAY + timedelta(days=offset)
    clock, worked = calendar.clock(epoch), worked_minutes(calendar, epoch, 10)
    for instant in instants:
        assert clock.work(instant) == bisect_left(worked, instant)
    for w in data.draw(st.lists(st.integers(0, len(worked) - 1), max_size=20)) if worked else ():
        assert clock.start(w) == worked[w]
        assert clock.finish(w + 1) == worked[w] + 1


@given(calendars(), st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_of_any_calendar_start_and_finish_of_a_working_minute_lie_at_that_minute(calendar, minutes):
    clock = calendar.clock(MONDAY)
    for w in minutes:
        assert clock.work(clock.start(w)) == w
        assert clock.work(clock.finish(w)) == w
        assert clock.finish(w) <= clock.start(w)


@given(calendars(), st.lists(st.integers(0, 30 * DAY), min_size=2, max_size=20))
def test_of_any_calendar_working_time_never_runs_backwards_nor_faster_than_the_wall_clock(calendar, instants):
    clock = calendar.clock(MONDAY)
    for earlier, later in zip(sorted(instants), sorted(instants)[1:], strict=False):
        assert 0 <= clock.work(later) - clock.work(earlier) <= later - earlier


@given(calendars(), st.lists(st.integers(0, 3 * WEEK), min_size=1, max_size=10))
def test_any_calendar_repeats_week_by_week_after_its_last_exception(calendar, instants):
    clock = calendar.clock(MONDAY)
    settled = 2 * WEEK  # exceptions stand in the first ten days
    for instant in instants:
        assert clock.work(settled + instant + WEEK) - clock.work(settled + instant) == calendar.minutes_in_week


@given(calendars(), st.permutations([0, 999, 5_000, 123, 40_000]))
def test_the_order_of_questions_does_not_change_the_answers(calendar, minutes):
    clock = calendar.clock(MONDAY)
    assert [clock.start(w) for w in minutes] == [calendar.clock(MONDAY).start(w) for w in minutes]


@given(calendars(), st.integers(1, 12))
def test_the_intervals_of_any_calendar_are_its_worked_minutes(calendar, days):
    begins, ends, before = calendar.clock(MONDAY).intervals(days)
    inside = [minute for begin, end in zip(begins, ends, strict=True) for minute in range(begin, min(end, days * DAY))]
    assert inside == worked_minutes(calendar, MONDAY, days)
    lengths = [end - begin for begin, end in zip(begins, ends, strict=True)]
    assert before == [0, *accumulate(lengths)][: len(lengths)]
