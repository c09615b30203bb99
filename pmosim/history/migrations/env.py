"""Run by Alembic: brings the database behind the given connection up to date, inside the transaction that it is in."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
