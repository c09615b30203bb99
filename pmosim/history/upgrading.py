"""Brings the schema of a ledger up to date: nothing to do, a new ledger, or the migrations that an older one lacks."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, inspect, select

from pmosim.errors import OutsideFailure
from pmosim.history.connecting import WRITES

NOW = "0002"
"""The version of the schema that this code reads and writes: the last migration. A test holds it to the folder of migrations."""

_version = Table("alembic_version", MetaData(), Column("version_num", String(32)))


def version_of(connection: Connection) -> str | None:
    """The version of the ledger's schema, None where there is nothing yet. Raises OutsideFailure for another program's database."""
    tables = set(inspect(connection).get_table_names())
    if _version.name in tables and {"runs", "figures"} <= tables:
        return connection.execute(select(_version.c.version_num)).scalar_one()
    if tables:
        raise OutsideFailure(
            f"the database has tables ({', '.join(sorted(tables)[:3])}, ...) but is no ledger\n  fix: give a file or a database of its own"
        )
    return None


def upgrade(engine: Engine) -> None:
    """Bring the schema to `NOW`, whoever else may be doing so at the same time.

    Raises OutsideFailure for a ledger of a later version of pmosim, which must not be written by this one.
    """
    with engine.connect() as connection, connection.begin():
        if version_of(connection) == NOW:
            return
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        before = version_of(connection)  # another process may have been quicker
        if before is None or before < NOW:
            migrate(connection, NOW)
        elif before > NOW:
            raise OutsideFailure(
                f"the ledger was made by a later version of pmosim (its schema is {before}, this version knows {NOW})\n  fix: update pmosim"
            )


def migrate(connection: Connection, to: str) -> None:
    """Run the migrations up to version ``to`` inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
