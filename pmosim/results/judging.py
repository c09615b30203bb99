"""Outcomes into a `Calibration`: every statistic of past forecasts, from plain records alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil, inf

import numpy as np

from pmosim.results.calibration import (
    LEAD,
    PROJECT,
    TEAM,
    TYPE,
    Bias,
    Calibration,
    Case,
    ClassScore,
    Histogram,
    HitRate,
    Period,
    Scores,
)
from pmosim.results.clusters import clustered_mean, clustered_median, enough_for_a_median
from pmosim.results.correction import Correction, correction_of, spread_of
from pmosim.results.estimates import half_width
from pmosim.results.martingale import drift_of
from pmosim.results.outcomes import Outcome, first_at_each_lead, first_of_each
from pmosim.results.records import Estimate
from pmosim.results.reference import ReferenceClass
from pmosim.results.scoring import (
    BINS,
    LEVELS,
    error_of,
    hit_rate,
    judged,
    pinball_loss,
    plan_error,
    ratio_of,
    score_of,
    transform,
    transform_band,
    transform_counts,
)

Series = Sequence[tuple[Sequence[int], Sequence[float]]]

TOLD = (10, 50, 80, 90)  # percentiles of a case
WIDTH = 0.1  # of a hit rate, to either side


def calibration_of(
    outcomes: Sequence[Outcome],
    series: Series,
    *,
    source: str,
    confidence: float,
    references: tuple[ReferenceClass, ...] = (),
    notes: tuple[str, ...] = (),
) -> Calibration:
    """Judge forecasts by what became of them.

    outcomes : of every milestone, all its forecasts; each counts once, by its first, or once in each class of lead time
    series : for the test of drift, as in `martingale.drift_of`

    Raises ValueError where there are no outcomes.
    """
    if not outcomes:
        raise ValueError("there is no forecast whose outcome could be known")
    first = first_of_each(list(outcomes))
    settled = judged(first)
    projects = [one.project for one in settled]
    correction = correction_of(first, confidence)
    return Calibration(
        source=source,
        confidence=confidence,
        unit=first[0].unit,
        forecasts=len(outcomes),
        since=min(one.made for one in outcomes),
        until=max(one.made + timedelta(days=one.until) for one in outcomes),
        milestones=len(first),
        came_in=sum(one.day is not None for one in first),
        judged=len(settled),
        rates=tuple(_rate(first, level, confidence) for level in LEVELS),
        histogram=Histogram(tuple(transform_counts(settled).tolist()), *transform_band(len(settled), BINS, confidence)),
        bias=_bias(settled, confidence),
        scores=_scores(settled, confidence),
        classes=tuple(_classes(list(outcomes), first, confidence)),
        periods=tuple(_periods(settled, confidence)),
        drift=drift_of(series, confidence),
        spread=spread_of([transform(one) for one in settled], projects, confidence),
        correction=correction,
        suggestion=driver_text(correction) if correction and correction.is_flagged else "",
        needed=ceil(0.8 * 0.2 * (half_width(confidence) / WIDTH) ** 2),
        cases=tuple(_case(one, one in settled) for one in first),
        references=references,
        notes=notes,
    )


def driver_text(correction: Correction) -> str:
    """The correction as a driver of the scenario language, to be pasted in."""
    factor = f"x {correction.shift.value:.3g}"
    if correction.spread.low > 0:
        factor = f"x lognormal {correction.mean:.3g} sd {max(correction.sd, 0.001):.2g}"
    return "\n".join(
        (
            "risks:",
            "  calibration:",
            "    name: What past forecasts left out",
            "    probability: 100%",
            '    hits: ["*"]',
            f"    impact: {factor}",
        )
    )


def _rate(outcomes: Sequence[Outcome], level: int, confidence: float) -> HitRate:
    hits, known, expected, share, worth = hit_rate(outcomes, level, confidence)
    return HitRate(level, expected, hits, known, share, worth)


def _bias(settled: Sequence[Outcome], confidence: float) -> Bias | None:
    projects = [one.project for one in settled]
    errors, ratios = [error_of(one) for one in settled], [ratio_of(one) for one in settled]
    if not all(enough_for_a_median(values, projects, confidence) for values in (errors, ratios)):
        return None
    still_open = sum(one.day is None for one in settled)
    mean = None if still_open else _finite(clustered_mean(errors, projects, confidence))
    return Bias(
        len(settled), still_open, clustered_median(errors, projects, confidence), mean, clustered_median(ratios, projects, confidence)
    )


def _finite(estimate: Estimate) -> Estimate | None:
    """None where one project says nothing of others."""
    return None if estimate.high == inf else estimate


def _scores(settled: Sequence[Outcome], confidence: float) -> Scores | None:
    if not settled:
        return None
    projects = [one.project for one in settled]
    forecast, plan = (clustered_mean([score(one) for one in settled], projects, confidence) for score in (score_of, plan_error))
    pinball = {level: float(np.mean([pinball_loss(one, level) for one in settled])) for level in LEVELS}
    return Scores(_bounded(forecast), _bounded(plan), pinball)


def _bounded(estimate: Estimate) -> Estimate:
    """A mean of one project alone is told as it is; no loss is below 0."""
    if estimate.high == inf:
        return Estimate(estimate.value, estimate.value, estimate.value)
    return Estimate(estimate.value, max(estimate.low, 0.0), estimate.high)


def _classes(outcomes: list[Outcome], first: list[Outcome], confidence: float) -> Iterator[ClassScore]:
    for by in (TYPE, TEAM):
        yield from _grouped(by, first, [one.classes.get(by, "") for one in first], confidence)
    for name, members in first_at_each_lead(outcomes).items():
        yield _class(LEAD, name, members, confidence)
    if len({one.project for one in first}) < len(first):  # else each is a class of its own
        # of one project nothing is said about others: its milestones are all there is
        alone = [replace(one, project=one.id) for one in first]
        yield from _grouped(PROJECT, alone, [one.project for one in first], confidence)


def _grouped(by: str, outcomes: list[Outcome], names: list[str], confidence: float) -> Iterator[ClassScore]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one, name in zip(outcomes, names, strict=True):
        groups[name].append(one)
    if set(groups) - {""}:
        for name in sorted(groups):
            yield _class(by, name or "(none)", groups[name], confidence)


def _class(by: str, name: str, members: list[Outcome], confidence: float) -> ClassScore:
    settled = judged(members)
    return ClassScore(
        by,
        name,
        len(members),
        len({one.project for one in members}),
        _rate(members, 50, confidence),
        _rate(members, 80, confidence),
        _bias(settled, confidence),
        _scores(settled, confidence),
    )


def _periods(settled: Sequence[Outcome], confidence: float) -> Iterator[Period]:
    groups: dict[date, list[Outcome]] = defaultdict(list)
    for one in settled:
        groups[date(one.made.year, 3 * ((one.made.month - 1) // 3) + 1, 1)].append(one)
    for begin in sorted(groups):
        if (scores := _scores(groups[begin], confidence)) is not None:
            yield Period(begin, len(groups[begin]), scores)


def _case(one: Outcome, is_judged: bool) -> Case:
    midnight = one.made.date()

    def day(number: int) -> date:
        return midnight + timedelta(days=number)

    low, high = transform(one)
    return Case(
        id=one.id,
        label=one.label,
        project=one.project,
        made=one.made,
        lead=one.lead,
        type=one.classes.get(TYPE, ""),
        team=one.classes.get(TEAM, ""),
        planned=day(ceil(round(one.planned, 9)) - 1),
        percentiles={level: day(one.by_the_end_of(level / 100) - 1) for level in TOLD},
        actual=None if one.day is None else day(one.day),
        low=low,
        high=high,
        error=error_of(one) if is_judged else None,
        ratio=ratio_of(one) if is_judged else None,
        score=score_of(one) if is_judged else None,
    )


__all__ = ["calibration_of", "driver_text"]
