"""Do the printed intervals hold the truth as often as they say, and what does a Latin hypercube save? JSON lines.

    python benchmarks/studies.py intervals      1,000 seeds against a run of 4,000,000 iterations (some ten minutes)
    python benchmarks/studies.py latin ranks stopping
    python benchmarks/studies.py spread         200 seeds of every shipped scenario (some ten minutes)
    python benchmarks/studies.py --quick ...    few seeds, for trying the script out

Every figure with an interval in the whole record is looked at, by its kind. Of what a long run says too (nearly) exactly,
that is taken as the truth.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import LATIN_HYPERCUBE, RANDOM, REPLICATES, Run, simulate_finishes
from pmosim.forecasting import forecast, scales_of
from pmosim.forecasting.stopping import Precision, enough_iterations
from pmosim.results.estimates import percentile_ranks
from pmosim.results.records import Curve, DateEstimate, Estimate, Forecast
from pmosim.results.replicates import half_widths, place_of
from pmosim.scenario.reader import read_scenario

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"

TRUTH = 4_000_000
"""Iterations of the run that is taken for the truth, under a seed of its own."""

FEW = 10
"""A share is looked at where so many iterations at least are expected on either side; rarer ones are a kind of their own."""

Figure = tuple[Any, Any, Any]  # value, low, high


def say(study: str, **figures: float | int | str) -> None:
    figures = {name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in figures.items()}
    print(json.dumps({"study": study} | figures), flush=True)


# --- intervals ----------------------------------------------------------------------------------------------------------

KINDS: dict[tuple[str, ...], str] = {
    ("percentiles",): "percentiles",
    ("contingency",): "contingency (P-value less plan)",
    ("mean",): "means of finish and cost",
    ("sd",): "standard deviations of finish and cost",
    ("probability", "plan_probability", "budget_probability"): "probabilities of target, plan and budget",
    ("curve",): "the curve, day by day",
    ("delay", "total_exposure"): "differences: what risks add (paired)",
    ("cost_expected", "cost_p80", "cost_expected_if_occurs"): "differences: what risks cost (paired)",
    ("criticality", "occurred", "criticality_float"): "shares: criticality, occurrence",
    ("ssi", "significance", "cruciality"): "indices: significance, sensitivity, cruciality",
    ("tornado",): "tornado",
    ("duration_mean", "duration_sd", "float_mean"): "tasks: mean and spread of durations, float",
    ("merge_bias",): "merge bias",
}

SHARES = {kind for words, kind in KINDS.items() if words[0] in ("curve", "criticality", "probability")}


def kind_of(path: tuple[str, ...]) -> str | None:
    return next((kind for words, kind in KINDS.items() for step in path if step in words), None)


def figures_in(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Figure]]:
    """Every figure of a record that has an interval, by its path; of lists, by what their entries are called."""
    if isinstance(value, Estimate | DateEstimate):
        yield path, (value.value, value.low, value.high)
    elif isinstance(value, Curve):
        if not value.at or isinstance(value.at[0], float):
            return  # the bins of a cost differ from run to run
        for day, *figure in zip(value.at, value.share, value.low, value.high, strict=True):
            yield (*path, str(day)), (figure[0], figure[1], figure[2])
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from figures_in(inner, (*path, str(key)))
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            name = getattr(inner, "id", None) or getattr(inner, "source", None) or str(place)
            yield from figures_in(inner, (*path, name))
    elif is_dataclass(value):
        for part in fields(value):
            if part.name not in ("spearman", "kendall"):  # measured over few iterations, also in a long run
                yield from figures_in(getattr(value, part.name), (*path, part.name))


def is_share(path: tuple[str, ...]) -> bool:
    return kind_of(path) in SHARES


def look(made: Forecast | Any) -> dict[tuple[str, ...], Figure]:
    return {path: figure for path, figure in figures_in(made) if kind_of(path) is not None}


def intervals(scenario: str, sampling: str, iterations: int, seeds: int, truth_iterations: int) -> None:
    """How often the interval of each figure holds what a long run says."""
    portfolio = read_scenario(SCENARIOS / scenario).portfolio
    truth = look(forecast(portfolio, iterations=truth_iterations, seed=2**40, sampling=LATIN_HYPERCUBE))
    held, seen = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for seed in range(1, seeds + 1):
        for path, (_, low, high) in look(forecast(portfolio, iterations=iterations, seed=seed, sampling=sampling)).items():
            if path in truth:
                seen[path] += 1
                held[path] += low <= truth[path][0] <= high
    rates: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for path, count in seen.items():
        if count < seeds:  # a day on which not every run has a finish; a source that is not always among those kept
            continue
        value, kind = truth[path][0], str(kind_of(path))
        if is_share(path) and not FEW <= value * iterations <= iterations - FEW:
            if value in (0.0, 1.0):
                continue
            kind = "shares with fewer than ten iterations on one side"
        elif truth[path][1] == truth[path][2]:
            continue  # exact: certain durations and dates
        rates[kind].append((held[path] / count, " ".join(path)))
    for kind in [*KINDS.values(), "shares with fewer than ten iterations on one side"]:
        if found := rates.get(kind):
            shares = [share for share, _ in found]
            say(
                "intervals",
                scenario=scenario,
                sampling=sampling,
                iterations=iterations,
                seeds=seeds,
                kind=kind,
                figures=len(found),
                held=float(np.mean(shares)),
                lowest=min(shares),
                highest=max(shares),
                worst=min(found)[1],
            )


def ranks(scenario: str, iterations: int, seeds: int, truth_iterations: int) -> None:
    """How often the ranks that `pmosim rank` leaves possible hold the true one, and its intervals the true gain."""
    from pmosim.forecasting.ranking import Wishes, rank

    portfolio = read_scenario(SCENARIOS / scenario).portfolio
    wishes = Wishes(by="tasks")

    def made(n: int, seed: int) -> Any:
        return rank(portfolio, wishes, iterations=n, seed=seed)

    long = {one.source: one for one in made(truth_iterations, 2**40).removals}
    figures = [*next(iter(long.values())).days]
    order = {figure: sorted(long, key=lambda source: -long[source].days[figure].value) for figure in figures}
    true_rank = {figure: {source: place for place, source in enumerate(order[figure], 1)} for figure in figures}
    held, widths = Counter[tuple[str, str, str]](), Counter[str]()
    for seed in range(1, seeds + 1):
        for one in made(iterations, seed).removals:
            for figure in figures:
                true, gain, possible = long[one.source].days[figure].value, one.days[figure], one.day_ranks[figure]
                held["gain", figure, one.source] += gain.low <= true <= gain.high
                held["rank", figure, one.source] += possible.best <= true_rank[figure][one.source] <= possible.worst
                widths[figure] += possible.worst - possible.best + 1
    for figure in figures:
        moved = [source for source in long if long[source].days[figure].low != long[source].days[figure].high]
        for what, kind in (("gain", f"differences: gain at {figure} by removal (paired)"), ("rank", f"ranks by removal at {figure}")):
            found = [held[what, figure, source] / seeds for source in moved]
            extra = {"mean_width": widths[figure] / seeds / len(long)} if what == "rank" else {}
            say(
                "intervals",
                scenario=scenario,
                sampling=RANDOM,
                iterations=iterations,
                seeds=seeds,
                kind=kind,
                figures=len(found),
                held=float(np.mean(found)),
                lowest=float(min(found)),
                highest=float(max(found)),
                **extra,
            )


def stopping(scenario: str, sampling: str, days: float, seeds: int, truth_iterations: int) -> None:
    """Whether intervals hold the truth where iterations went on until they were narrow, and how many that took."""
    portfolio = read_scenario(SCENARIOS / scenario).portfolio
    compiled = compile_portfolio(portfolio)
    scales, target = scales_of(compiled), compiled.target_ids.index(portfolio.finishes[-1])
    truth = (
        forecast(portfolio, iterations=truth_iterations, seed=2**40, sampling=LATIN_HYPERCUBE).targets[0].contingency[80].working_days.value
    )
    scale, planned = scales[portfolio.finishes[-1]], int(compiled.planned[1][compiled.position[portfolio.finishes[-1]]])
    start = scale.work(np.array([planned]))[0]
    held, took = 0, []
    for seed in range(1, seeds + 1):
        run = Run(REPLICATES, seed, strata=1 if sampling == LATIN_HYPERCUBE else 0)
        taken = enough_iterations(compiled, scales, run, Precision(days), 0.95).iterations
        strata = taken // REPLICATES if run.strata else 0
        work = (
            np.sort(scale.work(simulate_finishes(compiled, Run(taken, seed, strata=strata)).finishes[target]) - start)
            / scale.minutes_per_day
        )
        place, low, high = percentile_ranks(taken, 80, 0.95)
        interval = work[low], work[high]
        if strata:
            unsorted = scale.work(simulate_finishes(compiled, Run(taken, seed, strata=strata)).finishes[target]) / scale.minutes_per_day
            rows = np.sort(unsorted.reshape(REPLICATES, -1), axis=1)[:, place_of(strata, 80)]
            half = half_widths(rows, 0.95).item()
            interval = work[place] - half, work[place] + half
        held += bool(interval[0] <= truth <= interval[1])
        took.append(taken)
    say(
        "stopping",
        scenario=scenario,
        sampling=sampling,
        days=days,
        seeds=seeds,
        held=held / seeds,
        iterations=float(np.median(took)),
        fewest=int(min(took)),
        most=int(max(took)),
    )


# --- spread -------------------------------------------------------------------------------------------------------------


def shipped() -> list[str]:
    """Scenarios that come with pmosim, by their path below the folder; tables of others are no scenarios."""
    weeks = ("week-0", "week-1")  # of one programme: the first stands for all
    found = sorted(path for path in SCENARIOS.rglob("*.yaml") if path.parent.name == "week-01" or not path.parent.name.startswith(weeks))
    return [path.relative_to(SCENARIOS).as_posix() for path in found]


def spread(scenario: str, iterations: int, seeds: int) -> None:
    """Standard deviation, over seeds, of the mean and of the P80 of the first target: random draws and Latin hypercubes."""
    portfolio = read_scenario(SCENARIOS / scenario).portfolio
    compiled = compile_portfolio(portfolio)
    target = compiled.target_ids.index(portfolio.finishes[-1])
    scale = scales_of(compiled)[portfolio.finishes[-1]]
    place = iterations * 80 // 100 - 1

    def figures(strata: int) -> np.ndarray:
        rows = []
        for seed in range(1, seeds + 1):
            work = scale.work(simulate_finishes(compiled, Run(iterations, seed, strata=strata)).finishes[target])
            rows.append((work.mean() / scale.minutes_per_day, np.partition(work, place)[place] / scale.minutes_per_day))
        return np.array(rows)

    plain = figures(0).std(axis=0, ddof=1)
    for replicates in (REPLICATES, 1):
        found = figures(iterations // replicates).std(axis=0, ddof=1)
        for what, random, latin in zip(("mean", "P80"), plain.tolist(), found.tolist(), strict=True):
            times = random / latin if latin else 1.0
            error = times * (2 / (2 * (seeds - 1))) ** 0.5  # of a ratio of two standard deviations of normal figures
            say(
                "spread",
                scenario=scenario,
                iterations=iterations,
                seeds=seeds,
                replicates=replicates,
                what=what,
                random=random,
                latin=latin,
                times=times,
                error=error,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studies", nargs="+", choices=("intervals", "latin", "ranks", "stopping", "spread"))
    parser.add_argument("--quick", action="store_true", help="few seeds, for trying the script out")
    given = parser.parse_args()
    seeds, truth = (20, 200_000) if given.quick else (1000, TRUTH)
    studies: dict[str, Callable[[], object]] = {
        "intervals": lambda: intervals("tutorial.yaml", RANDOM, 10_000, seeds, truth),
        "latin": lambda: intervals("tutorial.yaml", LATIN_HYPERCUBE, 10_000, seeds, truth),
        "ranks": lambda: ranks("tutorial.yaml", 10_000, seeds, truth // 4),
        "stopping": lambda: [stopping("tutorial.yaml", how, 1.0, seeds, truth) for how in (RANDOM, LATIN_HYPERCUBE)],
        "spread": lambda: [spread(one, n, 20 if given.quick else 200) for one in shipped() for n in (1000, 10_000)],
    }
    for study in given.studies:
        studies[study]()


if __name__ == "__main__":
    main()
