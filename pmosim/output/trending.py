"""A trend in words and tables: for the terminal, the page and CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pmosim.output import comparing, rating, words
from pmosim.output.grids import Cell, Grid, aligned
from pmosim.output.tables import Row
from pmosim.output.text import RULE
from pmosim.results.records import Estimate
from pmosim.results.trend import LEVELS, MET, CostPoint, Line, Point, Trend

MOST_BLOCKS = 3  # milestones whose every status date is told
MOST_ROWS = 60  # of all that stands somewhere
MOST_DATES = 30  # in the terminal; the CSV tables have all
UP, DOWN = "▲", "▼"  # likelier, less likely


# ---- words ----


def finding(line: Line, *, name: str = "") -> str:
    """``River bridge: 80 % sure by 14 Oct 2027, 23 days later than on 5 Jan 2027``."""
    label, last = name or line.label, line.last
    if line.actual is not None:
        return f"{label}: came in on {words.day(line.actual)}{_against_target(line.actual, last.target)}"
    said = f"{label}: 80 % sure by {words.day(last.finish[80].value)}"
    if len(line.points) == 1:
        return said
    first = line.points[0]
    days = days_between(first.finish[80].value, last.finish[80].value)
    since = f"on {words.day(first.status_date)}"
    if not days:
        return f"{said}, as {since}"
    return f"{said}, {abs(days):,} {words.plural('day', days)} {'later' if days > 0 else 'sooner'} than {since}"


def _against_target(actual: datetime, target: datetime | None) -> str:
    if target is None:
        return ""
    days = days_between(target, actual)
    if days <= 0:
        return ", in time"
    return f", {days:,} {words.plural('day', days)} after its target of {words.day(target)}"


def days_between(one: datetime, other: datetime) -> int:
    """Calendar days."""
    return (other.date() - one.date()).days


def promise(line: Line) -> str:
    """``the target of 30 Sep 2027 has 47 %, it had 71 % on 5 Jan 2027``; empty where nothing is promised."""
    last = line.last
    if line.actual is not None or last.target is None or last.probability is None:
        return ""
    said = f"the target of {words.day(last.target)} has {words.percent(last.probability)}"
    first = next((point for point in line.points if point.probability is not None), last)
    if first is last:
        return said
    assert first.probability is not None
    if first.target == last.target:
        return f"{said}, it had {words.percent(first.probability)} on {words.day(first.status_date)}"
    was = words.day(first.target or last.target)
    return f"{said}; it was {was} on {words.day(first.status_date)}, with {words.percent(first.probability)}"


def cost_finding(line: Line, *, name: str = "") -> str:
    """``River bridge: 80 % sure to cost no more than 4.2 M EUR, 0.3 M EUR more than on 5 Jan 2027``."""
    label, last, first = name or line.label, line.costs[-1], line.costs[0]
    said = f"{label}: 80 % sure to cost no more than {words.bare_money(last.cost[80], line.currency)}"
    if line.actual_cost is not None:
        said = f"{label}: cost {words.amount(line.actual_cost, line.currency)}"
    if first is last or line.actual_cost is not None:
        return said
    more = last.cost[80].value - first.cost[80].value
    scale, sign = words.money_scale(more)
    size = f"{words.trimmed(abs(more) / scale, 1 if sign else 0)} {sign}{line.currency}".strip()
    return f"{said}, {size} {'more' if more > 0 else 'less'} than on {words.day(first.status_date)}"


def budget(line: Line) -> str:
    last = line.costs[-1]
    if last.budget is None or last.probability is None:
        return ""
    return f"the budget of {words.amount(last.budget, line.currency)} has {words.percent(last.probability)}"


def headline(line: Line) -> str:
    return "; ".join(filter(None, [finding(line), promise(line)]))


def limits(made: Trend) -> rating.Limits:
    return made.green_from, made.amber_from


def state(made: Trend, line: Line) -> Cell:
    """``green``, ``amber``, ``red``; of what has come in, whether it was in time."""
    if line.outcome:
        return Cell(line.outcome, mark="" if line.last.target is None else "good" if line.outcome == MET else "bad")
    return rating.state_of((line.last.probability,), limits(made))


def is_sure(move: Estimate | None) -> bool:
    """Whether the interval of a move excludes zero."""
    return move is not None and not move.low <= 0 <= move.high


def arrow(line: Line) -> str:
    """Of the move since the status date before: of the probability, or of the P80 where nothing is promised. Empty where it may be none."""
    if line.move is None:
        return ""
    if line.move.probability is not None:
        return "" if not is_sure(line.move.probability) else UP if line.move.probability.value > 0 else DOWN
    return "" if not is_sure(line.move.days) else DOWN if line.move.days.value > 0 else UP


def rules(made: Trend) -> str:
    """How to read the states and the arrows."""
    return (
        f"{rating.rule(limits(made), of_money=False)} {UP} likelier, {DOWN} less likely than on the status date before, where the interval "
        "of that move excludes zero: that of two independent runs, which is wider than the paired one of 'pmosim explain'."
    )


# ---- tables ----


def overview(made: Trend, most: int | None = None) -> Grid:
    """A row for each milestone as it stands; for finishes alone where there are more than ``most``."""
    finishes = [line for line in made.table if line.kind != "milestone"]
    shown = finishes if most and len(made.table) > most and finishes else made.table
    left = len(made.table) - len(shown)
    several = len({line.project for line in made.table}) > 1
    rows = tuple(
        (
            line.project if several else "",
            line.label,
            f"{len(line.points):,}" if line in made.lines else "",
            words.day(line.last.finish[50].value),
            words.day_with_range(line.last.finish[80]),
            "" if line.move is None else _days(line.move.days),
            words.day(line.last.target) if line.last.target else "",
            "" if line.last.probability is None or line.actual else words.percent_with_range(line.last.probability),
            ""
            if line.move is None or line.move.probability is None
            else f"{comparing.signed(line.move.probability, scale=0.01)} {arrow(line)}".rstrip(),
            state(made, line),
        )
        for line in shown
    )
    note = f"{left:,} {words.plural('milestone', left)} in tables/standing.csv" if left else ""
    heads = ("project", "", "dates", "P50", "P80", "P80 moved [d]", "target", "probability", "moved [points]", "state")
    return Grid("Where it stands", heads, rows, frozenset({0, 1, 4, 9}), note)


def _days(move: Estimate) -> str:
    """Whole ones, since dates are read as days."""
    text = words.number(move, finest=0)
    return f"+{text}" if move.value > 0 and text.strip("0., ") else text


def history(line: Line, most: int | None = None) -> Grid:
    """A row for each status date, the last ones where there are more than ``most``."""
    shown = line.points[-most:] if most else line.points
    rows = tuple(
        (
            words.day(point.status_date),
            *(words.day(point.finish[level].value) for level in LEVELS),
            words.day(point.target) if point.target else "",
            words.percent_with_range(point.probability) if point.probability else "",
        )
        for point in shown
    )
    left = len(line.points) - len(shown)
    note = f"{left:,} earlier {words.plural('status date', left)} in tables/points.csv" if left else ""
    return Grid(line.label, ("status date", *(f"P{level}" for level in LEVELS), "target", "probability"), rows, frozenset({0}), note)


def cost_history(line: Line) -> Grid:
    rows = tuple(
        (
            words.day(point.status_date),
            *(words.bare_money(point.cost[level], line.currency) for level in LEVELS),
            words.amount(point.budget, line.currency) if point.budget is not None else "",
            words.percent_with_range(point.probability) if point.probability else "",
        )
        for point in line.costs
    )
    heads = ("status date", *(f"P{level}" for level in LEVELS), "budget", "probability")
    return Grid(f"{line.label}: cost", heads, rows, frozenset({0}))


def told(made: Trend) -> list[Line]:
    """Milestones whose every status date is told: those asked for, else portfolio and projects, as far as there is room."""
    if len(made.lines) <= MOST_BLOCKS:
        return list(made.lines)
    return (
        [line for line in made.lines if line.kind != "milestone"][:MOST_BLOCKS] if len({line.project for line in made.lines}) == 1 else []
    )


def period(made: Trend) -> str:
    dates = sorted({point.status_date for line in made.lines for point in line.points})
    if len(dates) == 1:
        return f"One status date, {words.day(dates[0])}"
    return f"{len(dates):,} status dates, {words.day(dates[0])} to {words.day(dates[-1])}"


# ---- the terminal ----


def summary(made: Trend) -> str:
    """The trend as text, ending in a line break."""
    title = f"{made.name}: forecasts over time"
    lines = [title, "=" * min(len(title), 100), f"{period(made)}."]
    lines += [f"{headline(line)}." for line in told(made)]
    for line in told(made):
        lines += ["", line.label, RULE * len(line.label), *aligned(history(line, MOST_DATES))]
        if line.costs:
            lines += ["", *aligned(cost_history(line))]
    grid = overview(made, MOST_ROWS)
    lines += [
        "",
        grid.heading,
        RULE * len(grid.heading),
        *aligned(grid),
        *([f"  ({grid.note})"] if grid.note else []),
        f"  ({rules(made)})",
    ]
    if made.notes:
        lines += ["", "Notes", *(f"  - {note}" for note in made.notes)]
    return "\n".join([*lines, "", f"From {made.source}."]) + "\n"


# ---- CSV ----


def table_rows(made: Trend) -> dict[str, list[Row]]:
    """``points, costs, standing``: every figure unrounded, with the ends of its interval."""
    return {
        "points": [row for line in made.lines for row in point_rows(line)],
        "costs": [row for line in made.lines for row in cost_rows(line)],
        "standing": [
            {**_of(line), "state": str(state(made, line)), "actual": line.actual, **_point(line.last), **_move(line)} for line in made.table
        ],
    }


def point_rows(line: Line) -> Iterator[Row]:
    for point in line.points:
        yield {**_of(line), **_point(point), "actual": line.actual}


def cost_rows(line: Line) -> Iterator[Row]:
    for point in line.costs:
        yield {**_of(line), **_cost(point), "actual": line.actual_cost}


def _of(line: Line) -> Row:
    return {"project": line.project, "target": line.id, "name": line.label}


def _point(point: Point) -> Row:
    row: Row = {"status_date": point.status_date.date()}
    for level in LEVELS:
        one = point.finish[level]
        row |= {f"P{level}": one.value, f"P{level}_low": one.low, f"P{level}_high": one.high}
    return row | {"planned": point.planned, "promised": point.target, **_share(point.probability)}


def _cost(point: CostPoint) -> Row:
    row: Row = {"status_date": point.status_date.date()}
    for level in LEVELS:
        one = point.cost[level]
        row |= {f"P{level}": one.value, f"P{level}_low": one.low, f"P{level}_high": one.high}
    return row | {"planned": point.planned, "budget": point.budget, **_share(point.probability)}


def _share(share: Estimate | None, name: str = "probability") -> Row:
    ends = (share.value, share.low, share.high) if share else (None, None, None)
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))


def _move(line: Line) -> Row:
    move = line.move
    return {**_share(move.days if move else None, "moved_days"), **_share(move.probability if move else None, "moved_probability")}
