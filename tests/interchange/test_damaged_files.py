"""A file that cannot be read is refused with its name and what to do, before a wrong schedule is made of it."""

import pytest
from schedule_files import DATA, mspdi_task, mspdi_text, xer_text

from pmosim.errors import UnreadableFile
from pmosim.interchange.schedules import read_schedule

pytestmark = pytest.mark.java


@pytest.fixture
def refusal(tmp_path):
    """The message with which a file of this name and content is refused."""

    def of(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(UnreadableFile) as refused:
            read_schedule(path)
        message = str(refused.value)
        assert message.startswith(f"{path}: ")
        assert "\n  fix: " in message
        assert "Exception" not in message
        return message

    return of


def test_a_missing_file(tmp_path):
    with pytest.raises(UnreadableFile, match="there is no such file\n  fix: check the name"):
        read_schedule(tmp_path / "tower.xer")


def test_a_folder(tmp_path):
    with pytest.raises(UnreadableFile, match="this is a folder"):
        read_schedule(tmp_path)


@pytest.mark.parametrize("name", ["tower.xer", "tower.xml", "tower.mpp"])
def test_an_empty_file(refusal, name):
    assert "the file is empty" in refusal(name, b" \r\n")


@pytest.mark.parametrize("name", ["mdl4ra.xer", "progressed-695.redacted.xer"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.999])
def test_an_xer_file_that_was_cut_off_anywhere(refusal, name, share):
    whole = (DATA / name).read_bytes().rstrip().removesuffix(b"%E")
    message = refusal(name, whole[: int(share * len(whole))])
    assert "cut off" in message or "no TASK table" in message


@pytest.mark.parametrize("share", [0.3, 0.7, 0.999])
def test_an_xml_file_that_was_cut_off_anywhere(refusal, share):
    whole = (DATA / "mpxj-task-links-project2013.mspdi.xml").read_bytes()
    assert "damaged" in refusal("links.xml", whole[: int(share * len(whole))])


def test_an_xer_file_without_activities(refusal):
    assert "no tasks" in refusal("house.xer", xer_text([]))


def test_an_xml_file_without_tasks(refusal):
    assert "no tasks" in refusal("house.xml", mspdi_text([]))


def test_an_xml_file_of_another_kind(refusal):
    assert "begins with <invoice>" in refusal("invoice.xml", "<invoice><item/></invoice>")


def test_an_xml_file_whose_bytes_are_not_in_the_encoding_that_it_names(refusal):
    text = mspdi_text([mspdi_task(1, "Tür")], encoding="UTF-8")
    message = refusal("house.xml", text.encode("cp1252"))
    assert "calls itself UTF-8" in message
    assert "line 1" in message


def test_something_else_called_xer(refusal):
    assert "does not begin with ERMHDR" in refusal("tower.xer", "task;duration\nsurvey;5\n")


def test_something_else_called_mpp(refusal):
    assert "no schedule file" in refusal("tower.mpp", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)


def test_a_damaged_mpp_file(refusal):
    ole_header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    refusal("tower.mpp", ole_header + bytes(range(256)) * 40)


def test_an_xer_file_with_text_for_numbers(refusal):
    text = xer_text([{"target_drtn_hr_cnt": "forty"}])
    message = refusal("house.xer", text)
    assert "target_drtn_hr_cnt is 'forty', which is no number" in message
    line = next(number for number, row in enumerate(text.splitlines(), start=1) if "forty" in row)
    assert f"line {line}: " in message


def test_an_xer_file_with_text_for_dates(refusal):
    assert "act_start_date is 'yesterday', which is no date" in refusal("house.xer", xer_text([{"act_start_date": "yesterday"}]))


def test_an_xml_file_with_text_for_durations(refusal):
    assert "line 1: Duration is 'forty', which is no duration" in refusal("house.xml", mspdi_text([mspdi_task(1, duration="forty")]))
