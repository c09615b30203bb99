"""`pmosim check` says what was read, how it agrees with the planner's own dates, and what is wrong with it."""

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pmosim.cli.places import lines_of
from pmosim.exchange.parity import is_schedule
from pmosim.quality.agreement import CHECKS as OF_PARITY
from pmosim.quality.checks import CHECKS

DATA = Path(__file__).parents[1] / "data"

SOUND = """\
pmosim: 1
name: Garden shed
status_date: 2027-01-04
projects:
  shed:
    tasks:
      begin: {milestone: true}
      slab: {duration: pert 3d 5d 9d, after: begin}
      roof: {duration: uniform 2d 4d, after: slab}
      end: {milestone: true, after: roof}
"""
LATE = SOUND + "    must_finish: 2027-01-08\n"


@pytest.fixture
def files(here):
    (here / "sound.yaml").write_text(SOUND)
    (here / "late.yaml").write_text(LATE)
    return here


def test_what_was_read_is_counted(command, here):
    code, out, err = command("check", "shed.yaml")
    assert (code, err) == (0, "")
    row = next(line for line in out.splitlines() if line.startswith("shed "))
    # 5, 5 and 3 working days from Monday the 4th of January are over on Wednesday the 20th
    assert re.split(r"\s{2,}", row) == ["shed", "3", "3", "0", "20 Jan 2027", "22 Jan 2027"]
    assert "2 links: 2 FS" in out
    assert "1 risk: 1 event, hitting 1 task" in out
    assert "calendar standard: 40 h a week, 3 tasks" in out


def test_nothing_is_written(command, here):
    command("check", "shed.yaml")
    assert [entry.name for entry in here.iterdir()] == ["shed.yaml"]


def test_every_check_has_its_line(command, here):
    lines = command("check", "shed.yaml")[1].splitlines()
    titles = [line.partition("  ")[0] for line in lines]
    assert all(one.title in titles for one in CHECKS)
    assert not any(one.title in titles for one in OF_PARITY)  # no schedule file is behind it


def test_tasks_behind_a_failed_check_are_named_with_the_way_to_put_it_right(command, here):
    out = command("check", "shed.yaml")[1]
    start = out.index("warning: 1. missing predecessors or successors (dcma-logic): 2 of 3 unfinished tasks")
    assert "  - shed.slab: no predecessor\n  - shed.roof: no successor\n" in out[start:]


@pytest.mark.parametrize(
    ("file", "level", "code"),
    [
        ("late.yaml", "none", 0),
        ("late.yaml", "error", 1),
        ("late.yaml", "warning", 1),
        ("shed.yaml", "error", 0),
        ("shed.yaml", "warning", 1),
        ("sound.yaml", "note", 0),
    ],
)
def test_the_exit_code_says_whether_something_of_the_level_failed(command, files, file, level, code):
    assert command("check", file, "--fail-on", level)[0] == code


@pytest.mark.parametrize("form", ["table", "json", "sarif", "junit"])
def test_a_report_is_written_whole_and_the_same_as_printed(command, here, form):
    _, printed, _ = command("check", "shed.yaml", "--format", form)
    code, out, err = command("check", "shed.yaml", "--format", form, "-o", "findings.txt")
    assert (code, out, err) == (0, "", "The findings are in findings.txt.\n")
    assert (here / "findings.txt").read_text(encoding="utf-8") == printed
    assert sorted(entry.name for entry in here.iterdir()) == ["findings.txt", "shed.yaml"]


def test_a_report_that_cannot_be_written_is_said(command, here):
    code, _, err = command("check", "shed.yaml", "-o", "nowhere/findings.txt")
    assert code == 3
    assert "cannot write 'nowhere/findings.txt'" in err


def test_a_threshold_is_missed_in_every_format(command, files):
    assert [command("check", "late.yaml", "--format", form, "--fail-on", "error")[0] for form in ("table", "json", "sarif", "junit")] == [
        1
    ] * 4


def test_json_names_the_line_of_the_scenario(command, files):
    data = json.loads(command("check", "shed.yaml", "--format", "json")[1])
    logic = next(one for one in data["findings"] if one["check"] == "dcma-logic")
    written = (files / "shed.yaml").read_text().splitlines()
    assert [(item["file"], written[item["line"] - 1].split(":")[0].strip()) for item in logic["items"]] == [
        ("shed.yaml", "slab"),
        ("shed.yaml", "roof"),
    ]


def test_a_risk_that_can_change_nothing_is_named_at_its_line(command, files):
    (files / "dead.yaml").write_text(SOUND + "risks:\n  frost: {probability: 0%, hits: {shed.slab: +2d}}\n")
    data = json.loads(command("check", "dead.yaml", "--format", "json")[1])
    dead = next(one for one in data["findings"] if one["check"] == "risks-that-never-hit")
    assert [(item["id"], item["line"]) for item in dead["items"]] == [("frost", SOUND.count("\n") + 2)]


def test_a_scenario_with_mistakes_is_not_checked_further(command, here):
    (here / "wrong.yaml").write_text(SOUND.replace("after: slab", "after: slap"))
    code, out, err = command("check", "wrong.yaml", "--format", "json")
    assert (code, out) == (2, "")
    assert "wrong.yaml:9" in err


# ------------------------------------------------------------------ schedule files


@pytest.mark.java
def test_a_schedule_file_is_checked_as_it_is(command, here):
    shutil.copy(DATA / "mdl4ra.xer", here)
    code, out, err = command("check", "mdl4ra.xer")
    assert (code, err) == (0, "")
    assert "mdl4ra.xer, early dates: of 62 tasks, 62 agree to the minute, 62 to the day" in out
    assert "mdl4ra.xer, late dates: of 62 tasks, 62 agree to the minute, 62 to the day" in out
    assert "mdl4ra.xer, total float: of 62 tasks, 62 agree to the minute, 62 to the day" in out
    titles = [line.partition("  ")[0] for line in out.splitlines()]
    assert all(one.title in titles for one in (*OF_PARITY, *CHECKS))


@pytest.mark.java
def test_a_date_that_differs_is_named_with_its_reason(command, here):
    out = command("check", DATA / "progressed-695.redacted.xer")[1]
    said = next(line for line in out.splitlines() if line.startswith("  - 935.A7770"))
    assert said.endswith("(nothing in the file holds it so late)")


@pytest.mark.java
@pytest.mark.parametrize(
    ("name", "id", "text"),
    [
        ("mdl4ra.xer", "MDL4RA.C0900", "C0900"),
        ("residential-construction.converted.mspdi.xml", "residential-construction.20", "<UID>20</UID>"),
    ],
)
def test_sarif_points_at_the_line_of_the_planners_file(command, here, name, id, text):
    data = json.loads(command("check", DATA / name, "--format", "sarif")[1])
    lines = (DATA / name).read_text(encoding="utf-8", errors="replace").split("\n")
    places = {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: result["locations"][0]["physicalLocation"]
        for result in data["runs"][0]["results"]
        if result["kind"] == "fail"
    }
    assert places[id]["artifactLocation"]["uri"].endswith(name)
    assert text in lines[places[id]["region"]["startLine"] - 1]


@pytest.mark.java
def test_junit_of_a_schedule_file_counts_what_failed(command, here):
    root = ElementTree.fromstring(command("check", DATA / "mdl4d.xer", "--format", "junit")[1])
    failed = {case.get("name").partition(":")[0] for case in root.iter("testcase") if case.find("failure") is not None}
    assert int(root.get("failures")) == len(failed)
    assert {"dcma-hard-constraints", "dcma-critical-path-test", "held-by-dates"} <= failed


@pytest.mark.java
def test_tasks_of_a_schedule_in_a_scenario_stand_in_the_planners_file(command, here):
    (here / "plans").mkdir()
    shutil.copy(DATA / "mdl4ra.xer", here / "plans")
    (here / "houses.yaml").write_text("pmosim: 1\nname: Houses\nprojects:\n  houses: {schedule: plans/mdl4ra.xer}\n")
    data = json.loads(command("check", "houses.yaml", "--format", "json")[1])
    ends = next(one for one in data["findings"] if one["check"] == "open-ends")
    assert {item["file"] for item in ends["items"]} == {"plans/mdl4ra.xer"}


@pytest.mark.java
@pytest.mark.parametrize(("name", "content"), [("empty.xer", ""), ("cut.xer", "ERMHDR\t22.12\n%T\tTASK\n"), ("wrong.mpp", "hello")])
def test_a_damaged_schedule_is_refused_with_the_remedy(command, here, name, content):
    (here / name).write_text(content)
    code, out, err = command("check", name)
    assert (code, out) == (2, "")
    assert name in err
    assert "fix:" in err


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.xer", b"", True),
        ("a.XML", b"<Project/>", True),
        ("a.mpp", b"", True),
        ("a.yaml", b"<Project/>", False),
        ("a.YML", b"ERMHDR", False),
        ("a", b"ERMHDR\t22.12", True),
        ("a.bak", b"\xef\xbb\xbf<?xml version='1.0'?>", True),
        ("a.txt", b"pmosim: 1", False),
    ],
)
def test_schedules_are_known_by_their_ending_or_their_beginning(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    assert is_schedule(tmp_path / name) is expected


def test_an_id_that_stands_twice_in_a_file_has_no_line(tmp_path):
    file = tmp_path / "two.xer"
    file.write_text("ERMHDR\n%T\tTASK\n%F\ttask_id\ttask_code\n%R\t1\tA\n%R\t2\tB\n%R\t3\tA\n%E\n")
    assert lines_of(file) == {"B": 5}
