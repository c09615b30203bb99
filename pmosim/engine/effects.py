"""Risks as arrays: which events there are, and what each does to which node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pmosim.engine import streams
from pmosim.engine.kernels.blocks import Events, Hits
from pmosim.engine.kernels.sampling import ALWAYS, FOREVER
from pmosim.engine.quantiles import LawBook
from pmosim.model.calendars import Clock
from pmosim.model.plan import Plan
from pmosim.model.project import Portfolio
from pmosim.model.risks import Hit, ImpactKind, Risk


def as_int32(values: list[int]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


class _Hit(NamedTuple):
    group: int
    event: int
    law: int
    kind: ImpactKind
    window: tuple[int, int]  # on the node's calendar


OPEN = ALWAYS, FOREVER
"""A window without ends."""


@dataclass(frozen=True)
class Effects:
    """What risks do, as arrays."""

    events: Events
    owners: tuple[str, ...]  # event -> risk id
    hits: Hits
    own: dict[str, int]  # risk id -> the event that says whether the risk as a whole occurs


def risks_of(portfolio: Portfolio, plan: Plan, position: dict[str, int], book: LawBook) -> Effects:
    """Events, and the hits of each node: those of one parallel group and kind side by side."""
    occurrence, impact, threshold, owners = [], [], [], []
    own: dict[str, int] = {}
    by_node: dict[int, list[_Hit]] = {}
    groups: dict[tuple[str, ImpactKind], int] = {}

    def event(risk: Risk, item: str) -> int:
        occurrence.append(streams.name_of(item, streams.OCCURRENCE))
        impact.append(streams.name_of(item, streams.IMPACT))
        threshold.append(threshold_of(risk.chance))
        owners.append(risk.id)
        return len(owners) - 1

    for risk in portfolio.risks:
        if not risk.independent or risk.cost is not None:
            own[risk.id] = event(risk, f"risk {risk.drawn_as or risk.id}")
        for hit in risk.hits:
            number = event(risk, f"risk {risk.drawn_as or risk.id} on {hit.target}") if risk.independent else own[risk.id]
            if not _is_spent(portfolio, hit):
                kind = hit.impact.kind
                group = -1 if risk.group is None else groups.setdefault((risk.group, kind), len(groups))
                window = _window(risk, plan.clocks[plan.nodes[hit.target].calendar])
                by_node.setdefault(position[hit.target], []).append(_Hit(group, number, book.number(hit.impact.law), kind, window))
    flat = [hit for node in range(len(position)) for hit in sorted(by_node.get(node, []), key=lambda hit: hit.group)]
    hits = Hits(
        np.cumsum([0, *(len(by_node.get(node, [])) for node in range(len(position)))]).astype(np.int64),
        as_int32([hit.event for hit in flat]),
        as_int32([hit.law for hit in flat]),
        np.array([hit.kind is ImpactKind.FACTOR for hit in flat], np.bool_),
        as_int32([hit.window[0] for hit in flat]),
        as_int32([hit.window[1] for hit in flat]),
        np.array([any(hit.window != OPEN for hit in by_node.get(node, [])) for node in range(len(position))], np.uint8),
        as_int32([hit.group for hit in flat]),
    )
    events = Events(*(np.array(column, np.uint64) for column in (occurrence, impact, threshold)))
    return Effects(events, tuple(owners), hits, own)


def _window(risk: Risk, clock: Clock) -> tuple[int, int]:
    """Working minutes between which the risk is live; a bare end date is over by its midnight, as the model has it."""
    if risk.window is None:
        return OPEN
    begins, ends = risk.window
    return ALWAYS if begins is None else clock.work_at(begins), FOREVER if ends is None else clock.work_at(ends)


def _is_spent(portfolio: Portfolio, hit: Hit) -> bool:
    task = portfolio.tasks.get(hit.target)
    return task is not None and task.is_finished


def threshold_of(probability: float) -> int:
    """An event occurs where (word + 1/2) / 2**32 < probability: the number of words for which that holds."""
    return min(2**32, max(0, int(np.ceil(probability * 2**32 - 0.5))))
