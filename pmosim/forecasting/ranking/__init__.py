"""Ranking by removal: what each risk, and the uncertainty of the work itself, is worth in days and money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from pmosim.engine.compiled import PORTFOLIO, Compiled, compile_portfolio
from pmosim.engine.planned import PlannedVariants
from pmosim.engine.simulation import CompileClock, Progress, Run
from pmosim.errors import PmosimError, did_you_mean
from pmosim.forecasting.provenance import provenance_of
from pmosim.forecasting.ranking import ladder as ladders
from pmosim.forecasting.ranking.measures import MEAN, Gains, Yardstick, exactly, level_of
from pmosim.forecasting.ranking.paths import driving_paths
from pmosim.forecasting.ranking.sources import GROUPINGS, Source, base_sources, codes_of, risk_sources, weather_sources
from pmosim.forecasting.ranking.together import divide, find_pairs, runs_of_division, runs_of_pairs
from pmosim.forecasting.ranking.trials import Out, Outcome, Trials
from pmosim.forecasting.scales import Scale, scales_of
from pmosim.forecasting.targets import label_of, planned_cost
from pmosim.garbage import without_collections
from pmosim.model.naming import write_instead
from pmosim.model.project import PORTFOLIO_FINISH, Portfolio
from pmosim.results.estimates import mean, percentile, scaled
from pmosim.results.ranking import DAYS, MONEY, Rank, Ranking, Removal
from pmosim.results.records import Estimate, Timing
from pmosim.results.resampling import Resamples, rank_ranges


@dataclass(frozen=True)
class Wishes:
    """What a ranking is to hold."""

    target: str | None = None  # id; the portfolio's or the only project's finish if None
    levels: tuple[int, ...] = (50, 80, 90)
    figure: str | None = None  # "mean", "P80"...: by which sources are ranked; P80 if that is among the levels, else the last of them
    unit: str = DAYS
    by: str = "all"  # how base uncertainty is divided: "all", "none" (it stays in), "project", "wbs", "tasks" or "code:<name>"
    ladder: bool = False
    steps: int | None = None
    pairs: bool = False
    shapley: bool = False

    @property
    def figures(self) -> tuple[str, ...]:
        return (MEAN, *(f"P{level}" for level in sorted(set(self.levels))))

    @property
    def leading(self) -> str:
        return self.figure or ("P80" if "P80" in self.figures else self.figures[-1])


def rank(
    portfolio: Portfolio,
    wishes: Wishes | None = None,
    *,
    iterations: int = 10_000,
    seed: int = 1,
    confidence: float = 0.95,
    threads: int | None = None,
    progress: Progress | None = None,
    notes: tuple[str, ...] = (),
    source: str = "",
    overrides: tuple[str, ...] = (),
) -> Ranking:
    """Take out every risk and the base uncertainty, one at a time and on the same draws, and say what each is worth.

    Raises InvalidModel for a portfolio that cannot be simulated, PmosimError for a target, level or grouping that is not
    there, and for a portfolio in which nothing is uncertain.
    """
    wishes, began = wishes or Wishes(), perf_counter()
    _check(portfolio, wishes)
    run = Run(iterations, seed, threads=threads, progress=progress)
    with CompileClock() as compiler, without_collections():
        compiled = compile_portfolio(portfolio)
        place = _Place.of(compiled, wishes.target)
        variants = PlannedVariants(compiled)
        groups = base_sources(compiled, variants, wishes.by)
        sources = [*risk_sources(compiled), *weather_sources(compiled), *groups]
        _check_sources(compiled, sources, wishes.by)
        made = _Made(Trials(compiled, variants, sources, run, place.target, place.account, place.scale), place, wishes, confidence, seed)
        ranking = made.ranking()
        paths = driving_paths(compiled, run, place.target, place.scale, confidence)
    return replace(
        ranking,
        provenance=provenance_of(portfolio, run, confidence, source, overrides),
        paths=paths,
        notes=(*_notes(groups, wishes), *_of_branches(portfolio), *notes),
        timing=Timing(perf_counter() - began, compiler.seconds, run.workers, 0),
    )


@dataclass(frozen=True)
class _Place:
    """Where the ranking looks: a target, and the account of its costs."""

    compiled: Compiled
    target: str
    account: int
    scale: Scale

    @classmethod
    def of(cls, compiled: Compiled, wanted: str | None) -> _Place:
        target = resolved_target(compiled.portfolio, compiled.target_ids, wanted)
        alone = len(compiled.portfolio.projects) == 1
        account = PORTFOLIO if alone or target == PORTFOLIO_FINISH else target.partition(".")[0]
        return cls(compiled, target, compiled.accounts.index(account), scales_of(compiled)[target])

    @property
    def planned_work(self) -> int:
        return int(self.scale.work(self.compiled.planned[1][[self.compiled.position[self.target]]])[0])

    @property
    def planned_cost(self) -> float:
        account = self.compiled.accounts[self.account]
        return planned_cost(self.compiled.portfolio, None if account == PORTFOLIO else account)

    def planned(self, unit: str) -> int:
        return self.planned_work if unit == DAYS else round(100 * self.planned_cost)


def resolved_target(portfolio: Portfolio, known: Sequence[str], wanted: str | None) -> str:
    """The id of a target from what a user writes: itself, or a project's id for its finish."""
    if wanted is None:
        return known[0]
    for id in (wanted, f"{wanted}.finish"):
        if id in known:
            return id
    near = [*known, *(id.removesuffix(".finish") for id in known)]
    every = f"the targets are: {', '.join(known)}; give any other task or milestone a promise to make it one"
    raise PmosimError(f"there is no target '{wanted}'\n  fix: {write_instead(portfolio, wanted, near, every)}")


def _check(portfolio: Portfolio, wishes: Wishes) -> None:
    wrong = [*_wrong_figures(wishes), *_wrong_grouping(portfolio, wishes.by)]
    if wrong:
        raise PmosimError("\n".join(wrong))


def _wrong_figures(wishes: Wishes) -> Iterator[str]:
    bad = [level for level in wishes.levels if not 1 <= level <= 99]
    if bad or not wishes.levels:
        yield f"{', '.join(map(str, bad)) or 'no number'} is no percentile\n  fix: give whole numbers from 1 to 99, such as 50,80,90"
    elif wishes.leading not in wishes.figures:
        known = ", ".join(wishes.figures)
        yield f"'{wishes.leading}' is not among the figures asked for: {known}\n  fix: ask for its level too, or take one of these"


def _wrong_grouping(portfolio: Portfolio, by: str) -> Iterator[str]:
    if by in GROUPINGS:
        return
    if not by.startswith("code:"):
        fix = did_you_mean(by, GROUPINGS, "write all, none, project, wbs, tasks or code:<name>")
        yield f"base uncertainty cannot be divided by '{by}'\n  fix: {fix}"
    elif by[5:] not in (codes := codes_of(portfolio)):
        fix = did_you_mean(by[5:], codes, f"the codes are: {', '.join(codes)}" if codes else "no task has a code; divide by wbs or tasks")
        yield f"no task has the code '{by[5:]}'\n  fix: {fix}"


def _check_sources(compiled: Compiled, sources: Sequence[Source], by: str) -> None:
    if sources:
        return
    if by == "none":
        what, fix = "no risk, and base uncertainty is to stay in", "add risks, or leave out '--by none'"
    else:
        what = "no risk, and no task whose duration or cost is uncertain"
        fix = "give tasks three-point estimates such as 'pert 4d 5d 9d', or add risks"
    raise PmosimError(f"'{compiled.portfolio.name}' has nothing to take out: {what}\n  fix: {fix}")


class _Made:
    """The figures of a ranking, one stage a method."""

    def __init__(self, trials: Trials, place: _Place, wishes: Wishes, confidence: float, seed: int) -> None:
        self.trials, self.place, self.wishes, self.confidence, self.seed = trials, place, wishes, confidence, seed
        resamples = Resamples(trials.iterations, seed)
        self.everything = trials.outcome(frozenset())
        self.dear = bool(self.everything.cents.any())
        if wishes.unit == MONEY and not self.dear:
            raise PmosimError("nothing in this scenario costs anything\n  fix: rank in days, or give tasks or risks a cost")
        self.units = (DAYS, MONEY) if self.dear else (DAYS,)
        self.yardsticks = {
            unit: Yardstick.of(unit, place.scale.minutes_per_day, wishes.figures, self.everything.of(unit), resamples, confidence)
            for unit in self.units
        }
        self.spread = {unit: yardstick.spread(yardstick.everything) for unit, yardstick in self.yardsticks.items()}

    def ranking(self) -> Ranking:
        place, wishes, count = self.place, self.wishes, len(self.trials.sources)
        steps = min(count, wishes.steps or ladders.MOST_STEPS)
        self.trials.expected = self._expected(count, steps)
        gains = self.trials.each(self._gains, [frozenset({k}) for k in range(count)])
        totals = self._totals()
        days = self.yardsticks[DAYS]
        leading, figure = self.yardsticks[wishes.unit], wishes.leading
        worth = [one[wishes.unit].exact[wishes.figures.index(figure)] for one in gains]
        pairs = find_pairs(self.trials, leading, figure, worth) if wishes.pairs else None
        shapley = divide(self.trials, leading, figure, self.seed) if wishes.shapley else None
        ladder = self._ladder(leading, figure, steps) if wishes.ladder else None
        portfolio = place.compiled.portfolio
        return Ranking(
            name=portfolio.name,
            description=portfolio.description,
            currency=portfolio.currency,
            provenance=provenance_of(portfolio, self.trials.run, self.confidence, ""),
            target=place.target,
            label=label_of(portfolio, place.target),
            planned=place.scale.moment_of_work(place.planned_work),
            figure=figure,
            unit=wishes.unit,
            above_plan={f: self._above(days, f, place.planned_work) for f in wishes.figures},
            dates={f: self._date(exactly(self.everything.work, f) / (self._per(f))) for f in wishes.figures},
            costs={f: self._above(self.yardsticks[MONEY], f, 0) for f in wishes.figures} if self.dear else {},
            planned_cost=place.planned_cost,
            removals=self._ranked(gains, worth),
            totals=totals,
            ladder=ladder,
            pairs=pairs,
            shapley=shapley,
            runs=self.trials.runs + 1,
        )

    def _expected(self, count: int, steps: int) -> int:
        wishes = self.wishes
        return (
            count
            + 3
            + (ladders.runs_of_ladder(count, steps) if wishes.ladder else 0)
            + (runs_of_pairs(count) if wishes.pairs else 0)
            + (runs_of_division(count) if wishes.shapley else 0)
        )

    def _gains(self, out: Out) -> dict[str, Gains]:
        """Days and money of one run."""
        if self.dear:
            found: Outcome = self.trials.outcome(out)
        else:
            found = Outcome(self.trials.values(out, DAYS), self.everything.cents)
        return {unit: self.yardsticks[unit].gains(found.of(unit), self.spread[unit]) for unit in self.units}

    def _removal(self, source: Source, gains: dict[str, Gains]) -> Removal:
        figures = {unit: self.yardsticks[unit].estimates(gains[unit]) for unit in self.units}
        hit = int(source.planned.sum()) if source.planned is not None else len(source.touched)
        return Removal(source.id, source.kind, source.label, figures[DAYS], figures.get(MONEY, {}), tasks=hit)

    def _ranked(self, gains: list[dict[str, Gains]], worth: list[int]) -> tuple[Removal, ...]:
        ranks = {unit: self._ranks(unit, [one[unit] for one in gains]) for unit in self.units}
        removals = [
            replace(
                self._removal(source, one),
                day_ranks={f: ranks[DAYS][f][k] for f in self.wishes.figures},
                cost_ranks={f: ranks[MONEY][f][k] for f in self.wishes.figures} if self.dear else {},
            )
            for k, (source, one) in enumerate(zip(self.trials.sources, gains, strict=True))
        ]
        means = [one[self.wishes.unit].exact[0] for one in gains]
        order = sorted(range(len(removals)), key=lambda k: (-worth[k], -means[k], k))
        return tuple(removals[k] for k in order)

    def _ranks(self, unit: str, gains: list[Gains]) -> dict[str, list[Rank]]:
        found = {}
        for k, figure in enumerate(self.wishes.figures):
            per = len(self.everything.work) if figure == MEAN else 1
            values = np.array([one.exact[k] / per for one in gains])
            ranges = rank_ranges(values, np.stack([one.deviations[k] for one in gains]), self.confidence)
            found[figure] = [Rank(best, worst) for best, worst in ranges]
        return found

    def _totals(self) -> tuple[Removal, ...]:
        """Several sources at once: all risks, all base uncertainty, everything; those that say more than one source does."""
        sources = self.trials.sources
        risks = frozenset(k for k, one in enumerate(sources) if one.risk is not None)
        skies = frozenset(k for k, one in enumerate(sources) if one.sky is not None)
        base = frozenset(range(len(sources))) - risks - skies
        sets = {"all risks": ("All risks", risks), "all weather": ("All weather", skies), "all base": ("All base uncertainty", base)}
        sets["everything"] = "Everything", risks | skies | base
        chosen = {id: (label, out) for id, (label, out) in sets.items() if len(out) > 1}
        gains = self.trials.each(self._gains, [out for _, out in chosen.values()])
        nothing = np.empty(0, np.int64)
        return tuple(
            replace(self._removal(Source(id, "total", label, None, None, nothing), one), tasks=0)
            for (id, (label, _)), one in zip(chosen.items(), gains, strict=True)
        )

    def _ladder(self, leading: Yardstick, figure: str, steps: int) -> ladders.Ladder:
        found = ladders.climb(self.trials, leading, figure, self.place.planned(leading.unit), steps)
        if leading.unit == MONEY:
            return found
        dated = tuple(
            replace(step, date=self._date(self.place.planned_work + step.left * self.place.scale.minutes_per_day)) for step in found.steps
        )
        return replace(found, steps=dated)

    def _per(self, figure: str) -> int:
        return len(self.everything.work) if figure == MEAN else 1

    def _date(self, work: float):
        return self.place.scale.moment_of_work(round(work))

    def _above(self, yardstick: Yardstick, figure: str, planned: int) -> Estimate:
        values = yardstick.everything - planned
        one = mean(values, self.confidence) if figure == MEAN else percentile(np.sort(values), level_of(figure), self.confidence)
        return scaled(one, 1 / yardstick.base)


def _notes(groups: Sequence[Source], wishes: Wishes) -> tuple[str, ...]:
    said = ["A gain is what the figure moves by when one source is taken out and all else is drawn as before; gains need not add up."]
    if groups:
        said.append(
            "Base uncertainty is taken out by letting tasks and lags last, and tasks cost, what was planned; of work begun, the rest."
        )
    elif wishes.by == "none":
        said.append("Base uncertainty of tasks stays in: once all risks are out, it remains.")
    else:
        said.append("No task is uncertain in itself: once all risks are out, the plan remains.")
    if wishes.shapley:
        said.append("Order-free portions are rounded to whole minutes, or hundredths of the currency, so that they add up exactly.")
    return tuple(said)


def _of_branches(portfolio: Portfolio) -> Iterator[str]:
    if portfolio.branches:
        yield "Which ways branches take is left in, and is no source of its own: what remains above the plan at the end is theirs."


__all__ = ["Wishes", "rank", "resolved_target"]
