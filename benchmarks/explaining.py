"""How long it takes to explain a week: 1,000 tasks, 60 changed items, 10,000 iterations. Prints a JSON line for each case.

    python benchmarks/explaining.py

Beside the time of explaining stands its yardstick: the time that the same simulations would take as forecasts of finishes alone, each a
model that is compiled anew.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime
from time import perf_counter

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, simulate_finishes
from pmosim.forecasting.explain import explain
from pmosim.forecasting.moves import Given
from pmosim.model.laws import Fixed, Pert
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Hit, Impact, ImpactKind, Risk
from pmosim.model.tasks import Cost, Link, Progress, Task

TASKS, ITERATIONS = 1000, 10_000
BEGIN, NEXT = datetime(2026, 3, 2, 8), datetime(2026, 3, 9, 8)


def plan() -> Portfolio:
    luck = random.Random(3)
    tasks = []
    for k in range(TASKS):
        mode = 480 * luck.randint(2, 20)
        tasks.append(Task(f"t{k:04}", Pert(0.8 * mode, mode, 1.8 * mode), cost=Cost(None, Fixed(2.0)) if k % 3 == 0 else None))
    links = [
        Link(f"p.t{before:04}", f"p.t{k:04}") for k in range(1, TASKS) for before in {max(0, k - luck.randint(1, 12)) for _ in range(2)}
    ]
    struck = [Hit(f"p.t{luck.randrange(TASKS):04}", Impact(ImpactKind.ADD, Fixed(4800.0))) for _ in range(20)]
    risks = tuple(Risk(f"r{k}", 0.3, (hit,)) for k, hit in enumerate(struck))
    promise = Target("p.finish", datetime(2045, 1, 1))
    return Portfolio("a plan", BEGIN, (Project("p", tuple(tasks)),), links=tuple(links), risks=risks, targets=(promise,), currency="EUR")


def week_later(before: Portfolio, *, matter: bool) -> Portfolio:
    """40 estimates, 10 risks, 5 links and 5 tasks in progress; ``matter``: of tasks all along the way, or of the last ones alone."""
    luck, (project,) = random.Random(9), before.projects
    tasks = list(project.tasks)
    for k in luck.sample(range(30, TASKS) if matter else range(TASKS - 60, TASKS), 40):
        tasks[k] = replace(tasks[k], duration=tasks[k].duration.scaled(1.3), planned=(tasks[k].planned or 0.0) * 1.3)
    for k in range(5):
        tasks[k] = replace(tasks[k], progress=Progress(datetime(2026, 3, 3, 8)))
    risks = tuple(replace(risk, probability=0.5) if k < 10 else risk for k, risk in enumerate(before.risks))
    changed = (replace(project, tasks=tuple(tasks)),)
    return replace(before, status_date=NEXT, projects=changed, risks=risks, links=before.links[:-5])


def main() -> None:
    before = plan()
    explain(Given(before, "a"), Given(before, "b"), iterations=100)  # compiles; not part of the question
    for matter in (True, False):
        after = week_later(before, matter=matter)
        began = perf_counter()
        made = explain(Given(before, "before"), Given(after, "after"), iterations=ITERATIONS)
        seconds = perf_counter() - began
        began = perf_counter()
        for _ in range(5):
            simulate_finishes(compile_portfolio(replace(after, name="anew")), Run(ITERATIONS, 1))
        alone = (perf_counter() - began) / 5 * made.simulations
        line = {
            "what": "60 changed items" + ("" if matter else " late in the plan"),
            "parts": len(made.parts),
            "simulations": made.simulations,
        }
        print(json.dumps(line | {"seconds": round(seconds, 1), "simulations alone": round(alone, 1)}), flush=True)


if __name__ == "__main__":
    main()
