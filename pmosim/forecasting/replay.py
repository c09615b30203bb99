"""One simulated future as a complete schedule: dates, what happened, and what decided the finish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import PORTFOLIO, Compiled, compile_portfolio
from pmosim.engine.simulation import Progress, Run, simulate_finishes
from pmosim.engine.single import Iteration, single
from pmosim.engine.taken import enclosing
from pmosim.errors import InvalidModel, Problem
from pmosim.forecasting import strata_of
from pmosim.forecasting.branches import shown
from pmosim.forecasting.notes import choices
from pmosim.forecasting.provenance import provenance_of
from pmosim.forecasting.scales import Scale, scales_of
from pmosim.forecasting.stood_still import days_lost, stood_still
from pmosim.forecasting.targets import kind_of, label_of, planned_cost, promise_of
from pmosim.model.driving import Reason, Way, driving
from pmosim.model.naming import write_instead
from pmosim.model.network import FIRST_START
from pmosim.model.plan import Edge
from pmosim.model.project import Portfolio, Target
from pmosim.model.risks import Risk
from pmosim.model.schedule import Dates, schedule
from pmosim.model.tasks import ELAPSED, FINISH
from pmosim.results.estimates import share
from pmosim.results.replay import PathStep, Replay, ReplayedCost, ReplayedRisk, ReplayedTask, Struck, TakenWay
from pmosim.results.resampling import place_of

MINUTES = 24 * 60


def replay(
    portfolio: Portfolio,
    *,
    iteration: int | None = None,
    nearest: int | None = None,
    target: str | None = None,
    iterations: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    sampling: str = "random",
    threads: int | None = None,
    progress: Progress | None = None,
    source: str = "",
    overrides: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Replay:
    """Replay iteration ``iteration`` (counted from 1), or the one that finishes at the percentile ``nearest``.

    ``target``: an id of a task, of a project (or ``<project>.finish``), or ``finish`` for the whole portfolio; the first one if
    None. ``sampling`` is that of the run, as are ``iterations`` and ``seed``. Raises InvalidModel for an unknown target, ValueError for an
    iteration that the run does not have.
    """
    if (iteration is None) == (nearest is None):
        raise ValueError("give either an iteration or a percentile")
    if iteration is not None and not 1 <= iteration <= iterations:
        raise ValueError(f"the run has {iterations:,} iterations; there is no number {iteration:,}")
    if nearest is not None and not 1 <= nearest <= 99:
        raise ValueError(f"P{nearest} is not between P1 and P99")
    portfolio, id = with_target(portfolio, target)
    compiled, run = compile_portfolio(portfolio), Run(iterations, seed, (), threads, None, progress, strata_of(sampling, iterations))
    id = id or compiled.target_ids[0]
    finishes = simulate_finishes(compiled, run).finishes[compiled.target_ids.index(id)]
    chosen = iteration - 1 if iteration is not None else at_percentile(finishes, nearest or 0)
    return _Story(compiled, replace(run, progress=None), id, chosen, finishes).told(
        confidence, f"P{nearest}" if nearest else "", source, overrides, notes
    )


def with_target(portfolio: Portfolio, name: str | None) -> tuple[Portfolio, str]:
    """The portfolio with that finish among its targets, and its id; an empty id for None."""
    if name is None:
        return portfolio, ""
    known = [*portfolio.finishes, *portfolio.tasks]
    shorter = {id.partition(".")[2]: id for id in portfolio.tasks} if len(portfolio.projects) == 1 else {}
    id = f"{name}.{FINISH}" if name in portfolio.project else shorter.get(name, name)
    if id == FINISH and FINISH not in known:
        id = portfolio.finishes[0]
    if id not in known:
        fix = write_instead(portfolio, name, [*known, *shorter, *portfolio.project], "name a task, or a project")
        raise InvalidModel([Problem("unknown-target", ("targets", name), f"there is no task or project '{name}'", fix)])
    if id in {*portfolio.finishes, *(target.node for target in portfolio.targets)}:
        return portfolio, id
    return replace(portfolio, targets=(*portfolio.targets, Target(id))), id


def at_percentile(finishes: NDArray[np.int32], level: int) -> int:
    """The first iteration, from 0, whose finish is the percentile: an order statistic, so that there is one."""
    value = np.sort(finishes)[place_of(len(finishes), level)]
    return int(np.argmax(finishes == value))


class _Story:
    """Everything that is to be told of one iteration."""

    def __init__(self, compiled: Compiled, run: Run, target: str, iteration: int, finishes: NDArray[np.int32]) -> None:
        self.compiled, self.run, self.target, self.iteration, self.finishes = compiled, run, target, iteration, finishes
        self.portfolio, self.plan = compiled.portfolio, compiled.plan
        self.scale: Scale = scales_of(compiled)[target]
        self.single = single(compiled, run, iteration)
        self.starts, self.finished = (
            dict(zip(compiled.node_ids, map(int, row), strict=True)) for row in (self.single.starts, self.single.finishes)
        )
        self.dates = schedule(self.portfolio, self.plan, (self.starts, self.finished))
        self.lost = days_lost(self.compiled, self.run, self.iteration, self.dates)
        self.planned = schedule(self.portfolio, self.plan)
        self.way: Way = driving(self.plan, self.starts, self.finished, target)

    def told(self, confidence: float, asked: str, source: str, overrides: tuple[str, ...], notes: tuple[str, ...]) -> Replay:
        own = self.compiled.position[self.target]
        finish, planned = int(self.single.finishes[own]), int(self.compiled.planned[1][own])
        bare = int(self._without(tuple(risk.id for risk in self.portfolio.risks)).finishes[own])
        risks = tuple(sorted(self._risks(), key=lambda risk: (-risk.delay, risk.id)))
        promise = promise_of(self.portfolio, self.target)
        return Replay(
            name=self.portfolio.name,
            currency=self.portfolio.currency,
            provenance=provenance_of(self.portfolio, self.run, confidence, source, overrides),
            iteration=self.iteration + 1,
            asked=asked,
            target=self.target,
            target_label=label_of(self.portfolio, self.target),
            target_date=promise.finish if promise else None,
            planned=self._moment(planned),
            finish=self._moment(finish),
            later_days=self._days(finish, planned),
            later_calendar_days=(self._moment(finish) - self._moment(planned)).total_seconds() / 60 / MINUTES,
            no_later=share(int((self.finishes <= finish).sum()), len(self.finishes), confidence),
            without_risks=self._moment(bare),
            without_risks_days=self._days(bare, planned),
            tasks=tuple(self._tasks(risks)),
            risks=risks,
            path=tuple(self._steps()),
            tied=len([id for id in self.way.driving if id in self.portfolio.tasks and self._exists(id)]) - len(self._path()),
            spared=tuple(self._spared()),
            cost=self._cost(),
            ways=tuple(self._ways()),
            notes=(*choices(self.compiled), *notes, *stood_still(self.compiled, self.lost)),
        )

    # ---- the target ----

    def _moment(self, position: int) -> datetime:
        return self.scale.dates(np.array([position]))[0].astype(datetime)

    def _days(self, position: int, planned: int) -> float:
        now, then = self.scale.work(np.array([position, planned]))
        return float(now - then) / self.scale.minutes_per_day

    def _cost(self) -> ReplayedCost | None:
        """Of the target's project, or of the whole portfolio."""
        kind = kind_of(self.portfolio, self.target)
        alone = len(self.portfolio.projects) == 1
        account = PORTFOLIO if kind == "portfolio" or alone else self.target.partition(".")[0]
        cost = float(self.single.costs[self.compiled.accounts.index(account)]) / 100
        planned = planned_cost(self.portfolio, None if account == PORTFOLIO else account)
        promise = promise_of(self.portfolio, self.target)
        if kind == "milestone" or not (cost or planned):
            return None
        return ReplayedCost(cost, planned, promise.budget if promise else None)

    # ---- tasks ----

    def _tasks(self, risks: tuple[ReplayedRisk, ...]) -> Iterator[ReplayedTask]:
        struck: dict[str, list[str]] = {}
        for risk in risks:
            for one in risk.struck:
                struck.setdefault(one.task, []).append(risk.label)
        for id, task in self.portfolio.tasks.items():
            if id not in self.dates:  # a summary task without any task below it
                continue
            now, then = self.dates[id], self.planned[id]
            spans, project = task.kind.spans, self.portfolio.project_of[id]
            day = self._minutes_per_day(id)
            yield ReplayedTask(
                id=id,
                label=self.portfolio.names[id],
                project=project.id,
                kind=str(task.kind),
                parent=f"{project.id}.{task.parent}" if task.parent else None,
                planned_start=then.start,
                planned_finish=then.finish,
                start=now.start,
                finish=now.finish,
                planned_days=None if spans else self._duration(self.compiled.planned, id) / day,
                days=None if spans else self._duration((self.single.starts, self.single.finishes), id) / day,
                later_days=self._later(project.calendar, now, then),
                total_float=None if task.is_finished or not self._exists(id) else now.total_float / day,
                drives=id in self.way.driving and self._exists(id),
                risks=tuple(struck.get(id, ())),
                exists=self._exists(id),
                lost=self.lost.get(id, ()),
            )

    def _exists(self, id: str) -> bool:
        return bool(self.single.exists[self.compiled.position[id]]) if id in self.compiled.position else True

    def _ways(self) -> Iterator[TakenWay]:
        first, taken = self.compiled.model.choices.first, self.single.ways.tolist()
        branches, around = self.portfolio.branches, enclosing(self.portfolio)
        for number, branch in enumerate(branches):
            way = branch.ways[taken[number] - int(first[number])]
            if {*taken}.issuperset(around[number]):  # else the branch itself stands in a way that was not taken
                inner = {id for other, ways in zip(branches, around, strict=True) if taken[number] in ways for id in other.tasks}
                done = tuple(self.portfolio.names[id] for id in way.tasks if self._exists(id) and id not in inner)
                yield TakenWay(shown(self.portfolio, branch.id), way.name, way.probability, done)

    def _minutes_per_day(self, id: str) -> int:
        return self.portfolio.calendar_of[self.portfolio.tasks[id].calendar].minutes_per_day

    def _duration(self, positions: tuple[NDArray[np.int32], NDArray[np.int32]], id: str) -> int:
        node = self.compiled.position[id]
        return int(positions[1][node] - positions[0][node])

    def _later(self, calendar: str, now: Dates, then: Dates) -> float:
        clock = self.plan.clocks[calendar]
        return (clock.work_at(now.finish) - clock.work_at(then.finish)) / clock.calendar.minutes_per_day

    # ---- risks ----

    def _without(self, risks: tuple[str, ...]) -> Iteration:
        return single(self.compiled, replace(self.run, without=risks), self.iteration)

    def _occurred(self) -> dict[str, bool]:
        occurred = {risk.id: False for risk in self.portfolio.risks}
        for event, id in enumerate(self.compiled.event_risks):
            occurred[id] = occurred[id] or bool(self.single.occurs[event])
        return occurred

    def _risks(self) -> Iterator[ReplayedRisk]:
        occurred = self._occurred()
        for risk in self.portfolio.risks:
            if occurred[risk.id]:
                yield self._risk(risk)

    def _risk(self, risk: Risk) -> ReplayedRisk:
        without = self._without((risk.id,))
        own = self.compiled.position[self.target]
        return ReplayedRisk(
            id=risk.id,
            label=risk.label,
            kind="driver" if risk.is_driver else "event",
            probability=risk.probability,
            struck=tuple(self._struck(risk, without)),
            delay=self._days(int(self.single.finishes[own]), int(without.finishes[own])),
            cost=float(self.single.costs[-1] - without.costs[-1]) / 100,
        )

    def _struck(self, risk: Risk, without: Iteration) -> Iterator[Struck]:
        now, then = (self.single.starts, self.single.finishes), (without.starts, without.finishes)
        for id in dict.fromkeys(hit.target for hit in risk.hits):
            more = self._duration(now, id) - self._duration(then, id)
            if more:
                calendar = self.plan.clocks[self.plan.nodes[id].calendar].calendar
                label = self.portfolio.names.get(id) or f"the finish of {label_of(self.portfolio, id)}"
                yield Struck(id, label, more / calendar.minutes_per_day, "calendar day" if calendar.id == ELAPSED else "working day")

    def _spared(self) -> Iterator[str]:
        occurred = self._occurred()
        return (risk.label for risk in self.portfolio.risks if not occurred[risk.id] and risk.chance > 0)

    # ---- the path ----

    def _path(self) -> list[str]:
        return [id for id in self.way.path if id in self.portfolio.tasks and self._exists(id)]

    def _steps(self) -> Iterator[PathStep]:
        for id in self._path():
            task, dates = self.portfolio.tasks[id], self.dates[id]
            day, spans = self._minutes_per_day(id), task.kind.spans
            yield PathStep(
                id,
                self.portfolio.names[id],
                self._waits(self.way.reasons[id]),
                dates.start,
                dates.finish,
                None if spans else self._duration((self.single.starts, self.single.finishes), id) / day,
                None if spans else self._duration(self.compiled.planned, id) / day,
            )

    def _waits(self, reason: Reason) -> str:
        edge = reason.edge
        if edge is None:
            return reason.words
        lag = edge.lag / self._lag_day(edge) if edge.lag else 0.0
        to_finish, before = edge.to_finish, edge
        if self.plan.nodes[edge.predecessor].wait is not None:  # an uncertain lag, which came out at this
            wait = self.plan.nodes[edge.predecessor]
            lag = (
                self._duration((self.single.starts, self.single.finishes), wait.id)
                / self.plan.clocks[wait.calendar].calendar.minutes_per_day
            )
            behind = self.way.reasons[wait.id].edge
            if behind is None:
                return f"{lag:+.3g}d after what was done by the status date"
            before = behind
        return f"{self._link_words(before, to_finish=to_finish)}{f' {lag:+.3g}d' if lag else ''}"

    def _link_words(self, edge: Edge, *, to_finish: bool) -> str:
        """``after Design``, ``from the start of Design``, ``finishes after Design``."""
        id = edge.predecessor.removesuffix(FIRST_START)
        label = self.portfolio.names.get(id) or label_of(self.portfolio, id)
        whose = f"the start of {label}" if edge.from_start else label
        return f"finishes after {whose}" if to_finish else f"{'from' if edge.from_start else 'after'} {whose}"

    def _lag_day(self, edge: Edge) -> int:
        calendar = edge.first.target if edge.first else self.plan.nodes[edge.predecessor].calendar
        return self.plan.clocks[calendar].calendar.minutes_per_day
