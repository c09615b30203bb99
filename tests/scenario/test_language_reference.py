"""Every whole scenario in the language reference is one, and what the reference says of laws and messages is so."""

import re
from pathlib import Path

import pytest

from pmosim.errors import InvalidScenario
from pmosim.model.laws import LAWS
from pmosim.scenario import language
from pmosim.scenario.estimates import read_estimate
from pmosim.scenario.messages import render
from pmosim.scenario.reader import scenario_from_text

REFERENCE = (Path(__file__).parents[2] / "docs" / "scenario-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)[^\n]*\n(.*?)```", REFERENCE, re.DOTALL)
SCENARIOS = [text for kind, text in BLOCKS if kind in ("yaml", "yml")]


@pytest.mark.parametrize("text", SCENARIOS, ids=range(len(SCENARIOS)))
def test_every_example_is_a_valid_scenario(tmp_path, text):
    for name, table in zip(("tasks.csv", "risks.csv"), [text for kind, text in BLOCKS if kind == "csv"], strict=True):
        (tmp_path / name).write_text(table)
    assert scenario_from_text(text, tmp_path / "example.yaml").portfolio.tasks


def test_every_estimate_in_the_table_of_laws_can_be_read():
    table = REFERENCE.split("## Estimates")[1].split("\n- ")[0]
    written = [text for row in table.splitlines() if row.startswith("| `") for text in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert {read_estimate(text).law for text in written} == {*LAWS} - {"fixed"}


@pytest.mark.parametrize(
    "entry", [language.Task, language.Risk, language.Calendar, language.Simulation, language.Target, language.Scenario]
)
def test_every_key_is_mentioned(entry):
    missing = [key for key in entry.model_fields if not re.search(rf"\b{key}\b", REFERENCE)]
    assert missing == []


def test_mistakes_look_as_the_reference_shows_them():
    (shown,) = [text for kind, text in BLOCKS if kind == "text" and "mistakes" in text]
    lines = (
        "\n" * 6
        + "pmosim: 1\ntasks:\n  survey: {duration: pert 4d 5dd 9d}\n  design: {duration: 20d, after: survay}\nstatus_date: 2026-11-20\n"
    )
    with pytest.raises(InvalidScenario) as refused:
        scenario_from_text(lines, "bridge.yaml")
    assert render(refused.value) == shown.rstrip("\n")
