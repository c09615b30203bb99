"""What fails outside is told in words, with a remedy; the ledger stays as it was."""

import os
import sqlite3

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from pmosim.errors import MissingExtra, OutsideFailure, UnreadableFile
from pmosim.history import connecting
from pmosim.history.connecting import address_of, remedy, shown
from pmosim.history.ledger import open_ledger
from pmosim.history.schema import curves

from .conftest import bridge, forecast_of

only_sqlite = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("address", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


@pytest.mark.parametrize("place", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "://", "postgres:/x://y"])
def test_what_is_no_address_of_a_ledger_is_refused(place):
    with pytest.raises(UnreadableFile, match="is no address of a ledger"):
        open_ledger(place)


def test_passwords_are_never_shown():
    assert shown(address_of("postgresql://me:secret@host/db")) == "postgresql+psycopg://me:***@host/db"


def test_without_the_driver_the_command_that_installs_it_is_told(monkeypatch):
    monkeypatch.setattr(connecting, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'pmosim\[postgres\]'"):
        open_ledger("postgresql://host/db")


@only_sqlite
def test_a_damaged_ledger_is_told_from_a_good_one(address, first):
    with open_ledger(address) as ledger:
        ledger.add(*first)
    with open(address, "r+b") as file:
        file.seek(0, os.SEEK_END)
        size = file.tell()
        for page in range(2, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    with pytest.raises(OutsideFailure, match="restore it from a copy"), open_ledger(address) as ledger:
        ledger.figures()


@only_sqlite
def test_a_ledger_that_may_not_be_written_is_told(address, first):
    with open_ledger(address) as ledger:
        # stands for a file without the right to write, which does not stop root
        event.listen(ledger._engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
        ledger._engine.dispose()
        with pytest.raises(OutsideFailure, match=r"cannot add to the ledger '.*': .*readonly.*\n  fix: allow writing"):
            ledger.add(*first)


@only_sqlite
def test_a_full_disk_is_told_and_leaves_the_ledger_as_it_was(address, first):
    with open_ledger(address) as ledger:
        ledger.add(*first)
        pages = sqlite3.connect(address).execute("PRAGMA page_count").fetchone()[0]
        event.listen(ledger._engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count={pages}"))
        ledger._engine.dispose()
        with pytest.raises(OutsideFailure, match=r"cannot add to the ledger '.*': .*full\n  fix: make room on the disk"):
            ledger.add(forecast_of(bridge(1)), bridge(1))
    with open_ledger(address) as ledger:
        assert len(ledger.runs()) == 1
        assert ledger.add(forecast_of(bridge(1)), bridge(1)).created


def test_a_run_is_written_whole_or_not_at_all(address, first, monkeypatch):
    # whatever goes wrong in the middle: here, at the last table
    with open_ledger(address) as ledger:

        def fail(connection, cursor, statement, parameters, context, many):
            if statement.startswith(f"INSERT INTO {curves.name}"):
                raise OperationalError(statement, parameters, Exception("no space left on device"))

        event.listen(ledger._engine, "before_cursor_execute", fail)
        with pytest.raises(OutsideFailure, match="make room on the database server's disk"):
            ledger.add(*first)
        event.remove(ledger._engine, "before_cursor_execute", fail)
        assert (ledger.runs(), ledger.figures(every_run=True), ledger.curves(every_run=True)) == ([], [], [])
        assert ledger.add(*first).created


@only_postgres
def test_a_server_that_does_not_answer_is_told(address):
    nowhere = address.split("?")[0] + "?host=%2Fnowhere"
    with pytest.raises(OutsideFailure, match="cannot open the ledger"):
        open_ledger(nowhere)


@only_postgres
def test_a_database_that_does_not_exist_is_told(address):
    with pytest.raises(OutsideFailure, match="create the database, or correct its name"):
        open_ledger(address.replace("/ledger_", "/nothing_"))


@only_postgres
def test_a_connection_that_is_lost_in_the_middle_is_told_and_nothing_is_left(address, server, first):
    with open_ledger(address) as ledger:

        def cut(connection, cursor, statement, parameters, context, many):
            if statement.startswith("INSERT INTO curves"):
                other = create_engine(server.format(database="postgres"))
                with other.connect() as admin:
                    admin.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": cursor.connection.info.backend_pid})
                other.dispose()

        event.listen(ledger._engine, "before_cursor_execute", cut)
        with pytest.raises(OutsideFailure, match=r"cannot add to the ledger .*\n  fix: check"):
            ledger.add(*first)
        event.remove(ledger._engine, "before_cursor_execute", cut)
        assert ledger.runs() == []  # a new connection is made
        assert ledger.add(*first).created


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("database is locked", "another program has been writing"),
        ('FATAL:  password authentication failed for user "me"', "check user and password"),
        ("permission denied for table runs", "ask the database's administrator"),
        ("could not translate host name", "check the host"),
        ("cannot execute INSERT in a read-only transaction", "connect to the server that takes writes"),
        ("something never seen", "check that the database runs"),
    ],
)
def test_every_complaint_of_a_database_has_a_remedy(said, fix):
    assert remedy(said).startswith(fix)
