"""One simulated future as a results folder: replay.json, tables, its Gantt chart, and a page with all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pmosim.output import again, replaying
from pmosim.output.bundle import write_bundle
from pmosim.output.charts import iteration
from pmosim.output.charts.chart import Chart
from pmosim.output.pages import Page, Section, pictures_of, provenance_rows, rendered, shown
from pmosim.results.replay import Replay

RECORD = "replay.json"


def write_replay(replay: Replay, folder: str | Path, *, charts: bool = True) -> Path:
    """Write all of it into ``folder``, which appears whole or not at all."""
    return write_bundle(
        folder,
        (RECORD, replay.to_json()),
        replaying.table_rows(replay),
        (lambda: [iteration.chart(replay)]) if charts else None,
        (lambda drawn, svgs: page(replay, drawn, svgs, with_files=True)) if charts else None,
    )


def page(
    replay: Replay, charts: Sequence[Chart] | None = None, svgs: Mapping[str, bytes] | None = None, *, with_files: bool = False
) -> str:
    """HTML with everything inside."""
    pictures = pictures_of([iteration.chart(replay)] if charts is None else charts, svgs)
    told = replaying.story(replay)
    sections = [
        Section("story", "What happened", tuple(pictures.values()), tuple(told[1:])),
        Section("path", "What decided", tuple(shown([replaying.path(replay)]))),
        Section("tasks", "Every task", tuple(shown([replaying.tasks(replay, most=500)]))),
    ]
    if replay.notes:
        sections.append(Section("notes", "Notes", (), lines=replay.notes))
    made = Page(
        title=f"{replay.name}: one simulated future",
        lead=f"Iteration {replay.iteration:,} of {replay.provenance.iterations:,}" + (f", the {replay.asked}" if replay.asked else ""),
        headlines=(told[0],),
        sections=tuple(sections),
        explanations=(
            "One iteration is one way in which it may turn out, in all its details; no forecast is made of it. What would have been "
            "without a risk is the same iteration with that risk taken out, all other draws being as they were.",
        ),
        provenance=tuple(provenance_rows(replay.provenance)),
        command=again.of_replay(replay),
    )
    return rendered(made, with_files=with_files)
