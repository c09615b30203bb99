"""The results folder: forecast.json, tables, charts and the report. It appears whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from pmosim.errors import OutsideFailure, PmosimError
from pmosim.output.charts import Chart, catalogue
from pmosim.output.report import report
from pmosim.output.style import encoded, raster_of, svg_of
from pmosim.output.tables import forecast_tables
from pmosim.results.records import Forecast

RECORD = "forecast.json"
OURS = frozenset({RECORD, "report.html", "tables", "charts"})
"""All that a results folder holds. A folder with anything else in it is somebody's, and is never replaced."""


def write_results(forecast: Forecast, folder: str | Path, *, charts: bool = True) -> Path:
    """Write all results into ``folder`` and return its path.

    ``forecast.json``, ``report.html``, ``tables/*.csv`` and ``charts/*.svg, *.png, *.csv``; without ``charts``, the first
    and the tables only. Everything is written into a temporary folder beside it, which then takes its place, so that a
    failure leaves the earlier results as they were.

    Raises PmosimError if ``folder`` holds something that we did not write, OutsideFailure if it cannot be written.
    """
    folder = Path(folder)
    check_folder(folder)
    with _in_place_of(folder) as fresh:
        _write(fresh / RECORD, forecast.to_json())
        _tables(forecast, fresh / "tables")
        if charts:
            drawn = catalogue(forecast)
            svgs = _charts(drawn, fresh / "charts")
            _write(fresh / "report.html", report(forecast, drawn, svgs, with_files=True))
    return folder


def check_folder(folder: str | Path) -> None:
    """Refuse a place where results cannot stand; worth asking before a long simulation.

    Raises PmosimError for a file or for a folder of somebody else's, OutsideFailure for one that cannot be written.
    """
    folder = Path(folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise PmosimError(f"the results folder '{folder}' is a file\n  fix: name another folder, or remove that file")
        others = sorted(entry.name for entry in folder.iterdir() if entry.name not in OURS) if folder.is_dir() else []
        if others:
            raise PmosimError(
                f"the folder '{folder}' holds what pmosim did not write ({', '.join(others[:3])}{', ...' if len(others) > 3 else ''}), "
                "and results replace the whole folder\n  fix: name a new folder, or an earlier results folder"
            )
        parent = _nearest_existing(folder.absolute().parent)
        if not parent.is_dir():
            raise PmosimError(f"the results folder '{folder}' would lie inside the file '{parent}'\n  fix: name another folder")
        os.rmdir(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))  # trying is surer than asking: a disk can be read-only
    except OSError as error:
        raise _outside(folder, error) from error


def _nearest_existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _outside(folder: Path, error: OSError) -> OutsideFailure:
    return OutsideFailure(
        f"the results folder '{folder}' cannot be written: {error.strerror or error}\n  fix: name another folder, or free space"
    )


@contextmanager
def _in_place_of(folder: Path) -> Iterator[Path]:
    """A temporary folder beside ``folder`` that takes its place at the end, if nothing went wrong."""
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.absolute().parent))
    except OSError as error:
        raise _outside(folder, error) from error
    try:
        fresh = beside / "new"
        fresh.mkdir()  # not the temporary folder itself, which only its owner may read
        yield fresh
        _swap(fresh, folder.absolute(), beside / "old")
    except OSError as error:
        raise _outside(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _swap(fresh: Path, folder: Path, aside: Path) -> None:
    """Two renames; if the second one fails, the first is undone."""
    if not folder.exists():
        fresh.rename(folder)
        return
    folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        aside.rename(folder)
        raise


def _tables(forecast: Forecast, folder: Path) -> None:
    folder.mkdir()
    for name, table in forecast_tables(forecast).items():
        _csv(folder / f"{name}.csv", table)


def _charts(charts: list[Chart], folder: Path) -> dict[str, bytes]:
    """Each chart as SVG, PNG and CSV; returns the SVGs. Pictures are compressed in threads while the next one is drawn."""
    folder.mkdir()
    svgs: dict[str, bytes] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs: list[Future[None]] = []
        for chart in charts:
            figure = chart.figure()
            svgs[chart.name] = svg_of(figure)
            jobs.append(pool.submit(_save_picture, folder / f"{chart.name}.png", raster_of(figure)))
            (folder / f"{chart.name}.svg").write_bytes(svgs[chart.name])
            _csv(folder / f"{chart.name}.csv", chart.table)
        for job in jobs:
            job.result()
    return svgs


def _save_picture(path: Path, image) -> None:  # type: ignore[no-untyped-def]
    path.write_bytes(encoded(image))


def _csv(path: Path, table: pd.DataFrame) -> None:
    """Dates as ISO text to the minute; floats with all their digits, so that they read back as they were."""
    table.to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M", lineterminator="\n")


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")
