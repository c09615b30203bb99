"""One scenario, as it was read, into its forecast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pmosim.exchange.parity import parity_of_imports

if TYPE_CHECKING:
    from pmosim.model.project import Together
    from pmosim.results.records import Forecast
    from pmosim.scenario.reader import Scenario


def forecast_of(
    read: Scenario,
    *,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    together: tuple[Together, ...] = (),
) -> Forecast:
    """The forecast of a scenario, with the iterations, seed and sampling that its settings say.

    ``together``: sets of promises to be asked for besides its own.
    """
    from pmosim.forecasting import Precision, forecast

    settings = read.settings
    return forecast(
        read.portfolio,
        iterations=settings.iterations,
        seed=settings.seed,
        confidence=settings.confidence,
        sampling=settings.sampling,
        precision=Precision(settings.precision, settings.level, settings.most) if settings.precision else None,
        threads=threads,
        progress=progress,
        notes=read.notes,
        parity=parity_of_imports(read.portfolio),
        source=read.path.name,
        overrides=read.overrides,
        together=together,
    )
