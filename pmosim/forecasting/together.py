"""The probability that a chosen set of promises is kept in one and the same future."""

from __future__ import annotations

from collections.abc import Sequence

from pmosim.engine.compiled import Compiled
from pmosim.engine.simulation import Samples
from pmosim.forecasting.scales import Scale
from pmosim.forecasting.targets import label_of, promises_kept
from pmosim.model.project import Together
from pmosim.results.exposure import all_kept
from pmosim.results.shared import TogetherForecast


def forecast_together(
    compiled: Compiled, samples: Samples, scales: dict[str, Scale], confidence: float, asked: Sequence[Together] = ()
) -> tuple[TogetherForecast, ...]:
    """Of the sets that the portfolio names, then of those that are asked for besides."""
    met = promises_kept(compiled, samples, scales)
    found = []
    for one in (*compiled.portfolio.together, *asked):
        probability, product = all_kept([met[node] for node in one.nodes], confidence)
        name = one.name or ", ".join(label_of(compiled.portfolio, node) for node in one.nodes)
        found.append(TogetherForecast(name, one.nodes, probability, product))
    return tuple(found)
