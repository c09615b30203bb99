"""An explanation as a results folder: explanation.json, tables, the waterfall, and a page with all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pmosim.output import explaining
from pmosim.output.bundle import write_bundle
from pmosim.output.charts import reasons
from pmosim.output.charts.chart import Chart
from pmosim.output.pages import Page, Picture, Section, pictures_of, provenance_rows, rendered, shown
from pmosim.output.tables import Row
from pmosim.results.explanation import Explanation

RECORD = "explanation.json"


def write_explanation(made: Explanation, folder: str | Path, *, charts: bool = True) -> Path:
    """Write all of it into ``folder``, which appears whole or not at all."""
    tables: dict[str, list[Row]] = explaining.table_rows(made)
    return write_bundle(
        folder,
        (RECORD, made.to_json()),
        tables,
        (lambda: catalogue(made)) if charts else None,
        (lambda drawn, svgs: page(made, drawn, svgs, with_files=True)) if charts else None,
    )


def catalogue(made: Explanation) -> list[Chart]:
    """All charts that have something to show."""
    return [chart for chart in [reasons.chart(made)] if not chart.table.empty]


def page(
    made: Explanation, charts: Sequence[Chart] | None = None, svgs: Mapping[str, bytes] | None = None, *, with_files: bool = False
) -> str:
    """HTML with everything inside."""
    charts = catalogue(made) if charts is None else charts
    one = Page(
        title=f"{made.name}: why it moved",
        lead=f"{made.before.name} → {made.after.name}",
        headlines=tuple(explaining.headlines(made)),
        sections=tuple(_sections(made, pictures_of(charts, svgs))),
        explanations=(
            explaining.pairing(made),
            "What an item moves is what it moves once all those before it are made: in another order steps that depend on one another "
            "would be parted otherwise, and their sum would be the same. What moves nothing in any iteration is told together.",
            "Progress: a finished task takes its actual dates, of one in progress the rest is what it is on the new status date; a task on "
            "which nothing was done can begin no sooner than the new status date, and what that delays is its own.",
        ),
        provenance=tuple(_provenance(made)),
    )
    return rendered(one, with_files=with_files)


def _sections(made: Explanation, pictures: Mapping[str, Picture]) -> Iterator[Section]:
    items, classes, *figures = explaining.tables(made)
    yield Section("why", "Why it moved", (*pictures.values(), *shown([items, classes])))
    yield Section("figures", "How far the figures moved", tuple(shown(figures)))
    if made.notes:
        yield Section("notes", "Notes", (), lines=made.notes)


def _provenance(made: Explanation) -> Iterator[tuple[str, str]]:
    for side, one in (("Before", made.before), ("After", made.after)):
        for name, value in provenance_rows(one.provenance):
            yield f"{side}: {name[0].lower()}{name[1:]}", value
