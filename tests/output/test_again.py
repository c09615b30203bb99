"""The command under a report is one that the program takes, and it says what the figures were made with."""

import shlex
from dataclasses import replace
from types import SimpleNamespace

import pytest
from output import factory

from pmosim.output import again


def origin(**changes):
    return replace(factory.provenance(), **changes)


def test_a_run_is_told_with_all_that_decides_its_figures():
    told = again.command("run", origin(sampling="latin-hypercube", overrides=("risks.flood.probability=10%",)))
    assert told == "pmosim run crossing.yaml -n 10000 --seed 7 --sampling latin-hypercube --set risks.flood.probability=10%"


@pytest.mark.parametrize("name", ["-n.yaml", "a b; rm -rf x.yaml", "$(date).yaml", "it's.yaml"])
def test_a_file_name_is_one_word_and_no_option(name):
    words = shlex.split(again.command("run", origin(source=name)))
    assert words[2].removeprefix("./") == name
    assert not words[2].startswith("-")


def test_what_does_not_know_its_scenario_has_no_command():
    assert again.command("run", origin(source="")) == ""


def sides(before, after, **changes):
    return SimpleNamespace(
        before=SimpleNamespace(provenance=before), after=SimpleNamespace(provenance=after), **{"paired": True, **changes}
    )


def test_a_comparison_tells_apart_what_is_set_for_both_and_for_the_second():
    told = again.of_comparison(sides(origin(overrides=("a=1",)), origin(overrides=("a=1", "b=2"))))
    assert told == "pmosim compare crossing.yaml -n 10000 --seed 7 --set a=1 --set-b b=2"
    assert again.of_comparison(sides(origin(), origin(source="new.yaml"))) == "pmosim compare crossing.yaml new.yaml -n 10000 --seed 7"
    assert again.of_comparison(sides(origin(), origin(), paired=False)) == ""
