"""Runs with their models, forecasts, figures and curves, and actuals beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "models",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_models"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("status_date", sa.DateTime, nullable=False),
        sa.Column("recorded", sa.DateTime, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("seed", sa.String(20), nullable=False),
        sa.Column("iterations", sa.BigInteger, nullable=False),
        sa.Column("sampling", sa.String(40), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("versions", sa.Text, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("model", sa.String(64)),
        sa.Column("forecast", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("key", name="uq_runs_key"),
        sa.ForeignKeyConstraint(["model"], ["models.digest"], name="fk_runs_model_models"),
    )
    op.create_index("ix_runs_project_status_date", "runs", ["project", "status_date"])
    op.create_index("ix_runs_model", "runs", ["model"])
    op.create_table(
        "targets",
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run", "target", name="pk_targets"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_targets_run_runs"),
        sqlite_with_rowid=False,  # kept in the order of the primary key, not once more beside it
    )
    op.create_table(
        "figures",
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("quantity", sa.String(10), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("date", sa.DateTime),
        sa.Column("date_low", sa.DateTime),
        sa.Column("date_high", sa.DateTime),
        sa.Column("number", sa.Float),
        sa.Column("number_low", sa.Float),
        sa.Column("number_high", sa.Float),
        sa.PrimaryKeyConstraint("run", "target", "quantity", "name", name="pk_figures"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_figures_run_runs"),
        sqlite_with_rowid=False,  # kept in the order of the primary key, not once more beside it
    )
    op.create_table(
        "curves",
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("quantity", sa.String(10), nullable=False),
        sa.Column("points", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("run", "target", "quantity", name="pk_curves"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_curves_run_runs"),
        sqlite_with_rowid=False,  # kept in the order of the primary key, not once more beside it
    )
    op.create_table(
        "actuals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("date", sa.DateTime),
        sa.Column("number", sa.Float),
        sa.Column("recorded", sa.DateTime, nullable=False),
        sa.Column("as_of", sa.DateTime),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("run", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_actuals"),
        sa.UniqueConstraint("run", "node", "kind", name="uq_actuals_run_node_kind"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_actuals_run_runs"),
    )
    op.create_index("ix_actuals_project_node_kind", "actuals", ["project", "node", "kind"])
