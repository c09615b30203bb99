"""Make a scenario as large as you like: a layered random network of tasks with PERT estimates.

    python scenarios/generate.py 5000 --seed 1 --output large
    pmosim run large/scenario.yaml

Tasks stand in layers, about as many layers as tasks in each. Every task waits for one task of the layer before it and for
none to two more of the three layers before (two predecessors on average), finish to start. The same size and seed make the
same network on every machine and Python version; another size makes another network, not a part of it.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from datetime import datetime
from math import ceil, isqrt
from pathlib import Path
from random import Random

from pmosim.model.laws import Pert
from pmosim.model.project import Portfolio, Project
from pmosim.model.tasks import Link, Task

STATUS_DATE = datetime(2026, 1, 5)
PROJECT = "network"

SCENARIO = """\
# A layered random network of {n_tasks} tasks, made by: python scenarios/generate.py {n_tasks} --seed {seed}
# Its tasks stand in tasks.csv: one a line, with its PERT estimate (lowest, most likely, highest) and its predecessors.
pmosim: 1
name: Random network of {n_tasks} tasks
status_date: {status_date:%Y-%m-%d}

simulation: {{iterations: 10000, seed: 1}}

projects:
  {project}:
    tasks_from: tasks.csv
"""


@dataclass(frozen=True, slots=True)
class RandomTask:
    """A task of the network: its id, its estimate in working hours, and the ids of the tasks that it waits for."""

    id: str
    hours: tuple[int, int, int]  # lowest, most likely, highest
    after: tuple[str, ...]


def layered_network(n_tasks: int, seed: int = 1) -> list[RandomTask]:
    """The tasks, layer by layer; each stands behind those it waits for."""
    if n_tasks < 1:
        raise ValueError(f"a network needs at least one task, not {n_tasks}")
    # random() alone keeps its sequence in all versions of Python; choice(), sample() and the rest may change
    draw = Random(seed).random
    width = isqrt(n_tasks)
    digits = len(str(n_tasks))
    ids = [f"t{k:0{digits}}" for k in range(1, n_tasks + 1)]
    return [RandomTask(ids[k], _estimate(draw), tuple(ids[p] for p in _predecessors(k, width, draw))) for k in range(n_tasks)]


def _estimate(draw) -> tuple[int, int, int]:
    """A most likely value of one to twenty days, a little less at best, up to two and a half times that at worst. [hours]"""
    likely = 8 + int(153 * draw())
    return int(likely * (0.6 + 0.35 * draw())), likely, ceil(likely * (1.1 + 1.4 * draw()))


def _predecessors(k: int, width: int, draw) -> list[int]:
    """Positions of the tasks that task ``k`` waits for: one of the layer before, and up to two more of the three before."""
    layer = k // width
    if layer == 0:
        return []
    chosen = {(layer - 1) * width + int(width * draw())}
    earliest = max(0, layer - 3) * width
    for _ in range(int(draw() < 0.5) + int(draw() < 0.5)):
        chosen.add(earliest + int((layer * width - earliest) * draw()))
    return sorted(chosen)


def layered_portfolio(n_tasks: int, seed: int = 1) -> Portfolio:
    """The network as a portfolio of one project, on the standard calendar; equal to what its written scenario is read as."""
    network = layered_network(n_tasks, seed)
    tasks = tuple(Task(task.id, Pert(*(60.0 * hours for hours in task.hours))) for task in network)
    links = tuple(Link(f"{PROJECT}.{before}", f"{PROJECT}.{task.id}") for task in network for before in task.after)
    return Portfolio(f"Random network of {n_tasks} tasks", STATUS_DATE, (Project(PROJECT, tasks),), links=links)


def write_scenario(folder: Path | str, n_tasks: int, seed: int = 1) -> Path:
    """Write ``scenario.yaml`` and its table ``tasks.csv`` into ``folder``, which is made if need be. Returns the scenario's path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "tasks.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["id", "duration", "after"])
        for task in layered_network(n_tasks, seed):
            low, likely, high = task.hours
            table.writerow([task.id, f"pert {low}h {likely}h {high}h", ", ".join(task.after)])
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.format(n_tasks=n_tasks, seed=seed, status_date=STATUS_DATE, project=PROJECT), encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a scenario with a layered random network of tasks.")
    parser.add_argument("tasks", type=int, help="how many tasks")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another network (default 1)")
    parser.add_argument("--output", "-o", type=Path, default=Path("large"), help="folder to write into (default: large)")
    chosen = parser.parse_args()
    if chosen.tasks < 1:
        parser.error(f"a network needs at least one task, not {chosen.tasks}")
    print(write_scenario(chosen.output, chosen.tasks, chosen.seed))


if __name__ == "__main__":
    main()
