"""What an import writes is what the language reads: the same minutes, days, shifts and names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmosim.exchange.tables import held, in_outline, line, natural
from pmosim.exchange.texts import calendar_lines, duration, ranges, scalar
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar
from pmosim.model.tasks import Constraint, ConstraintKind, Task, TaskKind
from pmosim.scenario.quantities import Kind, Units, Word, read_amount
from pmosim.scenario.reader import scenario_from_text


@given(st.integers(-100_000, 100_000), st.sampled_from([STANDARD, ALWAYS, Calendar("odd", STANDARD.week, minutes_per_day=450)]))
def test_every_whole_number_of_minutes_reads_as_itself(minutes, calendar):
    amount = read_amount(Word(duration(abs(minutes), calendar), 0), Kind.DURATION)
    assert Units.of(calendar).minutes(amount) == abs(minutes)
    assert amount.is_elapsed == (calendar == ALWAYS)


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0h"), (480, "1d"), (2400, "5d"), (240, "4h"), (90, "1h30m"), (45, "45m"), (-960, "-2d"), (0.5, "0.5m")]
)
def test_durations_are_days_where_they_are_whole_days(minutes, text):
    assert duration(minutes, STANDARD) == text


@given(st.text(max_size=20))
def test_any_text_reads_as_itself(text):
    if not text.strip() or any(ord(letter) in range(0xD800, 0xE000) for letter in text):
        return
    read = scenario_from_text(f"pmosim: 1\nstatus_date: 2026-01-05\nname: {scalar(text)}\ntasks: {{a: {{duration: 1d}}}}\n")
    assert read.portfolio.name == text


def test_days_that_follow_one_another_are_a_range_within_their_month():
    days = [date(2026, 12, day) for day in (24, 25, 30, 31)] + [date(2027, 1, 1)]
    assert ranges(days) == ["2026-12-24..2026-12-25", "2026-12-30..2026-12-31", "2027-01-01"]


SHIFT = st.tuples(st.integers(0, 1438), st.integers(1, 1440)).map(lambda pair: (pair[0], pair[0] + pair[1]))
DAY = st.one_of(st.just(()), SHIFT.map(lambda shift: (shift,)), st.just(((0, 1440),)), st.just(((480, 720), (780, 1020))))


@given(st.lists(DAY, min_size=7, max_size=7).filter(any), st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), DAY, max_size=8))
def test_every_calendar_reads_as_one_with_the_same_working_minutes(week, exceptions):
    calendar = Calendar("own", tuple(week), exceptions, 450, 2250, 9000, "A calendar: #1")
    lines = ["pmosim: 1", "status_date: 2026-01-05", "tasks: {a: {duration: 1d, calendar: own}}", "calendars:", "  own:"]
    text = "\n".join([*lines, *(f"    {line}" for line in calendar_lines(calendar)), ""])
    read = scenario_from_text(text).portfolio.calendar_of["own"]
    units = (read.minutes_per_day, read.minutes_per_week, read.minutes_per_month, read.name)
    assert units == (450, 2250, 9000, "A calendar: #1")
    epoch = date(2026, 1, 5)
    begins, ends, _ = read.clock(epoch).intervals(400)
    expected_begins, expected_ends, _ = calendar.clock(epoch).intervals(400)
    assert joined(begins, ends) == joined(expected_begins, expected_ends)


def joined(begins, ends):
    """Intervals that touch as one: whether a shift was told in two parts does not matter."""
    spans = []
    for begin, end in zip(begins, ends, strict=True):
        if spans and spans[-1][1] == begin:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return [span for span in spans if span[1] <= 399 * 1440]


def test_of_several_constraints_of_one_kind_the_strictest_is_written():
    from datetime import datetime

    early, late = datetime(2026, 3, 2, 8), datetime(2026, 4, 6, 8)
    kinds = (ConstraintKind.START_NO_EARLIER, ConstraintKind.FINISH_NO_LATER)
    assert held([Constraint(kind, date) for kind in kinds for date in (early, late)]) == {
        "start_no_earlier": "2026-04-06 08:00",
        "finish_no_later": "2026-03-02 08:00",
    }


def test_tasks_stand_below_their_summary_task_in_the_order_of_their_codes():
    tasks = [
        Task("B", kind=TaskKind.SUMMARY, wbs="2"),
        Task("A", kind=TaskKind.SUMMARY, wbs="10"),
        Task("T10", parent="A", wbs="10"),
        Task("T9", parent="A", wbs="10"),
        Task("T1", parent="B", wbs="2"),
    ]
    assert [task.id for task in in_outline(tasks)] == ["B", "T1", "A", "T9", "T10"]


def test_ids_with_numbers_are_sorted_as_people_count():
    assert sorted(["A10", "A9", "A", "10", "9-b", "9-a"], key=natural) == ["9-a", "9-b", "10", "A", "A9", "A10"]


def test_a_name_stays_on_one_line():
    assert line("two\r\nlines\tand  a tab ") == "two lines and a tab"
