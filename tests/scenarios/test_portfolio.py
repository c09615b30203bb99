"""The portfolio of three projects: what it is there to show, and its plan, worked out on the Dutch calendar of 2027 by hand.

The Netherlands rest on Good Friday (26 March), Easter Monday (29 March), King's Day (27 April), Ascension (6 May) and
Whit Monday (17 May).
"""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from pmosim.forecasting import forecast, simulate
from pmosim.model.schedule import schedule
from pmosim.scenario.reader import read_scenario

FOLDER = Path(__file__).parents[2] / "scenarios" / "portfolio"


@pytest.fixture(scope="module")
def portfolio():
    return read_scenario(FOLDER / "portfolio.yaml").portfolio


def project_of(id):
    return id.partition(".")[0]


def ids_in(table):
    lines = [line for line in (FOLDER / table).read_text("utf-8").splitlines() if not line.startswith("#")]
    return [row["id"] for row in csv.DictReader(lines)]


def test_it_has_three_projects_each_with_a_date_and_a_budget_and_so_has_the_whole(portfolio):
    assert {target.node for target in portfolio.targets} == {"building.finish", "conveyors.finish", "software.finish", "finish"}
    assert all(target.finish and target.budget for target in portfolio.targets)


def test_the_projects_wait_for_one_another(portfolio):
    crossing = {(project_of(link.predecessor), project_of(link.successor)) for link in portfolio.links}
    assert {("building", "conveyors"), ("conveyors", "software"), ("building", "software")} <= crossing


def test_every_project_keeps_time_of_its_own(portfolio):
    assert len({project.calendar for project in portfolio.projects}) == 3
    assert {task.calendar for task in portfolio.tasks.values()} == {"site", "factory", "engineers", "office", "weekends", "24h"}


def test_some_risks_strike_several_projects_at_once(portfolio):
    struck = {risk.id: {project_of(hit.target) for hit in risk.hits} for risk in portfolio.risks}
    assert struck["steel_price"] == {"building", "conveyors"}
    assert struck["interfaces"] == {"conveyors", "software"}
    assert not any(risk.independent for risk in portfolio.risks)


def test_the_tasks_of_the_software_and_the_register_of_risks_are_read_from_tables(portfolio):
    assert [task.id for task in portfolio.project["software"].tasks] == ids_in("software.csv")
    assert {risk.id for risk in portfolio.risks} == {*ids_in("register.csv"), "winter"}


@pytest.mark.parametrize(
    ("id", "start", "finish"),
    [
        ("foundation", (1, 18, 0), (2, 24, 15, 30)),  # began on the 18th of January; 18 days remain from the 1st of February
        ("frame", (3, 30, 7), (5, 4, 15, 30)),  # the steel arrives on Easter Monday; 25 days without King's Day
        ("slab", (5, 5, 7), (6, 1, 15, 30)),  # 18 days without Ascension and Whit Monday
        ("curing", (6, 1, 15, 30), (6, 22, 15, 30)),  # 21 days of 24 hours
    ],
)
def test_the_plan_of_the_hall_has_the_dates_that_the_calendar_on_the_wall_gives(portfolio, id, start, finish):
    planned = schedule(portfolio)[f"building.{id}"]
    assert (planned.start, planned.finish) == (datetime(2027, *start), datetime(2027, *finish))


def test_the_cut_over_runs_on_two_weekends(portfolio):
    planned = schedule(portfolio)["software.cutover"]
    assert (planned.start, planned.finish) == (datetime(2027, 10, 30, 8), datetime(2027, 11, 7, 18))


def test_a_future_in_which_the_hall_is_late_is_one_in_which_the_software_is_late_more_often(portfolio):
    # without links and shared risks between the projects the two shares would differ by luck alone: 0.03 at most
    draws = simulate(portfolio, iterations=4_000, seed=2)
    hall, software = (draws.finish[f"{id}.finish"] for id in ("building", "software"))
    middle = sorted(software)[2_000]
    late_hall = hall > sorted(hall)[2_000]
    assert (software[late_hall] > middle).mean() > (software[~late_hall] > middle).mean() + 0.10


def test_the_finished_ground_works_keep_their_dates_and_can_slip_no_more(portfolio):
    found = {task.id: task for task in forecast(portfolio, iterations=200, seed=2).tasks}
    done, going = found["building.groundworks"], found["building.foundation"]
    assert {done.planned_start.date(), done.start[10].date(), done.start[90].date()} == {datetime(2026, 11, 2).date()}
    assert {done.planned_finish.date(), done.finish[10].date(), done.finish[90].date()} == {datetime(2027, 1, 15).date()}
    assert (done.float_mean, done.significance, done.criticality_float) == (None, None, None)
    assert going.float_mean.value > 0
