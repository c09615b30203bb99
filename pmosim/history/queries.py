"""Questions to a ledger, and what its rows become: records that know nothing of databases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from pmosim.history import entries
from pmosim.history.schema import runs, targets
from pmosim.results.ledger import Actual, Figure, Pruned, QuantileCurve, RunInfo


def weight(row: Row[Any]) -> tuple[bool, datetime, int]:
    return row.as_of is None, row.as_of or datetime.min, row.id


def actual_of(row: Row[Any]) -> Actual:
    value = row.number if row.kind == "cost" else row.date
    return Actual(row.project, row.node, row.kind, value, row.recorded.replace(tzinfo=UTC), row.source, row.run)


def run_columns() -> Select[Any]:
    """All of a run but its bulk."""
    return select(*(column for column in runs.c if column.name != "forecast"), runs.c.forecast.is_not(None).label("is_complete"))


def info_of(row: Row[Any]) -> RunInfo:
    return RunInfo(
        row.id,
        row.key,
        row.project,
        row.status_date,
        row.recorded.replace(tzinfo=UTC),
        row.fingerprint,
        int(row.seed),
        row.iterations,
        row.sampling,
        row.confidence,
        json.loads(row.versions),
        row.machine,
        row.source,
        row.currency,
        bool(row.is_complete),
    )


def joined(table: Any) -> Any:
    return runs.join(table, table.c.run == runs.c.id).join(targets, and_(targets.c.run == table.c.run, targets.c.target == table.c.target))


def between(query: Select[Any], project: str | None, since: datetime | None, until: datetime | None) -> Select[Any]:
    if project is not None:
        query = query.where(runs.c.project == project)
    if since is not None:
        query = query.where(runs.c.status_date >= entries.plain_moment(since))
    if until is not None:
        query = query.where(runs.c.status_date <= entries.plain_moment(until))
    return query


def last_runs(connection: Connection, project: str | None) -> set[int]:
    """Of each project and status date, the run that was added last."""
    query = between(select(func.max(runs.c.id)), project, None, None).group_by(runs.c.project, runs.c.status_date)
    return set(connection.execute(query).scalars())


def last_dates(connection: Connection, keep: int) -> set[tuple[str, datetime]]:
    dates: dict[str, list[datetime]] = {}
    query = select(runs.c.project, runs.c.status_date).distinct().order_by(runs.c.status_date.desc())
    for project, status in connection.execute(query):
        dates.setdefault(project, []).append(status)
    return {(project, status) for project, some in dates.items() for status in some[:keep]}


def portions(ids: list[int], size: int = 500) -> Iterator[list[int]]:
    yield from (ids[at : at + size] for at in range(0, len(ids), size))


def pruned_of(row: Mapping[Any, Any]) -> Pruned:
    return Pruned(row["recorded"].replace(tzinfo=UTC), row["keep"], row["runs"], row["models"], row["bytes"])


WHERE = (runs.c.id, runs.c.project, runs.c.status_date, targets.c.target, targets.c.label, targets.c.kind)
"""Of a figure or a curve, in the order of its record."""


def figure_of(row: Row[Any]) -> Figure:
    parts: list[Any] = list(row)
    moments, numbers = parts[8:11], parts[11:14]
    return Figure(*parts[:8], *(numbers if moments[0] is None else moments))


def curve_of(row: Row[Any]) -> QuantileCurve:
    parts: list[Any] = list(row)
    parts[-1] = entries.points_of(parts[-1], parts[-2])
    return QuantileCurve(*parts)
