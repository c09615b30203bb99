"""An explanation in words and tables: for the terminal, the page and CSV files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pmosim.output import comparing, words
from pmosim.output.grids import Grid, aligned
from pmosim.output.tables import Row as TableRow
from pmosim.output.text import RULE
from pmosim.output.words import took
from pmosim.results.explanation import DAYS, MONEY, PROBABILITY, TARGET, Explanation, Row
from pmosim.results.records import Estimate

NAMED = 3  # causes in the headline
WORTH_NAMING = 0.1  # of the largest of them
MOST_LINES = 2  # of what differs, in the table of items
LONGEST = 60  # characters of one of them

CLASSES = {"tasks": "scope", "links": "logic", "targets": "target date"}
"""Classes of change under the names by which the weekly meeting knows them."""

ORDER = "progress, scope, logic, estimates, risks, branches, correlations, calendars, constraints, costs, target date"


# ---- words ----


def finding(made: Explanation, *, name: str = "") -> str:
    """``River bridge: P80 moves 9 ± 1 working days later, to 14 Oct 2027``."""
    label = name or made.target.label
    if made.unit == DAYS:
        change = made.target.figures[made.figure]
        if _is_nothing(made.whole):
            return f"{label}: {_figure(made)} stays at {words.day(change.after.value)}"
        return f"{label}: {_figure(made)} moves {comparing.move(change)}, to {words.day(change.after.value)}"
    if made.unit == MONEY:
        cost = made.target.cost[made.figure]
        sure = words.bare_money(cost.after, made.currency)
        if _is_nothing(made.whole):
            return f"{label}: the {_figure(made)} of the cost stays at {sure}"
        moved = f"{'rises' if made.whole.value > 0 else 'falls'} by {words.money(_size(made.whole), made.currency)}"
        return f"{label}: the {_figure(made)} of the cost {moved}, to {sure}"
    return f"{label}: {comparing.promise(made.target)}"


def _figure(made: Explanation) -> str:
    return "the mean" if made.figure == "mean" and made.unit == DAYS else made.figure


def causes(made: Explanation) -> str:
    """``6.0 from the late start of Permit, 2 ± 1 from risk Flood, −1.0 from ...``; empty where nothing moves."""
    moved = [row for row in made.rows if not row.is_rest and not may_be_nothing(row.move)]
    moved.sort(key=lambda row: -abs(row.move.value))
    named = [row for row in moved[:NAMED] if abs(row.move.value) >= WORTH_NAMING * abs(moved[0].move.value)]
    if not named:
        return "" if _is_nothing(made.whole) else "no single item surely moves it"
    said = ", ".join(f"{amount(made, row.move)} from {row.cause}" for row in named)
    left = sum(row.items for row in made.rows if row.exact) - len(named)
    return f"{said}{f'; the rest from {left:,} more' if left > 0 else ''}"


def headlines(made: Explanation) -> list[str]:
    """The move, its causes, and what it does to the promise: a sentence each."""
    said = [finding(made), causes(made)]
    if made.unit != PROBABILITY:
        said.append(comparing.promise(made.target))
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in said if sentence]


def amount(made: Explanation, move: Estimate) -> str:
    """A move in its unit, the unit itself only where it is not days."""
    if made.unit == MONEY:
        return comparing.money(move, made.currency)
    return comparing.points(move) if made.unit == PROBABILITY else comparing.signed(move)


def may_be_nothing(move: Estimate) -> bool:
    return move.low <= 0 <= move.high


def _is_nothing(move: Estimate) -> bool:
    return move.is_exact and move.value == 0


def _size(move: Estimate) -> Estimate:
    return move if move.value >= 0 else Estimate(-move.value, -move.high, -move.low)


def unit(made: Explanation) -> str:
    return {DAYS: "working days", MONEY: made.currency or "money", PROBABILITY: "points"}[made.unit]


def pairing(made: Explanation) -> str:
    confidence = f"{words.trimmed(100 * made.after.provenance.confidence, 1)} %"
    return (
        f"Changed one class after the other ({ORDER}), and within a class one item after the other, on the same draws: the steps add up "
        f"exactly. Progress is made as it happened, all else in the order of the ids. Intervals are paired, at {confidence}."
    )


# ---- tables ----


def items(made: Explanation) -> Grid:
    """What each item moves; the last row is the whole."""
    rows = [
        ("" if place and made.rows[place - 1].change == row.change else class_of(row), title(row), _told(row), amount(made, row.move))
        for place, row in enumerate(made.rows)
    ]
    if rows:
        rows.append(("all together", "", "", amount(made, made.whole)))
    heads = ("class", "item", "what", f"{made.figure if made.figure != TARGET else 'target met'} [{_short_unit(made)}]")
    return Grid("What moved it, item by item", heads, tuple(rows), frozenset({0, 1, 2}))


def _short_unit(made: Explanation) -> str:
    return {DAYS: "d", MONEY: made.currency or "money", PROBABILITY: "points"}[made.unit]


def class_of(row: Row) -> str:
    return _named(row.change)


def _named(changes: str) -> str:
    return " and ".join(CLASSES.get(change, change) for change in changes.split(" and "))


def title(row: Row) -> str:
    """The cause as a heading: ``Late start of Permit``."""
    text = row.cause.removeprefix("the ")
    return text[:1].upper() + text[1:]


def _told(row: Row) -> str:
    lines = [words.shortened(line, LONGEST) for line in row.told[:MOST_LINES]]
    more = len(row.told) - len(lines)
    return "; ".join([*lines, *([f"{more} more"] if more > 0 else [])])


# ---- the terminal ----


def summary(made: Explanation) -> str:
    """The explanation as text, ending in a line break."""
    heading = f"{made.before.name} -> {made.after.name}"
    lines = [heading, "=" * min(len(heading), 100), *headlines(made)]
    if not made.differences:
        lines.append("The two models are the same.")
    for grid in tables(made):
        if grid.rows:
            lines += ["", grid.heading, RULE * len(grid.heading), *aligned(grid)]
    if made.notes:
        lines += ["", "Notes", *(f"  - {note}" for note in made.notes)]
    lines += ["", pairing(made), f"{words.provenance_line(made.before.provenance)};", f"{words.provenance_line(made.after.provenance)}."]
    if made.timing is not None:
        lines.append(f"{took(made.timing)} {made.simulations:,} {words.plural('simulation', made.simulations)}.")
    return "\n".join(lines) + "\n"


# ---- CSV ----


def table_rows(made: Explanation) -> dict[str, list[TableRow]]:
    """``moves, items, differences`` and those of a comparison: unrounded, with the ends of each interval."""
    return {
        "figures": list(comparing.figure_rows(made.target)),
        "steps": list(comparing.step_rows(made.target)),
        "moves": [
            {
                "class": row.change, "item": row.label, "cause": row.cause, "what": "; ".join(row.told), "items": row.items,
                "move": row.move.value, "low": row.move.low, "high": row.move.high, "exact": row.exact, "unit": made.unit,
            }
            for row in made.rows
        ],
        "items": list(_item_rows(made)),
        "differences": [
            {name: getattr(one, name) for name in ("change", "action", "item", "label", "what", "before", "after")}
            for one in made.differences
        ],
    }  # fmt: skip


def _item_rows(made: Explanation) -> Iterator[TableRow]:
    for part in made.parts:
        names = {"class": " and ".join(part.changes), "ids": " ".join(part.ids), "item": part.label}
        row: TableRow = {**names, "cause": part.cause, "what": "; ".join(part.told)}
        yield row | comparing.moved(part.step)


def tables(made: Explanation) -> Sequence[Grid]:
    """Items, classes, dates, costs."""
    return [items(made), classes(made), comparing.moves(made.target), comparing.costs(made.target, made.currency)]


def classes(made: Explanation) -> Grid:
    grid = comparing.steps(made.target, made.currency)
    rows = tuple((_named(row[0]), *row[1:]) for row in grid.rows)
    return replace(grid, heading="What moved it, class by class", rows=rows, note="")
