"""`pmosim init` and `pmosim schema`: the two commands that one starts with."""

import json
import stat

import pytest


def test_the_scenario_to_start_from_runs_as_it_is(command, here):
    assert command("init", "bridge.yaml")[0] == 0
    assert (here / "bridge.yaml").read_text().count("#") > 5  # it explains itself
    assert command("check", "bridge.yaml")[0] == 0
    assert command("run", "bridge.yaml", "-n", "200", "--no-charts")[0] == 0


def test_the_file_has_a_name_unless_one_is_given(command, here):
    assert command("init")[0] == 0
    assert (here / "project.yaml").exists()


def test_a_file_is_overwritten_only_by_force(command, here):
    (here / "project.yaml").write_text("mine")
    assert command("init")[0] == 2
    assert (here / "project.yaml").read_text() == "mine"
    assert command("init", "--force")[0] == 0
    assert (here / "project.yaml").read_text() != "mine"


def test_the_file_belongs_to_its_author_like_any_other(command, here):
    command("init", "bridge.yaml")
    (here / "other.yaml").touch()
    assert stat.filemode((here / "bridge.yaml").stat().st_mode) == stat.filemode((here / "other.yaml").stat().st_mode)


@pytest.mark.parametrize("place", ["no/such/folder/a.yaml", "/proc/a.yaml"])
def test_a_place_that_cannot_be_written_is_exit_code_3(place, command):
    code, out, err = command("init", place)
    assert (code, out) == (3, "")
    assert place in err


def test_a_failure_in_the_middle_leaves_nothing(here, monkeypatch):
    from pmosim.output.files import write_whole

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(here / "bridge.yaml", "text")
    assert sorted(entry.name for entry in here.iterdir()) == ["shed.yaml"]


def test_the_schema_is_json_and_knows_the_shipped_words(command):
    code, out, err = command("schema")
    assert (code, err) == (0, "")
    assert {"projects", "risks", "calendars"} <= set(json.loads(out)["properties"])
