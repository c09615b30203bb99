"""A calibration as one HTML page, in the report's look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pmosim.output import words
from pmosim.output.calibrating import findings, grids
from pmosim.output.charts import Chart
from pmosim.output.charts.calibration import catalogue
from pmosim.output.pages import Page, Picture, Section, pictures_of, rendered, shown
from pmosim.results.calibration import LEAD, PROJECT, TEAM, TYPE, Calibration

MOST = 200  # rows of a table on the page

EXPLANATIONS = (
    findings.SELECTION,
    findings.INTERVALS,
    "The place of an actual in its forecast is the probability that the forecast gave to coming in by then: if forecasts are right, all "
    "places are alike. The loss is the continuous ranked probability score, in calendar days; of a forecast without spread it is how far "
    "that was off.",
    "A probability that uses all that is known cannot be foretold from its own past: it falls no more often than it rises.",
)


def report(
    made: Calibration, charts: Sequence[Chart] | None = None, svgs: Mapping[str, bytes] | None = None, *, with_files: bool = False
) -> str:
    charts = catalogue(made) if charts is None else charts
    page = Page(
        title=f"Calibration of {made.source}",
        lead=f"{made.forecasts:,} forecasts of {made.milestones:,} milestones since {words.day(made.since)}; "
        f"known until {words.day(made.until)}.",
        headlines=(f"{findings.hits(made)}.", f"{findings.bias(made)}.", f"{findings.correction(made)}."),
        sections=tuple(_sections(made, pictures_of(charts, svgs))),
        explanations=(*EXPLANATIONS, f"All intervals hold at {findings.confidence(made)}."),
        provenance=(("Forecasts", made.source), ("Status dates from", words.day(made.since)), ("Known until", words.day(made.until))),
    )
    return rendered(page, with_files=with_files)


def _sections(made: Calibration, pictures: Mapping[str, Picture]) -> Iterator[Section]:
    def with_picture(name: str, *tables):
        return (*([pictures[name]] if name in pictures else []), *shown(list(tables)))

    said = f"{findings.extent(made)}. {findings.enough(made)}."
    yield Section("hit-rates", "Did the P-values hold?", with_picture("hit-rates", grids.rates(made, tuple(range(10, 100, 10)))), (said,))
    yield Section(
        "transform",
        "Where in their forecasts milestones came in",
        with_picture("transform"),
        (f"{findings.spread(made)}.",) * bool(made.spread),
    )
    tables = [grids.classes(made, by, MOST) for by in (TYPE, TEAM, LEAD, PROJECT)]
    yield Section("bias", "Early or late", with_picture("bias", *tables), (f"{findings.bias(made)}.",))
    yield Section("losses", "Forecast against plan", with_picture("losses"), (f"{findings.scores(made)}.",))
    yield Section("drift", "Can its moves be foretold?", (), tuple(f"{line}." for line in findings.drift(made)))
    yield Section(
        "correction",
        "What would have made them right",
        (),
        tuple(_correction(made)),
        tuple(made.suggestion.split("\n")) if made.suggestion else (),
    )
    rules = tuple(one.suggestion for one in made.references if one.is_off and one.remaining and one.suggestion)
    yield Section(
        "references", "What finished tasks took", tuple(shown([grids.references(made, MOST)])), (f"{findings.references(made)}.",), rules
    )
    yield Section("outcomes", "Milestones", tuple(shown([grids.cases(made, MOST)])))
    if made.notes:
        yield Section("notes", "Notes", (), lines=made.notes)


def _correction(made: Calibration) -> Iterator[str]:
    yield f"{findings.correction(made)}."
    if made.suggestion:
        yield "Nothing is changed by itself. To take it into a scenario, paste these lines, as they are, with their indents:"
