"""Ledgers in both kinds of database, and forecasts to put into them."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import postgres
import pytest
from building import DAY, MONDAY
from small_plans import milestone, plan, task

from pmosim.forecasting import forecast
from pmosim.history.ledger import open_ledger
from pmosim.history.schema import metadata
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.project import Target
from pmosim.model.stored import portfolio_to_text
from pmosim.model.tasks import Cost

WEEK = timedelta(days=7)
_names = count()


def week(number):
    """The status date of a week, a Monday morning."""
    return MONDAY + number * WEEK


def bridge(at=0, *, name="bridge", survey=None, **changes):
    """Survey, then piers, then the handover; ``at`` which week it was looked at, ``survey`` (start, finish) of it if it has begun."""
    started, finished = survey or (None, None)
    first = task("survey", Uniform(3 * DAY, 9 * DAY), started=started, finished=finished)
    piers = task("piers", Uniform(10 * DAY, 30 * DAY), cost=Cost(fixed=Uniform(1000, 2000), rate=Fixed(1.0)), name="The piers")
    target = Target("p.finish", MONDAY + timedelta(days=50), 20_000.0)
    links = ["survey piers", "piers handover"]
    made = plan(first, piers, milestone("handover"), links=links, targets=(target, Target("p.handover")), status=week(at), start=MONDAY)
    return replace(made, name=name, currency="EUR", **changes)


_made = {}


def forecast_of(portfolio, *, iterations=200, seed=1, **more):
    """The same ones again and again: each is simulated once."""
    key = (portfolio_to_text(portfolio), iterations, seed, *sorted(more.items()))
    if key not in _made:
        _made[key] = forecast(portfolio, iterations=iterations, seed=seed, threads=1, **more)
    return _made[key]


@pytest.fixture(scope="session")
def server():
    if reason := postgres.why_without():
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request, tmp_path):
    """Where a new ledger can be made: in a file, and on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    return database(request.getfixturevalue("server"))


def database(server):
    """The URL of a new, empty database."""
    from sqlalchemy import create_engine, text

    name = f"ledger_{next(_names)}"
    engine = create_engine(server.format(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.format(database=name)


@pytest.fixture(scope="session")
def shared(server):
    """The URL of a ledger on the server that tests have one after the other: a new database takes a second."""
    address = database(server)
    open_ledger(address).close()
    return address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request, tmp_path):
    """An empty ledger: in a file, and on a server."""
    if request.param == "sqlite":
        address = str(tmp_path / "ledger.sqlite")
    else:
        address = request.getfixturevalue("shared")
        emptied(address)
    with open_ledger(address) as opened:
        yield opened


def emptied(address):
    from sqlalchemy import create_engine, text

    engine = create_engine(address)
    with engine.begin() as connection:
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    engine.dispose()


@pytest.fixture(scope="session")
def first():
    """The bridge in its first week, and its forecast."""
    portfolio = bridge()
    return forecast_of(portfolio), portfolio


@pytest.fixture(scope="session")
def shipped():
    """The folder of the shipped scenarios."""
    return Path(__file__).parents[2] / "scenarios"
