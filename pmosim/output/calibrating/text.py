"""A calibration for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output.calibrating import findings, grids
from pmosim.output.grids import Grid, aligned
from pmosim.results.calibration import LEAD, TEAM, TYPE, Calibration


def summary(made: Calibration, by: tuple[str, ...] = (TYPE, TEAM, LEAD)) -> str:
    """The calibration as text, ending in a line break; ``by``: the classes that are told apart."""
    title = f"Calibration of {made.source}"
    lines = [title, "=" * min(len(title), 100), f"{findings.extent(made)}.", f"{findings.hits(made)}.", f"{findings.enough(made)}."]
    lines += _section(grids.rates(made))
    lines.append(f"  {findings.bias(made)}.")
    if made.scores is not None:
        lines.append(f"  {findings.scores(made)}.")
    for kind in by:
        lines += _section(grids.classes(made, kind))
    lines += ["", "Can its moves be foretold?", *(f"  {line}." for line in findings.drift(made))]
    lines += ["", "Correction", f"  {findings.correction(made)}."]
    if said := findings.spread(made):
        lines.append(f"  {said}.")
    if made.suggestion:
        lines += [
            "  Nothing is changed by itself. To take it into a scenario, paste:",
            "",
            *(f"    {line}" for line in made.suggestion.split("\n")),
        ]
    lines += _section(grids.references(made))
    off = [one for one in made.references if one.is_off and one.remaining and one.suggestion]
    if off:
        lines += ["  Rules for a scenario's 'uncertainty', for classes that are surely off:", *(f"    {one.suggestion}" for one in off[:5])]
    if made.notes:
        lines += ["", "Notes", *(f"  - {note}" for note in made.notes)]
    lines += ["", findings.SELECTION, f"{findings.INTERVALS} They hold at {findings.confidence(made)}."]
    return "\n".join(lines) + "\n"


def _section(grid: Grid) -> Iterator[str]:
    if not grid.rows:
        return
    yield ""
    yield grid.heading
    yield from aligned(grid)
    if grid.note:
        yield f"  ({grid.note})"
