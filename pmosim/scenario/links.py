"""Links as people write them: ``design``, ``design SS+10d``, ``permit FF-2d``, ``a FS+3ed``, ``a FS+50%``, ``b after a FS+5d``.

``design SS+10d on predecessor`` says on whose calendar this one lag runs, ``pour FS+(pert 5d 7d 14d)`` that it is uncertain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pmosim.errors import did_you_mean
from pmosim.model.tasks import LagCalendar, LinkKind
from pmosim.scenario.places import Misread
from pmosim.scenario.quantities import Amount, Kind, Word, read_amount

_ID = r"""(?:'(?P<single>[^']+)'|"(?P<double>[^"]+)"|(?P<bare>[^\s'"][^\s]*))"""
_LAG = r"(?:\s*(?P<sign>[+-])\s*(?:\((?P<wait>[^()]*)\)|(?P<lag>\S+(?:\s+(?!on\b)[A-Za-z]+)?)))?(?:\s+on\s+(?P<calendar>\S+))?"
_LINK = re.compile(rf"\s*{_ID}(?:\s+(?!on\s)(?P<kind>[A-Za-z]+))?{_LAG}\s*\Z")
_KINDS = {
    "FINISH-TO-START": "FS",
    "START-TO-START": "SS",
    "FINISH-TO-FINISH": "FF",
    "START-TO-FINISH": "SF",
}


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link in its author's words; the other end is the task under which it stands."""

    predecessor: str
    kind: LinkKind
    lag: Amount | None
    offset: int  # of the predecessor
    wait: tuple[str, int] | None = None  # an uncertain lag: its estimate in its author's words, and where that begins
    lag_calendar: LagCalendar | None = None  # on whose calendar the lag runs, where it says so


@lru_cache(maxsize=16384)
def read_links(text: str) -> tuple[WrittenLink, ...]:
    """One or several links, parted by commas or semicolons. Raises `Misread`."""
    return tuple(_read_link(piece.group(), piece.start()) for piece in re.finditer(r"[^,;]+", text) if piece.group().strip())


def _read_link(text: str, at: int) -> WrittenLink:
    lead = at + len(text) - len(text.lstrip())
    written = text.strip()
    match = _LINK.match(written)
    if not match:
        second = re.match(r"\S+\s+", written)
        where = second.end() if second else 0
        what = f"'{written[where:]}' is no link" if where else f"'{written}' names no task"
        raise Misread("not-a-link", what, "write a task and how it is linked, such as  design SS+10d", lead + where)
    name = match["single"] or match["double"] or match["bare"]
    kind = LinkKind.FS
    if match["kind"]:
        word = match["kind"].upper()
        if word not in LinkKind.__members__:
            fix = did_you_mean(word, LinkKind.__members__, "use FS, SS, FF or SF; several tasks are parted by commas")
            raise Misread("unknown-link", f"'{match['kind']}' is no kind of link", fix, lead + match.start("kind"))
        kind = LinkKind[word]
    start = match.start("single" if match["single"] else "double" if match["double"] else "bare")
    return WrittenLink(name, kind, _lag(match, lead), lead + start, _wait(match, lead), _lag_calendar(match, lead))


def _lag_calendar(match: re.Match[str], lead: int) -> LagCalendar | None:
    name = match["calendar"]
    if name is None:
        return None
    try:
        return LagCalendar(name)
    except ValueError:
        fix = did_you_mean(name, list(LagCalendar), "write predecessor, successor, project or 24h")
        raise Misread("unknown-lag-calendar", f"a lag cannot run on '{name}'", fix, lead + match.start("calendar")) from None


def _lag(match: re.Match[str], lead: int) -> Amount | None:
    if not match["sign"] or match["wait"] is not None:
        return None
    word = Word(re.sub(r"\s+", "", match["lag"]), lead + match.start("lag"))
    amount = read_amount(word, Kind.DURATION)
    if amount.is_negative:
        raise Misread("not-a-link", f"the lag '{match['sign']}{match['lag']}' has two signs", "write one sign", word.offset)
    if match["sign"] == "+":
        return amount
    return Amount(tuple((-number, unit) for number, unit in amount.parts), "-" + amount.text, amount.offset)


def _wait(match: re.Match[str], lead: int) -> tuple[str, int] | None:
    if match["wait"] is None:
        return None
    if match["sign"] == "-":
        fix = "write a certain lead, such as  design SS-2d, or an uncertain lag"
        raise Misread("uncertain-lead", "a lead cannot be uncertain", fix, lead + match.start("sign"))
    return match["wait"], lead + match.start("wait")


def read_crossing(text: str) -> tuple[str, int, WrittenLink]:
    """``tower.T1450 after bridge.handover FS+5d`` -> the successor, its offset, and the link."""
    match = re.match(rf"\s*{_ID}\s+after\s+(?=\S)", text)
    if not match:
        what = f"'{text.strip()}' is no link between two tasks"
        raise Misread("not-a-link", what, "write  later_task after earlier_task FS+5d")
    link = _read_link(text[match.end() :], match.end())
    name = match["single"] or match["double"] or match["bare"]
    return name, match.start("single" if match["single"] else "double" if match["double"] else "bare"), link
