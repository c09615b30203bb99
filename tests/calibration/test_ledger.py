"""The program promises that what a ledger holds is judged: forecasts of earlier weeks by what later ones, or people, say has happened."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pmosim.cli.main import run
from pmosim.errors import UnreadableFile
from pmosim.forecasting import forecast
from pmosim.history.calibrate import calibrate_forecasts, calibrate_ledger
from pmosim.history.ledger import open_ledger
from pmosim.model.laws import Pert
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.tasks import Link, Progress, Task
from pmosim.results.calibration import TOO_EARLY, Calibration
from pmosim.scenario.reader import scenario_from_text

BEGIN = datetime(2026, 3, 2, 8)
DAY = 480
COUNT = 12
LATE = 18
"""Days that each project takes, of a PERT estimate of 8 to 12."""


def plan(finished=0, status=BEGIN):
    """Twelve projects of two tasks; the first so many have taken 18 days instead of 10."""
    projects = []
    for k in range(COUNT):
        done = k < finished
        middle, end = BEGIN + timedelta(days=11, hours=9), BEGIN + timedelta(days=23, hours=9)  # Friday evenings, 10 and 18 working days on
        dig = Task("dig", Pert(3 * DAY, 4 * DAY, 5 * DAY), wbs="Civil.1", progress=Progress(BEGIN, middle) if done else None)
        pour = Task("pour", Pert(5 * DAY, 6 * DAY, 7 * DAY), progress=Progress(middle + timedelta(hours=63), end) if done else None)
        projects.append(Project(f"p{k}", (dig, pour), type="road", team="north"))
    links = tuple(Link(f"p{k}.dig", f"p{k}.pour") for k in range(COUNT))
    targets = tuple(Target(f"p{k}.finish", datetime(2026, 3, 13, 17)) for k in range(COUNT)) if status == BEGIN else ()
    return Portfolio(name="Roads", status_date=status, projects=tuple(projects), links=links, targets=targets, currency="EUR")


def told(portfolio):
    return forecast(portfolio, iterations=400, seed=1, threads=1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A ledger of two runs: before anything had begun, and when ten of the twelve projects were done."""
    place = tmp_path_factory.mktemp("ledger") / "weekly.sqlite"
    with open_ledger(place) as ledger:
        for portfolio in (plan(), plan(10, BEGIN + timedelta(days=60))):
            ledger.add(told(portfolio), portfolio)
    return place


def judged(place, **more):
    with open_ledger(place) as ledger:
        return calibrate_ledger(ledger, **more)


def test_finishes_are_judged_by_the_progress_of_later_runs(kept):
    made = judged(kept)
    assert (made.milestones, made.came_in, made.judged) == (COUNT, 10, COUNT)
    assert made.rate(80).verdict == TOO_EARLY
    assert made.rate(80).hits == 0
    assert {case.actual.isoformat() for case in made.cases if case.actual} == {"2026-03-25"}
    assert {(one.by, one.name) for one in made.classes} >= {("type", "road"), ("team", "north")}


def test_bias_counts_working_days_of_the_project(kept):
    """18 working days (the 18th is halved: it came in some time that day) instead of 10; two are still open, and later still."""
    made = judged(kept)
    assert made.unit == "working days"
    assert made.bias.still_open == 2
    assert made.bias.median.value == pytest.approx(LATE - 0.5 - 10, abs=0.6)  # the P50 of 400 iterations, read by days
    assert made.bias.mean is None


def test_what_people_recorded_counts_before_schedules(kept, tmp_path):
    place = tmp_path / "copy.sqlite"
    place.write_bytes(kept.read_bytes())
    with open_ledger(place) as ledger:
        ledger.record_actual("Roads", "p0.finish", "finish", datetime(2026, 3, 10, 17))
        made = calibrate_ledger(ledger)
    assert made.rate(80).hits == 1


def test_finished_tasks_are_held_against_their_first_estimates(kept):
    whole = judged(kept).references[0]
    assert (whole.by, whole.finished, whole.remaining) == ("all", 20, 4)
    assert whole.percentiles[90] == pytest.approx(10 / 4)  # dig: 10 working days of 4
    assert {(one.by, one.name) for one in judged(kept).references} == {("all", ""), ("wbs", "Civil"), ("type", "road")}


def test_a_rule_learnt_from_finished_tasks_can_be_pasted_into_a_scenario(kept):
    rule = next(one.suggestion for one in judged(kept).references if one.by == "wbs")
    text = "pmosim: 1\nstatus_date: 2026-03-02\nprojects:\n  road:\n    tasks:\n      dig: {duration: 4d, wbs: Civil.1}\n"
    task = scenario_from_text(f"{text}    uncertainty:\n      {rule}\n").portfolio.tasks["road.dig"]
    assert task.duration.mean == pytest.approx(10 * DAY)


def test_a_ledger_in_which_nothing_has_happened_says_what_is_missing(tmp_path):
    with open_ledger(tmp_path / "young.sqlite") as ledger:
        ledger.add(told(plan()), plan())
        made = calibrate_ledger(ledger)
        with pytest.raises(UnreadableFile, match="there is nothing to calibrate"):
            calibrate_ledger(ledger, project="Bridges")
    assert made.came_in == made.judged == 0


def test_forecast_files_are_judged_by_a_later_model():
    later = plan(10, BEGIN + timedelta(days=60))
    made = calibrate_forecasts([told(plan())], [later], source="forecast.json")
    assert (made.milestones, made.came_in, made.rate(80).hits) == (COUNT, 10, 0)


def test_a_task_is_found_in_a_later_schedule_by_its_own_id_where_only_one_project_has_it():
    earlier = plan()
    alone = replace(earlier, projects=earlier.projects[:1], links=(), targets=(Target("p0.pour"),))
    later = plan(1, BEGIN + timedelta(days=60))
    renamed = replace(later, projects=(replace(later.projects[0], id="moved"),), links=())
    made = calibrate_forecasts([told(alone)], [renamed])
    assert made.came_in == 2  # the milestone and, for the file has one project only, the finish


def test_the_command_prints_the_finding_and_writes_a_folder(kept, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    code = run(["calibrate", "--ledger", str(kept), "-o", "found"])
    out, _ = capfd.readouterr()
    assert code == 0
    assert "0 of 12 milestones came in by their P80" in out
    assert "impact: x" in out
    assert {file.name for file in (tmp_path / "found").iterdir()} == {"calibration.json", "report.html", "charts", "tables"}
    assert {file.stem for file in (tmp_path / "found" / "charts").glob("*.png")} == {"hit-rates", "transform", "bias"}
    assert Calibration.load(tmp_path / "found" / "calibration.json").came_in == 10


def test_the_command_prints_json(kept, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert run(["calibrate", "--ledger", str(kept), "--json", "--no-charts"]) == 0
    assert json.loads(capfd.readouterr().out)["came_in"] == 10


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ledger", "none.sqlite"], "there is no ledger 'none.sqlite'"),
        (["forecast.json"], "What has become of these forecasts?"),
        (["--confidence", "20%"], "The confidence lies between"),
    ],
)
def test_wrong_commands_say_what_to_do(words, said, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "forecast.json").write_text("{}")
    assert run(["calibrate", *words]) == 2
    assert said in capfd.readouterr().err
