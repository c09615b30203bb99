"""A comparison in words and tables: for the terminal, the page and CSV files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pmosim.output import words
from pmosim.output.grids import Grid, aligned
from pmosim.output.tables import Row
from pmosim.output.text import RULE
from pmosim.output.words import took
from pmosim.results.comparison import FIGURES, Comparison, DateChange, ShareChange, Step, TargetComparison
from pmosim.results.records import Estimate

MOST_BLOCKS = 6  # targets told in full
MOST_DIFFERENCES = 8  # of each class
FIGURE = "P80"  # of which steps are told where there is room for one
READ = ("P50", "P80", "P90", "mean")


# ---- words ----


def signed(estimate: Estimate, *, scale: float = 1.0) -> str:
    """``+5.9 ± 0.4``."""
    text = words.number(estimate, scale=scale)
    return f"+{text}" if estimate.value > 0 and text.strip("0., ") else text


def points(estimate: Estimate) -> str:
    """A difference of probabilities, in percentage points."""
    return f"{signed(estimate, scale=0.01)} points"


def move(change: DateChange) -> str:
    """``5.9 ± 0.4 working days later``, ``does not move``."""
    if change.days is None and change.calendar is not None:
        return _told(change.calendar, words.calendar_days)
    if change.days is None:
        days = change.calendar_days
        told = f"{words.rounded(abs(days), 0)} {words.plural('calendar day', round(abs(days)))}"
        return "does not move" if round(abs(days)) == 0 else f"{told} {'later' if days > 0 else 'earlier'}"
    return _told(change.days, words.days)


def _told(days: Estimate, say: Callable[[Estimate], str]) -> str:
    if days.is_exact and days.value == 0:
        return "does not move"
    size = days if days.value >= 0 else Estimate(-days.value, -days.high, -days.low)
    return f"{say(size)} {'later' if days.value >= 0 else 'earlier'}"


def days_moved(change: DateChange) -> str:
    """``+5.9 ± 0.4 d``, in working days where they are known; else in calendar days."""
    if change.days is not None:
        return f"{signed(change.days)} d"
    return f"{calendar(change)} calendar d"


def calendar(change: DateChange) -> str:
    """``+9 ± 2``, whole days; without an interval where none is known."""
    if change.calendar is None or change.calendar.is_exact:
        return _exact(round(change.calendar_days))
    text = words.number(change.calendar, finest=0)
    return f"+{text}" if change.calendar.value > 0 and text.strip("0., ") else text


def finding(one: TargetComparison, *, name: str = "") -> str:
    """``River bridge: P80 moves 12 ± 1 working days later, to 14 Oct 2027``."""
    label, sure = name or one.label, one.figures[FIGURE]
    if sure.days is not None and sure.days.is_exact and sure.days.value == 0:
        return f"{label}: P80 stays at {words.day(sure.after.value)}"
    said = move(sure)
    if said == "does not move":
        return f"{label}: P80 stays at {words.day(sure.after.value)}"
    return f"{label}: P80 moves {said}, to {words.day(sure.after.value)}"


def promise(one: TargetComparison) -> str:
    """``the target of 30 Sep 2027 goes from 71 % to 47 %``; empty where nothing was promised."""
    change = one.probability
    if change is None:
        return ""
    if change.before is None or one.target_before is None:
        return (
            f"its new target of {words.day(one.target_after)} has {words.percent(change.after)}"
            if change.after and one.target_after
            else ""
        )
    if change.after is None or one.target_after is None:
        return "its target is gone"
    if one.target_before == one.target_after:
        texts = [words.percent(share) for share in (change.before, change.after)]
        moved = f"keeps its {texts[1]}" if texts[0] == texts[1] else f"goes from {texts[0]} to {texts[1]}"
        return f"the target of {words.day(one.target_after)} {moved}"
    return (
        f"the target of {words.day(one.target_before)} had {words.percent(change.before)}, "
        f"that of {words.day(one.target_after)} has {words.percent(change.after)}"
    )


def headline(one: TargetComparison) -> str:
    return "; ".join(filter(None, [finding(one), promise(one)]))


def cause(one: TargetComparison) -> str:
    """What moved it most: ``Most of it: risks, +5.0 ± 0.4 days.``"""
    moved = [step for step in one.steps if abs(step.days[FIGURE].value) > 0]
    if not moved:
        return ""
    most = max(moved, key=lambda step: abs(step.days[FIGURE].value))
    said = f"{' and '.join(most.changes)}, {signed(most.days[FIGURE])} working days"
    return f"All of it: {said}." if len(moved) == 1 else f"The largest step: {said}."


def pairing(comparison: Comparison) -> str:
    origin = comparison.after.provenance
    confidence = f"{words.trimmed(100 * origin.confidence, 1)} %"
    if comparison.paired:
        return f"Both were simulated on the same draws; intervals of differences are paired, at {confidence}."
    return (
        f"These are the stored figures of two runs, whose iterations are not at hand: intervals of differences ({confidence}) are wider "
        "than those of two scenarios simulated on the same draws, and steps cannot be told."
    )


# ---- tables ----


def moves(one: TargetComparison) -> Grid:
    rows = [
        (
            "plan",
            words.weekday(one.planned_before),
            words.weekday(one.planned_after),
            "" if one.planned_days is None else _exact(one.planned_days),
            _exact(_calendar_days(one)),
        )
    ]
    for figure in FIGURES:
        change = one.figures.get(figure)
        if change is not None:
            working = "" if change.days is None else signed(change.days)
            rows.append(
                (
                    figure,
                    words.weekday(change.before.value),
                    words.weekday(change.after.value),
                    working,
                    calendar(change),
                )
            )
    if one.probability is not None:
        rows.append(("target met", *_shares(one.probability)))
    heads = ("", "before", "after", "working days", "calendar days")
    return Grid("When", heads, tuple(rows), frozenset({0, 1, 2}))


def _calendar_days(one: TargetComparison) -> float:
    return round((one.planned_after - one.planned_before).total_seconds() / 86_400)


def _exact(value: float) -> str:
    text = words.trimmed(value, 2)
    return f"+{text}" if value > 0 and text != "0" else text


def _shares(change: ShareChange) -> tuple[str, str, str, str]:
    texts = ["" if share is None else words.percent(share) for share in (change.before, change.after)]
    return texts[0], texts[1], "" if change.difference is None else points(change.difference), ""


def costs(one: TargetComparison, currency: str) -> Grid:
    rows = []
    for figure in FIGURES:
        change = one.cost.get(figure)
        if change is not None:
            rows.append(
                (
                    figure,
                    words.bare_money(change.before, currency),
                    words.bare_money(change.after, currency),
                    money(change.difference, currency),
                )
            )
    if one.budget_probability is not None:
        before, after, gain, _ = _shares(one.budget_probability)
        rows.append(("budget kept", before, after, gain))
    return Grid("How much", ("", "before", "after", "difference"), tuple(rows))


def money(estimate: Estimate, currency: str) -> str:
    text = words.money(estimate, currency)
    return f"+{text}" if estimate.value > 0 else text


def steps(one: TargetComparison, currency: str) -> Grid:
    """Which class of change moved it how far; the last row is the whole."""
    rows = []
    for step in one.steps:
        figures = tuple(signed(step.days[figure]) for figure in READ)
        chance = "" if step.probability is None else signed(step.probability, scale=0.01)
        cost = money(step.cost[FIGURE], currency) if step.cost else ""
        rows.append((" and ".join(step.changes), f"{step.items:,}", *figures, chance, cost))
    if rows:
        whole = tuple(signed(days) if (days := one.figures[figure].days) else "" for figure in READ)
        chance = signed(one.probability.difference, scale=0.01) if one.probability and one.probability.difference else ""
        cost = money(one.cost[FIGURE].difference, currency) if one.cost else ""
        rows.append(("all together", "", *whole, chance, cost))
    heads = ("change", "items", *(f"{figure} [d]" for figure in READ), "target met [points]", "cost P80")
    note = "Changed one class after the other, in this order, on the same draws: the steps add up to the whole."
    return Grid("What moved it", heads, tuple(rows), frozenset({0}), note if rows else "")


def differences(comparison: Comparison, most: int = MOST_DIFFERENCES) -> Grid:
    """So many of each class, so that a hundred of one do not hide the others."""
    counts: Counter[str] = Counter()
    rows = []
    for one in comparison.differences:
        counts[one.change] += 1
        if counts[one.change] <= most:
            rows.append((one.change, one.action, one.label or one.item, one.what, one.before, one.after))
    left = len(comparison.differences) - len(rows)
    note = f"{left:,} more in tables/differences.csv" if left > 0 else ""
    heads = ("class", "", "item", "what", "before", "after")
    return Grid("What is different", heads, tuple(rows), frozenset(range(6)), note)


# ---- the terminal ----


def summary(comparison: Comparison) -> str:
    """The comparison as text, ending in a line break."""
    title = f"{comparison.before.name} -> {comparison.after.name}"
    lines = [title, "=" * min(len(title), 100), *(headline(one) for one in comparison.targets[:MOST_BLOCKS])]
    if not comparison.differences and comparison.paired:
        lines.append("The two models are the same.")
    for one in [one for one in comparison.targets if one.kind != "milestone"][:MOST_BLOCKS]:
        lines += ["", *_target(comparison, one)]
    rest = [one for one in comparison.targets if one.kind == "milestone"]
    for one in rest[:MOST_BLOCKS]:
        lines += ["", one.label, RULE * min(len(one.label), 100), *aligned(moves(one))]
    lines += _models(comparison)
    lines += ["", f"{words.provenance_line(comparison.before.provenance)};", f"{words.provenance_line(comparison.after.provenance)}."]
    lines.append(pairing(comparison))
    if comparison.timing is not None:
        lines.append(took(comparison.timing))
    return "\n".join(lines) + "\n"


def _target(comparison: Comparison, one: TargetComparison) -> Iterator[str]:
    yield one.label
    yield RULE * min(len(one.label), 100)
    yield from aligned(moves(one))
    for grid in (costs(one, comparison.currency), steps(one, comparison.currency)):
        if grid.rows:
            yield ""
            yield from aligned(grid)
            if grid.note:
                yield f"  ({grid.note})"


def _models(comparison: Comparison) -> Iterator[str]:
    table = differences(comparison)
    if table.rows:
        yield from ["", table.heading, *aligned(table)]
        if table.note:
            yield f"  ({table.note})"
    for labels, where in ((comparison.only_before, "before"), (comparison.only_after, "after")):
        if labels:
            yield from ["", f"Only {where}: {', '.join(labels)}"]
    if comparison.notes:
        yield from ["", "Notes", *(f"  - {note}" for note in comparison.notes)]


# ---- CSV ----


def table_rows(comparison: Comparison) -> dict[str, list[Row]]:
    """``figures, steps, differences, curves``: every figure unrounded, with the ends of its interval."""
    return {
        "figures": [row for one in comparison.targets for row in figure_rows(one)],
        "steps": [row for one in comparison.targets for row in step_rows(one)],
        "differences": [
            {name: getattr(one, name) for name in ("change", "action", "item", "label", "what", "before", "after")}
            for one in comparison.differences
        ],
        "curves": [row for one in comparison.targets for row in _curve_rows(one)],
    }


def _ends(name: str, estimate: Estimate | None) -> Row:
    if estimate is None:
        return {}
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def figure_rows(one: TargetComparison) -> Iterator[Row]:
    for figure, change in one.figures.items():
        yield {
            "target": one.id,
            "quantity": "finish",
            "figure": figure,
            "before": change.before.value,
            "after": change.after.value,
            **_ends("difference", change.days),
            "calendar_days": change.calendar_days,
            **_ends("calendar_days", change.calendar),
        }
    for figure, cost in one.cost.items():
        row = {"target": one.id, "quantity": "cost", "figure": figure, "before": cost.before.value, "after": cost.after.value}
        yield row | _ends("difference", cost.difference)
    for quantity, shares in (("target met", one.probability), ("budget kept", one.budget_probability)):
        if shares is not None:
            values = {name: share.value if share else None for name, share in (("before", shares.before), ("after", shares.after))}
            yield {"target": one.id, "quantity": quantity, "figure": "probability", **values, **_ends("difference", shares.difference)}


def step_rows(one: TargetComparison) -> Iterator[Row]:
    for place, step in enumerate(one.steps, 1):
        row: Row = {"target": one.id, "step": place, "changes": " and ".join(step.changes), "items": step.items}
        yield row | moved(step)


def moved(step: Step) -> Row:
    """Every figure that a step moves."""
    row: Row = {}
    for figure, days in step.days.items():
        row |= _ends(f"{figure}_days", days)
    row |= _ends("probability", step.probability)
    for figure, cost in step.cost.items():
        row |= _ends(f"{figure}_cost", cost)
    return row


def _curve_rows(one: TargetComparison) -> Iterator[Row]:
    for side, curve in (("before", one.curve_before), ("after", one.curve_after)):
        for at, share, low, high in zip(curve.at, curve.share, curve.low, curve.high, strict=True):
            yield {"target": one.id, "side": side, "date": at, "share": share, "low": low, "high": high}


def charted(comparison: Comparison, most: int = 8) -> Sequence[TargetComparison]:
    """Targets with charts of their own: the portfolio and the projects; milestones where there is nothing else."""
    whole = [one for one in comparison.targets if one.kind != "milestone"]
    return (whole or list(comparison.targets))[:most]
