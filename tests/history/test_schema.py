"""The schema has a version; older ledgers are brought up to date, later ones are left alone, other databases are refused."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, insert, inspect, update

from pmosim.errors import OutsideFailure
from pmosim.history import upgrading
from pmosim.history.connecting import WRITES, address_of, engine_for
from pmosim.history.ledger import open_ledger
from pmosim.history.schema import metadata
from pmosim.history.verifying import verify

FOLDER = upgrading.__file__.replace("upgrading.py", "migrations")


def writing(address):
    engine = engine_for(address_of(address))
    return engine, engine.connect().execution_options(**{WRITES: True})


def test_the_migrations_make_the_schema_that_the_code_uses(ledger):
    with ledger._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_last_migration_is_the_version_that_the_code_knows():
    assert ScriptDirectory(FOLDER).get_current_head() == upgrading.NOW


def test_a_ledger_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it(address, first):
    forecast, portfolio = first
    with open_ledger(address) as made:  # rows as the first version wrote them
        run = made.add(forecast, portfolio).run
        with made._reading() as connection:
            rows = {table: [dict(row) for row in connection.execute(table.select()).mappings()] for table in metadata.sorted_tables}
    older = address if "://" in address else f"{address}.old"  # on the server the same database, emptied
    engine, connection = writing(older)
    with connection, connection.begin():
        leftover = MetaData()
        leftover.reflect(connection)
        leftover.drop_all(connection)
        upgrading.migrate(connection, "0001")
        for table, some in rows.items():
            if some:
                connection.execute(insert(table), some)
    with connection.engine.connect() as look:
        assert "prunings" not in inspect(look).get_table_names()
    engine.dispose()
    with open_ledger(older) as ledger:
        assert ledger.forecast(run) == forecast
        assert verify(ledger, run).is_same
        assert ledger.prune(keep=0).runs == 1
        assert len(ledger.prunings()) == 1


def test_a_ledger_of_a_later_version_is_left_alone(address):
    open_ledger(address).close()
    engine, connection = writing(address)
    with connection, connection.begin():
        connection.execute(update(upgrading._version).values(version_num="0999"))
    engine.dispose()
    with pytest.raises(OutsideFailure, match=r"its schema is 0999.*\n  fix: update pmosim"):
        open_ledger(address)


def test_a_database_of_another_program_is_refused_and_left_as_it_is(address):
    engine, connection = writing(address)
    with connection, connection.begin():
        Table("invoices", MetaData(), Column("id", Integer)).create(connection)
    with pytest.raises(OutsideFailure, match=r"has tables .invoices.* but is no ledger"):
        open_ledger(address)
    with engine.connect() as look:
        assert inspect(look).get_table_names() == ["invoices"]
    engine.dispose()
