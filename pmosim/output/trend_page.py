"""A trend as a results folder: trend.json, tables, charts, and a page with all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pmosim.output import trending, words
from pmosim.output.bundle import write_bundle
from pmosim.output.charts import drift, heat, milestone_trend, multiples
from pmosim.output.charts.catalogue import file_names
from pmosim.output.charts.chart import Chart
from pmosim.output.pages import Page, Picture, Section, pictures_of, rendered, shown
from pmosim.results.trend import Line, Trend

RECORD = "trend.json"
MOST_CHARTS = 12  # milestones with charts of their own; all are in the tables


def write_trend(made: Trend, folder: str | Path, *, charts: bool = True) -> Path:
    """Write all of it into ``folder``, which appears whole or not at all."""
    return write_bundle(
        folder,
        (RECORD, made.to_json()),
        trending.table_rows(made),
        (lambda: catalogue(made)) if charts else None,
        (lambda drawn, svgs: page(made, drawn, svgs, with_files=True)) if charts else None,
    )


def catalogue(made: Trend) -> list[Chart]:
    """All charts that have something to show."""
    return [chart for chart in _charts(made) if not chart.table.empty]


def _charts(made: Trend) -> Iterator[Chart]:
    projects = list(dict.fromkeys(line.project for line in made.lines))
    if len(multiples.of_projects(made)) > 1:
        yield multiples.chart(made)
    if len(heat.rows_of(made)) > 1:
        yield heat.chart(made)
    if len(projects) == 1 and len(made.lines) > 1:
        yield milestone_trend.chart(made, projects[0], "milestones")
    lines = charted(made)
    names = file_names([_Named(line.project if len(projects) > 1 else line.id, line.kind) for line in lines])
    for line, name in zip(lines, names, strict=True):
        yield drift.drift_chart(made, line, f"{name}-drift")
        yield drift.chance_chart(made, line, f"{name}-chance")
        if line.costs:
            yield drift.cost_chart(made, line, f"{name}-cost")


@dataclass(frozen=True, slots=True)
class _Named:
    """After what the files of a line are called."""

    id: str
    kind: str


def charted(made: Trend) -> list[Line]:
    """Milestones with charts of their own."""
    several = len({line.project for line in made.lines}) > 1
    return list(multiples.of_projects(made) if several else made.lines)[:MOST_CHARTS]


def page(made: Trend, charts: Sequence[Chart] | None = None, svgs: Mapping[str, bytes] | None = None, *, with_files: bool = False) -> str:
    """HTML with everything inside."""
    charts = catalogue(made) if charts is None else charts
    pictures = pictures_of(charts, svgs)
    headlines = [chart.title for chart in charts if not chart.section] or [trending.headline(line) for line in charted(made)[:3]]
    one = Page(
        title=f"{made.name}: forecasts over time",
        lead=trending.period(made),
        headlines=tuple(headlines),
        sections=tuple(_sections(made, charts, pictures)),
        explanations=(
            "Each forecast is the one that was made on its status date; nothing has been forecast anew. The band goes from the P10 to the "
            "P90, and the target is the one that held then.",
            trending.rules(made),
        ),
        provenance=(
            ("From", made.source),
            ("Status dates", trending.period(made)),
            ("Intervals", f"{words.trimmed(100 * made.confidence, 1)} %"),
        ),
    )
    return rendered(one, with_files=with_files)


def _sections(made: Trend, charts: Sequence[Chart], pictures: Mapping[str, Picture]) -> Iterator[Section]:
    whole = [pictures[chart.name] for chart in charts if not chart.section]
    yield Section("standing", "Where it stands", (*whole, *shown([trending.overview(made)])), (trending.rules(made),))
    drawn = {chart.section for chart in charts}
    several = len({line.project for line in made.lines}) > 1
    for place, line in enumerate((line for line in charted(made) if line.key in drawn), 1):
        own = [pictures[chart.name] for chart in charts if chart.section == line.key]
        tables = [trending.history(line), *([trending.cost_history(line)] if line.costs else [])]
        yield Section(f"line-{place}", f"{line.project}: {line.label}" if several else line.label, (*own, *shown(tables)))
    if made.notes:
        yield Section("notes", "Notes", (), lines=made.notes)
