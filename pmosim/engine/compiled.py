"""Portfolio to arrays: the only place where ids and positions meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from pmosim.engine import streams
from pmosim.engine.choices import choices_of
from pmosim.engine.conversions import conversion_maps
from pmosim.engine.copulas import Places, copula_of
from pmosim.engine.costs import MoneyCompiler
from pmosim.engine.effects import Effects, as_int32, risks_of
from pmosim.engine.good_time import in_good_time
from pmosim.engine.kernels.blocks import Conversions, Costs, Holds, Model, Network, Rows
from pmosim.engine.kernels.cost import FIXED, RATE
from pmosim.engine.kernels.passes import FIRST_START, NEVER, SPAN, WORK
from pmosim.engine.quantiles import LawBook
from pmosim.engine.weather import weather_of
from pmosim.errors import InvalidModel, Problem
from pmosim.model import network
from pmosim.model.calendars import DAY, WEEK
from pmosim.model.correlation import Quantity
from pmosim.model.laws import Fixed, Law
from pmosim.model.passes import forward_pass
from pmosim.model.plan import Edge, Node, Plan, bound_of, plan_of
from pmosim.model.project import PORTFOLIO_FINISH, Portfolio
from pmosim.model.risks import ImpactKind
from pmosim.model.tasks import FINISH, Reading

LONGEST = 2**26
"""Positions must stay this close to the planned ones for sums of squares to be exact: 127 years. [minutes]"""

LATEST = 2**30
"""Later than every position."""

PORTFOLIO = "portfolio"
"""The account in which all costs are booked."""


@dataclass(frozen=True)
class Compiled:
    """A portfolio as arrays, and the ids behind the positions."""

    portfolio: Portfolio
    plan: Plan
    model: Model
    node_ids: tuple[str, ...]  # position -> qualified id, tasks and finishes
    target_ids: tuple[str, ...]
    accounts: tuple[str, ...]  # project ids, then PORTFOLIO
    event_risks: tuple[str, ...]  # event -> risk id
    started: NDArray[np.bool_]  # nodes with progress: their actual start is not the position the kernels see
    payments: tuple[tuple[int, int, int, int], ...] = ()  # spent already: account, hundredths, and from when to when [wall minutes]

    @cached_property
    def position(self) -> dict[str, int]:
        return {id: k for k, id in enumerate(self.node_ids)}

    @cached_property
    def in_good_time(self) -> Model:
        """The model for finishes alone."""
        return in_good_time(self.model)

    @cached_property
    def planned(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Starts and finishes of the deterministic pass; int32[nodes]."""
        starts, finishes = forward_pass(self.plan, {id: node.duration for id, node in self.plan.nodes.items()})
        return as_int32([starts[id] for id in self.node_ids]), as_int32([finishes[id] for id in self.node_ids])

    def active(self, without: tuple[str, ...] = ()) -> NDArray[np.bool_]:
        """Which events may occur when the risks ``without`` are taken out."""
        return np.array([risk not in without for risk in self.event_risks], dtype=np.bool_)

    def has_uncertain_duration(self, node: int) -> bool:
        law = self.model.network.law[node]
        return bool(self.model.laws.kind[law] != 0 or self.model.hits.into[node] < self.model.hits.into[node + 1])


def as_bool(values: list[bool]) -> NDArray[np.bool_]:
    return np.array(values, dtype=np.bool_)


def compile_portfolio(portfolio: Portfolio) -> Compiled:
    """Arrays for the kernels. Raises InvalidModel where durations are beyond what whole minutes can hold."""
    plan = plan_of(portfolio)
    ids = tuple(plan.nodes)
    position = {id: k for k, id in enumerate(ids)}
    book = LawBook()
    durations = [_duration_law(portfolio, node) for node in plan.nodes.values()]
    effects = risks_of(portfolio, plan, position, book)
    arrays, maps, inverse = _network(plan, position, [book.number(law) for law in durations])
    targets = _targets(portfolio, ids)
    accounts = (*(project.id for project in portfolio.projects), PORTFOLIO)
    money = MoneyCompiler(portfolio, plan, position, accounts, book, effects.own, _horizon(plan))
    costs, spending = money.costs(), money.spending()
    _check_length(portfolio, plan, durations)
    at_target = np.full(len(ids), -1, np.int32)
    at_target[[position[id] for id in targets]] = np.arange(len(targets), dtype=np.int32)
    ends = np.array([id == PORTFOLIO_FINISH or id.endswith(f".{FINISH}") for id in ids], dtype=np.bool_)
    copula = copula_of(portfolio.correlations, _places(portfolio, ids, effects, costs))
    choices = choices_of(portfolio, plan, position)
    weather = weather_of(portfolio, plan, position, book, np.diff(costs.into) > 0)
    model = Model(
        arrays, _holds(plan), maps, inverse, book.encode(), effects.hits, effects.events, costs, copula, choices, spending, weather,
        at_target, ends,
    )  # fmt: skip
    started = np.array([node.started is not None for node in plan.nodes.values()], dtype=np.bool_)
    return Compiled(portfolio, plan, model, ids, targets, accounts, effects.owners, started, tuple(money.payments()))


def _places(portfolio: Portfolio, ids: tuple[str, ...], effects: Effects, costs: Costs) -> Places:
    """What can be correlated, in the kernels' order; what an independent risk does at each task is no one quantity."""
    drawn_as = {risk.id: risk.drawn_as or risk.id for risk in portfolio.risks}
    whole = ["" if item != effects.own.get(risk) else drawn_as[risk] for item, risk in enumerate(effects.owners)]
    paid = [ids[node] for node in costs.node]
    fixed, rate = ([id if part & it else "" for id, part in zip(paid, costs.part, strict=True)] for it in (FIXED, RATE))
    return {
        Quantity.DURATION: ids,
        Quantity.OCCURRENCE: whole,
        Quantity.IMPACT: whole,
        Quantity.FIXED_COST: fixed,
        Quantity.RATE: rate,
        Quantity.RISK_COST: [drawn_as[risk.id] for risk in portfolio.risks if risk.cost is not None],
    }


def _duration_law(portfolio: Portfolio, node: Node) -> Law:
    if node.wait is not None:
        return node.wait
    task = portfolio.tasks.get(node.id)
    if task is None or task.is_milestone or node.span:
        return Fixed(0.0)
    if node.finished is not None:
        return Fixed(float(node.finished - (node.started or 0)))
    return Fixed(0.0) if task.is_finished else task.duration


def _targets(portfolio: Portfolio, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The portfolio's finish first, where it has one, then the projects', then milestones with a promise."""
    finishes = portfolio.finishes[::-1][: len(portfolio.finishes) - len(portfolio.projects)] + portfolio.finishes[: len(portfolio.projects)]
    known = set(ids)
    named = [target.node for target in portfolio.targets if target.node in known]
    return tuple(dict.fromkeys([*finishes, *named]))


def _network(plan: Plan, position: dict[str, int], laws: list[int]) -> tuple[Network, Conversions, Conversions]:
    edges: list[Edge] = []
    into, floors, finish_floors = [0], [], []
    for node in plan.nodes.values():
        floor, finish_floor, waits = _bounds(plan, node)
        edges += waits
        into.append(len(edges))
        floors.append(floor)
        finish_floors.append(finish_floor)
    maps, inverse, number = conversion_maps(plan, edges, _horizon(plan))
    predecessor = as_int32([position[edge.predecessor] for edge in edges])
    order = np.argsort(predecessor, kind="stable").astype(np.int64)
    arrays = Network(
        name=np.array([streams.name_of(id, streams.DURATION) for id in plan.nodes], np.uint64),
        law=as_int32(laws),
        floor=as_int32(floors),
        finish_floor=as_int32(finish_floors),
        span=np.array([_span_of(node) for node in plan.nodes.values()], np.uint8),
        tail=next((position[id] for id in plan.nodes if plan.is_tail(id)), len(position)),
        late=np.array([position[id] for id, node in plan.nodes.items() if node.late][::-1], np.int64),
        pauses=np.cumsum([0, *(len(node.pauses) for node in plan.nodes.values())]).astype(np.int64),
        pause_after=as_int32([pause.after for node in plan.nodes.values() for pause in node.pauses]),
        pause_minutes=as_int32([pause.minutes for node in plan.nodes.values() for pause in node.pauses]),
        into=np.array(into, np.int64),
        predecessor=predecessor,
        successor=as_int32([position[edge.successor] for edge in edges]),
        from_start=np.array([edge.from_start for edge in edges], np.bool_),
        to_finish=np.array([edge.to_finish for edge in edges], np.bool_),
        lag=as_int32([edge.lag for edge in edges]),
        first=as_int32([number[edge.first] for edge in edges]),
        second=as_int32([number[edge.second] for edge in edges]),
        out=np.searchsorted(predecessor[order], np.arange(len(position) + 1)).astype(np.int64),
        edge_out=order,
    )
    return arrays, maps, inverse


def _horizon(plan: Plan) -> int:
    """Days after the epoch within which nearly all positions will lie: half as long again as the plan."""
    _, finishes = forward_pass(plan, {id: node.duration for id, node in plan.nodes.items()})
    last = max(plan.clocks[node.calendar].finish(finishes[id]) for id, node in plan.nodes.items())
    return int(1.5 * last) // DAY


def _span_of(node: Node) -> int:
    if not node.span:
        return WORK
    return FIRST_START if node.id.endswith(network.FIRST_START) else SPAN


def _bounds(plan: Plan, node: Node) -> tuple[int, int, list[Edge]]:
    """Bounds on start and finish that are known, and the edges that remain: an actual start is a date, not a variable."""
    if node.finished is not None:
        return node.started or 0, NEVER, []
    edges = plan.edges_into[node.id]
    hangs = node.span and any(not edge.to_finish for edge in edges)
    floor, finish_floor = LATEST if hangs else node.floor, NEVER if node.finish_floor is None else node.finish_floor
    waits = []
    for edge in edges:
        started = plan.nodes[edge.predecessor].link_start
        if not edge.from_start or started is None:
            waits.append(edge)
            continue
        bound = bound_of(plan.clocks, edge, started)
        if edge.to_finish:
            finish_floor = max(finish_floor, bound)
        else:
            floor = min(floor, bound) if node.span else max(floor, bound)
    return floor, finish_floor, waits


def _holds(plan: Plan) -> Holds:
    nodes = [*plan.nodes.values()]
    flat = [hold for node in nodes for hold in node.holds]
    return Holds(
        into=np.cumsum([0, *(len(node.holds) for node in nodes)]).astype(np.int64),
        date=as_int32([min(hold.date, LATEST) for hold in flat]),
        earliest=as_int32([node.earliest for node in nodes for _ in node.holds]),
        on_finish=as_bool([hold.on_finish for hold in flat]),
        not_before=as_bool([hold.not_before for hold in flat]),
        not_after=as_bool([hold.not_after for hold in flat]),
        stretches=as_bool([hold.stretches for hold in flat]),
        no_later=as_bool([hold.limits for hold in flat]),
        limit_float=plan.reading is Reading.HARD,
    )


def _check_length(portfolio: Portfolio, plan: Plan, laws: list[Law]) -> None:
    """Refuse a portfolio whose longest possible path does not fit the kernels' whole minutes."""
    longest = {id: _longest(law) for id, law in zip(plan.nodes, laws, strict=True)}
    for risk in portfolio.risks:
        for hit in risk.hits:
            if hit.impact.kind is ImpactKind.ADD:
                longest[hit.target] += _longest(hit.impact.law)
            else:
                longest[hit.target] = round(longest[hit.target] * max(1.0, _highest(hit.impact.law)))
    limit = _limit(plan)
    if sum(longest.values()) < limit:
        return
    capped = {id: min(minutes, limit) for id, minutes in longest.items()}
    worst = max(capped, key=lambda id: capped[id])
    if capped[worst] >= limit or max(_latest_finishes(plan, capped)) >= limit:
        project, _, task = worst.partition(".")
        raise InvalidModel(
            [
                Problem(
                    "too-long",
                    ("projects", project, "tasks", task, "duration"),
                    f"this portfolio may take longer than a lifetime; its longest task is '{worst}', "
                    f"with up to {longest[worst] / 525960:.3g} years of work",
                    "check the units of its duration and of the risks that hit it, or bound its law with 'within'",
                )
            ]
        )


def _limit(plan: Plan) -> int:
    """The longest path that is safe. [working minutes] Between calendars a position may grow to that of the wall clock."""
    used = {node.calendar for node in plan.nodes.values()}
    if len(used) == 1:
        return LONGEST
    return LONGEST * min(plan.clocks[id].calendar.minutes_in_week for id in used) // WEEK


def _latest_finishes(plan: Plan, durations: dict[str, int]) -> list[int]:
    """The forward pass with every calendar read as one."""
    finishes: dict[str, int] = {}
    for id, node in plan.nodes.items():
        start = max((finishes[e.predecessor] + max(0, e.lag) for e in plan.edges_into[id]), default=0)
        held = max((hold.date for hold in node.holds), default=0)
        finishes[id] = max(start, node.floor, node.finish_floor or 0, held) + durations[id] + sum(pause.minutes for pause in node.pauses)
    return list(finishes.values())


def _highest(law: Law) -> float:
    high = law.support[1]
    return high if isfinite(high) else float(law.quantile(1 - 2.0**-33))


def _longest(law: Law) -> int:
    return round(min(_highest(law), 1e15))


def all_rows(count: int) -> Rows:
    """A row for every node."""
    rows = np.arange(count, dtype=np.int32)
    return Rows(rows, rows)


def shared_rows(network: Network) -> tuple[Rows, int]:
    """Rows re-used once the last successor has read them, and how many are needed; few enough to stay in cache."""
    count = len(network.law)
    last_start, last_finish = np.full(count, -1), np.full(count, -1)
    start_reads, finish_reads = network.from_start, ~network.from_start
    np.maximum.at(last_start, network.predecessor[start_reads], network.successor[start_reads])
    np.maximum.at(last_finish, network.predecessor[finish_reads], network.successor[finish_reads])
    start, finish = np.zeros(count, np.int32), np.zeros(count, np.int32)
    free: list[int] = []
    until: dict[int, list[int]] = {}
    rows = 0
    for node in range(count):
        for last, column in ((last_start, start), (last_finish, finish)):
            if not free:
                free.append(rows)
                rows += 1
            row = free.pop()
            column[node] = row
            until.setdefault(max(int(last[node]), node), []).append(row)
        free.extend(until.pop(node, []))
    return Rows(start, finish), rows
