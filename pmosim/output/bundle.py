"""A results folder of any record: the record itself, tables, charts and a page. It appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pmosim.output.folder import check_folder, in_place_of
from pmosim.output.results import save_charts, settled_memory, write_csv
from pmosim.output.tables import Row

if TYPE_CHECKING:
    from pmosim.output.charts import Chart


def write_bundle(
    folder: str | Path,
    record: tuple[str, str],
    tables: Mapping[str, Sequence[Row]],
    charts: Callable[[], Sequence[Chart]] | None,
    page: Callable[[Sequence[Chart], Mapping[str, bytes]], str] | None,
) -> Path:
    """Write ``record`` (file name and text), ``tables/*.csv``, ``charts/*`` and ``report.html`` into ``folder``.

    ``charts`` and ``page`` load what draws them, and are left out together where no pictures are wanted. Raises PmosimError if
    ``folder`` holds something that we did not write, OutsideFailure if it cannot be written.
    """
    folder = Path(folder)
    check_folder(folder)
    with in_place_of(folder) as fresh:
        name, text = record
        (fresh / name).write_text(text, encoding="utf-8", newline="\n")
        (fresh / "tables").mkdir()
        for table, rows in tables.items():
            if rows:
                write_csv(fresh / "tables" / f"{table}.csv", rows)
        if charts is not None and page is not None:
            with settled_memory():
                drawn = list(charts())
                svgs = save_charts(drawn, fresh / "charts")
                (fresh / "report.html").write_text(page(drawn, svgs), encoding="utf-8", newline="\n")
    return folder
