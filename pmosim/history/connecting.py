"""The way to the database of a ledger: a file for one, a server for a team. What fails there is told in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from pmosim.errors import MissingExtra, OutsideFailure, UnreadableFile

WAIT = 60.0
"""How long one writer waits for another. [seconds]"""

LOCK = 0x706D6F73
"""Of PostgreSQL's advisory locks, the one under which ledgers are written: one writer at a time, as in SQLite."""

WRITES = "pmosim_writes"
"""Execution option of connections that will write: they wait for their turn when they begin, not in the middle."""

KINDS = "give a file such as pmosim-ledger.sqlite, or a server such as postgresql+psycopg://user@host/database"


def address_of(place: str | Path) -> URL:
    """The URL behind a path or a URL. Raises UnreadableFile for what is neither, MissingExtra where the driver is not installed."""
    text = str(place)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UnreadableFile(f"'{text}' is no address of a ledger\n  fix: {KINDS}") from None
    if url.get_backend_name() == "postgresql":
        if find_spec("psycopg") is None:
            raise MissingExtra("a ledger in PostgreSQL needs the package psycopg\n  fix: pip install 'pmosim[postgres]'")
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        raise UnreadableFile(f"'{shown(url)}' is no address of a ledger\n  fix: {KINDS}")
    return url


def shown(url: URL) -> str:
    """The address as people may see it: a file by its name, a server without the password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def engine_for(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10, "application_name": "pmosim"})
    else:
        engine = create_engine(url, connect_args={"timeout": WAIT})
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`; Python's own way begins them too late
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode=WAL")  # whoever reads does not wait for whoever writes


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


@contextmanager
def told(url: URL, doing: str) -> Iterator[None]:
    """What the database refuses becomes an OutsideFailure that says which ledger, what happened, and what to do."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", None) or error).strip()
        first = said.splitlines()[0] if said else type(error).__name__
        raise OutsideFailure(f"cannot {doing} the ledger '{shown(url)}': {first}\n  fix: {remedy(said)}") from error


_REMEDIES = (
    ("readonly", "allow writing to the file and its folder, or give another ledger"),
    ("read-only", "connect to the server that takes writes, or give another ledger"),
    ("unable to open", "check that the folder exists and may be written to"),
    ("locked", "another program has been writing for long: wait for it, then do it again"),
    ("is full", "make room on the disk, then do it again; the ledger is as it was before"),
    ("no space", "make room on the database server's disk, then do it again; the ledger is as it was before"),
    ("disk i/o", "check the disk, and its free space; the ledger is as it was before"),
    ("not a database", "it is no ledger, or it is damaged: restore it from a copy, or give another file"),
    ("malformed", "the file is damaged: restore it from a copy; 'sqlite3 FILE .recover' saves what can be saved"),
    ("authentication", "check user and password in the URL (or in PGPASSWORD, or in ~/.pgpass)"),
    ("password", "check user and password in the URL (or in PGPASSWORD, or in ~/.pgpass)"),
    ("permission denied", "ask the database's administrator for the right to read and write"),
    ("insufficient privilege", "ask the database's administrator for the right to read and write"),
    ("does not exist", "create the database, or correct its name in the URL"),
    ("refused", "check that the server runs, and host and port in the URL"),
    ("could not translate", "check the host in the URL"),
    ("resolve", "check the host in the URL"),
    ("timeout", "check the network and that the server runs, then do it again"),
)


def remedy(said: str) -> str:
    """What to do about a database's complaint."""
    lower = said.lower()
    otherwise = "check that the database runs and can be reached, then do it again; nothing was written by halves"
    return next((fix for sign, fix in _REMEDIES if sign in lower), otherwise)
