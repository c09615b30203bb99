"""A first run waits for the kernels that its portfolio needs, not for those of weather, money by date or removal."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pmosim

SOURCES = Path(pmosim.__file__).parent

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


def test_what_only_kernels_may_call_is_named_nowhere_else():
    """A kernel without a way in from Python crashes the process when Python calls it."""
    kernels = SOURCES / "engine" / "kernels"
    inner = {name for file in kernels.glob("*.py") for name in _decorated(file, "inner")}
    assert len(inner) > 40
    tests = Path(__file__).parents[1]
    others = [file for folder in (SOURCES, tests) for file in folder.rglob("*.py") if kernels not in file.parents]
    assert [(file.name, name) for file in others for name in _from_kernels(file) if name in inner] == []


def _decorated(file, decorator):
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and any(isinstance(one, ast.Name) and one.id == decorator for one in node.decorator_list):
            yield node.name


def _from_kernels(file):
    """Names imported from kernels, and those of their modules that are looked up."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pmosim.engine.kernels"):
            yield from (alias.name for alias in node.names)
            modules |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield node.attr
