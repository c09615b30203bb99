"""Every kind of mistake has an example here that says which mistakes it has, where, and in which words they are told.

An example is a file, or a folder with a ``scenario.yaml`` and the files that it names. What is expected stands at its
top, or in a file ``expect.txt`` beside a scenario that cannot say it:

    # expect: line 4 column 22 unknown-unit: 'j' is not a unit
    # expect: tasks.csv line 3 column 1 empty-id: no id
"""

import re
from pathlib import Path

import pytest

from pmosim.errors import InvalidScenario
from pmosim.scenario.messages import render
from pmosim.scenario.reader import read_scenario

HERE = Path(__file__).parent
EXAMPLES = sorted([*HERE.glob("*.yaml"), *HERE.glob("*/scenario.yaml")])
EXPECT = re.compile(r"^# expect: (?:(\S+) )?line (\d+) column (\d+) ([a-z0-9-]+):? ?(.*)$", re.MULTILINE)


def name_of(example):
    return example.stem if example.parent == HERE else example.parent.name


def expected_of(example):
    sidecar = example.with_name("expect.txt")
    text = (sidecar if sidecar.exists() else example).read_text(encoding="utf-8", errors="replace")
    return [(file or example.name, int(line), int(column), code, words) for file, line, column, code, words in EXPECT.findall(text)]


def parameter(example):
    """Whether a schedule file can be read is known only where there is something to read it with."""
    needs_java = any(code == "unreadable-schedule" for *_, code, _ in expected_of(example))
    return pytest.param(example, id=name_of(example), marks=[pytest.mark.java] if needs_java else [])


@pytest.mark.parametrize("example", [parameter(example) for example in EXAMPLES])
def test_a_scenario_with_mistakes_is_refused_with_exactly_those(example):
    expected = expected_of(example)
    assert expected, "the example does not say what is wrong with it"
    with pytest.raises(InvalidScenario) as refused:
        read_scenario(example)
    found = {(Path(place.file.split("#")[0]).name, place.line, place.column, p.code): p for place, p in refused.value.located}
    assert sorted(found) == sorted(entry[:4] for entry in expected), render(refused.value)
    for *where, words in expected:
        problem = found[tuple(where)]
        assert words in problem.what
        assert problem.fix.strip(), "there is no remedy"


def test_every_mistake_is_shown_with_its_line_and_a_remedy():
    for example in EXAMPLES:
        if "unreadable-schedule" not in str(expected_of(example)):
            with pytest.raises(InvalidScenario) as refused:
                read_scenario(example)
            text = render(refused.value)
            for _, line, column, _, words in expected_of(example):
                assert f":{line}:{column}: " in text
                assert words in text
            assert text.count("  fix: ") == len(refused.value.located)


def test_no_kind_of_mistake_is_shown_twice_by_the_same_text():
    texts = {}
    for example in EXAMPLES:
        body = b"\n".join(line for line in example.read_bytes().splitlines() if not line.startswith(b"# expect"))
        files = tuple(
            sorted(
                (file.name, file.read_bytes())
                for file in example.parent.rglob("*")
                if example.parent != HERE and file.is_file() and file != example
            )
        )
        assert (body, files) not in texts, f"the same example as {texts.get((body, files))}"
        texts[body, files] = name_of(example)


def test_at_least_forty_kinds_of_mistake_have_an_example():
    codes = {code for example in EXAMPLES for *_, code, _ in expected_of(example)}
    assert len(codes) >= 40
