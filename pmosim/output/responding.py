"""Which responses to buy, in sentences, tables for people, and tables as data."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output import words
from pmosim.output.grids import Grid, aligned
from pmosim.output.tables import Row, spread
from pmosim.output.words import took
from pmosim.results.records import Estimate
from pmosim.results.responses import PROBABILITY, Choice, ResponsePlan

MOST = 12


def answer(plan: ResponsePlan) -> str:
    """``Bridge: 85 k EUR buy 2 of 3 mitigations, and 89 % instead of 81 % for 28 Jan 2028``."""
    name, chosen = words.shortened(plan.target_label, 40), plan.chosen
    if chosen is None:
        assert plan.goal is not None
        return f"{name}: no set of mitigations reaches {words.plain_percent(plan.goal)}; all of them reach {reached(plan, plan.every)}"
    if not chosen.risks:
        why = (
            f"{words.plain_percent(plan.goal)} is reached without any"
            if plan.goal is not None
            else f"no set {'within the budget ' if plan.budget is not None else ''}gains anything"
        )
        return f"{name}: buy no mitigation; {why}"
    count = f"{len(chosen.risks)} of {len(plan.items)} {words.plural('mitigation', len(plan.items))}"
    price = words.amount(chosen.price, plan.currency)
    if plan.goal is not None:
        return f"{name}: {words.plain_percent(plan.goal)} takes {price}, for {count}; without any it is {reached(plan, plan.none)}"
    if plan.gain == PROBABILITY and plan.date is not None:
        more = f"{reached(plan, chosen)} instead of {reached(plan, plan.none)} for {words.day(plan.date)}"
        return f"{name}: {price} buy {count}, and {more}"
    return f"{name}: {price} buy {count}, and a P80 of {words.day(chosen.p80.value)}, {words.days(chosen.gain.p80)} earlier"


def reached(plan: ResponsePlan, choice: Choice) -> str:
    if choice.probability is None or plan.date is None:
        return words.day(choice.p80.value)
    return words.percent(choice.probability)


def question(plan: ResponsePlan) -> str:
    """What was asked for."""
    if plan.goal is not None and plan.date is not None:
        return f"The least price at which {plan.target_label} is finished by {words.day(plan.date)} with {words.plain_percent(plan.goal)}."
    limit = "whatever it costs" if plan.budget is None else f"for {words.amount(plan.budget, plan.currency)} at most"
    if plan.gain == PROBABILITY and plan.date is not None:
        return f"The largest probability of finishing {plan.target_label} by {words.day(plan.date)}, {limit}."
    return f"The earliest P80 of {plan.target_label}, {limit}."


def method(plan: ResponsePlan) -> str:
    """How sure the answer is, and on what it rests."""
    if plan.is_exact:
        said = f"Exact: {plan.method} were simulated on the same draws"
        return (
            f"{said}, the first {plan.search_iterations:,} iterations of each."
            if plan.search_iterations < plan.provenance.iterations
            else f"{said}."
        )
    said = f"{plan.searched:,} sets were simulated, {plan.method}"
    if plan.gap is None:
        return f"{said}. Better ones may exist."
    if plan.goal is not None:
        return f"{said}. No set can cost less by more than {words.amount(plan.gap, plan.currency)}."
    gap = (
        f"{words.trimmed(100 * plan.gap, 2)} percentage points"
        if plan.gain == PROBABILITY
        else f"{words.trimmed(plan.gap, 2)} working days"
    )
    return f"{said}. No set can be better by more than {gap}."


def fresh(plan: ResponsePlan) -> str:
    """The best of many looks a little better than it is; on new draws it does not."""
    if plan.fresh is None or plan.chosen is None or not plan.chosen.risks:
        return ""
    if plan.gain == PROBABILITY:
        return f"On draws that had no part in the choice: {words.percent_with_range(plan.fresh)}."
    return f"On draws that had no part in the choice: {words.days(plan.fresh)} earlier."


def label_of(plan: ResponsePlan, risk: str) -> str:
    return next((item.label for item in plan.items if item.risk == risk), risk)


def names(plan: ResponsePlan, choice: Choice, most: int = 60) -> str:
    return words.shortened(", ".join(choice.risks), most) if choice.risks else "none"


# ---- tables for people ----


def shopping_list(plan: ResponsePlan) -> Grid:
    """Every mitigation, and whether it is to be bought."""
    bought = set(plan.chosen.risks) if plan.chosen else set()
    rows = tuple(
        ("buy" if item.risk in bought else "", words.shortened(item.label, 50), item.risk, words.amount(item.price, plan.currency))
        for item in sorted(plan.items, key=lambda item: (item.risk not in bought, item.price, item.risk))
    )
    return Grid("Mitigations", ("", "mitigation", "risk", "price"), rows, frozenset({0, 1, 2}))


def choices(plan: ResponsePlan) -> Grid:
    """Nothing, the choice, everything."""
    rows = [_row("nothing", plan, plan.none)]
    if plan.chosen is not None:
        rows.append(_row("the choice", plan, plan.chosen))
    rows.append(_row("everything", plan, plan.every))
    return Grid("What it gains", ("buy", "price", *HEADS, "which"), tuple(rows), frozenset({0, 8}))


HEADS = ("P80", "probability", "added points", "days gained", "P80 days gained", "saving less price")


def _row(name: str, plan: ResponsePlan, choice: Choice) -> tuple[str, ...]:
    return (name, words.amount(choice.price, plan.currency), *_figures(plan, choice), names(plan, choice))


def _figures(plan: ResponsePlan, choice: Choice) -> tuple[str, ...]:
    nothing = not choice.risks
    return (
        words.day(choice.p80.value),
        words.percent_with_range(choice.probability) if choice.probability else "",
        "" if nothing or choice.gain.probability is None else words.number(_percent(choice.gain.probability)),
        "" if nothing else words.number(choice.gain.expected),
        "" if nothing else words.number(choice.gain.p80),
        "" if nothing else words.money(choice.saving, plan.currency),
    )


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high)


def frontier(plan: ResponsePlan, most: int = MOST) -> Grid:
    """The best set for each price."""
    kept = plan.frontier if len(plan.frontier) <= most else [plan.frontier[k * (len(plan.frontier) - 1) // (most - 1)] for k in range(most)]
    rows = tuple((words.amount(one.price, plan.currency), *_figures(plan, one), names(plan, one)) for one in kept)
    left = len(plan.frontier) - len(kept)
    note = f"{left} more in tables/frontier.csv" if left else ""
    return Grid("The best set for each price", ("price", *HEADS, "which"), rows, frozenset({7}), note)


def tied(plan: ResponsePlan) -> Grid:
    """Cheaper sets that may do as well."""
    rows = tuple((words.amount(one.price, plan.currency), *_figures(plan, one), names(plan, one)) for one in plan.tied)
    return Grid("Cheaper sets that may do as well, by their intervals", ("price", *HEADS, "which"), rows, frozenset({7}))


def summary(plan: ResponsePlan) -> str:
    """The plan as text, ending in a line break."""
    lines = [plan.name, "=" * min(len(plan.name), 100), f"{answer(plan)}.", "", question(plan), f"{method(plan)} {fresh(plan)}".rstrip()]
    for grid in (shopping_list(plan), choices(plan), frontier(plan), tied(plan)):
        if grid.rows:
            lines += ["", grid.heading, *aligned(grid)]
            lines += [f"  ({grid.note})"] if grid.note else []
    if plan.notes:
        lines += ["", "Notes", *(f"  - {note}" for note in plan.notes)]
    lines += ["", f"{words.provenance_line(plan.provenance)}."]
    lines.append(f"Gains are against buying nothing, on the same draws. Intervals are of the simulation alone, at {confidence(plan)}.")
    if plan.timing is not None:
        lines.append(took(plan.timing))
    return "\n".join(lines) + "\n"


def confidence(plan: ResponsePlan) -> str:
    return f"{words.trimmed(100 * plan.provenance.confidence, 1)} %"


# ---- tables as data ----


def table_rows(plan: ResponsePlan) -> dict[str, list[Row]]:
    bought = set(plan.chosen.risks) if plan.chosen else set()
    named = [("nothing", plan.none), ("choice", plan.chosen), ("everything", plan.every), *(("tied", one) for one in plan.tied)]
    return {
        "mitigations": [{"risk": item.risk, "name": item.label, "price": item.price, "buy": item.risk in bought} for item in plan.items],
        "choices": [{"kind": kind, **_data(one)} for kind, one in named if one is not None],
        "frontier": [_data(one) for one in plan.frontier],
    }


def _data(choice: Choice) -> Row:
    return {
        "price": choice.price,
        "mitigations": " ".join(choice.risks),
        **spread("p80", choice.p80),
        **spread("probability", choice.probability),
        **spread("added_probability", choice.gain.probability),
        **spread("expected_days_gained", choice.gain.expected),
        **spread("p50_days_gained", choice.gain.p50),
        **spread("p80_days_gained", choice.gain.p80),
        **spread("cost_mean", choice.cost_mean),
        **spread("saving_less_price", choice.saving),
    }


def provenance_of(plan: ResponsePlan) -> Iterator[tuple[str, str]]:
    yield "Target", plan.target
    if plan.timing is not None:
        yield "Time", took(plan.timing)
