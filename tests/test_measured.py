"""What docs/sampling.md says was measured is what the studies printed, and keeps the promises made of it."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CASES = [json.loads(line) for line in (ROOT / "benchmarks" / "studies.jsonl").read_text(encoding="utf-8").splitlines()]


def of(study, **wanted):
    return [case for case in CASES if case["study"] == study and all(case[key] == value for key, value in wanted.items())]


def test_the_tables_of_the_page_are_those_of_the_studies(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    import studies_table

    page = (ROOT / "docs" / "sampling.md").read_text(encoding="utf-8")
    for rows in (studies_table.intervals(CASES), studies_table.spread(CASES), studies_table.stopping(CASES)):
        for row in rows:
            assert "| " + " | ".join(row) + " |" in page


@pytest.mark.parametrize("sampling", ["random", "latin-hypercube"])
def test_intervals_held_the_truth_as_often_as_they_say_on_average_over_each_kind(sampling):
    studied = of("intervals", sampling=sampling)
    assert len(studied) >= 13
    for case in studied:
        assert case["seeds"] == 1000
        assert case["held"] > 0.95 - 4 * (0.95 * 0.05 / 1000) ** 0.5, case["kind"]


def test_a_latin_hypercube_makes_the_error_of_the_tutorials_mean_three_times_smaller():
    studied = of("spread", scenario="tutorial.yaml", what="mean")
    assert len(studied) == 4
    assert min(case["times"] for case in studied) > 3


def test_the_spread_was_measured_on_every_shipped_scenario():
    shipped = {path.relative_to(ROOT / "scenarios").as_posix() for path in (ROOT / "scenarios").rglob("*.yaml")}
    later = {name for name in shipped if name.startswith("ten-weeks/") and "week-01" not in name}
    assert {case["scenario"] for case in of("spread")} == shipped - later
