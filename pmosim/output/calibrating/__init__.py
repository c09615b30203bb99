"""What a calibration looks like: text for the terminal, and a results folder. It computes no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pmosim.output.calibrating.text import summary
from pmosim.results.calibration import Calibration

if TYPE_CHECKING:
    from pmosim.output.charts import Chart

RECORD = "calibration.json"


def write_calibration(calibration: Calibration, folder: str | Path, *, charts: bool = True) -> Path:
    """Write ``calibration.json``, ``tables/*.csv``, ``charts/*`` and ``report.html`` into ``folder``, whole or not at all.

    Without ``charts`` the first two only. Raises PmosimError if ``folder`` holds something that we did not write,
    OutsideFailure if it cannot be written.
    """
    from pmosim.output.bundle import write_bundle
    from pmosim.output.calibrating.rows import table_rows

    def drawn() -> Sequence[Chart]:
        from pmosim.output.calibrating.page import catalogue

        return catalogue(calibration)

    def page(drawn: Sequence[Chart], svgs: Mapping[str, bytes]) -> str:
        from pmosim.output.calibrating.page import report

        return report(calibration, drawn, svgs, with_files=True)

    record = RECORD, calibration.to_json()
    return write_bundle(folder, record, table_rows(calibration), drawn if charts else None, page if charts else None)


__all__ = ["RECORD", "summary", "write_calibration"]
