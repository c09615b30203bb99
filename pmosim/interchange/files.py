"""What a schedule file is, seen before MPXJ reads it: kind, encoding, and whether it is whole.

MPXJ reads a file that was cut off without complaint, takes text for numbers as nothing, and guesses an encoding; each
would give a wrong schedule that looks right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pmosim.errors import UnreadableFile
from pmosim.interchange import xer
from pmosim.interchange.xml import DamagedXml, read_xml

XER, XML, OTHER = "XER", "XML", "other"

READABLE = "Primavera P6 (.xer, .xml) or MS Project (.xml, .mpp)"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LETTERS = re.compile(rb"[\xc0-\xff]{4,}")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""")


@dataclass(frozen=True, slots=True)
class FileKind:
    kind: str
    encoding: str | None = None  # of a text file, by Python's name
    doubtful: bool = False  # bytes that the encoding does not define: names may be garbled
    version: str = ""  # of the tool that wrote it, where the file says so
    currency: str = ""  # of its amounts, by the first line of an XER file
    dangling_links: tuple[str, ...] = ()  # where links lead out of the file: the task that is in it
    open_links: tuple[xer.OpenLink, ...] = ()  # the same with their other ends, where those are known
    missing_calendars: int = 0  # activities whose calendar is not in the file
    idle_calendars: frozenset[int] = frozenset()  # by number


def refuse(path: Path, what: str, fix: str) -> UnreadableFile:
    return UnreadableFile(f"{path}: {what}\n  fix: {fix}")


def examine(path: Path) -> FileKind:
    """Raises UnreadableFile for a file that is missing, empty, damaged, cut off, or of a kind that holds no schedule."""
    data = _bytes_of(path)
    if not data.strip():
        raise refuse(path, "the file is empty", "export the schedule again")
    if data[:2] in (b"E\x00", b"<\x00"):
        raise refuse(path, "the file is in UTF-16, but lacks the mark that says so", "save it as UTF-8, or export it again")
    text, encoding, doubtful = _text_of(data)
    if text.startswith("ERMHDR"):
        head = text[:500].splitlines()[0].split("\t")
        version, currency = "".join(head[1:2]), "".join(head[8:9])
        return replace(_check_xer(path, text), encoding=encoding, doubtful=doubtful, version=version, currency=currency)
    if text.lstrip().startswith("<"):
        return FileKind(XML, encoding, dangling_links=_check_xml(path, data))
    if path.suffix.lower() == ".xer":
        raise refuse(path, "this is no XER file: it does not begin with ERMHDR", "export the project from Primavera P6 as XER again")
    return FileKind(OTHER)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise refuse(path, "there is no such file", "check the name; it is looked for from the scenario's folder") from None
    except IsADirectoryError:
        raise refuse(path, "this is a folder", f"name a schedule file: {READABLE}") from None
    except OSError as error:
        raise refuse(path, f"the file cannot be read ({error.strerror})", "check that you may read it") from None


def _text_of(data: bytes) -> tuple[str, str, bool]:
    """Primavera writes XER in the code page of the machine (CP1252 in the West, CP1251 where Cyrillic is written) or in UTF-8.

    Nothing in the file says which.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding, False
    try:
        return data.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        encoding = "cp1251" if _is_cyrillic(data) else "cp1252"
        text = data.decode(encoding, errors="replace")
        return text, encoding, "\ufffd" in text


def _is_cyrillic(data: bytes) -> bool:
    """Whether bytes that are accented letters in the West stand together as only letters of another alphabet do."""
    letters = sum(len(run) for run in _LETTERS.findall(data))
    return letters > 0.8 * sum(byte > 0x7F for byte in data)


def _check_xer(path: Path, text: str) -> FileKind:
    if "%T\tPROJECT" not in text or "%T\tTASK" not in text:
        raise refuse(path, "the XER file has no PROJECT or no TASK table", "export the project, with its activities, again")
    if not text.rstrip().endswith("%E"):
        raise refuse(path, "the XER file is cut off: its last line is not %E", "export or copy it again")
    rows = [*xer.rows_of(text)]
    _refuse_wrong(path, xer.wrong_cells(rows, xer.decimal_sign(text, rows)))
    links = xer.open_links(rows)
    return FileKind(
        XER,
        dangling_links=tuple(link.at for link in links),
        open_links=tuple(links),
        missing_calendars=xer.missing_calendars(rows),
        idle_calendars=frozenset(xer.idle_calendars(rows)),
    )


def _check_xml(path: Path, data: bytes) -> tuple[str, ...]:
    """Where links lead out of the file."""
    try:
        seen = read_xml(data)
    except DamagedXml as error:
        declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
        said = f", which calls itself {declared[1].decode('ascii')}," if declared and "token" in str(error) else ""
        raise refuse(path, f"the XML file{said} is damaged: {error}", "export or copy it again, and do not edit it by hand") from None
    if seen.root not in ("Project", "APIBusinessObjects"):
        raise refuse(path, f"this XML file is no schedule: it begins with <{seen.root}>", f"give a file of {READABLE}")
    _refuse_wrong(path, seen.wrong)
    return tuple(seen.dangling_links)


def _refuse_wrong(path: Path, sentences: Iterable[str], most: int = 5) -> None:
    found = [*sentences]
    if found:
        more = f"\n  and {len(found) - most} more" if len(found) > most else ""
        raise refuse(path, "the file is damaged\n  " + "\n  ".join(found[:most]) + more, "export it again, and do not edit it by hand")
