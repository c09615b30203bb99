"""One block of iterations, from draws to what is kept of it: the functions that the threads call."""

from typing import NamedTuple

import numpy as np
from numba import njit

from pmosim.engine.kernels.analysis import Held, Reference, Tally, backward_pass, ranges
from pmosim.engine.kernels.cost import Costs, risk_costs, task_costs
from pmosim.engine.kernels.passes import Conversions, Network, Rows, place, place_span
from pmosim.engine.kernels.sampling import EventRows, Events, Hits, Lanes, Laws, draw_durations, fill_events


class Model(NamedTuple):
    """Everything the kernels know of a portfolio."""

    network: Network
    maps: Conversions
    inverse: Conversions  # for each map, the latest position that still lands no later
    laws: Laws
    hits: Hits
    events: Events
    costs: Costs
    cost_item: np.ndarray  # int32[nodes]: its place among the costs, or -1
    targets: np.ndarray  # int32[nodes]: its place among the targets, or -1
    ends_project: np.ndarray  # bool[nodes]: the finish of a project or of the portfolio


class Workspace(NamedTuple):
    """What a thread needs for a block."""

    events: EventRows
    lanes: Lanes
    accounts: np.ndarray  # int64[accounts, lanes]: hundredths of the currency
    at_target: np.ndarray  # int32[targets, lanes]


@njit(nogil=True, cache=True)
def forward_pass(model, active, seed, first, rows, work, starts, finishes):
    """Draw every duration and place every node of one block.

    Parameters
    ----------
    active : bool[events], those that may occur
    seed : uint64; first : int64, the block's first iteration, a multiple of GROUP
    starts, finishes : int32[rows, lanes], filled here through ``rows``

    Fills ``work.at_target`` and ``work.accounts``.
    """
    network, lanes = model.network, work.lanes
    fill_events(model.events, active, seed, first, work.events)
    work.accounts[:] = 0
    if model.costs.event.shape[0] > 0:
        risk_costs(model.laws, model.costs, seed, first, work.events, lanes, work.accounts)
    for node in range(network.law.shape[0]):
        if network.span[node]:
            place_span(network, model.maps, rows, node, starts, finishes, lanes)
            continue
        draw_durations(
            model.laws, network.law[node], seed, network.name[node], first, model.hits, node, work.events, lanes, lanes.durations
        )  # fmt: skip
        place(network, model.maps, rows, node, starts, finishes, lanes, lanes.durations)
        if model.targets[node] >= 0:
            work.at_target[model.targets[node]] = finishes[rows.finish[node]]
        if model.cost_item[node] >= 0:
            task_costs(model.laws, model.costs, model.cost_item[node], seed, first, lanes, lanes.durations, work.accounts)


@njit(nogil=True, cache=True)
def finish_block(model, active, seed, first, used, rows, work, starts, finishes, at_target, accounts):
    """Finishes and costs alone. at_target : int32[targets, iterations]; accounts : int64[accounts, iterations]."""
    forward_pass(model, active, seed, first, rows, work, starts, finishes)
    at_target[:, first : first + used] = work.at_target[:, :used]
    accounts[:, first : first + used] = work.accounts[:, :used]


@njit(nogil=True, cache=True)
def analysis_block(model, active, seed, first, used, rows, work, held, reference, tally, at_target, accounts):
    """The full analysis: finishes and costs, and what the backward pass says of every node."""
    forward_pass(model, active, seed, first, rows, work, held.starts, held.finishes)
    at_target[:, first : first + used] = work.at_target[:, :used]
    accounts[:, first : first + used] = work.accounts[:, :used]
    backward_pass(
        model.network, model.maps, model.inverse, model.ends_project, model.targets, reference, held, used, work.lanes, tally
    )  # fmt: skip


@njit(nogil=True, cache=True)
def range_block(model, active, seed, first, used, rows, work, starts, finishes, low, high):
    """Ranges of every node's start and finish; low, high : int32[2, nodes], widened here."""
    forward_pass(model, active, seed, first, rows, work, starts, finishes)
    ranges(starts, finishes, used, low, high)


@njit(nogil=True, cache=True)
def duration_block(model, active, seed, first, used, nodes, work, durations):
    """The durations of some nodes, drawn again. nodes : int64[k]; durations : int32[k, iterations], filled here."""
    fill_events(model.events, active, seed, first, work.events)
    network, lanes = model.network, work.lanes
    for k in range(nodes.shape[0]):
        node = nodes[k]
        draw_durations(
            model.laws, network.law[node], seed, network.name[node], first, model.hits, node, work.events, lanes, lanes.durations
        )  # fmt: skip
        durations[k, first : first + used] = lanes.durations[:used]


@njit(nogil=True, cache=True)
def event_block(model, active, seed, first, used, work, occurs, impacts):
    """Occurrences and impact draws of every event. occurs : bool[events, iterations]; impacts : float32, likewise."""
    fill_events(model.events, active, seed, first, work.events)
    occurs[:, first : first + used] = work.events.occurs[:, :used]
    impacts[:, first : first + used] = work.events.deviates[:, :used]


__all__ = [
    "Conversions", "Costs", "EventRows", "Events", "Held", "Hits", "Lanes", "Laws", "Model", "Network", "Reference", "Rows", "Tally",
    "Workspace", "analysis_block", "duration_block", "event_block", "finish_block", "range_block",
]  # fmt: skip
