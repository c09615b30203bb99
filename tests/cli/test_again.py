"""The command under each report, run again, makes the same record."""

import json
import shlex

import pytest

from pmosim.output import again
from pmosim.results.comparison import Comparison
from pmosim.results.ranking import Ranking
from pmosim.results.records import Forecast
from pmosim.results.replay import Replay
from pmosim.results.responses import ResponsePlan

pytestmark = pytest.mark.slow

SHED = """pmosim: 1
name: Garden shed
status_date: 2027-01-04
currency: EUR
projects:
  shed:
    target: {finish: 2027-01-22, budget: 20k EUR}
    tasks:
      slab: {duration: pert 3d 5d 9d, cost: 1k EUR/d}
      walls: {duration: triangular 4d 5d 8d, after: slab}
      roof: {duration: uniform 2d 4d, after: walls, cost: 500 EUR/d}
risks:
  frost: {probability: 30%, hits: {shed.slab: +triangular 1d 2d 5d}, mitigation: {probability: 10%, cost: 500 EUR}}
  rain: {probability: 20%, hits: {shed.roof: +triangular 1d 2d 3d}, mitigation: {probability: 5%, cost: 200 EUR}}
"""
KINDS = {
    "run": ("forecast.json", Forecast, lambda made: again.command("run", made.provenance)),
    "compare": ("comparison.json", Comparison, again.of_comparison),
    "rank": ("ranking.json", Ranking, again.of_ranking),
    "replay": ("replay.json", Replay, again.of_replay),
    "mitigate": ("mitigation.json", ResponsePlan, again.of_plan),
}
ASKED = [
    ("run", "--sampling", "latin-hypercube", "--set", "risks.frost.probability=50%"),
    ("run", "--precision", "1d"),
    ("compare", "--set", "risks.rain.probability=50%", "--set-b", "risks.frost.probability=60%"),
    ("rank", "--in", "money", "--levels", "70,80", "--ladder", "--steps", "1", "--pairs"),
    ("rank", "--by", "none"),
    ("replay", "--nearest", "P90"),
    ("mitigate", "--budget", "300"),
    ("mitigate", "--probability", "50%"),
]


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_what_the_report_says_makes_the_same_figures(asked, command, here):
    (here / "shed.yaml").write_text(SHED, encoding="utf-8")
    verb, *options = asked
    file, kind, command_of = KINDS[verb]
    few = () if "--precision" in options else ("-n", "500")
    assert command(verb, "shed.yaml", *options, *few, "--seed", "5", "--no-charts", "-o", "one")[0] == 0
    program, *words = shlex.split(command_of(kind.load(here / "one" / file)))
    assert program == "pmosim"
    assert command(*words, "--no-charts", "-o", "two")[0] == 0
    first, second = (json.loads((here / name / file).read_text(encoding="utf-8")) for name in ("one", "two"))
    for record in (first, second):
        for timed in ("timing", "stopping", "asked"):  # how long it took; why so many iterations; how the iteration was chosen
            record.pop(timed, None)
    assert first == second


def test_a_ranking_that_does_not_know_how_it_was_divided_gives_no_command(command, here):
    command("rank", "shed.yaml", "-n", "300", "--by", "tasks", "--no-charts", "-o", "one")
    assert again.of_ranking(Ranking.load(here / "one" / "ranking.json")) == ""
