"""A ranking by removal and a choice of mitigations in the report of a forecast that was made with them.

Their own modules are imported where they are needed: they import the text of forecasts, which imports this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pmosim.output import words
from pmosim.output.tables import Row
from pmosim.results.records import Forecast

if TYPE_CHECKING:
    from pmosim.output.charts import Chart
    from pmosim.output.pages import Picture, Section

CHARTS = ("removal", "ladder", "paths", "frontier")
"""Names of the charts that these analyses bring."""

NOTES = "notes"


def asked(forecast: Forecast) -> tuple[str, ...]:
    """The option that asks for them."""
    names = [name for name, made in (("rank", forecast.ranking), ("mitigate", forecast.responses)) if made is not None]
    return ("--with", ",".join(names)) if names else ()


def charts(forecast: Forecast) -> Iterator[Chart]:
    if forecast.ranking is not None:
        from pmosim.output.ranking.page import catalogue

        yield from catalogue(forecast.ranking)
    if forecast.responses is not None:
        from pmosim.output.responding_page import catalogue as catalogue_of_plan

        yield from catalogue_of_plan(forecast.responses)


def sections(forecast: Forecast, drawn: Sequence[Chart], pictures: Mapping[str, Picture]) -> Iterator[Section]:
    """Those of their own pages, in their order; their notes stand with those of the forecast."""
    mine = {chart.name: pictures[chart.name] for chart in drawn if chart.name in CHARTS}
    if forecast.ranking is not None and "removal" in mine:
        from pmosim.output.ranking.page import sections as sections_of_ranking

        yield from (one for one in sections_of_ranking(forecast.ranking, mine) if one.anchor != NOTES)
    if forecast.responses is not None and "frontier" in mine:
        from pmosim.output.responding_page import sections as sections_of_plan

        yield from (one for one in sections_of_plan(forecast.responses, mine) if one.anchor != NOTES)


def headlines(forecast: Forecast) -> Iterator[str]:
    if forecast.ranking is not None:
        from pmosim.output.ranking import findings

        yield f"{findings.removal(forecast.ranking)}."
    if forecast.responses is not None:
        from pmosim.output import responding

        yield f"{responding.answer(forecast.responses)}."


def explanations(forecast: Forecast) -> Iterator[str]:
    if forecast.ranking is not None:
        from pmosim.output.ranking.page import EXPLANATIONS

        yield from EXPLANATIONS
    if forecast.responses is not None:
        from pmosim.output.responding_page import EXPLANATIONS as OF_PLANS

        yield from OF_PLANS


def notes(forecast: Forecast) -> tuple[str, ...]:
    """What they say besides the notes of the forecast."""
    said = [*(forecast.ranking.notes if forecast.ranking else ()), *(forecast.responses.notes if forecast.responses else ())]
    return tuple(dict.fromkeys(note for note in said if note not in forecast.notes))


def table_rows(forecast: Forecast) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    if forecast.ranking is not None:
        from pmosim.output.ranking.rows import table_rows as rows_of_ranking

        found |= rows_of_ranking(forecast.ranking)
    if forecast.responses is not None:
        from pmosim.output import responding

        found |= responding.table_rows(forecast.responses)
    return found


def text(forecast: Forecast) -> list[str]:
    """Each as its own command prints it."""
    found: list[str] = []
    if forecast.ranking is not None:
        from pmosim.output.ranking.text import summary

        found += ["", *_retitled(summary(forecast.ranking), f"What each risk is worth: {words.shortened(forecast.ranking.label, 60)}")]
    if forecast.responses is not None:
        from pmosim.output import responding

        found += ["", *_retitled(responding.summary(forecast.responses), "Which mitigations to buy")]
    return found


def _retitled(told: str, title: str) -> list[str]:
    """Without what the forecast says at its own end: notes, and where it comes from."""
    lines = told.rstrip("\n").split("\n")[2:]
    end = lines.index("Notes") if "Notes" in lines else len(lines) - lines[::-1].index("")
    while not lines[end - 1]:
        end -= 1
    return [title, "-" * len(title), *lines[:end]]
