"""What a ledger says, for the terminal and as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from pmosim.output import words
from pmosim.output.grids import Grid, aligned
from pmosim.results.ledger import Figure, Pruned, RunInfo, Verified
from pmosim.results.records import DateEstimate, Estimate

SHOWN = ("P10", "P50", "P80", "P90")


def listing(runs: Sequence[RunInfo], figures: Iterable[Figure]) -> str:
    """A line for each run, with the P80 of its first finish, ending in a line break."""
    if not runs:
        return "There are no runs.\n"
    p80: dict[int, Figure] = {}
    for one in figures:
        if one.name == "P80" and one.quantity == "finish":
            p80.setdefault(one.run, one)
    rows = tuple(
        (
            str(run.id),
            run.project,
            words.day(run.status_date),
            _date(p80.get(run.id)),
            f"{run.iterations:,}",
            str(run.seed),
            run.fingerprint[:8],
            "" if run.is_complete else "pruned",
        )
        for run in runs
    )
    heads = ("run", "project", "status date", "P80", "iterations", "seed", "model", "")
    return "\n".join(aligned(Grid("", heads, rows, frozenset({1, 7})), indent="")) + "\n"


def details(run: RunInfo, figures: Sequence[Figure]) -> str:
    """One run: where it came from, and its figures."""
    left = "complete: it can be run and drawn again" if run.is_complete else "pruned: only figures and curves are left"
    facts = (
        ("status date", words.day(run.status_date)),
        ("recorded", f"{moment(run.recorded)} UTC"),
        ("source", run.source),
        (
            "simulated",
            f"{run.iterations:,} iterations, seed {run.seed}, {run.sampling}, intervals at {words.trimmed(100 * run.confidence, 2)} %",
        ),
        ("model", run.fingerprint),
        ("made with", ", ".join(f"{name} {version}" for name, version in run.versions.items())),
        ("on", run.machine),
        ("kept", left),
    )
    width = max(len(name) for name, _ in facts)
    heading = f"Run {run.id}: {run.project}"
    lines = [heading, "=" * min(len(heading), 100), *(f"{name.ljust(width)}  {said}" for name, said in facts if said)]
    for quantity, title in (("finish", "Finish"), ("cost", f"Cost [{run.currency}]" if run.currency else "Cost")):
        rows = tuple(_target_rows([one for one in figures if one.quantity == quantity]))
        if rows:
            heads = ("", *SHOWN, "planned", "target", "probability")
            lines += ["", title, *aligned(Grid("", heads, rows))]
    return "\n".join(lines) + "\n"


def _target_rows(figures: Sequence[Figure]) -> Iterator[tuple[str, ...]]:
    by_target: dict[str, dict[str, Figure]] = {}
    for one in figures:
        by_target.setdefault(one.target, {})[one.name] = one
    for named in by_target.values():
        label = next(iter(named.values())).label
        yield (label, *(_told(named.get(name)) for name in (*SHOWN, "planned", "target")), _share(named.get("probability")))


def _told(figure: Figure | None) -> str:
    """With its interval."""
    if figure is None:
        return ""
    if isinstance(figure.value, datetime):
        return words.day_with_range(DateEstimate(figure.value, figure.low, figure.high))  # type: ignore[arg-type]
    return words.number(Estimate(figure.value, figure.low, figure.high))  # type: ignore[arg-type]


def _date(figure: Figure | None) -> str:
    return _told(figure)


def _share(figure: Figure | None) -> str:
    return "" if figure is None else words.percent_with_range(Estimate(figure.value, figure.low, figure.high))  # type: ignore[arg-type]


def moment(when: datetime) -> str:
    return f"{words.day(when)} {when:%H:%M}"


def verdict(one: Verified) -> str:
    """What became of a forecast that was run again."""
    changed = ", ".join(f"{name} was {then} and is {now}" for name, (then, now) in one.versions.items())
    lines = [f"Run {one.run.id} ({one.run.project}, {words.day(one.run.status_date)}): "]
    if one.is_same:
        lines[0] += "the same to the last bit" + (f", though {changed}" if changed else "")
    else:
        entries = f"{one.differing:,} {words.plural('entry', one.differing) if one.differing == 1 else 'entries'}"
        lines[0] += f"{entries} of the forecast differ{'s' if one.differing == 1 else ''}"
        lines += [f"  {difference}" for difference in one.differences]
        lines.append(
            f"  {changed}" if changed else "  Nothing it was made with has changed: pmosim's versions, and this machine's, are the same."
        )
    return "\n".join([*lines, *(f"  {fault}" for fault in one.unsound)]) + "\n"


def pruned(done: Pruned) -> str:
    if not done.runs:
        return "Nothing to prune.\n"
    size = f"{done.bytes / 1e6:.1f} MB" if done.bytes >= 1e5 else f"{done.bytes / 1e3:.0f} kB"
    runs, models = words.plural("run", done.runs), words.plural("model", done.models)
    said = f"Dropped the whole forecasts of {done.runs:,} {runs} and {done.models:,} {models}, {size}."
    return f"{said} Their figures, curves and actuals are still there.\n"


def as_json(records: Any) -> str:
    """Records, or lists of them, as JSON; dates as ISO texts."""
    return json.dumps(records, default=_plain, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else asdict(value)


def as_csv(records: Sequence[Any]) -> str:
    """Records of one kind as CSV, a column for each field; what has parts (versions, a curve) as JSON. Empty without records."""
    if not records:
        return ""
    names = [part.name for part in fields(records[0])]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(getattr(one, name)) for name in names] for one in records)
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, default=_plain) if isinstance(value, dict | tuple) else value
