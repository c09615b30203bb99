"""Records as HTML pages of one look: findings, charts with a text alternative for each, tables, where it all comes from.

Nothing is fetched: a page works offline and for good. The one script in it sorts, filters and folds tables and switches between
light and dark; without it the page says the same. A policy in the page's head forbids anything else to run.

How a record gets a page
    Make a `Page` of `Section` objects and hand it to `rendered`. A section has an anchor of its own, a heading, and parts in
    their order: a `Picture` (of `pictures_of`, by the chart's name) or a table (``*shown([grid, ...])`` of `Grid` objects).
How a page gets another section
    Yield one more `Section` where the sections of that page are listed, such as ``_sections`` in `report`. Nothing else knows.
What a table can do
    It sorts by what its cells say: `sorting.sort_key` reads dates, shares, money and ranks, and a column of anything else is sorted as
    words. It does not sort where rows belong together, which is where the name of a row is left empty. It has a filter from 11
    rows on, and shows the first 25 of more than 30. A `grids.Cell` is a text that leads somewhere in the page, or is marked.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from pmosim.output import inks, words
from pmosim.output.charts.chart import Chart
from pmosim.output.charts.data import data_of
from pmosim.output.grids import Grid
from pmosim.output.sorting import column_keys
from pmosim.output.style import svg_of
from pmosim.results.records import Provenance


@dataclass(frozen=True, slots=True)
class Shown:
    """A `Grid` with the columns that hold anything, and by what they are sorted."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: frozenset[int]
    note: str
    used: tuple[int, ...]
    keyed: tuple[tuple[tuple[str, ...], tuple[float | None, ...]], ...]  # each row, with a number for each cell that is sorted as one
    named: int  # column that names a row
    sorts: bool


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    alt: str
    svg: Markup
    data: Shown | None = None  # what is drawn, for those who do not see it


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
    command: str = ""  # that makes the same figures again


def rendered(page: Page, *, with_files: bool = False) -> str:
    """HTML; ``with_files``: it lies in a results folder, beside the charts' data."""
    svgs = [part.svg for section in page.sections for part in section.parts if isinstance(part, Picture)]
    looks = Markup(inks.style_of(inks.used(svgs)))
    shipped = {"style": style(), "script": script(), "script_hash": script_hash()}
    return template().render(page=page, inks=looks, with_files=with_files, **shipped)


def pictures_of(charts: Sequence[Chart], svgs: Mapping[str, bytes] | None = None) -> dict[str, Picture]:
    """Each chart fit to stand in a page, by name; ``svgs``: those that are drawn already."""
    drawn = {chart.name: (svgs or {}).get(chart.name) or svg_of(chart.figure()) for chart in charts}
    return {
        chart.name: Picture(chart.name, chart.alt, inline(drawn[chart.name], chart), next(shown([data_of(chart)]), None))
        for chart in charts
    }


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
    """Those of the tables that have rows, as a page shows them."""
    for grid in tables:
        if grid.rows:
            yield _shown(grid)


def _shown(grid: Grid) -> Shown:
    used = tuple(column for column in range(len(grid.heads)) if any(row[column] for row in grid.rows))
    named = next((column for column in used if column in grid.left and grid.heads[column] != "rank"), used[0] if used else 0)
    sorts = len(grid.rows) > 2 and all(row[named] for row in grid.rows)
    columns = [column_keys([row[column] for row in grid.rows]) for column in range(len(grid.heads))] if sorts else []
    keys = list(zip(*columns, strict=True)) if sorts else [(None,) * len(grid.heads)] * len(grid.rows)
    return Shown(grid.heading, grid.heads, grid.rows, grid.left, grid.note, used, tuple(zip(grid.rows, keys, strict=True)), named, sorts)


def inline(svg: bytes, chart: Chart) -> Markup:
    """An SVG fit to stand in a page: no XML head, ids of its own, a name and a role for screen readers."""
    source = svg.decode()
    source = source[source.index("<svg") :]
    source = re.sub(r"\s*<metadata>.*?</metadata>", "", source, flags=re.DOTALL)
    source = re.sub(r' id="[a-zA-Z]+[0-9a-zA-Z.]*_\d+"', "", source)  # Matplotlib's running numbers: the same in every figure, and unused
    source = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{chart.name}-", source)
    source = inks.named(source)
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


@cache
def script() -> Markup:
    return Markup(_shipped("page.js"))


@cache
def script_hash() -> str:
    """By which the page's policy knows the one script that may run."""
    return "sha256-" + b64encode(sha256(f"\n{_shipped('page.js')}".encode()).digest()).decode()


def _shipped(name: str) -> str:
    return files("pmosim.output").joinpath(f"templates/{name}").read_text(encoding="utf-8")
