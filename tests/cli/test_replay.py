"""`pmosim replay`, and values set on any command that reads a scenario."""

import json

import pytest

QUICK = ("-n", "300", "--no-charts")


def test_the_p80_is_told_unless_another_iteration_is_asked_for(command, here):
    code, out, err = command("replay", "shed.yaml", *QUICK)
    assert code == 0
    assert "It is the P80 of the run" in out
    assert "The path that decided: slab → walls → roof." in out
    assert "shed.replay" in err
    made = json.loads((here / "shed.replay" / "replay.json").read_text())
    assert (made["asked"], made["provenance"]["iterations"]) == ("P80", 300)
    assert {file.stem for file in (here / "shed.replay" / "tables").glob("*.csv")} >= {"tasks", "path"}


def test_an_iteration_finishes_as_in_the_run(command, here):
    command("run", "shed.yaml", *QUICK)
    forecast = json.loads((here / "shed.results" / "forecast.json").read_text())
    for level in ("P50", "90", "80%"):
        made = json.loads(command("replay", "shed.yaml", *QUICK, "--nearest", level, "--json")[1])
        assert made["finish"] == forecast["targets"][0]["percentiles"][level.strip("P%")]["value"]
        assert made["provenance"]["fingerprint"] == forecast["provenance"]["fingerprint"]


def test_an_iteration_of_a_latin_hypercube_is_replayed_as_such(command, here):
    wish = "simulation.sampling=latin-hypercube"
    command("run", "shed.yaml", *QUICK, "--set", wish)
    forecast = json.loads((here / "shed.results" / "forecast.json").read_text())
    made = json.loads(command("replay", "shed.yaml", *QUICK, "--set", wish, "--json")[1])
    assert made["provenance"]["sampling"] == "latin-hypercube"
    assert made["finish"] == forecast["targets"][0]["percentiles"]["80"]["value"]


@pytest.mark.slow
def test_a_gantt_chart_and_a_page_are_drawn_unless_told_not_to(command, here):
    command("replay", "shed.yaml", "-n", "300", "--iteration", "7")
    assert (here / "shed.replay" / "charts" / "schedule.png").exists()
    assert "Iteration 7 of Shed finishes on" in (here / "shed.replay" / "report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--iteration", "301"), "The run has 300 iterations: give --iteration 1 to 300"),
        (("--iteration", "0"), "0 is not between 1"),
        (("--nearest", "P100"), "'P100' is no percentile"),
        (("--nearest", "late"), "'late' is no percentile"),
        (("--nearest", "P80", "--iteration", "3"), "either --iteration or --nearest"),
        (("-n", "55", "--sampling", "latin-hypercube"), "Give -n 60"),
        (("--target", "shed.wals"), "write 'shed.walls'"),
        (("--set", "risks.forst.probability=1%"), "--set risks.forst.probability: there is no 'forst'"),
    ],
)
def test_an_iteration_that_is_not_there_is_told_with_a_remedy(command, arguments, words):
    code, _, err = command("replay", "shed.yaml", *QUICK, *arguments)
    assert code == 2
    assert words in err


def test_a_value_set_for_a_run_is_in_its_provenance_and_in_its_summary(command, here):
    wish = "risks.frost.probability=90%"
    code, out, _ = command("run", "shed.yaml", *QUICK, "--set", wish)
    assert code == 0
    assert f"with {wish}" in out
    assert json.loads((here / "shed.results" / "forecast.json").read_text())["provenance"]["overrides"] == [wish]


def test_a_set_number_of_iterations_is_simulated(command):
    made = json.loads(command("run", "shed.yaml", "--no-charts", "--json", "--set", "simulation.iterations=200")[1])
    assert made["provenance"]["iterations"] == 200


def test_check_reads_the_scenario_with_the_values_set(command):
    assert "5 Feb 2027" in command("check", "shed.yaml", "--set", "projects.shed.target.finish=2027-02-05")[1]


def test_a_planners_file_has_no_values_to_set(command, here):
    (here / "plan.xer").write_text("ERMHDR\t15.2\n")
    code, _, err = command("check", "plan.xer", "--set", "risks.frost.probability=90%")
    assert code == 2
    assert "--set is for scenarios" in err
