"""What an XML file is, and what MPXJ passes over in silence in MS Project's: durations that are none, links that lead nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

_DURATION = re.compile(r"-?P(-?\d+Y)?(-?\d+M)?(-?\d+D)?(T(-?\d+H)?(-?\d+M)?(-?\d+(\.\d+)?S)?)?")
_WATCHED = {"UID", "Name", "PredecessorUID", "Duration", "RemainingDuration", "LinkLag"}


class DamagedXml(Exception):
    """Not well formed; the message says where."""


@dataclass(slots=True)
class Xml:
    """The root element's name, and of MS Project's tasks what is checked here."""

    root: str = ""
    wrong: list[str] = field(default_factory=list)
    _tasks: set[str] = field(default_factory=set)
    _links: list[tuple[str, str]] = field(default_factory=list)  # successor's name, predecessor's unique id
    _name: str = ""
    _path: list[str] = field(default_factory=list)
    _text: str = ""

    @property
    def dangling_links(self) -> list[str]:
        """Names of the tasks at links whose other end is not in the file."""
        return [name for name, uid in self._links if uid not in self._tasks]


def read_xml(data: bytes) -> Xml:
    """Raises DamagedXml."""
    seen = Xml()
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def begin(name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        seen.root = seen.root or name
        seen._path.append(name)
        seen._text = ""

    def end(_name: str) -> None:
        name = seen._path.pop()
        if name in _WATCHED and "Task" in seen._path[-2:]:
            _note(seen, name, seen._text.strip(), parser.CurrentLineNumber)

    def characters(text: str) -> None:
        seen._text += text

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, characters
    try:
        parser.Parse(data, True)
    except (ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that nobody knows
        raise DamagedXml(str(error)) from None
    return seen


def _note(seen: Xml, name: str, text: str, line: int) -> None:
    if name == "UID" and seen._path[-1] == "Task":
        seen._tasks.add(text)
    elif name == "Name" and seen._path[-1] == "Task":
        seen._name = text
    elif name == "PredecessorUID":
        seen._links.append((seen._name, text))
    elif name == "LinkLag" and not re.fullmatch(r"-?\d+", text):
        seen.wrong.append(f"line {line}: LinkLag is '{text}', which is no whole number")
    elif name.endswith("Duration") and text and not _DURATION.fullmatch(text):
        seen.wrong.append(f"line {line}: {name} is '{text}', which is no duration such as PT8H0M0S")
