"""The overview of a batch as a page, which leads to the report of each of its forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pmosim.output import batching, words
from pmosim.output.pages import Page, Section, rendered, shown
from pmosim.results.batch import Batch


def overview(batch: Batch) -> str:
    """HTML with everything inside; links lead to the results folders beside it."""
    return rendered(
        Page(
            title=f"{batch.name}: forecasts",
            lead=f"Batch of {words.day(datetime.fromisoformat(batch.started))}",
            headlines=batching.headlines(batch),
            sections=tuple(_sections(batch)),
            explanations=(
                "Dates and shares are of simulations; the interval of each is in the report that its name leads to. Where projects share "
                "a model, their dates and risks were drawn together.",
                "Moved: calendar days since the forecast of the status date before; none where the simulations' error could explain it.",
            ),
            provenance=tuple(_provenance(batch)),
        )
    )


def _sections(batch: Batch) -> Iterator[Section]:
    if grid := batching.overview(batch, linked=True):
        yield Section("projects", "Projects", tuple(shown([grid])))
    if held := tuple(batching.held(batch)):
        yield Section("conditions", "Conditions that hold", (), lines=held)
    if troubles := tuple(batching.troubles(batch)):
        yield Section("not-forecast", "Not forecast", (), lines=troubles)


def _provenance(batch: Batch) -> Iterator[tuple[str, str]]:
    yield "Begun", batch.started
    yield "Ended", batch.finished
    if batch.ledger:
        yield "Ledger", batch.ledger
    yield "Exit code", str(batch.exit_code)
    yield "Made with", f"pmosim {batch.version}"
    yield from (("Condition", condition) for condition in batch.conditions)
