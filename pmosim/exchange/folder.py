"""The folder of an import: written once as a whole, and later only where it belongs to the planner."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pmosim.errors import InvalidScenario, OutsideFailure, PmosimError
from pmosim.exchange.scenario import MARK, SCENARIO, SCHEDULE, generated, yours
from pmosim.interchange.schedules import Schedule


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did to its folder. Names of files."""

    folder: Path
    written: tuple[str, ...]
    removed: tuple[str, ...] = ()  # tables of projects that are no longer in the planner's file
    kept_id: tuple[str, str] | None = None  # the id of the only project in the file, and the one that it keeps from earlier imports

    @property
    def changed(self) -> bool:
        return bool(self.written or self.removed)


def write_import(schedule: Schedule, folder: str | Path, *, update: bool = False, force: bool = False, files: str = "") -> Imported:
    """The schedule as a scenario folder. ``files`` are the words by which the user named its files.

    With ``update`` an earlier import takes what has changed, and ``scenario.yaml`` is left alone. With ``force`` files of
    the same names are overwritten in a folder that is no import.

    Raises PmosimError where the folder holds something else, and OutsideFailure where it cannot be written.
    """
    folder = Path(folder)
    try:
        return _write(schedule, folder, files or schedule.path.name, update=update, force=force)
    except OSError as error:
        where = error.filename or folder
        raise OutsideFailure(f"cannot write '{where}': {error.strerror or error}\n  fix: name a folder that you may write to") from error


def _write(schedule: Schedule, folder: Path, files: str, *, update: bool, force: bool) -> Imported:
    check_folder(folder, update=update, force=force)
    earlier = _earlier_projects(folder) if is_import(folder) else {}
    own = [project.id for project in schedule.projects]
    kept_id: tuple[str, str] | None = None
    if len(own) == len(earlier) == 1 and own != [*earlier]:  # its name may be that of a file, which has another one every week
        kept_id = (own[0], next(iter(earlier)))
        schedule = schedule.renamed({own[0]: kept_id[1]})
    texts = generated(schedule)
    if not is_import(folder) or not (folder / SCENARIO).exists():
        texts[SCENARIO] = yours(schedule, str(folder), files)
    written = tuple(sorted(name for name, text in texts.items() if _read(folder / name) != text))
    removed = tuple(sorted(name for name in earlier.values() if name not in texts and (folder / name).is_file()))
    if folder.exists():
        _replace(folder, {name: texts[name] for name in written}, removed)
    else:
        _create(folder, texts)
    return Imported(folder, written, removed, kept_id)


def is_import(folder: Path) -> bool:
    return (_read(folder / SCHEDULE) or "").startswith(MARK)


def check_folder(folder: Path, *, update: bool, force: bool) -> None:
    """Refuse to overwrite what is not an import, and without ``update`` also what is one."""
    if folder.exists() and not folder.is_dir():
        raise PmosimError(f"'{folder}' is a file\n  fix: name a folder with --output")
    holds = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith(".")) if folder.is_dir() else []
    if is_import(folder):
        if not update and not force:
            raise PmosimError(f"'{folder}' holds an earlier import\n  fix: bring it up to date with --update; its {SCENARIO} is left alone")
    elif holds and not force:
        some = ", ".join(holds[:3]) + (", ..." if len(holds) > 3 else "")
        fix = "name a new folder, or write among these files with --force"
        raise PmosimError(f"the folder '{folder}' holds what 'pmosim import' did not write ({some})\n  fix: {fix}")
    elif not holds and update and not force:
        raise PmosimError(f"there is no earlier import in '{folder}'\n  fix: leave out --update, or correct the name of the folder")


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except UnicodeDecodeError:
        return ""


def _earlier_projects(folder: Path) -> dict[str, str]:
    """The projects of the earlier import, with the name of the table of each."""
    from pmosim.scenario.document import read_document

    try:
        value = read_document(folder / SCHEDULE).value
    except (PmosimError, InvalidScenario):
        return {}
    projects = value.get("projects") if isinstance(value, dict) else None
    entries = projects.items() if isinstance(projects, dict) else ()
    return {id: table for id, entry in entries if isinstance(entry, dict) and _is_beside(table := str(entry.get("tasks_from", "")))}


def _is_beside(name: str) -> bool:
    return name.endswith(".csv") and Path(name).name == name


def _create(folder: Path, texts: dict[str, str]) -> None:
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fresh = beside / "new"
        fresh.mkdir()  # not the temporary folder itself, which only its owner may read
        for name, text in texts.items():
            (fresh / name).write_bytes(text.encode())
        fresh.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _replace(folder: Path, texts: dict[str, str], removed: tuple[str, ...]) -> None:
    """All new files stand ready before the first takes its place."""
    ready: dict[Path, Path] = {}
    try:
        for name, text in texts.items():
            fresh = folder / f".{name}.new"
            ready[fresh] = folder / name
            fresh.write_bytes(text.encode())
        for fresh, place in ready.items():
            os.replace(fresh, place)
    finally:
        for fresh in ready:
            with suppress(FileNotFoundError):
                fresh.unlink()
    for name in removed:
        (folder / name).unlink()
