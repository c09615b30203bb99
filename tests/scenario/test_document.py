"""YAML to plain values with their places."""

import pytest
import yaml

from pmosim.errors import InvalidScenario
from pmosim.scenario import document
from pmosim.scenario.document import parse_document


@pytest.fixture(params=["libyaml", "pure"])
def parse(request, monkeypatch):
    """By libyaml, and by the parser in Python that takes its place where it is missing."""
    if request.param == "libyaml" and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    if request.param == "pure":
        monkeypatch.setattr(document, "_loader", yaml.Loader)
    return parse_document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("010", 10),
        ("-3", -3),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("190:20:30", "190:20:30"),
        ("2026-11-20", "2026-11-20"),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e3d", "1e3d"),
        (".inf", ".inf"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("|\n  two\n  lines", "two\nlines"),
    ],
)
def test_scalars_have_the_types_of_yaml_1_2(parse, text, value):
    found = parse(f"key: {text}").value["key"]
    assert found == value
    assert isinstance(found, type(value))


def test_numbers_remember_how_they_were_written(parse):
    assert [number.text for number in parse("[010, 1.10, 1e3]").value] == ["010", "1.10", "1e3"]


def test_keys_are_texts(parse):
    assert list(parse("010: a\ntrue: b\n1.10: c\n2026-01-01: d").value) == ["010", "true", "1.10", "2026-01-01"]


TEXT = """\
tasks:
  survey: {duration: pert 4d 5d, after: [a, 'b c']}
  design:
    - "two words"
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("tasks", "survey", "duration"), (2, 22)),
        (("tasks", "survey", "after", 1), (2, 45)),
        (("tasks", "design", 0), (4, 7)),
        (("tasks", "survey"), (2, 3)),  # a mapping: its key
        (("tasks", "survey", "missing"), (2, 3)),  # the nearest key around it
        (("tasks", "nobody", "duration"), (1, 1)),
        (("tasks", "survey", "duration", 0), (2, 22)),  # a single value where a list would do as well
    ],
)
def test_every_value_has_a_place(parse, path, place):
    found = parse(TEXT).place(path)
    assert (found.line, found.column) == place
    assert found.excerpt == TEXT.splitlines()[found.line - 1]


def test_the_place_of_a_character_in_a_text(parse):
    read = parse(TEXT)
    assert read.place(("tasks", "survey", "duration"), 8).column == 30
    assert read.place(("tasks", "survey", "after", 1), 2).column == 48  # past the quote
    assert read.place(("tasks", "design", 0), 4).column == 12


def test_the_place_of_a_character_after_letters_beyond_ascii(parse):
    assert parse("name: 'Brücke → Ufer'").place(("name",), 9).column == 17


def test_where_escapes_hide_a_character_the_text_as_a_whole_is_shown(parse):
    assert parse('name: "a\\tb c"').place(("name",), 4).column == 7


def test_every_mistake_of_a_document_is_found_at_once(parse):
    found = parse("a: &x 1\nb: *x\na: 2\nc: !float 3\n<<: {d: 4}\n")
    assert [(place.line, problem.code) for place, problem in found.problems] == [
        (1, "yaml-alias"),
        (2, "yaml-alias"),
        (3, "duplicate-key"),
        (4, "yaml-tag"),
        (5, "yaml-merge"),
    ]
    assert found.value == {"a": 1, "b": None, "c": "3"}


def test_a_second_value_of_a_key_changes_neither_the_first_nor_its_place(parse):
    found = parse("a: {b: 1}\na: {b: 2, c: 3}\n")
    assert found.value == {"a": {"b": 1}}
    assert found.place(("a", "b")).line == 1


def test_aliases_that_would_grow_without_end_are_refused_in_no_time(parse):
    lines = ["a0: &a0 [x, x]"] + [f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]" for k in range(1, 60)]
    assert len(parse("\n".join(lines)).problems) == 60 + 2 * 59


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_no_depth_of_nesting_exhausts_the_reader(parse, opening):
    with pytest.raises(InvalidScenario):
        parse(opening * 5000)
