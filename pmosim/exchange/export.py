"""A forecast written back beside the planner's own activities: XER, MS Project XML, or Excel."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pmosim.errors import OutsideFailure, PmosimError, UnreadableFile
from pmosim.exchange import mspdi, xer
from pmosim.exchange.figures import fields_of, figures_of
from pmosim.exchange.matching import Matched, match
from pmosim.exchange.workbook import write_workbook
from pmosim.interchange import files
from pmosim.interchange.schedules import Schedule, read_schedule
from pmosim.model.tasks import TaskKind
from pmosim.results.records import Forecast

XER, XML, XLSX = ".xer", ".xml", ".xlsx"


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    activities: int  # that got figures
    fields: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what is not there, and why


def export(forecast: Forecast, output: str | Path, *, schedule: str | Path | None = None, project: str | None = None) -> Exported:
    """Write ``forecast`` into ``output``: by its suffix an XER, MSPDI XML or Excel file.

    ``schedule`` is the planner's own file, of which the others are copies with further fields; ``project`` the forecast's id
    of its first project, where that is not clear.

    Raises PmosimError for what cannot be combined, UnreadableFile for a schedule that cannot be read, and OutsideFailure
    where the output cannot be written.
    """
    output = Path(output)
    kind = output.suffix.lower()
    check(output, schedule)
    fields = fields_of(forecast)
    names = tuple(field.name for field in fields)
    if schedule is None:
        _whole(output, lambda path: write_workbook(path, forecast, fields, {}))
        return Exported(output, len(forecast.tasks), names)
    read = read_schedule(schedule)
    matched = match(forecast, read, project)
    if kind == XLSX:
        codes = {one.forecast.id: one.code for one in matched.activities}
        _whole(output, lambda path: write_workbook(path, forecast, fields, codes))
        return Exported(output, len(forecast.tasks), names)
    data, more = _planners_bytes(read, kind)
    if kind == XER:
        by_code = {
            (one.project.id, one.code): figures_of(one.forecast) for one in matched.activities if one.task.kind is not TaskKind.SUMMARY
        }
        made, count = xer.with_fields(data, fields, by_code), len(by_code)
    else:
        by_uid = {one.task.id: figures_of(one.forecast) for one in matched.activities}
        made, count = mspdi.with_fields(data, fields, by_uid), len(by_uid)
    _whole(output, lambda path: path.write_bytes(made))
    return Exported(output, count, names, (*more, *_notes(matched, read)))


def check(output: Path, schedule: str | Path | None) -> None:
    """Whether such an output can be made of such a schedule, as far as their names tell."""
    kind = output.suffix.lower()
    if kind not in (XER, XML, XLSX):
        raise PmosimError(f"'{output}' is of no kind that can be written\n  fix: end its name with .xer, .xml (MS Project) or .xlsx")
    if output.is_dir():
        raise PmosimError(f"'{output}' is a folder\n  fix: name a file")
    if schedule is None and kind != XLSX:
        raise PmosimError(f"'{output.name}' is to be a copy of the planner's file with more fields\n  fix: name that file with --schedule")
    if schedule is not None and output.exists() and Path(schedule).exists() and output.samefile(schedule):
        raise PmosimError(f"'{output}' is the planner's own file\n  fix: name another output, such as {_beside(output)}")


def _beside(path: Path) -> str:
    return f"{path.stem}-with-P80{path.suffix}"


def _planners_bytes(schedule: Schedule, kind: str) -> tuple[bytes, tuple[str, ...]]:
    """The file to be added to, and what is to be said of it."""
    found = files.examine(schedule.path).kind
    is_project_xml = found == files.XML and _is_mspdi(schedule.path)
    if (kind == XER and found == files.XER) or (kind == XML and is_project_xml):
        return schedule.path.read_bytes(), ()
    if kind == XML and found == files.OTHER:
        return _converted(schedule.path)
    can = XER if found == files.XER else XML if is_project_xml else "nothing but .xlsx"
    fix = f"end the output's name with {can} or .xlsx" if can.startswith(".") else "export to .xlsx, or save the schedule as XER"
    raise PmosimError(f"'{schedule.path.name}' cannot be written as {kind} without losing what is in it\n  fix: {fix}")


def _is_mspdi(path: Path) -> bool:
    from pmosim.interchange.xml import read_xml

    return read_xml(path.read_bytes()).root == "Project"


def _converted(path: Path) -> tuple[bytes, tuple[str, ...]]:
    """A binary file of MS Project as XML, by MPXJ."""
    from pmosim.interchange.java import java_class

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "converted.xml"
        try:
            project = java_class("org.mpxj.reader.UniversalProjectReader")().read(str(path.resolve()))
            java_class("org.mpxj.mspdi.MSPDIWriter")().write(project, str(target))
        except Exception as error:  # Java's
            raise UnreadableFile(f"{path}: it cannot be written as XML ({error})\n  fix: save it as XML in MS Project") from None
        said = f"{path.name} was converted to XML by MPXJ: views, formats, macros and formulas of custom fields are not in it"
        return target.read_bytes(), (said,)


def _notes(matched: Matched, schedule: Schedule) -> tuple[str, ...]:
    notes = []
    finished = sum(task.is_finished for task in schedule.tasks.values())
    if finished:
        notes.append(f"{finished} finished activities have no forecast: their dates are known")
    if matched.without_forecast:
        notes.append(f"{len(matched.without_forecast)} unfinished activities are not in the forecast: {_some(matched.without_forecast)}")
    if matched.unknown:
        notes.append(f"{len(matched.unknown)} tasks of the forecast are not in the file: {_some(matched.unknown)}")
    return tuple(notes)


def _some(ids: tuple[str, ...], most: int = 5) -> str:
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")


def _whole(output: Path, write: Callable[[Path], object]) -> None:
    """The file appears at once, when it is complete."""
    try:
        output.absolute().parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{output.stem}.", suffix=output.suffix, dir=output.absolute().parent)
        os.close(handle)
    except OSError as error:
        raise OutsideFailure(f"cannot write '{output}': {error.strerror}\n  fix: name a file in a folder that you may write to") from error
    fresh = Path(name)
    try:
        write(fresh)
        mask = os.umask(0)
        os.umask(mask)
        fresh.chmod(0o666 & ~mask)  # mkstemp makes private files; this one is the user's own
        fresh.replace(output)
    except OSError as error:
        raise OutsideFailure(f"cannot write '{output}': {error.strerror or error}\n  fix: free space, or name another file") from error
    finally:
        with suppress(OSError):
            fresh.unlink()
