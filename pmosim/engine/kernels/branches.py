"""Which way each branch goes in each lane, and which tasks exist."""

from typing import NamedTuple

import numpy as np

from pmosim.engine.kernels.compiling import inner, kernel
from pmosim.engine.kernels.strata import draw_bits


class Choices(NamedTuple):
    """Branches and their ways. Those of branch b are ``first[b]:first[b + 1]``."""

    name: np.ndarray  # uint64[branches]: of the draw
    first: np.ndarray  # int64[branches + 1]
    limit: np.ndarray  # int64[ways]: taken where the word is below, or the position, duration or cost not above; the first such one
    by_duration: np.ndarray  # bool[branches]
    by_cost: np.ndarray  # bool[nodes]: of the branches that the node decides, some wait for what it costs
    costs: np.ndarray  # bool[branches]: decided by a cost
    by_chance: np.ndarray  # bool[branches]
    branch: np.ndarray  # int32[ways]
    decides: np.ndarray  # int64[nodes + 1]: node i decides the branches decided[decides[i]:decides[i + 1]]
    decided: np.ndarray  # int32
    needs: np.ndarray  # int64[nodes + 1]: node i exists where all of the ways way[needs[i]:needs[i + 1]] are taken
    way: np.ndarray  # int32


@kernel
def choose_by_chance(choices, key, first, bits, chosen):
    """bits : uint32[lanes], scratch; chosen : int32[branches, lanes], filled here."""
    for branch in range(choices.name.shape[0]):
        if not choices.by_chance[branch]:
            continue
        draw_bits(key, choices.name[branch], first, bits)
        for lane in range(bits.shape[0]):
            way = choices.first[branch]
            while np.int64(bits[lane]) >= choices.limit[way]:
                way += 1
            chosen[branch, lane] = way


@inner
def choose_by_node(choices, node, starts, row, finishes, end_row, chosen):
    """The branches that wait for this node's finish or duration."""
    for place in range(choices.decides[node], choices.decides[node + 1]):
        branch = choices.decided[place]
        if choices.costs[branch]:
            continue
        for lane in range(chosen.shape[1]):
            value = np.int64(finishes[end_row, lane])
            value -= np.int64(starts[row, lane]) if choices.by_duration[branch] else np.int64(0)
            way = choices.first[branch]
            while value > choices.limit[way]:
                way += 1
            chosen[branch, lane] = way


@inner
def choose_by_cost(choices, node, paid, chosen):
    """The branches that wait for what this node costs; paid : int64[lanes], hundredths of the currency."""
    for place in range(choices.decides[node], choices.decides[node + 1]):
        branch = choices.decided[place]
        if not choices.costs[branch]:
            continue
        for lane in range(chosen.shape[1]):
            way = choices.first[branch]
            while paid[lane] > choices.limit[way]:
                way += 1
            chosen[branch, lane] = way


@inner
def fill_exists(choices, node, chosen, exists):
    """In which lanes the node exists; exists : bool[lanes], filled here."""
    for lane in range(exists.shape[0]):
        exists[lane] = True
    for place in range(choices.needs[node], choices.needs[node + 1]):
        way = choices.way[place]
        branch = choices.branch[way]
        for lane in range(exists.shape[0]):
            exists[lane] = exists[lane] and chosen[branch, lane] == way


@inner
def keep_existing(exists, values):
    """Nothing where the node does not exist; values : int32[lanes]."""
    for lane in range(values.shape[0]):
        values[lane] = values[lane] if exists[lane] else np.int32(0)


@inner
def let_go(exists, starts, row, free):
    """What does not exist stands where its links put it, whatever its constraints hold; free : int32[lanes], that start."""
    for lane in range(free.shape[0]):
        starts[row, lane] = starts[row, lane] if exists[lane] else free[lane]
