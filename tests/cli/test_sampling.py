"""The command line's wishes about sampling go before the scenario's own."""

import json

import pytest

from pmosim.cli.sampling import Wishes
from pmosim.scenario.settings import Settings

ITS_OWN = Settings(iterations=500, seed=3, sampling="latin-hypercube", precision=2.0, level=90, most=5000)


def test_nothing_said_leaves_the_settings_alone():
    assert Wishes().over(ITS_OWN) == ITS_OWN


@pytest.mark.parametrize(
    ("wishes", "changed"),
    [
        ({"iterations": 800}, {"iterations": 800, "precision": None}),
        ({"seed": 0}, {"seed": 0}),
        ({"sampling": "random"}, {"sampling": "random"}),
        ({"precision": 0.5}, {"precision": 0.5}),
        ({"level": 50, "most": 2000}, {"level": 50, "most": 2000}),
    ],
)
def test_what_is_said_goes_before_the_scenario(wishes, changed):
    expected = {name: getattr(ITS_OWN, name) for name in Settings.__slots__} | changed
    assert Wishes(**wishes).over(ITS_OWN) == Settings(**expected)


def printed(command, *arguments):
    code, out, _ = command("run", "shed.yaml", "--no-charts", "--json", *arguments)
    assert code == 0
    return json.loads(out)


def test_a_run_until_the_interval_is_narrow_says_so_in_its_record(command, here):
    made = printed(command, "--precision", "0.5d", "--level", "90", "--most", "50000")
    assert made["stopping"]["reached"]
    assert (made["stopping"]["days"], made["stopping"]["level"], made["stopping"]["most"]) == (0.5, 90, 50_000)
    assert made["stopping"]["width"] <= 0.5
    assert made["provenance"]["iterations"] == made["stopping"]["iterations"]


def test_a_latin_hypercube_is_named_in_the_record(command, here):
    assert printed(command, "--sampling", "latin-hypercube", "-n", "100")["provenance"]["sampling"] == "latin-hypercube"
    assert printed(command, "-n", "100")["provenance"]["sampling"] == "random"


def test_the_scenarios_own_sampling_is_used(command, here):
    text = (here / "shed.yaml").read_text()
    assert "simulation:" not in text
    (here / "shed.yaml").write_text(text + "\nsimulation: {sampling: latin-hypercube, precision: 1d, most: 4000}\n")
    made = printed(command)
    assert made["provenance"]["sampling"] == "latin-hypercube"
    assert made["stopping"]["most"] == 4000
