"""The tables of a ranking that people read: the terminal and the page show the same ones."""

from __future__ import annotations

from pmosim.output import words
from pmosim.output.grids import Grid
from pmosim.output.ranking import findings
from pmosim.results.ranking import DAYS, DrivingPaths, Ladder, Pairs, Ranking, Removal, Shapley
from pmosim.results.records import Estimate

MOST_REMOVALS, MOST_STEPS, MOST_PORTIONS = 15, 20, 15


def removals(ranking: Ranking, most: int = MOST_REMOVALS) -> Grid:
    """A row for each source, the largest gain first, then what several are worth together."""
    figures = [*ranking.above_plan]
    names = findings.names_of(ranking.removals)
    rows = [
        (findings.rank_text(findings.rank_of(ranking, one)), name, one.kind, f"{one.tasks:,}", *_gains(ranking, one, figures))
        for one, name in zip(ranking.removals[:most], names, strict=False)
    ]
    rows += [("", one.label, "together", "", *_gains(ranking, one, figures)) for one in ranking.totals]
    heads = ("rank", "without", "", "tasks", *(f"{figure} days" for figure in figures), f"{ranking.figure} cost")
    left = len(ranking.removals) - most
    note = f"{left:,} more in tables/removals.csv" if left > 0 else ""
    return Grid("What taking it out is worth", heads, tuple(rows), frozenset({0, 1, 2}), note)


def _gains(ranking: Ranking, one: Removal, figures: list[str]) -> tuple[str, ...]:
    cost = words.money(one.cost[ranking.figure], ranking.currency) if one.cost else ""
    return (*(words.number(one.days[figure]) for figure in figures), cost)


def ladder(ranking: Ranking, found: Ladder, most: int = MOST_STEPS) -> Grid:
    rows = [
        (
            str(k),
            step.label,
            step.kind,
            _figure(ranking, step.gain, found.unit),
            _left(ranking, step.left, found.unit),
            words.day(step.date) if step.date else "",
            _instead(ranking, step.tied),
        )
        for k, step in enumerate(found.steps[:most], start=1)
    ]
    what = "days" if found.unit == DAYS else "money"
    heads = ("step", "taken out", "", f"{what} gained", "left above plan", found.figure, "or as well")
    more = len(found.steps) - most
    note = f"{more:,} more steps in tables/ladder.csv" if more > 0 else ""
    start = _left(ranking, found.above_plan, found.unit)
    return Grid(f"The ladder: {found.figure} is {start} above the plan", heads, tuple(rows), frozenset({0, 1, 2, 6}), note)


def _instead(ranking: Ranking, tied: tuple[str, ...]) -> str:
    label = {one.source: one.label for one in ranking.removals}
    names = [words.shortened(label.get(id, id), 24) for id in tied]
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") if names else ""


def pairs(ranking: Ranking, found: Pairs) -> Grid:
    rows = tuple(
        (" + ".join(pair.labels), *(_figure(ranking, one, found.unit) for one in (pair.apart, pair.together, pair.more)))
        for pair in found.found
    )
    heads = ("both out", "sum of each alone", "together", "more than the sum")
    return Grid(f"Pairs worth more together, at {found.figure}", heads, rows)


def portions(ranking: Ranking, found: Shapley, most: int = MOST_PORTIONS) -> Grid:
    rows = [(one.label, one.kind, _figure(ranking, one.value, found.unit)) for one in found.portions[:most]]
    more = len(found.portions) - most
    note = f"{more:,} more in tables/portions.csv" if more > 0 else ""
    what = "days" if found.unit == DAYS else "money"
    return Grid(f"Order-free portions of the {found.figure} (Shapley)", ("source", "", what), tuple(rows), frozenset({0, 1}), note)


def paths(found: DrivingPaths) -> Grid:
    rows = [
        (name, words.percent_with_range(group.share), words.number(group.above_plan) if group.above_plan else "")
        for name, group in zip(findings.path_names(found), found.groups, strict=True)
    ]
    if found.rest is not None:
        rows.append(("all other paths", words.percent_with_range(found.rest), ""))
    return Grid("Paths that drive the finish", ("path through", "iterations", "mean finish, days after plan"), tuple(rows))


def _figure(ranking: Ranking, estimate: Estimate, unit: str) -> str:
    return findings.figure_alone(ranking, estimate, unit)


def _left(ranking: Ranking, value: float, unit: str) -> str:
    return words.rounded(value, 1) if unit == DAYS else words.amount(round(value), ranking.currency)
