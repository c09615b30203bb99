"""Small schedule files, written and read."""

import pytest
from schedule_files import mspdi_text, xer_text


@pytest.fixture
def xer(tmp_path):
    """The schedule of an XER file with these activities and links."""

    def read(activities, links=(), *, encoding="cp1252", **more):
        from pmosim.interchange.schedules import read_schedule

        path = tmp_path / "house.xer"
        path.write_bytes(xer_text(activities, links, **more).encode(encoding))
        return read_schedule(path)

    return read


@pytest.fixture
def mspdi(tmp_path):
    """The schedule of an MS Project file with these tasks."""

    def read(tasks, **more):
        from pmosim.interchange.schedules import read_schedule

        path = tmp_path / "house.xml"
        path.write_text(mspdi_text(tasks, **more), encoding="utf-8")
        return read_schedule(path)

    return read
