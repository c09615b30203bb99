"""A batch in words and tables: for the terminal and the overview page."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output import words
from pmosim.output.grids import Cell, Grid, aligned
from pmosim.output.text import RULE
from pmosim.results.batch import FAILED, FORECAST, UNCHANGED, WRONG, Batch, BatchEntry, BatchTarget
from pmosim.results.records import Estimate

STATES = {FORECAST: "forecast", UNCHANGED: "unchanged", WRONG: "cannot be read", FAILED: "failed"}
GOOD, FAIR = 0.8, 0.5
RULES = f"A probability is marked good from {words.plain_percent(GOOD)}, fair from {words.plain_percent(FAIR)}, and bad below."


def summary(batch: Batch) -> str:
    """For the terminal: counts, a row for each target, what holds, what is wrong."""
    heading = f"{batch.name}: {counted(batch)}"
    lines = [heading, RULE * len(heading)]
    if grid := overview(batch):
        lines += [*aligned(grid), ""]
    for heading, said in (("Conditions that hold", [*held(batch)]), ("Not forecast", [*troubles(batch)])):
        if said:
            lines += [heading, *(f"  {line}" for one in said for line in one.splitlines()), ""]
    return "\n".join(lines).rstrip() + "\n"


def counted(batch: Batch) -> str:
    """``3 forecast, 1 unchanged, 1 cannot be read``."""
    states = [entry.state for entry in batch.entries]
    return ", ".join(f"{states.count(state)} {said}" for state, said in STATES.items() if state in states) or "nothing to forecast"


def overview(batch: Batch, *, linked: bool = False) -> Grid | None:
    """A row for each project, and for the portfolio where there is one model of several."""
    rows = [row for entry in batch.entries for row in _rows(entry, linked)]
    heads = ("", "", "plan", "P50", "P80", "moved", "target", "probability", "P80 cost", "budget kept", "")
    return Grid("Projects", heads, tuple(rows), frozenset({0, 1, 4, 10}), RULES) if rows else None


def _rows(entry: BatchEntry, linked: bool) -> Iterator[tuple[str, ...]]:
    shown = [target for target in entry.targets if target.kind != "milestone"]
    for place, one in enumerate(shown):
        report = f"{entry.folder}/report.html" if linked and entry.has_report else ""
        name = entry.name if len(shown) == 1 else f"{entry.name}: {one.label}"
        label = one.label if len(shown) == 1 else one.kind
        state = STATES[entry.state] if place == 0 else ""
        yield Cell(name, link=report), label, *_figures(entry, one), state
    if not shown:
        yield entry.name, "", "", "", "", "", "", "", "", "", Cell(STATES[entry.state], mark="bad")


def _figures(entry: BatchEntry, one: BatchTarget) -> tuple[str, ...]:
    return (
        words.day(one.planned),
        words.day(one.p50.value),
        words.day_with_range(one.p80),
        "" if one.moved is None else moved(one.moved),
        "" if one.target is None else words.day(one.target),
        _judged(one.probability),
        "" if one.cost_p80 is None else words.money(one.cost_p80, entry.currency),
        _judged(one.budget_probability),
    )


def moved(days: Estimate) -> str:
    """``+9 d``; ``none`` where it is no whole day, or no more than the simulation's own error."""
    if days.low <= 0 <= days.high or abs(days.value) < 0.5:
        return "none"
    return f"{'+' if days.value > 0 else words.MINUS}{abs(days.value):.0f} d"


def _judged(share: Estimate | None) -> str:
    if share is None:
        return ""
    mark = "good" if share.value >= GOOD else "fair" if share.value >= FAIR else "bad"
    return Cell(words.percent_with_range(share), mark=mark)


def held(batch: Batch) -> Iterator[str]:
    """``bridge: P80 of bridge.finish is 14 Oct 2027 (P80(bridge.finish) > 2027-09-30)``."""
    for one in batch.findings:
        yield f"{one.entry}: {one.target} is {one.figure}  ({one.condition})"


def troubles(batch: Batch) -> Iterator[str]:
    for entry in batch.entries:
        if entry.state in (WRONG, FAILED):
            first, *rest = entry.message.splitlines() or [""]
            yield "\n".join([f"{entry.name}: {first}", *(f"  {line}" for line in rest)])
        for what in entry.left_out:
            yield f"{entry.name}: left out: {what}"


def headlines(batch: Batch) -> tuple[str, ...]:
    """The finding first: what was promised and will hardly be kept, then what moved, then what is wrong."""
    done = counted(batch).capitalize() + "."
    return (*_at_risk(batch), *_moves(batch), *(f"Holds: {one}" for one in held(batch)), done)


def _at_risk(batch: Batch) -> Iterator[str]:
    promised = [
        (entry, one) for entry in batch.entries for one in entry.targets if one.probability and one.target and one.kind != "milestone"
    ]
    bad = sorted(((one.probability.value, entry, one) for entry, one in promised if one.probability), key=lambda found: found[0])
    bad = [found for found in bad if found[0] < FAIR]
    if promised:
        limit = words.plain_percent(FAIR)
        if not bad:
            yield f"Every target date has {limit} or more." if len(promised) > 1 else f"The target date has {limit} or more."
            return
        worst = "; ".join(f"{one.label} {words.plain_percent(share)}" for share, _, one in bad[:5])
        yield f"{len(bad)} of {len(promised)} target dates {'has' if len(bad) == 1 else 'have'} less than {limit}: {worst}."


def _moves(batch: Batch) -> Iterator[str]:
    found = [one for entry in batch.entries for one in entry.targets if one.moved and not one.moved.low <= 0 <= one.moved.high]
    found.sort(key=lambda one: -abs(one.moved.value) if one.moved else 0)
    if found:
        told = (f"{one.label} {moved(one.moved)}" for one in found[:5] if one.moved)
        yield "P80 moved since the status date before: " + "; ".join(told) + "."
