"""The cash flow of the projects and of the portfolio."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pmosim.engine.compiled import PORTFOLIO, Compiled
from pmosim.engine.flows import cash_flows, has_costs
from pmosim.engine.simulation import Run, Samples
from pmosim.forecasting.targets import kind_of
from pmosim.model.calendars import DAY
from pmosim.model.payments import Payment, planned_payments
from pmosim.results.cashflow import CashFlow
from pmosim.results.spending import cash_flow


def forecast_cash_flow(compiled: Compiled, run: Run, samples: Samples, confidence: float) -> tuple[CashFlow, ...]:
    """For the portfolio and every project that costs something, in the order of the targets; nothing where nothing costs."""
    if not has_costs(compiled):
        return ()
    alone = len(compiled.portfolio.projects) == 1
    asked = {}
    for id in compiled.target_ids:
        kind = kind_of(compiled.portfolio, id)
        if kind != "milestone":
            asked[id] = compiled.accounts.index(PORTFOLIO if kind == "portfolio" or alone else id.partition(".")[0])
    flows = cash_flows(compiled, run, samples, [*asked.values()])
    paid, found = planned_payments(compiled.portfolio), []
    for row, (id, account) in enumerate(asked.items()):
        own = [one for one in paid if compiled.accounts[account] in (PORTFOLIO, one.project)]
        used = [place for place, month in enumerate(flows.cents[row]) if month.any()]
        if used:
            kept = slice(used[0], used[-1] + 1)
            months = flows.months[kept]
            found.append(cash_flow(id, months, flows.cents[row, kept], _planned(compiled, own, months), confidence))
    return tuple(found)


def _planned(compiled: Compiled, payments: Sequence[Payment], months: Sequence[date]) -> list[float]:
    """What has been spent by the end of each month, by the plan."""
    ends = [((_next_month(month) - compiled.plan.epoch).days) * DAY for month in months]
    return [round(sum(one.until(end) for one in payments), 2) for end in ends]


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
