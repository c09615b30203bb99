"""Calibration of forecasts that were kept: as files, or in a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pmosim.errors import UnreadableFile
from pmosim.history.outcomes import Told, finished_in, outcomes_of, series_of, told_by
from pmosim.model.project import Portfolio
from pmosim.results.calibration import Calibration
from pmosim.results.judging import calibration_of
from pmosim.results.records import Forecast

CONFIDENCE = 0.95

NOTHING = (
    "none of these forecasts is of a milestone whose outcome can be known: {what}\n"
    "  fix: give forecasts of earlier status dates, and what has happened since ('--schedule', or 'pmosim ledger record')"
)


def calibrate_forecasts(
    forecasts: Sequence[Forecast], happened: Sequence[Portfolio], *, source: str = "", confidence: float = CONFIDENCE
) -> Calibration:
    """Judge forecasts by the actual dates of later schedules or scenarios.

    happened : models with progress; their tasks are found by qualified id, or by their own id where only one project has it. Up to their
        status dates it is known what has happened

    Raises UnreadableFile where no outcome is known.
    """
    if not forecasts or not happened:
        raise UnreadableFile(NOTHING.format(what="no schedule with actual dates was given" if forecasts else "there is no forecast"))
    told = [one for forecast in forecasts for one in told_by(forecast)]
    actuals = matched(told, happened)
    until = max(portfolio.status_date for portfolio in happened)
    return _judged(told, actuals, dict.fromkeys({one.run for one in told}, until), _models(told, happened), source, confidence)


def matched(told: Iterable[Told], happened: Sequence[Portfolio]) -> dict[tuple[str, str], datetime]:
    """When the targets of forecasts came in, by later models."""
    by_id: dict[str, datetime] = {}
    by_own: dict[str, list[datetime]] = {}
    for portfolio in happened:
        finished = finished_in(portfolio)
        by_id |= finished
        for id, end in finished.items():
            by_own.setdefault(id.partition(".")[2], []).append(end)
    answer = {}
    for one in told:
        own = by_own.get(one.target.partition(".")[2], [])
        if one.target in by_id:
            answer[one.key] = by_id[one.target]
        elif len(own) == 1:
            answer[one.key] = own[0]
    return answer


def _models(told: Iterable[Told], happened: Sequence[Portfolio]) -> Mapping[str, Portfolio]:
    """For each run the later model that has its projects."""
    wanted: dict[str, set[str]] = {}
    for one in told:
        wanted.setdefault(one.run, set()).add(one.target.partition(".")[0])
    found = {}
    for run, projects in wanted.items():
        for portfolio in happened:
            if projects <= set(portfolio.project):
                found[run] = portfolio
    return found


def _judged(
    told: Sequence[Told],
    actuals: Mapping[tuple[str, str], datetime],
    until: Mapping[str, datetime],
    models: Mapping[str, Portfolio],
    source: str,
    confidence: float,
    notes: tuple[str, ...] = (),
) -> Calibration:
    outcomes, more = outcomes_of(told, actuals, until, models.get)
    if not outcomes:
        raise UnreadableFile(NOTHING.format(what="they were all made after their milestones had come in"))
    return calibration_of(outcomes, series_of(told, actuals), source=source, confidence=confidence, notes=(*notes, *more))
