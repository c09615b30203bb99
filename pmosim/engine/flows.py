"""What is spent in each month of each iteration: one more pass, for portfolios in which something costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.compiled import Compiled, all_rows
from pmosim.engine.costs import months_between
from pmosim.engine.kernels.blocks import Months, forward_pass
from pmosim.engine.simulation import ANALYSIS_BYTES, Run, Samples, over_blocks, workspace
from pmosim.model.calendars import DAY, minutes_since

MOST_BYTES = 1 << 28
"""Money that is kept by month: as many of the first iterations as fit."""

FEWEST = 1000
MOST_LANES = 256


@dataclass(frozen=True)
class Flows:
    """Money by calendar month; ``cents[a].sum(axis=0)`` is the cost of account a in each iteration, to the last hundredth."""

    months: tuple[date, ...]  # their first days, without those at either end in which nothing is ever spent
    cents: NDArray[np.int64]  # [accounts asked for, months, iterations], hundredths of the currency


def has_costs(compiled: Compiled) -> bool:
    """Whether money can be spent at all."""
    costs = compiled.model.costs
    return bool(len(costs.node) or len(costs.event) or len(compiled.model.spending.law) or compiled.payments)


def cash_flows(compiled: Compiled, run: Run, samples: Samples, accounts: Sequence[int]) -> Flows:
    """The flows of some accounts, over the first iterations of the run: all of them, or as many as `MOST_BYTES` hold.

    samples : of the same run, whose latest finish says how many months there are
    """
    months, firsts = _months(compiled, samples)
    n = min(run.iterations, max(FEWEST, MOST_BYTES // (8 * len(accounts) * len(firsts))))
    if run.strata:
        n = min(run.iterations, -(-n // run.strata) * run.strata)  # whole replicates
    some, chosen = replace(run, iterations=n, progress=None), [*accounts]
    cents = np.empty((len(chosen), len(firsts), n), np.int64)
    nodes, key, active = len(compiled.node_ids), run.key, compiled.active(run.without)
    costs = compiled.model.costs
    held = 8 * nodes + 8 * (len(costs.node) + len(costs.event)) + 8 * len(compiled.accounts) * len(firsts)
    lanes, rows = some.lanes(held, ANALYSIS_BYTES, MOST_LANES), all_rows(nodes)

    def make_worker() -> tuple[Any, Callable[[int, int], None]]:
        work = workspace(compiled, lanes, months)
        starts, finishes = np.empty((nodes, lanes), np.int32), np.empty((nodes, lanes), np.int32)

        def block(first: int, used: int) -> None:
            forward_pass(compiled.model, active, key, first, used, rows, work, starts, finishes)
            cents[:, :, first : first + used] = work.bookings.flows[chosen][:, :, :used]

        return None, block

    over_blocks(some, lanes, make_worker)
    cents += _spent(compiled, months, len(firsts))[chosen][:, :, None]
    used = np.nonzero(cents.any(axis=(0, 2)))[0]
    first, last = (int(used[0]), int(used[-1])) if len(used) else (0, 0)
    return Flows(firsts[first : last + 1], cents[:, first : last + 1])


def _months(compiled: Compiled, samples: Samples) -> tuple[Months, tuple[date, ...]]:
    portfolio, plan = compiled.portfolio, compiled.plan
    at = [minutes_since(plan.epoch, portfolio.status_date), *(minute for _, _, begin, end in compiled.payments for minute in (begin, end))]
    at += [minutes_since(plan.epoch, one.status_date) for one in portfolio.projects if one.status_date]
    at += [minutes_since(plan.epoch, cost.date) for project in portfolio.projects for cost in project.costs if cost.date]
    at += [minutes_since(plan.epoch, task.progress.actual_start) for task in portfolio.tasks.values() if task.progress]
    for place, id in enumerate(compiled.target_ids):
        at.append(plan.clocks[plan.nodes[id].calendar].finish(int(samples.finishes[place].max())))
    return months_between(plan.epoch, min(at), max(at))


def _spent(compiled: Compiled, months: Months, count: int) -> NDArray[np.int64]:
    """What had been spent by the status date; int64[accounts, months]."""
    spent = np.zeros((len(compiled.accounts), count), np.int64)
    for account, cents, begin, end in compiled.payments:
        if begin == end:
            until = np.where(np.arange(1, count + 1) > months.of_day[max(0, (end - 1) // DAY - months.first_day)], cents, 0)
        else:
            share = (np.minimum(months.edges[1:], end) - begin) / (end - begin)
            until = np.floor(cents * np.clip(share, 0.0, 1.0) + 0.5).astype(np.int64)
        by_month = np.diff(until, prepend=0)
        spent[account] += by_month
        spent[-1] += by_month
    return spent
