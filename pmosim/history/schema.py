"""The tables of a ledger. Whoever changes them adds a migration; a test holds the two to one another."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

models = Table(
    "models",
    metadata,
    Column("digest", String(64), primary_key=True),  # sha256 of the text
    Column("text", LargeBinary, nullable=False),  # a whole portfolio, compressed
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("project", Text, nullable=False),
    Column("status_date", DateTime, nullable=False),
    Column("recorded", DateTime, nullable=False),  # UTC
    Column("fingerprint", String(64), nullable=False),
    Column("seed", String(20), nullable=False),  # up to 2**64 - 1: databases' integers end at half of it
    Column("iterations", BigInteger, nullable=False),
    Column("sampling", String(40), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("versions", Text, nullable=False),  # JSON
    Column("machine", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("model", String(64), ForeignKey(models.c.digest)),  # none once the run was pruned
    Column("forecast", LargeBinary),  # forecast.json, compressed; likewise
    Index(None, "project", "status_date"),
    Index(None, "model"),
)

targets = Table(
    "targets",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("place", Integer, nullable=False),  # in the forecast
    sqlite_with_rowid=False,
)

figures = Table(
    "figures",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("quantity", String(10), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("date", DateTime),  # of a figure that is a moment
    Column("date_low", DateTime),
    Column("date_high", DateTime),
    Column("number", Float),  # of one that is money, or a probability
    Column("number_low", Float),
    Column("number_high", Float),
    sqlite_with_rowid=False,
)

curves = Table(
    "curves",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("quantity", String(10), primary_key=True),
    Column("points", LargeBinary, nullable=False),  # JSON list of the percentiles 0 to 100, compressed
    sqlite_with_rowid=False,
)

actuals = Table(
    "actuals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("date", DateTime),
    Column("number", Float),
    Column("recorded", DateTime, nullable=False),
    Column("as_of", DateTime),  # the status date of the model that says so; none if recorded by hand
    Column("source", Text, nullable=False),
    Column("run", ForeignKey(runs.c.id)),
    UniqueConstraint("run", "node", "kind"),
    Index(None, "project", "node", "kind"),
)

prunings = Table(
    "prunings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recorded", DateTime, nullable=False),  # UTC
    Column("keep", Integer, nullable=False),  # status dates of each project that stayed whole
    Column("runs", Integer, nullable=False),
    Column("models", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)
