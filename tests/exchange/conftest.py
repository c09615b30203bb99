"""Schedule files to turn into scenario folders, and the command that does it."""

import pytest
from schedule_files import DATA, link, unpacked, xer_text

from pmosim.cli.main import run

FILES = sorted(path.name for path in DATA.iterdir() if path.suffix in (".xer", ".xml", ".gz"))

ACTIVITIES = (
    {"task_code": "A9", "target_drtn_hr_cnt": "40"},
    {"task_code": "A10", "target_drtn_hr_cnt": "36"},
    {"task_code": "A11", "task_type": "TT_FinMile", "target_drtn_hr_cnt": "0"},
)
LINKS = (link(1, 2, pred_type="PR_SS", lag_hr_cnt="16"), link(1, 3), link(2, 3))


@pytest.fixture(params=FILES)
def schedule_file(request, tmp_path):
    """Every real schedule file in turn."""
    return unpacked(request.param.removesuffix(".gz"), tmp_path) if request.param.endswith(".gz") else DATA / request.param


@pytest.fixture
def house(tmp_path):
    """Writes a small XER file; keywords change its activities by their codes, or give whole lists of them."""

    def write(name="house.xer", activities=ACTIVITIES, links=LINKS, **changes):
        rows = [row | changes.get(row["task_code"], {}) for row in activities]
        path = tmp_path / name
        path.write_bytes(xer_text(rows, links).encode("cp1252"))
        return path

    return write


@pytest.fixture
def command(tmp_path, monkeypatch, capfd):
    """Runs `pmosim ...` in this process: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def pmosim(*arguments):
        code = run([str(argument) for argument in arguments])
        return int(code), *capfd.readouterr()

    return pmosim
