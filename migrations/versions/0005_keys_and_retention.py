"""Versions of keys, which key-encryption key wrapped each; leases of processes; how long things are kept, and what must be kept."""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS = (
    "ALTER TABLE data_key ADD COLUMN version INTEGER DEFAULT 1 NOT NULL",
    "ALTER TABLE data_key ADD COLUMN kek VARCHAR",
    "ALTER TABLE data_key ADD COLUMN revoked_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE data_key ADD COLUMN created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL",
    "ALTER TABLE data_key DROP CONSTRAINT uq_data_key_purpose",
    "ALTER TABLE data_key ADD CONSTRAINT uq_data_key_purpose UNIQUE (purpose, owner, epoch, version)",
    # Envelopes name their key in bytes 2 to 17; until now only envelopes wrapped keys.
    "UPDATE data_key SET kek = encode(substring(wrapped FROM 3 FOR 16), 'hex') WHERE wrapped IS NOT NULL",
    "CREATE INDEX ix_data_key_kek ON data_key (kek)",
    """
    CREATE TABLE kek (
        fingerprint VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_kek PRIMARY KEY (fingerprint)
    )
    """,
    "INSERT INTO kek (fingerprint, created_at) SELECT kek_fingerprint, created_at FROM installation",
    "ALTER TABLE installation ADD COLUMN root_revoked_at TIMESTAMP WITH TIME ZONE",
    """
    CREATE TABLE lease (
        instance BIGINT NOT NULL,
        host VARCHAR NOT NULL,
        process VARCHAR NOT NULL,
        beat BIGINT DEFAULT 0 NOT NULL,
        keks VARCHAR[] DEFAULT '{}' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_lease PRIMARY KEY (instance)
    )
    """,
    """
    CREATE TABLE retention (
        team VARCHAR NOT NULL,
        class VARCHAR NOT NULL,
        days INTEGER NOT NULL,
        CONSTRAINT pk_retention PRIMARY KEY (team, class)
    )
    """,
    """
    CREATE TABLE hold (
        id UUID NOT NULL,
        team VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        set_by VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        cleared_at TIMESTAMP WITH TIME ZONE,
        cleared_by VARCHAR,
        cleared_for VARCHAR,
        CONSTRAINT pk_hold PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_hold_team ON hold (team)",
    "CREATE INDEX ix_surrogate_data_key ON surrogate (data_key)",
)


def upgrade() -> None:
    """Add what is new; every key of before is its own first version."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refused: the ledger is append-only."""
    raise NotImplementedError("Hushgate's schema only goes forward; restore a backup to go back")
