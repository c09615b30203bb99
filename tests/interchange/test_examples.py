"""Small files with one thing wrong or odd each: what is refused, and what is said of those that can be read.

Beside each file, ``<file>.expect`` has a line for each thing that must be told: ``refused:`` for the message with which it
is refused, ``said:`` for its warnings (``unsaid:`` must not be among them), ``read:`` for the id and the name of a task, and
``planned:`` for its id and its minutes.
"""

from pathlib import Path

import pytest
from schedule_files import dates_of

from pmosim.errors import UnreadableFile
from pmosim.interchange.schedules import read_schedule

pytestmark = pytest.mark.java

EXAMPLES = sorted(path.with_suffix("") for path in (Path(__file__).parent / "examples").glob("*.expect"))


def expected_of(example):
    lines = example.with_name(example.name + ".expect").read_text(encoding="utf-8").splitlines()
    return [line.split(": ", 1) for line in lines]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_what_is_wrong_or_odd_is_told(example):
    expected = expected_of(example)
    assert expected, "the example does not say what is expected of it"
    if expected[0][0] == "refused":
        with pytest.raises(UnreadableFile) as refused:
            read_schedule(example)
        message = str(refused.value)
        assert message.startswith(f"{example}: ")
        assert "\n  fix: " in message
        assert [words for _, words in expected if words not in message] == []
        return
    read = read_schedule(example)
    told = {
        "said": "\n".join(read.warnings),
        "read": "\n".join(f"{id} {task.name}" for id, task in read.tasks.items()),
        "planned": "\n".join(f"{id} {task.planned:g}" for id, task in read.tasks.items()),
    }
    assert [words for where, words in expected if where != "unsaid" and words not in told[where]] == [], told["said"]
    assert [words for where, words in expected if where == "unsaid" and words in told["said"]] == []
    assert all(warning.startswith(f"{example.name}: ") for warning in read.warnings)
    assert dates_of(read), "what can be read can be scheduled"


def test_every_example_has_its_expectations():
    files = {path for path in (Path(__file__).parent / "examples").iterdir() if path.suffix != ".expect"}
    assert files == set(EXAMPLES)
