"""When money is spent, by the wall clock: how far prices have risen by then, and into which month it falls.

What is spent evenly from a to b at prices that have risen to f(t) costs the mean of f over that time as much. With F, the
integral of f, that is (F(b) - F(a)) / (b - a); a part of the time costs the part of F. Amounts are rounded where they add up
from the beginning, so that the months of an amount are the amount to the last hundredth.
"""

import math
from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.branches import fill_exists
from pmosim.engine.kernels.compiling import inlined, inner, kernel
from pmosim.engine.kernels.passes import Conversions, convert, copy_lanes, fill_lanes
from pmosim.engine.kernels.quantities import ALONE, draw

EVEN, AT_START, AT_FINISH = range(3)
NO_INDEX, GROWTH, TABLE = range(3)
YEAR = 525960.0
"""Minutes of 365.25 days."""

NOWHERE = -(2**40)
"""A wall minute that does not exist."""


class Indices(NamedTuple):
    """How prices rise after a base: by a rate drawn in each lane, or along the knots ``first[i]:first[i + 1]`` of a table."""

    kind: np.ndarray  # uint8[indices]
    base: np.ndarray  # int64[indices]: wall minute
    first: np.ndarray  # int64[indices + 1]
    at: np.ndarray  # float64[knots]: wall minutes
    value: np.ndarray  # float64[knots]: times the price of the base
    slope: np.ndarray  # float64[knots]: per minute, up to the next knot
    integral: np.ndarray  # float64[knots]: of the value, from the base


class Spending(NamedTuple):
    """When the items of `Costs` are spent, and costs of whole projects, which follow from dates alone."""

    walls: Conversions  # from the calendars of nodes to the wall clock
    to_wall_start: np.ndarray  # int32[nodes]: the map from where a node starts to the wall clock, or -1 where it keeps that itself
    to_wall_finish: np.ndarray  # int32[nodes]
    spread: np.ndarray  # uint8[items]
    rises: np.ndarray  # int32[items]: index by which the price rises, or -1
    risk_index: np.ndarray  # int32[risks], or -1
    struck: np.ndarray  # int64[risks + 1]: the nodes that risk r can hit are struck_node[struck[r]:struck[r + 1]]
    struck_node: np.ndarray  # int32
    risk_from: np.ndarray  # int64[risks]: wall minute of its project's status date
    risk_end: np.ndarray  # int32[risks]: the finish of its project
    law: np.ndarray  # int32[costs]: of the amount
    name: np.ndarray  # uint64[costs]
    account: np.ndarray  # int32[costs]
    per: np.ndarray  # float64[costs]: minutes; 0 for an amount
    when: np.ndarray  # uint8[costs]: EVEN, AT_START or AT_FINISH
    date: np.ndarray  # int64[costs]: wall minute, or NOWHERE
    begins: np.ndarray  # int64[costs + 1]: from the first start of the nodes begin_node[begins[c]:begins[c + 1]]
    begin_node: np.ndarray  # int32
    end: np.ndarray  # int32[costs]: node at whose finish it ends
    earliest: np.ndarray  # int64[costs]: wall minute of the status date
    currency: np.ndarray  # int32[costs], or -1
    cost_index: np.ndarray  # int32[costs], or -1
    indices: Indices
    dated: bool  # whether what is spent depends on when


class Months(NamedTuple):
    """The months into which money falls."""

    edges: np.ndarray  # int64[months + 1]: wall minutes at which months begin; the last one is beyond everything
    of_day: np.ndarray  # int32[days]: the month of each day from ``first_day`` on
    first_day: int  # days since the epoch, below 0 before it


class Bookings(NamedTuple):
    """What a thread needs to book a block."""

    prices: np.ndarray  # float64[prices, lanes]
    amounts: np.ndarray  # int64[items + risks, lanes], before escalation; no rows where accounts are booked at once
    months: Months
    flows: np.ndarray  # int64[accounts, months, lanes]; no months where they are not asked for
    begin: np.ndarray  # int64[lanes]: wall minutes
    end: np.ndarray  # int64[lanes]
    amount: np.ndarray  # int64[lanes]
    values: np.ndarray  # float64[lanes]
    exists: np.ndarray  # bool[lanes]


@inner
def exponential(x):
    """e**x by steps that are the same on every machine: a power of two, and Taylor's series for the rest (error below 1e-16)."""
    k = np.floor(x * 1.4426950408889634 + 0.5)
    r = (x - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    p = 1.0
    for n in range(14, 0, -1):
        p = 1.0 + r * p / n
    return math.ldexp(p, int(k))


@inner
def log_of_growth(rate):
    """log(1 + rate) for rates from -50 % to 100 %, by the series of the area tangent; error below 1e-16."""
    z = rate / (2.0 + rate)
    s = 0.0
    for n in range(17, -1, -1):
        s = 1.0 / (2 * n + 1) + z * z * s
    return 2.0 * z * s


@inner
def mean_growth(x):
    """(e**x - 1) / x"""
    if abs(x) > 0.01:
        return (exponential(x) - 1.0) / x
    return 1.0 + x / 2 * (1.0 + x / 3 * (1.0 + x / 4 * (1.0 + x / 5 * (1.0 + x / 6 * (1.0 + x / 7)))))


@inner
def knot_of(indices, index, t):
    """The knot of a table at or before minute t, which is not before the base."""
    knot = indices.first[index]
    while knot + 1 < indices.first[index + 1] and indices.at[knot + 1] <= t:
        knot += 1
    return knot


@inner
def price_at(indices, index, growth, t):
    """Times the price of the base, at wall minute t; growth : log of 1 + the yearly rate."""
    after = t - indices.base[index]
    if after <= 0:
        return 1.0
    if indices.kind[index] == GROWTH:
        return exponential(growth * after / YEAR)
    knot = knot_of(indices, index, t)
    return indices.value[knot] + indices.slope[knot] * (t - indices.at[knot])


@inner
def price_until(indices, index, growth, t):
    """The integral of the price from the base to wall minute t, which is negative before it."""
    after = float(t - indices.base[index])
    if after <= 0:
        return after
    if indices.kind[index] == GROWTH:
        return after * mean_growth(growth * after / YEAR)
    knot = knot_of(indices, index, t)
    beyond = t - indices.at[knot]
    return indices.integral[knot] + beyond * (indices.value[knot] + 0.5 * indices.slope[knot] * beyond)


@inlined
def month_of(months, t):
    """The month of wall minute t; the first or the last where it lies outside all of them."""
    day = t // 1440 - months.first_day
    return months.of_day[min(max(day, 0), months.of_day.shape[0] - 1)]


@inlined
def whole(value):
    """To the nearest hundredth, halves up."""
    return np.int64(np.floor(value + 0.5))


@inner
def book_once(amount, t, opens, index, growth, indices, months, flows, accounts, account, lane):
    """Spend an amount at one moment; one at midnight belongs to the day that it ends, or with ``opens`` to the one that begins."""
    if index >= 0:
        amount = whole(amount * price_at(indices, index, growth, t))
    last = accounts.shape[0] - 1
    if account >= 0:
        accounts[account, lane] += amount
    accounts[last, lane] += amount
    if flows.shape[1] > 0:
        month = month_of(months, t if opens else t - 1)
        if account >= 0:
            flows[account, month, lane] += amount
        flows[last, month, lane] += amount


@inner
def book_evenly(amount, a, b, index, growth, indices, months, flows, accounts, account, lane):
    """Spend an amount evenly from wall minute a to b > a."""
    last, per_minute = accounts.shape[0] - 1, amount / float(b - a)
    start = price_until(indices, index, growth, a) if index >= 0 else float(a)
    end = price_until(indices, index, growth, b) if index >= 0 else float(b)
    total = whole(per_minute * (end - start)) if index >= 0 else amount
    if account >= 0:
        accounts[account, lane] += total
    accounts[last, lane] += total
    if flows.shape[1] == 0:
        return
    booked = np.int64(0)
    for month in range(month_of(months, a), flows.shape[1]):
        upto = months.edges[month + 1]
        so_far = total
        if upto < b:
            so_far = whole(per_minute * ((price_until(indices, index, growth, upto) if index >= 0 else float(upto)) - start))
        if account >= 0:
            flows[account, month, lane] += so_far - booked
        flows[last, month, lane] += so_far - booked
        booked = so_far
        if upto >= b:
            break


@inner
def book(amount, begin, end, when, index, growths, spending, bookings, accounts, account):
    """Book a row of amounts; amount, begin, end : int64[lanes]; growths : float64[prices, lanes], whose row ``index`` counts."""
    indices, months, flows = spending.indices, bookings.months, bookings.flows
    for lane in range(amount.shape[0]):
        if amount[lane] == 0:
            continue
        growth = growths[index, lane] if index >= 0 else 0.0
        a, b = begin[lane], end[lane]
        if when == EVEN and b > a:
            book_evenly(amount[lane], a, b, index, growth, indices, months, flows, accounts, account, lane)
        else:
            opens = when == AT_START
            at = a if opens else max(a, b)
            book_once(amount[lane], at, opens, index, growth, indices, months, flows, accounts, account, lane)


@inner
def on_the_wall(maps, conversion, ends, row, positions, cells, instants):
    """Wall minutes of a row of positions; positions, cells : int32[lanes], scratch; instants : int64[lanes], filled here."""
    for lane in range(positions.shape[0]):
        positions[lane] = ends[row, lane]
    if conversion >= 0:
        convert(maps, conversion, positions, cells)
    for lane in range(positions.shape[0]):
        instants[lane] = positions[lane]


@inner
def clear(flows):
    """No money in any month; flows : int64[accounts, months, lanes]."""
    for account in range(flows.shape[0]):
        for month in range(flows.shape[1]):
            for lane in range(flows.shape[2]):
                flows[account, month, lane] = 0


@kernel
def settle(laws, costs, spending, choices, chosen, copula, shared, key, first, lanes, rows, starts, finishes, bookings, accounts):
    """Book everything that the forward pass has kept, now that all dates are known, and what projects cost as a whole."""
    maps = spending.walls
    positions, cells, begin, end, amounts = lanes.bounds, lanes.cells, bookings.begin, bookings.end, bookings.amounts
    growths = bookings.prices[costs.indices :]
    clear(bookings.flows)
    items = costs.node.shape[0]
    for item in range(items):
        node = costs.node[item]
        if item == 0 or costs.node[item - 1] != node:
            on_the_wall(maps, spending.to_wall_start[node], starts, rows.start[node], positions, cells, begin)
            on_the_wall(maps, spending.to_wall_finish[node], finishes, rows.finish[node], positions, cells, end)
        book(
            amounts[item],
            begin,
            end,
            spending.spread[item],
            spending.rises[item],
            growths,
            spending,
            bookings,
            accounts,
            costs.account[item],
        )
    for risk in range(costs.event.shape[0]):
        fill_strike(spending, maps, risk, rows, finishes, positions, cells, begin, end)
        amount, index, account = amounts[items + risk], spending.risk_index[risk], costs.risk_account[risk]
        book(amount, begin, end, np.uint8(EVEN), index, growths, spending, bookings, accounts, account)
    for cost in range(spending.law.shape[0]):
        values = bookings.values
        draw(laws, spending.law[cost], copula, ALONE, shared, key, spending.name[cost], first, lanes.bits, lanes.deviates, values)
        if spending.currency[cost] >= 0:
            row = costs.currencies + spending.currency[cost]
            for lane in range(values.shape[0]):
                values[lane] *= bookings.prices[row, lane]
        fill_period(spending, maps, choices, chosen, cost, rows, starts, finishes, positions, cells, bookings)
        per = spending.per[cost]
        for lane in range(values.shape[0]):
            times = (end[lane] - begin[lane]) / per if per > 0 else 1.0
            bookings.amount[lane] = whole(100.0 * values[lane] * times)
        index, account = spending.cost_index[cost], spending.account[cost]
        book(bookings.amount, begin, end, spending.when[cost], index, growths, spending, bookings, accounts, account)


@inner
def fill_strike(spending, maps, risk, rows, finishes, positions, cells, begin, end):
    """When a risk costs: at the first finish of what it can hit; evenly up to the end of its project where that is nothing."""
    if spending.struck[risk] == spending.struck[risk + 1]:
        node = spending.risk_end[risk]
        on_the_wall(maps, spending.to_wall_finish[node], finishes, rows.finish[node], positions, cells, end)
        fill_lanes(begin, spending.risk_from[risk])
        return
    for place in range(spending.struck[risk], spending.struck[risk + 1]):
        node = spending.struck_node[place]
        on_the_wall(maps, spending.to_wall_finish[node], finishes, rows.finish[node], positions, cells, begin)
        for lane in range(begin.shape[0]):
            if place == spending.struck[risk] or begin[lane] < end[lane]:
                end[lane] = begin[lane]
    copy_lanes(end, begin)


@inner
def fill_period(spending, maps, choices, chosen, cost, rows, starts, finishes, positions, cells, bookings):
    """Over which time a project's cost is spent: ``bookings.begin`` and ``bookings.end``."""
    begin, end, exists = bookings.begin, bookings.end, bookings.exists
    if spending.date[cost] != NOWHERE:
        fill_lanes(begin, spending.date[cost])
        fill_lanes(end, spending.date[cost])
        return
    # without such nodes the time has begun: it is counted from the status date on
    fill_lanes(begin, np.int64(2**40 if spending.begins[cost] < spending.begins[cost + 1] else NOWHERE))
    for place in range(spending.begins[cost], spending.begins[cost + 1]):
        node = spending.begin_node[place]
        fill_exists(choices, node, chosen, exists)
        on_the_wall(maps, spending.to_wall_start[node], starts, rows.start[node], positions, cells, end)
        for lane in range(begin.shape[0]):
            if exists[lane] and end[lane] < begin[lane]:
                begin[lane] = end[lane]
    node = spending.end[cost]
    on_the_wall(maps, spending.to_wall_finish[node], finishes, rows.finish[node], positions, cells, end)
    for lane in range(begin.shape[0]):
        begin[lane] = max(begin[lane], spending.earliest[cost])
        end[lane] = max(end[lane], spending.earliest[cost])
        begin[lane] = min(begin[lane], end[lane])
