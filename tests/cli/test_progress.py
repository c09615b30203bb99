"""Progress is a changing line in a terminal, and silent elsewhere."""

import io

import pytest

from pmosim.cli import progress as module
from pmosim.cli.progress import ERASE_LINE, Progress, duration, time_left


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")],
)
def test_times_are_said_as_people_say_them(seconds, words):
    assert duration(seconds) == words


def test_the_time_left_follows_from_the_pace_so_far():
    assert time_left(250, 1_000, elapsed=2.0) == ", 6.0 s left"


@pytest.mark.parametrize(("done", "elapsed"), [(0, 9.0), (1_000, 9.0), (10, 0.1)], ids=["not begun", "finished", "pace unknown"])
def test_no_time_is_guessed_where_the_pace_does_not_show_it(done, elapsed):
    assert time_left(done, 1_000, elapsed) == ""


def test_in_a_terminal_one_line_changes_and_is_gone_at_the_end(monkeypatch):
    monkeypatch.setattr(module.sys, "stderr", Terminal())
    with Progress() as progress:
        progress(2_500, 10_000)
    lines = module.sys.stderr.getvalue().split(ERASE_LINE)
    assert lines == ["", "simulating: 2,500 of 10,000 iterations", ""]


def test_elsewhere_progress_says_nothing(capsys):
    with Progress() as progress:
        progress.doing("starting...")
        progress(2_500, 10_000)
    assert capsys.readouterr() == ("", "")
