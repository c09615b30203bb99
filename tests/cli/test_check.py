"""`pmosim check` says what was read."""

import re


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
