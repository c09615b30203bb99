"""The tables of a calibration as data: all rows, all digits."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output.tables import Row
from pmosim.results.calibration import Calibration, HitRate
from pmosim.results.records import Estimate


def table_rows(made: Calibration) -> dict[str, list[Row]]:
    """Rows by the name of their table."""
    return {
        "hit_rates": [_rate(one) for one in made.rates],
        "classes": list(_classes(made)),
        "histogram": [
            {"from": k / len(made.histogram.counts), "count": count, "low": made.histogram.low, "high": made.histogram.high}
            for k, count in enumerate(made.histogram.counts)
        ],
        "periods": list(_periods(made)),
        "references": list(_references(made)),
        "outcomes": list(_cases(made)),
    }


def _rate(one: HitRate) -> Row:
    row: Row = {"level": one.level, "promised": one.expected, "hits": one.hits, "outcomes": one.outcomes, "worth": one.worth}
    return row | _estimate("held", one.share) | {"verdict": one.verdict}


def _estimate(name: str, estimate: Estimate | None) -> Row:
    values = (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def _classes(made: Calibration) -> Iterator[Row]:
    for one in made.classes:
        row: Row = {"by": one.by, "class": one.name, "milestones": one.milestones, "projects": one.projects}
        row |= {"outcomes_p50": one.p50.outcomes, **_estimate("held_p50", one.p50.share)}
        row |= {"outcomes_p80": one.p80.outcomes, **_estimate("held_p80", one.p80.share)}
        row |= _estimate("days_after_p50", one.bias.median if one.bias else None)
        row |= _estimate("ratio_to_p50", one.bias.ratio if one.bias else None)
        row |= _estimate("loss", one.scores.forecast if one.scores else None)
        yield row | _estimate("loss_of_plan", one.scores.plan if one.scores else None)


def _periods(made: Calibration) -> Iterator[Row]:
    for one in made.periods:
        row: Row = {"begin": one.begin, "outcomes": one.outcomes}
        row |= _estimate("loss", one.scores.forecast)
        row |= _estimate("loss_of_plan", one.scores.plan)
        yield row | {f"pinball_p{level}": loss for level, loss in one.scores.pinball.items()}


def _references(made: Calibration) -> Iterator[Row]:
    for one in made.references:
        row: Row = {"by": one.by, "class": one.name, "finished": one.finished, "projects": one.projects, "to_come": one.remaining}
        row |= _estimate("median_ratio", one.median)
        row |= _estimate("mean_ratio", one.mean)
        row |= {f"p{level}_ratio": ratio for level, ratio in one.percentiles.items()}
        yield row | {"rule": one.suggestion}


def _cases(made: Calibration) -> Iterator[Row]:
    for one in made.cases:
        row: Row = {"id": one.id, "name": one.label, "project": one.project, "type": one.type, "team": one.team, "lead": one.lead}
        row |= {"status_date": one.made, "planned": one.planned}
        row |= {f"p{level}": day for level, day in one.percentiles.items()}
        row |= {"actual": one.actual, "probability_before": one.low, "probability_by": one.high}
        yield row | {"after_p50": one.error, "ratio_to_p50": one.ratio, "loss": one.score}
