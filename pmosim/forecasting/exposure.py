"""Exposure by category, owner, project and programme; how concentrated it is; which risks move several projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.conversions import works
from pmosim.engine.simulation import Samples
from pmosim.forecasting.mitigation import Left
from pmosim.forecasting.pairing import Pairing, Simulated
from pmosim.forecasting.removals import CENTS, Removals
from pmosim.forecasting.targets import kind_of
from pmosim.model.mitigation import AFTER
from pmosim.model.risks import Risk
from pmosim.results.estimates import mean
from pmosim.results.exposure import concentration, delay, extra_cost
from pmosim.results.paired import Sample, percentile_difference
from pmosim.results.records import MitigatedTarget
from pmosim.results.resampling import Resamples, shared_resamples
from pmosim.results.shared import (
    CATEGORY,
    OWNER,
    PROGRAMME,
    PROJECT,
    Exposure,
    ExposureGroup,
    GroupState,
    SharedRisk,
)

LEVEL = 80
MOST_TARGETS = 8
"""Told without risks as well: the portfolio and as many projects."""


@dataclass(frozen=True)
class _State:
    """The portfolio before or after mitigation, and the risks that act in it."""

    removals: Removals
    none: Samples | None  # without any risk
    risks: tuple[Risk, ...]

    def of(self, by: str, name: str) -> list[str]:
        return [risk.id for risk in self.risks if _named(risk, by) == name]


def forecast_exposure(before: Removals, none: Samples | None, left: Left | None) -> Exposure | None:
    """``before``: with what every risk alone adds known; ``none``: the samples without any; ``left``: the state after mitigation."""
    acting = tuple(risk for risk in before.compiled.portfolio.risks if risk.acts)
    if none is None or not acting:
        return None
    states = [_State(before, none, acting)]
    if left is not None:
        states.append(_State(left.removals, left.none, tuple(left.risks)))
    per_day = before.scales[before.compiled.target_ids[0]].minutes_per_day
    told = [
        concentration(before.minutes, per_day, "days", before.confidence),
        concentration(before.cents, CENTS, "money", before.confidence),
    ]
    return Exposure(
        before.compiled.target_ids[0],
        (*_by_name(states, CATEGORY), *_by_name(states, OWNER), *_by_project(states), *_by_programme(states)),
        tuple(one for one in told if one is not None),
        tuple(_shared(before)),
    )


def without_risks(removals: Removals, none: Samples | None) -> tuple[MitigatedTarget, ...]:
    """The portfolio and its projects with all risks, and with none, on the same draws."""
    if none is None:
        return ()
    portfolio = removals.compiled.portfolio
    pairing = Pairing(portfolio, removals.compiled, removals.run, removals.confidence)
    risky, calm = Simulated(pairing, removals.samples), Simulated(pairing, none)
    ids = [id for id in removals.compiled.target_ids if kind_of(portfolio, id) != "milestone"][:MOST_TARGETS]
    return tuple(
        MitigatedTarget(id, pairing.state(id, risky, risky), pairing.state(id, calm, risky), pairing.gain(id, risky, calm)) for id in ids
    )


# ---- by category and owner ----


def _named(risk: Risk, by: str) -> str:
    return (risk.category if by == CATEGORY else risk.owner).strip()


def _by_name(states: Sequence[_State], by: str) -> Iterator[ExposureGroup]:
    """Groups of risks, each taken out as a whole; nothing where all risks are of one group."""
    names = list(dict.fromkeys(_named(risk, by) for state in states for risk in state.risks))
    if len(names) < 2:
        return
    for name in sorted(names, key=lambda name: (not name, name.casefold())):
        members = [state.of(by, name) for state in states]
        found = [_taken_out(state.removals, ids) for state, ids in zip(states, members, strict=True)]
        known = dict.fromkeys(id.removeprefix(AFTER) for ids in members for id in ids)
        yield ExposureGroup(by, name, tuple(known), found[0], found[1] if len(found) > 1 else None)


def _taken_out(removals: Removals, ids: Sequence[str]) -> GroupState | None:
    if not ids:
        return None
    first = removals.compiled.target_ids[0]
    unit, occurs, confidence = removals.scales[first].minutes_per_day, removals.anything(ids), removals.confidence
    apart = np.stack([removals.minutes[id] for id in ids]).sum(axis=0, dtype=np.int64)
    if len(ids) == 1:  # it has been taken out alone
        added, money = apart, removals.cents.get(ids[0])
    else:
        without = removals.without(ids)
        added = removals.delays(first, without)
        money = removals.samples.costs[-1] - without.costs[-1] if removals.pays else None
    cost = (None, None) if money is None else extra_cost(money / CENTS, occurs, confidence)
    return GroupState(
        delay(np.divide(added, unit), occurs, confidence),
        cost[0],
        cost[1],
        float(apart.mean()) / unit,
        mean(np.divide(added - apart, unit), confidence),
    )


# ---- by project and programme ----


def _by_project(states: Sequence[_State]) -> Iterator[ExposureGroup]:
    portfolio = states[0].removals.compiled.portfolio
    if len(portfolio.projects) > 1:
        for project in portfolio.projects:
            found = [_of_projects(state, [project.id]) for state in states]
            yield ExposureGroup(PROJECT, project.label, (), found[0], found[1] if len(found) > 1 else None)


def _by_programme(states: Sequence[_State]) -> Iterator[ExposureGroup]:
    projects = states[0].removals.compiled.portfolio.projects
    names = list(dict.fromkeys(project.programme for project in projects))
    if len(names) > 1:
        for name in names:
            found = [_of_projects(state, [project.id for project in projects if project.programme == name]) for state in states]
            yield ExposureGroup(PROGRAMME, name, (), found[0], found[1] if len(found) > 1 else None)


def _of_projects(state: _State, projects: Sequence[str]) -> GroupState | None:
    """What all risks add to the last finish of these projects, in the working days of the first one, and to their cost."""
    if state.none is None:
        return None
    removals, ids = state.removals, [risk.id for risk in state.risks]
    compiled, occurs = removals.compiled, removals.anything(ids)
    clock = removals.scales[f"{projects[0]}.finish"].project
    minutes = works(clock, _latest(removals, projects, removals.samples)) - works(clock, _latest(removals, projects, state.none))
    added = delay(minutes / clock.calendar.minutes_per_day, occurs, removals.confidence)
    accounts = [compiled.accounts.index(project) for project in projects]
    if not removals.samples.costs[accounts].any():
        return GroupState(added)
    money = (removals.samples.costs[accounts].sum(axis=0) - state.none.costs[accounts].sum(axis=0)) / CENTS
    expected, p80, _ = extra_cost(money, occurs, removals.confidence)
    return GroupState(added, expected, p80)


def _latest(removals: Removals, projects: Sequence[str], samples: Samples) -> NDArray[np.int64]:
    """Wall minute of the last finish of some projects, by iteration."""
    finishes = [f"{project}.finish" for project in projects]
    return np.max([removals.scales[id].instants(samples.finishes[removals.place[id]]) for id in finishes], axis=0)


# ---- risks that move several projects ----


def _shared(removals: Removals) -> Iterator[SharedRisk]:
    """The most telling ones; the one that moves most projects first, and of these the one that moves them furthest."""
    if not removals.widest:
        return
    resamples = shared_resamples(removals.run.iterations, removals.run.seed)
    base = {id: _sample(removals, id, removals.samples, resamples) for id in removals.projects}
    by_id = {risk.id: risk for risk in removals.compiled.portfolio.risks}
    found = []
    for risk, without in removals.widest.items():
        moves = {
            id: percentile_difference(
                _sample(removals, id, without, resamples), base[id], LEVEL, removals.confidence, removals.scales[id].minutes_per_day
            )
            for id in removals.projects
            if not np.array_equal(without.finishes[removals.place[id]], removals.samples.finishes[removals.place[id]])
        }
        certain = sum(not move.low <= 0 <= move.high for move in moves.values())
        found.append(SharedRisk(risk, by_id[risk].label, moves, certain))
    yield from sorted(found, key=lambda one: (-one.certain, -sum(abs(move.value) for move in one.moves.values())))


def _sample(removals: Removals, id: str, samples: Samples, resamples: Resamples) -> Sample:
    return Sample(removals.scales[id].work(samples.finishes[removals.place[id]]), (LEVEL,), resamples)
