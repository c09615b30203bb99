"""All checks in their order, put to a portfolio."""

from __future__ import annotations

from collections.abc import Iterable

from pmosim.model.project import Portfolio
from pmosim.quality import dcma, logic, simulation
from pmosim.quality.basis import Basis, PlaceOf
from pmosim.quality.records import Check, Finding, Report

CHECKS: tuple[Check, ...] = (*dcma.CHECKS, *logic.CHECKS, *simulation.CHECKS)


def check(portfolio: Portfolio, place_of: PlaceOf | None = None) -> tuple[Finding, ...]:
    """The answer to each of `CHECKS`, in their order. ``place_of`` says where a task or risk stands, by id."""
    basis = Basis(portfolio, place_of)
    return tuple(finding for family in (dcma, logic, simulation) for finding in family.findings(basis))


def report(portfolio: Portfolio, source: str, place_of: PlaceOf | None = None, before: Iterable[Finding] = ()) -> Report:
    """The same as a report on a file, after what others have found (``before``: how its dates agree)."""
    return Report(portfolio.name, source, portfolio.status_date.isoformat(), (*before, *check(portfolio, place_of)))
