"""Imports point the way data flows: a package imports only what stands before it, and nothing heavy before it is needed."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAY_IMPORT = {
    "errors": set(),
    "garbage": set(),
    "model": {"errors"},
    "quality": {"errors", "model"},
    "interchange": {"errors", "model"},
    "scenario": {"errors", "garbage", "model", "interchange"},
    "results": {"errors", "model"},
    "exchange": {"errors", "model", "interchange", "scenario", "results"},
    "engine": {"errors", "model", "results"},
    "forecasting": {"errors", "garbage", "model", "results", "engine"},
    "history": {"errors", "model", "results", "engine", "forecasting"},
    "output": {"errors", "results"},
    "batch": {"errors", "garbage", "model", "interchange", "scenario", "results", "engine", "forecasting", "history", "output", "exchange"},
    "cli": {
        "errors",
        "model",
        "interchange",
        "scenario",
        "results",
        "engine",
        "forecasting",
        "history",
        "output",
        "quality",
        "exchange",
        "batch",
    },
    "__main__": {"cli"},
}
HEAVY = {"numba", "numpy", "scipy", "pandas", "matplotlib", "seaborn", "networkx", "pydantic", "yaml", "openpyxl", "jpype", "holidays"}
HEAVY |= {"sqlalchemy", "alembic"}

ROOT = Path(__file__).parents[1] / "pmosim"
FILES = sorted(file for file in ROOT.rglob("*.py") if file != ROOT / "__init__.py")
KERNELS = [file for file in FILES if file.relative_to(ROOT).as_posix().startswith("engine/kernels")]


def place(file: Path) -> str:
    return str(file.relative_to(ROOT))


def modules_imported_by(file: Path):
    """Absolute names of all that ``file`` imports, wherever in the file it does so."""
    package = ("pmosim", *file.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            yield from (f"{base}.{alias.name}" for alias in node.names)


def packages_imported_by(file: Path) -> set[str]:
    """The parts of pmosim that ``file`` imports; '(public names)' for the package itself."""
    ours = (name.split(".") for name in modules_imported_by(file) if name.split(".")[0] == "pmosim")
    known = {child.stem for child in ROOT.iterdir()}
    return {parts[1] if len(parts) > 1 and parts[1] in known else "(public names)" for parts in ours}


@pytest.mark.parametrize("file", FILES, ids=place)
def test_imports_point_one_way(file):
    own = file.relative_to(ROOT).parts[0].removesuffix(".py")
    wrong = packages_imported_by(file) - MAY_IMPORT[own] - {own}
    assert not wrong, f"{place(file)} belongs to '{own}', which may not import {sorted(wrong)}"


def test_the_directions_themselves_have_no_circle():
    for own, allowed in MAY_IMPORT.items():
        before = list(MAY_IMPORT)[: list(MAY_IMPORT).index(own)]
        assert allowed <= set(before), f"'{own}' may import {sorted(allowed - set(before))}, which stands after it"


def test_every_part_of_the_package_has_its_directions():
    parts = {child.stem for child in ROOT.iterdir() if child.suffix == ".py" or (child / "__init__.py").exists()}
    assert parts - {"__init__"} == set(MAY_IMPORT)


@pytest.mark.parametrize("file", KERNELS, ids=place)
def test_kernels_know_nothing_of_ours_but_other_kernels(file):
    ours = {name for name in modules_imported_by(file) if name.startswith("pmosim")}
    assert all(name.startswith("pmosim.engine.kernels") for name in ours), sorted(ours)


def test_there_are_kernels_to_look_at():
    assert KERNELS


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import pmosim.engine.simulation", {"engine"}),
        ("from pmosim import engine", {"engine"}),
        ("from pmosim.results.records import Forecast", {"results"}),
        ("from ..engine import simulation", {"engine"}),
        ("from . import text", {"output"}),
        ("from pmosim import load", {"(public names)"}),
        ("def late():\n    import pmosim.model.laws", {"model"}),
        ("import numpy", set()),
    ],
)
def test_no_way_of_writing_an_import_goes_unseen(source, expected, tmp_path, monkeypatch):
    for part in ("engine", "output", "results", "model"):
        (tmp_path / part).mkdir()
    file = tmp_path / "output" / "probe.py"
    file.write_text(source)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert packages_imported_by(file) == expected


def loaded_by(program: str) -> set[str]:
    """Names of the top-level packages that a new Python has loaded after ``program``."""
    code = f"{program}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})), file=sys.__stderr__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "program",
    [
        "import pmosim",
        *(f"from pmosim.cli.main import run\nrun({words})" for words in (["--help"], ["run", "--help"], ["check", "--help"])),
    ],
    ids=["import pmosim", "pmosim --help", "pmosim run --help", "pmosim check --help"],
)
def test_nobody_waits_for_heavy_packages_before_they_are_needed(program):
    assert not loaded_by(program) & HEAVY


def test_whatever_tells_a_record_can_be_the_first_to_be_imported():
    modules = [f"pmosim.output.{name}" for name in ("analyses", "comparing", "exposing", "ranking", "replaying", "responding", "text")]
    program = (
        "import sys\n"
        "for name in sys.argv[1:]:\n"
        "    for known in [one for one in sys.modules if one.startswith('pmosim')]:\n"
        "        del sys.modules[known]\n"
        "    __import__(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *modules], capture_output=True, text=True, check=False, cwd=ROOT.parent)
    assert done.returncode == 0, done.stderr
