"""Records as HTML pages of one look: findings, charts with a text alternative for each, tables, where it all comes from.

No scripts, nothing fetched: a page works offline and for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from pmosim.output import words
from pmosim.output.charts.chart import Chart
from pmosim.output.grids import Grid
from pmosim.output.style import svg_of
from pmosim.results.records import Provenance


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    alt: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """A `Grid` with the columns that hold anything."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: frozenset[int]
    note: str
    used: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    heading: str
    parts: tuple[Picture | Shown, ...]
    paragraphs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    lead: str
    headlines: tuple[str, ...]
    sections: tuple[Section, ...]
    explanations: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]
    description: str = ""


def rendered(page: Page, *, with_files: bool = False) -> str:
    """HTML; ``with_files``: it lies in a results folder, beside the charts' data."""
    return template().render(page=page, style=style(), with_files=with_files)


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


def shown(tables: Sequence[Grid]) -> Iterator[Shown]:
    for grid in tables:
        used = tuple(column for column in range(len(grid.heads)) if any(row[column] for row in grid.rows))
        if grid.rows:
            yield Shown(grid.heading, grid.heads, grid.rows, grid.left, grid.note, used)


def inline(svg: bytes, chart: Chart) -> Markup:
    """An SVG fit to stand in a page: no XML head, ids of its own, a name and a role for screen readers."""
    source = svg.decode()
    source = source[source.index("<svg") :]
    source = re.sub(r"\s*<metadata>.*?</metadata>", "", source, flags=re.DOTALL)
    source = re.sub(r' id="[a-zA-Z]+[0-9a-zA-Z.]*_\d+"', "", source)  # Matplotlib's running numbers: the same in every figure, and unused
    source = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{chart.name}-", source)
    label = f'<svg role="img" aria-label="{escape(chart.alt)}" '
    return Markup(source.replace("<svg ", label, 1))  # Matplotlib has escaped the texts; a test holds it to that


@cache
def template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.from_string(_shipped("page.html"))


@cache
def style() -> Markup:
    """The look that all our pages share."""
    return Markup(_shipped("style.css"))  # our own file: nothing in it comes from a user


def _shipped(name: str) -> str:
    return files("pmosim.output").joinpath(f"templates/{name}").read_text(encoding="utf-8")
