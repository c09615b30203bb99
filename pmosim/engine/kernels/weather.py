"""Lost days of one block, and work that stands still on them.

Positions stay working minutes of the planned calendar. A ruled calendar's working time is cut into *slots* of equal length, of
which no day shares one with another; a lane's lost days make two tables by slot: how many good ones come before each, and where the
j-th good one lies. So the end of a piece of work is two look-ups away from its start. Past the last slot those of the last 52
weeks come again, and again.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pmosim.engine.kernels.draws import fill_bits, uniform
from pmosim.engine.kernels.passes import NEVER
from pmosim.engine.kernels.quantities import draw
from pmosim.engine.kernels.strata import draw_bits

ALL_GOOD, CHAIN, SERIES, COUNTS = range(4)

ONLY = 2
"""Of what waits for quiet work: it waits for nothing else, nor for a date of its own."""

MOST_DAYS = 31

TILE = 16
"""Lanes whose tables are made together; divides GROUP."""


class Weather(NamedTuple):
    """Weathers, the days for which they are drawn, and the calendars that they rule. Days are numbered from the first one drawn."""

    node: np.ndarray  # int32[nodes]: number of the calendar whose weather stops it, or -1
    at_once: np.ndarray  # bool[nodes]: is not to be split by lost days
    standby: np.ndarray  # bool[nodes]: has a cost, on lost days too
    bounded: np.ndarray  # bool[nodes]: something says when it may finish at the earliest
    quiet: np.ndarray  # bool[nodes]: its finish is counted in good minutes, for only work of the same calendar asks for it
    listens: np.ndarray  # uint8[nodes]: whether it waits for quiet work, and for that ONLY
    sky: np.ndarray  # int32[calendars]: weather of each; those of one weather stand side by side
    first: np.ndarray  # int64[calendars + 1]: the slots of calendar c lie on the days day[first[c]:first[c + 1]]
    day: np.ndarray  # int32[slots]
    unit: np.ndarray  # int32[calendars]: minutes in a slot
    period: np.ndarray  # int64[calendars]: slots in the last 52 weeks
    works: np.ndarray  # bool[calendars, days]
    kind: np.ndarray  # uint8[weathers]
    name: np.ndarray  # uint64[weathers, days]: of the draws
    after_bad: np.ndarray  # uint64[weathers, days]: a day is bad where the word is below; of chains
    after_good: np.ndarray  # uint64[weathers, days]
    begin: np.ndarray  # uint64[weathers]: name of the draw of the year in which a series begins
    row: np.ndarray  # int64[weathers]: of the first year of each series
    years: np.ndarray  # int64[weathers]
    share: np.ndarray  # uint64[all years, 366]: a day is lost where the word is below
    certain: np.ndarray  # bool[weathers]: every day of the series is lost or not, and needs no draw
    year: np.ndarray  # int64[days]
    of_year: np.ndarray  # int64[days]: 0 to 365
    month: np.ndarray  # int64[months + 1]: the days of month m are month[m]:month[m + 1]
    law: np.ndarray  # int32[weathers, months]: of the number of lost days
    number: np.ndarray  # uint64[weathers, months]: name of its draw
    rest: np.ndarray  # uint64[weathers, months]: name of the draw that makes a fraction a day or none
    window: np.ndarray  # int64[weathers + 1]: the windows of weather w are window[w]:window[w + 1]
    opens: np.ndarray  # bool[windows]: open, and all else closed
    edge: np.ndarray  # int64[windows, 2]: days on which it can begin and end at the earliest
    last: np.ndarray  # int64[windows]: the last day that can belong to it
    edge_law: np.ndarray  # int32[windows, 2]: days after that
    edge_name: np.ndarray  # uint64[windows, 2]
    epoch: int  # the day from which positions count


class WeatherRows(NamedTuple):
    """The weather of the block in work."""

    bad: np.ndarray  # bool[days, lanes]
    opened: np.ndarray  # bool[days, lanes]
    scores: np.ndarray  # uint32[MOST_DAYS, lanes]
    state: np.ndarray  # bool[lanes]
    tile: np.ndarray  # bool[TILE, slots of the calendar with the most], scratch
    numbers: np.ndarray  # int32[lanes]
    ends: np.ndarray  # int32[lanes]
    before: np.ndarray  # int32[(slots + calendars) x lanes]: twice the good slots before each, plus 1 where it is lost; lane by lane
    place: np.ndarray  # int32[(slots + calendars) x lanes]: where the j-th good slot lies
    total: np.ndarray  # int32[calendars, lanes]: good slots
    vain: np.ndarray  # int64[nodes]: iterations in which work that is not to be split found no room


@njit(nogil=True, cache=True)
def fill_weather(weather, laws, copula, shared, key, first, rows, lanes):
    """Draw the weather of a block; rows : WeatherRows, filled here."""
    for calendar in range(weather.sky.shape[0]):
        sky = weather.sky[calendar]
        again = calendar > 0 and weather.sky[calendar - 1] == sky and weather.kind[sky] != COUNTS
        if not again:
            fill_bad(weather, sky, calendar, laws, copula, shared, key, first, rows, lanes)
        fill_slots(weather, calendar, rows)


@njit(nogil=True, cache=True)
def fill_bad(weather, sky, calendar, laws, copula, shared, key, first, rows, lanes):
    """Which days of one weather are bad in each lane; of a number of lost days, those of one calendar."""
    kind, bad = weather.kind[sky], rows.bad
    if kind == CHAIN:
        fill_chain(weather.name, weather.after_bad, weather.after_good, sky, key, first, lanes.bits, rows.state, bad)
    elif kind == SERIES:
        fill_series(weather, sky, key, first, lanes.bits, rows.numbers, bad)
    else:
        for day in range(bad.shape[0]):
            for lane in range(bad.shape[1]):
                bad[day, lane] = False
        if kind == COUNTS:
            fill_counts(weather, sky, calendar, laws, copula, shared, key, first, rows, lanes)
    close_windows(weather, sky, laws, copula, shared, key, first, rows, lanes)


@njit(nogil=True, cache=True)
def fill_chain(name, after_bad, after_good, sky, key, first, bits, state, bad):
    """Good and bad days that follow one another; the first day's chance must not depend on the day before it."""
    for lane in range(state.shape[0]):
        state[lane] = False
    for day in range(bad.shape[0]):
        stay, turn = after_bad[sky, day], after_good[sky, day]
        if stay == 0 and turn == 0:
            for lane in range(state.shape[0]):
                state[lane] = False
        else:
            fill_bits(key.seed, name[sky, day], first, bits)
            for lane in range(state.shape[0]):
                state[lane] = np.uint64(bits[lane]) < (stay if state[lane] else turn)
        for lane in range(state.shape[0]):
            bad[day, lane] = state[lane]


@njit(nogil=True, cache=True)
def fill_series(weather, sky, key, first, bits, numbers, bad):
    """Measured days, each iteration's from a year of its own on, and round once they end; numbers : int32[lanes], scratch."""
    years, row, certain, share = weather.years[sky], weather.row[sky], weather.certain[sky], weather.share
    draw_bits(key, weather.begin[sky], first, bits)
    for lane in range(numbers.shape[0]):
        numbers[lane] = np.int32(uniform(bits[lane]) * years)
    for day in range(bad.shape[0]):
        year, of_year = weather.year[day], weather.of_year[day]
        if not certain:
            fill_bits(key.seed, weather.name[sky, day], first, bits)
        for lane in range(numbers.shape[0]):
            chance = share[row + (year + numbers[lane]) % years, of_year]
            bad[day, lane] = chance > 0 if certain else np.uint64(bits[lane]) < chance


@njit(nogil=True, cache=True)
def fill_counts(weather, sky, calendar, laws, copula, shared, key, first, rows, lanes):  # noqa: PLR0912 - one loop over months
    """A number of lost days in each month: of its working days those with the lowest draws."""
    bits, scores, numbers, bad, works = lanes.bits, rows.scores, rows.numbers, rows.bad, weather.works
    ranks = rows.ends
    for month in range(weather.month.shape[0] - 1):
        law = weather.law[sky, month]
        draw(laws, law, copula, -1, shared, key, weather.number[sky, month], first, bits, lanes.deviates, lanes.values)
        draw_bits(key, weather.rest[sky, month], first, bits)
        highest = np.int32(0)
        for lane in range(numbers.shape[0]):
            value = lanes.values[lane] if lanes.values[lane] > 0.0 else 0.0
            whole = np.int32(value)
            numbers[lane] = whole + np.int32(uniform(bits[lane]) < value - whole)
            highest = numbers[lane] if numbers[lane] > highest else highest
        if highest == 0:
            continue
        count = 0
        for day in range(weather.month[month], weather.month[month + 1]):
            if works[calendar, day]:
                fill_bits(key.seed, weather.name[sky, day], first, scores[count])
                count += 1
        own = 0
        for day in range(weather.month[month], weather.month[month + 1]):
            if not works[calendar, day]:
                continue
            for lane in range(ranks.shape[0]):
                ranks[lane] = 0
            for other in range(count):
                if other < own:
                    for lane in range(ranks.shape[0]):
                        ranks[lane] += np.int32(scores[other, lane] <= scores[own, lane])
                elif other > own:
                    for lane in range(ranks.shape[0]):
                        ranks[lane] += np.int32(scores[other, lane] < scores[own, lane])
            for lane in range(ranks.shape[0]):
                bad[day, lane] = ranks[lane] < numbers[lane]
            own += 1


@njit(nogil=True, cache=True)
def close_windows(weather, sky, laws, copula, shared, key, first, rows, lanes):
    """Days in closed windows are lost, and where some window is open, all days in none of these."""
    begins, ends, bad, opened = rows.numbers, rows.ends, rows.bad, rows.opened
    some_open = False
    for window in range(weather.window[sky], weather.window[sky + 1]):
        some_open = some_open or weather.opens[window]
    if some_open:
        for day in range(bad.shape[0]):
            for lane in range(bad.shape[1]):
                opened[day, lane] = False
    for window in range(weather.window[sky], weather.window[sky + 1]):
        fill_edge(weather, window, 0, laws, copula, shared, key, first, lanes, begins)
        fill_edge(weather, window, 1, laws, copula, shared, key, first, lanes, ends)
        marks = opened if weather.opens[window] else bad
        for day in range(max(0, weather.edge[window, 0]), min(bad.shape[0], weather.last[window] + 1)):
            for lane in range(begins.shape[0]):
                marks[day, lane] |= begins[lane] <= day <= ends[lane]
    if some_open:
        for day in range(bad.shape[0]):
            for lane in range(bad.shape[1]):
                bad[day, lane] |= not opened[day, lane]


@njit(nogil=True, cache=True)
def fill_edge(weather, window, side, laws, copula, shared, key, first, lanes, days):
    """The first or last day of a window; days : int32[lanes], filled here."""
    law, name = weather.edge_law[window, side], weather.edge_name[window, side]
    draw(laws, law, copula, -1, shared, key, name, first, lanes.bits, lanes.deviates, lanes.values)
    at = weather.edge[window, side]
    for lane in range(days.shape[0]):
        days[lane] = np.int32(at + np.floor(lanes.values[lane] + 0.5))


@njit(nogil=True, cache=True)
def fill_slots(weather, calendar, rows):
    """The two tables of one calendar, from the bad days."""
    begin, slots = weather.first[calendar], weather.first[calendar + 1] - weather.first[calendar]
    lanes, bad, tile, before, place, total = rows.bad.shape[1], rows.bad, rows.tile, rows.before, rows.place, rows.total
    days = weather.day[begin : begin + slots]
    for first in range(0, lanes, TILE):
        for slot in range(slots):  # each row of days is read once for all the lanes of a tile
            day = np.uint32(days[slot])
            for k in range(TILE):
                tile[k, slot] = bad[day, first + k]
        for k in range(TILE):
            at = np.uint64((begin + calendar) * lanes + (first + k) * (slots + 1))
            good = np.uint32(0)
            for slot in range(slots):
                lost = np.uint32(tile[k, slot])
                before[at + np.uint64(slot)] = np.int32(good + good + lost)
                place[at + np.uint64(good)] = np.int32(slot)
                good += np.uint32(1) - lost
            before[at + np.uint64(slots)] = np.int32(good + good)
            total[calendar, first + k] = np.int32(good)


# --- one lane ---


@njit(nogil=True, cache=True)
def slot_code(before, at, slots, period, slot):
    """Twice the good slots before ``slot``, plus 1 where it is lost; ``at`` is where the lane's table begins."""
    if slot < slots:
        return np.int64(before[at + slot])
    all_good = np.int64(before[at + slots] >> 1)
    yearly = all_good - (before[at + slots - period] >> 1)
    if yearly == 0:  # a whole year without a good slot: what comes after it is good, for work must end
        return np.int64(2 * (all_good + slot - slots))
    years = (slot - slots) // period + 1
    return np.int64(before[at + slot - years * period] + 2 * years * yearly)


@njit(nogil=True, cache=True)
def good_slot(before, place, at, slots, period, number):
    """Where good slot ``number`` lies, counted from 0."""
    all_good = np.int64(before[at + slots] >> 1)
    if number < all_good:
        return np.int64(place[at + number])
    yearly = all_good - (before[at + slots - period] >> 1)
    if yearly == 0:
        return slots + number - all_good
    years = (number - all_good) // yearly + 1
    return np.int64(place[at + number - years * yearly] + years * period)


@njit(nogil=True, cache=True)
def good_minutes(before, at, slots, period, unit, position):
    """Good minutes before a position."""
    slot = position // unit
    code = slot_code(before, at, slots, period, slot)
    return (code >> 1) * unit + (0 if code & 1 else position - slot * unit)


@njit(nogil=True, cache=True)
def done(before, place, at, slots, period, unit, start, work):
    """The earliest position by which ``work`` good minutes, 1 or more, lie after ``start``."""
    last = good_minutes(before, at, slots, period, unit, start) + work - 1
    return good_slot(before, place, at, slots, period, last // unit) * unit + last % unit + 1


@njit(nogil=True, cache=True)
def done_at_once(before, place, at, slots, period, unit, start, work):
    """The same where no lost slot may lie between the first minute and the last. None within two years past the table: -1."""
    slot = start // unit
    code = slot_code(before, at, slots, period, slot)
    while slot <= slots + 2 * period:
        if code & 1:
            slot = good_slot(before, place, at, slots, period, code >> 1)
            start = slot * unit
            code = slot_code(before, at, slots, period, slot)
        last = (start + work - 1) // unit
        end = slot_code(before, at, slots, period, last)
        if not end & 1 and (end >> 1) - (code >> 1) == last - slot:
            return start + work
        while not code & 1:
            slot += 1
            code = slot_code(before, at, slots, period, slot)
    return np.int64(-1)


@njit(nogil=True, cache=True)
def latest_start(before, place, at, slots, period, unit, finish, work, at_once):
    """The latest start from which the work is done by ``finish``; 0 where there is none."""
    if work == 0 or finish <= 0:
        return np.int64(finish)
    if not at_once:
        left = good_minutes(before, at, slots, period, unit, finish) - work
        if left < 0:
            return np.int64(0)
        return good_slot(before, place, at, slots, period, left // unit) * unit + left % unit
    end = np.int64(finish)
    while end >= work:
        slot = (end - 1) // unit
        while slot >= 0 and slot_code(before, at, slots, period, slot) & 1:
            end = slot * unit
            slot -= 1
        if end < work:
            break
        first = (end - work) // unit
        while slot >= first and not slot_code(before, at, slots, period, slot) & 1:
            slot -= 1
        if slot < first:
            return end - work
        end = (slot + 1) * unit
    return np.int64(0)


@njit(nogil=True, cache=True)
def finish_of(before, place, at, slots, period, unit, start, work, at_once):
    """When the work is done; where it never fits, the day it would have been with no weather, two years past the table."""
    if work == 0:
        return np.int64(start)
    if not at_once:
        return done(before, place, at, slots, period, unit, start, work)
    end = done_at_once(before, place, at, slots, period, unit, start, work)
    return end if end >= 0 else max(np.int64(start), (slots + 2 * period) * unit) + work


# --- one row ---


@njit(nogil=True, cache=True)
def count_good(rows, calendar, begin, slots, period, unit, starts, row, cells, goods):
    """Good minutes before each start; goods : int32[lanes], filled here; begin : where the calendar's slots stand among all.

    cells : int32[lanes], scratch
    """
    lanes, before = cells.shape[0], rows.before
    base, stride = np.uint32((begin + calendar) * lanes), np.uint32(slots + 1)
    per_unit, length = 1.0 / unit, np.int32(unit)
    highest = np.int32(0)
    for lane in range(lanes):
        highest = starts[row, lane] if starts[row, lane] > highest else highest
    if highest >= slots * unit:
        for lane in range(lanes):
            at = (begin + calendar) * lanes + lane * (slots + 1)
            goods[lane] = np.int32(good_minutes(before, at, slots, period, unit, np.int64(starts[row, lane])))
        return
    for lane in range(lanes):  # half a minute more, so that rounding does not decide
        cells[lane] = np.int32((np.float64(starts[row, lane]) + 0.5) * per_unit)
    for lane in range(lanes):
        goods[lane] = before[np.uint32(base + np.uint32(lane) * stride + np.uint32(cells[lane]))]
    for lane in range(lanes):
        into = np.int32(starts[row, lane] - np.int32(cells[lane] * length))
        into = np.int32(0) if goods[lane] & 1 else into
        goods[lane] = np.int32(np.int32(np.int32(goods[lane] >> 1) * length) + into)


@njit(nogil=True, cache=True)
def raise_goods(goods, finishes, row):
    """goods = max(goods, finish), the row of finishes being counted in good minutes too."""
    for lane in range(goods.shape[0]):
        goods[lane] = finishes[row, lane] if finishes[row, lane] > goods[lane] else goods[lane]


@njit(nogil=True, cache=True)
def place_finishes(rows, calendar, begin, slots, period, unit, starts, row, durations, goods, always, finishes, finish_row, cells):
    """finish = max(finish, when the work is done); goods : int32[lanes], good minutes before each start, overwritten.

    always : what has no work is done with the last of the good minutes before it, not when it begins
    """
    lanes, place, total = cells.shape[0], rows.place, rows.total
    base, stride = np.uint32((begin + calendar) * lanes), np.uint32(slots + 1)
    per_unit, length = 1.0 / unit, np.int32(unit)
    over = np.int32(0)
    for lane in range(lanes):
        goods[lane] += np.int32(durations[lane] - 1)
    for lane in range(lanes):
        cells[lane] = np.int32((np.float64(goods[lane]) + 0.5) * per_unit)
        over |= np.int32(cells[lane] >= total[calendar, lane])
    for lane in range(lanes):
        goods[lane] = np.int32(goods[lane] - np.int32(cells[lane] * length) + 1)
    if over:
        for lane in range(lanes):
            at = (begin + calendar) * lanes + lane * (slots + 1)
            cells[lane] = np.int32(good_slot(rows.before, place, at, slots, period, np.int64(cells[lane])))
    else:
        for lane in range(lanes):
            cells[lane] = place[np.uint32(base + np.uint32(lane) * stride + np.uint32(cells[lane]))]
    for lane in range(lanes):
        end = np.int32(np.int32(cells[lane] * length) + goods[lane])
        end = end if durations[lane] > 0 or always else starts[row, lane]
        finishes[finish_row, lane] = end if end > finishes[finish_row, lane] else finishes[finish_row, lane]


@njit(nogil=True, cache=True)
def stretch_singly(weather, rows, node, starts, row, durations, finishes, finish_row, used):
    """The same for work that is not to be split, one lane after the other."""
    calendar, at_once = weather.node[node], weather.at_once[node]
    begin, lanes, unit, period = weather.first[calendar], durations.shape[0], weather.unit[calendar], weather.period[calendar]
    slots = weather.first[calendar + 1] - begin
    before, place = rows.before, rows.place
    for lane in range(lanes):
        at = (begin + calendar) * lanes + lane * (slots + 1)
        start, work = np.int64(starts[row, lane]), np.int64(durations[lane])
        end = finish_of(before, place, at, slots, period, unit, start, work, at_once)
        if at_once and work > 0 and lane < used and end > (slots + 2 * period) * unit:
            rows.vain[node] += 1
        finishes[finish_row, lane] = np.int32(end) if end > finishes[finish_row, lane] else finishes[finish_row, lane]


@njit(nogil=True, cache=True)
def start_for_finish(weather, rows, node, starts, row, durations, finishes, finish_row):
    """Move starts so that the work is not done long before its earliest finish, which stands in ``finishes``: tasks are not split."""
    calendar, at_once = weather.node[node], weather.at_once[node]
    begin, lanes, unit, period = weather.first[calendar], durations.shape[0], weather.unit[calendar], weather.period[calendar]
    slots = weather.first[calendar + 1] - begin
    for lane in range(lanes):
        if finishes[finish_row, lane] > starts[row, lane]:
            at = (begin + calendar) * lanes + lane * (slots + 1)
            finish, work = np.int64(finishes[finish_row, lane]), np.int64(durations[lane])
            start = latest_start(rows.before, rows.place, at, slots, period, unit, finish, work, at_once)
            starts[row, lane] = np.int32(start) if start > starts[row, lane] else starts[row, lane]


@njit(nogil=True, cache=True)
def hold_in_weather(holds, hold, weather, rows, node, starts, row, durations, finishes, finish_row, paid, exists, used, bound):
    """As `holds.hold_starts`; what a constraint asks of the finish is kept in ``finishes``.

    paid : int32[lanes], the minutes that cost, from which what a constraint adds is taken off
    """
    calendar, at_once = weather.node[node], weather.at_once[node]
    begin, lanes, unit, period = weather.first[calendar], durations.shape[0], weather.unit[calendar], weather.period[calendar]
    slots = weather.first[calendar + 1] - begin
    before, place = rows.before, rows.place
    date, earliest = np.int64(holds.date[hold]), np.int64(holds.earliest[hold])
    on_finish, no_later = holds.on_finish[hold], holds.no_later[hold]
    not_before, not_after, stretches = holds.not_before[hold], holds.not_after[hold], holds.stretches[hold]
    count = np.int64(0)
    for lane in range(lanes):
        if not exists[lane]:
            continue
        at = (begin + calendar) * lanes + lane * (slots + 1)
        start, work, floor = np.int64(starts[row, lane]), np.int64(durations[lane]), np.int64(finishes[finish_row, lane])
        end = finish_of(before, place, at, slots, period, unit, start, work, at_once) if on_finish else start
        end = max(end, floor) if on_finish else end
        early, late = end < date, end > date
        count += np.int64((((not_before or stretches) and early) or ((no_later or stretches) and late)) and lane < used)
        put = latest_start(before, place, at, slots, period, unit, date, work, at_once) if on_finish else date
        if stretches:
            floor = max(date, start)
            paid[lane] -= np.int32(floor - start)
            work = np.int64(0)
        if not_before and early:
            start = max(start, put)
            floor = max(floor, date) if on_finish else floor
        if not_after and late:
            start = max(put, earliest)
            floor = min(floor, date) if on_finish else np.int64(NEVER)
        starts[row, lane], durations[lane], finishes[finish_row, lane] = np.int32(start), np.int32(work), np.int32(floor)
    bound[hold] += count
