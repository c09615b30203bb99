"""A folder that appears whole, or not at all, and never replaces what somebody else wrote."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pmosim.errors import OutsideFailure, PmosimError

RECORD = "forecast.json"
OURS = frozenset(
    {
        RECORD,
        "calibration.json",
        "comparison.json",
        "explanation.json",
        "trend.json",
        "mitigation.json",
        "ranking.json",
        "replay.json",
        "report.html",
        "forecast.xlsx",
        "slides.pptx",
        "tables",
        "charts",
    }
)
"""All that a results folder holds. A folder with anything else in it is somebody's, and is never replaced."""


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
def in_place_of(folder: Path) -> Iterator[Path]:
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
