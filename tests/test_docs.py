"""The documentation runs: every command shown prints what is shown, every Python block runs, every scenario is read."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|mailto:|#)(?P<target>[^)#\s]+)")
ELISION = "…"  # alone on a line of shown output: any number of lines that are not shown


@dataclass(frozen=True)
class Block:
    """A fenced block, and where it begins."""

    page: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [Block(page, text.count("\n", 0, found.start()) + 1, found["kind"].strip(), found["text"]) for found in FENCE.finditer(text)]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
SHOWN = [block for block in BLOCKS if block.kind == "console" and "$ pmosim" in block.text]
PYTHON = [page for page in PAGES if any(block.kind == "python" for block in blocks_of(page))]
SCENARIOS = [block for block in BLOCKS if block.kind.startswith("yaml") and re.search(r"^pmosim:", block.text, re.MULTILINE)]


@pytest.fixture
def copy(tmp_path):
    """What a reader has in front of them, without touching the originals."""
    for folder in ("scenarios", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.results"))
    return tmp_path


def environment() -> dict[str, str]:
    return {**os.environ, "MPLBACKEND": "Agg", "COLUMNS": "100", "PYTHONUTF8": "1"}


def printed_by(command: str, folder: Path) -> str:
    """What a terminal would show. `pmosim` is the one under test, whatever else is on the path."""
    shell = f'pmosim() {{ "{sys.executable}" -m pmosim "$@"; }}\n{command}'
    done = subprocess.run(
        ["bash", "-c", shell],
        check=False,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout.decode()


def normalised(output: str) -> list[str]:
    """Lines without what may differ from run to run: how long it took, and whether the kernels had to be compiled."""
    lines = [line.rstrip() for line in output.splitlines() if not re.match("Compiling the kernels|Took ", line)]
    without = [re.sub(r", [^,]* of them for compiling the kernels", "", line) for line in lines]
    without = [re.sub(r"^(\[\d+/\d+\] .*: (?:forecast|unchanged) in) .*", r"\1 <time>", line) for line in without]
    return [re.sub(r"^(Simulated .* iterations in) .*", r"\1 <time>", line) for line in without]


def agrees(shown: list[str], printed: list[str]) -> bool:
    pattern = "".join("(?:.*\n)*?" if line.strip() == ELISION else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def commands_in(block: Block) -> list[tuple[str, str]]:
    """Each `$ command` (continued after a backslash) with the output shown under it."""
    parts = re.split(r"^\$ ", block.text.replace("\\\n", ""), flags=re.MULTILINE)[1:]
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


@pytest.mark.slow
@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_every_command_shown_prints_what_is_shown(block, copy):
    for command, shown in commands_in(block):
        printed = printed_by(command, copy)
        assert agrees(normalised(shown), normalised(printed)), f"{block} shows\n{shown}\nbut '{command}' prints\n{printed}"


def test_the_readme_shows_the_main_job():
    assert any(block.page.name == "README.md" and "$ pmosim run" in block.text for block in SHOWN)


@pytest.mark.slow
@pytest.mark.parametrize("page", PYTHON, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(page, copy):
    blocks = [block for block in blocks_of(page) if block.kind == "python"]
    # blank lines keep the line numbers of the page in a traceback
    program = ""
    for block in blocks:
        program += "\n" * (block.line - program.count("\n")) + block.text
    done = subprocess.run([sys.executable, "-c", program], cwd=copy, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{page.name}:\n{done.stderr}"


@pytest.mark.parametrize("block", SCENARIOS, ids=str)
def test_every_scenario_shown_is_read(block, copy):
    from pmosim.scenario.reader import read_scenario

    file = copy / "scenarios" / "shown-in-the-documentation.yaml"
    file.write_text(block.text, encoding="utf-8")
    assert read_scenario(file).portfolio.projects


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_documentation_leads_somewhere(page):
    targets = [found["target"] for found in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8")))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_command_line_reference_is_as_the_commands_are():
    from pmosim.cli.reference import reference

    assert (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8") == reference(), "run: python -m pmosim.cli.reference"


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a", "c"], False),
        (["a"], ["a", "b"], False),
        (["a", ELISION, "c"], ["a", "b", "b", "c"], True),
        (["a", ELISION, "c"], ["a", "b", "d"], False),
        (["a", ELISION], ["a"], True),
    ],
)
def test_shown_and_printed_are_compared_line_by_line(shown, printed, expected):
    assert agrees(shown, printed) is expected


def test_only_times_are_left_out_of_the_comparison():
    first = "Compiling the kernels (first run only)...\nSimulated 10 iterations in 9.0 s, 8.1 s of them for compiling the kernels.\nP80 3 s"
    later = "Simulated 10 iterations in 0.9 s.\nP80 3 s\nTook 0.9 s, on 2 threads."
    assert normalised(first) == normalised(later) == ["Simulated 10 iterations in <time>", "P80 3 s"]
