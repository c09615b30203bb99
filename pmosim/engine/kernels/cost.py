"""Cost of tasks and risks per iteration, in hundredths of the currency, so that sums are exact."""

from typing import NamedTuple

import numpy as np
from numba import njit

from pmosim.engine.kernels.quantities import draw

CENTS = 100.0


class Costs(NamedTuple):
    """What costs money: tasks (fixed, and by the minute) and risks, each booked to an account (a project; the last is the portfolio)."""

    node: np.ndarray  # int32[tasks with cost]
    task_account: np.ndarray  # int32[tasks with cost]
    fixed: np.ndarray  # int32[tasks with cost]: law
    fixed_name: np.ndarray  # uint64[tasks with cost]
    rate: np.ndarray  # int32[tasks with cost]: law, per working minute
    rate_name: np.ndarray  # uint64[tasks with cost]
    event: np.ndarray  # int32[risks with cost]
    risk: np.ndarray  # int32[risks with cost]: law
    risk_name: np.ndarray  # uint64[risks with cost]
    risk_account: np.ndarray  # int32[risks with cost]: -1 for the portfolio alone


@njit(nogil=True, cache=True, forceinline=True)
def cents(value):
    """Money to the nearest hundredth, halves up."""
    return np.int64(np.floor(value * CENTS + 0.5))


@njit(nogil=True, cache=True)
def task_costs(laws, costs, copula, shared, item, key, first, lanes, durations, exists, accounts):
    """Add one task's cost, where it exists: fixed + rate x working minutes.

    durations : int32[lanes]; exists : bool[lanes]; accounts : int64[accounts, lanes], added to here
    """
    bits, deviates, fixed, rate = lanes.bits, lanes.deviates, lanes.values, lanes.impacts
    draw(laws, costs.fixed[item], copula, copula.fixed[item], shared, key, costs.fixed_name[item], first, bits, deviates, fixed)
    draw(laws, costs.rate[item], copula, copula.rate[item], shared, key, costs.rate_name[item], first, bits, deviates, rate)
    account, last = costs.task_account[item], accounts.shape[0] - 1
    for lane in range(durations.shape[0]):
        amount = cents(fixed[lane] + rate[lane] * durations[lane]) if exists[lane] else np.int64(0)
        accounts[account, lane] += amount
        accounts[last, lane] += amount


@njit(nogil=True, cache=True)
def risk_costs(laws, costs, copula, shared, key, first, event_rows, lanes, accounts):
    """Add the cost of every risk where it occurs."""
    last = accounts.shape[0] - 1
    for item in range(costs.event.shape[0]):
        occurs = event_rows.occurs[costs.event[item]]
        law, quantity, name = costs.risk[item], copula.risk[item], costs.risk_name[item]
        draw(laws, law, copula, quantity, shared, key, name, first, lanes.bits, lanes.deviates, lanes.values)
        account = costs.risk_account[item]
        for lane in range(occurs.shape[0]):
            amount = cents(lanes.values[lane]) if occurs[lane] else np.int64(0)
            if account >= 0:
                accounts[account, lane] += amount
            accounts[last, lane] += amount
