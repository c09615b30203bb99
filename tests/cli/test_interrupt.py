"""Ctrl-C ends the command at once, with exit code 130, and leaves nothing half-written. In processes of their own."""

import os
import pty
import signal
import time
from contextlib import suppress

import pytest

TASKS = 300
FOREVER = ("-n", "20_000_000", "--threads", "1")  # of 300 tasks: longer than any test waits


@pytest.fixture
def long(here):
    """A scenario whose simulation takes long enough to be stopped."""
    tasks = "\n".join(f"  t{k}: {{duration: pert 4d 5d 9d{f', after: t{k - 1}' if k else ''}}}" for k in range(TASKS))
    (here / "long.yaml").write_text(f"pmosim: 1\nname: Long\nstatus_date: 2027-01-04\ntasks:\n{tasks}\n")
    return "long.yaml"


class Screen:
    """A terminal that collects what is shown on it."""

    def __init__(self):
        self.ours, self.theirs = pty.openpty()
        os.set_blocking(self.ours, False)
        self.text = ""

    def shows(self, words):
        with suppress(OSError):
            self.text += os.read(self.ours, 65536).decode()
        return words in self.text

    def wait_for(self, words, child, seconds=60):
        """Until the child has shown the words; fails where it ends without."""
        end = time.monotonic() + seconds
        while not self.shows(words):
            assert child.poll() is None, f"it ended without '{words}':\n{self.text}"
            assert time.monotonic() < end, f"no '{words}' in {seconds} s:\n{self.text}"
            time.sleep(0.02)

    def close(self):
        for end in (self.ours, self.theirs):
            with suppress(OSError):
                os.close(end)


@pytest.fixture
def screen():
    made = Screen()
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_simulation_ends_it_at_once_and_cleanly(sent, process, screen, here, long):
    child = process("run", long, *FOREVER, stderr=screen.theirs)
    screen.wait_for("simulating:", child)
    began = time.monotonic()
    child.send_signal(sent)
    out, _ = child.communicate(timeout=20)
    took = time.monotonic() - began
    screen.shows("")
    assert (child.returncode, out) == (128 + sent, "")
    assert "Traceback" not in screen.text
    assert took < 5  # "at once", on a machine that is busy with other things
    assert sorted(entry.name for entry in here.iterdir()) == [long, "shed.yaml"]


@pytest.mark.slow
def test_the_terminal_shows_how_much_time_is_left(process, screen, long):
    child = process("run", long, *FOREVER, stderr=screen.theirs)
    screen.wait_for(" left", child)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=20)


@pytest.mark.slow
def test_a_signal_while_results_are_written_leaves_what_was_there_before(process, screen, here):
    first = process("run", "shed.yaml", "-n", "200", "--no-charts")
    first.communicate(timeout=120)
    assert first.returncode == 0
    before = {file: file.read_bytes() for file in here.rglob("*") if file.is_file()}
    child = process("run", "shed.yaml", "-n", "300", stderr=screen.theirs)
    screen.wait_for("drawing the charts", child)
    time.sleep(0.5)  # into the middle of it
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=20)
    assert child.returncode == 130
    assert {file: file.read_bytes() for file in here.rglob("*") if file.is_file()} == before


def test_a_reader_that_goes_away_is_no_mistake(process):
    ours, theirs = os.pipe()
    os.close(ours)
    child = process("schema", stdout=theirs)
    os.close(theirs)
    _, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, "")


@pytest.mark.slow
def test_results_and_messages_do_not_mix(process):
    child = process("run", "shed.yaml", "-n", "200", "--no-charts")
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0
    assert "P80" in out
    assert "P80" not in err
    assert "\r" not in out + err  # no changing line where nobody watches
