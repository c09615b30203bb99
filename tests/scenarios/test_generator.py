"""The generator of large networks: as large as asked, the same every time, and written as it is simulated."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pmosim.model.fingerprint import fingerprint
from pmosim.scenario.reader import read_scenario

SCRIPT = Path(__file__).parents[2] / "scenarios" / "generate.py"


@pytest.fixture(scope="module")
def generate():
    specification = importlib.util.spec_from_file_location("generate", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    sys.modules["generate"] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("n_tasks", [1, 2, 3, 10, 77, 500])
def test_the_network_has_as_many_tasks_as_asked(generate, n_tasks):
    assert len(generate.layered_portfolio(n_tasks).tasks) == n_tasks


def test_a_task_has_about_two_predecessors(generate):
    portfolio = generate.layered_portfolio(5_000)
    assert len(portfolio.links) / len(portfolio.tasks) == pytest.approx(2, abs=0.1)


def test_a_task_waits_for_the_layer_before_it_so_that_long_paths_run_through_all_layers(generate):
    network = generate.layered_network(400)  # twenty layers of twenty
    depth = {}
    for task in network:
        depth[task.id] = 1 + max((depth[before] for before in task.after), default=0)
    assert max(depth.values()) == 20


def test_the_same_size_and_seed_make_the_same_network_and_another_seed_another(generate):
    one, again, other = (fingerprint(generate.layered_portfolio(50, seed)) for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_estimates_rise_and_are_uncertain(generate):
    for task in generate.layered_network(500):
        low, likely, high = task.hours
        assert 0 < low < likely < high
        assert 8 <= likely <= 160


def test_the_written_scenario_is_the_same_portfolio(generate, tmp_path):
    path = generate.write_scenario(tmp_path / "new" / "folder", 60, seed=5)
    scenario = read_scenario(path)
    assert fingerprint(scenario.portfolio) == fingerprint(generate.layered_portfolio(60, seed=5))


def test_no_network_without_tasks(generate):
    with pytest.raises(ValueError, match="at least one task, not 0"):
        generate.layered_network(0)


def test_the_command_says_where_it_wrote_the_scenario(tmp_path):
    command = [sys.executable, str(SCRIPT), "12", "--seed", "3", "-o", str(tmp_path / "large")]
    made = subprocess.run(command, capture_output=True, text=True, check=True, cwd=SCRIPT.parents[1], env=_environment())
    assert Path(made.stdout.strip()) == tmp_path / "large" / "scenario.yaml"
    assert (tmp_path / "large" / "tasks.csv").read_text().count("\n") == 13


def test_the_command_refuses_a_network_without_tasks_without_a_traceback():
    made = subprocess.run([sys.executable, str(SCRIPT), "0"], capture_output=True, text=True, check=False, env=_environment())
    assert made.returncode == 2
    assert "at least one task" in made.stderr
    assert "Traceback" not in made.stderr


def _environment():
    return os.environ | {"PYTHONPATH": str(SCRIPT.parents[1])}  # whether or not the package is installed
