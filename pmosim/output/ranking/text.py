"""A ranking for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output import words
from pmosim.output.grids import Grid, aligned
from pmosim.output.ranking import findings, grids
from pmosim.output.words import took
from pmosim.results.ranking import Ranking


def summary(ranking: Ranking) -> str:
    """The ranking as text, ending in a line break."""
    lines = [ranking.name, "=" * min(len(ranking.name), 100), f"{findings.stands(ranking)}.", ""]
    lines += _section(grids.removals(ranking))
    lines.append(
        "  Days sooner, or money saved, without it, on the same draws. Ranks: all that the intervals of the differences leave possible."
    )
    if ranking.ladder is not None:
        lines += ["", *_section(grids.ladder(ranking, ranking.ladder))]
        lines.append(f"  {findings.ladder_end(ranking, ranking.ladder)}")
    if ranking.pairs is not None:
        lines += ["", *_section(grids.pairs(ranking, ranking.pairs)), f"  {findings.pairs_sentence(ranking)}"]
    if ranking.shapley is not None:
        lines += ["", *_section(grids.portions(ranking, ranking.shapley)), f"  {findings.division(ranking, ranking.shapley)}"]
    if ranking.paths is not None:
        lines += ["", *_section(grids.paths(ranking.paths)), f"  {findings.paths_subtitle(ranking.paths)}"]
    lines += ["", "Notes", *(f"  - {note}" for note in ranking.notes)]
    lines += ["", f"{words.provenance_line(ranking.provenance)}; {ranking.runs:,} runs."]
    lines.append(f"Intervals are of the simulation alone, at {findings.confidence(ranking)}.")
    if ranking.timing is not None:
        lines.append(took(ranking.timing))
    return "\n".join(lines) + "\n"


def _section(grid: Grid) -> Iterator[str]:
    yield grid.heading
    if grid.rows:
        yield from aligned(grid)
    if grid.note:
        yield f"  ({grid.note})"
