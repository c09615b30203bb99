"""Is a stored forecast still what its stored model gives? Run again, and compared to the bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pmosim.engine.simulation import Progress
from pmosim.forecasting import Precision, forecast
from pmosim.history.ledger import Ledger, machine
from pmosim.model.fingerprint import fingerprint
from pmosim.model.project import Portfolio
from pmosim.results.ledger import RunInfo, Verified
from pmosim.results.records import Forecast

MOST = 10
"""Differences that are told."""

NO_FIGURES = ("timing", "provenance.versions")
"""Entries of a forecast that may differ from run to run of the same; versions are compared by themselves."""


def verify(ledger: Ledger, run: int, *, threads: int | None = None, progress: Progress | None = None) -> Verified:
    """Forecast the stored model of a run again, as it was forecast then, and compare every entry of the two forecasts.

    Entries that only a later version of pmosim writes are not compared. Raises UnreadableFile for a run that is not there, or was pruned.
    """
    info, stored, portfolio = ledger.run(run), ledger.forecast(run), ledger.portfolio(run)
    again = forecast_again(stored, portfolio, threads=threads, progress=progress)
    found = [*_differences(json.loads(ledger.forecast_text(run)), json.loads(again.to_json()))]
    told = tuple(f"{where}: {before} was stored, {now} it is now" for where, before, now in found[:MOST])
    return Verified(info, not found, len(found), told, changed_versions(info, again), (*_unsound(ledger, info, stored, portfolio),))


def forecast_again(stored: Forecast, portfolio: Portfolio, *, threads: int | None = None, progress: Progress | None = None) -> Forecast:
    """The forecast of a portfolio, made as ``stored`` was made of it."""
    origin, asked = stored.provenance, stored.stopping
    made = forecast(
        portfolio,
        iterations=origin.iterations,
        seed=origin.seed,
        confidence=origin.confidence,
        sampling=origin.sampling,
        precision=Precision(asked.days, asked.level, asked.most) if asked else None,
        source=origin.source,
        overrides=origin.overrides,
        parity=stored.parity,
        threads=threads,
        progress=progress,
    )
    # the forecast's own notes come first; what the reader of the scenario had to say cannot be found out from the model
    return replace(made, notes=(*made.notes, *stored.notes[len(made.notes) :]))


def changed_versions(info: RunInfo, now: Forecast) -> dict[str, tuple[str, str]]:
    """What the run was made with that is another today, by name: then and now."""
    then = info.versions | {"machine": info.machine}
    today = now.provenance.versions | {"machine": machine()}
    return {name: (then.get(name, "none"), today.get(name, "none")) for name in today if then.get(name) != today.get(name)}


def _differences(stored: Any, now: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every entry of the stored forecast that is another one now: where, then, now."""
    if where in NO_FIGURES:
        return
    if isinstance(stored, dict) and isinstance(now, dict):
        for name, value in stored.items():
            yield from _differences(value, now.get(name, "nothing"), f"{where}.{name}".lstrip("."))
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for place, (one, other) in enumerate(zip(stored, now, strict=True)):
            name = one["id"] if isinstance(one, dict) and "id" in one else place
            yield from _differences(one, other, f"{where}[{name}]")
    elif isinstance(stored, list) and isinstance(now, list):
        yield where, f"{len(stored)} entries", len(now)
    elif stored != now or type(stored) is not type(now):
        yield where, stored, now


def _unsound(ledger: Ledger, info: RunInfo, stored: Forecast, portfolio: Portfolio) -> Iterator[str]:
    if fingerprint(portfolio) != info.fingerprint:
        yield "the stored model has another fingerprint than the run"
    if not ledger.has_figures_of(info.id, stored):
        yield "the figures beside the forecast are not those of the forecast"


__all__ = ["changed_versions", "forecast_again", "verify"]
