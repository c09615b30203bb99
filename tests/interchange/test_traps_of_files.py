"""Nine traps that schedule files set, a file for each: what it takes to get the planner's dates, and which rule does it.

Dates are worked out by hand. "Five days" works 08:00 to 16:00 from Monday to Friday, "Six days" 07:00-12:00 and
13:00-16:00 up to Saturday; 4 January 2027 is a Monday.
"""

from datetime import date, datetime
from pathlib import Path

import pytest
from schedule_files import dates_of

from pmosim.interchange.parity import differences
from pmosim.interchange.schedules import read_schedule
from pmosim.model.tasks import LagCalendar, Logic

pytestmark = pytest.mark.java

TRAPS = Path(__file__).parent / "traps"


def at(day, hour=8, minute=0):
    return datetime(2027, 1, day, hour, minute)


def span(dates):
    return dates.start, dates.finish


def test_the_files_own_scheduling_options_hold():
    """Rules: `projects.rules_of` reads progress override; `links.lag_calendar_of` the calendar of lags."""
    trap = read_schedule(TRAPS / "options.xer")
    dates = dates_of(trap)
    assert dates["HOUSE.A1"].finish == at(8, 16)
    assert dates["HOUSE.A2"].finish == at(7, 16)  # goes on at the data date; with retained logic it would wait: 12 January
    assert dates["HOUSE.A3"].start == at(11, 7)  # the lag runs on the Saturday of the successor; on the predecessor's: the 12th


def test_a_completed_predecessor_does_not_push_its_successor_beyond_the_data_date():
    """Rule: `model.plan` counts what is recorded beyond the data date as done by then."""
    trap = read_schedule(TRAPS / "completed-predecessors.xer")
    assert trap.tasks["HOUSE.A1"].progress.actual_finish == at(5, 16)  # recorded in advance
    assert dates_of(trap)["HOUSE.A2"].start == at(5, 10)


def test_work_begins_and_goes_on_at_the_very_minute_of_the_data_date():
    """Rule: `fields.moment` keeps the time of day, and the floor of what is not finished is a working minute, not a day."""
    trap = read_schedule(TRAPS / "data-date-in-mid-shift.xer")
    dates = dates_of(trap)
    assert span(dates["HOUSE.A1"]) == (at(5, 9, 40), at(8, 9, 40))
    assert dates["HOUSE.A2"].finish == at(6, 9, 40)


def test_a_finish_milestone_happens_when_its_work_is_done_even_where_its_own_calendar_rests():
    """Rule: finish milestones between calendars count wall minutes (`model.plan`)."""
    trap = read_schedule(TRAPS / "finish-milestones.xer")
    dates = dates_of(trap)
    assert span(dates["HOUSE.A2"]) == (at(9, 16), at(9, 16))  # a Saturday
    assert dates["HOUSE.A3"].start == at(11, 7)


def test_a_mandatory_finish_pins_both_passes_but_never_before_the_data_date():
    """Rules: `constraints.CONSTRAINTS` has it as must-finish-on; `model.holds` lets it go before the links, not the data date."""
    trap = read_schedule(TRAPS / "mandatory-finish.xer")
    dates = dates_of(trap)
    assert span(dates["HOUSE.A1"]) == (at(6), at(19, 16))
    assert span(dates["HOUSE.A2"]) == (at(7), at(13, 16))  # though its predecessor ends on the 19th
    assert (dates["HOUSE.A2"].late_start, dates["HOUSE.A2"].late_finish) == (at(7), at(13, 16))
    assert (dates["HOUSE.A1"].late_finish, dates["HOUSE.A1"].total_float) == (at(6, 16), -9 * 480)
    assert span(dates["HOUSE.A3"]) == (at(6), at(6, 16))  # was to finish on the 5th


def test_our_dates_are_compared_with_the_early_ones_and_not_with_those_that_levelling_has_moved():
    """Rule: `tasks.StoredDates` are early_start_date and early_end_date; restart_date, target_start_date are levelled."""
    trap = read_schedule(TRAPS / "resource-levelled-fields.xer")
    assert [one.size.days for one in differences(trap.tasks, dates_of(trap))] == [0]
    stored = trap.tasks["HOUSE.A1"].stored
    assert (stored.early_start, stored.early_finish) == (at(4), at(8, 16))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_names_in_a_code_page_or_utf_8_and_days_counted_from_1899_are_read(encoding):
    """Rules: `files.examine` finds out the encoding and `schedules` tells MPXJ; 46395 days after 30 Dec 1899 is Friday the 8th."""
    trap = read_schedule(TRAPS / f"encodings-and-day-numbers-{encoding}.xer")
    assert trap.tasks["HOUSE.A1"].name == "Gründung für Tür – Süd"
    assert [list(calendar.exceptions) for calendar in trap.calendars] == [[date(2027, 1, 8)]]
    assert dates_of(trap)["HOUSE.A1"].finish == at(11, 16)


def test_links_of_summary_tasks_hold_for_what_stands_below_them():
    """Rule: `links` keeps them, and the plan expands them."""
    trap = read_schedule(TRAPS / "summary-links.xml")
    dates = dates_of(trap)
    assert dates["summary-links.3"].start == dates["summary-links.4"].start == at(11)  # after the survey
    assert dates["summary-links.5"].start == at(25)  # after the last of the shell
    assert dates["summary-links.6"].start == at(12)  # a day after the first of the shell has started


def test_each_of_several_projects_in_a_file_keeps_its_data_date_and_options_and_the_links_between_them_hold():
    """Rules: `schedules` asks MPXJ for every project and the links between them, and `projects` reads the data date and options of each."""
    trap = read_schedule(TRAPS / "several-projects.xer")
    assert [project.id for project in trap.projects] == ["HOUSE", "ROAD"]
    assert [project.rules.logic for project in trap.projects] == [Logic.OVERRIDE, Logic.RETAINED]
    assert {link.lag.calendar for link in trap.links} == {LagCalendar.PREDECESSOR}
    dates = dates_of(trap)
    assert dates["HOUSE.A1"].start == at(6)
    assert dates["ROAD.A3"].start == at(5)
    assert dates["ROAD.A2"].start == at(8)  # after HOUSE.A1
    assert dates["ROAD.A4"].finish == at(8, 16)  # retained logic: waits for ROAD.A3
    assert dates["HOUSE.A5"].finish == at(6, 16)  # progress override: waits for nothing
