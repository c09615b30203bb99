"""Java: found, missing, and quiet."""

import os
import subprocess
import sys

import pytest
from schedule_files import DATA

from pmosim.errors import MissingExtra, UnreadableFile
from pmosim.interchange import java


def test_without_the_packages_the_message_is_the_command_that_installs_them(monkeypatch):
    monkeypatch.setattr(java, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"needs the package jpype and mpxj\n  fix: pip install 'pmosim\[schedules\]'"):
        java.start_java()


@pytest.mark.java
def test_without_java_the_message_says_how_to_get_it(monkeypatch):
    import jpype

    def none_found():
        raise jpype.JVMNotFoundException("none")

    monkeypatch.setattr(jpype, "getDefaultJVMPath", none_found)
    with pytest.raises(UnreadableFile, match="needs Java, and none was found") as refused:
        java.find_java()
    assert all(word in str(refused.value) for word in ("apt install", "brew install", "winget install", "JAVA_HOME"))


@pytest.mark.java
def test_a_java_home_without_java_is_said_and_not_a_traceback(tmp_path):
    done = in_a_process("from pmosim.interchange.java import find_java; find_java()", JAVA_HOME=str(tmp_path), PATH="")
    assert "Traceback" not in done.stdout
    assert "Error" not in done.stdout


@pytest.mark.java
@pytest.mark.parametrize("name", ["mdl4ra.xer", "mpxj-task-links-project2013.mspdi.xml"])
def test_reading_a_schedule_prints_nothing(name):
    done = in_a_process(f"from pmosim.interchange.schedules import read_schedule; read_schedule({str(DATA / name)!r})")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.java
def test_importing_the_reader_starts_no_java():
    done = in_a_process("import pmosim.interchange.schedules, sys; print('jpype' in sys.modules)")
    assert done.stdout.strip() == "False"


@pytest.mark.java
def test_ctrl_c_still_belongs_to_python_once_java_runs():
    done = in_a_process(
        """
import os, signal, time
from pmosim.interchange.java import start_java
start_java()
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
"""
    )
    assert (done.returncode, done.stdout.strip()) == (0, "interrupted")


def in_a_process(code, **environment):
    preset = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background shell hands down an ignored Ctrl-C
    return subprocess.run(
        [sys.executable, "-c", preset + code], env=os.environ | environment, capture_output=True, text=True, timeout=30, check=False
    )
