"""The ledger: every forecast ever made, with its model, so that it can be drawn, compared and run again.

It is append-only: a run is added whole or not at all, never changed, and the same run is never there twice. What really happened is
recorded beside the forecasts. `prune` alone takes something out, and only what figures do not need.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, func, insert, select, update
from sqlalchemy.engine import URL

from pmosim.errors import OutsideFailure, UnreadableFile, did_you_mean
from pmosim.forecasting.provenance import own_version
from pmosim.history import entries, upgrading
from pmosim.history.connecting import WRITES, address_of, engine_for, shown, told
from pmosim.history.queries import (
    WHERE,
    actual_of,
    between,
    curve_of,
    figure_of,
    info_of,
    joined,
    last_dates,
    last_runs,
    portions,
    pruned_of,
    run_columns,
    weight,
)
from pmosim.history.schema import actuals, curves, figures, models, prunings, runs, targets
from pmosim.model.fingerprint import fingerprint
from pmosim.model.project import Portfolio
from pmosim.model.stored import portfolio_from_text, portfolio_to_text
from pmosim.results.ledger import Actual, Added, Figure, Pruned, QuantileCurve, RunInfo
from pmosim.results.records import Forecast

BY_HAND = "by hand"
BY_SCHEDULE = "schedule"

KINDS = ("start", "finish", "cost")
"""Of actuals."""


def open_ledger(place: str | Path, *, create: bool = True) -> Ledger:
    """The ledger at a path, or at a URL: ``sqlite:///file`` or ``postgresql+psycopg://user@host/database``.

    A schema of an earlier version is brought up to date. With ``create``, a ledger that is not there yet is made.

    Raises OutsideFailure where the database cannot be reached, read or written, is no ledger, or was made by a later version;
    UnreadableFile where there is none and none is to be made, or for what is no address; MissingExtra without the driver.
    """
    url = address_of(place)
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        if not create and not file.exists():
            raise UnreadableFile(
                f"there is no ledger '{file}'\n  fix: name another one with --ledger, or make it with 'pmosim run --ledger'"
            )
        if not file.absolute().parent.is_dir():
            raise OutsideFailure(f"cannot open the ledger '{file}': its folder does not exist\n  fix: make the folder, or name another one")
    engine = engine_for(url)
    try:
        with told(url, "open"):
            upgrading.upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(url, engine)


def run_key(project: str, status_date: datetime, model: str, settings: Mapping[str, Any]) -> str:
    """sha256 of all that decides the figures of a run: what has the same key is the same run.

    ``model`` is the digest of the whole stored model, descriptions included; ``settings`` are those of the simulation.
    """
    parts = [project, entries.plain_moment(status_date).isoformat(), model, sorted(settings.items()), own_version()]
    return entries.digest_of(json.dumps(parts))


class Ledger:
    """An open ledger; `open_ledger` makes it. To be closed, or used in a ``with`` statement. Threads may share it."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url, self._engine = url, engine

    @property
    def name(self) -> str:
        """Where it is, without any password."""
        return shown(self._url)

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # writing

    def add(self, forecast: Forecast, portfolio: Portfolio, *, project: str | None = None) -> Added:
        """Write down a forecast with the model it was made of, and what has happened by then according to that model.

        ``project`` is the name under which it will be found, the forecast's own by default. Adding the same run again changes nothing.

        Raises ValueError where the forecast is not one of this portfolio, OutsideFailure where the ledger cannot be written.
        """
        if fingerprint(portfolio) != forecast.provenance.fingerprint:
            raise ValueError("the forecast was made of another portfolio than the one given with it")
        name = forecast.name if project is None else project
        text = portfolio_to_text(portfolio)
        digest = entries.digest_of(text)
        row = _run_row(forecast, name, digest)
        row["key"] = run_key(name, forecast.provenance.status_date, digest, settings_of(forecast))
        parts = (
            (targets, entries.target_rows(forecast)),
            (figures, list(entries.figure_rows(forecast))),
            (curves, list(entries.curve_rows(forecast))),
        )
        model, happened = entries.packed(text), list(entries.actual_rows(portfolio))
        with self._writing("add to") as connection:
            there = connection.execute(select(runs.c.id).where(runs.c.key == row["key"])).scalar_one_or_none()
            if there is not None:
                return Added(there, False)
            if connection.execute(select(models.c.digest).where(models.c.digest == digest)).first() is None:
                connection.execute(insert(models), {"digest": digest, "text": model})
            run = connection.execute(insert(runs).returning(runs.c.id), row).scalar_one()
            for table, rows in parts:
                if rows:
                    connection.execute(insert(table), [{"run": run} | one for one in rows])
            _add_actuals(connection, name, run, row["status_date"], happened)
            return Added(run, True)

    def record_actual(
        self, project: str, node: str, kind: str, value: datetime | float, *, source: str = BY_HAND, recorded: datetime | None = None
    ) -> None:
        """Write down by hand what really happened. It counts before what schedules say; the last record of a node counts.

        ``kind`` is "start" or "finish" with a moment, or "cost" with an amount.

        Raises UnreadableFile for a project or node that no run has.
        """
        if kind not in KINDS or (kind == "cost") is isinstance(value, datetime):
            raise ValueError(f"{value!r} is no actual {kind}")
        row = _actual_row(project, node, kind, value) | {"recorded": _utc(recorded), "source": source}
        known = self.nodes(project)
        if node not in known:
            fix = did_you_mean(node, known, f"name one of {', '.join(sorted(known)[:5])}" if known else "see 'pmosim ledger list'")
            raise UnreadableFile(f"no run of '{project}' in the ledger knows '{node}'\n  fix: {fix}")
        with self._writing("record an actual in") as connection:
            connection.execute(insert(actuals), row)

    def prune(self, keep: int) -> Pruned:
        """Drop models and whole forecasts of all but the last ``keep`` status dates of each project; figures, curves and actuals stay.

        Runs so pruned are still in every trend, but cannot be run or drawn again.
        """
        if keep < 0:
            raise ValueError(f"the number of status dates to keep is 0 or more, not {keep}")
        with self._writing("prune") as connection:
            kept = last_dates(connection, keep)
            old = select(runs.c.id, runs.c.project, runs.c.status_date, func.length(runs.c.forecast)).where(runs.c.forecast.is_not(None))
            gone = [(id, size) for id, project, status, size in connection.execute(old) if (project, status) not in kept]
            for some in portions([id for id, _ in gone]):
                connection.execute(update(runs).where(runs.c.id.in_(some)).values(model=None, forecast=None))
            unused = models.c.digest.not_in(select(runs.c.model).where(runs.c.model.is_not(None)))
            sizes = connection.execute(select(func.length(models.c.text)).where(unused)).scalars().all()
            connection.execute(models.delete().where(unused))
            done = {"keep": keep, "runs": len(gone), "models": len(sizes), "bytes": sum(size for _, size in gone) + sum(sizes)}
            row = {"recorded": _utc(None)} | done
            if gone:
                connection.execute(insert(prunings), row)
        return pruned_of(row)

    # reading

    def projects(self) -> tuple[str, ...]:
        """Names under which there are runs, in alphabetical order."""
        with self._reading() as connection:
            return tuple(connection.execute(select(runs.c.project).distinct().order_by(runs.c.project)).scalars())

    def runs(self, project: str | None = None, since: datetime | None = None, until: datetime | None = None) -> list[RunInfo]:
        """Runs of one project or of all, by status date, then in the order in which they were added; both dates are included."""
        with self._reading() as connection:
            found = connection.execute(between(run_columns(), project, since, until).order_by(runs.c.status_date, runs.c.id))
            return [info_of(row) for row in found]

    def run(self, id: int) -> RunInfo:
        """Raises UnreadableFile where there is no such run."""
        with self._reading() as connection:
            row = connection.execute(run_columns().where(runs.c.id == id)).first()
        if row is None:
            raise UnreadableFile(f"the ledger '{self.name}' has no run {id}\n  fix: see 'pmosim ledger list'")
        return info_of(row)

    def latest(self, project: str, before: datetime | None = None) -> RunInfo | None:
        """The last run of the last status date, or of the last one before a given one."""
        query = run_columns().where(runs.c.project == project).order_by(runs.c.status_date.desc(), runs.c.id.desc()).limit(1)
        if before is not None:
            query = query.where(runs.c.status_date < entries.plain_moment(before))
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else info_of(row)

    def find(self, portfolio: Portfolio, settings: Mapping[str, Any], *, project: str | None = None) -> RunInfo | None:
        """The run that forecasting this portfolio with these settings would add, if it is there: then it need not be simulated again.

        ``settings`` as of `settings_for`.
        """
        digest = entries.digest_of(portfolio_to_text(portfolio))
        key = run_key(portfolio.name if project is None else project, portfolio.status_date, digest, settings)
        with self._reading() as connection:
            row = connection.execute(run_columns().where(runs.c.key == key)).first()
        return None if row is None else info_of(row)

    def forecast(self, id: int) -> Forecast:
        """The whole forecast of a run. Raises UnreadableFile where there is no such run, or it was pruned."""
        return Forecast.from_json(self.forecast_text(id))

    def forecast_text(self, id: int) -> str:
        """The same as the text of its forecast.json, as it was stored."""
        return entries.unpacked(self._whole(id, runs.c.forecast, runs))

    def portfolio(self, id: int) -> Portfolio:
        """The model of a run. Raises UnreadableFile where there is no such run, or it was pruned."""
        return portfolio_from_text(entries.unpacked(self._whole(id, models.c.text, runs.outerjoin(models))))

    def _whole(self, id: int, column: Any, source: Any) -> bytes:
        self.run(id)
        with self._reading() as connection:
            data = connection.execute(select(column).select_from(source).where(runs.c.id == id)).scalar_one()
        if data is None:
            raise UnreadableFile(f"run {id} was pruned: only its figures and curves are left\n  fix: name a later run")
        return data

    def figures(
        self,
        project: str | None = None,
        target: str | None = None,
        names: Iterable[str] = (),
        *,
        quantity: str | None = None,
        kinds: Iterable[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        every_run: bool = False,
    ) -> list[Figure]:
        """Figures in the order of status dates, then of the targets in their forecasts.

        Of several runs of a project at one status date the last one counts, unless ``every_run``. Without ``names``, all figures;
        ``kinds``: of "project", "portfolio" and "milestone", all where none is named.
        """
        values = [column for column in figures.c if column.name not in ("run", "target")]
        query = between(select(*WHERE, *values), project, since, until)
        query = query.select_from(joined(figures)).order_by(runs.c.status_date, runs.c.id, targets.c.place)
        for column, wanted in ((figures.c.target, target), (figures.c.quantity, quantity)):
            query = query if wanted is None else query.where(column == wanted)
        chosen = list(names)
        query = query.where(figures.c.name.in_(chosen)) if chosen else query
        of_kinds = list(kinds)
        query = query.where(targets.c.kind.in_(of_kinds)) if of_kinds else query
        with self._reading() as connection:
            rows = connection.execute(query).all()
            last = None if every_run else last_runs(connection, project)
        return [figure_of(row) for row in rows if last is None or row[0] in last]

    def curves(
        self,
        project: str | None = None,
        target: str | None = None,
        quantity: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        every_run: bool = False,
    ) -> list[QuantileCurve]:
        """Quantile curves, chosen and ordered as `figures` are."""
        query = between(select(*WHERE, curves.c.quantity, curves.c.points), project, since, until)
        query = query.select_from(joined(curves)).order_by(runs.c.status_date, runs.c.id, targets.c.place, curves.c.quantity.desc())
        for column, wanted in ((curves.c.target, target), (curves.c.quantity, quantity)):
            query = query if wanted is None else query.where(column == wanted)
        with self._reading() as connection:
            rows = connection.execute(query).all()
            last = None if every_run else last_runs(connection, project)
        return [curve_of(row) for row in rows if last is None or row[0] in last]

    def actuals(self, project: str | None = None, *, every_record: bool = False) -> list[Actual]:
        """What really happened, in the order of the nodes: of each node the record that counts, or with ``every_record`` all of them.

        What was recorded by hand counts before what schedules say; then the latest status date; then what was recorded last.
        """
        query = select(actuals).order_by(actuals.c.project, actuals.c.node, actuals.c.kind, actuals.c.id)
        query = query if project is None else query.where(actuals.c.project == project)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        if not every_record:
            best: dict[tuple[str, str, str], Row[Any]] = {}
            for row in rows:
                place = (row.project, row.node, row.kind)
                if place not in best or weight(row) > weight(best[place]):
                    best[place] = row
            rows = list(best.values())
        return [actual_of(row) for row in rows]

    def has_figures_of(self, id: int, forecast: Forecast) -> bool:
        """Whether the rows beside a stored forecast are those that it would be given now; of an earlier version there may be fewer."""
        with self._reading() as connection:
            rows = connection.execute(select(figures).where(figures.c.run == id)).mappings().all()
        return bool(rows) and _as_set(rows) <= _as_set({"run": id} | row for row in entries.figure_rows(forecast))

    def prunings(self) -> list[Pruned]:
        """All that was ever pruned, in that order."""
        columns = [column for column in prunings.c if column.name != "id"]
        with self._reading() as connection:
            rows = connection.execute(select(*columns).order_by(prunings.c.id)).mappings().all()
        return [pruned_of(row) for row in rows]

    def nodes(self, project: str) -> set[str]:
        """Whatever has a forecast or an actual in the project: targets of all its runs, and the tasks of the last one."""
        with self._reading() as connection:
            known = select(targets.c.target).join(runs, runs.c.id == targets.c.run).where(runs.c.project == project).distinct()
            found = set(connection.execute(known).scalars())
        last = self.latest(project)
        return found | (set(self.portfolio(last.id).tasks) if last is not None and last.is_complete else set())

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self._url, "read"), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self, doing: str) -> Iterator[Connection]:
        """A transaction that has its turn to write: what is done in it is there when it ends, or nothing of it."""
        with told(self._url, doing), self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection


def settings_for(
    *, iterations: int, seed: int, confidence: float = 0.95, sampling: str = "random", precision: Any = None
) -> dict[str, Any]:
    """The settings that, beside the model, decide the figures: those of `pmosim.forecasting.forecast`, by the same names."""
    many = iterations if precision is None else [precision.days, precision.level, precision.most]
    return {"iterations": many, "seed": seed, "confidence": confidence, "sampling": sampling}


def settings_of(made: Forecast) -> dict[str, Any]:
    """With which settings a forecast was made."""
    origin = made.provenance
    return settings_for(
        iterations=origin.iterations, seed=origin.seed, confidence=origin.confidence, sampling=origin.sampling, precision=made.stopping
    )


def machine() -> str:
    """System and processor, as far as arithmetic could depend on them."""
    return f"{platform.system()} {platform.machine()}"


def _run_row(made: Forecast, project: str, digest: str) -> dict[str, Any]:
    origin = made.provenance
    return {
        "project": project,
        "status_date": entries.plain_moment(origin.status_date),
        "recorded": _utc(None),
        "fingerprint": origin.fingerprint,
        "seed": str(origin.seed),
        "iterations": origin.iterations,
        "sampling": origin.sampling,
        "confidence": origin.confidence,
        "versions": json.dumps(origin.versions),
        "machine": machine(),
        "source": origin.source,
        "currency": made.currency,
        "model": digest,
        "forecast": entries.packed(made.to_json()),
    }


def _as_set(rows: Iterable[Any]) -> set[tuple[Any, ...]]:
    return {tuple(row[column.name] for column in figures.c) for row in rows}


def _utc(moment: datetime | None) -> datetime:
    """Databases keep moments without a zone; those of recording are UTC."""
    return (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)


def _add_actuals(connection: Connection, project: str, run: int, status: datetime, happened: list[dict[str, Any]]) -> None:
    """Write down what the model says has happened, as far as it is news."""
    if not happened:
        return
    known: dict[tuple[str, str], Row[Any]] = {}
    said = select(actuals).where(actuals.c.project == project, actuals.c.as_of.is_not(None), actuals.c.as_of <= status)
    for row in connection.execute(said.order_by(actuals.c.as_of, actuals.c.id)):
        known[row.node, row.kind] = row
    news = [
        one | {"project": project, "recorded": _utc(None), "as_of": status, "source": BY_SCHEDULE, "run": run}
        for one in happened
        if (one["node"], one["kind"]) not in known or _said(known[one["node"], one["kind"]]) != (one["date"], one["number"])
    ]
    if news:
        connection.execute(insert(actuals), news)


def _said(row: Row[Any]) -> tuple[datetime | None, float | None]:
    return row.date, row.number


def _actual_row(project: str, node: str, kind: str, value: datetime | float) -> dict[str, Any]:
    moment = entries.plain_moment(value) if isinstance(value, datetime) else None
    return {"project": project, "node": node, "kind": kind, "date": moment, "number": None if moment else value}


__all__ = ["BY_HAND", "BY_SCHEDULE", "KINDS", "Ledger", "open_ledger", "run_key", "settings_for", "settings_of"]
