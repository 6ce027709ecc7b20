"""Roles, teams and expiry of admin keys; last use of keys; what is closed; answers kept for requests that are repeated."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS = (
    # Whoever held an admin key could do everything, and goes on to.
    "ALTER TABLE admin_key ADD COLUMN role VARCHAR DEFAULT 'owner' NOT NULL",
    "ALTER TABLE admin_key ALTER COLUMN role DROP DEFAULT",
    "ALTER TABLE admin_key ADD COLUMN teams VARCHAR[] DEFAULT '{}' NOT NULL",
    "ALTER TABLE admin_key ADD COLUMN expires_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE admin_key ADD COLUMN last_used TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE admin_key ADD COLUMN replaced_by VARCHAR",
    "ALTER TABLE gateway_key ADD COLUMN last_used TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE gateway_key ADD COLUMN replaced_by VARCHAR",
    "ALTER TABLE team ADD COLUMN closed_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE client ADD COLUMN closed_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE provider ADD COLUMN credential_set_at TIMESTAMP WITH TIME ZONE",
    "UPDATE provider SET credential_set_at = created_at WHERE credential IS NOT NULL",
    # Clients were only ever made in the project `default`, which every team has.
    "ALTER TABLE client ADD CONSTRAINT fk_client_project FOREIGN KEY (team, project) REFERENCES project (team, name)",
    """
    CREATE TABLE idempotency (
        actor VARCHAR NOT NULL,
        key BYTEA NOT NULL,
        request BYTEA NOT NULL,
        sealed BYTEA NOT NULL,
        expires TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_idempotency PRIMARY KEY (actor, key)
    )
    """,
    "CREATE INDEX ix_idempotency_expires ON idempotency (expires)",
)


def upgrade() -> None:
    """Add what is new; every row of before keeps its meaning."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refused: the ledger is append-only."""
    raise NotImplementedError("Hushgate's schema only goes forward; restore a backup to go back")
