"""The results folder of `pmosim mitigate`: record, tables, chart and a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pmosim.output import again, responding, words
from pmosim.output.bundle import write_bundle
from pmosim.results.responses import ResponsePlan

if TYPE_CHECKING:
    from pmosim.output.charts import Chart
    from pmosim.output.pages import Picture, Section

RECORD = "mitigation.json"
EXPLANATIONS = (
    "Every set of mitigations is simulated on the same draws: sets differ by what they do, not by luck. Gains are against buying nothing.",
    "Where the intervals of two sets overlap, the simulation does not settle which is better; cheaper sets that may do as well are listed.",
)


def write_plan(plan: ResponsePlan, folder: str | Path, *, charts: bool = True) -> Path:
    """Write ``mitigation.json``, ``tables/*.csv``, and with ``charts`` the pictures and ``report.html``."""
    drawn, page = (lambda: catalogue(plan)), (lambda made, svgs: report(plan, made, svgs, with_files=True))
    return write_bundle(folder, (RECORD, plan.to_json()), responding.table_rows(plan), drawn if charts else None, page if charts else None)


def catalogue(plan: ResponsePlan) -> Sequence[Chart]:
    from pmosim.output.charts.frontier import frontier_chart

    return [frontier_chart(plan)]


def report(
    plan: ResponsePlan, charts: Sequence[Chart] | None = None, svgs: Mapping[str, bytes] | None = None, *, with_files: bool = False
) -> str:
    from pmosim.output.pages import Page, pictures_of, provenance_rows, rendered

    charts = catalogue(plan) if charts is None else charts
    origin = plan.provenance
    page = Page(
        title=f"{plan.name}: which mitigations to buy",
        lead=f"{responding.question(plan)} {plan.searched:,} sets of mitigations of {words.day(origin.status_date)}.",
        headlines=(f"{responding.answer(plan)}.", f"{responding.method(plan)} {responding.fresh(plan)}".rstrip()),
        sections=tuple(sections(plan, pictures_of(charts, svgs))),
        explanations=(*EXPLANATIONS, f"All intervals hold at {responding.confidence(plan)}."),
        provenance=(*provenance_rows(origin), *responding.provenance_of(plan)),
        command=again.of_plan(plan),
    )
    return rendered(page, with_files=with_files)


def sections(plan: ResponsePlan, pictures: Mapping[str, Picture]) -> Iterator[Section]:
    from pmosim.output.pages import Section, shown

    yield Section("choice", "The choice", (*shown([responding.shopping_list(plan), responding.choices(plan), responding.tied(plan)]),))
    yield Section("frontier", "What more money gains", (pictures["frontier"], *shown([responding.frontier(plan, 60)])))
    if plan.notes:
        yield Section("notes", "Notes", (), lines=plan.notes)
