"""Calibration of forecasts that were kept: in a ledger, or as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pmosim.errors import UnreadableFile
from pmosim.history.learning import finished_tasks, remaining_tasks
from pmosim.history.ledger import Ledger
from pmosim.history.outcomes import Told, finished_in, knots_of_percentiles, outcomes_of, series_of, told_by
from pmosim.model.project import Portfolio
from pmosim.results.calibration import Calibration
from pmosim.results.judging import calibration_of
from pmosim.results.ledger import FINISH, QuantileCurve, RunInfo
from pmosim.results.records import Forecast
from pmosim.results.reference import Finished, ReferenceClass, reference_classes

CONFIDENCE = 0.95

NOTHING = (
    "there is nothing to calibrate: {what}\n"
    "  fix: give forecasts of earlier status dates, and what has happened since (a later run, '--schedule', or 'pmosim ledger record')"
)


@dataclass(slots=True)
class Evidence:
    """All that forecasts said and that happened, before it is judged."""

    told: list[Told] = field(default_factory=list)
    actuals: dict[tuple[str, str], datetime] = field(default_factory=dict)
    until: dict[str, datetime] = field(default_factory=dict)  # by run: it is known what has happened
    models: dict[str, Portfolio] = field(default_factory=dict)
    finished: list[Finished] = field(default_factory=list)
    remaining: list[tuple[tuple[str, str], ...]] = field(default_factory=list)

    def references(self, confidence: float) -> tuple[ReferenceClass, ...]:
        return reference_classes(self.finished, self.remaining, confidence)


def calibrate_ledger(
    ledger: Ledger,
    happened: Sequence[Portfolio] = (),
    *,
    project: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    confidence: float = CONFIDENCE,
) -> Calibration:
    """Judge the forecasts of a ledger by the actual dates that it knows, and by those of later schedules.

    Raises UnreadableFile where no outcome is known.
    """
    evidence = evidence_of(ledger, project, since, until)
    if happened:
        evidence.actuals = matched(evidence.told, happened) | evidence.actuals
        last = max(portfolio.status_date for portfolio in happened)
        evidence.until = {run: max(known, last) for run, known in evidence.until.items()}
    return judged(evidence, ledger.name, confidence)


def evidence_of(ledger: Ledger, project: str | None = None, since: datetime | None = None, until: datetime | None = None) -> Evidence:
    """What a ledger says: forecasts made between the two dates, and all that has happened, whenever it was recorded."""
    made = Evidence()
    figures: dict[tuple[int, str], dict[str, datetime | float]] = {}
    for one in ledger.figures(project, names=("planned", "target", "probability"), quantity=FINISH, since=since, until=until):
        figures.setdefault((one.run, one.target), {})[one.name] = one.value
    curves = [one for one in ledger.curves(project, quantity=FINISH, since=since, until=until) if one.kind != "portfolio"]
    made.told = [_told(one, figures[one.run, one.target]) for one in curves]
    for actual in ledger.actuals(project):
        if actual.kind == "finish" and isinstance(actual.value, datetime):
            made.actuals[actual.project, actual.node] = actual.value
    runs: dict[str, list[RunInfo]] = {}
    for run in ledger.runs(project):
        runs.setdefault(run.project, []).append(run)
    for name, mine in runs.items():
        ends = [end for (run, _), end in made.actuals.items() if run == name]
        made.until[name] = max([mine[-1].status_date, *ends])
        _learn(made, ledger, name, [run for run in mine if run.is_complete])
    return made


def _told(curve: QuantileCurve, figures: Mapping[str, datetime | float]) -> Told:
    promised, probability = figures.get("target"), figures.get("probability")
    return Told(
        curve.project,
        curve.target,
        curve.label,
        curve.status_date,
        *knots_of_percentiles(curve.values),  # type: ignore[arg-type]
        figures["planned"],  # type: ignore[arg-type]
        promised if isinstance(promised, datetime) else None,
        probability if isinstance(probability, float) else None,
    )


def _learn(made: Evidence, ledger: Ledger, name: str, runs: Sequence[RunInfo]) -> None:
    """From the first and the last model of a project: the calendars, what is done, and what had been estimated."""
    if not runs:
        return
    now = ledger.portfolio(runs[-1].id)
    earlier = ledger.portfolio(runs[0].id) if len(runs) > 1 else None
    made.models[name] = now
    made.finished += finished_tasks(now, earlier, run=name)
    made.remaining += remaining_tasks(now)


def calibrate_forecasts(
    forecasts: Sequence[Forecast], happened: Sequence[Portfolio], *, source: str = "", confidence: float = CONFIDENCE
) -> Calibration:
    """Judge forecasts by the actual dates of later schedules or scenarios.

    happened : models with progress; their tasks are found by qualified id, or by their own id where only one project has it. Up to their
        status dates it is known what has happened

    Raises UnreadableFile where no outcome is known.
    """
    if not forecasts or not happened:
        raise UnreadableFile(NOTHING.format(what="no schedule with actual dates was given" if forecasts else "no forecast was given"))
    made = Evidence([one for forecast in forecasts for one in told_by(forecast)])
    made.actuals = matched(made.told, happened)
    made.until = dict.fromkeys({one.run for one in made.told}, max(portfolio.status_date for portfolio in happened))
    made.models = _models(made.told, happened)
    for portfolio in happened:
        made.finished += finished_tasks(portfolio)
        made.remaining += remaining_tasks(portfolio)
    return judged(made, source, confidence)


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


def _models(told: Iterable[Told], happened: Sequence[Portfolio]) -> dict[str, Portfolio]:
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


def judged(evidence: Evidence, source: str, confidence: float) -> Calibration:
    """Raises UnreadableFile where no outcome is known."""
    if not evidence.told:
        raise UnreadableFile(NOTHING.format(what=f"'{source}' holds no forecast that was asked for"))
    outcomes, notes = outcomes_of(evidence.told, evidence.actuals, evidence.until, evidence.models.get)
    if not outcomes:
        raise UnreadableFile(
            NOTHING.format(what="every forecast was made after its milestone had come in, or nobody forecasts it any more")
        )
    return calibration_of(
        outcomes,
        series_of(evidence.told, evidence.actuals),
        source=source,
        confidence=confidence,
        references=evidence.references(confidence),
        notes=tuple(notes),
    )
