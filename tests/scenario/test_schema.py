"""The JSON Schema for editors accepts what the reader accepts."""

from pathlib import Path

import jsonschema
import pytest

from pmosim.scenario.document import read_document
from pmosim.scenario.language import json_schema
from pmosim.scenario.writer import starter

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for path in (ROOT / "scenarios").rglob("*.yaml") if "pmosim:" in path.read_text(encoding="utf-8"))
SCHEMA = json_schema()


def plain(value):
    """As JSON would have it: numbers without the memory of how they were written."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def problems(value):
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(plain(value))]


def test_the_schema_is_a_valid_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_fits_the_schema(path):
    assert problems(read_document(path).value) == []


def test_the_scenario_to_start_from_fits_the_schema(tmp_path):
    (tmp_path / "s.yaml").write_text(starter("Bridge"))
    assert problems(read_document(tmp_path / "s.yaml").value) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": {}},
        {"tasks": {"a": {"durations": "5d"}}},
        {"tasks": {"a": {"milestone": "end"}}},
        {"simulation": {"iterations": 0}},
        {"simulation": {"iterations": "many"}},
        {"tasks": ["a"]},
        {"lag_calendar": "mine"},
        {"risks": {"a": {"hits": 5}}},
    ],
)
def test_a_mistake_of_shape_does_not_fit_the_schema(wrong):
    assert problems({"pmosim": 1, **wrong}) != []


def test_every_key_that_a_scenario_can_have_is_described_or_self_explaining():
    for name, part in SCHEMA["$defs"].items():
        assert part["additionalProperties"] is False, name
        assert part["properties"], name
