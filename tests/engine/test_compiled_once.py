"""What Numba keeps on disk is used for the sources that it was made from, and for no others."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pmosim

SOURCES = Path(pmosim.__file__).parent

RUN = """
from numba import config
given = config.CACHE_DIR
import numpy as np
from pmosim.engine.kernels.blocks import duration_block
from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, redraw_durations
from building import portfolio
from pmosim.model.laws import Pert
assert config.CACHE_DIR == given
compiled = compile_portfolio(portfolio({"dig": Pert(480, 960, 4800)}))
print(int(redraw_durations(compiled, Run(64, 1), [0]).sum()))
"""


def total(root: Path) -> int:
    paths = os.pathsep.join([str(root), str(Path(__file__).parents[1])])
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")} | {"PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-c", RUN], env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.slow
@pytest.mark.slow_without_jit
def test_a_change_in_one_kernel_reaches_the_functions_of_other_files_that_call_it(tmp_path):
    shutil.copytree(SOURCES, tmp_path / "pmosim", ignore=shutil.ignore_patterns("__pycache__"))
    before = total(tmp_path)
    assert total(tmp_path) == before  # from the disk
    # as an update of the program would: only the file of one innermost function changes
    file = tmp_path / "pmosim" / "engine" / "kernels" / "sampling.py"
    code = file.read_text()
    last = "whole + np.int32(value + rest)"
    assert code.count(last) == 1
    file.write_text(code.replace(last, "whole + np.int32(value + rest) + np.int32(1)"))
    assert total(tmp_path) == before + 64


@pytest.mark.slow_without_jit
def test_two_processes_that_compile_at_the_same_time_name_their_files_apart():
    """Numba's own names are numbers, the same ones in each process: the index of one would lead to the code of the other."""
    from pmosim.engine.kernels import cost

    code = "from pmosim.engine.kernels import cost; print(cost.cents._cache._cache_file._data_name(1))"
    names = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in range(2)}
    names.add(f"{cost.cents._cache._cache_file._data_name(1)}\n")
    assert len(names) == 3
    assert all(name.endswith(".1.nbc\n") for name in names)
