"""`pmosim rank` as a user types it."""

import json

import pytest

from pmosim.cli.main import run

SHED = """\
pmosim: 1
name: Garden shed
status_date: 2027-01-04
projects:
  shed:
    name: Shed
    target: {finish: 2027-01-22}
    tasks:
      slab: {duration: pert 3d 5d 9d}
      walls: {duration: triangular 4d 5d 8d, after: slab}
risks:
  frost:
    probability: 30%
    hits: {shed.slab: +triangular 1d 2d 5d}
  thaw:
    probability: 50%
    hits: {shed.walls: +1d}
simulation: {iterations: 500, seed: 3}
"""
CERTAIN = """\
pmosim: 1
name: Nothing to rank
status_date: 2027-01-04
tasks:
  slab: {duration: 3d}
"""


@pytest.fixture
def command(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shed.yaml").write_text(SHED)
    (tmp_path / "certain.yaml").write_text(CERTAIN)

    def pmosim(*arguments):
        code = run(["rank", *map(str, arguments)])
        return int(code), *capfd.readouterr()

    return pmosim


def test_a_ranking_is_printed_and_written_beside_the_current_folder(command, tmp_path):
    code, out, err = command("shed.yaml", "--no-charts")
    assert code == 0
    assert "What taking it out is worth" in out
    assert "Results are in shed.ranking" in err
    assert (tmp_path / "shed.ranking" / "ranking.json").exists()


def test_iterations_seed_and_levels_of_the_command_line_go_before_the_scenario(command, tmp_path):
    code, out, _ = command("shed.yaml", "--no-charts", "--json", "-n", 200, "--seed", 9, "--levels", "P10,75", "-o", "elsewhere")
    made = json.loads(out)
    assert code == 0
    assert (made["provenance"]["iterations"], made["provenance"]["seed"]) == (200, 9)
    assert list(made["above_plan"]) == ["mean", "P10", "P75"]
    assert made["figure"] == "P75"
    assert json.loads((tmp_path / "elsewhere" / "ranking.json").read_text()) == made


def test_values_set_on_the_command_line_count(command):
    _, out, _ = command("shed.yaml", "--no-charts", "--json", "--set", "risks.frost.probability=100%")
    kinds = {one["source"]: one["kind"] for one in json.loads(out)["removals"]}
    assert kinds["frost"] == "driver"


def test_asking_for_steps_asks_for_the_ladder(command):
    _, out, _ = command("shed.yaml", "--no-charts", "--json", "--steps", 1)
    assert [step["sources"] for step in json.loads(out)["ladder"]["steps"]] == [1, 2]


def test_portions_and_pairs_come_on_request(command):
    _, out, _ = command("shed.yaml", "--no-charts", "--json", "--pairs", "--shapley", "--at", "mean")
    made = json.loads(out)
    assert made["pairs"]["looked_at"] == 3
    assert sum(one["exact"] for one in made["shapley"]["portions"]) == made["shapley"]["exact_total"]


@pytest.mark.parametrize(
    ("arguments", "said", "fix"),
    [
        (["shed.yaml", "--target", "shedd"], "there is no target 'shedd'", "write 'shed'"),
        (["shed.yaml", "--levels", "50,ninety"], "'ninety' is no percentile", "50,80,90"),
        (["shed.yaml", "--levels", "100"], "'100' is no percentile", "1 to 99"),
        (["shed.yaml", "--levels", "50;80"], "'50;80' is no percentile", "50,80,90"),
        (["shed.yaml", "--at", "P75"], "'P75' is not among the figures", "ask for its level"),
        (["shed.yaml", "--at", "median"], "'median' is no percentile", "50,80,90"),
        (["shed.yaml", "--by", "taskz"], "cannot be divided by 'taskz'", "write 'tasks'"),
        (["shed.yaml", "--in", "money"], "nothing in this scenario costs anything", "give tasks or risks a cost"),
        (["shed.yaml", "--steps", "0"], "0 is not between 1 and", ""),
        (["certain.yaml"], "'Nothing to rank' has nothing to take out: no risk, and no task", "three-point estimates"),
        (["certain.yaml", "--by", "none"], "nothing to take out", "leave out '--by none'"),
        (["sheed.yaml"], "there is no file 'sheed.yaml'", "did you mean 'shed.yaml'"),
    ],
)
def test_what_cannot_be_is_told_with_its_remedy_and_nothing_is_written(arguments, said, fix, command, tmp_path):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert fix in err
    assert "Traceback" not in err
    assert not list(tmp_path.glob("*.ranking"))


def test_a_folder_that_cannot_take_results_is_refused_before_simulating(command, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    code, _, err = command("shed.yaml", "-o", "mine")
    assert code == 2
    assert "notes.txt" in err
    assert "Simulated" not in err


def test_sampling_and_precision_of_the_scenario_are_said_to_be_left_aside(command, tmp_path):
    (tmp_path / "hypercube.yaml").write_text(SHED.replace("seed: 3", "seed: 3, sampling: latin-hypercube, precision: 0.5d"))
    code, out, _ = command("hypercube.yaml", "--no-charts")
    assert code == 0
    assert "draws at random, not by latin-hypercube" in out
    assert "does not stop by precision" in out
    assert "draws at random" not in command("shed.yaml", "--no-charts")[1]
