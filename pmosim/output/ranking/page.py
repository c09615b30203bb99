"""A ranking as one HTML page, in the report's look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pmosim.output import again, words
from pmosim.output.charts import Chart
from pmosim.output.charts.ladder import ladder_chart
from pmosim.output.charts.paths import paths_chart
from pmosim.output.charts.ranking import removal_chart
from pmosim.output.pages import Page, Picture, Section, pictures_of, provenance_rows, rendered, shown
from pmosim.output.ranking import findings, grids
from pmosim.results.ranking import Ranking

MOST = 60  # rows of a table on the page

EXPLANATIONS = (
    "A gain is the figure with everything in, minus the same figure with one source out, all else drawn as before. The P80's gain "
    "is the move of the P80: where two sources hide one another, both may gain nothing alone. Positive means sooner, or cheaper.",
    "Intervals, written as ± or in brackets, come from resampling the iterations, all runs together. Ranks are all those "
    "that the intervals of the differences between two sources leave possible.",
)


def catalogue(ranking: Ranking) -> list[Chart]:
    """The charts that have something to show, in the order of the page."""
    made = [removal_chart(ranking)]
    if ranking.ladder is not None:
        made.append(ladder_chart(ranking))
    if ranking.paths is not None and ranking.paths.groups:
        made.append(paths_chart(ranking))
    return made


def report(
    ranking: Ranking, charts: Sequence[Chart] | None = None, svgs: Mapping[str, bytes] | None = None, *, with_files: bool = False
) -> str:
    charts = catalogue(ranking) if charts is None else charts
    origin = ranking.provenance
    page = Page(
        title=f"{ranking.name}: what each risk is worth",
        lead=f"Ranking by removal of {words.day(origin.status_date)}: {ranking.runs:,} runs of {origin.iterations:,} futures each.",
        headlines=tuple(_headlines(ranking)),
        sections=tuple(sections(ranking, pictures_of(charts, svgs))),
        explanations=(*EXPLANATIONS, f"All intervals hold at {findings.confidence(ranking)}."),
        provenance=tuple(_provenance(ranking)),
        command=again.of_ranking(ranking),
    )
    return rendered(page, with_files=with_files)


def _headlines(ranking: Ranking) -> Iterator[str]:
    yield f"{findings.stands(ranking)}."
    yield f"{findings.removal(ranking)}."
    if ranking.ladder is not None:
        yield f"{findings.ladder(ranking, ranking.ladder)}."
    if ranking.paths is not None and ranking.paths.groups:
        yield f"{findings.paths(ranking.label, ranking.paths)}."


def sections(ranking: Ranking, pictures: Mapping[str, Picture]) -> Iterator[Section]:
    yield Section("removal", "What taking it out is worth", (pictures["removal"], *shown([grids.removals(ranking, MOST)])))
    if ranking.ladder is not None:
        said = findings.ladder_end(ranking, ranking.ladder)
        yield Section("ladder", "The ladder", (pictures["ladder"], *shown([grids.ladder(ranking, ranking.ladder, MOST)])), (said,))
    if ranking.pairs is not None:
        table = tuple(shown([grids.pairs(ranking, ranking.pairs)]))
        yield Section("pairs", "Pairs worth more together", table, (findings.pairs_sentence(ranking),))
    if ranking.shapley is not None:
        table = tuple(shown([grids.portions(ranking, ranking.shapley, MOST)]))
        yield Section("portions", "Order-free portions", table, (findings.division(ranking, ranking.shapley),))
    if ranking.paths is not None and ranking.paths.groups:
        said = findings.paths_subtitle(ranking.paths)
        yield Section("paths", "Paths that drive the finish", (pictures["paths"], *shown([grids.paths(ranking.paths)])), (said,))
    yield Section("notes", "Notes", (), lines=ranking.notes)


def _provenance(ranking: Ranking) -> Iterator[tuple[str, str]]:
    yield from provenance_rows(ranking.provenance)
    yield "Target", ranking.target
    if ranking.timing is not None:
        yield "Time", words.took(ranking.timing)
