"""The schema of ledgers, version by version (Alembic)."""
