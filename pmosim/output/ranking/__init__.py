"""What a ranking by removal looks like: text for the terminal, and a results folder. It computes no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pmosim.output.ranking.text import summary
from pmosim.results.ranking import Ranking

if TYPE_CHECKING:
    from pmosim.output.charts import Chart

RECORD = "ranking.json"


def write_ranking(ranking: Ranking, folder: str | Path, *, charts: bool = True) -> Path:
    """Write ``ranking.json``, ``tables/*.csv``, ``charts/*`` and ``report.html`` into ``folder``, whole or not at all.

    Without ``charts`` the first two only. Raises PmosimError if ``folder`` holds something that we did not write,
    OutsideFailure if it cannot be written.
    """
    from pmosim.output.bundle import write_bundle
    from pmosim.output.ranking.rows import table_rows

    def drawn() -> Sequence[Chart]:
        from pmosim.output.ranking.page import catalogue

        return catalogue(ranking)

    def page(drawn: Sequence[Chart], svgs: Mapping[str, bytes]) -> str:
        from pmosim.output.ranking.page import report

        return report(ranking, drawn, svgs, with_files=True)

    return write_bundle(folder, (RECORD, ranking.to_json()), table_rows(ranking), drawn if charts else None, page if charts else None)


__all__ = ["RECORD", "summary", "write_ranking"]
