"""Every scenario that is shipped: it is read, explains itself, and is forecast by the command line."""

import json
import re
from pathlib import Path

import pytest

from pmosim.cli.main import run
from pmosim.model.schedule import schedule
from pmosim.scenario.reader import read_scenario

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios"
LATER_WEEKS = re.compile(r"week-(?!01)\d\d")  # of one programme: its promises are broken on the way; test_ten_weeks sees to them
FILES = sorted(file for file in FOLDER.rglob("*.yaml") if not LATER_WEEKS.search(str(file.relative_to(FOLDER))))
NEEDS_JAVA = re.compile(r"^\s*schedule:", re.MULTILINE)
each_scenario = pytest.mark.parametrize(
    "file",
    [pytest.param(file, marks=[pytest.mark.java] if NEEDS_JAVA.search(file.read_text("utf-8")) else []) for file in FILES],
    ids=[str(file.relative_to(FOLDER)) for file in FILES],
)


def test_a_tutorial_a_textbook_and_a_portfolio_are_shipped():
    assert {"tutorial.yaml", "reliable-construction.yaml", "portfolio.yaml"} <= {file.name for file in FILES}


@each_scenario
def test_a_shipped_scenario_says_first_what_it_is_and_how_it_is_run(file):
    lines = file.read_text("utf-8").splitlines()
    opening = lines[: next(k for k, line in enumerate(lines) if not line.startswith("#"))]
    assert len(opening) >= 3
    assert any(f"pmosim run {file.relative_to(ROOT).as_posix()}" in line for line in opening)


@each_scenario
def test_a_shipped_scenario_is_read_without_a_mistake_and_has_a_promise_to_judge(file):
    portfolio = read_scenario(file).portfolio
    assert portfolio.name
    assert any(target.finish for target in portfolio.targets)
    assert any(not task.duration.is_constant for task in portfolio.tasks.values())


@each_scenario
def test_the_plan_of_a_shipped_scenario_meets_the_dates_of_its_projects(file):
    # a plan that is late before any risk has struck would teach nothing about risk
    portfolio = read_scenario(file).portfolio
    planned = schedule(portfolio)
    ends = [target for target in portfolio.targets if target.finish and target.node in portfolio.finishes]
    assert ends
    assert all(planned[target.node].finish <= target.finish for target in ends)


@each_scenario
def test_a_shipped_scenario_is_forecast_by_the_command_line(file, tmp_path, capfd):
    code = run(["run", str(file), "-n", "300", "--no-charts", "--json", "-o", str(tmp_path / "results")])
    out, err = capfd.readouterr()
    assert code == 0, err
    forecast = json.loads(out)
    assert forecast == json.loads((tmp_path / "results" / "forecast.json").read_text("utf-8"))
    portfolio = read_scenario(file).portfolio
    assert forecast["provenance"]["iterations"] == 300
    judged = {target["id"] for target in forecast["targets"]}
    assert {target.node for target in portfolio.targets if target.finish} <= judged


@each_scenario
def test_a_shipped_scenario_passes_the_check(file, capfd):
    assert run(["check", str(file)]) == 0, capfd.readouterr().err
