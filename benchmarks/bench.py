"""Speed and memory, each as a ratio to a yardstick that takes turns in the same run. One JSON line per case.

    python benchmarks/bench.py            all cases (some ten minutes)
    python benchmarks/bench.py --quick    small sizes, for trying the script out

Machines differ and are busy, ratios travel. Before a clock starts, both sides must agree on the answer.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scenarios")]

from calendars import progressed  # noqa: E402
from generate import layered_portfolio, write_scenario  # noqa: E402
from reference import PertNetwork, analysis, finishes  # noqa: E402
from registers import with_register  # noqa: E402
from weather import exposed  # noqa: E402

from pmosim.engine.compiled import compile_portfolio  # noqa: E402
from pmosim.engine.simulation import Run, analyse, simulate_finishes  # noqa: E402
from pmosim.model.correlation import Correlation, Item  # noqa: E402

THREADS = 2
ROUNDS = 5


def say(case: str, **figures: float | int | str | None) -> None:
    figures = {name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in figures.items()}
    print(json.dumps({"case": case} | figures), flush=True)


def seconds(call: Callable[[], object]) -> float:
    began = perf_counter()
    call()
    return perf_counter() - began


def in_turns(calls: list[Callable[[], object]], rounds: int = ROUNDS) -> list[list[float]]:
    """Times of each call, the calls taking turns, so that a busy machine slows all of them."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for taken, call in zip(times, calls, strict=True):
            taken.append(seconds(call))
    return times


def ratio(slow: list[float], fast: list[float], work: float = 1.0) -> float:
    """Median over the rounds of slow/fast, ``work`` being how much more the fast one did."""
    return work * median(a / b for a, b in zip(slow, fast, strict=True))


def same_answer(ours: np.ndarray, reference: np.ndarray) -> None:
    """Means of the finish agree within five standard errors: wrong once in two million runs."""
    error = sqrt(ours.var() / len(ours) + reference.var() / len(reference))
    assert abs(ours.mean() - reference.mean()) < 5 * error, (ours.mean(), reference.mean(), error)


def peak_mb() -> float:
    """The most that this process has held. Not ru_maxrss, which on Linux begins with what the parent process held."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bench_size(tasks: int, iterations: int, of_reference: int) -> float:
    """Finish only and full analysis against NumPy, two threads against one. Returns seconds per task-iteration, finish only."""
    portfolio = layered_portfolio(tasks, seed=1)
    network, compiled = PertNetwork.of(portfolio), compile_portfolio(portfolio)
    begin = compiled.model.network.floor[-1]

    def quick(threads: int) -> Callable[[], object]:
        return lambda: simulate_finishes(compiled, Run(iterations, 1, threads=threads))

    def full(threads: int) -> Callable[[], object]:
        return lambda: analyse(compiled, Run(iterations, 1, threads=threads))

    ours = simulate_finishes(compiled, Run(iterations, 1)).finishes[0] - begin
    assert np.array_equal(ours, analyse(compiled, Run(iterations, 1)).samples.finishes[0] - begin)
    same_answer(ours, finishes(network, of_reference, 2))

    more = iterations / of_reference
    work = tasks * iterations
    slow, one, two = in_turns([lambda: finishes(network, of_reference, 3), quick(1), quick(THREADS)])
    best = min(two) / work
    say(f"finish only, {tasks} tasks, 1 thread", ratio=ratio(slow, one, more), task_iterations_per_second=work / min(one), peak_rss_mb=None)
    say(
        f"finish only, {tasks} tasks, {THREADS} threads",
        ratio=ratio(slow, two, more),
        task_iterations_per_second=work / min(two),
        peak_rss_mb=None,
    )
    say(
        f"finish only, {tasks} tasks, {THREADS} threads to 1",
        ratio=ratio(one, two),
        task_iterations_per_second=work / min(two),
        peak_rss_mb=None,
    )
    slow, one, two = in_turns([lambda: analysis(network, of_reference, 3), full(1), full(THREADS)])
    say(
        f"full analysis, {tasks} tasks, 1 thread",
        ratio=ratio(slow, one, more),
        task_iterations_per_second=work / min(one),
        peak_rss_mb=None,
    )
    say(
        f"full analysis, {tasks} tasks, {THREADS} threads",
        ratio=ratio(slow, two, more),
        task_iterations_per_second=work / min(two),
        peak_rss_mb=None,
    )
    say(
        f"full analysis, {tasks} tasks, {THREADS} threads to 1",
        ratio=ratio(one, two),
        task_iterations_per_second=work / min(two),
        peak_rss_mb=None,
    )
    return best


def bench_growth(small: int, large: int, iterations: int) -> None:
    """Time per task-iteration of a large network to that of a small one, and of many iterations to few."""
    few, many = (compile_portfolio(layered_portfolio(tasks, seed=1)) for tasks in (small, large))
    scale = large // small
    a, b = in_turns(
        [
            lambda: simulate_finishes(few, Run(iterations * scale, 1, threads=THREADS)),
            lambda: simulate_finishes(many, Run(iterations, 1, threads=THREADS)),
        ]
    )
    say(
        f"time per task-iteration, {large} tasks to {small}",
        ratio=ratio(b, a),
        task_iterations_per_second=large * iterations / min(b),
        peak_rss_mb=None,
    )
    a, b = in_turns(
        [
            lambda: [simulate_finishes(few, Run(10_000, k, threads=THREADS)) for k in range(20)],
            lambda: simulate_finishes(few, Run(200_000, 1, threads=THREADS)),
        ],
        3,
    )
    say(
        f"time per task-iteration, {small} tasks, 200,000 iterations to 10,000",
        ratio=ratio(b, a),
        task_iterations_per_second=None,
        peak_rss_mb=None,
    )


def bench_calendars(tasks: int, iterations: int) -> None:
    """Time per task-iteration on several calendars with progress to that on one calendar without."""
    plain = layered_portfolio(tasks, seed=1)
    single = compile_portfolio(plain)
    for elsewhere, where in ((0.3, "three tasks in ten on another of four calendars"), (1.0, "every task on any of four calendars")):
        several = compile_portfolio(progressed(plain, elsewhere))
        for name, kernel in (("finish only", simulate_finishes), ("full analysis", analyse)):
            one, many = in_turns(
                [
                    lambda kernel=kernel: kernel(single, Run(iterations, 1, threads=THREADS)),
                    lambda kernel=kernel, several=several: kernel(several, Run(iterations, 1, threads=THREADS)),
                ]
            )
            say(
                f"{name}, {tasks} tasks, {where}, a fifth begun or done, to one calendar",
                ratio=ratio(many, one),
                task_iterations_per_second=tasks * iterations / min(many),
                peak_rss_mb=None,
            )


def bench_correlation(tasks: int, groups: int, iterations: int) -> None:
    """Time with every task in one of some groups that vary together to that with none; and under a Latin hypercube."""
    plain = layered_portfolio(tasks, seed=1)
    ids = [id for id, task in plain.tasks.items() if not task.is_milestone]
    members = [tuple(map(Item, ids[k::groups])) for k in range(groups)]
    tied = replace(plain, correlations=tuple(Correlation(some, 0.5, f"group {k}") for k, some in enumerate(members)))
    # without a group's own shared draw: pairs of different strength within it, so that each is factorised
    first = [Correlation(some[:2], 0.6) for some in members]
    others = [Correlation((some[k], some[j]), 0.5) for some in members for j in range(2, len(some)) for k in range(j)]
    factorised = replace(plain, correlations=(*first, *others))
    single, shared, whole = (compile_portfolio(one) for one in (plain, tied, factorised))
    random, latin_hypercube = Run(iterations, 1, threads=THREADS), Run(iterations, 1, threads=THREADS, strata=iterations // 10)
    cases = ((single, random), (shared, random), (whole, random), (single, latin_hypercube))
    for name, kernel in (("finish only", simulate_finishes), ("full analysis", analyse)):
        calls = [lambda kernel=kernel, of=of, run=run: kernel(of, run) for of, run in cases]
        for call in calls:
            call()
        alone, grouped, cholesky, latin = in_turns(calls)
        for what, times in (
            (f"all in {groups} groups that vary together", grouped),
            (f"all in {groups} knots of pairs", cholesky),
            ("Latin hypercube", latin),
        ):
            say(
                f"{name}, {tasks} tasks, {what}, to independent random draws",
                ratio=ratio(times, alone),
                task_iterations_per_second=tasks * iterations / min(times),
                peak_rss_mb=None,
            )


def bench_weather(tasks: int, iterations: int) -> None:
    """Time with every task stopped by weather to that with none; whole forecasts with what they say of the weather."""
    from pmosim.forecasting import forecast

    plain = layered_portfolio(tasks, seed=1)
    skies, run = exposed(plain), Run(5 * iterations, 1, threads=THREADS)  # too short a time cannot be compared
    portfolios = [plain, *skies.values()]
    compiled = [compile_portfolio(one) for one in portfolios]
    for one in compiled[1:]:
        assert np.array_equal(simulate_finishes(one, run).finishes, analyse(one, run).samples.finishes)
    kinds: dict[str, list[Callable[[], object]]] = {
        "finish only": [lambda one=one: simulate_finishes(one, run) for one in compiled],
        "full analysis": [lambda one=one: analyse(one, run) for one in compiled],
        "whole forecast in Python": [lambda one=one: forecast(one, iterations=iterations, seed=1, threads=THREADS) for one in portfolios],
    }
    for name, calls in kinds.items():
        for call in calls:
            call()
        good, *others = in_turns(calls)
        for what, times in zip(skies, others, strict=True):
            say(
                f"{name}, {tasks} tasks, all under weather ({what}), to none",
                ratio=ratio(times, good),
                task_iterations_per_second=tasks * (iterations if name.startswith("whole") else run.iterations) / min(times),
                peak_rss_mb=None,
            )


def bench_memory(tasks: int, iterations: int) -> None:
    """A whole forecast, per-task percentiles included, in a process of its own."""
    script = f"import bench; bench.forecast_and_say({tasks}, {iterations})"
    subprocess.run([sys.executable, "-c", script], cwd=HERE, check=True)


def forecast_and_say(tasks: int, iterations: int) -> None:
    from pmosim.forecasting import forecast

    portfolio = layered_portfolio(tasks, seed=1)
    began = perf_counter()
    made = forecast(portfolio, iterations=iterations, seed=1, threads=THREADS)
    taken = perf_counter() - began
    assert len(made.tasks) == tasks
    rate = tasks * iterations / taken
    say(
        f"whole forecast in Python, {tasks} tasks, {iterations} iterations",
        ratio=None,
        task_iterations_per_second=rate,
        peak_rss_mb=peak_mb(),
    )


def bench_process(tasks: int) -> None:
    """The command as a user runs it, caches warm; `python -c pass` is the yardstick."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = write_scenario(Path(folder) / "large", tasks)
        pmosim = [sys.executable, "-m", "pmosim"]
        output = ["-o", str(Path(folder) / "results")]
        cases = {
            f"pmosim run, {tasks} tasks, 10,000 iterations, charts and report": [*pmosim, "run", str(scenario), *output],
            f"pmosim run, {tasks} tasks, 10,000 iterations, no charts": [*pmosim, "run", str(scenario), "--no-charts", *output],
            "pmosim --help": [*pmosim, "--help"],
        }
        calls = [run_quietly([sys.executable, "-c", "pass"]), *(run_quietly(command) for command in cases.values())]
        for call in calls:
            call()
        bare, *times = in_turns(calls)
        for case, taken in zip(cases, times, strict=True):
            say(
                case, ratio=ratio(taken, bare), task_iterations_per_second=None, peak_rss_mb=None, seconds=median(taken), fastest=min(taken)
            )


def bench_reading(activities: int) -> None:
    """A planner's schedule, read in a process of its own: Java, MPXJ and all; `python -c pass` is the yardstick."""
    from large_xer import large_xer

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.xer"
        file.write_text(large_xer(activities), encoding="cp1252", newline="")
        script = f"from pmosim.interchange.schedules import read_schedule; read_schedule({str(file)!r})"
        cases = {
            f"read a {activities:,}-activity XER": [sys.executable, "-c", script],
            f"pmosim check of a {activities:,}-activity XER": [sys.executable, "-m", "pmosim", "check", str(file)],
        }
        calls = [run_quietly([sys.executable, "-c", "pass"]), *(run_quietly(command) for command in cases.values())]
        for call in calls:
            call()
        bare, *times = in_turns(calls)
        for case, taken in zip(cases, times, strict=True):
            say(
                case, ratio=ratio(taken, bare), task_iterations_per_second=None, peak_rss_mb=None, seconds=median(taken), fastest=min(taken)
            )


def bench_ranking(tasks: int, risks: int, iterations: int) -> None:
    """Ranking by removal as a user runs it, caches warm; the yardstick is one `pmosim run` of the same without charts."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = str(with_register(Path(folder) / "register", tasks, risks))
        pmosim, size = [sys.executable, "-m", "pmosim"], f"{tasks} tasks, {risks} risks, {iterations} iterations, to one pmosim run"
        common = [scenario, "-n", str(iterations), "--threads", str(THREADS), "--no-charts", "-o"]
        run = run_quietly([*pmosim, "run", *common, str(Path(folder) / "run")])
        once = run_quietly([*pmosim, "rank", *common, str(Path(folder) / "rank")])
        ladder = run_quietly([*pmosim, "rank", *common, str(Path(folder) / "ladder"), "--ladder"])
        for call in (run, once):
            call()
        for case, call, rounds in ((f"pmosim rank, {size}", once, 3), (f"pmosim rank --ladder, {size}", ladder, 1)):
            bare, taken = in_turns([run, call], rounds)
            say(
                case,
                ratio=ratio(taken, bare),
                task_iterations_per_second=None,
                peak_rss_mb=None,
                seconds=median(taken),
                fastest=min(taken),
            )


def run_quietly(command: list[str]) -> Callable[[], object]:
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes, for trying the script out")
    quick = parser.parse_args().quick
    for tasks, iterations, of_reference in (
        [(500, 20_000, 2000)] if quick else [(500, 100_000, 10_000), (5000, 20_000, 2000), (50_000, 4000, 1000)]
    ):
        bench_size(tasks, iterations, of_reference)
    bench_growth(500, 5000 if quick else 50_000, 4000)
    bench_calendars(500 if quick else 5000, 20_000)
    bench_correlation(500, 20, 20_000 if quick else 100_000)
    bench_weather(200 if quick else 1000, 2000 if quick else 10_000)
    bench_memory(2000 if quick else 50_000, 10_000)
    bench_memory(100 if quick else 500, 100_000 if quick else 1_000_000)
    bench_process(500 if quick else 5000)
    bench_reading(700 if quick else 4000)
    bench_ranking(200 if quick else 1000, 25 if quick else 125, 1000 if quick else 5000)


if __name__ == "__main__":
    main()
