"""Cost of tasks and risks per iteration, in hundredths of the currency, so that sums are exact."""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.compiling import inlined, inner, kernel
from pmosim.engine.kernels.quantities import ALONE, draw
from pmosim.engine.kernels.spending import log_of_growth

CENTS = 100.0

FIXED, RATE = 1, 2
"""Bits of `Costs.part`: what of a task's cost an item holds."""


class Costs(NamedTuple):
    """What costs money, each item booked to an account (a project; the last is the portfolio).

    The items of node i (its own cost, and its use of each resource) are ``into[i]:into[i + 1]``. Prices that many items share
    are rows of one table: of resource r in 2 r (rate) and 2 r + 1 (use), of currency c in ``currencies`` + c, and the logarithm
    of the yearly growth of index i in ``indices`` + i.
    """

    into: np.ndarray  # int64[nodes + 1]
    node: np.ndarray  # int32[items]
    account: np.ndarray  # int32[items]
    part: np.ndarray  # uint8[items]: of the task's own cost that is FIXED, RATE or both; 0 for a resource
    fixed: np.ndarray  # int32[items]: law
    fixed_name: np.ndarray  # uint64[items]
    rate: np.ndarray  # int32[items]: law, per working minute
    rate_name: np.ndarray  # uint64[items]
    resource: np.ndarray  # int32[items], or -1
    units: np.ndarray  # float64[items]: of the resource
    currency: np.ndarray  # int32[items], or -1 for the portfolio's own
    event: np.ndarray  # int32[risks with cost]
    risk: np.ndarray  # int32[risks with cost]: law
    risk_name: np.ndarray  # uint64[risks with cost]
    risk_account: np.ndarray  # int32[risks with cost]: -1 for the portfolio alone
    risk_currency: np.ndarray  # int32[risks with cost], or -1
    price: np.ndarray  # int32[prices]: law
    price_name: np.ndarray  # uint64[prices]
    currencies: int
    indices: int
    spent: np.ndarray  # int64[accounts]: certain, whatever happens


@inlined
def cents(value):
    """Money to the nearest hundredth, halves up."""
    return np.int64(np.floor(value * CENTS + 0.5))


@kernel
def fill_prices(laws, costs, copula, shared, key, first, lanes, prices):
    """Draw what many items share; prices : float64[prices, lanes], filled here."""
    for row in range(costs.price.shape[0]):
        draw(laws, costs.price[row], copula, ALONE, shared, key, costs.price_name[row], first, lanes.bits, lanes.deviates, prices[row])
        if row >= costs.indices:
            for lane in range(prices.shape[1]):
                prices[row, lane] = log_of_growth(prices[row, lane])


@inner
def task_costs(laws, costs, copula, shared, node, key, first, lanes, durations, exists, prices, accounts, amounts):
    """Add what one task costs, where it exists: fixed + rate x working minutes, of its own and of each resource.

    durations : int32[lanes]; exists : bool[lanes]; accounts : int64[accounts, lanes], added to here, unless there are
    amounts : int64[items, lanes], filled here, to be booked once dates are known
    """
    bits, deviates, fixed, rate = lanes.bits, lanes.deviates, lanes.values, lanes.impacts
    last, keeps = accounts.shape[0] - 1, amounts.shape[0] > 0
    for item in range(costs.into[node], costs.into[node + 1]):
        resource, currency, account = costs.resource[item], costs.currency[item], costs.account[item]
        if resource >= 0:
            units = costs.units[item]
            for lane in range(durations.shape[0]):
                rate[lane] = units * prices[2 * resource, lane]
                fixed[lane] = units * prices[2 * resource + 1, lane]
        else:
            draw(laws, costs.fixed[item], copula, copula.fixed[item], shared, key, costs.fixed_name[item], first, bits, deviates, fixed)
            draw(laws, costs.rate[item], copula, copula.rate[item], shared, key, costs.rate_name[item], first, bits, deviates, rate)
        if currency >= 0:
            row = costs.currencies + currency
            for lane in range(durations.shape[0]):
                fixed[lane] *= prices[row, lane]
                rate[lane] *= prices[row, lane]
        for lane in range(durations.shape[0]):
            amount = cents(fixed[lane] + rate[lane] * durations[lane]) if exists[lane] else np.int64(0)
            if keeps:
                amounts[item, lane] = amount
            else:
                accounts[account, lane] += amount
                accounts[last, lane] += amount


@inner
def note_costs(costs, node, accounts, amounts, sign, paid):
    """What a task costs, for those who ask: called with -1 before it is booked and with 1 after; paid : int64[lanes]."""
    last, keeps = accounts.shape[0] - 1, amounts.shape[0] > 0
    for lane in range(paid.shape[0]):
        if sign < 0:
            paid[lane] = np.int64(0) if keeps else -accounts[last, lane]
        elif not keeps:
            paid[lane] += accounts[last, lane]
    if keeps and sign > 0:
        for item in range(costs.into[node], costs.into[node + 1]):
            for lane in range(paid.shape[0]):
                paid[lane] += amounts[item, lane]


@kernel
def risk_costs(laws, costs, copula, shared, key, first, event_rows, lanes, prices, accounts, amounts):
    """Add the cost of every risk where it occurs, or keep it in the rows of ``amounts`` behind those of the tasks."""
    last, keeps, items = accounts.shape[0] - 1, amounts.shape[0] > 0, costs.node.shape[0]
    for item in range(costs.event.shape[0]):
        occurs = event_rows.occurs[costs.event[item]]
        law, quantity, name, currency = costs.risk[item], copula.risk[item], costs.risk_name[item], costs.risk_currency[item]
        draw(laws, law, copula, quantity, shared, key, name, first, lanes.bits, lanes.deviates, lanes.values)
        if currency >= 0:
            row = costs.currencies + currency
            for lane in range(occurs.shape[0]):
                lanes.values[lane] *= prices[row, lane]
        account = costs.risk_account[item]
        for lane in range(occurs.shape[0]):
            amount = cents(lanes.values[lane]) if occurs[lane] else np.int64(0)
            if keeps:
                amounts[items + item, lane] = amount
                continue
            if account >= 0:
                accounts[account, lane] += amount
            accounts[last, lane] += amount
