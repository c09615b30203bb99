"""Tests marked ``java`` read schedule files through MPXJ; without Java, or the extra 'schedules', they are skipped and say so.

Hypothesis has no time limit for an example: the first one may have to import SciPy or compile a kernel, and machines differ.
"""

import numba
import pytest
from hypothesis import settings

from pmosim.errors import PmosimError
from pmosim.interchange.java import find_java

settings.register_profile("pmosim", deadline=None)
settings.load_profile("pmosim")


def pytest_configure(config):
    if numba.config.DISABLE_JIT:  # words that run over are meant to; compiled code says nothing of it
        config.addinivalue_line("filterwarnings", "ignore:overflow encountered in scalar:RuntimeWarning")


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
