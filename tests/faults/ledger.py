"""Does a ledger stay whole when whoever writes it is killed, and when several write at once? Prints JSON lines.

    python tests/faults/ledger.py kills [--times 50] [--postgres]        SIGKILL at random moments of adding
    python tests/faults/ledger.py together [--writers 4] [--postgres]    the same and different runs, added at once
    python tests/faults/ledger.py kills together                         one after the other

Exits with 1 if anything was lost, was there twice, or was there by halves.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import postgres
from sqlalchemy import create_engine, text

from pmosim.forecasting import forecast
from pmosim.history import entries
from pmosim.history.ledger import Ledger, open_ledger
from pmosim.model.fingerprint import fingerprint
from pmosim.model.laws import Fixed, Pert
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.tasks import Cost, Link, Task
from pmosim.results.records import Forecast

BEGIN = datetime(2026, 3, 2, 8)
TASKS = 60


class Weeks:
    """Forecasts of one project, week by week: simulated once, then dated anew, for it is the writing that is tried."""

    def __init__(self) -> None:
        tasks = tuple(Task(f"t{n}", Pert(480, 960, 2400), cost=Cost(rate=Fixed(1.0))) for n in range(TASKS))
        links = tuple(Link(f"p.t{n}", f"p.t{n + 1}") for n in range(TASKS - 1))
        targets = tuple(Target(f"p.t{n}", BEGIN + timedelta(days=7 * n + 7)) for n in range(0, TASKS, 6))
        self.portfolio = Portfolio("weeks", BEGIN, (Project("p", tasks, start=BEGIN),), links=links, targets=targets)
        self.forecast = forecast(self.portfolio, iterations=200, seed=1, threads=1)

    def week(self, number: int) -> tuple[Forecast, Portfolio]:
        status = BEGIN + timedelta(hours=number)
        portfolio = replace(self.portfolio, status_date=status, targets=())
        origin = replace(self.forecast.provenance, status_date=status, fingerprint=fingerprint(portfolio))
        return replace(self.forecast, provenance=origin), portfolio


@contextmanager
def ledger_address(*, on_server: bool) -> Iterator[str]:
    if not on_server:
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder) / "ledger.sqlite")
        return
    if reason := postgres.why_without():
        raise SystemExit(reason)
    with postgres.server() as url:
        yield url.format(database="postgres")


def faults_of(address: str, weeks: Weeks, known: int = 0) -> list[str]:
    """What is not as it should be, in words: of the file, and of every run in it but the first ``known``, which were looked at before."""
    found = []
    if "://" not in address:
        engine = create_engine(f"sqlite:///{address}")
        with engine.connect() as connection:
            said = connection.execute(text("PRAGMA integrity_check")).scalar_one()
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        engine.dispose()
        found += [f"the file: {said}"] * (said != "ok") + [f"a row without its run: {broken}"] * bool(broken)
    with open_ledger(address) as ledger:
        runs = sorted(ledger.runs(), key=lambda run: run.id)
        curves = {run.id: 0 for run in runs}
        for curve in ledger.curves(every_run=True):
            curves[curve.run] += 1
        expected = len([*entries.curve_rows(weeks.forecast)])
        for run in runs[known:]:
            stored = ledger.forecast(run.id)
            ledger.portfolio(run.id)
            if not ledger.has_figures_of(run.id, stored) or curves[run.id] != expected:
                found.append(f"run {run.id} is there by halves")
        if len({run.key for run in runs}) != len(runs):
            found.append("a run is there twice")
    return found


def add_until_killed(address: str, weeks: Weeks, first: int, ready: int) -> None:
    with open_ledger(address) as ledger:
        os.write(ready, b"1")
        number = first
        while True:
            ledger.add(*weeks.week(number))
            number += 1


def kills(address: str, weeks: Weeks, times: int, seed: int) -> bool:
    """Kill a writer ``times`` times; after each, everything that it had added is there, whole, and the next one goes on."""
    luck, well = random.Random(seed), True
    open_ledger(address).close()
    for kill in range(times):
        with open_ledger(address) as ledger:
            before = len(ledger.runs())
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                add_until_killed(address, weeks, before, writing)
            finally:
                os._exit(9)  # only a fault leads here
        os.close(writing)
        began = os.read(reading, 1) == b"1"
        os.close(reading)
        delay = luck.uniform(0, 0.25)
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        faults = faults_of(address, weeks, before)
        if not began or os.WTERMSIG(status) != signal.SIGKILL:
            faults.append("the writer was not killed but failed")
        with open_ledger(address) as ledger:
            after = len(ledger.runs())
            next_one = ledger.add(*weeks.week(after))
            if not next_one.created:
                faults.append("the next run was there before it was added")
        print(
            json.dumps({"kill": kill + 1, "after_ms": round(1000 * delay), "added": after - before, "runs": after + 1, "faults": faults}),
            flush=True,
        )
        well = well and not faults
    return well and not faults_of(address, weeks)


def together(address: str, weeks: Weeks, writers: int, each: int) -> bool:
    """Writers at once: all of them add the same runs, and each adds some of its own."""
    children = []
    began = time.perf_counter()
    for writer in range(writers):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            created = -1
            try:
                created = add_all(address, weeks, writer, each)
            finally:
                os.write(writing, str(created).encode())
                os._exit(0)
        os.close(writing)
        children.append((child, reading))
    created = []
    for child, reading in children:
        created.append(int(os.read(reading, 20)))
        os.close(reading)
        os.waitpid(child, 0)
    faults = faults_of(address, weeks)
    with open_ledger(address) as ledger:
        count = len(ledger.runs())
    expected = each * (writers + 1)
    if count != expected or sum(created) != expected:
        faults.append(f"{expected} runs were given, {sum(created)} were said to be added, {count} are there")
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({"writers": writers, "runs": count, "created": created, "seconds": seconds, "faults": faults}), flush=True)
    return not faults


def add_all(address: str, weeks: Weeks, writer: int, each: int) -> int:
    """How many of them this writer was the first to add."""
    created = 0
    with open_ledger(address) as ledger:  # which none of them has made yet
        for number in range(each):
            created += add_as(ledger, weeks, number, "shared") + add_as(ledger, weeks, number, f"own {writer}")
    return created


def add_as(ledger: Ledger, weeks: Weeks, number: int, project: str) -> bool:
    return ledger.add(*weeks.week(number), project=project).created


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="+", choices=["kills", "together"])
    parser.add_argument("--postgres", action="store_true", help="on a server of its own instead of in a file")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a server that was started is stopped on the way out
    well, weeks = True, Weeks()
    with ledger_address(on_server=given.postgres) as address:
        seed = random.randrange(2**32) if given.seed is None else given.seed
        print(json.dumps({"what": given.what, "ledger": "PostgreSQL" if given.postgres else "SQLite", "seed": seed}), flush=True)
        if "together" in given.what:
            well = together(address, weeks, given.writers, given.each)
        if "kills" in given.what:
            well = kills(address, weeks, given.times, seed) and well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
