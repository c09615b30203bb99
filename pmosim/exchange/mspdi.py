"""A forecast beside the tasks of an MS Project XML file, as custom fields (Date1, Number1, ...) with their own names.

Only the elements of these fields are put in; every other byte of the file stays as it is.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers.expat import ParserCreate

from pmosim.errors import PmosimError
from pmosim.exchange.figures import Field, FieldKind

Figures = Mapping[str, datetime | float]

_DATES = {f"Date{n}": 188743944 + n for n in range(1, 11)}
_STARTS = dict(
    zip(
        (f"Start{n}" for n in range(1, 11)),
        (188743732, 188743735, 188743738, 188743741, 188743744, 188743962, 188743964, 188743966, 188743968, 188743970),
        strict=True,
    )
)
_FINISHES = {name.replace("Start", "Finish"): id + 1 for name, id in _STARTS.items()}
_NUMBERS = {f"Number{n}": 188743766 + n for n in range(1, 6)} | {f"Number{n}": 188743976 + n for n in range(6, 21)}
POOLS: dict[FieldKind, dict[str, int]] = {
    FieldKind.START: _DATES | _STARTS,
    FieldKind.FINISH: _DATES | _FINISHES,
    FieldKind.NUMBER: _NUMBERS,
}
"""Custom fields of tasks by name -> FieldID (MS Project's PjField). Start1 and so on also serve interim plans: they come last."""

_AFTER = frozenset(
    ["Baseline", "OutlineCode", "IsPublished", "StatusManager", "CommitmentStart", "CommitmentFinish", "CommitmentType", "TimephasedData"]
)
"""What stands after the custom fields of a task, by Microsoft's schema."""

_DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([\w.-]+)["']""")


@dataclass(slots=True)
class _Element:
    begin: int  # of its start tag [bytes]
    end: int = 0  # of its end tag, after it
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Task:
    uid: str = ""
    first: int | None = None  # of its first child
    after: int | None = None  # of the first child that stands after custom fields
    close: int = 0  # of its end tag
    fields: list[_Element] = field(default_factory=list)


@dataclass(slots=True)
class _Layout:
    """Where things stand in an MSPDI text [bytes of its UTF-8 form]."""

    tasks: list[_Task] = field(default_factory=list)
    definitions: list[_Element] = field(default_factory=list)
    definitions_open: int | None = None  # <ExtendedAttributes>
    definitions_close: int | None = None  # </ExtendedAttributes>, or behind <ExtendedAttributes/>
    following: int | None = None  # the first of <Calendars>, <Tasks>


def with_fields(data: bytes, fields: Sequence[Field], figures: Mapping[str, Figures]) -> bytes:
    """The file with the fields. ``figures`` by the task's UID. Fields of an earlier export take the new values.

    Raises PmosimError where the file has not enough custom fields left.
    """
    encoding, mark = _encoding_of(data)
    text = data[len(mark) :].decode(encoding).encode("utf-8")
    layout = _layout_of(text)
    ids, new = _assigned(layout, fields)
    edits = [
        *_definition_edits(text, layout, new),
        *(edit for task in layout.tasks for edit in _task_edits(text, task, ids, fields, figures)),
    ]
    return mark + _edited(text, edits).decode("utf-8").encode(encoding)


def _encoding_of(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in ((BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return encoding, mark
    declared = _DECLARED.match(data.lstrip()[:200])
    return (declared[1].decode("ascii") if declared else "utf-8"), b""


def _layout_of(text: bytes) -> _Layout:
    layout = _Layout()
    parser = ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    path: list[str] = []
    content = ""

    def begin(name: str, _attributes: dict[str, str]) -> None:
        nonlocal content
        name, at, content = name.rpartition(" ")[2], parser.CurrentByteIndex, ""
        if len(path) == 1 and name == "ExtendedAttributes":
            layout.definitions_open = at
        elif len(path) == 1 and name in ("Calendars", "Tasks") and layout.following is None:
            layout.following = at
        elif path[1:] == ["ExtendedAttributes"]:
            layout.definitions.append(_Element(at))
        elif path[1:] == ["Tasks"] and name == "Task":
            layout.tasks.append(_Task())
        elif path[1:] == ["Tasks", "Task"]:
            _note_child(layout.tasks[-1], name, at)
        path.append(name)

    def end(_name: str) -> None:
        nonlocal content
        name, at = path.pop(), parser.CurrentByteIndex
        if len(path) == 1 and name == "ExtendedAttributes":
            layout.definitions_close = at
        elif path[1:] == ["ExtendedAttributes"]:
            layout.definitions[-1].end = _closed(text, at)
        elif path[1:] == ["ExtendedAttributes", "ExtendedAttribute"]:
            layout.definitions[-1].texts[name] = content
        elif path[1:] == ["Tasks"] and name == "Task":
            layout.tasks[-1].close = at
        elif path[1:] == ["Tasks", "Task"] and name == "UID":
            layout.tasks[-1].uid = content.strip()
        elif path[1:] == ["Tasks", "Task"] and name == "ExtendedAttribute":
            layout.tasks[-1].fields[-1].end = _closed(text, at)
        elif path[1:] == ["Tasks", "Task", "ExtendedAttribute"]:
            layout.tasks[-1].fields[-1].texts[name] = content

    def characters(more: str) -> None:
        nonlocal content
        content += more

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, characters
    parser.Parse(text, True)
    return layout


def _note_child(task: _Task, name: str, at: int) -> None:
    task.first = at if task.first is None else task.first
    if name == "ExtendedAttribute":
        task.fields.append(_Element(at))
    elif name in _AFTER and task.after is None:
        task.after = at


def _closed(text: bytes, at: int) -> int:
    """The end of the element whose end is reported ``at``: where its end tag begins, or behind it for one without content."""
    return text.index(b">", at) + 1 if text.startswith(b"</", at) else at


def _assigned(layout: _Layout, fields: Sequence[Field]) -> tuple[dict[str, int], list[tuple[Field, str, int]]]:
    """The FieldID of each field by name, and those to be defined, with MS Project's own name for them."""
    ours = {one.texts.get("Alias", ""): int(one.texts.get("FieldID") or 0) for one in layout.definitions}
    used = {int(one.texts.get("FieldID") or 0) for one in layout.definitions}
    used |= {int(one.texts.get("FieldID") or 0) for task in layout.tasks for one in task.fields}
    ids: dict[str, int] = {}
    new: list[tuple[Field, str, int]] = []
    for own in fields:
        if own.name in ours and ours[own.name] in POOLS[own.kind].values():
            ids[own.name] = ours[own.name]
            continue
        free = next(((name, id) for name, id in POOLS[own.kind].items() if id not in used), None)
        if free is None:
            fix = "free one in MS Project (Project > Custom Fields), or export to .xlsx"
            raise PmosimError(f"the file has no custom field left for '{own.name}': all of {_range(own.kind)} are in use\n  fix: {fix}")
        ids[own.name] = free[1]
        used.add(free[1])
        new.append((own, *free))
    return ids, new


def _range(kind: FieldKind) -> str:
    return {FieldKind.NUMBER: "Number1-20", FieldKind.START: "Date1-10 and Start1-10", FieldKind.FINISH: "Date1-10 and Finish1-10"}[kind]


Edit = tuple[int, int, bytes]
"""From, to, and what stands there instead."""


def _definition_edits(text: bytes, layout: _Layout, new: Sequence[tuple[Field, str, int]]) -> list[Edit]:
    if not new:
        return []
    opened, closed = layout.definitions_open, layout.definitions_close
    around = opened if opened is not None else layout.following
    if around is None:
        raise PmosimError("the file has no tasks\n  fix: export the project with its tasks")
    outer = _space_before(text, around)
    inner = outer + b"    " if b"\n" in outer else b""
    deeper = inner + b"    " if inner else b""
    body = b"".join(_definition(name, id, own.name, inner, deeper) for own, name, id in new)
    if opened is None or closed is None:
        return [(around, around, b"<ExtendedAttributes>" + body + outer + b"</ExtendedAttributes>" + outer)]
    if not text.startswith(b"</", closed):
        return [(opened, closed, b"<ExtendedAttributes>" + body + outer + b"</ExtendedAttributes>")]
    at = closed - len(_space_before(text, closed))
    return [(at, at, body)]


def _definition(name: str, id: int, alias: str, inner: bytes, deeper: bytes) -> bytes:
    parts = (f"<FieldID>{id}</FieldID>", f"<FieldName>{name}</FieldName>", f"<Alias>{alias}</Alias>")
    return inner + b"<ExtendedAttribute>" + b"".join(deeper + part.encode() for part in parts) + inner + b"</ExtendedAttribute>"


def _task_edits(text: bytes, task: _Task, ids: Mapping[str, int], fields: Sequence[Field], figures: Mapping[str, Figures]) -> list[Edit]:
    own = figures.get(task.uid)
    if own is None or task.first is None:
        return []
    old = [one for one in task.fields if int(one.texts.get("FieldID") or 0) in ids.values()]
    edits: list[Edit] = [(one.begin - len(_space_before(text, one.begin)), one.end, b"") for one in old]
    inner = _space_before(text, task.first)
    deeper = inner + b"    " if b"\n" in inner else b""
    body = b"".join(
        inner
        + b"<ExtendedAttribute>"
        + deeper
        + f"<FieldID>{ids[one.name]}</FieldID>".encode()
        + deeper
        + f"<Value>{_written(own[one.name])}</Value>".encode()
        + inner
        + b"</ExtendedAttribute>"
        for one in sorted(fields, key=lambda one: ids[one.name])
        if one.name in own
    )
    if task.fields:
        at = task.fields[-1].end
    else:
        anchor = task.after if task.after is not None else task.close
        at = anchor - len(_space_before(text, anchor))
    return [*edits, (at, at, body)]


def _written(figure: datetime | float) -> str:
    return f"{figure:%Y-%m-%dT%H:%M:00}" if isinstance(figure, datetime) else f"{figure:.2f}"


def _space_before(text: bytes, at: int) -> bytes:
    """The line end and indentation before a tag."""
    begin = at
    while begin > 0 and text[begin - 1 : begin] in (b" ", b"\t", b"\r", b"\n"):
        begin -= 1
    return text[begin:at]


def _edited(text: bytes, edits: list[Edit]) -> bytes:
    parts: list[bytes] = []
    at = 0
    for begin, end, instead in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[at:begin], instead]
        at = end
    return b"".join([*parts, text[at:]])
