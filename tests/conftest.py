"""Tests marked ``java`` read schedule files through MPXJ; without Java, or the extra 'schedules', they are skipped and say so."""

import pytest

from pmosim.errors import PmosimError
from pmosim.interchange.java import find_java


def why_without_java():
    try:
        find_java()
    except PmosimError as error:
        return str(error).splitlines()[0]
    return ""


def pytest_collection_modifyitems(items):
    marked = [item for item in items if item.get_closest_marker("java")]
    if marked and (reason := why_without_java()):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=reason))
