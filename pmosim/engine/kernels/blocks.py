"""One block of iterations, from draws to what is kept of it: the functions that the threads call."""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.analysis import Held, Reference, Tally, backward_pass, widen_ranges
from pmosim.engine.kernels.branches import Choices, choose_by_chance, choose_by_cost, choose_by_node, fill_exists, keep_existing, let_go
from pmosim.engine.kernels.compiling import kernel
from pmosim.engine.kernels.cost import Costs, fill_prices, note_costs, risk_costs, task_costs
from pmosim.engine.kernels.dependence import Copula, correlate, fill_shared
from pmosim.engine.kernels.draws import fill_deviates
from pmosim.engine.kernels.holds import Holds, delay_starts, hold_starts
from pmosim.engine.kernels.passes import (
    NEVER,
    WORK,
    Conversions,
    Network,
    Rows,
    add_pauses,
    add_waiting,
    close_span,
    copy_lanes,
    copy_row,
    copy_row_to,
    fill_bounds,
    fill_difference,
    fill_finishes,
    fill_lanes,
    fill_row,
    fill_sums,
    raise_finishes,
    raise_starts,
    raise_to_bounds,
    widen_span,
)
from pmosim.engine.kernels.quantities import draw_durations, fill_events
from pmosim.engine.kernels.sampling import (
    CONSTANT,
    POLYNOMIAL,
    EventRows,
    Events,
    Hits,
    Lanes,
    Laws,
    whole_minutes,
)
from pmosim.engine.kernels.spending import Bookings, Months, Spending, settle
from pmosim.engine.kernels.strata import draw_bits
from pmosim.engine.kernels.weather import (
    ONLY,
    Weather,
    WeatherRows,
    count_good,
    fill_bad,
    fill_weather,
    hold_in_weather,
    place_finishes,
    raise_goods,
    start_for_finish,
    stretch_singly,
)


class Model(NamedTuple):
    """Everything the kernels know of a portfolio."""

    network: Network
    holds: Holds
    maps: Conversions
    inverse: Conversions  # for each map, the latest position that still lands no later
    laws: Laws
    hits: Hits
    events: Events
    costs: Costs
    copula: Copula
    choices: Choices
    spending: Spending
    weather: Weather
    targets: np.ndarray  # int32[nodes]: its place among the targets, or -1
    ends_project: np.ndarray  # bool[nodes]: the finish of a project or of the portfolio


class Workspace(NamedTuple):
    """What a thread needs for a block."""

    events: EventRows
    lanes: Lanes
    accounts: np.ndarray  # int64[accounts, lanes]: hundredths of the currency
    at_target: np.ndarray  # int32[targets, lanes]
    shared: np.ndarray  # float32[sources, lanes]: deviates from which correlated draws are made
    chosen: np.ndarray  # int32[branches, lanes]: the way that each branch takes
    weather: WeatherRows
    bound: np.ndarray  # int64[holds]: iterations in which each constraint decided a date, or was missed
    bookings: Bookings
    paid: np.ndarray  # int64[lanes]: what a task costs that decides by it


def forward_pass(model, active, key, first, used, rows, work, starts, finishes):
    """Draw every duration and place every node of one block.

    Parameters
    ----------
    active : bool[events], those that may occur
    key : Key; first : int64, the block's first iteration, a multiple of GROUP; used : int64, lanes that count
    starts, finishes : int32[rows, lanes], filled here through ``rows``

    Fills ``work.at_target`` and ``work.accounts``, and adds to ``work.bound``. Plain Python, so that only what a portfolio has
    need of is compiled.
    """
    network, laws, costs, copula, choices, bookings = model.network, model.laws, model.costs, model.copula, model.choices, work.bookings
    lanes, shared, prices, amounts, accounts = work.lanes, work.shared, bookings.prices, bookings.amounts, work.accounts
    event_block(model, active, key, first, work)
    if choices.by_chance.any():
        choose_by_chance(choices, key, first, lanes.bits, work.chosen)
    accounts[:] = costs.spent[:, np.newaxis]
    if len(costs.price) > 0:
        fill_prices(laws, costs, copula, shared, key, first, lanes, prices)
    if len(costs.event) > 0:
        risk_costs(laws, costs, copula, shared, key, first, work.events, lanes, prices, accounts, amounts)
    weather = skies = None
    if len(model.weather.sky) > 0:
        weather, skies = model.weather, work.weather
        fill_weather(weather, laws, copula, shared, key, first, skies, lanes)

    def place(begin, end):
        place_nodes(model, work, weather, skies, key, first, used, rows, begin, end, starts, finishes)

    if len(network.late) == 0:
        place(0, len(network.law))
    else:
        place(0, network.tail)
        delay_starts(network, model.maps, model.inverse, rows, starts, finishes, lanes.durations, lanes.bounds, lanes.allowed, lanes.cells)
        place(network.tail, len(network.law))
        for node in network.late:  # they have moved since
            if model.targets[node] >= 0:
                work.at_target[model.targets[node]] = finishes[rows.finish[node]]
    if len(bookings.begin) > 0:
        settle(
            laws, costs, model.spending, choices, work.chosen, copula, shared, key, first, lanes, rows, starts, finishes, bookings, accounts
        )


@kernel
def place_nodes(model, work, weather, skies, key, first, used, rows, begin, end, starts, finishes):  # noqa: PLR0912, PLR0915 - one loop, or a call per node
    """Draw the durations of the nodes ``begin:end`` of one block, place them, and add what they cost to ``work.accounts``.

    ``weather`` and ``skies`` are None where no calendar is ruled by weather: all that asks for them is then left out by the compiler,
    for Numba drops the branches of an argument that is None. Whatever the loop over nodes needs is taken out of its tuple first:
    to touch a tuple in the loop costs more than to work off a row. Given singly, the same arrays made the loop half as slow again.
    """
    network, holds, maps, laws, hits, costs = model.network, model.holds, model.maps, model.laws, model.hits, model.costs
    copula, choices, targets, bound, noted = model.copula, model.choices, model.targets, work.bound, work.paid
    lanes, event_rows, shared, chosen = work.lanes, work.events, work.shared, work.chosen
    prices, amounts, accounts, at_target = work.bookings.prices, work.bookings.amounts, work.accounts, work.at_target
    bits, deviates, durations, bounds, cells = lanes.bits, lanes.deviates, lanes.durations, lanes.bounds, lanes.cells
    kinds, law_rows, law_bounds, powers, hit_into = laws.kind, laws.row, laws.bounds, laws.powers, hits.into
    names, law_of, floor, finish_floor, span = network.name, network.law, network.floor, network.finish_floor, network.span
    into, predecessor, from_start, to_finish = network.into, network.predecessor, network.from_start, network.to_finish
    lag, before, after, pauses, windowed = network.lag, network.first, network.second, network.pauses, hits.windowed
    start_row, finish_row, hold_into, paid, correlated = rows.start, rows.finish, holds.into, costs.into, copula.duration
    exists, needs, decides, asked, minutes = lanes.exists, choices.needs, choices.decides, choices.by_cost, lanes.allowed
    if weather is not None:
        ruled, standby, bounded, at_once = weather.node, weather.standby, weather.bounded, weather.at_once
        first_slot, units, periods, quiet, listens = weather.first, weather.unit, weather.period, weather.quiet, weather.listens
    masked = True
    for node in range(law_of.shape[0]):  # from 0, for then no index can be negative, which saves a look at each
        if node < begin or node >= end:
            continue
        row, end_row, law = start_row[node], finish_row[node], law_of[node]
        if asked[node]:
            note_costs(costs, node, accounts, amounts, np.int64(-1), noted)
        for again in range(2 if windowed[node] else 1):  # whether a risk is live is known once the task stands somewhere
            kind = kinds[law]
            if hit_into[node] < hit_into[node + 1] or kind not in (CONSTANT, POLYNOMIAL):
                draw_durations(laws, law, copula, correlated[node], shared, key, names[node], first, hits, node, event_rows, lanes, again)
            elif kind == POLYNOMIAL:
                if correlated[node] >= 0:
                    correlate(copula, correlated[node], shared, key, names[node], first, bits, deviates)
                else:
                    draw_bits(key, names[node], first, bits)
                    fill_deviates(bits, deviates)
                whole_minutes(powers, law_rows[law], law_bounds[law, 0], law_bounds[law, 1], deviates, durations)
            else:
                fill_lanes(durations, np.int32(law_bounds[law, 0] + 0.5))
            if needs[node] < needs[node + 1] or masked:
                fill_exists(choices, node, chosen, exists)
                masked = needs[node] < needs[node + 1]
                keep_existing(exists, durations)
            if weather is not None and ruled[node] >= 0:
                copy_lanes(durations, minutes)
            if paid[node] < paid[node + 1] and span[node] == WORK and again == windowed[node] and (weather is None or not standby[node]):
                task_costs(laws, costs, copula, shared, node, key, first, lanes, durations, exists, prices, accounts, amounts)
            if pauses[node] < pauses[node + 1]:
                add_pauses(network, node, durations)
            fill_row(starts, row, floor[node])
            if span[node] != WORK or (weather is not None and ruled[node] >= 0):
                fill_row(finishes, end_row, finish_floor[node])
            elif finish_floor[node] != NEVER:
                fill_lanes(bounds, finish_floor[node])
                raise_to_bounds(starts, row, bounds, durations, np.bool_(True))
            for edge in range(into[node], into[node + 1]):
                other = predecessor[edge]
                if weather is not None and listens[node] and quiet[other]:
                    continue
                ends = starts if from_start[edge] else finishes
                other_row = start_row[other] if from_start[edge] else finish_row[other]
                if span[node] != WORK:
                    fill_bounds(maps, before[edge], lag[edge], after[edge], ends, other_row, bounds, cells)
                    widen_span(starts, row, finishes, end_row, bounds, to_finish[edge])
                elif before[edge] >= 0 or after[edge] >= 0:
                    fill_bounds(maps, before[edge], lag[edge], after[edge], ends, other_row, bounds, cells)
                    if weather is not None and ruled[node] >= 0 and to_finish[edge]:
                        raise_to_bounds(finishes, end_row, bounds, durations, np.bool_(False))
                    else:
                        raise_to_bounds(starts, row, bounds, durations, to_finish[edge])
                elif weather is not None and ruled[node] >= 0 and to_finish[edge]:
                    raise_starts(finishes, end_row, ends, other_row, lag[edge])
                elif to_finish[edge]:
                    raise_finishes(starts, row, ends, other_row, lag[edge], durations)
                else:
                    raise_starts(starts, row, ends, other_row, lag[edge])
            if weather is not None and bounded[node]:
                start_for_finish(weather, skies, node, starts, row, durations, finishes, end_row)
            if needs[node] < needs[node + 1]:
                copy_row_to(starts, row, bounds)
            for hold in range(hold_into[node], hold_into[node + 1]):
                counted = used if again == windowed[node] else 0
                if weather is not None and ruled[node] >= 0:
                    hold_in_weather(
                        holds, hold, weather, skies, node, starts, row, durations, finishes, end_row, minutes, exists, counted, bound
                    )
                else:
                    hold_starts(holds, hold, starts, row, durations, counted, bound)
            if needs[node] < needs[node + 1]:
                let_go(exists, starts, row, bounds)
            if span[node] == WORK:
                if weather is not None and ruled[node] >= 0:
                    if at_once[node]:
                        counted = used if again == windowed[node] else 0
                        stretch_singly(weather, skies, node, starts, row, durations, finishes, end_row, counted)
                    else:
                        calendar = ruled[node]
                        opens, slots, unit = first_slot[calendar], first_slot[calendar + 1] - first_slot[calendar], units[calendar]
                        if listens[node] == ONLY:
                            fill_lanes(bounds, np.int32(0))
                        else:
                            count_good(skies, calendar, opens, slots, periods[calendar], unit, starts, row, cells, bounds)
                        if listens[node]:
                            for edge in range(into[node], into[node + 1]):
                                if quiet[predecessor[edge]]:
                                    raise_goods(bounds, finishes, finish_row[predecessor[edge]])
                        if quiet[node]:
                            fill_sums(bounds, durations, finishes, end_row)
                        else:
                            always = listens[node] == ONLY
                            place_finishes(
                                skies, calendar, opens, slots, periods[calendar], unit, starts, row, durations, bounds, always, finishes,
                                end_row, cells,
                            )  # fmt: skip
                    if standby[node] and again == windowed[node]:
                        add_waiting(starts, row, finishes, end_row, durations, minutes)
                        task_costs(laws, costs, copula, shared, node, key, first, lanes, minutes, exists, prices, accounts, amounts)
                else:
                    fill_finishes(starts, row, durations, finishes, end_row)
                if windowed[node]:
                    copy_row_to(starts, row, lanes.start)
                    copy_row_to(finishes, end_row, lanes.finish)
            else:
                close_span(starts, row, finishes, end_row)
                if paid[node] < paid[node + 1]:  # a hammock costs for as long as it spans
                    fill_difference(finishes, end_row, starts, row, durations)
                    task_costs(laws, costs, copula, shared, node, key, first, lanes, durations, exists, prices, accounts, amounts)
        if decides[node] < decides[node + 1]:
            choose_by_node(choices, node, starts, row, finishes, end_row, chosen)
            if asked[node]:
                note_costs(costs, node, accounts, amounts, np.int64(1), noted)
                choose_by_cost(choices, node, noted, chosen)
        if targets[node] >= 0:
            copy_row(finishes, end_row, at_target, targets[node], 0, at_target.shape[1])


def event_block(model, active, key, first, work):
    """Occurrence and impact draws of every event, drawn again into ``work.events``, and the shared draws that they come from."""
    if len(model.copula.source) > 0:
        fill_shared(model.copula, key, first, work.lanes.bits, work.shared)
    if len(active) > 0:
        fill_events(model.events, model.copula, work.shared, active, key, first, work.events, work.lanes.deviates)


def weather_block(model, calendar, key, first, work):
    """The days that are lost to one ruled calendar, drawn again into ``work.weather.bad``."""
    sky = model.weather.sky[calendar]
    fill_bad(model.weather, sky, calendar, model.laws, model.copula, work.shared, key, first, work.weather, work.lanes)


def duration_block(model, active, key, first, used, nodes, work, durations):
    """The durations of some nodes, drawn again. nodes : int64[k]; durations : int32[k, iterations], filled here."""
    event_block(model, active, key, first, work)
    draw_nodes(
        model.network, model.laws, model.hits, model.copula, work.shared, key, first, used, nodes, work.events, work.lanes, durations
    )


@kernel
def draw_nodes(network, laws, hits, copula, shared, key, first, used, nodes, event_rows, lanes, durations):
    """As `duration_block`, the events of the block being drawn."""
    for k in range(nodes.shape[0]):
        node = nodes[k]
        law = network.law[node]
        name, quantity = network.name[node], copula.duration[node]
        if hits.into[node] == hits.into[node + 1] and laws.kind[law] == POLYNOMIAL:
            if quantity >= 0:
                correlate(copula, quantity, shared, key, name, first, lanes.bits, lanes.deviates)
            else:
                draw_bits(key, name, first, lanes.bits)
                fill_deviates(lanes.bits, lanes.deviates)
            low, high = laws.bounds[law, 0], laws.bounds[law, 1]
            whole_minutes(laws.powers, laws.row[law], low, high, lanes.deviates, lanes.durations)
        else:
            draw_durations(laws, law, copula, quantity, shared, key, name, first, hits, node, event_rows, lanes, np.int64(0))
        for lane in range(used):
            durations[k, first + lane] = lanes.durations[lane]


__all__ = [
    "Bookings", "Conversions", "Copula", "Costs", "EventRows", "Events", "Held", "Hits", "Holds", "Lanes", "Laws", "Model", "Months",
    "Network", "Reference", "Rows", "Spending", "Tally", "Weather", "WeatherRows", "Workspace", "backward_pass", "duration_block",
    "event_block", "forward_pass", "place_nodes", "weather_block", "widen_ranges",
]  # fmt: skip
