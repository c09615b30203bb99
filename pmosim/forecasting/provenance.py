"""Where a forecast came from."""

from __future__ import annotations

import platform
from importlib.metadata import version

from pmosim.engine.simulation import LATIN_HYPERCUBE, RANDOM, Run
from pmosim.model.fingerprint import fingerprint
from pmosim.model.project import Portfolio
from pmosim.results.records import Provenance


def provenance_of(portfolio: Portfolio, run: Run, confidence: float, source: str, overrides: tuple[str, ...] = ()) -> Provenance:
    versions = {name: version(name) for name in ("numpy", "scipy", "numba")}
    return Provenance(
        fingerprint(portfolio),
        run.seed,
        run.iterations,
        confidence,
        portfolio.status_date,
        {"pmosim": own_version(), "python": platform.python_version()} | versions,
        source,
        LATIN_HYPERCUBE if run.strata else RANDOM,
        overrides,
    )


def own_version() -> str:
    from importlib.metadata import PackageNotFoundError

    try:
        return version("pmosim")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "unknown"
