"""What a ranking says, in sentences: for the titles of charts, the terminal and the page."""

from __future__ import annotations

from collections import Counter

from pmosim.output import words
from pmosim.results.ranking import DAYS, DrivingPaths, Ladder, PathGroup, Rank, Ranking, Removal, Shapley
from pmosim.results.records import Estimate

NAME = 34  # characters of a target's name in a title
SOURCE = 40
MOST_NAMED = 3  # tasks by which a path is named
COVERED = 0.9  # of the iterations, by which one says how many paths there are


def amount(ranking: Ranking, estimate: Estimate, unit: str | None = None) -> str:
    """``6.3 ± 0.4 working days``, or ``1.2 ± 0.1 M EUR``."""
    return words.days(estimate) if (unit or ranking.unit) == DAYS else words.money(estimate, ranking.currency)


def figure_alone(ranking: Ranking, estimate: Estimate, unit: str | None = None) -> str:
    """The same, days without their unit."""
    return words.number(estimate) if (unit or ranking.unit) == DAYS else words.money(estimate, ranking.currency)


def gain_of(ranking: Ranking, one: Removal) -> Estimate:
    return (one.days if ranking.unit == DAYS else one.cost)[ranking.figure]


def rank_of(ranking: Ranking, one: Removal) -> Rank:
    return (one.day_ranks if ranking.unit == DAYS else one.cost_ranks)[ranking.figure]


def rank_text(rank: Rank) -> str:
    """``1``, or ``2–4`` where the intervals of the differences leave these ranks possible."""
    return f"{rank.best}" if rank.best == rank.worst else f"{rank.best}–{rank.worst}"


def names_of(removals: tuple[Removal, ...]) -> list[str]:
    return words.distinct([one.label for one in removals], [one.source for one in removals])


def whose(ranking: Ranking) -> str:
    """``the P80``, ``the mean cost``."""
    return f"the {ranking.figure}{'' if ranking.unit == DAYS else ' of the cost'}"


def stands(ranking: Ranking) -> str:
    """Where the figure stands with everything in."""
    if ranking.unit == DAYS:
        above = ranking.above_plan[ranking.figure]
        return (
            f"With everything in, the {ranking.figure} of {ranking.label} is {words.weekday(ranking.dates[ranking.figure])}, "
            f"{words.days(_size(above))} {_side(above, 'after', 'before')} the plan of {words.day(ranking.planned)}"
        )
    cost = ranking.costs[ranking.figure]
    return (
        f"With everything in, the {ranking.figure} of the cost of {ranking.label} is {words.money(cost, ranking.currency)}; "
        f"the plan is {words.amount(ranking.planned_cost, ranking.currency)}"
    )


def removal(ranking: Ranking) -> str:
    """``River bridge: without Flood the P80 is 6.3 ± 0.4 working days sooner, more than without any other``."""
    name = words.shortened(ranking.label, NAME)
    first = ranking.removals[0]
    gain = gain_of(ranking, first)
    if gain.low <= 0:
        return f"{name}: no single source, taken out, is sure to bring {whose(ranking)} down"
    tied = sum(rank_of(ranking, one).best == 1 for one in ranking.removals[1:])
    also = f", tied with {tied} more" if tied else ""
    sooner = "sooner" if ranking.unit == DAYS else "lower"
    source = _lowered(words.shortened(names_of(ranking.removals)[0], SOURCE))
    return f"{name}: without {source}, {whose(ranking)} is {amount(ranking, gain)} {sooner}{also}"


def ladder(ranking: Ranking, found: Ladder) -> str:
    """``River bridge: its P80 is 16.6 working days above the plan; 12.0 from base uncertainty of all tasks, then 4.6 from Flood``."""
    name = words.shortened(ranking.label, NAME)
    whole = found.steps[0]
    total = _plain(ranking, found.above_plan, found.unit)
    parts = [
        f"{_bare(ranking, step.gain, found.unit)} from {_lowered(words.shortened(step.label, 32))}"
        for step in found.steps[:2]
        if step.gain.low > 0
    ]
    if not parts:
        return f"{name}: taking out {_lowered(whole.label)}, or anything else, does not bring its {found.figure} down"
    return f"{name}: its {found.figure} is {total} above the plan; {', then '.join(parts)}"


def ladder_end(ranking: Ranking, found: Ladder) -> str:
    """What the steps are, and what is left when all have been taken."""
    said = "Each step takes out what is worst then; the steps add up exactly."
    if not found.remains:
        return f"{said} Then the plan remains."
    return f"{said} Then {_plain(ranking, found.remains, found.unit)} above the plan remain, of what was left in."


def pairs_sentence(ranking: Ranking) -> str:
    found = ranking.pairs
    if found is None:
        return ""
    if not found.found:
        return f"None of {found.looked_at} pairs is worth more together than the sum of both."
    return "Two sources that hide one another, as on parallel paths: one alone gains little while the other holds."


def division(ranking: Ranking, found: Shapley) -> str:
    how = "over all orders" if not found.orders else f"over {found.orders} sampled orders"
    total = amount(ranking, found.total, found.unit)
    return f"What each source adds on average {how} in which they may be taken out; the portions add up exactly to {total}."


def paths(label: str, found: DrivingPaths) -> str:
    """``River bridge: three paths drive 92 % of the iterations``."""
    name, covered, count = words.shortened(label, NAME), 0.0, 0
    for group in found.groups:
        covered, count = covered + group.share.value, count + 1
        if covered >= COVERED:
            break
    if count == 1:
        alone = "the same path drives every iteration" if covered >= 1 else f"one path drives {_percent(covered)} of the iterations"
        return f"{name}: {alone}"
    return f"{name}: {_count(count)} paths drive {_percent(covered)} of the iterations"


def paths_subtitle(found: DrivingPaths) -> str:
    said = f"{found.distinct:,} different chains of uncertain tasks in {found.iterations:,} iterations."
    if found.least:
        said += f" Tasks that drive in fewer than {words.plain_percent(found.least)} of them are left out of the chains."
    if found.common:
        said += f" On every path: {_listed([task.label for task in found.common], 4)}."
    return said


def path_names(found: DrivingPaths) -> list[str]:
    """A few tasks of each path, in order of time: those that the fewest other paths share."""
    weight: Counter[str] = Counter()
    for group in found.groups:
        for task in group.tasks:
            weight[task.id] += round(1e6 * group.share.value)
    return [_path_name(group, weight) for group in found.groups]


def _path_name(group: PathGroup, weight: Counter[str]) -> str:
    if not group.tasks:
        return "none of the tasks that the others differ by"
    rare = sorted(group.tasks, key=lambda task: weight[task.id])[:MOST_NAMED]
    kept = [task.label for task in group.tasks if task in rare]
    more = len(group.tasks) - len(kept)
    return " → ".join(kept) + (f" (and {more} more)" if more else "")


def note(ranking: Ranking, *sentences: str) -> str:
    """Text under a chart: what makes it repeatable, then what its marks mean."""
    return " ".join([f"{words.provenance_line(ranking.provenance)}.", *(sentence for sentence in sentences if sentence)])


def confidence(ranking: Ranking) -> str:
    return f"{words.trimmed(100 * ranking.provenance.confidence, 1)} %"


def _bare(ranking: Ranking, estimate: Estimate, unit: str) -> str:
    return words.bare(estimate) if unit == DAYS else words.bare_money(estimate, ranking.currency)


def _plain(ranking: Ranking, value: float, unit: str) -> str:
    return (
        f"{words.trimmed(value, 1)} {words.plural('working day', value)}" if unit == DAYS else words.amount(round(value), ranking.currency)
    )


def _size(estimate: Estimate) -> Estimate:
    return estimate if estimate.value >= 0 else Estimate(-estimate.value, -estimate.high, -estimate.low)


def _side(estimate: Estimate, after: str, before: str) -> str:
    return after if estimate.value >= 0 else before


def _lowered(label: str) -> str:
    return label[0].lower() + label[1:] if label.startswith("Base uncertainty") else label


def _percent(share: float) -> str:
    return (
        f"{words.trimmed(100 * share, 0)} %"
        if share <= 0.99
        else f"{words.trimmed(100 * share, 1)} %"
        if share < 0.999
        else "all but a few"
    )


def _count(count: int) -> str:
    return ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")[count] if count < 10 else str(count)


def _listed(labels: list[str], most: int) -> str:
    return ", ".join(labels[:most]) + (f" and {len(labels) - most} more" if len(labels) > most else "")
