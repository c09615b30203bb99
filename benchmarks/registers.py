"""A risk register over the layered network: events and drivers, each on a few tasks, factors and days."""

from __future__ import annotations

from pathlib import Path
from random import Random

from generate import PROJECT, layered_network, write_scenario

PROBABILITIES = ("5%", "10%", "20%", "30%", "50%", "100%")
HITS = 4


def with_register(folder: Path | str, n_tasks: int, n_risks: int, seed: int = 1) -> Path:
    """Write the scenario of so many tasks, and below it so many risks; a fifth of them add days, the others multiply."""
    path = write_scenario(folder, n_tasks, seed)
    ids = [task.id for task in layered_network(n_tasks, seed)]
    draw = Random(seed).random
    lines = ["", "risks:"]
    for k in range(n_risks):
        probability = PROBABILITIES[int(len(PROBABILITIES) * draw())]
        impact = "+pert 2d 5d 15d" if draw() < 0.2 else "x triangular 0.9 1.1 1.5"
        hit = dict.fromkeys(ids[int(len(ids) * draw())] for _ in range(HITS))
        hits = ", ".join(f"{PROJECT}.{id}: {impact}" for id in hit)
        lines.append(f"  r{k:03}: {{probability: {probability}, hits: {{{hits}}}}}")
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
