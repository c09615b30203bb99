"""An invalid scenario as text for the terminal: where, what, the line with a caret, and the remedy."""

from __future__ import annotations

import re
from dataclasses import replace

from pmosim.errors import InvalidScenario, Place, Problem

WIDEST = 100
"""Characters of an offending line that are shown."""

MOST = 200
"""Mistakes that are written out; a table with a wrong column may have thousands."""


def render(error: InvalidScenario, *, most: int = MOST) -> str:
    """Every mistake as a paragraph: ``file:line:column: what``, the line, a caret under the column, ``fix:``; then their number."""
    shown = [_paragraph(place, problem) for place, problem in error.located[:most]]
    count = len(error.located)
    if count > most:
        shown.append(f"... and {count - most} more")
    shown.append("1 mistake" if count == 1 else f"{count} mistakes")
    return "\n".join(shown)


def _paragraph(place: Place | None, problem: Problem) -> str:
    lines = [f"{place}: {problem.what}" if place else problem.what]
    if place and place.excerpt.strip():
        lines += _excerpt(place)
    lines.append(f"  fix: {problem.fix}")
    return "\n".join(lines) + "\n"


def _excerpt(place: Place) -> list[str]:
    """The line with a caret below the column; of a long line, the part round it. Of a spreadsheet, the cell alone."""
    gutter = f"{place.line or '':>5} | "
    if is_spreadsheet(place.file):
        return [gutter + place.excerpt]
    line, column = place.excerpt.replace("\t", " "), place.column - 1
    first = max(0, column - WIDEST // 2) if len(line) > WIDEST else 0
    part = line[first : first + WIDEST].rstrip()
    before, after = ("…" if first else ""), ("…" if first + WIDEST < len(line) else "")
    caret = " " * (len(before) + column - first) + "^"
    return [gutter + before + part + after, " " * (len(gutter) - 2) + "| " + caret]


def is_spreadsheet(file: str) -> bool:
    """Rows and columns of a spreadsheet are numbers of cells, not of characters."""
    return file.lower().partition("#")[0].endswith((".xlsx", ".xlsm"))


def in_plain_ids(problem: Problem, single: str | None) -> Problem:
    """Without the project's id before each task's, where there is one project only."""
    if single is None:
        return problem
    prefix = re.compile(rf"(?<![\w.]){re.escape(single)}\.(?=\S)")
    return replace(problem, what=prefix.sub("", problem.what), fix=prefix.sub("", problem.fix))
