"""What an XML file is, and what MPXJ passes over in silence: durations that are none, links that lead nowhere.

MS Project's tasks stand in ``Task`` elements with their links; Primavera's in ``Activity``, the links in ``Relationship``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

_DURATION = re.compile(r"-?P(-?\d+Y)?(-?\d+M)?(-?\d+D)?(T(-?\d+H)?(-?\d+M)?(-?\d+(\.\d+)?S)?)?")
_NUMBER = re.compile(r"-?\d*\.?\d*([eE][-+]?\d+)?")

_WATCHED = {
    "Task": {"UID", "Name", "Duration", "RemainingDuration"},
    "PredecessorLink": {"PredecessorUID", "LinkLag"},
    "Activity": {"ObjectId", "Id", "PlannedDuration", "RemainingDuration", "AtCompletionDuration"},
    "Relationship": {"PredecessorActivityObjectId", "SuccessorActivityObjectId", "Lag"},
}
"""By element, the children that are looked at."""


class DamagedXml(Exception):
    """Not well formed; the message says where."""


@dataclass(slots=True)
class Xml:
    """The root element's name, and of its tasks what is checked here."""

    root: str = ""
    wrong: list[str] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)  # of tasks, by number
    _links: list[tuple[str, str]] = field(default_factory=list)  # numbers of successor and predecessor
    _path: list[str] = field(default_factory=list)
    _text: str = ""
    _task: str = ""  # the number of the task that is being read
    _label: str = ""
    _successor: str = ""
    _predecessor: str = ""
    _field: str = ""  # the number of the custom field that is being read
    _fields: dict[str, tuple[str, str]] = field(default_factory=dict)  # its own name ("Number1") and its planner's, by number

    @property
    def dangling_links(self) -> list[str]:
        """Names (Primavera: ids) of the tasks at links whose other end is not in the file."""
        ends = [end for link in self._links if not self._names.keys() >= {*link} for end in link]
        return [self._names[end] for end in ends if end in self._names]


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
        above = seen._path[-1] if seen._path else ""
        if above == "ExtendedAttribute":
            _note_custom(seen, name, seen._text.strip(), parser.CurrentLineNumber)
        elif name in _WATCHED.get(above, ()):
            _note(seen, name, seen._text.strip(), parser.CurrentLineNumber)
        elif name == "Relationship":
            seen._links.append((seen._successor, seen._predecessor))
        elif name in ("Task", "Activity"):
            seen._names[seen._task] = seen._label or seen._task

    def characters(text: str) -> None:
        seen._text += text

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, characters
    try:
        parser.Parse(data, True)
    except (ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that nobody knows
        raise DamagedXml(str(error)) from None
    return seen


def _note(seen: Xml, name: str, text: str, line: int) -> None:
    match name:
        case "UID" | "ObjectId":
            seen._task = text
        case "Name" | "Id":
            seen._label = text
        case "PredecessorUID":
            seen._links.append((seen._task, text))
        case "PredecessorActivityObjectId":
            seen._predecessor = text
        case "SuccessorActivityObjectId":
            seen._successor = text
        case "LinkLag":
            if not re.fullmatch(r"-?\d+", text):
                seen.wrong.append(f"line {line}: LinkLag is '{text}', which is no whole number")
        case _ if seen.root != "Project":
            if not _NUMBER.fullmatch(text):
                seen.wrong.append(f"line {line}: {name} is '{text}', which is no number such as 7.5")
        case _:
            if text and not _DURATION.fullmatch(text):
                seen.wrong.append(f"line {line}: {name} is '{text}', which is no duration such as PT8H0M0S")


def _note_custom(seen: Xml, name: str, text: str, line: int) -> None:
    """A custom field: what it is called, and text where its kind asks for a number or a duration."""
    own, called = seen._fields.get(seen._field, ("", ""))
    if name == "FieldID":
        seen._field = text
    elif name in ("FieldName", "Alias"):
        seen._fields[seen._field] = (text if name == "FieldName" else own, text or called)
    elif name == "Value" and text:
        for kind, pattern, expected in (("Number", _NUMBER, "number such as 7.5"), ("Duration", _DURATION, "duration such as PT8H0M0S")):
            if own.rstrip("0123456789") == kind and not pattern.fullmatch(text):
                whose = f" of task '{seen._label}'" if "Task" in seen._path else ""
                seen.wrong.append(f"line {line}: '{called}'{whose} is '{text}', which is no {expected}")
