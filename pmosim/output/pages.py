"""A page of its own for records other than a forecast, in the report's look: findings, charts, tables, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pmosim.output import words
from pmosim.output.charts.chart import Chart
from pmosim.output.report import Picture, Section, inline, style, template
from pmosim.output.style import svg_of
from pmosim.results.records import Provenance


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    lead: str
    headlines: tuple[str, ...]
    sections: tuple[Section, ...]
    explanations: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]


def rendered(page: Page, *, with_files: bool = False) -> str:
    """HTML; ``with_files``: it lies in a results folder, beside the charts' data."""
    return template("page.html").render(page=page, style=style(), with_files=with_files)


def pictures_of(charts: Sequence[Chart], svgs: Mapping[str, bytes] | None = None) -> dict[str, Picture]:
    """Each chart fit to stand in a page, by name; ``svgs``: those that are drawn already."""
    drawn = {chart.name: (svgs or {}).get(chart.name) or svg_of(chart.figure()) for chart in charts}
    return {chart.name: Picture(chart.name, chart.alt, inline(drawn[chart.name], chart)) for chart in charts}


def provenance_rows(origin: Provenance) -> list[tuple[str, str]]:
    return [
        ("Scenario", origin.source),
        *(("Instead of the scenario's own", override) for override in origin.overrides),
        ("Status date", words.weekday(origin.status_date)),
        ("Iterations", f"{origin.iterations:,}"),
        ("Seed", str(origin.seed)),
        ("Model fingerprint", origin.fingerprint),
        ("Made with", ", ".join(f"{name} {version}" for name, version in origin.versions.items())),
    ]
