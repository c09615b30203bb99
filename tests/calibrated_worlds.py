"""Simulated worlds for calibration: many small projects forecast by one model, and one future of each by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from pmosim.forecasting import simulate
from pmosim.history.outcomes import Told, knots_of_percentiles, outcomes_of
from pmosim.model.laws import Pert
from pmosim.model.project import Portfolio, Project
from pmosim.model.tasks import Link, Task

DAY = 480
BEGIN = datetime(2026, 3, 2, 8, 0)
LONG_AFTER = BEGIN + timedelta(days=3000)


def projects(count, seed, *, scale=1.0, risks=()):
    """Projects of two parallel tasks and one after both, each with estimates of its own; ``scale`` multiplies all of these."""
    luck = np.random.default_rng([seed, 7])
    made, links = [], []
    for k in range(count):
        tasks = []
        for name in ("left", "right", "last"):
            mode = luck.uniform(20, 60) * DAY * scale
            law = Pert(mode * luck.uniform(0.6, 0.95), mode, mode * luck.uniform(1.1, 2.0))
            tasks.append(Task(name, law))
        made.append(Project(f"p{k}", tuple(tasks), type=("road", "bridge")[k % 2], team=("north", "south", "east")[k % 3]))
        links += [Link(f"p{k}.left", f"p{k}.last"), Link(f"p{k}.right", f"p{k}.last")]
    return Portfolio(name="world", status_date=BEGIN, projects=tuple(made), links=tuple(links), risks=tuple(risks), currency="EUR")


def told_of(portfolio, iterations=2000, seed=1):
    """What the portfolio's forecast says of each project, as a ledger keeps it: percentiles 0 to 100, by day."""
    draws = simulate(portfolio, iterations=iterations, seed=seed, threads=1)
    told = []
    for project in portfolio.projects:
        id = f"{project.id}.finish"
        ordered = np.sort(draws.dates[id])
        places = np.clip(np.ceil(np.arange(101) / 100 * iterations).astype(int), 1, iterations) - 1
        days = [moment.date() for moment in ordered[places].astype(datetime)]
        told.append(Told("world", id, id, BEGIN, *knots_of_percentiles(days), planned=ordered[iterations // 3].astype(datetime)))
    return told


def happened(portfolio, seed):
    """One future of every project."""
    draws = simulate(portfolio, iterations=1, seed=10_000 + seed, threads=1)
    return {("world", id): moment[0].astype(datetime) for id, moment in draws.dates.items()}


def outcomes(told, actuals, model, until=LONG_AFTER):
    open_ones = {key: end for key, end in actuals.items() if end < until}
    return outcomes_of(told, open_ones, {"world": until}, lambda _: model)[0]


def as_single_projects(found):
    """Projects of one run are told apart by the run's name and their own; nothing else of an outcome says so."""
    return [replace(one, project=one.id) for one in found]
