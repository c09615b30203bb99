"""What is written back beside each activity of the planner's file: dates that hold with some probability, and how critical it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pmosim.results.records import Forecast, TaskForecast

OURS = "pmosim "
"""Begins the name of every field, so that a later export finds those of an earlier one again."""


class FieldKind(StrEnum):
    START = "start"
    FINISH = "finish"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: FieldKind


CRITICALITY = Field(f"{OURS}criticality %", FieldKind.NUMBER)


def fields_of(forecast: Forecast) -> tuple[Field, ...]:
    """In the order in which they are offered: planned dates, percentiles in rising order, criticality."""
    levels = sorted({level for task in forecast.tasks for level in task.finish})
    dated = ["planned", *(f"P{level}" for level in levels)]
    return (*(Field(f"{OURS}{name} {kind}", kind) for name in dated for kind in (FieldKind.START, FieldKind.FINISH)), CRITICALITY)


def figures_of(task: TaskForecast) -> dict[str, datetime | float]:
    """By the name of the field. Criticality in percent, towards the finish of the task's own project."""
    figures: dict[str, datetime | float] = {f"{OURS}planned start": task.planned_start, f"{OURS}planned finish": task.planned_finish}
    for level, start in task.start.items():
        figures[f"{OURS}P{level} start"] = start
    for level, finish in task.finish.items():
        figures[f"{OURS}P{level} finish"] = finish
    share = criticality_of(task)
    return figures if share is None else figures | {CRITICALITY.name: round(100 * share, 2)}


def criticality_of(task: TaskForecast) -> float | None:
    """Share of iterations in which the task lay on the driving path to its project's finish; None where it leads to none."""
    own = task.criticality.get(f"{task.project}.finish") or task.criticality.get("finish")
    return own.value if own else None
