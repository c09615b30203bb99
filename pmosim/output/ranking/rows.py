"""The tables of a ranking as data: all rows, all digits."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output.tables import Row
from pmosim.results.ranking import Rank, Ranking, Removal
from pmosim.results.records import Estimate


def table_rows(ranking: Ranking) -> dict[str, list[Row]]:
    """Rows by the name of their table."""
    return {
        "removals": [_removal(one) for one in (*ranking.removals, *ranking.totals)],
        "ladder": list(_ladder(ranking)),
        "pairs": list(_pairs(ranking)),
        "portions": list(_portions(ranking)),
        "paths": list(_paths(ranking)),
    }


def _removal(one: Removal) -> Row:
    row: Row = {"source": one.source, "kind": one.kind, "name": one.label, "tasks": one.tasks or None}
    for unit, gains, ranks in (("days", one.days, one.day_ranks), ("cost", one.cost, one.cost_ranks)):
        for figure, gain in gains.items():
            row |= _estimate(f"{figure}_{unit}", gain)
            row |= _rank(f"{figure}_{unit}", ranks.get(figure))
    return row


def _rank(name: str, rank: Rank | None) -> Row:
    return {f"{name}_best_rank": rank.best if rank else None, f"{name}_worst_rank": rank.worst if rank else None}


def _estimate(name: str, estimate: Estimate | None) -> Row:
    values = (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def _ladder(ranking: Ranking) -> Iterator[Row]:
    found = ranking.ladder
    for k, step in enumerate(found.steps if found else (), start=1):
        row: Row = {"step": k, "source": step.source, "kind": step.kind, "name": step.label, "sources": step.sources}
        row |= _estimate(f"gain_{found.unit if found else ''}", step.gain)
        yield row | {"left_above_plan": step.left, "finish": step.date, "tied_with": " ".join(step.tied)}


def _pairs(ranking: Ranking) -> Iterator[Row]:
    for pair in ranking.pairs.found if ranking.pairs else ():
        row: Row = {"first": pair.first, "second": pair.second}
        for name, estimate in (("apart", pair.apart), ("together", pair.together), ("more", pair.more)):
            row |= _estimate(name, estimate)
        yield row


def _portions(ranking: Ranking) -> Iterator[Row]:
    found = ranking.shapley
    for one in found.portions if found else ():
        yield {"source": one.source, "kind": one.kind, "name": one.label, **_estimate(f"portion_{found.unit if found else ''}", one.value)}


def _paths(ranking: Ranking) -> Iterator[Row]:
    found = ranking.paths
    for k, group in enumerate(found.groups if found else (), start=1):
        row: Row = {"path": k, **_estimate("share", group.share), **_estimate("mean_days_after_plan", group.above_plan)}
        yield row | {"tasks": " ".join(task.id for task in group.tasks)}
    if found and found.rest:
        yield {"path": "others", **_estimate("share", found.rest)}
