"""A first run waits for the kernels that its portfolio needs, not for those of weather, money by date or removal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pmosim

RUN = """
import sys
from building import portfolio
from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, analyse, simulate_finishes
from pmosim.model.laws import Pert
compiled = compile_portfolio(portfolio({"dig": Pert(480, 960, 4800)}))
simulate_finishes(compiled, Run(64, 1)), analyse(compiled, Run(64, 1))
kernels = [module for name, module in sys.modules.items() if name.startswith("pmosim.engine.kernels.")]
found = [kernel for module in kernels for kernel in vars(module).values() if getattr(kernel, "signatures", None)]
used = {kernel.py_func.__module__.rpartition(".")[2] for kernel in found}
print(*sorted(used))
"""


@pytest.mark.slow_without_jit
def test_a_portfolio_without_weather_or_costs_has_no_kernels_of_theirs_compiled():
    paths = os.pathsep.join([str(Path(pmosim.__file__).parents[1]), str(Path(__file__).parents[1])])
    environment = {key: value for key, value in os.environ.items() if key != "NUMBA_DISABLE_JIT"} | {"PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-c", RUN], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    used = set(done.stdout.split())
    assert {"blocks", "analysis"} <= used  # else nothing was looked at
    assert not used & {"weather", "spending", "removal"}, used
