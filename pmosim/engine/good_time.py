"""Work counted in good minutes: for finishes alone, most tasks under weather need no look at which days are lost.

The good minutes before a position grow with it, so those before the latest of several finishes are the most of those before each.
Work that only other work of the same calendar waits for, finish to start and without a lag, can therefore hand on good minutes:
to add up and compare them is all that a plain task does. Where anything else asks, the finish is looked up in the lane's table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmosim.engine.kernels.blocks import Model
from pmosim.engine.kernels.passes import NEVER, WORK
from pmosim.engine.kernels.weather import ONLY

Bools = NDArray[np.bool_]

SOME = 1


def in_good_time(model: Model) -> Model:
    """The same finishes of all targets, while those of other nodes may be counted in good minutes."""
    if not (model.weather.node >= 0).any():
        return model
    network, weather, count = model.network, model.weather, len(model.network.law)
    quiet, gate = _quiet(model)
    hears = quiet[network.predecessor]
    deaf = _any(network.successor, ~hears, count)
    begun = _any(network.successor, hears & _covered(model), count)
    listens = np.where(_any(network.successor, hears, count), np.where(begun & ~deaf, ONLY, SOME), 0).astype(np.uint8)
    plain = quiet & (listens == ONLY)
    node = np.where(plain, np.int32(-1), weather.node)
    into = gate[network.successor]
    node[network.successor[into]] = weather.node[network.predecessor[into]]
    return model._replace(
        network=network._replace(floor=np.where(plain, np.int32(0), network.floor)),
        weather=weather._replace(node=node, quiet=quiet, listens=np.where(plain, np.uint8(0), listens)),
    )


def _quiet(model: Model) -> tuple[Bools, Bools]:
    """Nodes whose finish nobody asks for but work of the same calendar and milestones, and these milestones.

    Who asks must have work in every iteration: of no work the start would be asked, which may lie on a lost day. So a milestone
    must wait for such work alone.
    """
    network, weather = model.network, model.weather
    count, before, after = len(network.law), network.predecessor, network.successor
    lengths = (np.diff(of.astype(np.int64)) for of in (model.choices.needs, model.choices.decides, model.holds.into))
    special = np.logical_or.reduce([some > 0 for some in lengths]) | model.hits.windowed.astype(np.bool_)
    special |= (network.span != WORK) | (network.finish_floor != NEVER) | weather.bounded
    simple = (weather.node >= 0) & ~special & ~(weather.at_once | weather.standby)
    lowest, highest = model.laws.bounds[network.law, :2].T
    sure = np.diff(model.hits.into) == 0
    lasting, nothing = sure & (lowest >= 1), sure & (lowest == 0) & (highest == 0)
    direct = ~(network.from_start | network.to_finish) & (network.lag == 0) & (network.first < 0) & (network.second < 0)
    first = np.full(count, -1, np.int32)
    first[after] = weather.node[before]
    fit = direct & (simple & lasting)[before] & (weather.node[before] == first[after])
    gate = nothing & ~special & (weather.node < 0) & ~_any(after, ~fit, count) & _any(after, _covered(model), count)
    while True:
        heard = direct & (gate[after] | (simple[after] & (weather.node[before] == weather.node[after])))
        quiet = simple & (model.targets < 0) & ~_any(before, ~heard, count)
        _silence(model, quiet, simple & ~lasting)
        failing = gate & _any(after, ~quiet[before], count)
        if not failing.any():
            return quiet, gate
        gate &= ~failing


def _silence(model: Model, quiet: Bools, asks: Bools) -> None:
    """Take out of ``quiet`` what is waited for by nodes that are not quiet and may have no work."""
    network = model.network
    asking = [*np.nonzero(asks & ~quiet)[0]]
    while asking:
        node = asking.pop()
        for waited in network.predecessor[network.into[node] : network.into[node + 1]]:
            if quiet[waited]:
                quiet[waited] = False
                asking += [waited] if asks[waited] else []


def _covered(model: Model) -> Bools:
    """Edges from what cannot begin before the first date of what waits for it, which therefore needs no look at that date."""
    network = model.network
    return network.floor[network.predecessor] >= network.floor[network.successor]


def _any(nodes: NDArray[Any], flags: Bools, count: int) -> Bools:
    """For each node whether any of its edges has the flag."""
    found = np.zeros(count, np.bool_)
    found[nodes[flags]] = True
    return found
