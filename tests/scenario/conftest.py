"""Scenarios as texts: `read` gives the portfolio of one, `refused` the mistakes of another."""

import textwrap

import pytest

from pmosim.errors import InvalidScenario
from pmosim.scenario.reader import scenario_from_text

HEAD = "pmosim: 1\nstatus_date: 2026-03-02\n"


@pytest.fixture
def scenario(tmp_path):
    """Read a text as a scenario that stands beside whatever files the test has put into ``tmp_path``."""

    def read(text, head=HEAD):
        return scenario_from_text(head + textwrap.dedent(text), tmp_path / "scenario.yaml")

    return read


@pytest.fixture
def read(scenario):
    return lambda text, head=HEAD: scenario(text, head).portfolio


@pytest.fixture
def task(read):
    """The one task of a scenario, from the keys that are written for it."""
    return lambda keys, more="": read(f"tasks:\n  t: {{{keys}}}\n" + textwrap.dedent(more)).tasks["project.t"]


@pytest.fixture
def refused(scenario):
    """Codes of the mistakes of a text, in their order."""

    def codes(text, head=HEAD):
        with pytest.raises(InvalidScenario) as error:
            scenario(text, head)
        return [problem.code for _, problem in error.value.located]

    return codes
