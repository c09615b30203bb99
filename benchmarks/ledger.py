"""How long reading takes from a ledger of two years: 104 weeks x 50 projects x 10 milestones. Prints a JSON line for each question.

    python benchmarks/ledger.py                SQLite, in a temporary folder
    python benchmarks/ledger.py --postgres     a PostgreSQL server of its own, started as the tests do
    python benchmarks/ledger.py URL            any new ledger

One forecast is made; its rows are written for every project and week, shifted by a day a week, as adding would write them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert

from pmosim.forecasting import forecast
from pmosim.history import entries
from pmosim.history.ledger import Ledger, open_ledger
from pmosim.history.schema import curves, figures, runs, targets
from pmosim.history.trend import Wishes, trend_of_ledger
from pmosim.model.laws import Fixed, Pert
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.tasks import Cost, Link, Task
from pmosim.results.records import Forecast

WEEKS, PROJECTS, MILESTONES = 104, 50, 10
BEGIN = datetime(2026, 1, 5)


def example() -> tuple[Forecast, Portfolio]:
    tasks = tuple(Task(f"m{n}", Pert(2400, 4800, 12_000), cost=Cost(rate=Fixed(1.0))) for n in range(MILESTONES))
    links = tuple(Link(f"p.m{n}", f"p.m{n + 1}") for n in range(MILESTONES - 1))
    milestones = tuple(Target(f"p.m{n}", BEGIN + timedelta(days=30 * (n + 1))) for n in range(MILESTONES))
    promise = Target("p.finish", BEGIN + timedelta(days=330), 80_000.0)
    portfolio = Portfolio("example", BEGIN, (Project("p", tasks),), links=links, targets=(promise, *milestones))
    return forecast(portfolio, iterations=1000, seed=1), portfolio


def fill(ledger: Ledger, made: Forecast, portfolio: Portfolio) -> None:
    """Every project and week; each project's first week is added as users add it, so that the model is there."""
    tables = {targets: entries.target_rows(made), figures: [*entries.figure_rows(made)], curves: [*entries.curve_rows(made)]}
    for number in range(PROJECTS):
        name = f"project {number:02}"
        run, _ = ledger.add(replace(made, name=name), portfolio)
        with ledger._writing("fill") as connection:
            first = connection.execute(runs.select().where(runs.c.id == run)).mappings().one()
            more = [{**first, "key": f"{name} {week}", "status_date": BEGIN + timedelta(weeks=week)} for week in range(1, WEEKS)]
            added = [
                connection.execute(insert(runs).returning(runs.c.id), {k: v for k, v in row.items() if k != "id"}).scalar_one()
                for row in more
            ]
            for table, rows in tables.items():
                connection.execute(insert(table), [{"run": id} | shifted(row, week) for week, id in enumerate(added, 1) for row in rows])


def shifted(row: dict[str, Any], days: int) -> dict[str, Any]:
    return {name: value + timedelta(days=days) if isinstance(value, datetime) else value for name, value in row.items()}


def main(place: str) -> None:
    made, portfolio = example()
    with open_ledger(place) as ledger:
        began = perf_counter()
        fill(ledger, made, portfolio)
        print(json.dumps({"what": "filled", "runs": WEEKS * PROJECTS, "seconds": round(perf_counter() - began, 1)}), flush=True)
    band = ["P10", "P50", "P80", "P90", "target"]
    questions: dict[str, Callable[[Ledger], list[Any]]] = {
        "the band of one milestone": lambda ledger: ledger.figures("project 07", "p.m5", band, quantity="finish"),
        "the bands of one project's milestones": lambda ledger: ledger.figures("project 07", None, band, quantity="finish"),
        "all figures of one project": lambda ledger: ledger.figures("project 07"),
        "the bands of all projects' finishes": lambda ledger: ledger.figures(None, "p.finish", band, quantity="finish"),
        "the curves of one milestone": lambda ledger: ledger.curves("project 07", "p.m5", "finish"),
        "the curves of all projects' finishes": lambda ledger: ledger.curves(None, "p.finish", "finish"),
        "all runs": lambda ledger: ledger.runs(),
        "the trend of one project": lambda ledger: [*trend_of_ledger(ledger, Wishes("project 07")).lines],
        "the trend of all projects": lambda ledger: [*trend_of_ledger(ledger).lines],
        "the figures of the last two weeks": lambda ledger: ledger.figures(since=BEGIN + timedelta(weeks=WEEKS - 2)),
    }
    for what, ask in questions.items():
        seconds, cpu, count = [], [], 0
        for _ in range(3):
            began, worked = perf_counter(), process_time()
            with open_ledger(place) as ledger:  # opening is part of it: a command opens the ledger once
                count = len(ask(ledger))
            seconds.append(perf_counter() - began)
            cpu.append(process_time() - worked)  # what a busy machine does not lengthen
        print(json.dumps({"what": what, "rows": count, "seconds": round(median(seconds), 3), "cpu": round(median(cpu), 3)}), flush=True)
    if "://" not in place:
        print(json.dumps({"what": "size", "megabytes": round(Path(place).stat().st_size / 1e6, 1)}))


def own_server() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    import postgres

    if reason := postgres.why_without():
        raise SystemExit(reason)
    with postgres.server() as url:
        main(url.format(database="postgres"))


if __name__ == "__main__":
    if sys.argv[1:] == ["--postgres"]:
        own_server()
    elif len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(str(Path(folder) / "ledger.sqlite"))
