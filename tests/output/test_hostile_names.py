"""Names from files are data: no file leaves the results folder, no markup runs, no formula is one, whatever something is called."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from output import factory
from output.markup import Page

from pmosim.output.charts.catalogue import file_names
from pmosim.output.report import report
from pmosim.output.results import write_results

NAMES = (
    "../../x",
    "/etc/passwd",
    "C:\\windows\\x",
    "con",
    "nul.finish",
    "x" * 5000,
    "\u202egnp.exe",
    "📈🏗️",
    "مشروع",
    "..",
    ".",
    "-rf",
    "a\x00b",
    "a\nb",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "]]>&amp;{{ 7*7 }}",
    "=cmd|'/c calc'!A0",
)


def called(names):
    return [SimpleNamespace(id=name, kind="project") for name in names]


def is_harmless(name):
    # no device of Windows either: files are called <name>-completion.svg
    return name.isascii() and 0 < len(name) <= 70 and not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_no_name_makes_a_path():
    made = file_names(called(NAMES))
    assert len(set(made)) == len(NAMES)
    assert all(is_harmless(name) for name in made)


@given(st.lists(st.text(max_size=80), max_size=8))
def test_whatever_things_are_called_their_files_have_plain_names_and_none_twice(names):
    made = file_names(called(names))
    assert len(set(made)) == len(names)
    assert all(is_harmless(name) for name in made)


def hostile(name):
    forecast = factory.one_task()
    target = replace(forecast.targets[0], id=f"{name}.finish", label=name)
    tasks = tuple(
        replace(one, id=f"{name}.{one.id}", label=name, project=name, criticality={target.id: factory.share(5, 10)})
        for one in forecast.tasks
    )
    return replace(forecast, name=name, targets=(target,), tasks=tasks, notes=(name,))


@pytest.mark.parametrize("name", ["../../x", '"><img src=x onerror=alert(1)>', "</script><script>alert(1)</script>", "📈 مشروع \u202e x"])
def test_a_results_folder_of_hostile_names_is_one_folder_with_one_safe_page(name, tmp_path):
    folder = write_results(hostile(name), tmp_path / "in" / "out", workbook=True)
    assert [file.name for file in tmp_path.iterdir()] == ["in"]
    assert [file.name for file in (tmp_path / "in").iterdir()] == ["out"]
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert page.faults == []
    assert len(page.of("script")) == 1
    assert page.of("img") == []
    assert name.split()[0][:8] in "".join(page.text)


def test_a_template_in_a_name_is_not_filled_in():
    source = report(hostile("{{ 7*7 }} {% raw %}"), [])
    assert "{{ 7*7 }} {% raw %}" in source
