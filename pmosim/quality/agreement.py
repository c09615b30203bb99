"""How the dates of an imported schedule agree with those in its file, as findings beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pmosim.quality.records import Check, Finding, Item, Severity

FAMILY = "parity"
_OTHER = " other than the file's"


def _parity(what: str, title: str, severity: Severity) -> Check:
    return Check(
        f"parity-{what}",
        FAMILY,
        title,
        severity,
        "tasks with such a figure in the file",
        "a forecast that starts from other dates than the planner's own is of another schedule",
        "look at the first tasks named: there the differences begin, and the others follow; schedule the file again in its own tool",
    )


EARLY = _parity("early", "early dates" + _OTHER, Severity.WARNING)
LATE = _parity("late", "late dates" + _OTHER, Severity.NOTE)
FLOAT = _parity("float", "total float" + _OTHER, Severity.NOTE)
COST = Check(
    "parity-cost",
    FAMILY,
    "costs" + _OTHER,
    Severity.WARNING,
    "unfinished tasks with costs in the file",
    "a forecast that starts from another cost than the planner's own is of another plan",
    "look at rates, overtime and contours of the tasks named, and at work that was entered without its cost",
)
CHECKS = (EARLY, LATE, FLOAT, COST)


def cost_agreement(source: str, items: Iterable[Item], compared: int, totals: tuple[float, float], currency: str) -> Finding:
    """How planned costs agree with those that the file states. ``totals``: of all tasks, here and in the file."""
    items = tuple(items)
    ours, theirs = (f"{total:,.2f} {currency}".rstrip() for total in totals)
    same = compared - len(items)
    said = f"{source}, costs: of {compared:,} unfinished tasks, {same:,} agree to the cent; all tasks {ours}, in the file {theirs}"
    return COST.found(items, compared, said)


def agreement(
    check: Check, source: str, items: Iterable[Item], compared: int, to_the_minute: int, to_the_day: int, reasons: Mapping[str, int]
) -> Finding:
    """One of `CHECKS`, of one file. ``items``: the tasks that differ; ``reasons``: how many for which reason."""
    what = check.title.removesuffix(_OTHER)
    if not compared:
        return check.not_applicable(f"{source} stores no {what}")
    why = "".join(f"; {count:,} differ: {reason}" for reason, count in reasons.items())
    agree = f"{source}, {what}: of {compared:,} tasks, {to_the_minute:,} agree to the minute, {to_the_day:,} to the day"
    return check.found(items, compared, agree + why)
