"""What a figure is worth when a table is sorted by it, read from the text that people see: dates, shares, money, ranks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from pmosim.output.words import MINUS, MONTHS

DATE = re.compile(rf"(?:[A-Z][a-z]{{2}} )?(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
ISO = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?$")
NUMBER = re.compile(rf"(under |over )?([+{MINUS}-]?)(\d[\d,]*(?:\.\d+)?)(.*)", re.DOTALL)
SCALES = {"k": 1e3, "M": 1e6, "bn": 1e9}
UNIT = re.compile(rf" ({'|'.join(SCALES)}) (?=\S)")
NUDGE = 1e-9  # "under 2 %" stands below "2 %", "over 98 %" above "98 %"


def column_keys(cells: Sequence[str]) -> list[float | None]:
    """A number for each cell, None where it is empty; only None where the column holds words and is sorted as such."""
    keys = [sort_key(cell) for cell in cells]
    readable = all(key is not None or not cell for key, cell in zip(keys, cells, strict=True))
    return keys if readable else [None] * len(cells)


def sort_key(text: str) -> float | None:
    """The first figure in a cell, with its sign and scale; None where the text begins with something else.

    ``13 Oct 2027 (12 to 15 Oct 2027)`` is the day's number, ``4.21 ± 0.01 M EUR`` 4,210,000, ``2–4`` a little more than 2,
    ``under 0.04 %`` a little less than 0.04.
    """
    if found := DATE.match(text):
        day, month, year = found.groups()
        return float(date(int(year), MONTHS.index(month) + 1, int(day)).toordinal())
    if ISO.match(text):
        moment = datetime.fromisoformat(text)
        return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440
    if not (found := NUMBER.fullmatch(text)):
        return None
    bound, sign, digits, rest = found.groups()
    if re.match(r"[^\W\d]", rest):  # "3D model" is a name
        return None
    scale = SCALES[unit.group(1)] if (unit := UNIT.search(rest)) else 1.0
    value = float(digits.replace(",", "")) * scale * (-1 if sign in (MINUS, "-") and sign else 1)
    last = re.match(r"–(\d+)", rest)  # of ranks from one to another, the one with the better end first
    return value + (int(last.group(1)) * 1e-6 if last else 0.0) + {"under ": -NUDGE, "over ": NUDGE}.get(bound or "", 0.0)
