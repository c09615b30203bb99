"""Milestones and projects' finishes that are due within twelve months, each with its probability."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Run, Samples
from pmosim.engine.taken import placed
from pmosim.forecasting.scales import scale_of
from pmosim.forecasting.targets import label_of, promise_of
from pmosim.model.project import Portfolio
from pmosim.model.tasks import FINISH
from pmosim.results.estimates import percentile_ranks, share
from pmosim.results.records import DateEstimate
from pmosim.results.shared import MilestoneForecast

LEVELS = (10, 50, 80, 90)
MOST = 60
"""Milestones told: those planned first."""


@dataclass(frozen=True)
class _Due:
    id: str
    planned: datetime


def forecast_milestones(compiled: Compiled, run: Run, samples: Samples, confidence: float) -> tuple[MilestoneForecast, ...]:
    """In the order of their planned dates; one that exists only sometimes is told of the iterations in which it does."""
    due = _due(compiled)[:MOST]
    known = {id: k for k, id in enumerate(compiled.target_ids)}
    others = [one.id for one in due if one.id not in known or _may_be_missing(compiled, one.id)]
    kept = placed(compiled, run, [compiled.position[id] for id in others]) if others else None
    found = []
    for one in due:
        if kept is not None and one.id in others:
            row = others.index(one.id)
            positions = kept.finishes[row][kept.exists[row]]
        else:
            positions = samples.finishes[known[one.id]]
        if len(positions):
            found.append(_milestone(compiled, one, positions, confidence))
    return tuple(found)


def _due(compiled: Compiled) -> list[_Due]:
    portfolio = compiled.portfolio
    last = _in_twelve_months(portfolio.status_date)
    ids = [id for id, task in portfolio.tasks.items() if task.is_milestone and not task.is_finished and id in compiled.position]
    ids += [f"{project.id}.{FINISH}" for project in portfolio.projects if not all(task.is_finished for task in project.tasks)]
    due = [_Due(id, _planned(compiled, id)) for id in ids]
    return sorted((one for one in due if one.planned <= last), key=lambda one: (one.planned, one.id))


def _in_twelve_months(status: datetime) -> datetime:
    leap = status.month == 2 and status.day == 29
    day = status - timedelta(days=1) if leap else status
    return day.replace(year=status.year + 1, hour=23, minute=59, tzinfo=None)


def _planned(compiled: Compiled, id: str) -> datetime:
    scale, at = scale_of(compiled, id), compiled.planned[1][compiled.position[id]]
    return _moments(compiled, scale.instants(np.array([at])))[0]


def _moments(compiled: Compiled, walls: NDArray[np.int64]) -> list[datetime]:
    stamps = np.datetime64(compiled.plan.epoch, "m") + walls.astype("timedelta64[m]")
    return stamps.astype("datetime64[s]").tolist()  # type: ignore[no-any-return]


def _may_be_missing(compiled: Compiled, id: str) -> bool:
    needs, position = compiled.model.choices.needs, compiled.position[id]
    return bool(needs[position] < needs[position + 1])


def _milestone(compiled: Compiled, due: _Due, positions: NDArray[np.int32], confidence: float) -> MilestoneForecast:
    portfolio, scale = compiled.portfolio, scale_of(compiled, due.id)
    walls = np.sort(scale.instants(positions))
    promise = promise_of(portfolio, due.id)
    target = promise.finish if promise else None
    limit = scale.clock.instant(target or due.planned)
    n = len(walls)
    levels = {level: DateEstimate(*_moments(compiled, walls[list(percentile_ranks(n, level, confidence))])) for level in LEVELS}
    met = share(int(np.searchsorted(walls, limit, side="right")), n, confidence)
    return MilestoneForecast(due.id, label_of(portfolio, due.id), _project(portfolio, due.id), due.planned, target, met, levels)


def _project(portfolio: Portfolio, id: str) -> str:
    return portfolio.project[id.partition(".")[0]].label
