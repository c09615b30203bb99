"""A comparison as a results folder: comparison.json, tables, charts, and a page with all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pmosim.output import again, comparing, words
from pmosim.output.bundle import write_bundle
from pmosim.output.charts import moves, overlay
from pmosim.output.charts.catalogue import file_names
from pmosim.output.charts.chart import Chart
from pmosim.output.pages import Page, Picture, Section, pictures_of, provenance_rows, rendered, shown
from pmosim.results.comparison import Comparison, TargetComparison

RECORD = "comparison.json"


def write_comparison(comparison: Comparison, folder: str | Path, *, charts: bool = True) -> Path:
    """Write all of it into ``folder``, which appears whole or not at all."""
    return write_bundle(
        folder,
        (RECORD, comparison.to_json()),
        comparing.table_rows(comparison),
        (lambda: catalogue(comparison)) if charts else None,
        (lambda drawn, svgs: page(comparison, drawn, svgs, with_files=True)) if charts else None,
    )


def catalogue(comparison: Comparison) -> list[Chart]:
    """All charts that have something to show."""
    return [chart for chart in _charts(comparison) if not chart.table.empty]


def _charts(comparison: Comparison) -> Iterator[Chart]:
    targets = comparing.charted(comparison)
    for one, name in zip(targets, file_names(targets), strict=True):
        yield overlay.chart(comparison, one, f"{name}-curves")
        yield moves.chart(comparison, one, f"{name}-moves")
        if one.cost:
            yield moves.chart(comparison, one, f"{name}-moves-money", in_money=True)


def page(
    comparison: Comparison, charts: Sequence[Chart] | None = None, svgs: Mapping[str, bytes] | None = None, *, with_files: bool = False
) -> str:
    """HTML with everything inside."""
    charts = catalogue(comparison) if charts is None else charts
    pictures = pictures_of(charts, svgs)
    confidence = f"{words.trimmed(100 * comparison.after.provenance.confidence, 1)} %"
    explanations = (
        f"{comparing.pairing(comparison)} An interval says how far another run of the same models might differ, not how good they are.",
        "Draws belong to the names of tasks and risks: what both models have is drawn alike, iteration by iteration, so that a difference "
        f"is that of the change alone. Working days follow the project's calendar as it was before. Bands and whiskers: {confidence}.",
    )
    made = Page(
        title=f"{comparison.name}: what moved",
        lead=f"{comparison.before.name} → {comparison.after.name}",
        headlines=tuple(comparing.headline(one) for one in comparison.targets[: comparing.MOST_BLOCKS]),
        sections=tuple(_sections(comparison, charts, pictures)),
        explanations=explanations,
        provenance=tuple(_provenance(comparison)),
        command=again.of_comparison(comparison),
    )
    return rendered(made, with_files=with_files)


def _sections(comparison: Comparison, charts: Sequence[Chart], pictures: Mapping[str, Picture]) -> Iterator[Section]:
    for place, one in enumerate(comparison.targets, 1):
        own = [pictures[chart.name] for chart in charts if chart.section == one.id]
        if own or place <= comparing.MOST_BLOCKS:
            yield Section(f"target-{place}", one.label, (*own, *shown(_tables(comparison, one))), (comparing.cause(one),))
    if comparison.differences:
        found = comparing.differences(comparison, most=100)
        yield Section("differences", "What is different in the models", tuple(shown([found])))
    lines = [
        f"Only {where}: {label}"
        for where, labels in (("before", comparison.only_before), ("after", comparison.only_after))
        for label in labels
    ]
    if lines or comparison.notes:
        yield Section("notes", "Notes", (), lines=(*lines, *comparison.notes))


def _tables(comparison: Comparison, one: TargetComparison) -> list:
    return [comparing.moves(one), comparing.costs(one, comparison.currency), comparing.steps(one, comparison.currency)]


def _provenance(comparison: Comparison) -> Iterator[tuple[str, str]]:
    for side, one in (("Before", comparison.before), ("After", comparison.after)):
        for name, value in provenance_rows(one.provenance):
            yield f"{side}: {name[0].lower()}{name[1:]}", value
