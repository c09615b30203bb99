"""Ten weeks of one programme: what the script makes is what is shipped, and every week goes into the ledger."""

import re
import runpy
from pathlib import Path

import pytest

from pmosim.batch.job import Wanted
from pmosim.batch.runner import Plan, run_batch
from pmosim.batch.sources import sources_of
from pmosim.history.ledger import open_ledger
from pmosim.scenario.reader import read_scenario
from pmosim.scenario.settings import Settings

FOLDER = Path(__file__).parents[2] / "scenarios" / "ten-weeks"
WEEKS = sorted(FOLDER.glob("week-*/harbour.yaml"))


class Few:
    """Fewer iterations than the files ask for."""

    def over(self, settings):
        return Settings(iterations=500, seed=settings.seed)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    place = tmp_path_factory.mktemp("ten-weeks")
    for week in WEEKS:
        wanted = Wanted(place / "out", str(place / "ledger.sqlite"), Few(), charts=False)
        assert run_batch(Plan("harbour", tuple(sources_of([week])), wanted)).exit_code == 0
    with open_ledger(place / "ledger.sqlite") as opened:
        yield opened


def test_the_weeks_are_those_that_the_script_makes(tmp_path):
    runpy.run_path(str(FOLDER / "make.py"))["write"](tmp_path, 2027)
    made = sorted(tmp_path.rglob("*.yaml"))
    assert [file.relative_to(tmp_path) for file in made] == [file.relative_to(FOLDER) for file in WEEKS]
    assert [file.read_bytes() for file in made] == [file.read_bytes() for file in WEEKS]


def test_what_has_happened_stays_as_it_was_told(ledger):
    before = {}
    for week in WEEKS:
        now = {id: task.progress for id, task in read_scenario(week).portfolio.tasks.items() if task.progress}
        for id, progress in before.items():
            assert now[id].actual_start == progress.actual_start
            assert progress.actual_finish in (None, now[id].actual_finish)
        before = now
    assert len([progress for progress in before.values() if progress.actual_finish]) >= 8


def test_every_week_is_in_the_ledger_with_what_was_then_known(ledger):
    runs = ledger.runs("harbour")
    assert len(runs) == len(WEEKS) == 10
    assert len({run.fingerprint for run in runs}) == 10
    assert [run.status_date.weekday() for run in runs] == [0] * 10
    actual = {(one.node, one.kind): one.value for one in ledger.actuals("harbour")}
    last = read_scenario(WEEKS[-1]).portfolio
    finished = {id for id, task in last.tasks.items() if task.is_finished}
    assert {node for node, kind in actual if kind == "finish"} == finished
    assert all(actual[id, "finish"] == last.tasks[id].progress.actual_finish for id in finished)


def test_every_week_says_what_changed_in_it():
    told = [re.findall(r"^# This week: (.*)", week.read_text("utf-8"), re.MULTILINE) for week in WEEKS]
    assert [len(notes) for notes in told] == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
