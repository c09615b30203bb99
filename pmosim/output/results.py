"""The results folder: forecast.json, tables, charts and the report.

Matplotlib and pandas are loaded where charts are drawn, so that a run without them is quick.
"""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmosim.errors import PmosimError
from pmosim.output import analyses, exposing, mitigating
from pmosim.output.folder import RECORD, check_folder, in_place_of
from pmosim.output.tables import Row, table_rows
from pmosim.results.records import Forecast

if TYPE_CHECKING:
    from PIL.Image import Image

    from pmosim.output.charts import Chart
    from pmosim.output.likeness import Likeness

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet may take a text for a formula. Source: OWASP, *CSV Injection*."""

__all__ = ["check_folder", "write_results"]


def write_results(
    forecast: Forecast,
    folder: str | Path,
    *,
    charts: bool = True,
    workbook: bool = False,
    slides: bool = False,
    like: Forecast | None = None,
) -> Path:
    """Write all results into ``folder`` and return its path.

    ``forecast.json``, ``report.html``, ``tables/*.csv`` (those that have rows) and ``charts/*.svg, *.png, *.csv``; without
    ``charts``, the first and the tables only. With ``workbook``, ``forecast.xlsx``; with ``slides``, ``slides.pptx``.
    ``like``: an earlier forecast, with whose axes and bins charts are drawn, and against which moves are told.
    Everything is written into a temporary folder beside it, which then takes its place, so that a failure leaves the earlier
    results as they were.

    Raises PmosimError if ``folder`` holds something that we did not write, OutsideFailure if it cannot be written.
    """
    folder = Path(folder)
    check_folder(folder)
    with in_place_of(folder) as fresh:
        _write(fresh / RECORD, forecast.to_json())
        _tables(forecast, fresh / "tables")
        if workbook:
            from pmosim.output.workbook import WORKBOOK, write_workbook

            write_workbook(forecast, fresh / WORKBOOK)
        if charts or slides:
            from pmosim.output.charts import catalogue
            from pmosim.output.report import report

            with settled_memory():
                earlier = likeness(forecast, like)
                drawn = catalogue(forecast, earlier)
                if charts:
                    svgs = save_charts(drawn, fresh / "charts")
                    _write(fresh / "report.html", report(forecast, drawn, svgs, with_files=True, like=earlier))
                if slides:
                    from pmosim.output.slides import SLIDES, write_slides

                    write_slides(forecast, drawn, fresh / SLIDES)
    return folder


def likeness(forecast: Forecast, like: Forecast | None) -> Likeness | None:
    """Raises PmosimError where an earlier forecast has no target in common with this one."""
    from pmosim.output.likeness import Likeness

    if like is None:
        return None
    try:
        return Likeness.of(forecast, like)
    except ValueError as error:
        raise PmosimError(
            f"{error}, so neither can be drawn like the other\n  fix: name an earlier forecast of the same projects"
        ) from error


@contextmanager
def settled_memory() -> Iterator[None]:
    """What exists by now is not searched for garbage while figures, which are full of circles, come and go; they are."""
    was_enabled = gc.isenabled()
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        gc.unfreeze()
        if not was_enabled:
            gc.disable()


def tables_of(forecast: Forecast) -> dict[str, list[Row]]:
    """All tables of a results folder that have rows, by name."""
    tables = table_rows(forecast)
    for further in (mitigating, exposing, analyses):
        tables |= further.table_rows(forecast)
    return {name: rows for name, rows in tables.items() if rows}


def _tables(forecast: Forecast, folder: Path) -> None:
    folder.mkdir()
    for name, rows in tables_of(forecast).items():
        write_csv(folder / f"{name}.csv", rows)


def save_charts(charts: list[Chart], folder: Path) -> dict[str, bytes]:
    """Each chart as SVG, PNG and CSV; returns the SVGs. Pictures are compressed in threads while the next one is drawn."""
    from pmosim.output.style import raster_of, svg_of

    folder.mkdir()
    svgs: dict[str, bytes] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs: list[Future[None]] = []
        for chart in charts:
            figure = chart.figure()
            svgs[chart.name] = svg_of(figure)
            jobs.append(pool.submit(_save_picture, folder / f"{chart.name}.png", raster_of(figure)))
            (folder / f"{chart.name}.svg").write_bytes(svgs[chart.name])
            chart.table.map(harmless).to_csv(folder / f"{chart.name}.csv", index=False, date_format="%Y-%m-%dT%H:%M", lineterminator="\n")
        for job in jobs:
            job.result()
    return svgs


def _save_picture(path: Path, image: Image) -> None:
    from pmosim.output.style import encoded

    path.write_bytes(encoded(image))


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Dates as ISO text to the minute; numbers with all their digits, so that they read back as they were; empty for none."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows([_cell(row.get(name)) for name in heads] for row in rows)


def _cell(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else harmless(value)


def harmless(value: Any) -> Any:
    """A text that a spreadsheet might take for a formula gets an apostrophe before it; figures are left as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")
